/* GetItem, PutItem, DeleteItem: what they answer, and what they refuse in which order. */
#include "tables.h"

#define NOTE "'TableName':'notes',"
#define KEY "'Key':{'pk':{'S':'a'}}"

static void an_item_comes_back_as_it_was_put(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem",
         "{" NOTE "'Item':{'pk':{'S':'a'},'n':{'N':'01.50'},'l':{'L':[{'NULL':true},{'BOOL':false}]}}}", "{}");
    SAYS(*state, "GetItem", "{" NOTE KEY "}",
         "{'Item':{'pk':{'S':'a'},'n':{'N':'1.5'},'l':{'L':[{'NULL':true},{'BOOL':false}]}}}");
}

static void an_absent_item_is_no_member(void **state)
{
    create_notes(*state);
    SAYS(*state, "GetItem", "{" NOTE KEY "}", "{}");
    SAYS(*state, "DeleteItem", "{" NOTE KEY ",'ReturnValues':'ALL_OLD'}", "{}");
}

static void a_put_replaces_and_returns_what_was_there(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'},'x':{'N':'1'}},'ReturnValues':'ALL_OLD'}", "{}");
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'},'y':{'N':'2'}},'ReturnValues':'ALL_OLD'}",
         "{'Attributes':{'pk':{'S':'a'},'x':{'N':'1'}}}");
    SAYS(*state, "DeleteItem", "{" NOTE KEY ",'ReturnValues':'ALL_OLD'}",
         "{'Attributes':{'pk':{'S':'a'},'y':{'N':'2'}}}");
    SAYS(*state, "GetItem", "{" NOTE KEY "}", "{}");
}

static void return_values_of_put_and_delete_are_two(void **state)
{
    local_fixture *local = *state;
    create_notes(local);
    HAS(local, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}},'ReturnValues':'ALL_NEW'}",
        "1 validation error detected: ");
    local->settings.old_words = true;
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}},'ReturnValues':'ALL_NEW'}",
         "ValidationException: ReturnValues can only be ALL_OLD or NONE");
    SAYS(*state, "DeleteItem", "{" NOTE KEY ",'ReturnValues':'UPDATED_OLD'}",
         "ValidationException: ReturnValues can only be ALL_OLD or NONE");
}

static void a_condition_decides(void **state)
{
    create_notes(*state);
#define ABSENT ",'ConditionExpression':'attribute_not_exists(pk)'"
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'},'x':{'N':'1'}}" ABSENT "}", "{}");
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}}" ABSENT "}",
         "ConditionalCheckFailedException: The conditional request failed");
    SAYS(*state, "PutItem",
         "{" NOTE "'Item':{'pk':{'S':'a'}},'ReturnValuesOnConditionCheckFailure':'ALL_OLD'" ABSENT "}",
         "ConditionalCheckFailedException: The conditional request failed,'Item':{'pk':{'S':'a'},'x':{'N':'1'}}");
    SAYS(*state, "DeleteItem",
         "{" NOTE KEY ",'ConditionExpression':'x = :x','ExpressionAttributeValues':{':x':{'N':'2'}}}",
         "ConditionalCheckFailedException: The conditional request failed");
    SAYS(*state, "DeleteItem",
         "{" NOTE KEY ",'ConditionExpression':'x = :x','ExpressionAttributeValues':{':x':{'N':'1.0'}}}", "{}");
}

static void a_failed_condition_on_nothing_shows_no_item(void **state)
{
    create_notes(*state);
    SAYS(*state, "DeleteItem",
         "{" NOTE KEY ",'ConditionExpression':'attribute_exists(pk)','ReturnValuesOnConditionCheckFailure':'ALL_OLD'}",
         "ConditionalCheckFailedException: The conditional request failed");
}

static void a_projection_leaves_what_it_names(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem",
         "{" NOTE "'Item':{'pk':{'S':'a'},'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}},'b':{'B':'AAE='}}}", "{}");
    SAYS(*state, "GetItem",
         "{" NOTE KEY ",'ProjectionExpression':'m.x, #b, absent','ExpressionAttributeNames':{'#b':'b'}}",
         "{'Item':{'m':{'M':{'x':{'N':'1'}}},'b':{'B':'AAE='}}}");
    SAYS(*state, "GetItem", "{" NOTE KEY ",'ProjectionExpression':'absent'}", "{'Item':{}}");
    SAYS(*state, "GetItem", "{" NOTE KEY ",'AttributesToGet':['b']}", "{'Item':{'b':{'B':'AAE='}}}");
}

static void both_kinds_of_parameters_are_refused(void **state)
{
#define MIXED "ValidationException: Can not use both expression and non-expression parameters in the same request: "
    SAYS(*state, "GetItem", "{" NOTE KEY ",'AttributesToGet':['b'],'ProjectionExpression':'b'}",
         MIXED "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}");
    SAYS(*state, "PutItem",
         "{" NOTE "'Item':{'pk':{'S':'a'}},'Expected':{'a':{'Exists':false}},'ConditionExpression':'a'}",
         MIXED "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}");
    SAYS(*state, "UpdateItem",
         "{" NOTE KEY ",'AttributeUpdates':{'a':{'Action':'DELETE'}},'Expected':{'a':{'Exists':false}},"
         "'UpdateExpression':'REMOVE a','ConditionExpression':'a'}",
         MIXED "Non-expression parameters: {AttributeUpdates, Expected} Expression parameters: {UpdateExpression, "
               "ConditionExpression}");
}

static void names_and_values_want_an_expression(void **state)
{
    SAYS(*state, "GetItem", "{" NOTE KEY ",'ExpressionAttributeNames':{'#a':'a'}}",
         "ValidationException: ExpressionAttributeNames can only be specified when using expressions");
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}},'ExpressionAttributeValues':{':a':{'S':'a'}}}",
         "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
         "ConditionExpression is null");
    SAYS(*state, "UpdateItem", "{" NOTE KEY ",'ExpressionAttributeValues':{':a':{'S':'a'}}}",
         "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
         "UpdateExpression and ConditionExpression are null");
}

static void expressions_are_looked_at_before_the_table(void **state)
{
    HAS(*state, "GetItem", "{" NOTE KEY ",'ProjectionExpression':''}", "The expression can not be empty;");
    HAS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}},'ConditionExpression':'a = '}",
        "Invalid ConditionExpression");
    HAS(*state, "UpdateItem", "{" NOTE KEY ",'UpdateExpression':'SET a'}", "Invalid UpdateExpression");
    SAYS(*state, "GetItem", "{" NOTE KEY "}", "ResourceNotFoundException: Requested resource not found");
}

/* Rows 303 and 307. */
static void keys_fit_the_table(void **state)
{
    create_songs(*state);
    static const char *const keys[] = {"{'pk':{'S':'a'}}", "{'pk':{'S':'a'},'sk':{'S':'1'}}",
                                       "{'pk':{'S':'a'},'sk':{'N':'1'},'x':{'N':'1'}}", "{}"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char request[256];
        snprintf(request, sizeof request, "{'TableName':'songs','Key':%s}", keys[i]);
        SAYS(*state, "GetItem", request, "ValidationException: The provided key element does not match the schema");
        SAYS(*state, "DeleteItem", request, "ValidationException: The provided key element does not match the schema");
        SAYS(*state, "UpdateItem", request, "ValidationException: The provided key element does not match the schema");
    }
    SAYS(*state, "PutItem", "{'TableName':'songs','Item':{'pk':{'S':'a'}}}",
         "ValidationException: One or more parameter values were invalid: Missing the key sk in the item");
    SAYS(*state, "PutItem", "{'TableName':'songs','Item':{'pk':{'S':'a'},'sk':{'S':'1'}}}",
         "ValidationException: One or more parameter values were invalid: Type mismatch for key sk expected: N actual: "
         "S");
    HAS(*state, "GetItem", "{'TableName':'songs','Key':{'pk':{'S':''},'sk':{'N':'1'}}}",
        "cannot contain an empty string value. Key: pk");
}

/* Row 303. */
static void equal_numbers_are_one_key(void **state)
{
    create_songs(*state);
    SAYS(*state, "PutItem", "{'TableName':'songs','Item':{'pk':{'S':'a'},'sk':{'N':'10'}}}", "{}");
    SAYS(*state, "GetItem", "{'TableName':'songs','Key':{'pk':{'S':'a'},'sk':{'N':'1e1'}}}",
         "{'Item':{'pk':{'S':'a'},'sk':{'N':'10'}}}");
}

static void reads_consume_by_size(void **state)
{
    create_songs(*state);
#define READ(sk, more)                                                                                                 \
    "{'TableName':'songs','Key':{'pk':{'S':'a'},'sk':{'N':'" sk "'}},'ReturnConsumedCapacity':'TOTAL'" more "}"
    put_song(*state, "a", 1, 4000);
    put_song(*state, "a", 2, 5000);
    SAYS(*state, "GetItem", READ("3", ""), "{'ConsumedCapacity':{'TableName':'songs','CapacityUnits':0.5}}");
    SAYS(*state, "GetItem", READ("3", ",'ConsistentRead':true"),
         "{'ConsumedCapacity':{'TableName':'songs','CapacityUnits':1.0}}");
    HAS(*state, "GetItem", READ("1", ""), "'ConsumedCapacity':{'TableName':'songs','CapacityUnits':0.5}");
    HAS(*state, "GetItem", READ("2", ""), "'ConsumedCapacity':{'TableName':'songs','CapacityUnits':1.0}");
    HAS(*state, "GetItem", READ("2", ",'ConsistentRead':true"),
        "'ConsumedCapacity':{'TableName':'songs','CapacityUnits':2.0}");
}

static void writes_consume_by_the_larger_of_old_and_new(void **state)
{
    create_songs(*state);
    put_song(*state, "a", 1, 2000);
    SAYS(*state, "PutItem",
         "{'TableName':'songs','Item':{'pk':{'S':'a'},'sk':{'N':'1'}},'ReturnConsumedCapacity':'INDEXES'}",
         "{'ConsumedCapacity':{'TableName':'songs','CapacityUnits':2.0,'Table':{'CapacityUnits':2.0}}}");
    SAYS(*state, "DeleteItem",
         "{'TableName':'songs','Key':{'pk':{'S':'a'},'sk':{'N':'2'}},'ReturnConsumedCapacity':'TOTAL'}",
         "{'ConsumedCapacity':{'TableName':'songs','CapacityUnits':1.0}}");
}

static void indexes_consume_on_their_own(void **state)
{
    create_posts(*state);
    SAYS(*state, "PutItem",
         "{'TableName':'posts','Item':{'pk':{'S':'a'},'sk':{'S':'1'},'day':{'N':'1'},'author':{'S':'me'}},"
         "'ReturnConsumedCapacity':'INDEXES'}",
         "{'ConsumedCapacity':{'TableName':'posts','CapacityUnits':4.0,'Table':{'CapacityUnits':1.0},"
         "'LocalSecondaryIndexes':{'by_day':{'CapacityUnits':1.0}},"
         "'GlobalSecondaryIndexes':{'by_author':{'CapacityUnits':1.0},'by_all':{'CapacityUnits':1.0}}}}");
}

static void collections_are_measured_where_there_are_local_indexes(void **state)
{
    create_posts(*state);
    create_notes(*state);
    SAYS(*state, "PutItem",
         "{'TableName':'posts','Item':{'pk':{'S':'a'},'sk':{'S':'1'}},'ReturnItemCollectionMetrics':'SIZE'}",
         "{'ItemCollectionMetrics':{'ItemCollectionKey':{'pk':{'S':'a'}},'SizeEstimateRangeGB':[0.0,1.0]}}");
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}},'ReturnItemCollectionMetrics':'SIZE'}", "{}");
}

static void keys_of_indexes_have_their_types(void **state)
{
    create_posts(*state);
    HAS(*state, "PutItem", "{'TableName':'posts','Item':{'pk':{'S':'a'},'sk':{'S':'1'},'day':{'S':'1'}}}",
        "Type mismatch for Index Key day Expected: N Actual: S IndexName: by_day");
    HAS(*state, "PutItem", "{'TableName':'posts','Item':{'pk':{'S':'a'},'sk':{'S':'1'},'author':{'S':''}}}",
        "cannot contain an empty string value");
}

/* Row 307. */
static void an_item_has_at_most_400_kilobytes(void **state)
{
    create_songs(*state);
    put_song(*state, "a", 1, 409600 - 3 - 4 - 1); /* pk, sk with a digit, the name v */
    dynox__buffer json = {0};
    dynox__buffer_text(&json,
                       "{\"TableName\":\"songs\",\"Item\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"},\"v\":{\"S\":\"");
    for (size_t i = 0; i < 409600 - 3 - 4; i++)
        dynox__buffer_byte(&json, 'x');
    dynox__buffer_text(&json, "\"}}}");
    dynox__buffer_byte(&json, 0);
    assert_string_equal(local_do(*state, "PutItem", json.data),
                        "ValidationException: Item size has exceeded the maximum allowed size");
    dynox__buffer_free(&json);
}

static void older_conditions_still_work(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'},'x':{'N':'1'}},'Expected':{'pk':{'Exists':false}}}", "{}");
    SAYS(*state, "PutItem", "{" NOTE "'Item':{'pk':{'S':'a'}},'Expected':{'pk':{'Exists':false}}}",
         "ConditionalCheckFailedException: The conditional request failed");
    SAYS(*state, "DeleteItem",
         "{" NOTE KEY
         ",'ConditionalOperator':'OR','Expected':{'x':{'ComparisonOperator':'GT','AttributeValueList':[{'N':'0'}]},"
         "'y':{'ComparisonOperator':'NOT_NULL'}}}",
         "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(an_item_comes_back_as_it_was_put),
        OPERATION_TEST(an_absent_item_is_no_member),
        OPERATION_TEST(a_put_replaces_and_returns_what_was_there),
        OPERATION_TEST(return_values_of_put_and_delete_are_two),
        OPERATION_TEST(a_condition_decides),
        OPERATION_TEST(a_failed_condition_on_nothing_shows_no_item),
        OPERATION_TEST(a_projection_leaves_what_it_names),
        OPERATION_TEST(both_kinds_of_parameters_are_refused),
        OPERATION_TEST(names_and_values_want_an_expression),
        OPERATION_TEST(expressions_are_looked_at_before_the_table),
        OPERATION_TEST(keys_fit_the_table),
        OPERATION_TEST(equal_numbers_are_one_key),
        OPERATION_TEST(reads_consume_by_size),
        OPERATION_TEST(writes_consume_by_the_larger_of_old_and_new),
        OPERATION_TEST(indexes_consume_on_their_own),
        OPERATION_TEST(collections_are_measured_where_there_are_local_indexes),
        OPERATION_TEST(keys_of_indexes_have_their_types),
        OPERATION_TEST(an_item_has_at_most_400_kilobytes),
        OPERATION_TEST(older_conditions_still_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
