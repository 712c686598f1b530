/* All faults of a request, put into words: "2 validation errors detected: Value 'x' at 'limit' failed to satisfy
 * constraint: ...; ...". Since June 2026 only the first one, its members in capitals. */
#include "local/validate/messages.h"
#include "base/ascii.h"
#include "local/validate/constraints.h"

enum { MOST_FAULTS = 10 };

typedef struct finder {
    dynox__buffer text; /* of the faults */
    dynox__buffer path;
    unsigned      count;
    bool          old_words;
} finder;

static bool is_done(const finder *f)
{
    return f->count >= (f->old_words ? MOST_FAULTS : 1u);
}

/* ---- one fault ---- */

/* What has values of attributes in it is not shown; since the new words, numbers are not, either. */
static void add_value(finder *f, const dynox__shape *shape, const dynox__tree *tree)
{
    bool number = shape->kind == DYNOX__KIND_INTEGER || shape->kind == DYNOX__KIND_LONG;
    bool hidden = shape->flags & IS_HIDDEN || number;
    if (f->old_words) hidden = shape->flags & IS_HIDDEN && tree && tree->count;
    DYNOX__BUFFER_LITERAL(&f->text, "Value ");
    if (!tree || tree->kind == DYNOX__TREE_NULL) {
        DYNOX__BUFFER_LITERAL(&f->text, "null ");
    } else if (!hidden) {
        dynox__buffer_byte(&f->text, '\'');
        dynox__show_value(&f->text, shape, tree, f->old_words);
        DYNOX__BUFFER_LITERAL(&f->text, "' ");
    }
}

/* false: enough have been found. */
static bool begin_fault(finder *f, const dynox__shape *shape, const dynox__tree *tree)
{
    if (is_done(f)) return false;
    if (f->count++) DYNOX__BUFFER_LITERAL(&f->text, "; ");
    add_value(f, shape, tree);
    DYNOX__BUFFER_LITERAL(&f->text, "at '");
    dynox__buffer_add(&f->text, f->path.data, f->path.size);
    DYNOX__BUFFER_LITERAL(&f->text, "' failed to satisfy constraint: ");
    return true;
}

static void add_bound(finder *f, const dynox__shape *shape, bool least, int32_t bound)
{
    bool number = shape->kind < DYNOX__KIND_LIST && shape->kind > DYNOX__KIND_BOOLEAN;
    dynox__buffer_format(&f->text, "Member must have %s %s than or equal to %d", number ? "value" : "length",
                         least ? "greater" : "less", (int)bound);
}

static void add_keys(finder *f, const dynox__shape *keys)
{
    int32_t least, most;
    dynox__constraint_bounds(keys, "", f->old_words, &least, &most);
    DYNOX__BUFFER_LITERAL(&f->text, "Map keys must satisfy constraint: [");
    if (most != NO_MOST) add_bound(f, keys, false, most);
    if (least != NO_LEAST) {
        DYNOX__BUFFER_LITERAL(&f->text, ", ");
        add_bound(f, keys, true, least);
    }
    if (keys->pattern)
        dynox__buffer_format(&f->text, ", Member must satisfy regular expression pattern: %s",
                             dynox__description_pattern(keys->pattern));
    dynox__buffer_byte(&f->text, ']');
}

static void add_faults(finder *f, const dynox__shape *shape, const dynox__tree *tree)
{
    int32_t  least, most;
    unsigned faults = dynox__constraint_faults(shape, tree, f->old_words);
    dynox__constraint_bounds(shape, tree->kind == DYNOX__TREE_TEXT ? tree->text : "", f->old_words, &least, &most);
    if (faults & FAULT_ENUM && begin_fault(f, shape, tree))
        dynox__buffer_format(&f->text, "Member must satisfy enum value set: %s", dynox__description_text(shape->words));
    if (faults & FAULT_PATTERN && begin_fault(f, shape, tree))
        dynox__buffer_format(&f->text, "Member must satisfy regular expression pattern: %s",
                             dynox__description_pattern(shape->pattern));
    if (faults & FAULT_LEAST && begin_fault(f, shape, tree)) add_bound(f, shape, true, least);
    if (faults & FAULT_MOST && begin_fault(f, shape, tree)) add_bound(f, shape, false, most);
    if (faults & FAULT_KEYS && begin_fault(f, shape, tree)) add_keys(f, dynox__shape_at(shape->key));
}

/* ---- finding them ---- */

static void find(finder *f, const dynox__shape *shape, const dynox__tree *tree);

/* Goes on with what may be absent. */
static void find_in(finder *f, const dynox__shape *shape, const dynox__tree *tree, bool required)
{
    bool absent = !tree || tree->kind == DYNOX__TREE_NULL;
    if (!absent)
        find(f, shape, tree);
    else if (required && begin_fault(f, shape, NULL))
        DYNOX__BUFFER_LITERAL(&f->text, "Member must not be null");
}

static void find_in_elements(finder *f, const dynox__shape *shape, const dynox__tree *tree)
{
    const dynox__shape *inner  = dynox__shape_at(shape->inner);
    size_t              before = f->path.size, number = 1;
    for (const dynox__tree *element = tree->first; element && !is_done(f); element = element->next, number++) {
        dynox__buffer_byte(&f->path, '.');
        if (element->name)
            dynox__buffer_add(&f->path, element->name, element->name_length);
        else
            dynox__buffer_unsigned(&f->path, number);
        DYNOX__BUFFER_LITERAL(&f->path, ".member");
        find_in(f, inner, element, !(inner->flags & IS_VALUE));
        f->path.size = before;
    }
}

static void find_in_members(finder *f, const dynox__shape *shape, const dynox__tree *tree)
{
    const dynox__request_member *members = dynox__members_of(shape);
    size_t                       before  = f->path.size;
    for (size_t i = 0; i < shape->count && !is_done(f); i++) {
        const char *name = dynox__description_text(members[i].name);
        if (before) dynox__buffer_byte(&f->path, '.');
        dynox__buffer_byte(&f->path, f->old_words ? dynox__ascii_lower(*name) : *name);
        dynox__buffer_text(&f->path, name + 1);
        find_in(f, dynox__shape_at(members[i].shape), dynox__tree_member(tree, name), members[i].required);
        f->path.size = before;
    }
}

static void find(finder *f, const dynox__shape *shape, const dynox__tree *tree)
{
    if (shape->flags & IS_VALUE) return;
    add_faults(f, shape, tree);
    if (shape->kind == DYNOX__KIND_STRUCTURE)
        find_in_members(f, shape, tree);
    else if (shape->kind >= DYNOX__KIND_LIST)
        find_in_elements(f, shape, tree);
}

bool dynox__request_faults(const dynox__shape *whole, const dynox__tree *request, bool old_words, dynox__arena *arena,
                           dynox__refusal *refusal)
{
    finder        f       = {.old_words = old_words};
    dynox__buffer message = {0};
    find(&f, whole, request);
    if (f.count) {
        dynox__buffer_format(&message, "%u validation error%s detected: ", f.count, f.count > 1 ? "s" : "");
        dynox__buffer_add(&message, f.text.data, f.text.size);
        if (message.failed || f.text.failed || f.path.failed)
            dynox__refuse_memory(refusal);
        else
            dynox__refuse_text(refusal, arena, DYNOX__REFUSAL_VALIDATION, message.data, message.size);
    }
    dynox__buffer_free(&f.path);
    dynox__buffer_free(&f.text);
    dynox__buffer_free(&message);
    return !f.count;
}
