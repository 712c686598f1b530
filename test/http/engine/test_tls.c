/* TLS: who is trusted, sessions used again, and the ways an encrypted connection differs from a plain one. */
#include "base/random.h"
#include "http/calls.h"
#include "http/certificate.h"

static SSL_CTX    *tls;
static char        ca_path[] = "/tmp/dynox-test-ca-XXXXXX";
static _Atomic int resumed, full;

static void answer_always(test_line *line)
{
    atomic_fetch_add(SSL_session_reused(line->ssl) ? &resumed : &full, 1);
    while (server_read(line) && server_answer(line, "secret")) {
    }
}

static void an_authority_from_a_file_is_trusted(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, answer_always, NULL, tls, (dynox__curl_config){.ca_file = ca_path});
    for (int i = 0; i < 20; i++) { /* session tickets that arrive while idle do not end the connection */
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_int_equal(on.call.request.reused, i > 0);
        assert_body(&on.call, "secret");
        server_sleep(i % 3);
    }
    assert_int_equal(server_connections(on.server), 1);
    scene_end(&on);
}

static void refused(void (*script)(test_line *), SSL_CTX *server_tls, const char *host, dynox__curl_config config)
{
    test_scene on;
    scene_begin_with(&on, script, NULL, server_tls, config);
    on.origin.tls  = true;
    on.origin.host = host;
    assert_int_equal(scene_run(&on), DYNOX_E_TLS);
    assert_int_equal(on.call.request.phase, DYNOX__PHASE_QUEUED);
    assert_true(strlen(on.call.request.message) > 20);
    scene_end(&on);
}

static void an_unknown_authority_is_refused(void **state)
{
    (void)state;
    refused(answer_always, tls, "127.0.0.1", (dynox__curl_config){0});
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    (void)state;
    refused(answer_always, tls, "localhost", (dynox__curl_config){.ca_file = ca_path});
}

static void say_hello_in_plain_text(test_line *line)
{
    server_send(line, "hello, this is not TLS\r\n");
    server_wait_closed(line);
}

static void a_server_without_tls_is_refused(void **state)
{
    (void)state;
    refused(say_hello_in_plain_text, NULL, "127.0.0.1", (dynox__curl_config){.ca_file = ca_path});
}

static void old_versions_are_refused(void **state)
{
    (void)state;
    char     path[] = "/tmp/dynox-test-ca-XXXXXX";
    SSL_CTX *old    = make_tls_server(path);
    SSL_CTX_set_security_level(old, 0);
    SSL_CTX_set_min_proto_version(old, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old, TLS1_1_VERSION);
    refused(answer_always, old, "127.0.0.1", (dynox__curl_config){.ca_file = path});
    SSL_CTX_free(old);
    unlink(path);
}

static void verification_can_be_switched_off(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, answer_always, NULL, tls, (dynox__curl_config){.insecure = true});
    assert_int_equal(scene_run(&on), DYNOX_OK);
    scene_end(&on);
}

static void a_wrong_ca_file_is_named_by_the_first_request(void **state)
{
    (void)state;
    static const char *const paths[] = {"/nonexistent/ca.pem", "/dev/null", ""};
    for (int i = 0; i < 3; i++) {
        char       quoted[64];
        test_scene on;
        scene_begin_with(&on, answer_always, NULL, tls, (dynox__curl_config){.ca_file = paths[i]});
        assert_int_equal(scene_run(&on), DYNOX_E_CONFIGURATION);
        snprintf(quoted, sizeof quoted, "CA file \"%s\"", paths[i]);
        assert_non_null(strstr(on.call.request.message, quoted));
        assert_int_equal(server_connections(on.server), 0);
        scene_end(&on);
    }
}

static void answer_once(test_line *line)
{
    atomic_fetch_add(SSL_session_reused(line->ssl) ? &resumed : &full, 1);
    if (server_read(line)) server_answer(line, "once");
}

static void sessions_are_resumed(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, answer_once, NULL, tls, (dynox__curl_config){.ca_file = ca_path});
    atomic_store(&resumed, 0);
    atomic_store(&full, 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        WAIT_FOR_STATS(on.transport, stats.connections == 0);
    }
    assert_int_equal(atomic_load(&full), 1);
    assert_int_equal(atomic_load(&resumed), 4);
    scene_end(&on);
}

static void echo_body(test_line *line)
{
    char  *body = malloc(16u << 20), head[80];
    size_t have = 0, want = SIZE_MAX, from = 0;
    while (have < want) {
        ssize_t count = server_receive(line, body + have, 65536);
        if (count <= 0) goto out;
        have += (size_t)count;
        body[have] = 0;
        char *end  = want == SIZE_MAX ? strstr(body, "\r\n\r\n") : NULL;
        if (end) {
            from = (size_t)(end + 4 - body);
            want = from + strtoul(strstr(body, "Content-Length: ") + 16, NULL, 10);
        }
    }
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", want - from);
    if (server_send(line, head) && server_send_bytes(line, body + from, want - from)) server_wait_closed(line);
out:
    free(body);
}

static void large_bodies_go_both_ways(void **state)
{
    (void)state;
    test_scene   on;
    const size_t size = 12u << 20;
    char        *data = malloc(size + 100);
    int          head = snprintf(data, 100, "POST / HTTP/1.1\r\nContent-Length: %zu\r\n\r\n", size);
    scene_begin_with(&on, echo_body, NULL, tls, (dynox__curl_config){.ca_file = ca_path});
    for (size_t i = 0; i < size; i++)
        data[(size_t)head + i] = (char)(dynox__random() >> 56);
    on.call.request.data = data;
    on.call.request.size = (size_t)head + size;
    assert_int_equal(scene_run(&on), DYNOX_OK);
    assert_int_equal(on.call.request.body.size, size);
    assert_memory_equal(on.call.request.body.data, data + head, size);
    scene_end(&on);
    free(data);
}

static void cut_the_answer(test_line *line)
{
    if (server_read(line)) server_send(line, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
    line->reset = line->number % 2 == 0;
}

static void a_cut_answer_is_an_error(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, cut_the_answer, NULL, tls, (dynox__curl_config){.ca_file = ca_path});
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scene_run(&on), DYNOX_E_TRANSPORT);
        assert_true(on.call.request.phase >= DYNOX__PHASE_WAITING);
        if (!strstr(on.call.request.message, i ? " was broken off in the" : " was closed by the server in the"))
            fail_msg("%s", on.call.request.message);
    }
    scene_end(&on);
}

static void say_too_much(test_line *line)
{
    if (!server_read(line)) return;
    server_send(line, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    server_wait_closed(line);
}

static void bytes_behind_an_answer_never_become_the_next_one(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, say_too_much, NULL, tls, (dynox__curl_config){.ca_file = ca_path});
    for (int i = 0; i < 4; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_false(on.call.request.reused);
        assert_body(&on.call, "{}");
    }
    scene_end(&on);
}

static void many_connections_are_made_at_once(void **state)
{
    (void)state;
    test_scene on;
    enum { COUNT = 100 };
    static test_call calls[COUNT];
    scene_begin_with(&on, answer_always, NULL, tls, (dynox__curl_config){.ca_file = ca_path});
    calls_start(on.transport, &on.origin, calls, COUNT);
    calls_wait(calls, COUNT, DYNOX_OK);
    for (int i = 0; i < COUNT; i++)
        assert_body(&calls[i], "secret");
    calls_free(calls, COUNT);
    scene_end(&on);
}

static void a_stalled_handshake_times_out_and_does_not_hold_up_shutdown(void **state)
{
    (void)state;
    static const int64_t limits_ms[] = {50, 600000};
    for (int i = 0; i < 2; i++) {
        test_scene on;
        scene_begin_with(&on, server_wait_closed, NULL, NULL,
                         (dynox__curl_config){.connect_timeout_ms = limits_ms[i], .ca_file = ca_path});
        on.origin.tls = true;
        call_start(on.transport, &on.call);
        if (i == 0) {
            assert_int_equal(call_wait(&on.call), DYNOX_E_CONNECT);
        } else {
            WAIT_FOR_STATS(on.transport, stats.connecting == 1);
            scene_shutdown(&on);
            assert_int_equal(call_wait(&on.call), DYNOX_E_SHUTDOWN);
        }
        scene_end(&on);
    }
}

static int make_authority(void **state)
{
    (void)state;
    tls = make_tls_server(ca_path);
    return 0;
}

static int remove_authority(void **state)
{
    (void)state;
    SSL_CTX_free(tls);
    unlink(ca_path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_authority_from_a_file_is_trusted),
        cmocka_unit_test(an_unknown_authority_is_refused),
        cmocka_unit_test(a_certificate_for_another_host_is_refused),
        cmocka_unit_test(a_server_without_tls_is_refused),
        cmocka_unit_test(old_versions_are_refused),
        cmocka_unit_test(verification_can_be_switched_off),
        cmocka_unit_test(a_wrong_ca_file_is_named_by_the_first_request),
        cmocka_unit_test(sessions_are_resumed),
        cmocka_unit_test(large_bodies_go_both_ways),
        cmocka_unit_test(a_cut_answer_is_an_error),
        cmocka_unit_test(bytes_behind_an_answer_never_become_the_next_one),
        cmocka_unit_test(many_connections_are_made_at_once),
        cmocka_unit_test(a_stalled_handshake_times_out_and_does_not_hold_up_shutdown),
    };
    return cmocka_run_group_tests(tests, make_authority, remove_authority);
}
