/* Items to DynamoDB JSON and back, for files, tests and logs of programs. */
#include "value/json/decode.h"
#include "value/json/document.h"
#include "value/json/encode.h"
#include <dynox/item.h>
#include <stdio.h>

char *dynox_item_to_text(const dynox_item *item, dynox_error *error)
{
    dynox__buffer buffer = {0};
    dynox_status  status = dynox__encode_item(&buffer, item, error);
    dynox__buffer_byte(&buffer, 0);
    if (!status && buffer.failed) status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (status) dynox__buffer_free(&buffer);
    return buffer.data;
}

/* The way to a map, for the message. */
typedef struct step {
    const struct step       *up;
    const dynox_named_value *in; /* NULL: an element of a list */
    size_t                   index;
} step;

static size_t write_path(char *to, size_t room, const step *at)
{
    if (!at) return 0;
    size_t used = write_path(to, room, at->up);
    int    more = at->in
                      ? snprintf(to + used, room - used, "%s%.*s", used ? "." : "", (int)at->in->name_length, at->in->name)
                      : snprintf(to + used, room - used, "[%zu]", at->index);
    return more < 0 || (size_t)more >= room - used ? room - 1 : used + (size_t)more;
}

static bool names_differ(const dynox_named_value *map, size_t count, const step *up, dynox_error *error);

static bool names_differ_in(const dynox_value *value, const step *at, dynox_error *error)
{
    if (value->type == DYNOX_M) return names_differ(value->as.map, value->length, at, error);
    for (size_t i = 0; value->type == DYNOX_L && i < value->length; i++)
        if (!names_differ_in(&value->as.list[i], &(step){.up = at, .index = i}, error)) return false;
    return true;
}

/* A text in which a name is twice means one of the two: nobody knows which. Nesting is bounded by the decoder. */
static bool names_differ(const dynox_named_value *map, size_t count, const step *up, dynox_error *error)
{
    char   path[200];
    bool   no_memory;
    size_t twice = dynox__find_name_twice(map, count, &no_memory);
    if (no_memory) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (no_memory) return false;
    for (size_t i = 0; i < count && twice == SIZE_MAX; i++)
        if (!names_differ_in(&map[i].value, &(step){.up = up, .in = &map[i]}, error)) return false;
    if (twice == SIZE_MAX) return true;
    write_path(path, sizeof path, &(step){.up = up, .in = &map[twice]});
    dynox_error_set(error, DYNOX_E_VALUE, "attribute \"%s\": it is there twice", path);
    return false;
}

dynox_item *dynox_item_from_text(const char *text, size_t length, dynox_error *error)
{
    char            *body;
    dynox__document *document = NULL;
    dynox_item       contents = {NULL, 0, NULL}, *item = NULL;
    if (!text) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "the text is NULL");
        return NULL;
    }
    body = dynox__decode_copy(NULL, text, length);
    if (body) document = dynox__document_new(body, length);
    if (!document) {
        dynox__free(body);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    if (dynox__decode_item(body, length, &document->arena, &contents, error) == DYNOX_OK &&
        names_differ(contents.attributes, contents.count, NULL, error)) {
        item = dynox__document_item(document, &contents);
        if (!item) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    dynox__shared_release(&document->shared);
    return item;
}
