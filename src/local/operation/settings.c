/* What can be set of a table besides what it is: when items expire, whether its history is kept, who may use it. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "local/table/backup.h"
#include "local/table/expiry.h"

/* ---- TimeToLive ---- */

static bool set_expiry(dynox__local_call *call, const dynox__table *old, const char *attribute)
{
    dynox__table table  = *old;
    table.ttl_attribute = attribute;
    if (attribute)
        return (table.ttl_space = dynox__catalog_number(call)) && dynox__catalog_put(call, &table) &&
               dynox__expiry_begin(call, &table);
    table.ttl_space = 0;
    return dynox__catalog_put(call, &table) && dynox__expiry_end(call, old);
}

static void write_expiry(dynox__buffer *answer, const char *attribute)
{
    dynox__buffer_text(answer, "\"AttributeName\":");
    dynox__values_write_text(answer, attribute, strlen(attribute));
}

bool dynox__local_update_time_to_live(dynox__local_call *call)
{
    const dynox__tree  *wanted    = dynox__tree_member(call->request, "TimeToLiveSpecification");
    const char         *attribute = dynox__tree_text(wanted, "AttributeName");
    bool                enable    = dynox__tree_true(wanted, "Enabled");
    const dynox__table *table     = dynox__local_table_named(call, "TableName");
    if (!table || !dynox__local_table_idle(call, table)) return false;
    if (!attribute || !*attribute)
        return dynox__invalid(call, "TimeToLiveSpecification.AttributeName must not be empty");
    const char *now = table->ttl_attribute;
    if (now && strcmp(now, attribute) != 0)
        return dynox__invalid(call, "TimeToLive is active on a different AttributeName: current AttributeName is %s",
                              now);
    if (enable && now) return dynox__invalid(call, "TimeToLive is already enabled");
    if (!enable && !now) return dynox__invalid(call, "TimeToLive is already disabled");
    if (!set_expiry(call, table, enable ? attribute : NULL)) return false;
    dynox__buffer_text(call->answer, "{\"TimeToLiveSpecification\":{");
    write_expiry(call->answer, attribute);
    dynox__buffer_format(call->answer, ",\"Enabled\":%s}}", enable ? "true" : "false");
    return dynox__local_answered(call);
}

bool dynox__local_describe_time_to_live(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_table_named(call, "TableName");
    if (!table) return false;
    dynox__buffer_text(call->answer, "{\"TimeToLiveDescription\":{");
    if (table->ttl_attribute) {
        write_expiry(call->answer, table->ttl_attribute);
        dynox__buffer_byte(call->answer, ',');
    }
    dynox__buffer_format(call->answer, "\"TimeToLiveStatus\":\"%s\"}}", table->ttl_attribute ? "ENABLED" : "DISABLED");
    return dynox__local_answered(call);
}

/* ---- continuous backups ---- */

const dynox__table *dynox__local_backed_table(dynox__local_call *call, const char *member)
{
    const char         *name;
    size_t              length;
    const dynox__table *table;
    dynox__catalog_name(dynox__tree_member(call->request, member), &name, &length);
    if (!dynox__catalog_get(call, name, length, &table)) return NULL;
    if (!table)
        dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_TABLE_NOT_FOUND, "Table not found: %.*s", (int)length,
                      name);
    return table;
}

static bool describe_backups(dynox__local_call *call, const dynox__table *table)
{
    dynox__buffer_format(call->answer,
                         "{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":\"ENABLED\","
                         "\"PointInTimeRecoveryDescription\":{\"PointInTimeRecoveryStatus\":\"%s\"",
                         table->history_us ? "ENABLED" : "DISABLED");
    if (table->history_us) {
        dynox__buffer_format(call->answer,
                             ",\"RecoveryPeriodInDays\":%d,\"EarliestRestorableDateTime\":", (int)table->history_days);
        dynox__write_seconds(call->answer, dynox__history_first_us(call->now_us, table));
        dynox__buffer_text(call->answer, ",\"LatestRestorableDateTime\":");
        dynox__write_seconds(call->answer, call->now_us);
    }
    dynox__buffer_text(call->answer, "}}}");
    return dynox__local_answered(call);
}

bool dynox__local_describe_continuous_backups(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_backed_table(call, "TableName");
    return table && describe_backups(call, table);
}

bool dynox__local_update_continuous_backups(dynox__local_call *call)
{
    const dynox__tree  *wanted = dynox__tree_member(call->request, "PointInTimeRecoverySpecification");
    const dynox__table *old    = dynox__local_backed_table(call, "TableName");
    if (!old) return false;
    dynox__table table  = *old;
    bool         enable = dynox__tree_true(wanted, "PointInTimeRecoveryEnabled");
    int64_t      days   = old->history_us ? old->history_days : DYNOX__HISTORY_DAYS;
    dynox__tree_integer(wanted, "RecoveryPeriodInDays", &days);
    if (days < 1 || days > DYNOX__HISTORY_DAYS)
        return dynox__invalid(call, DYNOX__INVALID "RecoveryPeriodInDays must be between 1 and 35");
    table.history_us   = !enable ? 0 : old->history_us ? old->history_us : call->now_us;
    table.history_days = enable ? days : 0;
    return dynox__catalog_put(call, &table) && describe_backups(call, &table);
}

/* ---- resource policies: kept and given back, not enforced ---- */

static void write_revision(dynox__local_call *call, const char *policy)
{
    char     id[37];
    uint64_t hash = 0;
    for (const char *at = policy; *at; at++)
        hash = hash * 31 + (uint8_t)*at;
    dynox__seeded_uuid(call->settings, DYNOX__SPACE_TABLES, hash, id);
    dynox__buffer_format(call->answer, "\"RevisionId\":\"%s\"", id);
}

static bool refuse_policy(dynox__local_call *call)
{
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_POLICY_NOT_FOUND,
                         "Resource-based policy not found for the provided ResourceArn");
}

bool dynox__local_get_resource_policy(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_table_named(call, "ResourceArn");
    if (!table) return false;
    if (!table->policy) return refuse_policy(call);
    dynox__buffer_text(call->answer, "{\"Policy\":");
    dynox__values_write_text(call->answer, table->policy, strlen(table->policy));
    dynox__buffer_byte(call->answer, ',');
    write_revision(call, table->policy);
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

static bool set_policy(dynox__local_call *call, const dynox__table *old, const char *policy)
{
    dynox__table table = *old;
    table.policy       = policy;
    if (!dynox__catalog_put(call, &table)) return false;
    dynox__buffer_byte(call->answer, '{');
    if (policy) write_revision(call, policy);
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

bool dynox__local_put_resource_policy(dynox__local_call *call)
{
    const char         *policy = dynox__tree_text(call->request, "Policy");
    const dynox__table *table  = dynox__local_table_named(call, "ResourceArn");
    if (!table) return false;
    return policy && *policy ? set_policy(call, table, policy) : dynox__invalid(call, "Policy must not be empty");
}

bool dynox__local_delete_resource_policy(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_table_named(call, "ResourceArn");
    return table && (table->policy ? set_policy(call, table, NULL) : refuse_policy(call));
}
