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

/* One family a file. */
dynox__local_operation_fn dynox__local_get_item, dynox__local_put_item, dynox__local_update_item,
    dynox__local_delete_item;                                          /* item.c */
dynox__local_operation_fn dynox__local_query;                          /* query.c */
dynox__local_operation_fn dynox__local_scan;                           /* scan.c */
dynox__local_operation_fn dynox__local_batch_get, dynox__local_batch_write;        /* batch.c */
dynox__local_operation_fn dynox__local_transact_get, dynox__local_transact_write;  /* transact.c */
dynox__local_operation_fn dynox__local_create_table, dynox__local_describe_table, dynox__local_update_table,
    dynox__local_delete_table, dynox__local_list_tables;               /* table.c */

#endif
