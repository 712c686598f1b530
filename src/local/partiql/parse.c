/* Statements: SELECT, INSERT, UPDATE, DELETE, EXISTS(SELECT). */
#include "local/partiql/parser.h"
#include <stdarg.h>
#include <stdio.h>

/* ---- what all of the parser needs ---- */

bool dynox__partiql_refuse(dynox__partiql_parser *parser, const char *format, ...)
{
    char    text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return dynox__refuse(parser->refusal, parser->arena, DYNOX__REFUSAL_VALIDATION,
                         "Statement wasn't well formed, can't be processed: %s", text);
}

/* Long tokens are cut, between characters. */
bool dynox__partiql_unexpected(dynox__partiql_parser *parser, const char *expected)
{
    const dynox__lexeme *at     = &parser->lexeme;
    size_t               length = at->length > 60 ? 60 : at->length;
    while (length < at->length && length && ((unsigned char)at->start[length] & 0xC0) == 0x80)
        length--;
    if (at->kind == DYNOX__LEXEME_OPEN)
        return dynox__partiql_refuse(parser, "Expected the end of what begins with %.*s", (int)length, at->start);
    if (at->kind == DYNOX__LEXEME_END) return dynox__partiql_refuse(parser, "Expected %s", expected);
    if (at->kind == DYNOX__LEXEME_BAD)
        return dynox__partiql_refuse(parser, "Expected %s, found an invalid character", expected);
    return dynox__partiql_refuse(parser, "Expected %s, found %.*s", expected, (int)length, at->start);
}

bool dynox__partiql_deeper(dynox__partiql_parser *parser)
{
    return ++parser->depth <= DYNOX__PARTIQL_DEPTH ||
           dynox__partiql_refuse(parser, "The expression is nested too deeply; levels: %u", parser->depth);
}

void dynox__partiql_advance(dynox__partiql_parser *parser)
{
    parser->lexeme = dynox__partiql_behind(parser);
}

dynox__lexeme dynox__partiql_behind(const dynox__partiql_parser *parser)
{
    return dynox__lexeme_at(parser->lexeme.start + parser->lexeme.length, parser->end);
}

bool dynox__partiql_at_call(const dynox__partiql_parser *parser)
{
    dynox__lexeme behind = dynox__partiql_behind(parser);
    return parser->lexeme.kind == DYNOX__LEXEME_WORD && dynox__lexeme_is_sign(&behind, "(");
}

bool dynox__partiql_takes_word(dynox__partiql_parser *parser, const char *word)
{
    if (!dynox__partiql_at_word(parser, word)) return false;
    dynox__partiql_advance(parser);
    return true;
}

bool dynox__partiql_takes_sign(dynox__partiql_parser *parser, const char *sign)
{
    if (!dynox__partiql_at_sign(parser, sign)) return false;
    dynox__partiql_advance(parser);
    return true;
}

bool dynox__partiql_needs_word(dynox__partiql_parser *parser, const char *word)
{
    return dynox__partiql_takes_word(parser, word) || dynox__partiql_unexpected(parser, word);
}

bool dynox__partiql_needs_sign(dynox__partiql_parser *parser, const char *sign)
{
    return dynox__partiql_takes_sign(parser, sign) || dynox__partiql_unexpected(parser, sign);
}

/* Words that the grammar would read as something else. */
static bool is_keyword(const dynox__lexeme *lexeme)
{
    static const char *const words[] = {"SELECT", "INSERT", "UPDATE", "DELETE",  "EXISTS",    "FROM", "INTO",
                                        "VALUE",  "WHERE",  "AND",    "OR",      "NOT",       "IN",   "IS",
                                        "NULL",   "TRUE",   "FALSE",  "MISSING", "BETWEEN",   "SET",  "REMOVE",
                                        "ORDER",  "BY",     "ASC",    "DESC",    "RETURNING", "AS"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dynox__lexeme_is_word(lexeme, words[i])) return true;
    return false;
}

bool dynox__partiql_name(dynox__partiql_parser *parser, const char *what, const char **name, size_t *length)
{
    const dynox__lexeme *at = &parser->lexeme;
    if (at->kind != DYNOX__LEXEME_NAME && (at->kind != DYNOX__LEXEME_WORD || is_keyword(at)))
        return dynox__partiql_unexpected(parser, what);
    *name = dynox__lexeme_content(at, parser->arena, length);
    if (!*name) return dynox__refuse_memory(parser->refusal);
    if (!*length) return dynox__partiql_refuse(parser, "Expected %s, found an empty one", what);
    dynox__partiql_advance(parser);
    return true;
}

/* ---- parts of statements ---- */

/* A table, or table.index. */
static bool read_table(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    size_t length;
    if (!dynox__partiql_name(parser, "table name", &statement->table, &statement->table_length)) return false;
    if (!dynox__partiql_takes_sign(parser, ".")) return true;
    if (statement->kind != DYNOX__PARTIQL_SELECT && statement->kind != DYNOX__PARTIQL_EXISTS)
        return dynox__partiql_refuse(parser, "An index can only be read");
    return dynox__partiql_name(parser, "index name", &statement->index, &length);
}

static bool read_where(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    statement->where = dynox__partiql_condition(parser);
    return statement->where;
}

/* A function, such as count(*), where an attribute should be: at its line, column and length. */
static bool refuse_call(dynox__partiql_parser *parser)
{
    size_t line = 1, column = 1;
    for (const char *at = parser->start; at < parser->lexeme.start; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    return dynox__refuse(parser->refusal, parser->arena, DYNOX__REFUSAL_VALIDATION,
                         "Unexpected path component at %zu:%zu:%zu", line, column, parser->lexeme.length);
}

static bool read_columns(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    dynox__term *first = NULL, **link = &first;
    if (dynox__partiql_takes_sign(parser, "*")) return true;
    do {
        if (dynox__partiql_at_call(parser)) return refuse_call(parser);
        *link = dynox__partiql_path(parser);
        if (!*link) return false;
        link = &(*link)->next;
    } while (dynox__partiql_takes_sign(parser, ","));
    statement->projection = dynox__projection_columns(first, parser->arena, parser->refusal);
    return statement->projection;
}

/* ORDER BY names of the key, each ASC or DESC. */
static bool read_order(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    if (!dynox__partiql_takes_word(parser, "ORDER")) return true;
    if (!dynox__partiql_needs_word(parser, "BY")) return false;
    do {
        dynox__partiql_order *order = &statement->order[statement->order_count];
        if (statement->order_count++ == DYNOX__PARTIQL_COLUMNS)
            return dynox__partiql_refuse(parser, "ORDER BY has more attributes than a key");
        if (!dynox__partiql_name(parser, "attribute", &order->name, &order->length)) return false;
        order->is_descending = dynox__partiql_takes_word(parser, "DESC");
        if (!order->is_descending) dynox__partiql_takes_word(parser, "ASC");
    } while (dynox__partiql_takes_sign(parser, ","));
    if (statement->where) return true;
    return dynox__refuse(parser->refusal, parser->arena, DYNOX__REFUSAL_VALIDATION,
                         "Must have WHERE clause in the statement when using ORDER BY clause.");
}

static bool read_select(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    return read_columns(parser, statement) && dynox__partiql_needs_word(parser, "FROM") &&
           read_table(parser, statement) &&
           (!dynox__partiql_takes_word(parser, "WHERE") || read_where(parser, statement)) &&
           read_order(parser, statement);
}

static bool read_insert(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    if (!dynox__partiql_needs_word(parser, "INTO") || !read_table(parser, statement) ||
        !dynox__partiql_needs_word(parser, "VALUE"))
        return false;
    const dynox_value *value = dynox__partiql_value(parser);
    if (!value) return false;
    if (value->type != DYNOX_M) return dynox__partiql_refuse(parser, "Expected a map behind VALUE");
    statement->item = dynox_item_of(value->as.map, value->length);
    return true;
}

/* RETURNING ALL OLD * and the like: what ReturnValues would say. */
static bool read_returning(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    static const char *const values[2][2] = {{"ALL_OLD", "ALL_NEW"}, {"UPDATED_OLD", "UPDATED_NEW"}};
    if (!dynox__partiql_takes_word(parser, "RETURNING")) return true;
    bool modified = dynox__partiql_takes_word(parser, "MODIFIED");
    if (!modified && !dynox__partiql_takes_word(parser, "ALL"))
        return dynox__partiql_unexpected(parser, "ALL or MODIFIED");
    bool is_new = dynox__partiql_takes_word(parser, "NEW");
    if (!is_new && !dynox__partiql_takes_word(parser, "OLD")) return dynox__partiql_unexpected(parser, "OLD or NEW");
    statement->returns = values[modified][is_new];
    if (statement->kind == DYNOX__PARTIQL_DELETE && (modified || is_new))
        return dynox__refuse(parser->refusal, parser->arena, DYNOX__REFUSAL_VALIDATION,
                             "Invalid returning clause: RETURNING %s %s *. Only RETURNING ALL OLD * is allowed in "
                             "DELETE statements.",
                             modified ? "MODIFIED" : "ALL", is_new ? "NEW" : "OLD");
    return dynox__partiql_needs_sign(parser, "*");
}

static bool read_update(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    if (!read_table(parser, statement)) return false;
    statement->update = dynox__partiql_update(parser);
    return statement->update && dynox__partiql_needs_word(parser, "WHERE") && read_where(parser, statement) &&
           read_returning(parser, statement);
}

static bool read_delete(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    return dynox__partiql_needs_word(parser, "FROM") && read_table(parser, statement) &&
           dynox__partiql_needs_word(parser, "WHERE") && read_where(parser, statement) &&
           read_returning(parser, statement);
}

/* EXISTS(SELECT * FROM ...) */
static bool read_exists(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    return dynox__partiql_needs_sign(parser, "(") && dynox__partiql_needs_word(parser, "SELECT") &&
           read_select(parser, statement) && dynox__partiql_needs_sign(parser, ")");
}

static bool read_statement(dynox__partiql_parser *parser, dynox__partiql *statement)
{
    static const struct {
        const char *word;
        bool (*read)(dynox__partiql_parser *, dynox__partiql *);
    } kinds[] = {[DYNOX__PARTIQL_SELECT] = {"SELECT", read_select},
                 [DYNOX__PARTIQL_INSERT] = {"INSERT", read_insert},
                 [DYNOX__PARTIQL_UPDATE] = {"UPDATE", read_update},
                 [DYNOX__PARTIQL_DELETE] = {"DELETE", read_delete},
                 [DYNOX__PARTIQL_EXISTS] = {"EXISTS", read_exists}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!dynox__partiql_takes_word(parser, kinds[i].word)) continue;
        statement->kind = (dynox__partiql_kind)i;
        return kinds[i].read(parser, statement);
    }
    return dynox__partiql_refuse(parser, "Expected data manipulation");
}

bool dynox__partiql_selects(const dynox__tree *text)
{
    dynox__lexeme first = dynox__lexeme_at(text->text, text->text + text->length);
    return dynox__lexeme_is_word(&first, "SELECT");
}

bool dynox__partiql_table(const dynox__tree *text, dynox__tree *table)
{
    const char   *end    = text->text + text->length;
    dynox__lexeme before = {0}, at = dynox__lexeme_at(text->text, end);
    for (; at.kind != DYNOX__LEXEME_END && at.kind != DYNOX__LEXEME_OPEN;
         before = at, at = dynox__lexeme_at(at.start + at.length, end)) {
        bool quoted = at.kind == DYNOX__LEXEME_NAME;
        if (!quoted && at.kind != DYNOX__LEXEME_WORD) continue;
        if (!dynox__lexeme_is_word(&before, "FROM") && !dynox__lexeme_is_word(&before, "INTO") &&
            !dynox__lexeme_is_word(&before, "UPDATE"))
            continue;
        *table = (dynox__tree){.kind   = DYNOX__TREE_TEXT,
                               .text   = quoted ? at.start + 1 : at.start,
                               .length = quoted ? at.length - 2 : at.length};
        return true;
    }
    return false;
}

bool dynox__partiql_read(const dynox__tree *text, const dynox__tree *parameters, dynox__arena *arena,
                         dynox__partiql *statement, dynox__refusal *refusal)
{
    dynox__partiql_parser parser = {.start     = text->text,
                                    .end       = text->text + text->length,
                                    .parameter = parameters ? parameters->first : NULL,
                                    .arena     = arena,
                                    .refusal   = refusal};
    *statement                   = (dynox__partiql){0};
    parser.lexeme                = dynox__lexeme_at(parser.start, parser.end);
    if (!read_statement(&parser, statement)) return false;
    if (parser.lexeme.kind != DYNOX__LEXEME_END) return dynox__partiql_unexpected(&parser, "the end of the statement");
    return parser.places == (parameters ? parameters->count : 0) ||
           dynox__refuse(refusal, arena, DYNOX__REFUSAL_VALIDATION,
                         "Number of parameters in request and statement don't match.");
}
