/* Coroutines: code that reads from top to bottom and never blocks its thread. Children run at the same time, a query is
 * walked with an async for, and cleaning up stands in one place. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-coroutine"

/* Reads a user; when the service throttles beyond the library's own patience, waits and tries again. */
DYNOX_ASYNC(dynox_item *, load_user,
    (dynox_client *db; const char *pk;), /* arguments, named at the call */
    (dynox_item *user; int tries;)) /* what lives over an await */
{
    DYNOX_BEGIN
    for (my->tries = 1;; my->tries++) {
        DYNOX_TRY(my->user,
                  dynox_get_item(my->db, TABLE, DYNOX_ITEM("pk", my->pk, "sk", "PROFILE"))) { /* on error only */
            if (DYNOX_ERR != DYNOX_E_THROTTLED || my->tries == 5) DYNOX_RETHROW;
            DYNOX_AWAIT_VOID(dynox_sleep(50 << my->tries));
            continue;
        }
        DYNOX_RETURN(my->user);
    }
    DYNOX_END
}

/* What a user has spent: loads the user while it pages through the orders. */
DYNOX_ASYNC(int64_t, spend,
    (dynox_client *db; const char *pk;),
    (dynox_future *user_f; dynox_item *user; const dynox_item *order; dynox_stream *orders; int64_t cents;))
{
    DYNOX_BEGIN
    my->user_f = DYNOX_GO(DYNOX_CALL(load_user, .db = my->db, .pk = my->pk)); /* child: cancelled and joined with us */
    my->orders = dynox_query(my->db, TABLE, DYNOX_EXPR("pk = ? AND begins_with(sk, ?)", my->pk, "ORDER#"),
                             .filter = DYNOX_EXPR("status = ?", "shipped"), .page_size = 25);
    DYNOX_FOR_EACH(my->order, my->orders) /* async for; suspends per page */
        my->cents += dynox_get_int(my->order, "total");
    DYNOX_AWAIT(my->user, my->user_f);
    printf("%s spent %" PRId64 " cents\n", dynox_get_string(my->user, "name"), my->cents);
    DYNOX_RETURN(my->cents);
    DYNOX_CATCH /* any failed await */
    fprintf(stderr, "could not sum up the orders of %s\n", my->pk);
    DYNOX_RETHROW;
    DYNOX_FINALLY /* success, error, cancel */
    dynox_stream_free(my->orders);
    dynox_item_free(my->user);
    DYNOX_END
}

DYNOX_ASYNC(int64_t, run,
    (dynox_client *db;),
    (int i; int64_t cents;))
{
    DYNOX_BEGIN
    DYNOX_TRY_VOID(dynox_create_table(my->db, TABLE, {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S})) {
        if (DYNOX_ERR != DYNOX_E_IN_USE) DYNOX_RETHROW;
    }
    DYNOX_AWAIT_VOID(dynox_wait_for_table_active(my->db, TABLE));
    DYNOX_AWAIT_VOID(dynox_put_item(my->db, TABLE, DYNOX_ITEM("pk", "USER#1", "sk", "PROFILE", "name", "Ada")));
    for (my->i = 0; my->i < 60; my->i++) {
        char sk[24];
        snprintf(sk, sizeof sk, "ORDER#%03d", my->i);
        DYNOX_AWAIT_VOID(dynox_put_item(
            my->db, TABLE,
            DYNOX_ITEM("pk", "USER#1", "sk", sk, "total", 100 + my->i, "status", my->i % 3 ? "shipped" : "open")));
    }
    DYNOX_AWAIT(my->cents, DYNOX_CALL(spend, .db = my->db, .pk = "USER#1"));
    DYNOX_RETURN(my->cents);
    DYNOX_FINALLY
    DYNOX_AWAIT_VOID(dynox_delete_table(my->db, TABLE));
    DYNOX_END
}

int main(void)
{
    dynox_error   err   = {0};
    int64_t       cents = 0;
    dynox_client *db    = dynox_client_new(.error = &err);
    if (db) dynox_run(DYNOX_CALL(run, .db = db), &cents, .error = &err); /* a loop on this thread */
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_client_free(db);
    return err.status == DYNOX_OK && cents == 5200 ? 0 : 1; /* the 40 shipped ones: 100 * 40 + their numbers */
}
