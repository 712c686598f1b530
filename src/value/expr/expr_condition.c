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
 * A key condition has no OR, NOT, IN, <>, no functions but begins_with, and no nested paths. */
#include "value/expr/expr_parse.h"

/* `enclosed` tells whether all of it was one pair of parentheses. */
static bool condition(dynox__expr_parser *parser, bool *enclosed);

static bool no_key(dynox__expr_parser *parser, const char *why)
{
    return parser->kind != DYNOX__EXPR_KEY || dynox__expr_refuse(parser, why);
}

static bool operand(dynox__expr_parser *parser)
{
    if (dynox__expr_at(parser, DYNOX__TOKEN_VALUE)) return dynox__expr_value(parser);
    if (!dynox__expr_at(parser, DYNOX__TOKEN_FUNCTION)) {
        switch (parser->token.kind) {
        case DYNOX__TOKEN_NAME:
        case DYNOX__TOKEN_QUOTED:
            if (!dynox__expr_path(parser)) return false;
            if (!parser->beside) parser->beside = parser->attribute;
            return true;
        default: return dynox__expr_expected(parser, "a name or ?");
        }
    }
    if (!dynox__expr_at_word(parser, DYNOX__WORD_size))
        return dynox__expr_refuse(parser, "this function is not a value: only size() can be compared");
    if (!no_key(parser, "a key condition knows no function but begins_with")) return false;
    dynox__expr_advance(parser);
    return dynox__expr_take(parser, DYNOX__TOKEN_OPEN, "size(", "'('") && dynox__expr_path(parser) &&
           dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "')'");
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
        if (count > DYNOX__EXPR_IN_OPERANDS) return dynox__expr_refuse(parser, "IN takes at most 100 operands");
        if (!operand(parser)) return false;
        if (!dynox__expr_at(parser, DYNOX__TOKEN_COMMA))
            return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "',' or ')'");
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, ", ")) return false;
    }
}

static bool compared(dynox__expr_parser *parser)
{
    char text[8] = " = ";
    if (!operand(parser)) return false;
    if (dynox__expr_at_word(parser, DYNOX__WORD_BETWEEN)) {
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, " BETWEEN ") || !operand(parser)) return false;
        if (!dynox__expr_at_word(parser, DYNOX__WORD_AND)) return dynox__expr_expected(parser, "the AND of BETWEEN");
        dynox__expr_advance(parser);
        return dynox__expr_emit(parser, " AND ") && operand(parser);
    }
    if (dynox__expr_at_word(parser, DYNOX__WORD_IN)) {
        if (!no_key(parser, "a key condition knows no IN")) return false;
        dynox__expr_advance(parser);
        return in_list(parser);
    }
    if (dynox__expr_at(parser, DYNOX__TOKEN_COMPARISON)) {
        const dynox__token *token     = &parser->token;
        bool                not_equal = token->length == 2 && token->start[1] == '>';
        if (not_equal && !no_key(parser, "a key condition knows no <>")) return false;
        memcpy(text + 1, token->start, token->length);
        memcpy(text + 1 + token->length, " ", 2);
    } else if (!dynox__expr_at(parser, DYNOX__TOKEN_EQUAL)) {
        return dynox__expr_expected(parser, "a comparison (= <> < <= > >= BETWEEN IN)");
    }
    dynox__expr_advance(parser);
    return dynox__expr_emit(parser, text) && operand(parser);
}

/* What its values stand beside is known when all of it was read: `? < a`, `? BETWEEN a AND b`. */
static bool comparison(dynox__expr_parser *parser)
{
    size_t first   = parser->context->value_count;
    parser->beside = NULL;
    return compared(parser) && dynox__expr_convert(parser, parser->beside, first, DYNOX__EXPR_WHOLE);
}

/* The service refuses parentheses around parentheses, which combining makes easily: the outer pair is taken out. */
static bool enclosed_condition(dynox__expr_parser *parser)
{
    bool           again  = false;
    dynox__buffer *buffer = parser->buffer;
    size_t         open   = buffer->size;
    if (!dynox__expr_deeper(parser) || !dynox__expr_take(parser, DYNOX__TOKEN_OPEN, "(", "'('") ||
        !condition(parser, &again))
        return false;
    parser->depth--;
    if (!again) return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, ")", "AND, OR or ')'");
    if (!buffer->failed) memmove(buffer->data + open, buffer->data + open + 1, --buffer->size - open);
    return dynox__expr_take(parser, DYNOX__TOKEN_CLOSE, "", "AND, OR or ')'");
}

static bool factor(dynox__expr_parser *parser, bool *enclosed)
{
    bool ignored;
    *enclosed = dynox__expr_at(parser, DYNOX__TOKEN_OPEN);
    if (*enclosed) return enclosed_condition(parser);
    if (dynox__expr_at_word(parser, DYNOX__WORD_NOT)) {
        if (!no_key(parser, "a key condition knows no NOT") || !dynox__expr_deeper(parser)) return false;
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, "NOT ") || !factor(parser, &ignored)) return false;
        parser->depth--;
        return true;
    }
    if (dynox__expr_at(parser, DYNOX__TOKEN_FUNCTION) && !dynox__expr_at_word(parser, DYNOX__WORD_size))
        return predicate(parser);
    return comparison(parser);
}

static bool condition(dynox__expr_parser *parser, bool *enclosed)
{
    /* The two levels differ in precedence, and that is the service's to see: one loop writes both. */
    if (!factor(parser, enclosed)) return false;
    for (;;) {
        bool and_ = dynox__expr_at_word(parser, DYNOX__WORD_AND), or_ = dynox__expr_at_word(parser, DYNOX__WORD_OR);
        bool ignored;
        if (!and_ && !or_) return true;
        if (or_ && !no_key(parser, "a key condition knows no OR")) return false;
        *enclosed = false;
        if (!parser->depth) parser->context->joined |= and_ ? DYNOX__EXPR_AND : DYNOX__EXPR_OR;
        dynox__expr_advance(parser);
        if (!dynox__expr_emit(parser, and_ ? " AND " : " OR ") || !factor(parser, &ignored)) return false;
    }
}

bool dynox__expr_condition(dynox__expr_parser *parser)
{
    bool enclosed;
    if (!condition(parser, &enclosed)) return false;
    return dynox__expr_at(parser, DYNOX__TOKEN_END) || dynox__expr_expected(parser, "AND, OR or the end");
}
