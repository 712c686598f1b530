/* Queries and scans of indexes: what they show, what they fetch, what they refuse. */
#include "tables.h"

#define POST(sk, day, author, title)                                                                                   \
    "{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'" sk "'},'day':{'N':'" day "'},'author':{'S':'" author     \
    "'},'title':{'S':'" title "'},'body':{'S':'long'}}}"

static void put_posts(local_fixture *local)
{
    create_posts(local);
    SAYS(local, "PutItem", POST("1", "3", "me", "one"), "{}");
    SAYS(local, "PutItem", POST("2", "1", "me", "two"), "{}");
    SAYS(local, "PutItem", POST("3", "2", "you", "three"), "{}");
    SAYS(local, "PutItem", "{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'4'}}}", "{}");
}

#define BY_DAY(more)                                                                                                   \
    "{'TableName':'posts','IndexName':'by_day','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':"        \
    "{':p':{'S':'p'}}" more "}"
#define OF_ME(index, more)                                                                                             \
    "{'TableName':'posts','IndexName':'" index "','KeyConditionExpression':'author = :a','ExpressionAttributeValues':" \
    "{':a':{'S':'me'}}" more "}"

static void an_index_has_its_own_order_and_only_what_has_its_key(void **state)
{
    put_posts(*state);
    SAYS(*state, "Query", BY_DAY(",'ProjectionExpression':'sk'"),
         "{'Items':[{'sk':{'S':'2'}},{'sk':{'S':'3'}},{'sk':{'S':'1'}}],'Count':3,'ScannedCount':3}");
    HAS(*state, "Scan", "{'TableName':'posts','IndexName':'by_author','Select':'COUNT'}",
        "{'Count':3,'ScannedCount':3}");
}

static void an_index_shows_what_it_projects(void **state)
{
    put_posts(*state);
    HAS(*state, "Query", BY_DAY(",'Limit':1"), "'title':{'S':'two'}");
    HAS_NOT(*state, "Query", BY_DAY(",'Limit':1"), "body");
    HAS_NOT(*state, "Query", OF_ME("by_author", ""), "title");
    HAS(*state, "Query", OF_ME("by_all", ""), "'body':{'S':'long'}");
    HAS_NOT(*state, "Query", BY_DAY(",'Select':'ALL_PROJECTED_ATTRIBUTES'"), "body");
}

static void a_local_index_fetches_the_rest_and_pays(void **state)
{
    put_posts(*state);
    HAS(*state, "Query", BY_DAY(",'Select':'ALL_ATTRIBUTES'"), "'body':{'S':'long'}");
    SAYS(*state, "Query", BY_DAY(",'ProjectionExpression':'body, title','Limit':1"),
         "{'Items':[{'body':{'S':'long'},'title':{'S':'two'}}],'Count':1,'ScannedCount':1,'LastEvaluatedKey':"
         "{'pk':{'S':'p'},'sk':{'S':'2'},'day':{'N':'1'}}}");
    HAS(*state, "Query", BY_DAY(",'ProjectionExpression':'title','ReturnConsumedCapacity':'INDEXES'"),
        "'ConsumedCapacity':{'TableName':'posts','CapacityUnits':0.5,'Table':{'CapacityUnits':0.0},"
        "'LocalSecondaryIndexes':{'by_day':{'CapacityUnits':0.5}}}");
    HAS(*state, "Query", BY_DAY(",'ProjectionExpression':'body','ReturnConsumedCapacity':'INDEXES'"),
        "'ConsumedCapacity':{'TableName':'posts','CapacityUnits':2.0,'Table':{'CapacityUnits':1.5},"
        "'LocalSecondaryIndexes':{'by_day':{'CapacityUnits':0.5}}}");
}

static void a_global_index_cannot_fetch(void **state)
{
    put_posts(*state);
    SAYS(*state, "Query", OF_ME("by_author", ",'Select':'ALL_ATTRIBUTES'"),
         "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
         "for "
         "global secondary index by_author because its projection type is not ALL");
    HAS(*state, "Query", OF_ME("by_author", ",'ProjectionExpression':'sk, body'"), "does not project [body]");
    HAS(*state, "Query", OF_ME("by_all", ",'Select':'ALL_ATTRIBUTES'"), "'Count':2");
}

static void a_global_index_is_not_consistent(void **state)
{
    put_posts(*state);
    SAYS(*state, "Query", OF_ME("by_all", ",'ConsistentRead':true"),
         "ValidationException: Consistent reads are not supported on global secondary indexes");
    HAS(*state, "Query", BY_DAY(",'ConsistentRead':true"), "'Count':3");
}

static void there_is_such_an_index(void **state)
{
    put_posts(*state);
    SAYS(*state, "Query", OF_ME("none", ""), "ValidationException: The table does not have the specified index: none");
}

static void pages_of_an_index_go_on_by_both_keys(void **state)
{
    put_posts(*state);
    SAYS(*state, "Query", OF_ME("by_all", ",'Limit':1,'Select':'COUNT'"),
         "{'Count':1,'ScannedCount':1,'LastEvaluatedKey':{'pk':{'S':'p'},'sk':{'S':'1'},'author':{'S':'me'}}}");
    SAYS(*state, "Query",
         OF_ME("by_all", ",'Select':'COUNT','ExclusiveStartKey':{'pk':{'S':'p'},'sk':{'S':'1'},'author':{'S':'me'}}"),
         "{'Count':1,'ScannedCount':1}");
    SAYS(*state, "Query", OF_ME("by_all", ",'ExclusiveStartKey':{'pk':{'S':'p'},'sk':{'S':'1'}}"),
         "ValidationException: The provided starting key is invalid");
    SAYS(*state, "Query", OF_ME("by_all", ",'ExclusiveStartKey':{'pk':{'S':'p'},'sk':{'S':'1'},'author':{'N':'1'}}"),
         "ValidationException: The provided key element does not match the schema");
    SAYS(*state, "Query", OF_ME("by_all", ",'ExclusiveStartKey':{'pk':{'S':'p'},'sk':{'S':'1'},'author':{'S':'you'}}"),
         "ValidationException: The provided starting key is outside query boundaries based on provided conditions");
}

static void a_filter_of_an_index_may_name_the_tables_key(void **state)
{
    put_posts(*state);
    HAS(*state, "Query",
        "{'TableName':'posts','IndexName':'by_all','KeyConditionExpression':'author = :a','FilterExpression':'sk = :s',"
        "'ExpressionAttributeValues':{':a':{'S':'me'},':s':{'S':'2'}},'Select':'COUNT'}",
        "{'Count':1,'ScannedCount':2}");
    HAS(*state, "Query",
        "{'TableName':'posts','IndexName':'by_all','KeyConditionExpression':'author = :a','FilterExpression':'author = "
        ":a',"
        "'ExpressionAttributeValues':{':a':{'S':'me'}}}",
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: author");
}

/* ---- a global index with several key attributes ---- */

static void put_matches(local_fixture *local)
{
    create(local,
           ON_DEMAND("matches") ATTRIBUTE("id", "S") "," ATTRIBUTE("cup", "S") "," ATTRIBUTE("year", "N") "," ATTRIBUTE(
               "stage", "S") "," ATTRIBUTE("slot", "N") "]," KEYS
               HASH_KEY("id") "],'GlobalSecondaryIndexes':["
                              "{'IndexName':'by_time'," KEYS HASH_KEY("cup") "," HASH_KEY("year") "," RANGE_KEY(
                                  "stage") "," RANGE_KEY("slot") "],'Projection':{'ProjectionType':'KEYS_ONLY'}}]}");
    static const char *const stages[] = {"final", "half", "half", "group"};
    for (int i = 0; i < 4; i++) {
        char request[256];
        snprintf(
            request, sizeof request,
            "{'TableName':'matches','Item':{'id':{'S':'%d'},'cup':{'S':'c'},'year':{'N':'2024'},'stage':{'S':'%s'},"
            "'slot':{'N':'%d'}}}",
            i, stages[i], 10 + i);
        SAYS(local, "PutItem", request, "{}");
    }
}

#define BY_TIME(condition, values, more)                                                                               \
    "{'TableName':'matches','IndexName':'by_time','KeyConditionExpression':'" condition "',"                           \
    "'ExpressionAttributeNames':{'#y':'year'},'ExpressionAttributeValues':{':c':{'S':'c'},':y':{'N':'2024'}" values    \
    "}" more "}"
#define HALF ",':r':{'S':'half'}"

static void several_key_attributes_are_given_from_the_left(void **state)
{
    put_matches(*state);
    HAS(*state, "Query", BY_TIME("cup = :c AND #y = :y", "", ",'Select':'COUNT'"), "'Count':4");
    HAS(*state, "Query", BY_TIME("cup = :c AND #y = :y AND stage = :r", HALF, ",'Select':'COUNT'"), "'Count':2");
    HAS(*state, "Query",
        BY_TIME("cup = :c AND #y = :y AND stage = :r AND slot > :h", HALF ",':h':{'N':'11'}",
                ",'ProjectionExpression':'id'"),
        "{'Items':[{'id':{'S':'2'}}],'Count':1");
    HAS(*state, "Query", BY_TIME("cup = :c AND #y = :y AND stage < :r", HALF, ",'Select':'COUNT'"), "'Count':2");
    HAS(*state, "Query", BY_TIME("cup = :c AND #y = :y", "", ",'Limit':1"),
        "'LastEvaluatedKey':{'id':{'S':'0'},'cup':{'S':'c'},'year':{'N':'2024'},'stage':{'S':'final'},'slot':{'N':'10'}"
        "}");
}

static void no_key_attribute_is_left_out(void **state)
{
    put_matches(*state);
    SAYS(*state, "Query",
         "{'TableName':'matches','IndexName':'by_time','KeyConditionExpression':'cup = :c','ExpressionAttributeValues':"
         "{':c':{'S':'c'}}}",
         "ValidationException: Query condition missed key schema element: year");
    SAYS(*state, "Query", BY_TIME("cup = :c AND #y = :y AND slot = :h", ",':h':{'N':'11'}", ""),
         "ValidationException: Query condition missed key schema element: stage");
    SAYS(*state, "Query", BY_TIME("cup = :c AND #y = :y AND stage > :r AND slot = :h", HALF ",':h':{'N':'11'}", ""),
         "ValidationException: Query key condition not supported");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(an_index_has_its_own_order_and_only_what_has_its_key),
        OPERATION_TEST(an_index_shows_what_it_projects),
        OPERATION_TEST(a_local_index_fetches_the_rest_and_pays),
        OPERATION_TEST(a_global_index_cannot_fetch),
        OPERATION_TEST(a_global_index_is_not_consistent),
        OPERATION_TEST(there_is_such_an_index),
        OPERATION_TEST(pages_of_an_index_go_on_by_both_keys),
        OPERATION_TEST(a_filter_of_an_index_may_name_the_tables_key),
        OPERATION_TEST(several_key_attributes_are_given_from_the_left),
        OPERATION_TEST(no_key_attribute_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
