/* Files of the store as strangers give them: whatever is in one, it is opened or refused, read or told to be damaged,
 * and each pass over it ends. Input: how pages of a good file are to be changed, each as a place (3 bytes), a length
 * (1) and what to put there; or, if it begins with "SQLite format", the file itself. */
#include "fuzz.h"
#include "local/store/store.h"
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES = 300, MOST = 256 * 1024, MOST_STEPS = MOST };

static char    path[64];
static uint8_t good[MOST], bytes[MOST];
static size_t  good_size;

static void remove_file(void)
{
    char beside[80];
    snprintf(beside, sizeof beside, "%s-wal", path);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", path);
    unlink(beside);
    unlink(path);
}

static bool put(dynox__store *store, uint32_t number, size_t size)
{
    static const char         value[3000];
    dynox__store_transaction *transaction;
    if (dynox__store_begin(store, true, &transaction, NULL) != DYNOX_OK) return false;
    dynox__bytes key = {&number, sizeof number};
    if (dynox__store_put(transaction, key, (dynox__bytes){value, size}, NULL) == DYNOX_OK)
        return dynox__store_commit(transaction, NULL) == DYNOX_OK;
    dynox__store_abort(transaction);
    return false;
}

/* In memory where that can be had: it is written very often. */
static void make_good_file(void)
{
    dynox_error error = {0};
    snprintf(path, sizeof path, "%s/dynox-fuzz-%ld", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
             (long)getpid());
    dynox__store *store = dynox__store_file(path, &error);
    PROMISE(store);
    for (uint32_t i = 0; i < ENTRIES; i++)
        PROMISE(put(store, i * 2654435761u, i % 50 ? i % 200 : 3000));
    dynox__store_close(store);
    FILE *file = fopen(path, "rb");
    PROMISE(file);
    good_size = fread(good, 1, sizeof good, file);
    fclose(file);
    remove_file();
    atexit(remove_file);
}

/* Puts the file there; false: it is empty, and as good as none. */
static bool write_file(const uint8_t *data, size_t size)
{
    size_t length = good_size;
    memcpy(bytes, good, good_size);
    if (size >= 13 && memcmp(data, "SQLite format", 13) == 0) {
        length = size < sizeof bytes ? size : sizeof bytes;
        memcpy(bytes, data, length);
    } else {
        while (size > 4) {
            size_t at = (data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16) % good_size, count = data[3];
            data += 4;
            size -= 4;
            if (count > size) count = size;
            if (count > good_size - at) count = good_size - at;
            memcpy(bytes + at, data, count);
            data += count;
            size -= count;
        }
    }
    FILE *file = fopen(path, "wb");
    PROMISE(file && fwrite(bytes, 1, length, file) == length);
    fclose(file);
    return length != 0;
}

static void walk(dynox__store *store, bool backwards)
{
    dynox__store_transaction *transaction;
    dynox__store_cursor      *cursor = NULL;
    dynox__store_entry        entry  = {{NULL, 0}, {NULL, 0}};
    if (dynox__store_begin(store, false, &transaction, NULL) != DYNOX_OK) return;
    dynox_status status = dynox__store_cursor_open(transaction, &cursor, NULL);
    dynox__bytes first  = backwards ? (dynox__bytes){"\xff\xff\xff\xff\xff", 5} : (dynox__bytes){"", 0};
    if (!status) status = dynox__store_seek(cursor, first, backwards, &entry, NULL);
    for (int steps = 0; !status && entry.key.data; steps++) {
        PROMISE(steps < MOST_STEPS);
        dynox__store_forget(transaction);
        status = dynox__store_next(cursor, &entry, NULL);
    }
    PROMISE(status == DYNOX_OK || status == DYNOX_E_SYSTEM || status == DYNOX_E_NO_MEMORY);
    dynox__store_cursor_close(cursor);
    dynox__store_abort(transaction);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dynox_error error = {0};
    if (!good_size) make_good_file();
    if (!write_file(data, size)) return 0;
    dynox__store *store = dynox__store_file(path, &error);
    if (store) {
        walk(store, false);
        walk(store, true);
        put(store, (uint32_t)size * 2654435761u, 100);
        put(store, 5, 3000);
        dynox__store_close(store);
    } else {
        PROMISE(error.status == DYNOX_E_ARGUMENT || error.status == DYNOX_E_SYSTEM ||
                error.status == DYNOX_E_NO_MEMORY);
        PROMISE(error.message[0]);
    }
    remove_file();
    return 0;
}
