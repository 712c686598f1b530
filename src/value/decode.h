/* The decoder: one strict pass over an answer, in place. What a member of the answer is and where it goes is told by
 * a table, so that each operation is a table of its own. */
#ifndef DYNOX_VALUE_DECODE_H
#define DYNOX_VALUE_DECODE_H

#include "base/arena.h"
#include <dynox/info.h>

/* The body must be followed by so many zero bytes, which are the decoder's to read and to write. */
enum { DYNOX__DECODE_PADDING = 64 };

typedef enum dynox__field_kind {
    DYNOX__FIELD_ITEM,       /* const dynox_item *: NULL when absent */
    DYNOX__FIELD_ITEMS,      /* dynox__items */
    DYNOX__FIELD_INTEGER,    /* int64_t */
    DYNOX__FIELD_DOUBLE,     /* double */
    DYNOX__FIELD_TEXT,       /* const char *, NUL-terminated in place; NULL when absent */
    DYNOX__FIELD_CAPACITY,   /* const dynox_capacity * */
    DYNOX__FIELD_COLLECTION, /* const dynox_collection_metrics * */
    DYNOX__FIELD_REASONS     /* dynox__reasons: CancellationReasons */
} dynox__field_kind;

typedef struct dynox__items {
    dynox_item *items; /* owner_ is NULL in each */
    size_t      count;
    bool        present;
} dynox__items;

typedef struct dynox__reasons {
    struct dynox_cancellation_reason *reasons;
    size_t                            count;
} dynox__reasons;

/* A member of the answer's top level: its name and where in the result it goes. Members not in the table are checked
 * and skipped; null is the same as absent. */
typedef struct dynox__field {
    const char       *name;
    uint32_t          name_length;
    dynox__field_kind kind;
    size_t            offset;
} dynox__field;

#define DYNOX__FIELD(name, kind, type, member)                                                                         \
    {                                                                                                                  \
        name, sizeof(name) - 1, DYNOX__FIELD_##kind, offsetof(type, member)                                            \
    }

/* Decodes body[0..length): texts stay in the body (unescaped and NUL-terminated there), nodes go into the arena.
 * `result` must be zeroed; it is filled as far as the table says. DYNOX_OK; DYNOX_E_DECODE with the offset and the
 * reason in `error`; DYNOX_E_NO_MEMORY. Bounded depth; hostile input is fine. */
dynox_status dynox__decode(char *body, size_t length, dynox__arena *arena, const dynox__field *fields,
                           size_t field_count, void *result, dynox_error *error);

/* A single AttributeValue or a DynamoDB-JSON item, as users have them in files: {"pk":{"S":"x"}}. */
dynox_status dynox__decode_item(char *body, size_t length, dynox__arena *arena, dynox_item *item, dynox_error *error);

#endif
