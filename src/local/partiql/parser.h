/* What the files of the parser share. */
#ifndef DYNOX_LOCAL_PARTIQL_PARSER_H
#define DYNOX_LOCAL_PARTIQL_PARSER_H

#include "local/evaluate/terms.h"
#include "local/partiql/lex.h"
#include "local/partiql/partiql.h"

enum { DYNOX__PARTIQL_DEPTH = 320 }; /* of conditions and sums; values have a limit of their own */

typedef struct dynox__partiql_parser {
    const char        *start, *end;
    dynox__lexeme      lexeme;    /* to be read next */
    const dynox__tree *parameter; /* the next one; NULL: no more */
    size_t             places;    /* ? that were read */
    unsigned           depth;
    dynox__arena      *arena;
    dynox__refusal    *refusal;
} dynox__partiql_parser;

/* "Statement wasn't well formed, can't be processed: " and the rest. Returns false. */
bool dynox__partiql_refuse(dynox__partiql_parser *parser, const char *format, ...) DYNOX_PRINTF(2, 3);
bool dynox__partiql_unexpected(dynox__partiql_parser *parser, const char *expected);
bool dynox__partiql_deeper(dynox__partiql_parser *parser);

void          dynox__partiql_advance(dynox__partiql_parser *parser);
dynox__lexeme dynox__partiql_behind(const dynox__partiql_parser *parser); /* the one after that to be read next */

static inline bool dynox__partiql_at_word(const dynox__partiql_parser *parser, const char *word)
{
    return dynox__lexeme_is_word(&parser->lexeme, word);
}
static inline bool dynox__partiql_at_sign(const dynox__partiql_parser *parser, const char *sign)
{
    return dynox__lexeme_is_sign(&parser->lexeme, sign);
}

/* A word with a parenthesis behind it: a function. */
bool dynox__partiql_at_call(const dynox__partiql_parser *parser);

/* Reads it if it is there. */
bool dynox__partiql_takes_word(dynox__partiql_parser *parser, const char *word);
bool dynox__partiql_takes_sign(dynox__partiql_parser *parser, const char *sign);
/* Reads it, or refuses. */
bool dynox__partiql_needs_word(dynox__partiql_parser *parser, const char *word);
bool dynox__partiql_needs_sign(dynox__partiql_parser *parser, const char *sign);

/* A name: "quoted", or a word that is none of the grammar's. `what` it is of, for the refusal. */
bool dynox__partiql_name(dynox__partiql_parser *parser, const char *what, const char **name, size_t *length);

/* ---- parse_value.c ---- */

/* Does a value begin here? */
bool dynox__partiql_at_value(const dynox__partiql_parser *parser);
/* A literal or ?; what the service says of values in requests is said of it. NULL: refused. */
const dynox_value *dynox__partiql_value(dynox__partiql_parser *parser);

/* ---- parse_condition.c; each NULL: refused ---- */

dynox__term *dynox__partiql_path(dynox__partiql_parser *parser);
dynox__term *dynox__partiql_condition(dynox__partiql_parser *parser);

/* ---- parse_update.c ---- */

/* SET and REMOVE, one or more of them, in any order. NULL: refused. */
dynox__update *dynox__partiql_update(dynox__partiql_parser *parser);

/* Sets the refusal and returns NULL where memory is out. */
static inline void *dynox__partiql_made(dynox__partiql_parser *parser, void *made)
{
    if (!made) dynox__refuse_memory(parser->refusal);
    return made;
}

#endif
