/* Backups: CreateBackup, DeleteBackup, DescribeBackup, ListBackups. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "local/table/backup.h"
#include "value/text/number.h"

/* ---- as they are shown: each piece begins without a comma ---- */

static void write_details(dynox__local_call *call, const dynox__backup *backup, const char *status)
{
    dynox__buffer *answer = call->answer;
    dynox__buffer_text(answer, "\"BackupArn\":\"");
    dynox__backup_arn(call, backup, answer);
    dynox__buffer_text(answer, "\",\"BackupName\":");
    dynox__values_write_text(answer, backup->name, strlen(backup->name));
    dynox__buffer_format(answer,
                         ",\"BackupSizeBytes\":%llu,\"BackupStatus\":\"%s\",\"BackupType\":\"USER\","
                         "\"BackupCreationDateTime\":",
                         (unsigned long long)backup->bytes, status);
    dynox__write_seconds(answer, backup->made_us);
}

static void write_source(dynox__local_call *call, const dynox__table *table)
{
    dynox__buffer *answer = call->answer;
    dynox__buffer_text(answer, "\"TableName\":");
    dynox__values_write_text(answer, table->name, strlen(table->name));
    dynox__buffer_format(answer, ",\"TableId\":\"%s\",\"TableArn\":\"", table->id);
    dynox__table_arn(call, table->name, answer);
    dynox__buffer_byte(answer, '"');
}

static void write_indexes(dynox__buffer *answer, const dynox__table *table, bool global, bool *any)
{
    bool begun = false;
    for (size_t i = 0; i < table->index_count; i++) {
        const dynox__index *index = &table->indexes[i];
        if (index->is_global != global) continue;
        if (!begun && *any) dynox__buffer_byte(answer, ',');
        dynox__buffer_text(answer, begun    ? ",{"
                                   : global ? "\"GlobalSecondaryIndexes\":[{"
                                            : "\"LocalSecondaryIndexes\":[{");
        dynox__write_index_shape(answer, index);
        if (global) dynox__write_throughput(answer, &index->throughput);
        dynox__buffer_byte(answer, '}');
        begun = *any = true;
    }
    if (begun) dynox__buffer_byte(answer, ']');
}

static void write_features(dynox__buffer *answer, const dynox__table *table)
{
    bool any = false;
    write_indexes(answer, table, false, &any);
    write_indexes(answer, table, true, &any);
    if (table->stream_view)
        dynox__buffer_format(answer, "%s\"StreamDescription\":{\"StreamEnabled\":true,\"StreamViewType\":\"%s\"}",
                             any ? "," : "", dynox__stream_view_name(table->stream_view));
    any |= table->stream_view != DYNOX__STREAM_NONE;
    if (!table->ttl_attribute) return;
    dynox__buffer_format(
        answer, "%s\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"ENABLED\",\"AttributeName\":", any ? "," : "");
    dynox__values_write_text(answer, table->ttl_attribute, strlen(table->ttl_attribute));
    dynox__buffer_byte(answer, '}');
}

static bool describe(dynox__local_call *call, const dynox__backup *backup, const char *status)
{
    dynox__buffer      *answer = call->answer;
    const dynox__table *table  = backup->table;
    dynox__buffer_text(answer, "{\"BackupDescription\":{\"BackupDetails\":{");
    write_details(call, backup, status);
    dynox__buffer_text(answer, "},\"SourceTableDetails\":{");
    write_source(call, table);
    dynox__buffer_format(answer,
                         ",\"TableSizeBytes\":%llu,\"ItemCount\":%llu,\"BillingMode\":\"%s\","
                         "\"TableCreationDateTime\":",
                         (unsigned long long)backup->bytes, (unsigned long long)backup->items,
                         table->is_on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
    dynox__write_seconds(answer, table->created_us);
    dynox__write_key_schema(answer, &table->key);
    dynox__write_throughput(answer, &table->throughput);
    dynox__buffer_text(answer, "},\"SourceTableFeatureDetails\":{");
    write_features(answer, table);
    dynox__buffer_text(answer, "}}}");
    return dynox__local_answered(call);
}

/* ---- one backup ---- */

bool dynox__local_find_backup(dynox__local_call *call, dynox__backup *backup)
{
    const char *arn = dynox__tree_text(call->request, "BackupArn");
    if (!dynox__backup_find(call, arn ? arn : "", backup)) return false;
    return backup->table || dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_BACKUP_NOT_FOUND,
                                          "Backup not found: %s", arn ? arn : "");
}

bool dynox__local_create_backup(dynox__local_call *call)
{
    const char         *name  = dynox__tree_text(call->request, "BackupName");
    const dynox__table *table = dynox__local_backed_table(call, "TableName");
    dynox__backup       backup;
    if (!table || !dynox__local_table_idle(call, table)) return false;
    if (!dynox__backup_make(call, table, name ? name : "", &backup)) return false;
    dynox__buffer_text(call->answer, "{\"BackupDetails\":{");
    write_details(call, &backup, "CREATING");
    dynox__buffer_text(call->answer, "}}");
    return dynox__local_answered(call);
}

bool dynox__local_describe_backup(dynox__local_call *call)
{
    dynox__backup backup = {0};
    return dynox__local_find_backup(call, &backup) && describe(call, &backup, "AVAILABLE");
}

bool dynox__local_delete_backup(dynox__local_call *call)
{
    dynox__backup backup = {0};
    return dynox__local_find_backup(call, &backup) && dynox__backup_remove(call, &backup) &&
           describe(call, &backup, "DELETED");
}

/* ---- ListBackups ---- */

/* A time of a request, in microseconds: seconds with a fraction. */
int64_t dynox__local_time_us(const dynox__tree *time, int64_t absent)
{
    double seconds;
    if (!time || time->kind != DYNOX__TREE_NUMBER || !dynox__number_to_double(time->text, time->length, &seconds))
        return absent;
    if (!(seconds > -1e12 && seconds < 1e12)) return absent;
    return (int64_t)(seconds * 1e6);
}

static bool is_wanted(const dynox__local_call *call, const dynox__backup *backup)
{
    const char        *name, *type = dynox__tree_text(call->request, "BackupType");
    size_t             length;
    const dynox__tree *table = dynox__tree_member(call->request, "TableName");
    int64_t from_us = dynox__local_time_us(dynox__tree_member(call->request, "TimeRangeLowerBound"), INT64_MIN);
    int64_t to_us   = dynox__local_time_us(dynox__tree_member(call->request, "TimeRangeUpperBound"), INT64_MAX);
    dynox__catalog_name(table, &name, &length);
    if (type && strcmp(type, "USER") != 0 && strcmp(type, "ALL") != 0) return false;
    if (table && (strlen(backup->table->name) != length || memcmp(backup->table->name, name, length) != 0))
        return false;
    return backup->made_us >= from_us && backup->made_us < to_us;
}

bool dynox__local_list_backups(dynox__local_call *call)
{
    enum { MOST = 100 };
    const char   *after = dynox__tree_text(call->request, "ExclusiveStartBackupArn");
    int64_t       limit = MOST, count = 0;
    dynox__backup backup = {0}, last = {0};
    dynox__tree_integer(call->request, "Limit", &limit);
    if (limit < 1 || limit > MOST) limit = MOST;
    if (after && !dynox__backup_find(call, after, &backup)) return false;
    dynox__buffer_text(call->answer, "{\"BackupSummaries\":[");
    for (;;) {
        if (!dynox__backup_next(call, backup.table ? backup.table->name : NULL, backup.number, &backup)) return false;
        if (!backup.table) break;
        if (!is_wanted(call, &backup)) continue;
        if (count == limit) break;
        dynox__buffer_text(call->answer, count++ ? ",{" : "{");
        write_source(call, backup.table);
        dynox__buffer_byte(call->answer, ',');
        write_details(call, &backup, "AVAILABLE");
        dynox__buffer_byte(call->answer, '}');
        last = backup;
    }
    dynox__buffer_byte(call->answer, ']');
    if (backup.table) {
        dynox__buffer_text(call->answer, ",\"LastEvaluatedBackupArn\":\"");
        dynox__backup_arn(call, &last, call->answer);
        dynox__buffer_byte(call->answer, '"');
    }
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}
