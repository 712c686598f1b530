/* Whom the compiler of expressions asks about names and values: with a typed model, an expression speaks of C members
 * and C values. The compiler knows no models, and a model no grammar; "attributes" are the resolver's own pointers. */
#ifndef DYNOX_VALUE_EXPR_EXPR_RESOLVER_H
#define DYNOX_VALUE_EXPR_EXPR_RESOLVER_H

#include "base/arena.h"
#include <dynox/value.h>

typedef struct dynox__expr_name {
    const char *text; /* no NUL at its end */
    size_t      length;
} dynox__expr_name;

/* How a value stands beside an attribute. */
typedef enum dynox__expr_role {
    DYNOX__EXPR_WHOLE,  /* a = ?, a IN (?), SET a = ?, DELETE a ?: it is of the attribute's own type */
    DYNOX__EXPR_SUM,    /* SET a = b + ?, ADD a ?: it is added to a number, or to a set */
    DYNOX__EXPR_PREFIX, /* begins_with(a, ?): how what is stored begins */
    DYNOX__EXPR_PART    /* contains(a, ?): an element of a list or of a set, a piece of a text */
} dynox__expr_role;

/* All functions are called by the thread that writes the expression, while it does. They fail by returning false (NULL)
 * with the error set: in words that name the attribute but no place, since the compiler puts that in front. Its status
 * tells only whether memory ran out (DYNOX_E_NO_MEMORY). */
typedef struct dynox__expr_resolver dynox__expr_resolver;
struct dynox__expr_resolver {
    /* Finds a member of `scope`, NULL for the record itself. *name has the member's name, and gets the one it is stored
     * under, which must live as long as the context. *attribute, which is NULL, gets what the member is. Where members
     * are not known (below a map with any keys), both stay as they are: whatever follows is stored as it is called. */
    bool (*member)(const dynox__expr_resolver *self, const void *scope, dynox__expr_name *name, const void **attribute,
                   dynox_error *error);

    /* What an element of the list `list` is; *attribute is NULL and stays so if that is not known. */
    bool (*element)(const dynox__expr_resolver *self, const void *list, const void **attribute, dynox_error *error);

    /* The value to be sent for `given`, which stands beside `attribute`: itself, or another one that lives in the arena
     * or as long as the context. What was given is not DYNOX_INVALID and no empty set, but what is in it is not
     * checked. What is returned is checked like any value when it is written. */
    const dynox_value *(*value)(const dynox__expr_resolver *self, const void *attribute, dynox__expr_role role,
                                dynox__arena *arena, const dynox_value *given, dynox_error *error);
};

#endif
