/* UpdateTable. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "local/table/keep.h"
#include "local/table/stream.h"
#include "local/table/vector.h"

/* ---- throughput ---- */

static bool set_throughput(dynox__local_call *call, const dynox__tree *wanted, dynox__throughput *has)
{
    dynox__throughput will = *has;
    if (!dynox__define_throughput(call, wanted, &will)) return false;
    if (will.read == has->read && will.write == has->write)
        return dynox__invalid(
            call,
            "The provisioned throughput for the table will not change. The requested value equals the "
            "current value. Current ReadCapacityUnits provisioned for the table: %lld. Requested "
            "ReadCapacityUnits: %lld. Current WriteCapacityUnits provisioned for the table: %lld. "
            "Requested WriteCapacityUnits: %lld. Refer to the Amazon DynamoDB Developer Guide for "
            "current limits and how to request higher limits.",
            (long long)has->read, (long long)will.read, (long long)has->write, (long long)will.write);
    if (will.read > has->read || will.write > has->write) will.increased_us = call->now_us;
    if (will.read < has->read || will.write < has->write) {
        will.decreased_us = call->now_us;
        will.decreases++;
    }
    *has = will;
    return true;
}

static void go_on_demand(dynox__defining *defining)
{
    dynox__table *table  = &defining->table;
    table->is_on_demand  = true;
    table->was_on_demand = true;
    table->on_demand_us  = defining->call->now_us;
    table->throughput    = (dynox__throughput){.decreases = table->throughput.decreases};
    for (size_t i = 0; i < table->index_count; i++)
        defining->indexes[i].throughput = (dynox__throughput){.decreases = defining->indexes[i].throughput.decreases};
}

static bool has_update_of(const dynox__tree *updates, const char *index)
{
    for (const dynox__tree *at = updates ? updates->first : NULL; at; at = at->next) {
        const char *name = dynox__tree_text(dynox__tree_member(at, "Update"), "IndexName");
        if (name && strcmp(name, index) == 0) return true;
    }
    return false;
}

static bool go_provisioned(dynox__defining *defining, const dynox__tree *updates)
{
    dynox__table *table = &defining->table;
    for (size_t i = 0; i < table->index_count; i++)
        if (defining->indexes[i].is_global && !has_update_of(updates, defining->indexes[i].name))
            return dynox__invalid(defining->call,
                                  DYNOX__INVALID "ProvisionedThroughput must be specified for index: %s",
                                  defining->indexes[i].name);
    table->is_on_demand = false;
    table->on_demand    = (dynox__on_demand){0};
    return true;
}

static bool update_billing(dynox__defining *defining, const dynox__tree *request)
{
    const char        *mode       = dynox__tree_text(request, "BillingMode");
    const dynox__tree *throughput = dynox__tree_member(request, "ProvisionedThroughput");
    dynox__table      *table      = &defining->table;
    bool               on_demand  = mode ? strcmp(mode, "PAY_PER_REQUEST") == 0 : table->is_on_demand;
    if (mode && !on_demand && !throughput)
        return dynox__invalid(defining->call,
                              DYNOX__INVALID "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    if (on_demand && throughput)
        return dynox__invalid(defining->call, DYNOX__INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                                                             "specified when BillingMode is PAY_PER_REQUEST");
    if (on_demand && !table->is_on_demand) go_on_demand(defining);
    if (!on_demand && table->is_on_demand &&
        !go_provisioned(defining, dynox__tree_member(request, "GlobalSecondaryIndexUpdates")))
        return false;
    dynox__define_on_demand(dynox__tree_member(request, "OnDemandThroughput"), &table->on_demand);
    return !throughput || set_throughput(defining->call, throughput, &table->throughput);
}

/* ---- indexes ---- */

static bool refuse_second(dynox__local_call *call)
{
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_LIMIT_EXCEEDED,
                         "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
                         "table");
}

static dynox__index *index_named(dynox__defining *defining, const char *name)
{
    for (size_t i = 0; i < defining->table.index_count; i++)
        if (defining->indexes[i].is_global && strcmp(defining->indexes[i].name, name) == 0)
            return &defining->indexes[i];
    return NULL;
}

static bool create_index(dynox__defining *defining, const dynox__tree *wanted)
{
    dynox__local_call *call = defining->call;
    const char        *name = dynox__tree_text(wanted, "IndexName");
    for (size_t i = 0; name && i < defining->table.index_count; i++)
        if (strcmp(defining->indexes[i].name, name) == 0)
            return dynox__invalid(call, "Attempting to create an index which already exists");
    if (!dynox__define_check_given(call, dynox__tree_member(wanted, "KeySchema"),
                                   dynox__tree_member(call->request, "AttributeDefinitions")) ||
        !dynox__define_index(defining, wanted, true))
        return false;
    dynox__index *index = &defining->indexes[defining->table.index_count - 1];
    index->ready_us     = dynox__local_ready_us(call, DYNOX__SLOW_BACKFILL_MS);
    index->number       = dynox__catalog_number(call);
    return index->number && dynox__index_fill(call, &defining->table, index);
}

static bool no_such_index(dynox__local_call *call)
{
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND,
                         "Requested resource not found");
}

/* It is shown for a while; what lies in it goes at once, and nothing new comes. */
static bool delete_index(dynox__defining *defining, const char *name)
{
    dynox__index *index = index_named(defining, name);
    if (!index) return no_such_index(defining->call);
    index->status   = DYNOX__TABLE_DELETING;
    index->ready_us = dynox__local_ready_us(defining->call, DYNOX__SLOW_DELETE_MS);
    return dynox__space_drop(defining->call, index->number);
}

static bool update_index(dynox__defining *defining, const dynox__tree *update)
{
    const char        *name       = dynox__tree_text(update, "IndexName");
    const dynox__tree *throughput = dynox__tree_member(update, "ProvisionedThroughput");
    dynox__index      *index      = index_named(defining, name ? name : "");
    if (!index) return no_such_index(defining->call);
    dynox__define_on_demand(dynox__tree_member(update, "OnDemandThroughput"), &index->on_demand);
    if (!throughput) return true;
    if (defining->table.is_on_demand)
        return dynox__invalid(defining->call,
                              DYNOX__INVALID "ProvisionedThroughput should not be specified for index: "
                                             "%s when BillingMode is PAY_PER_REQUEST",
                              name);
    return set_throughput(defining->call, throughput, &index->throughput);
}

static const char *name_in(const dynox__tree *update)
{
    static const char *const kinds[] = {"Create", "Update", "Delete"};
    for (size_t i = 0; i < 3; i++) {
        const char *name = dynox__tree_text(dynox__tree_member(update, kinds[i]), "IndexName");
        if (name) return name;
    }
    return NULL;
}

/* Is each an update, of an index of its own, and at most one creates or deletes? */
static bool check_updates(dynox__defining *defining, const dynox__tree *updates)
{
    dynox__local_call *call  = defining->call;
    size_t             built = 0;
    if (updates->count > DYNOX__MOST_INDEXES) return refuse_second(call);
    for (const dynox__tree *at = updates->first; at; at = at->next) {
        const char *name = name_in(at);
        if (!name)
            return dynox__invalid(call, DYNOX__INVALID "One of GlobalSecondaryIndexUpdate.Update, "
                                                       "GlobalSecondaryIndexUpdate.Create, "
                                                       "GlobalSecondaryIndexUpdate.Delete must not be null");
        for (const dynox__tree *other = at->next; other; other = other->next) {
            const char *other_name = name_in(other);
            if (other_name && strcmp(name, other_name) == 0)
                return dynox__invalid(call,
                                      DYNOX__INVALID "Only one global secondary index update per index is allowed "
                                                     "simultaneously. Index: %s",
                                      name);
        }
        built += dynox__tree_member(at, "Create") != NULL;
        built += dynox__tree_member(at, "Delete") != NULL;
    }
    for (size_t i = 0; i < defining->table.index_count; i++)
        built += built && defining->indexes[i].is_global && defining->indexes[i].status != DYNOX__TABLE_ACTIVE;
    return built <= 1 || refuse_second(call);
}

static bool update_indexes(dynox__defining *defining, const dynox__tree *updates)
{
    if (!updates) return true;
    if (!check_updates(defining, updates)) return false;
    for (const dynox__tree *at = updates->first; at; at = at->next) {
        const dynox__tree *create = dynox__tree_member(at, "Create"), *update = dynox__tree_member(at, "Update");
        if (create   ? !create_index(defining, create)
            : update ? !update_index(defining, update)
                     : !delete_index(defining, name_in(at)))
            return false;
    }
    return true;
}

/* ---- indexes of vectors ---- */

static bool delete_vector(dynox__defining *defining, const char *name)
{
    dynox__vector_index *vector = NULL;
    for (size_t i = 0; name && i < defining->table.vector_count; i++)
        if (strcmp(defining->vectors[i].index.name, name) == 0) vector = &defining->vectors[i];
    if (!vector) return no_such_index(defining->call);
    vector->index.status   = DYNOX__TABLE_DELETING;
    vector->index.ready_us = dynox__local_ready_us(defining->call, DYNOX__SLOW_DELETE_MS);
    return dynox__space_drop(defining->call, vector->index.number);
}

static bool create_vector(dynox__defining *defining, const dynox__tree *wanted)
{
    dynox__local_call *call = defining->call;
    if (!dynox__define_vector(defining, wanted)) return false;
    dynox__vector_index *vector = &defining->vectors[defining->table.vector_count - 1];
    vector->index.ready_us      = dynox__local_ready_us(call, DYNOX__SLOW_BACKFILL_MS);
    vector->index.number        = dynox__catalog_number(call);
    return vector->index.number && dynox__vector_fill(call, &defining->table, vector);
}

static bool update_vectors(dynox__defining *defining, const dynox__tree *updates)
{
    if (!updates) return true;
    if (updates->count > 1) return refuse_second(defining->call);
    const dynox__tree *create = dynox__tree_member(updates->first, "Create");
    const dynox__tree *remove = dynox__tree_member(updates->first, "Delete");
    if (create) return create_vector(defining, create);
    if (remove) return delete_vector(defining, dynox__tree_text(remove, "IndexName"));
    return dynox__invalid(defining->call,
                          DYNOX__INVALID "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must "
                                         "not be null");
}

/* ---- streams ---- */

static bool update_stream(dynox__defining *defining, const dynox__tree *specification)
{
    dynox__local_call *call  = defining->call;
    dynox__table      *table = &defining->table;
    dynox__stream_view view;
    if (!specification) return true;
    if (!dynox__define_stream(call, specification, &view)) return false;
    if (view && table->stream_view)
        return dynox__invalid(call, "Table already has an enabled stream: TableName: %s", table->name);
    if (!view && !table->stream_view)
        return dynox__invalid(call, "Table is already disabled for stream: TableName: %s", table->name);
    if (!view) {
        if (!dynox__stream_end(call, table)) return false;
        table->stream_view = DYNOX__STREAM_NONE;
        return true;
    }
    table->stream_view = view;
    table->stream_us   = call->now_us;
    table->stream      = dynox__catalog_number(call);
    return table->stream && dynox__stream_begin(call, table);
}

/* ---- all of it ---- */

static bool asks_something(const dynox__tree *request)
{
    static const char *const members[] = {
        "ProvisionedThroughput",     "BillingMode", "StreamSpecification", "SSESpecification",   "ReplicaUpdates",
        "DeletionProtectionEnabled", "TableClass",  "WarmThroughput",      "OnDemandThroughput", "VectorIndexUpdates",
        "AttributeDefinitions"};
    const dynox__tree *updates = dynox__tree_member(request, "GlobalSecondaryIndexUpdates");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (dynox__tree_member(request, members[i])) return true;
    return updates && updates->first;
}

static bool check_offered(dynox__local_call *call)
{
    static const char *const members[] = {"ReplicaUpdates", "GlobalTableWitnessUpdates"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (dynox__tree_member(call->request, members[i]))
            return dynox__invalid(call, "%s is not offered by the local engine", members[i]);
    return true;
}

bool dynox__local_update_table(dynox__local_call *call)
{
    dynox__defining    defining;
    const dynox__tree *request = call->request, *protect = dynox__tree_member(request, "DeletionProtectionEnabled");
    if (!asks_something(request))
        return dynox__invalid(call, "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                                    "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
    const dynox__table *old = dynox__local_table_named(call, "TableName");
    if (!old || !dynox__local_table_idle(call, old) || !check_offered(call)) return false;
    dynox__define_begin(&defining, call, old);
    dynox__table *table = &defining.table;
    if (!dynox__define_attributes(&defining, dynox__tree_member(request, "AttributeDefinitions")) ||
        !update_billing(&defining, request) ||
        !update_indexes(&defining, dynox__tree_member(request, "GlobalSecondaryIndexUpdates")) ||
        !update_vectors(&defining, dynox__tree_member(request, "VectorIndexUpdates")) ||
        !update_stream(&defining, dynox__tree_member(request, "StreamSpecification")) ||
        !dynox__define_encryption(&defining, dynox__tree_member(request, "SSESpecification")))
        return false;
    if (protect) table->is_protected = dynox__tree_true(request, "DeletionProtectionEnabled");
    if (dynox__tree_member(request, "TableClass")) table->class_name = dynox__tree_text(request, "TableClass");
    table->status   = DYNOX__TABLE_UPDATING;
    table->ready_us = dynox__local_ready_us(call, DYNOX__SLOW_UPDATE_MS);
    return dynox__catalog_put(call, table) && dynox__local_answer_table(call, "TableDescription", table);
}
