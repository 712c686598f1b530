/* Projections: as expressions and as AttributesToGet. */
#include "evaluated.h"

#define N(number) "{\"N\":\"" #number "\"}"

/* `text` NULL: AttributesToGet, in `given`. */
static const char *project(const char *text, const char *given, const char *json)
{
    evaluated          e    = {0};
    dynox_item         item = {0}, part = {0};
    const dynox__tree *tree       = evaluated_tree(&e, given);
    dynox__names      *names      = tree && text ? dynox__names_read(tree, &e.arena, &e.refusal) : NULL;
    dynox__projection *projection = names ? dynox__projection_compile(names, text, strlen(text), &e.arena, &e.refusal)
                                    : tree && !text ? dynox__legacy_attributes(tree, &e.arena, &e.refusal)
                                                    : NULL;
    bool               done       = projection && (!text || dynox__names_all_used(names, &e.arena, &e.refusal)) &&
                evaluated_item(&e, json, &item) &&
                dynox__projection_apply(projection, &item, &e.arena, &part, &e.refusal);
    if (done) dynox__values_write_item(&e.said, &part);
    return evaluated_end(&e, done);
}

#define PROJECT_SAYS(text, item, expected) assert_string_equal(project(text, "{}", "{" item "}"), expected)
#define INVALID "Invalid ProjectionExpression: "

static void attributes_and_what_lies_in_them(void **state)
{
    (void)state;
    PROJECT_SAYS("b, a", "\"a\":" N(1) ",\"b\":" N(2) ",\"c\":" N(3), "{\"b\":" N(2) ",\"a\":" N(1) "}");
    PROJECT_SAYS("a.b.c, a.x",
                 "\"a\":{\"M\":{\"b\":{\"M\":{\"c\":" N(1) ",\"d\":" N(2) "}},\"x\":" N(3) ",\"y\":" N(4) "}}",
                 "{\"a\":{\"M\":{\"b\":{\"M\":{\"c\":" N(1) "}},\"x\":" N(3) "}}}");
    assert_string_equal(project("#s, a.#s", "{\"ExpressionAttributeNames\":{\"#s\":\"a.b\"}}",
                                "{\"a.b\":" N(1) ",\"a\":{\"M\":{\"a.b\":" N(2) "}}}"),
                        "{\"a.b\":" N(1) ",\"a\":{\"M\":{\"a.b\":" N(2) "}}}");
}

static void elements_close_up_in_the_order_of_the_list(void **state)
{
    (void)state;
    PROJECT_SAYS("a[3], a[0], a[9], a[2].x",
                 "\"a\":{\"L\":[" N(0) "," N(1) ",{\"M\":{\"x\":" N(2) ",\"y\":" N(5) "}}," N(3) "]}",
                 "{\"a\":{\"L\":[" N(0) ",{\"M\":{\"x\":" N(2) "}}," N(3) "]}}");
    PROJECT_SAYS("a[0][1]", "\"a\":{\"L\":[{\"L\":[" N(0) "," N(1) "]}]}", "{\"a\":{\"L\":[{\"L\":[" N(1) "]}]}}");
}

static void what_is_absent_is_left_out(void **state)
{
    (void)state;
    PROJECT_SAYS("a, b.c, d[0], e.f", "\"b\":{\"M\":{}},\"d\":{\"M\":{}},\"e\":" N(1), "{}");
    PROJECT_SAYS("a", "", "{}");
}

static void what_is_refused(void **state)
{
    (void)state;
    PROJECT_SAYS("", "", INVALID "The expression can not be empty;");
    PROJECT_SAYS("a,", "", INVALID "Syntax error; token: \"<EOF>\", near: \"a,\"");
    PROJECT_SAYS("a b", "", INVALID "Syntax error; token: \"b\", near: \"a b\"");
    PROJECT_SAYS("a, :v", "", INVALID "Syntax error; token: \":v\", near: \", :v\"");
    PROJECT_SAYS("a, and", "", INVALID "Attribute name is a reserved keyword; reserved keyword: and");
    PROJECT_SAYS("#a", "",
                 INVALID "An expression attribute name used in the document path is not defined; attribute name: #a");
    PROJECT_SAYS("a, a.b", "",
                 INVALID
                 "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
                 "[a], path two: [a, b]");
    PROJECT_SAYS("a[1], a.b", "",
                 INVALID "Two document paths conflict with each other; must remove or rewrite one of these paths; path "
                         "one: [a, [1]], path two: [a, b]");
}

static void attributes_to_get(void **state)
{
    (void)state;
    assert_string_equal(
        project(NULL, "[\"b.c\",\"status\",\"x\"]", "{\"b.c\":" N(1) ",\"status\":" N(2) ",\"y\":" N(3) "}"),
        "{\"b.c\":" N(1) ",\"status\":" N(2) "}");
    assert_string_equal(project(NULL, "[\"b\",\"b\"]", "{}"),
                        "One or more parameter values were invalid: Duplicate value in attribute name: b");
}

static void project_all(void *arg)
{
    (void)arg;
    project("a[1], a[0].b, c.d", "{}",
            "{\"a\":{\"L\":[{\"M\":{\"b\":" N(1) "}}," N(2) "]},\"c\":{\"M\":{\"d\":" N(3) "}}}");
    project("a, a.b", "{}", "{}");
    project(NULL, "[\"a\"]", "{\"a\":" N(1) "}");
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(project_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_and_what_lies_in_them),
        cmocka_unit_test(elements_close_up_in_the_order_of_the_list),
        cmocka_unit_test(what_is_absent_is_left_out),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(attributes_to_get),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
