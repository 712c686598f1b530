/* Fuzzes expressions: the first byte chooses the kind and the number of values, the rest is the text. What compiles is
 * taken apart again here, by other means: it may hold nothing but keywords, functions, operators, list indexes, and
 * placeholders that the context knows; and the same text behind NOT ( ) must compile, too. */
#include "value/expr/expr.h"
#include <stdio.h>
#include <stdlib.h>

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

enum { VALUES = 40 };

static const char *const words[] = {"AND",
                                    "OR",
                                    "NOT",
                                    "BETWEEN",
                                    "IN",
                                    "SET",
                                    "REMOVE",
                                    "ADD",
                                    "DELETE",
                                    "attribute_exists",
                                    "attribute_not_exists",
                                    "attribute_type",
                                    "begins_with",
                                    "contains",
                                    "size",
                                    "if_not_exists",
                                    "list_append"};

/* A run of letters must be one of the words. */
static size_t check_word(const char *text, size_t left)
{
    size_t length = 0;
    while (length < left && (text[length] == '_' || (text[length] >= 'a' && text[length] <= 'z') ||
                             (text[length] >= 'A' && text[length] <= 'Z')))
        length++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) return length;
    fprintf(stderr, "a word that is not of the grammar: %.*s\n", (int)length, text);
    abort();
}

static size_t check_number(const char *text, size_t left, size_t *number)
{
    size_t length = 0;
    *number       = 0;
    for (; length < left && text[length] >= '0' && text[length] <= '9'; length++)
        *number = *number * 10 + (size_t)(text[length] - '0');
    REQUIRE(length > 0);
    return length;
}

static void check_output(const char *text, size_t length, const dynox__expr_context *context, size_t expected_values)
{
    size_t values = 0, depth = 0, number;
    REQUIRE(length > 0 && length <= 4096);
    for (size_t at = 0; at < length;) {
        char c = text[at];
        if (c == '#' || c == ':') {
            REQUIRE(at + 2 < length && text[at + 1] == (c == '#' ? 'n' : 'v'));
            at += 2 + check_number(text + at + 2, length - at - 2, &number);
            REQUIRE(number < (c == '#' ? context->name_count : context->value_count));
            if (c == ':') REQUIRE(number == values++);
        } else if (c == '[') {
            at += 1 + check_number(text + at + 1, length - at - 1, &number);
            REQUIRE(at < length && text[at] == ']');
            at++;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            at += check_word(text + at, length - at);
        } else {
            REQUIRE(strchr(" =<>+-.,()", c));
            if (c == '(') depth++;
            if (c == ')') REQUIRE(depth-- > 0);
            REQUIRE(c != '(' || at + 1 < length);
            at++;
        }
    }
    REQUIRE(depth == 0);
    REQUIRE(values == expected_values);
}

static dynox_status compile(dynox__expr_kind kind, const dynox_expr *expr, bool check)
{
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    dynox_error         error   = {0};
    dynox_status        status  = dynox__expr_write(&context, kind, expr, &buffer, &error);
    REQUIRE((status == DYNOX_OK) == (error.message[0] == 0));
    if (!status && check) {
        check_output(buffer.data, buffer.size, &context, expr->count);
        dynox__buffer maps = {0};
        REQUIRE(dynox__expr_write_names(&context, &maps, &error) == DYNOX_OK);
        REQUIRE(dynox__expr_write_values(&context, &maps, &error) == DYNOX_OK);
        dynox__buffer_free(&maps);
    }
    if (status) REQUIRE(buffer.size == 0);
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    dynox_value      values[VALUES];
    dynox__expr_kind kind  = data[0] % 5;
    size_t           count = data[1] % VALUES;
    for (size_t i = 0; i < VALUES; i++)
        values[i] = dynox_int((int64_t)i);
    /* exactly as long as it is: reading on is an error that the sanitizer sees */
    char *text = malloc(size - 1);
    if (!text) return 0;
    memcpy(text, data + 2, size - 2);
    text[size - 2] = 0;
    /* Half of the inputs get as many values as they have question marks. */
    if (data[0] & 0x80) {
        count = 0;
        for (const char *c = text; *c && count < VALUES; c++)
            count += *c == '?';
    }
    dynox_expr   expr   = {text, values, count, DYNOX_OK, NULL};
    dynox_status status = compile(kind, &expr, true);
    if (kind == DYNOX__EXPR_FILTER || kind == DYNOX__EXPR_CONDITION) {
        dynox_expr *not = dynox_expr_not(&expr);
        /* unless the limits of length and depth say otherwise */
        if (size < 120)
            REQUIRE((compile(kind, not, true) == DYNOX_OK) == (status == DYNOX_OK));
        else
            compile(kind, not, true);
        dynox_expr_free(not );
    }
    free(text);
    return 0;
}
