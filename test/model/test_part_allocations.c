/* Records as parts without memory: each allocation fails in turn; either all came home, or nothing did and
 * DYNOX_E_NO_MEMORY says why. */
#include "client/scripted.h"

#include "client/sweep.h"

typedef struct account {
    DYNOX_RECORD;
    const char *id;
    int64_t     balance, version;
} account;
static const dynox_attribute account_attributes[] = {
    DYNOX_PARTITION_KEY(account, id, .template_ = "A#{balance}"),
    DYNOX_INT(account, balance),
    DYNOX_VERSION(account, version),
};
DYNOX_MODEL(account, .table = "accounts")

/* Three, of which the last one was loaded and changed. false: out of memory. */
typedef struct three {
    account  one, two;
    account *three;
} three;

static bool make(three *all)
{
    dynox_error error = {0};
    *all              = (three){.one = {.balance = 1}, .two = {.balance = 2, .version = 4}};
    all->three        = account_from_item(DYNOX_ITEM("id", "A#3", "balance", 3, "version", 7), &error);
    dynox_error_clear(&error);
    return all->three;
}

static void check(three *all, dynox_status status, dynox_error *error, bool comes_home)
{
    bool home = status == DYNOX_OK && comes_home;
    if (status != DYNOX_OK && status != DYNOX_E_NO_MEMORY && status != DYNOX_E_PARTIAL)
        fail_msg("%d: %s", (int)status, error->message);
    assert_int_equal(all->one.version, home ? 1 : 0);
    assert_int_equal(all->two.version, home ? 5 : 4);
    dynox_error_clear(error);
    account_clear(&all->one);
    account_clear(&all->two);
    account_free(all->three);
}

static void transaction(void)
{
    three       all;
    dynox_error error = {0};
    if (!make(&all)) return;
    dynox_status status = dynox_sync_transact_write(
        client,
        DYNOX_WRITES(account_saving(&all.one, NULL),
                     account_updating(&all.two, DYNOX_EXPR("SET balance = balance + ?", 1),
                                      DYNOX_WITH(.condition = DYNOX_EXPR("balance < ?", 9))),
                     account_deleting(all.three, NULL),
                     account_checking(&(account){.balance = 4}, DYNOX_EXPR("balance > ?", 0))),
        .error = &error);
    check(&all, status, &error, true);
}

static void built_transaction(void)
{
    three       all;
    dynox_error error = {0};
    if (!make(&all)) return;
    dynox_transaction *built = dynox_transaction_new();
    dynox_transaction_add(built, account_saving(&all.one, NULL));
    dynox_transaction_add(built, account_updating(&all.two, DYNOX_EXPR("SET balance = ?", 2), NULL));
    dynox_transaction_add(built, account_saving(all.three, NULL));
    dynox_status status = built ? dynox_sync_transaction_commit(built, client, .error = &error) : DYNOX_E_NO_MEMORY;
    dynox_transaction_free(built);
    check(&all, status, &error, true);
}

static void batch(void)
{
    three       all;
    dynox_error error = {0};
    dynox_left *left  = NULL;
    if (!make(&all)) return;
    dynox_status status = dynox_sync_batch_write(
        client,
        DYNOX_WRITES(account_saving(&all.one, NULL), account_saving(&all.two, NULL), account_deleting(all.three, NULL)),
        .left = &left, .error = &error);
    dynox_left_free(left);
    check(&all, status, &error, true);
}

static void batch_writer(void)
{
    three       all;
    dynox_error error = {0};
    if (!make(&all)) return;
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .error = &error);
    dynox_status        status = error.status;
    if (writer) status = dynox_sync_batch_writer_add(writer, account_saving(&all.one, NULL), &error);
    if (status == DYNOX_OK) status = dynox_sync_batch_writer_add(writer, account_deleting(all.three, NULL), &error);
    if (status == DYNOX_OK) status = dynox_sync_batch_writer_close(writer, &error);
    dynox_batch_writer_free(writer);
    check(&all, status, &error, false);
}

static void reads(void)
{
    dynox_error  error = {0};
    dynox_items *items = NULL;
    dynox_reads  one   = DYNOX_READS(account_getting(&(account){.balance = 1}, NULL));
    if (dynox_sync_transact_get(client, one, &items, .error = &error) == DYNOX_OK) assert_int_equal(items->count, 1);
    dynox_items_free(items);
    assert_true(error.status == DYNOX_OK || error.status == DYNOX_E_NO_MEMORY);
    dynox_error_clear(&error);
    items = NULL;
    dynox_sync_batch_get(client, one, .out = &items, .error = &error);
    dynox_items_free(items);
    assert_true(error.status == DYNOX_OK || error.status == DYNOX_E_NO_MEMORY || error.status == DYNOX_E_PARTIAL);
    dynox_error_clear(&error);
}

static void cancelled(void)
{
    three       all;
    dynox_error error = {0};
    if (!make(&all)) return;
    faultserver_say(&server, "status 400 TransactionCanceledException x1, none");
    dynox_status status = dynox_sync_transact_write(
        client, DYNOX_WRITES(account_saving(&all.two, NULL), account_saving(all.three, NULL)), .error = &error);
    faultserver_say(&server, "none");
    if (status == DYNOX_E_TRANSACTION_CANCELLED) status = DYNOX_E_NO_MEMORY;
    check(&all, status, &error, false);
}

static const sweep_operation operations[] = {
    {"transaction", transaction},
    {"built_transaction", built_transaction},
    {"batch", batch},
    {"batch_writer", batch_writer},
    {"reads", reads},
    {"cancelled", cancelled},
};

static int start(void **state)
{
    (void)state;
    dynox_error error = {0};
    faultserver_start(&server, NULL);
    scripted_answer("TransactWriteItems", "{}");
    scripted_answer("TransactGetItems", "{\"Responses\":[{\"Item\":{\"id\":{\"S\":\"A#1\"}}}]}");
    scripted_answer("BatchGetItem", "{\"Responses\":{\"accounts\":[{\"id\":{\"S\":\"A#1\"}}]}}");
    scripted_answer("BatchWriteItem", "{\"UnprocessedItems\":{}}");
    faultserver_say(&server,
                    "body REASONS [{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"failed\",\"Item\":{\"id\":{\"S\":"
                    "\"A#2\"},\"version\":{\"N\":\"9\"}}},{\"Code\":\"None\"}]");
    account_free(account_from_item(&(dynox_item){0}, &error)); /* what a model is is found out once */
    dynox_error_clear(&error);
    return 0;
}

int main(void)
{
    return sweep_run("model.part_allocations", operations, sizeof operations / sizeof *operations, start);
}
