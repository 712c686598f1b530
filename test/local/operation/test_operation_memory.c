/* Out of memory at any place: refused, nothing half done, nothing leaked. */
#include "tables.h"

static const char *const requests[][2] = {
    {"PutItem",
     "{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'1'},'day':{'N':'1'},'author':{'S':'me'},'t':{'S':'x'}},"
     "'ConditionExpression':'attribute_not_exists(#t)','ExpressionAttributeNames':{'#t':'t'},"
     "'ReturnValues':'ALL_OLD','ReturnConsumedCapacity':'INDEXES'}"},
    {"UpdateItem",
     "{'TableName':'posts','Key':{'pk':{'S':'p'},'sk':{'S':'1'}},'UpdateExpression':'SET author = :a ADD n :n',"
     "'ExpressionAttributeValues':{':a':{'S':'you'},':n':{'N':'1'}},'ReturnValues':'UPDATED_NEW'}"},
    {"PutItem",
     "{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'1'}},'ConditionExpression':'attribute_not_exists(pk)',"
     "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}"},
    {"GetItem", "{'TableName':'posts','Key':{'pk':{'S':'p'},'sk':{'S':'1'}},'ProjectionExpression':'n, t',"
                "'ReturnConsumedCapacity':'TOTAL'}"},
    {"Query",
     "{'TableName':'posts','IndexName':'by_day','KeyConditionExpression':'pk = :p','FilterExpression':'n > :n',"
     "'ExpressionAttributeValues':{':p':{'S':'p'},':n':{'N':'0'}},'Select':'ALL_ATTRIBUTES','Limit':1}"},
    {"Scan", "{'TableName':'posts','ExclusiveStartKey':{'pk':{'S':'p'},'sk':{'S':'0'}}}"},
    {"BatchWriteItem",
     "{'RequestItems':{'posts':[{'PutRequest':{'Item':{'pk':{'S':'p'},'sk':{'S':'2'}}}},"
     "{'DeleteRequest':{'Key':{'pk':{'S':'p'},'sk':{'S':'3'}}}}]},'ReturnItemCollectionMetrics':'SIZE'}"},
    {"BatchGetItem", "{'RequestItems':{'posts':{'Keys':[{'pk':{'S':'p'},'sk':{'S':'2'}}]}}}"},
    {"TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'4'}}}},"
                           "{'ConditionCheck':{'TableName':'posts','Key':{'pk':{'S':'p'},'sk':{'S':'5'}},"
                           "'ConditionExpression':'attribute_not_exists(pk)'}}],'ClientRequestToken':'t'}"},
    {"TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'4'}},"
                           "'ConditionExpression':'attribute_not_exists(pk)'}}]}"},
    {"TransactGetItems", "{'TransactItems':[{'Get':{'TableName':'posts','Key':{'pk':{'S':'p'},'sk':{'S':'4'}}}}]}"},
    {"DeleteItem", "{'TableName':'posts','Key':{'pk':{'S':'p'},'sk':{'S':'1'}},'ReturnValues':'ALL_OLD'}"},
};

static void run_all(void *arg)
{
    (void)arg;
    local_fixture local;
    if (!local_start(&local)) return;
    const char *made = local_do(&local, "CreateTable", quoted(posts_table));
    for (size_t i = 0; strstr(made, "TableDescription") && i < sizeof requests / sizeof *requests; i++) {
        const char *said = local_do(&local, requests[i][0], quoted(requests[i][1]));
        bool ours = strncmp(said, "{", 1) == 0 || strcmp(said, "memory") == 0 || strstr(said, "InternalServerError");
        if (!ours && !strstr(said, "ConditionalCheckFailed")) fail_msg("%s: %s", requests[i][0], said);
    }
    local_stop(&local);
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(run_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_allocation_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
