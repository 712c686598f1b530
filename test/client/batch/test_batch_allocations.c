/* Every allocation of batches fails in turn: each time the call either succeeds, or is a clear error with what is left;
 * nothing leaks, and the client goes on. */
#include "client/scripted.h"

static void assert_fair(dynox_status status)
{
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY || status == DYNOX_E_PARTIAL);
}

/* With a key that has to be asked for, one that is there twice, and some that come back. */
static void batch_write(void)
{
    dynox_left *left = NULL;
    dynox_info  info = {0};
    faultserver_say(&server, "unprocessed 1 x1 on BatchWriteItem, none");
    dynox_status status = dynox_sync_batch_write(
        client,
        DYNOX_WRITES(DYNOX_PUT("t", DYNOX_ITEM("pk", "x", "n", 1)), DYNOX_PUT("t", DYNOX_ITEM("pk", "x", "n", 2)),
                     DYNOX_PUT("t", DYNOX_ITEM("pk", "y")), DYNOX_DELETE("u", DYNOX_ITEM("pk", "x"))),
        .left = &left, .info = &info, .return_capacity = DYNOX_CAPACITY_INDEXES);
    assert_fair(status);
    assert_true(status != DYNOX_OK || !left);
    dynox_left_free(left);
    dynox_info_clear(&info);
    faultserver_say(&server, "none");
}

static void batch_get(void)
{
    dynox_left  *left  = NULL;
    dynox_items *items = NULL;
    faultserver_say(&server, "unprocessed 1 x1 on BatchGetItem, none");
    dynox_status status = dynox_sync_batch_get(
        client,
        DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "x"), .projection = "name"), DYNOX_GET("t", DYNOX_ITEM("pk", "y")),
                    DYNOX_GET("t", DYNOX_ITEM("pk", "y")), DYNOX_GET("t", DYNOX_ITEM("pk", "z"))),
        &items, .left = &left, .in_flight = 1);
    assert_fair(status);
    assert_true(status != DYNOX_OK || (items && items->at[0] && items->at[1] && items->at[2] && items->at[3]));
    dynox_left_free(left);
    dynox_items_free(items);
    faultserver_say(&server, "none");
}

static void batch_writer(void)
{
    dynox_error         err    = {0};
    size_t              added  = 0;
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 2);
    for (int i = 0; i < 30; i++) {
        dynox_status status =
            dynox_sync_batch_writer_add(writer, DYNOX_PUT("t", DYNOX_ITEM("pk", i / 2, "n", 1)), NULL);
        if (writer) assert_fair(status);
        added += status == DYNOX_OK;
    }
    if (writer) assert_fair(dynox_sync_batch_writer_close(writer, &err));
    if (writer && err.status != DYNOX_OK && dynox_batch_writer_left(writer))
        assert_true(dynox_batch_writer_left(writer)->writes.count <= added);
    dynox_error_clear(&err);
    dynox_batch_writer_free(writer);
}

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = {{"batch_write", batch_write}, {"batch_get", batch_get}, {"batch_writer", batch_writer}};

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
    return cmocka_run_group_tests_name("batch allocations", tests, start_server, stop_server);
}
