/* Updates of items. */
#include "evaluated.h"

#define N(number) "{\"N\":\"" #number "\"}"
#define S(text) "{\"S\":\"" text "\"}"
#define NOWHERE "The document path provided in the update expression is invalid for update"
#define BAD_TYPE "An operand in the update expression has an incorrect data type"
#define ABSENT "The provided expression refers to an attribute that does not exist in the item"

static void set_puts_values(void **state)
{
    (void)state;
    UPDATE_SAYS("SET a = :v", "\":v\":" N(1.50), "", "{\"a\":" N(1.5) "}");
    UPDATE_SAYS("set a = b, b = a", "", "\"a\":" N(1) ",\"b\":" N(2), "{\"a\":" N(2) ",\"b\":" N(1) "}");
    UPDATE_SAYS("SET a.b.c = :v", "\":v\":" S("x"), "\"a\":{\"M\":{\"b\":{\"M\":{}}}}",
                "{\"a\":{\"M\":{\"b\":{\"M\":{\"c\":" S("x") "}}}}}");
    UPDATE_SAYS("SET a = (b)", "", "\"b\":" N(2), "{\"b\":" N(2) ",\"a\":" N(2) "}");
}

static void sums_are_exact(void **state)
{
    (void)state;
    UPDATE_SAYS("SET a = a + :v", "\":v\":" N(1), "\"a\":" N(0.1), "{\"a\":" N(1.1) "}");
    UPDATE_SAYS("SET a = :v - a", "\":v\":" N(1), "\"a\":" N(0.1), "{\"a\":" N(0.9) "}");
    UPDATE_SAYS("SET a = a + :v", "\":v\":" N(1), "\"a\":" N(99999999999999999999999999999999999998),
                "{\"a\":" N(99999999999999999999999999999999999999) "}");
    UPDATE_SAYS("SET a = (a + :v) - (b - :v)", "\":v\":" N(5), "\"a\":" N(1) ",\"b\":" N(7),
                "{\"a\":" N(4) ",\"b\":" N(7) "}");
    UPDATE_SAYS("SET a = a + :v", "\":v\":" N(1), "", ABSENT);
    UPDATE_SAYS("SET a = a + :v", "\":v\":" N(1), "\"a\":" S("1"), BAD_TYPE);
    assert_non_null(
        strstr(evaluated_update("SET a = a + :v", VALUES("\":v\":" N(9e125)), "{\"a\":" N(9e125) "}", false),
               "Number overflow"));
    assert_non_null(strstr(evaluated_update("ADD a :v", VALUES("\":v\":" N(1e-100)), "{\"a\":" N(1) "}", false),
                           "38 significant digits"));
}

static void functions(void **state)
{
    (void)state;
    UPDATE_SAYS("SET a = if_not_exists(a, :v), b = if_not_exists(b, :v)", "\":v\":" N(1), "\"a\":" N(7),
                "{\"a\":" N(7) ",\"b\":" N(1) "}");
    UPDATE_SAYS("SET a = if_not_exists(a, :z) + :v", "\":v\":" N(1) ",\":z\":" N(0), "", "{\"a\":" N(1) "}");
    UPDATE_SAYS("SET a = list_append(a, :v)", "\":v\":{\"L\":[" N(2) "]}", "\"a\":{\"L\":[" N(1) "]}",
                "{\"a\":{\"L\":[" N(1) "," N(2) "]}}");
    UPDATE_SAYS("SET a = list_append(list_append(:v, a), if_not_exists(x, :v))", "\":v\":{\"L\":[" N(2) "]}",
                "\"a\":{\"L\":[" N(1) "]}", "{\"a\":{\"L\":[" N(2) "," N(1) "," N(2) "]}}");
    UPDATE_SAYS("SET a = list_append(a, b)", "", "\"a\":{\"L\":[]},\"b\":{\"SS\":[\"x\"]}", BAD_TYPE);
    UPDATE_SAYS("SET a = list_append(a, :v)", "\":v\":{\"L\":[]}", "", ABSENT);
    UPDATE_SAYS("SET a = if_not_exists(b, c)", "", "", ABSENT);
}

static void elements_beyond_the_end_are_appended_in_order(void **state)
{
    (void)state;
    UPDATE_SAYS("SET a[9] = :x, a[5] = :y, a[0] = :z", "\":x\":" N(1) ",\":y\":" N(2) ",\":z\":" N(3),
                "\"a\":{\"L\":[" N(0) "," N(0) "]}", "{\"a\":{\"L\":[" N(3) "," N(0) "," N(2) "," N(1) "]}}");
    UPDATE_SAYS("SET a[2].b = :x", "\":x\":" N(1), "\"a\":{\"L\":[]}", NOWHERE);
}

static void removed_elements_close_up_and_mean_the_old_list(void **state)
{
    (void)state;
    UPDATE_SAYS("REMOVE a[0], a[2], a[7] SET a[1] = a[3]", "", "\"a\":{\"L\":[" N(0) "," N(1) "," N(2) "," N(3) "]}",
                "{\"a\":{\"L\":[" N(3) "," N(3) "]}}");
    UPDATE_SAYS("REMOVE a, b.c, x", "", "\"a\":" N(1) ",\"b\":{\"M\":{\"c\":" N(1) ",\"d\":" N(2) "}}",
                "{\"b\":{\"M\":{\"d\":" N(2) "}}}");
    UPDATE_SAYS("REMOVE a[0]", "", "\"a\":{\"L\":[" N(0) "]}", "{\"a\":{\"L\":[]}}");
    UPDATE_SAYS("REMOVE a.b", "", "", NOWHERE);
    UPDATE_SAYS("REMOVE a[0]", "", "\"a\":{\"M\":{}}", NOWHERE);
}

static void paths_need_their_parents(void **state)
{
    (void)state;
    UPDATE_SAYS("SET a.b = :v", "\":v\":" N(1), "", NOWHERE);
    UPDATE_SAYS("SET a.b = :v", "\":v\":" N(1), "\"a\":{\"L\":[]}", NOWHERE);
    UPDATE_SAYS("SET a[0] = :v", "\":v\":" N(1), "\"a\":" N(1), NOWHERE);
}

static void add_sums_and_unites(void **state)
{
    (void)state;
    UPDATE_SAYS("ADD a :v, b :v", "\":v\":" N(2), "\"a\":" N(-2), "{\"a\":" N(0) ",\"b\":" N(2) "}");
    UPDATE_SAYS("ADD a :v, b :v", "\":v\":{\"SS\":[\"x\",\"y\"]}", "\"a\":{\"SS\":[\"y\",\"z\"]}",
                "{\"a\":{\"SS\":[\"y\",\"z\",\"x\"]},\"b\":{\"SS\":[\"x\",\"y\"]}}");
    UPDATE_SAYS("ADD a.b[1] :v", "\":v\":{\"NS\":[\"1.0\"]}",
                "\"a\":{\"M\":{\"b\":{\"L\":[" N(0) ",{\"NS\":[\"1\",\"2\"]}]}}}",
                "{\"a\":{\"M\":{\"b\":{\"L\":[" N(0) ",{\"NS\":[\"1\",\"2\"]}]}}}}");
    UPDATE_SAYS("ADD a :v", "\":v\":" N(2), "\"a\":" S("x"), BAD_TYPE);
    UPDATE_SAYS("ADD a :v", "\":v\":{\"SS\":[\"x\"]}", "\"a\":{\"NS\":[\"1\"]}", BAD_TYPE);
}

static void delete_takes_away_and_no_empty_set_stays(void **state)
{
    (void)state;
    UPDATE_SAYS("DELETE a :v", "\":v\":{\"BS\":[\"AA==\",\"AQ==\"]}", "\"a\":{\"BS\":[\"AQ==\",\"Ag==\"]}",
                "{\"a\":{\"BS\":[\"Ag==\"]}}");
    UPDATE_SAYS("DELETE a :v, b :v", "\":v\":{\"SS\":[\"x\"]}", "\"a\":{\"SS\":[\"x\"]}", "{}");
    UPDATE_SAYS("DELETE a[0] :v", "\":v\":{\"SS\":[\"x\"]}", "\"a\":{\"L\":[{\"SS\":[\"x\"]}," N(1) "]}",
                "{\"a\":{\"L\":[" N(1) "]}}");
    UPDATE_SAYS("DELETE a :v", "\":v\":{\"SS\":[\"x\"]}", "\"a\":" S("x"), BAD_TYPE);
}

static void what_was_touched(void **state)
{
    (void)state;
    assert_string_equal(evaluated_update("SET a.b = :v, c[1] = :v, n = :v REMOVE r", VALUES("\":v\":" N(1)),
                                         "{\"a\":{\"M\":{\"b\":" N(0) ",\"x\":" N(0) "}},\"c\":{\"L\":[" N(5) "," N(
                                             6) "]},\"r\":" N(9) ",\"z\":" N(0) "}",
                                         true),
                        "{\"a\":{\"M\":{\"b\":" N(0) "}},\"c\":{\"L\":[" N(6) "]},\"r\":" N(
                            9) "} "
                               "{\"a\":{\"M\":{\"b\":" N(1) "}},\"c\":{\"L\":[" N(1) "]},\"n\":" N(1) "}");
    assert_string_equal(evaluated_update("SET a = :v", VALUES("\":v\":" N(1)), "{}", true), "{} {\"a\":" N(1) "}");
}

#define REFUSED(text, values, expected) UPDATE_SAYS(text, values, "\"a\":" N(1), "Invalid UpdateExpression: " expected)

static void syntax_errors(void **state)
{
    (void)state;
    REFUSED("", "", "The expression can not be empty;");
    REFUSED("SET", "", "Syntax error; token: \"<EOF>\", near: \"SET\"");
    REFUSED("a = :v", "\":v\":" N(1), "Syntax error; token: \"a\", near: \"a =\"");
    REFUSED("SET a = VALUE 1", "", "Syntax error; token: \"1\", near: \"VALUE 1\"");
    REFUSED("SET a = b + c + d", "", "Syntax error; token: \"+\", near: \"c + d\"");
    REFUSED("ADD a b", "", "Syntax error; token: \"b\", near: \"a b\"");
    REFUSED("REMOVE a b", "", "Syntax error; token: \"b\", near: \"a b\"");
    REFUSED("SET :v = a", "\":v\":" N(1), "Syntax error; token: \":v\", near: \"SET :v =\"");
    REFUSED("SET a = :v,", "\":v\":" N(1), "Syntax error; token: \"<EOF>\", near: \":v,\"");
    REFUSED("SET a = #", "", "Syntax error; token: \"#\", near: \"= #\"");
    REFUSED("SET a = b SET c = d", "", "The \"SET\" section can only be used once in an update expression;");
}

static void what_does_not_fit(void **state)
{
    (void)state;
    REFUSED("SET a = size(b)", "", "Invalid function name; function: size");
    REFUSED("SET status = :v SET a = foo(b)", "", "Attribute name is a reserved keyword; reserved keyword: status");
    REFUSED(
        "SET a = list_append(b)", "",
        "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: "
        "1");
    REFUSED("SET a = if_not_exists(:v, b)", "\":v\":" N(1),
            "Operator or function requires a document path; operator or function: if_not_exists");
    REFUSED("SET a = list_append(:v, b)", "\":v\":" N(1),
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: N");
    REFUSED("SET a = b - :v", "\":v\":" S("x"),
            "Incorrect operand type for operator or function; operator or function: -, operand type: S");
    REFUSED("ADD a :v", "\":v\":" S("x"),
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING");
    REFUSED("DELETE a :v", "\":v\":" N(1),
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER");
    REFUSED("SET a = :w", "", "An expression attribute value used in expression is not defined; attribute value: :w");
    REFUSED("SET #a = b", "",
            "An expression attribute name used in the document path is not defined; attribute name: #a");
}

static void paths_may_not_overlap(void **state)
{
    (void)state;
#define CLASH(how, one, two)                                                                                           \
    "Two document paths " how " with each other; must remove or rewrite one of these paths; path one: " one            \
    ", path two: " two
    REFUSED("SET a = b REMOVE a", "", CLASH("overlap", "[a]", "[a]"));
    REFUSED("SET a.b[1] = b, a.b = c", "", CLASH("overlap", "[a, b, [1]]", "[a, b]"));
    REFUSED("REMOVE a, a.b[1]", "", CLASH("overlap", "[a]", "[a, b, [1]]"));
    REFUSED("REMOVE a.b, a[1]", "", CLASH("conflict", "[a, b]", "[a, [1]]"));
    REFUSED("REMOVE a.b, a[1], a.b.c", "", CLASH("overlap", "[a, b]", "[a, b, c]"));
    UPDATE_SAYS("REMOVE a[1], a[0], b.a, b.b", "", "\"a\":{\"L\":[]},\"b\":{\"M\":{}}",
                "{\"a\":{\"L\":[]},\"b\":{\"M\":{}}}");
}

static void nested_too_deeply(void **state)
{
    (void)state;
    dynox__buffer item = {0}, text = {0};
    evaluated_repeat(&item, "{\"a\":", 1);
    evaluated_repeat(&item, "{\"L\":[", 32);
    evaluated_repeat(&item, "]}", 32);
    evaluated_repeat(&item, "}", 1);
    evaluated_repeat(&text, "SET a", 1);
    evaluated_repeat(&text, "[0]", 31);
    evaluated_repeat(&text, "=:v", 1);
    assert_non_null(strstr(evaluated_update(text.data, VALUES("\":v\":{\"L\":[]}"), item.data, false), "[]"));
    assert_non_null(
        strstr(evaluated_update(text.data, VALUES("\":v\":{\"L\":[{\"L\":[]}]}"), item.data, false), "Nesting Levels"));
    dynox__buffer_free(&item);
    dynox__buffer_free(&text);
}

static void appending_over_and_over_is_bounded(void **state)
{
    (void)state;
    dynox__buffer item = {0}, text = {0};
    evaluated_repeat(&item, "{\"a\":{\"L\":[{\"NULL\":true}", 1);
    evaluated_repeat(&item, ",{\"NULL\":true}", 39999);
    evaluated_repeat(&item, "]}}", 1);
    evaluated_repeat(&text, "SET a=", 1);
    evaluated_repeat(&text, "list_append(", 200);
    evaluated_repeat(&text, "a", 1);
    evaluated_repeat(&text, ",a)", 200);
    assert_non_null(strstr(evaluated_update(text.data, "{}", item.data, false), "maximum allowed size"));
    dynox__buffer_free(&item);
    dynox__buffer_free(&text);
}

static void update_all(void *arg)
{
    (void)arg;
    evaluated_update(
        "SET a.b = if_not_exists(x, :v) + :v, l = list_append(l, l), l2[4] = :v REMOVE c ADD d :v, f :s DELETE e :s",
        VALUES("\":v\":" N(1) ",\":s\":{\"SS\":[\"x\"]}"),
        "{\"a\":{\"M\":{}},\"l\":{\"L\":[" N(1) "]},\"l2\":{\"L\":[]},\"d\":" N(
            1) ",\"e\":{\"SS\":[\"x\",\"y\"]},\"f\":{\"SS\":[\"x\",\"y\"]}}",
        true);
    evaluated_update("SET a = b, a = c", "{}", "{}", false);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(update_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_puts_values),
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(functions),
        cmocka_unit_test(elements_beyond_the_end_are_appended_in_order),
        cmocka_unit_test(removed_elements_close_up_and_mean_the_old_list),
        cmocka_unit_test(paths_need_their_parents),
        cmocka_unit_test(add_sums_and_unites),
        cmocka_unit_test(delete_takes_away_and_no_empty_set_stays),
        cmocka_unit_test(what_was_touched),
        cmocka_unit_test(syntax_errors),
        cmocka_unit_test(what_does_not_fit),
        cmocka_unit_test(paths_may_not_overlap),
        cmocka_unit_test(nested_too_deeply),
        cmocka_unit_test(appending_over_and_over_is_bounded),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
