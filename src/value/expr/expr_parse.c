/* The parser of expressions: what its two grammars, conditions and updates, have in common, projections, and the way
 * in. */
#include "value/expr/expr_parse.h"

#define KEYWORD(word) (1u << DYNOX__WORD_##word)

void dynox__expr_advance(dynox__expr_parser *parser)
{
    const char *next = parser->token.start + parser->token.length;
    parser->token = parser->sink->service ? dynox__expr_service_token(next, parser->keywords) : dynox__expr_token(next);
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

static bool path_name(dynox__expr_parser *parser, bool behind_dot)
{
    switch (parser->token.kind) {
    case DYNOX__TOKEN_NAME:
    case DYNOX__TOKEN_QUOTED: break;
    case DYNOX__TOKEN_KEYWORD:
    case DYNOX__TOKEN_CONSTANT:
        if (behind_dot && !parser->sink->service) break;
        return dynox__expr_expected(parser, "a name");
    default: return dynox__expr_expected(parser, "a name");
    }
    return parser->sink->name(parser, behind_dot);
}

static bool path_index(dynox__expr_parser *parser)
{
    if (parser->attribute && !dynox__expr_element(parser)) return false;
    dynox__expr_advance(parser);
    if (!dynox__expr_at(parser, DYNOX__TOKEN_DIGITS)) return dynox__expr_expected(parser, "a list index");
    return parser->sink->index(parser) && dynox__expr_take(parser, DYNOX__TOKEN_CLOSE_BRACKET, "]", "']'");
}

bool dynox__expr_path(dynox__expr_parser *parser)
{
    parser->attribute = NULL;
    if (!path_name(parser, false)) return false;
    for (;;) {
        bool dot = dynox__expr_at(parser, DYNOX__TOKEN_DOT);
        if (!dot && !dynox__expr_at(parser, DYNOX__TOKEN_OPEN_BRACKET))
            return dynox__expr_made_of(parser, DYNOX__EXPR_PATH, NULL, 0);
        if (parser->kind == DYNOX__EXPR_KEY)
            return dynox__expr_refuse(parser, "keys are not nested (a name with a dot is quoted with backquotes)");
        if (!dot && !path_index(parser)) return false;
        if (dot && (!dynox__expr_take(parser, DYNOX__TOKEN_DOT, ".", "'.'") || !path_name(parser, true))) return false;
    }
}

bool dynox__expr_value(dynox__expr_parser *parser)
{
    if (!dynox__expr_at(parser, DYNOX__TOKEN_VALUE)) return dynox__expr_expected(parser, "?");
    return parser->sink->value(parser);
}

/* Whether there is such a function, and takes so many operands of such kinds, is no matter of grammar there: the
 * service has words of its own for each. */
bool dynox__expr_call(dynox__expr_parser *parser, bool (*operand)(dynox__expr_parser *))
{
    dynox__token function = parser->token;
    if (!dynox__expr_deeper(parser)) return false;
    dynox__expr_advance(parser);
    dynox__expr_advance(parser); /* the parenthesis that made it a function */
    for (size_t count = 1;; count++) {
        if (!operand(parser)) return false;
        if (dynox__expr_at(parser, DYNOX__TOKEN_CLOSE)) {
            parser->depth--;
            dynox__expr_advance(parser);
            return dynox__expr_made_of(parser, DYNOX__EXPR_CALL, &function, count);
        }
        if (!dynox__expr_take(parser, DYNOX__TOKEN_COMMA, ", ", "','")) return false;
    }
}

static bool projection(dynox__expr_parser *parser)
{
    for (size_t count = 1;; count++) {
        if (!dynox__expr_path(parser)) return false;
        if (dynox__expr_at(parser, DYNOX__TOKEN_END)) return dynox__expr_made_of(parser, DYNOX__EXPR_LIST, NULL, count);
        if (!dynox__expr_take(parser, DYNOX__TOKEN_COMMA, ", ", "',' or the end")) return false;
    }
}

bool dynox__expr_parse(dynox__expr_parser *parser)
{
    if (parser->kind == DYNOX__EXPR_UPDATE)
        parser->keywords = KEYWORD(SET) | KEYWORD(REMOVE) | KEYWORD(ADD) | KEYWORD(DELETE);
    else if (parser->kind != DYNOX__EXPR_PROJECTION)
        parser->keywords = KEYWORD(AND) | KEYWORD(OR) | KEYWORD(NOT) | KEYWORD(BETWEEN) | KEYWORD(IN);
    parser->token = (dynox__token){.start = parser->text};
    dynox__expr_advance(parser);
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
