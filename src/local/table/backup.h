/* What a table was: backups, which are tables without indexes that nobody sees, and the history by which one goes back.
 */
#ifndef DYNOX_LOCAL_TABLE_BACKUP_H
#define DYNOX_LOCAL_TABLE_BACKUP_H

#include "local/table/table.h"

typedef struct dynox__backup {
    const dynox__table *table; /* as it was, in the arena of the call; NULL: there is no such backup */
    const char         *name;
    uint32_t            number; /* of the space of its items */
    int64_t             made_us;
    uint64_t            items, bytes;
} dynox__backup;

bool dynox__backup_make(dynox__local_call *call, const dynox__table *table, const char *name, dynox__backup *backup);
bool dynox__backup_remove(dynox__local_call *call, const dynox__backup *backup);

/* The one behind that, by name of table and age; `table` NULL: the first. */
bool dynox__backup_next(dynox__local_call *call, const char *table, uint32_t number, dynox__backup *backup);
bool dynox__backup_find(dynox__local_call *call, const char *arn, dynox__backup *backup);
void dynox__backup_arn(const dynox__local_call *call, const dynox__backup *backup, dynox__buffer *buffer);

/* Puts all items of a space of items of a table `like` that into another, empty table. */
bool dynox__table_fill(dynox__local_call *call, const dynox__table *like, uint32_t space, const dynox__table *to);

/* ---- history: kept for 35 days while table->history_us is set ---- */

enum { DYNOX__HISTORY_DAYS = 35 };

/* The first time to which one can go back. */
int64_t dynox__history_first_us(int64_t now_us, const dynox__table *table);
/* Makes of a copy of the table's items what they were at that time. */
bool dynox__history_undo(dynox__local_call *call, const dynox__table *table, int64_t to_us, const dynox__table *copy);

#endif
