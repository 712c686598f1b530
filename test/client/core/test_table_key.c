/* What a client remembers of the keys of tables. */
#include "client/core/table_key.h"
#include "support.h"

static dynox_client *client;

static void learn(const char *table, const char *partition, const char *sort)
{
    char *names[2] = {(char *)(uintptr_t)partition, (char *)(uintptr_t)sort};
    dynox__table_key_learn(client, table, names);
}

/* "pk,sk", or "" for one that is not known. */
static const char *found(const char *table)
{
    static char text[64];
    char       *names[2];
    text[0] = 0;
    if (!dynox__table_key_find(client, table, names)) return text;
    snprintf(text, sizeof text, "%s,%s", names[0], names[1] ? names[1] : "");
    dynox__free(names[0]);
    dynox__free(names[1]);
    return text;
}

static void what_was_learnt_last_is_known(void **state)
{
    (void)state;
    assert_string_equal(found("t"), "");
    learn("t", "pk", NULL);
    learn("u", "a", "b");
    assert_string_equal(found("t"), "pk,");
    assert_string_equal(found("u"), "a,b");
    learn("t", "pk", "sk"); /* it was made anew */
    assert_string_equal(found("t"), "pk,sk");
    dynox__table_key_learn(client, "t", NULL);
    assert_string_equal(found("t"), "");
    assert_string_equal(found("u"), "a,b");
}

static void the_oldest_of_many_tables_is_forgotten(void **state)
{
    (void)state;
    char name[16];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "table-%d", i);
        learn(name, "pk", NULL);
    }
    assert_string_equal(found("table-299"), "pk,");
    assert_string_equal(found("table-44"), "pk,");
    assert_string_equal(found("table-43"), "");
}

static void learn_and_find(void *arg)
{
    (void)arg;
    learn("memory", "pk", "sk");
    const char *known = found("memory");
    assert_true(strcmp(known, "pk,sk") == 0 || (strcmp(known, "") == 0 && atomic_load(&test_allocation_failed)));
    dynox__table_key_learn(client, "memory", NULL);
}

static void without_memory_nothing_is_remembered(void **state)
{
    (void)state;
    test_every_allocation_failing(learn_and_find, NULL);
}

static int make(void **state)
{
    (void)state;
    client = dynox_client_new(.region = "eu-west-1", .access_key = "A", .secret_key = "s");
    return client ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dynox_client_free(client);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_learnt_last_is_known, make, end),
        cmocka_unit_test_setup_teardown(the_oldest_of_many_tables_is_forgotten, make, end),
        cmocka_unit_test_setup_teardown(without_memory_nothing_is_remembered, make, end),
    };
    return cmocka_run_group_tests_name("keys of tables", tests, NULL, NULL);
}
