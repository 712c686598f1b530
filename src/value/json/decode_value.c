/* AttributeValues: the tagged unions that items are made of. */
#include "value/json/decode_reader.h"
#include "value/text/base64.h"
#include "value/text/number.h"

/* Not a type: the member "__type", which a union may have and which says nothing. */
enum { TAG_IGNORED = DYNOX_UNKNOWN + 1 };

static const char two_types[] = "a value of more than one type";

static int tag_of(const char *name, uint32_t length)
{
    static const struct {
        char     name[8];
        uint32_t length;
        int      tag;
    } tags[] = {{"S", 1, DYNOX_S},       {"N", 1, DYNOX_N},   {"B", 1, DYNOX_B},         {"BOOL", 4, DYNOX_BOOL},
                {"NULL", 4, DYNOX_NULL}, {"M", 1, DYNOX_M},   {"L", 1, DYNOX_L},         {"SS", 2, DYNOX_SS},
                {"NS", 2, DYNOX_NS},     {"BS", 2, DYNOX_BS}, {"__type", 6, TAG_IGNORED}};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (tags[i].length == length && memcmp(tags[i].name, name, length) == 0) return tags[i].tag;
    return DYNOX_UNKNOWN;
}

/* The opening of a value as the service spells it, {"S": for one. Sets the type and returns its length; 0: it is
 * spelled otherwise, or something else. */
static inline unsigned plain_opening(const uint8_t *p, uint8_t *type)
{
    static const uint8_t scalars[128] = {
        ['S'] = DYNOX_S, ['N'] = DYNOX_N, ['B'] = DYNOX_B, ['M'] = DYNOX_M, ['L'] = DYNOX_L};
    static const uint8_t sets[128] = {['S'] = DYNOX_SS, ['N'] = DYNOX_NS, ['B'] = DYNOX_BS};
    if (memcmp(p, "{\"", 2) != 0 || p[2] >= 128) return 0;
    if (memcmp(p + 3, "\":", 2) == 0) return (*type = scalars[p[2]]) != DYNOX_INVALID ? 5 : 0;
    if (memcmp(p + 3, "S\":", 3) == 0) return (*type = sets[p[2]]) != DYNOX_INVALID ? 6 : 0;
    *type = DYNOX_BOOL;
    if (memcmp(p, "{\"BOOL\":", 8) == 0) return 8;
    *type = DYNOX_NULL;
    return memcmp(p, "{\"NULL\":", 8) == 0 ? 8 : 0;
}

/* A value's place in the work area, until the area moves. */
static inline dynox_value *value_at(dynox__reader *reader, size_t at)
{
    return (dynox_value *)(void *)(reader->scratch + at);
}

static inline uint8_t *read_string(dynox__reader *reader, uint8_t *p, dynox_value *value)
{
    char *text = NULL;

    p              = dynox__read_text(reader, p, &text, &value->length);
    value->as.text = text;
    return p;
}

/* Digits, with a point perhaps, which nearly all numbers are: returns what follows, NULL if there is no digit first. */
static inline uint8_t *plain_number(uint8_t *p)
{
    p += *p == '-';
    uint8_t *first = p;
    while (*p >= '0' && *p <= '9')
        p++;
    if (p == first) return NULL;
    if (*p == '.') do
            p++;
        while (*p >= '0' && *p <= '9');
    return p;
}

uint8_t *dynox__read_number(dynox__reader *reader, uint8_t *p, dynox_value *value)
{
    uint8_t *start = p, *end = *p == '"' ? plain_number(p + 1) : NULL;
    if (end && *end == '"') {
        *end           = 0;
        value->as.text = (const char *)(start + 1);
        value->length  = (uint32_t)(end - start - 1);
        return end + 1;
    }
    p = read_string(reader, p, value);
    if (p && !dynox__number_valid(value->as.text, value->length))
        return dynox__reader_fail(reader, start, "not a number");
    return p;
}

uint8_t *dynox__read_bytes(dynox__reader *reader, uint8_t *p, dynox_value *value)
{
    uint8_t *start = p;
    char    *text;
    uint32_t length;
    size_t   size;
    p = dynox__read_text(reader, p, &text, &length);
    if (!p) return NULL;
    uint8_t *bytes = (uint8_t *)text; /* decoded in place */
    if (!dynox__base64_decode(bytes, &size, text, length)) return dynox__reader_fail(reader, start, "not base64");
    bytes[size]     = 0;
    value->as.bytes = bytes;
    value->length   = (uint32_t)size;
    return p;
}

static inline uint8_t *read_content(dynox__reader *reader, uint8_t *p, size_t at, uint8_t type, unsigned depth);

/* The elements of a list, or of a set of one type (`member`). */
static uint8_t *read_elements(dynox__reader *reader, uint8_t *p, size_t at, uint8_t member, unsigned depth)
{
    size_t base = reader->used;
    bool   more;
    p = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        size_t       element = reader->used;
        dynox_value *value   = dynox__claim(reader, sizeof *value);
        if (!value) return dynox__reader_no_memory(reader, p);
        if (member == DYNOX_INVALID) {
            p = dynox__read_value(reader, p, element, depth);
        } else {
            *value = (dynox_value){0};
            p      = read_content(reader, p, element, member, depth);
        }
        if (p) p = dynox__next_element(reader, p, ']', &more);
    }
    if (!p) return NULL;
    dynox_value *value = value_at(reader, at);
    value->length      = (uint32_t)((reader->used - base) / sizeof *value);
    return dynox__pop(reader, base, &value->as.list) ? p : dynox__reader_no_memory(reader, p);
}

static uint8_t *read_map(dynox__reader *reader, uint8_t *p, size_t at, unsigned depth)
{
    const dynox_named_value *map;
    size_t                   count;
    p = dynox__read_attributes(reader, p, &map, &count, depth);
    if (!p) return NULL;
    dynox_value *value = value_at(reader, at);
    value->as.map      = map;
    value->length      = (uint32_t)count;
    return p;
}

/* What follows the tag of a value, whose type it sets. */
static inline uint8_t *read_content(dynox__reader *reader, uint8_t *p, size_t at, uint8_t type, unsigned depth)
{
    dynox_value *value = value_at(reader, at);
    bool         boolean;
    value->type = type;
    switch (type) {
    case DYNOX_S: return read_string(reader, p, value);
    case DYNOX_N: return dynox__read_number(reader, p, value);
    case DYNOX_B: return dynox__read_bytes(reader, p, value);
    case DYNOX_BOOL:
        p                 = dynox__read_boolean(reader, p, &boolean);
        value->as.boolean = boolean;
        return p;
    case DYNOX_NULL:
        return dynox__read_boolean(reader, p, &boolean); /* the service only knows true; false says no more */
    case DYNOX_M: return read_map(reader, p, at, depth + 1);
    case DYNOX_L: return read_elements(reader, p, at, DYNOX_INVALID, depth + 1);
    case DYNOX_SS: return read_elements(reader, p, at, DYNOX_S, depth);
    case DYNOX_NS: return read_elements(reader, p, at, DYNOX_N, depth);
    case DYNOX_BS: return read_elements(reader, p, at, DYNOX_B, depth);
    default: return dynox__skip_value(reader, p, 1);
    }
}

/* A member of the union: its type and its content. `start` is where the value starts. */
static uint8_t *read_member(dynox__reader *reader, uint8_t *p, const uint8_t *start, size_t at, unsigned depth)
{
    char    *name;
    uint32_t length;
    p = dynox__read_name(reader, p, &name, &length);
    if (!p) return NULL;
    if (dynox__at_null(p)) return p + 4; /* the same as absent */
    int tag = tag_of(name, length);
    if (tag == TAG_IGNORED) return dynox__skip_value(reader, p, 1);
    if (value_at(reader, at)->type != DYNOX_INVALID) return dynox__reader_fail(reader, start, two_types);
    return read_content(reader, p, at, (uint8_t)tag, depth);
}

uint8_t *dynox__end_value(dynox__reader *reader, uint8_t *p)
{
    bool more = true;
    if (*p == '}') return p + 1;
    p = dynox__next_element(reader, p, '}', &more);
    while (p && more) {
        const uint8_t *start = p;
        char          *name;
        uint32_t       length;
        p = dynox__read_name(reader, p, &name, &length);
        if (!p) return NULL;
        if (dynox__at_null(p))
            p += 4;
        else if (tag_of(name, length) == TAG_IGNORED)
            p = dynox__skip_value(reader, p, 1);
        else
            return dynox__reader_fail(reader, start, two_types);
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    return p;
}

/* The members from p on, and the closing brace. */
static uint8_t *read_members(dynox__reader *reader, uint8_t *p, const uint8_t *start, size_t at, unsigned depth)
{
    bool more = true;
    while (p && more) {
        p = read_member(reader, p, start, at, depth);
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    if (p && value_at(reader, at)->type == DYNOX_INVALID)
        return dynox__reader_fail(reader, start, "a value of no type");
    return p;
}

uint8_t *dynox__read_value(dynox__reader *reader, uint8_t *p, size_t at, unsigned depth)
{
    const uint8_t *start = p;
    uint8_t        type;
    bool           more;
    *value_at(reader, at) = (dynox_value){0};
    if (depth > DYNOX__DECODE_DEPTH) return dynox__reader_fail(reader, p, "values nested too deep");
    unsigned opening = plain_opening(p, &type);
    uint8_t *content = dynox__skip_space(p + opening);
    if (opening && !dynox__at_null(content)) {
        p = read_content(reader, content, at, type, depth);
        if (!p) return NULL;
        if (*p == '}') return p + 1;
        p = dynox__next_element(reader, p, '}', &more);
        return p && more ? read_members(reader, p, start, at, depth) : p;
    }
    p = dynox__expect(reader, p, '{');
    return p ? read_members(reader, dynox__skip_space(p), start, at, depth) : NULL;
}

uint8_t *dynox__read_attributes(dynox__reader *reader, uint8_t *p, const dynox_named_value **map, size_t *count,
                                unsigned depth)
{
    size_t base = reader->used;
    bool   more;
    p = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        char    *name;
        uint32_t length;
        p = dynox__read_name(reader, p, &name, &length);
        if (!p) return NULL;
        if (dynox__at_null(p)) {
            p += 4; /* the same as absent */
        } else {
            size_t             at    = reader->used + offsetof(dynox_named_value, value);
            dynox_named_value *named = dynox__claim(reader, sizeof *named);
            if (!named) return dynox__reader_no_memory(reader, p);
            named->name        = name;
            named->name_length = length;
            named->zero_       = 0;
            p                  = dynox__read_value(reader, p, at, depth);
            if (!p) return NULL;
        }
        p = dynox__next_element(reader, p, '}', &more);
    }
    if (!p) return NULL;
    *count = (reader->used - base) / sizeof(dynox_named_value);
    return dynox__pop(reader, base, map) ? p : dynox__reader_no_memory(reader, p);
}
