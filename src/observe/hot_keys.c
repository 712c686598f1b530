/* Which keys are hot: the partition keys of each request, counted when its call begins. */
#include "aws/call/observer.h"
#include "aws/endpoint/table_name.h"
#include "base/alloc.h"
#include "base/args.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "observe/request_view.h"
#include "observe/sketch.h"
#include "value/json/encode.h"
#include <dynox/hot_keys.h>
#include <pthread.h>
#include <string.h>

enum { MOST_TABLES = 1000, SETS = 256, WAYS = 4, DEFAULT_WINDOW_S = 60 };

static const int64_t pause_ns = 60 * DYNOX__SECOND; /* between two warnings of one key */

/* What is known of a table, or of an index (by "table/index"). */
typedef struct table {
    char    *name, *partition_key; /* the latter NULL: not known */
    uint64_t writes, reads;        /* 0: those of all */
    bool     told;                 /* that its key is not known */
} table;

/* Keys that were warned of: a key has a place in one set only, and a set that is full of younger ones warns of no
 * other, so a key is never told of too often. */
typedef struct warned {
    uint64_t hash;
    int64_t  until_ns;
} warned;

struct dynox_hot_keys {
    dynox_observer     *observer; /* that it is the argument of */
    dynox_hot_keys_args args;
    int64_t             window_ns;
    uint64_t            seed; /* so that nobody can choose keys that fall together */
    pthread_mutex_t     lock; /* of all below */
    table              *tables;
    size_t              table_count;
    warned              warnings[SETS][WAYS];
    dynox__sketch       sketches[2]; /* reads, writes */
};

/* ---- tables ---- */

static table *find_locked(dynox_hot_keys *hot, const char *name)
{
    for (size_t i = 0; i < hot->table_count; i++)
        if (strcmp(hot->tables[i].name, name) == 0) return &hot->tables[i];
    return NULL;
}

/* NULL: no memory, or too many. */
static table *add_locked(dynox_hot_keys *hot, const char *name)
{
    table *there = find_locked(hot, name);
    if (there || hot->table_count == MOST_TABLES) return there;
    if ((hot->table_count & (hot->table_count - 1)) == 0) {
        size_t room = hot->table_count ? 2 * hot->table_count : 1;
        table *more = dynox__realloc_array(hot->tables, room, sizeof *more);
        if (!more) return NULL;
        hot->tables = more;
    }
    char *copy = dynox__strdup(name);
    if (!copy) return NULL;
    there  = &hot->tables[hot->table_count++];
    *there = (table){.name = copy};
    return there;
}

static void forget_tables_locked(dynox_hot_keys *hot)
{
    for (size_t i = 0; i < hot->table_count; i++) {
        dynox__free(hot->tables[i].name);
        dynox__free(hot->tables[i].partition_key);
    }
    dynox__free(hot->tables);
    hot->tables      = NULL;
    hot->table_count = 0;
}

/* ---- counting ---- */

static uint64_t hash_of(const dynox_hot_keys *hot, const char *name, const dynox_value *key)
{
    char        room[DYNOX_NUMBER_ROOM];
    const char *text = key->as.text;
    size_t      size = key->length;
    if (key->type == DYNOX_N && (text = dynox_value_as_number(key, room)) != NULL) size = strlen(text);
    if (!text) size = 0;
    uint64_t hash = dynox__hash(hot->seed, name, strlen(name) + 1);
    hash          = dynox__hash(dynox__hash(hash, &key->type, 1), text, size);
    hash ^= hash >> 32; /* the high bits are the better ones */
    hash *= UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static bool may_warn_locked(dynox_hot_keys *hot, uint64_t hash, bool is_write, int64_t now_ns)
{
    warned  *set = hot->warnings[hash % SETS], *oldest = set;
    uint64_t wanted = hash ^ (is_write ? 1 : 0);
    for (int i = 0; i < WAYS; i++) {
        if (set[i].hash == wanted && set[i].until_ns) {
            oldest = &set[i];
            break;
        }
        if (set[i].until_ns < oldest->until_ns) oldest = &set[i];
    }
    if (now_ns < oldest->until_ns) return false;
    *oldest = (warned){.hash = wanted, .until_ns = now_ns + pause_ns};
    return true;
}

static void log_key(const dynox_hot_keys *hot, const dynox_hot_key *key, uint64_t hash)
{
    dynox__buffer value   = {0};
    dynox_error   ignored = {0};
    if (hot->args.show_keys)
        dynox__encode_value(&value, key->key, &ignored);
    else
        dynox__buffer_format(&value, "number %08x", (unsigned)(hash >> 32));
    if (!value.failed)
        dynox__log(DYNOX_LOG_WARNING, "hot key", "\"%s\"%s%s: about %llu %s of one partition key (%.*s) within %lld s",
                   key->table, key->index ? " by index " : "", key->index ? key->index : "",
                   (unsigned long long)key->count, key->is_write ? "writes" : "reads", (int)value.size, value.data,
                   (long long)(hot->window_ns / DYNOX__SECOND));
    dynox__buffer_free(&value);
}

/* An access to that key. `name` is of the table, or of the table and the index. */
static void note(dynox_hot_keys *hot, dynox_hot_key *key, const char *name)
{
    int64_t  now  = dynox__now_ns();
    uint64_t hash = hash_of(hot, name, key->key);
    pthread_mutex_lock(&hot->lock);
    const table *special = find_locked(hot, name);
    uint64_t     own     = special ? (key->is_write ? special->writes : special->reads) : 0;
    key->threshold       = own ? own : key->is_write ? hot->args.writes : hot->args.reads;
    key->count           = dynox__sketch_add(&hot->sketches[key->is_write], hash, now, hot->window_ns);
    bool warn = key->threshold && key->count >= key->threshold && may_warn_locked(hot, hash, key->is_write, now);
    pthread_mutex_unlock(&hot->lock);
    if (!warn) return;
    if (hot->args.fn)
        hot->args.fn(key, hot->args.arg);
    else
        log_key(hot, key, hash);
}

/* ---- which attribute it is ---- */

/* A copy of its name, as far as it is known; `learned` (NULL: nothing) is what a request shows. false: not known. */
static bool partition_key_of(dynox_hot_keys *hot, const char *name, const char *learned, char to[256])
{
    bool tell = false, known = false;
    pthread_mutex_lock(&hot->lock);
    table *there = add_locked(hot, name);
    if (there && !there->partition_key && learned) there->partition_key = dynox__strdup(learned);
    known = there && there->partition_key && strlen(there->partition_key) < 256;
    if (known) memcpy(to, there->partition_key, strlen(there->partition_key) + 1);
    if (there && !known && !there->told) tell = there->told = true;
    pthread_mutex_unlock(&hot->lock);
    if (tell)
        dynox__log(DYNOX_LOG_WARNING, "hot key",
                   "\"%s\": its partition key is not known, so nothing is counted: name it by dynox_hot_keys_table",
                   name);
    return known;
}

static void note_part(dynox_hot_keys *hot, const dynox__view_part *part)
{
    char        attribute[256];
    const char *name = dynox__table_name(part->table);
    if (!name || !part->item) return;
    bool        shows   = part->kind != DYNOX__PART_PUT && part->item->count == 1; /* the key is one attribute */
    const char *learned = shows ? part->item->attributes[0].name : NULL;
    if (!partition_key_of(hot, name, learned, attribute)) return;
    const dynox_value *value = dynox_item_get(part->item, attribute);
    if (value)
        note(hot, &(dynox_hot_key){.table = name, .key = value, .is_write = part->kind != DYNOX__PART_GET}, name);
}

/* Of an index: its partition key is the one that the condition has a value for; where it has two, nobody knows. */
static void note_query(dynox_hot_keys *hot, const dynox__request_view *view)
{
    char               attribute[256], name[600];
    const char        *table_name = dynox__table_name(view->table), *only = NULL;
    const dynox_value *value;
    if (!table_name) return;
    snprintf(name, sizeof name, "%.255s%s%.255s", table_name, view->index ? "/" : "", view->index ? view->index : "");
    value = dynox__request_view_only_equal(view, &only);
    char learned[256];
    snprintf(learned, sizeof learned, "%.255s", only ? only : "");
    if (!partition_key_of(hot, name, value && only ? learned : NULL, attribute)) return;
    value = dynox__request_view_equal(view, attribute);
    if (value) note(hot, &(dynox_hot_key){.table = table_name, .index = view->index, .key = value}, name);
}

static void *call_begins(const dynox_observed *call, void *arg)
{
    dynox__request_view view;
    if (!call->body) return NULL;
    if (dynox__request_view_read(&view, call->operation, call->body, call->body_size)) {
        for (size_t i = 0; i < view.part_count; i++)
            note_part(arg, &view.parts[i]);
        if (view.key_condition) note_query(arg, &view);
    }
    dynox__request_view_free(&view);
    return NULL;
}

/* ---- for programs ---- */

static void destroy(void *arg)
{
    dynox_hot_keys *hot = arg;
    forget_tables_locked(hot);
    pthread_mutex_destroy(&hot->lock);
    dynox__free(hot);
}

dynox_hot_keys *dynox_hot_keys_new_with(const dynox_hot_keys_args *given)
{
    dynox_hot_keys_args args;
    if (dynox__args_read(&args, sizeof args, given, NULL) != DYNOX_OK) return NULL;
    dynox_hot_keys *made = dynox__calloc(sizeof *made);
    if (!made) return NULL;
    made->args      = args;
    made->window_ns = (args.window_s ? args.window_s : DEFAULT_WINDOW_S) * DYNOX__SECOND;
    made->seed      = dynox__random();
    pthread_mutex_init(&made->lock, NULL);
    made->observer = dynox_observer_new(.arg = made, .call_begins = call_begins, .destroy = destroy);
    if (made->observer) {
        made->observer->locks = true;
        return made;
    }
    destroy(made);
    return NULL;
}

void dynox_hot_keys_free(dynox_hot_keys *hot)
{
    if (hot) dynox_observer_release(hot->observer);
}

dynox_observer *dynox_hot_keys_observer(dynox_hot_keys *hot)
{
    return hot ? hot->observer : NULL;
}

/* Whoever held the lock in the parent is not here. */
static bool is_foreign(const dynox_hot_keys *hot)
{
    return dynox__observer_is_foreign(hot->observer);
}

static dynox_status set_locked(dynox_hot_keys *hot, const dynox_hot_keys_table_args *args)
{
    char  *key   = dynox__strdup(args->partition_key);
    table *there = key || !args->partition_key ? add_locked(hot, dynox__table_name(args->table)) : NULL;
    if (!there) {
        dynox__free(key);
        return DYNOX_E_NO_MEMORY;
    }
    if (key) {
        dynox__free(there->partition_key);
        there->partition_key = key;
    }
    if (args->writes) there->writes = args->writes;
    if (args->reads) there->reads = args->reads;
    return DYNOX_OK;
}

dynox_status dynox_hot_keys_table_with(dynox_hot_keys *hot, const dynox_hot_keys_table_args *given)
{
    dynox_hot_keys_table_args args;
    if (dynox__args_read(&args, sizeof args, given, NULL) != DYNOX_OK || !hot || !args.table) return DYNOX_E_ARGUMENT;
    if (is_foreign(hot)) return DYNOX_E_FORKED;
    pthread_mutex_lock(&hot->lock);
    dynox_status status = set_locked(hot, &args);
    pthread_mutex_unlock(&hot->lock);
    return status;
}

static uint64_t count(dynox_hot_keys *hot, const char *name, dynox_value key, bool is_write)
{
    if (!hot || !name || is_foreign(hot)) return 0;
    uint64_t hash = hash_of(hot, dynox__table_name(name), &key);
    pthread_mutex_lock(&hot->lock);
    uint64_t found = dynox__sketch_look(&hot->sketches[is_write], hash, dynox__now_ns(), hot->window_ns);
    pthread_mutex_unlock(&hot->lock);
    return found;
}

uint64_t dynox_hot_keys_writes(dynox_hot_keys *hot, const char *table_name, dynox_value key)
{
    return count(hot, table_name, key, true);
}

uint64_t dynox_hot_keys_reads(dynox_hot_keys *hot, const char *table_name, dynox_value key)
{
    return count(hot, table_name, key, false);
}

void dynox_hot_keys_clear(dynox_hot_keys *hot)
{
    if (!hot || is_foreign(hot)) return;
    pthread_mutex_lock(&hot->lock);
    forget_tables_locked(hot);
    memset(hot->warnings, 0, sizeof hot->warnings);
    memset(hot->sketches, 0, sizeof hot->sketches);
    pthread_mutex_unlock(&hot->lock);
}
