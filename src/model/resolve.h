/* Expressions of models: names are C members, values are C values (src/value/expr/expr_resolver.h). */
#ifndef DYNOX_MODEL_RESOLVE_H
#define DYNOX_MODEL_RESOLVE_H

#include "model/model.h"
#include "value/expr/expr_resolver.h"

typedef struct dynox__resolver {
    dynox__expr_resolver base; /* first */
    const dynox__model  *model;
    dynox_room           room; /* of values that kinds of the program's own make */
} dynox__resolver;

/* Fills it in, and returns it for dynox__expr_context.resolver; end it with dynox__resolver_end when the request is
 * written. */
const dynox__expr_resolver *dynox__resolver_init(dynox__resolver *self, const dynox__model *model);
void                        dynox__resolver_end(dynox__resolver *self);

#endif
