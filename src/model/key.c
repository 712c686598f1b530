/* Keys of records: as they are, or as templates make them of a record that is half filled in. */
#include "base/hash.h"
#include "model/record.h"
#include "value/bind/member.h"
#include <string.h>

static dynox_status refuse(const dynox__model *model, const dynox__member *member, const char *missing,
                           dynox_error *error)
{
    const char *template_ = member->attribute->template_;
    if (template_ && missing)
        return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s: its template %s needs %s", model->name,
                               member->attribute->member_, template_, missing);
    return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s: the key is not set%s%s", model->name,
                           member->attribute->member_, template_ ? ", nor is all of its template " : "",
                           template_ ? template_ : "");
}

/* A part that is an integer is always there: who gives a whole key alone leaves a zero in it, which says nothing. */
static bool goes_with(const dynox__template *from, const void *record, dynox_room *room, const char *given,
                      dynox_error *error)
{
    bool        whole = true;
    const char *head  = dynox__template_head(from, record, room, &whole, error);
    return head && !whole && strncmp(given, head, strlen(head)) == 0;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What was loaded was not given: it stays while the parts of the template are as they were, and goes with them. The key
 * of the record itself stays also when parts are taken away. */
static dynox_status follow_parts(const dynox__model *model, const dynox__member *member, const void *record,
                                 dynox_room *room, const char **made, const char **given, dynox_error *error)
{
    const dynox__snapshot *was    = dynox__record_snapshot(record);
    const char            *loaded = was ? dynox__member_string(member, was->record) : NULL;
    const dynox__member   *missing;
    if (!loaded || !same_text(*given, loaded)) return DYNOX_OK;
    const char *before =
        dynox__template_build(model->templates[dynox__member_index(model, member)], was->record, room, &missing, error);
    if (!before && !missing) return error->status;
    bool is_key = member == model->partition || member == model->sort;
    if (same_text(*made, before) || (is_key && !*made))
        *made = NULL;
    else
        *given = NULL;
    return DYNOX_OK;
}

/* A key with a template: what that makes, or what was given, and not two different ones. INVALID: neither. */
static dynox_status by_template(const dynox__model *model, const dynox__member *member, const void *record,
                                dynox_room *room, dynox_value *value, const dynox__member **missing, dynox_error *error)
{
    const dynox__template *from  = model->templates[dynox__member_index(model, member)];
    const char            *given = dynox__member_string(member, record);
    const char            *made  = dynox__template_build(from, record, room, missing, error);
    if (given && !*given) given = NULL;
    if (!made && !*missing) return error->status;
    if (follow_parts(model, member, record, room, &made, &given, error) != DYNOX_OK) return error->status;
    if (made && given && strcmp(made, given) != 0 && goes_with(from, record, room, given, error)) made = NULL;
    if (error->status == DYNOX_E_NO_MEMORY) return error->status;
    if (made && given && strcmp(made, given) != 0)
        return dynox_error_set(error, DYNOX_E_VALUE, "%s.%s is \"%s\", but its template makes \"%s\"", model->name,
                               member->attribute->member_, given, made);
    *value = made || given ? dynox_string(made ? made : given) : dynox_invalid();
    return DYNOX_OK;
}

dynox_status dynox__key_optional(const dynox__model *model, const dynox__member *member, const void *record,
                                 dynox_room *room, dynox_value *value, const dynox__member **missing,
                                 dynox_error *error)
{
    *missing = NULL;
    *value   = dynox_invalid();
    if (dynox__member_unended(member, record)) return dynox__bind_refuse_unended(model->shape, member, error);
    if (model->templates[dynox__member_index(model, member)])
        return by_template(model, member, record, room, value, missing, error);
    if (dynox__member_absent(member, record)) return DYNOX_OK;
    const char *text = dynox__member_string(member, record);
    if (text && !*text) return DYNOX_OK; /* the service has no empty keys */
    return dynox__bind_store_member(model->shape, member, record, room, value, error);
}

dynox_status dynox__key_value(const dynox__model *model, const dynox__member *member, const void *record,
                              dynox_room *room, dynox_value *value, dynox_error *error)
{
    const dynox__member *missing;
    dynox_status         status = dynox__key_optional(model, member, record, room, value, &missing, error);
    if (status != DYNOX_OK || value->type != DYNOX_INVALID) return status;
    return refuse(model, member, missing ? missing->attribute->member_ : NULL, error);
}

dynox_status dynox__key_of(const dynox__model *model, const void *record, dynox_room *room, dynox_named_value key[2],
                           dynox_item *item, dynox_error *error)
{
    const dynox__member *members[2] = {model->partition, model->sort};
    size_t               count      = 0;
    for (; count < 2 && members[count]; count++) {
        dynox_value value;
        if (dynox__key_value(model, members[count], record, room, &value, error) != DYNOX_OK) return error->status;
        key[count] = dynox_named(members[count]->name, value);
    }
    *item = dynox_item_of(key, count);
    return DYNOX_OK;
}

/* ---- fingerprints: 62 bits, so that there is room for marks ---- */

static uint64_t add(uint64_t hash, const void *bytes, size_t size)
{
    hash = dynox__hash(hash, &size, sizeof size);
    return dynox__hash(hash, bytes, size);
}

static uint64_t finish(uint64_t hash)
{
    hash >>= 2;
    return hash ? hash : 1;
}

uint64_t dynox__key_fingerprint(const dynox_item *key)
{
    uint64_t hash = DYNOX__HASH_START;
    for (size_t i = 0; i < key->count; i++) {
        const dynox_value *value = &key->attributes[i].value;
        char               room[DYNOX_NUMBER_ROOM];
        size_t             size  = value->length;
        const void        *bytes = value->type == DYNOX_B ? (const void *)value->as.bytes : value->as.text;
        if (value->type == DYNOX_N) {
            bytes = dynox_value_as_number(value, room);
            size  = bytes ? strlen(bytes) : 0;
        } else if (value->type == DYNOX_S) {
            bytes = dynox_value_as_string(value);
            size  = bytes ? strlen(bytes) : 0;
        }
        hash = add(hash, bytes, size);
    }
    return finish(hash);
}

uint64_t dynox__key_fingerprint_loaded(const dynox__model *model, const void *record)
{
    dynox_named_value    key[2];
    dynox_item           item;
    dynox_room           room       = {0};
    size_t               count      = 0;
    const dynox__member *members[2] = {model->partition, model->sort};
    for (; count < 2 && members[count]; count++) {
        if (dynox__member_absent(members[count], record)) break;
        if (dynox__bind_store_member(model->shape, members[count], record, &room, &key[count].value, NULL) != DYNOX_OK)
            break;
    }
    item           = dynox_item_of(key, count);
    bool     whole = count == 2 || (count && !members[count]);
    uint64_t found = whole ? dynox__key_fingerprint(&item) : 0;
    dynox__room_free(&room);
    return found;
}

bool dynox_model_same_key(const dynox_model *declared, const void *a, const void *b)
{
    dynox_error         error = {0};
    dynox_room          room  = {0};
    dynox_named_value   keys[2][2];
    dynox_item          items[2];
    const dynox__model *model = a && b ? dynox__model_of(declared, &error) : NULL;
    bool                same  = model && dynox__key_of(model, a, &room, keys[0], &items[0], &error) == DYNOX_OK &&
                dynox__key_of(model, b, &room, keys[1], &items[1], &error) == DYNOX_OK &&
                dynox_item_equal(&items[0], &items[1]);
    dynox__room_free(&room);
    dynox_error_clear(&error);
    return same;
}
