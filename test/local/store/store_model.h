/* A plain sorted array that does what a store does, and random keys and values for both. Included by tests. */
#ifndef DYNOX_TEST_STORE_MODEL_H
#define DYNOX_TEST_STORE_MODEL_H

#include "local/store/store.h"
#include "support.h"

enum { MODEL_KEY = 24 };

typedef struct model_entry {
    char     key[MODEL_KEY];
    size_t   key_size;
    uint64_t value; /* the value's bytes are made of this: model_value */
} model_entry;

typedef struct model {
    model_entry *entries;
    size_t       count, capacity;
    uint64_t     random; /* not zero */
} model;

static inline uint32_t model_below(model *m, uint32_t limit)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return (uint32_t)(m->random >> 20) % limit;
}

static inline dynox__bytes bytes_of(const char *text)
{
    return (dynox__bytes){text, strlen(text)};
}

static inline int model_compare(dynox__bytes a, dynox__bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int    order  = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static inline dynox__bytes model_key(const model_entry *entry)
{
    return (dynox__bytes){entry->key, entry->key_size};
}

/* Up to 2,000 bytes, mostly few, also none. */
static inline dynox__bytes model_value(uint64_t value, char room[2000])
{
    size_t size = value % 16 ? value / 16 % 40 : value / 16 % 2000;
    for (size_t i = 0; i < size; i++)
        room[i] = (char)(value >> i % 8);
    return (dynox__bytes){room, size};
}

/* The first entry at or behind the key. */
static inline size_t model_find(const model *m, dynox__bytes key, bool *found)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (model_compare(model_key(&m->entries[middle]), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < m->count && model_compare(model_key(&m->entries[low]), key) == 0;
    return low;
}

static inline void model_put(model *m, dynox__bytes key, uint64_t value)
{
    bool   found;
    size_t at = model_find(m, key, &found);
    if (!found) {
        if (m->count == m->capacity) {
            m->capacity = m->capacity * 2 + 64;
            m->entries  = realloc(m->entries, m->capacity * sizeof *m->entries);
            assert_non_null(m->entries);
        }
        memmove(m->entries + at + 1, m->entries + at, (m->count - at) * sizeof *m->entries);
        m->count++;
        memcpy(m->entries[at].key, key.data, key.size);
        m->entries[at].key_size = key.size;
    }
    m->entries[at].value = value;
}

static inline void model_remove(model *m, dynox__bytes key)
{
    bool   found;
    size_t at = model_find(m, key, &found);
    if (!found) return;
    m->count--;
    memmove(m->entries + at, m->entries + at + 1, (m->count - at) * sizeof *m->entries);
}

static inline model model_copy(const model *m)
{
    model copy    = *m;
    copy.capacity = m->count;
    copy.entries  = malloc((m->count + 1) * sizeof *m->entries);
    assert_non_null(copy.entries);
    if (m->count) memcpy(copy.entries, m->entries, m->count * sizeof *m->entries);
    return copy;
}

static inline void model_free(model *m)
{
    free(m->entries);
    m->entries = NULL;
    m->count = m->capacity = 0;
}

/* Keys with long beginnings in common, zeros at their ends, that begin with one another, and short ones. */
static inline dynox__bytes model_random_key(model *m, char room[MODEL_KEY])
{
    static const char *const beginnings[] = {"", "a", "table one ", "table one, again", "\xff\xff"};
    const char              *beginning    = beginnings[model_below(m, 5)];
    size_t                   size         = strlen(beginning);
    memcpy(room, beginning, size);
    for (uint32_t more = model_below(m, 6); more; more--)
        room[size++] = (char)(unsigned char)(model_below(m, 4) ? model_below(m, 8) : model_below(m, 256));
    if (size == 0) room[size++] = 1;
    return (dynox__bytes){room, size};
}

/* ---- a store against the model ---- */

static inline void expect_entry(const model *m, size_t at, const dynox__store_entry *entry)
{
    char room[2000];
    if (at >= m->count) {
        assert_null(entry->key.data);
        return;
    }
    dynox__bytes value = model_value(m->entries[at].value, room);
    assert_non_null(entry->key.data);
    assert_int_equal(model_compare(entry->key, model_key(&m->entries[at])), 0);
    assert_int_equal(entry->value.size, value.size);
    assert_memory_equal(entry->value.data, value.data, value.size);
}

/* Everything, in both directions. */
static inline void expect_model(dynox__store_transaction *transaction, const model *m)
{
    dynox_error          error  = {0};
    dynox__store_cursor *cursor = NULL;
    dynox__store_entry   entry;
    char                 behind_all[32];
    memset(behind_all, 0xff, sizeof behind_all);
    assert_int_equal(dynox__store_cursor_open(transaction, &cursor, &error), DYNOX_OK);
    assert_int_equal(dynox__store_seek(cursor, bytes_of(""), false, &entry, &error), DYNOX_OK);
    for (size_t i = 0; i <= m->count; i++) {
        expect_entry(m, i, &entry);
        assert_int_equal(dynox__store_next(cursor, &entry, &error), DYNOX_OK);
    }
    assert_int_equal(dynox__store_seek(cursor, (dynox__bytes){behind_all, sizeof behind_all}, true, &entry, &error),
                     DYNOX_OK);
    for (size_t i = 0; i <= m->count; i++) {
        expect_entry(m, m->count - 1 - i, &entry); /* the one before the first is none */
        assert_int_equal(dynox__store_next(cursor, &entry, &error), DYNOX_OK);
    }
    dynox__store_cursor_close(cursor);
}

static inline void expect_store(dynox__store *store, const model *m)
{
    dynox_error               error = {0};
    dynox__store_transaction *transaction;
    assert_int_equal(dynox__store_begin(store, false, &transaction, &error), DYNOX_OK);
    expect_model(transaction, m);
    dynox__store_abort(transaction);
}

#endif
