/* Any operation by its name: what is sent, what comes back, what counts as a write, and what is refused here. */
#include "client/scripted.h"
#include "http/server.h"

static void assert_answer(dynox_answer *answer, const char *json)
{
    assert_non_null(answer);
    assert_string_equal(answer->json, json);
    assert_int_equal(answer->length, strlen(json));
    dynox_answer_free(answer);
}

static void an_operation_that_the_library_does_not_know_is_sent_as_it_is(void **state)
{
    (void)state;
    dynox_answer *answer = NULL;
    dynox_info    info   = {0};
    scripted_answer("TransmogrifyTable2031", "{\"Done\": [1, \"two \\u00e4\", {\"deep\": null}] }");
    assert_int_equal(dynox_sync_call(client, "TransmogrifyTable2031", " {\"TableName\":\"t\", \"Into\" : 1e2 }\n",
                                     &answer, .info = &info),
                     DYNOX_OK);
    assert_sent("X-Amz-Target: DynamoDB_20120810.TransmogrifyTable2031");
    assert_sent(" {\"TableName\":\"t\", \"Into\" : 1e2 }");
    assert_answer(answer, "{\"Done\": [1, \"two \\u00e4\", {\"deep\": null}] }");
    assert_int_equal(info.attempts, 1);
    dynox_info_clear(&info);
}

static void the_async_form_gives_a_future_of_the_same(void **state)
{
    (void)state;
    dynox_answer *answer = NULL;
    scripted_answer("DescribeEndpoints", "{\"Endpoints\":[]}");
    assert_int_equal(dynox_join(dynox_call(client, "DescribeEndpoints", NULL), &answer), DYNOX_OK);
    assert_sent("Content-Length: 2");
    assert_answer(answer, "{\"Endpoints\":[]}");
    dynox_future *unread = dynox_call(client, "DescribeEndpoints", "{}");
    dynox_future_wait(unread, -1);
    dynox_future_release(unread); /* frees the answer that nobody took */
    dynox_future *cancelled = dynox_call(client, "DescribeEndpoints", "{}");
    dynox_future_cancel(cancelled);
    dynox_future_release(cancelled);
    dynox_answer_free(NULL);
}

static void a_length_stands_for_the_end_of_the_text(void **state)
{
    (void)state;
    assert_int_equal(dynox_sync_call(client, "X", "{\"A\":\"b\"}{\"C\":", .length = 9), DYNOX_OK);
    assert_sent("{\"A\":\"b\"}");
}

static void refuse(const char *operation, const char *json, size_t length, dynox_status status, const char *words)
{
    dynox_error   error  = {0};
    long          before = requests_so_far();
    dynox_answer *answer = (dynox_answer *)&error; /* anything: it is zeroed */
    assert_int_equal(dynox_sync_call(client, operation, json, &answer, .length = length, .error = &error), status);
    assert_null(answer);
    if (!strstr(error.message, words)) fail_msg("\"%s\", not \"%s\"", error.message, words);
    assert_int_equal(requests_so_far(), before);
    dynox_error_clear(&error);
    dynox_future *future = dynox_call(client, operation, json, .length = length);
    assert_true(dynox_future_done(future));
    assert_int_equal(dynox_future_error(future), status);
    dynox_future_release(future);
}

static void names_that_would_break_the_head_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {NULL,
                                      "",
                                      "Get Item",
                                      "X\r\nHost: evil",
                                      "A.B",
                                      "Caf\xc3\xa9",
                                      "a\"b",
                                      "-x",
                                      "N23456789012345678901234567890123456789012345678901234567890123456"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse(bad[i], "{}", 0, DYNOX_E_ARGUMENT, "the operation is no name");
    assert_int_equal(dynox_sync_call(client, "N234567890123456789012345678901234567890123456789012345678901234", NULL),
                     DYNOX_OK);
}

static void text_that_is_not_one_object_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *json, *words;
    } bad[] = {
        {"", "the request is empty"},
        {"nonsense", "expected {, at byte 0"},
        {"[]", "expected {, at byte 0"},
        {"null", "expected {"},
        {"{\"a\":1", "ends too early"},
        {"{\"a\":1}}", "something follows"},
        {"{\"a\":1} {}", "something follows"},
        {"{\"a\":01}", "at byte 6"},
        {"{'a':1}", "at byte 1"},
        {"{\"a\":NaN}", "at byte 5"},
        {"{\"a\":\"\xff\"}", "at byte 6"},
        {"{\"a\":\"\n\"}", "at byte 6"},
        {"{\"a\":1,}", "at byte 7"},
        {"{\"TableName\":5}", "at byte 13"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse("DescribeTable", bad[i].json, 0, DYNOX_E_ARGUMENT, bad[i].words);
    refuse("DescribeTable", "{\"a\":\"b\0c\"}", 11, DYNOX_E_ARGUMENT, "at byte 7");
}

static void bottomless_and_endless_requests_are_refused(void **state)
{
    (void)state;
    enum { DEEP = 200000, HUGE_ = (16 << 20) + 1 };
    char *text = malloc(HUGE_ + 1);
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', DEEP);
    text[5 + DEEP] = 0;
    refuse("PutSomething", text, 0, DYNOX_E_ARGUMENT, "nested too deep");
    memset(text, ' ', HUGE_);
    memcpy(text, "{}", 2);
    text[HUGE_] = 0;
    refuse("PutSomething", text, 0, DYNOX_E_TOO_LARGE, "16777217 bytes are too many");
    free(text);
}

static void what_the_service_refuses_is_told_as_ever(void **state)
{
    (void)state;
    dynox_error error = {0};
    faultserver_say(&server, "status 400 ExportNotFoundException x1");
    assert_int_equal(
        dynox_sync_call(client, "DescribeExport", "{\"ExportArn\":\"arn:aws:dynamodb:x\"}", .error = &error),
        DYNOX_E_NOT_FOUND);
    assert_string_equal(error.code, "ExportNotFoundException");
    assert_non_null(strstr(error.message, "DescribeExport: "));
    assert_int_equal(error.attempts, 1);
    faultserver_say(&server, "status 400 ThrottlingException x1");
    dynox_info info = {0};
    assert_int_equal(dynox_sync_call(client, "DescribeExport", "{}", .info = &info), DYNOX_OK);
    assert_int_equal(info.attempts, 2);
    dynox_info_clear(&info);
    faultserver_say(&server, "delay 60000 x1");
    assert_int_equal(dynox_sync_call(client, "DescribeExport", "{}", .deadline_ms = 30), DYNOX_E_TIMEOUT);
    dynox_error_clear(&error);
}

static void answers_that_are_not_one_object_are_refused(void **state)
{
    (void)state;
    dynox_answer *answer = NULL;
    scripted_answer("DescribeOdd", "[1]");
    assert_int_equal(dynox_sync_call(client, "DescribeOdd", "{}", &answer, .max_attempts = 1), DYNOX_E_DECODE);
    scripted_answer("DescribeOdd", "{\"a\":tru}");
    assert_int_equal(dynox_sync_call(client, "DescribeOdd", "{}", &answer, .max_attempts = 1), DYNOX_E_DECODE);
    assert_null(answer);
}

static void answer_nothing(test_line *line)
{
    while (server_read(line) && server_answer(line, ""))
        continue;
}

static void success_without_a_body_is_fine_for_writes_only(void **state)
{
    (void)state;
    char          url[64];
    dynox_answer *answer = NULL;
    dynox_error   error  = {0};
    test_server  *silent = server_start(answer_nothing, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", silent->port);
    dynox_client *one = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "S",
                                         .max_attempts = 2, .proxy = "");
    assert_int_equal(dynox_sync_call(one, "TagResource", "{}", &answer), DYNOX_OK);
    assert_answer(answer, "{}");
    assert_int_equal(dynox_sync_call(one, "DescribeTable", "{}", &answer, .error = &error), DYNOX_E_TRANSPORT);
    assert_int_equal(error.attempts, 2);
    dynox_error_clear(&error);
    dynox_client_free(one);
    server_stop(silent);
}

/* Was this operation's lost answer followed by a second attempt that may have applied it twice? */
static bool counts_as_unclear(const char *operation, const char *json)
{
    dynox_info info = {0};
    faultserver_say(&server, "status 500 InternalServerError x1");
    assert_int_equal(dynox_sync_call(client, operation, json, .info = &info), DYNOX_OK);
    assert_int_equal(info.attempts, 2);
    bool unclear = info.may_have_applied_twice;
    dynox_info_clear(&info);
    return unclear;
}

static void names_tell_reads_from_writes_and_tokens_make_writes_safe(void **state)
{
    (void)state;
    dynox_error              error   = {0};
    static const char *const reads[] = {"DescribeExport", "ListExports", "GetResourcePolicy", "BatchGetItem",
                                        "Query",          "Scan",        "SearchVectors",     "TransactGetItems"};
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
        assert_false(counts_as_unclear(reads[i], "{}"));
    assert_true(counts_as_unclear("PutResourcePolicy", "{}"));
    assert_true(counts_as_unclear("ExecuteStatement", "{}"));
    assert_true(counts_as_unclear("Frobnicate", "{\"ClientToken\":null}"));
    assert_false(counts_as_unclear("ImportTable", "{\"ClientToken\":\"7\"}"));
    assert_false(counts_as_unclear("ExecuteTransaction", "{\"ClientRequestToken\":\"7\"}"));

    faultserver_say(&server, "status 500 InternalServerError x1");
    assert_int_equal(
        dynox_sync_call(client, "Frobnicate", "{}", .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .error = &error),
        DYNOX_E_SERVER);
    assert_int_equal(error.attempts, 1);
    assert_true(error.may_have_applied);
    dynox_error_clear(&error);
}

/* The first request that it would make. */
static void expect_plan(dynox_explanation *plan, const char *operation, const char *table, const char *body)
{
    assert_non_null(plan);
    assert_int_equal(plan->status, DYNOX_OK);
    assert_string_equal(plan->operation, operation);
    if (table) assert_string_equal(plan->table, table);
    assert_string_equal(plan->body, body);
    dynox_explanation_free(plan);
}

static void calls_of_all_kinds_are_explained_and_not_made(void **state)
{
    (void)state;
    dynox_answer *answer = NULL;
    long          before = requests_so_far();
    expect_plan(dynox_explain(dynox_call(client, "Frobnicate", "{\"TableName\":\"t\"}")), "Frobnicate", "t",
                "{\"TableName\":\"t\"}");
    expect_plan(dynox_explain(dynox_sync_call(client, "Frobnicate", NULL, &answer)), "Frobnicate", NULL, "{}");
    expect_plan(dynox_explain(dynox_update_table(client, "t", .stream_off = true)), "UpdateTable", "t",
                "{\"TableName\":\"t\",\"StreamSpecification\":{\"StreamEnabled\":false}}");
    expect_plan(dynox_explain(dynox_list_backups(client, .table = "t")), "ListBackups", "t", "{\"TableName\":\"t\"}");
    expect_plan(dynox_explain(dynox_wait_for_table_gone(client, "t")), "DescribeTable", "t", "{\"TableName\":\"t\"}");
    expect_plan(dynox_explain(dynox_sync_wait_for_export(client, "arn:e")), "DescribeExport", NULL,
                "{\"ExportArn\":\"arn:e\"}");
    assert_null(answer);
    assert_int_equal(requests_so_far(), before);
    dynox_explanation *refused = dynox_explain(dynox_call(client, "no name", NULL));
    assert_int_equal(refused->status, DYNOX_E_ARGUMENT);
    dynox_explanation_free(refused);
}

enum { CALLERS = 8, CALLS = 50 };

static void *call_often(void *arg)
{
    char name[32], body[64];
    for (int i = 0; i < CALLS; i++) {
        dynox_answer *answer = NULL;
        snprintf(name, sizeof name, "Describe%dThing%d", *(int *)arg, i);
        snprintf(body, sizeof body, "{\"Number\":%d}", i);
        dynox_future *future = dynox_call(client, name, body);
        memset(name, '?', sizeof name - 1); /* all of it was borrowed for the call alone */
        memset(body, '?', sizeof body - 1);
        if (i % 3 == 0) {
            dynox_future_release(future);
            continue;
        }
        if (i % 3 == 1) dynox_future_cancel(future);
        dynox_status status = dynox_join(future, &answer);
        if (status != DYNOX_OK && !(i % 3 == 1 && status == DYNOX_E_CANCELLED)) return arg;
        dynox_answer_free(answer);
    }
    return NULL;
}

static void many_threads_may_call(void **state)
{
    (void)state;
    pthread_t threads[CALLERS];
    int       numbers[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &numbers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
}

static void a_null_client_or_wrong_arguments_are_refused(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_answer *out   = NULL;
    assert_int_equal(dynox_sync_call(NULL, "DescribeLimits", NULL, .error = &error), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(error.message, "the client is NULL"));
    dynox_future *future = dynox_call(client, "DescribeLimits", NULL, .out = &out);
    assert_int_equal(dynox_future_error(future), DYNOX_E_ARGUMENT);
    dynox_future_release(future);
    future = dynox_call_with(client, &(dynox_call_args){.operation = "X"});
    assert_int_equal(dynox_future_error(future), DYNOX_E_ARGUMENT);
    dynox_future_release(future);
    dynox_error_clear(&error);
}

static int reset_answers(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    return 0;
}

#define EACH(test) cmocka_unit_test_setup(test, reset_answers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(an_operation_that_the_library_does_not_know_is_sent_as_it_is),
        EACH(the_async_form_gives_a_future_of_the_same),
        EACH(a_length_stands_for_the_end_of_the_text),
        EACH(names_that_would_break_the_head_are_refused),
        EACH(text_that_is_not_one_object_is_refused_with_its_place),
        EACH(bottomless_and_endless_requests_are_refused),
        EACH(what_the_service_refuses_is_told_as_ever),
        EACH(answers_that_are_not_one_object_are_refused),
        EACH(success_without_a_body_is_fine_for_writes_only),
        EACH(names_tell_reads_from_writes_and_tokens_make_writes_safe),
        EACH(calls_of_all_kinds_are_explained_and_not_made),
        EACH(many_threads_may_call),
        EACH(a_null_client_or_wrong_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("any call", tests, scripted_setup, scripted_teardown);
}
