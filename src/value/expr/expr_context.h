/* What the parser of expressions needs of the context: placeholders for names and values. */
#ifndef DYNOX_VALUE_EXPR_EXPR_CONTEXT_H
#define DYNOX_VALUE_EXPR_EXPR_CONTEXT_H

#include "value/expr/expr.h"

/* The number n of #n for a name, new or old. `text` must live as long as the context. false: out of memory. */
bool dynox__expr_context_name(dynox__expr_context *context, const char *text, size_t length, size_t *n);
/* The number v of :v for a value, always a new one. */
bool dynox__expr_context_value(dynox__expr_context *context, dynox__expr_argument value, size_t *v);

/* "update expression" */
const char *dynox__expr_kind_name(dynox__expr_kind kind);

#endif
