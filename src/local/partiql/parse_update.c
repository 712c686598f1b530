/* SET and REMOVE of an UPDATE. set_add and set_delete are what ADD and DELETE of update expressions are. */
#include "local/evaluate/update.h"
#include "local/partiql/parser.h"

typedef struct updating {
    dynox__partiql_parser *parser;
    dynox__update         *update;
    dynox__update_part   **link;
    dynox__path_clash      overlap, conflict;
} updating;

/* The name and its parenthesis. */
static bool takes_call(dynox__partiql_parser *parser, const char *name)
{
    if (!dynox__partiql_at_word(parser, name) || !dynox__partiql_at_call(parser)) return false;
    dynox__partiql_advance(parser);
    dynox__partiql_advance(parser);
    return true;
}

static dynox__term *given(dynox__partiql_parser *parser)
{
    const dynox_value *value = dynox__partiql_value(parser);
    return value ? dynox__partiql_made(parser, dynox__term_value(parser->arena, value)) : NULL;
}

static dynox__term *sum(dynox__partiql_parser *parser);

/* list_append(a, b) */
static dynox__term *appended(dynox__partiql_parser *parser)
{
    dynox__term *first = sum(parser), *second = first && dynox__partiql_needs_sign(parser, ",") ? sum(parser) : NULL;
    if (!second || !dynox__partiql_needs_sign(parser, ")")) return NULL;
    first->next = second;
    return dynox__partiql_made(parser, dynox__term_call(parser->arena, DYNOX__WORD_list_append, first));
}

static dynox__term *operand(dynox__partiql_parser *parser)
{
    if (!dynox__partiql_deeper(parser)) return NULL;
    dynox__term *term = NULL;
    if (takes_call(parser, "list_append")) {
        term = appended(parser);
    } else if (dynox__partiql_takes_sign(parser, "(")) {
        term = sum(parser);
        if (term && !dynox__partiql_needs_sign(parser, ")")) term = NULL;
    } else if (dynox__partiql_at_value(parser)) {
        term = given(parser);
    } else if (dynox__partiql_at_call(parser)) {
        dynox__partiql_refuse(parser, "Unsupported function: %.*s", (int)parser->lexeme.length, parser->lexeme.start);
    } else {
        term = dynox__partiql_path(parser);
    }
    parser->depth--;
    return term;
}

/* a + b - c */
static dynox__term *sum(dynox__partiql_parser *parser)
{
    dynox__term *term  = operand(parser);
    unsigned     count = 0;
    while (term && (dynox__partiql_at_sign(parser, "+") || dynox__partiql_at_sign(parser, "-"))) {
        bool plus = dynox__partiql_takes_sign(parser, "+");
        if (!plus) dynox__partiql_advance(parser);
        if (++count > DYNOX__OPERATORS) {
            dynox__partiql_refuse(parser, "The expression contains too many operators; operator count: %u", count);
            return NULL;
        }
        term->next = operand(parser);
        if (!term->next) return NULL;
        term = dynox__partiql_made(parser, dynox__term_made(parser->arena, plus ? DYNOX__EXPR_PLUS : DYNOX__EXPR_MINUS,
                                                            plus ? "+" : "-", term));
    }
    return term;
}

/* set_add(path, <<..>>) of the path that is set. */
static dynox__term *members(dynox__partiql_parser *parser, const dynox__term *path)
{
    dynox__term *of = dynox__partiql_path(parser);
    if (!of) return NULL;
    if (!dynox__path_equal(of, path)) {
        dynox__partiql_refuse(parser, "set_add and set_delete take the attribute that is set");
        return NULL;
    }
    dynox__term *set = dynox__partiql_needs_sign(parser, ",") ? given(parser) : NULL;
    if (!set || !dynox__partiql_needs_sign(parser, ")")) return NULL;
    if (set->value->type == DYNOX_SS || set->value->type == DYNOX_NS || set->value->type == DYNOX_BS) return set;
    dynox__partiql_refuse(parser, "set_add and set_delete take a set");
    return NULL;
}

static bool add(updating *u, dynox__word word, const dynox__term *path, const dynox__term *value)
{
    dynox__update_part action = {.clause = word, .path = path, .value = value};
    return dynox__update_add(u->update, &u->link, action, u->parser->arena, &u->overlap, &u->conflict) ||
           dynox__refuse_memory(u->parser->refusal);
}

static bool assignment(updating *u)
{
    dynox__partiql_parser *parser = u->parser;
    dynox__term           *path   = dynox__partiql_path(parser), *value;
    dynox__word            clause = DYNOX__WORD_SET;
    if (!path || !dynox__partiql_needs_sign(parser, "=")) return false;
    if (takes_call(parser, "set_add"))
        clause = DYNOX__WORD_ADD;
    else if (takes_call(parser, "set_delete"))
        clause = DYNOX__WORD_DELETE;
    value = clause == DYNOX__WORD_SET ? sum(parser) : members(parser, path);
    return value && add(u, clause, path, value);
}

static bool removal(updating *u)
{
    const dynox__term *path = dynox__partiql_path(u->parser);
    return path && add(u, DYNOX__WORD_REMOVE, path, NULL);
}

static bool clause(updating *u, bool (*read)(updating *))
{
    do {
        if (!read(u)) return false;
    } while (dynox__partiql_takes_sign(u->parser, ","));
    return true;
}

static bool clauses(updating *u)
{
    do {
        if (dynox__partiql_takes_word(u->parser, "SET")
                ? !clause(u, assignment)
                : !dynox__partiql_needs_word(u->parser, "REMOVE") || !clause(u, removal))
            return false;
    } while (dynox__partiql_at_word(u->parser, "SET") || dynox__partiql_at_word(u->parser, "REMOVE"));
    return true;
}

dynox__update *dynox__partiql_update(dynox__partiql_parser *parser)
{
    const dynox__checker checker = {"UpdateExpression", parser->arena, parser->refusal};
    dynox__update       *update  = dynox__partiql_made(parser, dynox__arena_alloc(parser->arena, sizeof *update));
    if (!update) return NULL;
    *update    = (dynox__update){0};
    updating u = {.parser = parser, .update = update, .link = &update->first};
    return clauses(&u) && dynox__branch_check(&checker, &u.overlap, &u.conflict) ? update : NULL;
}
