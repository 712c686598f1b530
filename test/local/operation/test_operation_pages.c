/* Pages of queries and scans: where they are cut, how they go on, segments, what they consume. */
#include "tables.h"

static size_t count_of(const char *said, const char *member)
{
    const char *at = strstr(said, member);
    if (!at) fail_msg("no %s in %.300s", member, said);
    return at ? (size_t)strtoul(at + strlen(member), NULL, 10) : 0;
}

/* The LastEvaluatedKey of an answer as JSON, in `room`. false: there is none. */
static bool last_key(const char *said, char *room, size_t size)
{
    const char *at = strstr(said, "\"LastEvaluatedKey\":");
    if (!at) return false;
    at += strlen("\"LastEvaluatedKey\":");
    const char *end = strstr(at, "}}");
    assert_non_null(end);
    snprintf(room, size, "%.*s}}", (int)(end - at), at);
    return true;
}

/* Reads all pages of a request (without its closing brace); returns the items counted, and how many pages it took. */
static size_t read_all(local_fixture *local, const char *operation, const char *request, size_t *pages)
{
    char   start_key[512] = "", whole[2048];
    size_t found          = 0;
    bool   more           = true;
    for (*pages = 0; more; ++*pages) {
        assert_true(*pages < 1000);
        snprintf(whole, sizeof whole, "%s%s%s}", quoted(request), *start_key ? ",\"ExclusiveStartKey\":" : "",
                 start_key);
        const char *said = local_do(local, operation, whole);
        found += count_of(said, "\"Count\":");
        more = last_key(said, start_key, sizeof start_key);
    }
    return found;
}

static void put_songs(local_fixture *local, int count, size_t filling)
{
    create_songs(local);
    for (int i = 0; i < count; i++)
        put_song(local, i % 2 ? "a" : "b", i, filling);
}

#define OF_A "'TableName':'songs','KeyConditionExpression':'pk = :p','ExpressionAttributeValues':{':p':{'S':'a'}}"

/* Row 305. */
static void a_limit_that_is_met_at_the_end_still_says_so(void **state)
{
    size_t pages;
    put_songs(*state, 10, 0);
    assert_int_equal(read_all(*state, "Query", "{" OF_A ",'Limit':5", &pages), 5);
    assert_int_equal(pages, 2);
    assert_int_equal(read_all(*state, "Query", "{" OF_A ",'Limit':6", &pages), 5);
    assert_int_equal(pages, 1);
    assert_int_equal(read_all(*state, "Scan", "{'TableName':'songs','Limit':10", &pages), 10);
    assert_int_equal(pages, 2);
    assert_int_equal(read_all(*state, "Scan", "{'TableName':'songs','Limit':3", &pages), 10);
    assert_int_equal(pages, 4);
}

/* Row 305. */
static void pages_go_backwards_too(void **state)
{
    size_t pages;
    put_songs(*state, 20, 0);
    assert_int_equal(read_all(*state, "Query", "{" OF_A ",'ScanIndexForward':false,'Limit':3", &pages), 10);
    assert_int_equal(pages, 4);
}

/* Row 305. */
static void a_page_ends_before_a_megabyte_is_exceeded(void **state)
{
    size_t pages;
    create_songs(*state);
    /* pk 3, sk 4, the name v: 8 bytes and the filling; four of them are a megabyte */
    for (int i = 1; i <= 9; i++)
        put_song(*state, "a", i, 1024 * 1024 / 4 - 8);
    assert_int_equal(count_of(local_do(*state, "Query", quoted("{" OF_A ",'Select':'COUNT'}")), "\"Count\":"), 4);
    assert_int_equal(read_all(*state, "Query", "{" OF_A ",'Select':'COUNT'", &pages), 9);
    assert_int_equal(pages, 3);
    put_song(*state, "a", 1, 1024 * 1024 / 4 - 7);
    assert_int_equal(count_of(local_do(*state, "Query", quoted("{" OF_A ",'Select':'COUNT'}")), "\"Count\":"), 3);
}

static void the_size_counts_before_the_filter(void **state)
{
    create_songs(*state);
    for (int i = 1; i <= 9; i++)
        put_song(*state, "a", i, 1024 * 1024 / 4 - 8);
    SAYS(*state, "Query", "{" OF_A ",'FilterExpression':'attribute_exists(x)'}",
         "{'Items':[],'Count':0,'ScannedCount':4,'LastEvaluatedKey':{'pk':{'S':'a'},'sk':{'N':'4'}}}");
}

static void a_start_need_not_be_there_any_more(void **state)
{
    put_songs(*state, 10, 0);
    SAYS(*state, "DeleteItem", "{'TableName':'songs','Key':{'pk':{'S':'a'},'sk':{'N':'5'}}}", "{}");
    SAYS(*state, "Query", "{" OF_A ",'ExclusiveStartKey':{'pk':{'S':'a'},'sk':{'N':'5'}},'Select':'COUNT'}",
         "{'Count':2,'ScannedCount':2}");
    SAYS(*state, "Query",
         "{" OF_A ",'ExclusiveStartKey':{'pk':{'S':'a'},'sk':{'N':'5'}},'Select':'COUNT','ScanIndexForward':false}",
         "{'Count':2,'ScannedCount':2}");
}

static void a_start_fits_the_table_and_the_condition(void **state)
{
#define START(key) ",'ExclusiveStartKey':" key "}"
#define INVALID "ValidationException: The provided starting key "
    put_songs(*state, 10, 0);
    SAYS(*state, "Query", "{" OF_A START("{'pk':{'S':'a'}}"), INVALID "is invalid");
    SAYS(*state, "Scan", "{'TableName':'songs'" START("{'pk':{'S':'a'}}"),
         INVALID "is invalid: The provided key element does not match the schema");
    SAYS(*state, "Query", "{" OF_A START("{'pk':{'S':'a'},'sk':{'S':'1'}}"),
         "ValidationException: The provided key element does not match the schema");
    SAYS(*state, "Query", "{" OF_A START("{'pk':{'S':'b'},'sk':{'N':'1'}}"),
         INVALID "is outside query boundaries based on provided conditions");
    SAYS(*state, "Query",
         "{'TableName':'songs','KeyConditionExpression':'pk = :p AND sk > "
         ":s','ExpressionAttributeValues':{':p':{'S':'a'},"
         "':s':{'N':'4'}}" START("{'pk':{'S':'a'},'sk':{'N':'3'}}"),
         INVALID "does not match the range key predicate");
    SAYS(*state, "Query",
         "{'TableName':'songs','KeyConditionExpression':'pk = :p AND sk > "
         ":s','ExpressionAttributeValues':{':p':{'S':'a'},"
         "':s':{'N':'4'}}" START("{'pk':{'S':'b'},'sk':{'N':'5'}}"),
         "ValidationException: The query can return at most one row and cannot be restarted");
    HAS(*state, "Scan", "{'TableName':'songs'" START("{'pk':{}}"), INVALID "is invalid");
}

static void segments_share_a_table_among_them(void **state)
{
    create_notes(*state);
    for (int i = 0; i < 100; i++) {
        char request[128];
        snprintf(request, sizeof request, "{'TableName':'notes','Item':{'pk':{'S':'%d'}}}", i);
        SAYS(*state, "PutItem", request, "{}");
    }
    size_t sum = 0, pages;
    for (int segment = 0; segment < 7; segment++) {
        char request[128];
        snprintf(request, sizeof request, "{'TableName':'notes','Limit':3,'TotalSegments':7,'Segment':%d", segment);
        size_t found = read_all(*state, "Scan", request, &pages);
        assert_in_range(found, 1, 40);
        sum += found;
    }
    assert_int_equal(sum, 100);
    assert_int_equal(read_all(*state, "Scan", "{'TableName':'notes','TotalSegments':1,'Segment':0", &pages), 100);
}

static void segments_are_asked_for_in_full(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem", "{'TableName':'notes','Item':{'pk':{'S':'a'}}}", "{}");
    SAYS(*state, "Scan", "{'TableName':'notes','Segment':0}",
         "ValidationException: The TotalSegments parameter is required but was not present in the request when Segment "
         "parameter is present");
    SAYS(*state, "Scan", "{'TableName':'notes','TotalSegments':2}",
         "ValidationException: The Segment parameter is required but was not present in the request when parameter "
         "TotalSegments is present");
    SAYS(*state, "Scan", "{'TableName':'notes','TotalSegments':2,'Segment':2}",
         "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: "
         "Segment: 2 is not less than TotalSegments: 2");
    SAYS(*state, "Scan", "{'TableName':'notes','TotalSegments':1000000,'Segment':999999}",
         "{'Items':[],'Count':0,'ScannedCount':0}");
    bool first =
        strstr(local_do(*state, "Scan", quoted("{'TableName':'notes','TotalSegments':2,'Segment':0}")), "\"Count\":1");
    char request[160];
    snprintf(request, sizeof request,
             "{'TableName':'notes','TotalSegments':2,'Segment':%d,'ExclusiveStartKey':{'pk':{'S':'a'}}}",
             first ? 1 : 0);
    HAS(*state, "Scan", request, "Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: ");
}

static void a_scan_may_filter_by_its_keys(void **state)
{
    put_songs(*state, 10, 0);
    HAS(*state, "Scan",
        "{'TableName':'songs','FilterExpression':'sk > "
        ":s','ExpressionAttributeValues':{':s':{'N':'6'}},'Select':'COUNT'}",
        "{'Count':3,'ScannedCount':10}");
    HAS(*state, "Scan",
        "{'TableName':'songs','ScanFilter':{'sk':{'ComparisonOperator':'GT','AttributeValueList':[{'N':'6'}]}},"
        "'Select':'COUNT'}",
        "{'Count':3,'ScannedCount':10}");
}

static void a_page_consumes_by_the_sum_of_its_sizes(void **state)
{
    create_songs(*state);
    for (int i = 0; i < 10; i++)
        put_song(*state, "a", i, 1000 - 8);
    HAS(*state, "Query", "{" OF_A ",'Select':'COUNT','ReturnConsumedCapacity':'TOTAL'}", "'CapacityUnits':1.5}");
    HAS(*state, "Query", "{" OF_A ",'Select':'COUNT','ReturnConsumedCapacity':'TOTAL','ConsistentRead':true}",
        "'CapacityUnits':3.0}");
    HAS(*state, "Query", "{" OF_A ",'Select':'COUNT','ReturnConsumedCapacity':'INDEXES','Limit':1}",
        "'CapacityUnits':0.5,'Table':{'CapacityUnits':0.5}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(a_limit_that_is_met_at_the_end_still_says_so),
        OPERATION_TEST(pages_go_backwards_too),
        OPERATION_TEST(a_page_ends_before_a_megabyte_is_exceeded),
        OPERATION_TEST(the_size_counts_before_the_filter),
        OPERATION_TEST(a_start_need_not_be_there_any_more),
        OPERATION_TEST(a_start_fits_the_table_and_the_condition),
        OPERATION_TEST(segments_share_a_table_among_them),
        OPERATION_TEST(segments_are_asked_for_in_full),
        OPERATION_TEST(a_scan_may_filter_by_its_keys),
        OPERATION_TEST(a_page_consumes_by_the_sum_of_its_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
