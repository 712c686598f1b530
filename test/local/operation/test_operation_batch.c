/* BatchGetItem and BatchWriteItem. */
#include "tables.h"

#define PUT(pk) "{'PutRequest':{'Item':{'pk':{'S':'" pk "'}}}}"
#define DELETE(pk) "{'DeleteRequest':{'Key':{'pk':{'S':'" pk "'}}}}"
#define WRITE(list) "{'RequestItems':{'notes':[" list "]}}"
#define KEY(pk) "{'pk':{'S':'" pk "'}}"
#define READ(list) "{'RequestItems':{'notes':{'Keys':[" list "]}}}"

static void writes_of_several_tables(void **state)
{
    create_notes(*state);
    create_songs(*state);
    SAYS(*state, "BatchWriteItem",
         "{'RequestItems':{'notes':[" PUT("a") "," PUT(
             "b") "],'songs':[{'PutRequest':{'Item':{'pk':{'S':'a'},'sk':{'N':'1'}}}}]}}",
         "{'UnprocessedItems':{}}");
    SAYS(*state, "BatchWriteItem", WRITE(DELETE("a") "," PUT("c")), "{'UnprocessedItems':{}}");
    SAYS(*state, "BatchGetItem",
         "{'RequestItems':{'notes':{'Keys':[" KEY("a") "," KEY("b") "," KEY(
             "c") "]},'songs':{'Keys':[{'pk':{'S':'a'},'sk':"
                  "{'N':'1'}}],'ProjectionExpression':'#s','ExpressionAttributeNames':{'#s':'sk'}}}}",
         "{'Responses':{'notes':[{'pk':{'S':'b'}},{'pk':{'S':'c'}}],'songs':[{'sk':{'N':'1'}}]},'UnprocessedKeys':{}}");
}

static void one_bad_write_refuses_all(void **state)
{
    create_notes(*state);
    HAS(*state, "BatchWriteItem", WRITE(PUT("a") ",{'PutRequest':{'Item':{'x':{'S':'b'}}}}"),
        "The provided key element does not match the schema");
    HAS(*state, "BatchWriteItem", WRITE(PUT("a") ",{'DeleteRequest':{'Key':{'pk':{'N':'1'}}}}"),
        "The provided key element does not match the schema");
    HAS(*state, "BatchWriteItem", WRITE(PUT("a") ",{}"), "ValidationException: ");
    HAS(*state, "BatchWriteItem", "{'RequestItems':{'notes':[" PUT("a") "],'none':[" PUT("a") "]}}",
        "ResourceNotFoundException: ");
    SAYS(*state, "Scan", "{'TableName':'notes'}", "{'Items':[],'Count':0,'ScannedCount':0}");
}

static void no_key_twice(void **state)
{
    create_notes(*state);
    create_songs(*state);
    SAYS(*state, "BatchWriteItem", WRITE(PUT("a") "," DELETE("a")),
         "ValidationException: Provided list of item keys contains duplicates");
    SAYS(*state, "BatchGetItem", READ(KEY("a") "," KEY("b") "," KEY("a")),
         "ValidationException: Provided list of item keys contains duplicates");
    SAYS(*state, "BatchGetItem",
         "{'RequestItems':{'songs':{'Keys':[{'pk':{'S':'a'},'sk':{'N':'1'}},{'sk':{'N':'1.0'},'pk':{'S':'a'}}]}}}",
         "ValidationException: Provided list of item keys contains duplicates");
}

static void add_many(dynox__buffer *json, const char *format, int count)
{
    for (int i = 0; i < count; i++) {
        char element[128];
        snprintf(element, sizeof element, format, i);
        if (i) dynox__buffer_byte(json, ',');
        dynox__buffer_text(json, quoted(element));
    }
}

/* A table's part is counted by what checks requests; here: all of them together. */
static void there_is_a_most_for_all_tables_together(void **state)
{
    create_notes(*state);
    create_songs(*state);
    dynox__buffer json = {0};
    dynox__buffer_text(&json, "{\"RequestItems\":{\"notes\":[");
    add_many(&json, "{'DeleteRequest':{'Key':{'pk':{'S':'%d'}}}}", 20);
    dynox__buffer_text(&json, "],\"songs\":[");
    add_many(&json, "{'DeleteRequest':{'Key':{'pk':{'S':'a'},'sk':{'N':'%d'}}}}", 6);
    dynox__buffer_text(&json, "]}}");
    dynox__buffer_byte(&json, 0);
    assert_string_equal(local_do(*state, "BatchWriteItem", json.data),
                        "ValidationException: Too many items requested for the BatchWriteItem call");
    json.size = 0;
    dynox__buffer_text(&json, "{\"RequestItems\":{\"notes\":{\"Keys\":[");
    add_many(&json, "{'pk':{'S':'%d'}}", 60);
    dynox__buffer_text(&json, "]},\"songs\":{\"Keys\":[");
    add_many(&json, "{'pk':{'S':'a'},'sk':{'N':'%d'}}", 41);
    dynox__buffer_text(&json, "]}}}");
    dynox__buffer_byte(&json, 0);
    assert_string_equal(local_do(*state, "BatchGetItem", json.data),
                        "ValidationException: Too many items requested for the BatchGetItem call");
    dynox__buffer_free(&json);
}

static void an_answer_of_16_megabytes_leaves_keys_unprocessed(void **state)
{
    create_songs(*state);
    for (int i = 0; i < 45; i++)
        put_song(*state, "a", i, 400 * 1000);
    dynox__buffer json = {0};
    dynox__buffer_text(&json, "{\"RequestItems\":{\"songs\":{\"ConsistentRead\":true,\"Keys\":[");
    add_many(&json, "{'pk':{'S':'a'},'sk':{'N':'%d'}}", 45);
    dynox__buffer_text(&json, "],\"ProjectionExpression\":\"sk\"}}}");
    dynox__buffer_byte(&json, 0);
    const char *said = local_do(*state, "BatchGetItem", json.data);
    assert_non_null(strstr(said,
                           "{\"sk\":{\"N\":\"40\"}}]},\"UnprocessedKeys\":{\"songs\":{\"Keys\":[{\"pk\":{\"S\":\"a\"},"
                           "\"sk\":{\"N\":\"41\"}}"));
    assert_non_null(strstr(said, "{\"N\":\"44\"}}],\"ConsistentRead\":true,\"ProjectionExpression\":\"sk\"}}}"));
    dynox__buffer_free(&json);
}

static void capacity_is_a_list_by_table(void **state)
{
    create_notes(*state);
    create_songs(*state);
    SAYS(*state, "BatchWriteItem",
         "{'RequestItems':{'notes':[" PUT("a") "," PUT(
             "b") "],'songs':[{'PutRequest':{'Item':{'pk':{'S':'a'},'sk':{'N':'1'}}}}]},"
                  "'ReturnConsumedCapacity':'TOTAL'}",
         "{'UnprocessedItems':{},'ConsumedCapacity':[{'TableName':'notes','CapacityUnits':2.0},"
         "{'TableName':'songs','CapacityUnits':1.0}]}");
    SAYS(*state, "BatchGetItem",
         "{'RequestItems':{'notes':{'Keys':[" KEY("a") "," KEY("c") "]}},'ReturnConsumedCapacity':'INDEXES'}",
         "{'Responses':{'notes':[{'pk':{'S':'a'}}]},'UnprocessedKeys':{},'ConsumedCapacity':[{'TableName':'notes',"
         "'CapacityUnits':1.0,'Table':{'CapacityUnits':1.0}}]}");
}

static void metrics_are_lists_by_table(void **state)
{
    create_posts(*state);
    create_notes(*state);
#define POST(sk) "{'PutRequest':{'Item':{'pk':{'S':'p'},'sk':{'S':'" sk "'}}}}"
    HAS(*state, "BatchWriteItem",
        "{'RequestItems':{'notes':[" PUT("a") "],'posts':[" POST("1") "," POST(
            "2") "]},'ReturnItemCollectionMetrics':'SIZE'}",
        "'ItemCollectionMetrics':{'posts':[{'ItemCollectionKey':{'pk':{'S':'p'}},'SizeEstimateRangeGB':[0.0,1.0]},"
        "{'ItemCollectionKey':{'pk':{'S':'p'}},'SizeEstimateRangeGB':[0.0,1.0]}]}");
}

static void reads_have_older_parameters_too(void **state)
{
    create_songs(*state);
    put_song(*state, "a", 1, 3);
    SAYS(*state, "BatchGetItem",
         "{'RequestItems':{'songs':{'Keys':[{'pk':{'S':'a'},'sk':{'N':'1'}}],'AttributesToGet':['v']}}}",
         "{'Responses':{'songs':[{'v':{'S':'xxx'}}]},'UnprocessedKeys':{}}");
    HAS(*state, "BatchGetItem",
        "{'RequestItems':{'songs':{'Keys':[{'pk':{'S':'a'},'sk':{'N':'1'}}],'AttributesToGet':['v'],"
        "'ProjectionExpression':'v'}}}",
        "Can not use both expression and non-expression parameters in the same request");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(writes_of_several_tables),
        OPERATION_TEST(one_bad_write_refuses_all),
        OPERATION_TEST(no_key_twice),
        OPERATION_TEST(there_is_a_most_for_all_tables_together),
        OPERATION_TEST(an_answer_of_16_megabytes_leaves_keys_unprocessed),
        OPERATION_TEST(capacity_is_a_list_by_table),
        OPERATION_TEST(metrics_are_lists_by_table),
        OPERATION_TEST(reads_have_older_parameters_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
