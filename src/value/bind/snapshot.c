/* Snapshots: a record as it was, and whether a member still is so. Without `texts` they take what cannot change as it
 * is, by its address; what can be edited in place (arrays, and structs in them) is copied. */
#include "base/alloc.h"
#include "value/bind/bind.h"
#include "value/bind/member.h"
#include "value/item/value.h"

typedef struct keeper {
    dynox_room  *room;
    dynox_error *error;
    bool         texts;
} keeper;

static bool has_equal(const dynox_kind *kind)
{
    return kind->equal && kind->equal(NULL, NULL);
}

/* ---- taking ---- */

static dynox_status copy_bytes(keeper *k, const char **pointer, size_t size)
{
    const char *copy = dynox__arena_copy(&k->room->arena, *pointer, size);
    if (!copy) return dynox__bind_no_memory(k->error);
    *pointer = copy;
    return DYNOX_OK;
}

/* A text or a blob that a copied struct or array still shares with the record: at `place`, which is changed. */
static dynox_status copy_text(keeper *k, char *place)
{
    const char  *text   = dynox__pointer_at(place);
    dynox_status status = text ? copy_bytes(k, &text, strlen(text)) : DYNOX_OK;
    memcpy(place, &text, sizeof text);
    return status;
}

static dynox_status copy_blob(keeper *k, char *place)
{
    dynox_blob   blob   = dynox__blob_at(place);
    const char  *bytes  = (const char *)blob.bytes;
    dynox_status status = bytes ? copy_bytes(k, &bytes, blob.size) : DYNOX_OK;
    blob.bytes          = bytes;
    memcpy(place, &blob, sizeof blob);
    return status;
}

static dynox_status unshare_struct(keeper *k, const dynox__shape *shape, char *copy);

static dynox_status unshare_elements(keeper *k, const dynox__member *member, char *at, size_t count)
{
    dynox_status status = DYNOX_OK;
    for (size_t i = 0; i < count && !status; i++) {
        char *element = at + i * member->element;
        if (member->kind == DYNOX_KIND_STRUCTS_)
            status = unshare_struct(k, member->inner, element);
        else if (k->texts && member->kind == DYNOX_KIND_BLOB_SET_)
            status = copy_blob(k, element);
        else if (k->texts && (member->kind == DYNOX_KIND_STRINGS_ || member->kind == DYNOX_KIND_STRING_SET_))
            status = copy_text(k, element);
        else
            return DYNOX_OK; /* numbers */
    }
    return status;
}

static dynox_status unshare_many(keeper *k, const dynox__member *member, char *place)
{
    dynox__many many = dynox__many_at(place);
    size_t      size;
    char *at = dynox__mul_size(many.count, member->element, &size) ? (char *)dynox_room_alloc(k->room, size) : NULL;
    if (!at) return dynox__bind_no_memory(k->error);
    if (size) memcpy(at, many.at, size);
    many.at = at;
    memcpy(place, &many, sizeof many);
    return unshare_elements(k, member, at, many.count);
}

static dynox_status unshare_member(keeper *k, const dynox__member *member, char *copy)
{
    char *place = copy + member->offset;
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_COMPRESSED_:
    case DYNOX_KIND_NUMBER_: return k->texts ? copy_text(k, place) : DYNOX_OK;
    case DYNOX_KIND_BLOB_: return k->texts ? copy_blob(k, place) : DYNOX_OK;
    case DYNOX_KIND_STRUCT_: return unshare_struct(k, member->inner, place);
    default: return dynox__is_list(member->kind) ? unshare_many(k, member, place) : DYNOX_OK;
    }
}

/* What is absent is not looked at, now and later. */
static dynox_status unshare_struct(keeper *k, const dynox__shape *shape, char *copy)
{
    dynox_status status = DYNOX_OK;
    if (shape->is_flat && !k->texts) return DYNOX_OK;
    for (size_t i = 0; i < shape->count && !status; i++) {
        const dynox__member *member = &shape->members[i];
        if (!member->is_deep && !dynox__member_absent(member, copy)) status = unshare_member(k, member, copy);
    }
    return status;
}

static dynox_status copy_value(keeper *k, const dynox__shape *shape, const dynox__member *member, dynox_value *value)
{
    size_t       size   = 0;
    dynox_status status = dynox__value_measure(value, &size);
    if (status == DYNOX_E_VALUE)
        return dynox__bind_refuse(shape, member, k->error, "there is a value in it that cannot be stored");
    char *room = status ? NULL : (char *)dynox_room_alloc(k->room, size);
    if (!room) return dynox__bind_no_memory(k->error);
    *value = dynox__value_copy(value, &room);
    return DYNOX_OK;
}

/* A custom member that has an `equal` is compared with one that was loaded from what it is stored as: its bytes alone
 * may point to what the program frees or edits. */
static dynox_status keep_custom(keeper *k, const dynox__shape *shape, const dynox__member *member,
                                const dynox_value *value, char *copy)
{
    const dynox_kind *kind = (const dynox_kind *)member->attribute->inner_;
    if (member->kind != DYNOX_KIND_CUSTOM_ || !has_equal(kind)) return DYNOX_OK;
    dynox_error inner = {0};
    memset(copy + member->offset, 0, member->size);
    dynox_status status = kind->load(value, k->room, copy + member->offset, &inner);
    if (status)
        dynox_error_set(k->error, status, "%s.%s: what its kind stores, it does not load: %s", shape->name,
                        member->attribute->member_, inner.message);
    dynox_error_clear(&inner);
    return status;
}

static dynox_status keep_deep(keeper *k, const dynox__shape *shape, const void *record, char *copy, dynox_value *deep)
{
    dynox_status status = DYNOX_OK;
    for (size_t i = 0; i < shape->count && !status; i++) {
        const dynox__member *member = &shape->members[i];
        if (!member->is_deep) continue;
        dynox_value *value = &deep[member->deep];
        *value             = dynox_invalid();
        if (dynox__member_absent(member, record)) continue;
        bool is_shared = member->kind == DYNOX_KIND_VALUE_ || member->kind == DYNOX_KIND_EXTRA_;
        status         = dynox__bind_store_member(shape, member, record, k->room, value, k->error);
        if (!status && (k->texts || !is_shared)) status = copy_value(k, shape, member, value);
        if (!status) status = keep_custom(k, shape, member, value, copy);
    }
    return status;
}

dynox_status dynox__snapshot_take(const dynox__shape *shape, const void *record, bool texts, dynox_room *room,
                                  dynox__snapshot *snapshot, dynox_error *error)
{
    keeper k    = {room, error, texts};
    char  *copy = (char *)dynox_room_alloc(room, shape->size);
    if (!copy) return dynox__bind_no_memory(error);
    memcpy(copy, record, shape->size);
    dynox_value *deep   = NULL;
    dynox_status status = unshare_struct(&k, shape, copy);
    if (!status && shape->deep_count) {
        deep   = (dynox_value *)dynox_room_alloc(room, shape->deep_count * sizeof *deep);
        status = deep ? keep_deep(&k, shape, record, copy, deep) : dynox__bind_no_memory(error);
    }
    if (!status) *snapshot = (dynox__snapshot){copy, deep};
    return status;
}

/* Deep members are only what was kept of them: what their bytes point to may be gone. */
static dynox_status copy_deep(keeper *k, const dynox__shape *shape, const dynox__snapshot *from, char *copy,
                              dynox_value *deep)
{
    dynox_status status = DYNOX_OK;
    for (size_t i = 0; i < shape->count && !status; i++) {
        const dynox__member *member = &shape->members[i];
        if (!member->is_deep) continue;
        dynox_value *value = &deep[member->deep];
        *value             = from->deep[member->deep];
        if (value->type == DYNOX_INVALID) continue;
        status = copy_value(k, shape, member, value);
        if (!status) status = keep_custom(k, shape, member, value, copy);
    }
    return status;
}

dynox_status dynox__snapshot_copy(const dynox__shape *shape, const dynox__snapshot *from, dynox_room *room,
                                  dynox__snapshot *snapshot, dynox_error *error)
{
    keeper k    = {room, error, true};
    char  *copy = (char *)dynox_room_alloc(room, shape->size);
    if (!copy) return dynox__bind_no_memory(error);
    memcpy(copy, from->record, shape->size);
    dynox_value *deep   = NULL;
    dynox_status status = unshare_struct(&k, shape, copy);
    if (!status && shape->deep_count) {
        deep   = (dynox_value *)dynox_room_alloc(room, shape->deep_count * sizeof *deep);
        status = deep ? copy_deep(&k, shape, from, copy, deep) : dynox__bind_no_memory(error);
    }
    if (!status) *snapshot = (dynox__snapshot){copy, deep};
    return status;
}

/* ---- comparing ---- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* By what they are worth: 1 and 1.0 are one number. */
static bool same_number(const char *a, const char *b)
{
    if (same_text(a, b)) return true;
    if (!a || !b) return false;
    size_t a_length = strlen(a), b_length = strlen(b);
    return !dynox__number_check(a, a_length) && !dynox__number_check(b, b_length) &&
           dynox__number_compare(a, a_length, b, b_length) == 0;
}

static bool same_blob(dynox_blob a, dynox_blob b)
{
    return a.size == b.size &&
           (a.bytes == b.bytes || (a.bytes && b.bytes && (!a.size || memcmp(a.bytes, b.bytes, a.size) == 0)));
}

static bool same_member(const dynox__member *member, const void *a, const void *b);

static bool same_struct(const dynox__shape *shape, const void *a, const void *b)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->members[i].is_stored && !same_member(&shape->members[i], a, b)) return false;
    return true;
}

static bool same_many(const dynox__member *member, const char *a, const char *b)
{
    dynox__many x = dynox__many_at(a), y = dynox__many_at(b);
    if (dynox__is_set(member->kind)) return dynox__set_same(member, &x, &y);
    if (x.count != y.count) return false;
    for (size_t i = 0; i < x.count; i++) {
        const char *one = x.at + i * member->element, *other = y.at + i * member->element;
        bool        same = member->kind == DYNOX_KIND_STRUCTS_ ? same_struct(member->inner, one, other)
                           : member->kind == DYNOX_KIND_STRINGS_ ? same_text(dynox__pointer_at(one), dynox__pointer_at(other))
                                                                 : memcmp(one, other, member->element) == 0;
        if (!same) return false;
    }
    return true;
}

static bool same_content(const dynox__member *member, const char *a, const char *b)
{
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_COMPRESSED_: return same_text(dynox__pointer_at(a), dynox__pointer_at(b));
    case DYNOX_KIND_NUMBER_: return same_number(dynox__pointer_at(a), dynox__pointer_at(b));
    case DYNOX_KIND_CHARS_: return strncmp(a, b, member->size) == 0;
    case DYNOX_KIND_BLOB_: return same_blob(dynox__blob_at(a), dynox__blob_at(b));
    case DYNOX_KIND_STRUCT_: return same_struct(member->inner, a, b);
    default: break;
    }
    if (dynox__is_list(member->kind)) return same_many(member, a, b);
    return memcmp(a, b, member->size) == 0;
}

/* Nearly always nothing has changed: the same bytes are the same scalar, the same address is the same text. */
static inline bool is_untouched(const dynox__member *member, const char *a, const char *b)
{
    if (member->kind > DYNOX_KIND_ENUM_ || (member->has && a[member->has - 1] != b[member->has - 1])) return false;
    a += member->offset;
    b += member->offset;
    return member->size == 8 ? memcmp(a, b, 8) == 0 : memcmp(a, b, member->size) == 0; /* 8 takes no call */
}

/* Of members that are not deep. */
static bool same_member(const dynox__member *member, const void *a, const void *b)
{
    if (is_untouched(member, (const char *)a, (const char *)b)) return true;
    bool is_absent = dynox__member_absent(member, a);
    if (is_absent != dynox__member_absent(member, b)) return false;
    return is_absent || same_content(member, dynox__member_at(member, a), dynox__member_at(member, b));
}

static bool same_value(const dynox_value *a, const dynox_value *b)
{
    bool is_same_array = (a->type == DYNOX_M || a->type == DYNOX_L) && a->type == b->type && a->length == b->length &&
                         a->as.list == b->as.list;
    return is_same_array || dynox_value_equal(a, b);
}

static bool same_deep(const dynox__shape *shape, const dynox__member *member, const void *record,
                      const dynox__snapshot *snapshot)
{
    const dynox_kind *kind = (const dynox_kind *)member->attribute->inner_;
    if (member->kind == DYNOX_KIND_CUSTOM_ && has_equal(kind) &&
        kind->equal(dynox__member_at(member, record), dynox__member_at(member, snapshot->record)))
        return true;
    dynox_room  room = {0};
    dynox_value value;
    bool        same = dynox__bind_store_member(shape, member, record, &room, &value, NULL) == DYNOX_OK &&
                same_value(&value, &snapshot->deep[member->deep]);
    dynox__room_free(&room);
    return same;
}

bool dynox__snapshot_same(const dynox__shape *shape, const dynox__member *member, const void *record,
                          const dynox__snapshot *snapshot)
{
    if (!member->is_deep) return same_member(member, record, snapshot->record);
    bool is_absent  = dynox__member_absent(member, record);
    bool was_absent = snapshot->deep[member->deep].type == DYNOX_INVALID;
    return is_absent || was_absent ? is_absent == was_absent : same_deep(shape, member, record, snapshot);
}
