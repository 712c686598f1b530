/* Indexes of vectors, and SearchVectors. */
#include "tables.h"

#define VECTOR(name, distance, more)                                                                                   \
    "{'IndexName':'" name "','VectorAttribute':{'AttributeName':'v'},'Dimensions':2,'DistanceFunction':'" distance     \
    "','Projection':{'ProjectionType':'KEYS_ONLY'}" more "}"

static void create_points(local_fixture *local)
{
    create(local,
           ON_DEMAND("points") ATTRIBUTE("pk", "S") "," ATTRIBUTE("kind", "S") "," ATTRIBUTE("weight", "N") "]," KEYS
               HASH_KEY("pk") "],'VectorIndexes':[" VECTOR("cos", "COSINE", "") "," VECTOR(
                   "dot", "DOT_PRODUCT", "") "," VECTOR("far", "EUCLIDEAN",
                                                        ",'SearchSchema':[{'AttributeName':'kind','"
                                                        "SearchSchemaElementType':'HASH'},{'AttributeName':'weight',"
                                                        "'SearchSchemaElementType':'INLINE_FILTER'}]") "]}");
}

static bool put(local_fixture *local, const char *pk, const char *x, const char *y, const char *kind, const char *size)
{
    dynox__local_call  *call    = local_begin(local, "PutItem", "{}", true);
    const dynox__table *table   = NULL;
    dynox_value         point[] = {dynox_number_text(x), dynox_number_text(y)};
    dynox_named_value   parts[] = {dynox_named("pk", dynox_string(pk)), dynox_named("v", dynox_list_of(point, 2)),
                                   dynox_named("kind", dynox_string(kind)),
                                   dynox_named("weight", dynox_number_text(size)),
                                   dynox_named("more", dynox_string("x"))};
    dynox_item          item    = dynox_item_of(parts, 5);
    dynox__written      written;
    bool                done = call && dynox__catalog_get(call, "points", 6, &table) && table &&
                dynox__table_change(call, table, NULL, &item, false, &written);
    return call && local_end(local, done) && done;
}

static void put_points(local_fixture *local)
{
    assert_true(put(local, "a", "1", "0", "k", "1"));
    assert_true(put(local, "b", "3", "3", "k", "2"));
    assert_true(put(local, "c", "-1", "0", "k", "3"));
    assert_true(put(local, "d", "1", "0.5", "other", "4"));
}

#define SEARCH(index, more)                                                                                            \
    "{'TableName':'points','IndexName':'" index "','SearchVector':[{'N':'1'},{'N':'0'}],'TopK':2" more "}"

static void the_nearest_are_found(void **state)
{
    local_fixture *local = *state;
    create_points(local);
    put_points(local);
    SAYS(local, "SearchVectors", SEARCH("cos", ",'ProjectionExpression':'pk'"),
         "{'SearchResults':[{'Item':{'pk':{'S':'a'}},'Score':0},{'Item':{'pk':{'S':'d'}},'Score':0.10557281}]"
         "}");
    SAYS(local, "SearchVectors", SEARCH("dot", ",'ProjectionExpression':'pk'"),
         "{'SearchResults':[{'Item':{'pk':{'S':'b'}},'Score':3},{'Item':{'pk':{'S':'a'}},'Score':1}]}");
    SAYS(local, "SearchVectors", SEARCH("dot", ",'ReturnConsumedCapacity':'TOTAL','ProjectionExpression':'pk,more'"),
         "{'SearchResults':[{'Item':{'pk':{'S':'b'}},'Score':3},{'Item':{'pk':{'S':'a'}},'Score':1}],"
         "'ConsumedCapacity':{'VectorSearchRequestBytes':32.0}}");
}

static void the_search_schema_says_what_may_be_asked(void **state)
{
    local_fixture *local = *state;
    create_points(local);
    put_points(local);
    SAYS(local, "SearchVectors",
         SEARCH("far",
                ",'SearchConditionExpression':'kind=:k AND weight>:s','ExpressionAttributeValues':{':k':{'S':'k'},"
                "':s':{'N':'1'}},'ProjectionExpression':'pk'"),
         "{'SearchResults':[{'Item':{'pk':{'S':'c'}},'Score':2},{'Item':{'pk':{'S':'b'}},'Score':3.6055512}]}");
    HAS(local, "SearchVectors", SEARCH("far", ""), "The HASH attribute of the search schema must be specified: kind");
    HAS(local, "SearchVectors",
        SEARCH("far",
               ",'SearchConditionExpression':'kind=:k AND more=:k','ExpressionAttributeValues':{':k':{'S':'k'}}"),
        "Only attributes of the search schema can be referenced");
}

static void what_is_no_search_is_refused(void **state)
{
    local_fixture *local = *state;
    create_points(local);
    HAS(local, "SearchVectors", SEARCH("none", ""), "The table does not have the specified index: none");
    HAS(local, "SearchVectors", "{'TableName':'none','IndexName':'cos','SearchVector':[],'TopK':1}",
        "ResourceNotFoundException");
    HAS(local, "SearchVectors", "{'TableName':'points','IndexName':'cos','SearchVector':[{'N':'1'}],'TopK':1}",
        "expected 2, actual 1");
    HAS(local, "SearchVectors",
        "{'TableName':'points','IndexName':'cos','SearchVector':[{'N':'1'},{'S':'1'}],'TopK':1}", "must be a number");
    HAS(local, "SearchVectors",
        "{'TableName':'points','IndexName':'cos','SearchVector':[{'N':'1'},{'N':'1'}],'TopK':0}",
        "TopK must be between 1 and");
    SAYS(local, "SearchVectors", SEARCH("cos", ""), "{'SearchResults':[]}");
}

static void an_index_of_vectors_is_described_and_counted(void **state)
{
    local_fixture *local = *state;
    create_points(local);
    put_points(local);
    HAS(local, "DescribeTable", "{'TableName':'points'}",
        "{'IndexName':'far','VectorAttribute':{'AttributeName':'v'},'Dimensions':2,'DistanceFunction':'EUCLIDEAN',"
        "'Projection':{'ProjectionType':'KEYS_ONLY'},'SearchSchema':[{'AttributeName':'kind','SearchSchemaElementType':"
        "'HASH'},{'AttributeName':'weight','SearchSchemaElementType':'INLINE_FILTER'}],'IndexStatus':'ACTIVE',"
        "'IndexSizeBytes':");
    HAS(local, "DescribeTable", "{'TableName':'points'}",
        "'ItemCount':4,'IndexArn':'arn:aws:dynamodb:ddblocal:000000000000:"
        "table/points/index/far'}");
    HAS(local, "CreateTable",
        ON_DEMAND("t") ATTRIBUTE("pk", "S") "]," KEYS HASH_KEY("pk") "],'VectorIndexes':[" VECTOR(
            "a", "COSINE", "") "," VECTOR("a", "COSINE", "") "]}",
        "Duplicate index name: a");
}

static void an_index_of_vectors_comes_and_goes(void **state)
{
    local_fixture *local = *state;
    create_points(local);
    put_points(local);
    HAS(local, "UpdateTable",
        "{'TableName':'points','VectorIndexUpdates':[{'Create':" VECTOR("new", "COSINE", "") "}]}",
        "'IndexName':'new'");
    HAS(local, "SearchVectors", SEARCH("new", ""), "'Score':0}");
    HAS(local, "UpdateTable", "{'TableName':'points','VectorIndexUpdates':[{'Delete':{'IndexName':'new'}}]}",
        "DELETING");
    HAS(local, "SearchVectors", SEARCH("new", ""), "does not have the specified index");
    HAS(local, "UpdateTable", "{'TableName':'points','VectorIndexUpdates':[{'Delete':{'IndexName':'new'}}]}",
        "ResourceNotFoundException");
}

static void without_memory(void *arg)
{
    (void)arg;
    local_fixture local;
    if (!local_start(&local)) return;
    local_do(&local, "CreateTable",
             quoted(ON_DEMAND("points") ATTRIBUTE("pk", "S") "]," KEYS HASH_KEY("pk") "],'VectorIndexes':[" VECTOR(
                 "cos", "COSINE", "") "]}"));
    put(&local, "a", "1", "0", "k", "1");
    put(&local, "b", "1", "1", "k", "1");
    put(&local, "c", "1", "0.1", "k", "1");
    local_do(&local, "SearchVectors", quoted(SEARCH("cos", "")));
    local_stop(&local);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(the_nearest_are_found),
        OPERATION_TEST(the_search_schema_says_what_may_be_asked),
        OPERATION_TEST(what_is_no_search_is_refused),
        OPERATION_TEST(an_index_of_vectors_is_described_and_counted),
        OPERATION_TEST(an_index_of_vectors_comes_and_goes),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
