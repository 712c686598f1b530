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

/* The tokens that both dialects write alike: false, and the token is as it was. */
static bool common_token(dynox__token *token)
{
    static const struct {
        char              c;
        dynox__token_kind kind;
    } single[] = {
        {',', DYNOX__TOKEN_COMMA}, {'.', DYNOX__TOKEN_DOT},   {'[', DYNOX__TOKEN_OPEN_BRACKET},
        {'(', DYNOX__TOKEN_OPEN},  {')', DYNOX__TOKEN_CLOSE}, {']', DYNOX__TOKEN_CLOSE_BRACKET},
        {'+', DYNOX__TOKEN_PLUS},  {'-', DYNOX__TOKEN_MINUS}, {'=', DYNOX__TOKEN_EQUAL},
    };
    char c = token->start[0];
    if (is_digit(c)) {
        token->kind   = DYNOX__TOKEN_DIGITS;
        token->length = strspn(token->start, "0123456789");
        return true;
    }
    if (c == '<' || c == '>') {
        *token = comparison_token(*token);
        return true;
    }
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (c == single[i].c) {
            token->kind = single[i].kind;
            return true;
        }
    return false;
}

dynox__token dynox__expr_token(const char *text)
{
    dynox__token token = {.kind = DYNOX__TOKEN_END, .start = text + skip_space(text), .length = 1};
    char         c     = token.start[0];
    if (is_name_start(c)) return word_token(token);
    switch (c) {
    case 0: token.length = 0; return token;
    case '?': token.kind = DYNOX__TOKEN_VALUE; return token;
    case '`': return quoted_token(token);
    case '=':
        if (token.start[1] == '=') return bad(token, "write a single =");
        break;
    default: break;
    }
    return common_token(&token) ? token : other_token(token);
}

static bool is_service_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static size_t service_name(const char *text)
{
    size_t length = 0;
    while (is_service_name(text[length]))
        length++;
    return length;
}

static dynox__token service_word(dynox__token token, unsigned words)
{
    token.length = service_name(token.start);
    token.word   = keyword_of(token.start, token.length);
    if (token.word != DYNOX__WORD_NONE && words & 1u << token.word) {
        token.kind = DYNOX__TOKEN_KEYWORD;
        return token;
    }
    const char *end = token.start + token.length;
    bool        of  = end[skip_space(end)] == '(';
    token.kind      = of ? DYNOX__TOKEN_FUNCTION : DYNOX__TOKEN_NAME;
    token.word      = of ? function_of(token.start, token.length) : DYNOX__WORD_NONE;
    return token;
}

dynox__token dynox__expr_service_token(const char *text, unsigned words)
{
    dynox__token token = {.kind = DYNOX__TOKEN_END, .start = text + skip_space(text), .length = 1};
    char         c     = token.start[0];
    if (is_service_name(c) && !is_digit(c)) return service_word(token, words);
    if (!c) {
        token.length = 0;
        return token;
    }
    if (common_token(&token)) return token;
    token.kind    = c == ':' ? DYNOX__TOKEN_VALUE : DYNOX__TOKEN_QUOTED;
    size_t length = service_name(token.start + 1);
    if ((c == ':' || c == '#') && length) {
        token.length = 1 + length;
        return token;
    }
    while (((unsigned char)token.start[token.length] & 0xC0) == 0x80)
        token.length++;
    return bad(token, NULL);
}
