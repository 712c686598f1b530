/* CreateTable and DescribeTable: what of a table's definition is sent, what is refused here, and all that is told. */
#include "client/scripted.h"

static void expect_refusal(dynox_future *future, const char *words)
{
    assert_true(dynox_future_done(future));
    const dynox_error *error = dynox_future_details(future);
    assert_non_null(error);
    if (error->status != DYNOX_E_ARGUMENT || !strstr(error->message, words))
        fail_msg("%s: \"%s\", not \"%s\"", dynox_status_name(error->status), error->message, words);
    dynox_future_release(future);
}

/* Row 131. */
static void keys_may_be_texts_numbers_or_bytes(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_B}), DYNOX_OK);
    assert_sent("\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"B\"}],"
                "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}]");
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_N}), DYNOX_OK);
    assert_sent(
        "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},{\"AttributeName\":\"sk\",\"AttributeType\":\"N\"}");
    assert_sent("{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_L}), "must be DYNOX_S, DYNOX_N or DYNOX_B");
    expect_refusal(dynox_create_table(client, "t", {"", DYNOX_S}), "the name of a key attribute is empty");
}

/* Row 132. */
static void billing_is_on_demand_unless_capacity_is_provisioned(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}), DYNOX_OK);
    assert_sent("\"BillingMode\":\"PAY_PER_REQUEST\"}");
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .billing = DYNOX_PROVISIONED), DYNOX_OK);
    assert_sent("\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":5,"
                "\"WriteCapacityUnits\":5}}");
    assert_int_equal(
        dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .billing = DYNOX_PROVISIONED, .provisioned = {7, 9}),
        DYNOX_OK);
    assert_sent("\"ProvisionedThroughput\":{\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":9}");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .provisioned = {1, 1}), "needs .billing");
    expect_refusal(
        dynox_create_table(client, "t", {"pk", DYNOX_S}, .billing = DYNOX_PROVISIONED, .provisioned = {-1, 1}),
        "must not be less than 0");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .billing = (dynox_billing)3), "billing");
}

/* Row 133. */
static void a_class_is_one_of_two_or_a_short_name_of_it(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .table_class = "STANDARD"), DYNOX_OK);
    assert_sent("\"TableClass\":\"STANDARD\"");
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .table_class = "STANDARD_IA"), DYNOX_OK);
    assert_sent("\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"");
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .table_class = "STANDARD_INFREQUENT_ACCESS"),
                     DYNOX_OK);
    assert_sent("\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .table_class = "GOLD"),
                   "table_class is \"GOLD\": it may be STANDARD or STANDARD_INFREQUENT_ACCESS");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .table_class = ""), "table_class is \"\"");
}

/* Rows 134, 135. What AWS owns is what nothing is sent for: "Enabled" would ask for a key of KMS, which costs. */
static void encryption_is_the_services_own_or_with_a_key_of_kms(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}), DYNOX_OK);
    assert_null(strstr(faultserver_ask(&server, "last"), "SSESpecification"));
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .kms_encryption = true), DYNOX_OK);
    assert_sent("\"SSESpecification\":{\"Enabled\":true,\"SSEType\":\"KMS\"}");
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .kms_key = "alias/mine"), DYNOX_OK);
    assert_sent("\"SSESpecification\":{\"Enabled\":true,\"SSEType\":\"KMS\",\"KMSMasterKeyId\":\"alias/mine\"}");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .kms_key = ""), "kms_key is empty");
}

/* Rows 136, 137. C has one name for a key, and it is the one of the documentation. */
static void a_global_index_has_up_to_four_attributes_in_each_key(void **state)
{
    (void)state;
    static const char *const some[] = {"x", "y"};
    const dynox_index        index  = {.name                = "g",
                                       .partition_key       = {"a", DYNOX_S},
                                       .more_partition_keys = {{"b", DYNOX_N}, {"c", DYNOX_S}, {"d", DYNOX_S}},
                                       .sort_key            = {"e", DYNOX_S},
                                       .more_sort_keys      = {{"f", DYNOX_N}, {"g", DYNOX_S}, {"h", DYNOX_B}},
                                       .projection          = DYNOX_PROJECT_SOME,
                                       .projected           = some,
                                       .projected_count     = 2};
    assert_int_equal(
        dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &index, .global_index_count = 1),
        DYNOX_OK);
    assert_sent("\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":"
                "\"HASH\"},{\"AttributeName\":\"c\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"d\",\"KeyType\":"
                "\"HASH\"},{\"AttributeName\":\"e\",\"KeyType\":\"RANGE\"},{\"AttributeName\":\"f\",\"KeyType\":"
                "\"RANGE\"},{\"AttributeName\":\"g\",\"KeyType\":\"RANGE\"},{\"AttributeName\":\"h\",\"KeyType\":"
                "\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"x\",\"y\"]}");
    const dynox_index plain[] = {{.name = "all", .partition_key = {"a", DYNOX_S}},
                                 {.name = "keys", .partition_key = {"b", DYNOX_S}, .projection = DYNOX_PROJECT_KEYS}};
    assert_int_equal(
        dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = plain, .global_index_count = 2),
        DYNOX_OK);
    assert_sent("\"Projection\":{\"ProjectionType\":\"ALL\"}");
    assert_sent("\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}");
}

/* Row 136. */
static void global_indexes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const dynox_index some  = {.name = "g", .partition_key = {"a", DYNOX_S}, .projection = DYNOX_PROJECT_SOME},
                      hole  = {.name                = "g",
                               .partition_key       = {"a", DYNOX_S},
                               .more_partition_keys = {{NULL, DYNOX_S}, {"c", DYNOX_S}}},
                      sorts = {.name = "g", .partition_key = {"a", DYNOX_S}, .more_sort_keys = {{"c", DYNOX_S}}},
                      none = {.name = "g"}, nameless = {.partition_key = {"a", DYNOX_S}};
    const dynox_index        many[21]  = {{0}};
    static const char *const names[]   = {"x", NULL};
    const dynox_index        null_name = {.name            = "g",
                                          .partition_key   = {"a", DYNOX_S},
                                          .projection      = DYNOX_PROJECT_SOME,
                                          .projected       = names,
                                          .projected_count = 2};
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &some, .global_index_count = 1),
                   "index \"g\": .projected and DYNOX_PROJECT_SOME go together");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &hole, .global_index_count = 1),
                   "index \"g\": more_partition_keys has \"c\" behind a hole");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &sorts, .global_index_count = 1),
                   "index \"g\": more_sort_keys has \"c\" behind a hole");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &none, .global_index_count = 1),
                   "global index 1 has no partition key");
    expect_refusal(
        dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &nameless, .global_index_count = 1),
        "an index has no name");
    expect_refusal(
        dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &null_name, .global_index_count = 1),
        "a text in a list is missing");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = many, .global_index_count = 21),
                   "21 global and 0 local indexes");
}

/* Row 138. */
static void global_indexes_have_capacity_of_their_own_where_it_is_provisioned(void **state)
{
    (void)state;
    const dynox_index two[] = {{.name = "g", .partition_key = {"a", DYNOX_S}, .provisioned = {2, 3}},
                               {.name = "h", .partition_key = {"b", DYNOX_S}}};
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .billing = DYNOX_PROVISIONED,
                                             .global_indexes = two, .global_index_count = 2),
                     DYNOX_OK);
    assert_sent("{\"ProjectionType\":\"ALL\"},\"ProvisionedThroughput\":{\"ReadCapacityUnits\":2,"
                "\"WriteCapacityUnits\":3}},{\"IndexName\":\"h\"");
    assert_sent("{\"ProjectionType\":\"ALL\"},\"ProvisionedThroughput\":{\"ReadCapacityUnits\":5,"
                "\"WriteCapacityUnits\":5}}]");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = two, .global_index_count = 1),
                   "needs .billing = DYNOX_PROVISIONED");
}

/* Row 139. */
static void local_indexes_share_the_partition_key_and_live_beside_global_ones(void **state)
{
    (void)state;
    static const char *const some[]  = {"x"};
    const dynox_index        local[] = {
               {.name = "l1", .sort_key = {"a", DYNOX_S}},
               {.name = "l2", .sort_key = {"b", DYNOX_N}, .projection = DYNOX_PROJECT_KEYS},
               {.name            = "l3",
                .partition_key   = {"pk", DYNOX_S}, /* needless, and right */
                .sort_key        = {"c", DYNOX_B},
                .projection      = DYNOX_PROJECT_SOME,
                .projected       = some,
                .projected_count = 1},
    };
    const dynox_index global = {.name = "g", .partition_key = {"a", DYNOX_S}};
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S},
                                             .local_indexes = local, .local_index_count = 3, .global_indexes = &global,
                                             .global_index_count = 1),
                     DYNOX_OK);
    assert_sent("{\"IndexName\":\"l1\",\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{"
                "\"AttributeName\":\"a\",\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"ALL\"}}");
    assert_sent("{\"AttributeName\":\"b\",\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}");
    assert_sent("{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"x\"]}}]");
    assert_sent("\"GlobalSecondaryIndexes\":[{\"IndexName\":\"g\"");
}

/* Row 140. */
static void local_indexes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const dynox_index good = {.name = "l", .sort_key = {"a", DYNOX_S}}, sortless = {.name = "l"},
                      other   = {.name = "l", .partition_key = {"x", DYNOX_S}, .sort_key = {"a", DYNOX_S}},
                      several = {.name = "l", .sort_key = {"a", DYNOX_S}, .more_sort_keys = {{"b", DYNOX_S}}};
    dynox_index six[6];
    for (int i = 0; i < 6; i++)
        six[i] = good;
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .local_indexes = &good, .local_index_count = 1),
                   "local indexes need a table with a sort key");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S}, .local_indexes = six,
                                      .local_index_count = 6),
                   "0 global and 6 local indexes: the service allows 20 and 5");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S},
                                      .local_indexes = &sortless, .local_index_count = 1),
                   "local index 1 has no sort key");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S},
                                      .local_indexes = &other, .local_index_count = 1),
                   "local index 1 has partition key \"x\"");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S},
                                      .local_indexes = &several, .local_index_count = 1),
                   "keys of several attributes are for global indexes");
}

/* Row 141. */
static void attributes_are_defined_once_and_have_one_type(void **state)
{
    (void)state;
    const dynox_index shared[] = {{.name = "g", .partition_key = {"sk", DYNOX_N}, .sort_key = {"pk", DYNOX_S}},
                                  {.name = "h", .partition_key = {"sk", DYNOX_N}}};
    const dynox_index other    = {.name = "g", .partition_key = {"a", DYNOX_S}, .more_sort_keys = {{"sk", DYNOX_S}}};
    assert_int_equal(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_N},
                                             .global_indexes = shared, .global_index_count = 2),
                     DYNOX_OK);
    assert_sent("\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},{\"AttributeName\":"
                "\"sk\",\"AttributeType\":\"N\"}]");
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_N},
                                      .global_indexes = &other, .global_index_count = 1),
                   "key attribute \"sk\" is given two different types");
}

static void tags_without_a_key_are_refused(void **state)
{
    (void)state;
    const dynox_tag tags[] = {{"team", "blue"}, {NULL, "x"}};
    expect_refusal(dynox_create_table(client, "t", {"pk", DYNOX_S}, .tags = tags, .tag_count = 2), "tag 2 has no key");
}

/* Row 142. */
static void that_existence_may_not_be_asked_for_is_an_error(void **state)
{
    (void)state;
    bool        there = true;
    dynox_error error = {0};
    faultserver_say(&server, "status 400 ResourceNotFoundException x1");
    assert_int_equal(dynox_sync_table_exists(client, "t", &there), DYNOX_OK);
    assert_false(there);
    faultserver_say(&server, "status 400 AccessDeniedException x1");
    assert_int_equal(dynox_sync_table_exists(client, "t", &there, .error = &error), DYNOX_E_ACCESS_DENIED);
    assert_string_equal(error.code, "AccessDeniedException");
    dynox_error_clear(&error);
    assert_int_equal(dynox_sync_table_exists(client, "t", &there), DYNOX_OK);
    assert_true(there);
}

/* Row 143. */
static void deleting_what_is_not_there_is_not_found(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_delete_table(client, "t"), DYNOX_OK);
    faultserver_say(&server, "status 400 ResourceNotFoundException x1");
    assert_int_equal(dynox_sync_delete_table(client, "t"), DYNOX_E_NOT_FOUND);
}

/* Rows 17, 18. */
static void ping_is_content_with_any_answer_of_the_service(void **state)
{
    (void)state;
    assert_true(dynox_sync_ping(client));
    faultserver_say(&server, "status 400 AccessDeniedException");
    assert_true(dynox_sync_ping(client));
    faultserver_say(&server, "status 500 InternalServerError");
    assert_false(dynox_sync_ping(client, .max_attempts = 1));
}

/* ---- DescribeTable ---- */

static const char everything[] =
    "{\"Table\":{\"TableName\":\"t\",\"TableStatus\":\"UPDATING\",\"TableArn\":\"arn:t\",\"TableId\":\"id-1\","
    "\"CreationDateTime\":1700000000.25,\"ItemCount\":12345678901,\"TableSizeBytes\":7,"
    "\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},{\"AttributeName\":\"a\","
    "\"AttributeType\":\"N\"},{\"AttributeName\":\"b\",\"AttributeType\":\"B\"}],"
    "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}],"
    "\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"},"
    "\"OnDemandThroughput\":{\"MaxReadRequestUnits\":10,\"MaxWriteRequestUnits\":-1},"
    "\"WarmThroughput\":{\"ReadUnitsPerSecond\":12000,\"WriteUnitsPerSecond\":4000,\"Status\":\"ACTIVE\"},"
    "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"g\",\"IndexStatus\":\"CREATING\",\"Backfilling\":true,"
    "\"IndexArn\":\"arn:g\",\"ItemCount\":3,\"IndexSizeBytes\":4,\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":"
    "\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":\"HASH\"}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}],"
    "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"OLD_IMAGE\"},"
    "\"LatestStreamArn\":\"arn:s\",\"LatestStreamLabel\":\"2026\",\"DeletionProtectionEnabled\":true,"
    "\"SSEDescription\":{\"Status\":\"ENABLED\",\"SSEType\":\"KMS\",\"KMSMasterKeyArn\":\"arn:k\"},"
    "\"TableClassSummary\":{\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"},\"MultiRegionConsistency\":\"STRONG\","
    "\"Replicas\":[{\"RegionName\":\"eu-west-2\",\"ReplicaStatus\":\"CREATION_FAILED\",\"ReplicaStatusDescription\":"
    "\"no room\"},{\"RegionName\":\"us-east-1\",\"ReplicaStatus\":\"ACTIVE\",\"ReplicaTableClassSummary\":"
    "{\"TableClass\":\"STANDARD\"}}],"
    "\"RestoreSummary\":{\"SourceTableArn\":\"arn:old\",\"RestoreInProgress\":true},"
    "\"VectorIndexes\":[{\"IndexName\":\"v\",\"VectorAttribute\":{\"AttributeName\":\"e\"},\"Dimensions\":3,"
    "\"DistanceFunction\":\"COSINE\",\"IndexStatus\":\"ACTIVE\",\"SearchSchema\":[{\"AttributeName\":\"o\","
    "\"SearchSchemaElementType\":\"HASH\"},{\"AttributeName\":\"f\",\"SearchSchemaElementType\":\"INLINE_FILTER\"}]}],"
    "\"Tomorrow\":[1]}}";

static void check_indexes(const dynox_table *table)
{
    assert_int_equal(table->global_index_count, 1);
    const dynox_index *global = table->global_indexes;
    assert_string_equal(global->status, "CREATING");
    assert_true(global->is_backfilling);
    assert_string_equal(global->more_partition_keys[0].name, "b");
    assert_int_equal(global->more_partition_keys[0].type, DYNOX_B);
    assert_int_equal(global->item_count, 3);
    assert_int_equal(table->vector_index_count, 1);
    const dynox_vector_index *vector = table->vector_indexes;
    assert_string_equal(vector->attribute, "e");
    assert_string_equal(vector->partition_key, "o");
    assert_int_equal(vector->filter_count, 1);
    assert_string_equal(vector->filters[0], "f");
    assert_string_equal(vector->status, "ACTIVE");
}

/* Row 149. */
static void a_description_tells_all_that_the_service_tells(void **state)
{
    (void)state;
    dynox_table *table = NULL;
    scripted_answer("DescribeTable", everything);
    assert_int_equal(dynox_sync_describe_table(client, "t", &table), DYNOX_OK);
    assert_string_equal(table->status, "UPDATING");
    assert_string_equal(table->arn, "arn:t");
    assert_true(table->created == 1700000000.25);
    assert_true(table->item_count == 12345678901);
    assert_int_equal(table->billing, DYNOX_ON_DEMAND);
    assert_int_equal(table->on_demand_maximum.read, 10);
    assert_int_equal(table->on_demand_maximum.write, -1);
    assert_int_equal(table->warm.read, 12000);
    assert_int_equal(table->stream, DYNOX_STREAM_OLD_IMAGE);
    assert_string_equal(table->stream_label, "2026");
    assert_true(table->is_deletion_protected);
    assert_string_equal(table->kms_key_arn, "arn:k");
    assert_string_equal(table->kms_status, "ENABLED");
    assert_string_equal(table->table_class, "STANDARD_INFREQUENT_ACCESS");
    assert_string_equal(table->consistency, "STRONG");
    assert_int_equal(table->replica_count, 2);
    assert_string_equal(table->replicas[0].status_description, "no room");
    assert_null(table->replicas[0].table_class);
    assert_string_equal(table->replicas[1].table_class, "STANDARD");
    assert_string_equal(table->restored_from, "arn:old");
    assert_true(table->is_restoring);
    assert_non_null(strstr(table->json, "\"Tomorrow\":[1]"));
    check_indexes(table);
    dynox_table_free(table);
}

static void members_of_other_types_read_as_absent(void **state)
{
    (void)state;
    dynox_table *table = NULL;
    scripted_answer("DescribeTable",
                    "{\"Table\":{\"TableName\":\"t\",\"TableStatus\":5,\"KeySchema\":{},\"GlobalSecondaryIndexes\":[7,"
                    "null],\"Replicas\":\"x\",\"CreationDateTime\":\"y\",\"ItemCount\":\"z\",\"VectorIndexes\":[[]],"
                    "\"SSEDescription\":[],\"DeletionProtectionEnabled\":1}}");
    assert_int_equal(dynox_sync_describe_table(client, "t", &table), DYNOX_OK);
    assert_null(table->status);
    assert_int_equal(table->global_index_count, 2);
    assert_null(table->global_indexes[0].name);
    assert_int_equal(table->replica_count, 0);
    assert_false(table->is_deletion_protected);
    dynox_table_free(table);
}

static int reset_answers(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    return 0;
}

#define EACH(test) cmocka_unit_test_setup(test, reset_answers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(keys_may_be_texts_numbers_or_bytes),
        EACH(billing_is_on_demand_unless_capacity_is_provisioned),
        EACH(a_class_is_one_of_two_or_a_short_name_of_it),
        EACH(encryption_is_the_services_own_or_with_a_key_of_kms),
        EACH(a_global_index_has_up_to_four_attributes_in_each_key),
        EACH(global_indexes_that_cannot_be_are_refused),
        EACH(global_indexes_have_capacity_of_their_own_where_it_is_provisioned),
        EACH(local_indexes_share_the_partition_key_and_live_beside_global_ones),
        EACH(local_indexes_that_cannot_be_are_refused),
        EACH(attributes_are_defined_once_and_have_one_type),
        EACH(tags_without_a_key_are_refused),
        EACH(that_existence_may_not_be_asked_for_is_an_error),
        EACH(deleting_what_is_not_there_is_not_found),
        EACH(ping_is_content_with_any_answer_of_the_service),
        EACH(a_description_tells_all_that_the_service_tells),
        EACH(members_of_other_types_read_as_absent),
    };
    return cmocka_run_group_tests_name("create table", tests, scripted_setup, scripted_teardown);
}
