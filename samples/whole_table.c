/* A whole table: written with as few requests as that takes, counted, and read by several at once, in a coroutine that
 * needs as much memory for any number of items. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-whole-table"
enum { ITEMS = 200, SEGMENTS = 8 };

DYNOX_ASYNC(void *, fill, (dynox_client *db;), (dynox_batch_writer *writer; int i; char pk[24];))
{
    DYNOX_BEGIN
    my->writer = dynox_batch_writer_new(my->db, .in_flight = 4);
    for (my->i = 0; my->i < ITEMS; my->i++) {
        snprintf(my->pk, sizeof my->pk, "USER#%d", my->i);
        DYNOX_AWAIT_VOID(
            dynox_batch_writer_add(my->writer, DYNOX_PUT(TABLE, DYNOX_ITEM("pk", my->pk, "age", my->i % 90))));
    }
    DYNOX_AWAIT_VOID(dynox_batch_writer_close(my->writer)); /* sends the rest */
    DYNOX_RETURN(NULL);
    DYNOX_FINALLY
    dynox_batch_writer_free(my->writer);
    DYNOX_END
}

DYNOX_ASYNC(int64_t, sum_of_ages, (dynox_client *db;), (int64_t sum, count; const dynox_item *user;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(DYNOX_CALL(fill, .db = my->db));
    DYNOX_AWAIT(my->count, dynox_count(my->db, TABLE, NULL, .filter = DYNOX_EXPR("age >= ?", 18)));
    printf("%" PRId64 " of %d are grown up\n", my->count, ITEMS);
    DYNOX_FOR_EACH(my->user, dynox_parallel_scan(my->db, TABLE, SEGMENTS, .projection = "age", .in_flight_pages = 4))
        my->sum += dynox_get_int(my->user, "age");
    DYNOX_RETURN(my->sum);
    DYNOX_END
}

int main(void)
{
    dynox_error   err    = {0};
    dynox_client *db     = dynox_client_new(.error = &err);
    int64_t       sum    = 0;
    dynox_status  status = dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = &err);
    if (status == DYNOX_OK || status == DYNOX_E_IN_USE)
        status = dynox_sync_wait_for_table_active(db, TABLE, .error = &err);
    if (status == DYNOX_OK) status = dynox_run(DYNOX_CALL(sum_of_ages, .db = db), &sum, .error = &err);
    if (status == DYNOX_OK)
        printf("together they are %" PRId64 " years old\n", sum);
    else
        dynox_error_print(stderr, &err);
    dynox_sync_delete_table(db, TABLE);
    dynox_client_free(db);
    return status == DYNOX_OK ? 0 : 1;
}
