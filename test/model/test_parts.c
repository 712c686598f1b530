/* Records as parts of transactions and batches: what is sent, what comes home and when, what is refused. */
#include "client/scripted.h"

typedef struct account {
    DYNOX_RECORD;
    const char *id;
    int64_t     balance, version;
    int         before, after; /* no attributes: by the hooks */
} account;
static const dynox_attribute account_attributes[] = {
    DYNOX_PARTITION_KEY(account, id, .alias = "pk"),
    DYNOX_INT(account, balance, .alias = "b"),
    DYNOX_VERSION(account, version, .alias = "v"),
};

static dynox_status account_before(account *self, dynox_error *error)
{
    self->before++;
    if (self->balance >= 0) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_VALUE, "%s is overdrawn", self->id);
}

static void account_after(account *self)
{
    self->after++;
}

DYNOX_MODEL(account, .table = "accounts", .before_save = account_before, .before_update = account_before,
            .before_delete = account_before, .after_save = account_after, .after_update = account_after,
            .after_delete = account_after)

/* Without a version. */
typedef struct entry {
    DYNOX_RECORD;
    const char *book, *text;
    int64_t     line;
} entry;
static const dynox_attribute entry_attributes[] = {
    DYNOX_PARTITION_KEY(entry, book),
    DYNOX_SORT_KEY(entry, line),
    DYNOX_STRING(entry, text, .required = true),
};
DYNOX_MODEL(entry, .table = "entries")

/* With a hook that takes time. */
typedef struct slow {
    DYNOX_RECORD;
    const char *pk;
} slow;
static const dynox_attribute slow_attributes[] = {DYNOX_PARTITION_KEY(slow, pk)};
static int                   slow_hooks;

static dynox_future *slow_before(dynox_client *db, slow *self)
{
    (void)db;
    (void)self;
    slow_hooks++;
    return dynox_future_of(dynox_ok(NULL, NULL));
}

static dynox_future *slow_after(dynox_client *db, slow *self)
{
    return slow_before(db, self);
}

DYNOX_MODEL(slow, .table = "slow", .before_save_async = slow_before, .after_delete_async = slow_after)

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("TransactWriteItems", "{}");
    scripted_answer("TransactGetItems", "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"a\"},\"b\":{\"N\":\"5\"}}}]}");
    scripted_answer("BatchWriteItem", "{\"UnprocessedItems\":{}}");
    slow_hooks = 0;
    return 0;
}

#define STORED(id_, balance_, version_) DYNOX_ITEM("pk", id_, "b", balance_, "v", version_)

static account *stored(const char *id, int balance, int version)
{
    dynox_error error = {0};
    account    *made  = account_from_item(STORED(id, balance, version), &error);
    if (!made) fail_msg("%s", error.message);
    return made;
}

static void assert_fine(dynox_status status, const dynox_error *error)
{
    if (status != DYNOX_OK) fail_msg("%d: %s", (int)status, error->message);
}

static void transact_ok(dynox_writes writes)
{
    dynox_error error = {0};
    assert_fine(dynox_sync_transact_write(client, writes, .error = &error), &error);
}

static void batch_ok(dynox_writes writes)
{
    dynox_error error = {0};
    assert_fine(dynox_sync_batch_write(client, writes, .error = &error), &error);
}

static void assert_says(const dynox_error *error, dynox_status status, const char *words)
{
    if (error->status != status || !strstr(error->message, words))
        fail_msg("%d: %s\ninstead of %d: %s", (int)error->status, error->message, (int)status, words);
}

/* How a transaction is refused before anything is sent. */
static void refused(dynox_writes writes, dynox_status status, const char *words)
{
    dynox_error error = {0};
    long        sent  = requests_so_far();
    dynox_sync_transact_write(client, writes, .error = &error);
    assert_says(&error, status, words);
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&error);
}

static void batch_refused(dynox_writes writes, dynox_status status, const char *words)
{
    dynox_error error = {0};
    long        sent  = requests_so_far();
    dynox_sync_batch_write(client, writes, .error = &error);
    assert_says(&error, status, words);
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&error);
}

/* ---- transactions ---- */

/* Row 121. */
static void a_transaction_saves_records_of_several_models_and_their_versions_count(void **state)
{
    (void)state;
    account ada = {.id = "ada", .balance = 10}, *bob = stored("bob", 7, 3);
    entry   line = {.book = "2026", .line = 1, .text = "gift"};
    bob->balance = 8;
    transact_ok(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(bob, NULL), entry_saving(&line, NULL)));
    assert_sent("{\"Put\":{\"TableName\":\"accounts\",\"Item\":{\"pk\":{\"S\":\"ada\"},\"b\":{\"N\":\"10\"},"
                "\"v\":{\"N\":\"1\"}},\"ConditionExpression\":\"attribute_not_exists(#n0)\"");
    assert_sent("{\"Update\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"bob\"}},\"UpdateExpression\":\"SET ");
    assert_sent("{\"Put\":{\"TableName\":\"entries\",\"Item\":{");
    assert_int_equal(ada.version, 1);
    assert_int_equal(bob->version, 4);
    assert_false(account_is_dirty(bob));
    ada.balance = 9;
    transact_ok(DYNOX_WRITES(account_saving(&ada, NULL)));
    assert_sent("{\"Update\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"ada\"}}");
    assert_int_equal(ada.version, 2);
    account_free(bob);
}

/* Row 123. */
static void a_transaction_deletes_under_the_version_that_is_known(void **state)
{
    (void)state;
    account *bob = stored("bob", 7, 3), ada = {.id = "ada"};
    transact_ok(DYNOX_WRITES(account_deleting(bob, NULL), account_deleting(&ada, NULL)));
    assert_sent(
        "{\"Delete\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"bob\"}},\"ConditionExpression\":\"#n0 "
        "= :v0\",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\",\"ExpressionAttributeNames\":{\"#n0\":"
        "\"v\"},\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"3\"}}}}");
    assert_sent("{\"Delete\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"ada\"}}}}");
    transact_ok(DYNOX_WRITES(account_saving(bob, NULL))); /* it is a new one now, that continues its version */
    assert_sent("{\"Put\":{\"TableName\":\"accounts\"");
    account_free(bob);
}

static void updates_and_checks_speak_of_members(void **state)
{
    (void)state;
    account *bob = stored("bob", 7, 3);
    transact_ok(DYNOX_WRITES(account_updating(bob, DYNOX_EXPR("SET balance = balance - ?", 2),
                                              DYNOX_WITH(.condition = DYNOX_EXPR("balance >= ?", 2))),
                             account_checking(&(account){.id = "ada"}, DYNOX_EXPR("balance > ?", 0))));
    assert_sent("\"ExpressionAttributeNames\":{\"#n0\":\"b\",\"#n1\":\"v\"}");
    assert_sent("{\"ConditionCheck\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"ada\"}},"
                "\"ConditionExpression\":\"#n0 > :v0\",\"ExpressionAttributeNames\":{\"#n0\":\"b\"}");
    assert_int_equal(bob->version, 4);
    assert_int_equal(bob->after, 1);
    account_free(bob);
}

/* So that reasons and parts have the same numbers. */
static void an_unchanged_record_becomes_a_check_and_keeps_its_place(void **state)
{
    (void)state;
    dynox_error error = {0};
    account    *bob = stored("bob", 7, 3), ada = {.id = "ada"};
    entry      *line = entry_from_item(DYNOX_ITEM("book", "2026", "line", 1, "text", "gift"), &error);
    transact_ok(DYNOX_WRITES(account_saving(bob, NULL), entry_saving(line, NULL), account_saving(&ada, NULL)));
    assert_sent("{\"TransactItems\":[{\"ConditionCheck\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"bob\"}},"
                "\"ConditionExpression\":\"#n0 = :v0\"");
    assert_sent("},{\"ConditionCheck\":{\"TableName\":\"entries\",\"Key\":{\"book\":{\"S\":\"2026\"},\"line\":{\"N\":"
                "\"1\"}},\"ConditionExpression\":\"attribute_exists(#n0)\"");
    assert_int_equal(bob->version, 3);
    assert_int_equal(bob->after, 0);
    account_free(bob);
    entry_free(line);
}

static void records_and_items_may_be_parts_of_one_transaction(void **state)
{
    (void)state;
    account ada = {.id = "ada"};
    transact_ok(DYNOX_WRITES(DYNOX_PUT("other", DYNOX_ITEM("pk", "x")), account_saving(&ada, NULL),
                             DYNOX_DELETE("other", DYNOX_ITEM("pk", "y"))));
    assert_sent("{\"TransactItems\":[{\"Put\":{\"TableName\":\"other\"");
    assert_sent("},{\"Delete\":{\"TableName\":\"other\",\"Key\":{\"pk\":{\"S\":\"y\"}}}}]");
    assert_int_equal(ada.version, 1);
}

/* Row 122. */
static void what_failed_changes_nothing(void **state)
{
    (void)state;
    account ada = {.id = "ada", .balance = 10}, *bob = stored("bob", 7, 3), *eve = stored("eve", 1, 1);
    bob->balance = 8;
    faultserver_say(&server, "status 400 TransactionCanceledException");
    dynox_writes all = DYNOX_WRITES(account_saving(&ada, NULL), account_saving(bob, NULL), account_deleting(eve, NULL));
    assert_int_equal(dynox_sync_transact_write(client, all, .max_attempts = 1), DYNOX_E_TRANSACTION_CANCELLED);
    assert_int_equal(ada.version, 0);
    assert_int_equal(bob->version, 3);
    assert_true(account_is_dirty(bob));
    assert_int_equal(ada.after + bob->after + eve->after, 0);
    faultserver_say(&server, "none");
    transact_ok(all); /* the parts may be used again */
    assert_sent("{\"TransactItems\":[{\"Put\":{\"TableName\":\"accounts\",\"Item\":{\"pk\":{\"S\":\"ada\"}");
    assert_int_equal(ada.version, 1);
    assert_int_equal(bob->version, 4);
    account_free(bob);
    account_free(eve);
}

/* Row 122. */
static void a_cancelled_transaction_says_which_record_has_another_version(void **state)
{
    (void)state;
    dynox_error error = {0};
    account     ada = {.id = "ada"}, *bob = stored("bob", 7, 3), *eve = stored("eve", 1, 1);
    bob->balance = 8;
    faultserver_say(&server, "body REASONS [{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"failed\",\"Item\":{"
                             "\"pk\":{\"S\":\"ada\"},\"v\":{\"N\":\"2\"}}},{\"Code\":\"ConditionalCheckFailed\","
                             "\"Message\":\"failed\",\"Item\":{\"pk\":{\"S\":\"bob\"},\"v\":{\"N\":\"5\"}}},{\"Code\":"
                             "\"ConditionalCheckFailed\"},{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"no\"}]");
    faultserver_say(&server, "status 400 TransactionCanceledException");
    dynox_sync_transact_write(client,
                              DYNOX_WRITES(account_saving(&ada, NULL), account_saving(bob, NULL),
                                           account_deleting(eve, NULL),
                                           account_checking(&(account){.id = "x"}, DYNOX_EXPR("balance > ?", 1))),
                              .max_attempts = 1, .error = &error);
    assert_says(
        &error, DYNOX_E_TRANSACTION_CANCELLED,
        "action 1, put on \"accounts\": ConditionalCheckFailed: account: there is a stored record with that key "
        "already, of version 2;");
    assert_says(&error, DYNOX_E_TRANSACTION_CANCELLED,
                "action 2, update on \"accounts\" (key pk): ConditionalCheckFailed: account: the stored record is not "
                "version 3 any more;");
    assert_says(&error, DYNOX_E_TRANSACTION_CANCELLED, "account: the stored record is gone");
    assert_says(&error, DYNOX_E_TRANSACTION_CANCELLED,
                "action 4, check on \"accounts\" (key pk): "
                "ConditionalCheckFailed: no");
    assert_int_equal(dynox_get_int(error.reasons[1].item, "v"), 5);
    dynox_error_clear(&error);
    account_free(bob);
    account_free(eve);
}

static void nothing_comes_home_before_the_future_is_taken(void **state)
{
    (void)state;
    account       ada    = {.id = "ada"};
    dynox_future *future = dynox_transact_write(client, DYNOX_WRITES(account_saving(&ada, NULL)));
    assert_int_equal(dynox_future_wait(future, -1), DYNOX_OK);
    assert_int_equal(ada.version, 0);
    assert_int_equal(ada.after, 0);
    assert_int_equal(dynox_join_void(future), DYNOX_OK);
    assert_int_equal(ada.version, 1);
    assert_int_equal(ada.after, 1);
}

static void a_future_that_is_released_leaves_the_records_alone(void **state)
{
    (void)state;
    account *bob = stored("bob", 7, 3);
    bob->balance = 8;
    dynox_future *future =
        dynox_transact_write(client, DYNOX_WRITES(account_saving(bob, NULL), account_deleting(bob, NULL)));
    dynox_future_release(future);
    future = dynox_transact_write(client, DYNOX_WRITES(account_saving(bob, NULL)));
    account_free(bob); /* the receipt keeps the block */
    assert_int_equal(dynox_future_wait(future, -1), DYNOX_OK);
    dynox_future_release(future);
}

static void hooks_run_and_may_be_skipped(void **state)
{
    (void)state;
    account ada = {.id = "ada"}, bob = {.id = "bob"};
    transact_ok(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&bob, DYNOX_WITH(.skip_hooks = true))));
    assert_int_equal(ada.before, 1);
    assert_int_equal(ada.after, 1);
    assert_int_equal(bob.before, 0);
    assert_int_equal(bob.after, 0);
    assert_int_equal(bob.version, 1);
}

static void a_veto_names_its_part(void **state)
{
    (void)state;
    account ada = {.id = "ada"}, bob = {.id = "bob", .balance = -1}, *eve = stored("eve", -1, 1);
    refused(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&bob, NULL)), DYNOX_E_VALUE,
            "action 2 (put on \"accounts\"): bob is overdrawn");
    assert_int_equal(ada.before, 1);
    assert_int_equal(ada.version, 0);
    refused(DYNOX_WRITES(account_deleting(eve, NULL)), DYNOX_E_VALUE,
            "action 1 (delete on \"accounts\"): eve is overdrawn");
    batch_refused(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&bob, NULL)), DYNOX_E_VALUE,
                  "part 2 (put on \"accounts\"): bob is overdrawn");
    account_free(eve);
}

static void what_is_wrong_with_a_record_names_its_part(void **state)
{
    (void)state;
    account ada     = {.id = "ada"};
    entry   no_text = {.book = "2026"};
    refused(DYNOX_WRITES(account_saving(&(account){.id = NULL}, NULL)), DYNOX_E_VALUE,
            "action 1 (put on \"accounts\"): account.id: the key is not set");
    refused(DYNOX_WRITES(account_saving(&ada, NULL), entry_saving(&no_text, NULL)), DYNOX_E_VALUE,
            "action 2 (put on \"entries\"): entry.text is required and not set");
    refused(DYNOX_WRITES(account_updating(&ada, NULL, NULL)), DYNOX_E_ARGUMENT,
            "action 1 (update on \"accounts\"): account: the update expression is missing (NULL)");
    refused(DYNOX_WRITES(account_updating(&ada, DYNOX_EXPR("SET balanec = ?", 1), NULL)), DYNOX_E_EXPRESSION,
            "account has no member \"balanec\" (balance?)");
    refused(DYNOX_WRITES(account_checking(&ada, NULL)), DYNOX_E_ARGUMENT, "a check without a condition");
    refused(DYNOX_WRITES(account_saving(NULL, NULL)), DYNOX_E_ARGUMENT, "account_saving: the record is missing (NULL)");
    refused(DYNOX_WRITES(dynox_model_saving(NULL, &ada, NULL)), DYNOX_E_ARGUMENT, "action 1");
}

static void options_that_a_part_has_no_use_for_are_refused(void **state)
{
    (void)state;
    account     ada   = {.id = "ada"};
    dynox_error error = {0};
    dynox_info  info  = {0};
    refused(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.limit = 1))), DYNOX_E_ARGUMENT,
            "account_saving: .limit is not an option of a saving");
    refused(DYNOX_WRITES(account_updating(&ada, DYNOX_EXPR("SET balance = ?", 1), DYNOX_WITH(.refresh = true))),
            DYNOX_E_ARGUMENT, ".refresh is not an option");
    refused(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.error = &error))), DYNOX_E_ARGUMENT,
            ".error and .info are the call's, not a part's");
    refused(DYNOX_WRITES(account_deleting(&ada, DYNOX_WITH(.info = &info))), DYNOX_E_ARGUMENT,
            ".error and .info are the call's, not a part's");
    refused(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.deadline_ms = 5))), DYNOX_E_ARGUMENT,
            ".deadline_ms is the call's, not a part's");
    refused(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.return_capacity = DYNOX_CAPACITY_TOTAL))), DYNOX_E_ARGUMENT,
            ".return_capacity is the call's, not a part's");
    refused(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.skip_hooks = true, .run_hooks = true))), DYNOX_E_ARGUMENT,
            "contradict each other");
    assert_int_equal(ada.before, 0);
}

static void a_record_may_be_in_a_transaction_once(void **state)
{
    (void)state;
    account ada = {.id = "ada"}, twin = {.id = "ada"};
    refused(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&twin, NULL)), DYNOX_E_ARGUMENT,
            "actions 1 and 2 are on one item of \"accounts\"");
    refused(DYNOX_WRITES(account_saving(&ada, NULL), account_deleting(&ada, NULL)), DYNOX_E_ARGUMENT,
            "actions 1 and 2 are on one item of \"accounts\"");
    refused(DYNOX_WRITES(DYNOX_PUT("accounts", DYNOX_ITEM("pk", "ada", "b", 3)), account_saving(&twin, NULL)),
            DYNOX_E_ARGUMENT, "actions 1 and 2 are on one item of \"accounts\"");
    refused(DYNOX_WRITES(account_saving(&twin, NULL), DYNOX_PUT("accounts", DYNOX_ITEM("pk", "ada", "b", 3))),
            DYNOX_E_ARGUMENT, "actions 1 and 2 are on one item of \"accounts\"");
    assert_int_equal(ada.version, 0);
}

/* They would need a turn on an executor between the parts. */
static void hooks_that_take_time_are_not_for_parts(void **state)
{
    (void)state;
    slow one = {.pk = "1"};
    refused(DYNOX_WRITES(slow_saving(&one, NULL)), DYNOX_E_ARGUMENT,
            "slow_saving: its before_save_async cannot run in a part: await it yourself, and say .skip_hooks");
    refused(DYNOX_WRITES(slow_deleting(&one, NULL)), DYNOX_E_ARGUMENT, "slow_deleting: its after_delete_async");
    batch_refused(DYNOX_WRITES(slow_saving(&one, NULL)), DYNOX_E_ARGUMENT, "before_save_async");
    transact_ok(DYNOX_WRITES(slow_saving(&one, DYNOX_WITH(.skip_hooks = true))));
    batch_ok(DYNOX_WRITES(slow_saving(&one, DYNOX_WITH(.skip_hooks = true))));
    transact_ok(DYNOX_WRITES(slow_updating(&one, DYNOX_EXPR("SET `n` = ?", 1), NULL))); /* that has none */
    assert_int_equal(slow_hooks, 0);
}

/* Row 121. */
static void a_transaction_may_be_put_together_step_by_step(void **state)
{
    (void)state;
    dynox_error        error = {0};
    account            ada = {.id = "ada"}, *bob = stored("bob", 7, 3);
    dynox_transaction *all = dynox_transaction_new();
    dynox_transaction_add(all, account_saving(&ada, NULL));
    dynox_transaction_add(all, account_updating(bob, DYNOX_EXPR("SET balance = ?", 5), NULL));
    dynox_transaction_add(all, account_checking(&(account){.id = "eve"}, DYNOX_EXPR("balance > ?", 0)));
    ada.balance = 4; /* what is committed counts */
    assert_fine(dynox_sync_transaction_commit(all, client, .error = &error), &error);
    assert_sent("\"Item\":{\"pk\":{\"S\":\"ada\"},\"b\":{\"N\":\"4\"}");
    assert_sent("ConditionCheck");
    assert_int_equal(ada.version, 1);
    assert_int_equal(bob->version, 4);
    dynox_transaction_free(all);
    account_free(bob);
}

static void records_are_read_in_a_transaction_as_items(void **state)
{
    (void)state;
    dynox_error  error = {0};
    dynox_items *items = NULL;
    assert_fine(dynox_sync_transact_get(client, DYNOX_READS(account_getting(&(account){.id = "a"}, NULL)), &items,
                                        .error = &error),
                &error);
    assert_sent("{\"TransactItems\":[{\"Get\":{\"TableName\":\"accounts\",\"Key\":{\"pk\":{\"S\":\"a\"}}}}]");
    account *a = account_from_item(items->at[0], &error);
    assert_int_equal(a->balance, 5);
    account_free(a);
    dynox_items_free(items);
    assert_int_equal(dynox_sync_transact_get(client, DYNOX_READS(account_getting(&(account){.id = NULL}, NULL)), &items,
                                             .error = &error),
                     DYNOX_E_VALUE);
    assert_says(&error, DYNOX_E_VALUE, "action 1 (get on \"accounts\"): account.id: the key is not set");
    dynox_error_clear(&error);
}

/* ---- batches ---- */

/* Row 105. */
static void a_batch_puts_whole_records_and_their_versions_count(void **state)
{
    (void)state;
    account ada = {.id = "ada", .balance = 10}, *bob = stored("bob", 7, 3), *eve = stored("eve", 1, 9);
    batch_ok(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(bob, NULL), account_deleting(eve, NULL)));
    assert_sent("{\"RequestItems\":{\"accounts\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"ada\"},\"b\":{\"N\":"
                "\"10\"},\"v\":{\"N\":\"1\"}}}},{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"bob\"},\"b\":{\"N\":\"7\"},"
                "\"v\":{\"N\":\"4\"}}}},{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"eve\"}}}}]}");
    assert_int_equal(ada.version, 1);
    assert_int_equal(bob->version, 4);
    assert_int_equal(ada.before + ada.after, 2);
    assert_int_equal(eve->after, 1);
    account_free(bob);
    account_free(eve);
}

static void what_a_batch_cannot_do_is_refused_before_any_hook(void **state)
{
    (void)state;
    account ada = {.id = "ada"};
    batch_refused(DYNOX_WRITES(account_updating(&ada, DYNOX_EXPR("SET balance = ?", 1), NULL)), DYNOX_E_ARGUMENT,
                  "part 1 (update on \"accounts\"): a batch takes puts and deletes only");
    batch_refused(DYNOX_WRITES(account_checking(&ada, DYNOX_EXPR("balance = ?", 1))), DYNOX_E_ARGUMENT,
                  "part 1 (check on \"accounts\"): a batch takes puts and deletes only");
    batch_refused(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.condition = DYNOX_EXPR("balance = ?", 1)))),
                  DYNOX_E_ARGUMENT, "part 1 (put on \"accounts\"): account: a batch has no conditions");
    assert_int_equal(ada.before, 0);
}

static void a_batch_puts_no_record_of_which_only_a_part_is_known(void **state)
{
    (void)state;
    account ada = {.id = "ada", .balance = 1};
    transact_ok(DYNOX_WRITES(account_saving(&ada, NULL)));
    transact_ok(DYNOX_WRITES(account_updating(&ada, DYNOX_EXPR("SET balance = ?", 1), NULL)));
    batch_refused(DYNOX_WRITES(account_saving(&ada, NULL)), DYNOX_E_VALUE,
                  "account: a batch puts whole records, and the item was updated since");
    batch_ok(DYNOX_WRITES(account_saving(&ada, DYNOX_WITH(.full_replace = true))));
    assert_int_equal(ada.version, 3);
    account *bob = NULL;
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"S\":\"bob\"},\"b\":{\"N\":\"1\"},\"v\":{\"N\":\"1\"}}}");
    assert_int_equal(
        account_sync_get(client, &(account){.id = "bob"}, &bob, DYNOX_WITH(.projection = "balance, version")),
        DYNOX_OK);
    batch_refused(DYNOX_WRITES(account_saving(bob, NULL)), DYNOX_E_VALUE,
                  "account: a batch puts whole records, and only a part of the record was loaded");
    account_free(bob);
}

static void what_a_batch_has_left_changes_nothing(void **state)
{
    (void)state;
    account     ada = {.id = "ada"}, bob = {.id = "bob"};
    dynox_left *left  = NULL;
    dynox_error error = {0};
    scripted_answer("BatchWriteItem",
                    "{\"UnprocessedItems\":{\"accounts\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"bob\"},\"b\":{"
                    "\"N\":\"0\"},\"v\":{\"N\":\"1\"}}}}]}}");
    dynox_status status =
        dynox_sync_batch_write(client, DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&bob, NULL)),
                               .max_attempts = 2, .left = &left, .error = &error);
    assert_int_equal(status, DYNOX_E_PARTIAL);
    assert_int_equal(left->writes.count, 1);
    assert_string_equal(dynox_get_string(left->writes.at[0].item, "pk"), "bob");
    assert_int_equal(ada.version + ada.after, 0);
    assert_int_equal(bob.version + bob.after, 0);
    setup(state);
    batch_ok(left->writes);
    assert_sent("\"S\":\"bob\"");
    dynox_left_free(left);
    dynox_error_clear(&error);
}

static void of_two_writes_of_one_record_the_last_counts(void **state)
{
    (void)state;
    account ada = {.id = "ada"}, *bob = stored("bob", 7, 3);
    batch_ok(DYNOX_WRITES(account_saving(&ada, NULL), account_saving(&ada, NULL), account_saving(bob, NULL),
                          account_deleting(bob, NULL)));
    assert_sent("{\"accounts\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"ada\"},\"b\":{\"N\":\"0\"},\"v\":{\"N\":"
                "\"1\"}}}},{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"bob\"}}}}]}");
    assert_int_equal(ada.version, 1);
    account_free(bob);
}

/* Row 105. */
static void a_writer_takes_records_and_nothing_comes_home(void **state)
{
    (void)state;
    dynox_error         error = {0};
    account             ada   = {.id = "ada", .balance = 10};
    entry               line  = {.book = "2026", .line = 1, .text = "gift"};
    dynox_batch_writer *all   = dynox_batch_writer_new(client);
    assert_fine(dynox_sync_batch_writer_add(all, account_saving(&ada, NULL), &error), &error);
    ada.id = "gone"; /* what was added was copied */
    assert_fine(dynox_sync_batch_writer_add(all, entry_deleting(&line, NULL), &error), &error);
    assert_int_equal(
        dynox_sync_batch_writer_add(all, account_updating(&ada, DYNOX_EXPR("SET balance = ?", 1), NULL), &error),
        DYNOX_E_ARGUMENT);
    dynox_error_clear(&error);
    assert_int_equal(dynox_sync_batch_writer_add(all, account_saving(&(account){.id = NULL}, NULL), &error),
                     DYNOX_E_VALUE);
    assert_says(&error, DYNOX_E_VALUE, "account.id: the key is not set");
    dynox_error_clear(&error);
    assert_fine(dynox_sync_batch_writer_close(all, &error), &error);
    assert_sent(
        "{\"accounts\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"ada\"},\"b\":{\"N\":\"10\"},\"v\":{\"N\":"
        "\"1\"}}}}],\"entries\":[{\"DeleteRequest\":{\"Key\":{\"book\":{\"S\":\"2026\"},\"line\":{\"N\":\"1\"}}}}]");
    assert_int_equal(ada.version + ada.after, 0);
    assert_int_equal(ada.before, 1);
    dynox_batch_writer_free(all);
}

static void an_explained_call_changes_nothing(void **state)
{
    (void)state;
    long               sent = requests_so_far();
    account            ada = {.id = "ada"}, *bob = stored("bob", 7, 3);
    dynox_explanation *plan = dynox_explain(
        dynox_transact_write(client, DYNOX_WRITES(account_saving(&ada, NULL), account_saving(bob, NULL))));
    assert_non_null(plan);
    assert_int_equal(plan->status, DYNOX_OK);
    assert_int_equal(plan->parts, 2);
    assert_non_null(strstr(plan->body, "\"ConditionCheck\""));
    dynox_explanation_free(plan);
    plan =
        dynox_explain(dynox_batch_write(client, DYNOX_WRITES(account_saving(&ada, NULL), account_deleting(bob, NULL))));
    assert_int_equal(plan->parts, 2);
    dynox_explanation_free(plan);
    assert_int_equal(ada.version + ada.after, 0);
    assert_int_equal(bob->version, 3);
    assert_int_equal(requests_so_far(), sent);
    account_free(bob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_transaction_saves_records_of_several_models_and_their_versions_count, setup),
        cmocka_unit_test_setup(a_transaction_deletes_under_the_version_that_is_known, setup),
        cmocka_unit_test_setup(updates_and_checks_speak_of_members, setup),
        cmocka_unit_test_setup(an_unchanged_record_becomes_a_check_and_keeps_its_place, setup),
        cmocka_unit_test_setup(records_and_items_may_be_parts_of_one_transaction, setup),
        cmocka_unit_test_setup(what_failed_changes_nothing, setup),
        cmocka_unit_test_setup(a_cancelled_transaction_says_which_record_has_another_version, setup),
        cmocka_unit_test_setup(nothing_comes_home_before_the_future_is_taken, setup),
        cmocka_unit_test_setup(a_future_that_is_released_leaves_the_records_alone, setup),
        cmocka_unit_test_setup(hooks_run_and_may_be_skipped, setup),
        cmocka_unit_test_setup(a_veto_names_its_part, setup),
        cmocka_unit_test_setup(what_is_wrong_with_a_record_names_its_part, setup),
        cmocka_unit_test_setup(options_that_a_part_has_no_use_for_are_refused, setup),
        cmocka_unit_test_setup(a_record_may_be_in_a_transaction_once, setup),
        cmocka_unit_test_setup(hooks_that_take_time_are_not_for_parts, setup),
        cmocka_unit_test_setup(a_transaction_may_be_put_together_step_by_step, setup),
        cmocka_unit_test_setup(records_are_read_in_a_transaction_as_items, setup),
        cmocka_unit_test_setup(a_batch_puts_whole_records_and_their_versions_count, setup),
        cmocka_unit_test_setup(what_a_batch_cannot_do_is_refused_before_any_hook, setup),
        cmocka_unit_test_setup(a_batch_puts_no_record_of_which_only_a_part_is_known, setup),
        cmocka_unit_test_setup(what_a_batch_has_left_changes_nothing, setup),
        cmocka_unit_test_setup(of_two_writes_of_one_record_the_last_counts, setup),
        cmocka_unit_test_setup(a_writer_takes_records_and_nothing_comes_home, setup),
        cmocka_unit_test_setup(an_explained_call_changes_nothing, setup),
    };
    return cmocka_run_group_tests_name("parts", tests, scripted_setup, scripted_teardown);
}
