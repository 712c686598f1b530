/* Fuzzes expressions: the first byte chooses the kind and the number of values, the rest is the text. What compiles is
 * taken apart again here, by other means: it may hold nothing but keywords, functions, operators, list indexes, and
 * placeholders that the context knows; and the same text behind NOT ( ) must compile, too.
 *
 * Each text is compiled with resolvers as well. One that knows every name and changes nothing must change nothing. One
 * that has other names and other values may refuse what is right, but must not make right what is wrong; of what it
 * lets through, each value was asked about once at most, and the text is as long as it may be. */
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

/* ---- resolvers ---- */

typedef struct model {
    dynox__expr_resolver resolver;
    const dynox_expr    *expr; /* whose values may be given */
    bool                 changes;
    unsigned char        asked[VALUES];
} model;

/* What an attribute is hangs on the first letter of its name: of some nothing is known. */
static const char attributes[16];

static bool find_member(const dynox__expr_resolver *self, const void *scope, dynox__expr_name *name, const void **found,
                        dynox_error *error)
{
    const model *of = (const model *)self;
    REQUIRE(!*found && name->length > 0);
    REQUIRE(!scope || ((const char *)scope >= attributes && (const char *)scope < attributes + sizeof attributes));
    unsigned first = (unsigned char)name->text[0];
    if (!of->changes || first % 3) *found = attributes + first % sizeof attributes;
    if (!of->changes) return true;
    if (first == 'q' || (scope && first == 'z')) {
        dynox_error_set(error, DYNOX_E_EXPRESSION, "no member %.*s", (int)name->length, name->text);
        return false;
    }
    if (*found) *name = (dynox__expr_name){"stored \" elsewhere", first % 2 ? 18 : 6};
    return true;
}

static bool find_element(const dynox__expr_resolver *self, const void *list, const void **found, dynox_error *error)
{
    const model *of = (const model *)self;
    REQUIRE(!*found && list);
    *found = of->changes && list == attributes + 1 ? NULL : list;
    if (!of->changes || list != attributes + 2) return true;
    dynox_error_set(error, DYNOX_E_EXPRESSION, "no list");
    return false;
}

static const dynox_value *change_value(const dynox__expr_resolver *self, const void *attribute, dynox__expr_role role,
                                       dynox__arena *arena, const dynox_value *given, dynox_error *error)
{
    model *of = (model *)(uintptr_t)self;
    REQUIRE(attribute && role <= DYNOX__EXPR_PART);
    REQUIRE(given >= of->expr->values && given < of->expr->values + of->expr->count);
    REQUIRE(!of->asked[given - of->expr->values]++);
    if (!of->changes) return given;
    if (attribute == attributes + 5) {
        dynox_error_set(error, DYNOX_E_VALUE, "does not fit");
        return NULL;
    }
    dynox_value *made = dynox__arena_alloc(arena, sizeof *made);
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (made) *made = dynox_string("changed");
    return made;
}

/* The text and its maps. */
static dynox_status write_all(dynox__expr_kind kind, const dynox_expr *expr, model *of, dynox__buffer *buffer,
                              dynox_error *error)
{
    dynox__expr_context context = {.resolver = of ? &of->resolver : NULL};
    dynox_status        status  = dynox__expr_write(&context, kind, expr, buffer, error);
    if (status) REQUIRE(buffer->size == 0 && error->message[0]);
    if (!status) check_output(buffer->data, buffer->size, &context, expr->count);
    if (!status) REQUIRE(dynox__expr_write_names(&context, buffer, error) == DYNOX_OK);
    if (!status) REQUIRE(dynox__expr_write_values(&context, buffer, error) == DYNOX_OK);
    dynox__expr_context_free(&context);
    return status;
}

static void compile_resolved(dynox__expr_kind kind, const dynox_expr *expr)
{
    model         clear = {{find_member, find_element, change_value}, expr, false, {0}};
    model         other = {{find_member, find_element, change_value}, expr, true, {0}};
    dynox__buffer plain = {0}, same = {0}, changed = {0};
    dynox_error   why = {0}, why_same = {0}, why_changed = {0};
    dynox_status  status = write_all(kind, expr, NULL, &plain, &why);
    REQUIRE(write_all(kind, expr, &clear, &same, &why_same) == status);
    REQUIRE(strcmp(why.message, why_same.message) == 0);
    REQUIRE(plain.size == same.size && (!plain.size || memcmp(plain.data, same.data, plain.size) == 0));
    dynox_status resolved = write_all(kind, expr, &other, &changed, &why_changed);
    /* Names that become one are shorter as placeholders: only length may be right where it was wrong. */
    if (status && !resolved) REQUIRE(strstr(why.message, "longer than"));
    dynox__buffer_free(&plain);
    dynox__buffer_free(&same);
    dynox__buffer_free(&changed);
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
    compile_resolved(kind, &expr);
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
