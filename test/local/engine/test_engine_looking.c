/* Clock, trace, seeds, looking inside, snapshots. */
#include "local/engine/engine_ask.h"

static const char put_a[] = "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"}}}";

/* ---- the clock ---- */

static void a_stopped_clock_moves_only_by_hand(void **state)
{
    dynox_local *local = dynox_local_new();
    (void)state;
    dynox_local_clock_stop(local, true);
    int64_t then = dynox__local_engine_now_us(local->engine);
    assert_true(dynox__local_engine_now_us(local->engine) == then);
    dynox_local_clock_add(local, 3600);
    assert_true(dynox__local_engine_now_us(local->engine) == then + INT64_C(3600000000));
    dynox_local_clock_add(local, -5);
    assert_true(dynox__local_engine_now_us(local->engine) == then + INT64_C(3600000000));
    dynox_local_clock_stop(local, false);
    assert_true(dynox__local_engine_now_us(local->engine) >= then + INT64_C(3600000000));
    assert_int_equal(dynox_local_clock_now(NULL), 0);
    dynox_local_free(local);
}

static void a_clock_goes_on_from_where_it_was_put(void **state)
{
    dynox_local *local = dynox_local_new();
    (void)state;
    int64_t before = dynox_local_clock_now(local);
    dynox_local_clock_add(local, 86400);
    assert_in_range(dynox_local_clock_now(local) - before, 86400, 86400 + 600);
    dynox_local_clock_add(local, INT64_MAX); /* no further than a thousand years */
    int64_t far = dynox_local_clock_now(local);
    dynox_local_clock_add(local, INT64_MAX);
    assert_true(dynox_local_clock_now(local) - far < 600);
    dynox_local_free(local);
}

static void what_has_expired_is_gone_when_the_clock_has_been_moved(void **state)
{
    dynox_local *local = dynox_local_new();
    asking       asked = {0};
    char         json[256];
    (void)state;
    make_table(local, "users");
    ask_engine(local, &asked, "UpdateTimeToLive",
               "{\"TableName\":\"users\",\"TimeToLiveSpecification\":{\"AttributeName\":\"ttl\",\"Enabled\":true}}");
    assert_int_equal(asked.answer.status, 200);
    snprintf(json, sizeof json, "{\"TableName\":\"users\",\"Item\":{\"pk\":{\"S\":\"a\"},\"ttl\":{\"N\":\"%lld\"}}}",
             (long long)dynox_local_clock_now(local) + 60);
    ask_engine(local, &asked, "PutItem", json);
    assert_int_equal(asked.answer.status, 200);
    dynox_local_clock_add(local, 7200);
    assert_string_equal(
        ask_engine(local, &asked, "GetItem", "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"a\"}}}"), "{}");
    ask_end(&asked);
    dynox_local_free(local);
}

/* ---- the trace ---- */

typedef struct seeing {
    size_t count, most;
    char   text[4096];
} seeing;

static bool see(const dynox_local_request *request, void *arg)
{
    seeing *self = arg;
    size_t  used = strlen(self->text);
    snprintf(self->text + used, sizeof self->text - used, "%s %s %d %s %d\n", request->operation, request->table,
             request->status, request->error_type ? request->error_type : "-", (int)request->fault);
    assert_int_equal(request->json_length, strlen(request->json));
    assert_int_equal(strlen(request->request_id), 52);
    return ++self->count < self->most;
}

static void the_trace_shows_what_was_asked(void **state)
{
    dynox_local *local = dynox_local_new();
    asking       asked = {0};
    seeing       seen  = {.most = 100};
    (void)state;
    make_table(local, "users"); /* which is no request of a client */
    ask_engine(local, &asked, "PutItem", put_a);
    dynox_local_fail(local, .with = DYNOX_LOCAL_THROTTLE);
    ask_engine(local, &asked, "BatchGetItem", "{\"RequestItems\":{\"users\":{\"Keys\":[{\"pk\":{\"S\":\"b\"}}]}}}");
    dynox_local_fail_no_more(local);
    ask_engine(local, &asked, "PutItem", "null");
    ask_engine(local, &asked, "Nothing", "{}");
    ask_engine(local, &asked, "TransactGetItems",
               "{\"TransactItems\":[{\"Get\":{\"TableName\":\"none\",\"Key\":{\"pk\":{\"S\":\"b\"}}}}]}");
    ask_engine(local, &asked, "ExecuteStatement", "{\"Statement\":\"SELECT * FROM users\"}");
    assert_int_equal(dynox_local_each_request(local, see, &seen), 6);
    assert_string_equal(seen.text, "PutItem users 200 - 0\n"
                                   "BatchGetItem users 400 ProvisionedThroughputExceededException 1\n"
                                   "PutItem  400 SerializationException 0\n"
                                   "  400 UnknownOperationException 0\n"
                                   "TransactGetItems none 400 ResourceNotFoundException 0\n"
                                   "ExecuteStatement users 200 - 0\n");
    seen = (seeing){.most = 2};
    assert_int_equal(dynox_local_each_request(local, see, &seen), 2);
    dynox_local_forget_requests(local);
    assert_int_equal(dynox_local_each_request(local, see, &seen), 0);
    ask_end(&asked);
    dynox_local_free(local);
}

static bool keep_last(const dynox_local_request *request, void *arg)
{
    snprintf(arg, 128, "%s", request->json);
    return true;
}

static void the_trace_is_bounded(void **state)
{
    dynox_local *local = dynox_local_new(.trace = 100);
    asking       asked = {0};
    char         json[64], last[128];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(json, sizeof json, "{\"Limit\":%d}", i % 100 + 1);
        ask_engine(local, &asked, "ListTables", json);
    }
    assert_int_equal(dynox_local_each_request(local, keep_last, last), 100);
    assert_string_equal(last, "{\"Limit\":100}");

    size_t size  = 3 * 1024 * 1024; /* six of these are more than is kept */
    char  *large = malloc(size + 1);
    memset(large, ' ', size);
    memcpy(large, "{}", 2);
    large[size] = 0;
    for (int i = 0; i < 6; i++)
        ask_engine(local, &asked, "ListTables", large);
    assert_in_range(dynox_local_each_request(local, keep_last, last), 1, 5);
    free(large);
    ask_end(&asked);
    dynox_local_free(local);
}

/* ---- filling and looking inside ---- */

static bool list(const dynox_item *item, void *arg)
{
    char  *text = arg;
    size_t used = strlen(text);
    char  *json = dynox_item_to_text(item, NULL);
    snprintf(text + used, 512 - used, "%s\n", json);
    dynox_free(json);
    return true;
}

/* Rows 302, 308. */
static void seeds_are_typed_or_plain(void **state)
{
    static const char plain[] =
        " [{\"pk\":\"a\",\"n\":1.50,\"t\":true,\"z\":null,\"l\":[1,\"x\"],\"m\":{\"q\":\"}\"}}]";
    static const char typed[]   = "{\"pk\":{\"S\":\"a\"}}\n{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}\n";
    dynox_local      *local     = dynox_local_new();
    dynox_error       err       = {0};
    size_t            count     = 0;
    char              text[512] = "";
    (void)state;
    make_table(local, "users");
    assert_int_equal(dynox_local_seed_json(local, "users", plain, strlen(plain), &count, &err), DYNOX_OK);
    assert_int_equal(count, 1);
    assert_int_equal(dynox_local_each_item(local, "users", list, text, &err), DYNOX_OK);
    assert_string_equal(text, "{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.5\"},\"t\":{\"BOOL\":true},\"z\":{\"NULL\":true},"
                              "\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"}]},\"m\":{\"M\":{\"q\":{\"S\":\"}\"}}}}\n");
    assert_int_equal(dynox_local_seed_json(local, "users", typed, strlen(typed), &count, &err), DYNOX_OK);
    assert_int_equal(count, 2);
    text[0] = 0;
    assert_int_equal(dynox_local_each_item(local, "users", list, text, &err), DYNOX_OK);
    assert_string_equal(text, "{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}\n");
    dynox_local_free(local);
}

static void what_is_wrong_with_a_seed_is_told(void **state)
{
    dynox_local *local = dynox_local_new();
    dynox_error  err   = {0};
    size_t       count = 9;
    (void)state;
    assert_int_equal(dynox_local_seed_json(local, "users", "{\"pk\":\"a\"}", 10, &count, &err), DYNOX_E_NOT_FOUND);
    assert_int_equal(count, 0);
    make_table(local, "users");
    assert_int_equal(dynox_local_seed_json(local, "users", "{\"pk\":\"a\"}{\"pk\":}", 19, &count, &err),
                     DYNOX_E_DECODE);
    assert_int_equal(count, 1);
    assert_int_equal(dynox_local_seed_json(local, "users", "{\"k\":\"a\"}", 9, &count, &err), DYNOX_E_VALIDATION);
    assert_int_equal(dynox_local_seed_json(local, "users", "[1]", 3, &count, &err), DYNOX_E_DECODE);
    assert_int_equal(dynox_local_seed_json(local, "users", "x", 1, &count, &err), DYNOX_E_DECODE);
    assert_int_equal(dynox_local_seed_json(local, "users", "", 0, &count, &err), DYNOX_OK);
    assert_int_equal(dynox_local_seed_file(local, "users", "/nowhere/at/all", &count, &err), DYNOX_E_SYSTEM);
    assert_int_equal(dynox_local_each_item(local, "none", list, NULL, &err), DYNOX_E_NOT_FOUND);
    dynox_local_free(local);
}

static bool count_items(const dynox_item *item, void *arg)
{
    (void)item;
    ++*(size_t *)arg;
    return true;
}

/* Row 302. */
static void looking_inside_goes_over_pages(void **state)
{
    dynox_local  *local = dynox_local_new();
    dynox__buffer text  = {0};
    dynox_error   err   = {0};
    size_t        count = 0;
    (void)state;
    make_table(local, "users");
    for (int i = 0; i < 60; i++) {
        dynox__buffer_format(&text, "{\"pk\":\"%d\",\"x\":\"", i);
        for (int k = 0; k < 50000; k++)
            dynox__buffer_byte(&text, 'x');
        DYNOX__BUFFER_LITERAL(&text, "\"}\n");
    }
    assert_int_equal(dynox_local_seed_json(local, "users", text.data, text.size, &count, &err), DYNOX_OK);
    assert_int_equal(count, 60);
    count = 0;
    assert_int_equal(dynox_local_each_item(local, "users", count_items, &count, &err), DYNOX_OK);
    assert_int_equal(count, 60);
    dynox__buffer_free(&text);
    dynox_local_free(local);
}

/* ---- snapshots ---- */

static void a_snapshot_brings_back_what_was(void **state)
{
    dynox_local *local = dynox_local_new(), *other = dynox_local_new();
    dynox_error  err   = {0};
    size_t       count = 0;
    (void)state;
    make_table(local, "users");
    dynox_local_seed_json(local, "users", "{\"pk\":\"a\"}{\"pk\":\"b\"}", 20, &count, &err);
    dynox_local_snapshot *snapshot = dynox_local_snapshot_new(local, &err);
    assert_non_null(snapshot);
    make_table(local, "orders");
    dynox_local_seed_json(local, "users", "{\"pk\":\"c\"}", 10, &count, &err);
    assert_int_equal(dynox_local_restore(local, snapshot, &err), DYNOX_OK);
    count = 0;
    assert_int_equal(dynox_local_each_item(local, "users", count_items, &count, &err), DYNOX_OK);
    assert_int_equal(count, 2);
    assert_int_equal(dynox_local_each_item(local, "orders", count_items, &count, &err), DYNOX_E_NOT_FOUND);
    make_table(local, "orders");
    assert_int_equal(dynox_local_restore(other, snapshot, &err), DYNOX_OK);
    count = 0;
    assert_int_equal(dynox_local_each_item(other, "users", count_items, &count, &err), DYNOX_OK);
    assert_int_equal(count, 2);
    dynox_local_snapshot_free(snapshot);
    dynox_local_free(local);
    dynox_local_free(other);
}

/* Row 302. */
static void an_engine_can_be_emptied(void **state)
{
    dynox_local *local = dynox_local_new();
    dynox_error  err   = {0};
    size_t       count = 0;
    (void)state;
    make_table(local, "users");
    dynox_local_seed_json(local, "users", "{\"pk\":\"a\"}", 10, &count, &err);
    assert_int_equal(dynox_local_clear(local, &err), DYNOX_OK);
    assert_int_equal(dynox_local_each_item(local, "users", count_items, &count, &err), DYNOX_E_NOT_FOUND);
    make_table(local, "users");
    count = 0;
    assert_int_equal(dynox_local_each_item(local, "users", count_items, &count, &err), DYNOX_OK);
    assert_int_equal(count, 0);
    assert_int_equal(dynox_local_clear(NULL, &err), DYNOX_E_ARGUMENT);
    dynox_local_free(local);
}

static void nothing_is_an_error_and_no_crash(void **state)
{
    dynox_error err = {0};
    (void)state;
    assert_null(dynox_local_ask(NULL, "ListTables", "{}", &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    assert_null(dynox_local_snapshot_new(NULL, &err));
    assert_int_equal(dynox_local_restore(NULL, NULL, &err), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_seed_json(NULL, "t", "{}", 2, NULL, &err), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_each_item(NULL, "t", count_items, NULL, &err), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_local_each_request(NULL, keep_last, NULL), 0);
    dynox_local_forget_requests(NULL);
    dynox_local_fail_no_more(NULL);
    dynox_local_clock_add(NULL, 1);
    dynox_local_clock_stop(NULL, true);
    dynox_local_snapshot_free(NULL);
    dynox_local_free(NULL);
    assert_null(dynox_local_new(.region = "a-region-whose-name-is-much-too-long-to-be-one", .error = &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
}

/* ---- out of memory ---- */

static void fill_and_look(void *unused)
{
    size_t count = 0;
    (void)unused;
    dynox_local *local = dynox_local_new();
    char        *made  = dynox_local_ask(
                local, "CreateTable",
                "{\"TableName\":\"users\",\"BillingMode\":\"PAY_PER_REQUEST\",\"KeySchema\":[{\"AttributeName\":\"pk\","
                        "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}]}",
                NULL);
    dynox_free(made);
    dynox_local_seed_json(local, "users", "{\"pk\":\"a\"}", 10, &count, NULL);
    dynox_local_each_item(local, "users", count_items, &count, NULL);
    dynox_local_snapshot *snapshot = dynox_local_snapshot_new(local, NULL);
    if (snapshot) dynox_local_restore(local, snapshot, NULL);
    dynox_local_snapshot_free(snapshot);
    dynox_local_free(local);
}

static void everything_fails_without_memory_and_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(fill_and_look, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_clock_moves_only_by_hand),
        cmocka_unit_test(a_clock_goes_on_from_where_it_was_put),
        cmocka_unit_test(what_has_expired_is_gone_when_the_clock_has_been_moved),
        cmocka_unit_test(the_trace_shows_what_was_asked),
        cmocka_unit_test(the_trace_is_bounded),
        cmocka_unit_test(seeds_are_typed_or_plain),
        cmocka_unit_test(what_is_wrong_with_a_seed_is_told),
        cmocka_unit_test(looking_inside_goes_over_pages),
        cmocka_unit_test(a_snapshot_brings_back_what_was),
        cmocka_unit_test(an_engine_can_be_emptied),
        cmocka_unit_test(nothing_is_an_error_and_no_crash),
        cmocka_unit_test(everything_fails_without_memory_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
