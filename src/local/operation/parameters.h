/* Parameters that several operations have: expressions and the older ones that they cannot be mixed with, what is to be
 * shown of an item. */
#ifndef DYNOX_LOCAL_OPERATION_PARAMETERS_H
#define DYNOX_LOCAL_OPERATION_PARAMETERS_H

#include "local/evaluate/evaluate.h"
#include "local/table/table.h"

/* The expressions of an operation and its older parameters, in the order in which messages have them; NULL ends each.
 */
typedef struct dynox__parameters {
    const char *const *expressions, *const *others;
} dynox__parameters;

/* Refuses both kinds together, and names and values without an expression. */
bool dynox__parameters_check(dynox__local_call *call, const dynox__tree *request, const dynox__parameters *parameters);

/* Refuses a ConditionalOperator that joins nothing: `conditions` is what it would join, NULL if absent. */
bool dynox__parameters_joined(dynox__local_call *call, const dynox__tree *request, const dynox__tree *conditions);

/* AttributesToGet and ProjectionExpression. *projection stays as it is where neither is given. The older one is read
 * first, before the names of expressions (NULL then: none is read). */
bool dynox__parameters_attributes(dynox__local_call *call, const dynox__tree *request, dynox__projection **projection);
bool dynox__parameters_projection(dynox__local_call *call, const dynox__tree *request, dynox__names *names,
                                  dynox__projection **projection);

/* A request that has a projection and no other expression, which GetItem, BatchGetItem and TransactGetItems have in
 * common: the first of its checks, and the rest but for its keys. *projection NULL: the whole item. */
bool dynox__parameters_check_get(dynox__local_call *call, const dynox__tree *request);
bool dynox__parameters_read_get(dynox__local_call *call, const dynox__tree *request, dynox__projection **projection);

/* Writes what a projection (NULL: all) leaves of an item. */
bool dynox__projected_write(dynox__local_call *call, const dynox__stored *stored, const dynox__projection *projection,
                            dynox__buffer *answer);

/* Refuses with ValidationException; false, for `return`. */
#define DYNOX__REFUSE_INVALID(call, ...)                                                                               \
    dynox__refuse(&(call)->refusal, (call)->arena, DYNOX__REFUSAL_VALIDATION, __VA_ARGS__)

/* What some refusals of operations begin with in the newer generation of words. */
static inline const char *dynox__new_words(const dynox__local_call *call)
{
    return call->settings->old_words ? "" : "1 validation error detected: ";
}

/* A text of the request as a member, for functions that take one. */
static inline dynox__tree dynox__text_tree(const char *text, size_t length)
{
    return (dynox__tree){.kind = DYNOX__TREE_TEXT, .text = text, .length = length};
}

#endif
