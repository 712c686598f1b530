/* Conditions and filters on items. */
#include "evaluated.h"

#define N(number) "{\"N\":\"" #number "\"}"
#define S(text) "{\"S\":\"" text "\"}"

static void comparisons_of_one_type(void **state)
{
    (void)state;
    CONDITION_SAYS("a = :v", "\":v\":" N(1.0), "\"a\":" N(1), "true");
    CONDITION_SAYS("a <> :v", "\":v\":" N(1), "\"a\":" N(2), "true");
    CONDITION_SAYS("a<:v", "\":v\":" N(10), "\"a\":" N(9), "true");
    CONDITION_SAYS("a <= :v", "\":v\":" N(9), "\"a\":" N(9), "true");
    CONDITION_SAYS("a > :v", "\":v\":" S("abc"), "\"a\":" S("abd"), "true");
    CONDITION_SAYS("a >= :v", "\":v\":" S("b"), "\"a\":" S("abd"), "false");
    CONDITION_SAYS(":v > a", "\":v\":{\"B\":\"/w==\"}", "\"a\":{\"B\":\"AAA=\"}", "true");
    CONDITION_SAYS("a = b", "", "\"a\":{\"SS\":[\"x\",\"y\"]},\"b\":{\"SS\":[\"y\",\"x\"]}", "true");
    CONDITION_SAYS("a.b[1].c = :v", "\":v\":" N(1),
                   "\"a\":{\"M\":{\"b\":{\"L\":[{\"NULL\":true},{\"M\":{\"c\":" N(1) "}}]}}}", "true");
    CONDITION_SAYS("a between :x and :y AND NOT a between :y AND :z", "\":x\":" N(1) ",\":y\":" N(3) ",\":z\":" N(4),
                   "\"a\":" N(2), "true");
    CONDITION_SAYS("a In (:x, b,:y)", "\":x\":" N(1) ",\":y\":" S("3"), "\"a\":" N(2) ",\"b\":" N(2), "true");
    CONDITION_SAYS("a IN (:x)", "\":x\":" N(1), "\"a\":" N(2), "false");
}

static void what_is_absent_or_of_another_type(void **state)
{
    (void)state;
    CONDITION_SAYS("a = b", "", "", "false");
    CONDITION_SAYS("a <> b", "", "", "false");
    CONDITION_SAYS("a <> :v", "\":v\":" N(1), "", "true");
    CONDITION_SAYS("a <> :v", "\":v\":" N(1), "\"a\":" S("1"), "true");
    CONDITION_SAYS("a = :v", "\":v\":" N(1), "\"a\":" S("1"), "false");
    CONDITION_SAYS("a < :v OR a >= :v", "\":v\":" N(1), "\"a\":" S("1"), "false");
    CONDITION_SAYS("NOT a < :v", "\":v\":" N(1), "", "true");
    CONDITION_SAYS("a < b", "", "\"a\":{\"L\":[]},\"b\":{\"L\":[" N(1) "]}", "false");
    CONDITION_SAYS("a.b = :v OR a[0] = :v", "\":v\":" N(1), "\"a\":" N(1), "false");
    CONDITION_SAYS("a BETWEEN :v AND b", "\":v\":" N(1), "\"a\":" N(1) ",\"b\":" S("2"), "false");
    assert_string_equal(evaluated_condition(DYNOX__CONDITION_CONDITION, "attribute_not_exists(a)", "{}", NULL), "true");
    assert_string_equal(evaluated_condition(DYNOX__CONDITION_CONDITION, "attribute_exists(a)", "{}", NULL), "false");
}

static void and_binds_tighter_than_or(void **state)
{
    (void)state;
#define ITEM "\"t\":" N(1) ",\"f\":" N(0)
#define T "attribute_exists(t)"
#define F "attribute_exists(x)"
    CONDITION_SAYS(T " OR " T " AND " F, "", ITEM, "true");
    CONDITION_SAYS("(" T " OR " T ") AND " F, "", ITEM, "false");
    CONDITION_SAYS("NOT " F " AND " F, "", ITEM, "false");
    CONDITION_SAYS("NOT (" F " AND " F ")", "", ITEM, "true");
    CONDITION_SAYS(F " AND " T " OR " F " OR NOT NOT " T " AND " T, "", ITEM, "true");
#undef ITEM
}

static void functions(void **state)
{
    (void)state;
    CONDITION_SAYS("attribute_exists(a.b) AND attribute_not_exists(a.c)", "", "\"a\":{\"M\":{\"b\":{\"NULL\":true}}}",
                   "true");
    CONDITION_SAYS("attribute_type(a, :t)", "\":t\":" S("BS"), "\"a\":{\"BS\":[\"AA==\"]}", "true");
    CONDITION_SAYS("attribute_type(b, :t)", "\":t\":" S("S"), "\"a\":" S("x"), "false");
    CONDITION_SAYS("begins_with(a, :p)", "\":p\":" S("ab"), "\"a\":" S("abc"), "true");
    CONDITION_SAYS("begins_with(a, :p)", "\":p\":" S("ab"), "\"a\":" N(5), "false");
    CONDITION_SAYS("begins_with ( a , b )", "", "\"a\":{\"B\":\"AAEC\"},\"b\":{\"B\":\"AAE=\"}", "true");
    CONDITION_SAYS("contains(a, :p)", "\":p\":" S("bc"), "\"a\":" S("abcd"), "true");
    CONDITION_SAYS("contains(a, :p)", "\":p\":" S("bd"), "\"a\":" S("abcd"), "false");
    CONDITION_SAYS("contains(a, :p)", "\":p\":" S(""), "\"a\":" S("abcd"), "true");
    CONDITION_SAYS("contains(a, :p)", "\":p\":" N(2.0), "\"a\":{\"NS\":[\"1\",\"2\"]}", "true");
    CONDITION_SAYS("contains(a, :p)", "\":p\":" S("2"), "\"a\":{\"NS\":[\"1\",\"2\"]}", "false");
    CONDITION_SAYS("contains(a, :p)", "\":p\":{\"L\":[]}", "\"a\":{\"L\":[" N(1) ",{\"L\":[]}]}", "true");
    CONDITION_SAYS("contains(a, :p)", "\":p\":{\"B\":\"AQ==\"}", "\"a\":{\"B\":\"AAEC\"}", "true");
}

static void sizes_of_text_are_utf16_units(void **state)
{
    (void)state;
    CONDITION_SAYS("size(a) = :n", "\":n\":" N(3), "\"a\":" S("\xc3\xa9\xf0\x9d\x84\x9e"), "true");
    CONDITION_SAYS("size(a) = :n", "\":n\":" N(2), "\"a\":{\"B\":\"AAE=\"}", "true");
    CONDITION_SAYS("size (a) BETWEEN :n AND :m", "\":n\":" N(1) ",\":m\":" N(2), "\"a\":{\"M\":{\"x\":" N(1) "}}",
                   "true");
    CONDITION_SAYS("size(a) < size(:v)", "\":v\":" S("abc"), "\"a\":{\"SS\":[\"x\",\"y\"]}", "true");
    CONDITION_SAYS("size(a) >= :n", "\":n\":" N(0), "\"a\":" N(1), "false");
    CONDITION_SAYS("size(a) = b", "", "\"a\":{\"L\":[]},\"b\":" N(0), "true");
}

static void operands_may_stand_in_parentheses(void **state)
{
    (void)state;
    CONDITION_SAYS("(a) = (:v)", "\":v\":" N(1), "\"a\":" N(1), "true");
    CONDITION_SAYS("(size(a)) > :v", "\":v\":" N(1), "\"a\":" S("abc"), "true");
    CONDITION_SAYS("(a) IN ((:v), b)", "\":v\":" N(1), "\"a\":" N(1), "true");
    CONDITION_SAYS("(a = :v) AND (NOT (b = :v))", "\":v\":" N(1), "\"a\":" N(1), "true");
}

#define REFUSED(text, values, expected)                                                                                \
    CONDITION_SAYS(text, values, "\"a\":" N(1), "Invalid ConditionExpression: " expected)

static void syntax_errors_name_the_token_and_what_is_near(void **state)
{
    (void)state;
    REFUSED("", "", "The expression can not be empty;");
    REFUSED("a", "", "Syntax error; token: \"<EOF>\", near: \"a\"");
    REFUSED("a = ", "", "Syntax error; token: \"<EOF>\", near: \"a =\"");
    REFUSED("a = 5", "", "Syntax error; token: \"5\", near: \"= 5\"");
    REFUSED("a AND b", "", "Syntax error; token: \"AND\", near: \"a AND b\"");
    REFUSED("a = :v)", "\":v\":" N(1), "Syntax error; token: \")\", near: \":v)\"");
    REFUSED("(a = :v", "\":v\":" N(1), "Syntax error; token: \"<EOF>\", near: \"= :v\"");
    REFUSED("(a) AND a = :v", "\":v\":" N(1), "Syntax error; token: \"AND\", near: \") AND a\"");
    REFUSED("(NOT a) = :v", "\":v\":" N(1), "Syntax error; token: \")\", near: \"a) =\"");
    REFUSED("a = :v AND b", "\":v\":" N(1), "Syntax error; token: \"<EOF>\", near: \"AND b\"");
    REFUSED("! a", "", "Syntax error; token: \"!\", near: \"! a\"");
    REFUSED("a ? b", "", "Syntax error; token: \"?\", near: \"a ? b\"");
    REFUSED("a = \xc3\xa9 b", "", "Syntax error; token: \"\xc3\xa9\", near: \"= \xc3\xa9 b\"");
    REFUSED("a[x] = b", "", "Syntax error; token: \"x\", near: \"[x]\"");
    REFUSED("a. = b", "", "Syntax error; token: \"=\", near: \". = b\"");
    REFUSED("attribute_exists()", "", "Syntax error; token: \")\", near: \"()\"");
    REFUSED("a IN ()", "", "Syntax error; token: \")\", near: \"()\"");
    REFUSED("a BETWEEN b OR c", "", "Syntax error; token: \"OR\", near: \"b OR c\"");
}

static void what_is_no_use_of_a_function(void **state)
{
    (void)state;
    REFUSED("foo(a)", "", "Invalid function name; function: foo");
    REFUSED("Size(a) > b", "", "Invalid function name; function: Size");
    REFUSED("if_not_exists(a, b)", "", "Invalid function name; function: if_not_exists");
    REFUSED("size(a)", "", "The function is not allowed to be used this way in an expression; function: size");
    REFUSED("b = contains(a, c)", "",
            "The function is not allowed to be used this way in an expression; function: contains");
    REFUSED(
        "contains(a)", "",
        "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1");
    REFUSED("attribute_exists(:v)", "\":v\":" N(1),
            "Operator or function requires a document path; operator or function: attribute_exists");
    REFUSED("begins_with(a, :v)", "\":v\":" N(1),
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
    REFUSED("size(:v) = a", "\":v\":" N(1),
            "Incorrect operand type for operator or function; operator or function: size, operand type: N");
    REFUSED("attribute_type(a, :v)", "\":v\":" S("X"),
            "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
    REFUSED("attribute_type(a, b)", "",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: "
            "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
}

static void operands_are_checked(void **state)
{
    (void)state;
    REFUSED("a < :v", "\":v\":{\"BOOL\":true}",
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL");
    REFUSED(
        "a BETWEEN :v AND :w", "\":v\":" N(2) ",\":w\":" N(1),
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
        "AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}");
    REFUSED("a BETWEEN :v AND :w", "\":v\":" S("b") ",\":w\":{\"B\":\"AAE=\"}",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
            "AttributeValue: {S:b}, upper bound operand: AttributeValue: {B:AAE=}");
    REFUSED("a BETWEEN :v AND b", "\":v\":{\"NULL\":true}",
            "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: NULL");
    REFUSED(
        "a.b[1] = a.b[1]", "",
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
        "first operand: [a, b, [1]]");
    REFUSED(
        ":v = :w", "\":v\":" N(1) ",\":w\":" N(2),
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
        "first operand: AttributeValue: {N:1}");
    REFUSED("contains(a, a)", "",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: "
            "contains, first operand: [a]");
}

static void names_are_checked(void **state)
{
    (void)state;
    REFUSED("status = a", "", "Attribute name is a reserved keyword; reserved keyword: status");
    REFUSED("a.Zone = b", "", "Attribute name is a reserved keyword; reserved keyword: Zone");
    REFUSED("abort = b", "", "Attribute name is a reserved keyword; reserved keyword: abort");
    REFUSED("#n = b", "", "An expression attribute name used in the document path is not defined; attribute name: #n");
    REFUSED("a = :v", "", "An expression attribute value used in expression is not defined; attribute value: :v");
    CONDITION_SAYS("abortx = a", "", "\"a\":" N(1), "false");
    CONDITION_SAYS("a = b", "\":v\":" N(1), "",
                   "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
#define NAMED(text, given)                                                                                             \
    evaluated_condition(DYNOX__CONDITION_FILTER, text, given, "{\"status\":" N(1) ",\"a.b\":" N(1) "}")
    assert_string_equal(NAMED("#s = #t", "{\"ExpressionAttributeNames\":{\"#s\":\"status\",\"#t\":\"a.b\"}}"), "true");
    assert_string_equal(
        NAMED("#s = x", "{\"ExpressionAttributeNames\":{\"#s\":\"status\",\"#t\":\"a.b\",\"#1\":\"c\"}}"),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#t, #1}");
    assert_string_equal(NAMED("#s = x", "{\"ExpressionAttributeNames\":{\"#s\":\"\"}}"),
                        "ExpressionAttributeNames contains invalid value: Empty attribute name for key #s");
    assert_string_equal(NAMED("a = x", "{\"ExpressionAttributeNames\":{}}"),
                        "ExpressionAttributeNames must not be empty");
    assert_string_equal(NAMED("a = x", "{\"ExpressionAttributeNames\":{\"s\":\"t\"}}"),
                        "ExpressionAttributeNames contains invalid key: Syntax error; key: \"s\"");
    assert_string_equal(NAMED("a = x", "{\"ExpressionAttributeValues\":{\":a-b\":{\"N\":\"1\"}}}"),
                        "ExpressionAttributeValues contains invalid key: Syntax error; key: \":a-b\"");
    assert_string_equal(
        NAMED("a = :b", "{\"ExpressionAttributeValues\":{\":b\":{\"SS\":[]}}}"),
        "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An "
        "string set  may not be empty for key :b");
    assert_string_equal(NAMED("a = a", "{}"),
                        "Invalid FilterExpression: The first operand must be distinct from the remaining operands for "
                        "this operator or function; operator: =, first operand: [a]");
}

static void the_first_of_several_mistakes_is_the_service_s(void **state)
{
    (void)state;
    REFUSED("((foo(:v))) OR status = a", "", "The expression has redundant parentheses;");
    REFUSED("status = a OR foo(:v)", "", "Invalid function name; function: foo");
    REFUSED("status = contains(a, b)", "",
            "The function is not allowed to be used this way in an expression; function: contains");
    REFUSED("a = :v OR status = a", "", "Attribute name is a reserved keyword; reserved keyword: status");
    REFUSED("contains(:v)", "", "An expression attribute value used in expression is not defined; attribute value: :v");
}

static void redundant_parentheses_are_refused(void **state)
{
    (void)state;
    REFUSED("((a = :v))", "\":v\":" N(1), "The expression has redundant parentheses;");
    REFUSED("((a)) = :v", "\":v\":" N(1), "The expression has redundant parentheses;");
    REFUSED("a = ((:v))", "\":v\":" N(1), "The expression has redundant parentheses;");
    CONDITION_SAYS("((a = :v) OR (b = :v))", "\":v\":" N(1), "\"a\":" N(1), "true");
    CONDITION_SAYS("((a) = :v)", "\":v\":" N(1), "\"a\":" N(1), "true");
}

/* `first`, then `again` so many times, then `last`. */
static const char *long_condition(const char *first, const char *again, size_t count, const char *last)
{
    dynox__buffer text = {0};
    evaluated_repeat(&text, first, 1);
    evaluated_repeat(&text, again, count);
    evaluated_repeat(&text, last, 1);
    const char *said = evaluated_condition(DYNOX__CONDITION_CONDITION, text.data, "{}", "{}");
    dynox__buffer_free(&text);
    return said;
}

static void limits(void **state)
{
    (void)state;
    assert_string_equal(long_condition("NOT a=b", " OR a=b", 149, ""), "true");
    assert_string_equal(long_condition("NOT a=b", " OR a=b", 150, ""),
                        "Invalid ConditionExpression: The expression contains too many operators; operator count: 302");
    assert_string_equal(long_condition("a IN (b", ",b", 99, ")"), "false");
    assert_string_equal(
        long_condition("a IN (b", ",b", 100, ")"),
        "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101");
    assert_string_equal(long_condition("a=b", " ", 4093, ""), "false");
    assert_string_equal(
        long_condition("a=b", " ", 4094, ""),
        "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression "
        "size: 4097");
    assert_string_equal(long_condition("a", ".a", 31, "=b"), "false");
    assert_non_null(strstr(long_condition("a", ".a", 32, "=b"), "too many nesting elements"));
    dynox__buffer given = {0};
    evaluated_repeat(&given, "{\"ExpressionAttributeValues\":{", 1);
    for (int i = 0; i < 6; i++) {
        dynox__buffer_format(&given, "%s\":%d\":{\"S\":\"", i ? "\"}," : "", i);
        evaluated_repeat(&given, "0123456789", 35000);
    }
    evaluated_repeat(&given, "\"}}}", 1);
    assert_non_null(strstr(evaluated_condition(DYNOX__CONDITION_CONDITION, "a = :1", given.data, "{}"), "2 MB"));
    dynox__buffer_free(&given);
    REFUSED("a[99999999999] = b", "", "List index is not within the allowable range; index: [99999999999]");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    static const char *const opening[] = {"(",           "NOT ",      "NOT (", "size(",
                                          "contains(a,", "(a=b AND ", "a = (", "a BETWEEN ("};
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
        size_t length = strlen(opening[i]);
        assert_non_null(strstr(long_condition("", opening[i], 4000 / length, ""), "Invalid ConditionExpression: "));
        assert_non_null(strstr(long_condition("", opening[i], 10000, ""), "maximum allowed size"));
    }
    assert_non_null(strstr(long_condition("", "(", 4000, ""), "nested too deeply"));
}

static void a_nul_in_an_expression_is_a_character_like_others(void **state)
{
    (void)state;
    dynox__arena   arena   = {0};
    dynox__refusal refusal = {0};
    dynox__names  *names   = dynox__names_read(NULL, &arena, &refusal);
    assert_null(dynox__condition_compile(names, DYNOX__CONDITION_FILTER, "a = b\0 AND", 10, &arena, &refusal));
    assert_non_null(strstr(refusal.message, "Syntax error"));
    dynox__arena_free(&arena);
}

/* {"x":{"SS":["0","1",...]}} and the other way round, as lists of a set, and as the names of maps. */
static void large_set(dynox__buffer *text, const char *name, bool map, bool down)
{
    enum { MEMBERS = 60000 };
    dynox__buffer_format(text, map ? "\"%s\":{\"M\":{" : "\"%s\":{\"L\":[{\"SS\":[", name);
    for (int i = 0; i < MEMBERS; i++) {
        if (i) dynox__buffer_byte(text, ',');
        dynox__buffer_format(text, map ? "\"%d\":{\"NULL\":true}" : "\"%d\"", down ? MEMBERS - 1 - i : i);
    }
    dynox__buffer_text(text, map ? "}}" : "]}]}");
}

/* Would be minutes if the work grew with the square of it. */
static void large_sets_and_maps_are_compared_at_once(void **state)
{
    (void)state;
    for (int map = 0; map < 2; map++) {
        dynox__buffer item = {0};
        DYNOX__BUFFER_LITERAL(&item, "{");
        large_set(&item, "a", map, false);
        DYNOX__BUFFER_LITERAL(&item, ",");
        large_set(&item, "b", map, true);
        evaluated_repeat(&item, "}", 1);
        assert_string_equal(evaluated_condition(DYNOX__CONDITION_FILTER, "a = b", "{}", item.data), "true");
        dynox__buffer_free(&item);
    }
}

static bool collect(void *arg, const char *name, size_t length)
{
    dynox__buffer_add(arg, name, length);
    dynox__buffer_byte(arg, ',');
    return true;
}

static void tells_the_names_it_speaks_of(void **state)
{
    (void)state;
    dynox__arena      arena   = {0};
    dynox__refusal    refusal = {0};
    dynox__buffer     list    = {0};
    dynox__names     *names   = dynox__names_read(NULL, &arena, &refusal);
    static const char text[]  = "a.x = b OR NOT (size(c) > d AND e BETWEEN f AND g)";
    dynox__condition *condition =
        dynox__condition_compile(names, DYNOX__CONDITION_FILTER, text, strlen(text), &arena, &refusal);
    assert_non_null(condition);
    assert_true(dynox__condition_names(condition, collect, &list));
    assert_string_equal(evaluated_repeat(&list, "", 0), "a,b,c,d,e,f,g,");
    dynox__buffer_free(&list);
    dynox__arena_free(&arena);
}

static void evaluate_all(void *arg)
{
    (void)arg;
    evaluated_condition(
        DYNOX__CONDITION_CONDITION,
        "size(a) > :v AND (b.c[2] IN (:v, :w) OR NOT contains(#d, :w)) AND x BETWEEN :l AND :h",
        "{\"ExpressionAttributeNames\":{\"#d\":\"date\"},\"ExpressionAttributeValues\":{\":v\":{\"N\":\"1\"},"
        "\":w\":{\"S\":\"x\"},\":l\":{\"B\":\"AA==\"},\":h\":{\"B\":\"AQ==\"}}}",
        "{\"a\":{\"S\":\"abc\"},\"date\":{\"S\":\"yyy\"}}");
    evaluated_condition(DYNOX__CONDITION_CONDITION, "a.b = a.b", "{}", "{}");
    dynox__buffer item = {0};
    for (int i = 0; i < 40; i++)
        dynox__buffer_format(&item, i ? i == 20 ? "]},\"b\":{\"SS\":[\"%d\"" : ",\"%d\"" : "{\"a\":{\"SS\":[\"%d\"",
                             i % 20);
    DYNOX__BUFFER_LITERAL(&item, "]}}");
    dynox__buffer_byte(&item, 0);
    if (!item.failed) evaluated_condition(DYNOX__CONDITION_FILTER, "a IN (b, c)", "{}", item.data);
    dynox__buffer_free(&item);
    evaluated_condition(DYNOX__CONDITION_CONDITION, "a = b", "{\"ExpressionAttributeNames\":{\"#d\":\"date\"}}", "{}");
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(evaluate_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_of_one_type),
        cmocka_unit_test(what_is_absent_or_of_another_type),
        cmocka_unit_test(and_binds_tighter_than_or),
        cmocka_unit_test(functions),
        cmocka_unit_test(sizes_of_text_are_utf16_units),
        cmocka_unit_test(operands_may_stand_in_parentheses),
        cmocka_unit_test(syntax_errors_name_the_token_and_what_is_near),
        cmocka_unit_test(what_is_no_use_of_a_function),
        cmocka_unit_test(operands_are_checked),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(the_first_of_several_mistakes_is_the_service_s),
        cmocka_unit_test(redundant_parentheses_are_refused),
        cmocka_unit_test(limits),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(a_nul_in_an_expression_is_a_character_like_others),
        cmocka_unit_test(large_sets_and_maps_are_compared_at_once),
        cmocka_unit_test(tells_the_names_it_speaks_of),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
