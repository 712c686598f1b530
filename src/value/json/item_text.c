/* Items to DynamoDB JSON and back, for files, tests and logs of programs. */
#include "value/json/decode.h"
#include "value/json/document.h"
#include "value/json/encode.h"
#include <dynox/item.h>

char *dynox_item_to_text(const dynox_item *item, dynox_error *error)
{
    dynox__buffer buffer = {0};
    dynox_status  status = dynox__encode_item(&buffer, item, error);
    dynox__buffer_byte(&buffer, 0);
    if (!status && buffer.failed) status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (status) dynox__buffer_free(&buffer);
    return buffer.data;
}

dynox_item *dynox_item_from_text(const char *text, size_t length, dynox_error *error)
{
    size_t           size;
    char            *body     = NULL;
    dynox__document *document = NULL;
    dynox_item       contents = {NULL, 0, NULL}, *item = NULL;
    if (!text) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the text is NULL");
        return NULL;
    }
    if (dynox__add_size(length, DYNOX__DECODE_PADDING, &size)) body = dynox__calloc(size);
    if (body) document = dynox__document_new(body, length);
    if (!document) {
        dynox__free(body);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    if (length) memcpy(body, text, length);
    if (dynox__decode_item(body, length, &document->arena, &contents, error) == DYNOX_OK) {
        item = dynox__document_item(document, &contents);
        if (!item) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    dynox__shared_release(&document->shared);
    return item;
}
