/* A connection to the file, by SQLite. */
#include "local/store/file_connection.h"
#include <string.h>

static const char *const sql_of[DYNOX__FILE_STATEMENTS] = {
    [DYNOX__FILE_BEGIN_READING] = "BEGIN",
    [DYNOX__FILE_BEGIN_WRITING] = "BEGIN IMMEDIATE",
    [DYNOX__FILE_COMMIT]        = "COMMIT",
    [DYNOX__FILE_ROLLBACK]      = "ROLLBACK",
    [DYNOX__FILE_BEGIN_PART]    = "SAVEPOINT part",
    [DYNOX__FILE_COMMIT_PART]   = "RELEASE part",
    [DYNOX__FILE_ROLLBACK_PART] = "ROLLBACK TO part",
    [DYNOX__FILE_GET]           = "SELECT value FROM entries WHERE key = ?1",
    [DYNOX__FILE_PUT]           = "INSERT OR REPLACE INTO entries (key, value) VALUES (?1, ?2)",
    [DYNOX__FILE_REMOVE]        = "DELETE FROM entries WHERE key = ?1",
    [DYNOX__FILE_FORWARDS]      = "SELECT key, value FROM entries WHERE key >= ?1 ORDER BY key",
    [DYNOX__FILE_BACKWARDS]     = "SELECT key, value FROM entries WHERE key <= ?1 ORDER BY key DESC",
};

/* ---- connections ---- */

int dynox__file_connect(dynox__file_connection *connection, const char *path, bool create)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    int code  = sqlite3_open_v2(path, &connection->db, flags, NULL);
    if (code) return code;
    sqlite3_extended_result_codes(connection->db, 1);
    sqlite3_busy_timeout(connection->db, 5000); /* another program may look at the file */
    /* What may be in a file that somebody else has made shall not run here. */
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    return SQLITE_OK;
}

int dynox__file_set_up(dynox__file_connection *connection)
{
    return dynox__file_execute(connection, "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON");
}

void dynox__file_disconnect(dynox__file_connection *connection)
{
    for (int i = 0; i < DYNOX__FILE_STATEMENTS; i++)
        sqlite3_finalize(connection->statements[i]);
    for (int i = 0; i < 2 * DYNOX__FILE_KEPT_CURSORS; i++)
        sqlite3_finalize(connection->cursors[i / DYNOX__FILE_KEPT_CURSORS][i % DYNOX__FILE_KEPT_CURSORS]);
    sqlite3_close(connection->db);
    dynox__arena_free(&connection->read);
    *connection = (dynox__file_connection){0};
}

int dynox__file_execute(dynox__file_connection *connection, const char *sql)
{
    return sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
}

int dynox__file_ask(dynox__file_connection *connection, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int           code      = sqlite3_prepare_v2(connection->db, sql, -1, &statement, NULL);
    if (!code) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
        code    = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

/* ---- statements ---- */

static int prepare(dynox__file_connection *connection, dynox__file_statement which, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v3(connection->db, sql_of[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

/* The statement, which has not begun yet. */
static int statement_of(dynox__file_connection *connection, dynox__file_statement which, sqlite3_stmt **statement)
{
    int code   = connection->statements[which] ? SQLITE_OK : prepare(connection, which, &connection->statements[which]);
    *statement = connection->statements[which];
    return code;
}

/* NULL would be SQL's NULL. */
static int bind(sqlite3_stmt *statement, int place, dynox__bytes bytes, void (*keep)(void *))
{
    return sqlite3_bind_blob64(statement, place, bytes.size ? bytes.data : "", bytes.size, keep);
}

/* To the end of a statement that gives nothing. */
static int finish(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement), again = sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? again : code;
}

int dynox__file_run(dynox__file_connection *connection, dynox__file_statement which)
{
    sqlite3_stmt *statement;
    int           code = statement_of(connection, which, &statement);
    return code ? code : finish(statement);
}

/* A copy of a column of the row that the statement is at. */
static int read_column(dynox__file_connection *connection, sqlite3_stmt *statement, int column, dynox__bytes *bytes)
{
    if (sqlite3_column_type(statement, column) != SQLITE_BLOB) return SQLITE_CORRUPT;
    const void *data = sqlite3_column_blob(statement, column);
    size_t      size = (size_t)sqlite3_column_bytes(statement, column);
    if (!data && size) return SQLITE_NOMEM;
    void *copy = dynox__arena_alloc(&connection->read, size);
    if (!copy) return SQLITE_NOMEM;
    if (size) memcpy(copy, data, size);
    *bytes = (dynox__bytes){copy, size};
    return SQLITE_OK;
}

int dynox__file_get(dynox__file_connection *connection, dynox__bytes key, dynox__bytes *value)
{
    sqlite3_stmt *statement;
    int           code = statement_of(connection, DYNOX__FILE_GET, &statement);
    *value             = (dynox__bytes){NULL, 0};
    if (!code) code = bind(statement, 1, key, SQLITE_STATIC);
    if (code) return code;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) code = read_column(connection, statement, 0, value);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int dynox__file_put(dynox__file_connection *connection, dynox__bytes key, dynox__bytes value)
{
    sqlite3_stmt *statement;
    int           code = statement_of(connection, DYNOX__FILE_PUT, &statement);
    if (!code) code = bind(statement, 1, key, SQLITE_STATIC);
    if (!code) code = bind(statement, 2, value, SQLITE_STATIC);
    return code ? code : finish(statement);
}

int dynox__file_remove(dynox__file_connection *connection, dynox__bytes key)
{
    sqlite3_stmt *statement;
    int           code = statement_of(connection, DYNOX__FILE_REMOVE, &statement);
    if (!code) code = bind(statement, 1, key, SQLITE_STATIC);
    return code ? code : finish(statement);
}

/* ---- cursors ---- */

int dynox__file_cursor(dynox__file_connection *connection, bool backwards, sqlite3_stmt **statement)
{
    for (int i = 0; i < DYNOX__FILE_KEPT_CURSORS; i++) {
        *statement = connection->cursors[backwards][i];
        if (!*statement) continue;
        connection->cursors[backwards][i] = NULL;
        return SQLITE_OK;
    }
    return prepare(connection, backwards ? DYNOX__FILE_BACKWARDS : DYNOX__FILE_FORWARDS, statement);
}

void dynox__file_cursor_back(dynox__file_connection *connection, bool backwards, sqlite3_stmt *statement)
{
    if (!statement) return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    for (int i = 0; i < DYNOX__FILE_KEPT_CURSORS; i++) {
        if (connection->cursors[backwards][i]) continue;
        connection->cursors[backwards][i] = statement;
        return;
    }
    sqlite3_finalize(statement);
}

int dynox__file_seek(sqlite3_stmt *statement, dynox__bytes key)
{
    sqlite3_reset(statement);
    return bind(statement, 1, key, SQLITE_TRANSIENT);
}

int dynox__file_step(dynox__file_connection *connection, sqlite3_stmt *statement, dynox__store_entry *entry)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW) return code == SQLITE_DONE ? SQLITE_OK : code;
    code = read_column(connection, statement, 0, &entry->key);
    return code ? code : read_column(connection, statement, 1, &entry->value);
}

void dynox__file_forget(dynox__file_connection *connection)
{
    enum { MOST_KEPT = 1024 * 1024 };
    dynox__arena *arena = &connection->read;
    dynox__arena_reset(arena);
    if (arena->end - arena->next > MOST_KEPT) dynox__arena_free(arena);
}

/* ---- failures ---- */

dynox_status dynox__file_error(dynox__file_connection *connection, int code, const char *path, dynox_error *error)
{
    const char *words = connection->db && sqlite3_extended_errcode(connection->db) == code
                            ? sqlite3_errmsg(connection->db)
                            : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_NOMEM: return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    case SQLITE_FULL: return dynox_error_set(error, DYNOX_E_SYSTEM, "%s: the disk is full", path);
    case SQLITE_READONLY: return dynox_error_set(error, DYNOX_E_SYSTEM, "%s: it may not be written", path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return dynox_error_set(error, DYNOX_E_SYSTEM, "%s is damaged: %s", path, words);
    default: return dynox_error_set(error, DYNOX_E_SYSTEM, "%s: %s", path, words);
    }
}
