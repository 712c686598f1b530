/* Backups. */
#include "local/table/backup.h"
#include "local/store/key.h"
#include "local/table/catalog.h"
#include "local/table/definition.h"
#include "local/table/keep.h"
#include "value/json/decode.h"
#include <inttypes.h>

enum { HEADER = 28 }; /* of a backup: made, items, bytes, length of its name */

static void backup_key(dynox__buffer *key, const char *table, uint32_t number)
{
    dynox__key_add_u32(key, DYNOX__SPACE_BACKUPS);
    dynox__buffer_add(key, table, strlen(table) + 1);
    dynox__key_add_u32(key, number);
}

/* ---- items ---- */

static bool fill_one(dynox__local_call *call, void *arg, const dynox_item *item)
{
    dynox__written written;
    return dynox__table_change(call, arg, NULL, item, false, &written);
}

bool dynox__table_fill(dynox__local_call *call, const dynox__table *like, uint32_t space, const dynox__table *to)
{
    dynox__table from = *like, copy = *to;
    from.number = space;
    return dynox__table_each(call, &from, fill_one, &copy);
}

/* ---- backups ---- */

static bool put_backup(dynox__local_call *call, const dynox__backup *backup)
{
    DYNOX__ROOM(key, 272);
    dynox__buffer value  = {0};
    size_t        length = strlen(backup->name);
    backup_key(&key, backup->table->name, backup->number);
    dynox__buffer_u64(&value, (uint64_t)backup->made_us);
    dynox__buffer_u64(&value, backup->items);
    dynox__buffer_u64(&value, backup->bytes);
    dynox__key_add_u32(&value, (uint32_t)length);
    dynox__buffer_add(&value, backup->name, length);
    dynox__definition_write(&value, backup->table);
    bool done = dynox__keep_put(call, &key, &value);
    dynox__buffer_free(&key);
    dynox__buffer_free(&value);
    return done;
}

bool dynox__backup_make(dynox__local_call *call, const dynox__table *table, const char *name, dynox__backup *backup)
{
    dynox__counts counts;
    *backup =
        (dynox__backup){.table = table, .name = name, .number = dynox__catalog_number(call), .made_us = call->now_us};
    if (!backup->number || !dynox__counts_get(call, table->number, &counts)) return false;
    backup->items           = counts.items;
    backup->bytes           = counts.bytes;
    const dynox__table bare = {.name = table->name, .number = backup->number, .key = table->key};
    return dynox__table_fill(call, table, table->number, &bare) && put_backup(call, backup);
}

bool dynox__backup_remove(dynox__local_call *call, const dynox__backup *backup)
{
    DYNOX__ROOM(key, 272);
    backup_key(&key, backup->table->name, backup->number);
    bool done = dynox__keep_remove(call, &key) && dynox__space_drop(call, backup->number);
    dynox__buffer_free(&key);
    return done;
}

static bool read_backup(dynox__local_call *call, const dynox__store_entry *found, dynox__backup *backup)
{
    const char *value = found->value.data, *why;
    size_t      size  = found->value.size;
    uint32_t    named = size >= HEADER ? dynox__u32_at(value + 24) : 0;
    int64_t     until_us;
    bool        broken = true;
    if (found->key.size < 9 || size < HEADER || named > size - HEADER) goto fail;
    size_t             length = size - HEADER - named;
    char              *copy   = dynox__decode_copy(call->arena, value + HEADER + named, length);
    const dynox__tree *tree   = copy ? dynox__tree_parse(copy, length, call->arena, &why) : NULL;
    *backup                   = (dynox__backup){.name    = dynox__arena_copy(call->arena, value + HEADER, named),
                                                .number  = dynox__u32_at((const char *)found->key.data + found->key.size - 4),
                                                .made_us = (int64_t)dynox__u64_at(value),
                                                .items   = dynox__u64_at(value + 8),
                                                .bytes   = dynox__u64_at(value + 16)};
    if (!copy || !backup->name) return dynox__refuse_memory(&call->refusal);
    if (tree) backup->table = dynox__definition_read(tree, call->now_us, call->arena, &until_us, &broken);
    if (backup->table) return true;
    if (!broken) return dynox__refuse_memory(&call->refusal);
fail:
    return dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_INTERNAL, "A backup in the store cannot be read");
}

bool dynox__backup_next(dynox__local_call *call, const char *table, uint32_t number, dynox__backup *backup)
{
    DYNOX__ROOM(from, 272);
    dynox__store_entry found;
    *backup = (dynox__backup){0};
    if (table) {
        backup_key(&from, table, number);
        dynox__buffer_byte(&from, 0);
    } else {
        dynox__key_add_u32(&from, DYNOX__SPACE_BACKUPS);
    }
    bool done = dynox__keep_first(call, &from, 4, &found);
    dynox__buffer_free(&from);
    return done && (!found.key.data || read_backup(call, &found, backup));
}

/* "01489602797149-73d8d5bc", as the service has them. */
static void write_label(const dynox__local_call *call, const dynox__backup *backup, dynox__buffer *buffer)
{
    char uuid[37];
    dynox__seeded_uuid(call->settings, DYNOX__SPACE_BACKUPS, backup->number, uuid);
    dynox__buffer_format(buffer, "%014" PRId64 "-%.8s", backup->made_us / 1000, uuid);
}

void dynox__backup_arn(const dynox__local_call *call, const dynox__backup *backup, dynox__buffer *buffer)
{
    dynox__table_arn(call, backup->table->name, buffer);
    dynox__buffer_text(buffer, "/backup/");
    write_label(call, backup, buffer);
}

bool dynox__backup_find(dynox__local_call *call, const char *arn, dynox__backup *backup)
{
    const char *name = strstr(arn, ":table/"), *label = strstr(arn, "/backup/");
    *backup = (dynox__backup){0};
    if (!name || !label || label < name + 7) return true;
    const char *table = dynox__arena_copy(call->arena, name + 7, (size_t)(label - name - 7));
    if (!table) return dynox__refuse_memory(&call->refusal);
    for (uint32_t number = 0;; number = backup->number) {
        DYNOX__ROOM(its_label, 64);
        if (!dynox__backup_next(call, table, number, backup)) return false;
        if (!backup->table || strcmp(backup->table->name, table) != 0) break;
        write_label(call, backup, &its_label);
        dynox__buffer_byte(&its_label, 0);
        bool found = !its_label.failed && strcmp(its_label.data, label + 8) == 0;
        dynox__buffer_free(&its_label);
        if (found) return true;
    }
    *backup = (dynox__backup){0};
    return true;
}
