/* Log lines of calls: level by outcome, what is in them and what is not, and where they go. */
#include "aws/calls.h"
#include <dynox/call_log.h>

typedef struct kept {
    int             lines;
    dynox_log_level level;
    char            text[2048], subject[16];
    dynox_status    status;
    unsigned        attempts;
} kept;

static void keep(dynox_log_level level, const char *text, const dynox_observed *call, void *arg)
{
    kept *to = arg;
    to->lines++;
    to->level    = level;
    to->status   = call->status;
    to->attempts = call->attempt;
    snprintf(to->text, sizeof to->text, "%s", text);
}

static kept library; /* what the library's log has */

static void keep_line(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)arg;
    library.lines++;
    library.level = level;
    snprintf(library.subject, sizeof library.subject, "%s", subject);
    snprintf(library.text, sizeof library.text, "%s", message);
}

static void run_with(dynox_observer *log, const fake_step *step, const char *body)
{
    rig r = rig_open(step, 1, (dynox__service_config){.observer = log, .max_attempts = 1});
    dynox_observer_release(log);
    dynox__call *call = dynox__call_new(r.service, &operation_text);
    dynox__buffer_text(&call->buffer, body);
    dynox__call_resource(call, "users");
    dynox_future *future = dynox__call_start(call);
    wait_done(future);
    dynox_future_error(future);
    dynox_future_release(future);
    rig_close(&r);
}

#define BODY "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"ada@example.org\"}}}"

static const fake_step good = {.http = 200, .body = "{}"};

/* Rows 291, 292. */
static void success_is_an_info_line_with_its_fields(void **state)
{
    (void)state;
    kept k = {0};
    run_with(dynox_call_log_new(.fn = keep, .arg = &k), &good, BODY);
    assert_int_equal(k.lines, 1);
    assert_int_equal(k.level, DYNOX_LOG_INFO);
    assert_int_equal(k.attempts, 1);
    assert_ptr_equal(strstr(k.text, "GetItem table=\"users\" status=DYNOX_OK attempts=1 duration_ms="), k.text);
    assert_non_null(strstr(k.text, " request_id=REQUEST"));
    assert_null(strstr(k.text, "ada")); /* row 293 */
}

static _Atomic int64_t clock_ns;

/* Each look at the clock takes 60 ms. */
static int64_t slow_clock(int which)
{
    int64_t now = atomic_fetch_add(&clock_ns, 60 * DYNOX__MS) + 60 * DYNOX__MS;
    return which ? now + INT64_C(1700000000) * DYNOX__SECOND : now;
}

static void a_slow_call_is_a_warning(void **state)
{
    (void)state;
    kept k = {0}, never = {0};
    dynox__clock_fake(slow_clock);
    run_with(dynox_call_log_new(.fn = keep, .arg = &k), &good, BODY);
    run_with(dynox_call_log_new(.fn = keep, .arg = &never, .slow_ms = -1), &good, BODY);
    dynox__clock_fake(NULL);
    assert_int_equal(k.level, DYNOX_LOG_WARNING);
    assert_ptr_equal(strstr(k.text, "slow: GetItem "), k.text);
    assert_int_equal(never.level, DYNOX_LOG_INFO);
}

/* Row 293. */
static void failures_are_errors_but_for_those_that_are_meant_to_be_handled(void **state)
{
    static const struct {
        const char     *body;
        dynox_log_level level;
    } cases[] = {{"{\"__type\":\"x#ValidationException\",\"message\":\"bad\"}", DYNOX_LOG_ERROR},
                 {"{\"__type\":\"x#AccessDeniedException\"}", DYNOX_LOG_ERROR},
                 {"{\"__type\":\"x#ThrottlingException\"}", DYNOX_LOG_ERROR},
                 {"{\"__type\":\"x#ConditionalCheckFailedException\"}", DYNOX_LOG_WARNING},
                 {"{\"__type\":\"x#TransactionConflictException\"}", DYNOX_LOG_WARNING}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept            k    = {0};
        const fake_step step = {.http = 400, .body = cases[i].body};
        run_with(dynox_call_log_new(.fn = keep, .arg = &k), &step, BODY);
        assert_int_equal(k.lines, 1);
        assert_int_equal(k.level, cases[i].level);
        assert_int_not_equal(k.status, DYNOX_OK);
        assert_null(strstr(k.text, "ada"));
    }
}

static void levels_below_the_wanted_one_are_left_out(void **state)
{
    (void)state;
    kept            k    = {0};
    const fake_step step = {.http = 400, .body = "{\"__type\":\"x#ValidationException\"}"};
    run_with(dynox_call_log_new(.fn = keep, .arg = &k, .level = DYNOX_LOG_ERROR), &good, BODY);
    assert_int_equal(k.lines, 0);
    run_with(dynox_call_log_new(.fn = keep, .arg = &k, .level = DYNOX_LOG_ERROR), &step, BODY);
    assert_int_equal(k.lines, 1);
}

static void keys_are_shown_where_they_are_asked_for(void **state)
{
    (void)state;
    kept k = {0};
    run_with(dynox_call_log_new(.fn = keep, .arg = &k, .show_keys = true), &good, BODY);
    assert_non_null(strstr(k.text, " key={\"pk\":{\"S\":\"ada@example.org\"}}"));
    run_with(dynox_call_log_new(.fn = keep, .arg = &k, .show_keys = true), &good,
             "{\"TableName\":\"users\",\"KeyConditionExpression\":\"#n0 = :v0\","
             "\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"7\"}}}");
    assert_non_null(strstr(k.text, " key_condition=\"#n0 = :v0\" values={\":v0\":{\"N\":\"7\"}}"));
    run_with(dynox_call_log_new(.fn = keep, .arg = &k, .show_keys = true), &good, "{\"Statement\":\"SELECT 'ada'\"}");
    assert_null(strstr(k.text, "ada")); /* a statement is no key */
    run_with(dynox_call_log_new(.fn = keep, .arg = &k, .show_keys = true), &good, "{not json");
    assert_int_equal(k.lines, 4);
}

static void what_the_service_says_cannot_break_the_line(void **state)
{
    (void)state;
    kept            k    = {0};
    const fake_step step = {.http = 400,
                            .body = "{\"__type\":\"x#ValidationException\",\"message\":\"a\\nERROR b\\u001b[1m\"}"};
    run_with(dynox_call_log_new(.fn = keep, .arg = &k), &step, BODY);
    for (const char *at = k.text; *at; at++)
        assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
}

/* One line of each call, not one more from the library itself. */
static void without_a_function_it_writes_to_the_library_s_log_and_once(void **state)
{
    (void)state;
    library = (kept){0};
    dynox_set_log(DYNOX_LOG_DEBUG, keep_line, NULL);
    run_with(dynox_call_log_new(.slow_ms = -1), &good, BODY);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    assert_string_equal(library.subject, "call");
    assert_int_equal(library.level, DYNOX_LOG_INFO);
    assert_non_null(strstr(library.text, "status=DYNOX_OK"));
}

static int calls_told;

static void count_calls(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)level, (void)message, (void)arg;
    calls_told += strcmp(subject, "call") == 0;
}

/* Row 292. The log can be off. */
static void each_call_has_one_line(void **state)
{
    (void)state;
    calls_told = 0;
    dynox_set_log(DYNOX_LOG_DEBUG, count_calls, NULL);
    run_with(dynox_call_log_new(), &good, BODY);
    assert_int_equal(calls_told, 1);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    run_with(dynox_call_log_new(), &good, BODY); /* the log is off: nothing */
    assert_int_equal(calls_told, 1);
}

static void make_one(void *arg)
{
    (void)arg;
    dynox_observer_release(dynox_call_log_new());
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(make_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(success_is_an_info_line_with_its_fields),
        cmocka_unit_test(a_slow_call_is_a_warning),
        cmocka_unit_test(failures_are_errors_but_for_those_that_are_meant_to_be_handled),
        cmocka_unit_test(levels_below_the_wanted_one_are_left_out),
        cmocka_unit_test(keys_are_shown_where_they_are_asked_for),
        cmocka_unit_test(what_the_service_says_cannot_break_the_line),
        cmocka_unit_test(without_a_function_it_writes_to_the_library_s_log_and_once),
        cmocka_unit_test(each_call_has_one_line),
        cmocka_unit_test(any_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("call log", tests, NULL, NULL);
}
