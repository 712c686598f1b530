/* Expressions that own themselves: made at run time, and made of others. */
#include "value/expr/expr.h"
#include "base/alloc.h"
#include "value/item/value.h"

/* What could not be made. NULL would mean "no condition", and then a condition that failed for lack of memory would
 * let a write through. */
static const dynox_expr out_of_memory = {"out of memory", NULL, 0, DYNOX_E_NO_MEMORY, NULL};
static const dynox_expr no_text       = {"the text of an expression is NULL", NULL, 0, DYNOX_E_EXPRESSION, NULL};
static const dynox_expr no_operand    = {"an expression to be combined is NULL, or there are none", NULL, 0,
                                         DYNOX_E_ARGUMENT, NULL};
static const dynox_expr bad_value = {"a value of an expression has a NULL pointer in it or is nested too deeply", NULL,
                                     0, DYNOX_E_VALUE, NULL};

/* Nobody writes to them: dynox_expr_free knows them by owned_. */
static dynox_expr *refused(const dynox_expr *why)
{
    return (dynox_expr *)why;
}

/* A value that is invalid itself is kept, so that the call it is used in can tell which one it is. */
static bool is_kept(const dynox_value *value)
{
    return value->type == DYNOX_INVALID;
}

static dynox_status measure(const dynox_expr *expr, size_t *size)
{
    dynox_status status = DYNOX_OK;
    for (size_t i = 0; i < expr->count && !status; i++)
        if (!is_kept(&expr->values[i])) status = dynox__value_measure(&expr->values[i], size);
    return status;
}

/* A refused expression with a message of its own. */
static dynox_expr *refused_with(const dynox_error *error)
{
    size_t      size = strlen(error->message) + 1;
    dynox_expr *made = dynox__malloc(sizeof *made + size);
    if (!made) return refused(&out_of_memory);
    memcpy(made + 1, error->message, size);
    *made = (dynox_expr){.text = (const char *)(made + 1), .status_ = error->status, .owned_ = made};
    return made;
}

/* Each part must be right by itself: "a = ?) OR (b = ?" must not become right by the parentheses that are put around
 * it, and mean something else. NULL: it is, and *joined tells by what it is joined itself. What was refused before
 * keeps its reason: that tells where, however deep it is now. */
static dynox_expr *check(const dynox_expr *expr, size_t number, unsigned *joined)
{
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    dynox_error         cause = {0}, error = {0};
    if (!expr) return refused(&no_operand);
    if (expr->status_ && !expr->owned_) return refused(expr);
    if (expr->status_) {
        dynox_error_set(&error, expr->status_, "%s", expr->text);
        return refused_with(&error);
    }
    dynox_status status = dynox__expr_write(&context, DYNOX__EXPR_CONDITION, expr, &buffer, &cause);
    if (!status && buffer.failed) status = DYNOX_E_NO_MEMORY;
    *joined = context.joined;
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
    if (!status) return NULL;
    dynox_error_set(&error, status, "part %zu: %s", number, cause.message);
    return refused_with(&error);
}

/* The expressions joined in one block: the struct, the values, what they point to, the text. */
static dynox_expr *join(const char *before, const char *between, size_t count, const dynox_expr *const *exprs,
                        const bool *enclosed)
{
    size_t size = sizeof(dynox_expr), text = 1, values = 0, nodes;
    for (size_t i = 0; i < count; i++) {
        size_t around = strlen(before) + strlen(between) + 2;
        if (!dynox__add_size(text, strlen(exprs[i]->text) + around, &text)) return refused(&out_of_memory);
        if (!dynox__add_size(values, exprs[i]->count, &values)) return refused(&out_of_memory);
        dynox_status status = measure(exprs[i], &size);
        if (status) return refused(status == DYNOX_E_VALUE ? &bad_value : &out_of_memory);
    }
    if (!dynox__mul_size(values, sizeof(dynox_value), &nodes) || !dynox__add_size(size, nodes, &size) ||
        !dynox__add_size(size, text, &size))
        return refused(&out_of_memory);
    dynox_expr *made = dynox__malloc(size);
    if (!made) return refused(&out_of_memory);

    dynox_value  *value = (dynox_value *)(made + 1);
    char         *room  = (char *)(value + values);
    dynox__buffer out   = {0};
    *made               = (dynox_expr){.values = value, .count = values, .owned_ = made};
    for (size_t i = 0; i < count; i++)
        for (size_t v = 0; v < exprs[i]->count; v++) {
            const dynox_value *from = &exprs[i]->values[v];
            *value++                = is_kept(from) ? *from : dynox__value_copy(from, &room);
        }
    made->text = out.data = room;
    out.capacity          = text;
    for (size_t i = 0; i < count; i++) {
        if (i) dynox__buffer_text(&out, between);
        dynox__buffer_text(&out, before);
        if (enclosed && enclosed[i]) dynox__buffer_byte(&out, '(');
        dynox__buffer_text(&out, exprs[i]->text);
        if (enclosed && enclosed[i]) dynox__buffer_byte(&out, ')');
    }
    dynox__buffer_byte(&out, 0);
    return made;
}

dynox_expr *dynox_expr_new(const char *text, size_t count, const dynox_value *values)
{
    if (!text) return refused(&no_text);
    if (count && !values) return refused(&bad_value);
    const dynox_expr expr = {text, values, count, DYNOX_OK, NULL}, *only = &expr;
    return join("", "", 1, &only, NULL);
}

/* `weaker`: how a part may be joined itself so that it needs parentheses. */
dynox_expr *dynox__expr_copy(const dynox_expr *expr)
{
    dynox_error error = {0};
    if (!expr->status_) return dynox_expr_new(expr->text, expr->count, expr->values);
    if (!expr->owned_) return refused(expr);
    dynox_error_set(&error, expr->status_, "%s", expr->text);
    return refused_with(&error);
}

static dynox_expr *combine(const char *before, const char *between, unsigned weaker, size_t count,
                           const dynox_expr *const *exprs)
{
    if (!count || !exprs) return refused(&no_operand);
    bool *enclosed = dynox__calloc(count);
    if (!enclosed) return refused(&out_of_memory);
    dynox_expr *made = NULL;
    for (size_t i = 0; i < count && !made; i++) {
        unsigned joined = 0;
        made            = check(exprs[i], i + 1, &joined);
        enclosed[i]     = joined & weaker;
    }
    if (!made) made = join(before, between, count, exprs, enclosed);
    dynox__free(enclosed);
    return made;
}

dynox_expr *dynox_expr_all(size_t count, const dynox_expr *const *exprs)
{
    return combine("", " AND ", count > 1 ? DYNOX__EXPR_OR : 0, count, exprs);
}

dynox_expr *dynox_expr_any(size_t count, const dynox_expr *const *exprs)
{
    return combine("", " OR ", 0, count, exprs);
}

dynox_expr *dynox_expr_and(const dynox_expr *a, const dynox_expr *b)
{
    return dynox_expr_all(2, (const dynox_expr *const[]){a, b});
}

dynox_expr *dynox_expr_or(const dynox_expr *a, const dynox_expr *b)
{
    return dynox_expr_any(2, (const dynox_expr *const[]){a, b});
}

dynox_expr *dynox_expr_not(const dynox_expr *expr)
{
    return combine("NOT ", "", DYNOX__EXPR_AND | DYNOX__EXPR_OR, 1, &expr);
}

void dynox_expr_free(dynox_expr *expr)
{
    if (expr) dynox__free(expr->owned_);
}
