/* A document is an answer of the service, decoded: the body, in which the texts lie, and an arena with the nodes that
 * point into it. Whoever holds an item, a page or an error's item out of it holds a reference. */
#ifndef DYNOX_VALUE_JSON_DOCUMENT_H
#define DYNOX_VALUE_JSON_DOCUMENT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/shared.h"
#include "value/json/decode.h"
#include <dynox/info.h>

typedef struct dynox__document {
    dynox__shared shared;
    dynox__arena  arena;     /* the document itself lies in it */
    char         *body;      /* owned; NULL: none */
    size_t        body_size; /* of its memory; 0: not known */
    bool          known;     /* something in it was in the table */
    dynox_info    info;      /* its owned_ is this document, uncounted: a copy counts */
} dynox__document;

/* A document with room for `hint` bytes of nodes, and one reference; takes over `body` when it succeeds. NULL: out of
 * memory. */
dynox__document *dynox__document_new(char *body, size_t hint);

/* Decodes an answer into a document of its own: texts stay in the body, which it takes over; for the nodes it makes
 * room for `hint` bytes at first. The rest is as for dynox__decode. NULL: *error says why. */
dynox__document *dynox__document_decode(dynox__buffer *body, size_t hint, const dynox__field *fields,
                                        size_t field_count, void *result, dynox_error *error);

/* An item that owns a reference to the document; to be ended with dynox_item_free. `contents` lies in the document.
 * The item struct is allocated in the arena, so this must happen before the document is shared with other threads.
 * NULL: out of memory. */
dynox_item *dynox__document_item(dynox__document *document, const dynox_item *contents);

#endif
