/* The client's sink: writes an expression while it is read, with placeholders for its names and values, and says what
 * is wrong in words for whoever wrote it. */
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

static bool refuse(dynox__expr_parser *parser, const char *why)
{
    parser->status =
        dynox_error_set(parser->error, DYNOX_E_EXPRESSION, "%s, column %zu: %s", dynox__expr_kind_name(parser->kind),
                        column_of(parser->text, parser->token.start), why);
    return false;
}

static bool expected(dynox__expr_parser *parser, const char *what)
{
    const dynox__token *token = &parser->token;
    char                found[160];
    int                 shown = token->length > SHOWN ? SHOWN : (int)token->length;
    while (shown > 0 && (size_t)shown < token->length && ((unsigned char)token->start[shown] & 0xC0) == 0x80)
        shown--;
    const char *more = token->length > SHOWN ? "..." : "";
    switch (token->kind) {
    case DYNOX__TOKEN_BAD: return refuse(parser, token->why);
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
    return refuse(parser, found);
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
static bool fits(dynox__expr_parser *parser)
{
    return parser->buffer->size - parser->start <= DYNOX__EXPR_BYTES + SPARE || too_long(parser);
}

bool dynox__expr_emit(dynox__expr_parser *parser, const char *text)
{
    if (!parser->buffer) return true;
    dynox__buffer_text(parser->buffer, text);
    return fits(parser);
}

void dynox__expr_unwrap(dynox__expr_parser *parser, size_t open)
{
    dynox__buffer *buffer = parser->buffer;
    if (!buffer || buffer->failed) return;
    buffer->size--;
    memmove(buffer->data + open, buffer->data + open + 1, buffer->size - open);
}

static bool emit_placeholder(dynox__expr_parser *parser, const char mark[2], size_t number)
{
    dynox__buffer_add(parser->buffer, mark, 2);
    dynox__buffer_unsigned(parser->buffer, number);
    return fits(parser);
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

static bool name(dynox__expr_parser *parser, bool behind_dot)
{
    dynox__expr_name found = {parser->token.start, parser->token.length};
    bool             ask   = parser->context->resolver && (!behind_dot || parser->attribute);
    size_t           n;
    if (parser->token.kind == DYNOX__TOKEN_QUOTED) { /* a stored name, whatever the resolver knows */
        if (!unquote(parser, &found)) return false;
        ask               = false;
        parser->attribute = NULL;
    }
    if (ask && !dynox__expr_member(parser, &found)) return false;
    if (!dynox__expr_context_name(parser->context, found.text, found.length, &n)) return dynox__expr_no_memory(parser);
    dynox__expr_advance(parser);
    return emit_placeholder(parser, "#n", n);
}

static bool list_index(dynox__expr_parser *parser)
{
    if (parser->token.length > 9) return refuse(parser, "the list index is too large");
    dynox__buffer_byte(parser->buffer, '[');
    dynox__buffer_add(parser->buffer, parser->token.start, parser->token.length);
    dynox__expr_advance(parser);
    return fits(parser);
}

bool dynox__expr_refuse_value(dynox__expr_parser *parser, const char *at, size_t number, const char *why)
{
    parser->status = dynox_error_set(parser->error, DYNOX_E_VALUE, "%s, column %zu, value %zu of %zu: %s",
                                     dynox__expr_kind_name(parser->kind), column_of(parser->text, at), number,
                                     parser->expr->count, why);
    return false;
}

static bool value_refused(dynox__expr_parser *parser, const char *why)
{
    return dynox__expr_refuse_value(parser, parser->token.start, parser->values, why);
}

static bool value(dynox__expr_parser *parser)
{
    size_t v = 0;
    /* Too few values are told at the end, with both numbers. */
    if (parser->values++ < parser->expr->count) {
        const dynox_value *given = &parser->expr->values[parser->values - 1];
        bool               set   = given->type == DYNOX_SS || given->type == DYNOX_NS || given->type == DYNOX_BS;
        if (given->type == DYNOX_INVALID) return value_refused(parser, "there is none (a NULL pointer was given)");
        if (set && !given->length) return value_refused(parser, "a set cannot be empty");
        dynox__expr_argument entry = {given, parser->kind, parser->values, parser->expr->count};
        if (!dynox__expr_context_value(parser->context, entry, &v)) return dynox__expr_no_memory(parser);
    }
    dynox__expr_advance(parser);
    return emit_placeholder(parser, ":v", v);
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

static const dynox__expr_sink writing = {
    .name = name, .index = list_index, .value = value, .expected = expected, .refuse = refuse};

dynox_status dynox__expr_write(dynox__expr_context *context, dynox__expr_kind kind, const dynox_expr *expr,
                               dynox__buffer *buffer, dynox_error *error)
{
    const char        *name_of = dynox__expr_kind_name(kind);
    dynox__expr_parser parser  = {.sink    = &writing,
                                  .text    = expr->text,
                                  .kind    = kind,
                                  .context = context,
                                  .expr    = expr,
                                  .buffer  = buffer,
                                  .start   = buffer->size,
                                  .error   = error};
    if (expr->status_) return dynox_error_set(error, expr->status_, "%s: %s", name_of, expr->text);
    if (!expr->text) return dynox_error_set(error, DYNOX_E_EXPRESSION, "%s: the text is NULL", name_of);
    if (expr->count && !expr->values)
        return dynox_error_set(error, DYNOX_E_EXPRESSION, "%s: the values are NULL", name_of);
    if (dynox__expr_parse(&parser)) {
        if (parser.values == expr->count) {
            if (buffer->size - parser.start > DYNOX__EXPR_BYTES) squeeze(buffer, parser.start);
            if (buffer->size - parser.start <= DYNOX__EXPR_BYTES) return DYNOX_OK;
            too_long(&parser);
        } else {
            parser.status = dynox_error_set(error, DYNOX_E_EXPRESSION, "%s: %zu ? in the text, but %zu value%s given",
                                            name_of, parser.values, expr->count, expr->count == 1 ? "" : "s");
        }
    }
    buffer->size = parser.start;
    return parser.status;
}
