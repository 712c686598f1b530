/* What operations on tables have in common. */
#ifndef DYNOX_LOCAL_OPERATION_TABLES_H
#define DYNOX_LOCAL_OPERATION_TABLES_H

#include "local/operation/define.h"
#include "local/table/backup.h"
#include "local/table/catalog.h"
#include "local/table/definition.h"

/* How long things take by the engine's clock, if tables are slow. */
enum {
    DYNOX__SLOW_CREATE_MS   = 3000,
    DYNOX__SLOW_UPDATE_MS   = 2000,
    DYNOX__SLOW_BACKFILL_MS = 5000,
    DYNOX__SLOW_DELETE_MS   = 3000
};

/* The table that the member names or is the ARN of, in any state. NULL: "... Table: NAME not found". */
const dynox__table *dynox__local_table_named(dynox__local_call *call, const char *member);
/* The same with the words of operations on backups: "Table not found: NAME". */
const dynox__table *dynox__local_backed_table(dynox__local_call *call, const char *member);
/* The backup that BackupArn names. */
bool dynox__local_find_backup(dynox__local_call *call, dynox__backup *backup);
/* A time in seconds, with a fraction, as JSON has them: in microseconds. */
int64_t dynox__local_time_us(const dynox__tree *time, int64_t absent);
/* Gives a new table its spaces, identifier and times; `id` has to live as long as it does. */
bool dynox__local_number_table(dynox__defining *defining, char id[37]);
/* Is nothing going on with it? Else RESOURCE_IN_USE. */
bool dynox__local_table_idle(dynox__local_call *call, const dynox__table *table);
/* When something that begins now is done. */
int64_t dynox__local_ready_us(const dynox__local_call *call, int64_t slow_ms);
/* Has all of the answer been written? */
static inline bool dynox__local_answered(dynox__local_call *call)
{
    return !call->answer->failed || dynox__refuse_memory(&call->refusal);
}
/* {"MEMBER":{...}} */
bool dynox__local_answer_table(dynox__local_call *call, const char *member, const dynox__table *table);

#endif
