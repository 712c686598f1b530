/* A rehearsal of a bad day: money is moved while answers get lost, and once more when the service has forgotten that it
 * was. It runs on an engine in this process, so it needs no server, and ten minutes take no time. */
#include <dynox/dynox.h>

#define TABLE "accounts"
enum { ADA = 100, BOB = 20, MOVED = 30 };

static dynox_client *db;
static dynox_error   err;

/* A transaction with a token: sent again, it is still carried out once. */
static dynox_status move(int cents, const char *token, unsigned *attempts)
{
    dynox_info   info   = {0};
    dynox_status status = dynox_sync_transact_write(
        db,
        DYNOX_WRITES(DYNOX_UPDATE(TABLE, DYNOX_ITEM("pk", "ada"), DYNOX_EXPR("SET cents = cents - ?", cents),
                                  .condition = DYNOX_EXPR("cents >= ?", cents)),
                     DYNOX_UPDATE(TABLE, DYNOX_ITEM("pk", "bob"), DYNOX_EXPR("SET cents = cents + ?", cents))),
        .token = token, .info = &info, .error = &err);
    *attempts = status == DYNOX_OK ? info.attempts : err.attempts;
    dynox_info_clear(&info);
    return status;
}

static int64_t cents_of(const char *pk)
{
    dynox_item *item  = NULL;
    int64_t     cents = -1;
    if (dynox_sync_get_item(db, TABLE, DYNOX_ITEM("pk", pk), &item, .error = &err) == DYNOX_OK)
        cents = dynox_get_int(item, "cents");
    dynox_item_free(item);
    return cents;
}

static bool show(const dynox_local_request *request, void *arg)
{
    (void)arg;
    if (request->fault) printf("  %s: HTTP %d, fault %d\n", request->operation, request->status, request->fault);
    return true;
}

int main(void)
{
    unsigned     attempts = 0;
    dynox_local *local    = dynox_local_new(.seed = 7, .error = &err);
    db                    = dynox_client_new(.local = local, .error = &err);
    if (dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = &err) != DYNOX_OK) goto out;
    if (dynox_sync_put_item(db, TABLE, DYNOX_ITEM("pk", "ada", "cents", ADA), .error = &err) != DYNOX_OK) goto out;
    if (dynox_sync_put_item(db, TABLE, DYNOX_ITEM("pk", "bob", "cents", BOB), .error = &err) != DYNOX_OK) goto out;

    dynox_local_fail(local, .operation = "TransactWriteItems", .script = "xx", .with = DYNOX_LOCAL_LOSE_ANSWER);
    if (move(MOVED, "transfer-1", &attempts) != DYNOX_OK) goto out;
    printf("moved once, in %u attempts: ada has %d, bob %d\n", attempts, (int)cents_of("ada"), (int)cents_of("bob"));

    dynox_local_clock_add(local, 601); /* the service remembers a token for ten minutes */
    if (move(MOVED, "transfer-1", &attempts) != DYNOX_OK) goto out;
    printf("after ten minutes the token is forgotten: ada has %d\n", (int)cents_of("ada"));

    printf("what went wrong on the way:\n");
    dynox_local_each_request(local, show, NULL);
    if (cents_of("ada") != ADA - 2 * MOVED || cents_of("bob") != BOB + 2 * MOVED)
        dynox_error_set(&err, DYNOX_E_INTERNAL, "money was lost or made");
out:
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_client_free(db);
    dynox_local_free(local);
    return err.status == DYNOX_OK ? 0 : 1;
}
