/* Wire JSON into structs. The attribute that came behind this one in the record before is tried first, with its name,
 * braces and type in one comparison; then the perfect hash. What comes in another way than nearly always is read by way
 * of a value; what no member has is checked and skipped, or kept for the DYNOX_EXTRA. */
#include "value/bind/bind_read.h"
#include "base/date.h"

/* ---- guesses ---- */

/* At first the order of the declaration. */
static void first_guesses(const dynox__shape *shape, uint16_t *guesses)
{
    guesses[0] = 0;
    for (size_t i = 0; i < shape->count; i++) {
        guesses[1 + i] = (uint16_t)(i + 1 < shape->count ? i + 1 : 0);
        if (shape->members[i].inner) first_guesses(shape->members[i].inner, guesses + shape->members[i].inner_guess);
    }
}

bool dynox__binder_init(dynox__binder *binder, dynox__reader *reader, dynox_room *room, const dynox__shape *shape)
{
    uint16_t *guesses = dynox__arena_alloc(&room->arena, shape->guesses * sizeof *guesses);
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

/* Do the texts start alike? Both may be read 32 bytes on; the first 32 are looked at in any case: a branch less to
 * mistake. */
static inline bool same_start(const uint8_t *p, const char *text, unsigned length)
{
#if defined(__SSE2__) && !defined(DYNOX__SCAN_PORTABLE)
    for (;; p += 32, text += 32, length -= 32) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)p),
                b = _mm_loadu_si128((const __m128i *)(const void *)text),
                c = _mm_loadu_si128((const __m128i *)(const void *)(p + 16)),
                d = _mm_loadu_si128((const __m128i *)(const void *)(text + 16));
        uint32_t same =
            (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(c, d)) << 16;
        if (length <= 32) return ~same << (32 - length) == 0;
        if (~same) return false;
    }
#else
    for (; length >= 8; p += 8, text += 8, length -= 8)
        if (memcmp(p, text, 8) != 0) return false;
    while (length && *p == (uint8_t)*text)
        p++, text++, length--;
    return !length;
#endif
}

/* Does the attribute come as it nearly always does? */
static inline bool is_plain(const dynox__member *member, const uint8_t *p)
{
    if (!member->begin_length || !same_start(p, member->begin, member->begin_length)) return false;
    uint8_t c = p[member->begin_length];
    return !member->opener || c == (uint8_t)member->opener || (member->opener == 't' && c == 'f');
}

/* Of seconds; others are read by way of a value. */
static inline uint8_t *read_date(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                 const dynox__member *member, char *record)
{
    int64_t  seconds;
    int32_t  nanoseconds;
    uint8_t *stop = dynox__scan_plain(p);
    if (*stop == '"' && !member->attribute->precision && member->size == sizeof seconds &&
        dynox__iso_read((const char *)p, (size_t)(stop - p), &seconds, &nanoseconds)) {
        memcpy(record + member->offset, &seconds, sizeof seconds);
        return stop + 1;
    }
    return scalar_by_value(binder, p - 1, shape, member, record);
}

/* The content of an attribute that does: from behind its begin, which has the opening quote where there is one. */
static inline uint8_t *read_content(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                    const dynox__member *member, uint16_t *guesses, char *record, unsigned depth)
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

static inline uint8_t *read_plain(dynox__binder *binder, uint8_t *p, const dynox__shape *shape,
                                  const dynox__member *member, uint16_t *guesses, char *record, unsigned depth)
{
    p = read_content(binder, p + member->begin_length, shape, member, guesses, record, depth);
    if (!p) return NULL;
    dynox__put_has(member, record);
    return *p == '}' ? p + 1 : dynox__end_value(binder->reader, p);
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

/* Whose attribute comes as it nearly always does; NULL: no one's, or it comes otherwise. */
static inline const dynox__member *find_plain(const dynox__shape *shape, uint8_t *p)
{
    if (*p != '"' || !shape->slots) return NULL;
    uint8_t *stop = dynox__scan_plain(p + 1);
    uint16_t slot = shape->slots[dynox__name_slot(shape, p + 1, (size_t)(stop - p - 1))];
    return slot && is_plain(&shape->members[slot - 1], p) ? &shape->members[slot - 1] : NULL;
}

/* Any white space, values of other types, names of no one. *found: whose it was. */
static uint8_t *read_any(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, char *record, unsigned depth,
                         const dynox__member **found)
{
    char    *name;
    uint32_t length;
    p = dynox__read_name(binder->reader, p, &name, &length);
    if (!p) return NULL;
    if (dynox__at_null(p)) return p + 4; /* the same as absent */
    const dynox__member *member = find(shape, (const uint8_t *)name, length);
    if (!member) return unknown(binder, p, shape, name, length, depth);
    *found = member;
    return any_value(binder, p, shape, member, record, depth);
}

static uint8_t *read_attributes(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, uint16_t *guesses,
                                char *record, unsigned depth)
{
    uint16_t *guess = guesses;
    bool      more;
    p = dynox__first_element(binder->reader, p, '{', '}', &more);
    while (p && more) {
        uint16_t             index   = *guess;
        const dynox__member *member  = &shape->members[index];
        bool                 guessed = is_plain(member, p);
        if (guessed || (member = find_plain(shape, p)))
            p = read_plain(binder, p, shape, member, guesses, record, depth);
        else
            p = read_any(binder, p, shape, record, depth, &member);
        if (!p) return NULL;
        if (!guessed && member) *guess = index = (uint16_t)(member - shape->members);
        if (member) guess = guesses + 1 + index;
        if (p[0] == ',' && p[1] == '"')
            p++;
        else
            p = dynox__next_element(binder->reader, p, '}', &more);
    }
    return p;
}

uint8_t *dynox__bind_attributes(dynox__binder *binder, uint8_t *p, const dynox__shape *shape, uint16_t *guesses,
                                void *record, unsigned depth)
{
    dynox__reader *reader = binder->reader;
    size_t         base   = reader->used;
    if (depth > DYNOX__DECODE_DEPTH) return dynox__reader_fail(reader, p, "values nested too deep");
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
    return dynox__bind_attributes(binder, p, binder->shape, binder->guesses, record, 1);
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
