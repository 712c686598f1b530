/* Tables as the engine keeps them: what they are, which entries of the store belong to an item, and the one way of
 * changing an item. Knows nothing of requests. */
#ifndef DYNOX_LOCAL_TABLE_TABLE_H
#define DYNOX_LOCAL_TABLE_TABLE_H

#include "local/wire/call.h"
#include "local/wire/values.h"

/* The first part of every key in the store. Those of tables, indexes and streams follow, each with a number of its own.
 */
typedef enum dynox__space {
    DYNOX__SPACE_COUNTERS = 1, /* numbers that only go up */
    DYNOX__SPACE_TABLES,       /* name: what the table is */
    DYNOX__SPACE_COUNTS,       /* number of a table or index: how many items and bytes it has */
    DYNOX__SPACE_DROPPED,      /* number of a space that is to be emptied */
    DYNOX__SPACE_EXPIRY,       /* number of the space of a queue of what expires: name of its table */
    DYNOX__SPACE_LATE,         /* time, number: what a global index has still to learn */
    DYNOX__SPACE_TOKENS,       /* of transactions: operation/transact.c's own */
    DYNOX__SPACE_STREAMS,      /* name of a table, number of a stream: what it is */
    DYNOX__SPACE_BACKUPS,      /* name of a table, number of a space: what it was */
    DYNOX__SPACE_HISTORY,      /* number of a table, number of a change: what was before it */
    DYNOX__SPACE_FIRST = 16
} dynox__space;

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

typedef enum dynox__index_projection {
    DYNOX__PROJECT_ALL,
    DYNOX__PROJECT_KEYS,
    DYNOX__PROJECT_INCLUDE
} dynox__index_projection;

typedef enum dynox__table_status {
    DYNOX__TABLE_CREATING,
    DYNOX__TABLE_ACTIVE,
    DYNOX__TABLE_UPDATING,
    DYNOX__TABLE_DELETING
} dynox__table_status;

/* What was provisioned (zero: on demand), and when that changed; times in microseconds, 0: never. */
typedef struct dynox__throughput {
    int64_t read, write, decreases, increased_us, decreased_us;
} dynox__throughput;

typedef struct dynox__on_demand {
    int64_t read, write; /* the most; -1: no limit; both 0: never said */
} dynox__on_demand;

typedef struct dynox__index {
    const char             *name;
    uint32_t                number; /* of its space in the store; never used again */
    bool                    is_global;
    dynox__table_status     status;   /* CREATING: it is being filled, and cannot be read */
    int64_t                 ready_us; /* when that ends */
    dynox__index_projection projection;
    const char *const      *included; /* names, if PROJECT_INCLUDE */
    size_t                  included_count;
    dynox__key_schema       key;
    dynox__throughput       throughput;
    dynox__on_demand        on_demand;
} dynox__index;

typedef enum dynox__stream_view {
    DYNOX__STREAM_NONE,
    DYNOX__STREAM_KEYS,
    DYNOX__STREAM_NEW,
    DYNOX__STREAM_OLD,
    DYNOX__STREAM_BOTH
} dynox__stream_view;

enum { DYNOX__MOST_INDEXES = 25 }; /* 20 global ones and 5 local ones */

typedef enum dynox__distance { DYNOX__COSINE, DYNOX__DOT_PRODUCT, DYNOX__EUCLIDEAN } dynox__distance;

/* An index of vectors. It holds nothing: a search looks at the items. */
typedef struct dynox__vector_index {
    dynox__index           index;       /* its key is the table's; included: also `attribute` and the schema's */
    size_t                 given_count; /* of the included ones, the first: NonKeyAttributes */
    const char            *attribute;
    int64_t                dimensions;
    dynox__distance        distance;
    const dynox__key_part *schema; /* attributes that a search may ask about; the first may be HASH */
    size_t                 schema_count;
    bool                   has_hash;
} dynox__vector_index;

enum { DYNOX__MOST_VECTORS = 20 };

/* Constant: a change makes another one (catalog.h). Valid while the call runs that asked for it. */
typedef struct dynox__table {
    const char                *name, *id; /* id: a UUID */
    uint32_t                   number;    /* of the space of its items in the store; never used again */
    dynox__table_status        status;
    int64_t                    created_us, ready_us; /* ready: when CREATING, UPDATING or DELETING ends */
    dynox__key_schema          key;
    const dynox__key_part     *attributes; /* AttributeDefinitions, in the order given */
    size_t                     attribute_count;
    const dynox__index        *indexes; /* local ones first */
    size_t                     index_count;
    const dynox__vector_index *vectors;
    size_t                     vector_count;
    bool                       is_on_demand, was_on_demand, is_protected;
    int64_t                    on_demand_us; /* since when */
    dynox__throughput          throughput;
    dynox__on_demand           on_demand;
    const char                *class_name;     /* "STANDARD_INFREQUENT_ACCESS"; NULL: nothing said */
    const char                *encryption_key; /* NULL: DynamoDB's own */
    const char                *ttl_attribute;  /* NULL: none */
    uint32_t                   ttl_space;      /* of its queue: time, place of the item */
    dynox__stream_view         stream_view;    /* of the stream that it has now */
    uint32_t                   stream;         /* its space; 0: it never had one */
    int64_t                    stream_us;      /* when that was made: its label */
    int64_t                    history_us;     /* since when point-in-time recovery is on; 0: it is not */
    int64_t                    history_days;   /* how far back it goes */
    const char                *tags;           /* JSON: [{"Key":...,"Value":...}]; NULL: none */
    const char                *policy;         /* JSON of its resource policy as text; NULL: none */
    const char *insights; /* ",.,INDEX,": what contributor insights were switched on for, "." the table; NULL: none */
    const char *destinations;  /* ",ARN,ARN,": Kinesis streams; NULL: none */
    const char *restored_from; /* ARN of a backup or of a table that it was restored from; NULL: it was not */
    int64_t     restored_us;   /* to which time */
} dynox__table;

/* ---- finding ---- */

/* A table whose items can be read and written, by name or ARN, as requests give it. NULL: RESOURCE_NOT_FOUND is set
 * (also of one that is CREATING or DELETING), or what the store failed with. */
const dynox__table *dynox__table_find(dynox__local_call *call, const dynox__tree *name);
/* For reading. NULL: VALIDATION, "The table does not have the specified index: NAME", or it is being filled. */
const dynox__index *dynox__table_index(dynox__local_call *call, const dynox__table *table, const char *name);

/* ---- keys ---- */

/* Is this a whole key of the table, and nothing else? ("The provided key element does not match the schema") */
bool dynox__table_check_key(dynox__local_call *call, const dynox__table *table, const dynox_item *key);
/* Has this item a key, and have the keys of indexes their types? ("... Missing the key pk in the item", ...) */
bool dynox__table_check_item(dynox__local_call *call, const dynox__table *table, const dynox_item *item);
/* The same of what an update has made, in its words; the table's key is not looked at. */
bool dynox__table_check_updated(dynox__local_call *call, const dynox__table *table, const dynox_item *item);
/* The key attributes of an item, in the arena. */
bool dynox__table_key_of(dynox__local_call *call, const dynox__table *table, const dynox_item *item, dynox_item *key);

/* ---- places in the store ----
 * Of an item: the table's space, hash of the partition key, partition key, sort key. Of an entry of an index: the
 * index' space, hash, the index' keys, the table's keys. A failure is the buffer's. */
void dynox__table_place(const dynox__table *table, const dynox_item *item, dynox__buffer *key);
/* false: the item is not in the index. */
bool dynox__index_place(const dynox__table *table, const dynox__index *index, const dynox_item *item,
                        dynox__buffer *key);
/* Up to the partition key: where all items of one partition lie. index NULL: of the table. `values`: one each part, of
 * its type. */
void dynox__partition_place(const dynox__table *table, const dynox__index *index, const dynox_value *values,
                            dynox__buffer *key);
/* Where all items of the table, or all entries of the index, begin; behind it comes the hash (dynox__key_add_u64), by
 * which segments of a parallel scan are cut. */
void dynox__space_place(const dynox__table *table, const dynox__index *index, dynox__buffer *key);

/* ---- items ---- */

/* An item as it is stored: its size in a header, then canonical JSON. */
typedef struct dynox__stored {
    const char *json; /* NULL: there is none */
    size_t      length;
    size_t      size; /* the service's measure */
} dynox__stored;

dynox__stored dynox__stored_of(dynox__bytes value);
/* The same of what a cursor found in an index: what the index shows of the item. false: the store failed. */
bool dynox__stored_entry(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                         dynox__bytes value, dynox__stored *stored);
/* Its values, in the arena; they do not borrow what is stored. */
bool dynox__stored_read(dynox__local_call *call, const dynox__stored *stored, dynox_item *item);

bool dynox__table_get(dynox__local_call *call, const dynox__table *table, const dynox_item *key, dynox__stored *stored);

/* What a write touched, for capacity: units are counted from these. */
typedef struct dynox__written {
    size_t before, after; /* sizes in the table; 0: there was none */
    struct {
        size_t before, after;       /* sizes in the index; 0 and 0: not touched */
        bool   moved;               /* to another place: removed and put */
    } indexes[DYNOX__MOST_INDEXES]; /* as in table->indexes */
} dynox__written;

/* The one way: puts `after` where `before` was (one of them may be NULL, not both), with all entries of indexes, the
 * record of the stream, and counts. Both have the same key. Checks the size (400 KB: "Item size has exceeded the
 * maximum allowed size") . `by_ttl`: the record says that the service removed it. */
bool dynox__table_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                         const dynox_item *after, bool by_ttl, dynox__written *written);

/* What the index shows of the item: the item itself, or some of its attributes, in the arena. */
bool dynox__index_project(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                          const dynox_item *item, dynox_item *projected);

/* ---- capacity ---- */

typedef enum dynox__capacity_detail {
    DYNOX__CAPACITY_NONE,
    DYNOX__CAPACITY_TOTAL,
    DYNOX__CAPACITY_INDEXES
} dynox__capacity_detail;

/* Sums up what a request consumes of one table; half units are counted as 1. */
typedef struct dynox__consumed {
    const dynox__table *table;
    uint64_t            read, write; /* in halves, of the table itself */
    struct {
        uint64_t read, write;
    } indexes[DYNOX__MOST_INDEXES];
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
