/* A proxy: asked for a tunnel, then spoken through; its refusal is an error of connecting. */
#include "http/calls.h"

/* Plays the proxy and, behind the tunnel, the service. */
static void answer_through_a_tunnel(test_line *line)
{
    char expected[64];
    snprintf(expected, sizeof expected, "CONNECT %s HTTP/1.1\r\n", (const char *)line->server->context);
    if (!server_read(line) || strncmp(line->request, expected, strlen(expected)) != 0) return;
    if (!server_send(line, "HTTP/1.1 200 Connection established\r\n\r\n")) return;
    while (server_read(line) && strncmp(line->request, "POST / HTTP/1.1\r\n", 17) == 0 &&
           server_answer(line, "tunnel")) {
    }
}

/* `server` is the proxy. */
static void begin_behind(test_scene *on, const test_server *server)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    scene_begin_at(on, (dynox__origin){.host = "service.invalid", .port = 8000}, (dynox__curl_config){.proxy = url});
}

static void requests_go_through_the_tunnel_of_a_proxy(void **state)
{
    (void)state;
    test_scene   on;
    test_server *server = server_start(answer_through_a_tunnel, "service.invalid:8000", NULL);
    begin_behind(&on, server);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scene_run(&on), DYNOX_OK);
        assert_int_equal(on.call.request.reused, i > 0);
        assert_body(&on.call, "tunnel");
    }
    scene_end(&on);
    server_stop(server);
}

static void refuse_the_tunnel(test_line *line)
{
    if (server_read(line)) server_send(line, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
}

static void a_proxy_that_refuses_is_an_error_of_connecting(void **state)
{
    (void)state;
    test_scene   on;
    test_server *server = server_start(refuse_the_tunnel, NULL, NULL);
    begin_behind(&on, server);
    assert_int_equal(scene_run(&on), DYNOX_E_CONNECT);
    assert_int_equal(on.call.request.phase, DYNOX__PHASE_QUEUED);
    assert_non_null(strstr(on.call.request.message, "403"));
    scene_end(&on);
    server_stop(server);
}

static void the_environment_does_not_choose_a_proxy(void **state)
{
    (void)state;
    test_scene on;
    char       url[64];
    scene_begin(&on, refuse_the_tunnel);
    snprintf(url, sizeof url, "http://127.0.0.1:1");
    setenv("http_proxy", url, 1);
    setenv("ALL_PROXY", url, 1);
    assert_int_equal(scene_run(&on), DYNOX_OK);
    assert_int_equal(on.call.request.head.status, 403);
    scene_end(&on);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_go_through_the_tunnel_of_a_proxy),
        cmocka_unit_test(a_proxy_that_refuses_is_an_error_of_connecting),
        cmocka_unit_test(the_environment_does_not_choose_a_proxy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
