/* The grammar of updates:
 *
 *     update  = clause { clause }, each kind once
 *     clause  = SET path = value {, path = value}
 *             | REMOVE path {, path}
 *             | ADD path ? {, path ?}
 *             | DELETE path ? {, path ?}
 *     value   = operand [ + operand | - operand ]
 *     operand = path | ? | if_not_exists(path, operand) | list_append(operand, operand) | '(' value ')'
 *
 * The service refuses parentheses that are not needed: only those around a sum inside another value are passed on. */
#include "value/expr/expr_parse.h"

static bool operand(dynox__expr_parser *parser, bool *is_sum);

static bool argument(dynox__expr_parser *parser)
{
    bool ignored;
    return operand(parser, &ignored);
}

static bool function(dynox__expr_parser *parser)
{
    if (parser->sink->service) return dynox__expr_call(parser, argument);
    bool append = dynox__expr_at_word(parser, DYNOX__WORD_list_append);
    if (!append && !dynox__expr_at_word(parser, DYNOX__WORD_if_not_exists))
        return dynox__expr_refuse(parser, "this function belongs into a condition");
    if (!dynox__expr_deeper(parser)) return false;
    dynox__expr_advance(parser);
    bool ok = dynox__expr_take(parser, DYNOX__TOKEN_OPEN, append ? "list_append(" : "if_not_exists(", "'('") &&
              (append ? argument(parser) : dynox__expr_path(parser)) &&
              dynox__expr_take(parser, DYNOX__TOKEN_COMMA, ", ", "','") && argument(parser) &&
              dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "')'");
    parser->depth--;
    return ok;
}

/* `is_sum`: it is a sum. Of one in parentheses they are taken away. */
static bool value(dynox__expr_parser *parser, bool *is_sum)
{
    size_t begin = dynox__expr_here(parser);
    if (!operand(parser, is_sum)) return false;
    bool plus = dynox__expr_at(parser, DYNOX__TOKEN_PLUS);
    if (plus || dynox__expr_at(parser, DYNOX__TOKEN_MINUS)) {
        *is_sum         = true;
        parser->has_sum = true;
        dynox__expr_advance(parser);
        return dynox__expr_emit(parser, plus ? " + " : " - ") && argument(parser) &&
               dynox__expr_made_of(parser, plus ? DYNOX__EXPR_PLUS : DYNOX__EXPR_MINUS, NULL, 2);
    }
    if (*is_sum) {
        dynox__expr_unwrap(parser, begin);
        if (parser->buffer && !parser->buffer->failed) parser->buffer->size--;
    }
    return true;
}

/* A sum keeps its parentheses; anything else needs none. */
static bool enclosed(dynox__expr_parser *parser, bool *is_sum)
{
    size_t open = dynox__expr_here(parser);
    if (!dynox__expr_deeper(parser) || !dynox__expr_take(parser, DYNOX__TOKEN_OPEN, "(", "'('") ||
        !value(parser, is_sum) || !dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, *is_sum ? ")" : "", "'+', '-' or ')'"))
        return false;
    parser->depth--;
    if (!*is_sum) dynox__expr_unwrap(parser, open);
    return true;
}

/* `is_sum`: it is a sum in parentheses. */
static bool operand(dynox__expr_parser *parser, bool *is_sum)
{
    *is_sum = false;
    switch (parser->token.kind) {
    case DYNOX__TOKEN_VALUE: return dynox__expr_value(parser);
    case DYNOX__TOKEN_NAME:
    case DYNOX__TOKEN_QUOTED: return dynox__expr_path(parser);
    case DYNOX__TOKEN_FUNCTION: return function(parser);
    case DYNOX__TOKEN_OPEN: return enclosed(parser, is_sum);
    default: return dynox__expr_expected(parser, "a name, ? or a function");
    }
}

static bool assigned(dynox__expr_parser *parser)
{
    bool ignored;
    return dynox__expr_take(parser, DYNOX__TOKEN_EQUAL, " = ", "'=' after the path") && value(parser, &ignored);
}

/* One entry of a clause. All its values are the target's, whatever other paths they stand beside: they are stored
 * there. */
static bool action(dynox__expr_parser *parser, dynox__word clause)
{
    if (!dynox__expr_path(parser)) return false;
    if (clause == DYNOX__WORD_REMOVE) return dynox__expr_made_of(parser, DYNOX__EXPR_ACTION, NULL, 1);
    const void *target = parser->attribute;
    size_t      first  = parser->context->value_count;
    parser->has_sum    = clause == DYNOX__WORD_ADD;
    if (clause == DYNOX__WORD_SET ? !assigned(parser) : !dynox__expr_emit(parser, " ") || !dynox__expr_value(parser))
        return false;
    return dynox__expr_convert(parser, target, first, parser->has_sum ? DYNOX__EXPR_SUM : DYNOX__EXPR_WHOLE) &&
           dynox__expr_made_of(parser, DYNOX__EXPR_ACTION, NULL, 2);
}

static bool clause(dynox__expr_parser *parser, unsigned *seen)
{
    static const struct {
        dynox__word word;
        const char *text, *twice;
    } clauses[] = {
#define CLAUSE(word) {DYNOX__WORD_##word, #word " ", "a second " #word ": write one, with commas"},
        CLAUSE(SET) CLAUSE(REMOVE) CLAUSE(ADD) CLAUSE(DELETE)
#undef CLAUSE
    };
    for (unsigned i = 0; i < sizeof clauses / sizeof *clauses; i++) {
        if (!dynox__expr_at_word(parser, clauses[i].word)) continue;
        if (*seen & 1u << i && !parser->sink->service) return dynox__expr_refuse(parser, clauses[i].twice);
        *seen |= 1u << i;
        dynox__token keyword = parser->token;
        size_t       count   = 1;
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, clauses[i].text) || !action(parser, clauses[i].word)) return false;
        for (; dynox__expr_at(parser, DYNOX__TOKEN_COMMA); count++) {
            dynox__expr_advance(parser);
            if (!dynox__expr_emit(parser, ", ") || !action(parser, clauses[i].word)) return false;
        }
        return dynox__expr_made_of(parser, DYNOX__EXPR_CLAUSE, &keyword, count);
    }
    return dynox__expr_expected(parser,
                                *seen ? "',', SET, REMOVE, ADD, DELETE or the end" : "SET, REMOVE, ADD or DELETE");
}

bool dynox__expr_update(dynox__expr_parser *parser)
{
    unsigned seen = 0;
    for (size_t count = 1;; count++) {
        if (!clause(parser, &seen)) return false;
        if (dynox__expr_at(parser, DYNOX__TOKEN_END)) return dynox__expr_made_of(parser, DYNOX__EXPR_LIST, NULL, count);
        if (!dynox__expr_emit(parser, " ")) return false;
    }
}
