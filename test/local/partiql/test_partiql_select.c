/* SELECT: what it reads, what it shows, pages and order. */
#include "statements.h"

static void fill(local_fixture *local)
{
    create_posts(local);
    EXECUTES(local,
             "INSERT INTO posts VALUE {'pk': 'a', 'sk': '1', 'day': 1, 'author': 'me', 'title': 'it''s', 'n': 5, "
             "'tags': <<'x', 'y'>>, 'm': {'l': [1, 2, {'z': true}]}, 'nothing': NULL}",
             "{'Items':[]}");
    EXECUTES(local, "INSERT INTO posts VALUE {'pk': 'a', 'sk': '2', 'day': 2, 'author': 'me', 'n': -1.5e1}",
             "{'Items':[]}");
    EXECUTES(local, "INSERT INTO posts VALUE {'pk': 'a', 'sk': '3', 'day': 3, 'n': 7, 'b': false}", "{'Items':[]}");
    EXECUTES(local, "INSERT INTO posts VALUE {'pk': 'b', 'sk': '1', 'n': 8}", "{'Items':[]}");
}

static void a_key_gives_its_item(void **state)
{
    fill(*state);
    EXECUTES(*state, "SELECT * FROM posts WHERE pk = 'b' AND sk = '1'",
             "{'Items':[{'pk':{'S':'b'},'sk':{'S':'1'},'n':{'N':'8'}}]}");
    EXECUTES(*state, "select * from \"posts\" where '1' = \"sk\" and pk = 'b' -- of b\n",
             "{'Items':[{'pk':{'S':'b'},'sk':{'S':'1'},'n':{'N':'8'}}]}");
    EXECUTES(*state, "SELECT * FROM posts WHERE pk = 'b' AND sk = '1' AND n > 8", "{'Items':[]}");
    EXECUTES(*state, "SELECT * FROM posts WHERE pk = 'c' AND sk = '1'", "{'Items':[]}");
}

static void columns_have_the_name_of_their_last_step(void **state)
{
    fill(*state);
    EXECUTES(*state, "SELECT m.l[2].z, m.l[1], tags, nowhere, m.l FROM posts WHERE pk = 'a' AND sk = '1'",
             "{'Items':[{'z':{'BOOL':true},'l[1]':{'N':'2'},'tags':{'SS':['x','y']},'l':{'L':[{'N':'1'},{'N':'2'},{'M':"
             "{'z':{'BOOL':true}}}]}}]}");
}

#define KEYS_ARE(state, where, keys) EXECUTES(state, "SELECT sk FROM posts WHERE " where, "{'Items':[" keys "]}")
#define K1 "{'sk':{'S':'1'}}"
#define K2 "{'sk':{'S':'2'}}"
#define K3 "{'sk':{'S':'3'}}"

static void a_partition_and_a_range_of_it_are_queried(void **state)
{
    fill(*state);
    KEYS_ARE(*state, "pk = 'a'", K1 "," K2 "," K3);
    KEYS_ARE(*state, "pk = 'a' AND sk > '1'", K2 "," K3);
    KEYS_ARE(*state, "pk = 'a' AND sk BETWEEN '1' AND '2'", K1 "," K2);
    KEYS_ARE(*state, "pk = 'a' AND begins_with(sk, '3')", K3);
    KEYS_ARE(*state, "pk = 'a' AND sk >= '2' AND sk < '3'", K2);
    KEYS_ARE(*state, "(pk = 'a' AND (sk <= '2')) AND n < 0", K2);
    KEYS_ARE(*state, "pk = 'a' AND pk = 'b'", "");
    KEYS_ARE(*state, "pk = 'a' AND sk <> '2'", K1 "," K3);
    HAS(*state, "ExecuteStatement",
        "{'Statement':'SELECT sk FROM posts WHERE pk = ? AND sk > ?','Parameters':[{'S':'a'},{'S':'2'}],"
        "'ReturnConsumedCapacity':'TOTAL'}",
        "{'Items':[" K3 "],'ConsumedCapacity':{'TableName':'posts','CapacityUnits':0.5}}");
}

static void conditions_of_every_kind_filter(void **state)
{
    fill(*state);
    KEYS_ARE(*state, "pk = 'a' AND (n = 7 OR contains(tags, 'x'))", K1 "," K3);
    KEYS_ARE(*state, "pk = 'a' AND NOT n = 7 AND n != 5", K2);
    KEYS_ARE(*state, "pk = 'a' AND n IN [7, -15]", K2 "," K3);
    KEYS_ARE(*state, "pk = 'a' AND n NOT IN (7, 5)", K2);
    KEYS_ARE(*state, "pk = 'a' AND n NOT BETWEEN 0 AND 6", K2 "," K3);
    KEYS_ARE(*state, "pk = 'a' AND b IS MISSING", K1 "," K2);
    KEYS_ARE(*state, "pk = 'a' AND b IS NOT MISSING", K3);
    KEYS_ARE(*state, "pk = 'a' AND nothing IS NULL", K1);
    KEYS_ARE(*state, "pk = 'a' AND nothing IS NOT NULL", K2 "," K3);
    KEYS_ARE(*state, "pk = 'a' AND size(title) = 4", K1);
    KEYS_ARE(*state, "pk = 'a' AND size(m.l) >= 3", K1);
    KEYS_ARE(*state, "pk = 'a' AND attribute_type(b, 'BOOL')", K3);
    KEYS_ARE(*state, "pk = 'a' AND m.l[2].z = true", K1);
    KEYS_ARE(*state, "pk = 'a' AND m['l'][0] = 1", K1);
    KEYS_ARE(*state, "pk = 'a' AND title = 'it''s'", K1);
    KEYS_ARE(*state, "pk = 'a' AND tags = <<'y', 'x'>>", K1);
    EXECUTES_WITH(*state, "SELECT sk FROM posts WHERE pk = 'a' AND n IN ?", "{'L':[{'N':'7.0'}]}",
                  "{'Items':[" K3 "]}");
}

static void without_a_partition_all_is_read(void **state)
{
    fill(*state);
    EXECUTES(*state, "SELECT pk FROM posts WHERE n = 8", "{'Items':[{'pk':{'S':'b'}}]}");
    EXECUTES(*state, "SELECT pk FROM posts WHERE pk = 'b' OR pk = 'c'", "{'Items':[{'pk':{'S':'b'}}]}");
    EXECUTES(*state, "SELECT pk FROM posts WHERE pk IN ['b', 'c'] AND sk = '1'", "{'Items':[{'pk':{'S':'b'}}]}");
    EXECUTES(*state, "SELECT nowhere FROM posts", "{'Items':[{},{},{},{}]}");
}

static void several_partitions_are_queried_one_after_the_other(void **state)
{
    fill(*state);
    EXECUTES(*state, "INSERT INTO posts VALUE {'pk': 'c', 'sk': '2', 'n': 9}", "{'Items':[]}");
    static const char both[] = "{'Items':[{'n':{'N':'9'}},{'n':{'N':'8'}}]}";
    EXECUTES(*state, "SELECT n FROM posts WHERE pk IN ['c', 'b', 'none', 'c']", both);
    EXECUTES(*state, "SELECT n FROM posts WHERE (pk = 'c' OR (pk = 'b' OR pk IN ('b')))", both);
    EXECUTES(*state, "SELECT n FROM posts WHERE n > 0 AND pk IN ['a', 'b', 'c'] AND sk >= '2'",
             "{'Items':[{'n':{'N':'7'}},{'n':{'N':'9'}}]}");
    EXECUTES(*state, "SELECT pk FROM posts WHERE pk IN ['b', 'c'] ORDER BY pk DESC",
             "{'Items':[{'pk':{'S':'c'}},{'pk':{'S':'b'}}]}");
    EXECUTES(*state, "SELECT pk FROM posts WHERE pk IN ['c', 'b'] ORDER BY pk, sk",
             "{'Items':[{'pk':{'S':'b'}},{'pk':{'S':'c'}}]}");
    EXECUTES(*state, "SELECT n FROM posts WHERE pk = 'b' OR n = 9", both);
    EXECUTES(*state, "SELECT n FROM posts WHERE pk IN ['b'] AND pk = 'c'", "{'Items':[]}");
}

static void an_index_is_read_by_its_name(void **state)
{
    fill(*state);
    EXECUTES(*state, "SELECT * FROM \"posts\".\"by_author\" WHERE author = 'me' AND day > 1",
             "{'Items':[{'pk':{'S':'a'},'sk':{'S':'2'},'day':{'N':'2'},'author':{'S':'me'}}]}");
    EXECUTES(*state, "SELECT n FROM posts.by_day WHERE pk = 'a' AND day = 3", "{'Items':[{'n':{'N':'7'}}]}");
    EXECUTES(*state, "SELECT pk FROM posts.by_none",
             "ValidationException: The table does not have the specified index: by_none");
    assert_string_equal(executed(*state, "SELECT * FROM posts.by_all", NULL, ",'ConsistentRead':true"),
                        "ValidationException: Consistent reads are not supported on global secondary indexes");
}

static void the_sort_key_orders(void **state)
{
    fill(*state);
    KEYS_ARE(*state, "pk = 'a' ORDER BY sk DESC", K3 "," K2 "," K1);
    KEYS_ARE(*state, "pk = 'a' AND sk > '1' ORDER BY pk DESC, sk", K2 "," K3);
    REFUSES(*state, "SELECT * FROM posts ORDER BY sk",
            "Must have WHERE clause in the statement when using ORDER BY clause.");
    REFUSES(*state, "SELECT * FROM posts WHERE n = 1 ORDER BY sk",
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
    REFUSES(*state, "SELECT * FROM posts WHERE pk = 'a' ORDER BY n",
            "Variable reference n in ORDER BY clause must be part of the primary key");
}

/* The NextToken of what was said; room for one. */
static const char *token_of(const char *said)
{
    static char room[600];
    const char *at = strstr(said, "\"NextToken\":\"");
    if (!at) return NULL;
    at += strlen("\"NextToken\":\"");
    snprintf(room, sizeof room, ",'NextToken':'%.*s'", (int)strcspn(at, "\""), at);
    return room;
}

static void pages_go_on_with_their_token(void **state)
{
    fill(*state);
    static const char *const statements[] = {"SELECT sk FROM posts WHERE pk = 'a'",
                                             "SELECT sk FROM posts",
                                             "SELECT sk FROM posts WHERE pk = 'a' ORDER BY sk DESC",
                                             "SELECT sk FROM posts.by_author WHERE author = 'me'",
                                             "SELECT sk FROM posts.by_all",
                                             "SELECT sk FROM posts WHERE pk IN ['b', 'a', 'none']",
                                             ("SELECT sk FROM posts WHERE pk IN ['a', 'b'] AND sk < '3' "
                                              "ORDER BY pk, sk DESC")};
    static const size_t      items[]      = {3, 4, 3, 2, 2, 4, 3};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        char   more[700] = ",'Limit':1";
        size_t seen = 0, pages = 0;
        for (;; pages++) {
            const char *said  = executed(*state, statements[i], NULL, more);
            const char *token = token_of(said);
            if (strstr(said, "\"sk\"")) seen++;
            assert_true(strstr(said, "{\"Items\":[") == said && pages < 10);
            if (!token) break;
            assert_non_null(strstr(said, "\"LastEvaluatedKey\":{"));
            snprintf(more, sizeof more, ",'Limit':1%s", token);
        }
        assert_int_equal(seen, items[i]);
    }
    assert_null(token_of(executed(*state, "SELECT * FROM posts WHERE pk = 'a' AND sk = '1'", NULL, ",'Limit':1")));
}

static void a_token_belongs_to_its_statement(void **state)
{
    fill(*state);
    static const char invalid[] = "ValidationException: Invalid NextToken";
    const char       *token     = token_of(executed(*state, "SELECT sk FROM posts", NULL, ",'Limit':1"));
    assert_string_equal(executed(*state, "SELECT pk FROM posts", NULL, token), invalid);
    assert_string_equal(executed(*state, "SELECT sk FROM posts", NULL, ",'NextToken':'abc'"), invalid);
    assert_string_equal(executed(*state, "SELECT sk FROM posts", NULL, ",'NextToken':'AAAAAAAAAAAAAAAA'"), invalid);
}

static void parameters_are_counted(void **state)
{
    fill(*state);
    static const char wrong[] = "ValidationException: Number of parameters in request and statement don't match.";
    assert_string_equal(executed(*state, "SELECT * FROM posts WHERE pk = ?", NULL, ""), wrong);
    assert_string_equal(executed(*state, "SELECT * FROM posts WHERE pk = ?", "{'S':'a'},{'S':'a'}", ""), wrong);
    assert_string_equal(executed(*state, "SELECT * FROM posts WHERE pk = '?'", "{'S':'a'}", ""), wrong);
    EXECUTES_WITH(*state, "SELECT n FROM posts WHERE n = ? AND pk = ?", "{'N':'8.0'},{'S':'b'}",
                  "{'Items':[{'n':{'N':'8'}}]}");
}

static void keys_have_the_types_of_the_table(void **state)
{
    fill(*state);
    REFUSES(*state, "SELECT * FROM posts WHERE pk = 1",
            "One or more parameter values were invalid: Condition parameter type does not match schema type");
    EXECUTES(*state, "SELECT * FROM nowhere WHERE pk = 1", "ResourceNotFoundException: Requested resource not found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(a_key_gives_its_item),
        OPERATION_TEST(columns_have_the_name_of_their_last_step),
        OPERATION_TEST(a_partition_and_a_range_of_it_are_queried),
        OPERATION_TEST(conditions_of_every_kind_filter),
        OPERATION_TEST(without_a_partition_all_is_read),
        OPERATION_TEST(several_partitions_are_queried_one_after_the_other),
        OPERATION_TEST(an_index_is_read_by_its_name),
        OPERATION_TEST(the_sort_key_orders),
        OPERATION_TEST(pages_go_on_with_their_token),
        OPERATION_TEST(a_token_belongs_to_its_statement),
        OPERATION_TEST(parameters_are_counted),
        OPERATION_TEST(keys_have_the_types_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
