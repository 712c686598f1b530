/* Money goes from one account to another, and a line goes into the ledger: all of it, or nothing. */
#define DYNOX_USER_TYPES DYNOX_MODEL_TYPE(account) DYNOX_MODEL_TYPE(entry)
#include <dynox/dynox.h>

#include "../model.h"

typedef struct account {
    DYNOX_RECORD;
    const char *id;
    int64_t     cents, version;
} account;
static const dynox_attribute account_attributes[] = {
    DYNOX_PARTITION_KEY(account, id),
    DYNOX_INT(account, cents),
    DYNOX_VERSION(account, version),
};
DYNOX_MODEL(account, .table = "accounts")

typedef struct entry {
    DYNOX_RECORD;
    char        id[27];
    const char *from, *to;
    int64_t     cents;
    time_t      at;
} entry;
static const dynox_attribute entry_attributes[] = {
    DYNOX_PARTITION_KEY(entry, id, .generate = DYNOX_ULID),
    DYNOX_STRING(entry, from, .required = true),
    DYNOX_STRING(entry, to, .required = true),
    DYNOX_INT(entry, cents),
    DYNOX_DATETIME(entry, at, .generate = DYNOX_UTC_NOW),
};
DYNOX_MODEL(entry, .table = "ledger")

DYNOX_ASYNC(bool, transfer, (dynox_client *db; const char *from, *to; int64_t cents;),
            (account *payer, *payee; entry line;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->payer, account_get(my->db, &(account){.id = my->from}, DYNOX_WITH(.consistent_read = true)));
    DYNOX_AWAIT(my->payee, account_get(my->db, &(account){.id = my->to}, DYNOX_WITH(.consistent_read = true)));
    if (!my->payer || !my->payee || my->payer->cents < my->cents) DYNOX_RETURN(false);
    my->payer->cents -= my->cents;
    my->payee->cents += my->cents;
    my->line = (entry){.from = my->from, .to = my->to, .cents = my->cents};
    DYNOX_AWAIT_VOID(dynox_transact_write(my->db, DYNOX_WRITES(account_saving(my->payer, NULL), account_saving(my->payee, NULL),
                                                               entry_saving(&my->line, NULL))));
    DYNOX_RETURN(my->payer->version == 2 && my->payee->version == 2 && !account_is_dirty(my->payer));
    DYNOX_FINALLY
    account_free(my->payer);
    account_free(my->payee);
    entry_clear(&my->line);
    DYNOX_END
}

int main(void)
{
    dynox_error   err = {0};
    bool          done = false;
    dynox_client *db = dynox_client_new(.error = &err);
    account_sync_create_table(db, NULL);
    if (entry_sync_create_table(db, DYNOX_WITH(.error = &err)) != DYNOX_OK) return dynox_error_print(stderr, &err), 1;
    account ada = {.id = "ada", .cents = 500}, bob = {.id = "bob"};
    if (dynox_sync_transact_write(db, DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&bob, NULL)), .error = &err) != DYNOX_OK)
        return dynox_error_print(stderr, &err), 1;
    if (dynox_run(DYNOX_CALL(transfer, .db = db, .from = "ada", .to = "bob", .cents = 200), &done, .error = &err) != DYNOX_OK)
        return dynox_error_print(stderr, &err), 1;

    /* What was saved above is not what is stored any more: nothing of this happens, and nothing moves here. */
    ada.cents = 1000;
    bob.cents = 1000;
    dynox_status stale = dynox_sync_transact_write(db, DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&bob, NULL)), .error = &err);
    printf("%s; still version %" PRId64 "\n", dynox_status_name(stale), ada.version);
    account *stored = NULL;
    account_sync_get(db, &bob, &stored, DYNOX_WITH(.consistent_read = true));
    int64_t lines = 0;
    entry_sync_count(db, NULL, &lines, NULL);
    printf("bob has %" PRId64 " cents, %" PRId64 " line in the ledger\n", stored->cents, lines);
    bool right = done && stale == DYNOX_E_TRANSACTION_CANCELLED && ada.version == 1 && stored->cents == 200 && lines == 1;
    account_free(stored);
    dynox_client_free(db);
    dynox_error_clear(&err);
    return right ? 0 : 1;
}
