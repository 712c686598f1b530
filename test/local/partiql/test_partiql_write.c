/* INSERT, UPDATE, DELETE alone; statements that are not well formed. */
#include "statements.h"

#define GET(state, expected) EXECUTES(state, "SELECT * FROM notes WHERE pk = 'a'", "{'Items':[" expected "]}")

static void insert_puts_what_is_not_there(void **state)
{
    create_notes(*state);
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a', 'l': [1, 'x', null], 's': <<2, 1>>, 'e': {}}",
             "{'Items':[]}");
    REFUSES(*state, "INSERT INTO notes VALUE {}",
            "One or more parameter values were invalid: Missing the key pk in the item");
    REFUSES(*state, "INSERT INTO notes VALUE {'pk': 1}",
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N");
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a'}",
             "DuplicateItemException: Duplicate primary key exists in table");
    GET(*state, "{'pk':{'S':'a'},'l':{'L':[{'N':'1'},{'S':'x'},{'NULL':true}]},'s':{'NS':['2','1']},'e':{'M':{}}}");
    EXECUTES_WITH(*state, "INSERT INTO notes VALUE ?", "{'M':{'pk':{'S':'b'}}}", "{'Items':[]}");
    EXECUTES_WITH(*state, "INSERT INTO notes VALUE {'pk': ?, 's': <<?, 'y'>>, 'm': {'x': [?]}}",
                  "{'S':'c'},{'S':'x'},{'B':'AAE='}", "{'Items':[]}");
    EXECUTES(*state, "SELECT s, m FROM notes WHERE pk = 'c'",
             "{'Items':[{'s':{'SS':['x','y']},'m':{'M':{'x':{'L':[{'B':'AAE='}]}}}}]}");
}

static void values_are_checked_as_those_of_requests(void **state)
{
    create_notes(*state);
    REFUSES(*state, "INSERT INTO notes VALUE {'pk': 'a', 's': <<>>}",
            "One or more parameter values were invalid: An string set  may not be empty");
    REFUSES(*state, "INSERT INTO notes VALUE {'pk': 'a', 's': <<1, 1.0>>}", "Input collection contains duplicates");
    HAS(*state, "ExecuteStatement",
        "{'Statement':'SELECT * FROM notes WHERE n = 123456789012345678901234567890123456789'}",
        "Attempting to store more than 38 significant digits in a Number");
    HAS(*state, "ExecuteStatement", "{'Statement':'SELECT * FROM notes WHERE n = 1e126'}", "Number overflow");
    ILL_FORMED(*state, "INSERT INTO notes VALUE {'pk': 'a', 's': <<1, 'a'>>}",
               "A set has members of one type: strings, numbers or binaries");
}

static void update_changes_what_is_there(void **state)
{
    create_notes(*state);
    EXECUTES(*state, "UPDATE notes SET n = 1 WHERE pk = 'a'",
             "ConditionalCheckFailedException: The conditional request failed");
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a', 'n': 5, 'l': [1, 2], 's': <<1, 2>>, 'm': {'x': 1}}",
             "{'Items':[]}");
    EXECUTES(*state, "UPDATE notes SET n = n + 2 - 1, m.y = 'z' SET q = l[1] REMOVE l[0], m.x WHERE pk = 'a'",
             "{'Items':[]}");
    GET(*state, "{'pk':{'S':'a'},'n':{'N':'6'},'l':{'L':[{'N':'2'}]},'s':{'NS':['1','2']},'m':{'M':{'y':{'S':'z'}}},"
                "'q':{'N':'2'}}");
    EXECUTES(*state, "UPDATE notes SET s = set_add(s, <<3>>), l = list_append([0], l) REMOVE m, q WHERE pk = 'a'",
             "{'Items':[]}");
    EXECUTES(*state, "UPDATE notes SET s = set_delete(s, <<1, 2>>) WHERE pk = 'a'", "{'Items':[]}");
    GET(*state, "{'pk':{'S':'a'},'n':{'N':'6'},'l':{'L':[{'N':'0'},{'N':'2'}]},'s':{'NS':['3']}}");
    EXECUTES(*state, "UPDATE notes SET s = set_delete(s, <<3>>), t = set_add(t, <<'x'>>) WHERE pk = 'a'",
             "{'Items':[]}");
    GET(*state, "{'pk':{'S':'a'},'n':{'N':'6'},'l':{'L':[{'N':'0'},{'N':'2'}]},'t':{'SS':['x']}}");
}

static void update_refuses_what_updates_refuse(void **state)
{
    create_notes(*state);
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a', 'n': 'x'}", "{'Items':[]}");
    REFUSES(*state, "UPDATE notes SET pk = 'b' WHERE pk = 'a'",
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key");
    REFUSES(*state, "UPDATE notes SET n = n + 1 WHERE pk = 'a'",
            "An operand in the update expression has an incorrect data type");
    REFUSES(*state, "UPDATE notes SET o = o + 1 WHERE pk = 'a'",
            "The provided expression refers to an attribute that does not exist in the item");
    REFUSES(*state, "UPDATE notes SET a.b = 1 WHERE pk = 'a'",
            "The document path provided in the update expression is invalid for update");
    REFUSES(*state, "UPDATE notes SET n = 1, n = 2 WHERE pk = 'a'",
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [n], path two: [n]");
    REFUSES(*state, "UPDATE notes SET n = 1 WHERE n = 'x'",
            "Where clause does not contain a mandatory equality on all key attributes");
    ILL_FORMED(*state, "UPDATE notes SET n = set_add(m, <<1>>) WHERE pk = 'a'",
               "set_add and set_delete take the attribute that is set");
    ILL_FORMED(*state, "UPDATE notes SET n = if_not_exists(n, 1) WHERE pk = 'a'",
               "Unsupported function: if_not_exists");
}

static void conditions_beside_the_key_must_hold(void **state)
{
    create_notes(*state);
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a', 'n': 5}", "{'Items':[]}");
    EXECUTES(*state, "UPDATE notes SET n = 6 WHERE pk = 'a' AND n = 6",
             "ConditionalCheckFailedException: The conditional request failed");
    assert_string_equal(executed(*state, "UPDATE notes SET n = 6 WHERE n < 5 AND pk = 'a'", NULL,
                                 ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"),
                        quoted("ConditionalCheckFailedException: The conditional request failed,'Item':{'pk':{'S':'a'},"
                               "'n':{'N':'5'}}"));
    EXECUTES(*state, "DELETE FROM notes WHERE pk = 'a' AND n = 6",
             "ConditionalCheckFailedException: The conditional request failed");
    EXECUTES(*state, "UPDATE notes SET n = 6 WHERE pk = 'a' AND n = 5 AND o IS MISSING", "{'Items':[]}");
    EXECUTES(*state, "DELETE FROM notes WHERE pk = 'a' AND n BETWEEN 6 AND 7", "{'Items':[]}");
    EXECUTES(*state, "DELETE FROM notes WHERE pk = 'a' AND n = 6", "{'Items':[]}");
    GET(*state, "");
}

static void returning_shows_the_item(void **state)
{
    create_notes(*state);
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a', 'n': 5, 'm': {'x': 1, 'y': 2}}", "{'Items':[]}");
    EXECUTES(*state, "UPDATE notes SET n = 6 SET m.x = 2 WHERE pk = 'a' RETURNING MODIFIED OLD *",
             "{'Items':[{'n':{'N':'5'},'m':{'M':{'x':{'N':'1'}}}}]}");
    EXECUTES(*state, "UPDATE notes SET n = 7 WHERE pk = 'a' RETURNING MODIFIED NEW *", "{'Items':[{'n':{'N':'7'}}]}");
    EXECUTES(*state, "UPDATE notes REMOVE m WHERE pk = 'a' RETURNING ALL NEW *",
             "{'Items':[{'pk':{'S':'a'},'n':{'N':'7'}}]}");
    EXECUTES(*state, "UPDATE notes SET n = 8 WHERE pk = 'a' RETURNING ALL OLD *",
             "{'Items':[{'pk':{'S':'a'},'n':{'N':'7'}}]}");
    REFUSES(*state, "DELETE FROM notes WHERE pk = 'a' RETURNING MODIFIED OLD *",
            "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE "
            "statements.");
    assert_string_equal(
        executed(*state, "DELETE FROM notes WHERE pk = 'a' RETURNING ALL OLD *", NULL,
                 ",'ReturnConsumedCapacity':'TOTAL'"),
        quoted("{'Items':[{'pk':{'S':'a'},'n':{'N':'8'}}],'ConsumedCapacity':{'TableName':'notes','CapacityUnits':1.0}"
               "}"));
    EXECUTES(*state, "DELETE FROM notes WHERE pk = 'a' RETURNING ALL OLD *", "{'Items':[]}");
}

static void what_is_not_well_formed_is_refused(void **state)
{
    create_notes(*state);
    static const char *const statements[][2] = {
        {"SELEKT", "Expected data manipulation"},
        {"   ", "Expected data manipulation"},
        {"SELECT", "Expected attribute"},
        {"SELECT * FROM", "Expected table name"},
        {"SELECT * FROM notes WHERE", "Expected attribute"},
        {"SELECT * FROM notes WHERE pk", "Expected comparison"},
        {"SELECT * FROM notes WHERE pk = 'a' garbage", "Expected the end of the statement, found garbage"},
        {"SELECT * FROM notes WHERE pk = 'a", "Expected the end of what begins with 'a"},
        {"SELECT * FROM notes WHERE pk = `a`", "Expected attribute, found an invalid character"},
        {"SELECT * FROM notes WHERE pk == 'a'", "Expected attribute, found ="},
        {"SELECT * FROM notes WHERE (pk = 'a'", "Expected )"},
        {"SELECT * FROM notes WHERE foo(pk, 'a')", "Unsupported function: foo"},
        {"SELECT * FROM notes WHERE pk IN []", "The IN operator takes 1 to 100 operands; number of operands: 0"},
        {"SELECT * FROM notes WHERE pk IS 1", "Expected MISSING or NULL, found 1"},
        {"SELECT * FROM notes WHERE l[x] = 1", "Expected index of a list, found x"},
        {"SELECT * FROM notes WHERE l[1.5] = 1", "Expected index of a list, found 1.5"},
        {"SELECT * FROM notes WHERE attribute_type(pk, 'X')",
         "attribute_type takes one of {B,NULL,SS,BOOL,L,BS,N,NS,S,M} as a string"},
        {"SELECT * FROM \"\"", "Expected table name, found an empty one"},
        {"INSERT INTO notes VALUE {\"pk\": 'c'}", "Expected name in single quotes, found \"pk\""},
        {"INSERT INTO notes VALUE 'c'", "Expected a map behind VALUE"},
        {"INSERT INTO notes.i VALUE {}", "An index can only be read"},
        {"UPDATE notes WHERE pk = 'a'", "Expected REMOVE, found WHERE"},
        {"DELETE FROM notes", "Expected WHERE"},
        {"SELECT /* no end", "Expected the end of what begins with /* no end"},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "ValidationException: Statement wasn't well formed, can't be processed: %s",
                 statements[i][1]);
        assert_string_equal(executed(*state, statements[i][0], NULL, ""), expected);
    }
    REFUSES(*state, "SELECT count(*) FROM notes", "Unexpected path component at 1:8:5");
    REFUSES(*state, "EXISTS(SELECT * FROM notes WHERE pk = 'a')", "EXISTS is only supported in ExecuteTransaction");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(insert_puts_what_is_not_there),       OPERATION_TEST(values_are_checked_as_those_of_requests),
        OPERATION_TEST(update_changes_what_is_there),        OPERATION_TEST(update_refuses_what_updates_refuse),
        OPERATION_TEST(conditions_beside_the_key_must_hold), OPERATION_TEST(returning_shows_the_item),
        OPERATION_TEST(what_is_not_well_formed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
