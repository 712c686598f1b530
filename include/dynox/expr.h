/* Expressions: conditions, filters, key conditions and updates in DynamoDB's own grammar, with `?` for values.
 *
 *     DYNOX_EXPR("SET age = age + ?, tags = list_append(tags, ?) REMOVE nick", 1, DYNOX_LIST("vip"))
 *
 * Names are written as they are: every part of a path is sent as a placeholder, so that reserved words need no care.
 * A name that is one of the keywords of the grammar (AND OR NOT BETWEEN IN SET REMOVE ADD DELETE, in any case), or
 * true, false or null, or that has other characters than letters, digits, _, $ and @ in it, is written in backquotes;
 * a backquote in it as two: `first name`, `a.b`[0].c, `set`.
 *
 * An expression is checked, whole, before anything is sent: DYNOX_E_EXPRESSION with the column, DYNOX_E_VALUE with
 * the number of the `?`. docs/expressions.md has the grammar. */
#ifndef DYNOX_EXPR_H
#define DYNOX_EXPR_H

#include <dynox/literal.h>
#include <dynox/value.h>

DYNOX_EXTERN_C_BEGIN

/* An expression: borrows its text and its values unless it came from one of the functions that return one to be
 * freed. Never changed by the library: any number of threads may use one. */
typedef struct dynox_expr {
    const char        *text;   /* NUL-terminated */
    const dynox_value *values; /* one for each `?` */
    size_t             count;
    dynox_status       status_; /* what is wrong with it already, with the reason in `text`; internal */
    void              *owned_;  /* internal */
} dynox_expr;

/* An expression that owns copies of its text and of its values: for C++ and for texts made at run time. Free it with
 * dynox_expr_free. Never NULL, and nor are those below: an expression that could not be made (out of memory, an
 * invalid value) is one that every call refuses, since NULL would mean "no condition". */
DYNOX_API DYNOX_MUST_USE dynox_expr *dynox_expr_new(const char *text, size_t count, const dynox_value *values);

/* Conditions and filters made of others: (a) AND (b) ..., (a) OR (b) ..., NOT (a). They are copied, so they may go away
 * before the result, which is freed with dynox_expr_free. A NULL among them, or none at all, is an error as above. */
DYNOX_API DYNOX_MUST_USE dynox_expr *dynox_expr_all(size_t count, const dynox_expr *const *exprs);
DYNOX_API DYNOX_MUST_USE dynox_expr *dynox_expr_any(size_t count, const dynox_expr *const *exprs);
DYNOX_API DYNOX_MUST_USE dynox_expr *dynox_expr_and(const dynox_expr *a, const dynox_expr *b);
DYNOX_API DYNOX_MUST_USE dynox_expr *dynox_expr_or(const dynox_expr *a, const dynox_expr *b);
DYNOX_API DYNOX_MUST_USE dynox_expr *dynox_expr_not(const dynox_expr *expr);

/* Frees an expression of the functions above. NULL is fine; so is a DYNOX_EXPR(). */
DYNOX_API void dynox_expr_free(dynox_expr *expr);

/* The expression whose text is the first value and whose values are the rest; behind DYNOX_EXPR. Internal. */
static inline dynox_expr dynox_expr_of_(const dynox_value *parts, size_t count)
{
    dynox_expr expr = {parts->type == DYNOX_S ? parts->as.text : NULL, parts + 1, count - 1, DYNOX_OK, NULL};
    return expr;
}

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* DYNOX_EXPR("age > ? AND city = ?", 18, "Oslo"): the text, then the values as for DYNOX_VALUE, up to 63. A
 * `const dynox_expr *` that lives as long as the block it stands in. */
#define DYNOX_EXPR(...)                                                                                                \
    (&((const dynox_expr[]){dynox_expr_of_(DYNOX_ARRAY_(DYNOX_VALUE, __VA_ARGS__), DYNOX_COUNT_(__VA_ARGS__))})[0])
#endif
#endif
