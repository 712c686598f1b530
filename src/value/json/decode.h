/* The decoder: one strict pass over an answer, in place. What a member of the answer is and where it goes is told by
 * a table, so that each operation is a table of its own.
 *
 * Strict means: JSON as in RFC 8259 and nothing else, UTF-8 checked, numbers and base64 checked, nesting bounded. What
 * is not known is checked and skipped; null is the same as absent wherever a member may be absent. Names are not
 * compared with each other: of members that occur twice the last one counts in a table, and both are kept in an item or
 * a map. */
#ifndef DYNOX_VALUE_JSON_DECODE_H
#define DYNOX_VALUE_JSON_DECODE_H

#include "base/arena.h"
#include <dynox/info.h>

/* The body must be followed by so many zero bytes, which are the decoder's to read and to write. */
enum { DYNOX__DECODE_PADDING = 64 };

/* A copy that is: in the arena, or with NULL in memory to be freed with dynox__free. NULL: out of memory. */
char *dynox__decode_copy(dynox__arena *arena, const char *json, size_t length);

typedef struct dynox__reader dynox__reader;

/* Reads a member's value at p (which is not null) to where it belongs. Returns the place after it, NULL on failure. */
typedef uint8_t *dynox__field_reader(dynox__reader *reader, uint8_t *p, void *to);

/* A member of an object: its name, how it is read and where in the result it goes. */
typedef struct dynox__field {
    const char          *name;
    uint32_t             name_length;
    dynox__field_reader *read;
    size_t               offset;
} dynox__field;

/* DYNOX__FIELD("Items", ITEMS, struct answer, items), where the kind is one of those below. */
#define DYNOX__FIELD(name, kind, type, member)                                                                         \
    {                                                                                                                  \
        name, sizeof(name) - 1, DYNOX__FIELD_##kind, offsetof(type, member)                                            \
    }
#define DYNOX__FIELD_ITEM dynox__field_item             /* const dynox_item *: NULL when absent */
#define DYNOX__FIELD_ITEMS dynox__field_items           /* dynox__items */
#define DYNOX__FIELD_INTEGER dynox__field_integer       /* int64_t */
#define DYNOX__FIELD_DOUBLE dynox__field_double         /* double */
#define DYNOX__FIELD_TEXT dynox__field_text             /* const char *, NUL-terminated; NULL when absent */
#define DYNOX__FIELD_JSON dynox__field_json             /* dynox__json */
#define DYNOX__FIELD_CAPACITY dynox__field_capacity     /* const dynox_capacity *: a ConsumedCapacity */
#define DYNOX__FIELD_COLLECTION dynox__field_collection /* const dynox_collection_metrics * */
#define DYNOX__FIELD_REASONS dynox__field_reasons       /* dynox__reasons: CancellationReasons */

#define DYNOX__FIELD_CAPACITIES dynox__field_capacities /* dynox__capacities: a list of ConsumedCapacity */
#define DYNOX__FIELD_RESPONSES dynox__field_responses   /* dynox__responses: a list of {"Item": ...} */
#define DYNOX__FIELD_STATEMENTS dynox__field_statements /* dynox__statements: what each statement has come to */

/* Of batches, each a dynox__entries: {"table": [item, ...]}, {"table": [{"PutRequest": {"Item": item}}, ...]} and
 * {"table": {"Keys": [key, ...], ...}}, the latter two in requests and for what was left of them. */
#define DYNOX__FIELD_TABLE_ITEMS dynox__field_table_items
#define DYNOX__FIELD_TABLE_WRITES dynox__field_table_writes
#define DYNOX__FIELD_TABLE_KEYS dynox__field_table_keys

dynox__field_reader dynox__field_item, dynox__field_items, dynox__field_integer, dynox__field_double, dynox__field_text,
    dynox__field_json, dynox__field_capacity, dynox__field_collection, dynox__field_reasons, dynox__field_capacities,
    dynox__field_responses, dynox__field_statements, dynox__field_table_items, dynox__field_table_writes,
    dynox__field_table_keys;

typedef struct dynox__items {
    dynox_item *items; /* owner_ is NULL in each */
    size_t      count;
    bool        present;
} dynox__items;

/* Any value, checked and left as it came: to be sent back byte for byte. Not NUL-terminated. */
typedef struct dynox__json {
    const char *text; /* NULL when absent */
    size_t      length;
} dynox__json;

typedef struct dynox__capacities {
    dynox_capacity *at;
    size_t          count;
} dynox__capacities;

/* NULL: no item at that place. */
typedef struct dynox__responses {
    const dynox_item **at;
    size_t             count;
} dynox__responses;

typedef struct dynox__entry {
    const char *table;
    dynox_item  item; /* or key */
    bool        is_delete;
} dynox__entry;

/* All tables in one array, in the order in which they came. */
typedef struct dynox__entries {
    dynox__entry *at;
    size_t        count;
    bool          present;
} dynox__entries;

typedef struct dynox__statement {
    const dynox_item         *item;  /* NULL: none */
    dynox_cancellation_reason error; /* code NULL: none */
} dynox__statement;
typedef struct dynox__statements {
    dynox__statement *at;
    size_t            count;
} dynox__statements;

typedef struct dynox__reasons {
    dynox_cancellation_reason *reasons;
    size_t                     count;
} dynox__reasons;

/* Decodes body[0..length): texts stay in the body (unescaped and NUL-terminated there), nodes go into the arena. An
 * empty body is the same as {}. `result` must be zeroed; it is filled as far as the table says; *known (NULL is fine)
 * becomes whether anything was in the table. DYNOX_OK;
 * DYNOX_E_DECODE with the offset and the reason in `error`; DYNOX_E_NO_MEMORY. After a failure, result and body are of
 * no use. */
dynox_status dynox__decode(char *body, size_t length, dynox__arena *arena, const dynox__field *fields,
                           size_t field_count, void *result, bool *known, dynox_error *error);

/* Is it one JSON object and nothing else? It stays as it came. DYNOX_OK, DYNOX_E_DECODE. */
dynox_status dynox__decode_check(char *body, size_t length, dynox_error *error);

/* An item in DynamoDB JSON {"pk":{"S":"x"}}, or an AttributeValue {"S":"x"}, as users have them in files. */
dynox_status dynox__decode_item(char *body, size_t length, dynox__arena *arena, dynox_item *item, dynox_error *error);
dynox_status dynox__decode_value(char *body, size_t length, dynox__arena *arena, dynox_value *value,
                                 dynox_error *error);

#endif
