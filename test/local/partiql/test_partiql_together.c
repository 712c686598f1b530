/* BatchExecuteStatement and ExecuteTransaction. */
#include "statements.h"

/* What a batch or a transaction of up to four statements says; NULL ends them. `more` as in executed(). */
static const char *said_to(local_fixture *local, bool transaction, const char *const *statements, const char *more)
{
    static char room[8192];
    size_t size = (size_t)snprintf(room, sizeof room, "{\"%s\":[", transaction ? "TransactStatements" : "Statements");
    for (size_t i = 0; i < 4 && statements[i]; i++)
        size += (size_t)snprintf(room + size, sizeof room - size, "%s%s}", i ? "," : "",
                                 statement_json(statements[i], NULL));
    snprintf(room + size, sizeof room - size, "]%s}", quoted(more));
    return local_do(local, transaction ? "ExecuteTransaction" : "BatchExecuteStatement", room);
}

#define TOGETHER(state, transaction, more, expected, ...)                                                              \
    assert_string_equal(said_to(state, transaction, (const char *const[]){__VA_ARGS__, NULL}, more), quoted(expected))
#define BATCH(state, expected, ...) TOGETHER(state, false, "", expected, __VA_ARGS__)
#define TRANSACTION(state, expected, ...) TOGETHER(state, true, "", expected, __VA_ARGS__)
#define ITEMS_ARE(state, items) EXECUTES(state, "SELECT * FROM notes", "{'Items':[" items "]}")

static void fill(local_fixture *local)
{
    create_notes(local);
    EXECUTES(local, "INSERT INTO notes VALUE {'pk': 'a', 'n': 1}", "{'Items':[]}");
}

static void a_batch_of_reads_gives_items_and_errors_in_order(void **state)
{
    fill(*state);
    BATCH(*state,
          "{'Responses':[{'TableName':'notes','Item':{'n':{'N':'1'}}},{'TableName':'notes'},"
          "{'TableName':'notes','Error':{'Code':'ValidationError','Message':'Select statements within "
          "BatchExecuteStatement must specify the primary key in the where clause.'}},"
          "{'TableName':'nowhere','Error':{'Code':'ResourceNotFound','Message':'Requested resource not found'}}]}",
          "SELECT n FROM notes WHERE pk = 'a'", "SELECT * FROM notes WHERE pk = 'a' AND n = 2",
          "SELECT * FROM notes WHERE n = 1", "SELECT * FROM nowhere WHERE pk = 'a'");
    TOGETHER(*state, false, ",'ReturnConsumedCapacity':'TOTAL'",
             "{'Responses':[{'TableName':'notes'}],'ConsumedCapacity':[{'TableName':'notes','CapacityUnits':0.5}]}",
             "SELECT n FROM notes WHERE pk = 'b'");
}

static void a_batch_of_writes_does_what_it_can(void **state)
{
    fill(*state);
    BATCH(*state,
          "{'Responses':[{'TableName':'notes','Error':{'Code':'DuplicateItem','Message':'Duplicate primary key exists "
          "in table'}},{'TableName':'notes'},"
          "{'TableName':'notes','Error':{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'}},"
          "{'TableName':'notes'}]}",
          "INSERT INTO notes VALUE {'pk': 'a'}", "INSERT INTO notes VALUE {'pk': 'b'}",
          "UPDATE notes SET n = 1 WHERE pk = 'c'", "DELETE FROM notes WHERE pk = 'd'");
    BATCH(*state, "{'Responses':[{'TableName':'notes','Item':{'pk':{'S':'a'},'n':{'N':'2'}}}]}",
          "UPDATE notes SET n = n + 1 WHERE pk = 'a' RETURNING ALL NEW *");
    const char *said =
        said_to(*state, false, (const char *const[]){"SELEKT", "DELETE FROM notes WHERE pk = 'a'", NULL}, "");
    assert_string_equal(said, "{\"Responses\":[{\"Error\":{\"Code\":\"ValidationError\",\"Message\":\"Statement wasn't "
                              "well formed, can't be processed: Expected data manipulation\"}},"
                              "{\"TableName\":\"notes\"}]}");
    ITEMS_ARE(*state, "{'pk':{'S':'b'}}");
}

static void a_batch_is_of_one_kind_and_of_different_items(void **state)
{
    fill(*state);
    BATCH(*state, "ValidationException: Read and write requests together in the same batch is not supported.",
          "SELECT * FROM notes WHERE pk = 'a'", "DELETE FROM notes WHERE pk = 'a'");
    BATCH(*state, "ValidationException: Provided list of item keys contains duplicates",
          "DELETE FROM notes WHERE pk = 'a'", "UPDATE notes SET n = 1 WHERE pk = 'a'");
    ITEMS_ARE(*state, "{'pk':{'S':'a'},'n':{'N':'1'}}");
}

static void a_transaction_of_reads_gives_items_in_order(void **state)
{
    fill(*state);
    TOGETHER(*state, true, ",'ReturnConsumedCapacity':'TOTAL'",
             "{'Responses':[{},{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}}],'ConsumedCapacity':[{'TableName':'notes',"
             "'CapacityUnits':4.0,'ReadCapacityUnits':4.0}]}",
             "SELECT * FROM notes WHERE pk = 'b'", "SELECT * FROM notes WHERE pk = 'a'");
    TRANSACTION(*state,
                "ValidationException: Select statements within ExecuteTransaction must specify the primary key in the "
                "where clause.",
                "SELECT * FROM notes WHERE n = 1");
    TRANSACTION(*state, "ValidationException: Transaction request cannot include multiple operations on one item",
                "SELECT * FROM notes WHERE pk = 'a'", "SELECT n FROM notes WHERE pk = 'a'");
}

static void a_transaction_of_writes_is_done_whole_or_not(void **state)
{
    fill(*state);
    TRANSACTION(*state,
                "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
                "reasons [None, DuplicateItem, ConditionalCheckFailed],'CancellationReasons':[{'Code':'None'},"
                "{'Code':'DuplicateItem','Message':'Duplicate primary key exists in table'},"
                "{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'}]",
                "INSERT INTO notes VALUE {'pk': 'b'}", "INSERT INTO notes VALUE {'pk': 'a'}",
                "EXISTS(SELECT * FROM notes WHERE pk = 'c')");
    ITEMS_ARE(*state, "{'pk':{'S':'a'},'n':{'N':'1'}}");
    TRANSACTION(*state, "{'Responses':[{},{}]}", "DELETE FROM notes WHERE pk = 'b'",
                "EXISTS(SELECT * FROM notes WHERE pk = 'a' AND n = 1)");
    TRANSACTION(*state,
                "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
                "reasons [None, ConditionalCheckFailed],'CancellationReasons':[{'Code':'None'},"
                "{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'}]",
                "DELETE FROM notes WHERE pk = 'a'", "EXISTS(SELECT * FROM notes WHERE pk = 'b' AND n IS MISSING)");
    ITEMS_ARE(*state, "{'pk':{'S':'a'},'n':{'N':'1'}}");
}

static void a_transaction_is_of_one_kind_and_of_different_items(void **state)
{
    fill(*state);
    TRANSACTION(*state,
                "ValidationException: ExecuteTransaction API does not support both read and write operations in the "
                "same request.",
                "SELECT * FROM notes WHERE pk = 'a'", "DELETE FROM notes WHERE pk = 'b'");
    TRANSACTION(*state, "ValidationException: Transaction request cannot include multiple operations on one item",
                "UPDATE notes SET n = 2 WHERE pk = 'a'", "EXISTS(SELECT * FROM notes WHERE pk = 'a')");
    TRANSACTION(*state,
                "ValidationException: Validation failed in TransactStatements[0]: RETURNING clause is not supported in "
                "ExecuteTransaction.",
                "DELETE FROM notes WHERE pk = 'a' RETURNING ALL OLD *");
    ITEMS_ARE(*state, "{'pk':{'S':'a'},'n':{'N':'1'}}");
}

static void a_token_makes_a_transaction_happen_once(void **state)
{
    fill(*state);
    static const char token[] = ",'ClientRequestToken':'t'";
    TOGETHER(*state, true, token, "{'Responses':[{}]}", "UPDATE notes SET n = n + 1 WHERE pk = 'a'");
    TOGETHER(*state, true, token, "{'Responses':[{}]}", "UPDATE notes SET n = n + 1 WHERE pk = 'a'");
    ITEMS_ARE(*state, "{'pk':{'S':'a'},'n':{'N':'2'}}");
    const char *said =
        said_to(*state, true, (const char *const[]){"UPDATE notes SET n = n + 2 WHERE pk = 'a'", NULL}, token);
    assert_non_null(strstr(said, "IdempotentParameterMismatchException"));
}

static void only_what_changes_something_needs_a_writing_transaction(void **state)
{
    static const struct {
        const char *operation, *request;
        bool        writes;
    } all[] = {
        {"ExecuteStatement", "{'Statement':' select * FROM a'}", false},
        {"ExecuteStatement", "{'Statement':'DELETE FROM a'}", true},
        {"ExecuteStatement", "{'Statement':'EXISTS(SELECT * FROM a)'}", true},
        {"BatchExecuteStatement", "{'Statements':[{'Statement':'SELECT'},{'Statement':'SELECT * FROM b'}]}", false},
        {"ExecuteTransaction", "{'TransactStatements':[{'Statement':'SELECT'},{'Statement':'INSERT'}]}", true},
        {"PutItem", "{}", true},
        {"GetItem", "{}", false},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        dynox__local_call *call = local_begin(*state, all[i].operation, quoted(all[i].request), false);
        assert_int_equal(
            dynox__local_operation_writes(dynox__local_operation_of(all[i].operation, strlen(all[i].operation), false),
                                          call->request),
            all[i].writes);
        local_end(*state, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(a_batch_of_reads_gives_items_and_errors_in_order),
        OPERATION_TEST(a_batch_of_writes_does_what_it_can),
        OPERATION_TEST(a_batch_is_of_one_kind_and_of_different_items),
        OPERATION_TEST(a_transaction_of_reads_gives_items_in_order),
        OPERATION_TEST(a_transaction_of_writes_is_done_whole_or_not),
        OPERATION_TEST(a_transaction_is_of_one_kind_and_of_different_items),
        OPERATION_TEST(only_what_changes_something_needs_a_writing_transaction),
        OPERATION_TEST(a_token_makes_a_transaction_happen_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
