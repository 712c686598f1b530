/* Spans: their shape by the conventions, their parents, and the JSON that a collector takes. */
#include "aws/calls.h"
#include <dynox/memory.h>
#include <dynox/trace.h>

typedef struct kept {
    int   spans;
    char  name[256], trace_id[33], span_id[17], parent_id[17];
    bool  failed, exception;
    char *json; /* of the last one */
} kept;

static void keep(const dynox_span *span, void *arg)
{
    kept *to = arg;
    to->spans++;
    snprintf(to->name, sizeof to->name, "%s", span->name);
    memcpy(to->trace_id, span->trace_id, sizeof to->trace_id);
    memcpy(to->span_id, span->span_id, sizeof to->span_id);
    memcpy(to->parent_id, span->parent_id, sizeof to->parent_id);
    to->failed    = span->failed;
    to->exception = span->exception != NULL;
    dynox_free(to->json);
    to->json = dynox_span_json(span);
    assert_true(span->end_ns >= span->start_ns);
}

#define PARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static const fake_step good = {.http = 200, .body = "{}"};

typedef struct request {
    const char *table, *index, *traceparent;
    size_t      parts;
} request;

static void run_with(dynox_observer *tracer, const fake_step *step, request about)
{
    rig r = rig_open(step, 1, (dynox__service_config){.observer = tracer, .max_attempts = 1});
    dynox_observer_release(tracer);
    dynox__call *call = call_prepare(&r);
    dynox__call_resource(call, about.table);
    dynox__call_index(call, about.index);
    call->parts          = about.parts;
    call->labels         = dynox__labels_make("order-7", about.traceparent);
    dynox_future *future = dynox__call_start(call);
    wait_done(future);
    dynox_future_error(future);
    dynox_future_release(future);
    rig_close(&r);
}

static void assert_has(const kept *k, const char *part)
{
    if (!strstr(k->json, part)) fail_msg("not there: %s\n%s", part, k->json);
}

static void has_text(const kept *k, const char *name, const char *value)
{
    char part[512];
    snprintf(part, sizeof part, "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}", name, value);
    assert_has(k, part);
}

/* Rows 287, 294. */
static void a_span_has_the_shape_of_the_conventions(void **state)
{
    (void)state;
    kept k = {0};
    run_with(dynox_tracer_new(.fn = keep, .arg = &k), &good, (request){.table = "users", .index = "by_age"});
    assert_int_equal(k.spans, 1);
    assert_string_equal(k.name, "GetItem users");
    assert_int_equal(strlen(k.trace_id), 32);
    assert_int_equal(strlen(k.span_id), 16);
    assert_string_equal(k.parent_id, "");
    assert_false(k.failed);
    assert_has(&k, "\"kind\":3,");
    has_text(&k, "db.system.name", "aws.dynamodb");
    has_text(&k, "db.operation.name", "GetItem");
    has_text(&k, "db.collection.name", "users");
    has_text(&k, "db.namespace", "eu-west-1");
    has_text(&k, "server.address", "dynamodb.eu-west-1.amazonaws.com"); /* row 296: the real one, see test_tracing */
    has_text(&k, "aws.dynamodb.index_name", "by_age");
    has_text(&k, "aws.request_id", "REQUEST");
    assert_has(&k, "{\"key\":\"server.port\",\"value\":{\"intValue\":\"443\"}}");
    assert_has(&k, "{\"key\":\"http.response.status_code\",\"value\":{\"intValue\":\"200\"}}");
    assert_null(strstr(k.json, "parentSpanId"));
    assert_null(strstr(k.json, "\"status\""));
    dynox_free(k.json);
}

static void names_have_a_prefix_batches_and_plain_tables(void **state)
{
    (void)state;
    kept k = {0};
    run_with(dynox_tracer_new(.fn = keep, .arg = &k, .prefix = "shop"), &good, (request){.table = "users", .parts = 3});
    assert_string_equal(k.name, "shop BATCH GetItem users");
    assert_has(&k, "{\"key\":\"db.operation.batch.size\",\"value\":{\"intValue\":\"3\"}}");
    run_with(dynox_tracer_new(.fn = keep, .arg = &k), &good,
             (request){.table = "arn:aws:dynamodb:eu-west-1:1:table/users", .parts = 1});
    assert_string_equal(k.name, "GetItem users");
    assert_null(strstr(k.json, "batch.size"));
    run_with(dynox_tracer_new(.fn = keep, .arg = &k), &good, (request){.table = NULL});
    assert_string_equal(k.name, "GetItem");
    dynox_free(k.json);
}

static bool current(char traceparent[DYNOX_TRACEPARENT], void *arg)
{
    (void)arg;
    snprintf(traceparent, DYNOX_TRACEPARENT, "%s", PARENT);
    return true;
}

static bool broken(char traceparent[DYNOX_TRACEPARENT], void *arg)
{
    (void)arg;
    memset(traceparent, 'x', DYNOX_TRACEPARENT);
    return true;
}

static void the_parent_is_the_call_s_or_the_current_one(void **state)
{
    (void)state;
    kept k = {0};
    run_with(dynox_tracer_new(.fn = keep, .arg = &k), &good, (request){.table = "t", .traceparent = PARENT});
    assert_string_equal(k.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_string_equal(k.parent_id, "00f067aa0ba902b7");
    assert_string_not_equal(k.span_id, k.parent_id);
    assert_has(&k, "\"parentSpanId\":\"00f067aa0ba902b7\"");
    run_with(dynox_tracer_new(.fn = keep, .arg = &k, .current = current), &good, (request){.table = "t"});
    assert_string_equal(k.parent_id, "00f067aa0ba902b7");
    run_with(dynox_tracer_new(.fn = keep, .arg = &k, .current = broken), &good, (request){.table = "t"});
    assert_string_equal(k.parent_id, "");
    assert_int_equal(k.spans, 3);
    dynox_free(k.json);
}

static void what_is_not_sampled_has_no_span(void **state)
{
    (void)state;
    kept k = {0};
    run_with(dynox_tracer_new(.fn = keep, .arg = &k), &good,
             (request){.table = "t", .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02"});
    assert_int_equal(k.spans, 0);
}

/* Row 295. */
static void failures_have_a_type_an_event_and_switches(void **state)
{
    static const fake_step refused = {.http = 400,
                                      .body = "{\"__type\":\"x#ValidationException\",\"message\":\"no \\\"q\\\"\"}"};
    static const fake_step gone    = {.status = DYNOX_E_CONNECT, .phase = DYNOX__PHASE_QUEUED};
    kept                   k       = {0};
    (void)state;
    run_with(dynox_tracer_new(.fn = keep, .arg = &k), &refused, (request){.table = "t"});
    assert_true(k.failed && k.exception);
    has_text(&k, "error.type", "ValidationException");
    has_text(&k, "db.response.status_code", "ValidationException");
    has_text(&k, "exception.type", "ValidationException");
    assert_has(&k, "\"status\":{\"code\":2,\"message\":\"");
    assert_has(&k, "no \\\"q\\\"");
    run_with(dynox_tracer_new(.fn = keep, .arg = &k, .without_exceptions = true), &gone, (request){.table = "t"});
    assert_true(k.failed && !k.exception);
    has_text(&k, "error.type", "DYNOX_E_CONNECT");
    assert_null(strstr(k.json, "\"events\""));
    dynox_free(k.json);
}

/* Row 295. */
static void a_tracer_can_be_switched_off_and_on(void **state)
{
    (void)state;
    kept            k      = {0};
    dynox_observer *tracer = dynox_tracer_new(.fn = keep, .arg = &k);
    dynox_tracer_enable(tracer, false);
    run_with(dynox_observer_acquire(tracer), &good, (request){.table = "t"});
    assert_int_equal(k.spans, 0);
    dynox_tracer_enable(tracer, true);
    run_with(dynox_observer_acquire(tracer), &good, (request){.table = "t"});
    assert_int_equal(k.spans, 1);
    dynox_observer_release(tracer);
    dynox_tracer_enable(NULL, true);
    assert_null(dynox_tracer_new(.arg = &k)); /* nowhere to go */
    dynox_free(k.json);
}

static void a_request_holds_spans_under_a_service(void **state)
{
    (void)state;
    static const char *const spans[] = {"{\"a\":1}", "{\"b\":2}"};
    char                    *body    = dynox_spans_request("my \"shop\"", 2, spans);
    assert_non_null(strstr(body, "{\"stringValue\":\"my \\\"shop\\\"\"}"));
    assert_non_null(strstr(body, "\"spans\":[{\"a\":1},{\"b\":2}]}]}]}"));
    dynox_free(body);
    assert_null(dynox_spans_request("\xff", 0, NULL));
}

static void make_all(void *arg)
{
    static const char *const one[] = {"{}"};
    const dynox_span         span  = {.name = "n", .message = "", .failed = true, .exception = "e"};
    (void)arg;
    dynox_observer_release(dynox_tracer_new(.fn = keep, .prefix = "p"));
    dynox_free(dynox_span_json(&span));
    dynox_free(dynox_spans_request("s", 1, one));
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(make_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_has_the_shape_of_the_conventions),
        cmocka_unit_test(names_have_a_prefix_batches_and_plain_tables),
        cmocka_unit_test(the_parent_is_the_call_s_or_the_current_one),
        cmocka_unit_test(what_is_not_sampled_has_no_span),
        cmocka_unit_test(failures_have_a_type_an_event_and_switches),
        cmocka_unit_test(a_tracer_can_be_switched_off_and_on),
        cmocka_unit_test(a_request_holds_spans_under_a_service),
        cmocka_unit_test(any_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
