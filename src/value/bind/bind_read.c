/* Wire JSON into structs. The attribute that came behind this one in the record before is tried first, with its name,
 * braces and type in one comparison; then the perfect hash. What comes in another way than nearly always is read by way
 * of a value; what no member has is checked and skipped, or kept for the DYNOX_EXTRA. */
#include "value/bind/bind_read.h"
#include "base/date.h"

enum { ISO_LENGTH = sizeof "2026-01-02T03:04:05+00:00" - 1 };

/* ---- guesses ---- */

/* At first the order of the declaration. */
static void first_guesses(const dynox__shape *shape, dynox__guess *guesses)
{
    guesses[0] = shape->members;
    for (size_t i = 0; i < shape->count; i++) {
        guesses[1 + i] = &shape->members[i + 1 < shape->count ? i + 1 : 0];
        if (shape->members[i].inner) first_guesses(shape->members[i].inner, guesses + shape->members[i].inner_guess);
    }
}

bool dynox__binder_init(dynox__binder *binder, dynox__reader *reader, dynox_room *room, const dynox__shape *shape)
{
    dynox__guess *guesses = dynox__arena_alloc(&room->arena, shape->guesses * sizeof *guesses);
    if (!guesses) return false;
    first_guesses(shape, guesses);
    *binder = (dynox__binder){.reader = reader, .room = room, .shape = shape, .guesses = guesses};
    return true;
}

/* ---- by way of values ---- */

uint8_t *dynox__bind_fail(dynox__binder *binder, const uint8_t *p)
{
    if (binder->error.status == DYNOX_E_NO_MEMORY) return dynox__reader_no_memory(binder->reader, p);
    const char *why = dynox__arena_copy(binder->reader->arena, binder->error.message, strlen(binder->error.message));
    return why ? dynox__reader_fail(binder->reader, p, why) : dynox__reader_no_memory(binder->reader, p);
}

static uint8_t *load(dynox__binder *binder, uint8_t *p, const uint8_t *start, const dynox__shape *shape,
                     const dynox__member *member, const dynox_value *value, void *record)
{
    if (dynox__bind_load_member(shape, member, value, binder->room, record, &binder->error) == DYNOX_OK) return p;
    return dynox__bind_fail(binder, start);
}

/* Any AttributeValue. */
static uint8_t *any_value(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, const dynox__member *member,
                          void *record, unsigned depth)
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
    return load(binder, p, start, shape, member, &value, record);
}

/* A text, a number or bytes, from the opening quote. */
static uint8_t *scalar_by_value(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                const dynox__member *member, void *record)
{
    uint8_t     type = DYNOX_N;
    dynox_value value;
    uint8_t    *start = p;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
    case DYNOX_KIND_DATETIME_: type = DYNOX_S; break;
    case DYNOX_KIND_BLOB_: type = DYNOX_B; break;
    default: break;
    }
    p = dynox__bind_scalar(binder, p, type, &value);
    return p ? load(binder, p, start, shape, member, &value, record) : NULL;
}

/* ---- the fast way ---- */

/* Of seconds; others are read by way of a value. Nearly all are as long as those that the library writes; one that only
 * seems to be has something in it that no date has. */
static inline uint8_t *read_date(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                 const dynox__member *member, char *record)
{
    int64_t  seconds;
    int32_t  nanoseconds;
    uint8_t *stop = p[ISO_LENGTH] == '"' ? p + ISO_LENGTH : dynox__scan_plain(p);
    if (*stop == '"' && !member->attribute->precision && member->size == sizeof seconds &&
        dynox__iso_read((const char *)p, (size_t)(stop - p), &seconds, &nanoseconds)) {
        memcpy(record + member->offset, &seconds, sizeof seconds);
        return stop + 1;
    }
    return scalar_by_value(binder, p - 1, shape, member, record);
}

/* The content of an attribute that does: from behind its begin, which has the opening quote where there is one. */
__attribute__((always_inline)) static inline uint8_t *read_content(dynox__binder *binder, uint8_t *p,
                                                                   const dynox__shape  *shape,
                                                                   const dynox__member *member, dynox__guess *guesses,
                                                                   char *record, unsigned depth)
{
    char    *to = record + member->offset;
    uint8_t *stop;
    double   number;
    float    narrow;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
        stop = dynox__scan_plain(p);
        if (*stop != '"') break;
        *stop = 0;
        dynox__put_text(to, p);
        return stop + 1;
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_EPOCH_:
        stop = dynox__bind_int(p, member->size, member->is_signed, to);
        if (!stop) break;
        return stop;
    case DYNOX_KIND_DOUBLE_:
        stop = dynox__bind_double(p, &number);
        if (!stop) break;
        narrow = (float)number;
        if (member->size == sizeof number)
            memcpy(to, &number, sizeof number);
        else
            memcpy(to, &narrow, sizeof narrow);
        return stop;
    case DYNOX_KIND_DATETIME_: return read_date(binder, p, shape, member, record);
    case DYNOX_KIND_BOOL_: return dynox__read_boolean(binder->reader, p, (bool *)(void *)to);
    case DYNOX_KIND_STRUCT_:
        return dynox__bind_attributes(binder, p, member->inner, guesses + member->inner_guess, to, depth + 1);
    case DYNOX_KIND_STRUCTS_:
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_DOUBLES_: return dynox__bind_list(binder, p, shape, member, guesses, to, depth + 1);
    case DYNOX_KIND_STRING_SET_:
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_:
    case DYNOX_KIND_BLOB_SET_: return dynox__bind_list(binder, p, shape, member, guesses, to, depth);
    default: break;
    }
    return scalar_by_value(binder, p - 1, shape, member, record);
}

/* ---- the general way ---- */

/* The name is followed by at least 8 readable bytes. */
static inline const dynox__member *find(const dynox__shape *shape, const uint8_t *name, size_t length)
{
    if (!shape->slots) return dynox__shape_stored(shape, (const char *)name, length);
    uint16_t slot = shape->slots[dynox__name_slot(shape, name, length)];
    if (!slot) return NULL;
    const dynox__member *member = &shape->members[slot - 1];
    return member->name_length == length && memcmp(member->name, name, length) == 0 ? member : NULL;
}

/* An attribute that no member has; those for the DYNOX_EXTRA are gathered in the work area. */
static uint8_t *unknown(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, char *name, uint32_t length,
                        unsigned depth)
{
    dynox__reader *reader = binder->reader;
    if (!shape->extra) return dynox__skip_value(reader, p, 1);
    size_t             at    = reader->used + offsetof(dynox_named_value, value);
    dynox_named_value *named = dynox__claim(reader, sizeof *named);
    if (!named) return dynox__reader_no_memory(reader, p);
    named->name        = name;
    named->name_length = length;
    named->zero_       = 0;
    return dynox__read_value(reader, p, at, depth);
}

/* Any white space, values of other types, names of no one. *found: whose it was, if that is known. */
uint8_t *dynox__bind_any(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, void *record, unsigned depth,
                         const dynox__member **found, bool *more)
{
    char    *name;
    uint32_t length;
    p = dynox__read_name(binder->reader, p, &name, &length);
    if (!p) return NULL;
    bool is_absent = dynox__at_null(p);
    *found         = is_absent ? NULL : find(shape, (const uint8_t *)name, length);
    if (is_absent)
        p += 4;
    else if (*found)
        p = any_value(binder, p, shape, *found, record, depth);
    else
        p = unknown(binder, p, shape, name, length, depth);
    return p ? dynox__next_element(binder->reader, p, '}', more) : NULL;
}

/* Which one comes, when it is not the one that was expected: what it is from now on. NULL: it does not come as nearly
 * always. */
static const dynox__member *learn(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, dynox__guess *guess,
                                  unsigned depth)
{
    uint8_t             *name_end;
    const dynox__member *member = dynox__bind_find_plain(shape, p, &name_end);
    if (!member) return NULL;
    binder->wrong += depth == 1;
    return *guess = member;
}

/* Those from p on, of which there is one at least. */
static uint8_t *read_attributes(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, dynox__guess *guesses,
                                char *record, unsigned depth)
{
    dynox__guess *guess = guesses;
    bool          more  = true;
    for (;;) {
        const dynox__member *member = *guess, *found = NULL;
        if (dynox__bind_is_plain(member, p) || (member = learn(binder, p, shape, guess, depth))) {
            guess = guesses + 1 + member->index;
            p     = read_content(binder, p + member->begin_length, shape, member, guesses, record, depth);
            if (!p) return NULL;
            dynox__put_has(member, record);
            if (dynox__bind_goes_on(p)) {
                p += 2;
                continue;
            }
            p = dynox__bind_next(binder->reader, p, &more);
        } else {
            p = dynox__bind_any(binder, p, shape, record, depth, &found, &more);
            if (found) *guess = found;
            if (found) guess = guesses + 1 + found->index;
        }
        if (!p || !more) return p;
    }
}

/* Not after a record or two, and every now and then guessing is tried again. */
#ifdef DYNOX__FUZZING
enum { PATIENCE = 1, TRY_AGAIN = 4 };
#else
enum { PATIENCE = 4, TRY_AGAIN = 64 };
#endif
static inline bool is_in_any_order(const dynox__binder *binder)
{
    return binder->unlucky >= PATIENCE && binder->unlucky % TRY_AGAIN && binder->spots;
}

uint8_t *dynox__bind_content(dynox__binder *binder, uint8_t *p, const dynox__member *member, void *record)
{
    return read_content(binder, p, binder->shape, member, binder->guesses, record, 1);
}

uint8_t *dynox__bind_attributes(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, dynox__guess *guesses,
                                void *record, unsigned depth)
{
    dynox__reader *reader = binder->reader;
    size_t         base   = reader->used;
    bool           more;
    if (depth > DYNOX__DECODE_DEPTH) return dynox__reader_fail(reader, p, "values nested too deep");
    p = dynox__first_element(reader, p, '{', '}', &more);
    if (!p || !more) return p;
    if (depth == 1 && is_in_any_order(binder))
        p = dynox__bind_any_order(binder, p, record);
    else
        p = read_attributes(binder, p, shape, guesses, record, depth);
    if (!p || reader->used == base) return p;
    dynox_item extra = {NULL, (reader->used - base) / sizeof(dynox_named_value), NULL};
    if (!dynox__pop(reader, base, &extra.attributes)) return dynox__reader_no_memory(reader, p);
    memcpy((char *)record + shape->extra->offset, &extra, sizeof extra);
    return p;
}

/* ---- records ---- */

uint8_t *dynox__bind_record(dynox__binder *binder, uint8_t *p, void *record)
{
    size_t count    = binder->shape->count;
    binder->wrong   = is_in_any_order(binder) ? count : 0;
    p               = dynox__bind_attributes(binder, p, binder->shape, binder->guesses, record, 1);
    binder->unlucky = binder->wrong * 2 > count ? binder->unlucky + 1 : 0;
    if (binder->unlucky == PATIENCE && !binder->spots) binder->spots = dynox__bind_spots_new(binder);
    return p;
}

/* Twice the room. */
static char *more_room(dynox__arena *arena, const char *array, size_t size, size_t *room)
{
    size_t bytes, twice;
    if (!dynox__mul_size(*room, size, &bytes) || !dynox__mul_size(bytes, 2, &twice)) return NULL;
    char *larger = dynox__arena_alloc(arena, twice);
    if (larger) memcpy(larger, array, bytes);
    *room *= 2;
    return larger;
}

uint8_t *dynox__bind_records(dynox__binder *binder, uint8_t *p, size_t hint, void **records, size_t *count)
{
    dynox__reader *reader = binder->reader;
    size_t         size = binder->shape->size, room = hint ? hint : 16, bytes;
    /* An item is {} and a comma at least: a hint of more than the body can hold is no hint. */
    size_t most = (size_t)(reader->end - p) / 3 + 1;
    bool   more;
    if (room > most) room = most;
    char *array = dynox__mul_size(room, size, &bytes) ? dynox__arena_alloc(reader->arena, bytes) : NULL;
    if (!array) return dynox__reader_no_memory(reader, p);
    *count = 0;
    p      = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        if (*count == room && !(array = more_room(reader->arena, array, size, &room)))
            return dynox__reader_no_memory(reader, p);
        void *record = array + *count * size;
        memset(record, 0, size);
        ++*count;
        p = dynox__bind_record(binder, p, record);
        if (p) p = dynox__next_element(reader, p, ']', &more);
    }
    *records = array;
    return p;
}
