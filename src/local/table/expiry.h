/* What waits for its time: each function does the first thing of its queue, if that is due. */
#ifndef DYNOX_LOCAL_TABLE_EXPIRY_H
#define DYNOX_LOCAL_TABLE_EXPIRY_H

#include "local/table/table.h"

/* When the item expires, in seconds; 0: never. */
int64_t dynox__expiry_of(const dynox__local_call *call, const dynox__table *table, const dynox_item *item);

/* When the setting is switched on: all items are queued in table->ttl_space, a new one; and off, or the table goes. */
bool dynox__expiry_begin(dynox__local_call *call, const dynox__table *table);
bool dynox__expiry_end(dynox__local_call *call, const dynox__table *table);

/* *any: it did something, and there may be more; else *due_us is when there will be (INT64_MAX: nothing waits). */
bool dynox__expiry_next(dynox__local_call *call, bool *any, int64_t *due_us); /* items that expire */
bool dynox__late_next(dynox__local_call *call, bool *any, int64_t *due_us);   /* what indexes learn late */
bool dynox__dropped_next(dynox__local_call *call, bool *any, int64_t *due_us);
bool dynox__trim_next(dynox__local_call *call, bool *any, int64_t *due_us);    /* records of streams (stream.c) */
bool dynox__history_next(dynox__local_call *call, bool *any, int64_t *due_us); /* what is too old to go back to */

#endif
