/* Every allocation of every operation on tables fails in turn: each time the call either succeeds or is a clear error,
 * nothing leaks, and the client goes on. */
#include "client/sweep.h"

static void assert_fair(dynox_status status)
{
    if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_NO_MEMORY);
}

static void any_call(void)
{
    dynox_answer *answer = NULL;
    assert_fair(dynox_sync_call(client, "DescribeTable", "{\"TableName\":\"arn:aws:t\",\"A\":[1]}", &answer));
    dynox_answer_free(answer);
}

static void create_table(void)
{
    dynox_table      *table = NULL;
    const dynox_index index = {.name = "g", .partition_key = {"a", DYNOX_S}};
    assert_fair(dynox_sync_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &index, .global_index_count = 1,
                                        .out = &table));
    dynox_table_free(table);
}

static void update_table(void)
{
    dynox_table      *table = NULL;
    const dynox_index index = {.name = "g", .partition_key = {"a", DYNOX_S}};
    assert_fair(dynox_sync_update_table(client, "t", .add_index = &index, .out = &table));
    dynox_table_free(table);
}

static void describe_table(void)
{
    dynox_table *table = NULL;
    assert_fair(dynox_sync_describe_table(client, "t", &table));
    dynox_table_free(table);
}

static void wait_for_index(void)
{
    assert_fair(dynox_sync_wait_for_index_active(client, "t", "g"));
}

static void wait_for_export(void)
{
    assert_fair(dynox_sync_wait_for_export(client, "arn:e"));
}

static void settings(void)
{
    dynox_time_to_live       *ttl     = NULL;
    dynox_continuous_backups *backups = NULL;
    dynox_limits             *limits  = NULL;
    assert_fair(dynox_sync_update_time_to_live(client, "t", "e"));
    assert_fair(dynox_sync_describe_time_to_live(client, "t", &ttl));
    dynox_time_to_live_free(ttl);
    assert_fair(dynox_sync_update_continuous_backups(client, "t", .out = &backups));
    dynox_continuous_backups_free(backups);
    assert_fair(dynox_sync_describe_limits(client, .out = &limits));
    dynox_limits_free(limits);
}

static void tags(void)
{
    dynox_error err = {0};
    assert_fair(dynox_sync_tag_resource(client, "arn:t", &(const dynox_tag){"a", "b"}, 1));
    assert_fair(dynox_sync_untag_resource(client, "arn:t", (const char *const[]){"a"}, 1));
    dynox_stream *list = dynox_list_tags(client, "arn:t", .start_token = "x");
    while (dynox_sync_stream_next(list, &err)) {
    }
    assert_fair(err.status);
    dynox_error_clear(&err);
    dynox_stream_free(list);
}

static void backups(void)
{
    dynox_error   err    = {0};
    dynox_backup *backup = NULL;
    dynox_table  *table  = NULL;
    assert_fair(dynox_sync_create_backup(client, "t", "b", .out = &backup));
    dynox_backup_free(backup);
    assert_fair(dynox_sync_restore_table_to_point_in_time(client, "t", "arn:t", .out = &table));
    dynox_table_free(table);
    dynox_stream *list = dynox_list_backups(client, .table = "t", .type = "ALL", .start_after = "arn:b");
    while (dynox_sync_stream_next(list, &err)) {
    }
    assert_fair(err.status);
    dynox_error_clear(&err);
    dynox_stream_free(list);
}

static const sweep_operation operations[] = {
    {"any_call", any_call},
    {"create_table", create_table},
    {"update_table", update_table},
    {"describe_table", describe_table},
    {"wait_for_index", wait_for_index},
    {"wait_for_export", wait_for_export},
    {"settings", settings},
    {"tags", tags},
    {"backups", backups},
};

static int start_server(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    scripted_answer("UpdateTable", "{\"TableDescription\":{\"TableName\":\"t\"}}");
    scripted_answer("DescribeTable",
                    "{\"Table\":{\"TableName\":\"t\",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"g\","
                    "\"IndexStatus\":\"ACTIVE\"}],\"Replicas\":[{\"RegionName\":\"x\"}],\"VectorIndexes\":[{"
                    "\"SearchSchema\":[{\"AttributeName\":\"f\"}]}]}}");
    scripted_answer("UpdateTimeToLive", "{\"TimeToLiveSpecification\":{}}");
    scripted_answer("DescribeTimeToLive", "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"ENABLED\"}}");
    scripted_answer("UpdateContinuousBackups", "{\"ContinuousBackupsDescription\":{}}");
    scripted_answer("DescribeLimits", "{\"AccountMaxReadCapacityUnits\":1}");
    scripted_answer("ListTagsOfResource", "{\"Tags\":[{\"Key\":\"a\",\"Value\":\"b\"}]}");
    scripted_answer("CreateBackup", "{\"BackupDetails\":{\"BackupName\":\"b\"}}");
    scripted_answer("RestoreTableToPointInTime", "{\"TableDescription\":{\"TableName\":\"t\"}}");
    scripted_answer("ListBackups", "{\"BackupSummaries\":[{\"BackupName\":\"b\"},{}]}");
    scripted_answer("DescribeExport", "{\"ExportDescription\":{\"ExportStatus\":\"COMPLETED\"}}");
    return 0;
}

int main(void)
{
    return sweep_run("table allocations", operations, sizeof operations / sizeof *operations, start_server);
}
