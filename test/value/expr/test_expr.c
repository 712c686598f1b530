/* Expressions: what is sent for them, and what is said about bad ones. */
#include "support.h"
#include "value/expr/expr.h"

#define EXPR_KEY DYNOX__EXPR_KEY
#define EXPR_FILTER DYNOX__EXPR_FILTER
#define EXPR_CONDITION DYNOX__EXPR_CONDITION
#define EXPR_UPDATE DYNOX__EXPR_UPDATE
#define EXPR_PROJECTION DYNOX__EXPR_PROJECTION

/* Compiles one expression with as many values as it has `?`; the result is static. */
static const char *sent(dynox__expr_kind kind, const char *text)
{
    static char         result[8192];
    dynox_value         values[200];
    size_t              count   = 0;
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    dynox_error         error   = {0};
    for (const char *c = text; *c; c++)
        if (*c == '?' && count < 200) values[count++] = DYNOX_VALUE(1);
    dynox_expr expr = {text, values, count, DYNOX_OK, NULL};
    if (dynox__expr_write(&context, kind, &expr, &buffer, &error) == DYNOX_OK) {
        snprintf(result, sizeof result, "%.*s", (int)buffer.size, buffer.data ? buffer.data : "");
    } else {
        assert_int_equal(buffer.size, 0);
        assert_int_equal(error.status, DYNOX_E_EXPRESSION);
        snprintf(result, sizeof result, "%s", error.message);
    }
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
    return result;
}

typedef struct expectation {
    dynox__expr_kind kind;
    const char      *text, *result;
} expectation;

static void check(const expectation *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sent(cases[i].kind, cases[i].text), cases[i].result) != 0)
            fail_msg("%s\n  gives    %s\n  expected %s", cases[i].text, sent(cases[i].kind, cases[i].text),
                     cases[i].result);
}
#define CHECK(cases) check((cases), sizeof(cases) / sizeof *(cases))

static void names_and_values_become_placeholders(void **state)
{
    (void)state;
    static const expectation cases[] = {
        {EXPR_CONDITION, "attribute_exists(pk)", "attribute_exists(#n0)"},
        {EXPR_CONDITION, "status = ?", "#n0 = :v0"},
        {EXPR_CONDITION, "a.b[2].c=?and a.b[0][1]<>?", "#n0.#n1[2].#n2 = :v0 AND #n0.#n1[0][1] <> :v1"},
        {EXPR_CONDITION, "a < b", "#n0 < #n1"},
        {EXPR_CONDITION, "a<=?OR a>=?", "#n0 <= :v0 OR #n0 >= :v1"},
        {EXPR_CONDITION, "? > size(a)", ":v0 > size(#n0)"},
        {EXPR_CONDITION, "size (name) < ?", "size(#n0) < :v0"},
        {EXPR_CONDITION, "size = ?", "#n0 = :v0"},
        {EXPR_CONDITION, "contains.size = contains", "#n0.#n1 = #n0"},
        {EXPR_CONDITION, "a between ? and ? and b In (?, c,?)", "#n0 BETWEEN :v0 AND :v1 AND #n1 IN (:v2, #n2, :v3)"},
        {EXPR_CONDITION, "not (a = ? or not contains(b, ?))", "NOT (#n0 = :v0 OR NOT contains(#n1, :v1))"},
        {EXPR_CONDITION, "attribute_type(a.b, ?) AND begins_with ( c , ? )",
         "attribute_type(#n0.#n1, :v0) AND begins_with(#n2, :v1)"},
        {EXPR_CONDITION, "attribute_not_exists(a)\n\tAND(b=?)", "attribute_not_exists(#n0) AND (#n1 = :v0)"},
        {EXPR_CONDITION, "`set` = ? AND x.set = ? AND y.true = ?", "#n0 = :v0 AND #n1.#n0 = :v1 AND #n2.#n3 = :v2"},
        {EXPR_CONDITION, "`a.b c` = ? AND `ti``ck`[0] = ?", "#n0 = :v0 AND #n1[0] = :v1"},
        {EXPR_CONDITION, "\xc3\xb8re = ?", "#n0 = :v0"},
        {EXPR_FILTER, "_a1$@ = ?", "#n0 = :v0"},
        {EXPR_KEY, "pk = ? AND begins_with(sk, ?)", "#n0 = :v0 AND begins_with(#n1, :v1)"},
        {EXPR_KEY, "pk = ? AND (sk BETWEEN ? AND ?)", "#n0 = :v0 AND (#n1 BETWEEN :v1 AND :v2)"},
        {EXPR_UPDATE, "SET age = age + ?, tags = list_append(tags, ?) REMOVE nick",
         "SET #n0 = #n0 + :v0, #n1 = list_append(#n1, :v1) REMOVE #n2"},
        {EXPR_UPDATE, "set n = if_not_exists(n, ?) - ?, l = list_append(if_not_exists(l, ?), ?)",
         "SET #n0 = if_not_exists(#n0, :v0) - :v1, #n1 = list_append(if_not_exists(#n1, :v2), :v3)"},
        {EXPR_UPDATE, "ADD hits ?, `set` ? DELETE tags ? REMOVE a[3], b.c SET d = e",
         "ADD #n0 :v0, #n1 :v1 DELETE #n2 :v2 REMOVE #n3[3], #n4.#n5 SET #n6 = #n7"},
        {EXPR_PROJECTION, "a, b.c[0],name", "#n0, #n1.#n2[0], #n3"},
    };
    CHECK(cases);
}

static void parentheses_around_parentheses_are_taken_out(void **state)
{
    (void)state;
    static const expectation cases[] = {
        {EXPR_CONDITION, "(a = ?)", "(#n0 = :v0)"},
        {EXPR_CONDITION, "((a = ?))", "(#n0 = :v0)"},
        {EXPR_CONDITION, "(((a = ?)) AND ((b = ?) OR ((c = ?))))", "((#n0 = :v0) AND ((#n1 = :v1) OR (#n2 = :v2)))"},
        {EXPR_CONDITION, "NOT (((a = ?)))", "NOT (#n0 = :v0)"},
        {EXPR_CONDITION, "(NOT (a = ?))", "(NOT (#n0 = :v0))"},
    };
    CHECK(cases);
}

static void errors_name_the_place_and_the_cure(void **state)
{
    (void)state;
    static const expectation cases[] = {
        {EXPR_UPDATE, "SET a = ?, b , c", "update expression, column 14: expected '=' after the path, found ','"},
        {EXPR_UPDATE, "", "update expression, column 1: there is nothing in it"},
        {EXPR_UPDATE, "a = ?", "update expression, column 1: expected SET, REMOVE, ADD or DELETE, found 'a'"},
        {EXPR_UPDATE, "SET a = ? SET b = ?", "update expression, column 11: a second SET: write one, with commas"},
        {EXPR_UPDATE, "SET a = ? b = ?",
         "update expression, column 11: expected ',', SET, REMOVE, ADD, DELETE or the end, found 'b'"},
        {EXPR_UPDATE, "SET a = b + ? + ?",
         "update expression, column 15: expected ',', SET, REMOVE, ADD, DELETE or the end, found '+'"},
        {EXPR_UPDATE, "SET a = 5",
         "update expression, column 9: expected a name, ? or a function, found '5' (pass it as a value: write ?)"},
        {EXPR_UPDATE, "SET a = true",
         "update expression, column 9: expected a name, ? or a function, found 'true' (pass it as a value: write ?)"},
        {EXPR_UPDATE, "SET a = size(b)", "update expression, column 9: this function belongs into a condition"},
        {EXPR_UPDATE, "SET ? = a", "update expression, column 5: expected a name, found '?'"},
        {EXPR_UPDATE, "ADD a b", "update expression, column 7: expected ?, found 'b'"},
        {EXPR_UPDATE, "REMOVE", "update expression, column 7: expected a name, found the end"},
        {EXPR_UPDATE, "REMOVE a,", "update expression, column 10: expected a name, found the end"},
        {EXPR_UPDATE, "SET add = ?",
         "update expression, column 5: expected a name, found the keyword 'add' (in backquotes it is a name)"},
        {EXPR_UPDATE, "SET a[b] = ?", "update expression, column 7: expected a list index, found 'b'"},
        {EXPR_UPDATE, "SET a[9999999999] = ?", "update expression, column 7: the list index is too large"},
        {EXPR_CONDITION, "a = :a",
         "condition expression, column 5: placeholders are made for you: write ? and pass the "
         "value"},
        {EXPR_CONDITION, "#a = ?",
         "condition expression, column 1: placeholders are made for you: write the name itself"},
        {EXPR_CONDITION, "a = 'x'",
         "condition expression, column 5: text is passed as a value: write ? for it (names "
         "are quoted with backquotes)"},
        {EXPR_CONDITION, "a == ?", "condition expression, column 3: write a single ="},
        {EXPR_CONDITION, "a != ?", "condition expression, column 3: write <> for 'not equal', NOT for 'not'"},
        {EXPR_CONDITION, "a = ? && b = ?", "condition expression, column 7: write AND"},
        {EXPR_CONDITION, "a",
         "condition expression, column 2: expected a comparison (= <> < <= > >= BETWEEN IN), found "
         "the end"},
        {EXPR_CONDITION, "(a = ?", "condition expression, column 7: expected AND, OR or ')', found the end"},
        {EXPR_CONDITION, "a = ?)", "condition expression, column 6: expected AND, OR or the end, found ')'"},
        {EXPR_CONDITION, "a IN ()", "condition expression, column 7: expected a name or ?, found ')'"},
        {EXPR_CONDITION, "a BETWEEN ? OR ?",
         "condition expression, column 13: expected the AND of BETWEEN, found the "
         "keyword 'OR' (in backquotes it is a name)"},
        {EXPR_CONDITION, "SIZE(a) = ?", "condition expression, column 1: there is no such function"},
        {EXPR_CONDITION, "list_append(a, ?)",
         "condition expression, column 1: this function belongs into a SET of an "
         "update"},
        {EXPR_CONDITION, "a = contains(a, ?)",
         "condition expression, column 5: this function is not a value: only "
         "size() can be compared"},
        {EXPR_CONDITION, "attribute_exists(?)", "condition expression, column 18: expected a name, found '?'"},
        {EXPR_CONDITION, "`a = ?", "condition expression, column 1: the backquote is never closed"},
        {EXPR_CONDITION, "`` = ?", "condition expression, column 1: a name cannot be empty"},
        {EXPR_CONDITION, "\xff = ?", "condition expression, column 1: the name is not valid UTF-8"},
        {EXPR_CONDITION, "\xc3\xb8\xc3\xb8 = a b",
         "condition expression, column 8: expected AND, OR or the end, found "
         "'b'"},
        {EXPR_CONDITION, "a = ? aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "condition expression, column 7: expected AND, OR or the end, found 'aaaaaaaaaaaaaaaaaaaaaaaa...'"},
        {EXPR_FILTER, "a = ; b",
         "filter expression, column 5: this character has no meaning here (names with it are "
         "quoted with backquotes)"},
        {EXPR_KEY, "pk = ? OR sk = ?", "key condition, column 8: a key condition knows no OR"},
        {EXPR_KEY, "NOT pk = ?", "key condition, column 1: a key condition knows no NOT"},
        {EXPR_KEY, "pk IN (?)", "key condition, column 4: a key condition knows no IN"},
        {EXPR_KEY, "pk <> ?", "key condition, column 4: a key condition knows no <>"},
        {EXPR_KEY, "contains(pk, ?)", "key condition, column 1: a key condition knows no function but begins_with"},
        {EXPR_KEY, "size(pk) = ?", "key condition, column 1: a key condition knows no function but begins_with"},
        {EXPR_KEY, "a.b = ?",
         "key condition, column 2: keys are not nested (a name with a dot is quoted with "
         "backquotes)"},
        {EXPR_PROJECTION, "a b", "projection, column 3: expected ',' or the end, found 'b'"},
        {EXPR_PROJECTION, "a,", "projection, column 3: expected a name, found the end"},
        {EXPR_PROJECTION, "size(a)", "projection, column 1: expected a name, found 'size'"},
    };
    CHECK(cases);
}

static dynox_status compile(const dynox_expr *expr, dynox_error *error)
{
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    *error                      = (dynox_error){0};
    dynox_status  status        = dynox__expr_write(&context, DYNOX__EXPR_CONDITION, expr, &buffer, error);
    dynox__buffer json          = {0};
    if (!status) status = dynox__expr_write_names(&context, &json, error);
    if (!status) status = dynox__expr_write_values(&context, &json, error);
    dynox__buffer_free(&json);
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
    return status;
}

static void values_must_match_in_number_and_be_valid(void **state)
{
    (void)state;
    dynox_error error;
    const char *none = NULL;
    assert_int_equal(compile(DYNOX_EXPR("a = ?"), &error), DYNOX_E_EXPRESSION);
    assert_string_equal(error.message, "condition expression: 1 ? in the text, but 0 values given");
    assert_int_equal(compile(DYNOX_EXPR("a = ?", 1, 2), &error), DYNOX_E_EXPRESSION);
    assert_string_equal(error.message, "condition expression: 1 ? in the text, but 2 values given");
    assert_int_equal(compile(DYNOX_EXPR("a = ? AND b = ?", 1, none), &error), DYNOX_E_VALUE);
    assert_string_equal(error.message,
                        "condition expression, column 15, value 2 of 2: there is none (a NULL pointer was given)");
    assert_int_equal(compile(DYNOX_EXPR("a = ?", DYNOX_STRING_SET()), &error), DYNOX_E_VALUE);
    assert_string_equal(error.message, "condition expression, column 5, value 1 of 1: a set cannot be empty");
    assert_int_equal(compile(DYNOX_EXPR("a = ? AND b = ?", 1, dynox_number_text("x")), &error), DYNOX_E_VALUE);
    assert_non_null(strstr(error.message, "condition expression, value 2 of 2: "));
    assert_int_equal(compile(DYNOX_EXPR(none), &error), DYNOX_E_EXPRESSION);
    assert_int_equal(compile(&(dynox_expr){"a = ?", NULL, 1, DYNOX_OK, NULL}, &error), DYNOX_E_EXPRESSION);
    assert_int_equal(compile(DYNOX_EXPR("a = ?", "x"), &error), DYNOX_OK);
}

static void one_request_shares_its_placeholders(void **state)
{
    (void)state;
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    dynox_error         error   = {0};
    assert_int_equal(
        dynox__expr_write(&context, EXPR_UPDATE, DYNOX_EXPR("SET a = ?, `q\"uo``te` = ?", 1, "x"), &buffer, &error),
        DYNOX_OK);
    dynox__buffer_byte(&buffer, '|');
    assert_int_equal(dynox__expr_write(&context, EXPR_CONDITION, DYNOX_EXPR("b.a = ?", 1), &buffer, &error), DYNOX_OK);
    dynox__buffer_byte(&buffer, '|');
    assert_int_equal(dynox__expr_write_projection(&context, "c, a", &buffer, &error), DYNOX_OK);
    dynox__expr_write_names(&context, &buffer, &error);
    dynox__expr_write_values(&context, &buffer, &error);
    dynox__buffer_byte(&buffer, 0);
    assert_string_equal(
        buffer.data,
        "SET #n0 = :v0, #n1 = :v1|#n2.#n0 = :v2|#n3, #n0,\"ExpressionAttributeNames\":{\"#n0\":\"a\","
        "\"#n1\":\"q\\\"uo`te\",\"#n2\":\"b\",\"#n3\":\"c\"},\"ExpressionAttributeValues\":{\":v0\":{\"N\":"
        "\"1\"},\":v1\":{\"S\":\"x\"},\":v2\":{\"N\":\"1\"}}");
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
}

static void unused_maps_are_not_written(void **state)
{
    (void)state;
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    dynox__expr_write_names(&context, &buffer, NULL);
    dynox__expr_write_values(&context, &buffer, NULL);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(dynox__expr_write_projection(&context, "a", &buffer, NULL), DYNOX_OK);
    size_t before = buffer.size;
    dynox__expr_write_values(&context, &buffer, NULL);
    assert_int_equal(buffer.size, before);
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
}

static void parentheses_in_a_set_are_read(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"SET c = (c - d)", "SET #n0 = #n0 - #n1"},
        {"SET c = ((c + d))", "SET #n0 = #n0 + #n1"},
        {"SET c = ((d))", "SET #n0 = #n1"},
        {"SET c = (d), a = b", "SET #n0 = #n1, #n2 = #n3"},
        {"SET l = list_append((if_not_exists(l, m)), (n))", "SET #n0 = list_append(if_not_exists(#n0, #n1), #n2)"},
        {"SET c = (c - d) + (e)", "SET #n0 = (#n0 - #n1) + #n2"},
        {"SET c = a - ((b + d))", "SET #n0 = #n1 - (#n2 + #n3)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(sent(EXPR_UPDATE, cases[i][0]), cases[i][1]);
    assert_non_null(strstr(sent(EXPR_UPDATE, "SET c = (c - d"), "expected '+', '-' or ')'"));
    assert_non_null(strstr(sent(EXPR_UPDATE, "SET c = ()"), "expected a name"));
}

static char *repeat(const char *first, const char *unit, size_t times, const char *last)
{
    dynox__buffer text = {0};
    dynox__buffer_text(&text, first);
    for (size_t i = 0; i < times; i++)
        dynox__buffer_text(&text, unit);
    dynox__buffer_text(&text, last);
    dynox__buffer_byte(&text, 0);
    return text.data;
}

static void limits_are_kept(void **state)
{
    (void)state;
    static const struct {
        dynox__expr_kind kind;
        const char      *first, *unit, *last;
        size_t           fits, fails;
        const char      *why;
    } cases[] = {
        {EXPR_CONDITION, "", "(", "a = b", 0, 321, "nested too deeply"},
        {EXPR_CONDITION, "", "NOT ", "a = b", 320, 321, "nested too deeply"},
        {EXPR_UPDATE, "SET a = ", "list_append(", "b", 0, 321, "nested too deeply"},
        {EXPR_CONDITION, "a IN (b", ", b", ")", 99, 100, "at most 100"},
        {EXPR_PROJECTION, "a", ", a", "", 1023, 1024, "4096"},
        {EXPR_CONDITION, "a = b", " AND a = b", "", 340, 341, "4096"},
        {EXPR_CONDITION, "`a", "a", "` = b", 65534, 65535, "65535"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *fits  = repeat(cases[i].first, cases[i].unit, cases[i].fits, cases[i].last);
        char *fails = repeat(cases[i].first, cases[i].unit, cases[i].fails, cases[i].last);
        if (cases[i].fits && strstr(sent(cases[i].kind, fits), ", column")) fail_msg("limit %zu is too low", i);
        if (cases[i].fits && strstr(sent(cases[i].kind, fits), cases[i].why)) fail_msg("limit %zu is too low", i);
        if (!strstr(sent(cases[i].kind, fails), cases[i].why)) fail_msg("limit %zu: %s", i, sent(cases[i].kind, fails));
        dynox__free(fits);
        dynox__free(fails);
    }
    char *deep = repeat("", "(", 128, "a = b");
    char *text = repeat(deep, ")", 128, "");
    assert_string_equal(sent(EXPR_CONDITION, text), "(#n0 = #n1)");
    dynox__free(deep);
    dynox__free(text);
}

/* ---- expressions made at run time ---- */

static const char *combined(dynox_expr *expr)
{
    static char         result[1024];
    dynox__expr_context context = {0};
    dynox__buffer       buffer  = {0};
    dynox_error         error   = {0};
    dynox__expr_write(&context, EXPR_CONDITION, expr, &buffer, &error);
    dynox__expr_write_values(&context, &buffer, &error);
    snprintf(result, sizeof result, "%.*s%s", (int)buffer.size, buffer.data ? buffer.data : "", error.message);
    dynox__buffer_free(&buffer);
    dynox__expr_context_free(&context);
    dynox_expr_free(expr);
    return result;
}

static void conditions_are_combined_from_copies(void **state)
{
    (void)state;
    char              text[] = "a = ? OR b = ?", value[] = "v";
    const dynox_expr *c    = DYNOX_EXPR("(c = ?)", DYNOX_LIST(value));
    dynox_expr       *a    = dynox_expr_new(text, 2, (dynox_value[]){DYNOX_VALUE(value), DYNOX_VALUE(1)});
    dynox_expr       *both = dynox_expr_and(a, c), *not = dynox_expr_not(both);
    memset(text, 'x', sizeof text - 1);
    value[0] = 'x';
    dynox_expr_free(a);
    dynox_expr_free(both);
    assert_string_equal(combined(not ), "NOT ((#n0 = :v0 OR #n1 = :v1) AND (#n2 = :v2)),\"ExpressionAttributeValues\":{"
                                        "\":v0\":{\"S\":\"v\"},\":v1\":{\"N\":\"1\"},\":v2\":{\"L\":[{\"S\":\"v\"}]}}");
    assert_string_equal(combined(dynox_expr_or(DYNOX_EXPR("a = b"), DYNOX_EXPR("`?` = b"))), "#n0 = #n1 OR #n2 = #n1");
    assert_string_equal(combined(dynox_expr_all(1, (const dynox_expr *[]){DYNOX_EXPR("a = b")})), "#n0 = #n1");
}

static void parentheses_are_put_where_they_are_needed(void **state)
{
    (void)state;
    const dynox_expr *either = DYNOX_EXPR("a = b OR c = d"), *both = DYNOX_EXPR("a = b AND c = d"),
                     *among = DYNOX_EXPR("a BETWEEN b AND c"), *closed = DYNOX_EXPR("(a = b OR c = d)");
    assert_string_equal(combined(dynox_expr_and(either, both)), "(#n0 = #n1 OR #n2 = #n3) AND #n0 = #n1 AND #n2 = #n3");
    assert_string_equal(combined(dynox_expr_or(both, either)), "#n0 = #n1 AND #n2 = #n3 OR #n0 = #n1 OR #n2 = #n3");
    assert_string_equal(combined(dynox_expr_and(closed, among)),
                        "(#n0 = #n1 OR #n2 = #n3) AND #n0 BETWEEN #n1 AND #n2");
    assert_string_equal(combined(dynox_expr_not(among)), "NOT #n0 BETWEEN #n1 AND #n2");
    assert_string_equal(combined(dynox_expr_not(both)), "NOT (#n0 = #n1 AND #n2 = #n3)");
}

static void conditions_can_be_joined_in_a_loop(void **state)
{
    (void)state;
    dynox_expr *all = dynox_expr_new("a = b", 0, NULL);
    for (int i = 0; i < 200; i++) {
        dynox_expr *more = dynox_expr_and(all, DYNOX_EXPR("a = b"));
        dynox_expr_free(all);
        all = more;
    }
    dynox_error error = {0};
    assert_int_equal(compile(all, &error), DYNOX_OK);
    assert_null(strchr(all->text, '('));
    dynox_expr_free(all);
}

/* As many as the service has operators; with values, and without a parenthesis. */
static void as_many_conditions_as_the_service_takes_can_be_joined(void **state)
{
    (void)state;
    static const int counts[] = {2, 130, 146, 200, 300};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int any = 0; any < 2; any++) {
            dynox_expr *all = dynox_expr_new("a = ?", 1, (dynox_value[]){DYNOX_VALUE(0)});
            for (int part = 1; part < counts[i]; part++) {
                const dynox_expr *next = DYNOX_EXPR("a = ?", part);
                dynox_expr       *more = any ? dynox_expr_or(all, next) : dynox_expr_and(all, next);
                dynox_expr_free(all);
                all = more;
            }
            dynox_error error = {0};
            if (compile(all, &error) != DYNOX_OK) fail_msg("%d: %s", counts[i], error.message);
            assert_int_equal(all->count, counts[i]);
            assert_null(strchr(all->text, '('));
            dynox_expr_free(all);
        }
}

/* AND in OR in AND ...: the parentheses are needed, and each level is one more operator. */
static void as_many_levels_as_the_service_has_operators_can_be_nested(void **state)
{
    (void)state;
    dynox_expr *all = dynox_expr_new("a = b", 0, NULL);
    for (int i = 0; i < 149; i++) {
        dynox_expr *more = i % 2 ? dynox_expr_and(DYNOX_EXPR("a = b"), all) : dynox_expr_or(all, DYNOX_EXPR("a = b"));
        dynox_expr_free(all);
        all = more;
    }
    dynox_error error = {0};
    if (compile(all, &error) != DYNOX_OK) fail_msg("%s", error.message);
    dynox_expr_free(all);
}

static void blanks_stay_where_the_text_is_short(void **state)
{
    (void)state;
    char *text = repeat("a = b", " AND a BETWEEN b AND c", 10, " AND a IN (b, c) AND a >= b AND contains(a, b)");
    assert_non_null(strstr(sent(EXPR_CONDITION, text), "#n0 IN (#n1, #n2) AND #n0 >= #n1 AND contains(#n0, #n1)"));
    dynox__free(text);
    text = repeat("a = b", " AND a = b", 300, " AND a IN (b, c) AND a >= b AND contains(a, b)");
    assert_non_null(
        strstr(sent(EXPR_CONDITION, text), "#n0=#n1 AND #n0 IN (#n1,#n2) AND #n0>=#n1 AND contains(#n0,#n1)"));
    dynox__free(text);
}

static void a_mistake_far_down_keeps_its_reason(void **state)
{
    (void)state;
    dynox_expr *all = dynox_expr_and(DYNOX_EXPR("a = b"), DYNOX_EXPR("c = = d"));
    for (int i = 0; i < 30; i++) {
        dynox_expr *more = i % 2 ? dynox_expr_or(DYNOX_EXPR("a = b"), all) : dynox_expr_not(all);
        dynox_expr_free(all);
        all = more;
    }
    assert_string_equal(
        combined(all), "condition expression: part 2: condition expression, column 5: expected a name or ?, found '='");
}

static void what_cannot_be_combined_is_refused_not_forgotten(void **state)
{
    (void)state;
    const dynox_expr *good = DYNOX_EXPR("a = ?", 1), *bad = DYNOX_EXPR("a = ?"), *more = DYNOX_EXPR("a = b", 1);
    assert_non_null(strstr(combined(dynox_expr_and(good, NULL)), "NULL"));
    assert_non_null(strstr(combined(dynox_expr_any(0, NULL)), "NULL"));
    assert_non_null(strstr(combined(dynox_expr_not(NULL)), "NULL"));
    assert_non_null(strstr(combined(dynox_expr_new(NULL, 0, NULL)), "NULL"));
    /* the counts would be right together */
    assert_string_equal(combined(dynox_expr_and(bad, more)),
                        "condition expression: part 1: condition expression: 1 ? in "
                        "the text, but 0 values given");
    assert_non_null(strstr(combined(dynox_expr_and(good, DYNOX_EXPR("b = ?", dynox_string(NULL)))), "part 2: "));
    dynox_expr *refused = dynox_expr_and(bad, more), *again = dynox_expr_or(good, refused);
    dynox_expr_free(refused);
    assert_non_null(strstr(combined(again), "condition expression: part 1: condition expression: 1 ? in the text"));
    /* the parentheses around it would make this right */
    assert_non_null(strstr(combined(dynox_expr_not(DYNOX_EXPR("a = b) OR (c = d"))), "found ')'"));
    assert_non_null(strstr(combined(dynox_expr_not(DYNOX_EXPR("SET a = b"))), "part 1: "));
    assert_non_null(
        strstr(combined(dynox_expr_not(DYNOX_EXPR("b = ?", DYNOX_LIST(dynox_string(NULL))))), "NULL pointer"));
}

static void combine(void *arg)
{
    (void)arg;
    dynox_expr *a = dynox_expr_new("a = ?", 1, (dynox_value[]){DYNOX_LIST("x")});
    dynox_expr *b = dynox_expr_and(a, DYNOX_EXPR("`b``c` IN (?, ?, ?, ?, ?, ?, ?, ?, ?)", 1, 2, 3, 4, 5, 6, 7, 8, 9));
    dynox_expr *c = dynox_expr_not(b);
    dynox_error error;
    for (int i = 0; i < 3; i++) {
        dynox_expr  *expr   = i == 0 ? a : i == 1 ? b : c;
        dynox_status status = compile(expr, &error);
        assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    }
    dynox_expr_free(a);
    dynox_expr_free(b);
    dynox_expr_free(c);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(combine, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_become_placeholders),
        cmocka_unit_test(parentheses_around_parentheses_are_taken_out),
        cmocka_unit_test(errors_name_the_place_and_the_cure),
        cmocka_unit_test(values_must_match_in_number_and_be_valid),
        cmocka_unit_test(one_request_shares_its_placeholders),
        cmocka_unit_test(unused_maps_are_not_written),
        cmocka_unit_test(parentheses_in_a_set_are_read),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(conditions_are_combined_from_copies),
        cmocka_unit_test(parentheses_are_put_where_they_are_needed),
        cmocka_unit_test(conditions_can_be_joined_in_a_loop),
        cmocka_unit_test(as_many_conditions_as_the_service_takes_can_be_joined),
        cmocka_unit_test(as_many_levels_as_the_service_has_operators_can_be_nested),
        cmocka_unit_test(blanks_stay_where_the_text_is_short),
        cmocka_unit_test(a_mistake_far_down_keeps_its_reason),
        cmocka_unit_test(what_cannot_be_combined_is_refused_not_forgotten),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
