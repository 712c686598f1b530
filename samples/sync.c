/* Sync: every call has a sync_ twin that waits. For scripts, and for programs with threads of their own. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-sync"

static int fail(dynox_client *db, const dynox_error *err)
{
    dynox_error_print(stderr, err);
    dynox_client_free(db);
    return 1;
}

int main(void)
{
    dynox_error   err  = {0};
    dynox_client *db   = dynox_client_new(.error = &err); /* region, endpoint and credentials: from the environment */
    dynox_item   *user = NULL;

    if (dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = &err) != DYNOX_OK && err.status != DYNOX_E_IN_USE)
        return fail(db, &err);
    if (dynox_sync_wait_for_table_active(db, TABLE, .error = &err) != DYNOX_OK) return fail(db, &err);

    for (int i = 1; i <= 5; i++) {
        char pk[16];
        snprintf(pk, sizeof pk, "USER#%d", i);
        if (dynox_sync_put_item(db, TABLE, DYNOX_ITEM("pk", pk, "name", "Ada", "age", 30 + i), .error = &err) !=
            DYNOX_OK)
            return fail(db, &err);
    }

    if (dynox_sync_get_item(db, TABLE, DYNOX_ITEM("pk", "USER#1"), &user, .error = &err) != DYNOX_OK)
        return fail(db, &err);
    if (user) /* NULL: no such item; that is not an error */
        printf("%s is %" PRId64 "\n", dynox_get_string(user, "name"), dynox_get_int(user, "age"));
    dynox_item_free(user);

    int               count = 0;
    dynox_stream     *all   = dynox_scan(db, TABLE, .filter = DYNOX_EXPR("age > ?", 32));
    const dynox_item *item;
    while ((item = dynox_sync_stream_next(all, &err)))
        count++;
    dynox_stream_free(all);
    if (err.status != DYNOX_OK) return fail(db, &err);
    printf("%d users are older than 32\n", count);

    if (dynox_sync_update_item(db, TABLE, DYNOX_ITEM("pk", "USER#1"), DYNOX_EXPR("SET age = ?", 18),
                               .condition = DYNOX_EXPR("age < ?", 18), .return_on_condition_failure = DYNOX_ALL_OLD,
                               .error = &err) == DYNOX_E_CONDITION_FAILED)
        printf("not changed: the age is %" PRId64 "\n", dynox_get_int(err.item, "age"));
    dynox_error_clear(&err); /* it owns the item */

    if (dynox_sync_delete_table(db, TABLE, .error = &err) != DYNOX_OK) return fail(db, &err);
    dynox_client_free(db);
    return 0;
}
