/* The catalog: what was last read of each table, shared by the calls that use it. An entry is good for a call if the
 * store of its transaction has the very bytes that the entry was read from, and no time has come that changes it. */
#include "local/table/catalog.h"
#include "base/hash.h"
#include "base/shared.h"
#include "local/store/key.h"
#include "local/table/definition.h"
#include "local/table/keep.h"
#include "value/json/decode.h"
#include <pthread.h>

enum { BUCKETS = 256 };

typedef struct entry {
    dynox__shared       shared;
    struct entry       *next; /* in its bucket */
    dynox__arena        arena;
    const dynox__table *table; /* in the arena, as all that it points at */
    const char         *bytes; /* what it was read from */
    size_t              size;
    int64_t             from_us, until_us; /* the times for which it holds */
} entry;

struct dynox__catalog {
    pthread_mutex_t lock;
    entry          *buckets[BUCKETS]; /* each holds a reference */
    _Atomic int64_t due_us;
};

/* What a call holds: in its arena. */
struct dynox__held {
    dynox__held *next;
    entry       *entry;
};

static void entry_destroy(dynox__shared *shared)
{
    entry *gone = DYNOX__CONTAINER(shared, entry, shared);
    dynox__arena_free(&gone->arena);
    dynox__free(gone);
}

dynox__catalog *dynox__catalog_new(void)
{
    dynox__catalog *catalog = dynox__calloc(sizeof *catalog);
    if (!catalog) return NULL;
    if (pthread_mutex_init(&catalog->lock, NULL) != 0) {
        dynox__free(catalog);
        return NULL;
    }
    return catalog;
}

void dynox__catalog_free(dynox__catalog *catalog)
{
    if (!catalog) return;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (entry *at = catalog->buckets[i], *next; at; at = next) {
            next = at->next;
            dynox__shared_release(&at->shared);
        }
    }
    pthread_mutex_destroy(&catalog->lock);
    dynox__free(catalog);
}

void dynox__catalog_release(dynox__local_call *call)
{
    for (dynox__held *held = call->held; held; held = held->next)
        dynox__shared_release(&held->entry->shared);
    call->held = NULL;
}

/* ---- entries ---- */

static entry **bucket_of(dynox__catalog *catalog, const char *name, size_t length)
{
    return &catalog->buckets[dynox__hash(DYNOX__HASH_START, name, length) % BUCKETS];
}

static entry **find_locked(dynox__catalog *catalog, const char *name, size_t length)
{
    entry **at = bucket_of(catalog, name, length);
    while (*at && (strlen((*at)->table->name) != length || memcmp((*at)->table->name, name, length) != 0))
        at = &(*at)->next;
    return at;
}

/* The entry for these bytes at this time, with a reference for the caller; NULL: it has to be read. */
static entry *known(dynox__catalog *catalog, const char *name, size_t length, dynox__bytes bytes, int64_t now_us)
{
    pthread_mutex_lock(&catalog->lock);
    entry *found = *find_locked(catalog, name, length);
    if (found && (found->size != bytes.size || memcmp(found->bytes, bytes.data, bytes.size) != 0 ||
                  now_us < found->from_us || now_us >= found->until_us))
        found = NULL;
    if (found) dynox__shared_acquire(&found->shared);
    pthread_mutex_unlock(&catalog->lock);
    return found;
}

/* Puts an entry in place of the one of its name, or with NULL only takes that out. */
static void replace(dynox__catalog *catalog, const char *name, size_t length, entry *with)
{
    pthread_mutex_lock(&catalog->lock);
    entry **at = find_locked(catalog, name, length), *old = *at;
    if (old) *at = old->next;
    if (with) {
        with->next = *at;
        *at        = dynox__shared_acquire(&with->shared);
    }
    pthread_mutex_unlock(&catalog->lock);
    if (old) dynox__shared_release(&old->shared);
}

/* NULL: the refusal is set. */
static entry *read_entry(dynox__local_call *call, dynox__bytes bytes)
{
    const char *why    = NULL;
    bool        broken = false;
    entry      *made   = dynox__calloc(sizeof *made);
    if (!made) goto fail;
    dynox__shared_init(&made->shared, entry_destroy);
    made->bytes             = dynox__arena_copy(&made->arena, bytes.data, bytes.size);
    made->size              = bytes.size;
    made->from_us           = call->now_us;
    char              *copy = dynox__decode_copy(&made->arena, bytes.data, bytes.size);
    const dynox__tree *tree = copy ? dynox__tree_parse(copy, bytes.size, &made->arena, &why) : NULL;
    if (made->bytes && tree)
        made->table = dynox__definition_read(tree, call->now_us, &made->arena, &made->until_us, &broken);
    if (made->table) return made;
    dynox__shared_release(&made->shared);
fail:
    if (!why && !broken) return dynox__refuse_memory(&call->refusal), NULL;
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "What a table is cannot be read in the store");
    return NULL;
}

/* ---- tables by name ---- */

static void table_key(dynox__buffer *key, const char *name, size_t length)
{
    dynox__key_add_u32(key, DYNOX__SPACE_TABLES);
    dynox__buffer_add(key, name, length);
}

static bool read_bytes(dynox__local_call *call, const char *name, size_t length, dynox__bytes *bytes)
{
    DYNOX__ROOM(key, 272);
    table_key(&key, name, length);
    bool done = dynox__keep_get(call, &key, bytes);
    dynox__buffer_free(&key);
    return done;
}

bool dynox__catalog_get(dynox__local_call *call, const char *name, size_t length, const dynox__table **table)
{
    dynox__bytes bytes = {0};
    *table             = NULL;
    if (length > 255) return true;
    if (!read_bytes(call, name, length, &bytes)) return false;
    if (!bytes.data) return true;
    dynox__held *held = dynox__arena_alloc(call->arena, sizeof *held);
    if (!held) return dynox__refuse_memory(&call->refusal);
    held->entry = known(call->catalog, name, length, bytes, call->now_us);
    if (!held->entry) {
        held->entry = read_entry(call, bytes);
        if (!held->entry) return false;
        replace(call->catalog, name, length, held->entry);
    }
    held->next                  = call->held;
    call->held                  = held;
    const dynox__table *found   = held->entry->table;
    bool                is_gone = found->status == DYNOX__TABLE_DELETING && found->ready_us <= call->now_us;
    if (!is_gone) *table = found;
    return true;
}

bool dynox__catalog_put(dynox__local_call *call, const dynox__table *table)
{
    DYNOX__ROOM(key, 272);
    dynox__buffer value = {0};
    table_key(&key, table->name, strlen(table->name));
    dynox__definition_write(&value, table);
    bool done = dynox__keep_put(call, &key, &value);
    dynox__buffer_free(&key);
    dynox__buffer_free(&value);
    return done;
}

bool dynox__catalog_remove(dynox__local_call *call, const dynox__table *table)
{
    DYNOX__ROOM(key, 272);
    size_t length = strlen(table->name);
    table_key(&key, table->name, length);
    bool done = dynox__keep_remove(call, &key);
    dynox__buffer_free(&key);
    replace(call->catalog, table->name, length, NULL);
    return done;
}

/* The next name behind *name, in the arena; NULL: there is none. */
static bool next_name(dynox__local_call *call, const char **name)
{
    DYNOX__ROOM(key, 272);
    dynox__store_entry found = {0};
    table_key(&key, *name ? *name : "", *name ? strlen(*name) : 0);
    if (*name) dynox__buffer_byte(&key, 0);
    bool done = dynox__keep_first(call, &key, 4, &found);
    dynox__buffer_free(&key);
    *name = done && found.key.data ? (const char *)found.key.data + 4 : NULL; /* copies end with NUL */
    return done;
}

bool dynox__catalog_list(dynox__local_call *call, const char *after, size_t most, const char **names, size_t *count)
{
    *count = 0;
    while (*count < most) {
        const dynox__table *table;
        if (!next_name(call, &after)) return false;
        if (!after) break;
        if (!dynox__catalog_get(call, after, strlen(after), &table)) return false;
        if (table) names[(*count)++] = after;
    }
    return true;
}

uint32_t dynox__catalog_number(dynox__local_call *call)
{
    uint64_t number;
    if (!dynox__keep_count(call, DYNOX__COUNTER_SPACES, &number)) return 0;
    if (number > UINT32_MAX - DYNOX__SPACE_FIRST) {
        dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "There are no numbers left for tables");
        return 0;
    }
    return (uint32_t)(number + DYNOX__SPACE_FIRST - 1);
}

/* ---- by what requests give ---- */

void dynox__catalog_name(const dynox__tree *given, const char **name, size_t *length)
{
    static const char arn[] = "arn:", table[] = ":table/";
    *name   = given && given->kind == DYNOX__TREE_TEXT ? given->text : "";
    *length = given && given->kind == DYNOX__TREE_TEXT ? given->length : 0;
    if (*length < sizeof arn - 1 || memcmp(*name, arn, sizeof arn - 1) != 0) return;
    const char *behind = *name + *length, *start = *name + sizeof arn - 1;
    while ((size_t)(behind - start) >= sizeof table - 1 && memcmp(start, table, sizeof table - 1) != 0)
        start++;
    if ((size_t)(behind - start) < sizeof table - 1) return;
    start += sizeof table - 1;
    const char *end = memchr(start, '/', (size_t)(behind - start));
    *name           = start;
    *length         = (size_t)((end ? end : behind) - start);
}

const dynox__table *dynox__table_find(dynox__local_call *call, const dynox__tree *name)
{
    const char         *text;
    size_t              length;
    const dynox__table *table;
    dynox__catalog_name(name, &text, &length);
    if (!dynox__catalog_get(call, text, length, &table)) return NULL;
    if (table && (table->status == DYNOX__TABLE_ACTIVE || table->status == DYNOX__TABLE_UPDATING)) return table;
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND, "Requested resource not found");
    return NULL;
}

const dynox__index *dynox__table_index(dynox__local_call *call, const dynox__table *table, const char *name)
{
    for (size_t i = 0; i < table->index_count; i++) {
        const dynox__index *index = &table->indexes[i];
        if (strcmp(index->name, name) != 0 || index->status == DYNOX__TABLE_DELETING) continue;
        if (index->status != DYNOX__TABLE_CREATING) return index;
        dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                      "Cannot read from backfilling global secondary index: %s", name);
        return NULL;
    }
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION,
                  "The table does not have the specified index: %s", name);
    return NULL;
}

/* ---- when something is to be done ---- */

int64_t dynox__catalog_due_us(const dynox__catalog *catalog)
{
    return atomic_load_explicit(&((dynox__catalog *)(uintptr_t)catalog)->due_us, memory_order_relaxed);
}

void dynox__catalog_set_due(dynox__catalog *catalog, int64_t due_us)
{
    atomic_store_explicit(&catalog->due_us, due_us, memory_order_relaxed);
}

void dynox__catalog_due_by(dynox__catalog *catalog, int64_t due_us)
{
    int64_t due = atomic_load_explicit(&catalog->due_us, memory_order_relaxed);
    while (due_us < due && !atomic_compare_exchange_weak_explicit(&catalog->due_us, &due, due_us, memory_order_relaxed,
                                                                  memory_order_relaxed))
        continue;
}
