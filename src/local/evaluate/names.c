/* ExpressionAttributeNames and -Values: what #n and :v stand for, and which of them nobody asked for. */
#include "base/hash.h"
#include "local/evaluate/terms.h"
#include "local/wire/values.h"

typedef struct dynox__name_entry  entry;
typedef struct dynox__names_table table;

/* The slot where it is, or would be. */
static size_t slot_of(const table *of, const char *text, size_t length)
{
    size_t mask = of->slot_count - 1, slot = dynox__hash(DYNOX__HASH_START, text, length) & mask;
    for (; of->slots[slot]; slot = (slot + 1) & mask) {
        const entry *found = &of->entries[of->slots[slot] - 1];
        if (found->placeholder.length == length && memcmp(found->placeholder.text, text, length) == 0) break;
    }
    return slot;
}

static entry *find(table *of, const char *text, size_t length)
{
    uint32_t index = of->count ? of->slots[slot_of(of, text, length)] : 0;
    return index ? &of->entries[index - 1] : NULL;
}

const entry *dynox__names_find(table *of, const char *text, size_t length)
{
    entry *found = find(of, text, length);
    if (found) found->used = true;
    return found;
}

/* #a, :a: the mark and at least one letter, digit or _ */
static bool is_placeholder(char mark, const char *text, size_t length)
{
    if (length < 2 || text[0] != mark) return false;
    for (size_t i = 1; i < length; i++) {
        char c = text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

static bool make_room(table *of, size_t count, dynox__arena *arena, dynox__refusal *refusal)
{
    size_t bytes;
    of->slot_count = 4;
    while (of->slot_count < count * 2)
        of->slot_count *= 2;
    of->entries = dynox__mul_size(count, sizeof *of->entries, &bytes) ? dynox__arena_alloc(arena, bytes) : NULL;
    of->slots   = dynox__mul_size(of->slot_count, sizeof *of->slots, &bytes) ? dynox__arena_alloc(arena, bytes) : NULL;
    if (!of->entries || !of->slots) {
        dynox__refuse_memory(refusal);
        return false;
    }
    memset(of->slots, 0, bytes);
    return true;
}

/* Of several of one name the last one counts. */
static void add(table *of, const dynox__tree *one)
{
    size_t slot = slot_of(of, one->name, one->name_length);
    if (!of->slots[slot]) of->slots[slot] = (uint32_t)++of->count;
    of->entries[of->slots[slot] - 1] =
        (entry){.placeholder = {one->name, one->name_length}, .name = {one->text, one->length}};
}

/* What the service takes: of a placeholder, of an attribute's name, of all placeholders and what they stand for. */
enum { LONGEST_KEY = 255, LONGEST_NAME = 65535, MOST_BYTES = 2 * 1024 * 1024 };

/* Checks the keys, and fills the table; what they stand for comes after. */
static bool read_keys(table *of, const dynox__tree *given, const char *member, char mark, dynox__arena *arena,
                      dynox__refusal *refusal)
{
    if (!given) return true;
    if (!given->count) return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION, "%s must not be empty", member);
    if (!make_room(of, given->count, arena, refusal)) return false;
    for (const dynox__tree *one = given->first; one; one = one->next) {
        if (!is_placeholder(mark, one->name, one->name_length))
            return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                                 "%s contains invalid key: Syntax error; key: \"%.*s\"", member, (int)one->name_length,
                                 one->name);
        if (one->name_length > LONGEST_KEY)
            return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                                 "%s contains invalid key: The key is longer than %d bytes; key: \"%.*s\"", member,
                                 LONGEST_KEY, (int)one->name_length, one->name);
        add(of, one);
    }
    return true;
}

static bool check_names(const table *names, dynox__arena *arena, dynox__refusal *refusal)
{
    for (size_t i = 0; i < names->count; i++) {
        const entry *one = &names->entries[i];
        if (one->name.length == 0 || one->name.length > LONGEST_NAME)
            return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                                 "ExpressionAttributeNames contains invalid value: %s for key %.*s",
                                 one->name.length ? "Attribute name is too large, must be less than 65536 bytes"
                                                  : "Empty attribute name",
                                 (int)one->placeholder.length, one->placeholder.text);
    }
    return true;
}

static bool check_size(const dynox__names *names, dynox__arena *arena, dynox__refusal *refusal)
{
    size_t size = 0;
    for (size_t i = 0; i < names->names.count; i++)
        size += names->names.entries[i].placeholder.length + names->names.entries[i].name.length;
    for (size_t i = 0; i < names->values.count; i++)
        size += names->values.entries[i].placeholder.length + dynox__values_size(names->values.entries[i].value);
    return size <= MOST_BYTES ||
           dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                         "ExpressionAttributeNames and ExpressionAttributeValues have exceeded the "
                         "maximum allowed size of 2 MB; size: %zu",
                         size);
}

static bool read_values(table *of, const dynox__tree *given, dynox__arena *arena, dynox__refusal *refusal)
{
    for (const dynox__tree *one = given ? given->first : NULL; one; one = one->next) {
        dynox__refusal why   = {0};
        dynox_value   *value = dynox__arena_alloc(arena, sizeof *value);
        if (!value) return dynox__refuse_memory(refusal);
        if (!dynox__values_read(one, arena, value, &why)) {
            if (why.type != DYNOX__REFUSAL_VALIDATION || !why.message) {
                if (!refusal->type) *refusal = why;
                return false;
            }
            return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                                 "ExpressionAttributeValues contains invalid value: %.*s for key %.*s", (int)why.length,
                                 why.message, (int)one->name_length, one->name);
        }
        entry *entry_of = find(of, one->name, one->name_length);
        if (entry_of) entry_of->value = value;
    }
    return true;
}

dynox__names *dynox__names_read(const dynox__tree *request, dynox__arena *arena, dynox__refusal *refusal)
{
    const dynox__tree *given  = dynox__tree_member(request, "ExpressionAttributeNames");
    const dynox__tree *values = dynox__tree_member(request, "ExpressionAttributeValues");
    dynox__names      *names  = dynox__arena_alloc(arena, sizeof *names);
    if (!names) {
        dynox__refuse_memory(refusal);
        return NULL;
    }
    *names = (dynox__names){0};
    return read_keys(&names->names, given, "ExpressionAttributeNames", '#', arena, refusal) &&
                   check_names(&names->names, arena, refusal) &&
                   read_keys(&names->values, values, "ExpressionAttributeValues", ':', arena, refusal) &&
                   read_values(&names->values, values, arena, refusal) && check_size(names, arena, refusal)
               ? names
               : NULL;
}

static bool all_used(const table *of, const char *member, dynox__arena *arena, dynox__refusal *refusal)
{
    dynox__buffer text   = {0};
    size_t        unused = 0;
    for (size_t i = 0; i < of->count; i++) {
        if (of->entries[i].used) continue;
        dynox__buffer_text(&text, unused++ ? ", " : "Value provided in ");
        if (unused == 1) {
            dynox__buffer_text(&text, member);
            DYNOX__BUFFER_LITERAL(&text, " unused in expressions: keys: {");
        }
        dynox__buffer_add(&text, of->entries[i].placeholder.text, of->entries[i].placeholder.length);
    }
    if (!unused) return true;
    dynox__buffer_byte(&text, '}');
    if (text.failed)
        dynox__refuse_memory(refusal);
    else
        dynox__refuse_text(refusal, arena, DYNOX__REFUSAL_VALIDATION, text.data, text.size);
    dynox__buffer_free(&text);
    return false;
}

bool dynox__names_all_used(const dynox__names *names, dynox__arena *arena, dynox__refusal *refusal)
{
    if (!names->expressions && names->names.count)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             "ExpressionAttributeNames can only be specified when using expressions");
    if (!names->expressions && names->values.count)
        return dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                             "ExpressionAttributeValues can only be specified when using expressions");
    return all_used(&names->names, "ExpressionAttributeNames", arena, refusal) &&
           all_used(&names->values, "ExpressionAttributeValues", arena, refusal);
}
