/* Backups and restored tables: what is sent, told and refused. */
#include "client/scripted.h"
#include <math.h>

#define ARN "arn:aws:dynamodb:eu-west-1:1:table/t/backup/7"

static void expect_refusal(dynox_future *future, const char *words)
{
    const dynox_error *error = dynox_future_details(future);
    assert_true(dynox_future_done(future));
    assert_non_null(error);
    if (error->status != DYNOX_E_ARGUMENT || !strstr(error->message, words))
        fail_msg("%s: \"%s\", not \"%s\"", dynox_status_name(error->status), error->message, words);
    dynox_future_release(future);
}

#define DETAILS                                                                                                        \
    "{\"BackupArn\":\"" ARN "\",\"BackupName\":\"b\",\"BackupSizeBytes\":5,\"BackupStatus\":\"CREATING\","             \
    "\"BackupType\":\"USER\",\"BackupCreationDateTime\":2.25,\"BackupExpiryDateTime\":3}"
#define DESCRIPTION                                                                                                    \
    "{\"BackupDescription\":{\"BackupDetails\":" DETAILS ",\"SourceTableDetails\":{\"TableName\":\"t\","               \
    "\"TableArn\":\"arn:t\",\"TableId\":\"id\",\"ItemCount\":9,\"KeySchema\":[]}}}"

/* Row 148. */
static void backups_are_made_described_and_deleted(void **state)
{
    (void)state;
    dynox_backup *backup = NULL;
    scripted_answer("CreateBackup", "{\"BackupDetails\":" DETAILS "}");
    scripted_answer("DescribeBackup", DESCRIPTION);
    scripted_answer("DeleteBackup", DESCRIPTION);
    assert_int_equal(dynox_sync_create_backup(client, "t", "b", .out = &backup), DYNOX_OK);
    assert_sent("{\"TableName\":\"t\",\"BackupName\":\"b\"}");
    assert_string_equal(backup->arn, ARN);
    assert_string_equal(backup->status, "CREATING");
    assert_true(backup->created == 2.25 && backup->expires == 3);
    assert_null(backup->table);
    dynox_backup_free(backup);
    assert_int_equal(dynox_sync_describe_backup(client, ARN, &backup), DYNOX_OK);
    assert_sent("{\"BackupArn\":\"" ARN "\"}");
    assert_string_equal(backup->name, "b");
    assert_string_equal(backup->table, "t");
    assert_int_equal(backup->item_count, 9);
    assert_non_null(strstr(backup->json, "\"KeySchema\":[]"));
    dynox_backup_free(backup);
    assert_int_equal(dynox_join(dynox_delete_backup(client, ARN), &backup), DYNOX_OK);
    assert_sent("DynamoDB_20120810.DeleteBackup");
    dynox_backup_free(backup);
    dynox_backup_free(NULL);
    expect_refusal(dynox_create_backup(client, "t", NULL), "the name of the backup is missing");
    expect_refusal(dynox_create_backup(client, "", "b"), "the table name is missing");
    expect_refusal(dynox_describe_backup(client, NULL), "the ARN is missing");
    expect_refusal(dynox_delete_backup(client, "b"), "\"b\" is no ARN");
}

static void a_backup_whose_answer_was_lost_may_be_there_twice(void **state)
{
    (void)state;
    dynox_info  info  = {0};
    dynox_error error = {0};
    faultserver_say(&server, "status 500 InternalServerError x1");
    assert_int_equal(dynox_sync_create_backup(client, "t", "b", .info = &info), DYNOX_OK);
    assert_true(info.may_have_applied_twice);
    dynox_info_clear(&info);
    faultserver_say(&server, "status 500 InternalServerError x1");
    assert_int_equal(
        dynox_sync_create_backup(client, "t", "b", .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .error = &error),
        DYNOX_E_SERVER);
    assert_true(error.may_have_applied);
    dynox_error_clear(&error);
    faultserver_say(&server, "none");
}

/* Row 148. */
static void backups_are_listed_page_by_page(void **state)
{
    (void)state;
    dynox_error    err  = {0};
    dynox_backups *page = NULL;
    scripted_answer("ListBackups", "{\"BackupSummaries\":[{\"BackupArn\":\"" ARN "\",\"TableName\":\"t\"},"
                                   "{\"BackupArn\":\"arn:2\"}],\"LastEvaluatedBackupArn\":\"arn:2\"}");
    assert_int_equal(dynox_sync_list_backups_page(client, .table = "t", .page_size = 2, .type = "ALL",
                                                  .created_after = 1700000000.5, .created_before = 1700000001,
                                                  .start_after = "arn:0", .out = &page),
                     DYNOX_OK);
    assert_sent("{\"TableName\":\"t\",\"ExclusiveStartBackupArn\":\"arn:0\",\"Limit\":2,\"BackupType\":\"ALL\","
                "\"TimeRangeLowerBound\":1700000000.500,\"TimeRangeUpperBound\":1700000001}");
    assert_int_equal(page->count, 2);
    assert_string_equal(page->at[0].table, "t");
    assert_string_equal(page->last, "arn:2");
    assert_string_equal(page->at[1].json, "{\"BackupArn\":\"arn:2\"}");
    dynox_backups_free(page);

    int           found   = 0;
    dynox_stream *backups = dynox_list_backups(client, .type = "USER");
    while (dynox_sync_stream_next(backups, &err))
        if (++found == 2) scripted_answer("ListBackups", "{\"BackupSummaries\":[{}],\"LastEvaluatedBackupArn\":\"\"}");
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(found, 3);
    assert_sent("{\"ExclusiveStartBackupArn\":\"arn:2\",\"BackupType\":\"USER\"}");
    dynox_stream_free(backups);
    expect_refusal(dynox_list_backups_page(client, .page_size = 101), "page_size is 101");
    expect_refusal(dynox_list_backups_page(client, .created_after = NAN), "is no time");
    expect_refusal(dynox_list_backups_page(client, .created_before = -1), "is no time");
}

/* Row 148. */
static void tables_are_restored(void **state)
{
    (void)state;
    dynox_table      *table  = NULL;
    static const char made[] = "{\"TableDescription\":{\"TableName\":\"t2\",\"TableStatus\":\"CREATING\","
                               "\"RestoreSummary\":{\"SourceBackupArn\":\"" ARN "\",\"RestoreInProgress\":true}}}";
    scripted_answer("RestoreTableFromBackup", made);
    scripted_answer("RestoreTableToPointInTime", made);
    assert_int_equal(dynox_sync_restore_table_from_backup(client, "t2", ARN, .out = &table), DYNOX_OK);
    assert_sent("{\"TargetTableName\":\"t2\",\"BackupArn\":\"" ARN "\"}");
    assert_string_equal(table->restored_from, ARN);
    assert_true(table->is_restoring);
    dynox_table_free(table);
    assert_int_equal(dynox_sync_restore_table_from_backup(client, "t2", ARN, .billing = DYNOX_TO_PROVISIONED,
                                                          .provisioned = {3, 0}, .kms_encryption = DYNOX_OFF),
                     DYNOX_OK);
    assert_sent("\"BillingModeOverride\":\"PROVISIONED\",\"ProvisionedThroughputOverride\":{\"ReadCapacityUnits\":3,"
                "\"WriteCapacityUnits\":5},\"SSESpecificationOverride\":{\"Enabled\":false}}");
    assert_int_equal(dynox_sync_restore_table_to_point_in_time(client, "t2", "t"), DYNOX_OK);
    assert_sent("{\"TargetTableName\":\"t2\",\"SourceTableName\":\"t\",\"UseLatestRestorableTime\":true}");
    assert_int_equal(dynox_join(dynox_restore_table_to_point_in_time(
                                    client, "t2", "arn:t", .at = 1700000000.0625, .billing = DYNOX_TO_ON_DEMAND,
                                    .on_demand_maximum = {5, -1}, .kms_key = "alias/k"),
                                &table),
                     DYNOX_OK);
    assert_sent("{\"TargetTableName\":\"t2\",\"SourceTableArn\":\"arn:t\",\"RestoreDateTime\":1700000000.063,"
                "\"BillingModeOverride\":\"PAY_PER_REQUEST\",\"OnDemandThroughputOverride\":{\"MaxReadRequestUnits\":5,"
                "\"MaxWriteRequestUnits\":-1},\"SSESpecificationOverride\":{\"Enabled\":true,\"SSEType\":\"KMS\","
                "\"KMSMasterKeyId\":\"alias/k\"}}");
    dynox_table_free(table);
}

static void restores_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_refusal(dynox_restore_table_from_backup(client, NULL, ARN), "the name of the table to make is missing");
    expect_refusal(dynox_restore_table_from_backup(client, "t2", "b"), "\"b\" is no ARN");
    expect_refusal(dynox_restore_table_from_backup(client, "t2", ARN, .at = 5), ".at is for");
    expect_refusal(dynox_restore_table_to_point_in_time(client, "t2", ""), "the table to restore from is missing");
    expect_refusal(dynox_restore_table_to_point_in_time(client, "t2", "t", .at = INFINITY), "is no time");
    expect_refusal(dynox_restore_table_to_point_in_time(client, "t2", "t", .provisioned = {1, 0}), "needs both");
    expect_refusal(dynox_restore_table_to_point_in_time(NULL, "t2", "t"), "the client is NULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backups_are_made_described_and_deleted),
        cmocka_unit_test(a_backup_whose_answer_was_lost_may_be_there_twice),
        cmocka_unit_test(backups_are_listed_page_by_page),
        cmocka_unit_test(tables_are_restored),
        cmocka_unit_test(restores_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("backups", tests, scripted_setup, scripted_teardown);
}
