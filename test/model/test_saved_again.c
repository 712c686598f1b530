/* What is known of a record after several calls with it: what one of them has found out the next one does not forget.
 */
#include "client/scripted.h"
#include <pthread.h>

typedef struct memo {
    DYNOX_RECORD;
    const char *id, *title, *text;
    int64_t     version;
    time_t      expires_at;
    dynox_value any;
} memo;
static const dynox_attribute memo_attributes[] = {
    DYNOX_PARTITION_KEY(memo, id), DYNOX_STRING(memo, title, .required = true),
    DYNOX_STRING(memo, text),      DYNOX_VERSION(memo, version),
    DYNOX_TTL(memo, expires_at),   DYNOX_DYNAMIC(memo, any),
};
DYNOX_MODEL(memo, .table = "memos")

static dynox_error told;

static int setup(void **state)
{
    if (scripted_setup(state) != 0) return -1;
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"title\":{\"S\":\"T\"},\"text\":{\"S\":\"t\"},"
                               "\"version\":{\"N\":\"3\"}}}");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    scripted_answer("DeleteItem", "{}");
    return 0;
}

static int teardown(void **state)
{
    dynox_error_clear(&told);
    return scripted_teardown(state);
}

static memo *load(const char *projection)
{
    memo *m = NULL;
    if (projection) scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"t\"}}}");
    assert_int_equal(memo_sync_get(client, &(memo){.id = "a"}, &m, DYNOX_WITH(.projection = projection)), DYNOX_OK);
    assert_non_null(m);
    return m;
}

/* One of the program's own, which was saved and then changed by an expression. */
static memo stale(void)
{
    memo own = {.id = "a", .title = "T"};
    assert_int_equal(memo_sync_save(client, &own, NULL), DYNOX_OK);
    assert_int_equal(memo_sync_update(client, &own, DYNOX_EXPR("SET title = ?", "U"), NULL), DYNOX_OK);
    assert_int_equal(own.version, 2);
    return own;
}

/* Row 170. */
static void a_longer_life_does_not_make_a_stale_record_fresh(void **state)
{
    (void)state;
    memo own = stale();
    assert_int_equal(memo_sync_extend_ttl(client, &own, 2000000000, NULL), DYNOX_OK);
    assert_int_equal(own.expires_at, 2000000000);
    long before = requests_so_far();
    assert_int_equal(memo_sync_save(client, &own, DYNOX_WITH(.error = &told)), DYNOX_E_VALUE);
    assert_string_equal(told.message,
                        "memo: the item was updated since; reload the record, or save with .full_replace");
    assert_int_equal(requests_so_far(), before);
    memo_clear(&own);
}

static void a_copy_of_a_stale_record_is_stale_under_its_own_key(void **state)
{
    (void)state;
    memo  own  = stale();
    memo *copy = memo_copy(&own);
    assert_non_null(copy);
    assert_int_equal(memo_sync_save(client, copy, NULL), DYNOX_E_VALUE);
    assert_int_equal(memo_sync_save(client, copy, DYNOX_WITH(.full_replace = true)), DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"#n0 = :v0\"");
    assert_sent("\":v0\":{\"N\":\"2\"}");
    assert_int_equal(copy->version, 3);
    memo_free(copy);
    memo_clear(&own);
}

/* What is new is written whole, however much of it was known when it was stored. */
static void what_is_left_of_a_deleted_part_is_a_new_record(void **state)
{
    (void)state;
    memo *m = load("text");
    long  before;
    assert_int_equal(memo_sync_delete(client, m, DYNOX_WITH(.skip_version = true)), DYNOX_OK);
    before = requests_so_far();
    assert_int_equal(memo_sync_save(client, m, DYNOX_WITH(.error = &told)), DYNOX_E_VALUE);
    assert_string_equal(told.message, "memo.title is required and not set");
    assert_int_equal(requests_so_far(), before);
    m->title = "again";
    assert_int_equal(memo_sync_save(client, m, DYNOX_WITH(.error = &told)), DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"attribute_not_exists(#n0)\"");
    assert_int_equal(m->version, 1);
    memo_free(m);
}

/* A program may free what it had assigned when it has assigned something else. */
static void a_copy_looks_only_at_what_is_there_now(void **state)
{
    (void)state;
    memo *m    = load(NULL);
    char *text = malloc(16), *title = malloc(16);
    snprintf(text, 16, "any");
    snprintf(title, 16, "title");
    m->any   = dynox_string(text);
    m->title = title;
    assert_int_equal(memo_sync_save(client, m, NULL), DYNOX_OK);
    m->any   = dynox_int(1);
    m->title = "other";
    free(text);
    free(title);
    memo *copy = memo_copy(m);
    assert_non_null(copy);
    assert_int_equal(memo_changed(copy, NULL, 0), 2);
    m->any   = dynox_string("any");
    m->title = "title";
    assert_false(memo_is_dirty(m));
    memo_free(m);
    assert_int_equal(dynox_value_as_int(&copy->any), 1);
    memo_free(copy);
}

/* ---- a modify that is cancelled or forgotten while the change is at work ---- */

static _Atomic int at_work, may_end, has_ended;

static void wait_until(_Atomic int *what)
{
    while (!*what)
        usleep(500);
}

static dynox_status slowly(memo *m, void *arg, dynox_error *error)
{
    (void)arg;
    (void)error;
    at_work = 1;
    wait_until(&may_end);
    m->text   = m->title;
    has_ended = 1;
    return DYNOX_OK;
}

static dynox_future *begin_modify(void)
{
    at_work = may_end = has_ended = 0;
    dynox_future *f               = memo_modify(client, &(memo){.id = "a"}, slowly, NULL, NULL);
    wait_until(&at_work);
    return f;
}

/* Nothing is sent behind a cancel: the client's end waits for all that is left. */
static void a_cancel_leaves_a_change_its_record_and_nothing_is_saved(void **state)
{
    (void)state;
    dynox_future *f      = begin_modify();
    long          before = requests_so_far();
    dynox_future_cancel(f);
    may_end = 1;
    assert_int_equal(dynox_join_void(f), DYNOX_E_CANCELLED);
    wait_until(&has_ended);
    dynox_client_free(client);
    client = NULL;
    assert_int_equal(requests_so_far(), before);
}

static void a_forgotten_modify_leaves_a_change_its_record(void **state)
{
    (void)state;
    dynox_future_release(begin_modify());
    long before = requests_so_far();
    may_end     = 1;
    while (requests_so_far() == before) /* it is saved all the same */
        usleep(500);
    assert_true(has_ended);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0");
    assert_int_equal(dynox_join_void(dynox_client_close(client)), DYNOX_OK);
}

/* Row 247. Both forms try the load as often as they were told. */
static void a_modify_loads_with_the_attempts_it_was_given(void **state)
{
    (void)state;
    long before = requests_so_far();
    faultserver_say(&server, "status 500 InternalServerError");
    assert_int_not_equal(
        dynox_join_void(memo_modify(client, &(memo){.id = "a"}, slowly, NULL, DYNOX_WITH(.max_attempts = 1))),
        DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 1);
    assert_int_not_equal(memo_sync_modify(client, &(memo){.id = "a"}, slowly, NULL, DYNOX_WITH(.max_attempts = 1)),
                         DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 2);
    faultserver_say(&server, "none");
}

static void of_two_saves_in_flight_both_ask_for_the_version_that_was_loaded(void **state)
{
    (void)state;
    memo *m         = load(NULL);
    m->text         = "one";
    dynox_future *a = memo_save(client, m, NULL);
    m->text         = "two";
    dynox_future *b = memo_save(client, m, NULL);
    assert_int_equal(dynox_future_wait(a, -1), DYNOX_OK);
    assert_int_equal(dynox_future_wait(b, -1), DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"#n");
    assert_sent("{\"N\":\"3\"}");
    assert_int_equal(dynox_join_void(a), DYNOX_OK);
    assert_true(memo_is_dirty(m));
    assert_int_equal(dynox_join_void(b), DYNOX_OK);
    assert_false(memo_is_dirty(m));
    assert_int_equal(m->version, 4);
    memo_free(m);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_longer_life_does_not_make_a_stale_record_fresh),
        TEST(a_copy_of_a_stale_record_is_stale_under_its_own_key),
        TEST(what_is_left_of_a_deleted_part_is_a_new_record),
        TEST(a_copy_looks_only_at_what_is_there_now),
        TEST(a_cancel_leaves_a_change_its_record_and_nothing_is_saved),
        TEST(a_forgotten_modify_leaves_a_change_its_record),
        TEST(a_modify_loads_with_the_attempts_it_was_given),
        TEST(of_two_saves_in_flight_both_ask_for_the_version_that_was_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
