/* Lists and sets of wire JSON into arrays. Elements are gathered in the reader's work area, then moved to the arena. */
#include "value/bind/bind_read.h"
#include "value/bind/member.h"

enum { ROOM_ON_STACK = 256 };

/* How an element nearly always begins. */
typedef struct opening {
    char text[7];
} opening;

/* An element that is no struct, from its opening quote, by way of a value. */
static uint8_t *element_by_value(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                 const dynox__member *member, void *element)
{
    uint8_t     type = DYNOX_N;
    dynox_value value;
    uint8_t    *start = p;
    switch (member->kind) {
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_: type = DYNOX_S; break;
    case DYNOX_KIND_BLOB_SET_: type = DYNOX_B; break;
    default: break;
    }
    p = dynox__bind_scalar(binder, p, type, &value);
    if (!p || dynox__bind_load_element(shape, member, &value, binder->room, element, &binder->error) == DYNOX_OK)
        return p;
    return dynox__bind_fail(binder, start);
}

/* An element from the opening quote of its content. */
static inline uint8_t *element_content(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                       const dynox__member *member, void *element)
{
    uint8_t *stop;
    if (*p != '"') return dynox__reader_expected(binder->reader, p, '"');
    switch (member->kind) {
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_:
        stop = dynox__scan_plain(p + 1);
        if (*stop != '"') break;
        *stop = 0;
        dynox__put_text(element, p + 1);
        return stop + 1;
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_INT_SET_:
        stop = dynox__bind_int(p + 1, sizeof(int64_t), true, element);
        if (!stop) break;
        return stop;
    case DYNOX_KIND_DOUBLES_:
    case DYNOX_KIND_DOUBLE_SET_:
        stop = dynox__bind_double(p + 1, (double *)element);
        if (!stop) break;
        return stop;
    default: break;
    }
    return element_by_value(binder, p, shape, member, element);
}

/* Any value, {"S":"x"}, as an element. */
static uint8_t *any_element(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, const dynox__member *member,
                            void *element, unsigned depth)
{
    dynox__reader *reader = binder->reader;
    size_t         at     = reader->used;
    uint8_t       *start  = p;
    dynox_value    value;
    if (!dynox__claim(reader, sizeof value)) return dynox__reader_no_memory(reader, p);
    p = dynox__read_value(reader, p, at, depth);
    if (!p) return NULL;
    memcpy(&value, reader->scratch + at, sizeof value);
    reader->used = at;
    if (dynox__bind_load_element(shape, member, &value, binder->room, element, &binder->error) == DYNOX_OK) return p;
    return dynox__bind_fail(binder, start);
}

static const opening *opening_of(uint8_t kind)
{
    static const opening map = {"{\"M\":{"}, text = {"{\"S\":\""}, number = {"{\"N\":\""};
    return kind == DYNOX_KIND_STRUCTS_ ? &map : kind == DYNOX_KIND_STRINGS_ ? &text : &number;
}

static inline uint8_t *list_element(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                    const dynox__member *member, const opening *begin, dynox__guess *guesses,
                                    void *element, unsigned depth)
{
    if (dynox__is_set(member->kind) || depth > DYNOX__DECODE_DEPTH || memcmp(p, begin->text, 6) != 0)
        return any_element(binder, p, shape, member, element, depth);
    p = member->kind == DYNOX_KIND_STRUCTS_
            ? dynox__bind_attributes(binder, p + 5, member->inner, guesses + member->inner_guess, element, depth + 1)
            : element_content(binder, p + 5, shape, member, element);
    return p ? dynox__end_value(binder->reader, p) : NULL;
}

/* To the end of the list. `element` has room for one. */
static uint8_t *read_elements(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, const dynox__member *member,
                              dynox__guess *guesses, void *element, unsigned depth)
{
    dynox__reader *reader = binder->reader;
    size_t         size   = member->element;
    bool           more, bare = dynox__is_set(member->kind);
    const opening *begin = opening_of(member->kind);
    p                    = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        if (member->kind == DYNOX_KIND_STRUCTS_) memset(element, 0, size);
        p = bare ? element_content(binder, p, shape, member, element)
                 : list_element(binder, p, shape, member, begin, guesses, element, depth);
        if (!p) return NULL;
        char *kept = dynox__claim(reader, (size + 7) & ~(size_t)7);
        if (!kept) return dynox__reader_no_memory(reader, p);
        memcpy(kept, element, size);
        p = dynox__next_element(reader, p, ']', &more);
    }
    return p;
}

/* From the work area to an array in the arena. Steps of the area are multiples of 8. */
static bool keep_elements(dynox__reader *reader, size_t base, size_t size, void *to)
{
    size_t step = (size + 7) & ~(size_t)7, count = (reader->used - base) / step;
    char  *array = dynox__arena_alloc(reader->arena, count * size); /* not NULL, though it be empty */
    if (!array) return false;
    if (size == step) {
        if (count) memcpy(array, reader->scratch + base, count * size);
    } else {
        for (size_t i = 0; i < count; i++)
            memcpy(array + i * size, reader->scratch + base + i * step, size);
    }
    const dynox__many many = {array, count};
    reader->used           = base;
    memcpy(to, &many, sizeof many);
    return true;
}

uint8_t *dynox__bind_list(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, const dynox__member *member,
                          dynox__guess *guesses, void *to, unsigned depth)
{
    _Alignas(8) char near[ROOM_ON_STACK];
    void            *element = near;
    size_t           base    = binder->reader->used;
    if (member->element > sizeof near) {
        element = dynox__arena_alloc(binder->reader->arena, member->element);
        if (!element) return dynox__reader_no_memory(binder->reader, p);
    }
    p = read_elements(binder, p, shape, member, guesses, element, depth);
    if (!p) return NULL;
    return keep_elements(binder->reader, base, member->element, to) ? p : dynox__reader_no_memory(binder->reader, p);
}
