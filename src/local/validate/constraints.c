/* The constraints of the framework, one value at a time. */
#include "local/validate/constraints.h"
#include "local/validate/patterns.h"
#include <string.h>

size_t dynox__constraint_length(const char *text, size_t length)
{
    size_t units = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        units += (c & 0xc0) != 0x80; /* a character, and one that takes two units */
        units += c >= 0xf0;
    }
    return units;
}

static bool is_arn(const char *text)
{
    return strncmp(text, "arn:", 4) == 0;
}

void dynox__constraint_bounds(const dynox__shape *shape, const char *text, bool old_words, int32_t *least,
                              int32_t *most)
{
    bool as_before = shape->flags & IS_TABLE && old_words && !is_arn(text);
    *least         = as_before ? 3 : shape->least;
    *most          = as_before ? 255 : shape->most;
}

/* Is it one of those in "[A, B, C]"? */
static bool is_one_of(const char *words, const char *text, size_t length)
{
    for (const char *word = words + 1; *word;) {
        size_t size = strcspn(word, ",]");
        if (size == length && memcmp(word, text, length) == 0) return true;
        word += size + strspn(word + size, ", ]");
    }
    return false;
}

static unsigned bounds(int64_t number, int32_t least, int32_t most)
{
    return (least != NO_LEAST && number < least ? FAULT_LEAST : 0u) |
           (most != NO_MOST && number > most ? FAULT_MOST : 0u);
}

static unsigned text_faults(const dynox__shape *shape, const char *text, size_t length, bool old_words)
{
    unsigned faults = 0;
    int32_t  least, most;
    if (shape->words && !is_one_of(dynox__description_text(shape->words), text, length)) faults |= FAULT_ENUM;
    if (shape->pattern && !(shape->flags & IS_TABLE && (is_arn(text) || (!length && !old_words))) &&
        !dynox__pattern_fits(shape->pattern, text, length))
        faults |= FAULT_PATTERN;
    dynox__constraint_bounds(shape, text, old_words, &least, &most);
    if (least == NO_LEAST && most == NO_MOST) return faults;
    return faults | bounds((int64_t)dynox__constraint_length(text, length), least, most);
}

static unsigned key_faults(const dynox__shape *shape, const dynox__tree *map, bool old_words)
{
    const dynox__shape *keys = dynox__shape_at(shape->key);
    if (keys->least == NO_LEAST && keys->most == NO_MOST) return 0;
    for (const dynox__tree *member = map->first; member; member = member->next)
        if (text_faults(keys, member->name, member->name_length, old_words)) return FAULT_KEYS;
    return 0;
}

unsigned dynox__constraint_faults(const dynox__shape *shape, const dynox__tree *tree, bool old_words)
{
    switch ((dynox__kind)shape->kind) {
    case DYNOX__KIND_STRING:
    case DYNOX__KIND_BLOB: return text_faults(shape, tree->text, tree->length, old_words);
    case DYNOX__KIND_INTEGER:
    case DYNOX__KIND_LONG: return bounds(dynox__tree_number(tree), shape->least, shape->most);
    case DYNOX__KIND_LIST: return bounds((int64_t)tree->count, shape->least, shape->most);
    case DYNOX__KIND_MAP:
        return bounds((int64_t)tree->count, shape->least, shape->most) | key_faults(shape, tree, old_words);
    default: return 0;
    }
}
