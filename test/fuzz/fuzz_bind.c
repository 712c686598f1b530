/* The two ways from the JSON of items to structs agree: straight, and by way of items. What the one refuses the other
 * refuses, what both take is equal. The input is a list of items. */
#include "fuzz.h"
#include "value/bind/bound.h"

/* Everything that has no member is kept, so that nothing is only skipped. */
typedef struct inner {
    const char *sku;
    int64_t     quantity;
    dynox_item  rest;
} inner;
static const dynox_attribute inner_attributes[] = {
    DYNOX_STRING(inner, sku),
    DYNOX_INT(inner, quantity),
    DYNOX_EXTRA(inner, rest),
};
DYNOX_SHAPE(inner)

typedef struct keeper {
    const char *pk;
    inner       one;
    DYNOX_MANY(inner) lines;
    DYNOX_MANY(const char *) tags;
    double     real;
    bool       yes;
    dynox_item rest;
} keeper;
static const dynox_attribute keeper_attributes[] = {
    DYNOX_PARTITION_KEY(keeper, pk), DYNOX_STRUCT(keeper, one, inner), DYNOX_STRUCTS(keeper, lines, inner),
    DYNOX_SET(keeper, tags),         DYNOX_DOUBLE(keeper, real),       DYNOX_BOOLEAN(keeper, yes),
    DYNOX_EXTRA(keeper, rest),
};
DYNOX_SHAPE(keeper)

/* ---- comparison ---- */

static bool same_struct(const dynox__shape *shape, const char *a, const char *b);

static bool same_text(const void *a, const void *b)
{
    const char *x, *y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x && y ? strcmp(x, y) == 0 : x == y;
}

static bool same_blob(const void *a, const void *b)
{
    dynox_blob x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x.size == y.size && !x.bytes == !y.bytes && (!x.size || memcmp(x.bytes, y.bytes, x.size) == 0);
}

static bool same_many(const dynox__member *member, const void *a, const void *b)
{
    DYNOX_MANY(const char) x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x.count != y.count || !x.at != !y.at) return false;
    for (size_t i = 0; i < x.count; i++) {
        const char *one = x.at + i * member->element, *other = y.at + i * member->element;
        bool        same = member->kind == DYNOX_KIND_STRUCTS_ ? same_struct(member->inner, one, other)
                           : member->kind == DYNOX_KIND_STRINGS_ || member->kind == DYNOX_KIND_STRING_SET_
                               ? same_text(one, other)
                           : member->kind == DYNOX_KIND_BLOB_SET_ ? same_blob(one, other)
                                                                  : memcmp(one, other, member->element) == 0;
        if (!same) return false;
    }
    return true;
}

static bool same_member(const dynox__member *member, const char *a, const char *b)
{
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_NUMBER_: return same_text(a, b);
    case DYNOX_KIND_CHARS_: return strcmp(a, b) == 0;
    case DYNOX_KIND_BLOB_: return same_blob(a, b);
    case DYNOX_KIND_STRUCT_: return same_struct(member->inner, a, b);
    case DYNOX_KIND_VALUE_:
        return codec_same_value((const dynox_value *)(const void *)a, (const dynox_value *)(const void *)b);
    case DYNOX_KIND_EXTRA_:
        return codec_same_item((const dynox_item *)(const void *)a, (const dynox_item *)(const void *)b);
    default:
        if (member->kind >= DYNOX_KIND_STRUCTS_ && member->kind <= DYNOX_KIND_BLOB_SET_) return same_many(member, a, b);
        return memcmp(a, b, member->size) == 0;
    }
}

static bool same_struct(const dynox__shape *shape, const char *a, const char *b)
{
    for (size_t i = 0; i < shape->count; i++) {
        const dynox__member *member = &shape->members[i];
        if (!same_member(member, a + member->offset, b + member->offset)) return false;
        if (member->has && a[member->has - 1] != b[member->has - 1]) return false;
    }
    return true;
}

/* ---- both ways ---- */

static const dynox__shape *shape; /* of this decode */
static dynox_room         *room;

typedef struct records {
    void  *at;
    size_t count;
} records;

static uint8_t *read_records(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__binder binder;
    records      *all = to;
    if (!dynox__binder_init(&binder, reader, room, shape)) return dynox__reader_no_memory(reader, p);
    return dynox__bind_records(&binder, p, 2, &all->at, &all->count);
}

static char *body_of(const uint8_t *data, size_t size)
{
    char *body = calloc(1, size + 10 + DYNOX__DECODE_PADDING);
    PROMISE(body);
    memcpy(body, "{\"Items\":", 9);
    if (size) memcpy(body + 9, data, size);
    body[9 + size] = '}';
    return body;
}

static bool load_all(const dynox__items *items, dynox_room *to, char *array)
{
    dynox_error error = {0};
    for (size_t i = 0; i < items->count; i++)
        if (dynox__bind_load(shape, items->items[i].attributes, items->items[i].count, to, array + i * shape->size,
                             &error)) {
            PROMISE(error.status == DYNOX_E_DECODE && error.message[0]);
            return false;
        }
    return true;
}

/* `strict`: nothing is skipped, so that all that is refused as an item is refused as a struct. */
static void compare(const uint8_t *data, size_t size, bool strict)
{
    static const dynox__field as_structs[] = {{"Items", 5, read_records, 0}},
                              as_items[]   = {{"Items", 5, dynox__field_items, 0}};
    dynox_room   a = {0}, b = {0};
    dynox_error  error  = {0};
    records      direct = {0};
    dynox__items items  = {0};
    char        *body = body_of(data, size), *other = body_of(data, size);
    room              = &a;
    dynox_status read = dynox__decode(body, size + 10, &a.arena, as_structs, 1, &direct, NULL, &error);
    PROMISE(read == DYNOX_OK || (read == DYNOX_E_DECODE && error.message[0]));
    bool  decoded = dynox__decode(other, size + 10, &b.arena, as_items, 1, &items, NULL, &error) == DYNOX_OK;
    char *via     = calloc(items.count + 1, shape->size);
    PROMISE(via);
    bool loaded = decoded && load_all(&items, &b, via);
    PROMISE(read != DYNOX_OK || decoded || !strict);
    if (decoded) PROMISE((read == DYNOX_OK) == loaded);
    if (read == DYNOX_OK && loaded) {
        PROMISE(direct.count == items.count);
        for (size_t i = 0; i < direct.count; i++)
            PROMISE(same_struct(shape, (char *)direct.at + i * shape->size, via + i * shape->size));
    }
    dynox__room_free(&a);
    dynox__room_free(&b);
    free(body);
    free(other);
    free(via);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    shape = bound_shape(&thing_shape);
    compare(data, size, false);
    shape = bound_shape(&keeper_shape);
    compare(data, size, true);
    return 0;
}
