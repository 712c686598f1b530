/* Hot keys: which key of each request is counted, when it is warned of, and that memory and noise have limits. */
#include "aws/call/observer.h"
#include "aws/calls.h"
#include <dynox/hot_keys.h>
#include <dynox/literal.h>
#include <dynox/log.h>

typedef struct told {
    int      warnings, writes;
    char     table[64], index[64], key[64];
    uint64_t count, threshold;
} told;

static void tell(const dynox_hot_key *key, void *arg)
{
    told *to = arg;
    to->warnings++;
    to->writes += key->is_write;
    to->count     = key->count;
    to->threshold = key->threshold;
    snprintf(to->table, sizeof to->table, "%s", key->table);
    snprintf(to->index, sizeof to->index, "%s", key->index ? key->index : "");
    snprintf(to->key, sizeof to->key, "%.*s", (int)key->key->length, key->key->as.text);
}

/* Tells the observer of a request as a call would. */
static void request(dynox_hot_keys *hot, const char *operation, const char *body)
{
    const dynox_observed seen     = {.operation = operation, .body = body, .body_size = body ? strlen(body) : 0};
    dynox_observer      *observer = dynox_hot_keys_observer(hot);
    observer->args.call_begins(&seen, observer->args.arg);
}

static void get(dynox_hot_keys *hot, const char *table, const char *key)
{
    char body[256];
    snprintf(body, sizeof body, "{\"TableName\":\"%s\",\"Key\":{\"sk\":{\"S\":\"z\"},\"pk\":{\"S\":\"%s\"}}}", table,
             key);
    request(hot, "GetItem", body);
}

static void put(dynox_hot_keys *hot, const char *table, const char *key)
{
    char body[256];
    snprintf(body, sizeof body, "{\"TableName\":\"%s\",\"Item\":{\"a\":{\"N\":\"1\"},\"pk\":{\"S\":\"%s\"}}}", table,
             key);
    request(hot, "PutItem", body);
}

static int64_t clock_ns;

static int64_t my_clock(int which)
{
    (void)which;
    return clock_ns;
}

static int set_clock(void **state)
{
    (void)state;
    clock_ns = INT64_C(1000) * DYNOX__SECOND;
    dynox__clock_fake(my_clock);
    return 0;
}

static int unset_clock(void **state)
{
    (void)state;
    dynox__clock_fake(NULL);
    return 0;
}

static uint64_t reads_of(dynox_hot_keys *hot, const char *table, const char *key)
{
    return dynox_hot_keys_reads(hot, table, dynox_string(key));
}

static uint64_t writes_of(dynox_hot_keys *hot, const char *table, const char *key)
{
    return dynox_hot_keys_writes(hot, table, dynox_string(key));
}

/* Row 283. */
static void a_key_at_its_threshold_is_told_and_tables_and_keys_are_apart(void **state)
{
    (void)state;
    told            t   = {0};
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 3, .reads = 5, .fn = tell, .arg = &t);
    dynox_hot_keys_table(hot, "a", .partition_key = "pk");
    dynox_hot_keys_table(hot, "b", .partition_key = "pk");
    for (int i = 0; i < 2; i++) {
        put(hot, "a", "x");
        put(hot, "a", "y");
        put(hot, "b", "x");
    }
    for (int i = 0; i < 4; i++)
        get(hot, "a", "x");
    assert_int_equal(t.warnings, 0);
    put(hot, "a", "x");
    assert_int_equal(t.warnings, 1);
    assert_int_equal(t.writes, 1);
    assert_string_equal(t.table, "a");
    assert_string_equal(t.key, "x");
    assert_true(t.count == 3 && t.threshold == 3);
    get(hot, "a", "x");
    assert_int_equal(t.warnings, 2);
    assert_true(t.count == 5 && t.threshold == 5);
    assert_true(writes_of(hot, "a", "x") == 3 && writes_of(hot, "a", "y") == 2 && writes_of(hot, "b", "x") == 2);
    assert_true(reads_of(hot, "a", "x") == 5 && reads_of(hot, "b", "x") == 0);
    dynox_hot_keys_free(hot);
}

/* Row 284. */
static void tables_override_what_they_say_and_clear_forgets_all(void **state)
{
    (void)state;
    told            t   = {0};
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 2, .reads = 2, .fn = tell, .arg = &t);
    dynox_hot_keys_table(hot, "a", .partition_key = "pk", .writes = 4); /* reads as before */
    for (int i = 0; i < 3; i++)
        put(hot, "a", "x");
    assert_int_equal(t.warnings, 0);
    get(hot, "a", "x");
    get(hot, "a", "x");
    assert_int_equal(t.warnings, 1);
    put(hot, "a", "x");
    assert_int_equal(t.warnings, 2);
    dynox_hot_keys_clear(hot);
    assert_true(writes_of(hot, "a", "x") == 0 && reads_of(hot, "a", "x") == 0);
    dynox_hot_keys_table(hot, "a", .partition_key = "pk");
    put(hot, "a", "x");
    put(hot, "a", "x");
    assert_int_equal(t.warnings, 3); /* at 2 again, and without a pause */
    dynox_hot_keys_free(hot);
}

/* Row 285. */
static void the_true_partition_key_of_every_family_is_counted(void **state)
{
    (void)state;
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 1000);
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    get(hot, "t", "x"); /* behind the sort key in the request */
    request(hot, "Query",
            "{\"TableName\":\"t\",\"KeyConditionExpression\":\"#s > :b AND (#p = :a)\","
            "\"ExpressionAttributeNames\":{\"#s\":\"sk\",\"#p\":\"pk\"},"
            "\"ExpressionAttributeValues\":{\":a\":{\"S\":\"x\"},\":b\":{\"S\":\"q\"}}}");
    request(hot, "BatchGetItem",
            "{\"RequestItems\":{\"t\":{\"Keys\":[{\"sk\":{\"S\":\"1\"},\"pk\":{\"S\":\"x\"}},"
            "{\"sk\":{\"S\":\"2\"},\"pk\":{\"S\":\"x\"}}]}}}");
    request(hot, "TransactGetItems",
            "{\"TransactItems\":[{\"Get\":{\"TableName\":\"t\",\"Key\":{\"sk\":{\"S\":\"1\"},"
            "\"pk\":{\"S\":\"x\"}}}}]}");
    assert_int_equal(reads_of(hot, "t", "x"), 5);
    request(hot, "BatchWriteItem",
            "{\"RequestItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"b\":{\"S\":\"x\"},"
            "\"pk\":{\"S\":\"x\"}}}},{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"x\"},"
            "\"sk\":{\"S\":\"1\"}}}}]}}");
    request(hot, "TransactWriteItems",
            "{\"TransactItems\":[{\"Update\":{\"TableName\":\"t\",\"Key\":{\"sk\":{\"S\":\"1\"},"
            "\"pk\":{\"S\":\"x\"}}}},{\"Put\":{\"TableName\":\"t\",\"Item\":{\"pk\":{\"S\":\"x\"}}}}]}");
    request(hot, "UpdateItem", "{\"TableName\":\"t\",\"Key\":{\"sk\":{\"S\":\"1\"},\"pk\":{\"S\":\"x\"}}}");
    request(hot, "DeleteItem",
            "{\"TableName\":\"arn:aws:dynamodb:eu-west-1:1:table/t\",\"Key\":{\"pk\":{\"S\":\"x\"},"
            "\"sk\":{\"S\":\"1\"}}}");
    assert_int_equal(writes_of(hot, "t", "x"), 6);
    assert_int_equal(writes_of(hot, "t", "1"), 0);
    request(hot, "Scan", "{\"TableName\":\"t\"}");
    request(hot, "GetItem", "{broken");
    request(hot, "GetItem", NULL);
    dynox_hot_keys_free(hot);
}

static int lines;

static void count_lines(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)level;
    lines += strcmp(subject, "hot key") == 0;
    snprintf(arg, 512, "%s", message);
}

static void a_key_that_nobody_named_is_learned_or_told_once(void **state)
{
    (void)state;
    char            line[512] = "";
    dynox_hot_keys *hot       = dynox_hot_keys_new(.writes = 1000);
    lines                     = 0;
    dynox_set_log(DYNOX_LOG_WARNING, count_lines, line);
    put(hot, "t", "x");
    get(hot, "t", "x");
    assert_int_equal(lines, 1);
    assert_non_null(strstr(line, "partition key is not known"));
    request(hot, "GetItem", "{\"TableName\":\"u\",\"Key\":{\"id\":{\"N\":\"7\"}}}"); /* one attribute: that is it */
    request(hot, "PutItem", "{\"TableName\":\"u\",\"Item\":{\"a\":{\"S\":\"b\"},\"id\":{\"N\":\"7\"}}}");
    assert_int_equal(dynox_hot_keys_reads(hot, "u", DYNOX_VALUE(7)), 1);
    assert_int_equal(dynox_hot_keys_writes(hot, "u", DYNOX_VALUE(7)), 1);
    request(hot, "Query",
            "{\"TableName\":\"t\",\"KeyConditionExpression\":\"#p = :a AND begins_with(#s, :b)\","
            "\"ExpressionAttributeNames\":{\"#s\":\"sk\",\"#p\":\"pk\"},"
            "\"ExpressionAttributeValues\":{\":a\":{\"S\":\"x\"},\":b\":{\"S\":\"q\"}}}");
    get(hot, "t", "x"); /* now it is known */
    assert_int_equal(reads_of(hot, "t", "x"), 2);
    assert_int_equal(lines, 1);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    dynox_hot_keys_free(hot);
}

static void an_index_has_keys_of_its_own(void **state)
{
    (void)state;
    told            t   = {0};
    dynox_hot_keys *hot = dynox_hot_keys_new(.reads = 1, .fn = tell, .arg = &t);
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    request(hot, "Query",
            "{\"TableName\":\"t\",\"IndexName\":\"by_day\",\"KeyConditionExpression\":\"#d = :d\","
            "\"ExpressionAttributeNames\":{\"#d\":\"day\"},"
            "\"ExpressionAttributeValues\":{\":d\":{\"S\":\"monday\"}}}");
    assert_int_equal(t.warnings, 1);
    assert_string_equal(t.index, "by_day");
    assert_string_equal(t.key, "monday");
    assert_int_equal(reads_of(hot, "t", "monday"), 0);
    assert_int_equal(reads_of(hot, "t/by_day", "monday"), 1);
    dynox_hot_keys_free(hot);
}

/* Row 285. */
static void a_key_is_told_once_a_minute_and_the_window_moves(void **state)
{
    (void)state;
    told            t   = {0};
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 2, .window_s = 10, .fn = tell, .arg = &t);
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    for (int i = 0; i < 50; i++)
        put(hot, "t", "x");
    assert_int_equal(t.warnings, 1);
    clock_ns += 59 * DYNOX__SECOND;
    put(hot, "t", "x");
    put(hot, "t", "x");
    assert_int_equal(t.warnings, 1);
    assert_int_equal(writes_of(hot, "t", "x"), 2); /* the others are out of the window */
    clock_ns += 2 * DYNOX__SECOND;
    put(hot, "t", "x");
    assert_int_equal(t.warnings, 2);
    clock_ns += 11 * DYNOX__SECOND;
    assert_int_equal(writes_of(hot, "t", "x"), 0);
    dynox_hot_keys_free(hot);
}

/* Of two threads, the one that looks at the clock first may come second. */
static void whoever_comes_late_takes_no_counts_away(void **state)
{
    (void)state;
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 100, .window_s = 10);
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    put(hot, "t", "x");
    clock_ns += 5 * DYNOX__SECOND; /* the next half of the window */
    put(hot, "t", "x");
    clock_ns -= 1;
    put(hot, "t", "x");
    clock_ns += 1;
    assert_int_equal(writes_of(hot, "t", "x"), 3);
    dynox_hot_keys_free(hot);
}

static void the_log_has_no_value_unless_it_is_asked_for(void **state)
{
    (void)state;
    char line[512] = "";
    for (int show = 0; show < 2; show++) {
        dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 1, .show_keys = show);
        dynox_hot_keys_table(hot, "t", .partition_key = "pk");
        dynox_set_log(DYNOX_LOG_WARNING, count_lines, line);
        put(hot, "t", "ada@example.org");
        dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
        assert_int_equal(strstr(line, "ada@example.org") != NULL, show);
        assert_non_null(strstr(line, "\"t\": about 1 writes of one partition key"));
        dynox_hot_keys_free(hot);
    }
}

static void counts_of_many_keys_are_never_too_low_and_hardly_too_high(void **state)
{
    (void)state;
    enum { KEYS = 20000 };
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 1000000);
    char            key[32];
    uint64_t        above = 0;
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        put(hot, "t", key);
    }
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        uint64_t found = writes_of(hot, "t", key);
        assert_true(found >= 1);
        above += found - 1;
    }
    assert_true(above < 2 * KEYS); /* on average less than two too many */
    dynox_hot_keys_free(hot);
}

static void tables_have_a_limit_and_wrong_arguments_are_refused(void **state)
{
    (void)state;
    dynox_hot_keys *hot = dynox_hot_keys_new();
    char            name[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "t%d", i);
        assert_int_equal(dynox_hot_keys_table(hot, name, .partition_key = "pk"), DYNOX_OK);
    }
    assert_int_equal(dynox_hot_keys_table(hot, "one more"), DYNOX_E_NO_MEMORY);
    assert_int_equal(dynox_hot_keys_table(hot, "t7", .writes = 5), DYNOX_OK);
    assert_int_equal(dynox_hot_keys_table(hot, NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_hot_keys_table(NULL, "t"), DYNOX_E_ARGUMENT);
    get(hot, "one more", "x");
    dynox_hot_keys_free(hot);
    dynox_hot_keys_free(NULL);
    assert_null(dynox_hot_keys_observer(NULL));
    dynox_hot_keys_clear(NULL);
    assert_int_equal(dynox_hot_keys_reads(NULL, "t", DYNOX_VALUE(1)), 0);
}

static void use_one(void *arg)
{
    (void)arg;
    dynox_hot_keys *hot = dynox_hot_keys_new(.writes = 1, .show_keys = true);
    if (!hot) return;
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    put(hot, "t", "x");
    request(hot, "BatchGetItem", "{\"RequestItems\":{\"t\":{\"Keys\":[{\"pk\":{\"S\":\"x\"}}]}}}");
    dynox_hot_keys_free(hot);
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(use_one, NULL);
}

static void *many_puts(void *arg)
{
    for (int i = 0; i < 2000; i++) {
        put(arg, "t", "x");
        if (i % 100 == 0) dynox_hot_keys_table(arg, "t", .writes = 1000000);
    }
    return NULL;
}

static void threads_may_count_at_once(void **state)
{
    (void)state;
    pthread_t       threads[4];
    dynox_hot_keys *hot = dynox_hot_keys_new();
    dynox_hot_keys_table(hot, "t", .partition_key = "pk");
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, many_puts, hot), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(writes_of(hot, "t", "x"), 8000);
    dynox_hot_keys_free(hot);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_clock, unset_clock)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_at_its_threshold_is_told_and_tables_and_keys_are_apart),
        TEST(tables_override_what_they_say_and_clear_forgets_all),
        TEST(the_true_partition_key_of_every_family_is_counted),
        TEST(a_key_that_nobody_named_is_learned_or_told_once),
        TEST(an_index_has_keys_of_its_own),
        TEST(a_key_is_told_once_a_minute_and_the_window_moves),
        TEST(whoever_comes_late_takes_no_counts_away),
        TEST(the_log_has_no_value_unless_it_is_asked_for),
        TEST(counts_of_many_keys_are_never_too_low_and_hardly_too_high),
        TEST(tables_have_a_limit_and_wrong_arguments_are_refused),
        TEST(any_allocation_may_fail),
        TEST(threads_may_count_at_once),
    };
    return cmocka_run_group_tests_name("hot keys", tests, NULL, NULL);
}
