/* RestoreTableFromBackup and RestoreTableToPointInTime: a new table, filled with what another one was. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "local/table/backup.h"
#include "local/table/keep.h"

/* One that was being removed does not come back. */
static void forget_deleted(dynox__defining *defining)
{
    size_t kept = 0;
    for (size_t i = 0; i < defining->table.index_count; i++)
        if (defining->indexes[i].status != DYNOX__TABLE_DELETING) defining->indexes[kept++] = defining->indexes[i];
    defining->table.index_count = kept;
}

/* The indexes of a list in a request, as the table had them; absent: all of their kind. */
static bool keep_indexes(dynox__defining *defining, const dynox__tree *wanted, bool global)
{
    size_t kept = 0, found = 0;
    if (!wanted) return true;
    for (size_t i = 0; i < defining->table.index_count; i++) {
        dynox__index *index = &defining->indexes[i];
        bool          keeps = index->is_global != global;
        for (const dynox__tree *at = wanted->first; !keeps && at; at = at->next) {
            const char *name = dynox__tree_text(at, "IndexName");
            keeps            = name && strcmp(name, index->name) == 0;
            found += keeps;
        }
        if (keeps) defining->indexes[kept++] = *index;
    }
    defining->table.index_count = kept;
    return found == wanted->count ||
           dynox__invalid(defining->call, DYNOX__INVALID "Indexes of the override are not those of the source table");
}

static bool override_billing(dynox__defining *defining)
{
    dynox__local_call *call       = defining->call;
    dynox__table      *table      = &defining->table;
    const char        *mode       = dynox__tree_text(call->request, "BillingModeOverride");
    const dynox__tree *throughput = dynox__tree_member(call->request, "ProvisionedThroughputOverride");
    if (mode) table->is_on_demand = strcmp(mode, "PAY_PER_REQUEST") == 0;
    if (table->is_on_demand) {
        table->throughput    = (dynox__throughput){0};
        table->was_on_demand = true;
        table->on_demand_us  = call->now_us;
        for (size_t i = 0; i < table->index_count; i++)
            defining->indexes[i].throughput = (dynox__throughput){0};
        return !throughput ||
               dynox__invalid(call, DYNOX__INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                                                   "specified when BillingMode is PAY_PER_REQUEST");
    }
    dynox__define_on_demand(dynox__tree_member(call->request, "OnDemandThroughputOverride"), &table->on_demand);
    if (throughput) return dynox__define_throughput(call, throughput, &table->throughput);
    return table->throughput.read ||
           dynox__invalid(call,
                          DYNOX__INVALID "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
}

static bool target_is_free(dynox__local_call *call, const char *name)
{
    const dynox__table *there;
    if (!dynox__catalog_get(call, name, strlen(name), &there)) return false;
    return !there ||
           dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_TABLE_EXISTS, "Table already exists: %s", name);
}

/* What a restored table does not have: a stream, a TTL, tags, a history, a policy, protection. */
static void forget_settings(dynox__table *table)
{
    table->stream_view   = DYNOX__STREAM_NONE;
    table->stream        = 0;
    table->ttl_attribute = NULL;
    table->ttl_space     = 0;
    table->tags          = NULL;
    table->policy        = NULL;
    table->insights      = NULL;
    table->destinations  = NULL;
    table->history_us    = 0;
    table->history_days  = 0;
    table->is_protected  = false;
}

/* Makes defining->table the new table in the catalog, without items. */
static bool make_target(dynox__local_call *call, dynox__defining *defining, const dynox__table *source, char id[37])
{
    const char *name = dynox__tree_text(call->request, "TargetTableName");
    dynox__define_begin(defining, call, source);
    forget_deleted(defining);
    dynox__table *table = &defining->table;
    if (!name || !target_is_free(call, name) ||
        !keep_indexes(defining, dynox__tree_member(call->request, "LocalSecondaryIndexOverride"), false) ||
        !keep_indexes(defining, dynox__tree_member(call->request, "GlobalSecondaryIndexOverride"), true) ||
        !override_billing(defining) ||
        !dynox__define_encryption(defining, dynox__tree_member(call->request, "SSESpecificationOverride")))
        return false;
    forget_settings(table);
    table->name     = name;
    table->ready_us = dynox__local_ready_us(call, DYNOX__SLOW_CREATE_MS);
    return dynox__local_number_table(defining, id) && dynox__catalog_put(call, table);
}

static bool set_source(dynox__defining *defining, const dynox__buffer *arn)
{
    defining->table.restored_from = arn->failed ? NULL : dynox__arena_copy(defining->call->arena, arn->data, arn->size);
    if (!defining->table.restored_from) return dynox__refuse_memory(&defining->call->refusal);
    return dynox__catalog_put(defining->call, &defining->table);
}

bool dynox__local_restore_backup(dynox__local_call *call)
{
    dynox__defining defining;
    dynox__backup   backup = {0};
    dynox__buffer   arn    = {0};
    char            id[37];
    if (!dynox__local_find_backup(call, &backup) || !make_target(call, &defining, backup.table, id)) return false;
    defining.table.restored_us = backup.made_us;
    dynox__backup_arn(call, &backup, &arn);
    bool done = set_source(&defining, &arn);
    dynox__buffer_free(&arn);
    return done && dynox__table_fill(call, backup.table, backup.number, &defining.table) &&
           dynox__local_answer_table(call, "TableDescription", &defining.table);
}

/* Which table, and to which time. */
static const dynox__table *read_source(dynox__local_call *call, int64_t *to_us)
{
    bool                by_arn = dynox__tree_member(call->request, "SourceTableArn") != NULL;
    const dynox__table *source = dynox__local_backed_table(call, by_arn ? "SourceTableArn" : "SourceTableName");
    if (!source) return NULL;
    if (!source->history_us) {
        dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_NO_RECOVERY,
                      "Point in time recovery is not enabled for table '%s'", source->name);
        return NULL;
    }
    *to_us = call->now_us;
    if (dynox__tree_true(call->request, "UseLatestRestorableTime")) return source;
    *to_us = dynox__local_time_us(dynox__tree_member(call->request, "RestoreDateTime"), -1);
    /* Times of requests are seconds, and so is what they were told: the first one is rounded. */
    if (*to_us / 1000000 >= dynox__history_first_us(call->now_us, source) / 1000000 && *to_us <= call->now_us)
        return source;
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESTORE_TIME,
                  "RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime");
    return NULL;
}

/* The items are put together in a space that goes again, so that each entry of an index is made once. */
static bool fill_as_of(dynox__local_call *call, const dynox__table *source, int64_t to_us, const dynox__table *target)
{
    const dynox__table bare = {.name = source->name, .number = dynox__catalog_number(call), .key = source->key};
    return bare.number && dynox__table_fill(call, source, source->number, &bare) &&
           dynox__history_undo(call, source, to_us, &bare) && dynox__table_fill(call, source, bare.number, target) &&
           dynox__space_drop(call, bare.number);
}

bool dynox__local_restore_to_time(dynox__local_call *call)
{
    dynox__defining     defining;
    dynox__buffer       arn = {0};
    char                id[37];
    int64_t             to_us;
    const dynox__table *source = read_source(call, &to_us);
    if (!source || !make_target(call, &defining, source, id)) return false;
    defining.table.restored_us = to_us;
    dynox__table_arn(call, source->name, &arn);
    bool done = set_source(&defining, &arn);
    dynox__buffer_free(&arn);
    return done && fill_as_of(call, source, to_us, &defining.table) &&
           dynox__local_answer_table(call, "TableDescription", &defining.table);
}
