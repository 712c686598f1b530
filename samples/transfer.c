/* Money from one account to another, all or nothing: a token so that it happens once, and what stood in the way when it
 * does not happen. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-transfer"

static dynox_status open_accounts(dynox_client *db, dynox_error *err)
{
    if (dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = err) != DYNOX_OK ||
        dynox_sync_wait_for_table_active(db, TABLE, .error = err) != DYNOX_OK)
        return err->status;
    return dynox_sync_batch_write(db,
                                  DYNOX_WRITES(DYNOX_PUT(TABLE, DYNOX_ITEM("pk", "ada", "cents", 500), .key = {"pk"}),
                                               DYNOX_PUT(TABLE, DYNOX_ITEM("pk", "bob", "cents", 0))),
                                  .error = err);
}

static dynox_status transfer(dynox_client *db, const char *id, const char *from, const char *to, int64_t cents,
                             dynox_error *err)
{
    return dynox_sync_transact_write(
        db,
        DYNOX_WRITES(DYNOX_UPDATE(TABLE, DYNOX_ITEM("pk", from), DYNOX_EXPR("SET cents = cents - ?", cents),
                                  .condition                   = DYNOX_EXPR("cents >= ?", cents),
                                  .return_on_condition_failure = DYNOX_ALL_OLD),
                     DYNOX_UPDATE(TABLE, DYNOX_ITEM("pk", to), DYNOX_EXPR("SET cents = cents + ?", cents),
                                  .condition = DYNOX_EXPR("attribute_exists(pk)")),
                     DYNOX_PUT(TABLE, DYNOX_ITEM("pk", id, "from", from, "to", to, "cents", cents))),
        .token = id, .conflict_retries = 3, .deadline_ms = 5000, .error = err);
}

static void explain(const dynox_error *err)
{
    printf("refused: %s\n", err->message);
    for (size_t i = 0; i < err->reason_count; i++)
        if (err->reasons[i].item)
            printf("  there are only %" PRId64 " cents\n", dynox_get_int(err->reasons[i].item, "cents"));
}

int main(void)
{
    dynox_error   err  = {0};
    dynox_items  *both = NULL;
    dynox_client *db   = dynox_client_new(.error = &err);
    if (open_accounts(db, &err) != DYNOX_OK) goto out;
    for (int i = 0; i < 2; i++) /* the second one is the same again, after a crash say, and changes nothing */
        if (transfer(db, "transfer-1", "ada", "bob", 200, &err) != DYNOX_OK) goto out;
    if (transfer(db, "transfer-2", "ada", "bob", 1000, &err) == DYNOX_E_TRANSACTION_CANCELLED) {
        explain(&err);
        dynox_error_clear(&err);
    }
    if (dynox_sync_transact_get(db,
                                DYNOX_READS(DYNOX_GET(TABLE, DYNOX_ITEM("pk", "ada"), .projection = "cents"),
                                            DYNOX_GET(TABLE, DYNOX_ITEM("pk", "bob"), .projection = "cents")),
                                &both, .error = &err) == DYNOX_OK)
        printf("%" PRId64 " and %" PRId64 "\n", dynox_get_int(both->at[0], "cents"),
               dynox_get_int(both->at[1], "cents"));
    dynox_items_free(both);
out:
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_sync_delete_table(db, TABLE);
    dynox_client_free(db);
    return err.status == DYNOX_OK ? 0 : 1;
}
