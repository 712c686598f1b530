/* Models: a C struct and a table of its attributes; save, get, query and update it by typed functions.
 *
 *     typedef struct user {
 *         DYNOX_RECORD;                                     first: what the library knows of this record; zero is new
 *         const char *pk, *email, *name;
 *         int64_t     age, version;
 *     } user;
 *     static const dynox_attribute user_attributes[] = {
 *         DYNOX_PARTITION_KEY(user, pk, .template_ = "USER#{email}"),
 *         DYNOX_STRING       (user, email, .required = true),
 *         DYNOX_STRING       (user, name, .alias = "n"),
 *         DYNOX_INT          (user, age, .default_int = 18),
 *         DYNOX_VERSION      (user, version),
 *     };
 *     DYNOX_MODEL(user, .table = "users")                   makes user_save, user_get, user_query, ...
 *
 * The macros, and the list of the functions they make, are in <dynox/model_macros.h>. Here is what these functions
 * stand on: each user_NAME(...) is dynox_model_NAME(..., &user_model, ...), which bindings to other languages and
 * programs that know their models only at run time call themselves. `record` and `key` are then structs of that model.
 *
 * Futures are never NULL, and what is wrong with the arguments, or with the model itself, is a future that has failed:
 * nothing was sent. One thread at a time for a record; any number of threads for a model. */
#ifndef DYNOX_MODEL_H
#define DYNOX_MODEL_H

#include <dynox/attribute.h>
#include <dynox/item_operations.h>
#include <dynox/query.h>
#include <dynox/table.h>
#include <dynox/write.h>
#include <time.h>

DYNOX_EXTERN_C_BEGIN

/* ---- records ---- */

/* What the library knows of a record. Zero: a new one. A record that is copied with = is one of your own that was saved
 * before: the memory stays the first one's. Internal but for that. */
typedef struct dynox_record {
    struct dynox_record_state *state_; /* memory and snapshot; NULL: none */
    const void                *home_;  /* the record that state_ belongs to */
    uint64_t saved_; /* fingerprint of the key it is stored under; 0: not stored, as far as is known */
} dynox_record;

/* The first member of a record's struct. */
#define DYNOX_RECORD dynox_record dynox_record_

/* Several records, in one allocation: what user_list is for a user. */
typedef struct dynox_records {
    void *const *at;
    size_t       count;
    void        *owner_;
} dynox_records;

/* ---- models ---- */

typedef struct dynox_model dynox_model;

/* An index of a model, in the names of its members. In an array that ends with one without a name. */
typedef struct dynox_model_index {
    const char      *name;
    const char      *partition_keys[4]; /* of a global index; a query needs all of them */
    const char      *sort_keys[4];
    bool             local; /* a local one has the table's partition key and one sort key */
    dynox_projection projection;
    const char      *projected[20]; /* members; with DYNOX_PROJECT_SOME */
} dynox_model_index;

/* The options of DYNOX_MODEL, but for the hooks, which are typed. */
#define DYNOX_MODEL_OPTION_FIELDS_                                                                                     \
    const char               *table;                                                                                   \
    dynox_client *const      *client;   /* where a call without a client finds one; NULL: the default client */        \
    const char               *type;     /* what the discriminator holds; NULL: the model's name */                     \
    const dynox_model_index  *indexes;  /* ends with one without a name */                                             \
    const dynox_model *const *children; /* models that begin with this one, told apart by the discriminator; NULL at   \
                                         * the end */                                                                  \
    const dynox_model *parent; /* of a child: its hooks run first, and its table and indexes are this one's */         \
    bool               consistent_read; /* of gets, queries and scans that do not say */                               \
    bool               skip_hooks;                                                                                     \
    size_t             max_size; /* of an item, in bytes; 0: the service's 400 KB */

typedef struct dynox_model_options {
    DYNOX_MODEL_OPTION_FIELDS_
} dynox_model_options;

/* Hooks: functions of a model that run around its calls. */
typedef enum dynox_hook {
    DYNOX_BEFORE_SAVE,
    DYNOX_AFTER_SAVE,
    DYNOX_BEFORE_UPDATE,
    DYNOX_AFTER_UPDATE,
    DYNOX_BEFORE_DELETE,
    DYNOX_AFTER_DELETE,
    DYNOX_AFTER_LOAD
} dynox_hook;

/* A model. Made by DYNOX_MODEL; constant. */
struct dynox_model {
    dynox_shape                shape;
    const dynox_model_options *options;
    /* Runs a hook; `record` NULL asks whether there is one (DYNOX_OK: yes). */
    dynox_status (*hook)(dynox_hook hook, void *record, dynox_error *error);
    /* Starts an async hook; NULL: there is none. `record` NULL asks: not NULL, then, is yes and no future. */
    dynox_future *(*hook_async)(dynox_hook hook, dynox_client *client, void *record);
    const dynox_type     *type, *list_type; /* of futures of its records, and of lists of them */
    struct dynox__model **made_;            /* filled at first use */
};

/* ---- options of a call ---- */

/* What a call may be told besides its operands. An option that the call has no use for is refused before anything is
 * sent. DYNOX_WITH(.condition = ..., .limit = 10) makes one; NULL in its place: none. In C++ a local `dynox_with` is
 * filled in. */
typedef struct dynox_with {
    size_t                size DYNOX_SIZE_(dynox_with);
    const dynox_expr     *condition;  /* of a write, in the names of members */
    const dynox_expr     *sort;       /* of a query: a condition on the sort key, "begins_with(sk, ?)" */
    const dynox_expr     *filter;     /* of a query, scan or count: what of the found is returned */
    const char           *projection; /* "name, address.city": only these members (and the key) are loaded */
    const char           *index;      /* of a query, scan or count */
    const char           *table;      /* in place of the model's */
    size_t                limit;      /* how many records at most; 0: all */
    size_t                page_size;  /* how many items the service looks at for one answer; 0: up to 1 MB */
    const dynox_item     *start_key;  /* where an earlier query or scan stopped */
    uint32_t              segments;   /* of a scan: in how many parts it runs at the same time */
    uint32_t              tries;      /* of modify: how often at most; 0: 8 */
    bool                  descending; /* by sort key */
    bool                  consistent_read;
    bool                  prefetch;     /* fetch the next page while this one is consumed */
    bool                  read_only;    /* no snapshots: the records are not to be saved */
    bool                  full_replace; /* of a save: the whole item, in place of what is stored */
    bool                  upsert;       /* of a save or an update: also where nothing is stored (any more) */
    bool                  refresh;      /* of an update: the record gets all that is stored then */
    bool                  skip_hooks;
    bool                  run_hooks;    /* although the model has .skip_hooks */
    bool                  skip_version; /* neither checked nor counted up */
    bool                  every_type; /* of a query or scan: records of other models, too, as far as they can be read */
    dynox_return_values   return_on_condition_failure; /* DYNOX_ALL_OLD: the error has the stored item */
    dynox_return_capacity return_capacity;
    dynox_ambiguous_writes ambiguous_writes;
    const char            *token; /* of a transaction */
    DYNOX_CALL_FIELDS_
} dynox_with;

#ifndef __cplusplus
/* DYNOX_MODELS(&user_model, &order_model) */
#define DYNOX_MODELS(...)                                                                                              \
    ((dynox_models){(const dynox_model *const[]){__VA_ARGS__},                                                         \
                    sizeof((const dynox_model *const[]){__VA_ARGS__}) / sizeof(const dynox_model *)})
#define DYNOX_WITH(...) (&(const dynox_with){.size = sizeof(dynox_with), __VA_ARGS__})
#endif

/* How large an item is. */
typedef struct dynox_attribute_size {
    const char *name; /* as it is stored */
    size_t      bytes;
} dynox_attribute_size;
typedef struct dynox_item_size {
    size_t                bytes; /* of all */
    size_t                limit; /* what the model allows */
    size_t                count; /* of attributes */
    dynox_attribute_size *parts; /* yours, may be NULL: filled with the first `room` of them */
    size_t                room;
} dynox_item_size;

/* ---- the default client ---- */

/* The client of calls that get NULL for one, and whose model has no .client: looked up at each call. It is kept (one
 * reference) until another one or NULL is set; free your own handle as always. Any thread. */
DYNOX_API void          dynox_set_default_client(dynox_client *client);
DYNOX_API dynox_client *dynox_default_client(void); /* borrowed; NULL: none */

/* ---- writing ---- */

/* Futures without a value to take. What a write brings home (the new version, what is stored now) comes into the record
 * when the future is awaited, joined or taken, on that thread; never when it is only released. Until then a record of
 * your own must stay where it is; one that was loaded may be freed at once.
 *
 * save: a new record is put whole; of one that was loaded, only what has changed is sent, and nothing at all if nothing
 * has; of one of your own that was saved before, everything is set and what is absent is removed.
 * DYNOX_E_CONDITION_FAILED: your condition, or the stored record has another version, or is gone; error->item is what
 * is stored. With error->may_have_applied an answer was lost before, and nothing tells whether it was this write that
 * came first; with a DYNOX_WRITE_ID that is known. DYNOX_E_VALUE: the key or a required member is not set, the key was
 * changed, a member cannot be stored. DYNOX_E_ARGUMENT: the declaration is wrong, or an option that a save does not
 * know. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_save(dynox_client *client, const dynox_model *model, void *record,
                                                        const dynox_with *with);
/* Deletes what is stored under the record's key, if it has the record's version. The record stays usable, and is new
 * then. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_delete(dynox_client *client, const dynox_model *model, void *record,
                                                          const dynox_with *with);
/* Applies an update expression, in the names of members: "SET age = age + ?, lines[0].quantity = ? DELETE tags ?".
 * Counts the version up, and asks for the record's. With .refresh the record gets what is stored then. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_update(dynox_client *client, const dynox_model *model, void *record,
                                                          const dynox_expr *update, const dynox_with *with);
/* The same without a record: one request, no hooks, no version. `key` is a record of which only the key, or what its
 * templates need, is filled in. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_update_by_key(dynox_client *client, const dynox_model *model,
                                                                 const void *key, const dynox_expr *update,
                                                                 const dynox_with *with);
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_delete_by_key(dynox_client *client, const dynox_model *model,
                                                                 const void *key, const dynox_with *with);
/* Changes a record for modify. Any status but DYNOX_OK ends it with that error. Runs on the callback executor (of the
 * twin: on its thread), perhaps several times, with a record that was just loaded each time. */
typedef dynox_status dynox_change_fn(void *record, const void *change, dynox_error *error);
/* Loads the record, changes it, saves it; again, after a random wait, when somebody else was faster: .tries times.
 * `change` is yours, `size` bytes, of which a copy is kept. DYNOX_E_NOT_FOUND: there is no such record. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_modify(dynox_client *client, const dynox_model *model,
                                                          const void *key, dynox_change_fn *apply, const void *change,
                                                          size_t size, const dynox_with *with);
/* Loads the record again, in place: all members but those without an attribute. DYNOX_E_NOT_FOUND: it is gone. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_reload(dynox_client *client, const dynox_model *model, void *record,
                                                          const dynox_with *with);
/* Sets the TTL of the stored record, which has to exist, and of this one. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_extend_ttl(dynox_client *client, const dynox_model *model,
                                                              void *record, time_t expires_at, const dynox_with *with);

/* ---- reading ---- */

/* The record of a key; NULL: there is none. Ended with dynox_model_free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_get(dynox_client *client, const dynox_model *model, const void *key,
                                                       const dynox_with *with);
/* The first one of a query; NULL: none. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_first(dynox_client *client, const dynox_model *model,
                                                         const void *key, const dynox_with *with);
/* The records of many keys, in that order, NULL where there is none, or where it is of another model: a list, ended
 * with dynox_model_list_free. A key that is there twice gives two records. No keys: no request. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_batch_get(dynox_client *client, const dynox_model *model,
                                                             const void *const *keys, size_t count,
                                                             const dynox_with *with);
/* Records as a stream, each borrowed until the next step: it may be changed and saved, and copied to be kept. A query
 * takes its partition key (the index's, with .index) from `key`; the sort key if it is given there in full; else .sort;
 * else what its template begins with. Never NULL; otherwise as dynox_query. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_model_query(dynox_client *client, const dynox_model *model,
                                                         const void *key, const dynox_with *with);
/* A query and a first of an index, told by its name in the table. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_model_index_query(dynox_client *client, const dynox_model *model,
                                                               const char *index, const void *key,
                                                               const dynox_with *with);
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_index_first(dynox_client *client, const dynox_model *model,
                                                               const char *index, const void *key,
                                                               const dynox_with *with);
/* With .segments in as many parts at the same time, in any order. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_model_scan(dynox_client *client, const dynox_model *model,
                                                        const dynox_with *with);
/* The records that a PartiQL statement (a SELECT) selects, in stored names: its `?` are the expression's values. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_model_execute(dynox_client *client, const dynox_model *model,
                                                           const dynox_expr *statement, const dynox_with *with);
/* A list of what a stream of the model's records still has: `max` at most (0: all; more than that: DYNOX_E_TOO_LARGE).
 * It keeps the pages they came on. Its after_load hooks run where it is taken. DYNOX_E_TYPE: another model's. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_collect(const dynox_model *model, dynox_stream *consumed,
                                                           size_t max);
/* How many records a query (with `key`) or a scan (NULL) would find: an int64_t. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_count(dynox_client *client, const dynox_model *model,
                                                         const void *key, const dynox_with *with);

/* An array of models; DYNOX_MODELS(&user_model, &order_model) makes one. Borrowed. */
typedef struct dynox_models {
    const dynox_model *const *at;
    size_t                    count;
} dynox_models;

/* Several models of one table, told apart by their discriminators or by what the templates of their sort keys begin
 * with: one query for the partition of `key`, whose items become records of the models that they fit. */
typedef struct dynox_collection dynox_collection;
/* The future's value is a dynox_collection to free. .sort and .filter are in the names of `model`. DYNOX_E_ARGUMENT: no
 * models, models of different tables or clients than `model`, or that cannot be told apart. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_collection(dynox_client *client, const dynox_model *model,
                                                              const void *key, dynox_models models,
                                                              const dynox_with *with);
DYNOX_API dynox_status dynox_model_sync_collection(dynox_client *client, const dynox_model *model, const void *key,
                                                   dynox_models models, dynox_collection **out, const dynox_with *with);
/* The records of one of the models, in the order of the query, and how many: the collection's. */
DYNOX_API void *const *dynox_collection_of(const dynox_collection *collection, const dynox_model *model, size_t *count);
/* The items that fit none of them, and how many: the collection's. */
DYNOX_API const dynox_item *const *dynox_collection_rest(const dynox_collection *collection, size_t *count);
/* NULL is fine. */
DYNOX_API void                    dynox_collection_free(dynox_collection *collection);
extern DYNOX_API const dynox_type dynox_type_collection; /* of futures of them */

/* ---- the table ---- */

/* Creates the table with the model's keys and indexes, on demand, and waits until it can be used; its deadline is for
 * all of that. For a table with other settings call dynox_create_table. The service deletes by a DYNOX_TTL only after
 * dynox_update_time_to_live. DYNOX_E_IN_USE: there is a table of that name. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_create_table(dynox_client *client, const dynox_model *model,
                                                                const dynox_with *with);
/* Creates one table for several models, with all their indexes; with .table in place of the table that they name.
 * DYNOX_E_ARGUMENT: they are of different tables, or disagree about a key or an index. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_create_table_of(dynox_client *client, dynox_models models,
                                                             const dynox_with *with);
DYNOX_API dynox_status dynox_sync_create_table_of(dynox_client *client, dynox_models models, const dynox_with *with);
/* Deletes the table, with all that is in it, and waits until it is gone. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_delete_table(dynox_client *client, const dynox_model *model,
                                                                const dynox_with *with);
/* A bool. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_model_table_exists(dynox_client *client, const dynox_model *model,
                                                                const dynox_with *with);

/* ---- parts of batches and transactions (<dynox/write.h>) ---- */

/* They borrow the record and `with` until the call that gets them has returned (a dynox_transaction: until its commit
 * has); what it brings home comes into the records when its future is taken, as for the calls above: of all parts, or,
 * if the call fails, of none, also when a part of a batch was written (DYNOX_E_PARTIAL). A part that is given to
 * several calls is what its record is at each. `before` hooks run in that call, in the order of the parts, before
 * anything is sent; with hooks that take time (..._async) a part is refused, unless they are skipped. Options of the
 * whole call, such as .error and .deadline_ms, are not a part's.
 *
 * A batch asks for no version: it puts whole records, counted up, over whatever is stored, and refuses one of which
 * only a part is known. A batch writer copies what it is given, and nothing comes home: neither versions nor `after`
 * hooks. */
DYNOX_API dynox_write dynox_model_saving(const dynox_model *model, void *record, const dynox_with *with);
/* An update by an expression; transactions only. */
DYNOX_API dynox_write dynox_model_updating(const dynox_model *model, void *record, const dynox_expr *update,
                                           const dynox_with *with);
/* A delete, if the record has the version that is stored. */
DYNOX_API dynox_write dynox_model_deleting(const dynox_model *model, void *record, const dynox_with *with);
/* Nothing is written, but the whole happens only if the condition holds; transactions only. */
DYNOX_API dynox_write dynox_model_checking(const dynox_model *model, const void *key, const dynox_expr *condition);
/* A read; of `with` only .consistent_read and .table. What comes is an item: dynox_model_from_item makes it a record.
 */
DYNOX_API dynox_read dynox_model_getting(const dynox_model *model, const void *key, const dynox_with *with);

/* ---- the sync twins: wait, and return the status; .error and .info of `with` are theirs ---- */

/* dynox_model_save, joined. */
DYNOX_API dynox_status dynox_model_sync_save(dynox_client *, const dynox_model *, void *record, const dynox_with *);
/* dynox_model_delete, joined. */
DYNOX_API dynox_status dynox_model_sync_delete(dynox_client *, const dynox_model *, void *record, const dynox_with *);
/* dynox_model_update, joined. */
DYNOX_API dynox_status dynox_model_sync_update(dynox_client *, const dynox_model *, void *record, const dynox_expr *,
                                               const dynox_with *);
/* dynox_model_update_by_key, joined. */
DYNOX_API dynox_status dynox_model_sync_update_by_key(dynox_client *, const dynox_model *, const void *key,
                                                      const dynox_expr *, const dynox_with *);
/* dynox_model_delete_by_key, joined. */
DYNOX_API dynox_status dynox_model_sync_delete_by_key(dynox_client *, const dynox_model *, const void *key,
                                                      const dynox_with *);
/* dynox_model_modify, joined; the change is applied on this thread. */
DYNOX_API dynox_status dynox_model_sync_modify(dynox_client *, const dynox_model *, const void *key, dynox_change_fn *,
                                               const void *change, size_t size, const dynox_with *);
/* dynox_model_reload, joined. */
DYNOX_API dynox_status dynox_model_sync_reload(dynox_client *, const dynox_model *, void *record, const dynox_with *);
/* dynox_model_extend_ttl, joined. */
DYNOX_API dynox_status dynox_model_sync_extend_ttl(dynox_client *, const dynox_model *, void *record, time_t,
                                                   const dynox_with *);
/* dynox_model_get, joined; the record goes to *out, a pointer to one. */
DYNOX_API dynox_status dynox_model_sync_get(dynox_client *, const dynox_model *, const void *key, void *out,
                                            const dynox_with *);
/* dynox_model_first, joined; the record goes to *out, a pointer to one. */
DYNOX_API dynox_status dynox_model_sync_first(dynox_client *, const dynox_model *, const void *key, void *out,
                                              const dynox_with *);
/* dynox_model_index_first, joined; the record goes to *out, a pointer to one. */
DYNOX_API dynox_status dynox_model_sync_index_first(dynox_client *, const dynox_model *, const char *index,
                                                    const void *key, void *out, const dynox_with *);
/* dynox_model_batch_get, joined; the list goes to *out, a pointer to one. */
DYNOX_API dynox_status dynox_model_sync_batch_get(dynox_client *, const dynox_model *, const void *const *keys,
                                                  size_t count, void *out, const dynox_with *);
/* dynox_model_collect, joined; the list goes to *out, a pointer to one. */
DYNOX_API dynox_status dynox_model_sync_collect(const dynox_model *, dynox_stream *consumed, size_t max, void *out,
                                                dynox_error *error);
/* dynox_model_count, joined; the number goes to *out. */
DYNOX_API dynox_status dynox_model_sync_count(dynox_client *, const dynox_model *, const void *key, int64_t *out,
                                              const dynox_with *);
/* dynox_model_create_table, joined. */
DYNOX_API dynox_status dynox_model_sync_create_table(dynox_client *, const dynox_model *, const dynox_with *);
/* dynox_model_delete_table, joined. */
DYNOX_API dynox_status dynox_model_sync_delete_table(dynox_client *, const dynox_model *, const dynox_with *);
/* dynox_model_table_exists, joined; the answer goes to *out. */
DYNOX_API dynox_status dynox_model_sync_table_exists(dynox_client *, const dynox_model *, bool *out,
                                                     const dynox_with *);

/* ---- without the network ---- */

/* A copy that owns all it has, as it is now, with what is known of it: ended with dynox_model_free. NULL: out of
 * memory. Of a key that is to become another record, change the key in the copy: it is new then. */
DYNOX_API DYNOX_MUST_USE void *dynox_model_copy(const dynox_model *model, const void *record);
/* The record of an item that is there already, as if it had been loaded; and the item of a record, as it would be
 * stored, to be freed. NULL: `error` says why. */
DYNOX_API DYNOX_MUST_USE void       *dynox_model_from_item(const dynox_model *model, const dynox_item *item,
                                                           dynox_error *error);
DYNOX_API DYNOX_MUST_USE dynox_item *dynox_model_to_item(const dynox_model *model, const void *record,
                                                         dynox_error *error);
/* The item as DynamoDB JSON, to be freed with dynox_free; and printed for people, with a newline. */
DYNOX_API DYNOX_MUST_USE char *dynox_model_to_text(const dynox_model *model, const void *record, dynox_error *error);
DYNOX_API void                 dynox_model_print(const dynox_model *model, FILE *to, const void *record);
/* The record as one of `model`, which it is or descends from; NULL: it is neither, or is one of the program's own, of
 * which nobody knows what it is. `record` is of any model; NULL is fine. */
DYNOX_API void *dynox_model_from(const dynox_model *model, void *record);
/* Ends a record that was handed to you; NULL is fine. Ends what the library hung on one of your own, which is new and
 * all zero then. */
DYNOX_API void dynox_model_free(const dynox_model *model, void *record);
DYNOX_API void dynox_model_clear(const dynox_model *model, void *record);
DYNOX_API void dynox_model_list_free(dynox_records *list);
/* A copy of a text that lives as long as the record. NULL: `text` is NULL, or out of memory. */
DYNOX_API const char *dynox_model_keep(const dynox_model *model, void *record, const char *text);
/* Which members have changed since the record was loaded or saved: their number, and the first `room` of their names to
 * `members` (NULL with a room of 0). A new record, and one of your own, has no changes to tell. */
DYNOX_API size_t dynox_model_changed(const dynox_model *model, const void *record, const char **members, size_t room);
DYNOX_API bool   dynox_model_is_dirty(const dynox_model *model, const void *record);
/* Are both stored under the same key? false if a key is not set. */
DYNOX_API bool dynox_model_same_key(const dynox_model *model, const void *a, const void *b);
/* Has its TTL passed? false without one. And how many seconds are left (negative: since when); INT64_MAX: it has none.
 */
DYNOX_API bool    dynox_model_is_expired(const dynox_model *model, const void *record);
DYNOX_API int64_t dynox_model_expires_in(const dynox_model *model, const void *record);
/* The size of its item as the service counts it. */
DYNOX_API dynox_status dynox_model_size(const dynox_model *model, const void *record, dynox_item_size *size,
                                        dynox_error *error);

/* What is done with a record, and with a list of them, that has come to the program: its after_load. Internal. */
DYNOX_API void dynox_model_accept_(const dynox_model *model, void *record);
DYNOX_API void dynox_model_list_accept_(const dynox_model *model, dynox_records *list);

/* For DYNOX_TTL: now plus so much. */
static inline time_t dynox_expires_in(int64_t seconds)
{
    return time(NULL) + (time_t)seconds;
}
static inline time_t dynox_expires_in_minutes(int64_t minutes)
{
    return dynox_expires_in(minutes * 60);
}
static inline time_t dynox_expires_in_hours(int64_t hours)
{
    return dynox_expires_in(hours * 3600);
}
static inline time_t dynox_expires_in_days(int64_t days)
{
    return dynox_expires_in(days * 86400);
}

DYNOX_EXTERN_C_END
#endif
