/* Expected, QueryFilter and ScanFilter, AttributeUpdates: what was there before expressions. */
#include "evaluated.h"

#define N(number) "{\"N\":\"" #number "\"}"
#define S(text) "{\"S\":\"" text "\"}"
#define INVALID "One or more parameter values were invalid: "

typedef dynox__condition *read_fn(const dynox__tree *given, const dynox__tree *joined, dynox__arena *arena,
                                  dynox__refusal *refusal);

/* The request's members, the first of which is the conditions. */
static const char *condition(read_fn *read, const char *given, const char *json)
{
    evaluated          e         = {0};
    dynox_item         item      = {0};
    bool               holds     = false;
    const dynox__tree *tree      = evaluated_tree(&e, given);
    dynox__condition  *condition = NULL;
    if (tree) condition = read(tree->first, dynox__tree_member(tree, "ConditionalOperator"), &e.arena, &e.refusal);
    bool done = condition && evaluated_item(&e, json, &item) &&
                dynox__condition_holds(condition, &item, &e.arena, &holds, &e.refusal);
    if (done) dynox__buffer_text(&e.said, holds ? "true" : "false");
    return evaluated_end(&e, done);
}

static const char *update(const char *updates, const char *json)
{
    evaluated          e      = {0};
    dynox_item         before = {0}, after = {0};
    const dynox__tree *tree = evaluated_tree(&e, updates);
    dynox__update     *made = tree ? dynox__legacy_updates(tree, &e.arena, &e.refusal) : NULL;
    bool               done =
        made && evaluated_item(&e, json, &before) && dynox__update_apply(made, &before, &e.arena, &after, &e.refusal);
    if (done) dynox__values_write_item(&e.said, &after);
    return evaluated_end(&e, done);
}

#define IS(how, values) "\"a\":{\"ComparisonOperator\":\"" how "\",\"AttributeValueList\":[" values "]}"
#define FILTER_SAYS(how, values, item, expected)                                                                       \
    assert_string_equal(condition(dynox__legacy_filter, "{\"QueryFilter\":{" IS(how, values) "}}", "{" item "}"),      \
                        expected)
#define EXPECTED_SAYS(expectation, item, expected)                                                                     \
    assert_string_equal(condition(dynox__legacy_expected, "{\"Expected\":{\"a\":" expectation "}}", "{" item "}"),     \
                        expected)
#define UPDATE_LEGACY(updates, item, expected) assert_string_equal(update("{" updates "}", "{" item "}"), expected)

static void every_comparison(void **state)
{
    (void)state;
    FILTER_SAYS("EQ", N(1), "\"a\":" N(1), "true");
    FILTER_SAYS("EQ", "{\"SS\":[\"x\",\"y\"]}", "\"a\":{\"SS\":[\"y\",\"x\"]}", "true");
    FILTER_SAYS("EQ", N(1), "", "false");
    FILTER_SAYS("NE", N(1), "\"a\":" S("1"), "true");
    FILTER_SAYS("LE", N(1), "\"a\":" N(1), "true");
    FILTER_SAYS("LT", N(1), "\"a\":" N(1), "false");
    FILTER_SAYS("GE", S("b"), "\"a\":" S("c"), "true");
    FILTER_SAYS("GT", S("b"), "\"a\":" N(9), "false");
    FILTER_SAYS("NOT_NULL", "", "\"a\":{\"NULL\":true}", "true");
    FILTER_SAYS("NULL", "", "\"b\":" N(1), "true");
    FILTER_SAYS("CONTAINS", S("x"), "\"a\":{\"SS\":[\"x\"]}", "true");
    FILTER_SAYS("CONTAINS", S("x"), "\"a\":" S("axa"), "true");
    FILTER_SAYS("NOT_CONTAINS", S("x"), "\"a\":" S("axa"), "false");
    FILTER_SAYS("NOT_CONTAINS", S("x"), "\"a\":" S("a"), "true");
    FILTER_SAYS("BEGINS_WITH", S("ax"), "\"a\":" S("axa"), "true");
    FILTER_SAYS("IN", N(1) "," N(2), "\"a\":" N(2), "true");
    FILTER_SAYS("IN", N(1) "," N(2), "\"a\":" N(3), "false");
    FILTER_SAYS("BETWEEN", N(1) "," N(2), "\"a\":" N(1.5), "true");
}

static void arguments_are_checked(void **state)
{
    (void)state;
    FILTER_SAYS("EQ", N(1) "," N(2), "", INVALID "Invalid number of argument(s) for the EQ ComparisonOperator");
    FILTER_SAYS("NULL", N(1), "", INVALID "Invalid number of argument(s) for the NULL ComparisonOperator");
    FILTER_SAYS("IN", "", "", INVALID "Invalid number of argument(s) for the IN ComparisonOperator");
    FILTER_SAYS("IN", N(1) "," S("1"), "", INVALID "AttributeValues inside AttributeValueList must be of same type");
    FILTER_SAYS("LT", "{\"BOOL\":true}", "", INVALID "ComparisonOperator LT is not valid for BOOL AttributeValue type");
    FILTER_SAYS("BETWEEN", N(2) "," N(1), "",
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
    FILTER_SAYS("EQ", "{\"N\":\"x\"}", "", "The parameter cannot be converted to a numeric value: x");
}

static void expected_values(void **state)
{
    (void)state;
    EXPECTED_SAYS("{\"Value\":" N(1) "}", "\"a\":" N(1), "true");
    EXPECTED_SAYS("{\"Value\":" N(1) ",\"Exists\":true}", "", "false");
    EXPECTED_SAYS("{\"Exists\":false}", "", "true");
    EXPECTED_SAYS("{\"Exists\":false}", "\"a\":" N(1), "false");
    EXPECTED_SAYS("{\"ComparisonOperator\":\"GT\",\"Value\":" N(1) "}", "\"a\":" N(2), "true");
    EXPECTED_SAYS("{\"ComparisonOperator\":\"NULL\"}", "", "true");
    EXPECTED_SAYS("{}", "", INVALID "Value must be provided when Exists is null for Attribute: a");
    EXPECTED_SAYS("{\"Exists\":true}", "", INVALID "Value must be provided when Exists is true for Attribute: a");
    EXPECTED_SAYS("{\"Exists\":false,\"Value\":" N(1) "}", "",
                  INVALID "Value cannot be used when Exists is false for Attribute: a");
    EXPECTED_SAYS("{\"Value\":" N(1) ",\"AttributeValueList\":[]}", "",
                  INVALID "Value and AttributeValueList cannot be used together for Attribute: a");
    EXPECTED_SAYS("{\"AttributeValueList\":[]}", "",
                  INVALID "AttributeValueList can only be used with a ComparisonOperator for Attribute: a");
    EXPECTED_SAYS("{\"Exists\":false,\"ComparisonOperator\":\"NULL\"}", "",
                  INVALID "Exists and ComparisonOperator cannot be used together for Attribute: a");
    EXPECTED_SAYS("{\"ComparisonOperator\":\"EQ\"}", "",
                  INVALID "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a");
}

static void joined_by_and_or_by_or(void **state)
{
    (void)state;
#define BOTH "{\"Expected\":{\"a\":{\"Value\":" N(1) "},\"b.c\":{\"Value\":" N(2) "}}"
    assert_string_equal(condition(dynox__legacy_expected, BOTH "}", "{\"a\":" N(1) "}"), "false");
    assert_string_equal(condition(dynox__legacy_expected, BOTH "}", "{\"a\":" N(1) ",\"b.c\":" N(2) "}"), "true");
    assert_string_equal(
        condition(dynox__legacy_expected, BOTH ",\"ConditionalOperator\":\"OR\"}", "{\"b.c\":" N(2) "}"), "true");
    assert_string_equal(
        condition(dynox__legacy_expected, BOTH ",\"ConditionalOperator\":\"AND\"}", "{\"b.c\":" N(2) "}"), "false");
    assert_string_equal(condition(dynox__legacy_expected, "{\"Expected\":{}}", "{}"), "true");
    assert_string_equal(
        condition(dynox__legacy_filter, "{\"QueryFilter\":{" IS("NULL", "") "},\"ConditionalOperator\":\"OR\"}", "{}"),
        "true");
    assert_string_equal(condition(dynox__legacy_filter, "{\"QueryFilter\":{},\"ConditionalOperator\":\"OR\"}", "{}"),
                        INVALID "ConditionalOperator cannot be used without Filter or Expected");
}

static void attribute_updates(void **state)
{
    (void)state;
#define ACTION(name, value) "{\"Action\":\"" name "\",\"Value\":" value "}"
    UPDATE_LEGACY("\"a\":{\"Value\":" N(1) "},\"b\":" ACTION("PUT", S("x")), "\"b\":" N(5),
                  "{\"b\":" S("x") ",\"a\":" N(1) "}");
    UPDATE_LEGACY("\"a\":" ACTION("ADD", N(1)) ",\"b\":" ACTION("ADD", N(1)), "\"b\":" N(5),
                  "{\"b\":" N(6) ",\"a\":" N(1) "}");
    UPDATE_LEGACY("\"a\":" ACTION("ADD", "{\"L\":[" N(2) "]}"), "\"a\":{\"L\":[" N(1) "]}",
                  "{\"a\":{\"L\":[" N(1) "," N(2) "]}}");
    UPDATE_LEGACY(
        "\"a\":" ACTION("DELETE", "{\"SS\":[\"x\"]}") ",\"b\":{\"Action\":\"DELETE\"},\"c\":{\"Action\":\"DELETE\"}",
        "\"a\":{\"SS\":[\"x\",\"y\"]},\"b\":" N(1), "{\"a\":{\"SS\":[\"y\"]}}");
    UPDATE_LEGACY("", "\"a\":" N(1), "{\"a\":" N(1) "}");
    UPDATE_LEGACY("\"a\":{\"Value\":" N(1) "},\"a\":{\"Value\":" N(2) "}", "", "{\"a\":" N(2) "}");
    UPDATE_LEGACY("\"a\":" ACTION("ADD", N(1)), "\"a\":" S("x"), "Type mismatch for attribute to update");
    UPDATE_LEGACY("\"a\":{\"Action\":\"ADD\"}", "",
                  INVALID "Only DELETE action is allowed when no attribute value is specified");
    UPDATE_LEGACY("\"a\":" ACTION("DELETE", N(1)), "",
                  INVALID "DELETE action with value is not supported for the type N");
    UPDATE_LEGACY("\"a\":" ACTION("ADD", S("x")), "", INVALID "ADD action is not supported for the type S");
}

static void fill(dynox__buffer *text, const char *format, int count)
{
    for (int i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(text, ',');
        dynox__buffer_format(text, format, i);
    }
}

/* Would be minutes if the work grew with the square of it. */
static void fifty_thousand_names_are_no_matter(void **state)
{
    (void)state;
    dynox__buffer item = {0}, updates = {0}, conditions = {0};
    DYNOX__BUFFER_LITERAL(&item, "{");
    fill(&item, "\"%d\":{\"N\":\"1\"}", 50000);
    evaluated_repeat(&item, "}", 1);
    DYNOX__BUFFER_LITERAL(&updates, "{");
    fill(&updates, "\"%d\":{\"Action\":\"DELETE\"}", 50000);
    evaluated_repeat(&updates, "}", 1);
    DYNOX__BUFFER_LITERAL(&conditions, "{\"Expected\":{");
    fill(&conditions, "\"%d\":{\"Value\":{\"N\":\"1\"}}", 50000);
    evaluated_repeat(&conditions, "}}", 1);
    assert_string_equal(update(updates.data, item.data), "{}");
    assert_string_equal(condition(dynox__legacy_expected, conditions.data, item.data), "true");
    dynox__buffer_free(&item);
    dynox__buffer_free(&updates);
    dynox__buffer_free(&conditions);
}

static void all(void *arg)
{
    (void)arg;
    condition(dynox__legacy_filter,
              "{\"QueryFilter\":{" IS("BETWEEN", N(1) "," N(2)) ",\"b\":{\"ComparisonOperator\":\"NOT_CONTAINS\","
                                                                "\"AttributeValueList\":[" S("x") "]}}}",
              "{\"a\":" N(1) "}");
    condition(dynox__legacy_expected, "{\"Expected\":{\"a\":{\"Exists\":false},\"b\":{\"Value\":" N(1) "}}}", "{}");
    update("{\"a\":" ACTION("ADD", "{\"SS\":[\"x\"]}") ",\"b\":{\"Action\":\"DELETE\"}}", "{\"a\":{\"SS\":[\"y\"]}}");
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_comparison),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(expected_values),
        cmocka_unit_test(joined_by_and_or_by_or),
        cmocka_unit_test(attribute_updates),
        cmocka_unit_test(fifty_thousand_names_are_no_matter),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
