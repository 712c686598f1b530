/* Waiters: asking again and again until a table, an index, an export, ... has come to where it should be. */
#ifndef DYNOX_WAIT_H
#define DYNOX_WAIT_H

#include <dynox/operation.h>

DYNOX_EXTERN_C_BEGIN

/* What is waited for. A table, an index, an insight or a destination that is not there (yet) is waited for. */
typedef enum dynox_until {
    DYNOX_UNTIL_TABLE_ACTIVE = 0, /* its indexes may still be filled */
    DYNOX_UNTIL_TABLE_GONE,
    DYNOX_UNTIL_INDEX_ACTIVE, /* it is filled, too */
    DYNOX_UNTIL_EXPORT_COMPLETED,
    DYNOX_UNTIL_IMPORT_COMPLETED,
    DYNOX_UNTIL_BACKUP_AVAILABLE,
    DYNOX_UNTIL_INSIGHTS_ENABLED,  /* contributor insights of a table or an index */
    DYNOX_UNTIL_DESTINATION_ACTIVE /* a Kinesis stream that the table's changes go to */
} dynox_until;

typedef struct dynox_wait_args {
    size_t       size DYNOX_SIZE_(dynox_wait_args);
    const char  *resource;    /* the table, by name or ARN; the ARN of the export, import or backup */
    int64_t      timeout_ms;  /* all of the wait; 0: see below; < 0: for ever */
    int64_t      poll_ms;     /* the shortest pause between two questions; 0: see below */
    dynox_error *error;       /* sync_ only */
    int64_t      poll_max_ms; /* the longest one; 0: 6 times the shortest */
    const char  *index;       /* of DYNOX_UNTIL_INDEX_ACTIVE, and of DYNOX_UNTIL_INSIGHTS_ENABLED if you like */
    dynox_until  until;
    const char  *correlation_id, *traceparent; /* of each question, as of all calls */
} dynox_wait_args;

/* Asks at once, and then with pauses that double from the shortest to the longest one, each of them cut to a random
 * length that is no shorter than the shortest, as the waiters of the official SDKs do (Smithy, "Waiters"); the last
 * question comes shortly before the end. Tables: 60 s, at first every 500 ms. Indexes: 600 s, every 2 s. All others:
 * 1200 s, every 20 s.
 *
 * DYNOX_E_TIMEOUT names what was waited for and its last state. DYNOX_E_SERVICE: it has come to where it can never get
 * there (a FAILED export, say); the message has the service's reason. DYNOX_E_NOT_FOUND: no such export, import or
 * backup. Any other failed question ends the wait, too. The future has no value, and cancelling it ends the questions.
 */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_wait_with(dynox_client *client, const dynox_wait_args *args);
DYNOX_API dynox_status                 dynox_sync_wait_with(dynox_client *client, const dynox_wait_args *args);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_wait_for_table_active(db, "users", .timeout_ms = 10000), dynox_wait_for_index_active(db, "users", "by-city")
 * dynox_sync_wait_for_export(db, arn, .error = &err) */
#define DYNOX_WAIT_(function, client, until_, ...)                                                                     \
    function((client), &(dynox_wait_args){.size = sizeof(dynox_wait_args), .until = (until_), .resource = __VA_ARGS__})
#define DYNOX_WAIT_INDEX_(function, client, table, ...)                                                                \
    function((client), &(dynox_wait_args){.size     = sizeof(dynox_wait_args),                                         \
                                          .until    = DYNOX_UNTIL_INDEX_ACTIVE,                                        \
                                          .resource = (table),                                                         \
                                          .index    = __VA_ARGS__})
#define DYNOX_WAIT_ASYNC_(client, until_, ...)                                                                         \
    dynox_at_(DYNOX_WAIT_(dynox_wait_with, client, until_, __VA_ARGS__), DYNOX_HERE_)
#define DYNOX_WAIT_SYNC_(client, until_, ...) DYNOX_WAIT_(dynox_sync_wait_with, client, until_, __VA_ARGS__)

#define dynox_wait_for_table_active(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_TABLE_ACTIVE, __VA_ARGS__)
#define dynox_sync_wait_for_table_active(client, ...) DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_TABLE_ACTIVE, __VA_ARGS__)
#define dynox_wait_for_table_gone(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_TABLE_GONE, __VA_ARGS__)
#define dynox_sync_wait_for_table_gone(client, ...) DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_TABLE_GONE, __VA_ARGS__)
#define dynox_wait_for_index_active(client, table, ...)                                                                \
    dynox_at_(DYNOX_WAIT_INDEX_(dynox_wait_with, client, table, __VA_ARGS__), DYNOX_HERE_)
#define dynox_sync_wait_for_index_active(client, table, ...)                                                           \
    DYNOX_WAIT_INDEX_(dynox_sync_wait_with, client, table, __VA_ARGS__)
#define dynox_wait_for_export(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_EXPORT_COMPLETED, __VA_ARGS__)
#define dynox_sync_wait_for_export(client, ...) DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_EXPORT_COMPLETED, __VA_ARGS__)
#define dynox_wait_for_import(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_IMPORT_COMPLETED, __VA_ARGS__)
#define dynox_sync_wait_for_import(client, ...) DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_IMPORT_COMPLETED, __VA_ARGS__)
#define dynox_wait_for_backup(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_BACKUP_AVAILABLE, __VA_ARGS__)
#define dynox_sync_wait_for_backup(client, ...) DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_BACKUP_AVAILABLE, __VA_ARGS__)
#define dynox_wait_for_insights(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_INSIGHTS_ENABLED, __VA_ARGS__)
#define dynox_sync_wait_for_insights(client, ...) DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_INSIGHTS_ENABLED, __VA_ARGS__)
#define dynox_wait_for_destination(client, ...) DYNOX_WAIT_ASYNC_(client, DYNOX_UNTIL_DESTINATION_ACTIVE, __VA_ARGS__)
#define dynox_sync_wait_for_destination(client, ...)                                                                   \
    DYNOX_WAIT_SYNC_(client, DYNOX_UNTIL_DESTINATION_ACTIVE, __VA_ARGS__)
#endif
#endif
