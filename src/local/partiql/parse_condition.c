/* WHERE: paths, comparisons and predicates, AND, OR, NOT. They become the terms that conditions of expressions are made
 * of; IS MISSING and IS NULL are attribute_not_exists and attribute_type there. */
#include "base/ascii.h"
#include "local/partiql/parser.h"

/* ---- paths ---- */

/* [n] or ['name'] */
static bool bracket(dynox__partiql_parser *parser, dynox__step *step)
{
    dynox__lexeme at = parser->lexeme;
    if (at.kind == DYNOX__LEXEME_TEXT) {
        step->name = dynox__lexeme_content(&at, parser->arena, &step->length);
        if (!step->name) return dynox__refuse_memory(parser->refusal);
        step->written = (dynox__expr_name){step->name, step->length};
    } else {
        if (at.kind != DYNOX__LEXEME_NUMBER) return dynox__partiql_unexpected(parser, "index of a list");
        step->is_index = true;
        step->written  = (dynox__expr_name){at.start, at.length};
        for (size_t i = 0; i < at.length; i++) {
            if (at.start[i] < '0' || at.start[i] > '9' || step->index > 99999999)
                return dynox__partiql_unexpected(parser, "index of a list");
            step->index = step->index * 10 + (size_t)(at.start[i] - '0');
        }
    }
    dynox__partiql_advance(parser);
    return dynox__partiql_needs_sign(parser, "]");
}

static bool named(dynox__partiql_parser *parser, dynox__step *step)
{
    if (!dynox__partiql_name(parser, "attribute", &step->name, &step->length)) return false;
    step->written = (dynox__expr_name){step->name, step->length};
    return true;
}

dynox__term *dynox__partiql_path(dynox__partiql_parser *parser)
{
    dynox__step  steps[DYNOX__PATH_STEPS];
    size_t       count = 1;
    dynox__term *term;
    steps[0] = (dynox__step){0};
    if (!named(parser, &steps[0])) return NULL;
    while (dynox__partiql_at_sign(parser, ".") || dynox__partiql_at_sign(parser, "[")) {
        if (count == DYNOX__PATH_STEPS) {
            dynox__partiql_refuse(parser, "The document path has too many nesting elements");
            return NULL;
        }
        bool         dot  = dynox__partiql_at_sign(parser, ".");
        dynox__step *step = &steps[count++];
        *step             = (dynox__step){0};
        dynox__partiql_advance(parser);
        if (dot ? !named(parser, step) : !bracket(parser, step)) return NULL;
    }
    term              = dynox__partiql_made(parser, dynox__arena_alloc(parser->arena, sizeof *term));
    dynox__step *copy = dynox__partiql_made(parser, dynox__arena_alloc(parser->arena, count * sizeof *copy));
    if (!term || !copy) return NULL;
    memcpy(copy, steps, count * sizeof *copy);
    *term = (dynox__term){.kind = DYNOX__TERM_PATH, .steps = copy, .step_count = count};
    return term;
}

/* ---- terms ---- */

static dynox__term *made(dynox__partiql_parser *parser, dynox__expr_made what, const char *written, dynox__term *first)
{
    return dynox__partiql_made(parser, dynox__term_made(parser->arena, what, written, first));
}

static dynox__term *call(dynox__partiql_parser *parser, dynox__word word, dynox__term *first)
{
    return dynox__partiql_made(parser, dynox__term_call(parser->arena, word, first));
}

static dynox__term *negated(dynox__partiql_parser *parser, bool is_negated, dynox__term *term)
{
    return term && is_negated ? made(parser, DYNOX__EXPR_NOT, NULL, term) : term;
}

static dynox__term *given(dynox__partiql_parser *parser)
{
    const dynox_value *value = dynox__partiql_value(parser);
    return value ? dynox__partiql_made(parser, dynox__term_value(parser->arena, value)) : NULL;
}

/* A path, a value, or size(path). */
static dynox__term *operand(dynox__partiql_parser *parser)
{
    if (dynox__partiql_at_value(parser)) return given(parser);
    if (!dynox__partiql_at_word(parser, "size") || !dynox__partiql_at_call(parser)) return dynox__partiql_path(parser);
    dynox__partiql_advance(parser);
    dynox__partiql_advance(parser);
    dynox__term *path = dynox__partiql_path(parser);
    return path && dynox__partiql_needs_sign(parser, ")") ? call(parser, DYNOX__WORD_size, path) : NULL;
}

/* ---- predicates ---- */

static bool check_type_name(dynox__partiql_parser *parser, const dynox__term *type)
{
    static const char *const names[] = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
    const dynox_value       *value   = type->kind == DYNOX__TERM_VALUE ? type->value : NULL;
    for (size_t i = 0; value && value->type == DYNOX_S && i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == value->length && memcmp(names[i], value->as.text, value->length) == 0) return true;
    return dynox__partiql_refuse(parser, "attribute_type takes one of {B,NULL,SS,BOOL,L,BS,N,NS,S,M} as a string");
}

/* begins_with(path, operand), contains(path, operand), attribute_type(path, 'S') */
static dynox__term *function(dynox__partiql_parser *parser)
{
    static const struct {
        const char *name;
        dynox__word word;
    } all[]          = {{"begins_with", DYNOX__WORD_begins_with},
                        {"contains", DYNOX__WORD_contains},
                        {"attribute_type", DYNOX__WORD_attribute_type}};
    dynox__word word = DYNOX__WORD_NONE;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (dynox__partiql_at_word(parser, all[i].name)) word = all[i].word;
    if (word == DYNOX__WORD_NONE) {
        dynox__partiql_refuse(parser, "Unsupported function: %.*s", (int)parser->lexeme.length, parser->lexeme.start);
        return NULL;
    }
    dynox__partiql_advance(parser);
    dynox__partiql_advance(parser);
    dynox__term *path   = dynox__partiql_path(parser);
    dynox__term *second = path && dynox__partiql_needs_sign(parser, ",") ? operand(parser) : NULL;
    if (!second || !dynox__partiql_needs_sign(parser, ")")) return NULL;
    if (word == DYNOX__WORD_attribute_type && !check_type_name(parser, second)) return NULL;
    path->next = second;
    return call(parser, word, path);
}

static dynox__term *comparison(dynox__partiql_parser *parser, dynox__term *left)
{
    static const char *const signs[] = {"=", "<>", "<=", ">=", "<", ">"};
    const char              *sign    = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (dynox__partiql_at_sign(parser, signs[i])) sign = signs[i];
    if (dynox__partiql_at_sign(parser, "!=")) sign = "<>";
    if (!sign) {
        dynox__partiql_unexpected(parser, "comparison");
        return NULL;
    }
    dynox__partiql_advance(parser);
    left->next = operand(parser);
    return left->next ? made(parser, DYNOX__EXPR_COMPARISON, sign, left) : NULL;
}

static dynox__term *between(dynox__partiql_parser *parser, dynox__term *left)
{
    left->next = operand(parser);
    if (!left->next || !dynox__partiql_needs_word(parser, "AND")) return NULL;
    left->next->next = operand(parser);
    return left->next->next ? made(parser, DYNOX__EXPR_BETWEEN, "BETWEEN", left) : NULL;
}

/* Behind `left`, the elements of a list that is a value. */
static bool elements(dynox__partiql_parser *parser, dynox__term *left)
{
    const dynox_value *list = dynox__partiql_value(parser);
    dynox__term      **link = &left->next;
    if (!list) return false;
    if (list->type != DYNOX_L) return dynox__partiql_refuse(parser, "IN takes a list");
    for (uint32_t i = 0; i < list->length; i++) {
        *link = dynox__partiql_made(parser, dynox__term_value(parser->arena, &list->as.list[i]));
        if (!*link) return false;
        link = &(*link)->next;
    }
    return true;
}

static bool operands(dynox__partiql_parser *parser, dynox__term *left)
{
    dynox__term **link = &left->next;
    do {
        *link = operand(parser);
        if (!*link) return false;
        link = &(*link)->next;
    } while (dynox__partiql_takes_sign(parser, ","));
    return dynox__partiql_needs_sign(parser, ")");
}

/* IN [1, 2], IN (1, 2), IN ? */
static dynox__term *in(dynox__partiql_parser *parser, dynox__term *left)
{
    bool         done = dynox__partiql_takes_sign(parser, "(") ? operands(parser, left) : elements(parser, left);
    dynox__term *term = done ? made(parser, DYNOX__EXPR_IN, "IN", left) : NULL;
    if (!term) return NULL;
    if (term->count > 1 && term->count - 1 <= DYNOX__EXPR_IN_OPERANDS) return term;
    dynox__partiql_refuse(parser, "The IN operator takes 1 to %d operands; number of operands: %zu",
                          DYNOX__EXPR_IN_OPERANDS, term->count - 1);
    return NULL;
}

static dynox__term *is(dynox__partiql_parser *parser, dynox__term *path)
{
    static const dynox_value null = {.type = DYNOX_S, .length = 4, .as = {.text = "NULL"}};
    bool not                      = dynox__partiql_takes_word(parser, "NOT");
    if (path->kind != DYNOX__TERM_PATH) {
        dynox__partiql_refuse(parser, "IS takes an attribute");
        return NULL;
    }
    if (dynox__partiql_takes_word(parser, "MISSING"))
        return call(parser, not ? DYNOX__WORD_attribute_exists : DYNOX__WORD_attribute_not_exists, path);
    if (!dynox__partiql_takes_word(parser, "NULL")) {
        dynox__partiql_unexpected(parser, "MISSING or NULL");
        return NULL;
    }
    path->next = dynox__partiql_made(parser, dynox__term_value(parser->arena, &null));
    return path->next ? negated(parser, not, call(parser, DYNOX__WORD_attribute_type, path)) : NULL;
}

static dynox__term *predicate(dynox__partiql_parser *parser)
{
    if (dynox__partiql_takes_sign(parser, "(")) {
        dynox__term *inner = dynox__partiql_condition(parser);
        return inner && dynox__partiql_needs_sign(parser, ")") ? inner : NULL;
    }
    if (dynox__partiql_at_call(parser) && !dynox__partiql_at_word(parser, "size")) return function(parser);
    dynox__term *left = operand(parser);
    if (!left) return NULL;
    if (dynox__partiql_takes_word(parser, "IS")) return is(parser, left);
    bool not = dynox__partiql_takes_word(parser, "NOT");
    if (dynox__partiql_takes_word(parser, "BETWEEN")) return negated(parser, not, between(parser, left));
    if (dynox__partiql_takes_word(parser, "IN")) return negated(parser, not, in(parser, left));
    if (!not ) return comparison(parser, left);
    dynox__partiql_unexpected(parser, "BETWEEN or IN");
    return NULL;
}

/* ---- NOT, AND, OR ---- */

static dynox__term *denied(dynox__partiql_parser *parser)
{
    if (!dynox__partiql_deeper(parser)) return NULL;
    dynox__term *term;
    if (dynox__partiql_takes_word(parser, "NOT"))
        term = negated(parser, true, denied(parser));
    else
        term = predicate(parser);
    parser->depth--;
    return term;
}

/* One or more with a word between them. */
static dynox__term *joined(dynox__partiql_parser *parser, const char *word, dynox__expr_made what,
                           dynox__term *(*read)(dynox__partiql_parser *))
{
    dynox__term *first = read(parser), *last = first;
    while (last && dynox__partiql_takes_word(parser, word)) {
        last->next = read(parser);
        last       = last->next;
    }
    return last && last != first ? made(parser, what, NULL, first) : last;
}

static dynox__term *all(dynox__partiql_parser *parser)
{
    return joined(parser, "AND", DYNOX__EXPR_ALL, denied);
}

dynox__term *dynox__partiql_condition(dynox__partiql_parser *parser)
{
    return joined(parser, "OR", DYNOX__EXPR_ANY, all);
}
