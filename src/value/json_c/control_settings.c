/* Time to live, point-in-time recovery, tags, limits and backups. */
#include "value/json_c/control_reader.h"
#include <dynox/backup.h>
#include <dynox/table_settings.h>

static void fill_time_to_live(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_time_to_live *ttl = made;
    (void)root;
    ttl->status    = dynox__control_text(in, from, "TimeToLiveStatus");
    ttl->attribute = dynox__control_text(in, from, "AttributeName");
}

static void fill_continuous_backups(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_continuous_backups *backups  = made;
    json_object              *recovery = dynox__control_member(from, "PointInTimeRecoveryDescription");
    (void)root;
    backups->status          = dynox__control_text(in, from, "ContinuousBackupsStatus");
    backups->recovery_status = dynox__control_text(in, recovery, "PointInTimeRecoveryStatus");
    backups->recovery_days   = dynox__control_number(recovery, "RecoveryPeriodInDays");
    backups->earliest        = dynox__control_time(recovery, "EarliestRestorableDateTime");
    backups->latest          = dynox__control_time(recovery, "LatestRestorableDateTime");
}

static void fill_tags(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_tags *tags  = made;
    size_t      count = dynox__control_count(from);
    dynox_tag  *list  = dynox__control_array(in, count, sizeof *list);
    for (size_t i = 0; list && i < count; i++) {
        json_object *tag = json_object_array_get_idx(from, i);
        list[i]          = (dynox_tag){dynox__control_text(in, tag, "Key"), dynox__control_text(in, tag, "Value")};
    }
    tags->at    = list;
    tags->count = list ? count : 0;
    tags->next  = dynox__control_token(in, root, "NextToken");
}

static void fill_limits(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_limits *limits = made;
    (void)in;
    (void)from;
    limits->account_read  = dynox__control_number(root, "AccountMaxReadCapacityUnits");
    limits->account_write = dynox__control_number(root, "AccountMaxWriteCapacityUnits");
    limits->table_read    = dynox__control_number(root, "TableMaxReadCapacityUnits");
    limits->table_write   = dynox__control_number(root, "TableMaxWriteCapacityUnits");
}

/* ---- backups ---- */

/* `table`: where the table is told. */
static void read_backup(dynox__control *in, json_object *from, json_object *table, dynox_backup *backup)
{
    backup->arn        = dynox__control_text(in, from, "BackupArn");
    backup->name       = dynox__control_text(in, from, "BackupName");
    backup->status     = dynox__control_text(in, from, "BackupStatus");
    backup->type       = dynox__control_text(in, from, "BackupType");
    backup->created    = dynox__control_time(from, "BackupCreationDateTime");
    backup->expires    = dynox__control_time(from, "BackupExpiryDateTime");
    backup->size_bytes = dynox__control_number(from, "BackupSizeBytes");
    backup->table      = dynox__control_text(in, table, "TableName");
    backup->table_arn  = dynox__control_text(in, table, "TableArn");
    backup->table_id   = dynox__control_text(in, table, "TableId");
    backup->item_count = dynox__control_number(table, "ItemCount");
}

/* The answer of CreateBackup has the details alone, others have them in a description. */
static void fill_backup(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_backup *backup  = made;
    json_object  *details = dynox__control_member(from, "BackupDetails");
    (void)root;
    read_backup(in, details ? details : from, dynox__control_member(from, "SourceTableDetails"), backup);
    backup->json = dynox__control_json(in, from);
}

static void fill_backups(dynox__control *in, json_object *root, json_object *from, void *made)
{
    dynox_backups *backups = made;
    size_t         count   = dynox__control_count(from);
    dynox_backup  *list    = dynox__control_array(in, count, sizeof *list);
    for (size_t i = 0; list && i < count; i++) {
        json_object *one = json_object_array_get_idx(from, i);
        read_backup(in, one, one, &list[i]);
        list[i].json = dynox__control_json(in, one);
    }
    backups->at    = list;
    backups->count = list ? count : 0;
    backups->last  = dynox__control_token(in, root, "LastEvaluatedBackupArn");
}

const dynox__control_kind dynox__control_time_to_live =
                              DYNOX__CONTROL_KIND(dynox_time_to_live, json_type_object, fill_time_to_live),
                          dynox__control_continuous_backups =
                              DYNOX__CONTROL_KIND(dynox_continuous_backups, json_type_object, fill_continuous_backups),
                          dynox__control_tags    = DYNOX__CONTROL_KIND(dynox_tags, json_type_array, fill_tags),
                          dynox__control_limits  = DYNOX__CONTROL_KIND(dynox_limits, json_type_int, fill_limits),
                          dynox__control_backup  = DYNOX__CONTROL_KIND(dynox_backup, json_type_object, fill_backup),
                          dynox__control_backups = DYNOX__CONTROL_KIND(dynox_backups, json_type_array, fill_backups);

DYNOX__CONTROL_TYPE(time_to_live)
DYNOX__CONTROL_TYPE(continuous_backups)
DYNOX__CONTROL_TYPE(tags)
DYNOX__CONTROL_TYPE(limits)
DYNOX__CONTROL_TYPE(backup)
DYNOX__CONTROL_TYPE(backups)
