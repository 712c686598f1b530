/* The tokens of PartiQL statements. */
#ifndef DYNOX_LOCAL_PARTIQL_LEX_H
#define DYNOX_LOCAL_PARTIQL_LEX_H

#include "base/arena.h"

typedef enum dynox__lexeme_kind {
    DYNOX__LEXEME_END,
    DYNOX__LEXEME_WORD,   /* a keyword or a name, which is which depends on the place */
    DYNOX__LEXEME_NAME,   /* "in double quotes" */
    DYNOX__LEXEME_TEXT,   /* 'in quotes' */
    DYNOX__LEXEME_NUMBER, /* without a sign */
    DYNOX__LEXEME_SIGN,   /* of one character or two: << >> <= >= <> != */
    DYNOX__LEXEME_OPEN,   /* a quote or a comment without an end */
    DYNOX__LEXEME_BAD     /* a character that has no place outside of quotes */
} dynox__lexeme_kind;

typedef struct dynox__lexeme {
    dynox__lexeme_kind kind;
    const char        *start; /* with quotes */
    size_t             length;
} dynox__lexeme;

/* The one that begins at `at` or behind blanks and comments there; none goes beyond `end`. */
dynox__lexeme dynox__lexeme_at(const char *at, const char *end);

/* Is it that keyword, in capitals or not? */
bool dynox__lexeme_is_word(const dynox__lexeme *lexeme, const char *word);
bool dynox__lexeme_is_sign(const dynox__lexeme *lexeme, const char *sign);

/* What stands between the quotes, a doubled quote as one; of a word itself. In the arena, or where it was. NULL: out of
 * memory. */
char *dynox__lexeme_content(const dynox__lexeme *lexeme, dynox__arena *arena, size_t *length);

#endif
