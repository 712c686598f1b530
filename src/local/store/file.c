/* The store in a file: SQLite with a write-ahead log, one table of keys and values. One connection writes; each reading
 * transaction has one of its own, so that it sees what was there when it began and waits for nobody. */
#include "base/buffer.h"
#include "base/errno_text.h"
#include "base/log.h"
#include "local/store/file_store.h"
#include <string.h>

enum { MOST_KEPT_READERS = 16 };

/* In the file's header. A change of what is in a file, keys and values included, makes another schema. */
#define APPLICATION 0x64786e78
#define SCHEMA 1
#define AS_TEXT_(number) #number
#define AS_TEXT(number) AS_TEXT_(number)
#define TABLE_SQL "CREATE TABLE entries (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"

typedef struct file_cursor {
    dynox__store_cursor base;
    sqlite3_stmt       *statement; /* NULL: no seek yet */
    bool                backwards;
    bool                ended;
    dynox__buffer       last; /* the key where it is; empty: nowhere yet */
} file_cursor;

static dynox__file_transaction *transaction_of(dynox__store_transaction *transaction)
{
    return DYNOX__CONTAINER(transaction, dynox__file_transaction, base);
}

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

dynox_status dynox__file_failed(dynox__file_store *store, dynox__file_connection *connection, int code,
                                dynox_error *error)
{
    dynox_error  own    = {0};
    int          kind   = code & 0xff;
    dynox_status status = dynox__file_error(connection, code, store->path, &own);
    /* What was given to the disk before a failed fsync may be there or not, and nobody will tell. */
    bool damaged = kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || code == SQLITE_IOERR_FSYNC;
    if (damaged && !atomic_exchange(&store->damaged, true))
        dynox__log(DYNOX_LOG_ERROR, "local", "%s; it is not written any more", own.message);
    if (error) *error = own;
    return status;
}

/* ---- reading transactions ---- */

static dynox__file_connection *take_reader(dynox__file_store *store)
{
    pthread_mutex_lock(&store->mutex);
    dynox__file_connection *reader = store->readers;
    if (reader) {
        store->readers = reader->next;
        store->reader_count--;
    }
    pthread_mutex_unlock(&store->mutex);
    return reader ? reader : dynox__calloc(sizeof *reader);
}

static void drop_reader(dynox__file_connection *reader)
{
    dynox__file_disconnect(reader);
    dynox__free(reader);
}

static void end_reading(dynox__file_store *store, dynox__file_connection *reader)
{
    bool kept = dynox__file_run(reader, DYNOX__FILE_ROLLBACK) == SQLITE_OK;
    dynox__file_forget(reader);
    pthread_mutex_lock(&store->mutex);
    kept = kept && store->reader_count < MOST_KEPT_READERS;
    if (kept) {
        reader->next   = store->readers;
        store->readers = reader;
        store->reader_count++;
    }
    pthread_mutex_unlock(&store->mutex);
    if (!kept) drop_reader(reader);
}

static dynox_status begin_reading(dynox__file_store *store, dynox__file_transaction *own, dynox_error *error)
{
    dynox__file_connection *reader = take_reader(store);
    dynox__bytes            none;
    if (!reader) return no_memory(error);
    int code = SQLITE_OK;
    if (!reader->db) {
        code = dynox__file_connect(reader, store->path, false);
        if (!code) code = dynox__file_set_up(reader);
    }
    if (!code) code = dynox__file_run(reader, DYNOX__FILE_BEGIN_READING);
    /* What is seen is settled by the first look at the file. */
    if (!code) code = dynox__file_get(reader, (dynox__bytes){"", 0}, &none);
    own->connection = reader;
    if (!code) return DYNOX_OK;
    dynox_status status = dynox__file_failed(store, reader, code, error);
    drop_reader(reader);
    return status;
}

/* ---- transactions ---- */

static dynox_status file_begin(dynox__store *store, bool writes, dynox__store_transaction **transaction,
                               dynox_error *error)
{
    dynox__file_transaction *own = dynox__calloc(sizeof *own);
    if (!own) return no_memory(error);
    own->base.store     = store;
    own->writes         = writes;
    dynox_status status = writes ? dynox__file_write_begin(dynox__file_store_of(store), own, error)
                                 : begin_reading(dynox__file_store_of(store), own, error);
    if (status)
        dynox__free(own);
    else
        *transaction = &own->base;
    return status;
}

static void file_abort(dynox__store_transaction *transaction)
{
    dynox__file_transaction *own   = transaction_of(transaction);
    dynox__file_store       *store = dynox__file_store_of(transaction->store);
    if (own->writes)
        dynox__file_write_abort(store, own);
    else
        end_reading(store, own->connection);
    dynox__free(own);
}

static void file_abort_later(dynox__store_transaction *transaction, dynox__store_pending *pending)
{
    dynox__file_transaction *own = transaction_of(transaction);
    dynox__file_write_abort_later(dynox__file_store_of(transaction->store), own, pending);
    dynox__free(own);
}

static dynox_status file_commit_later(dynox__store_transaction *transaction, dynox__store_pending *pending,
                                      dynox_error *error)
{
    dynox__file_transaction *own = transaction_of(transaction);
    dynox_status status = dynox__file_write_commit_later(dynox__file_store_of(transaction->store), own, pending, error);
    dynox__free(own);
    return status;
}

static void file_await(dynox__store *store, dynox__store_pending *pending)
{
    dynox__file_await(dynox__file_store_of(store), pending);
}

static dynox_status file_commit(dynox__store_transaction *transaction, dynox_error *error)
{
    dynox__store        *store = transaction->store;
    dynox__store_pending pending;
    if (!transaction_of(transaction)->writes) {
        file_abort(transaction);
        return DYNOX_OK;
    }
    dynox_status status = dynox__store_commit_later(transaction, &pending, error);
    return status ? status : dynox__store_await(store, &pending, error);
}

/* What a function of the transaction's connection came to. */
static dynox_status outcome(dynox__store_transaction *transaction, int code, dynox_error *error)
{
    if (!code) return DYNOX_OK;
    return dynox__file_failed(dynox__file_store_of(transaction->store), transaction_of(transaction)->connection, code,
                              error);
}

static dynox_status file_get(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes *value,
                             dynox_error *error)
{
    return outcome(transaction, dynox__file_get(transaction_of(transaction)->connection, key, value), error);
}

static dynox_status file_put(dynox__store_transaction *transaction, dynox__bytes key, dynox__bytes value,
                             dynox_error *error)
{
    dynox__file_connection *connection = transaction_of(transaction)->connection;
    int                     code       = dynox__file_put(connection, key, value);
    dynox__file_forget(connection);
    return outcome(transaction, code, error);
}

static dynox_status file_remove(dynox__store_transaction *transaction, dynox__bytes key, dynox_error *error)
{
    dynox__file_connection *connection = transaction_of(transaction)->connection;
    int                     code       = dynox__file_remove(connection, key);
    dynox__file_forget(connection);
    return outcome(transaction, code, error);
}

static void file_forget(dynox__store_transaction *transaction)
{
    dynox__file_forget(transaction_of(transaction)->connection);
}

/* ---- cursors ---- */

static dynox__file_connection *connection_of(const file_cursor *cursor)
{
    return transaction_of(cursor->base.transaction)->connection;
}

static dynox_status file_cursor_open(dynox__store_transaction *transaction, dynox__store_cursor **cursor,
                                     dynox_error *error)
{
    file_cursor *own = dynox__calloc(sizeof *own);
    if (!own) return no_memory(error);
    own->base.transaction = transaction;
    *cursor               = &own->base;
    return DYNOX_OK;
}

/* In a damaged file, the way over its pages may be a circle. */
static int check_order(file_cursor *cursor, dynox__bytes key)
{
    dynox__buffer *last   = &cursor->last;
    size_t         common = last->size < key.size ? last->size : key.size;
    int            order  = common ? memcmp(key.data, last->data, common) : 0;
    if (order == 0) order = (key.size > last->size) - (key.size < last->size);
    if (last->size && (cursor->backwards ? order >= 0 : order <= 0)) return SQLITE_CORRUPT;
    last->size = 0;
    dynox__buffer_add(last, key.data, key.size);
    return last->failed ? SQLITE_NOMEM : SQLITE_OK;
}

static dynox_status file_next(dynox__store_cursor *cursor, dynox__store_entry *entry, dynox_error *error)
{
    file_cursor *own = DYNOX__CONTAINER(cursor, file_cursor, base);
    *entry           = (dynox__store_entry){{NULL, 0}, {NULL, 0}};
    if (own->ended) return DYNOX_OK; /* a step more would begin anew */
    int code = dynox__file_step(connection_of(own), own->statement, entry);
    if (!code && entry->key.data) code = check_order(own, entry->key);
    own->ended = code || !entry->key.data;
    return outcome(cursor->transaction, code, error);
}

static dynox_status file_seek(dynox__store_cursor *cursor, dynox__bytes key, bool backwards, dynox__store_entry *entry,
                              dynox_error *error)
{
    file_cursor *own  = DYNOX__CONTAINER(cursor, file_cursor, base);
    int          code = SQLITE_OK;
    if (!own->statement || own->backwards != backwards) {
        dynox__file_cursor_back(connection_of(own), own->backwards, own->statement);
        own->backwards = backwards;
        code           = dynox__file_cursor(connection_of(own), backwards, &own->statement);
    }
    if (!code) code = dynox__file_seek(own->statement, key);
    own->ended     = code != SQLITE_OK;
    own->last.size = 0;
    return code ? outcome(cursor->transaction, code, error) : file_next(cursor, entry, error);
}

static void file_cursor_close(dynox__store_cursor *cursor)
{
    file_cursor *own = DYNOX__CONTAINER(cursor, file_cursor, base);
    dynox__file_cursor_back(connection_of(own), own->backwards, own->statement);
    dynox__buffer_free(&own->last);
    dynox__free(own);
}

/* ---- the store ---- */

/* Counts all entries: for people who want to know. */
static void file_measure(dynox__store *store, dynox__store_size *size)
{
    dynox__store_transaction *transaction = NULL;
    int64_t                   entries = 0, content = 0, pages = 0, page = 0;
    *size = (dynox__store_size){0};
    if (file_begin(store, false, &transaction, NULL)) return;
    dynox__file_connection *reader = transaction_of(transaction)->connection;
    if (!dynox__file_ask(reader, "SELECT count(*) FROM entries", &entries) &&
        !dynox__file_ask(reader, "SELECT total(length(key) + length(value)) FROM entries", &content) &&
        !dynox__file_ask(reader, "PRAGMA page_count", &pages) && !dynox__file_ask(reader, "PRAGMA page_size", &page))
        *size = (dynox__store_size){(uint64_t)entries, (uint64_t)content, (uint64_t)(pages * page - content)};
    file_abort(transaction);
}

static void file_close(dynox__store *store)
{
    dynox__file_store *own = dynox__file_store_of(store);
    while (own->readers) {
        dynox__file_connection *reader = own->readers;
        own->readers                   = reader->next;
        drop_reader(reader);
    }
    dynox__file_disconnect(&own->writer);
    dynox__file_lock_release(&own->lock);
    pthread_cond_destroy(&own->ended);
    pthread_cond_destroy(&own->written);
    pthread_mutex_destroy(&own->mutex);
    dynox__free(own->path);
    dynox__free(own);
}

/* Makes what is in an empty file, all or nothing of it. */
static int make_tables(dynox__file_connection *connection)
{
    return dynox__file_execute(connection,
                               "BEGIN IMMEDIATE; PRAGMA application_id = " AS_TEXT(
                                   APPLICATION) "; PRAGMA user_version = " AS_TEXT(SCHEMA) "; " TABLE_SQL "; COMMIT");
}

static dynox_status not_ours(const dynox__file_store *store, dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_ARGUMENT, "%s is not a file of a local engine", store->path);
}

/* Is it a file of ours, or an empty one, which becomes one? */
static dynox_status check(dynox__file_store *store, dynox_error *error)
{
    dynox__file_connection *writer = &store->writer;
    int64_t                 id = 0, schema = 0, objects = 0, tables = 0;
    if (sqlite3_db_readonly(writer->db, "main")) return dynox__file_failed(store, writer, SQLITE_READONLY, error);
    int code = dynox__file_set_up(writer);
    if (!code) code = dynox__file_ask(writer, "PRAGMA application_id", &id);
    if (!code) code = dynox__file_ask(writer, "PRAGMA user_version", &schema);
    if (!code) code = dynox__file_ask(writer, "SELECT count(*) FROM sqlite_schema", &objects);
    if (!code && id == 0 && objects == 0) {
        code   = make_tables(writer);
        id     = APPLICATION;
        schema = SCHEMA;
    }
    if (!code && id == APPLICATION && schema > SCHEMA)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "%s was made by a newer version of the local engine",
                               store->path);
    if (code == SQLITE_NOTADB || (!code && id != APPLICATION)) return not_ours(store, error);
    if (!code)
        code =
            dynox__file_ask(writer, "SELECT count(*) = 1 AND max(sql) = '" TABLE_SQL "' FROM sqlite_schema", &tables);
    if (code) return dynox__file_failed(store, writer, code, error);
    return tables ? DYNOX_OK : not_ours(store, error);
}

/* A log beside the file, so that readers and the writer do not wait for each other. */
static dynox_status write_ahead(dynox__file_store *store, dynox_error *error)
{
    int64_t is_on = 0;
    int code = dynox__file_execute(&store->writer, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864");
    if (!code) code = dynox__file_ask(&store->writer, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &is_on);
    if (code) return dynox__file_failed(store, &store->writer, code, error);
    if (is_on) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_SYSTEM, "%s: this file system cannot have a write-ahead log", store->path);
}

/* SQLite gives ":memory:" and the empty name meanings of their own. */
static char *path_as_file(const char *path)
{
    size_t length = strlen(path);
    char  *file   = dynox__malloc(length + 3);
    if (!file) return NULL;
    size_t at = path[0] == '/' ? 0 : 2;
    memcpy(file, "./", at);
    memcpy(file + at, path, length + 1);
    return file;
}

static dynox_status open_file(dynox__file_store *store, const char *path, dynox_error *error)
{
    char *file = path_as_file(path);
    if (!file) return no_memory(error);
    int code = dynox__file_connect(&store->writer, file, true);
    dynox__free(file);
    if ((code & 0xff) == SQLITE_CANTOPEN)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "%s cannot be opened: %s", path,
                               DYNOX__ERRNO(sqlite3_system_errno(store->writer.db)));
    store->path = dynox__strdup(code ? path : sqlite3_db_filename(store->writer.db, "main"));
    if (!store->path) return no_memory(error);
    if (code) return dynox__file_failed(store, &store->writer, code, error);
    dynox_status status = dynox__file_lock_take(&store->lock, store->path, error);
    if (!status) status = check(store, error);
    return status ? status : write_ahead(store, error);
}

dynox__store *dynox__store_file(const char *path, dynox_error *error)
{
    static const dynox__store_kind kind = {
        .begin        = file_begin,
        .commit       = file_commit,
        .commit_later = file_commit_later,
        .abort_later  = file_abort_later,
        .await        = file_await,
        .abort        = file_abort,
        .get          = file_get,
        .put          = file_put,
        .remove       = file_remove,
        .forget       = file_forget,
        .cursor_open  = file_cursor_open,
        .seek         = file_seek,
        .next         = file_next,
        .cursor_close = file_cursor_close,
        .measure      = file_measure,
        .close        = file_close,
    };
    dynox__file_store *own = dynox__calloc(sizeof *own);
    if (!own) {
        no_memory(error);
        return NULL;
    }
    own->base.kind = &kind;
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->written, NULL);
    pthread_cond_init(&own->ended, NULL);
    if (open_file(own, path, error) == DYNOX_OK) return &own->base;
    file_close(&own->base);
    return NULL;
}
