/* Documents: one allocation for the document and its nodes, one for the body. */
#include "value/document.h"

static void document_destroy(dynox__shared *shared)
{
    dynox__document *document = DYNOX__CONTAINER(shared, dynox__document, shared);
    dynox__arena     arena    = document->arena; /* which the document lies in */
    dynox__free(document->body);
    dynox__arena_free(&arena);
}

dynox__document *dynox__document_new(char *body, size_t hint)
{
    dynox__arena     arena    = {0};
    dynox__document *document = NULL;
    size_t           size;
    if (dynox__add_size(hint, sizeof *document, &size) && dynox__arena_reserve(&arena, size))
        document = dynox__arena_alloc(&arena, sizeof *document);
    if (!document) return NULL;
    *document = (dynox__document){.arena = arena, .body = body};
    dynox__shared_init(&document->shared, document_destroy);
    return document;
}

dynox_item *dynox__document_item(dynox__document *document, const dynox_item *contents)
{
    dynox_item *item = dynox__arena_alloc(&document->arena, sizeof *item);
    if (!item) return NULL;
    *item        = *contents;
    item->owner_ = dynox__shared_acquire(&document->shared);
    return item;
}
