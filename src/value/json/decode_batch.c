/* The kinds of members that batches have: items, writes and keys by table, as one array. */
#include "value/json/decode_reader.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Pushes one entry of a table, or all of them. */
typedef uint8_t *entry_reader(dynox__reader *reader, uint8_t *p, dynox__entry *entry);

static uint8_t *read_entry_item(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox_item *item = to;
    return dynox__read_attributes(reader, p, &item->attributes, &item->count, 1);
}

static uint8_t *read_item(dynox__reader *reader, uint8_t *p, dynox__entry *entry)
{
    return read_entry_item(reader, p, &entry->item);
}

static uint8_t *read_put(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {{"Item", 4, read_entry_item, offsetof(dynox__entry, item)}};
    return dynox__read_object(reader, p, fields, COUNT(fields), to);
}

static uint8_t *read_delete(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {{"Key", 3, read_entry_item, offsetof(dynox__entry, item)}};
    ((dynox__entry *)to)->is_delete    = true;
    return dynox__read_object(reader, p, fields, COUNT(fields), to);
}

static uint8_t *read_write(dynox__reader *reader, uint8_t *p, dynox__entry *entry)
{
    static const dynox__field fields[] = {{"PutRequest", 10, read_put, 0}, {"DeleteRequest", 13, read_delete, 0}};
    return dynox__read_object(reader, p, fields, COUNT(fields), entry);
}

static uint8_t *read_list(dynox__reader *reader, uint8_t *p, const char *table, entry_reader *read)
{
    bool more;
    p = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        dynox__entry entry = {.table = table};
        p                  = read(reader, p, &entry);
        if (!p) return NULL;
        if (!dynox__push(reader, &entry, sizeof entry)) return dynox__reader_no_memory(reader, p);
        p = dynox__next_element(reader, p, ']', &more);
    }
    return p;
}

/* `to` holds the table's name. */
static uint8_t *read_key_list(dynox__reader *reader, uint8_t *p, void *to)
{
    return read_list(reader, p, *(const char **)to, read_item);
}

static uint8_t *read_keys(dynox__reader *reader, uint8_t *p, const char *table)
{
    static const dynox__field fields[] = {{"Keys", 4, read_key_list, 0}};
    return dynox__read_object(reader, p, fields, COUNT(fields), &table);
}

/* `read` NULL: each table has an object with keys, not a list. */
static uint8_t *read_tables(dynox__reader *reader, uint8_t *p, void *to, entry_reader *read)
{
    dynox__entries *entries = to;
    size_t          base    = reader->used;
    bool            more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        char    *table;
        uint32_t length;
        p = dynox__read_name(reader, p, &table, &length);
        if (!p) return NULL;
        if (dynox__at_null(p))
            p += 4;
        else
            p = read ? read_list(reader, p, table, read) : read_keys(reader, p, table);
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    if (!p) return NULL;
    entries->present = true;
    entries->count   = (reader->used - base) / sizeof(dynox__entry);
    return dynox__pop(reader, base, &entries->at) ? p : dynox__reader_no_memory(reader, p);
}

uint8_t *dynox__field_table_items(dynox__reader *reader, uint8_t *p, void *to)
{
    return read_tables(reader, p, to, read_item);
}

uint8_t *dynox__field_table_writes(dynox__reader *reader, uint8_t *p, void *to)
{
    return read_tables(reader, p, to, read_write);
}

uint8_t *dynox__field_table_keys(dynox__reader *reader, uint8_t *p, void *to)
{
    return read_tables(reader, p, to, NULL);
}
