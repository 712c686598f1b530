/* What is sent: every parameter of every operation, as the service's API has it. */
#include "scripted.h"

/* Rows 44, 45, 58. */
static void get_sends_key_consistency_projection_and_capacity(void **state)
{
    (void)state;
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", "a\"b", "sk", 7), &item,
                                         .consistent_read = true, .projection = "name, a.b[0]",
                                         .return_capacity = DYNOX_CAPACITY_INDEXES),
                     DYNOX_OK);
    dynox_item_free(item);
    assert_sent("X-Amz-Target: DynamoDB_20120810.GetItem");
    assert_sent(
        "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\\\"b\"},\"sk\":{\"N\":\"7\"}},\"ConsistentRead\":true,"
        "\"ProjectionExpression\":\"#n0, #n1.#n2[0]\",\"ReturnConsumedCapacity\":\"INDEXES\","
        "\"ExpressionAttributeNames\":{\"#n0\":\"name\",\"#n1\":\"a\",\"#n2\":\"b\"}}");
}

/* Rows 44, 45, 58. False is what an absent member means, and no projection is all of it. */
static void members_that_are_not_set_are_not_sent(void **state)
{
    (void)state;
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", "x"), &item), DYNOX_OK);
    dynox_item_free(item);
    assert_sent("{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"x\"}}}");
    assert_int_equal(dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", "x"), &item, .consistent_read = false,
                                         .projection = "", .return_capacity = DYNOX_CAPACITY_NONE),
                     DYNOX_OK);
    dynox_item_free(item);
    assert_sent("{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"x\"}}}");
}

/* Row 58. */
static void put_sends_condition_and_return_values(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", "x", "status", 1),
                                         .condition     = DYNOX_EXPR("attribute_not_exists(pk) OR status < ?", 5),
                                         .return_values = DYNOX_ALL_OLD, .return_on_condition_failure = DYNOX_ALL_OLD,
                                         .return_collection_metrics = true, .return_capacity = DYNOX_CAPACITY_TOTAL),
                     DYNOX_OK);
    assert_sent("\"Item\":{\"pk\":{\"S\":\"x\"},\"status\":{\"N\":\"1\"}}");
    assert_sent("\"ConditionExpression\":\"attribute_not_exists(#n0) OR #n1 < :v0\"");
    assert_sent("\"ReturnValues\":\"ALL_OLD\"");
    assert_sent("\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"");
    assert_sent("\"ReturnItemCollectionMetrics\":\"SIZE\"");
    assert_sent("\"ReturnConsumedCapacity\":\"TOTAL\"");
    assert_sent("\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"5\"}}");
}

/* Row 48. */
static void update_and_condition_share_their_placeholders(void **state)
{
    (void)state;
    assert_int_equal(
        dynox_sync_update_item(client, "users", DYNOX_ITEM("pk", "x"), DYNOX_EXPR("SET age = age + ? REMOVE nick", 1),
                               .condition = DYNOX_EXPR("age < ?", 100), .return_values = DYNOX_UPDATED_NEW),
        DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"SET #n0 = #n0 + :v0 REMOVE #n1\",");
    assert_sent("\"ConditionExpression\":\"#n0 < :v1\"");
    assert_sent("\"ReturnValues\":\"UPDATED_NEW\"");
    assert_sent("\"ExpressionAttributeNames\":{\"#n0\":\"age\",\"#n1\":\"nick\"},\"ExpressionAttributeValues\":{\":"
                "v0\":{\"N\":\"1\"},\":v1\":{\"N\":\"100\"}}");
}

static void query_sends_all_of_its_parameters(void **state)
{
    (void)state;
    dynox_page *page = NULL;
    assert_int_equal(dynox_sync_query_page(client, "orders", DYNOX_EXPR("pk = ? AND begins_with(sk, ?)", "a", "b"),
                                           &page, .index = "by-x", .filter = DYNOX_EXPR("n > ?", 1), .projection = "n",
                                           .select = DYNOX_SELECT_SPECIFIC, .descending = true, .consistent_read = true,
                                           .page_size = 25, .start_key = DYNOX_ITEM("pk", "a", "sk", "c")),
                     DYNOX_OK);
    dynox_page_free(page);
    assert_sent("\"IndexName\":\"by-x\"");
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0 AND begins_with(#n1, :v1)\"");
    assert_sent(
        "\"FilterExpression\":\"#n2 > :v2\",\"ProjectionExpression\":\"#n2\",\"Select\":\"SPECIFIC_ATTRIBUTES\","
        "\"ScanIndexForward\":false,\"ConsistentRead\":true");
    assert_sent("\"Limit\":25,\"ExclusiveStartKey\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"c\"}}");
}

static void scan_sends_its_segment_also_if_it_is_zero(void **state)
{
    (void)state;
    dynox_page *page = NULL;
    assert_int_equal(dynox_sync_scan_page(client, "orders", &page, .total_segments = 4), DYNOX_OK);
    dynox_page_free(page);
    assert_sent("\"TotalSegments\":4,\"Segment\":0");
}

/* Rows 136, 139, 141. */
static void create_table_derives_attribute_definitions_from_all_keys(void **state)
{
    (void)state;
    const char              *some[]    = {"x"};
    const dynox_index        global[]  = {{.name                = "g",
                                           .partition_key       = {"email", DYNOX_S},
                                           .more_partition_keys = {{"town", DYNOX_S}},
                                           .sort_key            = {"sk", DYNOX_N},
                                           .projection          = DYNOX_PROJECT_SOME,
                                           .projected           = some,
                                           .projected_count     = 1,
                                           .on_demand_maximum   = {10, 20}}};
    const dynox_index        local[]   = {{.name = "l", .sort_key = {"at", DYNOX_N}, .projection = DYNOX_PROJECT_KEYS}};
    const dynox_tag          tags[]    = {{"team", "blue"}, {"empty", NULL}};
    const char              *filters[] = {"kind", "year"};
    const dynox_vector_index vectors[] = {{.name          = "v",
                                           .attribute     = "embedding",
                                           .dimensions    = 3,
                                           .distance      = "COSINE",
                                           .partition_key = "owner",
                                           .filters       = filters,
                                           .filter_count  = 2}};
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_N},
                                             .global_indexes = global, .global_index_count = 1, .local_indexes = local,
                                             .local_index_count = 1, .vector_indexes = vectors, .vector_index_count = 1,
                                             .stream = DYNOX_STREAM_NEW_IMAGE, .table_class = "STANDARD_IA",
                                             .kms_key = "alias/k", .deletion_protection = true, .tags = tags,
                                             .tag_count = 2, .warm = {12000, 4000}, .resource_policy = "{\"a\":1}"),
                     DYNOX_OK);
    assert_sent("\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},{\"AttributeName\":"
                "\"sk\",\"AttributeType\":\"N\"},"
                "{\"AttributeName\":\"email\",\"AttributeType\":\"S\"},{\"AttributeName\":\"town\",\"AttributeType\":"
                "\"S\"},{\"AttributeName\":\"at\",\"AttributeType\":\"N\"}]");
    assert_sent("\"BillingMode\":\"PAY_PER_REQUEST\",\"WarmThroughput\":{\"ReadUnitsPerSecond\":12000,"
                "\"WriteUnitsPerSecond\":4000}");
    assert_sent("\"GlobalSecondaryIndexes\":[{\"IndexName\":\"g\",\"KeySchema\":[{\"AttributeName\":\"email\","
                "\"KeyType\":\"HASH\"},"
                "{\"AttributeName\":\"town\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}],"
                "\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"x\"]},"
                "\"OnDemandThroughput\":{\"MaxReadRequestUnits\":10,\"MaxWriteRequestUnits\":20}}]");
    assert_sent(
        "\"LocalSecondaryIndexes\":[{\"IndexName\":\"l\",\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}"
        ","
        "{\"AttributeName\":\"at\",\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}]");
    assert_sent("\"VectorIndexes\":[{\"IndexName\":\"v\",\"VectorAttribute\":{\"AttributeName\":\"embedding\"},"
                "\"SearchSchema\":[{\"AttributeName\":\"owner\",\"SearchSchemaElementType\":\"HASH\"},"
                "{\"AttributeName\":\"kind\",\"SearchSchemaElementType\":\"INLINE_FILTER\"},{\"AttributeName\":"
                "\"year\",\"SearchSchemaElementType\":\"INLINE_FILTER\"}],"
                "\"Projection\":{\"ProjectionType\":\"ALL\"},\"Dimensions\":3,\"DistanceFunction\":\"COSINE\"}]");
    assert_sent("\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"},\"TableClass\":"
                "\"STANDARD_INFREQUENT_ACCESS\","
                "\"SSESpecification\":{\"Enabled\":true,\"SSEType\":\"KMS\",\"KMSMasterKeyId\":\"alias/"
                "k\"},\"DeletionProtectionEnabled\":true,"
                "\"ResourcePolicy\":\"{\\\"a\\\":1}\",\"Tags\":[{\"Key\":\"team\",\"Value\":\"blue\"},{\"Key\":"
                "\"empty\",\"Value\":\"\"}]");
}

/* Rows 132, 138. */
static void provisioned_tables_and_indexes_default_to_five_units(void **state)
{
    (void)state;
    const dynox_index global[] = {{.name = "g", .partition_key = {"email", DYNOX_S}}};
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .billing = DYNOX_PROVISIONED,
                                             .provisioned = {3, 0}, .global_indexes = global, .global_index_count = 1),
                     DYNOX_OK);
    assert_sent(
        "\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":3,\"WriteCapacityUnits\":5}");
    assert_sent("\"Projection\":{\"ProjectionType\":\"ALL\"},\"ProvisionedThroughput\":{\"ReadCapacityUnits\":5,"
                "\"WriteCapacityUnits\":5}}]");
}

static void requests_are_signed_and_carry_an_invocation_id(void **state)
{
    (void)state;
    assert_true(dynox_sync_ping(client));
    assert_sent("POST / HTTP/1.1");
    assert_sent("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/");
    assert_sent("/eu-west-1/dynamodb/aws4_request");
    assert_sent("amz-sdk-invocation-id: ");
    assert_sent("attempt=1; max=4");
    assert_sent("Accept-Encoding: identity");
    assert_sent("{\"Limit\":1}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_sends_key_consistency_projection_and_capacity),
        cmocka_unit_test(members_that_are_not_set_are_not_sent),
        cmocka_unit_test(put_sends_condition_and_return_values),
        cmocka_unit_test(update_and_condition_share_their_placeholders),
        cmocka_unit_test(query_sends_all_of_its_parameters),
        cmocka_unit_test(scan_sends_its_segment_also_if_it_is_zero),
        cmocka_unit_test(create_table_derives_attribute_definitions_from_all_keys),
        cmocka_unit_test(provisioned_tables_and_indexes_default_to_five_units),
        cmocka_unit_test(requests_are_signed_and_carry_an_invocation_id),
    };
    return cmocka_run_group_tests_name("client requests", tests, scripted_setup, scripted_teardown);
}
