/* All operations there are: DynamoDB's 58 and the four of its streams. */
#ifndef DYNOX_LOCAL_OPERATION_OPERATIONS_H
#define DYNOX_LOCAL_OPERATION_OPERATIONS_H

#include "local/wire/call.h"

typedef struct dynox__local_operation {
    const char                *name;
    bool                       of_streams, writes; /* writes: it needs a writing transaction of the store */
    dynox__local_operation_fn *run;                /* NULL: not offered here, and a clear error says so */
} dynox__local_operation;

/* NULL: no such operation. */
const dynox__local_operation *dynox__local_operation_of(const char *name, size_t length, bool of_streams);

/* Does it need a writing transaction for this request? SELECTs do not. */
bool dynox__local_operation_writes(const dynox__local_operation *operation, const dynox__tree *request);

/* One family a file. */
dynox__local_operation_fn dynox__local_get_item, dynox__local_put_item, dynox__local_update_item,
    dynox__local_delete_item;                                                     /* item.c */
dynox__local_operation_fn dynox__local_query;                                     /* query.c */
dynox__local_operation_fn dynox__local_scan;                                      /* scan.c */
dynox__local_operation_fn dynox__local_batch_get, dynox__local_batch_write;       /* batch.c */
dynox__local_operation_fn dynox__local_transact_get, dynox__local_transact_write; /* transact.c */
dynox__local_operation_fn dynox__local_create_table, dynox__local_describe_table, dynox__local_delete_table,
    dynox__local_list_tables, dynox__local_update_table; /* table.c, update_table.c */
dynox__local_operation_fn dynox__local_update_time_to_live, dynox__local_describe_time_to_live,
    dynox__local_describe_continuous_backups, dynox__local_update_continuous_backups, dynox__local_get_resource_policy,
    dynox__local_put_resource_policy, dynox__local_delete_resource_policy; /* settings.c */
dynox__local_operation_fn dynox__local_tag_resource, dynox__local_untag_resource, dynox__local_list_tags; /* tags.c */
/* Of what a new account has none of: account.c. */
dynox__local_operation_fn dynox__local_describe_limits, dynox__local_describe_endpoints, dynox__local_list_exports,
    dynox__local_list_imports, dynox__local_list_global_tables, dynox__local_describe_replica_scaling,
    dynox__local_describe_export, dynox__local_describe_import, dynox__local_describe_global_table;
dynox__local_operation_fn dynox__local_create_backup, dynox__local_delete_backup, dynox__local_describe_backup,
    dynox__local_list_backups, dynox__local_restore_backup, dynox__local_restore_to_time; /* backups.c, restore.c */
/* Of who looks at a table from outside: kept, and nobody is sent anything (watchers.c). */
dynox__local_operation_fn dynox__local_list_contributor_insights, dynox__local_describe_contributor_insights,
    dynox__local_update_contributor_insights, dynox__local_describe_kinesis, dynox__local_enable_kinesis,
    dynox__local_disable_kinesis, dynox__local_update_kinesis;
dynox__local_operation_fn dynox__local_search_vectors; /* search.c */
dynox__local_operation_fn dynox__local_list_streams, dynox__local_describe_stream, dynox__local_get_shard_iterator,
    dynox__local_get_records; /* streams.c */
dynox__local_operation_fn dynox__local_execute_statement, dynox__local_batch_execute_statement,
    dynox__local_execute_transaction; /* statement.c, statements.c */

#endif
