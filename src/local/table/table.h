/* Tables as the engine keeps them: what they are, which entries of the store belong to an item, and the one way of
 * changing an item. Knows nothing of requests. */
#ifndef DYNOX_LOCAL_TABLE_TABLE_H
#define DYNOX_LOCAL_TABLE_TABLE_H

#include "local/wire/call.h"
#include "local/wire/values.h"

enum { DYNOX__MOST_KEY_PARTS = 4 }; /* of each, in a global index; a table has one */

typedef struct dynox__key_part {
    const char *name;
    uint32_t    length;
    uint8_t     type; /* DYNOX_S, DYNOX_N or DYNOX_B */
} dynox__key_part;

typedef struct dynox__key_schema {
    dynox__key_part partition[DYNOX__MOST_KEY_PARTS], sort[DYNOX__MOST_KEY_PARTS];
    unsigned        partition_count, sort_count;
} dynox__key_schema;

typedef enum dynox__index_projection { DYNOX__PROJECT_ALL, DYNOX__PROJECT_KEYS, DYNOX__PROJECT_INCLUDE } dynox__index_projection;

typedef struct dynox__index {
    const char             *name;
    uint32_t                number; /* of its space within the table; from 1 */
    bool                    is_global, is_backfilling;
    uint8_t                 status; /* dynox__table_status */
    dynox__index_projection projection;
    const char *const      *included; /* names, if PROJECT_INCLUDE */
    size_t                  included_count;
    dynox__key_schema       key;
    uint64_t                items, bytes;
} dynox__index;

typedef enum dynox__table_status {
    DYNOX__TABLE_CREATING,
    DYNOX__TABLE_ACTIVE,
    DYNOX__TABLE_UPDATING,
    DYNOX__TABLE_DELETING
} dynox__table_status;

/* Constant once it is in the catalog: a change makes another one. Valid while the call runs. */
typedef struct dynox__table {
    const char          *name;
    uint32_t             number; /* of its spaces; never used again */
    dynox__table_status  status;
    dynox__key_schema    key;
    const dynox__index  *indexes;
    size_t               index_count;
    const char          *ttl_attribute; /* NULL: none */
    uint8_t              stream_view;   /* 0: no stream */
    const char          *description;   /* everything else, JSON as DescribeTable shows it */
} dynox__table;

/* ---- finding ---- */

/* By name or ARN, as requests give it. NULL: RESOURCE_NOT_FOUND is set (also of one that is CREATING, where the operation
 * needs ACTIVE ones). */
const dynox__table *dynox__table_find(dynox__local_call *call, const dynox__tree *name);
/* NULL: VALIDATION, "The table does not have the specified index: NAME". */
const dynox__index *dynox__table_index(dynox__local_call *call, const dynox__table *table, const char *name);

/* ---- keys ---- */

/* Is this a whole key of the table, and nothing else? ("The provided key element does not match the schema") */
bool dynox__table_check_key(dynox__local_call *call, const dynox__table *table, const dynox_item *key);
/* Has this item a key, and have the keys of indexes their types? ("... Missing the key pk in the item", ...) */
bool dynox__table_check_item(dynox__local_call *call, const dynox__table *table, const dynox_item *item);
/* The key attributes of an item, in the arena. */
bool dynox__table_key_of(dynox__local_call *call, const dynox__table *table, const dynox_item *item, dynox_item *key);

/* ---- places in the store ----
 * Of an item: table number, index 0, hash of the partition key, partition key, sort key. Of an entry of an index: table
 * number, index number, hash, the index' keys, the table's keys. */
void dynox__table_place(const dynox__table *table, const dynox_item *item, dynox__buffer *key);
/* false: the item is not in the index. */
bool dynox__index_place(const dynox__table *table, const dynox__index *index, const dynox_item *item,
                        dynox__buffer *key);
/* Up to the partition key: where all items of one partition lie. index NULL: of the table. `values`: one each part. */
void dynox__partition_place(const dynox__table *table, const dynox__index *index, const dynox_value *values,
                            dynox__buffer *key);

/* ---- items ---- */

/* An item as it is stored: its size in a header, then canonical JSON. */
typedef struct dynox__stored {
    const char *json; /* NULL: there is none */
    size_t      length;
    size_t      size; /* the service's measure */
} dynox__stored;

dynox__stored dynox__stored_of(dynox__bytes value);
/* Its values, in the arena; they do not borrow what is stored. */
bool dynox__stored_read(dynox__local_call *call, const dynox__stored *stored, dynox_item *item);

bool dynox__table_get(dynox__local_call *call, const dynox__table *table, const dynox_item *key, dynox__stored *stored);

/* What a write touched, for capacity: units are counted from these. */
typedef struct dynox__written {
    size_t   before, after;      /* sizes in the table; 0: there was none */
    struct {
        size_t before, after;    /* sizes in the index; 0 and 0: not touched */
    } indexes[25];               /* as in table->indexes */
} dynox__written;

/* The one way: puts `after` where `before` was (one of them may be NULL, not both), with all entries of indexes, the
 * record of the stream, and counts. Both have the same key. Checks the size (400 KB: "Item size has exceeded the maximum
 * allowed size") . `by_ttl`: the record says that the service removed it. */
bool dynox__table_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                         const dynox_item *after, bool by_ttl, dynox__written *written);

/* ---- capacity ---- */

typedef enum dynox__capacity_detail { DYNOX__CAPACITY_NONE, DYNOX__CAPACITY_TOTAL, DYNOX__CAPACITY_INDEXES } dynox__capacity_detail;

/* Sums up what a request consumes of one table; half units are counted as 1. */
typedef struct dynox__consumed {
    const dynox__table *table;
    uint64_t            read, write; /* in halves, of the table itself */
    struct {
        uint64_t read, write;
    } indexes[25];
} dynox__consumed;

/* `factor` 2: in a transaction. */
void dynox__consume_write(dynox__consumed *consumed, const dynox__written *written, unsigned factor);
/* index NULL: the table. */
void dynox__consume_read(dynox__consumed *consumed, const dynox__index *index, size_t bytes, bool consistent,
                         unsigned factor);
dynox__capacity_detail dynox__capacity_wanted(const dynox__tree *request); /* ReturnConsumedCapacity */
/* {"TableName":...,"CapacityUnits":...}; nothing if NONE. */
void dynox__capacity_write(dynox__buffer *answer, const dynox__consumed *consumed, dynox__capacity_detail detail,
                           bool in_transaction);

#endif
