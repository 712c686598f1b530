/* One connection to the file: its statements, what they read, and what their failures mean. One thread at a time. */
#ifndef DYNOX_LOCAL_STORE_FILE_CONNECTION_H
#define DYNOX_LOCAL_STORE_FILE_CONNECTION_H

#include "base/arena.h"
#include "local/store/store.h"
#include <sqlite3.h>

/* Statements that a connection prepares when it first needs them. */
typedef enum dynox__file_statement {
    DYNOX__FILE_BEGIN_READING,
    DYNOX__FILE_BEGIN_WRITING,
    DYNOX__FILE_COMMIT,
    DYNOX__FILE_ROLLBACK,
    DYNOX__FILE_BEGIN_PART, /* a transaction within one that others take part in */
    DYNOX__FILE_COMMIT_PART,
    DYNOX__FILE_ROLLBACK_PART,
    DYNOX__FILE_GET,
    DYNOX__FILE_PUT,
    DYNOX__FILE_REMOVE,
    DYNOX__FILE_FORWARDS,
    DYNOX__FILE_BACKWARDS,
    DYNOX__FILE_STATEMENTS
} dynox__file_statement;

enum { DYNOX__FILE_KEPT_CURSORS = 4 }; /* statements, for each direction */

typedef struct dynox__file_connection {
    sqlite3                       *db;
    sqlite3_stmt                  *statements[DYNOX__FILE_STATEMENTS];
    sqlite3_stmt                  *cursors[2][DYNOX__FILE_KEPT_CURSORS]; /* that nobody uses; NULL: none */
    dynox__arena                   read;                                 /* what a transaction has read */
    struct dynox__file_connection *next;                                 /* for whoever keeps several */
} dynox__file_connection;

/* Only SQLite's codes (SQLITE_OK) are returned from here on; dynox__file_error says what they mean. */

/* Opens a file that may be anything, and does not look at it yet. The connection is to be closed also after a failure.
 */
int  dynox__file_connect(dynox__file_connection *connection, const char *path, bool create);
int  dynox__file_set_up(dynox__file_connection *connection); /* the first look at it: before anything else */
void dynox__file_disconnect(dynox__file_connection *connection);
int  dynox__file_execute(dynox__file_connection *connection, const char *sql);
/* The whole number that a statement gives. */
int dynox__file_ask(dynox__file_connection *connection, const char *sql, int64_t *number);

/* One of those that take nothing and give nothing. */
int dynox__file_run(dynox__file_connection *connection, dynox__file_statement which);
int dynox__file_get(dynox__file_connection *connection, dynox__bytes key, dynox__bytes *value);
int dynox__file_put(dynox__file_connection *connection, dynox__bytes key, dynox__bytes value);
int dynox__file_remove(dynox__file_connection *connection, dynox__bytes key);

/* A statement of its own for a cursor, and back. */
int  dynox__file_cursor(dynox__file_connection *connection, bool backwards, sqlite3_stmt **statement);
void dynox__file_cursor_back(dynox__file_connection *connection, bool backwards, sqlite3_stmt *statement);
int  dynox__file_seek(sqlite3_stmt *statement, dynox__bytes key);
int  dynox__file_step(dynox__file_connection *connection, sqlite3_stmt *statement, dynox__store_entry *entry);

/* Forgets what was read. */
void dynox__file_forget(dynox__file_connection *connection);

/* Fills the error from a code; returns its status. */
dynox_status dynox__file_error(dynox__file_connection *connection, int code, const char *path, dynox_error *error);

#endif
