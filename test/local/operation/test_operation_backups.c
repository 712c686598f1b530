/* Backups, and tables that are restored from them or from their history. */
#include "local/table/keep.h"
#include "tables.h"

static const char *text(const char *format, ...)
{
    static char room[4][1024];
    static int  turn;
    va_list     args;
    char       *to = room[turn = (turn + 1) % 4];
    va_start(args, format);
    vsnprintf(to, sizeof room[0], format, args);
    va_end(args);
    return to;
}

/* Copies the text of a member, as far as its first quote. */
static const char *member(const char *json, const char *name)
{
    static char room[8][512];
    static int  turn;
    char        key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *at = strstr(json, key);
    if (!at) fail_msg("no %s in %s", name, json);
    at += strlen(key);
    char *to = room[turn = (turn + 1) % 8];
    snprintf(to, sizeof room[0], "%.*s", (int)strcspn(at, "\""), at);
    return to;
}

/* The post `sk` of pk "a" by that author (NULL: it goes). */
static bool write_post(local_fixture *local, const char *sk, const char *author)
{
    dynox__local_call  *call    = local_begin(local, "PutItem", "{}", true);
    const dynox__table *table   = NULL;
    dynox_named_value   parts[] = {dynox_named("pk", dynox_string("a")), dynox_named("sk", dynox_string(sk)),
                                   dynox_named("author", dynox_string(author ? author : ""))};
    dynox_item          key = dynox_item_of(parts, 2), item = dynox_item_of(parts, 3), before;
    dynox__stored       stored;
    dynox__written      written;
    bool                done = call && dynox__catalog_get(call, "posts", 5, &table) && table &&
                dynox__table_get(call, table, &key, &stored) &&
                (!stored.json || dynox__stored_read(call, &stored, &before)) &&
                dynox__table_change(call, table, stored.json ? &before : NULL, author ? &item : NULL, false, &written);
    return call && local_end(local, done) && done;
}

/* "1=me 2=you": what the table has, by its items or an index. */
static const char *posts_of(local_fixture *local, const char *table_name, const char *index_name)
{
    static char         said[512];
    size_t              size  = 0;
    dynox__local_call  *call  = local_begin(local, "Scan", "{}", false);
    const dynox__table *table = NULL;
    said[0]                   = 0;
    assert_true(dynox__catalog_get(call, table_name, strlen(table_name), &table));
    if (!table) fail_msg("no table %s", table_name);
    const dynox__index *index = index_name ? dynox__table_index(call, table, index_name) : NULL;
    DYNOX__ROOM(from, 64);
    dynox__space_place(table, index, &from);
    for (;;) {
        dynox__store_entry found;
        dynox_item         item;
        assert_true(dynox__keep_first(call, &from, 4, &found));
        if (!found.key.data) break;
        dynox__stored stored = dynox__stored_of(found.value);
        assert_true(dynox__stored_read(call, &stored, &item));
        size += (size_t)snprintf(said + size, sizeof said - size, "%s%s=%s", size ? " " : "",
                                 dynox_get_string(&item, "sk"), dynox_get_string(&item, "author"));
        from.size = 0;
        dynox__buffer_add(&from, found.key.data, found.key.size);
        dynox__buffer_byte(&from, 0);
    }
    dynox__buffer_free(&from);
    local_end(local, false);
    return said;
}

static const char *make_backup(local_fixture *local)
{
    return member(local_do(local, "CreateBackup", quoted("{'TableName':'posts','BackupName':'first'}")), "BackupArn");
}

static void a_backup_keeps_what_was(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    assert_true(write_post(local, "1", "me"));
    assert_true(write_post(local, "2", "you"));
    const char *arn = make_backup(local);
    assert_true(write_post(local, "1", "she"));
    assert_true(write_post(local, "2", NULL));
    const char *said = local_do(local, "DescribeBackup", text("{\"BackupArn\":\"%s\"}", arn));
    assert_non_null(strstr(said, quoted("'BackupStatus':'AVAILABLE'")));
    assert_non_null(strstr(said, quoted("'ItemCount':2,")));
    assert_non_null(strstr(said, quoted("'LocalSecondaryIndexes':[{'IndexName':'by_day'")));
    said = local_do(local, "RestoreTableFromBackup", text("{\"BackupArn\":\"%s\",\"TargetTableName\":\"copy\"}", arn));
    assert_non_null(strstr(said, quoted("'TableName':'copy'")));
    assert_non_null(strstr(said, text("\"SourceBackupArn\":\"%s\"", arn)));
    assert_string_equal(posts_of(local, "copy", NULL), "1=me 2=you");
    assert_string_equal(posts_of(local, "posts", NULL), "1=she");
    assert_non_null(strstr(posts_of(local, "copy", "by_all"), "2=you"));
    HAS(local, "DescribeTable", "{'TableName':'copy'}", "'ItemCount':2,");
}

static void a_backup_outlives_its_table(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    assert_true(write_post(local, "1", "me"));
    const char *arn = make_backup(local);
    HAS(local, "DeleteTable", "{'TableName':'posts'}", "DELETING");
    bool more = true;
    while (more)
        assert_true(local_end(local, dynox__table_upkeep(local_begin(local, NULL, "{}", true), 100, &more)));
    HAS(local, "ListBackups", "{'TableName':'posts'}", "'BackupName':'first'");
    local_do(local, "RestoreTableFromBackup", text("{\"BackupArn\":\"%s\",\"TargetTableName\":\"posts\"}", arn));
    assert_string_equal(posts_of(local, "posts", NULL), "1=me");
    HAS(local, "DeleteBackup", text("{\"BackupArn\":\"%s\"}", arn), "'BackupStatus':'DELETED'");
    HAS(local, "DescribeBackup", text("{\"BackupArn\":\"%s\"}", arn), "BackupNotFoundException");
    SAYS(local, "ListBackups", "{}", "{'BackupSummaries':[]}");
}

static void backups_are_listed_in_pages(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    make_backup(local);
    local->now_us += 1000000;
    const char *second = make_backup(local);
    const char *last   = member(local_do(local, "ListBackups", "{\"Limit\":1}"), "LastEvaluatedBackupArn");
    assert_string_not_equal(last, second);
    const char *said = local_do(local, "ListBackups", text("{\"ExclusiveStartBackupArn\":\"%s\"}", last));
    assert_string_equal(member(said, "BackupArn"), second);
    assert_null(strstr(said, "LastEvaluatedBackupArn"));
    HAS(local, "ListBackups", "{'TimeRangeLowerBound':1700000001}", "first");
    SAYS(local, "ListBackups", "{'TimeRangeLowerBound':1700000002}", "{'BackupSummaries':[]}");
    SAYS(local, "ListBackups", "{'BackupType':'SYSTEM'}", "{'BackupSummaries':[]}");
    SAYS(local, "ListBackups", "{'TableName':'other'}", "{'BackupSummaries':[]}");
}

static void a_table_goes_back_in_time(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    assert_true(write_post(local, "0", "old"));
    HAS(local, "RestoreTableToPointInTime",
        "{'SourceTableName':'posts','TargetTableName':'copy','UseLatestRestorableTime':true}",
        "PointInTimeRecoveryUnavailableException");
    HAS(local, "UpdateContinuousBackups",
        "{'TableName':'posts','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}",
        "'EarliestRestorableDateTime':1700000000.000,'LatestRestorableDateTime':1700000000.000");
    HAS(local, "UpdateContinuousBackups",
        "{'TableName':'posts','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true,"
        "'RecoveryPeriodInDays':7}}",
        "'RecoveryPeriodInDays':7,'EarliestRestorableDateTime':1700000000.000,");
    local->now_us += 10000000;
    assert_true(write_post(local, "1", "me"));
    local->now_us += 10000000;
    assert_true(write_post(local, "1", "you"));
    assert_true(write_post(local, "2", "you"));
    assert_true(write_post(local, "0", NULL));
    local->now_us += 10000000;
    static const char *const then[][2] = {{"1700000005", "0=old"},
                                          {"1700000010.5", "0=old 1=me"},
                                          {"1700000020", "1=you 2=you"},
                                          {"1700000030", "1=you 2=you"}};
    for (size_t i = 0; i < 4; i++) {
        HAS(local, "RestoreTableToPointInTime",
            text("{'SourceTableName':'posts','TargetTableName':'copy%zu','RestoreDateTime':%s}", i, then[i][0]),
            "RestoreSummary");
        assert_string_equal(posts_of(local, text("copy%zu", i), NULL), then[i][1]);
    }
    HAS(local, "RestoreTableToPointInTime",
        "{'SourceTableName':'posts','TargetTableName':'copy','RestoreDateTime':1600000000}",
        "InvalidRestoreTimeException");
    HAS(local, "RestoreTableToPointInTime", "{'SourceTableName':'posts','TargetTableName':'copy'}",
        "InvalidRestoreTimeException");
    HAS(local, "RestoreTableToPointInTime",
        "{'SourceTableName':'posts','TargetTableName':'posts','UseLatestRestorableTime':true}",
        "TableAlreadyExistsException");
}

static void a_restored_table_may_be_another(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    assert_true(write_post(local, "1", "me"));
    const char *arn = make_backup(local);
    HAS_NOT(local, "RestoreTableFromBackup",
            text("{'BackupArn':'%s','TargetTableName':'copy','GlobalSecondaryIndexOverride':[],"
                 "'LocalSecondaryIndexOverride':[{'IndexName':'by_day'}],'BillingModeOverride':'PROVISIONED',"
                 "'ProvisionedThroughputOverride':{'ReadCapacityUnits':3,'WriteCapacityUnits':4}}",
                 arn),
            "by_author");
    HAS(local, "DescribeTable", "{'TableName':'copy'}", "'ReadCapacityUnits':3,'WriteCapacityUnits':4");
    HAS(local, "DescribeTable", "{'TableName':'copy'}", "by_day");
    HAS(local, "RestoreTableFromBackup",
        text("{'BackupArn':'%s','TargetTableName':'none','GlobalSecondaryIndexOverride':[{'IndexName':'other'}]}", arn),
        "ValidationException");
    HAS(local, "RestoreTableFromBackup", "{'BackupArn':'x','TargetTableName':'none'}", "BackupNotFoundException");
}

static void history_is_kept_for_35_days(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    local_do(local, "UpdateContinuousBackups",
             quoted("{'TableName':'posts','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}"));
    for (int i = 0; i < 20; i++)
        assert_true(write_post(local, "1", i % 2 ? "me" : "you"));
    dynox__store_size before, after;
    dynox__store_measure(local->store, &before);
    local->now_us += INT64_C(35) * 86400000000;
    bool more = true;
    while (more)
        assert_true(local_end(local, dynox__table_upkeep(local_begin(local, NULL, "{}", true), 3, &more)));
    dynox__store_measure(local->store, &after);
    assert_int_equal(before.entries - after.entries, 20);
}

static void without_memory(void *arg)
{
    (void)arg;
    local_fixture local;
    char          arn[200] = "";
    if (!local_start(&local)) return;
    local_do(&local, "CreateTable",
             quoted(ON_DEMAND("posts") ATTRIBUTE("pk", "S") "," ATTRIBUTE("sk", "S") "]," KEYS HASH_KEY(
                 "pk") "," RANGE_KEY("sk") "]}"));
    local_do(&local, "UpdateContinuousBackups",
             quoted("{'TableName':'posts','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}"));
    local.now_us += 1000000;
    write_post(&local, "1", "me");
    const char *said = local_do(&local, "CreateBackup", quoted("{'TableName':'posts','BackupName':'first'}"));
    if (strstr(said, "BackupArn")) snprintf(arn, sizeof arn, "%s", member(said, "BackupArn"));
    local_do(&local, "ListBackups", "{}");
    local_do(&local, "RestoreTableFromBackup", text("{\"BackupArn\":\"%s\",\"TargetTableName\":\"copy\"}", arn));
    local_do(&local, "RestoreTableToPointInTime",
             quoted("{'SourceTableName':'posts','TargetTableName':'copy2','RestoreDateTime':1700000000}"));
    local_do(&local, "DeleteBackup", text("{\"BackupArn\":\"%s\"}", arn));
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
        OPERATION_TEST(a_backup_keeps_what_was),         OPERATION_TEST(a_backup_outlives_its_table),
        OPERATION_TEST(backups_are_listed_in_pages),     OPERATION_TEST(a_table_goes_back_in_time),
        OPERATION_TEST(a_restored_table_may_be_another), OPERATION_TEST(history_is_kept_for_35_days),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("backups", tests, NULL, NULL);
}
