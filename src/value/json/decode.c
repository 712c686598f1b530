/* Objects by tables, and the entry points. The kinds of members that only answers have are in decode_answer.c. */
#include "value/json/decode.h"
#include "value/json/decode_reader.h"
#include "value/text/number.h"

static const dynox__field *find_field(const dynox__field *fields, size_t count, const char *name, uint32_t length)
{
    for (; count; count--, fields++)
        if (fields->name_length == length && memcmp(fields->name, name, length) == 0) return fields;
    return NULL;
}

char *dynox__decode_copy(dynox__arena *arena, const char *json, size_t length)
{
    size_t size;
    if (!dynox__add_size(length, DYNOX__DECODE_PADDING, &size)) return NULL;
    char *copy = arena ? dynox__arena_alloc(arena, size) : dynox__malloc(size);
    if (!copy) return NULL;
    memcpy(copy, json, length);
    memset(copy + length, 0, DYNOX__DECODE_PADDING);
    return copy;
}

uint8_t *dynox__read_object(dynox__reader *reader, uint8_t *p, const dynox__field *fields, size_t field_count,
                            void *result)
{
    bool more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        char    *name;
        uint32_t length;
        p = dynox__read_name(reader, p, &name, &length);
        if (!p) return NULL;
        const dynox__field *field = find_field(fields, field_count, name, length);
        reader->known             = reader->known || field;
        if (dynox__at_null(p))
            p += 4;
        else if (field)
            p = field->read(reader, p, (char *)result + field->offset);
        else
            p = dynox__skip_value(reader, p, 1);
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    return p;
}

uint8_t *dynox__read_array(dynox__reader *reader, uint8_t *p, dynox__field_reader *read, void *element, size_t size,
                           void *array, size_t *count)
{
    size_t base = reader->used;
    bool   more;
    p = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        memset(element, 0, size);
        p = read(reader, p, element);
        if (!p) return NULL;
        if (!dynox__push(reader, element, size)) return dynox__reader_no_memory(reader, p);
        p = dynox__next_element(reader, p, ']', &more);
    }
    if (!p) return NULL;
    *count = (reader->used - base) / size;
    return dynox__pop(reader, base, array) ? p : dynox__reader_no_memory(reader, p);
}

/* ---- the plain kinds ---- */

static uint8_t *read_item(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox_item *item = to;
    item->owner_     = NULL;
    return dynox__read_attributes(reader, p, &item->attributes, &item->count, 1);
}

uint8_t *dynox__field_item(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox_item *item = dynox__arena_alloc(reader->arena, sizeof *item);
    if (!item) return dynox__reader_no_memory(reader, p);
    *(const dynox_item **)to = item;
    return read_item(reader, p, item);
}

uint8_t *dynox__field_items(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__items *items = to;
    dynox_item    item;
    items->present = true;
    return dynox__read_array(reader, p, read_item, &item, sizeof item, &items->items, &items->count);
}

uint8_t *dynox__field_integer(dynox__reader *reader, uint8_t *p, void *to)
{
    uint8_t *start = p;
    p              = dynox__skip_number(reader, p);
    if (p && !dynox__number_to_int((const char *)start, (size_t)(p - start), to))
        return dynox__reader_fail(reader, start, "expected a whole number of 64 bits");
    return p;
}

uint8_t *dynox__field_double(dynox__reader *reader, uint8_t *p, void *to)
{
    uint8_t *start = p;
    p              = dynox__skip_number(reader, p);
    if (p && !dynox__number_to_double((const char *)start, (size_t)(p - start), to))
        return dynox__reader_fail(reader, start, "a number beyond all doubles");
    return p;
}

uint8_t *dynox__field_text(dynox__reader *reader, uint8_t *p, void *to)
{
    char    *text;
    uint32_t length;
    p = dynox__read_text(reader, p, &text, &length);
    if (p) *(const char **)to = text;
    return p;
}

uint8_t *dynox__field_json(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__json *json = to;
    json->text        = (const char *)p;
    p                 = dynox__skip_value(reader, p, 1);
    json->length      = p ? (size_t)(p - (const uint8_t *)json->text) : 0;
    return p;
}

/* ---- entry points ---- */

/* What the body is read as. */
typedef uint8_t *document_reader(dynox__reader *reader, uint8_t *p, const dynox__field *fields, size_t field_count,
                                 void *result);

static dynox_status decode(char *body, size_t length, dynox__arena *arena, document_reader *read,
                           const dynox__field *fields, size_t field_count, void *result, bool *known,
                           dynox_error *error)
{
    dynox__reader reader;
    if (length > INT32_MAX) return dynox_error_set(error, DYNOX_E_DECODE, "cannot decode: more than 2 GiB");
    dynox__reader_init(&reader, body, length, arena);
    uint8_t *p = read(&reader, dynox__skip_space(reader.body), fields, field_count, result);
    if (known) *known = reader.known;
    return dynox__reader_end(&reader, p ? dynox__skip_space(p) : NULL, error);
}

static uint8_t *skip_object(dynox__reader *reader, uint8_t *p, const dynox__field *fields, size_t field_count,
                            void *result)
{
    (void)fields, (void)field_count, (void)result;
    return *p == '{' ? dynox__skip_value(reader, p, 1) : dynox__reader_expected(reader, p, '{');
}

static uint8_t *read_document_item(dynox__reader *reader, uint8_t *p, const dynox__field *fields, size_t field_count,
                                   void *result)
{
    (void)fields, (void)field_count;
    return read_item(reader, p, result);
}

static uint8_t *read_document_value(dynox__reader *reader, uint8_t *p, const dynox__field *fields, size_t field_count,
                                    void *result)
{
    size_t at = reader->used;
    (void)fields, (void)field_count;
    if (!dynox__claim(reader, sizeof(dynox_value))) return dynox__reader_no_memory(reader, p);
    p = dynox__read_value(reader, p, at, 1);
    if (p) memcpy(result, reader->scratch + at, sizeof(dynox_value));
    return p;
}

dynox_status dynox__decode(char *body, size_t length, dynox__arena *arena, const dynox__field *fields,
                           size_t field_count, void *result, bool *known, dynox_error *error)
{
    if (length == 0) return DYNOX_OK;
    return decode(body, length, arena, dynox__read_object, fields, field_count, result, known, error);
}

dynox_status dynox__decode_check(char *body, size_t length, dynox_error *error)
{
    return decode(body, length, NULL, skip_object, NULL, 0, NULL, NULL, error);
}

dynox_status dynox__decode_item(char *body, size_t length, dynox__arena *arena, dynox_item *item, dynox_error *error)
{
    return decode(body, length, arena, read_document_item, NULL, 0, item, NULL, error);
}

dynox_status dynox__decode_value(char *body, size_t length, dynox__arena *arena, dynox_value *value, dynox_error *error)
{
    return decode(body, length, arena, read_document_value, NULL, 0, value, NULL, error);
}
