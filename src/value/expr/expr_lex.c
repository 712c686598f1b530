/* Cutting expressions into tokens. Everything that a person might write by mistake gets an answer that helps. */
#include "value/expr/expr_lex.h"
#include "value/text/utf8.h"
#include <string.h>

enum { NAME_MAX_BYTES = 65535 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '@' ||
           (unsigned char)c >= 0x80;
}

static size_t skip_space(const char *text)
{
    return strspn(text, " \t\r\n");
}

/* ASCII only, whatever the locale. `upper` is in upper case. */
static bool is_word(const char *text, size_t length, const char *upper)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
        if (c != upper[i]) return false;
    }
    return upper[length] == 0;
}

static dynox__word keyword_of(const char *text, size_t length)
{
#define MATCH(word)                                                                                                    \
    if (is_word(text, length, #word)) return DYNOX__WORD_##word;
    DYNOX__KEYWORD_TABLE(MATCH)
#undef MATCH
    return DYNOX__WORD_NONE;
}

static dynox__word function_of(const char *text, size_t length)
{
#define MATCH(word)                                                                                                    \
    if (length == sizeof #word - 1 && memcmp(text, #word, length) == 0) return DYNOX__WORD_##word;
    DYNOX__FUNCTION_TABLE(MATCH)
#undef MATCH
    return DYNOX__WORD_NONE;
}

static dynox__token bad(dynox__token token, const char *why)
{
    token.kind = DYNOX__TOKEN_BAD;
    token.why  = why;
    return token;
}

static dynox__token word_token(dynox__token token)
{
    const char *end = token.start;
    while (is_name_start(*end) || is_digit(*end))
        end++;
    token.length = (size_t)(end - token.start);
    if (!dynox__utf8_valid(token.start, token.length)) return bad(token, "the name is not valid UTF-8");
    if (token.length > NAME_MAX_BYTES) return bad(token, "the name is longer than 65535 bytes");
    if ((token.word = keyword_of(token.start, token.length)) != DYNOX__WORD_NONE) {
        token.kind = DYNOX__TOKEN_KEYWORD;
        return token;
    }
    if (end[skip_space(end)] == '(') {
        token.kind = DYNOX__TOKEN_FUNCTION;
        token.word = function_of(token.start, token.length);
        return token.word ? token : bad(token, "there is no such function");
    }
    bool constant = is_word(token.start, token.length, "TRUE") || is_word(token.start, token.length, "FALSE") ||
                    is_word(token.start, token.length, "NULL");
    token.kind = constant ? DYNOX__TOKEN_CONSTANT : DYNOX__TOKEN_NAME;
    return token;
}

static dynox__token quoted_token(dynox__token token)
{
    const char *end = token.start + 1;
    for (; *end != '`' || end[1] == '`'; end++) {
        if (*end == '`') end++;
        if (!*end) {
            token.length = (size_t)(end - token.start);
            return bad(token, "the backquote is never closed");
        }
    }
    token.kind   = DYNOX__TOKEN_QUOTED;
    token.length = (size_t)(end + 1 - token.start);
    if (token.length == 2) return bad(token, "a name cannot be empty");
    if (token.length - 2 > NAME_MAX_BYTES) return bad(token, "the name is longer than 65535 bytes");
    if (!dynox__utf8_valid(token.start, token.length)) return bad(token, "the name is not valid UTF-8");
    return token;
}

static dynox__token comparison_token(dynox__token token)
{
    char next    = token.start[1];
    token.kind   = DYNOX__TOKEN_COMPARISON;
    token.length = next == '=' || (token.start[0] == '<' && next == '>') ? 2 : 1;
    return token;
}

static dynox__token other_token(dynox__token token)
{
    switch (token.start[0]) {
    case ':': return bad(token, "placeholders are made for you: write ? and pass the value");
    case '#': return bad(token, "placeholders are made for you: write the name itself");
    case '\'':
    case '"': return bad(token, "text is passed as a value: write ? for it (names are quoted with backquotes)");
    case '!':
    case '~': return bad(token, "write <> for 'not equal', NOT for 'not'");
    case '&': return bad(token, "write AND");
    case '|': return bad(token, "write OR");
    default: return bad(token, "this character has no meaning here (names with it are quoted with backquotes)");
    }
}

dynox__token dynox__expr_token(const char *text)
{
    static const struct {
        char              c;
        dynox__token_kind kind;
    } single[] = {
        {'?', DYNOX__TOKEN_VALUE},        {',', DYNOX__TOKEN_COMMA},         {'.', DYNOX__TOKEN_DOT},
        {'[', DYNOX__TOKEN_OPEN_BRACKET}, {']', DYNOX__TOKEN_CLOSE_BRACKET}, {'(', DYNOX__TOKEN_OPEN},
        {')', DYNOX__TOKEN_CLOSE},        {'+', DYNOX__TOKEN_PLUS},          {'-', DYNOX__TOKEN_MINUS},
    };
    dynox__token token = {.kind = DYNOX__TOKEN_END, .start = text + skip_space(text), .length = 1};
    char         c     = token.start[0];
    if (!c) {
        token.length = 0;
        return token;
    }
    if (is_name_start(c)) return word_token(token);
    if (c == '`') return quoted_token(token);
    if (is_digit(c)) {
        token.kind   = DYNOX__TOKEN_DIGITS;
        token.length = strspn(token.start, "0123456789");
        return token;
    }
    if (c == '=') {
        token.kind = DYNOX__TOKEN_EQUAL;
        return token.start[1] == '=' ? bad(token, "write a single =") : token;
    }
    if (c == '<' || c == '>') return comparison_token(token);
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (c == single[i].c) {
            token.kind = single[i].kind;
            return token;
        }
    return other_token(token);
}
