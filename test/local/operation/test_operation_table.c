/* CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables. */
#include "local/local_call.h"

#define CREATE                                                                                                         \
    "{\"TableName\":\"users\",\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}],"          \
    "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}"
#define NAMED "{\"TableName\":\"users\"}"

static int start(void **state)
{
    static local_fixture local;
    *state = &local;
    return local_start(&local) ? 0 : -1;
}

static int stop(void **state)
{
    local_stop(*state);
    return 0;
}

static void has(local_fixture *local, const char *operation, const char *json, const char *part)
{
    const char *said = local_do(local, operation, json);
    if (!strstr(said, part)) fail_msg("%s says %s, without %s", operation, said, part);
}

static void lacks(local_fixture *local, const char *operation, const char *json, const char *part)
{
    const char *said = local_do(local, operation, json);
    if (strstr(said, part)) fail_msg("%s says %s, with %s", operation, said, part);
}

static void a_table_is_created_described_and_deleted(void **state)
{
    local_fixture *local = *state;
    has(local, "CreateTable", CREATE, "\"TableStatus\":\"CREATING\"");
    has(local, "DescribeTable", NAMED, "\"TableStatus\":\"ACTIVE\"");
    has(local, "DescribeTable", NAMED, "\"TableArn\":\"arn:aws:dynamodb:ddblocal:000000000000:table/users\"");
    has(local, "DescribeTable", NAMED, "\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"");
    has(local, "DescribeTable", "{\"TableName\":\"arn:aws:dynamodb:ddblocal:000000000000:table/users\"}", "users");
    LOCAL_SAYS(local, "CreateTable", CREATE, "ResourceInUseException: Table already exists: users");
    LOCAL_SAYS(local, "ListTables", "{}", "{\"TableNames\":[\"users\"]}");
    has(local, "DeleteTable", NAMED, "\"TableStatus\":\"DELETING\"");
    LOCAL_SAYS(local, "DescribeTable", NAMED,
               "ResourceNotFoundException: Requested resource not found: Table: users not found");
    LOCAL_SAYS(local, "ListTables", "{}", "{\"TableNames\":[]}");
    has(local, "CreateTable", CREATE, "CREATING");
}

static void slow_tables_follow_the_clock(void **state)
{
    local_fixture *local        = *state;
    local->settings.slow_tables = true;
    has(local, "CreateTable", CREATE, "CREATING");
    has(local, "DescribeTable", NAMED, "\"TableStatus\":\"CREATING\"");
    LOCAL_SAYS(
        local, "DeleteTable", NAMED,
        "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: users");
    local->now_us += 3000000;
    has(local, "DescribeTable", NAMED, "\"TableStatus\":\"ACTIVE\"");
    has(local, "DeleteTable", NAMED, "DELETING");
    has(local, "DescribeTable", NAMED, "\"TableStatus\":\"DELETING\"");
    has(local, "CreateTable", CREATE, "ResourceInUseException");
    local->now_us += 3000000;
    has(local, "DescribeTable", NAMED, "ResourceNotFoundException");
    LOCAL_SAYS(local, "ListTables", "{}", "{\"TableNames\":[]}");
    has(local, "CreateTable", CREATE, "CREATING");
}

static void the_same_seed_gives_the_same_identifier(void **state)
{
    local_fixture *local = *state;
    has(local, "CreateTable", CREATE, "\"TableId\":\"");
    char  first[37];
    char *at = strstr(local->said.data, "\"TableId\":\"");
    memcpy(first, at + 11, 36);
    first[36] = 0;
    local_stop(local);
    assert_true(local_start(local));
    has(local, "CreateTable", CREATE, first);
    local_stop(local);
    assert_true(local_start(local));
    local->settings.seed = 1;
    lacks(local, "CreateTable", CREATE, first);
}

static void names_are_listed_in_pages(void **state)
{
    local_fixture *local = *state;
    for (int i = 0; i < 5; i++) {
        char json[400];
        snprintf(json, sizeof json, "{\"TableName\":\"table%d\",%s", i, &CREATE[strlen("{\"TableName\":\"users\",")]);
        has(local, "CreateTable", json, "CREATING");
    }
    LOCAL_SAYS(local, "ListTables", "{\"Limit\":2}",
               "{\"TableNames\":[\"table0\",\"table1\"],\"LastEvaluatedTableName\":\"table1\"}");
    LOCAL_SAYS(local, "ListTables", "{\"Limit\":3,\"ExclusiveStartTableName\":\"table1\"}",
               "{\"TableNames\":[\"table2\",\"table3\",\"table4\"]}");
    LOCAL_SAYS(local, "ListTables", "{\"ExclusiveStartTableName\":\"table4\"}", "{\"TableNames\":[]}");
}

#define BEGIN "{\"TableName\":\"t\",\"BillingMode\":\"PAY_PER_REQUEST\","
#define A "{\"AttributeName\":\"a\",\"AttributeType\":\"S\"}"
#define B "{\"AttributeName\":\"b\",\"AttributeType\":\"N\"}"
#define HASH(name) "{\"AttributeName\":\"" name "\",\"KeyType\":\"HASH\"}"
#define RANGE(name) "{\"AttributeName\":\"" name "\",\"KeyType\":\"RANGE\"}"
#define DEFINED(list) "\"AttributeDefinitions\":[" list "],"
#define KEY(list) "\"KeySchema\":[" list "]"
#define ALL "\"Projection\":{\"ProjectionType\":\"ALL\"}"
#define INVALID "ValidationException: One or more parameter values were invalid: "

static void keys_and_definitions_must_agree(void **state)
{
    local_fixture *local = *state;
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A) KEY(HASH("x")) "}",
               INVALID "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], "
                       "AttributeDefinitions: [a]");
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A) KEY(HASH("a") "," RANGE("b")) "}",
               "ValidationException: Invalid KeySchema: Some index key attribute have no definition");
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A "," B) KEY(HASH("a")) "}",
               INVALID "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                       "AttributeDefinitions");
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A "," B) KEY(RANGE("a") "," RANGE("b")) "}",
               "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A "," B) KEY(HASH("a") "," HASH("b")) "}",
               "ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A "," B) KEY(HASH("a") "," RANGE("a")) "}",
               "ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name");
    LOCAL_SAYS(local, "CreateTable",
               BEGIN DEFINED(A "," B)
                   KEY(HASH("a")) ",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"idx\"," KEY(HASH("a")) "," ALL "}]}",
               INVALID "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b], keys used: [a]");
}

static void indexes_are_checked(void **state)
{
    local_fixture *local = *state;
    LOCAL_SAYS(local, "CreateTable", BEGIN DEFINED(A) KEY(HASH("a")) ",\"GlobalSecondaryIndexes\":[]}",
               INVALID "List of GlobalSecondaryIndexes is empty");
    LOCAL_SAYS(local, "CreateTable",
               BEGIN DEFINED(A)
                   KEY(HASH("a")) ",\"LocalSecondaryIndexes\":[{\"IndexName\":\"idx\"," KEY(HASH("a")) "," ALL "}]}",
               INVALID "Table KeySchema does not have a range key, which is required when specifying a "
                       "LocalSecondaryIndex");
    LOCAL_SAYS(
        local, "CreateTable",
        BEGIN DEFINED(A "," B) KEY(HASH("a") "," RANGE("b")) ",\"LocalSecondaryIndexes\":[{\"IndexName\":\"idx\"," KEY(
            HASH("b") "," RANGE("a")) "," ALL "}]}",
        INVALID "Index KeySchema does not have the same leading hash key as table KeySchema for index: idx. index "
                "hash key: b, table hash key: a");
    LOCAL_SAYS(local, "CreateTable",
               BEGIN DEFINED(A "," B) KEY(HASH("a")) ",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"idx\"," KEY(
                   HASH("b")) ",\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\",\"NonKeyAttributes\":[\"c\"]}}]}",
               INVALID "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified");
    LOCAL_SAYS(local, "CreateTable",
               BEGIN DEFINED(A "," B) KEY(HASH("a")) ",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"idx\"," KEY(
                   HASH("b")) "," ALL "},{\"IndexName\":\"idx\"," KEY(HASH("b")) "," ALL "}]}",
               INVALID "Duplicate index name: idx");
}

static void throughput_fits_the_billing_mode(void **state)
{
    local_fixture *local = *state;
    LOCAL_SAYS(local, "CreateTable", "{\"TableName\":\"t\"," DEFINED(A) KEY(HASH("a")) "}",
               INVALID
               "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
    LOCAL_SAYS(local, "CreateTable",
               BEGIN DEFINED(A) KEY(HASH("a")) ",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":1,"
                                               "\"WriteCapacityUnits\":1}}",
               INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                       "PAY_PER_REQUEST");
}

static void more_indexes_than_fit_are_refused(void **state)
{
    local_fixture *local = *state;
    dynox__buffer  json  = {0};
    dynox__buffer_text(&json, BEGIN DEFINED(A) KEY(HASH("a")) ",\"GlobalSecondaryIndexes\":[");
    for (int i = 0; i < 30; i++)
        dynox__buffer_format(&json, "%s{\"IndexName\":\"i%d\"," KEY(HASH("a")) "," ALL "}", i ? "," : "", i);
    dynox__buffer_text(&json, "]}");
    dynox__buffer_byte(&json, 0);
    LOCAL_SAYS(local, "CreateTable", json.data, INVALID "GlobalSecondaryIndex count exceeds the per-table limit of 20");
    dynox__buffer_free(&json);
}

static void an_index_may_have_several_key_attributes(void **state)
{
    local_fixture *local = *state;
    has(local, "CreateTable",
        BEGIN DEFINED(A "," B ",{\"AttributeName\":\"c\",\"AttributeType\":\"B\"}")
            KEY(HASH("a")) ",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"idx\"," KEY(
                HASH("a") "," HASH("b") "," RANGE("c")) "," ALL "}]}",
        "\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":\"HASH\"},"
        "{\"AttributeName\":\"c\",\"KeyType\":\"RANGE\"}]");
    has(local, "DescribeTable", "{\"TableName\":\"t\"}", "{\"AttributeName\":\"c\",\"KeyType\":\"RANGE\"}");
}

#define UPDATE "{\"TableName\":\"users\","
#define CREATE_INDEX(name)                                                                                             \
    "{\"Create\":{\"IndexName\":\"" name "\"," KEY(HASH("b")) ",\"Projection\":{\"ProjectionType\":\"ALL\"}}}"

static void an_index_is_created_and_deleted_later(void **state)
{
    local_fixture *local        = *state;
    local->settings.slow_tables = true;
    local_do(local, "CreateTable", CREATE);
    local->now_us += 3000000;
    has(local, "UpdateTable", UPDATE DEFINED(B) "\"GlobalSecondaryIndexUpdates\":[" CREATE_INDEX("idx") "]}",
        "\"IndexStatus\":\"CREATING\",\"Backfilling\":true");
    local->now_us += 2000000;
    has(local, "DescribeTable", NAMED, "\"TableStatus\":\"ACTIVE\"");
    has(local, "DescribeTable", NAMED, "\"Backfilling\":true");
    has(local, "UpdateTable", UPDATE DEFINED(B) "\"GlobalSecondaryIndexUpdates\":[" CREATE_INDEX("other") "]}",
        "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted");
    local->now_us += 3000000;
    lacks(local, "DescribeTable", NAMED, "Backfilling");
    has(local, "UpdateTable", UPDATE "\"GlobalSecondaryIndexUpdates\":[{\"Delete\":{\"IndexName\":\"idx\"}}]}",
        "\"IndexStatus\":\"DELETING\"");
    local->now_us += 3000000;
    lacks(local, "DescribeTable", NAMED, "idx");
    lacks(local, "DescribeTable", NAMED, "\"AttributeName\":\"b\"");
}

static void updates_say_what_is_wrong(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", CREATE);
    has(local, "UpdateTable", NAMED, "ValidationException: At least one of ProvisionedThroughput, BillingMode,");
    has(local, "UpdateTable", UPDATE "\"GlobalSecondaryIndexUpdates\":[{}]}",
        "One of GlobalSecondaryIndexUpdate.Update");
    LOCAL_SAYS(local, "UpdateTable", UPDATE "\"GlobalSecondaryIndexUpdates\":[{\"Delete\":{\"IndexName\":\"idx\"}}]}",
               "ResourceNotFoundException: Requested resource not found");
    LOCAL_SAYS(local, "UpdateTable", UPDATE "\"BillingMode\":\"PROVISIONED\"}",
               INVALID "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    LOCAL_SAYS(local, "UpdateTable", UPDATE "\"StreamSpecification\":{\"StreamEnabled\":false}}",
               "ValidationException: Table is already disabled for stream: TableName: users");
}

static void billing_changes_both_ways(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", CREATE);
    has(local, "UpdateTable",
        UPDATE "\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":7,"
               "\"WriteCapacityUnits\":8}}",
        "\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":8");
    has(local, "DescribeTable", NAMED, "\"BillingMode\":\"PROVISIONED\"");
    has(local, "UpdateTable", UPDATE "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":8}}",
        "The provisioned throughput for the table will not change");
    has(local, "UpdateTable", UPDATE "\"BillingMode\":\"PAY_PER_REQUEST\"}", "\"BillingMode\":\"PAY_PER_REQUEST\"");
}

static void a_protected_table_stays(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", CREATE);
    has(local, "UpdateTable", UPDATE "\"DeletionProtectionEnabled\":true}", "\"DeletionProtectionEnabled\":true");
    LOCAL_SAYS(local, "DeleteTable", NAMED,
               "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable "
               "deletion protection first.");
    has(local, "UpdateTable", UPDATE "\"DeletionProtectionEnabled\":false}", "\"DeletionProtectionEnabled\":false");
    has(local, "DeleteTable", NAMED, "DELETING");
}

static void what_is_aborted_has_never_been(void **state)
{
    local_fixture     *local = *state;
    dynox__local_call *call  = local_begin(local, "CreateTable", CREATE, true);
    assert_true(dynox__local_create_table(call));
    const dynox__table *table;
    assert_true(dynox__catalog_get(call, "users", 5, &table));
    assert_non_null(table);
    local_end(local, false);
    has(local, "DescribeTable", NAMED, "ResourceNotFoundException");
    has(local, "CreateTable", CREATE, "CREATING");
}

static void tags_are_kept(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", CREATE);
#define ARN "\"ResourceArn\":\"arn:aws:dynamodb:ddblocal:000000000000:table/users\""
    LOCAL_SAYS(local, "ListTagsOfResource", "{" ARN "}", "{\"Tags\":[]}");
    LOCAL_SAYS(local, "TagResource",
               "{" ARN ",\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\",\"Value\":\"\\\"\"}]}", "");
    LOCAL_SAYS(local, "TagResource", "{" ARN ",\"Tags\":[{\"Key\":\"a\",\"Value\":\"2\"}]}", "");
    LOCAL_SAYS(local, "ListTagsOfResource", "{" ARN "}",
               "{\"Tags\":[{\"Key\":\"b\",\"Value\":\"\\\"\"},{\"Key\":\"a\",\"Value\":\"2\"}]}");
    LOCAL_SAYS(local, "UntagResource", "{" ARN ",\"TagKeys\":[\"b\"]}", "");
    LOCAL_SAYS(local, "ListTagsOfResource", "{" ARN "}", "{\"Tags\":[{\"Key\":\"a\",\"Value\":\"2\"}]}");
    has(local, "TagResource", "{" ARN ",\"Tags\":[{\"Key\":\"c\"}]}", "ValidationException");
    has(local, "TagResource", "{" ARN ",\"Tags\":[{\"Key\":\"aws:c\",\"Value\":\"\"}]}", "ValidationException");
    has(local, "ListTagsOfResource", "{\"ResourceArn\":\"users\"}", "Invalid TableArn");
}

static void every_operation_of_an_account_answers(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", CREATE);
    has(local, "DescribeLimits", "{}", "\"TableMaxReadCapacityUnits\":40000");
    has(local, "DescribeEndpoints", "{}", "\"Address\":");
    LOCAL_SAYS(local, "ListBackups", "{}", "{\"BackupSummaries\":[]}");
    LOCAL_SAYS(local, "DescribeTimeToLive", NAMED, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
    has(local, "DescribeContinuousBackups", NAMED, "\"PointInTimeRecoveryStatus\":\"DISABLED\"");
    has(local, "UpdateContinuousBackups",
        UPDATE "\"PointInTimeRecoverySpecification\":{\"PointInTimeRecoveryEnabled\":true}}",
        "\"PointInTimeRecoveryStatus\":\"ENABLED\"");
    has(local, "DescribeContributorInsights", NAMED, "DISABLED");
    has(local, "GetResourcePolicy", "{" ARN "}", "PolicyNotFoundException");
}

static void all_62_operations_are_known(void **state)
{
    (void)state;
    assert_non_null(dynox__local_operation_of("BatchExecuteStatement", 21, false));
    assert_non_null(dynox__local_operation_of("UpdateTimeToLive", 16, false));
    assert_non_null(dynox__local_operation_of("GetRecords", 10, true));
    assert_null(dynox__local_operation_of("GetRecords", 10, false));
    assert_null(dynox__local_operation_of("GetItem", 7, true));
    assert_null(dynox__local_operation_of("GetIte", 6, false));
    assert_null(dynox__local_operation_of("GetItems", 8, false));
    assert_null(dynox__local_operation_of("", 0, false));
}

static void without_memory(void *arg)
{
    (void)arg;
    local_fixture local;
    if (!local_start(&local)) return;
    local_do(&local, "CreateTable", CREATE);
    local_do(&local, "UpdateTable", UPDATE DEFINED(B) "\"GlobalSecondaryIndexUpdates\":[" CREATE_INDEX("idx") "]}");
    local_do(&local, "TagResource", "{" ARN ",\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"}]}");
    local_do(&local, "DescribeTable", NAMED);
    local_do(&local, "ListTables", "{}");
    local_do(&local, "DeleteTable", NAMED);
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
        cmocka_unit_test_setup_teardown(a_table_is_created_described_and_deleted, start, stop),
        cmocka_unit_test_setup_teardown(slow_tables_follow_the_clock, start, stop),
        cmocka_unit_test_setup_teardown(the_same_seed_gives_the_same_identifier, start, stop),
        cmocka_unit_test_setup_teardown(names_are_listed_in_pages, start, stop),
        cmocka_unit_test_setup_teardown(keys_and_definitions_must_agree, start, stop),
        cmocka_unit_test_setup_teardown(indexes_are_checked, start, stop),
        cmocka_unit_test_setup_teardown(throughput_fits_the_billing_mode, start, stop),
        cmocka_unit_test_setup_teardown(more_indexes_than_fit_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(an_index_may_have_several_key_attributes, start, stop),
        cmocka_unit_test_setup_teardown(an_index_is_created_and_deleted_later, start, stop),
        cmocka_unit_test_setup_teardown(updates_say_what_is_wrong, start, stop),
        cmocka_unit_test_setup_teardown(billing_changes_both_ways, start, stop),
        cmocka_unit_test_setup_teardown(a_protected_table_stays, start, stop),
        cmocka_unit_test_setup_teardown(what_is_aborted_has_never_been, start, stop),
        cmocka_unit_test_setup_teardown(tags_are_kept, start, stop),
        cmocka_unit_test_setup_teardown(every_operation_of_an_account_answers, start, stop),
        cmocka_unit_test(all_62_operations_are_known),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("operations on tables", tests, NULL, NULL);
}
