/* Key conditions: as expressions and as KeyConditions. */
#include "evaluated.h"

#define N(number) "{\"N\":\"" #number "\"}"
#define S(text) "{\"S\":\"" text "\"}"

static const char *said(evaluated *e, bool done, const dynox__key_terms *terms)
{
    static const char *const signs[] = {"=", "<", "<=", ">", ">=", "between", "begins"};
    for (size_t i = 0; done && i < terms->count; i++) {
        const dynox__key_term *term = &terms->at[i];
        dynox__key_operator how     = term->operator;
        if (i) DYNOX__BUFFER_LITERAL(&e->said, ", ");
        dynox__buffer_add(&e->said, term->name, term->length);
        dynox__buffer_format(&e->said, " %s ", signs[how]);
        dynox__values_write(&e->said, &term->operand[0]);
        if (how == DYNOX__KEY_BETWEEN) dynox__values_write(&e->said, &term->operand[1]);
    }
    return evaluated_end(e, done);
}

static const char *key(const char *text, const char *given)
{
    evaluated          e     = {0};
    dynox__key_terms   terms = {0};
    const dynox__tree *tree  = evaluated_tree(&e, given);
    dynox__names      *names = tree ? dynox__names_read(tree, &e.arena, &e.refusal) : NULL;
    bool done = names && dynox__key_condition_compile(names, text, strlen(text), &e.arena, &terms, &e.refusal) &&
                dynox__names_all_used(names, &e.arena, &e.refusal);
    return said(&e, done, &terms);
}

static const char *legacy(const char *json)
{
    evaluated          e     = {0};
    dynox__key_terms   terms = {0};
    const dynox__tree *tree  = evaluated_tree(&e, json);
    bool               done  = tree && dynox__legacy_key_conditions(tree, &e.arena, &terms, &e.refusal);
    return said(&e, done, &terms);
}

#define KEY_SAYS(text, values, expected) assert_string_equal(key(text, VALUES(values)), expected)
#define P "\":p\":" S("x")
#define PQ P ",\":q\":" S("y")

static void conditions_on_keys(void **state)
{
    (void)state;
    KEY_SAYS("pk = :p", P, "pk = " S("x"));
    KEY_SAYS("(:p = pk) AND (:q < sk)", PQ, "pk = " S("x") ", sk > " S("y"));
    KEY_SAYS("pk = :p AND sk<=:q", PQ, "pk = " S("x") ", sk <= " S("y"));
    KEY_SAYS("pk = :p AND :q >= sk", PQ, "pk = " S("x") ", sk <= " S("y"));
    KEY_SAYS("sk > :q AND pk = :p", PQ, "sk > " S("y") ", pk = " S("x"));
    KEY_SAYS("sk < :q AND pk = :p", PQ, "sk < " S("y") ", pk = " S("x"));
    KEY_SAYS("sk >= :q AND pk = :p", PQ, "sk >= " S("y") ", pk = " S("x"));
    KEY_SAYS("pk = :p AND (sk BETWEEN :p AND :q)", PQ, "pk = " S("x") ", sk between " S("x") S("y"));
    KEY_SAYS("pk = :p and begins_with ( sk , :q )", PQ, "pk = " S("x") ", sk begins " S("y"));
    KEY_SAYS("a = :p AND (b = :p AND (c = :p AND d < :q))", PQ,
             "a = " S("x") ", b = " S("x") ", c = " S("x") ", d < " S("y"));
    assert_string_equal(
        key("#a = :p", "{\"ExpressionAttributeNames\":{\"#a\":\"status\"},\"ExpressionAttributeValues\":{" P "}}"),
        "status = " S("x"));
}

static void what_is_no_condition_on_keys(void **state)
{
    (void)state;
#define OPERATOR "Invalid operator used in KeyConditionExpression: "
    KEY_SAYS("pk = :p OR sk = :p", P, OPERATOR "OR");
    KEY_SAYS("NOT pk = :p", P, OPERATOR "NOT");
    KEY_SAYS("pk <> :p", P, OPERATOR "<>");
    KEY_SAYS("pk IN (:p)", P, OPERATOR "IN");
    KEY_SAYS("contains(pk, :p)", P, OPERATOR "contains");
    KEY_SAYS("attribute_exists(pk) AND sk = :p", P, OPERATOR "attribute_exists");
    KEY_SAYS("size(pk) = :p", P, "KeyConditionExpressions cannot contain nested operations");
    KEY_SAYS("pk.a = :p", P, "KeyConditionExpressions cannot have conditions on nested attributes");
    KEY_SAYS("pk = sk", "",
             "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
    KEY_SAYS("pk = :p AND pk = :p", P, "KeyConditionExpressions must only contain one condition per key");
    KEY_SAYS(":p BETWEEN pk AND :q", PQ,
             "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first "
             "operand");
    KEY_SAYS(
        "begins_with(:p, sk)", P,
        "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first "
        "operand");
    KEY_SAYS("begins_with(sk, :p)", "\":p\":" N(1),
             "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: "
             "begins_with, operand type: N");
    KEY_SAYS("a=:p AND b=:p AND c=:p AND d=:p AND e=:p AND f=:p AND g=:p AND h=:p AND i=:p", P,
             "Conditions can be of length 1 or 2 only");
    KEY_SAYS("pk = ", "", "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"pk =\"");
    KEY_SAYS("", "", "Invalid KeyConditionExpression: The expression can not be empty;");
}

#define CONDITION(name, how, values)                                                                                   \
    "\"" name "\":{\"ComparisonOperator\":\"" how "\",\"AttributeValueList\":[" values "]}"

static void key_conditions_from_before_expressions(void **state)
{
    (void)state;
    assert_string_equal(legacy("{" CONDITION("pk", "EQ", S("x")) "," CONDITION("sk", "BETWEEN", N(1) "," N(2)) "}"),
                        "pk = " S("x") ", sk between " N(1) N(2));
    assert_string_equal(legacy("{" CONDITION("sk", "BEGINS_WITH", S("x")) "}"), "sk begins " S("x"));
    assert_string_equal(legacy("{" CONDITION("sk", "GE", S("x")) "," CONDITION("pk", "LT", S("y")) "}"),
                        "sk >= " S("x") ", pk < " S("y"));
    assert_string_equal(legacy("{" CONDITION("sk", "NE", S("x")) "}"),
                        "Attempted conditional constraint is not an indexable operation");
    assert_string_equal(
        legacy("{" CONDITION("sk", "BETWEEN", N(2) "," N(1)) "}"),
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
    assert_string_equal(legacy("{" CONDITION("sk", "EQ", "") "}"),
                        "One or more parameter values were invalid: Invalid number of argument(s) for the EQ "
                        "ComparisonOperator");
    assert_string_equal(legacy("{}"), "Conditions can be of length 1 or 2 only");
}

static void read_all(void *arg)
{
    (void)arg;
    key("pk = :p AND (sk BETWEEN :p AND :q)", VALUES(PQ));
    legacy("{" CONDITION("pk", "EQ", S("x")) "," CONDITION("sk", "BETWEEN", N(1) "," N(2)) "}");
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(read_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_on_keys),
        cmocka_unit_test(what_is_no_condition_on_keys),
        cmocka_unit_test(key_conditions_from_before_expressions),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
