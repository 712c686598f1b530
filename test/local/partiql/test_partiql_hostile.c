/* Statements of every wrong shape, and memory that runs out at any place. */
#include "statements.h"

/* `count` times the text behind one another, between two others. */
static const char *repeated(const char *before, const char *text, size_t count, const char *behind)
{
    static char   room[30000];
    dynox__buffer made = {.data = room, .capacity = sizeof room, .borrowed = true};
    dynox__buffer_text(&made, before);
    for (size_t i = 0; i < count; i++)
        dynox__buffer_text(&made, text);
    dynox__buffer_text(&made, behind);
    dynox__buffer_byte(&made, 0);
    assert_ptr_equal(made.data, room);
    return room;
}

static void nothing_is_read_deeper_than_the_stack(void **state)
{
    create_notes(*state);
    static const char *const deep[][2] = {{"SELECT * FROM notes WHERE ", "("},
                                          {"SELECT * FROM notes WHERE ", "NOT "},
                                          {"SELECT * FROM notes WHERE a = ", "["},
                                          {"SELECT * FROM notes WHERE a = ", "<<"},
                                          {"INSERT INTO notes VALUE ", "{'a':"},
                                          {"UPDATE notes SET a = ", "("},
                                          {"UPDATE notes SET a = ", "list_append("},
                                          {"SELECT ", "a."},
                                          {"SELECT a", "[0]"},
                                          {"UPDATE notes REMOVE ", "a,"},
                                          {"UPDATE notes SET a = 1", "+1"},
                                          {"UPDATE notes SET a = 1", "-a"},
                                          {"", "EXISTS("},
                                          {"SELECT ", "-"},
                                          {"", "/*"}};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        size_t      count     = 10000 / strlen(deep[i][1]) * 2;
        const char *statement = repeated(deep[i][0], deep[i][1], count, "");
        const char *said      = executed(*state, statement, NULL, "");
        if (strncmp(said, "ValidationException: ", 21) != 0) fail_msg("%.100s: %.200s", statement, said);
    }
}

static void long_conditions_are_read(void **state)
{
    create_notes(*state);
    EXECUTES(*state, "INSERT INTO notes VALUE {'pk': 'a'}", "{'Items':[]}");
    EXECUTES(*state, repeated("SELECT * FROM notes WHERE pk = 'a'", " AND a IS MISSING", 1500, ""),
             "{'Items':[{'pk':{'S':'a'}}]}");
    EXECUTES(*state, repeated("SELECT * FROM notes WHERE pk = 'b'", " OR pk = 'a'", 2000, ""),
             "{'Items':[{'pk':{'S':'a'}}]}");
    EXECUTES(*state, repeated("SELECT pk", ",b,pk", 4000, " FROM notes"), "{'Items':[{'pk':{'S':'a'}}]}");
}

static const char *const pieces[] = {
    "SELECT",  "*",           "FROM",    "notes", "WHERE",   "pk",     "=",           "'a'",      "AND",
    "OR",      "NOT",         "IN",      "[",     "]",       "(",      ")",           "{",        "}",
    "<<",      ">>",          ",",       ".",     "?",       "1",      "-1.5e3",      "INSERT",   "INTO",
    "VALUE",   ":",           "UPDATE",  "SET",   "REMOVE",  "DELETE", "RETURNING",   "ALL",      "OLD",
    "EXISTS",  "IS",          "MISSING", "NULL",  "BETWEEN", "size",   "begins_with", "contains", "attribute_type",
    "set_add", "list_append", "ORDER",   "BY",    "DESC",    "\"x\"",  "'",           "\"",       "--",
    "/*",      "\x01",        "`"};

/* Statements that were, with pieces put in, left out or changed: each is answered or refused. */
static void any_words_in_any_order_are_answered(void **state)
{
    create_notes(*state);
    static const char *const good[] = {
        "SELECT a . b [ 1 ] , pk FROM notes WHERE pk = 'a' AND ( n IN [ 1 , ? ] OR begins_with ( a , 'x' ) ) ORDER BY "
        "pk",
        "INSERT INTO notes VALUE { 'pk' : 'a' , 'l' : [ 1 , { 'x' : << 1 , 2 >> } ] , 'n' : NULL }",
        "UPDATE notes SET a = a + 1 , s = set_add ( s , << 'x' >> ) REMOVE l [ 0 ] WHERE pk = 'a' AND size ( l ) > 1 "
        "RETURNING ALL OLD *",
        "DELETE FROM notes WHERE pk = 'a' AND n IS NOT MISSING AND n BETWEEN 1 AND ?",
        "EXISTS ( SELECT * FROM notes WHERE pk = 'a' )"};
    uint32_t random = 7;
    for (size_t round = 0; round < 20000; round++) {
        const char   *from = good[round % (sizeof good / sizeof *good)];
        char          room[2048];
        dynox__buffer text = {.data = room, .capacity = sizeof room, .borrowed = true};
        while (*from) {
            size_t length = strcspn(from, " ");
            random        = random * 1664525u + 1013904223u;
            unsigned turn = random >> 24;
            if (turn >= 12) dynox__buffer_add(&text, from, length);
            if (turn < 24) dynox__buffer_text(&text, pieces[(random >> 8) % (sizeof pieces / sizeof *pieces)]);
            dynox__buffer_byte(&text, ' ');
            from += length;
            from += strspn(from, " ");
        }
        dynox__buffer_byte(&text, 0);
        const char *said = executed(*state, text.data, round % 3 ? NULL : "{'N':'1'}", "");
        if (*said != '{' && !strstr(said, "Exception: ")) fail_msg("%s: %s", text.data, said);
    }
}

static const char *const requests[][2] = {
    {"ExecuteStatement", "\"Statement\":\"INSERT INTO posts VALUE {'pk':'p','sk':'1','day':1,'author':?,'s':<<1>>}\","
                         "\"Parameters\":[{\"S\":\"me\"}],\"ReturnConsumedCapacity\":\"INDEXES\""},
    {"ExecuteStatement", "\"Statement\":\"INSERT INTO posts VALUE {'pk':'p','sk':'1'}\""},
    {"ExecuteStatement", "\"Statement\":\"UPDATE posts SET n = 1 + 2, s = set_add(s, <<2>>) REMOVE a[0] WHERE pk = 'p' "
                         "AND sk = '1' AND (day = 1 OR NOT author IN ['x']) RETURNING MODIFIED NEW *\""},
    {"ExecuteStatement",
     "\"Statement\":\"SELECT n, m.x[1] FROM posts.by_day WHERE pk = 'p' AND day > 0 AND size(s) > 0 "
     "ORDER BY day DESC\",\"Limit\":1"},
    {"ExecuteStatement", "\"Statement\":\"SELECT * FROM posts WHERE pk = 'p'\",\"Limit\":1,\"NextToken\":\"AAAAAAAA\""},
    {"BatchExecuteStatement", "\"Statements\":[{\"Statement\":\"SELECT * FROM posts WHERE pk = 'p' AND sk = '1'\"},"
                              "{\"Statement\":\"SELEKT\"}]"},
    {"BatchExecuteStatement", "\"Statements\":[{\"Statement\":\"INSERT INTO posts VALUE {'pk':'q','sk':'1'}\"},"
                              "{\"Statement\":\"DELETE FROM posts WHERE pk = 'p' AND sk = '2'\"}]"},
    {"ExecuteTransaction", "\"TransactStatements\":[{\"Statement\":\"INSERT INTO posts VALUE {'pk':'r','sk':'1'}\"},"
                           "{\"Statement\":\"EXISTS(SELECT * FROM posts WHERE pk = 'p' AND sk = '1')\"}],"
                           "\"ClientRequestToken\":\"t\""},
    {"ExecuteTransaction",
     "\"TransactStatements\":[{\"Statement\":\"SELECT * FROM posts WHERE pk = 'p' AND sk = '1' AND "
     "n = 3\"}]"},
    {"ExecuteStatement", "\"Statement\":\"DELETE FROM posts WHERE pk = 'p' AND sk = '1' RETURNING ALL OLD *\""}};

static void run_all(void *arg)
{
    (void)arg;
    local_fixture local;
    if (!local_start(&local)) return;
    const char *made = local_do(&local, "CreateTable", quoted(posts_table));
    for (size_t i = 0; strstr(made, "TableDescription") && i < sizeof requests / sizeof *requests; i++) {
        char json[1024];
        snprintf(json, sizeof json, "{%s}", requests[i][1]);
        const char *said = local_do(&local, requests[i][0], json);
        if (*said != '{' && strcmp(said, "memory") != 0 && !strstr(said, "InternalServerError") &&
            !strstr(said, "ConditionalCheckFailed") && !strstr(said, "Duplicate") && !strstr(said, "Invalid NextToken"))
            fail_msg("%s: %s", requests[i][1], said);
    }
    local_stop(&local);
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(run_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(nothing_is_read_deeper_than_the_stack),
        OPERATION_TEST(long_conditions_are_read),
        OPERATION_TEST(any_words_in_any_order_are_answered),
        cmocka_unit_test(any_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
