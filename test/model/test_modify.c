/* Load, change, save: what a change that refuses says. */
#include "client/scripted.h"

typedef struct counter {
    DYNOX_RECORD;
    const char *id;
    int64_t     n, version;
} counter;
static const dynox_attribute counter_attributes[] = {DYNOX_PARTITION_KEY(counter, id), DYNOX_INT(counter, n),
                                                     DYNOX_VERSION(counter, version)};
DYNOX_MODEL(counter, .table = "counters")

#define N (&(counter){.id = "n"})

static dynox_error told;

static dynox_status refuse_silently(counter *c, void *arg, dynox_error *error)
{
    (void)c, (void)arg, (void)error;
    return DYNOX_E_VALUE;
}

static dynox_status refuse_in_words(counter *c, void *arg, dynox_error *error)
{
    (void)c;
    return dynox_error_set(error, DYNOX_E_VALUE, "%s", (const char *)arg);
}

static dynox_status change_after_a_doubt(counter *c, void *arg, dynox_error *error)
{
    (void)arg;
    dynox_error_set(error, DYNOX_E_VALUE, "a doubt");
    c->n++;
    return DYNOX_OK;
}

static void expect(const char *words)
{
    if (told.status != DYNOX_E_VALUE || strcmp(told.message, words) != 0)
        fail_msg("%d: %s", (int)told.status, told.message);
    dynox_error_clear(&told);
}

static void a_change_that_refuses_ends_it_in_its_words_or_the_librarys(void **state)
{
    (void)state;
    static char no[] = "no";
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"n\"},\"n\":{\"N\":\"1\"},\"version\":{\"N\":\"1\"}}}");
    counter_sync_modify(client, N, refuse_silently, NULL, DYNOX_WITH(.error = &told));
    expect("counter: the change was refused");
    counter_sync_modify(client, N, refuse_in_words, no, DYNOX_WITH(.error = &told));
    expect("no");
    dynox_join_void(counter_modify(client, N, refuse_silently, NULL, NULL), .error = &told);
    expect("counter: the change was refused");
    dynox_join_void(counter_modify(client, N, refuse_in_words, no, NULL), .error = &told);
    expect("no");
}

static void an_error_that_a_change_has_got_over_is_none(void **state)
{
    (void)state;
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"n\"},\"n\":{\"N\":\"1\"},\"version\":{\"N\":\"1\"}}}");
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(counter_sync_modify(client, N, change_after_a_doubt, NULL, DYNOX_WITH(.error = &told)), DYNOX_OK);
    assert_int_equal(told.status, DYNOX_OK);
    assert_int_equal(dynox_join_void(counter_modify(client, N, change_after_a_doubt, NULL, NULL)), DYNOX_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_change_that_refuses_ends_it_in_its_words_or_the_librarys),
                                       cmocka_unit_test(an_error_that_a_change_has_got_over_is_none)};
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
