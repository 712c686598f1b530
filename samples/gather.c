/* Futures: start several calls, combine them, wait once. Ten gets take as long as the slowest of them. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-gather"
enum { TEN = 10 };

/* Ten calls at once as one future; make(i) starts call i. */
static dynox_status ten_at_once(dynox_client  *db, dynox_future *(*make)(dynox_client *, const char *pk, int i),
                                dynox_future **all)
{
    dynox_future *calls[TEN];
    for (int i = 0; i < TEN; i++) {
        char pk[16];
        snprintf(pk, sizeof pk, "USER#%d", i);
        calls[i] = make(db, pk, i); /* what we pass is serialised before this returns */
    }
    *all = dynox_combine(DYNOX_GATHER, TEN, calls); /* takes the ten; cancels the rest if one fails */
    dynox_future_wait(*all, 10000);
    return dynox_future_error(*all);
}

static dynox_future *put(dynox_client *db, const char *pk, int i)
{
    return dynox_put_item(db, TABLE, DYNOX_ITEM("pk", pk, "age", 30 + i));
}

static dynox_future *get(dynox_client *db, const char *pk, int i)
{
    (void)i;
    return dynox_get_item(db, TABLE, DYNOX_ITEM("pk", pk));
}

int main(void)
{
    dynox_error   err  = {0};
    dynox_client *db   = dynox_client_new(.error = &err);
    dynox_future *puts = NULL, *gets = NULL;
    int64_t       sum    = 0;
    dynox_status  status = dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = &err);
    if (status == DYNOX_OK || status == DYNOX_E_IN_USE)
        status = dynox_sync_wait_for_table_active(db, TABLE, .error = &err);
    if (status != DYNOX_OK) goto out;

    if ((status = ten_at_once(db, put, &puts)) != DYNOX_OK) goto out;
    if ((status = ten_at_once(db, get, &gets)) != DYNOX_OK) goto out;
    for (size_t i = 0; i < TEN; i++)
        sum += dynox_get_int(dynox_future_peek_item(dynox_combined_at(gets, i)), "age");
    printf("ten items at once, ages %" PRId64 " in all\n", sum);

    /* Whichever answers first; the other is cancelled. And not longer than two seconds. */
    dynox_future *either = dynox_timeout(dynox_any(get(db, "USER#1", 1), get(db, "USER#1", 1)), 2000);
    if ((status = dynox_join_void(either, .error = &err)) != DYNOX_OK) goto out;
    printf("and the faster one of two\n");

out:
    if (status != DYNOX_OK) {
        const dynox_error *why = err.status ? &err : dynox_future_details(gets ? gets : puts);
        if (why) dynox_error_print(stderr, why);
    }
    dynox_future_release(puts);
    dynox_future_release(gets);
    dynox_sync_delete_table(db, TABLE);
    dynox_client_free(db);
    return status == DYNOX_OK ? 0 : 1;
}
