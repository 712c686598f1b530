/* ClientRequestToken: kept in the store with a hash of the request, and removed as others come later.
 *
 *     space, 0, token                  time, hash
 *     space, 1, time, token            nothing: what is removed first */
#include "local/operation/token.h"
#include "local/store/key.h"
#include "local/table/keep.h"

#define KEPT_US (INT64_C(10) * 60 * 1000000)
enum { BY_TOKEN, BY_TIME, TIME_AT = 8, MOST_REMOVED = 4 };

/* The same for the same JSON, in whatever order members come: clients may write a map anew for each attempt. */
static uint64_t hash_tree(const dynox__tree *tree, unsigned depth)
{
    uint64_t hash[3] = {(uint64_t)tree->kind, tree->count, 0};
    if (tree->kind == DYNOX__TREE_TEXT || tree->kind == DYNOX__TREE_NUMBER)
        hash[2] = dynox__key_hash(tree->text, tree->length);
    for (const dynox__tree *child = tree->first; child && depth; child = child->next) {
        if (tree->kind == DYNOX__TREE_OBJECT) {
            if (depth == DYNOX__TREE_DEPTH && strcmp(child->name, "ClientRequestToken") == 0) continue;
            uint64_t pair[2] = {dynox__key_hash(child->name, child->name_length), hash_tree(child, depth - 1)};
            hash[2] += dynox__key_hash(pair, sizeof pair);
        } else {
            uint64_t pair[2] = {hash[2], hash_tree(child, depth - 1)};
            hash[2]          = dynox__key_hash(pair, sizeof pair);
        }
    }
    return dynox__key_hash(hash, sizeof hash);
}

uint64_t dynox__token_hash(const dynox__tree *tree)
{
    return hash_tree(tree, DYNOX__TREE_DEPTH);
}

static void begin_key(dynox__buffer *key, unsigned kind)
{
    dynox__key_add_u32(key, DYNOX__SPACE_TOKENS);
    dynox__key_add_u32(key, kind);
}

static void token_key(dynox__buffer *key, const char *token, size_t length)
{
    begin_key(key, BY_TOKEN);
    dynox__key_add_bytes(key, token, length);
}

static void time_key(dynox__buffer *key, int64_t time_us, const char *token, size_t length)
{
    begin_key(key, BY_TIME);
    dynox__key_add_u64(key, (uint64_t)time_us);
    dynox__buffer_add(key, token, length);
}

/* Removes some that are too old: never fewer than are added, so that they do not pile up. */
static bool remove_old(dynox__local_call *call)
{
    bool done = true, more = true;
    for (unsigned i = 0; i < MOST_REMOVED && done && more; i++) {
        DYNOX__ROOM(key, 128);
        DYNOX__ROOM(by_time, 128);
        dynox__store_entry entry = {0};
        begin_key(&key, BY_TIME);
        done = dynox__keep_first(call, &key, key.size, &entry);
        more = done && entry.key.data && entry.key.size >= TIME_AT + 8 &&
               (int64_t)dynox__u64_at((const char *)entry.key.data + TIME_AT) + KEPT_US <= call->now_us;
        if (more) {
            const char *token = (const char *)entry.key.data + TIME_AT + 8;
            key.size          = 0;
            token_key(&key, token, entry.key.size - TIME_AT - 8);
            dynox__buffer_add(&by_time, entry.key.data, entry.key.size);
            done = dynox__keep_remove(call, &key) && dynox__keep_remove(call, &by_time);
        }
        dynox__buffer_free(&key);
        dynox__buffer_free(&by_time);
    }
    return done;
}

static bool keep(dynox__local_call *call, const dynox__buffer *key, const dynox__tree *token, uint64_t hash)
{
    DYNOX__ROOM(value, 16);
    DYNOX__ROOM(by_time, 128);
    DYNOX__ROOM(nothing, 1);
    dynox__buffer_u64(&value, (uint64_t)call->now_us);
    dynox__buffer_u64(&value, hash);
    time_key(&by_time, call->now_us, token->text, token->length);
    bool done = dynox__keep_put(call, key, &value) && dynox__keep_put(call, &by_time, &nothing);
    dynox__buffer_free(&by_time);
    return done;
}

/* What is kept of a token; too old is the same as nothing, and goes. */
static bool look_up(dynox__local_call *call, const dynox__buffer *key, const dynox__tree *token, bool *found,
                    uint64_t *hash)
{
    dynox__bytes value = {0};
    if (!dynox__keep_get(call, key, &value)) return false;
    *found = value.data && value.size == 16;
    if (!*found) return true;
    int64_t time_us = (int64_t)dynox__u64_at(value.data);
    *hash           = dynox__u64_at((const char *)value.data + 8);
    if (time_us + KEPT_US > call->now_us) return true;
    *found = false;
    DYNOX__ROOM(by_time, 128);
    time_key(&by_time, time_us, token->text, token->length);
    bool done = dynox__keep_remove(call, &by_time);
    dynox__buffer_free(&by_time);
    return done;
}

bool dynox__token_use(dynox__local_call *call, bool *is_known)
{
    const dynox__tree *token = dynox__tree_member(call->request, "ClientRequestToken");
    *is_known                = false;
    if (!token) return true;
    DYNOX__ROOM(key, 128);
    uint64_t hash = dynox__token_hash(call->request), kept = 0;
    bool     found = false;
    token_key(&key, token->text, token->length);
    bool done = look_up(call, &key, token, &found, &kept);
    if (done && found && kept != hash)
        done = dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_IDEMPOTENT_MISMATCH,
                             "The request uses the same client token as a previous, but non-identical request. Do not "
                             "reuse a client token with different requests, unless the requests are identical");
    else if (done && found)
        *is_known = true;
    else if (done)
        done = remove_old(call) && keep(call, &key, token, hash);
    dynox__buffer_free(&key);
    return done;
}
