/* Making shapes, and what can be wrong with a declaration. */
#include "value/bind/shape.h"
#include "base/alloc.h"
#include "value/compress/compress.h"
#include <stdio.h>

#define NEVER_PLAIN (UINT64_C(1) << 32)
enum { MOST_MEMBERS = 4096, MOST_NESTING = 32, SMALLEST_HASH_BITS = 8 };

const char *dynox__kind_tag(uint8_t kind)
{
    switch (kind) {
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_DOUBLE_:
    case DYNOX_KIND_NUMBER_:
    case DYNOX_KIND_EPOCH_: return "\"N\":\"";
    case DYNOX_KIND_BOOL_: return "\"BOOL\":";
    case DYNOX_KIND_BLOB_: return "\"B\":\"";
    case DYNOX_KIND_STRUCT_: return "\"M\":";
    case DYNOX_KIND_STRUCTS_:
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_DOUBLES_: return "\"L\":";
    case DYNOX_KIND_STRING_SET_: return "\"SS\":";
    case DYNOX_KIND_INT_SET_:
    case DYNOX_KIND_DOUBLE_SET_: return "\"NS\":";
    case DYNOX_KIND_BLOB_SET_: return "\"BS\":";
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
    case DYNOX_KIND_DATETIME_: return "\"S\":\"";
    default: return ""; /* each value has its own */
    }
}

static char opener_of(uint8_t kind)
{
    const char *tag = dynox__kind_tag(kind);
    size_t      end = strlen(tag);
    if (!end || tag[end - 1] == '"') return 0;
    return kind == DYNOX_KIND_BOOL_ ? 't' : kind == DYNOX_KIND_STRUCT_ ? '{' : '[';
}

static bool is_list(uint8_t kind)
{
    return kind >= DYNOX_KIND_STRUCTS_ && kind <= DYNOX_KIND_BLOB_SET_;
}

/* ---- counting, with parents ---- */

static size_t count_members(const dynox_attribute *attributes, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += attributes[i].kind_ == DYNOX_KIND_BASE_
                     ? count_members((const dynox_attribute *)attributes[i].inner_, attributes[i].inner_count_)
                     : 1;
    return total;
}

/* ---- the hash of the names ---- */

static size_t slot_of(const dynox__shape *shape, const dynox__member *member)
{
    uint64_t first = 0, last = 0;
    memcpy(&first, member->name, member->name_length < 8 ? member->name_length : 8);
    if (member->name_length > 8) memcpy(&last, member->name + member->name_length - 8, 8);
    return dynox__name_mix(shape->seed, first, last, member->name_length) >> (64 - shape->slot_bits);
}

static bool place(const dynox__shape *shape, uint16_t *slots)
{
    memset(slots, 0, sizeof *slots << shape->slot_bits);
    for (size_t i = 0; i < shape->count; i++) {
        if (!shape->members[i].is_stored) continue;
        uint16_t *slot = &slots[slot_of(shape, &shape->members[i])];
        if (*slot) return false;
        *slot = (uint16_t)(i + 1);
    }
    return true;
}

/* Searches a seed that gives each name a slot of its own. Names of one length whose first and last eight bytes are
 * alike have none: then the larger tables run out, too, and all names are compared one by one (slots NULL). */
static bool make_hash(dynox__shape *shape)
{
    for (shape->slot_bits = SMALLEST_HASH_BITS; ((size_t)1 << shape->slot_bits) < shape->count * 4;
         shape->slot_bits++) {
    }
    for (unsigned last = shape->slot_bits + 6; shape->slot_bits < last; shape->slot_bits++) {
        uint16_t *slots = dynox__calloc(sizeof *slots << shape->slot_bits);
        if (!slots) return false;
        shape->seed = 0x9E3779B97F4A7C15u;
        for (int tries = 0; tries < 2000; tries++, shape->seed = shape->seed * 0xD1342543DE82EF95u + 2)
            if (place(shape, slots)) {
                shape->slots = slots;
                return true;
            }
        dynox__free(slots);
    }
    return true;
}

/* ---- members ---- */

static bool refuse(const dynox__shape *shape, dynox_error *error, const char *format, const char *what)
{
    char words[160];
    snprintf(words, sizeof words, format, what);
    dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s: %s", shape->name, words);
    return false;
}

static bool check_options(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    const dynox_attribute *attribute = member->attribute;
    bool                   is_date   = member->kind == DYNOX_KIND_DATETIME_,
         is_key  = member->role == DYNOX_ROLE_PARTITION_KEY_ || member->role == DYNOX_ROLE_SORT_KEY_;
    bool is_text = member->kind == DYNOX_KIND_STRING_ || member->kind == DYNOX_KIND_CHARS_;
    bool is_int  = member->kind == DYNOX_KIND_INT_ || is_date || member->kind == DYNOX_KIND_EPOCH_ ||
                  member->kind == DYNOX_KIND_ENUM_;
    if (attribute->required && attribute->optional)
        return refuse(shape, error, "%s is required and optional", attribute->member_);
    if (is_key && attribute->optional) return refuse(shape, error, "%s is a key and optional", attribute->member_);
    if (is_key && attribute->null_stored)
        return refuse(shape, error, "%s is a key and null_stored", attribute->member_);
    if (member->role == DYNOX_ROLE_VERSION_ && attribute->null_stored)
        return refuse(shape, error, "%s is a version and null_stored", attribute->member_);
    if (member->role == DYNOX_ROLE_WRITE_ID_ &&
        (attribute->required || attribute->optional || attribute->null_stored || attribute->template_ ||
         attribute->generate || attribute->default_string))
        return refuse(shape, error, "%s is a write id, which takes no options but .alias", attribute->member_);
    if (attribute->compression && member->kind != DYNOX_KIND_COMPRESSED_)
        return refuse(shape, error, "%s has a compression, which is for DYNOX_COMPRESSED", attribute->member_);
    if (attribute->optional > shape->size)
        return refuse(shape, error, "%s is optional by a member of another struct", attribute->member_);
    if (attribute->precision && !is_date)
        return refuse(shape, error, "%s has a precision, which is for dates", attribute->member_);
    if (attribute->default_string && !is_text && member->kind != DYNOX_KIND_NUMBER_)
        return refuse(shape, error, "%s has a default_string and is no text", attribute->member_);
    if (attribute->default_int && !is_int)
        return refuse(shape, error, "%s has a default_int and is no integer", attribute->member_);
    if ((attribute->default_double < 0 || attribute->default_double > 0) && member->kind != DYNOX_KIND_DOUBLE_)
        return refuse(shape, error, "%s has a default_double and is no double", attribute->member_);
    if (attribute->default_bool && member->kind != DYNOX_KIND_BOOL_)
        return refuse(shape, error, "%s has a default_bool and is no bool", attribute->member_);
    if (attribute->generate >= DYNOX_UUID4 && attribute->generate <= DYNOX_KSUID && !is_text)
        return refuse(shape, error, "%s generates a text and is none", attribute->member_);
    if ((attribute->generate == DYNOX_EPOCH || attribute->generate == DYNOX_EPOCH_MS) && !is_int)
        return refuse(shape, error, "%s generates a number and is no integer", attribute->member_);
    if (attribute->generate == DYNOX_UTC_NOW && !is_date && !is_text)
        return refuse(shape, error, "%s generates a date and is neither date nor text", attribute->member_);
    return true;
}

static bool check_compression(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    char        words[100], both[150];
    const char *wrong = member->kind == DYNOX_KIND_COMPRESSED_
                            ? dynox__compress_check(member->attribute->compression, words, sizeof words)
                            : NULL;
    if (!wrong) return true;
    snprintf(both, sizeof both, "%.40s %s", member->attribute->member_, wrong);
    return refuse(shape, error, "%s", both);
}

/* The bytes of what is generated; 0: nothing, or of any size. */
static size_t generated_size(dynox_generator how, bool is_array)
{
    static const uint8_t texts[] = {
        [DYNOX_UUID4] = 37, [DYNOX_UUID7] = 37, [DYNOX_ULID] = 27, [DYNOX_KSUID] = 28, [DYNOX_UTC_NOW] = 26};
    static const uint8_t numbers[] = {[DYNOX_EPOCH] = 4, [DYNOX_EPOCH_MS] = 8, [DYNOX_UTC_NOW] = 8};
    return is_array ? texts[how] : how < sizeof numbers ? numbers[how] : 0;
}

/* Do defaults and what is generated have room in the member? */
static bool check_room(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    const dynox_attribute *attribute = member->attribute;
    bool                   is_array  = member->kind == DYNOX_KIND_CHARS_;
    int64_t                number = attribute->default_int, beyond = INT64_MAX;
    char                   needed[120];
    if (attribute->generate > DYNOX_UTC_NOW)
        return refuse(shape, error, "%s has a generator that there is not", attribute->member_);
    if (attribute->generate == DYNOX_EPOCH_MS && member->kind == DYNOX_KIND_EPOCH_)
        return refuse(shape, error, "%s generates milliseconds, a TTL is in seconds", attribute->member_);
    size_t size = member->kind == DYNOX_KIND_STRING_ ? 0 : generated_size(attribute->generate, is_array);
    if (is_array && attribute->default_string && strlen(attribute->default_string) >= size)
        size = strlen(attribute->default_string) + 1;
    if (size > member->size) {
        if (is_array)
            snprintf(needed, sizeof needed, "%.80s needs char[%zu]", attribute->member_, size);
        else
            snprintf(needed, sizeof needed, "%.80s needs an integer of %zu bits", attribute->member_, size * 8);
        return refuse(shape, error, "%s", needed);
    }
    if (member->size < sizeof number) beyond = (INT64_C(1) << (member->size * 8 - member->is_signed)) - 1;
    if (number > beyond || number < (member->is_signed ? -beyond - 1 : 0))
        return refuse(shape, error, "%s has a default_int that it is too small for", attribute->member_);
    return true;
}

/* One name for two values could only be read as the first. (Two names of one value are fine: both are read.) */
static bool check_enum(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    const dynox_enum_name *names = (const dynox_enum_name *)member->attribute->inner_;
    for (size_t i = 0; member->kind == DYNOX_KIND_ENUM_ && i < member->attribute->inner_count_; i++)
        for (size_t k = 0; names[i].name && k < i; k++)
            if (names[k].name && names[k].value != names[i].value && strcmp(names[k].name, names[i].name) == 0)
                return refuse(shape, error, "two values of %s have the same name", member->attribute->member_);
    return true;
}

static bool check_names(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    if (!member->name_length) return refuse(shape, error, "%s has an empty alias", member->attribute->member_);
    if (member->name_length > UINT16_MAX)
        return refuse(shape, error, "%s has too long an alias", member->attribute->member_);
    for (const dynox__member *other = shape->members; other < member; other++)
        if (member->is_stored && other->is_stored && other->name_length == member->name_length &&
            memcmp(other->name, member->name, member->name_length) == 0)
            return refuse(shape, error, "two attributes are stored as \"%.100s\"", member->name);
    return true;
}

/* What it begins with on the wire, unless the name is long or has to be escaped there. */
static void make_begin(dynox__member *member)
{
    const char *tag    = dynox__kind_tag(member->kind);
    member->opener     = opener_of(member->kind);
    member->begin_mask = NEVER_PLAIN;
    if (!*tag || !member->is_stored) return;
    for (size_t i = 0; i < member->name_length; i++)
        if ((uint8_t)member->name[i] < ' ' || member->name[i] == '"' || member->name[i] == '\\' ||
            member->name[i] & 0x80)
            return;
    const char opener[2] = {member->opener, 0};
    bool       tells     = *opener && *opener != 't';
    int length = snprintf(member->begin, sizeof member->begin, "\"%s\":{%s%s", member->name, tag, tells ? opener : "");
    if (length < 0 || (size_t)length >= sizeof member->begin) return;
    member->begin_tells  = (uint8_t)length;
    member->begin_length = (uint8_t)(length - tells);
    member->begin_mask   = UINT32_MAX >> (length < 32 ? 32 - length : 0);
}

static const dynox__shape *shape_within(const dynox_shape *declared, unsigned depth, dynox_error *error);

static bool add_inner(dynox__shape *shape, dynox__member *member, unsigned depth, dynox_error *error)
{
    if (member->kind != DYNOX_KIND_STRUCT_ && member->kind != DYNOX_KIND_STRUCTS_) return true;
    if (depth >= MOST_NESTING)
        return refuse(shape, error, "structs are nested too deep at %s", member->attribute->member_);
    member->inner = shape_within((const dynox_shape *)member->attribute->inner_, depth + 1, error);
    if (!member->inner) return false;
    if (shape->guesses + member->inner->guesses > UINT16_MAX)
        return refuse(shape, error, "too many attributes at %s", member->attribute->member_);
    member->inner_guess = (uint16_t)shape->guesses;
    shape->guesses += member->inner->guesses;
    return true;
}

static void classify(dynox__shape *shape, dynox__member *member)
{
    bool inner_is_deep = member->inner && member->inner->deep_count;
    if (member->kind == DYNOX_KIND_VALUE_ || member->kind == DYNOX_KIND_EXTRA_ || member->kind == DYNOX_KIND_CUSTOM_ ||
        inner_is_deep) {
        member->is_deep = true;
        member->deep    = (uint16_t)shape->deep_count++;
    }
    if (member->is_deep || is_list(member->kind) || (member->inner && !member->inner->is_flat)) shape->is_flat = false;
    if (member->kind == DYNOX_KIND_EXTRA_) shape->extra = member;
}

static bool add(dynox__shape *shape, const dynox_attribute *attribute, unsigned depth, dynox_error *error)
{
    dynox__member *member = &shape->members[shape->count];
    *member               = (dynox__member){.attribute = attribute,
                                            .name      = attribute->alias ? attribute->alias : attribute->member_,
                                            .offset    = attribute->offset_,
                                            .size      = attribute->size_,
                                            .element   = attribute->element_,
                                            .has       = (uint32_t)attribute->optional,
                                            .kind      = attribute->kind_,
                                            .role      = attribute->role_,
                                            .is_signed = attribute->signed_};
    if (member->kind == DYNOX_KIND_NONE_ || member->kind >= DYNOX_KIND_BASE_)
        return refuse(shape, error, "the attribute of %s is none that the macros make",
                      attribute->member_ ? attribute->member_ : "?");
    member->index       = (uint16_t)shape->count;
    member->name_length = (uint32_t)strlen(member->name);
    member->is_stored   = member->role != DYNOX_ROLE_KEY_PART_ && member->kind != DYNOX_KIND_EXTRA_;
    if (!check_options(shape, member, error) || !check_room(shape, member, error) ||
        !check_enum(shape, member, error) || !check_compression(shape, member, error) ||
        !check_names(shape, member, error) || !add_inner(shape, member, depth, error))
        return false;
    make_begin(member);
    classify(shape, member);
    shape->count++;
    return true;
}

/* The attributes of one table; those of a parent are those of another. */
static bool add_all(dynox__shape *shape, const dynox_attribute *attributes, size_t count, const char *owner,
                    unsigned depth, dynox_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const dynox_attribute *attribute = &attributes[i];
        if (!attribute->model_ || strcmp(attribute->model_, owner) != 0) {
            dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s, attribute %zu: it belongs to %s", shape->name, i + 1,
                            attribute->model_ ? attribute->model_ : "nothing");
            return false;
        }
        if (attribute->kind_ == DYNOX_KIND_BASE_) {
            const dynox_attribute *inherited = (const dynox_attribute *)attribute->inner_;
            if (depth >= MOST_NESTING) return refuse(shape, error, "%s", "too many parents");
            if (!add_all(shape, inherited, attribute->inner_count_, inherited->model_ ? inherited->model_ : "",
                         depth + 1, error))
                return false;
        } else if (!add(shape, attribute, depth, error)) {
            return false;
        }
    }
    return true;
}

/* ---- shapes ---- */

static void shape_free(dynox__shape *shape)
{
    dynox__free((void *)(uintptr_t)shape->slots);
    dynox__free(shape);
}

static const dynox__shape *shape_make(const dynox_shape *declared, unsigned depth, dynox_error *error)
{
    size_t        count = count_members(declared->attributes, declared->count);
    dynox__shape *shape =
        count <= MOST_MEMBERS ? dynox__calloc(sizeof *shape + (count + 1) * sizeof *shape->members) : NULL;
    if (!shape) {
        if (count > MOST_MEMBERS)
            dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s: more than %d attributes", declared->name, MOST_MEMBERS);
        else
            dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    shape->declared                  = declared;
    shape->name                      = declared->name;
    shape->size                      = declared->size;
    shape->guesses                   = count + 1;
    shape->members[count].begin_mask = NEVER_PLAIN; /* of no attributes it is the first */
    shape->is_flat                   = true;
    if (!add_all(shape, declared->attributes, declared->count, declared->name, depth, error)) {
        shape_free(shape);
        return NULL;
    }
    if (!make_hash(shape)) {
        shape_free(shape);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    return shape;
}

/* Two threads may make it at the same time: one of them was first. */
static const dynox__shape *shape_within(const dynox_shape *declared, unsigned depth, dynox_error *error)
{
    dynox__shape *known = __atomic_load_n(declared->made_, __ATOMIC_ACQUIRE);
    if (known) return known;
    dynox__shape *made = (dynox__shape *)(uintptr_t)shape_make(declared, depth, error);
    if (!made) return NULL;
    if (__atomic_compare_exchange_n(declared->made_, &known, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    shape_free(made);
    return known;
}

const dynox__shape *dynox__shape_of(const dynox_shape *declared, dynox_error *error)
{
    return shape_within(declared, 0, error);
}

const dynox__member *dynox__shape_stored(const dynox__shape *shape, const char *name, size_t length)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->members[i].is_stored && shape->members[i].name_length == length &&
            memcmp(shape->members[i].name, name, length) == 0)
            return &shape->members[i];
    return NULL;
}

const dynox__member *dynox__shape_member(const dynox__shape *shape, const char *name, size_t length)
{
    for (size_t i = 0; i < shape->count; i++) {
        const char *own = shape->members[i].attribute->member_;
        if (strncmp(own, name, length) == 0 && !own[length]) return &shape->members[i];
    }
    return NULL;
}
