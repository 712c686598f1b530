/* The table of all operations. */
#include "local/operation/operations.h"
#include "local/partiql/partiql.h"
#include <string.h>

/* In order of their names. */
static const dynox__local_operation of_tables[] = {
    {"BatchExecuteStatement", false, true, dynox__local_batch_execute_statement},
    {"BatchGetItem", false, false, dynox__local_batch_get},
    {"BatchWriteItem", false, true, dynox__local_batch_write},
    {"CreateBackup", false, true, dynox__local_create_backup},
    {"CreateGlobalTable", false, true, NULL},
    {"CreateTable", false, true, dynox__local_create_table},
    {"DeleteBackup", false, true, dynox__local_delete_backup},
    {"DeleteItem", false, true, dynox__local_delete_item},
    {"DeleteResourcePolicy", false, true, dynox__local_delete_resource_policy},
    {"DeleteTable", false, true, dynox__local_delete_table},
    {"DescribeBackup", false, false, dynox__local_describe_backup},
    {"DescribeContinuousBackups", false, false, dynox__local_describe_continuous_backups},
    {"DescribeContributorInsights", false, false, dynox__local_describe_contributor_insights},
    {"DescribeEndpoints", false, false, dynox__local_describe_endpoints},
    {"DescribeExport", false, false, dynox__local_describe_export},
    {"DescribeGlobalTable", false, false, dynox__local_describe_global_table},
    {"DescribeGlobalTableSettings", false, false, dynox__local_describe_global_table},
    {"DescribeImport", false, false, dynox__local_describe_import},
    {"DescribeKinesisStreamingDestination", false, false, dynox__local_describe_kinesis},
    {"DescribeLimits", false, false, dynox__local_describe_limits},
    {"DescribeTable", false, false, dynox__local_describe_table},
    {"DescribeTableReplicaAutoScaling", false, false, dynox__local_describe_replica_scaling},
    {"DescribeTimeToLive", false, false, dynox__local_describe_time_to_live},
    {"DisableKinesisStreamingDestination", false, true, dynox__local_disable_kinesis},
    {"EnableKinesisStreamingDestination", false, true, dynox__local_enable_kinesis},
    {"ExecuteStatement", false, true, dynox__local_execute_statement},
    {"ExecuteTransaction", false, true, dynox__local_execute_transaction},
    {"ExportTableToPointInTime", false, true, NULL},
    {"GetItem", false, false, dynox__local_get_item},
    {"GetResourcePolicy", false, false, dynox__local_get_resource_policy},
    {"ImportTable", false, true, NULL},
    {"ListBackups", false, false, dynox__local_list_backups},
    {"ListContributorInsights", false, false, dynox__local_list_contributor_insights},
    {"ListExports", false, false, dynox__local_list_exports},
    {"ListGlobalTables", false, false, dynox__local_list_global_tables},
    {"ListImports", false, false, dynox__local_list_imports},
    {"ListTables", false, false, dynox__local_list_tables},
    {"ListTagsOfResource", false, false, dynox__local_list_tags},
    {"PutItem", false, true, dynox__local_put_item},
    {"PutResourcePolicy", false, true, dynox__local_put_resource_policy},
    {"Query", false, false, dynox__local_query},
    {"RestoreTableFromBackup", false, true, dynox__local_restore_backup},
    {"RestoreTableToPointInTime", false, true, dynox__local_restore_to_time},
    {"Scan", false, false, dynox__local_scan},
    {"SearchVectors", false, false, dynox__local_search_vectors},
    {"TagResource", false, true, dynox__local_tag_resource},
    {"TransactGetItems", false, false, dynox__local_transact_get},
    {"TransactWriteItems", false, true, dynox__local_transact_write},
    {"UntagResource", false, true, dynox__local_untag_resource},
    {"UpdateContinuousBackups", false, true, dynox__local_update_continuous_backups},
    {"UpdateContributorInsights", false, true, dynox__local_update_contributor_insights},
    {"UpdateGlobalTable", false, true, NULL},
    {"UpdateGlobalTableSettings", false, true, NULL},
    {"UpdateItem", false, true, dynox__local_update_item},
    {"UpdateKinesisStreamingDestination", false, true, dynox__local_update_kinesis},
    {"UpdateTable", false, true, dynox__local_update_table},
    {"UpdateTableReplicaAutoScaling", false, true, NULL},
    {"UpdateTimeToLive", false, true, dynox__local_update_time_to_live},
};

static const dynox__local_operation of_streams[] = {
    {"DescribeStream", true, false, dynox__local_describe_stream},
    {"GetRecords", true, false, dynox__local_get_records},
    {"GetShardIterator", true, false, dynox__local_get_shard_iterator},
    {"ListStreams", true, false, dynox__local_list_streams},
};

const dynox__local_operation *dynox__local_operation_of(const char *name, size_t length, bool streams)
{
    const dynox__local_operation *all = streams ? of_streams : of_tables;
    size_t first = 0, end = streams ? sizeof of_streams / sizeof *of_streams : sizeof of_tables / sizeof *of_tables;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int    order  = strncmp(name, all[middle].name, length);
        if (order == 0 && !all[middle].name[length]) return &all[middle];
        if (order <= 0)
            end = middle;
        else
            first = middle + 1;
    }
    return NULL;
}

/* Of one statement, or of a list of them: are all of them SELECTs? */
static bool all_select(const dynox__tree *request)
{
    static const char *const lists[] = {"Statements", "TransactStatements"};
    const dynox__tree       *one     = dynox__tree_member(request, "Statement");
    if (one) return dynox__partiql_selects(one);
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !one; i++)
        one = dynox__tree_member(request, lists[i]);
    for (one = one ? one->first : NULL; one; one = one->next)
        if (!dynox__partiql_selects(dynox__tree_member(one, "Statement"))) return false;
    return true;
}

bool dynox__local_operation_writes(const dynox__local_operation *operation, const dynox__tree *request)
{
    bool of_statements = operation->run == dynox__local_execute_statement ||
                         operation->run == dynox__local_batch_execute_statement ||
                         operation->run == dynox__local_execute_transaction;
    return operation->writes && !(of_statements && all_select(request));
}
