/* What a table has beside its definition: time to live, point-in-time recovery, tags; and the account's limits. */
#ifndef DYNOX_TABLE_SETTINGS_H
#define DYNOX_TABLE_SETTINGS_H

#include <dynox/table.h>

DYNOX_EXTERN_C_BEGIN

/* ---- time to live ---- */

/* Freed with dynox_time_to_live_free. */
typedef struct dynox_time_to_live {
    const char *status;    /* "ENABLED", "DISABLED", "ENABLING", "DISABLING" */
    const char *attribute; /* that has the second since 1970 at which an item may go; NULL: none */
    void       *owner_;
} dynox_time_to_live;

/* NULL is fine. */
DYNOX_API void dynox_time_to_live_free(dynox_time_to_live *ttl);

typedef struct dynox_update_time_to_live_args {
    size_t      size DYNOX_SIZE_(dynox_update_time_to_live_args);
    const char *table;
    const char *attribute;
    bool        disable; /* switch it off; the attribute must be the one that it is on for */
    DYNOX_CALL_FIELDS_
} dynox_update_time_to_live_args;

/* Switches time to live on, or off; the service takes one change an hour and works on it for that long. The future has
 * no value. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_update_time_to_live_with(dynox_client                         *client,
                                                                      const dynox_update_time_to_live_args *args);
DYNOX_API dynox_status                 dynox_sync_update_time_to_live_with(dynox_client                         *client,
                                                                           const dynox_update_time_to_live_args *args);

typedef struct dynox_describe_time_to_live_args {
    size_t               size DYNOX_SIZE_(dynox_describe_time_to_live_args);
    const char          *table;
    dynox_time_to_live **out; /* sync_ only: yours to free */
    DYNOX_CALL_FIELDS_
} dynox_describe_time_to_live_args;

/* The future's value is a dynox_time_to_live to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_describe_time_to_live_with(dynox_client                           *client,
                                                                        const dynox_describe_time_to_live_args *args);
DYNOX_API dynox_status                 dynox_sync_describe_time_to_live_with(dynox_client                           *client,
                                                                             const dynox_describe_time_to_live_args *args);

/* ---- point-in-time recovery ---- */

/* Freed with dynox_continuous_backups_free. Times are seconds since 1970, 0: not told. */
typedef struct dynox_continuous_backups {
    const char *status;           /* "ENABLED", "DISABLED" */
    const char *recovery_status;  /* of point-in-time recovery: the same */
    int64_t     recovery_days;    /* how far back it reaches; 0: not told */
    double      earliest, latest; /* what can be restored */
    void       *owner_;
} dynox_continuous_backups;

/* NULL is fine. */
DYNOX_API void dynox_continuous_backups_free(dynox_continuous_backups *backups);

typedef struct dynox_update_continuous_backups_args {
    size_t                     size DYNOX_SIZE_(dynox_update_continuous_backups_args);
    const char                *table;
    dynox_continuous_backups **out;           /* sync_ only: yours to free; may be NULL */
    bool                       disable;       /* switch point-in-time recovery off */
    unsigned                   recovery_days; /* 1 to 35; 0: the service's, 35 */
    DYNOX_CALL_FIELDS_
} dynox_update_continuous_backups_args;

/* Switches point-in-time recovery on, or off. The future's value is a dynox_continuous_backups to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *
dynox_update_continuous_backups_with(dynox_client *client, const dynox_update_continuous_backups_args *args);
DYNOX_API dynox_status dynox_sync_update_continuous_backups_with(dynox_client                               *client,
                                                                 const dynox_update_continuous_backups_args *args);

typedef struct dynox_describe_continuous_backups_args {
    size_t                     size DYNOX_SIZE_(dynox_describe_continuous_backups_args);
    const char                *table;
    dynox_continuous_backups **out; /* sync_ only: yours to free */
    DYNOX_CALL_FIELDS_
} dynox_describe_continuous_backups_args;

/* The future's value is a dynox_continuous_backups to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *
dynox_describe_continuous_backups_with(dynox_client *client, const dynox_describe_continuous_backups_args *args);
DYNOX_API dynox_status dynox_sync_describe_continuous_backups_with(dynox_client                                 *client,
                                                                   const dynox_describe_continuous_backups_args *args);

/* ---- tags ---- */

/* One answer of ListTagsOfResource. Freed with dynox_tags_free. */
typedef struct dynox_tags {
    const dynox_tag *at;
    size_t           count;
    const char      *next; /* where to go on (.start_token); NULL: that was all */
    void            *owner_;
} dynox_tags;

/* NULL is fine. */
DYNOX_API void dynox_tags_free(dynox_tags *tags);

typedef struct dynox_tag_resource_args {
    size_t           size DYNOX_SIZE_(dynox_tag_resource_args);
    const char      *arn; /* of the table: dynox_describe_table tells it */
    const dynox_tag *tags;
    size_t           tag_count;
    DYNOX_CALL_FIELDS_
} dynox_tag_resource_args;

/* Adds tags, or gives those that are there another value. What the tags are then can be read a moment later. The future
 * has no value. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_tag_resource_with(dynox_client                  *client,
                                                               const dynox_tag_resource_args *args);
DYNOX_API dynox_status dynox_sync_tag_resource_with(dynox_client *client, const dynox_tag_resource_args *args);

typedef struct dynox_untag_resource_args {
    size_t             size DYNOX_SIZE_(dynox_untag_resource_args);
    const char        *arn;
    const char *const *keys;
    size_t             key_count;
    DYNOX_CALL_FIELDS_
} dynox_untag_resource_args;

/* Takes the tags with these keys away; those that are not there are no error. The future has no value. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_untag_resource_with(dynox_client                    *client,
                                                                 const dynox_untag_resource_args *args);
DYNOX_API dynox_status dynox_sync_untag_resource_with(dynox_client *client, const dynox_untag_resource_args *args);

typedef struct dynox_list_tags_args {
    size_t       size DYNOX_SIZE_(dynox_list_tags_args);
    const char  *arn;
    dynox_tags **out;         /* sync_list_tags_page only: yours to free */
    const char  *start_token; /* NULL or empty: from the start */
    DYNOX_CALL_FIELDS_
} dynox_list_tags_args;

/* All tags as a stream of `const dynox_tag *`, each borrowed until the next step, and otherwise like
 * dynox_list_tables. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_list_tags_with(dynox_client *client, const dynox_list_tags_args *args);
/* One answer. The future's value is a dynox_tags to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_list_tags_page_with(dynox_client               *client,
                                                                 const dynox_list_tags_args *args);
DYNOX_API dynox_status dynox_sync_list_tags_page_with(dynox_client *client, const dynox_list_tags_args *args);

/* ---- limits ---- */

/* The most capacity units that may be provisioned in this region. Freed with dynox_limits_free. */
typedef struct dynox_limits {
    int64_t account_read, account_write; /* by all tables together */
    int64_t table_read, table_write;     /* by one table with its indexes */
    void   *owner_;
} dynox_limits;

/* NULL is fine. */
DYNOX_API void dynox_limits_free(dynox_limits *limits);

typedef struct dynox_describe_limits_args {
    size_t         size DYNOX_SIZE_(dynox_describe_limits_args);
    dynox_limits **out; /* sync_ only: yours to free */
    DYNOX_CALL_FIELDS_
} dynox_describe_limits_args;

/* The future's value is a dynox_limits to free. The service wants to be asked once a minute at most. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_describe_limits_with(dynox_client                     *client,
                                                                  const dynox_describe_limits_args *args);
DYNOX_API dynox_status dynox_sync_describe_limits_with(dynox_client *client, const dynox_describe_limits_args *args);

extern DYNOX_API const dynox_type dynox_type_time_to_live, dynox_type_continuous_backups, dynox_type_tags,
    dynox_type_limits; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_7_
#define DYNOX_TYPES_7_                                                                                                 \
    struct dynox_time_to_live * : &dynox_type_time_to_live,                                                            \
                                  struct dynox_continuous_backups                                                      \
                                      * : &dynox_type_continuous_backups,                                              \
                                          struct dynox_tags * : &dynox_type_tags,                                      \
                                                                struct dynox_limits * : &dynox_type_limits,

/* dynox_update_time_to_live(db, "sessions", "expires_at"), dynox_update_time_to_live(db, ..., .disable = true)
 * dynox_sync_describe_time_to_live(db, "sessions", &ttl, .error = &err)
 * dynox_update_continuous_backups(db, "users", .recovery_days = 7), dynox_describe_continuous_backups(db, "users")
 * dynox_tag_resource(db, arn, tags, 2), dynox_untag_resource(db, arn, keys, 1), dynox_list_tags(db, arn)
 * dynox_sync_describe_limits(db, .out = &limits) */
#define DYNOX_TTL_CALL_(function, client, table_, ...)                                                                 \
    function((client), &(dynox_update_time_to_live_args){.size      = sizeof(dynox_update_time_to_live_args),          \
                                                         .table     = (table_),                                        \
                                                         .attribute = __VA_ARGS__})
#define dynox_update_time_to_live(client, table, ...)                                                                  \
    dynox_at_(DYNOX_TTL_CALL_(dynox_update_time_to_live_with, client, table, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_update_time_to_live(client, table, ...)                                                             \
    DYNOX_TTL_CALL_(dynox_sync_update_time_to_live_with, client, table, __VA_ARGS__)
#define dynox_describe_time_to_live(client, ...)                                                                       \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_describe_time_to_live_with, dynox_describe_time_to_live_args, client, table,     \
                                __VA_ARGS__),                                                                          \
              DYNOX_HERE_)
#define dynox_sync_describe_time_to_live(client, ...)                                                                  \
    DYNOX_NAMED_CALL_(dynox_sync_describe_time_to_live_with, dynox_describe_time_to_live_args, client, table,          \
                      __VA_ARGS__)
#define dynox_update_continuous_backups(client, ...)                                                                   \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_update_continuous_backups_with, dynox_update_continuous_backups_args, client,    \
                                table, __VA_ARGS__),                                                                   \
              DYNOX_HERE_)
#define dynox_sync_update_continuous_backups(client, ...)                                                              \
    DYNOX_NAMED_CALL_(dynox_sync_update_continuous_backups_with, dynox_update_continuous_backups_args, client, table,  \
                      __VA_ARGS__)
#define dynox_describe_continuous_backups(client, ...)                                                                 \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_describe_continuous_backups_with, dynox_describe_continuous_backups_args,        \
                                client, table, __VA_ARGS__),                                                           \
              DYNOX_HERE_)
#define dynox_sync_describe_continuous_backups(client, ...)                                                            \
    DYNOX_NAMED_CALL_(dynox_sync_describe_continuous_backups_with, dynox_describe_continuous_backups_args, client,     \
                      table, __VA_ARGS__)
#define dynox_tag_resource(client, ...)                                                                                \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_tag_resource_with, dynox_tag_resource_args, client, arn, __VA_ARGS__),           \
              DYNOX_HERE_)
#define dynox_sync_tag_resource(client, ...)                                                                           \
    DYNOX_NAMED_CALL_(dynox_sync_tag_resource_with, dynox_tag_resource_args, client, arn, __VA_ARGS__)
#define dynox_untag_resource(client, ...)                                                                              \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_untag_resource_with, dynox_untag_resource_args, client, arn, __VA_ARGS__),       \
              DYNOX_HERE_)
#define dynox_sync_untag_resource(client, ...)                                                                         \
    DYNOX_NAMED_CALL_(dynox_sync_untag_resource_with, dynox_untag_resource_args, client, arn, __VA_ARGS__)
#define dynox_list_tags(client, ...)                                                                                   \
    DYNOX_NAMED_CALL_(dynox_list_tags_with, dynox_list_tags_args, client, arn, __VA_ARGS__)
#define dynox_list_tags_page(client, ...)                                                                              \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_list_tags_page_with, dynox_list_tags_args, client, arn, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_list_tags_page(client, ...)                                                                         \
    DYNOX_NAMED_CALL_(dynox_sync_list_tags_page_with, dynox_list_tags_args, client, arn, __VA_ARGS__)
#define dynox_describe_limits(...)                                                                                     \
    dynox_at_(DYNOX_CLIENT_CALL_(dynox_describe_limits_with, dynox_describe_limits_args, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_describe_limits(...)                                                                                \
    DYNOX_CLIENT_CALL_(dynox_sync_describe_limits_with, dynox_describe_limits_args, __VA_ARGS__)
#endif
#endif
