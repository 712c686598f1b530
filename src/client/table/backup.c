/* Backups, and tables that are made from them. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/table/list.h"
#include "client/table/table_parts.h"
#include <dynox/backup.h>
#include <string.h>

/* ---- making, looking, deleting ---- */

static const dynox__control_operation create_backup =
    DYNOX__CONTROL_OPERATION("CreateBackup", dynox_type_backup, dynox__control_backup, "BackupDetails");
static const dynox__control_operation describe_backup =
    DYNOX__CONTROL_OPERATION("DescribeBackup", dynox_type_backup, dynox__control_backup, "BackupDescription");
static const dynox__control_operation delete_backup =
    DYNOX__CONTROL_OPERATION("DeleteBackup", dynox_type_backup, dynox__control_backup, "BackupDescription");

dynox_future *dynox_create_backup_with(dynox_client *client, const dynox_create_backup_args *given)
{
    dynox_create_backup_args args;
    dynox__request_writer    writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &create_backup.operation, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    if (!args.name || !*args.name)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "the name of the backup is missing");
    dynox__request_text(&writer, "BackupName", args.name);
    if (writer.call) {
        dynox_ambiguous_writes ambiguous = args.ambiguous_writes ? args.ambiguous_writes : client->ambiguous_writes;
        writer.call->is_write            = true;
        writer.call->ambiguity           = DYNOX__AMBIGUOUS; /* a second one would be another backup */
        writer.call->fail_ambiguous      = ambiguous == DYNOX_AMBIGUOUS_FAIL;
    }
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_create_backup_with(dynox_client *client, const dynox_create_backup_args *given)
{
    dynox_create_backup_args args;
    DYNOX__SYNC(client, args, given, dynox_create_backup_with, &dynox_type_backup);
}

static dynox_future *start(dynox_client *client, const dynox_backup_args *given,
                           const dynox__control_operation *operation)
{
    dynox_backup_args     args;
    dynox__request_writer writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &operation->operation, &DYNOX__CALL_OPTIONS(args));
    dynox__request_arn(&writer, "BackupArn", args.arn);
    if (writer.call) writer.call->is_write = operation == &delete_backup;
    return dynox__request_send(&writer);
}

dynox_future *dynox_describe_backup_with(dynox_client *client, const dynox_backup_args *args)
{
    return start(client, args, &describe_backup);
}

dynox_future *dynox_delete_backup_with(dynox_client *client, const dynox_backup_args *args)
{
    return start(client, args, &delete_backup);
}

dynox_status dynox_sync_describe_backup_with(dynox_client *client, const dynox_backup_args *given)
{
    dynox_backup_args args;
    DYNOX__SYNC(client, args, given, dynox_describe_backup_with, &dynox_type_backup);
}

dynox_status dynox_sync_delete_backup_with(dynox_client *client, const dynox_backup_args *given)
{
    dynox_backup_args args;
    DYNOX__SYNC(client, args, given, dynox_delete_backup_with, &dynox_type_backup);
}

/* ---- lists ---- */

static const void *backup_of(const void *page, size_t at)
{
    const dynox_backups *backups = page;
    return at < backups->count ? &backups->at[at] : NULL;
}

static const char *next_backups(const void *page)
{
    return ((const dynox_backups *)page)->last;
}

static const dynox__list_kind list_backups = {
    .control = DYNOX__CONTROL_OPERATION("ListBackups", dynox_type_backups, dynox__control_backups, "BackupSummaries"),
    .subject_member = "TableName",
    .start_member   = "ExclusiveStartBackupArn",
    .element        = backup_of,
    .next           = next_backups};

static dynox__list_request request_of(const dynox_list_backups_args *args)
{
    return (dynox__list_request){.subject   = args->table,
                                 .start     = args->start_after,
                                 .type      = args->type,
                                 .after     = args->created_after,
                                 .before    = args->created_before,
                                 .page_size = args->page_size};
}

dynox_stream *dynox_list_backups_with(dynox_client *client, const dynox_list_backups_args *given)
{
    dynox_list_backups_args args;
    dynox_error             error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    dynox__list_request request = request_of(&args);
    return dynox__list_stream(client, &list_backups, &request, &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_future *dynox_list_backups_page_with(dynox_client *client, const dynox_list_backups_args *given)
{
    dynox_list_backups_args args;
    dynox_error             error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    dynox__list_request request = request_of(&args);
    return dynox__list_page(client, &list_backups, &request, &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_status dynox_sync_list_backups_page_with(dynox_client *client, const dynox_list_backups_args *given)
{
    dynox_list_backups_args args;
    DYNOX__SYNC(client, args, given, dynox_list_backups_page_with, &dynox_type_backups);
}

/* ---- restoring ---- */

static const dynox__operation from_backup = {
    .name = "RestoreTableFromBackup", .type = &dynox_type_table, .decode = dynox__decode_table_description};
static const dynox__operation to_point_in_time = {
    .name = "RestoreTableToPointInTime", .type = &dynox_type_table, .decode = dynox__decode_table_description};

/* The table by name or ARN, at which time. */
static void source(dynox__request_writer *writer, const dynox_restore_args *args)
{
    if (!args->from || !*args->from) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the table to restore from is missing");
        return;
    }
    bool is_arn = strncmp(args->from, "arn:", 4) == 0;
    dynox__request_text(writer, is_arn ? "SourceTableArn" : "SourceTableName", args->from);
    if (writer->call) dynox__call_resource(writer->call, args->from);
    dynox__request_truth(writer, "UseLatestRestorableTime", args->at == 0);
    dynox__request_time(writer, "RestoreDateTime", args->at);
}

static dynox_future *restore(dynox_client *client, const dynox_restore_args *given, const dynox__operation *operation)
{
    dynox_restore_args    args;
    dynox__request_writer writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, operation, &DYNOX__CALL_OPTIONS(args));
    if (!args.table || !*args.table)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "the name of the table to make is missing");
    dynox__request_text(&writer, "TargetTableName", args.table);
    if (writer.call) dynox__call_resource(writer.call, args.table);
    if (operation == &to_point_in_time)
        source(&writer, &args);
    else
        dynox__request_arn(&writer, "BackupArn", args.from);
    if (operation == &from_backup && args.at != 0)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, ".at is for dynox_restore_table_to_point_in_time");
    dynox__table_billing_change(&writer, "BillingModeOverride", args.billing, args.provisioned);
    dynox__table_overrides(&writer, args.provisioned, args.billing == DYNOX_TO_PROVISIONED, args.on_demand_maximum);
    dynox__table_kms_change(&writer, "SSESpecificationOverride", args.kms_encryption, args.kms_key);
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_future *dynox_restore_table_from_backup_with(dynox_client *client, const dynox_restore_args *args)
{
    return restore(client, args, &from_backup);
}

dynox_future *dynox_restore_table_to_point_in_time_with(dynox_client *client, const dynox_restore_args *args)
{
    return restore(client, args, &to_point_in_time);
}

dynox_status dynox_sync_restore_table_from_backup_with(dynox_client *client, const dynox_restore_args *given)
{
    dynox_restore_args args;
    DYNOX__SYNC(client, args, given, dynox_restore_table_from_backup_with, &dynox_type_table);
}

dynox_status dynox_sync_restore_table_to_point_in_time_with(dynox_client *client, const dynox_restore_args *given)
{
    dynox_restore_args args;
    DYNOX__SYNC(client, args, given, dynox_restore_table_to_point_in_time_with, &dynox_type_table);
}
