/* Every allocation of every operation on tables fails in turn: each time the call either succeeds or is a clear error,
 * nothing leaks, and the client goes on. */
#include "client/scripted.h"

static void assert_fair(dynox_status status)
{
    if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_NO_MEMORY);
}

static void any_call(void)
{
    dynox_answer *answer = NULL;
    assert_fair(dynox_sync_call(client, "DescribeTable", "{\"TableName\":\"arn:aws:t\",\"A\":[1]}", &answer));
    dynox_answer_free(answer);
}

static void create_table(void)
{
    dynox_table      *table = NULL;
    const dynox_index index = {.name = "g", .partition_key = {"a", DYNOX_S}};
    assert_fair(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &index, .global_index_count = 1,
                                        .out = &table));
    dynox_table_free(table);
}

static void update_table(void)
{
    dynox_table      *table = NULL;
    const dynox_index index = {.name = "g", .partition_key = {"a", DYNOX_S}};
    assert_fair(dynox_sync_update_table(client, "t", .add_index = &index, .out = &table));
    dynox_table_free(table);
}

static void describe_table(void)
{
    dynox_table *table = NULL;
    assert_fair(dynox_sync_describe_table(client, "t", &table));
    dynox_table_free(table);
}

static void wait_for_index(void)
{
    assert_fair(dynox_sync_wait_for_index_active(client, "t", "g"));
}

static void wait_for_export(void)
{
    assert_fair(dynox_sync_wait_for_export(client, "arn:e"));
}

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = {
    {"any_call", any_call},
    {"create_table", create_table},
    {"update_table", update_table},
    {"describe_table", describe_table},
    {"wait_for_index", wait_for_index},
    {"wait_for_export", wait_for_export},
};

enum { COUNT = sizeof operations / sizeof *operations };

/* Each run has a client of its own, from its making to its end: when that is over, nothing may be left. */
static void with_client(void *operation)
{
    client = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A", .secret_key = "s");
    if (client) operations[(uintptr_t)operation].run();
    dynox_client_free(client);
}

static void sweep(void **state)
{
    test_every_allocation_failing(with_client, *state);
}

static int start_server(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    scripted_answer("UpdateTable", "{\"TableDescription\":{\"TableName\":\"t\"}}");
    scripted_answer("DescribeTable",
                    "{\"Table\":{\"TableName\":\"t\",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"g\","
                    "\"IndexStatus\":\"ACTIVE\"}],\"Replicas\":[{\"RegionName\":\"x\"}],\"VectorIndexes\":[{"
                    "\"SearchSchema\":[{\"AttributeName\":\"f\"}]}]}}");
    scripted_answer("DescribeExport", "{\"ExportDescription\":{\"ExportStatus\":\"COMPLETED\"}}");
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    faultserver_stop(&server);
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){operations[i].name, sweep, NULL, NULL, (void *)(uintptr_t)i};
    return cmocka_run_group_tests_name("table allocations", tests, start_server, stop_server);
}
