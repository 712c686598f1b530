/* The pipeline over the real engine and real sockets: what the fake transport cannot prove. */
#include "aws/calls.h"
#include "http/server.h"

/* What the script of a server does with its n-th request. */
typedef enum deed { ANSWER, RESET, CUT, FAIL, STALL, EMPTY } deed;

typedef struct plan {
    const deed    *deeds;
    _Atomic size_t next;
    char           seen[4][2048]; /* the first requests */
} plan;

static bool answer(test_line *line, int status, const char *headers, const char *body, size_t promised)
{
    char head[512];
    snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nx-amzn-RequestId: R\r\n%s\r\n", status,
             promised, headers);
    return server_send(line, head) && server_send(line, body);
}

static void follow_plan(test_line *line)
{
    plan *p = line->server->context;
    while (server_read(line)) {
        size_t n = atomic_fetch_add(&p->next, 1);
        char   crc[64];
        if (n < 4) snprintf(p->seen[n], sizeof p->seen[n], "%.2000s", line->request);
        switch (p->deeds[n]) {
        case ANSWER:
            snprintf(crc, sizeof crc, "x-amz-crc32: %u\r\n", (unsigned)dynox__crc32("{\"a\":1}", 7));
            if (!answer(line, 200, crc, "{\"a\":1}", 7)) return;
            break;
        case RESET: line->reset = true; return;
        case CUT: answer(line, 200, "", "{\"a\"", 7); return;
        case FAIL:
            if (!answer(line, 500, "", "{\"__type\":\"x#InternalServerError\"}", 34)) return;
            break;
        case STALL: server_wait_closed(line); return;
        case EMPTY:
            if (!answer(line, 200, "", "", 0)) return;
            break;
        }
    }
}

typedef struct site {
    plan            plan;
    test_server    *server;
    dynox__service *service;
} site;

static void site_open(site *s, const deed *deeds, dynox__service_config config)
{
    static const dynox_credentials set      = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    dynox_credentials_provider    *provider = dynox_credentials_static(&set);
    dynox_error                    error    = {0};
    char                           url[64];
    memset(s, 0, sizeof *s);
    s->plan.deeds = deeds;
    s->server     = server_start(follow_plan, &s->plan, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", s->server->port);
    config.kind        = &dynox__dynamodb;
    config.region      = "eu-west-1";
    config.endpoint    = url;
    config.credentials = provider;
    dynox__random_fake(no_wait);
    s->service = dynox__service_new(&config, &error);
    if (!s->service) fail_msg("%s", error.message);
    dynox_credentials_provider_release(provider);
}

static void site_close(site *s)
{
    dynox__service_close(s->service);
    dynox__service_release(s->service);
    server_stop(s->server);
    dynox__random_fake(NULL);
}

static dynox_future *start_call(site *s)
{
    return call_text(&(rig){.service = s->service});
}

static void failures_on_the_way_are_repeated_until_it_works(void **state)
{
    (void)state;
    static const deed deeds[] = {RESET, CUT, FAIL, ANSWER};
    site              s;
    site_open(&s, deeds, (dynox__service_config){.attempt_timeout_ms = 20000});
    dynox_future *future = start_call(&s);
    expect_text(future, "{\"a\":1}");
    assert_int_equal(dynox_future_info(future)->attempts, 4);
    assert_string_equal(dynox_future_info(future)->request_id, "R");
    assert_non_null(strstr(s.plan.seen[0], "\r\n\r\n{\"TableName\":\"users\"}"));
    assert_non_null(strstr(s.plan.seen[3], "\r\n\r\n{\"TableName\":\"users\"}"));
    assert_non_null(strstr(s.plan.seen[3], "attempt=4; max=4"));
    dynox_future_release(future);
    site_close(&s);
}

static void an_empty_success_is_an_error_in_the_end(void **state)
{
    (void)state;
    static const deed deeds[] = {EMPTY, EMPTY};
    site              s;
    site_open(&s, deeds, (dynox__service_config){.max_attempts = 2});
    dynox_future *future = start_call(&s);
    assert_int_equal(expect_failure(future, DYNOX_E_TRANSPORT)->attempts, 2);
    dynox_future_release(future);
    site_close(&s);
}

static void a_silent_server_costs_an_attempt_and_not_the_call(void **state)
{
    (void)state;
    static const deed deeds[] = {STALL, ANSWER};
    site              s;
    site_open(&s, deeds, (dynox__service_config){.attempt_timeout_ms = 200});
    dynox_future *future = start_call(&s);
    expect_text(future, "{\"a\":1}");
    dynox_future_release(future);
    site_close(&s);
}

/* Row 13. */
static void the_deadline_ends_a_call_that_is_waiting(void **state)
{
    (void)state;
    static const deed deeds[] = {STALL};
    site              s;
    site_open(&s, deeds, (dynox__service_config){.deadline_ms = 100});
    dynox_future      *future = start_call(&s);
    const dynox_error *error  = expect_failure(future, DYNOX_E_TIMEOUT);
    assert_int_equal(error->attempts, 1);
    dynox_future_release(future);
    site_close(&s);
}

static void closing_ends_calls_that_a_server_keeps_waiting(void **state)
{
    (void)state;
    static const deed deeds[] = {STALL, STALL, STALL, STALL};
    site              s;
    dynox_future     *futures[4];
    site_open(&s, deeds, (dynox__service_config){.attempt_timeout_ms = -1});
    for (int i = 0; i < 4; i++)
        futures[i] = start_call(&s);
    dynox__service_close(s.service);
    for (int i = 0; i < 4; i++) {
        assert_true(dynox_future_done(futures[i]));
        expect_failure(futures[i], DYNOX_E_SHUTDOWN);
        dynox_future_release(futures[i]);
    }
    site_close(&s);
}

/* Rows 14, 298. */
static void nobody_there_is_told_after_all_attempts(void **state)
{
    (void)state;
    static const deed deeds[] = {ANSWER};
    site              s;
    site_open(&s, deeds, (dynox__service_config){.max_attempts = 2});
    server_stop(s.server);
    dynox_future      *future = start_call(&s);
    const dynox_error *error  = expect_failure(future, DYNOX_E_CONNECT);
    assert_int_equal(error->attempts, 2);
    assert_false(error->may_have_applied);
    dynox_future_release(future);
    dynox__service_close(s.service);
    dynox__service_release(s.service);
    dynox__random_fake(NULL);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {cmocka_unit_test(failures_on_the_way_are_repeated_until_it_works),
                                       cmocka_unit_test(an_empty_success_is_an_error_in_the_end),
                                       cmocka_unit_test(a_silent_server_costs_an_attempt_and_not_the_call),
                                       cmocka_unit_test(the_deadline_ends_a_call_that_is_waiting),
                                       cmocka_unit_test(closing_ends_calls_that_a_server_keeps_waiting),
                                       cmocka_unit_test(nobody_there_is_told_after_all_attempts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
