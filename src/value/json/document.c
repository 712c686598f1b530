/* Documents: one allocation for the document and its nodes, one for the body. */
#include "value/json/document.h"
#include "base/spare.h"

static void document_destroy(dynox__shared *shared)
{
    dynox__document *document = DYNOX__CONTAINER(shared, dynox__document, shared);
    dynox__arena     arena    = document->arena; /* which the document lies in */
    dynox__spare_give(document->body, document->body_size);
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
    document->info.owned_ = &document->shared;
    return document;
}

dynox__document *dynox__document_decode(dynox__buffer *body, size_t hint, const dynox__field *fields,
                                        size_t field_count, void *result, dynox_error *error)
{
    size_t           length   = body->size;
    dynox__document *document = dynox__document_new(body->data, hint);
    if (!document) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    document->body_size = body->capacity;
    *body               = (dynox__buffer){0};
    if (dynox__decode(document->body, length, &document->arena, fields, field_count, result, &document->known, error) ==
        DYNOX_OK)
        return document;
    dynox__shared_release(&document->shared);
    return NULL;
}

dynox_item *dynox__document_item(dynox__document *document, const dynox_item *contents)
{
    dynox_item *item = dynox__arena_alloc(&document->arena, sizeof *item);
    if (!item) return NULL;
    *item        = *contents;
    item->owner_ = dynox__shared_acquire(&document->shared);
    return item;
}

/* ---- infos ---- */

const dynox_info *dynox_item_info(const dynox_item *item)
{
    dynox__shared *owner = item ? item->owner_ : NULL;
    if (!owner || owner->destroy != document_destroy) return NULL; /* one that the program made */
    return &DYNOX__CONTAINER(owner, dynox__document, shared)->info;
}

void dynox_info_copy(dynox_info *to, const dynox_info *from)
{
    if (to == from) return;
    dynox__shared *owner = dynox__shared_acquire(from->owned_);
    dynox_info_clear(to);
    *to        = *from;
    to->owned_ = owner;
}

void dynox_info_clear(dynox_info *info)
{
    if (!info) return;
    dynox__shared_release(info->owned_);
    *info = (dynox_info){0};
}
