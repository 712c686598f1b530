/* UpdateTable: what is mentioned is sent, and nothing else. */
#include "client/scripted.h"

static const dynox_index by_city = {.name          = "by-city",
                                    .partition_key = {"city", DYNOX_S},
                                    .sort_key      = {"age", DYNOX_N},
                                    .projection    = DYNOX_PROJECT_KEYS};

static void expect_sent(const dynox_update_table_args *given, const char *json)
{
    dynox_table            *table = NULL;
    dynox_error             error = {0};
    dynox_update_table_args args  = *given;
    args.size                     = sizeof args;
    args.table                    = "t";
    args.out                      = &table;
    args.error                    = &error;
    if (dynox_sync_update_table_with(client, &args) != DYNOX_OK) fail_msg("%s", error.message);
    assert_string_equal(table->name, "t");
    dynox_table_free(table);
    assert_sent("X-Amz-Target: DynamoDB_20120810.UpdateTable");
    assert_sent(json);
}

#define EXPECT_SENT(json, ...) expect_sent(&(dynox_update_table_args){__VA_ARGS__}, (json))

/* Row 147. */
static void an_index_is_added_with_the_types_of_its_keys(void **state)
{
    (void)state;
    EXPECT_SENT("{\"TableName\":\"t\",\"AttributeDefinitions\":[{\"AttributeName\":\"city\",\"AttributeType\":\"S\"},"
                "{\"AttributeName\":\"age\",\"AttributeType\":\"N\"}],\"GlobalSecondaryIndexUpdates\":[{\"Create\":"
                "{\"IndexName\":\"by-city\",\"KeySchema\":[{\"AttributeName\":\"city\",\"KeyType\":\"HASH\"},"
                "{\"AttributeName\":\"age\",\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}"
                "}}]}",
                .add_index = &by_city);
    dynox_index provisioned = by_city;
    provisioned.provisioned = (dynox_throughput){2, 3};
    EXPECT_SENT("{\"ProjectionType\":\"KEYS_ONLY\"},\"ProvisionedThroughput\":{\"ReadCapacityUnits\":2,"
                "\"WriteCapacityUnits\":3}}}]}",
                .add_index = &provisioned);
}

/* Row 147. */
static void indexes_are_removed_and_changed(void **state)
{
    (void)state;
    const dynox_index_change changes[] = {{.name = "a", .provisioned = {5, 6}},
                                          {.name = "b", .on_demand_maximum = {-1, 40}, .warm = {12000, 0}}};
    EXPECT_SENT("{\"TableName\":\"t\",\"GlobalSecondaryIndexUpdates\":[{\"Delete\":{\"IndexName\":\"old\"}}]}",
                .remove_index = "old");
    EXPECT_SENT("{\"TableName\":\"t\",\"GlobalSecondaryIndexUpdates\":[{\"Update\":{\"IndexName\":\"a\","
                "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":5,\"WriteCapacityUnits\":6}}},{\"Update\":"
                "{\"IndexName\":\"b\",\"OnDemandThroughput\":{\"MaxReadRequestUnits\":-1,\"MaxWriteRequestUnits\":40},"
                "\"WarmThroughput\":{\"ReadUnitsPerSecond\":12000}}}]}",
                .change_indexes = changes, .change_index_count = 2);
}

/* Row 147. */
static void billing_and_capacity_change(void **state)
{
    (void)state;
    EXPECT_SENT("{\"TableName\":\"t\",\"BillingMode\":\"PAY_PER_REQUEST\"}", .billing = DYNOX_TO_ON_DEMAND);
    EXPECT_SENT("{\"TableName\":\"t\",\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":{"
                "\"ReadCapacityUnits\":5,\"WriteCapacityUnits\":5}}",
                .billing = DYNOX_TO_PROVISIONED);
    EXPECT_SENT("{\"TableName\":\"t\",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":8}}",
                .provisioned = {7, 8});
    EXPECT_SENT("{\"TableName\":\"t\",\"OnDemandThroughput\":{\"MaxReadRequestUnits\":100}}",
                .on_demand_maximum = {100, 0});
    EXPECT_SENT("{\"TableName\":\"t\",\"WarmThroughput\":{\"ReadUnitsPerSecond\":13000,\"WriteUnitsPerSecond\":5000}}",
                .warm = {13000, 5000});
}

/* Row 147. */
static void settings_are_switched_on_and_off(void **state)
{
    (void)state;
    EXPECT_SENT("{\"TableName\":\"t\",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":"
                "\"KEYS_ONLY\"}}",
                .stream = DYNOX_STREAM_KEYS);
    EXPECT_SENT("{\"TableName\":\"t\",\"StreamSpecification\":{\"StreamEnabled\":false}}", .stream_off = true);
    EXPECT_SENT("{\"TableName\":\"t\",\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"}", .table_class = "STANDARD_IA");
    EXPECT_SENT("{\"TableName\":\"t\",\"SSESpecification\":{\"Enabled\":true,\"SSEType\":\"KMS\"}}",
                .kms_encryption = DYNOX_ON);
    EXPECT_SENT("\"KMSMasterKeyId\":\"alias/k\"}}", .kms_key = "alias/k");
    EXPECT_SENT("{\"TableName\":\"t\",\"SSESpecification\":{\"Enabled\":false}}", .kms_encryption = DYNOX_OFF);
    EXPECT_SENT("{\"TableName\":\"t\",\"DeletionProtectionEnabled\":true}", .deletion_protection = DYNOX_ON);
    EXPECT_SENT("{\"TableName\":\"t\",\"DeletionProtectionEnabled\":false}", .deletion_protection = DYNOX_OFF);
    EXPECT_SENT("{\"TableName\":\"t\",\"ReplicaUpdates\":[{\"Create\":{\"RegionName\":\"eu-west-2\"}},{\"Delete\":"
                "{\"RegionName\":\"us-east-1\"}}]}",
                .add_replica = "eu-west-2", .remove_replica = "us-east-1");
}

static void expect_refusal(dynox_future *future, const char *words)
{
    const dynox_error *error = dynox_future_details(future);
    assert_true(dynox_future_done(future));
    if (error->status != DYNOX_E_ARGUMENT || !strstr(error->message, words))
        fail_msg("%s: \"%s\", not \"%s\"", dynox_status_name(error->status), error->message, words);
    dynox_future_release(future);
}

static void changes_that_are_none_or_contradict_each_other_are_refused(void **state)
{
    (void)state;
    const dynox_index_change idle = {.name = "a"}, nameless = {.provisioned = {1, 1}};
    dynox_index              keyless = by_city;
    keyless.partition_key.name       = NULL;
    expect_refusal(dynox_update_table(client, "t"), "there is nothing to change");
    expect_refusal(dynox_update_table(client, NULL, .stream_off = true), "the table name is missing");
    expect_refusal(dynox_update_table(client, "t", .add_index = &by_city, .remove_index = "x"),
                   "the service takes one of them a call");
    expect_refusal(dynox_update_table(client, "t", .remove_index = ""), "an index has no name");
    expect_refusal(dynox_update_table(client, "t", .add_index = &keyless), "has no partition key");
    expect_refusal(dynox_update_table(client, "t", .change_indexes = &idle, .change_index_count = 1),
                   "index \"a\": there is nothing to change");
    expect_refusal(dynox_update_table(client, "t", .change_indexes = &nameless, .change_index_count = 1),
                   "an index has no name");
    expect_refusal(dynox_update_table(client, "t", .billing = (dynox_billing_change)3), "billing has no value 3");
    expect_refusal(dynox_update_table(client, "t", .billing = DYNOX_TO_ON_DEMAND, .provisioned = {1, 1}),
                   "does not go with DYNOX_TO_ON_DEMAND");
    expect_refusal(dynox_update_table(client, "t", .provisioned = {1, 0}), "needs both");
    expect_refusal(dynox_update_table(client, "t", .on_demand_maximum = {-2, 0}), "must not be less than -1");
    expect_refusal(dynox_update_table(client, "t", .stream = DYNOX_STREAM_KEYS, .stream_off = true),
                   "do not go together");
    expect_refusal(dynox_update_table(client, "t", .table_class = "IRON"), "IRON");
    expect_refusal(dynox_update_table(client, "t", .kms_encryption = DYNOX_OFF, .kms_key = "k"), "does not go with");
    expect_refusal(dynox_update_table(client, "t", .kms_key = ""), "kms_key is empty");
    expect_refusal(dynox_update_table(client, "t", .deletion_protection = (dynox_switch)7),
                   "deletion_protection has no value 7");
    expect_refusal(dynox_update_table(NULL, "t", .stream_off = true), "the client is NULL");
}

static int setup(void **state)
{
    if (scripted_setup(state) != 0) return -1;
    scripted_answer("UpdateTable", "{\"TableDescription\":{\"TableName\":\"t\",\"TableStatus\":\"UPDATING\"}}");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_is_added_with_the_types_of_its_keys),
        cmocka_unit_test(indexes_are_removed_and_changed),
        cmocka_unit_test(billing_and_capacity_change),
        cmocka_unit_test(settings_are_switched_on_and_off),
        cmocka_unit_test(changes_that_are_none_or_contradict_each_other_are_refused),
    };
    return cmocka_run_group_tests_name("update table", tests, setup, scripted_teardown);
}
