/* The parser of expressions: one grammar, for those that a program writes and for those that the service gets. What it
 * reads goes to a sink: the client's writes while it reads, the local engine's builds a tree. */
#ifndef DYNOX_VALUE_EXPR_EXPR_PARSE_H
#define DYNOX_VALUE_EXPR_EXPR_PARSE_H

#include "value/expr/expr_context.h"
#include "value/expr/expr_lex.h"

/* Parentheses, NOTs and functions inside each other: the service takes 300 operators in all. */
enum { DYNOX__EXPR_DEPTH = 320, DYNOX__EXPR_BYTES = 4096, DYNOX__EXPR_IN_OPERANDS = 100 };

/* What has been read whole: with how many operands, which were made before it, in their order. Of a token (`of`): a
 * function's name, a clause's keyword, the operator of a comparison; NULL for the others. */
typedef enum dynox__expr_made {
    DYNOX__EXPR_PATH, /* its steps have been told by name and index */
    DYNOX__EXPR_CALL, /* a function */
    DYNOX__EXPR_COMPARISON,
    DYNOX__EXPR_BETWEEN,
    DYNOX__EXPR_IN,
    DYNOX__EXPR_NOT,
    DYNOX__EXPR_ALL, /* AND */
    DYNOX__EXPR_ANY, /* OR */
    DYNOX__EXPR_PLUS,
    DYNOX__EXPR_MINUS,
    DYNOX__EXPR_ACTION, /* of a clause of an update: a path, and of SET, ADD and DELETE a value */
    DYNOX__EXPR_CLAUSE, /* of actions */
    DYNOX__EXPR_LIST    /* an update, of clauses; a projection, of paths */
} dynox__expr_made;

typedef struct dynox__expr_parser dynox__expr_parser;

/* Where it goes. The functions return false to end the parsing. `name`, `index` and `value` are called with the token
 * as the one to be read. */
typedef struct dynox__expr_sink {
    bool service; /* the dialect: that of the service */
    bool (*name)(dynox__expr_parser *parser, bool behind_dot);
    bool (*index)(dynox__expr_parser *parser);
    bool (*value)(dynox__expr_parser *parser);
    bool (*made)(dynox__expr_parser *parser, dynox__expr_made what, const dynox__token *of,
                 size_t operands);                                  /* or NULL */
    bool (*expected)(dynox__expr_parser *parser, const char *what); /* returns false */
    bool (*refuse)(dynox__expr_parser *parser, const char *why);    /* returns false */
} dynox__expr_sink;

struct dynox__expr_parser {
    const dynox__expr_sink *sink;
    const char             *text;
    dynox__expr_kind        kind;
    unsigned                keywords; /* of the service's dialect */
    dynox__token            token;    /* the one to be read next */
    unsigned                depth;
    bool                    redundant; /* there were parentheses around parentheses */
    bool                    bare;      /* what was read last is a path or a value, in the place of a condition */

    /* The rest is for the client's sink. */
    dynox__expr_context *context;
    const dynox_expr    *expr;
    dynox__buffer       *buffer; /* NULL: nothing is written */
    size_t               start;  /* of this expression in the buffer */
    dynox_error         *error;
    dynox_status         status;
    size_t               values;

    /* The resolver's; NULL: not known, or there is none. */
    const void *attribute; /* what the path led to that was read last */
    bool        has_sum;   /* of this entry of an update: + or - */
    const void *beside;    /* what the values of this comparison or predicate stand beside: its first known path */
};

/* Reads all of the text. */
bool dynox__expr_parse(dynox__expr_parser *parser);

/* All return false after an error, which the sink has been told. */

bool dynox__expr_condition(dynox__expr_parser *parser);
bool dynox__expr_update(dynox__expr_parser *parser);

/* Says what is wrong, with the place of the token to be read; "..., found 'x'" is added to what was expected. */
static inline bool dynox__expr_expected(dynox__expr_parser *parser, const char *what)
{
    return parser->sink->expected(parser, what);
}
static inline bool dynox__expr_refuse(dynox__expr_parser *parser, const char *why)
{
    return parser->sink->refuse(parser, why);
}
/* The same about the value with that number, whose `?` is `at` in the text. */
bool dynox__expr_refuse_value(dynox__expr_parser *parser, const char *at, size_t number, const char *why);
bool dynox__expr_no_memory(dynox__expr_parser *parser);

void dynox__expr_advance(dynox__expr_parser *parser);
bool dynox__expr_emit(dynox__expr_parser *parser, const char *text);
/* Reads a token of that kind and writes it as `text`. */
bool dynox__expr_take(dynox__expr_parser *parser, dynox__token_kind kind, const char *text, const char *what);
bool dynox__expr_deeper(dynox__expr_parser *parser);

/* Where the writing is, and what takes out again the opening parenthesis that was written there. */
static inline size_t dynox__expr_here(const dynox__expr_parser *parser)
{
    return parser->buffer ? parser->buffer->size : 0;
}
void dynox__expr_unwrap(dynox__expr_parser *parser, size_t open);

static inline bool dynox__expr_made_of(dynox__expr_parser *parser, dynox__expr_made what, const dynox__token *of,
                                       size_t operands)
{
    return !parser->sink->made || parser->sink->made(parser, what, of, operands);
}

bool dynox__expr_path(dynox__expr_parser *parser);
bool dynox__expr_value(dynox__expr_parser *parser);
/* A function of the service's dialect, whichever: operands are read by `operand`. */
bool dynox__expr_call(dynox__expr_parser *parser, bool (*operand)(dynox__expr_parser *));

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
