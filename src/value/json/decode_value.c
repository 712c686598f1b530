/* AttributeValues: the tagged unions that items are made of. */
#include "value/json/decode_reader.h"
#include "value/text/base64.h"
#include "value/text/number.h"

/* Not a type: the member "__type", which a union may have and which says nothing. */
enum { TAG_IGNORED = DYNOX_UNKNOWN + 1 };

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

/* The tag at p if it is spelled plainly, as nearly all are: returns its length with the quotes; else 0. */
static inline unsigned plain_tag(const uint8_t *p, int *tag)
{
    static const uint8_t scalars[128] = {
        ['S'] = DYNOX_S, ['N'] = DYNOX_N, ['B'] = DYNOX_B, ['M'] = DYNOX_M, ['L'] = DYNOX_L};
    static const uint8_t sets[128] = {['S'] = DYNOX_SS, ['N'] = DYNOX_NS, ['B'] = DYNOX_BS};
    if (p[0] != '"' || p[1] >= 128) return 0;
    if (p[2] == '"') return (*tag = scalars[p[1]]) != DYNOX_INVALID ? 3 : 0;
    if (p[2] == 'S' && p[3] == '"') return (*tag = sets[p[1]]) != DYNOX_INVALID ? 4 : 0;
    *tag = DYNOX_BOOL;
    if (memcmp(p + 1, "BOOL\"", 5) == 0) return 6;
    *tag = DYNOX_NULL;
    return memcmp(p + 1, "NULL\"", 5) == 0 ? 6 : 0;
}

/* The tag, its colon, and white space around it. */
static inline uint8_t *read_tag(dynox__reader *reader, uint8_t *p, int *tag)
{
    unsigned plain = plain_tag(p, tag);
    if (plain) {
        p = dynox__expect(reader, dynox__skip_space(p + plain), ':');
        return p ? dynox__skip_space(p) : NULL;
    }
    char    *name;
    uint32_t length;
    p = dynox__read_name(reader, p, &name, &length);
    if (p) *tag = tag_of(name, length);
    return p;
}

static inline uint8_t *read_string(dynox__reader *reader, uint8_t *p, dynox_value *value)
{
    char *text = NULL;

    p              = dynox__read_text(reader, p, &text, &value->length);
    value->as.text = text;
    return p;
}

static uint8_t *read_number(dynox__reader *reader, uint8_t *p, dynox_value *value)
{
    uint8_t *start = p, *digits = p + 1;
    p = read_string(reader, p, value);
    if (!p) return NULL;
    while (*digits >= '0' && *digits <= '9')
        digits++;
    if (digits == p - 1 && digits > start + 1) return p; /* digits only: the most common */
    if (!dynox__number_valid(value->as.text, value->length)) return dynox__reader_fail(reader, start, "not a number");
    return p;
}

static uint8_t *read_bytes(dynox__reader *reader, uint8_t *p, dynox_value *value)
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

static uint8_t *read_boolean(dynox__reader *reader, uint8_t *p, bool *boolean)
{
    *boolean = memcmp(p, "true", 4) == 0;
    if (*boolean) return p + 4;
    return memcmp(p, "false", 5) == 0 ? p + 5 : dynox__reader_fail(reader, p, "expected true or false");
}

static inline uint8_t *read_content(dynox__reader *reader, uint8_t *p, dynox_value *value, unsigned depth);

/* The elements of a list, or of a set of one type (`member`). */
static uint8_t *read_elements(dynox__reader *reader, uint8_t *p, dynox_value *value, uint8_t member, unsigned depth)
{
    size_t      base = reader->used;
    dynox_value element;
    bool        more;
    p = dynox__first_element(reader, p, '[', ']', &more);
    while (p && more) {
        if (member == DYNOX_INVALID) {
            p = dynox__read_value(reader, p, &element, depth);
        } else {
            element = (dynox_value){.type = member};
            p       = read_content(reader, p, &element, depth);
        }
        if (!p) return NULL;
        if (!dynox__push(reader, &element, sizeof element)) return dynox__reader_no_memory(reader, p);
        p = dynox__next_element(reader, p, ']', &more);
    }
    if (!p) return NULL;
    value->length = (uint32_t)((reader->used - base) / sizeof element);
    return dynox__pop(reader, base, &value->as.list) ? p : dynox__reader_no_memory(reader, p);
}

static uint8_t *read_map(dynox__reader *reader, uint8_t *p, dynox_value *value, unsigned depth)
{
    size_t count;
    p             = dynox__read_attributes(reader, p, &value->as.map, &count, depth);
    value->length = p ? (uint32_t)count : 0;
    return p;
}

/* What follows the tag of a value of the type value->type. */
static inline uint8_t *read_content(dynox__reader *reader, uint8_t *p, dynox_value *value, unsigned depth)
{
    bool boolean;
    switch (value->type) {
    case DYNOX_S: return read_string(reader, p, value);
    case DYNOX_N: return read_number(reader, p, value);
    case DYNOX_B: return read_bytes(reader, p, value);
    case DYNOX_BOOL:
        p                 = read_boolean(reader, p, &boolean);
        value->as.boolean = boolean;
        return p;
    case DYNOX_NULL: return read_boolean(reader, p, &boolean); /* the service only knows true; false says no more */
    case DYNOX_M: return read_map(reader, p, value, depth + 1);
    case DYNOX_L: return read_elements(reader, p, value, DYNOX_INVALID, depth + 1);
    case DYNOX_SS: return read_elements(reader, p, value, DYNOX_S, depth);
    case DYNOX_NS: return read_elements(reader, p, value, DYNOX_N, depth);
    case DYNOX_BS: return read_elements(reader, p, value, DYNOX_B, depth);
    default: return dynox__skip_value(reader, p, 1);
    }
}

uint8_t *dynox__read_value(dynox__reader *reader, uint8_t *p, dynox_value *value, unsigned depth)
{
    uint8_t *start = p;
    bool     more  = true;
    *value         = (dynox_value){0};
    if (depth > DYNOX__DECODE_DEPTH) return dynox__reader_fail(reader, p, "values nested too deep");
    p = dynox__expect(reader, p, '{');
    if (p) p = dynox__skip_space(p);
    while (p && more) {
        int tag;
        p = read_tag(reader, p, &tag);
        if (!p) return NULL;
        if (dynox__at_null(p)) {
            p += 4; /* the same as absent */
        } else if (tag == TAG_IGNORED) {
            p = dynox__skip_value(reader, p, 1);
        } else if (value->type != DYNOX_INVALID) {
            return dynox__reader_fail(reader, start, "a value of more than one type");
        } else {
            value->type = (uint8_t)tag;
            p           = read_content(reader, p, value, depth);
        }
        if (p) p = dynox__next_element(reader, p, '}', &more);
    }
    if (p && value->type == DYNOX_INVALID) return dynox__reader_fail(reader, start, "a value of no type");
    return p;
}

uint8_t *dynox__read_attributes(dynox__reader *reader, uint8_t *p, const dynox_named_value **map, size_t *count,
                                unsigned depth)
{
    size_t            base = reader->used;
    dynox_named_value named;
    bool              more;
    named.zero_ = 0;
    p           = dynox__first_element(reader, p, '{', '}', &more);
    while (p && more) {
        char *name;
        p = dynox__read_name(reader, p, &name, &named.name_length);
        if (!p) return NULL;
        named.name = name;
        if (dynox__at_null(p)) {
            p += 4; /* the same as absent */
        } else {
            p = dynox__read_value(reader, p, &named.value, depth);
            if (!p) return NULL;
            if (!dynox__push(reader, &named, sizeof named)) return dynox__reader_no_memory(reader, p);
        }
        p = dynox__next_element(reader, p, '}', &more);
    }
    if (!p) return NULL;
    *count = (reader->used - base) / sizeof named;
    return dynox__pop(reader, base, map) ? p : dynox__reader_no_memory(reader, p);
}
