/* Backups on demand, and tables made from them or from what a table was at some time. */
#ifndef DYNOX_BACKUP_H
#define DYNOX_BACKUP_H

#include <dynox/table.h>

DYNOX_EXTERN_C_BEGIN

/* A backup as the service describes it. Freed with dynox_backup_free, and then all of its texts are gone; one that is
 * listed is freed with its list. Texts that are not told are NULL. */
typedef struct dynox_backup {
    const char *arn, *name;
    const char *status, *type;    /* "CREATING", "AVAILABLE", "DELETED"; "USER", "SYSTEM", "AWS_BACKUP" */
    double      created, expires; /* seconds since 1970; 0: not told */
    int64_t     size_bytes;       /* as of the last six hours or so */
    const char *table, *table_arn, *table_id;
    int64_t     item_count; /* as described, 0 where it is listed */
    const char *json;       /* the whole description, for what this struct does not have */
    void       *owner_;
} dynox_backup;

/* NULL is fine. */
DYNOX_API void dynox_backup_free(dynox_backup *backup);

/* One answer of ListBackups. Freed with dynox_backups_free. */
typedef struct dynox_backups {
    const dynox_backup *at;
    size_t              count;
    const char         *last; /* where to go on (.start_after); NULL: that was all */
    void               *owner_;
} dynox_backups;

/* NULL is fine. */
DYNOX_API void dynox_backups_free(dynox_backups *backups);

/* ---- making, looking, deleting ---- */

typedef struct dynox_create_backup_args {
    size_t                 size DYNOX_SIZE_(dynox_create_backup_args);
    const char            *table;
    const char            *name; /* 3 to 255 letters, digits, and any of _ . - ; need not be unique */
    dynox_backup         **out;  /* sync_ only: yours to free; may be NULL */
    dynox_ambiguous_writes ambiguous_writes;
    DYNOX_CALL_FIELDS_
} dynox_create_backup_args;

/* Starts a backup of the table as it is now; wait for it with dynox_wait_for_backup. The future's value is a
 * dynox_backup to free, without its table. A backup whose answer was lost may be there twice: .ambiguous_writes. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_create_backup_with(dynox_client                   *client,
                                                                const dynox_create_backup_args *args);
DYNOX_API dynox_status dynox_sync_create_backup_with(dynox_client *client, const dynox_create_backup_args *args);

typedef struct dynox_backup_args {
    size_t         size DYNOX_SIZE_(dynox_backup_args);
    const char    *arn;
    dynox_backup **out; /* sync_ only: yours to free; may be NULL */
    DYNOX_CALL_FIELDS_
} dynox_backup_args;

/* The future's value is a dynox_backup to free. DYNOX_E_NOT_FOUND: there is none. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_describe_backup_with(dynox_client *client, const dynox_backup_args *args);
DYNOX_API dynox_status dynox_sync_describe_backup_with(dynox_client *client, const dynox_backup_args *args);
/* The future's value is its last description, to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_delete_backup_with(dynox_client *client, const dynox_backup_args *args);
DYNOX_API dynox_status dynox_sync_delete_backup_with(dynox_client *client, const dynox_backup_args *args);

typedef struct dynox_list_backups_args {
    size_t          size DYNOX_SIZE_(dynox_list_backups_args);
    const char     *table;                         /* NULL: of all tables */
    const char     *start_after;                   /* ARN of a backup; NULL or empty: from the start */
    unsigned        page_size;                     /* 1 to 100; 0: 100 */
    dynox_backups **out;                           /* sync_list_backups_page only: yours to free */
    const char     *type;                          /* "USER", "SYSTEM", "AWS_BACKUP", "ALL"; NULL: "USER" */
    double          created_after, created_before; /* seconds since 1970; 0: whenever */
    DYNOX_CALL_FIELDS_
} dynox_list_backups_args;

/* All backups as a stream of `const dynox_backup *`, each borrowed until the next step, and otherwise like
 * dynox_list_tables. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_list_backups_with(dynox_client                  *client,
                                                               const dynox_list_backups_args *args);
/* One answer. The future's value is a dynox_backups to free. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_list_backups_page_with(dynox_client                  *client,
                                                                    const dynox_list_backups_args *args);
DYNOX_API dynox_status dynox_sync_list_backups_page_with(dynox_client *client, const dynox_list_backups_args *args);

/* ---- restoring ---- */

typedef struct dynox_restore_args {
    size_t               size DYNOX_SIZE_(dynox_restore_args);
    const char          *table;       /* the one that is made */
    const char          *from;        /* ARN of the backup; or the table, by name or ARN, as it was at some time */
    dynox_table        **out;         /* sync_ only: the description, yours to free; may be NULL */
    double               at;          /* point in time only: seconds since 1970; 0: the latest there is */
    dynox_billing_change billing;     /* other than what it was */
    dynox_throughput     provisioned; /* DYNOX_TO_PROVISIONED: 0 is 5 */
    dynox_throughput     on_demand_maximum; /* -1: none any more */
    dynox_switch         kms_encryption;    /* as in dynox_update_table_args */
    const char          *kms_key;
    DYNOX_CALL_FIELDS_
} dynox_restore_args;

/* Starts to make a new table with what the backup has; wait for it with dynox_wait_for_table_active. It has no tags,
 * streams, time to live, or point-in-time recovery. The future's value is a dynox_table to free. DYNOX_E_IN_USE: there
 * is one of that name. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_restore_table_from_backup_with(dynox_client             *client,
                                                                            const dynox_restore_args *args);
DYNOX_API dynox_status dynox_sync_restore_table_from_backup_with(dynox_client *client, const dynox_restore_args *args);
/* The same with what a table had at some time, which it has kept if point-in-time recovery was on
 * (dynox_update_continuous_backups). */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_restore_table_to_point_in_time_with(dynox_client             *client,
                                                                                 const dynox_restore_args *args);
DYNOX_API dynox_status                 dynox_sync_restore_table_to_point_in_time_with(dynox_client             *client,
                                                                                      const dynox_restore_args *args);

extern DYNOX_API const dynox_type dynox_type_backup, dynox_type_backups; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_10_
#define DYNOX_TYPES_10_ struct dynox_backup * : &dynox_type_backup, struct dynox_backups * : &dynox_type_backups,

/* dynox_create_backup(db, "users", "before-the-move"), dynox_sync_describe_backup(db, arn, &backup)
 * dynox_list_backups(db, .table = "users"), dynox_delete_backup(db, arn)
 * dynox_restore_table_from_backup(db, "users-2", arn), dynox_restore_table_to_point_in_time(db, "users-2", "users") */
#define DYNOX_BACKUP_CALL_(function, type, client, table_, second, ...)                                                \
    function((client), &(type){.size = sizeof(type), .table = (table_), .second = __VA_ARGS__})
#define dynox_create_backup(client, table, ...)                                                                        \
    dynox_at_(                                                                                                         \
        DYNOX_BACKUP_CALL_(dynox_create_backup_with, dynox_create_backup_args, client, table, name, __VA_ARGS__),      \
        DYNOX_HERE_)
#define dynox_sync_create_backup(client, table, ...)                                                                   \
    DYNOX_BACKUP_CALL_(dynox_sync_create_backup_with, dynox_create_backup_args, client, table, name, __VA_ARGS__)
#define dynox_describe_backup(client, ...)                                                                             \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_describe_backup_with, dynox_backup_args, client, arn, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_describe_backup(client, ...)                                                                        \
    DYNOX_NAMED_CALL_(dynox_sync_describe_backup_with, dynox_backup_args, client, arn, __VA_ARGS__)
#define dynox_delete_backup(client, ...)                                                                               \
    dynox_at_(DYNOX_NAMED_CALL_(dynox_delete_backup_with, dynox_backup_args, client, arn, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_delete_backup(client, ...)                                                                          \
    DYNOX_NAMED_CALL_(dynox_sync_delete_backup_with, dynox_backup_args, client, arn, __VA_ARGS__)
#define dynox_list_backups(...) DYNOX_CLIENT_CALL_(dynox_list_backups_with, dynox_list_backups_args, __VA_ARGS__)
#define dynox_list_backups_page(...)                                                                                   \
    dynox_at_(DYNOX_CLIENT_CALL_(dynox_list_backups_page_with, dynox_list_backups_args, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_list_backups_page(...)                                                                              \
    DYNOX_CLIENT_CALL_(dynox_sync_list_backups_page_with, dynox_list_backups_args, __VA_ARGS__)
#define dynox_restore_table_from_backup(client, table, ...)                                                            \
    dynox_at_(DYNOX_BACKUP_CALL_(dynox_restore_table_from_backup_with, dynox_restore_args, client, table, from,        \
                                 __VA_ARGS__),                                                                         \
              DYNOX_HERE_)
#define dynox_sync_restore_table_from_backup(client, table, ...)                                                       \
    DYNOX_BACKUP_CALL_(dynox_sync_restore_table_from_backup_with, dynox_restore_args, client, table, from, __VA_ARGS__)
#define dynox_restore_table_to_point_in_time(client, table, ...)                                                       \
    dynox_at_(DYNOX_BACKUP_CALL_(dynox_restore_table_to_point_in_time_with, dynox_restore_args, client, table, from,   \
                                 __VA_ARGS__),                                                                         \
              DYNOX_HERE_)
#define dynox_sync_restore_table_to_point_in_time(client, table, ...)                                                  \
    DYNOX_BACKUP_CALL_(dynox_sync_restore_table_to_point_in_time_with, dynox_restore_args, client, table, from,        \
                       __VA_ARGS__)
#endif
#endif
