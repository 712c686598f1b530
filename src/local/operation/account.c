/* What a new account answers: it has no exports, imports, global tables, and the limits of everybody. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"

static bool answer(dynox__local_call *call, const char *json)
{
    dynox__buffer_text(call->answer, json);
    return dynox__local_answered(call);
}

/* {"TableName":"t" and more, a comma in front */
static bool answer_of_table(dynox__local_call *call, const char *begin, const char *rest)
{
    const dynox__table *table = dynox__local_table_named(call, "TableName");
    if (!table) return false;
    dynox__buffer_text(call->answer, begin);
    dynox__buffer_text(call->answer, "\"TableName\":");
    dynox__values_write_text(call->answer, table->name, strlen(table->name));
    return answer(call, rest);
}

static bool refuse_name(dynox__local_call *call, dynox__refusal_type type, const char *what, const char *member)
{
    const char *name = dynox__tree_text(call->request, member);
    return dynox__refuse(&call->refusal, call->arena, type, "%s not found: %s", what, name ? name : "");
}

bool dynox__local_describe_limits(dynox__local_call *call)
{
    return answer(call, "{\"AccountMaxReadCapacityUnits\":80000,\"AccountMaxWriteCapacityUnits\":80000,"
                        "\"TableMaxReadCapacityUnits\":40000,\"TableMaxWriteCapacityUnits\":40000}");
}

bool dynox__local_describe_endpoints(dynox__local_call *call)
{
    const char *region = call->settings->region;
    dynox__buffer_format(call->answer,
                         "{\"Endpoints\":[{\"Address\":\"dynamodb.%s.amazonaws.com\","
                         "\"CachePeriodInMinutes\":1440}]}",
                         *region ? region : "ddblocal");
    return answer(call, "");
}

bool dynox__local_list_exports(dynox__local_call *call)
{
    return answer(call, "{\"ExportSummaries\":[]}");
}

bool dynox__local_list_imports(dynox__local_call *call)
{
    return answer(call, "{\"ImportSummaryList\":[]}");
}

bool dynox__local_list_global_tables(dynox__local_call *call)
{
    return answer(call, "{\"GlobalTables\":[]}");
}

bool dynox__local_describe_replica_scaling(dynox__local_call *call)
{
    return answer_of_table(call, "{\"TableAutoScalingDescription\":{", ",\"TableStatus\":\"ACTIVE\",\"Replicas\":[]}}");
}

bool dynox__local_describe_export(dynox__local_call *call)
{
    return refuse_name(call, DYNOX__REFUSAL_EXPORT_NOT_FOUND, "Export", "ExportArn");
}

bool dynox__local_describe_import(dynox__local_call *call)
{
    return refuse_name(call, DYNOX__REFUSAL_IMPORT_NOT_FOUND, "Import", "ImportArn");
}

bool dynox__local_describe_global_table(dynox__local_call *call)
{
    const char *name = dynox__tree_text(call->request, "GlobalTableName");
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_GLOBAL_TABLE_NOT_FOUND,
                         "Global table not found: Global table with name: '%s' does not exist.", name ? name : "");
}
