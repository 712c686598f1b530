/* The parser of expressions: what its two grammars, conditions and updates, have in common. It writes while it reads.
 */
#ifndef DYNOX_VALUE_EXPR_EXPR_PARSE_H
#define DYNOX_VALUE_EXPR_EXPR_PARSE_H

#include "value/expr/expr_context.h"
#include "value/expr/expr_lex.h"

/* Parentheses, NOTs and functions inside each other: the service takes 300 operators in all. */
enum { DYNOX__EXPR_DEPTH = 320, DYNOX__EXPR_BYTES = 4096, DYNOX__EXPR_IN_OPERANDS = 100 };

typedef struct dynox__expr_parser {
    dynox__expr_context *context;
    dynox__expr_kind     kind;
    const dynox_expr    *expr;
    dynox__buffer       *buffer;
    size_t               start; /* of this expression in the buffer */
    dynox_error         *error;
    dynox_status         status;
    dynox__token         token; /* the one to be read next */
    size_t               values;
    unsigned             depth;

    /* The resolver's; NULL: not known, or there is none. */
    const void *attribute; /* what the path led to that was read last */
    bool        has_sum;   /* of this entry of an update: + or - */
    const void *beside;    /* what the values of this comparison or predicate stand beside: its first known path */
} dynox__expr_parser;

/* All return false after an error, which then is in status and *error. */

bool dynox__expr_condition(dynox__expr_parser *parser);
bool dynox__expr_update(dynox__expr_parser *parser);

/* Says what is wrong, with the column of the token to be read; "..., found 'x'" is added to what was expected. */
bool dynox__expr_expected(dynox__expr_parser *parser, const char *what);
bool dynox__expr_refuse(dynox__expr_parser *parser, const char *why);
/* The same about the value with that number, whose `?` is `at` in the text. */
bool dynox__expr_refuse_value(dynox__expr_parser *parser, const char *at, size_t number, const char *why);
bool dynox__expr_no_memory(dynox__expr_parser *parser);

void dynox__expr_advance(dynox__expr_parser *parser);
bool dynox__expr_emit(dynox__expr_parser *parser, const char *text);
/* Reads a token of that kind and writes it as `text`. */
bool dynox__expr_take(dynox__expr_parser *parser, dynox__token_kind kind, const char *text, const char *what);
bool dynox__expr_deeper(dynox__expr_parser *parser);

bool dynox__expr_path(dynox__expr_parser *parser);
bool dynox__expr_value(dynox__expr_parser *parser);

/* The next step of a path where the resolver knows what is there: parser->attribute before it (NULL: the record) and
 * after it. *name becomes the stored one. */
bool dynox__expr_member(dynox__expr_parser *parser, dynox__expr_name *name);
bool dynox__expr_element(dynox__expr_parser *parser);
/* Makes of the values from :v`first` on what is to be sent beside the attribute; NULL: leaves them as they are. */
bool dynox__expr_convert_known(dynox__expr_parser *parser, const void *attribute, size_t first, dynox__expr_role role);

static inline bool dynox__expr_convert(dynox__expr_parser *parser, const void *attribute, size_t first,
                                       dynox__expr_role role)
{
    return !attribute || dynox__expr_convert_known(parser, attribute, first, role);
}

static inline bool dynox__expr_at(const dynox__expr_parser *parser, dynox__token_kind kind)
{
    return parser->token.kind == kind;
}

static inline bool dynox__expr_at_word(const dynox__expr_parser *parser, dynox__word word)
{
    return parser->token.word == word && !dynox__expr_at(parser, DYNOX__TOKEN_BAD);
}

#endif
