/* A struct with what templates can be of; its template is chosen when a test runs. */
#ifndef DYNOX_TEST_TEMPLATED_H
#define DYNOX_TEST_TEMPLATED_H

#include "base/alloc.h"
#include "model/template.h"
#include <dynox/model_macros.h>

typedef enum colour { RED, GREEN, OTHER = 7 } colour;
static const dynox_enum_name colours[] = {{RED, "red"}, {GREEN, "green"}, {OTHER, NULL}};

typedef struct user {
    const char *pk, *sk, *name, *email, *amount;
    char        code[8], nick[8];
    int64_t     age, number, created, version;
    uint64_t    wide;
    int8_t      small;
    time_t      day;
    colour      colour;
    bool        active, has_age;
} user;

/* email, nick, number, wide and small are only stored in keys. */
static const dynox_attribute user_attributes[] = {
    DYNOX_PARTITION_KEY(user, pk),     DYNOX_SORT_KEY(user, sk),
    DYNOX_STRING(user, name),          DYNOX_KEY_PART(user, email),
    DYNOX_NUMBER(user, amount),        DYNOX_STRING(user, code),
    DYNOX_KEY_PART(user, nick),        DYNOX_INT(user, age, .optional = DYNOX_HAS(user, has_age)),
    DYNOX_KEY_PART(user, number),      DYNOX_DATETIME(user, created, .precision = DYNOX_MILLISECONDS),
    DYNOX_VERSION(user, version),      DYNOX_KEY_PART(user, wide),
    DYNOX_KEY_PART(user, small),       DYNOX_DATETIME(user, day),
    DYNOX_ENUM(user, colour, colours), DYNOX_BOOLEAN(user, active),
};

/* The attributes with a template of pk, as a model that has nothing else. */
typedef struct templated {
    dynox_attribute        attributes[sizeof user_attributes / sizeof *user_attributes];
    dynox_shape            declared;
    struct dynox__shape   *shape;
    dynox__model           model;
    const dynox__template *made; /* NULL: error tells why */
    dynox_error            error;
    dynox_room             room;
} templated;

static inline dynox_attribute *attribute_of(templated *t, const char *member)
{
    dynox_attribute *it = t->attributes;
    while (strcmp(it->member_, member) != 0)
        it++;
    return it;
}

static inline void templated_prepare(templated *t)
{
    memset(t, 0, sizeof *t);
    memcpy(t->attributes, user_attributes, sizeof user_attributes);
    t->declared = (dynox_shape){.name       = "user",
                                .size       = sizeof(user),
                                .attributes = t->attributes,
                                .count      = sizeof user_attributes / sizeof *user_attributes,
                                .made_      = &t->shape};
}

static inline bool templated_make(templated *t, const char *member)
{
    t->model.shape = dynox__shape_of(&t->declared, &t->error);
    t->model.name  = "user";
    if (t->model.shape)
        t->made =
            dynox__template_new(&t->model, dynox__shape_member(t->model.shape, member, strlen(member)), &t->error);
    return t->made;
}

static inline bool templated_begin(templated *t, const char *template_text, bool escape)
{
    templated_prepare(t);
    attribute_of(t, "pk")->template_ = template_text;
    attribute_of(t, "pk")->escape    = escape;
    return templated_make(t, "pk");
}

static inline void templated_end(templated *t)
{
    dynox__template_free(t->made);
    if (t->shape) dynox__free((void *)(uintptr_t)t->shape->slots);
    dynox__free(t->shape);
    dynox__room_free(&t->room);
}

#endif
