/* The tokens of expressions, in two dialects: what a program writes for this library (`?`, names in backquotes), and
 * what goes to the service (:v, #n, and all names are plain words). */
#ifndef DYNOX_VALUE_EXPR_EXPR_LEX_H
#define DYNOX_VALUE_EXPR_EXPR_LEX_H

#include <stdbool.h>
#include <stddef.h>

/* X(word): recognised in any case. */
#define DYNOX__KEYWORD_TABLE(X)                                                                                        \
    X(AND)                                                                                                             \
    X(OR)                                                                                                              \
    X(NOT)                                                                                                             \
    X(BETWEEN)                                                                                                         \
    X(IN)                                                                                                              \
    X(SET)                                                                                                             \
    X(REMOVE)                                                                                                          \
    X(ADD)                                                                                                             \
    X(DELETE)

/* Recognised in lower case, and only before a parenthesis. */
#define DYNOX__FUNCTION_TABLE(X)                                                                                       \
    X(attribute_exists)                                                                                                \
    X(attribute_not_exists)                                                                                            \
    X(attribute_type)                                                                                                  \
    X(begins_with)                                                                                                     \
    X(contains)                                                                                                        \
    X(size)                                                                                                            \
    X(if_not_exists)                                                                                                   \
    X(list_append)

typedef enum dynox__word {
    DYNOX__WORD_NONE,
#define DYNOX__WORD_ENUM(word) DYNOX__WORD_##word,
    DYNOX__KEYWORD_TABLE(DYNOX__WORD_ENUM) DYNOX__FUNCTION_TABLE(DYNOX__WORD_ENUM)
#undef DYNOX__WORD_ENUM
} dynox__word;

typedef enum dynox__token_kind {
    DYNOX__TOKEN_END,
    DYNOX__TOKEN_NAME,   /* plain */
    DYNOX__TOKEN_QUOTED, /* in backquotes, or #n; length counts them */
    DYNOX__TOKEN_KEYWORD,
    DYNOX__TOKEN_FUNCTION, /* of the service's dialect: also one that there is not (DYNOX__WORD_NONE) */
    DYNOX__TOKEN_CONSTANT, /* true, false, null: names only behind a dot */
    DYNOX__TOKEN_DIGITS,
    DYNOX__TOKEN_VALUE, /* ?, or :v */
    DYNOX__TOKEN_COMMA,
    DYNOX__TOKEN_DOT,
    DYNOX__TOKEN_OPEN_BRACKET,
    DYNOX__TOKEN_CLOSE_BRACKET,
    DYNOX__TOKEN_OPEN,
    DYNOX__TOKEN_CLOSE,
    DYNOX__TOKEN_PLUS,
    DYNOX__TOKEN_MINUS,
    DYNOX__TOKEN_EQUAL,
    DYNOX__TOKEN_COMPARISON, /* <> < <= > >= */
    DYNOX__TOKEN_BAD         /* `why` says what is wrong */
} dynox__token_kind;

typedef struct dynox__token {
    dynox__token_kind kind;
    dynox__word       word; /* of keywords and functions */
    const char       *start;
    size_t            length;
    const char       *why;
} dynox__token;

/* The token that starts at `text` or behind the white space there. The next one is at start + length. After END and BAD
 * there is none. */
dynox__token dynox__expr_token(const char *text);
/* The same in the service's dialect. `words` has the keywords of the grammar, each as the bit of its dynox__word:
 * others are names. */
dynox__token dynox__expr_service_token(const char *text, unsigned words);

#endif
