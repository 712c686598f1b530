/* What the files about tables do with the store, in their own words: failures become refusals of the call. */
#ifndef DYNOX_LOCAL_TABLE_KEEP_H
#define DYNOX_LOCAL_TABLE_KEEP_H

#include "local/table/table.h"

/* A key or a value in the making: small ones need no memory of their own. Free it. */
#define DYNOX__ROOM(buffer, size)                                                                                      \
    char          buffer##_room[size];                                                                                 \
    dynox__buffer buffer = {.data = buffer##_room, .capacity = sizeof buffer##_room, .borrowed = true}

static inline dynox__bytes dynox__bytes_of(const dynox__buffer *buffer)
{
    return (dynox__bytes){buffer->data, buffer->size};
}

/* Each: false, with the refusal set, if the store or memory fails. */
bool dynox__keep_get(dynox__local_call *call, const dynox__buffer *key, dynox__bytes *value);
bool dynox__keep_put(dynox__local_call *call, const dynox__buffer *key, const dynox__buffer *value);
bool dynox__keep_remove(dynox__local_call *call, const dynox__buffer *key);

/* The first entry at or behind the key that begins with its first `prefix` bytes; both copied to the arena. key.data
 * NULL: there is none. */
bool dynox__keep_first(dynox__local_call *call, const dynox__buffer *key, size_t prefix, dynox__store_entry *entry);

/* The same of the last one at or before the key. */
bool dynox__keep_near(dynox__local_call *call, const dynox__buffer *key, size_t prefix, bool backwards,
                      dynox__store_entry *entry);

/* Numbers that only go up, one for each purpose: the next one of them, from 1. */
typedef enum dynox__counter { DYNOX__COUNTER_SPACES = 1, DYNOX__COUNTER_EVENTS } dynox__counter;
bool dynox__keep_counted(dynox__local_call *call, dynox__counter counter, uint64_t *number); /* the last one given */
bool dynox__keep_count(dynox__local_call *call, dynox__counter counter, uint64_t *number);

void     dynox__buffer_u64(dynox__buffer *buffer, uint64_t number); /* big-endian */
uint64_t dynox__u64_at(const void *bytes);
uint32_t dynox__u32_at(const void *bytes);

/* ---- items and bytes that a table or an index has, by the number of its space ---- */
typedef struct dynox__counts {
    uint64_t items, bytes;
} dynox__counts;
bool dynox__counts_get(dynox__local_call *call, uint32_t space, dynox__counts *counts);
bool dynox__counts_add(dynox__local_call *call, uint32_t space, int64_t items, int64_t bytes);

/* ---- items as they are stored (item.c) ---- */
enum { DYNOX__STORED_HEADER = 4 };
void dynox__stored_write(dynox__buffer *buffer, const dynox_item *item, size_t size);
/* What says: as the item of the table with this key. */
void dynox__stored_refer(dynox__buffer *buffer, const dynox__table *table, const dynox_item *item, size_t size);

/* Calls `each` with every item, in an arena that lives as long as that call does; it may write. Ends with its first
 * false.
 */
bool dynox__table_each(dynox__local_call *call, const dynox__table                                    *table,
                       bool (*each)(dynox__local_call *call, void *arg, const dynox_item *item), void *arg);
/* Copies the texts of a refusal into the call's arena: they may be in another one, which ends now. */
void dynox__keep_refusal(dynox__local_call *call);

/* Nobody asks for what lies in this space any more: it is emptied bit by bit (upkeep.c). */
bool dynox__space_drop(dynox__local_call *call, uint32_t number);

/* ---- parts of a change (index.c, stream.c, expiry.c, history.c); before or after may be NULL ---- */
bool dynox__index_change(dynox__local_call *call, const dynox__table *table, size_t at, const dynox_item *before,
                         const dynox_item *after, dynox__written *written);
/* Counts the items that indexes of vectors have (vector.c). */
bool dynox__vector_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after);
/* Puts entries of an index for all items that there are. */
bool dynox__index_fill(dynox__local_call *call, const dynox__table *table, const dynox__index *index);
/* What was before, for who wants to go back (history.c). */
bool dynox__history_note(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                         const dynox__buffer *place);
bool dynox__stream_record(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after, bool by_ttl);
bool dynox__expiry_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after, const dynox__buffer *place);

#endif
