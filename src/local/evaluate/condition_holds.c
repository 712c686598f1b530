/* Does a condition hold for an item? What cannot be compared is not equal and has no order. Only large values and large
 * conditions need memory. */
#include "local/evaluate/keyed.h"
#include "local/wire/values.h"
#include "value/text/number.h"

enum { MANY = 64 };

typedef struct looking {
    const dynox_item *item;  /* NULL: there is none */
    dynox__keyed      names; /* its attributes, where the condition has many terms */
    dynox__arena     *arena;
    bool              no_memory;
} looking;

/* What size() gives. */
typedef struct counted {
    dynox_value value;
    char        text[DYNOX__NUMBER_TEXT];
} counted;

/* A character above U+FFFF, four bytes of UTF-8, is two units. */
static size_t utf16_units(const char *text, size_t length)
{
    size_t units = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        units += (c & 0xC0) != 0x80;
        units += c >= 0xF0;
    }
    return units;
}

static const dynox_value *size_of(const dynox_value *value, counted *room)
{
    size_t size;
    if (!value) return NULL;
    switch (value->type) {
    case DYNOX_S: size = utf16_units(value->as.text, value->length); break;
    case DYNOX_B:
    case DYNOX_M:
    case DYNOX_L:
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: size = value->length; break;
    default: return NULL;
    }
    size_t length    = dynox__number_from_unsigned(size, room->text);
    room->value      = dynox_string_n(room->text, length);
    room->value.type = DYNOX_N;
    return &room->value;
}

static const dynox_value *path_find(const dynox__term *path, looking *at)
{
    const dynox__step *step = path->steps;
    if (!at->names.slots || path->step_count > 1) return dynox__path_find(path, at->item);
    return dynox__keyed_find(&at->names, step->name, step->length);
}

/* NULL: there is none. */
static const dynox_value *operand(const dynox__term *term, looking *at, counted *room)
{
    if (term->kind == DYNOX__TERM_VALUE) return term->value;
    if (term->kind == DYNOX__TERM_PATH) return path_find(term, at);
    counted inner;
    return size_of(operand(term->first, at, &inner), room);
}

static bool equal(const dynox_value *a, const dynox_value *b, looking *at)
{
    bool same = false;
    if (a && b && !dynox__same(a, b, at->arena, &same)) at->no_memory = true;
    return same;
}

/* *order: of a to b. false: they have none. */
static bool ordered(const dynox_value *a, const dynox_value *b, int *order)
{
    bool comparable = false;
    if (a && b) *order = dynox__values_compare(a, b, &comparable);
    return comparable;
}

static bool compare(const dynox__term *term, const dynox_value *a, const dynox_value *b, looking *at)
{
    const char *sign  = term->written.text;
    bool        two   = term->written.length == 2;
    int         order = 0;
    if (sign[0] == '=') return equal(a, b, at);
    if (sign[0] == '<' && two && sign[1] == '>') return (a || b) && !equal(a, b, at);
    if (!ordered(a, b, &order)) return false;
    if (order == 0) return two;
    return (sign[0] == '<') == (order < 0);
}

static bool between(const dynox_value *value, const dynox_value *low, const dynox_value *high)
{
    int below = 0, above = 0;
    return ordered(value, low, &below) && ordered(value, high, &above) && below >= 0 && above <= 0;
}

/* Boyer-Moore-Horspool: usually far below linear. At worst, for texts made for it, an item's 400 KB take a fraction of
 * a second. */
static bool has_part(const dynox_value *whole, const dynox_value *part)
{
    const uint8_t *text = whole->as.bytes, *find = part->as.bytes;
    size_t         length = part->length, skip[256];
    if (length == 0) return true;
    if (length > whole->length) return false;
    for (size_t i = 0; i < 256; i++)
        skip[i] = length;
    for (size_t i = 0; i + 1 < length; i++)
        skip[find[i]] = length - 1 - i;
    for (size_t at = 0; at + length <= whole->length; at += skip[text[at + length - 1]])
        if (memcmp(text + at, find, length) == 0) return true;
    return false;
}

static bool contains(const dynox_value *whole, const dynox_value *part, looking *at)
{
    if (!whole || !part) return false;
    switch (whole->type) {
    case DYNOX_S:
    case DYNOX_B: return part->type == whole->type && has_part(whole, part);
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS:
    case DYNOX_L:
        for (uint32_t i = 0; i < whole->length; i++)
            if (equal(&whole->as.list[i], part, at)) return true;
        return false;
    default: return false;
    }
}

static bool begins_with(const dynox_value *whole, const dynox_value *part)
{
    if (!whole || !part || whole->type != part->type) return false;
    if (whole->type != DYNOX_S && whole->type != DYNOX_B) return false;
    return whole->length >= part->length &&
           (!part->length || memcmp(whole->as.bytes, part->as.bytes, part->length) == 0);
}

static bool has_type(const dynox_value *value, const dynox_value *type)
{
    const char *name = value ? dynox__type_name(value) : "";
    return value && type && strlen(name) == type->length && memcmp(name, type->as.text, type->length) == 0;
}

static bool function_holds(const dynox__term *term, looking *at)
{
    counted            rooms[2];
    const dynox_value *a = operand(term->first, at, &rooms[0]);
    const dynox_value *b = term->first->next ? operand(term->first->next, at, &rooms[1]) : NULL;
    switch (term->word) {
    case DYNOX__WORD_attribute_exists: return a != NULL;
    case DYNOX__WORD_attribute_not_exists: return a == NULL;
    case DYNOX__WORD_attribute_type: return has_type(a, b);
    case DYNOX__WORD_begins_with: return begins_with(a, b);
    case DYNOX__WORD_contains: return contains(a, b, at);
    default: return false;
    }
}

static bool is_in(const dynox__term *term, looking *at)
{
    counted            left, right;
    const dynox_value *value = operand(term->first, at, &left);
    for (const dynox__term *one = term->first->next; one; one = one->next)
        if (equal(value, operand(one, at, &right), at)) return true;
    return false;
}

static bool joined(const dynox__term *term, looking *at);

static bool holds(const dynox__term *term, looking *at)
{
    counted            rooms[3];
    const dynox__term *first = term->first;
    switch (term->made) {
    case DYNOX__EXPR_ALL:
    case DYNOX__EXPR_ANY: return joined(term, at);
    case DYNOX__EXPR_NOT: return !holds(first, at);
    case DYNOX__EXPR_COMPARISON:
        return compare(term, operand(first, at, &rooms[0]), operand(first->next, at, &rooms[1]), at);
    case DYNOX__EXPR_BETWEEN:
        return between(operand(first, at, &rooms[0]), operand(first->next, at, &rooms[1]),
                       operand(first->next->next, at, &rooms[2]));
    case DYNOX__EXPR_IN: return is_in(term, at);
    case DYNOX__EXPR_CALL: return function_holds(term, at);
    default: return false;
    }
}

/* By AND or by OR; of nothing, as an empty Expected is, all holds. */
static bool joined(const dynox__term *term, looking *at)
{
    bool any = term->made == DYNOX__EXPR_ANY;
    for (const dynox__term *one = term->first; one; one = one->next)
        if (holds(one, at) == any) return any;
    return !any;
}

bool dynox__condition_holds(const dynox__condition *condition, const dynox_item *item, dynox__arena *arena,
                            bool *result, dynox__refusal *refusal)
{
    looking at = {.item = item, .arena = arena};
    if (item && condition->root->count > MANY) {
        dynox_value whole = dynox_map_of(item->attributes, item->count);
        if (item->count && !dynox__keyed_make(&at.names, &whole, condition->root->count, arena))
            return dynox__refuse_memory(refusal);
    }
    *result = holds(condition->root, &at);
    return !at.no_memory || dynox__refuse_memory(refusal);
}
