/* CreateTable, DescribeTable, DeleteTable, ListTables. UpdateTable has a file of its own. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "local/table/expiry.h"
#include "local/table/keep.h"
#include "local/table/stream.h"

/* ---- what they share ---- */

const dynox__table *dynox__local_table_named(dynox__local_call *call, const char *member)
{
    const char         *name;
    size_t              length;
    const dynox__table *table;
    dynox__catalog_name(dynox__tree_member(call->request, member), &name, &length);
    if (!dynox__catalog_get(call, name, length, &table)) return NULL;
    if (table) return table;
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND,
                  "Requested resource not found: Table: %.*s not found", (int)length, name);
    return NULL;
}

bool dynox__local_table_idle(dynox__local_call *call, const dynox__table *table)
{
    static const char *const what[] = {"created", "", "updated", "deleted"};
    if (table->status == DYNOX__TABLE_ACTIVE) return true;
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_IN_USE,
                         "Attempt to change a resource which is still in use: Table is being %s: %s",
                         what[table->status], table->name);
}

int64_t dynox__local_ready_us(const dynox__local_call *call, int64_t slow_ms)
{
    return call->now_us + (call->settings->slow_tables ? slow_ms * 1000 : 0);
}

bool dynox__local_answer_table(dynox__local_call *call, const char *member, const dynox__table *table)
{
    dynox__buffer_format(call->answer, "{\"%s\":", member);
    if (!dynox__table_describe(call, table, call->answer)) return false;
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

/* ---- CreateTable ---- */

static bool read_billing(dynox__defining *defining, const dynox__tree *request)
{
    const char        *mode       = dynox__tree_text(request, "BillingMode");
    const dynox__tree *throughput = dynox__tree_member(request, "ProvisionedThroughput");
    dynox__table      *table      = &defining->table;
    table->is_on_demand = table->was_on_demand = mode && strcmp(mode, "PAY_PER_REQUEST") == 0;
    dynox__define_on_demand(dynox__tree_member(request, "OnDemandThroughput"), &table->on_demand);
    if (!table->is_on_demand) return dynox__define_throughput(defining->call, throughput, &table->throughput);
    table->on_demand_us = defining->call->now_us;
    return !throughput || dynox__invalid(defining->call, DYNOX__INVALID
                                         "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                                         "BillingMode is PAY_PER_REQUEST");
}

static bool read_table(dynox__defining *defining, const dynox__tree *request)
{
    dynox__local_call *call  = defining->call;
    dynox__table      *table = &defining->table;
    const dynox__tree *tags  = dynox__tree_member(request, "Tags");
    if (!read_billing(defining, request) ||
        !dynox__define_attributes(defining, dynox__tree_member(request, "AttributeDefinitions")) ||
        !dynox__define_key(defining, dynox__tree_member(request, "KeySchema")) ||
        !dynox__define_indexes(defining, request) ||
        !dynox__define_vectors(defining, dynox__tree_member(request, "VectorIndexes")) ||
        !dynox__define_check_used(defining) ||
        !dynox__define_stream(call, dynox__tree_member(request, "StreamSpecification"), &table->stream_view) ||
        !dynox__define_encryption(defining, dynox__tree_member(request, "SSESpecification")))
        return false;
    table->is_protected = dynox__tree_true(request, "DeletionProtectionEnabled");
    table->class_name   = dynox__tree_text(request, "TableClass");
    table->policy       = dynox__tree_text(request, "ResourcePolicy");
    return !tags || !tags->first || dynox__define_tags(call, NULL, tags, &table->tags);
}

bool dynox__local_number_table(dynox__defining *defining, char id[37])
{
    dynox__local_call *call  = defining->call;
    dynox__table      *table = &defining->table;
    table->number            = dynox__catalog_number(call);
    if (!table->number) return false;
    for (size_t i = 0; i < table->index_count; i++)
        if (!(defining->indexes[i].number = dynox__catalog_number(call))) return false;
    for (size_t i = 0; i < table->vector_count; i++) {
        if (!(defining->vectors[i].index.number = dynox__catalog_number(call))) return false;
        defining->vectors[i].index.status   = DYNOX__TABLE_CREATING;
        defining->vectors[i].index.ready_us = dynox__local_ready_us(call, DYNOX__SLOW_CREATE_MS);
    }
    if (table->stream_view && !(table->stream = dynox__catalog_number(call))) return false;
    dynox__seeded_uuid(call->settings, DYNOX__SPACE_TABLES, table->number, id);
    table->id         = id;
    table->created_us = call->now_us;
    table->stream_us  = call->now_us;
    table->status     = DYNOX__TABLE_CREATING;
    table->ready_us   = dynox__local_ready_us(call, DYNOX__SLOW_CREATE_MS);
    for (size_t i = 0; i < table->index_count; i++) {
        defining->indexes[i].status   = DYNOX__TABLE_CREATING;
        defining->indexes[i].ready_us = table->ready_us;
    }
    return true;
}

bool dynox__local_create_table(dynox__local_call *call)
{
    dynox__defining     defining;
    const dynox__table *there;
    const char         *name;
    size_t              length;
    char                id[37];
    dynox__define_begin(&defining, call, NULL);
    if (!read_table(&defining, call->request)) return false;
    dynox__catalog_name(dynox__tree_member(call->request, "TableName"), &name, &length);
    if (!dynox__catalog_get(call, name, length, &there)) return false;
    if (there)
        return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_IN_USE, "Table already exists: %.*s",
                             (int)length, name);
    defining.table.name = dynox__arena_copy(call->arena, name, length);
    if (!defining.table.name) return dynox__refuse_memory(&call->refusal);
    return dynox__local_number_table(&defining, id) && dynox__catalog_put(call, &defining.table) &&
           (!defining.table.stream_view || dynox__stream_begin(call, &defining.table)) &&
           dynox__local_answer_table(call, "TableDescription", &defining.table);
}

/* ---- the others ---- */

bool dynox__local_describe_table(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_table_named(call, "TableName");
    return table && dynox__local_answer_table(call, "Table", table);
}

static bool drop_spaces(dynox__local_call *call, const dynox__table *table)
{
    for (size_t i = 0; i < table->vector_count; i++)
        if (!dynox__space_drop(call, table->vectors[i].index.number)) return false;
    for (size_t i = 0; i < table->index_count; i++)
        if (!dynox__space_drop(call, table->indexes[i].number)) return false;
    return dynox__space_drop(call, table->number);
}

bool dynox__local_delete_table(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_table_named(call, "TableName");
    if (!table) return false;
    if (table->status == DYNOX__TABLE_DELETING) return dynox__local_answer_table(call, "TableDescription", table);
    if (!dynox__local_table_idle(call, table)) return false;
    if (table->is_protected)
        return dynox__invalid(call, "Resource cannot be deleted as it is currently protected against deletion. Disable "
                                    "deletion protection first.");
    dynox__table gone = *table;
    gone.status       = DYNOX__TABLE_DELETING;
    gone.ready_us     = dynox__local_ready_us(call, DYNOX__SLOW_DELETE_MS);
    if (!dynox__local_answer_table(call, "TableDescription", &gone) || !drop_spaces(call, table)) return false;
    if (table->stream_view && !dynox__stream_end(call, table)) return false;
    if (table->ttl_attribute && !dynox__expiry_end(call, table)) return false;
    return gone.ready_us > call->now_us ? dynox__catalog_put(call, &gone) : dynox__catalog_remove(call, table);
}

bool dynox__local_list_tables(dynox__local_call *call)
{
    enum { MOST = 100 };
    const char *names[MOST + 1], *after = dynox__tree_text(call->request, "ExclusiveStartTableName");
    size_t      count;
    int64_t     limit = MOST;
    dynox__tree_integer(call->request, "Limit", &limit);
    if (limit < 1 || limit > MOST) limit = MOST;
    if (!dynox__catalog_list(call, after, (size_t)limit + 1, names, &count)) return false;
    bool more = count > (size_t)limit;
    if (more) count = (size_t)limit;
    dynox__buffer_text(call->answer, "{\"TableNames\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(call->answer, ',');
        dynox__values_write_text(call->answer, names[i], strlen(names[i]));
    }
    dynox__buffer_byte(call->answer, ']');
    if (more) {
        dynox__buffer_text(call->answer, ",\"LastEvaluatedTableName\":");
        dynox__values_write_text(call->answer, names[count - 1], strlen(names[count - 1]));
    }
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}
