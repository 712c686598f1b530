/* AttributeValues of requests to values, checked on the way in the service's order and with its words. */
#include "local/wire/kinds.h"
#include "local/wire/values.h"
#include "local/wire/values_names.h"
#include "value/json/encode.h"
#include "value/text/base64.h"

#define INVALID "One or more parameter values were invalid: "

typedef struct reading {
    dynox__arena   *arena;
    dynox__refusal *refusal;
} reading;

static const dynox__kind content_kinds[] = {
    [DYNOX_S] = DYNOX__KIND_STRING,     [DYNOX_N] = DYNOX__KIND_STRING,     [DYNOX_B] = DYNOX__KIND_BLOB,
    [DYNOX_BOOL] = DYNOX__KIND_BOOLEAN, [DYNOX_NULL] = DYNOX__KIND_BOOLEAN, [DYNOX_M] = DYNOX__KIND_MAP,
    [DYNOX_L] = DYNOX__KIND_LIST,       [DYNOX_SS] = DYNOX__KIND_LIST,      [DYNOX_NS] = DYNOX__KIND_LIST,
    [DYNOX_BS] = DYNOX__KIND_LIST};

/* DYNOX_INVALID: it is none of the ten. */
static dynox_value_type type_of(const dynox__tree *member)
{
    const char *name = member->name;
    switch (member->name_length) {
    case 1:
        switch (*name) {
        case 'S': return DYNOX_S;
        case 'N': return DYNOX_N;
        case 'B': return DYNOX_B;
        case 'M': return DYNOX_M;
        case 'L': return DYNOX_L;
        default: return DYNOX_INVALID;
        }
    case 2:
        if (name[1] != 'S') return DYNOX_INVALID;
        return *name == 'S' ? DYNOX_SS : *name == 'N' ? DYNOX_NS : *name == 'B' ? DYNOX_BS : DYNOX_INVALID;
    case 4:
        if (memcmp(name, "BOOL", 4) == 0) return DYNOX_BOOL;
        return memcmp(name, "NULL", 4) == 0 ? DYNOX_NULL : DYNOX_INVALID;
    default: return DYNOX_INVALID;
    }
}

static bool check_kind(const reading *r, const dynox__tree *tree, dynox__kind kind, bool element)
{
    dynox__kind_place place = {.class_name = "AttributeValue", .element = element};
    return dynox__kind_check(tree, kind, &place, r->arena, r->refusal);
}

static bool refuse(const reading *r, const char *why)
{
    return dynox__refuse_text(r->refusal, r->arena, DYNOX__REFUSAL_VALIDATION, why, strlen(why));
}

static bool no_memory(const reading *r)
{
    return dynox__refuse_memory(r->refusal);
}

/* Ends a text that was put together; returns false. */
static bool refuse_joined(const reading *r, dynox__buffer *text)
{
    if (text->failed)
        no_memory(r);
    else
        dynox__refuse_text(r->refusal, r->arena, DYNOX__REFUSAL_VALIDATION, text->data, text->size);
    dynox__buffer_free(text);
    return false;
}

/* ---- scalars ---- */

static bool read_number(const reading *r, const dynox__tree *tree, dynox_value *value)
{
    size_t      length = tree->length;
    const char *text   = tree->text;
    if (!dynox__values_number_is_canonical(text, length)) {
        const char *fault = dynox__values_number_fault(text, length);
        if (fault) {
            dynox__buffer why = {0};
            dynox__buffer_text(&why, fault);
            if (strncmp(fault, "The ", 4) == 0 && length) {
                DYNOX__BUFFER_LITERAL(&why, ": ");
                dynox__buffer_add(&why, text, length);
            }
            return refuse_joined(r, &why);
        }
        text = dynox__values_number(text, length, r->arena, &length);
        if (!text) return no_memory(r);
    }
    *value = (dynox_value){.type = DYNOX_N, .length = (uint32_t)length, .as.text = text};
    return true;
}

static bool refuse_base64(const reading *r, const dynox__tree *tree)
{
    if (tree->length % 4)
        return dynox__refuse(r->refusal, r->arena, DYNOX__REFUSAL_SERIALIZATION,
                             "Base64 encoded length is expected a multiple of 4 bytes but found: %zu", tree->length);
    return dynox__refuse(r->refusal, r->arena, DYNOX__REFUSAL_SERIALIZATION,
                         "Invalid last non-pad Base64 character dectected"); /* as the service spells it */
}

/* Not in place: a tree may be read twice. */
static bool read_bytes(const reading *r, const dynox__tree *tree, dynox_value *value)
{
    size_t   size;
    uint8_t *bytes = dynox__arena_alloc(r->arena, tree->length / 4 * 3 + 1);
    if (!bytes) return no_memory(r);
    if (!dynox__base64_decode(bytes, &size, tree->text, tree->length)) return refuse_base64(r, tree);
    bytes[size] = 0;
    *value      = (dynox_value){.type = DYNOX_B, .length = (uint32_t)size, .as.bytes = bytes};
    return true;
}

static bool read_null(const reading *r, const dynox__tree *tree, dynox_value *value)
{
    if (!dynox__tree_is_true(tree)) return refuse(r, INVALID "Null attribute value types must have the value of true");
    *value = dynox_null();
    return true;
}

/* ---- sets ---- */

static bool refuse_empty(const reading *r, dynox_value_type type)
{
    return refuse(r, type == DYNOX_SS   ? INVALID "An string set  may not be empty"
                     : type == DYNOX_NS ? INVALID "An number set  may not be empty"
                                        : INVALID "Binary sets should not be empty");
}

/* Shows the members as they came. */
static bool refuse_duplicates(const reading *r, const dynox__tree *tree, dynox_value_type type)
{
    dynox__buffer why = {0};
    if (type == DYNOX_NS) return refuse(r, "Input collection contains duplicates");
    DYNOX__BUFFER_LITERAL(&why, INVALID "Input collection [");
    for (const dynox__tree *member = tree->first; member; member = member->next) {
        dynox__buffer_add(&why, member->text, member->length);
        if (member->next) DYNOX__BUFFER_LITERAL(&why, ", ");
    }
    dynox__buffer_text(&why, type == DYNOX_SS ? "] contains duplicates." : "]of type BS contains duplicates.");
    return refuse_joined(r, &why);
}

static bool read_member(const reading *r, const dynox__tree *member, dynox_value_type set, dynox_value *value)
{
    if (member->kind == DYNOX__TREE_NULL)
        return refuse(r, set == DYNOX_SS   ? INVALID "An string set may not have a null string as a member"
                         : set == DYNOX_NS ? INVALID "An number set may not have a null number as a member"
                                           : INVALID "Binary sets may not contain null values");
    if (!check_kind(r, member, set == DYNOX_BS ? DYNOX__KIND_BLOB : DYNOX__KIND_STRING, true)) return false;
    if (set == DYNOX_NS) return read_number(r, member, value);
    if (set == DYNOX_BS) return read_bytes(r, member, value);
    *value = dynox_string_n(member->text, member->length);
    return true;
}

static bool read_set(const reading *r, const dynox__tree *tree, dynox_value_type type, dynox_value *value)
{
    if (!tree->first) return refuse_empty(r, type);
    dynox_value *members = dynox__arena_alloc(r->arena, tree->count * sizeof *members);
    if (!members) return no_memory(r);
    size_t at = 0;
    for (const dynox__tree *member = tree->first; member; member = member->next)
        if (!read_member(r, member, type, &members[at++])) return false;
    *value            = dynox_members_of_(type, members, tree->count);
    bool   failed     = false;
    size_t duplicated = tree->count > 1 ? dynox__find_duplicate(value, NULL, &failed) : SIZE_MAX;
    if (failed) return no_memory(r);
    return duplicated == SIZE_MAX || refuse_duplicates(r, tree, type);
}

/* ---- documents ---- */

static bool read_value(const reading *r, const dynox__tree *tree, dynox_value *value, unsigned depth);

static bool read_map(const reading *r, const dynox__tree *tree, dynox_item *item, unsigned depth)
{
    *item = (dynox_item){0};
    if (!tree->count) return true;
    dynox_named_value *map = dynox__arena_alloc(r->arena, tree->count * sizeof *map);
    if (!map) return no_memory(r);
    for (const dynox__tree *member = tree->first; member; member = member->next) {
        dynox_named_value *named = &map[item->count++];
        named->name              = member->name;
        named->name_length       = member->name_length;
        named->zero_             = 0;
        if (!read_value(r, member, &named->value, depth)) return false;
    }
    item->attributes = map;
    return dynox__values_last_of_names(map, &item->count) || no_memory(r);
}

static bool read_list(const reading *r, const dynox__tree *tree, dynox_value *value, unsigned depth)
{
    dynox_value *list = dynox__arena_alloc(r->arena, tree->count * sizeof *list);
    if (!list) return no_memory(r);
    size_t at = 0;
    for (const dynox__tree *element = tree->first; element; element = element->next)
        if (!read_value(r, element, &list[at++], depth)) return false;
    *value = dynox_list_of(list, tree->count);
    return true;
}

static bool read_document(const reading *r, const dynox__tree *tree, dynox_value_type type, dynox_value *value,
                          unsigned depth)
{
    dynox_item map;
    if (depth > DYNOX__ENCODE_DEPTH)
        return refuse(r, INVALID "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
                                 "levels beyond supported limit");
    if (type == DYNOX_L) return read_list(r, tree, value, depth + 1);
    if (!read_map(r, tree, &map, depth + 1)) return false;
    *value = dynox_map_of(map.attributes, map.count);
    if (!map.count) *value = dynox_map_of(NULL, 0);
    return true;
}

static bool read_content(const reading *r, const dynox__tree *tree, dynox_value_type type, dynox_value *value,
                         unsigned depth)
{
    if (!check_kind(r, tree, content_kinds[type], false)) return false;
    switch (type) {
    case DYNOX_S: *value = dynox_string_n(tree->text, tree->length); return true;
    case DYNOX_N: return read_number(r, tree, value);
    case DYNOX_B: return read_bytes(r, tree, value);
    case DYNOX_BOOL: *value = dynox_bool(dynox__tree_is_true(tree)); return true;
    case DYNOX_NULL: return read_null(r, tree, value);
    case DYNOX_M:
    case DYNOX_L: return read_document(r, tree, type, value, depth);
    default: return read_set(r, tree, type, value);
    }
}

/* What is null is absent, and what is no type is of no interest. */
static bool read_value(const reading *r, const dynox__tree *tree, dynox_value *value, unsigned depth)
{
    unsigned types = 0;
    if (tree->kind != DYNOX__TREE_NULL && !check_kind(r, tree, DYNOX__KIND_STRUCTURE, true)) return false;
    for (const dynox__tree *member = tree->first; member; member = member->next) {
        dynox_value_type type = type_of(member);
        if (type == DYNOX_INVALID || member->kind == DYNOX__TREE_NULL) continue;
        types |= 1u << type;
        if (!read_content(r, member, type, value, depth)) return false;
    }
    if (!types)
        return refuse(r, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    return (types & (types - 1)) == 0 || refuse(r, "Supplied AttributeValue has more than one datatypes set, must "
                                                   "contain exactly one of the supported datatypes");
}

bool dynox__values_read(const dynox__tree *tree, dynox__arena *arena, dynox_value *value, dynox__refusal *refusal)
{
    return read_value(&(reading){arena, refusal}, tree, value, 1);
}

bool dynox__values_read_item(const dynox__tree *tree, dynox__arena *arena, dynox_item *item, dynox__refusal *refusal)
{
    reading r = {arena, refusal};
    return check_kind(&r, tree, DYNOX__KIND_MAP, false) && read_map(&r, tree, item, 1);
}

/* ---- kinds of JSON only ---- */

/* Of a type, or of the members of a set of it. */
static bool check_scalar(const reading *r, const dynox__tree *tree, dynox__kind kind, bool element)
{
    if (!check_kind(r, tree, kind, element)) return false;
    return kind != DYNOX__KIND_BLOB || dynox__base64_valid(tree->text, tree->length) || refuse_base64(r, tree);
}

static bool check_content(const reading *r, const dynox__tree *tree, dynox_value_type type)
{
    if (type < DYNOX_M) return check_scalar(r, tree, content_kinds[type], false);
    if (!check_kind(r, tree, content_kinds[type], false)) return false;
    for (const dynox__tree *element = tree->first; element; element = element->next) {
        if (element->kind == DYNOX__TREE_NULL) continue;
        bool fits = type == DYNOX_M || type == DYNOX_L
                        ? dynox__values_check_kinds(element, true, r->arena, r->refusal)
                        : check_scalar(r, element, type == DYNOX_BS ? DYNOX__KIND_BLOB : DYNOX__KIND_STRING, true);
        if (!fits) return false;
    }
    return true;
}

bool dynox__values_check_kinds(const dynox__tree *tree, bool element, dynox__arena *arena, dynox__refusal *refusal)
{
    reading r = {arena, refusal};
    if (!check_kind(&r, tree, DYNOX__KIND_STRUCTURE, element)) return false;
    for (const dynox__tree *member = tree->first; member; member = member->next) {
        dynox_value_type type = type_of(member);
        if (type == DYNOX_INVALID || member->kind == DYNOX__TREE_NULL) continue;
        if (!check_content(&r, member, type)) return false;
    }
    return true;
}
