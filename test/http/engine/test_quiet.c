/* A connection is quiet when it is used: what nobody asked for ends it and reaches no request. */
#include "http/calls.h"

static size_t write_answer(char *to, size_t room, const char *body)
{
    return (size_t)snprintf(to, room, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
}

/* The head alone, so that the body is read straight to its place; then the body and one answer more. */
static void answer_once_too_often(test_line *line)
{
    while (server_read(line)) {
        char text[256], body[16];
        snprintf(body, sizeof body, "%d", atomic_load(&line->server->requests));
        size_t size = write_answer(text, sizeof text, body), head = size - strlen(body);
        if (!server_send_bytes(line, text, head)) return;
        server_sleep(20);
        size += write_answer(text + size, sizeof text - size, "EXTRA");
        if (!server_send_bytes(line, text + head, size - head)) return;
    }
}

static void an_answer_that_nobody_asked_for_reaches_no_request(void **state)
{
    (void)state;
    test_scene on;
    test_call  calls[4];
    scene_begin_with(&on, answer_once_too_often, NULL, NULL, (dynox__curl_config){.max_connections = 1});
    calls_start(on.transport, &on.origin, calls, 4); /* the next is waiting when an answer is complete */
    calls_wait(calls, 4, DYNOX_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(calls[i].request.body.size, 1);
        assert_int_equal(calls[i].request.body.data[0], '1' + i);
    }
    assert_int_equal(server_connections(on.server), 4);
    calls_free(calls, 4);
    scene_end(&on);
}

/* Answers, and says something more when the connection has been idle for a while. */
static void answer_and_speak_later(test_line *line)
{
    while (server_read(line) && server_answer(line, "mine")) {
        server_sleep(5);
        char   text[128];
        size_t size = write_answer(text, sizeof text, "EXTRA");
        if (!server_send_bytes(line, text, size)) return;
    }
}

static void what_comes_while_a_connection_is_idle_ends_it(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_and_speak_later);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_body(&on.call, "mine");
        WAIT_FOR_STATS(on.transport, stats.connections == 0);
    }
    scene_end(&on);
}

/* Reads a second request on each connection and never answers it. */
static void answer_one(test_line *line)
{
    if (!server_read(line) || !server_answer(line, "one") || !server_read(line)) return;
    line->reset = true;
}

static void a_server_that_kills_used_connections_gets_new_ones(void **state)
{
    (void)state;
    test_scene on;
    int        lost = 0;
    scene_begin(&on, answer_one);
    for (int i = 0; i < 40; i++)
        lost += scene_run(&on) == DYNOX_E_TRANSPORT;
    assert_true(lost >= 1 && lost < 20);
    on.call.request.fresh = true; /* who asks for a new one gets one, whatever is idle */
    assert_int_equal(scene_run(&on), DYNOX_OK);
    assert_false(on.call.request.reused);
    scene_end(&on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_answer_that_nobody_asked_for_reaches_no_request),
                                       cmocka_unit_test(what_comes_while_a_connection_is_idle_ends_it),
                                       cmocka_unit_test(a_server_that_kills_used_connections_gets_new_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
