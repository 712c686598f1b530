/* The store, in memory and in a file: the same promises of both. */
#include "base/thread.h"
#include "local/store/store.h"
#include "store_model.h"
#include <unistd.h>

typedef struct kind {
    const char *name;
    dynox__store *(*open)(dynox_error *error);
    uint32_t effort; /* how much a test does, in percent */
} kind;

static dynox__store *open_store(void **state)
{
    const kind   *k     = *state;
    dynox_error   error = {0};
    dynox__store *store = k->open(&error);
    if (!store) fail_msg("%s: %s", k->name, error.message);
    return store;
}

static uint32_t effort(void **state, uint32_t full)
{
    return full * ((const kind *)*state)->effort / 100;
}

static dynox__store_transaction *begin(dynox__store *store, bool writes)
{
    dynox_error               error = {0};
    dynox__store_transaction *transaction;
    if (dynox__store_begin(store, writes, &transaction, &error)) fail_msg("%s", error.message);
    return transaction;
}

static void commit(dynox__store_transaction *transaction)
{
    dynox_error error = {0};
    if (dynox__store_commit(transaction, &error)) fail_msg("%s", error.message);
}

static void put(dynox__store_transaction *transaction, const char *key, const char *value)
{
    dynox_error error = {0};
    if (dynox__store_put(transaction, bytes_of(key), bytes_of(value), &error)) fail_msg("%s", error.message);
}

static void remove_key(dynox__store_transaction *transaction, const char *key)
{
    dynox_error error = {0};
    if (dynox__store_remove(transaction, bytes_of(key), &error)) fail_msg("%s", error.message);
}

/* NULL: there must be none. */
static void expect(dynox__store_transaction *transaction, const char *key, const char *expected)
{
    dynox_error  error = {0};
    dynox__bytes value;
    if (dynox__store_get(transaction, bytes_of(key), &value, &error)) fail_msg("%s", error.message);
    if (!expected) {
        assert_null(value.data);
        return;
    }
    assert_non_null(value.data);
    assert_int_equal(value.size, strlen(expected));
    assert_memory_equal(value.data, expected, value.size);
}

static void change_at_random(dynox__store_transaction *transaction, model *m, uint32_t removes_of_ten)
{
    char         key_room[MODEL_KEY], value_room[2000];
    dynox_error  error = {0};
    dynox__bytes key   = model_random_key(m, key_room);
    if (model_below(m, 10) < removes_of_ten) {
        if (m->count && model_below(m, 2)) {
            key = model_key(&m->entries[model_below(m, (uint32_t)m->count)]);
            memcpy(key_room, key.data, key.size);
            key.data = key_room;
        }
        model_remove(m, key);
        assert_int_equal(dynox__store_remove(transaction, key, &error), DYNOX_OK);
    } else {
        uint64_t value = m->random;
        model_put(m, key, value);
        assert_int_equal(dynox__store_put(transaction, key, model_value(value, value_room), &error), DYNOX_OK);
    }
}

static void an_empty_store_has_nothing(void **state)
{
    dynox__store *store = open_store(state);
    model         none  = {0};
    expect_store(store, &none);
    dynox__store_transaction *transaction = begin(store, true);
    expect(transaction, "a", NULL);
    remove_key(transaction, "a");
    commit(transaction);
    dynox__store_size size;
    dynox__store_measure(store, &size);
    assert_int_equal(size.entries, 0);
    assert_int_equal(size.content, 0);
    dynox__store_close(store);
}

static void what_was_put_is_there(void **state)
{
    dynox__store             *store       = open_store(state);
    dynox__store_transaction *transaction = begin(store, true);
    put(transaction, "a", "1");
    put(transaction, "b", "");
    expect(transaction, "a", "1");
    commit(transaction);
    transaction = begin(store, false);
    expect(transaction, "a", "1");
    expect(transaction, "b", "");
    expect(transaction, "c", NULL);
    commit(transaction);
    transaction = begin(store, true);
    put(transaction, "a", "2");
    remove_key(transaction, "b");
    commit(transaction);
    transaction = begin(store, false);
    expect(transaction, "a", "2");
    expect(transaction, "b", NULL);
    dynox__store_abort(transaction);
    dynox__store_close(store);
}

/* Random operations in transactions of random length, a third of which is aborted. */
static void random_operations_do_what_a_sorted_array_does(void **state)
{
    dynox__store *store  = open_store(state);
    model         m      = {.random = 17};
    uint32_t      rounds = effort(state, 300);
    for (uint32_t round = 0; round < rounds; round++) {
        model                     before      = model_copy(&m);
        dynox__store_transaction *transaction = begin(store, true);
        uint32_t                  removes     = round / 50 % 2 ? 7 : 2; /* it grows, and shrinks */
        for (uint32_t i = model_below(&m, 200); i; i--)
            change_at_random(transaction, &m, removes);
        if (round % 10 == 0) expect_model(transaction, &m);
        if (model_below(&m, 3)) {
            commit(transaction);
            model_free(&before);
        } else {
            dynox__store_abort(transaction);
            before.random = m.random;
            model_free(&m);
            m = before;
        }
        expect_store(store, &m);
    }
    dynox__store_size size;
    dynox__store_measure(store, &size);
    assert_int_equal(size.entries, m.count);
    model_free(&m);
    dynox__store_close(store);
}

static void a_cursor_finds_the_nearest_in_its_direction(void **state)
{
    dynox__store             *store       = open_store(state);
    dynox__store_transaction *transaction = begin(store, true);
    model                     m           = {.random = 19};
    dynox_error               error       = {0};
    dynox__store_cursor      *cursor      = NULL;
    for (int i = 0; i < 1500; i++)
        change_at_random(transaction, &m, 2);
    assert_int_equal(dynox__store_cursor_open(transaction, &cursor, &error), DYNOX_OK);
    for (uint32_t i = effort(state, 3000); i; i--) {
        char               room[MODEL_KEY];
        bool               found;
        dynox__store_entry entry;
        dynox__bytes       key       = model_random_key(&m, room);
        size_t             at        = model_find(&m, key, &found);
        bool               backwards = model_below(&m, 2);
        assert_int_equal(dynox__store_seek(cursor, key, backwards, &entry, &error), DYNOX_OK);
        if (backwards && !found) at--;
        for (int steps = 0; steps < 5; steps++) {
            expect_entry(&m, at, &entry);
            if (at < m.count) at = backwards ? at - 1 : at + 1;
            assert_int_equal(dynox__store_next(cursor, &entry, &error), DYNOX_OK);
        }
    }
    dynox__store_cursor_close(cursor);
    dynox__store_abort(transaction);
    model_free(&m);
    dynox__store_close(store);
}

static void several_cursors_walk_beside_each_other(void **state)
{
    dynox__store             *store       = open_store(state);
    dynox__store_transaction *transaction = begin(store, true);
    put(transaction, "a", "1");
    put(transaction, "b", "2");
    put(transaction, "c", "3");
    dynox_error          error = {0};
    dynox__store_cursor *up = NULL, *down = NULL;
    dynox__store_entry   low, high;
    dynox__store_cursor_open(transaction, &up, &error);
    dynox__store_cursor_open(transaction, &down, &error);
    dynox__store_seek(up, bytes_of("a"), false, &low, &error);
    dynox__store_seek(down, bytes_of("c"), true, &high, &error);
    for (int i = 0; i < 3; i++) {
        assert_memory_equal(low.key.data, &"abc"[i], 1);
        assert_memory_equal(high.key.data, &"abc"[2 - i], 1);
        dynox__store_next(up, &low, &error);
        dynox__store_next(down, &high, &error);
    }
    dynox__store_cursor_close(up);
    dynox__store_cursor_close(down);
    dynox__store_cursor_close(NULL);
    commit(transaction);
    dynox__store_close(store);
}

static void what_was_read_stays_until_the_transaction_writes(void **state)
{
    dynox__store             *store       = open_store(state);
    dynox__store_transaction *transaction = begin(store, true);
    dynox_error               error       = {0};
    dynox__bytes              values[26];
    for (int i = 0; i < 26; i++)
        put(transaction, (char[]){(char)('a' + i), 0}, (char[]){(char)('A' + i), (char)('A' + i), 0});
    for (int i = 0; i < 26; i++)
        dynox__store_get(transaction, bytes_of((char[]){(char)('a' + i), 0}), &values[i], &error);
    for (int i = 0; i < 26; i++) {
        assert_int_equal(values[i].size, 2);
        assert_int_equal(((const char *)values[i].data)[1], 'A' + i);
    }
    commit(transaction);
    dynox__store_close(store);
}

/* Also when what is put or removed is named by what was read. */
static void what_was_read_may_be_put_and_removed(void **state)
{
    dynox__store             *store       = open_store(state);
    dynox__store_transaction *transaction = begin(store, true);
    dynox_error               error       = {0};
    dynox__bytes              value;
    put(transaction, "a", "from a");
    dynox__store_get(transaction, bytes_of("a"), &value, &error);
    assert_int_equal(dynox__store_put(transaction, bytes_of("b"), value, &error), DYNOX_OK);
    expect(transaction, "b", "from a");
    dynox__store_get(transaction, bytes_of("a"), &value, &error);
    assert_int_equal(dynox__store_put(transaction, bytes_of("a"), value, &error), DYNOX_OK);
    expect(transaction, "a", "from a");
    dynox__store_cursor *cursor = NULL;
    dynox__store_entry   entry;
    dynox__store_cursor_open(transaction, &cursor, &error);
    dynox__store_seek(cursor, bytes_of("a"), false, &entry, &error);
    assert_int_equal(dynox__store_remove(transaction, entry.key, &error), DYNOX_OK);
    dynox__store_cursor_close(cursor);
    expect(transaction, "a", NULL);
    commit(transaction);
    dynox__store_close(store);
}

static void a_reader_sees_what_was_there_when_it_began(void **state)
{
    enum { READERS = 5 };
    dynox__store             *store = open_store(state);
    model                     m     = {.random = 23}, seen[READERS];
    dynox__store_transaction *readers[READERS];
    for (int round = 0; round < READERS; round++) {
        dynox__store_transaction *transaction = begin(store, true);
        for (int i = 0; i < 300; i++)
            change_at_random(transaction, &m, round % 2 ? 6 : 1);
        commit(transaction);
        readers[round] = begin(store, false);
        seen[round]    = model_copy(&m);
    }
    static const int order[READERS] = {2, 0, 4, 1, 3}; /* in which they end */
    for (int i = 0; i < READERS; i++) {
        expect_model(readers[order[i]], &seen[order[i]]);
        dynox__store_abort(readers[order[i]]);
        model_free(&seen[order[i]]);
        dynox__store_transaction *transaction = begin(store, true);
        change_at_random(transaction, &m, 5);
        commit(transaction);
    }
    expect_store(store, &m);
    model_free(&m);
    dynox__store_close(store);
}

static void nobody_sees_what_is_not_committed(void **state)
{
    dynox__store             *store  = open_store(state);
    dynox__store_transaction *writer = begin(store, true), *reader = begin(store, false);
    put(writer, "a", "1");
    expect(reader, "a", NULL);
    dynox__store_transaction *another = begin(store, false);
    expect(another, "a", NULL);
    commit(writer);
    expect(reader, "a", NULL);
    expect(another, "a", NULL);
    dynox__store_abort(reader);
    dynox__store_abort(another);
    reader = begin(store, false);
    expect(reader, "a", "1");
    dynox__store_abort(reader);
    dynox__store_close(store);
}

static void keys_and_values_may_be_large(void **state)
{
    dynox__store *store = open_store(state);
    size_t        size  = 500 * 1000;
    char         *large = malloc(size);
    assert_non_null(large);
    for (size_t i = 0; i < size; i++)
        large[i] = (char)(i * 31 >> 3);
    dynox_error               error       = {0};
    dynox__store_transaction *transaction = begin(store, true);
    dynox__bytes              key         = {large, DYNOX__STORE_LARGEST_KEY}, read;
    assert_int_equal(dynox__store_put(transaction, key, (dynox__bytes){large, size}, &error), DYNOX_OK);
    assert_int_equal(dynox__store_put(transaction, (dynox__bytes){large, key.size - 1}, bytes_of("less"), &error),
                     DYNOX_OK);
    commit(transaction);
    transaction = begin(store, false);
    assert_int_equal(dynox__store_get(transaction, key, &read, &error), DYNOX_OK);
    assert_int_equal(read.size, size);
    assert_memory_equal(read.data, large, size);
    dynox__store_abort(transaction);
    transaction = begin(store, true);
    key.size++;
    assert_int_equal(dynox__store_put(transaction, key, bytes_of(""), &error), DYNOX_E_INTERNAL);
    dynox__store_abort(transaction);
    free(large);
    dynox__store_close(store);
}

static void a_copy_has_the_same_and_goes_its_own_way(void **state)
{
    dynox__store             *store = open_store(state), *copy = open_store(state);
    dynox__store_transaction *transaction = begin(store, true);
    model                     m           = {.random = 29};
    dynox_error               error       = {0};
    for (int i = 0; i < 500; i++)
        change_at_random(transaction, &m, 1);
    commit(transaction);
    assert_int_equal(dynox__store_copy(store, copy, &error), DYNOX_OK);
    expect_store(copy, &m);
    transaction = begin(store, true);
    put(transaction, "only in the first", "1");
    commit(transaction);
    expect_store(copy, &m);
    model_free(&m);
    dynox__store_close(store);
    dynox__store_close(copy);
}

static void commits_may_be_awaited_later(void **state)
{
    enum { COUNT = 300 };
    static dynox__store_pending pending[COUNT];
    dynox__store               *store = open_store(state);
    model                       m     = {.random = 43};
    dynox_error                 error = {0};
    for (int i = 0; i < COUNT; i++) {
        dynox__store_transaction *transaction = begin(store, true);
        expect_model(transaction, &m); /* what was done before is seen */
        change_at_random(transaction, &m, 1);
        assert_int_equal(dynox__store_commit_later(transaction, &pending[i], &error), DYNOX_OK);
        model before = model_copy(&m);
        transaction  = begin(store, true);
        change_at_random(transaction, &before, 1);
        dynox__store_abort(transaction);
        model_free(&before);
    }
    for (int i = COUNT - 1; i >= 0; i--)
        assert_int_equal(dynox__store_await(store, &pending[i], &error), DYNOX_OK);
    expect_store(store, &m);
    model_free(&m);
    dynox__store_close(store);
}

static void what_an_aborted_one_has_seen_is_there_once_it_was_awaited(void **state)
{
    dynox__store             *store = open_store(state);
    dynox__store_pending      written, seen;
    dynox_error               error       = {0};
    dynox__store_transaction *transaction = begin(store, true);
    put(transaction, "a", "1");
    assert_int_equal(dynox__store_commit_later(transaction, &written, &error), DYNOX_OK);
    transaction = begin(store, true);
    expect(transaction, "a", "1");
    put(transaction, "a", "2");
    dynox__store_abort_later(transaction, &seen);
    if (!seen.done) assert_int_equal(dynox__store_await(store, &seen, &error), DYNOX_OK);
    transaction = begin(store, false);
    expect(transaction, "a", "1");
    dynox__store_abort(transaction);
    assert_int_equal(dynox__store_await(store, &written, &error), DYNOX_OK);
    transaction = begin(store, true);
    dynox__store_abort_later(transaction, &seen); /* nobody's work was seen */
    assert_true(seen.done);
    dynox__store_close(store);
}

static void who_commits_at_once_does_not_wait_for_whom_is_awaited_later(void **state)
{
    dynox__store             *store = open_store(state);
    dynox__store_pending      pending;
    dynox_error               error       = {0};
    dynox__store_transaction *transaction = begin(store, true);
    put(transaction, "a", "1");
    assert_int_equal(dynox__store_commit_later(transaction, &pending, &error), DYNOX_OK);
    transaction = begin(store, true);
    put(transaction, "b", "2");
    commit(transaction);
    transaction = begin(store, false);
    expect(transaction, "a", "1");
    expect(transaction, "b", "2");
    dynox__store_abort(transaction);
    assert_int_equal(dynox__store_await(store, &pending, &error), DYNOX_OK);
    dynox__store_close(store);
}

/* ---- threads ---- */

enum { ACCOUNTS = 40, SUM = ACCOUNTS * 100 };

typedef struct bank {
    dynox__store    *store;
    uint32_t         rounds;
    _Atomic bool     stop, torn;
    _Atomic unsigned seeds;
} bank;

static uint32_t balance_of(dynox__store_transaction *transaction, uint32_t account)
{
    dynox_error  error = {0};
    dynox__bytes value;
    char         key[16];
    uint32_t     balance;
    snprintf(key, sizeof key, "account %02u", account);
    if (dynox__store_get(transaction, bytes_of(key), &value, &error) || value.size != sizeof balance) abort();
    memcpy(&balance, value.data, sizeof balance);
    return balance;
}

static void set_balance(dynox__store_transaction *transaction, uint32_t account, uint32_t balance)
{
    dynox_error error = {0};
    char        key[16];
    snprintf(key, sizeof key, "account %02u", account);
    if (dynox__store_put(transaction, bytes_of(key), (dynox__bytes){&balance, sizeof balance}, &error)) abort();
}

static void *move_money(void *argument)
{
    enum { LATER = 4 };
    bank                *b     = argument;
    model                m     = {.random = 31 + 2 * atomic_fetch_add(&b->seeds, 1)};
    dynox_error          error = {0};
    dynox__store_pending pending[LATER];
    uint32_t             later = 0;
    for (uint32_t i = 0; i < b->rounds; i++) {
        dynox__store_transaction *transaction;
        uint32_t                  from = model_below(&m, ACCOUNTS), to = model_below(&m, ACCOUNTS);
        if (dynox__store_begin(b->store, true, &transaction, &error)) abort();
        uint32_t balance = balance_of(transaction, from), amount = balance / 2;
        set_balance(transaction, from, balance - amount);
        set_balance(transaction, to, balance_of(transaction, to) + amount);
        if (model_below(&m, 4) == 0)
            dynox__store_abort(transaction);
        else if (later < LATER && model_below(&m, 2)) {
            if (dynox__store_commit_later(transaction, &pending[later++], &error)) abort();
        } else if (dynox__store_commit(transaction, &error))
            abort();
        while (later && (i + 1 == b->rounds || model_below(&m, 2)))
            if (dynox__store_await(b->store, &pending[--later], &error)) abort();
    }
    return NULL;
}

static void *count_money(void *argument)
{
    bank       *b     = argument;
    dynox_error error = {0};
    while (!atomic_load(&b->stop)) {
        dynox__store_transaction *transaction;
        uint32_t                  sum = 0;
        if (dynox__store_begin(b->store, false, &transaction, &error)) abort();
        for (uint32_t i = 0; i < ACCOUNTS; i++)
            sum += balance_of(transaction, i);
        dynox__store_abort(transaction);
        if (sum != SUM) atomic_store(&b->torn, true);
    }
    return NULL;
}

static void threads_see_no_torn_transaction(void **state)
{
    enum { WRITERS = 3, READERS = 3 };
    bank                      b           = {.store = open_store(state), .rounds = effort(state, 3000)};
    dynox__store_transaction *transaction = begin(b.store, true);
    for (uint32_t i = 0; i < ACCOUNTS; i++)
        set_balance(transaction, i, SUM / ACCOUNTS);
    commit(transaction);
    pthread_t writers[WRITERS], readers[READERS];
    for (int i = 0; i < READERS; i++)
        assert_int_equal(dynox__thread_start(&readers[i], "reader", false, count_money, &b), DYNOX_OK);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(dynox__thread_start(&writers[i], "writer", false, move_money, &b), DYNOX_OK);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    atomic_store(&b.stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    assert_false(atomic_load(&b.torn));
    uint32_t sum = 0;
    transaction  = begin(b.store, false);
    for (uint32_t i = 0; i < ACCOUNTS; i++)
        sum += balance_of(transaction, i);
    assert_int_equal(sum, SUM);
    dynox__store_abort(transaction);
    dynox__store_close(b.store);
}

/* ---- out of memory ---- */

/* Enough for nodes to be split, filled up and joined. */
static dynox_status change_much(dynox__store_transaction *transaction)
{
    dynox_error  error  = {0};
    dynox_status status = DYNOX_OK;
    char         key[16];
    for (int i = 0; i < 200 && !status; i++) {
        snprintf(key, sizeof key, "key %03d", i * 37 % 200);
        status = dynox__store_put(transaction, bytes_of(key), bytes_of(key), &error);
    }
    for (int i = 0; i < 190 && !status; i++) {
        snprintf(key, sizeof key, "key %03d", i);
        status = dynox__store_remove(transaction, bytes_of(key), &error);
    }
    return status;
}

static void work_without_memory(void *argument)
{
    dynox__store             *store = ((const kind *)argument)->open(NULL);
    dynox__store_transaction *transaction;
    dynox__store_cursor      *cursor = NULL;
    dynox__store_entry        entry;
    dynox__bytes              value;
    if (!store) return;
    dynox_status status = dynox__store_begin(store, true, &transaction, NULL);
    if (!status) {
        status = dynox__store_put(transaction, bytes_of("a"), bytes_of("1"), NULL);
        if (status)
            dynox__store_abort(transaction);
        else
            status = dynox__store_commit(transaction, NULL);
    }
    bool is_there = !status;
    if (!dynox__store_begin(store, true, &transaction, NULL)) {
        change_much(transaction);
        dynox__store_abort(transaction);
    }
    if (!dynox__store_begin(store, false, &transaction, NULL)) {
        status = dynox__store_get(transaction, bytes_of("a"), &value, NULL);
        if (!status && !value.data != !is_there) abort();
        if (!dynox__store_cursor_open(transaction, &cursor, NULL) &&
            !dynox__store_seek(cursor, bytes_of(""), false, &entry, NULL) && !entry.key.data != !is_there)
            abort();
        dynox__store_cursor_close(cursor);
        dynox__store_abort(transaction);
    }
    dynox__store_close(store);
}

static void an_allocation_that_fails_leaves_what_was_there(void **state)
{
    work_without_memory(*state);
    test_every_allocation_failing(work_without_memory, *state);
}

static int run(const kind *k)
{
#define CASE(test)                                                                                                     \
    {                                                                                                                  \
#test, test, NULL, NULL, (void *)(uintptr_t)k                                                                  \
    }
    const struct CMUnitTest tests[] = {
        CASE(an_empty_store_has_nothing),
        CASE(what_was_put_is_there),
        CASE(random_operations_do_what_a_sorted_array_does),
        CASE(a_cursor_finds_the_nearest_in_its_direction),
        CASE(several_cursors_walk_beside_each_other),
        CASE(what_was_read_stays_until_the_transaction_writes),
        CASE(what_was_read_may_be_put_and_removed),
        CASE(a_reader_sees_what_was_there_when_it_began),
        CASE(nobody_sees_what_is_not_committed),
        CASE(keys_and_values_may_be_large),
        CASE(a_copy_has_the_same_and_goes_its_own_way),
        CASE(commits_may_be_awaited_later),
        CASE(what_an_aborted_one_has_seen_is_there_once_it_was_awaited),
        CASE(who_commits_at_once_does_not_wait_for_whom_is_awaited_later),
        CASE(threads_see_no_torn_transaction),
        CASE(an_allocation_that_fails_leaves_what_was_there),
    };
    return cmocka_run_group_tests_name(k->name, tests, NULL, NULL);
}

/* A new file each time, in a folder that goes at the end. */
static char     folder[64];
static unsigned files;

static dynox__store *open_file(dynox_error *error)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%u", folder, files++);
    return dynox__store_file(path, error);
}

/* Each test closes what it opens; a file of the out-of-memory sweep may be left when there was no memory to open it. */
static void remove_files(void)
{
    for (unsigned i = 0; i < files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%u", folder, i);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0); /* nothing else is left beside them */
}

int main(void)
{
    static const kind memory = {"memory", dynox__store_memory, 100}, file = {"file", open_file, 10};
    dynox_error       error  = {0};
    int               failed = run(&memory);
    snprintf(folder, sizeof folder, "/tmp/dynox-store-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    dynox__store *store = open_file(&error);
    if (!store && strstr(error.message, "built without files")) return failed;
    dynox__store_close(store);
    failed += run(&file);
    remove_files();
    return failed;
}
