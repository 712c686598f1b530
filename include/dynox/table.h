/* Tables: create, describe, update, delete, list; and ping. Waiting for them is in wait.h. */
#ifndef DYNOX_TABLE_H
#define DYNOX_TABLE_H

#include <dynox/operation.h>
#include <dynox/stream.h>

DYNOX_EXTERN_C_BEGIN

/* ---- what a table is made of ---- */

/* An attribute that is part of a key: its name and DYNOX_S, DYNOX_N or DYNOX_B. */
typedef struct dynox_key_attribute {
    const char      *name; /* NULL: none */
    dynox_value_type type;
} dynox_key_attribute;

typedef enum dynox_billing { DYNOX_ON_DEMAND = 0, DYNOX_PROVISIONED } dynox_billing;

/* Capacity units a second. */
typedef struct dynox_throughput {
    int64_t read, write; /* 0: not set */
} dynox_throughput;

typedef enum dynox_projection {
    DYNOX_PROJECT_ALL = 0,
    DYNOX_PROJECT_KEYS, /* the keys of table and index */
    DYNOX_PROJECT_SOME  /* the keys and .projected */
} dynox_projection;

/* A secondary index. */
typedef struct dynox_index {
    const char         *name;
    dynox_key_attribute partition_key; /* of a local index: leave it out, it is the table's */
    dynox_key_attribute sort_key;
    dynox_key_attribute more_partition_keys[3]; /* global indexes with keys of several attributes */
    dynox_key_attribute more_sort_keys[3];
    dynox_projection    projection;
    const char *const  *projected; /* DYNOX_PROJECT_SOME: names of further attributes */
    size_t              projected_count;
    dynox_throughput    provisioned; /* global, DYNOX_PROVISIONED: 0 is 5 */
    dynox_throughput    on_demand_maximum;
    dynox_throughput    warm;
    /* when described: */
    const char *status; /* "ACTIVE", ...; NULL for local indexes */
    const char *arn;
    int64_t     item_count, size_bytes;
    bool        is_backfilling;
} dynox_index;

/* An index for SearchVectors. */
typedef struct dynox_vector_index {
    const char        *name;
    const char        *attribute;     /* that holds the vector */
    int64_t            dimensions;    /* 1 to 4096 */
    const char        *distance;      /* "COSINE", "DOT_PRODUCT" or "EUCLIDEAN" */
    const char        *partition_key; /* of the search schema (HASH); NULL: none */
    const char *const *filters;       /* of the search schema (INLINE_FILTER) */
    size_t             filter_count;
    dynox_projection   projection;
    const char *const *projected;
    size_t             projected_count;
    /* when described: */
    const char *status, *arn;
    int64_t     item_count, size_bytes;
    bool        is_backfilling;
} dynox_vector_index;

typedef enum dynox_stream_view {
    DYNOX_STREAM_OFF = 0,
    DYNOX_STREAM_KEYS,
    DYNOX_STREAM_NEW_IMAGE,
    DYNOX_STREAM_OLD_IMAGE,
    DYNOX_STREAM_NEW_AND_OLD_IMAGES
} dynox_stream_view;

typedef struct dynox_tag {
    const char *key, *value;
} dynox_tag;

/* A copy of a global table in another region. */
typedef struct dynox_replica {
    const char *region, *status, *arn;                      /* status: "ACTIVE", "CREATING", "CREATION_FAILED", ... */
    const char *status_description, *table_class, *kms_key; /* NULL: not told */
} dynox_replica;

/* A table as the service describes it. Freed with dynox_table_free, and then all of its texts are gone. A text that a
 * service does not tell is NULL. */
typedef struct dynox_table {
    const char               *name, *status, *arn, *id; /* status: "ACTIVE", "CREATING", ... */
    double                    created;                  /* seconds since 1970 */
    dynox_key_attribute       partition_key, sort_key;
    int64_t                   item_count, size_bytes; /* as of the last six hours or so */
    dynox_billing             billing;
    dynox_throughput          provisioned, on_demand_maximum, warm;
    const dynox_index        *global_indexes;
    size_t                    global_index_count;
    const dynox_index        *local_indexes;
    size_t                    local_index_count;
    dynox_stream_view         stream;
    const char               *stream_arn;  /* NULL: none */
    const char               *table_class; /* "STANDARD", "STANDARD_INFREQUENT_ACCESS"; NULL: not told */
    const char               *kms_key_arn; /* NULL: the service's own key */
    bool                      is_deletion_protected;
    const char               *json; /* the whole description, for what this struct does not have */
    void                     *owner_;
    const char               *stream_label; /* when the stream was switched on; NULL: there is none */
    const char               *kms_status;   /* "ENABLED", "ENABLING", ...; NULL: the service's own key */
    const dynox_replica      *replicas;
    size_t                    replica_count;
    const char               *consistency; /* over regions: "EVENTUAL", "STRONG"; NULL: not told */
    const dynox_vector_index *vector_indexes;
    size_t                    vector_index_count;
    const char               *restored_from; /* ARN of the backup or the table; NULL: it was not restored */
    bool                      is_restoring;
} dynox_table;

/* NULL is fine. */
DYNOX_API void dynox_table_free(dynox_table *table);

/* ---- CreateTable ---- */

typedef struct dynox_create_table_args {
    size_t                    size DYNOX_SIZE_(dynox_create_table_args);
    const char               *table;
    dynox_key_attribute       partition_key;
    dynox_table             **out;      /* sync_ only: the description, yours to free; may be NULL */
    dynox_key_attribute       sort_key; /* name NULL: none */
    dynox_billing             billing;
    dynox_throughput          provisioned; /* DYNOX_PROVISIONED: 0 is 5 */
    dynox_throughput          on_demand_maximum;
    dynox_throughput          warm;
    const dynox_index        *global_indexes;
    size_t                    global_index_count;
    const dynox_index        *local_indexes; /* at most 5; the table needs a sort key */
    size_t                    local_index_count;
    const dynox_vector_index *vector_indexes;
    size_t                    vector_index_count;
    dynox_stream_view         stream;
    const char               *table_class;    /* "STANDARD", "STANDARD_INFREQUENT_ACCESS" (or "STANDARD_IA") */
    bool                      kms_encryption; /* with the AWS managed key, or with .kms_key */
    const char               *kms_key;        /* id, ARN or alias of a customer managed key */
    bool                      deletion_protection;
    const char               *resource_policy; /* JSON */
    const dynox_tag          *tags;
    size_t                    tag_count;
    const char               *global_table_source_arn;
    const char               *global_table_settings_replication; /* "ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES" */
    DYNOX_CALL_FIELDS_
} dynox_create_table_args;

/* Starts to create a table; wait for it with dynox_wait_for_table_active. The future's value is a dynox_table to free.
 * Attribute definitions are derived from the keys. DYNOX_E_IN_USE: there is one of that name. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_create_table_with(dynox_client                  *client,
                                                               const dynox_create_table_args *args);
DYNOX_API dynox_status dynox_sync_create_table_with(dynox_client *client, const dynox_create_table_args *args);

/* ---- UpdateTable ---- */

/* What is not mentioned stays as it is. */
typedef enum dynox_switch { DYNOX_KEEP = 0, DYNOX_ON, DYNOX_OFF } dynox_switch;
typedef enum dynox_billing_change {
    DYNOX_KEEP_BILLING = 0,
    DYNOX_TO_ON_DEMAND,
    DYNOX_TO_PROVISIONED
} dynox_billing_change;

/* Other capacity for a global index. */
typedef struct dynox_index_change {
    const char      *name;
    dynox_throughput provisioned, on_demand_maximum, warm; /* as for the table */
} dynox_index_change;

typedef struct dynox_update_table_args {
    size_t                    size DYNOX_SIZE_(dynox_update_table_args);
    const char               *table;
    dynox_table             **out;       /* sync_ only: the description, yours to free; may be NULL */
    const dynox_index        *add_index; /* a global one. In a table with provisioned capacity, it needs .provisioned */
    const char               *remove_index;
    const dynox_index_change *change_indexes;
    size_t                    change_index_count;
    dynox_billing_change      billing;           /* DYNOX_TO_PROVISIONED: capacity that is 0 becomes 5 */
    dynox_throughput          provisioned;       /* both, or none */
    dynox_throughput          on_demand_maximum; /* -1: none any more */
    dynox_throughput          warm;              /* can only grow */
    dynox_stream_view         stream;            /* switches it on */
    bool                      stream_off;        /* switches it off */
    const char               *table_class;       /* "STANDARD", "STANDARD_INFREQUENT_ACCESS" (or "STANDARD_IA") */
    dynox_switch              kms_encryption; /* on: with the AWS managed key, or with .kms_key; off: the service's */
    const char               *kms_key;        /* id, ARN or alias of a customer managed key */
    dynox_switch              deletion_protection;
    const char               *add_replica, *remove_replica; /* regions */
    DYNOX_CALL_FIELDS_
} dynox_update_table_args;

/* Starts to change a table; until it is done the table is UPDATING, and can be used: wait for it with
 * dynox_wait_for_table_active, and for a new index, which is filled after that, with dynox_wait_for_index_active. The
 * future's value is a dynox_table to free. DYNOX_E_ARGUMENT: nothing to change; an index to add and one to remove (the
 * service takes one of them a call). DYNOX_E_IN_USE: another change is still going on. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_update_table_with(dynox_client                  *client,
                                                               const dynox_update_table_args *args);
DYNOX_API dynox_status dynox_sync_update_table_with(dynox_client *client, const dynox_update_table_args *args);

/* ---- DescribeTable, DeleteTable, existence ---- */

typedef struct dynox_table_args {
    size_t        size DYNOX_SIZE_(dynox_table_args);
    const char   *table;
    dynox_table **out; /* sync_ only: the description, yours to free; may be NULL */
    DYNOX_CALL_FIELDS_
} dynox_table_args;

/* The future's value is a dynox_table to free. DYNOX_E_NOT_FOUND: there is none. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_describe_table_with(dynox_client *client, const dynox_table_args *args);
DYNOX_API dynox_status dynox_sync_describe_table_with(dynox_client *client, const dynox_table_args *args);
/* Starts to delete a table. The future's value is its last description, to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_delete_table_with(dynox_client *client, const dynox_table_args *args);
DYNOX_API dynox_status                 dynox_sync_delete_table_with(dynox_client *client, const dynox_table_args *args);

typedef struct dynox_table_exists_args {
    size_t      size DYNOX_SIZE_(dynox_table_exists_args);
    const char *table;
    bool       *out; /* sync_ only */
    DYNOX_CALL_FIELDS_
} dynox_table_exists_args;

/* The future's value is a bool. That there is no table is not an error; that it may not be asked for is. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_table_exists_with(dynox_client                  *client,
                                                               const dynox_table_exists_args *args);
DYNOX_API dynox_status dynox_sync_table_exists_with(dynox_client *client, const dynox_table_exists_args *args);

/* ---- ListTables ---- */

/* One answer of ListTables. Freed with dynox_table_names_free. */
typedef struct dynox_table_names {
    const char *const *names;
    size_t             count;
    const char        *last; /* where to go on (.start_after); NULL: that was all */
    void              *owner_;
} dynox_table_names;

/* NULL is fine. */
DYNOX_API void dynox_table_names_free(dynox_table_names *names);

typedef struct dynox_list_tables_args {
    size_t              size DYNOX_SIZE_(dynox_list_tables_args);
    const char         *start_after; /* NULL or empty: from the start */
    unsigned            page_size;   /* 1 to 100; 0: 100 */
    dynox_table_names **out;         /* sync_list_tables_page only */
    DYNOX_CALL_FIELDS_
} dynox_list_tables_args;

/* All names as a stream of `const char *`, each borrowed until the next step. Never NULL, and otherwise, too, like
 * dynox_query. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_list_tables_with(dynox_client *client, const dynox_list_tables_args *args);
/* One answer. The future's value is a dynox_table_names to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_list_tables_page_with(dynox_client                 *client,
                                                                   const dynox_list_tables_args *args);
DYNOX_API dynox_status dynox_sync_list_tables_page_with(dynox_client *client, const dynox_list_tables_args *args);

/* ---- ping ---- */

typedef struct dynox_ping_args {
    size_t size DYNOX_SIZE_(dynox_ping_args);
    bool  *out; /* sync_ only */
    DYNOX_CALL_FIELDS_
} dynox_ping_args;

/* Does the service answer? The future's value is a bool and it never fails but by cancellation: any answer counts,
 * also that listing tables is denied. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_ping_with(dynox_client *client, const dynox_ping_args *args);
/* The same, joined; where the answer is false, *args->error tells why. */
DYNOX_API bool dynox_sync_ping_with(dynox_client *client, const dynox_ping_args *args);

extern DYNOX_API const dynox_type dynox_type_table, dynox_type_table_names; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_4_
#define DYNOX_TYPES_4_ struct dynox_table * : &dynox_type_table, struct dynox_table_names * : &dynox_type_table_names,

/* dynox_create_table(db, "users", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_N})
 * dynox_sync_create_table(db, "users", {"pk", DYNOX_S}, .error = &err)
 * dynox_describe_table(db, "users"), dynox_sync_describe_table(db, "users", &table, .error = &err)
 * dynox_update_table(db, "users", .remove_index = "by-city"), dynox_list_tables(db), dynox_ping(db) */
#define DYNOX_NAMED_CALL_(function, type, client, first, ...)                                                          \
    function((client), &(type){.size = sizeof(type), .first = __VA_ARGS__})
#define DYNOX_TABLE_CALL_(function, type, client, ...)                                                                 \
    function((client), &(type){.size = sizeof(type), .table = __VA_ARGS__})
#define dynox_create_table(client, table_, ...)                                                                        \
    dynox_at_(dynox_create_table_with((client), &(dynox_create_table_args){.size  = sizeof(dynox_create_table_args),   \
                                                                           .table = (table_),                          \
                                                                           .partition_key = __VA_ARGS__}),             \
              DYNOX_HERE_)
#define dynox_sync_create_table(client, table_, ...)                                                                    \
    dynox_sync_create_table_with((client), &(dynox_create_table_args){.size          = sizeof(dynox_create_table_args), \
                                                                      .table         = (table_),                        \
                                                                      .partition_key = __VA_ARGS__})
#define dynox_describe_table(client, ...)                                                                              \
    dynox_at_(DYNOX_TABLE_CALL_(dynox_describe_table_with, dynox_table_args, client, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_describe_table(client, ...)                                                                         \
    DYNOX_TABLE_CALL_(dynox_sync_describe_table_with, dynox_table_args, client, __VA_ARGS__)
#define dynox_update_table(client, ...)                                                                                \
    dynox_at_(DYNOX_TABLE_CALL_(dynox_update_table_with, dynox_update_table_args, client, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_update_table(client, ...)                                                                           \
    DYNOX_TABLE_CALL_(dynox_sync_update_table_with, dynox_update_table_args, client, __VA_ARGS__)
#define dynox_delete_table(client, ...)                                                                                \
    dynox_at_(DYNOX_TABLE_CALL_(dynox_delete_table_with, dynox_table_args, client, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_delete_table(client, ...)                                                                           \
    DYNOX_TABLE_CALL_(dynox_sync_delete_table_with, dynox_table_args, client, __VA_ARGS__)
#define dynox_table_exists(client, ...)                                                                                \
    dynox_at_(DYNOX_TABLE_CALL_(dynox_table_exists_with, dynox_table_exists_args, client, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_table_exists(client, ...)                                                                           \
    DYNOX_TABLE_CALL_(dynox_sync_table_exists_with, dynox_table_exists_args, client, __VA_ARGS__)
#define DYNOX_CLIENT_CALL_(function, type, ...) DYNOX_CLIENT_CALL2_(function, type, __VA_ARGS__, .size = sizeof(type))
#define DYNOX_CLIENT_CALL2_(function, type, client, ...) function((client), &(type){__VA_ARGS__})
#define dynox_list_tables(...) DYNOX_CLIENT_CALL_(dynox_list_tables_with, dynox_list_tables_args, __VA_ARGS__)
#define dynox_list_tables_page(...)                                                                                    \
    dynox_at_(DYNOX_CLIENT_CALL_(dynox_list_tables_page_with, dynox_list_tables_args, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_list_tables_page(...)                                                                               \
    DYNOX_CLIENT_CALL_(dynox_sync_list_tables_page_with, dynox_list_tables_args, __VA_ARGS__)
#define dynox_ping(...) dynox_at_(DYNOX_CLIENT_CALL_(dynox_ping_with, dynox_ping_args, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_ping(...) DYNOX_CLIENT_CALL_(dynox_sync_ping_with, dynox_ping_args, __VA_ARGS__)
#endif
#endif
