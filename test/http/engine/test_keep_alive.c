/* Connections: used again, shared by requests, limited, dropped when the server closes them or they are too old. */
#include "http/calls.h"

static void answer_always(test_line *line)
{
    while (server_read(line) && server_answer(line, "{\"ok\":true}")) {
    }
}

static void a_request_is_answered(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_always);
    assert_int_equal(scene_run(&on), DYNOX_OK);
    assert_int_equal(on.call.request.head.status, 200);
    assert_int_equal(on.call.request.phase, DYNOX__PHASE_DONE);
    assert_string_equal(on.call.request.head.request_id, "R1");
    assert_false(on.call.request.reused);
    assert_true(on.call.request.sent_ns > 0 && on.call.request.received_ns >= on.call.request.sent_ns);
    assert_body(&on.call, "{\"ok\":true}");
    scene_end(&on);
}

static void a_connection_is_used_again(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_always);
    for (int i = 0; i < 50; i++) {
        dynox__origin same     = on.origin; /* a place is its content, not its address */
        on.call.request.origin = i % 2 ? &same : &on.origin;
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_int_equal(on.call.request.reused, i > 0);
        assert_body(&on.call, "{\"ok\":true}");
    }
    assert_int_equal(server_connections(on.server), 1);
    WAIT_FOR_STATS(on.transport, stats.requests == 50 && stats.reused == 49 && stats.connects == 1 && stats.idle == 1 &&
                                     stats.in_flight == 0);
    scene_end(&on);
}

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t  all_here = PTHREAD_COND_INITIALIZER;

static void answer_when_all_are_here(test_line *line)
{
    while (server_read(line)) {
        pthread_mutex_lock(&all_lock);
        while (atomic_load(&line->server->requests) < 1000)
            pthread_cond_wait(&all_here, &all_lock);
        pthread_cond_broadcast(&all_here);
        pthread_mutex_unlock(&all_lock);
        if (!server_answer(line, "x")) return;
    }
}

static void a_thousand_requests_are_in_flight_at_once(void **state)
{
    (void)state;
    test_scene       on;
    static test_call calls[1000];
    scene_begin_with(&on, answer_when_all_are_here, NULL, NULL,
                     (dynox__curl_config){.max_connections = 1000, .workers = 2});
    calls_start(on.transport, &on.origin, calls, 1000);
    calls_wait(calls, 1000, DYNOX_OK);
    for (int i = 0; i < 1000; i++)
        assert_body(&calls[i], "x");
    calls_free(calls, 1000);
    scene_end(&on);
}

static void connections_are_limited(void **state)
{
    (void)state;
    test_scene       on;
    static test_call calls[300];
    scene_begin_with(&on, answer_always, NULL, NULL, (dynox__curl_config){.max_connections = 3, .workers = 1});
    calls_start(on.transport, &on.origin, calls, 300);
    calls_end(calls, 300, DYNOX_OK);
    assert_true(server_connections(on.server) <= 3);
    scene_end(&on);
}

static void too_many_waiting_requests_are_refused(void **state)
{
    (void)state;
    test_scene on;
    test_call  calls[5];
    scene_begin_with(&on, server_wait_closed, NULL, NULL, (dynox__curl_config){.max_connections = 2, .max_waiting = 3});
    calls_start(on.transport, &on.origin, calls, 5);
    assert_int_equal(on.transport->submit(on.transport, &on.call.request), DYNOX_E_BUSY);
    scene_shutdown(&on);
    calls_end(calls, 5, DYNOX_E_SHUTDOWN);
    assert_int_equal(on.call.done, 0);
    scene_end(&on);
}

static void answer_once(test_line *line)
{
    if (server_read(line)) server_answer(line, "once");
}

static void an_idle_connection_that_the_server_closes_is_dropped(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_once);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_false(on.call.request.reused);
        WAIT_FOR_STATS(on.transport, stats.connections == 0);
    }
    assert_int_equal(server_connections(on.server), 3);
    scene_end(&on);
}

static void say_something_uncalled_for(test_line *line)
{
    if (server_read(line) && server_answer(line, "one")) {
        server_send(line, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        server_wait_closed(line);
    }
}

static void bytes_that_nobody_asked_for_end_the_connection(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, say_something_uncalled_for);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_body(&on.call, "one");
        WAIT_FOR_STATS(on.transport, stats.connections == 0);
    }
    scene_end(&on);
}

static void answer_and_close(test_line *line)
{
    if (!server_read(line)) return;
    server_send(line, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbye");
    server_wait_closed(line);
}

static void connection_close_is_obeyed(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_and_close);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_false(on.call.request.reused);
        assert_body(&on.call, "bye");
    }
    WAIT_FOR_STATS(on.transport, stats.connections == 0);
    scene_end(&on);
}

static void connections_retire_when_idle_or_old(void **state)
{
    (void)state;
    dynox__curl_config configs[] = {{.idle_ms = 30}, {.max_age_ms = 30}};
    for (int i = 0; i < 2; i++) {
        test_scene on;
        scene_begin_with(&on, answer_always, NULL, NULL, configs[i]);
        assert_int_equal(scene_run(&on), DYNOX_OK);
        WAIT_FOR_STATS(on.transport, stats.connects == 1 && stats.connections == 0);
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_false(on.call.request.reused);
        scene_end(&on);
    }
}

static void many_origins_share_the_connections(void **state)
{
    (void)state;
    enum { ORIGINS = 12, EACH = 10 };
    test_server      *servers[ORIGINS];
    dynox__origin     origins[ORIGINS];
    static test_call  calls[ORIGINS * EACH];
    dynox__transport *transport = transport_new((dynox__curl_config){.max_connections = 4, .workers = 1});
    for (int i = 0; i < ORIGINS; i++) {
        servers[i] = server_start(answer_always, NULL, NULL);
        origins[i] = origin_of(servers[i]);
    }
    for (int i = 0; i < ORIGINS * EACH; i++) {
        call_init(&calls[i], &origins[i % ORIGINS]);
        call_start(transport, &calls[i]);
    }
    calls_end(calls, ORIGINS * EACH, DYNOX_OK);
    for (int i = 0; i < ORIGINS; i++)
        assert_int_equal(atomic_load(&servers[i]->requests), EACH);
    transport->shutdown(transport);
    for (int i = 0; i < ORIGINS; i++)
        server_stop(servers[i]);
}

static _Atomic int       again_left;
static dynox__transport *again_transport;

static void submit_again(dynox__request *request)
{
    if (request->status == DYNOX_OK && atomic_fetch_sub(&again_left, 1) > 0 &&
        again_transport->submit(again_transport, request) == DYNOX_OK)
        return;
    call_done(request);
}

static void done_may_submit_the_same_request_again(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_always);
    again_transport      = on.transport;
    on.call.request.done = submit_again;
    atomic_store(&again_left, 20);
    assert_int_equal(scene_run(&on), DYNOX_OK);
    assert_int_equal(atomic_load(&on.server->requests), 21);
    scene_end(&on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered),
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(a_thousand_requests_are_in_flight_at_once),
        cmocka_unit_test(connections_are_limited),
        cmocka_unit_test(too_many_waiting_requests_are_refused),
        cmocka_unit_test(an_idle_connection_that_the_server_closes_is_dropped),
        cmocka_unit_test(bytes_that_nobody_asked_for_end_the_connection),
        cmocka_unit_test(connection_close_is_obeyed),
        cmocka_unit_test(connections_retire_when_idle_or_old),
        cmocka_unit_test(many_origins_share_the_connections),
        cmocka_unit_test(done_may_submit_the_same_request_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
