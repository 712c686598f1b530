/* The order of writes of one item: a chunk waits for those that may have a write of the same one. */
#include "client/batch/writer.h"
#include "client/core/table_key.h"
#include "value/item/value.h"
#include <string.h>

static dynox__known_key *known(dynox_batch_writer *writer, const char *table)
{
    dynox__known_key *key = writer->keys;
    while (key && strcmp(key->table, table) != 0)
        key = key->next;
    return key;
}

/* Takes over the names. NULL: no memory, and they are gone. */
static dynox__known_key *learn(dynox_batch_writer *writer, const char *table, char *names[2], bool told)
{
    dynox__known_key *key = dynox__calloc(sizeof *key);
    if (key) key->table = dynox__strdup(table);
    if (!key || !key->table) {
        dynox__free(key);
        dynox__free(names[0]);
        dynox__free(names[1]);
        return NULL;
    }
    key->names[0] = names[0];
    key->names[1] = names[1];
    key->told     = told;
    key->next     = writer->keys;
    writer->keys  = key;
    return key;
}

static bool copy_names(char *to[2], const char *const from[2])
{
    to[0] = dynox__strdup(from[0]);
    to[1] = dynox__strdup(from[1]);
    if (to[0] && (to[1] || !from[1])) return true;
    dynox__free(to[0]);
    dynox__free(to[1]);
    return false;
}

bool dynox__writer_tell_key_locked(dynox_batch_writer *writer, dynox_write *write)
{
    dynox__known_key *key = known(writer, write->table);
    char             *names[2];
    if (!write->key[0]) {
        if (!key || !key->told) return true;
        if (!copy_names(names, (const char *const *)key->names)) return false;
        write->key[0] = names[0];
        write->key[1] = names[1];
        return true;
    }
    if (key && key->told) return true;
    return copy_names(names, write->key) && learn(writer, write->table, names, true);
}

static const dynox__known_key *key_of(dynox_batch_writer *writer, const char *table)
{
    dynox__known_key *key = known(writer, table);
    char             *names[2];
    if (key || !dynox__table_key_find(writer->client, table, names)) return key;
    return learn(writer, table, names, false);
}

/* Where no names are known, one attribute in common is enough to be careful: it may be the key. */
static bool has_something_of(const dynox_item *a, const dynox_item *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const dynox_value *value = &a->attributes[i].value;
        const dynox_value *other = dynox_item_get(b, a->attributes[i].name);
        if (value->type != DYNOX_S && value->type != DYNOX_N && value->type != DYNOX_B) continue;
        if (other && dynox_value_equal(value, other)) return true;
    }
    return false;
}

static bool has_same(const dynox_item *a, const dynox_item *b, char *const names[2])
{
    for (int i = 0; i < 2 && names[i]; i++) {
        const dynox_value *value = dynox_item_get(a, names[i]), *other = dynox_item_get(b, names[i]);
        if (value && other && !dynox_value_equal(value, other)) return false;
    }
    return true;
}

static bool may_be_of_one_item(dynox_batch_writer *writer, const dynox_write *a, const dynox_write *b)
{
    if (strcmp(a->table, b->table) != 0) return false;
    if (a->kind == DYNOX_WRITE_DELETE) return dynox__item_has(b->item, a->item);
    if (b->kind == DYNOX_WRITE_DELETE) return dynox__item_has(a->item, b->item);
    const dynox__known_key *key = key_of(writer, a->table);
    return key ? has_same(a->item, b->item, key->names) : has_something_of(a->item, b->item);
}

bool dynox__writer_may_start_locked(dynox_batch_writer *writer, const dynox__chunk *chunk)
{
    for (const dynox__chunk *other = writer->running; other; other = other->next)
        for (size_t i = 0; i < other->count; i++)
            for (size_t k = 0; k < chunk->count; k++)
                if (may_be_of_one_item(writer, &other->writes[i], &chunk->writes[k])) return false;
    return true;
}
