/* Every allocation of batches fails in turn: each time the call either succeeds, or is a clear error with what is left;
 * nothing leaks, and the client goes on. */
#include "client/sweep.h"

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

static const sweep_operation operations[] = {
    {"batch_write", batch_write}, {"batch_get", batch_get}, {"batch_writer", batch_writer}};

static int start_server(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    return 0;
}

int main(void)
{
    return sweep_run("batch allocations", operations, sizeof operations / sizeof *operations, start_server);
}
