/* The compiler of expressions: from DynamoDB's grammar with names and `?` to the same with #n and :v, and the two maps
 * that say what those are. One context serves all expressions of a request. */
#ifndef DYNOX_VALUE_EXPR_EXPR_H
#define DYNOX_VALUE_EXPR_EXPR_H

#include "base/buffer.h"
#include "value/expr/expr_resolver.h"
#include <dynox/expr.h>

/* X(symbol, name in messages) */
#define DYNOX__EXPR_KIND_TABLE(X)                                                                                      \
    X(KEY, "key condition")                                                                                            \
    X(FILTER, "filter expression")                                                                                     \
    X(CONDITION, "condition expression")                                                                               \
    X(UPDATE, "update expression")                                                                                     \
    X(PROJECTION, "projection")

typedef enum dynox__expr_kind {
#define DYNOX__EXPR_KIND_ENUM(symbol, name) DYNOX__EXPR_##symbol,
    DYNOX__EXPR_KIND_TABLE(DYNOX__EXPR_KIND_ENUM)
#undef DYNOX__EXPR_KIND_ENUM
} dynox__expr_kind;

typedef struct dynox__expr_argument {
    const dynox_value *value; /* borrowed, or the resolver's */
    dynox__expr_kind   kind;  /* where it stood, for messages */
    size_t             number, count;
} dynox__expr_argument;

/* Zero is an empty context. The expressions given to it must live as long. */
enum { DYNOX__EXPR_AND = 1, DYNOX__EXPR_OR = 2 };

typedef struct dynox__expr_context {
    dynox__arena          arena;
    dynox__expr_name     *names; /* each once: in an expression's text, unquoted in the arena, or the resolver's */
    size_t                name_count, name_room;
    dynox__expr_argument *values;
    size_t                value_count, value_room;
    unsigned              joined; /* by what the last condition is joined outside of parentheses: AND, OR */

    /* Of the expressions written from now on; borrowed. NULL: names are stored names, and values are sent as given. May
     * change from one expression to the next: equal stored names share a placeholder, however they were written. */
    const dynox__expr_resolver *resolver;
} dynox__expr_context;

/* A copy to be freed; never NULL (see dynox_expr_new). One that is wrong stays wrong for the same reason. */
dynox_expr *dynox__expr_copy(const dynox_expr *expr);

void dynox__expr_context_free(dynox__expr_context *context);

/* Writes the expression, checked, as the content of a JSON string (no quotes; nothing in it needs escaping), and
 * collects its names and values. DYNOX_OK; DYNOX_E_EXPRESSION; DYNOX_E_VALUE; DYNOX_E_NO_MEMORY: of the context
 * (that of the buffer is the buffer's to tell). On an error the context is good for nothing more. */
dynox_status dynox__expr_write(dynox__expr_context *context, dynox__expr_kind kind, const dynox_expr *expr,
                               dynox__buffer *buffer, dynox_error *error);

/* The same for a projection, "a, b.c[0]". */
static inline dynox_status dynox__expr_write_projection(dynox__expr_context *context, const char *text,
                                                        dynox__buffer *buffer, dynox_error *error)
{
    dynox_expr expr = {text, NULL, 0, DYNOX_OK, NULL};
    return dynox__expr_write(context, DYNOX__EXPR_PROJECTION, &expr, buffer, error);
}

/* Write ,"ExpressionAttributeNames":{...} and ,"ExpressionAttributeValues":{...} with the leading comma; nothing if
 * there are none. */
dynox_status dynox__expr_write_names(const dynox__expr_context *context, dynox__buffer *buffer, dynox_error *error);
dynox_status dynox__expr_write_values(const dynox__expr_context *context, dynox__buffer *buffer, dynox_error *error);

#endif
