/* The grammar of conditions, filters and key conditions:
 *
 *     condition  = term { OR term }
 *     term       = factor { AND factor }
 *     factor     = NOT factor | '(' condition ')' | predicate | comparison
 *     predicate  = attribute_exists(path) | attribute_not_exists(path) | attribute_type(path, ?)
 *                | begins_with(operand, operand) | contains(operand, operand)
 *     comparison = operand ( = <> < <= > >= ) operand | operand BETWEEN operand AND operand
 *                | operand IN ( operand {, operand} )
 *     operand    = path | ? | size(path)
 *
 * A key condition has no OR, NOT, IN, <>, no functions but begins_with, and no nested paths.
 *
 * The service's dialect is wider: an operand may be any function of any operands, a function alone is a predicate, and
 * an operand may stand in parentheses. What is wrong with that is told when all has been read. */
#include "value/expr/expr_parse.h"

/* `enclosed` tells whether all of it was one pair of parentheses. */
static bool condition(dynox__expr_parser *parser, bool *enclosed);

static bool no_key(dynox__expr_parser *parser, const char *why)
{
    return parser->kind != DYNOX__EXPR_KEY || dynox__expr_refuse(parser, why);
}

static bool size_of(dynox__expr_parser *parser)
{
    if (!dynox__expr_at_word(parser, DYNOX__WORD_size))
        return dynox__expr_refuse(parser, "this function is not a value: only size() can be compared");
    if (!no_key(parser, "a key condition knows no function but begins_with")) return false;
    dynox__expr_advance(parser);
    return dynox__expr_take(parser, DYNOX__TOKEN_OPEN, "size(", "'('") && dynox__expr_path(parser) &&
           dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "')'");
}

static bool operand(dynox__expr_parser *parser)
{
    bool service = parser->sink->service;
    switch (parser->token.kind) {
    case DYNOX__TOKEN_VALUE: return dynox__expr_value(parser);
    case DYNOX__TOKEN_NAME:
    case DYNOX__TOKEN_QUOTED:
        if (!dynox__expr_path(parser)) return false;
        if (!parser->beside) parser->beside = parser->attribute;
        return true;
    case DYNOX__TOKEN_FUNCTION: return service ? dynox__expr_call(parser, operand) : size_of(parser);
    case DYNOX__TOKEN_OPEN:
        if (!service) break;
        if (!dynox__expr_deeper(parser)) return false;
        dynox__expr_advance(parser);
        if (dynox__expr_at(parser, DYNOX__TOKEN_OPEN)) parser->redundant = true;
        if (!operand(parser)) return false;
        parser->depth--;
        return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "')'");
    default: break;
    }
    return dynox__expr_expected(parser, "a name or ?");
}

/* The two operands of attribute_type, begins_with and contains. The second is a part of the first: a value in the first
 * place is of no attribute's type, and a type is no value of one. */
static bool two_operands(dynox__expr_parser *parser, dynox__word word)
{
    bool             type = word == DYNOX__WORD_attribute_type;
    dynox__expr_role role = word == DYNOX__WORD_begins_with ? DYNOX__EXPR_PREFIX : DYNOX__EXPR_PART;
    parser->beside        = NULL;
    if (!(type ? dynox__expr_path(parser) : operand(parser)) ||
        !dynox__expr_take(parser, DYNOX__TOKEN_COMMA, ", ", "','"))
        return false;
    const void *whole = parser->beside;
    size_t      first = parser->context->value_count;
    return (type ? dynox__expr_value(parser) : operand(parser)) &&
           dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "')'") && dynox__expr_convert(parser, whole, first, role);
}

static bool predicate(dynox__expr_parser *parser)
{
    dynox__word word = parser->token.word;
    const char *open;
    switch (word) {
    case DYNOX__WORD_attribute_exists: open = "attribute_exists("; break;
    case DYNOX__WORD_attribute_not_exists: open = "attribute_not_exists("; break;
    case DYNOX__WORD_attribute_type: open = "attribute_type("; break;
    case DYNOX__WORD_begins_with: open = "begins_with("; break;
    case DYNOX__WORD_contains: open = "contains("; break;
    default: return dynox__expr_refuse(parser, "this function belongs into a SET of an update");
    }
    if (word != DYNOX__WORD_begins_with && !no_key(parser, "a key condition knows no function but begins_with"))
        return false;
    dynox__expr_advance(parser);
    if (!dynox__expr_take(parser, DYNOX__TOKEN_OPEN, open, "'('")) return false;
    if (word == DYNOX__WORD_attribute_exists || word == DYNOX__WORD_attribute_not_exists)
        return dynox__expr_path(parser) && dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "')'");
    return two_operands(parser, word);
}

static bool in_list(dynox__expr_parser *parser)
{
    if (!dynox__expr_take(parser, DYNOX__TOKEN_OPEN, " IN (", "'('")) return false;
    for (unsigned count = 1;; count++) {
        if (count > DYNOX__EXPR_IN_OPERANDS && !parser->sink->service)
            return dynox__expr_refuse(parser, "IN takes at most 100 operands");
        if (!operand(parser)) return false;
        if (!dynox__expr_at(parser, DYNOX__TOKEN_COMMA))
            return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "',' or ')'") &&
                   dynox__expr_made_of(parser, DYNOX__EXPR_IN, NULL, count + 1);
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, ", ")) return false;
    }
}

static bool between(dynox__expr_parser *parser)
{
    dynox__expr_advance(parser);
    if (!dynox__expr_emit(parser, " BETWEEN ") || !operand(parser)) return false;
    if (!dynox__expr_at_word(parser, DYNOX__WORD_AND)) return dynox__expr_expected(parser, "the AND of BETWEEN");
    dynox__expr_advance(parser);
    return dynox__expr_emit(parser, " AND ") && operand(parser) &&
           dynox__expr_made_of(parser, DYNOX__EXPR_BETWEEN, NULL, 3);
}

/* What stands behind the first operand. */
static bool compared(dynox__expr_parser *parser)
{
    char         text[8] = " = ";
    dynox__token sign    = parser->token;
    if (dynox__expr_at_word(parser, DYNOX__WORD_BETWEEN)) return between(parser);
    if (dynox__expr_at_word(parser, DYNOX__WORD_IN)) {
        if (!no_key(parser, "a key condition knows no IN")) return false;
        dynox__expr_advance(parser);
        return in_list(parser);
    }
    if (dynox__expr_at(parser, DYNOX__TOKEN_COMPARISON)) {
        bool not_equal = sign.length == 2 && sign.start[1] == '>';
        if (not_equal && !no_key(parser, "a key condition knows no <>")) return false;
        memcpy(text + 1, sign.start, sign.length);
        memcpy(text + 1 + sign.length, " ", 2);
    } else if (!dynox__expr_at(parser, DYNOX__TOKEN_EQUAL)) {
        return dynox__expr_expected(parser, "a comparison (= <> < <= > >= BETWEEN IN)");
    }
    dynox__expr_advance(parser);
    return dynox__expr_emit(parser, text) && operand(parser) &&
           dynox__expr_made_of(parser, DYNOX__EXPR_COMPARISON, &sign, 2);
}

/* What its values stand beside is known when all of it was read: `? < a`, `? BETWEEN a AND b`. */
static bool comparison(dynox__expr_parser *parser)
{
    size_t first   = parser->context->value_count;
    parser->beside = NULL;
    return operand(parser) && compared(parser) && dynox__expr_convert(parser, parser->beside, first, DYNOX__EXPR_WHOLE);
}

/* The service refuses parentheses around parentheses, which combining makes easily: the outer pair is taken out. */
static bool enclosed_condition(dynox__expr_parser *parser)
{
    bool   again = false;
    size_t open  = dynox__expr_here(parser);
    if (!dynox__expr_deeper(parser) || !dynox__expr_take(parser, DYNOX__TOKEN_OPEN, "(", "'('") ||
        !condition(parser, &again))
        return false;
    parser->depth--;
    if (!again) return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "AND, OR or ')'");
    parser->redundant = true;
    dynox__expr_unwrap(parser, open);
    return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, "", "AND, OR or ')'");
}

static bool factor(dynox__expr_parser *parser, bool *enclosed);

static bool negated(dynox__expr_parser *parser)
{
    bool ignored;
    if (!no_key(parser, "a key condition knows no NOT") || !dynox__expr_deeper(parser)) return false;
    dynox__expr_advance(parser);
    if (!dynox__expr_emit(parser, "NOT ") || !factor(parser, &ignored)) return false;
    if (parser->bare) return dynox__expr_expected(parser, "a comparison");
    parser->depth--;
    return dynox__expr_made_of(parser, DYNOX__EXPR_NOT, NULL, 1);
}

static bool at_comparison(const dynox__expr_parser *parser)
{
    return dynox__expr_at(parser, DYNOX__TOKEN_EQUAL) || dynox__expr_at(parser, DYNOX__TOKEN_COMPARISON) ||
           dynox__expr_at_word(parser, DYNOX__WORD_BETWEEN) || dynox__expr_at_word(parser, DYNOX__WORD_IN);
}

/* In the service's dialect what parentheses enclose may turn out to be an operand: an operand that is no function has
 * to be compared, be it behind the parentheses around it. */
static bool service_factor(dynox__expr_parser *parser, bool *enclosed)
{
    bool function = dynox__expr_at(parser, DYNOX__TOKEN_FUNCTION);
    if (*enclosed) {
        if (!enclosed_condition(parser)) return false;
    } else {
        if (!operand(parser)) return false;
        parser->bare = !function;
    }
    if (at_comparison(parser)) {
        *enclosed    = false;
        parser->bare = false;
        return compared(parser);
    }
    return !parser->bare || dynox__expr_at(parser, DYNOX__TOKEN_CLOSE) || dynox__expr_expected(parser, "a comparison");
}

static bool factor(dynox__expr_parser *parser, bool *enclosed)
{
    *enclosed = dynox__expr_at(parser, DYNOX__TOKEN_OPEN);
    if (dynox__expr_at_word(parser, DYNOX__WORD_NOT)) return negated(parser);
    if (parser->sink->service) return service_factor(parser, enclosed);
    if (*enclosed) return enclosed_condition(parser);
    if (dynox__expr_at(parser, DYNOX__TOKEN_FUNCTION) && !dynox__expr_at_word(parser, DYNOX__WORD_size))
        return predicate(parser);
    return comparison(parser);
}

/* Factors with AND between them, or with `word` OR terms of those. */
static bool joined(dynox__expr_parser *parser, dynox__word word, bool *enclosed)
{
    bool   and_  = word == DYNOX__WORD_AND, ignored;
    size_t count = 1;
    if (!(and_ ? factor(parser, enclosed) : joined(parser, DYNOX__WORD_AND, enclosed))) return false;
    for (; dynox__expr_at_word(parser, word); count++) {
        if (!and_ && !no_key(parser, "a key condition knows no OR")) return false;
        *enclosed = false;
        if (!parser->depth) parser->context->joined |= and_ ? DYNOX__EXPR_AND : DYNOX__EXPR_OR;
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, and_ ? " AND " : " OR ")) return false;
        if (!(and_ ? factor(parser, &ignored) : joined(parser, DYNOX__WORD_AND, &ignored))) return false;
        if (parser->bare) return dynox__expr_expected(parser, "a comparison");
    }
    return count == 1 || dynox__expr_made_of(parser, and_ ? DYNOX__EXPR_ALL : DYNOX__EXPR_ANY, NULL, count);
}

static bool condition(dynox__expr_parser *parser, bool *enclosed)
{
    return joined(parser, DYNOX__WORD_OR, enclosed);
}

bool dynox__expr_condition(dynox__expr_parser *parser)
{
    bool enclosed;
    if (!condition(parser, &enclosed)) return false;
    return dynox__expr_at(parser, DYNOX__TOKEN_END) || dynox__expr_expected(parser, "AND, OR or the end");
}
