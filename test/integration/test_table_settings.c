/* Time to live, tags, recovery, backups and limits against real servers: dynoxide has the first two, moto and dynox
 * have all. */
#include "live.h"

static const char *table;
static char        arn[256];

static int make_table(void **state)
{
    (void)state;
    dynox_error  err  = {0};
    dynox_table *made = NULL;
    table             = live_table("settings");
    live_create(table, false);
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "a", "n", 7), .error = &err), &err);
    live_ok(dynox_sync_describe_table(live, table, &made, .error = &err), &err);
    snprintf(arn, sizeof arn, "%s", made->arn);
    dynox_table_free(made);
    return 0;
}

static int delete_table(void **state)
{
    (void)state;
    dynox_error err = {0};
    live_ok(dynox_sync_delete_table(live, table, .error = &err), &err);
    return 0;
}

/* Row 148. */
static void time_to_live_goes_on_and_off(void **state)
{
    (void)state;
    dynox_error         err = {0};
    dynox_time_to_live *ttl = NULL;
    live_ok(dynox_sync_describe_time_to_live(live, table, &ttl, .error = &err), &err);
    assert_string_equal(ttl->status, "DISABLED");
    dynox_time_to_live_free(ttl);
    live_ok(dynox_sync_update_time_to_live(live, table, "expires", .error = &err), &err);
    live_ok(dynox_sync_describe_time_to_live(live, table, &ttl, .error = &err), &err);
    assert_string_equal(ttl->status, "ENABLED");
    assert_string_equal(ttl->attribute, "expires");
    dynox_time_to_live_free(ttl);
    live_ok(dynox_sync_update_time_to_live(live, table, "expires", .disable = true, .error = &err), &err);
    live_ok(dynox_sync_describe_time_to_live(live, table, &ttl, .error = &err), &err);
    assert_string_equal(ttl->status, "DISABLED");
    dynox_time_to_live_free(ttl);
}

static int count_tags(const char *value_of_team)
{
    dynox_error      err   = {0};
    int              count = 0;
    const dynox_tag *tag;
    dynox_stream    *tags = dynox_list_tags(live, arn);
    while ((tag = dynox_sync_stream_next(tags, &err))) {
        count++;
        if (strcmp(tag->key, "team") == 0) assert_string_equal(tag->value, value_of_team);
    }
    live_ok(err.status, &err);
    dynox_stream_free(tags);
    return count;
}

/* Row 148. */
static void tags_come_back_as_they_were_set(void **state)
{
    (void)state;
    dynox_error     err    = {0};
    const dynox_tag tags[] = {{"team", "blue"}, {"cost", "42"}}, red = {"team", "red"};
    assert_int_equal(count_tags(""), 0);
    live_ok(dynox_sync_tag_resource(live, arn, tags, 2, .error = &err), &err);
    assert_int_equal(count_tags("blue"), 2);
    live_ok(dynox_sync_tag_resource(live, arn, &red, 1, .error = &err), &err);
    live_ok(dynox_sync_untag_resource(live, arn, (const char *const[]){"cost", "absent"}, 2, .error = &err), &err);
    if (!live_peer_is("moto")) assert_int_equal(count_tags("red"), 1); /* which keeps both values of a key */
}

static bool has_all(void)
{
    return live_peer_is("local") || live_peer_is("moto");
}

/* Row 148. */
static void recovery_goes_on_and_off(void **state)
{
    (void)state;
    dynox_error               err     = {0};
    dynox_continuous_backups *backups = NULL;
    if (!has_all()) skip();
    live_ok(dynox_sync_update_continuous_backups(live, table, .error = &err), &err);
    live_ok(dynox_sync_describe_continuous_backups(live, table, &backups, .error = &err), &err);
    assert_string_equal(backups->recovery_status, "ENABLED");
    assert_int_equal(backups->recovery_days, 35);
    assert_true(backups->earliest > 1700000000);
    dynox_continuous_backups_free(backups);
    live_ok(dynox_sync_update_continuous_backups(live, table, .disable = true, .out = &backups, .error = &err), &err);
    assert_string_equal(backups->recovery_status, "DISABLED");
    dynox_continuous_backups_free(backups);
}

static void expect_item(const char *where)
{
    dynox_error err  = {0};
    dynox_item *item = NULL;
    live_ok(dynox_sync_wait_for_table_active(live, where, .poll_ms = 20, .timeout_ms = 20000, .error = &err), &err);
    live_ok(dynox_sync_get_item(live, where, DYNOX_ITEM("pk", "a"), &item, .error = &err), &err);
    assert_non_null(item);
    assert_int_equal(dynox_get_int(item, "n"), 7);
    dynox_item_free(item);
    live_ok(dynox_sync_delete_table(live, where, .error = &err), &err);
}

/* Row 148. */
static void a_table_comes_back_from_its_backup(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_backup *backup = NULL;
    char          made[256];
    if (!has_all()) skip();
    live_ok(dynox_sync_create_backup(live, table, "before", .out = &backup, .error = &err), &err);
    snprintf(made, sizeof made, "%s", backup->arn);
    dynox_backup_free(backup);
    live_ok(dynox_sync_wait_for_backup(live, made, .poll_ms = 20, .timeout_ms = 20000, .error = &err), &err);
    live_ok(dynox_sync_describe_backup(live, made, &backup, .error = &err), &err);
    assert_string_equal(backup->name, "before");
    assert_string_equal(backup->table, table);
    dynox_backup_free(backup);
    live_ok(dynox_sync_restore_table_from_backup(live, live_table("restored"), made, .error = &err), &err);
    expect_item(live_table("restored"));

    int                 found = 0;
    const dynox_backup *one;
    dynox_stream       *backups = dynox_list_backups(live, .table = table);
    while ((one = dynox_sync_stream_next(backups, &err)))
        found += strcmp(one->arn, made) == 0;
    live_ok(err.status, &err);
    dynox_stream_free(backups);
    assert_int_equal(found, 1);
    live_ok(dynox_sync_delete_backup(live, made, .error = &err), &err);
    assert_int_equal(dynox_sync_describe_backup(live, made, &backup), DYNOX_E_NOT_FOUND);
}

/* Row 148. */
static void a_table_comes_back_as_it_was(void **state)
{
    (void)state;
    dynox_error err = {0};
    if (!has_all()) skip();
    live_ok(dynox_sync_update_continuous_backups(live, table, .error = &err), &err);
    live_ok(dynox_sync_restore_table_to_point_in_time(live, live_table("earlier"), table, .error = &err), &err);
    expect_item(live_table("earlier"));
}

static void limits_are_told(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_limits *limits = NULL;
    if (!has_all()) skip();
    live_ok(dynox_sync_describe_limits(live, .out = &limits, .error = &err), &err);
    assert_true(limits->account_read >= limits->table_read && limits->table_read > 0);
    dynox_limits_free(limits);
}

/* moto has imports that begin and, without a bucket, fail; its exports need more than a table. */
static void an_import_that_fails_is_told_with_the_services_reason(void **state)
{
    (void)state;
    dynox_error       err    = {0};
    dynox_answer     *answer = NULL;
    char              import[256];
    static const char request[] =
        "{\"S3BucketSource\":{\"S3Bucket\":\"no-such-bucket\"},\"InputFormat\":\"DYNAMODB_JSON\","
        "\"TableCreationParameters\":{\"TableName\":\"imported\",\"BillingMode\":\"PAY_PER_REQUEST\","
        "\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}],"
        "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}]}}";
    if (!live_peer_is("moto")) skip();
    live_ok(dynox_sync_call(live, "ImportTable", request, &answer, .error = &err), &err);
    const char *at = strstr(answer->json, "arn:");
    assert_non_null(at);
    snprintf(import, sizeof import, "%.*s", (int)strcspn(at, "\""), at);
    dynox_answer_free(answer);
    assert_int_equal(
        dynox_sync_wait_for_import(live, import, .poll_ms = 20, .poll_max_ms = 100, .timeout_ms = 30000, .error = &err),
        DYNOX_E_SERVICE);
    if (!strstr(err.message, "is FAILED: S3NoSuchBucket")) fail_msg("%s", err.message);
    dynox_error_clear(&err);
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, make_table, delete_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TABLE(time_to_live_goes_on_and_off),
        WITH_TABLE(tags_come_back_as_they_were_set),
        WITH_TABLE(recovery_goes_on_and_off),
        WITH_TABLE(a_table_comes_back_from_its_backup),
        WITH_TABLE(a_table_comes_back_as_it_was),
        cmocka_unit_test(limits_are_told),
        cmocka_unit_test(an_import_that_fails_is_told_with_the_services_reason),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration table settings", tests, live_setup, live_teardown);
}
