/* Query: which items, in which order; what of a key condition fits a table or an index. */
#include "tables.h"

#define SONG(sk) "{'pk':{'S':'a'},'sk':{'N':'" sk "'}}"

static void put_songs(local_fixture *local)
{
    create_songs(local);
    for (int i = -2; i <= 12; i += 2)
        put_song(local, "a", i, 0);
    put_song(local, "b", 4, 0);
}

/* A query of partition "a" by this condition on sk, with values :x, :y. */
static void finds(local_fixture *local, const char *condition, const char *values, const char *more, const char *answer)
{
    char request[1024];
    snprintf(
        request, sizeof request,
        "{'TableName':'songs','KeyConditionExpression':'pk = :p%s','ExpressionAttributeValues':{':p':{'S':'a'}%s}%s}",
        condition, values, more);
    SAYS(local, "Query", request, answer);
}

static void a_partition_comes_in_order(void **state)
{
    put_songs(*state);
    finds(*state, "", "", "",
          "{'Items':[" SONG("-2") "," SONG("0") "," SONG("2") "," SONG("4") "," SONG("6") "," SONG("8") "," SONG(
              "10") "," SONG("12") "],'Count':8,'ScannedCount':8}");
    finds(*state, "", "", ",'ScanIndexForward':false,'Limit':2",
          "{'Items':[" SONG("12") "," SONG("10") "],'Count':2,'ScannedCount':2,'LastEvaluatedKey':" SONG("10") "}");
}

static void every_condition_on_the_sort_key(void **state)
{
    put_songs(*state);
#define TWO ",':x':{'N':'2'}"
    finds(*state, " AND sk = :x", TWO, "", "{'Items':[" SONG("2") "],'Count':1,'ScannedCount':1}");
    finds(*state, " AND sk < :x", TWO, "", "{'Items':[" SONG("-2") "," SONG("0") "],'Count':2,'ScannedCount':2}");
    finds(*state, " AND sk <= :x", TWO, "",
          "{'Items':[" SONG("-2") "," SONG("0") "," SONG("2") "],'Count':3,'ScannedCount':3}");
    finds(*state, " AND sk > :x", ",':x':{'N':'8'}", "",
          "{'Items':[" SONG("10") "," SONG("12") "],'Count':2,'ScannedCount':2}");
    finds(*state, " AND sk >= :x", ",':x':{'N':'8.0'}", "",
          "{'Items':[" SONG("8") "," SONG("10") "," SONG("12") "],'Count':3,'ScannedCount':3}");
    finds(*state, " AND sk BETWEEN :x AND :y", ",':x':{'N':'1'},':y':{'N':'4'}", "",
          "{'Items':[" SONG("2") "," SONG("4") "],'Count':2,'ScannedCount':2}");
    finds(*state, " AND :x = sk", TWO, "", "{'Items':[" SONG("2") "],'Count':1,'ScannedCount':1}");
}

static void the_same_backwards(void **state)
{
    put_songs(*state);
#define BACK ",'ScanIndexForward':false"
    finds(*state, " AND sk < :x", TWO, BACK, "{'Items':[" SONG("0") "," SONG("-2") "],'Count':2,'ScannedCount':2}");
    finds(*state, " AND sk <= :x", TWO, BACK ",'Limit':1",
          "{'Items':[" SONG("2") "],'Count':1,'ScannedCount':1,'LastEvaluatedKey':" SONG("2") "}");
    finds(*state, " AND sk > :x", ",':x':{'N':'8'}", BACK,
          "{'Items':[" SONG("12") "," SONG("10") "],'Count':2,'ScannedCount':2}");
    finds(*state, " AND sk BETWEEN :x AND :y", ",':x':{'N':'1'},':y':{'N':'4'}", BACK,
          "{'Items':[" SONG("4") "," SONG("2") "],'Count':2,'ScannedCount':2}");
}

static void a_sort_key_begins_with(void **state)
{
    create_posts(*state);
    static const char *const keys[] = {"a", "ab", "abc", "ac", "b"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char request[256];
        snprintf(request, sizeof request, "{'TableName':'posts','Item':{'pk':{'S':'p'},'sk':{'S':'%s'}}}", keys[i]);
        SAYS(*state, "PutItem", request, "{}");
    }
#define BEGINS(with, more)                                                                                             \
    "{'TableName':'posts','KeyConditionExpression':'pk = :p AND begins_with(sk, :s)','ProjectionExpression':'sk',"     \
    "'ExpressionAttributeValues':{':p':{'S':'p'},':s':{'S':'" with "'}}" more "}"
    SAYS(*state, "Query", BEGINS("ab", ""),
         "{'Items':[{'sk':{'S':'ab'}},{'sk':{'S':'abc'}}],'Count':2,'ScannedCount':2}");
    SAYS(*state, "Query", BEGINS("ab", ",'ScanIndexForward':false"),
         "{'Items':[{'sk':{'S':'abc'}},{'sk':{'S':'ab'}}],'Count':2,'ScannedCount':2}");
}

#define VALIDATION "ValidationException: "

static void conditions_fit_the_schema(void **state)
{
    create_songs(*state);
    create_notes(*state);
    finds(*state, " AND x = :x", TWO, "", VALIDATION "Query condition missed key schema element: sk");
    finds(*state, " AND sk = :x", ",':x':{'S':'2'}", "",
          VALIDATION "One or more parameter values were invalid: Condition parameter type does not match schema type");
#define QUERY(table, condition, values)                                                                                \
    "{'TableName':'" table "','KeyConditionExpression':'" condition "','ExpressionAttributeValues':{" values "}}"
    SAYS(*state, "Query", QUERY("songs", "sk = :x", "':x':{'N':'1'}"),
         VALIDATION "Query condition missed key schema element: pk");
    SAYS(*state, "Query", QUERY("songs", "pk > :x", "':x':{'S':'a'}"), VALIDATION "Query key condition not supported");
    SAYS(*state, "Query", QUERY("notes", "pk = :x AND b = :x", "':x':{'S':'a'}"),
         VALIDATION "Query key condition not supported");
    SAYS(*state, "Query", QUERY("songs", "pk = :x AND sk = :y AND c = :y", "':x':{'S':'a'},':y':{'N':'1'}"),
         VALIDATION "Conditions can be of length 1 or 2 only");
    HAS(*state, "Query", QUERY("songs", "pk = :x", "':x':{'S':''}"), "cannot contain an empty string value. Key: pk");
    SAYS(*state, "Query", "{'TableName':'songs'}",
         VALIDATION "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
}

static void a_filter_comes_after_the_reading(void **state)
{
    put_songs(*state);
    SAYS(*state, "UpdateItem",
         "{'TableName':'songs','Key':" SONG(
             "4") ",'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'N':"
                  "'1'}}}",
         "{}");
    finds(*state, "", "", ",'FilterExpression':'attribute_exists(x)','ProjectionExpression':'sk'",
          "{'Items':[{'sk':{'N':'4'}}],'Count':1,'ScannedCount':8}");
    finds(*state, "", "", ",'FilterExpression':'attribute_exists(x)','Limit':2",
          "{'Items':[],'Count':0,'ScannedCount':2,'LastEvaluatedKey':" SONG("0") "}");
    finds(*state, "", "", ",'FilterExpression':'sk > :p'",
          VALIDATION "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk");
}

static void a_count_has_no_items(void **state)
{
    put_songs(*state);
    finds(*state, "", "", ",'Select':'COUNT'", "{'Count':8,'ScannedCount':8}");
    finds(*state, "", "", ",'Select':'COUNT','Limit':3",
          "{'Count':3,'ScannedCount':3,'LastEvaluatedKey':" SONG("2") "}");
    finds(*state, "", "", ",'Select':'COUNT','FilterExpression':'attribute_exists(x)'", "{'Count':0,'ScannedCount':8}");
}

static void selections_that_do_not_go_together_are_refused(void **state)
{
    create_songs(*state);
    finds(*state, "", "", ",'Select':'SPECIFIC_ATTRIBUTES'",
          VALIDATION "1 validation error detected: Must specify the AttributesToGet or ProjectionExpression when "
                     "choosing to get SPECIFIC_ATTRIBUTES");
    finds(*state, "", "", ",'Select':'COUNT','ProjectionExpression':'a'",
          VALIDATION "Cannot specify the ProjectionExpression when choosing to get only the Count");
    finds(*state, "", "", ",'Select':'ALL_ATTRIBUTES','ProjectionExpression':'a'",
          VALIDATION "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES");
    finds(*state, "", "", ",'Select':'ALL_PROJECTED_ATTRIBUTES'",
          VALIDATION "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    finds(*state, "", "", ",'Select':'SPECIFIC_ATTRIBUTES','ProjectionExpression':'a'",
          "{'Items':[],'Count':0,'ScannedCount':0}");
}

static void older_conditions_still_work(void **state)
{
    put_songs(*state);
#define OLD(conditions, more) "{'TableName':'songs','KeyConditions':{" conditions "}" more "}"
#define OLD_PK "'pk':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}"
    SAYS(*state, "Query",
         OLD(OLD_PK ",'sk':{'ComparisonOperator':'BETWEEN','AttributeValueList':[{'N':'1'},{'N':'4'}]}", ""),
         "{'Items':[" SONG("2") "," SONG("4") "],'Count':2,'ScannedCount':2}");
    SAYS(*state, "Query", OLD(OLD_PK, ",'QueryFilter':{'x':{'ComparisonOperator':'NOT_NULL'}}"),
         "{'Items':[],'Count':0,'ScannedCount':8}");
    SAYS(*state, "Query", OLD(OLD_PK, ",'QueryFilter':{'sk':{'ComparisonOperator':'NOT_NULL'}}"),
         VALIDATION "QueryFilter can only contain non-primary key attributes: Primary key attribute: sk");
    SAYS(*state, "Query", OLD(OLD_PK, ",'AttributesToGet':['sk'],'Limit':1"),
         "{'Items':[{'sk':{'N':'-2'}}],'Count':1,'ScannedCount':1,'LastEvaluatedKey':" SONG("-2") "}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(a_partition_comes_in_order),  OPERATION_TEST(every_condition_on_the_sort_key),
        OPERATION_TEST(the_same_backwards),          OPERATION_TEST(a_sort_key_begins_with),
        OPERATION_TEST(conditions_fit_the_schema),   OPERATION_TEST(a_filter_comes_after_the_reading),
        OPERATION_TEST(a_count_has_no_items),        OPERATION_TEST(selections_that_do_not_go_together_are_refused),
        OPERATION_TEST(older_conditions_still_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
