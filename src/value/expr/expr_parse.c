/* The parser of expressions: errors, paths, values, projections, and the way in. */
#include "value/expr/expr_parse.h"
#include <stdio.h>

enum { SHOWN = 24 };

/* Counted in characters from 1. */
static size_t column_of(const char *text, const char *at)
{
    size_t column = 1;
    for (; text < at; text++)
        if (((unsigned char)*text & 0xC0) != 0x80) column++;
    return column;
}

bool dynox__expr_refuse(dynox__expr_parser *parser, const char *why)
{
    parser->status =
        dynox_error_set(parser->error, DYNOX_E_EXPRESSION, "%s, column %zu: %s", dynox__expr_kind_name(parser->kind),
                        column_of(parser->expr->text, parser->token.start), why);
    return false;
}

bool dynox__expr_expected(dynox__expr_parser *parser, const char *what)
{
    const dynox__token *token = &parser->token;
    char                found[160];
    int                 shown = token->length > SHOWN ? SHOWN : (int)token->length;
    while (shown > 0 && (size_t)shown < token->length && ((unsigned char)token->start[shown] & 0xC0) == 0x80)
        shown--;
    const char *more = token->length > SHOWN ? "..." : "";
    switch (token->kind) {
    case DYNOX__TOKEN_BAD: return dynox__expr_refuse(parser, token->why);
    case DYNOX__TOKEN_END: snprintf(found, sizeof found, "expected %s, found the end", what); break;
    case DYNOX__TOKEN_KEYWORD:
        snprintf(found, sizeof found, "expected %s, found the keyword '%.*s' (in backquotes it is a name)", what, shown,
                 token->start);
        break;
    case DYNOX__TOKEN_CONSTANT:
    case DYNOX__TOKEN_DIGITS:
        snprintf(found, sizeof found, "expected %s, found '%.*s%s' (pass it as a value: write ?)", what, shown,
                 token->start, more);
        break;
    default: snprintf(found, sizeof found, "expected %s, found '%.*s%s'", what, shown, token->start, more); break;
    }
    return dynox__expr_refuse(parser, found);
}

void dynox__expr_advance(dynox__expr_parser *parser)
{
    parser->token = dynox__expr_token(parser->token.start + parser->token.length);
}

bool dynox__expr_no_memory(dynox__expr_parser *parser)
{
    parser->status = dynox_error_set(parser->error, DYNOX_E_NO_MEMORY, "out of memory");
    return false;
}

enum { SPARE = 2048 }; /* bytes that may be gone in the end */

static bool too_long(dynox__expr_parser *parser)
{
    parser->status = dynox_error_set(parser->error, DYNOX_E_EXPRESSION,
                                     "%s: longer than the %d bytes that the service takes (counted with placeholders)",
                                     dynox__expr_kind_name(parser->kind), DYNOX__EXPR_BYTES);
    return false;
}

/* Parentheses and blanks may be taken out again later, so there is room to spare here; the end checks exactly. */
bool dynox__expr_emit(dynox__expr_parser *parser, const char *text)
{
    dynox__buffer_text(parser->buffer, text);
    if (parser->buffer->size - parser->start <= DYNOX__EXPR_BYTES + SPARE) return true;
    return too_long(parser);
}

static bool emit_placeholder(dynox__expr_parser *parser, const char *mark, size_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%s%zu", mark, number);
    return dynox__expr_emit(parser, text);
}

bool dynox__expr_take(dynox__expr_parser *parser, dynox__token_kind kind, const char *text, const char *what)
{
    if (!dynox__expr_at(parser, kind)) return dynox__expr_expected(parser, what);
    dynox__expr_advance(parser);
    return dynox__expr_emit(parser, text);
}

bool dynox__expr_deeper(dynox__expr_parser *parser)
{
    if (++parser->depth <= DYNOX__EXPR_DEPTH) return true;
    return dynox__expr_refuse(parser, "nested too deeply");
}

/* The name in a quoted token: the text itself unless two backquotes must become one. */
static bool unquote(dynox__expr_parser *parser, dynox__expr_name *name)
{
    const char *from = parser->token.start + 1;
    size_t      left = parser->token.length - 2;
    *name            = (dynox__expr_name){from, left};
    if (!memchr(from, '`', left)) return true;
    char *to = dynox__arena_alloc(&parser->context->arena, left);
    if (!to) return dynox__expr_no_memory(parser);
    *name = (dynox__expr_name){to, 0};
    for (size_t i = 0; i < left; i++) {
        if (from[i] == '`') i++;
        to[name->length++] = from[i];
    }
    return true;
}

static bool path_name(dynox__expr_parser *parser, bool behind_dot)
{
    dynox__expr_name name = {parser->token.start, parser->token.length};
    bool             ask  = parser->context->resolver && (!behind_dot || parser->attribute);
    size_t           n;
    switch (parser->token.kind) {
    case DYNOX__TOKEN_NAME: break;
    case DYNOX__TOKEN_QUOTED: /* a stored name, whatever the resolver knows */
        if (!unquote(parser, &name)) return false;
        ask               = false;
        parser->attribute = NULL;
        break;
    case DYNOX__TOKEN_KEYWORD:
    case DYNOX__TOKEN_CONSTANT:
        if (behind_dot) break;
        return dynox__expr_expected(parser, "a name");
    default: return dynox__expr_expected(parser, "a name");
    }
    if (ask && !dynox__expr_member(parser, &name)) return false;
    if (!dynox__expr_context_name(parser->context, name.text, name.length, &n)) return dynox__expr_no_memory(parser);
    dynox__expr_advance(parser);
    return emit_placeholder(parser, "#n", n);
}

static bool path_index(dynox__expr_parser *parser)
{
    char digits[16];
    if (parser->attribute && !dynox__expr_element(parser)) return false;
    dynox__expr_advance(parser);
    if (!dynox__expr_at(parser, DYNOX__TOKEN_DIGITS)) return dynox__expr_expected(parser, "a list index");
    if (parser->token.length > 9) return dynox__expr_refuse(parser, "the list index is too large");
    snprintf(digits, sizeof digits, "[%.*s]", (int)parser->token.length, parser->token.start);
    dynox__expr_advance(parser);
    return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE_BRACKET, digits, "']'");
}

bool dynox__expr_path(dynox__expr_parser *parser)
{
    parser->attribute = NULL;
    if (!path_name(parser, false)) return false;
    for (;;) {
        bool dot = dynox__expr_at(parser, DYNOX__TOKEN_DOT);
        if (!dot && !dynox__expr_at(parser, DYNOX__TOKEN_OPEN_BRACKET)) return true;
        if (parser->kind == DYNOX__EXPR_KEY)
            return dynox__expr_refuse(parser, "keys are not nested (a name with a dot is quoted with backquotes)");
        if (!dot && !path_index(parser)) return false;
        if (dot && (!dynox__expr_take(parser, DYNOX__TOKEN_DOT, ".", "'.'") || !path_name(parser, true))) return false;
    }
}

bool dynox__expr_refuse_value(dynox__expr_parser *parser, const char *at, size_t number, const char *why)
{
    parser->status = dynox_error_set(parser->error, DYNOX_E_VALUE, "%s, column %zu, value %zu of %zu: %s",
                                     dynox__expr_kind_name(parser->kind), column_of(parser->expr->text, at), number,
                                     parser->expr->count, why);
    return false;
}

static bool value_refused(dynox__expr_parser *parser, const char *why)
{
    return dynox__expr_refuse_value(parser, parser->token.start, parser->values, why);
}

bool dynox__expr_value(dynox__expr_parser *parser)
{
    size_t v = 0;
    if (!dynox__expr_at(parser, DYNOX__TOKEN_VALUE)) return dynox__expr_expected(parser, "?");
    /* Too few values are told at the end, with both numbers. */
    if (parser->values++ < parser->expr->count) {
        const dynox_value *value = &parser->expr->values[parser->values - 1];
        bool               set   = value->type == DYNOX_SS || value->type == DYNOX_NS || value->type == DYNOX_BS;
        if (value->type == DYNOX_INVALID) return value_refused(parser, "there is none (a NULL pointer was given)");
        if (set && !value->length) return value_refused(parser, "a set cannot be empty");
        dynox__expr_argument entry = {value, parser->kind, parser->values, parser->expr->count};
        if (!dynox__expr_context_value(parser->context, entry, &v)) return dynox__expr_no_memory(parser);
    }
    dynox__expr_advance(parser);
    return emit_placeholder(parser, ":v", v);
}

static bool projection(dynox__expr_parser *parser)
{
    for (;;) {
        if (!dynox__expr_path(parser)) return false;
        if (dynox__expr_at(parser, DYNOX__TOKEN_END)) return true;
        if (!dynox__expr_take(parser, DYNOX__TOKEN_COMMA, ", ", "',' or the end")) return false;
    }
}

/* Each grammar reads to the end of the text. */
static bool parse(dynox__expr_parser *parser)
{
    parser->token = dynox__expr_token(parser->expr->text);
    if (dynox__expr_at(parser, DYNOX__TOKEN_END)) return dynox__expr_refuse(parser, "there is nothing in it");
    switch (parser->kind) {
    case DYNOX__EXPR_KEY:
    case DYNOX__EXPR_FILTER:
    case DYNOX__EXPR_CONDITION: return dynox__expr_condition(parser);
    case DYNOX__EXPR_UPDATE: return dynox__expr_update(parser);
    case DYNOX__EXPR_PROJECTION: return projection(parser);
    }
    return false;
}

/* Takes the blanks away that the service does not need: 300 conditions in a row fit without them, and not with them.
 * Names and values are placeholders here, so no blank is theirs. */
static void squeeze(dynox__buffer *buffer, size_t start)
{
    static const char alone[] = "=<>,";
    char             *data    = buffer->data;
    size_t            to      = start;
    for (size_t i = start; i < buffer->size; i++) {
        bool needless = data[i] == ' ' && ((i > start && strchr(alone, data[i - 1])) ||
                                           (i + 1 < buffer->size && strchr(alone, data[i + 1])));
        if (!needless) data[to++] = data[i];
    }
    buffer->size = to;
}

dynox_status dynox__expr_write(dynox__expr_context *context, dynox__expr_kind kind, const dynox_expr *expr,
                               dynox__buffer *buffer, dynox_error *error)
{
    const char        *name   = dynox__expr_kind_name(kind);
    dynox__expr_parser parser = {
        .context = context, .kind = kind, .expr = expr, .buffer = buffer, .start = buffer->size, .error = error};
    if (expr->status_) return dynox_error_set(error, expr->status_, "%s: %s", name, expr->text);
    if (!expr->text) return dynox_error_set(error, DYNOX_E_EXPRESSION, "%s: the text is NULL", name);
    if (expr->count && !expr->values)
        return dynox_error_set(error, DYNOX_E_EXPRESSION, "%s: the values are NULL", name);
    if (parse(&parser)) {
        if (parser.values == expr->count) {
            if (buffer->size - parser.start > DYNOX__EXPR_BYTES) squeeze(buffer, parser.start);
            if (buffer->size - parser.start <= DYNOX__EXPR_BYTES) return DYNOX_OK;
            too_long(&parser);
        } else {
            parser.status = dynox_error_set(error, DYNOX_E_EXPRESSION, "%s: %zu ? in the text, but %zu value%s given",
                                            name, parser.values, expr->count, expr->count == 1 ? "" : "s");
        }
    }
    buffer->size = parser.start;
    return parser.status;
}
