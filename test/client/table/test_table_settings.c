/* Time to live, point-in-time recovery, tags and limits: what is sent, told and refused. */
#include "client/scripted.h"

#define ARN "arn:aws:dynamodb:eu-west-1:1:table/t"

static void expect_refusal(dynox_future *future, const char *words)
{
    const dynox_error *error = dynox_future_details(future);
    assert_true(dynox_future_done(future));
    assert_non_null(error);
    if (error->status != DYNOX_E_ARGUMENT || !strstr(error->message, words))
        fail_msg("%s: \"%s\", not \"%s\"", dynox_status_name(error->status), error->message, words);
    dynox_future_release(future);
}

/* Row 148. */
static void time_to_live_is_switched_on_and_off(void **state)
{
    (void)state;
    scripted_answer("UpdateTimeToLive", "{\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"e\"}}");
    assert_int_equal(dynox_sync_update_time_to_live(client, "t", "e"), DYNOX_OK);
    assert_sent("{\"TableName\":\"t\",\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"e\"}}");
    assert_int_equal(dynox_join_void(dynox_update_time_to_live(client, "t", "e", .disable = true)), DYNOX_OK);
    assert_sent("{\"TableName\":\"t\",\"TimeToLiveSpecification\":{\"Enabled\":false,\"AttributeName\":\"e\"}}");
    expect_refusal(dynox_update_time_to_live(client, "t", ""), "the attribute with the time is missing");
    expect_refusal(dynox_update_time_to_live(client, NULL, "e"), "the table name is missing");
    scripted_answer("UpdateTimeToLive", "{\"Item\":{}}");
    assert_int_equal(dynox_sync_update_time_to_live(client, "t", "e", .max_attempts = 1), DYNOX_E_DECODE);
}

/* Row 148. */
static void time_to_live_is_described(void **state)
{
    (void)state;
    dynox_time_to_live *ttl = NULL;
    scripted_answer("DescribeTimeToLive",
                    "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"ENABLING\",\"AttributeName\":\"e\"}}");
    assert_int_equal(dynox_sync_describe_time_to_live(client, "t", &ttl), DYNOX_OK);
    assert_sent("{\"TableName\":\"t\"}");
    assert_string_equal(ttl->status, "ENABLING");
    assert_string_equal(ttl->attribute, "e");
    dynox_time_to_live_free(ttl);
    scripted_answer("DescribeTimeToLive", "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
    assert_int_equal(dynox_join(dynox_describe_time_to_live(client, "t"), &ttl), DYNOX_OK);
    assert_null(ttl->attribute);
    dynox_time_to_live_free(ttl);
    scripted_answer("DescribeTimeToLive", "{\"TimeToLiveDescription\":[]}");
    assert_int_equal(dynox_sync_describe_time_to_live(client, "t", &ttl, .max_attempts = 1), DYNOX_E_DECODE);
    assert_null(ttl);
    dynox_time_to_live_free(NULL);
}

/* Row 148. */
static void point_in_time_recovery_is_switched_and_described(void **state)
{
    (void)state;
    dynox_continuous_backups *backups = NULL;
    static const char         answer[] =
        "{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":\"ENABLED\",\"PointInTimeRecoveryDescription\":"
        "{\"PointInTimeRecoveryStatus\":\"ENABLED\",\"RecoveryPeriodInDays\":7,\"EarliestRestorableDateTime\":1.5,"
        "\"LatestRestorableDateTime\":1700000000}}}";
    scripted_answer("UpdateContinuousBackups", answer);
    scripted_answer("DescribeContinuousBackups", answer);
    assert_int_equal(dynox_sync_update_continuous_backups(client, "t", .recovery_days = 7, .out = &backups), DYNOX_OK);
    assert_sent("{\"TableName\":\"t\",\"PointInTimeRecoverySpecification\":{\"PointInTimeRecoveryEnabled\":true,"
                "\"RecoveryPeriodInDays\":7}}");
    dynox_continuous_backups_free(backups);
    assert_int_equal(dynox_sync_update_continuous_backups(client, "t", .disable = true), DYNOX_OK);
    assert_sent("{\"TableName\":\"t\",\"PointInTimeRecoverySpecification\":{\"PointInTimeRecoveryEnabled\":false}}");
    assert_int_equal(dynox_sync_describe_continuous_backups(client, "t", &backups), DYNOX_OK);
    assert_string_equal(backups->status, "ENABLED");
    assert_string_equal(backups->recovery_status, "ENABLED");
    assert_int_equal(backups->recovery_days, 7);
    assert_true(backups->earliest == 1.5 && backups->latest == 1700000000);
    dynox_continuous_backups_free(backups);
    expect_refusal(dynox_update_continuous_backups(client, "t", .recovery_days = 36), "recovery_days is 36");
    expect_refusal(dynox_update_continuous_backups(client, "t", .disable = true, .recovery_days = 1), "go with");
}

/* Row 148. */
static void tags_are_set_and_taken_away(void **state)
{
    (void)state;
    const dynox_tag          tags[] = {{"team", "blue"}, {"empty", NULL}};
    static const char *const keys[] = {"team", "empty"};
    assert_int_equal(dynox_sync_tag_resource(client, ARN, tags, 2), DYNOX_OK);
    assert_sent("X-Amz-Target: DynamoDB_20120810.TagResource");
    assert_sent("{\"ResourceArn\":\"" ARN "\",\"Tags\":[{\"Key\":\"team\",\"Value\":\"blue\"},{\"Key\":\"empty\","
                "\"Value\":\"\"}]}");
    assert_int_equal(dynox_join_void(dynox_untag_resource(client, ARN, keys, 2)), DYNOX_OK);
    assert_sent("{\"ResourceArn\":\"" ARN "\",\"TagKeys\":[\"team\",\"empty\"]}");
    expect_refusal(dynox_tag_resource(client, "t", tags, 1), "\"t\" is no ARN; that of a table is told by");
    expect_refusal(dynox_tag_resource(client, NULL, tags, 1), "the ARN is missing");
    expect_refusal(dynox_tag_resource(client, ARN, NULL, 0), "there are no tags");
    expect_refusal(dynox_tag_resource(client, ARN, &(const dynox_tag){"", "x"}, 1), "tag 1 has no key");
    expect_refusal(dynox_untag_resource(client, ARN, NULL, 1), "there are no keys of tags");
    expect_refusal(dynox_untag_resource(client, ARN, (const char *const[]){NULL}, 1), "missing (NULL)");
}

/* Row 148. */
static void tags_are_listed_page_by_page(void **state)
{
    (void)state;
    dynox_tags *page = NULL;
    dynox_error err  = {0};
    scripted_answer("ListTagsOfResource", "{\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\"}],"
                                          "\"NextToken\":\"more\"}");
    assert_int_equal(dynox_sync_list_tags_page(client, ARN, &page, .start_token = "from"), DYNOX_OK);
    assert_sent("{\"ResourceArn\":\"" ARN "\",\"NextToken\":\"from\"}");
    assert_int_equal(page->count, 2);
    assert_string_equal(page->at[0].value, "1");
    assert_null(page->at[1].value);
    assert_string_equal(page->next, "more");
    dynox_tags_free(page);

    dynox_stream    *tags = dynox_list_tags(client, ARN);
    const dynox_tag *tag  = dynox_sync_stream_next(tags, &err);
    assert_string_equal(tag->key, "a");
    scripted_answer("ListTagsOfResource", "{\"Tags\":[]}");
    assert_string_equal(((const dynox_tag *)dynox_sync_stream_next(tags, &err))->key, "b");
    assert_null(dynox_sync_stream_next(tags, &err));
    assert_int_equal(err.status, DYNOX_OK);
    assert_sent("{\"ResourceArn\":\"" ARN "\",\"NextToken\":\"more\"}");
    dynox_stream_free(tags);

    tags = dynox_list_tags(client, "t");
    assert_null(dynox_sync_stream_next(tags, &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    dynox_stream_free(tags);
    dynox_error_clear(&err);
}

/* Row 148. */
static void limits_are_told(void **state)
{
    (void)state;
    dynox_limits *limits = NULL;
    scripted_answer("DescribeLimits", "{\"AccountMaxReadCapacityUnits\":80000,\"AccountMaxWriteCapacityUnits\":4,"
                                      "\"TableMaxReadCapacityUnits\":3,\"TableMaxWriteCapacityUnits\":2}");
    assert_int_equal(dynox_sync_describe_limits(client, .out = &limits), DYNOX_OK);
    assert_int_equal(limits->account_read, 80000);
    assert_int_equal(limits->account_write, 4);
    assert_int_equal(limits->table_read, 3);
    assert_int_equal(limits->table_write, 2);
    dynox_limits_free(limits);
    assert_int_equal(dynox_join(dynox_describe_limits(client), &limits), DYNOX_OK);
    dynox_limits_free(limits);
    scripted_answer("DescribeLimits", "{}");
    assert_int_equal(dynox_sync_describe_limits(client, .out = &limits, .max_attempts = 1), DYNOX_E_DECODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_to_live_is_switched_on_and_off),
        cmocka_unit_test(time_to_live_is_described),
        cmocka_unit_test(point_in_time_recovery_is_switched_and_described),
        cmocka_unit_test(tags_are_set_and_taken_away),
        cmocka_unit_test(tags_are_listed_page_by_page),
        cmocka_unit_test(limits_are_told),
    };
    return cmocka_run_group_tests_name("table settings", tests, scripted_setup, scripted_teardown);
}
