/* TransactWriteItems and TransactGetItems: all or nothing, reasons, tokens. */
#include "tables.h"

#define OF_NOTE(pk) "'TableName':'notes','Key':{'pk':{'S':'" pk "'}}"
#define PUT(pk, more) "{'Put':{'TableName':'notes','Item':{'pk':{'S':'" pk "'}}" more "}}"
#define DELETE(pk, more) "{'Delete':{" OF_NOTE(pk) more "}}"
#define CHECK(pk, condition, more) "{'ConditionCheck':{" OF_NOTE(pk) ",'ConditionExpression':'" condition "'" more "}}"
#define COUNT_UP(pk)                                                                                                   \
    "{'Update':{" OF_NOTE(pk) ",'UpdateExpression':'ADD n :n','ExpressionAttributeValues':{':n':{'N':'1'}}}}"
#define WRITE(items, more) "{'TransactItems':[" items "]" more "}"
#define GET(pk) "{" OF_NOTE(pk) "}"
#define CANCELLED                                                                                                      \
    "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "

static void all_is_done_at_once(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem", "{'TableName':'notes','Item':{'pk':{'S':'d'}}}", "{}");
    SAYS(*state, "TransactWriteItems",
         WRITE(PUT("a", "") "," COUNT_UP("b") "," DELETE("d", "") "," CHECK("c", "attribute_not_exists(pk)", ""), ""),
         "{}");
    SAYS(*state, "GetItem", GET("a"), "{'Item':{'pk':{'S':'a'}}}");
    SAYS(*state, "GetItem", GET("b"), "{'Item':{'pk':{'S':'b'},'n':{'N':'1'}}}");
    SAYS(*state, "GetItem", GET("d"), "{}");
    SAYS(*state, "GetItem", GET("c"), "{}");
}

static void one_failed_condition_cancels_all(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems",
         WRITE(PUT("a", "") "," CHECK("c", "attribute_exists(pk)", "") "," COUNT_UP("b"), ""),
         CANCELLED "[None, ConditionalCheckFailed, None],'CancellationReasons':[{'Code':'None'},{'Code':"
                   "'ConditionalCheckFailed','Message':'The conditional request failed'},{'Code':'None'}]");
    SAYS(*state, "GetItem", GET("a"), "{}");
    SAYS(*state, "GetItem", GET("b"), "{}");
}

static void reasons_show_items_where_asked(void **state)
{
    create_notes(*state);
    SAYS(*state, "UpdateItem",
         "{" OF_NOTE("a") ",'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'N':'1'}}}", "{}");
#define SHOWN ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"
#define ABSENT ",'ConditionExpression':'attribute_not_exists(pk)'"
    SAYS(*state, "TransactWriteItems", WRITE(PUT("a", ABSENT SHOWN) "," CHECK("b", "attribute_exists(pk)", SHOWN), ""),
         CANCELLED
         "[ConditionalCheckFailed, ConditionalCheckFailed],'CancellationReasons':[{'Code':"
         "'ConditionalCheckFailed','Message':'The conditional request failed','Item':{'pk':{'S':'a'},'x':{'N':'1'}}}"
         ",{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'}]");
    HAS_NOT(*state, "TransactWriteItems", WRITE(PUT("a", ABSENT), ""), "Item");
}

static void what_cannot_be_is_a_reason(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems",
         WRITE(PUT("a", "") ",{'Update':{" OF_NOTE("b") ",'UpdateExpression':'SET x = y'}}", ""),
         CANCELLED "[None, ValidationError],'CancellationReasons':[{'Code':'None'},{'Code':'ValidationError','Message':"
                   "'The provided expression refers to an attribute that does not exist in the item'}]");
    HAS(*state, "TransactWriteItems", WRITE("{'Put':{'TableName':'notes','Item':{'x':{'S':'a'}}}}", ""),
        "[ValidationError]");
    SAYS(*state, "GetItem", GET("a"), "{}");
}

static void an_empty_key_refuses_all(void **state)
{
    create_notes(*state);
    HAS(*state, "TransactWriteItems", WRITE(PUT("a", "") "," PUT("", ""), ""),
        "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
        "cannot "
        "contain an empty string value. Key: pk");
    HAS(*state, "TransactGetItems", WRITE("{'Get':{" OF_NOTE("") "}}", ""), "ValidationException: ");
}

static void no_item_twice(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems", WRITE(PUT("a", "") "," CHECK("a", "attribute_exists(pk)", ""), ""),
         "ValidationException: Transaction request cannot include multiple operations on one item");
    SAYS(*state, "TransactGetItems", WRITE("{'Get':{" OF_NOTE("a") "}},{'Get':{" OF_NOTE("a") "}}", ""),
         "ValidationException: Transaction request cannot include multiple operations on one item");
}

static void an_action_is_one_of_four(void **state)
{
    create_notes(*state);
#define ONE_OF "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete"
    SAYS(*state, "TransactWriteItems", WRITE("{}", ""), ONE_OF);
    SAYS(*state, "TransactWriteItems",
         WRITE("{'Put':{'TableName':'notes','Item':{'pk':{'S':'a'}}},'Delete':{" OF_NOTE("a") "}}", ""), ONE_OF);
}

static void expressions_are_looked_at_before_tables(void **state)
{
    HAS(*state, "TransactWriteItems", WRITE(CHECK("a", "a =", ""), ""),
        "ValidationException: Invalid ConditionExpression");
    SAYS(*state, "TransactWriteItems", WRITE(PUT("a", ""), ""),
         "ResourceNotFoundException: Requested resource not found");
    SAYS(*state, "TransactGetItems", WRITE("{'Get':{" OF_NOTE("a") "}}", ""),
         "ResourceNotFoundException: Requested resource not found");
}

#define TOKEN(token) ",'ClientRequestToken':'" token "'"

static void a_token_works_once(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("t")), "{}");
    SAYS(*state, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("t")), "{}");
    SAYS(*state, "GetItem", GET("a"), "{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}}");
    SAYS(*state, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("u")), "{}");
    SAYS(*state, "GetItem", GET("a"), "{'Item':{'pk':{'S':'a'},'n':{'N':'2'}}}");
}

static void the_order_of_members_makes_no_other_request(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems",
         "{'TransactItems':[{'Put':{'TableName':'notes','Item':{'pk':{'S':'a'},'x':{'N':'1'}}}}],'ClientRequestToken':'"
         "t'}",
         "{}");
    SAYS(*state, "TransactWriteItems",
         "{'ClientRequestToken':'t','TransactItems':[{'Put':{'Item':{'x':{'N':'1'},'pk':{'S':'a'}},'TableName':'notes'}"
         "}]}",
         "{}");
}

static void a_token_belongs_to_its_request(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("t")), "{}");
    HAS(*state, "TransactWriteItems", WRITE(COUNT_UP("b"), TOKEN("t")), "IdempotentParameterMismatchException: ");
    SAYS(*state, "GetItem", GET("b"), "{}");
}

static void a_token_lives_ten_minutes(void **state)
{
    local_fixture *local = *state;
    create_notes(local);
    SAYS(local, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("t")), "{}");
    local->now_us += INT64_C(599) * 1000000;
    SAYS(local, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("t")), "{}");
    SAYS(local, "GetItem", GET("a"), "{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}}");
    local->now_us += INT64_C(1) * 1000000;
    SAYS(local, "TransactWriteItems", WRITE(COUNT_UP("b"), TOKEN("t")), "{}");
    SAYS(local, "GetItem", GET("b"), "{'Item':{'pk':{'S':'b'},'n':{'N':'1'}}}");
}

static void a_cancelled_transaction_keeps_no_token(void **state)
{
    create_notes(*state);
    HAS(*state, "TransactWriteItems", WRITE(CHECK("a", "attribute_exists(pk)", ""), TOKEN("t")), "TransactionCanceled");
    SAYS(*state, "TransactWriteItems", WRITE(COUNT_UP("a"), TOKEN("t")), "{}");
}

static void old_tokens_do_not_pile_up(void **state)
{
    local_fixture *local = *state;
    create_notes(local);
    dynox__store_size before = {0}, after = {0};
    for (int i = 0; i < 200; i++) {
        char request[256];
        snprintf(request, sizeof request, WRITE(PUT("a", ""), TOKEN("%d")), i);
        SAYS(local, "TransactWriteItems", request, "{}");
        local->now_us += INT64_C(60) * 1000000;
        if (i == 99) dynox__store_measure(local->store, &before);
    }
    dynox__store_measure(local->store, &after);
    assert_true(after.entries <= before.entries);
}

static void transactions_consume_twice(void **state)
{
    create_notes(*state);
#define CAPACITY ",'ReturnConsumedCapacity':'TOTAL'"
    SAYS(*state, "TransactWriteItems",
         WRITE(PUT("a", "") "," CHECK("c", "attribute_not_exists(pk)", ""), TOKEN("t") CAPACITY),
         "{'ConsumedCapacity':[{'TableName':'notes','CapacityUnits':4.0,'WriteCapacityUnits':4.0}]}");
    SAYS(*state, "TransactWriteItems",
         WRITE(PUT("a", "") "," CHECK("c", "attribute_not_exists(pk)", ""), TOKEN("t") CAPACITY),
         "{'ConsumedCapacity':[{'TableName':'notes','CapacityUnits':4.0,'ReadCapacityUnits':4.0}]}");
    SAYS(*state, "TransactGetItems", WRITE("{'Get':{" OF_NOTE("a") "}}", CAPACITY),
         "{'Responses':[{'Item':{'pk':{'S':'a'}}}],'ConsumedCapacity':[{'TableName':'notes','CapacityUnits':2.0,"
         "'ReadCapacityUnits':2.0}]}");
}

static void gets_come_in_order_with_gaps(void **state)
{
    create_notes(*state);
    SAYS(*state, "TransactWriteItems", WRITE(COUNT_UP("a") "," COUNT_UP("c"), ""), "{}");
    SAYS(*state, "TransactGetItems",
         WRITE("{'Get':{" OF_NOTE("c") ",'ProjectionExpression':'n'}},{'Get':{" OF_NOTE("b") "}},{'Get':{" OF_NOTE(
                   "a") "}}",
               ""),
         "{'Responses':[{'Item':{'n':{'N':'1'}}},{},{'Item':{'pk':{'S':'a'},'n':{'N':'1'}}}]}");
}

static void a_wrong_key_cancels_the_reads(void **state)
{
    create_notes(*state);
    HAS(*state, "TransactGetItems",
        WRITE("{'Get':{" OF_NOTE("c") "}},{'Get':{'TableName':'notes','Key':{'x':{'S':'a'}}}}", ""),
        CANCELLED "[None, ValidationError]");
}

static void four_megabytes_are_the_most(void **state)
{
    create_songs(*state);
    dynox__buffer json = {0};
    dynox__buffer_text(&json, "{\"TransactItems\":[");
    for (int i = 0; i < 11; i++) {
        put_song(*state, "a", i, 400 * 1000);
        dynox__buffer_format(
            &json, "%s{\"Get\":{\"TableName\":\"songs\",\"Key\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"%d\"}}}}",
            i ? "," : "", i);
    }
    dynox__buffer_text(&json, "]}");
    dynox__buffer_byte(&json, 0);
    assert_non_null(strstr(local_do(*state, "TransactGetItems", json.data), "ValidationException: "));
    dynox__buffer_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(all_is_done_at_once),
        OPERATION_TEST(one_failed_condition_cancels_all),
        OPERATION_TEST(reasons_show_items_where_asked),
        OPERATION_TEST(what_cannot_be_is_a_reason),
        OPERATION_TEST(an_empty_key_refuses_all),
        OPERATION_TEST(no_item_twice),
        OPERATION_TEST(an_action_is_one_of_four),
        OPERATION_TEST(expressions_are_looked_at_before_tables),
        OPERATION_TEST(a_token_works_once),
        OPERATION_TEST(the_order_of_members_makes_no_other_request),
        OPERATION_TEST(a_token_belongs_to_its_request),
        OPERATION_TEST(a_token_lives_ten_minutes),
        OPERATION_TEST(a_cancelled_transaction_keeps_no_token),
        OPERATION_TEST(old_tokens_do_not_pile_up),
        OPERATION_TEST(transactions_consume_twice),
        OPERATION_TEST(gets_come_in_order_with_gaps),
        OPERATION_TEST(a_wrong_key_cancels_the_reads),
        OPERATION_TEST(four_megabytes_are_the_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
