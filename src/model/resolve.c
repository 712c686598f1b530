/* What the compiler of expressions asks: which member a name is, and what a value beside it is stored as. */
#include "model/resolve.h"
#include "value/compress/compress.h"
#include <string.h>

/* What a path leads to: an opaque pointer of the resolver's. A member, or an element of one. */
typedef struct place {
    const dynox__shape  *shape; /* that the member is of */
    const dynox__member *member;
    bool                 is_element;
} place;

static const dynox__resolver *resolver_of(const dynox__expr_resolver *self)
{
    return (const dynox__resolver *)(const void *)self;
}

static const place *place_new(const dynox__expr_resolver *self, const dynox__shape *shape, const dynox__member *member,
                              bool is_element, dynox_error *error)
{
    dynox__resolver *own  = (dynox__resolver *)(uintptr_t)resolver_of(self);
    place           *made = dynox__arena_alloc(&own->room.arena, sizeof *made);
    if (made)
        *made = (place){shape, member, is_element};
    else
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}

/* ---- names ---- */

/* How many letters have to be changed, added or taken away; for short names. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[32];
    if (a_length > 30 || b_length > 30) return SIZE_MAX;
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t corner = row[0];
        row[0]        = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = corner + (a[i - 1] != b[j - 1]);
            corner        = row[j];
            if (row[j] + 1 < change) change = row[j] + 1;
            if (row[j - 1] + 1 < change) change = row[j - 1] + 1;
            row[j] = change;
        }
    }
    return row[b_length];
}

const char *dynox__closest_member(const dynox__shape *shape, const char *name, size_t length)
{
    const char *closest = NULL;
    size_t      best    = length < 4 ? 2 : 3;
    for (size_t i = 0; i < shape->count; i++) {
        const char *own = shape->members[i].attribute->member_;
        size_t      far = distance(name, length, own, strlen(own));
        if (far < best) {
            best    = far;
            closest = own;
        }
    }
    return closest;
}

static bool refuse_name(const dynox__shape *shape, const dynox__expr_name *name, dynox_error *error)
{
    const char *closest = dynox__closest_member(shape, name->text, name->length);
    dynox_error_set(error, DYNOX_E_EXPRESSION, "%s has no member \"%.*s\"%s%s%s", shape->name,
                    (int)(name->length < 80 ? name->length : 80), name->text, closest ? " (" : "",
                    closest ? closest : "", closest ? "?)" : "");
    return false;
}

static bool refuse_step(const place *from, const char *why, dynox_error *error)
{
    if (!from) return false;
    dynox_error_set(error, DYNOX_E_EXPRESSION, "%s.%s%s %s", from->shape->name, from->member->attribute->member_,
                    from->is_element ? "[...]" : "", why);
    return false;
}

static bool is_set(const dynox__member *member)
{
    return member->kind >= DYNOX_KIND_STRING_SET_ && member->kind <= DYNOX_KIND_BLOB_SET_;
}

static bool is_open(const dynox__member *member)
{
    return member->kind == DYNOX_KIND_VALUE_ || member->kind == DYNOX_KIND_CUSTOM_;
}

static bool member(const dynox__expr_resolver *self, const void *scope, dynox__expr_name *name, const void **attribute,
                   dynox_error *error)
{
    const place         *in    = scope;
    const dynox__shape  *shape = in ? in->member->inner : resolver_of(self)->model->shape;
    const dynox__member *found;
    if (in && is_open(in->member)) return true; /* below a map with any keys */
    if (!shape) return refuse_step(in, "has no members", error);
    if (in && in->member->kind == DYNOX_KIND_STRUCTS_ && !in->is_element)
        return refuse_step(in, "is a list: its elements have members, [0] and so on", error);
    found = dynox__shape_member(shape, name->text, name->length);
    if (!found) return refuse_name(shape, name, error);
    if (!found->is_stored) {
        dynox_error_set(error, DYNOX_E_EXPRESSION, "%s.%s is not stored under a name of its own", shape->name,
                        found->attribute->member_);
        return false;
    }
    *name      = (dynox__expr_name){found->name, found->name_length};
    *attribute = place_new(self, shape, found, false, error);
    return *attribute;
}

static bool element(const dynox__expr_resolver *self, const void *list, const void **attribute, dynox_error *error)
{
    const place *of = list;
    if (is_open(of->member)) return true;
    if (is_set(of->member)) return refuse_step(of, "is a set: its elements have no numbers", error);
    if (of->is_element || of->member->kind < DYNOX_KIND_STRUCTS_) return refuse_step(of, "has no elements", error);
    *attribute = place_new(self, of->shape, of->member, true, error);
    return *attribute;
}

/* ---- values ---- */

static const dynox_value *kept(dynox__arena *arena, dynox_value value, dynox_error *error)
{
    dynox_value *made = dynox__arena_alloc(arena, sizeof *made);
    if (made)
        *made = value;
    else
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}

/* A C value in the member's place of a struct that is otherwise zero, stored as the member is. */
static const dynox_value *store_int(const dynox__expr_resolver *self, const place *at, int64_t number,
                                    dynox__arena *arena, dynox_error *error)
{
    dynox__resolver *own    = (dynox__resolver *)(uintptr_t)resolver_of(self);
    char            *record = dynox__arena_alloc(arena, at->shape->size);
    dynox_value      value;
    if (!record) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    memset(record, 0, at->shape->size);
    if (!dynox__member_set_int(at->member, record, number)) {
        dynox_error_set(error, DYNOX_E_VALUE, "%s.%s: %lld does not fit the member", at->shape->name,
                        at->member->attribute->member_, (long long)number);
        return NULL;
    }
    if (dynox__bind_store_member(at->shape, at->member, record, &own->room, &value, error) != DYNOX_OK) return NULL;
    return kept(arena, value, error);
}

static const dynox_value *store_compressed(const dynox__expr_resolver *self, const place *at, const dynox_value *given,
                                           dynox__arena *arena, dynox_error *error)
{
    dynox__resolver *own = (dynox__resolver *)(uintptr_t)resolver_of(self);
    const char      *why = NULL;
    dynox_value      value;
    dynox_status     status = dynox__compress(at->member->attribute->compression, given->as.text, given->length,
                                              &own->room.arena, &value, &why);
    if (status == DYNOX_OK) return kept(arena, value, error);
    dynox_error_set(error, status, "%s.%s: %s", at->shape->name, at->member->attribute->member_,
                    why ? why : "out of memory");
    return NULL;
}

/* Lists stand for sets, element by element: where the program has no set type for what it has. */
static const dynox_value *as_set(const place *at, const dynox_value *given, dynox__arena *arena, dynox_error *error)
{
    dynox_value set = *given;
    if (given->type != DYNOX_L || !given->length) return given;
    switch (at->member->kind) {
    case DYNOX_KIND_STRING_SET_: set.type = DYNOX_SS; break;
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_: set.type = DYNOX_NS; break;
    default: set.type = DYNOX_BS; break;
    }
    return kept(arena, set, error);
}

static const char *unless(bool fits, const char *words)
{
    return fits ? NULL : words;
}

/* An element of a list or a set, or a piece of a text. */
static const char *wanted_part(uint8_t kind, uint8_t given)
{
    switch (kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_: return unless(given == DYNOX_S, "holds texts");
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_DOUBLES_:
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_: return unless(given == DYNOX_N, "holds numbers");
    case DYNOX_KIND_BLOB_SET_: return unless(given == DYNOX_B, "holds bytes");
    default: return NULL;
    }
}

static const char *wanted_whole(uint8_t kind, uint8_t given)
{
    switch (kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_COMPRESSED_:
    case DYNOX_KIND_CHARS_: return unless(given == DYNOX_S, "is a text");
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_DOUBLE_:
    case DYNOX_KIND_EPOCH_:
    case DYNOX_KIND_NUMBER_: return unless(given == DYNOX_N, "is a number");
    case DYNOX_KIND_BOOL_: return unless(given == DYNOX_BOOL, "is a bool");
    case DYNOX_KIND_BLOB_: return unless(given == DYNOX_B, "is bytes");
    case DYNOX_KIND_DATETIME_: return unless(given == DYNOX_N || given == DYNOX_S, "is a date");
    case DYNOX_KIND_ENUM_: return unless(given == DYNOX_N || given == DYNOX_S, "is an enum");
    case DYNOX_KIND_STRING_SET_: return unless(given == DYNOX_SS || given == DYNOX_L, "is a set of texts");
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_: return unless(given == DYNOX_NS || given == DYNOX_L, "is a set of numbers");
    case DYNOX_KIND_BLOB_SET_: return unless(given == DYNOX_BS || given == DYNOX_L, "is a set of bytes");
    default: return NULL;
    }
}

/* Numbers and sets can be added to. */
static const char *wanted_sum(uint8_t kind, uint8_t given)
{
    switch (kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_: return "is a text: nothing can be added to it";
    case DYNOX_KIND_BOOL_: return "is a bool: nothing can be added to it";
    case DYNOX_KIND_BLOB_: return "is bytes: nothing can be added to it";
    case DYNOX_KIND_DATETIME_: return "is stored as a text: nothing can be added to it";
    case DYNOX_KIND_ENUM_: return "is an enum: nothing can be added to it";
    default: return wanted_whole(kind, given);
    }
}

/* The wrong type is better refused than compared with in vain; what has no C value of its own goes as it is. */
static const char *wanted(const place *at, dynox__expr_role role, uint8_t given)
{
    uint8_t kind = at->member->kind;
    if (given == DYNOX_NULL) return NULL;
    if (kind == DYNOX_KIND_COMPRESSED_ && role != DYNOX__EXPR_WHOLE)
        return "is stored compressed: only all of it can be set";
    if (at->is_element) return role == DYNOX__EXPR_WHOLE ? wanted_part(kind, given) : NULL;
    switch (role) {
    case DYNOX__EXPR_WHOLE: return wanted_whole(kind, given);
    case DYNOX__EXPR_SUM: return wanted_sum(kind, given);
    case DYNOX__EXPR_PART: return wanted_part(kind, given);
    case DYNOX__EXPR_PREFIX: break;
    }
    bool is_text = kind == DYNOX_KIND_STRING_ || kind == DYNOX_KIND_CHARS_ || kind == DYNOX_KIND_DATETIME_;
    return unless(given == DYNOX_S || !is_text, "begins with a text");
}

static const dynox_value *value(const dynox__expr_resolver *self, const void *attribute, dynox__expr_role role,
                                dynox__arena *arena, const dynox_value *given, dynox_error *error)
{
    const place *at = attribute;
    int64_t      number;
    const char  *want = wanted(at, role, given->type);
    if (want) {
        dynox_error_set(error, DYNOX_E_VALUE, "%s.%s%s %s", at->shape->name, at->member->attribute->member_,
                        at->is_element ? "[...]" : "", want);
        return NULL;
    }
    bool stored_as_text = at->member->kind == DYNOX_KIND_DATETIME_ || at->member->kind == DYNOX_KIND_ENUM_;
    if (stored_as_text && !at->is_element && role == DYNOX__EXPR_WHOLE && given->type == DYNOX_N) {
        if (dynox_value_read_int(given, &number)) return store_int(self, at, number, arena, error);
        dynox_error_set(error, DYNOX_E_VALUE, "%s.%s is an integer", at->shape->name, at->member->attribute->member_);
        return NULL;
    }
    if (at->member->kind == DYNOX_KIND_COMPRESSED_ && given->type == DYNOX_S)
        return store_compressed(self, at, given, arena, error);
    if (is_set(at->member) && (role == DYNOX__EXPR_WHOLE || role == DYNOX__EXPR_SUM))
        return as_set(at, given, arena, error);
    return given;
}

const dynox__expr_resolver *dynox__resolver_init(dynox__resolver *self, const dynox__model *model)
{
    *self = (dynox__resolver){.base = {.member = member, .element = element, .value = value}, .model = model};
    return &self->base;
}

void dynox__resolver_end(dynox__resolver *self)
{
    dynox__room_free(&self->room);
}
