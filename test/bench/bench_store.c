/* How fast is the store of the local engine?
 *
 * In memory, against a tree without versions, locks or transactions (tsearch), which has the same keys and values in
 * blocks of their own. In a file, against as many appends to a file, each with fdatasync: what the disk allows to whom
 * waits for it; and reading against the store in memory. All in one run, wall-clock time, the best of a few rounds.
 *
 * bench_store [--check] [FOLDER]: where the file shall be; a folder in memory tells nothing about disks. With --check,
 * the program fails when a bar is missed. */
#include "base/thread.h"
#include "local/store/key.h"
#include "local/store/store.h"
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { VALUE = 100, ROUNDS = 3, KEY_ROOM = 64, THREADS = 16, LATER = 32 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void check(bool right)
{
    if (!right) abort();
}

/* As a table has them: table, index, hash, partition key. Neighbours in number lie anywhere in the order. */
static dynox__bytes key_of(uint32_t number, char room[KEY_ROOM])
{
    char          name[24];
    size_t        length = (size_t)snprintf(name, sizeof name, "customer#%u", number);
    dynox__buffer key    = {.data = room, .capacity = KEY_ROOM, .borrowed = true};
    dynox__key_add_u32(&key, 1);
    dynox__key_add_u32(&key, 0);
    dynox__key_add_u64(&key, dynox__key_hash(name, length));
    dynox__key_add_bytes(&key, name, length);
    return (dynox__bytes){room, key.size};
}

static const char   value_bytes[VALUE];
static dynox__bytes value = {value_bytes, VALUE};

static uint32_t any(uint32_t i, uint32_t count)
{
    return (uint32_t)((i * UINT64_C(2654435761)) % count);
}

/* ---- what the store does ---- */

static void put_each(dynox__store *store, uint32_t from, uint32_t count)
{
    for (uint32_t i = from; i < from + count; i++) {
        char                      room[KEY_ROOM];
        dynox__store_transaction *transaction;
        check(!dynox__store_begin(store, true, &transaction, NULL));
        check(!dynox__store_put(transaction, key_of(i, room), value, NULL));
        check(!dynox__store_commit(transaction, NULL));
    }
}

/* As a thread does that has several requests at once. */
static void put_and_await(dynox__store *store, uint32_t from, uint32_t count)
{
    dynox__store_pending pending[LATER];
    for (uint32_t i = 0; i < count; i++) {
        char                      room[KEY_ROOM];
        dynox__store_transaction *transaction;
        check(!dynox__store_begin(store, true, &transaction, NULL));
        check(!dynox__store_put(transaction, key_of(from + i, room), value, NULL));
        check(!dynox__store_commit_later(transaction, &pending[i % LATER], NULL));
        if (i % LATER != LATER - 1 && i + 1 != count) continue;
        for (uint32_t k = 0; k <= i % LATER; k++)
            check(!dynox__store_await(store, &pending[k], NULL));
    }
}

static void get_each(dynox__store *store, uint32_t gets, uint32_t count)
{
    for (uint32_t i = 0; i < gets; i++) {
        char                      room[KEY_ROOM];
        dynox__bytes              found;
        dynox__store_transaction *transaction;
        check(!dynox__store_begin(store, false, &transaction, NULL));
        check(!dynox__store_get(transaction, key_of(any(i, count), room), &found, NULL) && found.size == VALUE);
        dynox__store_abort(transaction);
    }
}

static uint32_t walk(dynox__store *store)
{
    dynox__store_transaction *transaction;
    dynox__store_cursor      *cursor = NULL;
    dynox__store_entry        entry;
    uint32_t                  count = 0;
    check(!dynox__store_begin(store, false, &transaction, NULL));
    check(!dynox__store_cursor_open(transaction, &cursor, NULL));
    check(!dynox__store_seek(cursor, (dynox__bytes){"", 0}, false, &entry, NULL));
    for (; entry.key.data; count++) {
        dynox__store_forget(transaction);
        check(!dynox__store_next(cursor, &entry, NULL));
    }
    dynox__store_cursor_close(cursor);
    dynox__store_abort(transaction);
    return count;
}

/* ---- the reference in memory ---- */

typedef struct block {
    size_t key_size;
    char   bytes[];
} block;

static int compare(const void *a, const void *b)
{
    const block *x = a, *y = b;
    size_t       common = x->key_size < y->key_size ? x->key_size : y->key_size;
    int          order  = memcmp(x->bytes, y->bytes, common);
    return order ? order : (x->key_size > y->key_size) - (x->key_size < y->key_size);
}

static block *new_block(uint32_t number)
{
    char         room[KEY_ROOM];
    dynox__bytes key = key_of(number, room);
    block       *b   = malloc(sizeof *b + key.size + VALUE);
    check(b);
    b->key_size = key.size;
    memcpy(b->bytes, key.data, key.size);
    memcpy(b->bytes + key.size, value_bytes, VALUE);
    return b;
}

static void tree_put_each(void **root, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        check(tsearch(new_block(i), root, compare));
}

static void tree_get_each(void **root, uint32_t gets, uint32_t count)
{
    union {
        block b;
        char  room[sizeof(block) + KEY_ROOM];
    } wanted;
    for (uint32_t i = 0; i < gets; i++) {
        wanted.b.key_size = key_of(any(i, count), wanted.room + sizeof(block)).size;
        check(tfind(&wanted, root, compare));
    }
}

static void tree_free(void **root)
{
    while (*root) {
        block *first = *(block **)*root;
        tdelete(first, root, compare);
        free(first);
    }
}

/* ---- lines ---- */

static bool missed;

/* bar 0: there is none. */
static void line(const char *what, uint32_t count, double took, double reference, double bar)
{
    bool below = reference / took < bar;
    printf("%-36s %10.0f /s %8.2f%s\n", what, count / took, reference / took, below ? "  below the bar" : "");
    missed = missed || below;
}

static void bench_memory(uint32_t count)
{
    enum { GETS = 500000 };
    double            tree_put = 1e9, tree_get = 1e9, put = 1e9, get = 1e9, walked = 1e9, start;
    dynox__store_size size = {0};
    for (int round = 0; round < ROUNDS; round++) {
        void *root = NULL;
        start      = seconds();
        tree_put_each(&root, count);
        if (seconds() - start < tree_put) tree_put = seconds() - start;
        start = seconds();
        tree_get_each(&root, GETS, count);
        if (seconds() - start < tree_get) tree_get = seconds() - start;
        tree_free(&root);
        dynox__store *store = dynox__store_memory(NULL);
        check(store);
        start = seconds();
        put_each(store, 0, count);
        if (seconds() - start < put) put = seconds() - start;
        start = seconds();
        get_each(store, GETS, count);
        if (seconds() - start < get) get = seconds() - start;
        start = seconds();
        check(walk(store) == count);
        if (seconds() - start < walked) walked = seconds() - start;
        dynox__store_measure(store, &size);
        dynox__store_close(store);
    }
    printf("\n%u entries in memory: %.1f bytes beside each; ratios to tsearch\n", count,
           (double)size.overhead / (double)size.entries);
    missed = missed || size.overhead > 80 * size.entries;
    line("tsearch, put", count, tree_put, tree_put, 0);
    line("put, a transaction each", count, put, tree_put, 0.25);
    line("tfind, get", GETS, tree_get, tree_get, 0);
    line("get, a transaction each", GETS, get, tree_get, 0.9);
    line("walked over (to get)", count, walked, tree_get * count / GETS, 5);
}

/* ---- the file ---- */

typedef struct part {
    dynox__store *store;
    uint32_t      from, count;
} part;

static void *put_part(void *argument)
{
    part *p = argument;
    put_each(p->store, p->from, p->count);
    return NULL;
}

static void put_by_threads(dynox__store *store, uint32_t from, uint32_t count)
{
    pthread_t threads[THREADS];
    part      parts[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        parts[i] = (part){store, from + i * (count / THREADS), count / THREADS};
        check(!dynox__thread_start(&threads[i], "putter", false, put_part, &parts[i]));
    }
    for (uint32_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void append_each(const char *path, uint32_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    check(fd >= 0);
    for (uint32_t i = 0; i < count; i++) {
        char         room[KEY_ROOM];
        dynox__bytes key = key_of(i, room);
        check(write(fd, key.data, key.size) == (ssize_t)key.size && write(fd, value_bytes, VALUE) == VALUE);
        check(fdatasync(fd) == 0);
    }
    close(fd);
    unlink(path);
}

static void bench_file(const char *folder)
{
    enum { PUTS = 640, GETS = 50000 };
    char        path[256];
    dynox_error error = {0};
    snprintf(path, sizeof path, "%s/store", folder);
    dynox__store *file = dynox__store_file(path, &error), *memory = dynox__store_memory(NULL);
    if (!file) {
        printf("\nno file: %s\n", error.message);
        dynox__store_close(memory);
        return;
    }
    char appended[300];
    snprintf(appended, sizeof appended, "%s.appended", path);
    double start = seconds();
    append_each(appended, PUTS);
    double append = seconds() - start;
    printf("\na file; ratios to appends with fdatasync\n");
    line("append and fdatasync", PUTS, append, append, 0);
    start = seconds();
    put_each(file, 0, PUTS);
    line("put, a transaction each", PUTS, seconds() - start, append, 0.3);
    start = seconds();
    put_by_threads(file, PUTS, PUTS);
    line("the same by 16 threads", PUTS, seconds() - start, append, 2);
    start = seconds();
    put_and_await(file, 2 * PUTS, PUTS);
    line("the same, awaited by 32", PUTS, seconds() - start, append, 4);
    put_each(memory, 0, 3 * PUTS);
    start = seconds();
    get_each(memory, GETS, 3 * PUTS);
    double get = seconds() - start;
    printf("\nthe same in memory and in the file; ratios to memory\n");
    line("get from memory", GETS, get, get, 0);
    start = seconds();
    get_each(file, GETS, 3 * PUTS);
    line("get from the file", GETS, seconds() - start, get, 0);
    start = seconds();
    check(walk(memory) == 3 * PUTS);
    double walked = seconds() - start;
    line("walked over in memory", 3 * PUTS, walked, walked, 0);
    start = seconds();
    check(walk(file) == 3 * PUTS);
    line("walked over in the file", 3 * PUTS, seconds() - start, walked, 0);
    dynox__store_close(memory);
    dynox__store_close(file);
    unlink(path);
}

int main(int argc, char **argv)
{
    char folder[]  = "./bench-store-XXXXXX";
    bool has_bars  = argc > 1 && strcmp(argv[1], "--check") == 0;
    bool is_chosen = argc > 1 + has_bars;
    printf("%-36s %13s %8s\n", "", "", "ratio");
    bench_memory(1000);
    bench_memory(100000);
    bench_memory(1000000);
    if (!is_chosen) check(mkdtemp(folder));
    bench_file(is_chosen ? argv[1 + has_bars] : folder);
    if (!is_chosen) rmdir(folder);
    return has_bars && missed;
}
