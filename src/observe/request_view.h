/* What a request is about, read out of its JSON: for whoever sees requests of every family and writes none. */
#ifndef DYNOX_OBSERVE_REQUEST_VIEW_H
#define DYNOX_OBSERVE_REQUEST_VIEW_H

#include "base/arena.h"
#include <dynox/item.h>

typedef enum dynox__part_kind {
    DYNOX__PART_GET,
    DYNOX__PART_PUT,
    DYNOX__PART_UPDATE,
    DYNOX__PART_DELETE,
    DYNOX__PART_CHECK
} dynox__part_kind;

/* One read or write of an item. */
typedef struct dynox__view_part {
    const char       *table; /* NULL: it has none */
    const dynox_item *item;  /* of a put; else the key; NULL: it has none */
    dynox__part_kind  kind;
    bool              consistent;
} dynox__view_part;

typedef struct dynox__view_name {
    const char *placeholder, *name; /* "#n0" */
} dynox__view_name;

/* Texts are NULL where there are none. */
typedef struct dynox__request_view {
    const char       *table, *index, *key_condition, *filter, *projection, *select;
    const dynox_item *values; /* ":v0" */
    dynox__view_name *names;
    size_t            name_count;
    bool              consistent, limited;
    dynox__view_part *parts; /* one of a single item's operation, all of a batch or a transaction */
    size_t            part_count, part_room;
    bool              transaction;
    bool              failed; /* out of memory */

    dynox__arena arena;
    char        *copy; /* of the body: the texts lie in it */
} dynox__request_view;

/* Reads the body of an operation. false: it cannot be read, or there is no memory. To be ended in any case. */
bool dynox__request_view_read(dynox__request_view *view, const char *operation, const char *body, size_t size);
void dynox__request_view_free(dynox__request_view *view);

/* The value that the partition key has by a key condition: that of `name = :value`. NULL: it has none. */
const dynox_value *dynox__request_view_equal(const dynox__request_view *view, const char *name);
/* The same where the condition has a single `=`, so that it must be the partition key's; *name becomes its attribute.
 * NULL: it has none or several. */
const dynox_value *dynox__request_view_only_equal(const dynox__request_view *view, const char **name);

#endif
