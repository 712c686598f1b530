/* Structs from values: for items that are there already, and for all that does not come as the fast way of bind_read.c
 * expects it. */
#include "value/bind/bind.h"
#include "value/bind/bind_put.h"
#include "value/bind/load_scalar.h"
#include "value/bind/member.h"

static dynox_status no_memory(const dynox__target *target)
{
    return dynox_error_set(target->error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* ---- lists and sets ---- */

/* Is a list or set that is stored like this read into a member of that kind? What is in it is seen at its elements. */
static bool is_read(uint8_t kind, const dynox_value *value)
{
    switch (kind) {
    case DYNOX_KIND_STRUCTS_: return value->type == DYNOX_L;
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_: return value->type == DYNOX_L || value->type == DYNOX_SS;
    case DYNOX_KIND_BLOB_SET_: return value->type == DYNOX_L || value->type == DYNOX_BS;
    default: return value->type == DYNOX_L || value->type == DYNOX_NS;
    }
}

static dynox_status load_map(const dynox__target *target, const dynox_value *value, void *to)
{
    return dynox__bind_load(target->member->inner, value->as.map, value->length, target->room, to, target->error);
}

/* Sets of numbers are written as lists of texts by pydynox. */
static dynox_value as_number(const dynox__target *target, const dynox_value *value)
{
    dynox_value element = *value;
    bool        is_set  = target->member->kind == DYNOX_KIND_INT_SET_ || target->member->kind == DYNOX_KIND_DOUBLE_SET_;
    if (is_set && value->type == DYNOX_S && dynox__number_valid(value->as.text, value->length)) element.type = DYNOX_N;
    return element;
}

static dynox_status load_element(const dynox__target *target, const dynox_value *value, void *element)
{
    const char  *text;
    dynox_value  number;
    dynox_status status;
    switch (target->member->kind) {
    case DYNOX_KIND_STRUCTS_:
        if (value->type != DYNOX_M) return dynox__load_element_mismatch(target, value);
        return load_map(target, value, element);
    case DYNOX_KIND_STRINGS_:
    case DYNOX_KIND_STRING_SET_:
        status = dynox__load_text(target, value, &text);
        if (status == DYNOX_OK) memcpy(element, &text, sizeof text);
        return status;
    case DYNOX_KIND_BLOB_SET_: return dynox__load_blob(target, value, element);
    case DYNOX_KIND_INTS_:
    case DYNOX_KIND_INT_SET_:
        number = as_number(target, value);
        return dynox__load_int(target, &number, sizeof(int64_t), true, element);
    case DYNOX_KIND_DOUBLES_:
    case DYNOX_KIND_DOUBLE_SET_:
        number = as_number(target, value);
        return dynox__load_double(target, &number, sizeof(double), element);
    default: return dynox__load_element_mismatch(target, value);
    }
}

static dynox_status load_list(const dynox__target *target, const dynox_value *value, void *to)
{
    dynox__many many = {NULL, value->length};
    size_t      size;
    if (!is_read(target->member->kind, value)) return dynox__load_mismatch(target, value);
    if (!dynox__mul_size(many.count, target->member->element, &size)) return no_memory(target);
    char *array = dynox__arena_alloc(&target->room->arena, size); /* not NULL, though it be empty */
    if (!array) return no_memory(target);
    memset(array, 0, size);
    many.at = array;
    for (size_t i = 0; i < many.count; i++) {
        dynox_status status = load_element(target, &value->as.list[i], array + i * target->member->element);
        if (status) return status;
    }
    memcpy(to, &many, sizeof many);
    return DYNOX_OK;
}

dynox_status dynox__bind_load_element(const dynox__shape *shape, const dynox__member *member, const dynox_value *value,
                                      dynox_room *room, void *element, dynox_error *error)
{
    const dynox__target target = {shape, member, room, error};
    return load_element(&target, value, element);
}

/* ---- members ---- */

dynox_status dynox__bind_load_member(const dynox__shape *shape, const dynox__member *member, const dynox_value *value,
                                     dynox_room *room, void *record, dynox_error *error)
{
    const dynox__target target = {shape, member, room, error};
    void               *to     = (char *)record + member->offset;
    dynox_status        status;
    if (value->type == DYNOX_NULL && member->kind != DYNOX_KIND_VALUE_) return DYNOX_OK;
    if (member->kind == DYNOX_KIND_STRUCT_)
        status = value->type == DYNOX_M ? load_map(&target, value, to) : dynox__load_mismatch(&target, value);
    else if (dynox__is_list(member->kind))
        status = load_list(&target, value, to);
    else
        status = dynox__load_scalar(&target, value, to);
    if (status == DYNOX_OK) dynox__put_has(member, record);
    return status;
}

/* ---- all members ---- */

/* What no member has, into the DYNOX_EXTRA. */
static dynox_status load_extra(const dynox__shape *shape, const dynox_named_value *attributes, size_t count,
                               size_t unknown, dynox_room *room, void *record, dynox_error *error)
{
    const dynox__target target = {shape, shape->extra, room, error};
    dynox_named_value  *extra  = dynox__arena_alloc(&room->arena, unknown * sizeof *extra);
    if (!extra) return no_memory(&target);
    const dynox_item item = {extra, unknown, NULL};
    for (size_t i = 0; i < count; i++)
        if (!dynox__shape_stored(shape, attributes[i].name, attributes[i].name_length)) *extra++ = attributes[i];
    memcpy((char *)record + shape->extra->offset, &item, sizeof item);
    return DYNOX_OK;
}

dynox_status dynox__bind_load(const dynox__shape *shape, const dynox_named_value *attributes, size_t count,
                              dynox_room *room, void *record, dynox_error *error)
{
    size_t unknown = 0;
    for (size_t i = 0; i < count; i++) {
        const dynox__member *member = dynox__shape_stored(shape, attributes[i].name, attributes[i].name_length);
        unknown += !member;
        if (!member) continue;
        dynox_status status = dynox__bind_load_member(shape, member, &attributes[i].value, room, record, error);
        if (status) return status;
    }
    return unknown && shape->extra ? load_extra(shape, attributes, count, unknown, room, record, error) : DYNOX_OK;
}
