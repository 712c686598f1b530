/* The tokens of PartiQL statements. */
#include "local/partiql/lex.h"
#include "base/ascii.h"
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool stands_at(const char *at, const char *end, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

/* Behind blanks and comments; NULL: a comment has no end, and *at is where it begins. */
static const char *skip(const char **at, const char *end)
{
    for (;; *at += 1) {
        while (*at < end && is_blank(**at))
            *at += 1;
        if (stands_at(*at, end, "--")) {
            while (*at < end && **at != '\n')
                *at += 1;
        } else if (stands_at(*at, end, "/*")) {
            const char *close = *at + 2;
            while (close < end && !stands_at(close, end, "*/"))
                close++;
            if (close >= end) return NULL;
            *at = close + 1;
        } else {
            return *at;
        }
        if (*at == end) return end;
    }
}

/* Behind the closing quote; NULL: there is none. */
static const char *quoted(const char *at, const char *end)
{
    char quote = *at++;
    for (; at < end; at++) {
        if (*at != quote) continue;
        if (at + 1 == end || at[1] != quote) return at + 1;
        at++;
    }
    return NULL;
}

static const char *digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* 1, 1.5, .5, 1e-3 */
static const char *number(const char *at, const char *end)
{
    at = digits(at, end);
    if (at < end && *at == '.') at = digits(at + 1, end);
    if (at < end && (*at == 'e' || *at == 'E')) {
        const char *exponent = at + 1;
        if (exponent < end && (*exponent == '+' || *exponent == '-')) exponent++;
        if (exponent < end && is_digit(*exponent)) at = digits(exponent, end);
    }
    return at;
}

static const char *sign(const char *at, const char *end)
{
    static const char two[][3] = {"<<", ">>", "<=", ">=", "<>", "!="};
    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (stands_at(at, end, two[i])) return at + 2;
    return *at && strchr("?,.*()[]{}:=<>+-", *at) ? at + 1 : NULL;
}

static dynox__lexeme made(dynox__lexeme_kind kind, const char *start, const char *behind)
{
    return (dynox__lexeme){kind, start, (size_t)(behind - start)};
}

dynox__lexeme dynox__lexeme_at(const char *at, const char *end)
{
    const char *behind;
    if (!skip(&at, end)) return made(DYNOX__LEXEME_OPEN, at, end);
    if (at == end) return made(DYNOX__LEXEME_END, end, end);
    if (*at == '\'' || *at == '"') {
        behind = quoted(at, end);
        if (!behind) return made(DYNOX__LEXEME_OPEN, at, end);
        return made(*at == '"' ? DYNOX__LEXEME_NAME : DYNOX__LEXEME_TEXT, at, behind);
    }
    if (begins_word(*at)) {
        for (behind = at; behind < end && (begins_word(*behind) || is_digit(*behind));)
            behind++;
        return made(DYNOX__LEXEME_WORD, at, behind);
    }
    if (is_digit(*at) || (*at == '.' && at + 1 < end && is_digit(at[1])))
        return made(DYNOX__LEXEME_NUMBER, at, number(at, end));
    behind = sign(at, end);
    return behind ? made(DYNOX__LEXEME_SIGN, at, behind) : made(DYNOX__LEXEME_BAD, at, at + 1);
}

bool dynox__lexeme_is_word(const dynox__lexeme *lexeme, const char *word)
{
    return lexeme->kind == DYNOX__LEXEME_WORD && strlen(word) == lexeme->length &&
           dynox__ascii_same_n(lexeme->start, word, lexeme->length);
}

bool dynox__lexeme_is_sign(const dynox__lexeme *lexeme, const char *text)
{
    return lexeme->kind == DYNOX__LEXEME_SIGN && strlen(text) == lexeme->length &&
           memcmp(lexeme->start, text, lexeme->length) == 0;
}

char *dynox__lexeme_content(const dynox__lexeme *lexeme, dynox__arena *arena, size_t *length)
{
    bool is_quoted = lexeme->kind == DYNOX__LEXEME_NAME || lexeme->kind == DYNOX__LEXEME_TEXT;
    *length        = is_quoted ? lexeme->length - 2 : lexeme->length;
    char *copy     = dynox__arena_copy(arena, is_quoted ? lexeme->start + 1 : lexeme->start, *length);
    if (!copy || !is_quoted) return copy;
    size_t to = 0;
    for (size_t from = 0; from < *length; from++) {
        if (copy[from] == lexeme->start[0]) from++; /* the second one counts */
        copy[to++] = copy[from];
    }
    copy[to] = 0;
    *length  = to;
    return copy;
}
