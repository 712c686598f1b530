/* The tables there are: each lies in the store as JSON, and the catalog has what was last read of it, so that it is
 * read once. What a transaction sees is what the store of that transaction holds: a table that another one has made, or
 * changed, and not committed is not seen, and what is aborted has never been there.
 *
 * Time makes CREATING tables ACTIVE: nothing has to be written for it. */
#ifndef DYNOX_LOCAL_TABLE_CATALOG_H
#define DYNOX_LOCAL_TABLE_CATALOG_H

#include "local/table/table.h"

/* NULL: out of memory. Any thread may use it. */
dynox__catalog *dynox__catalog_new(void);
void            dynox__catalog_free(dynox__catalog *catalog); /* no call may hold a table; NULL is fine */

/* Lets go of all tables that the call has used: to be called once the answer is written, whatever came of it. */
void dynox__catalog_release(dynox__local_call *call);

/* A table in any state. *table NULL: there is none. false: the store failed, or memory did. The name is one, not an
 * ARN.
 */
bool dynox__catalog_get(dynox__local_call *call, const char *name, size_t length, const dynox__table **table);
/* Keeps a table as it is to be from now on, or a new one. Borrows what it is given until it returns. */
bool dynox__catalog_put(dynox__local_call *call, const dynox__table *table);
bool dynox__catalog_remove(dynox__local_call *call, const dynox__table *table);

/* The names there are, in order, at most `most` of those behind `after` (NULL: from the beginning). */
bool dynox__catalog_list(dynox__local_call *call, const char *after, size_t most, const char **names, size_t *count);

/* A number for a new space: never given before. 0: the store failed. */
uint32_t dynox__catalog_number(dynox__local_call *call);

/* The name in what a request gives as TableName or as an ARN ("arn:aws:dynamodb:region:account:table/NAME..."). */
void dynox__catalog_name(const dynox__tree *given, const char **name, size_t *length);

/* ---- what is to be done as time passes: items that expire, indexes that follow late, spaces that were dropped,
 * records of streams that are a day old ---- */

/* When, of the engine's clock, dynox__table_upkeep should be called next: cheap, for any thread at any time. */
int64_t dynox__catalog_due_us(const dynox__catalog *catalog);
void    dynox__catalog_due_by(dynox__catalog *catalog, int64_t due_us); /* something is to be done by then */
void    dynox__catalog_set_due(dynox__catalog *catalog, int64_t due_us);
/* Does some of it, about `most` changes, in a writing transaction. *more: and there is more of it now. */
bool dynox__table_upkeep(dynox__local_call *call, unsigned most, bool *more);

#endif
