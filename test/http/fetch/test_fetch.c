/* The blocking lane: what goes out, what comes back, and what every failure is called. */
#include "http/fetch/fetch.h"
#include "http/server.h"
#include "support.h"

enum { REQUEST = 16384 };

static char            last_request[REQUEST]; /* head and body, of the last one */
static pthread_mutex_t last_lock = PTHREAD_MUTEX_INITIALIZER;

/* What comes back, of one test. */
static dynox__fetch_response response;
static dynox_error           error;

static int begin(void **state)
{
    (void)state;
    error = (dynox_error){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    dynox__fetch_response_free(&response);
    return 0;
}

static dynox_status fetch(dynox__fetch_request request)
{
    return dynox__fetch(&request, &response, &error);
}

static void remember(test_line *line)
{
    pthread_mutex_lock(&last_lock);
    snprintf(last_request, sizeof last_request, "%s", line->request);
    pthread_mutex_unlock(&last_lock);
}

/* Answers with what the test has put into the context. */
static void say_context(test_line *line)
{
    if (!server_read(line)) return;
    remember(line);
    server_send(line, line->server->context);
}

static const char *url_of(const test_server *server, const char *path)
{
    static char url[300];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", server->port, path);
    return url;
}

/* One request to a server that says `answer`. */
static dynox_status fetch_answer(const char *answer, dynox__fetch_request request)
{
    test_server *server = server_start(say_context, (void *)(uintptr_t)answer, NULL);
    char         path[200];
    snprintf(path, sizeof path, "%s", request.url ? request.url : "/");
    request.url         = url_of(server, path);
    dynox_status status = fetch(request);
    assert_int_equal(server_connections(server), status == DYNOX_E_ARGUMENT ? 0 : 1);
    server_stop(server);
    return status;
}

static void assert_answer(const char *answer, dynox__fetch_request request, const char *expected_request)
{
    if (fetch_answer(answer, request) != DYNOX_OK) fail_msg("%s", error.message);
    char *ours = strstr(last_request, "Host: "), *end = ours ? strstr(ours, "\r\n") : NULL;
    assert_non_null(end);
    memmove(ours, end + 2, strlen(end + 2) + 1); /* it holds the port */
    assert_string_equal(last_request, expected_request);
}

static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

static void nothing_is_sent_that_was_not_asked_for(void **state)
{
    (void)state;
    assert_answer(ok, (dynox__fetch_request){.url = "/a/../b?c=d%20e"}, "GET /a/../b?c=d%20e HTTP/1.1\r\n\r\n");
    assert_answer(ok, (dynox__fetch_request){.method = "PUT"}, "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    assert_answer(ok, (dynox__fetch_request){.method = "POST", .body = "a=b", .body_size = 3},
                  "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b");
}

static void headers_are_sent_as_they_are(void **state)
{
    (void)state;
    const dynox__fetch_header headers[] = {{"Accept", "application/json"},
                                           {"Authorization", "token : ; \"x\" "},
                                           {"x-empty", ""},
                                           {"Content-Type", "text/plain"}};
    assert_answer(
        ok,
        (dynox__fetch_request){.method = "PUT", .headers = headers, .header_count = 4, .body = "body", .body_size = 4},
        "PUT / HTTP/1.1\r\nAccept: application/json\r\nAuthorization: token : ; \"x\" \r\nx-empty:\r\n"
        "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody");
}

static void a_large_body_is_sent_without_waiting(void **state)
{
    (void)state;
    static char body[3 << 20];
    assert_int_equal(fetch_answer(ok, (dynox__fetch_request){.method = "POST", .body = body, .body_size = sizeof body}),
                     DYNOX_OK);
    assert_null(strstr(last_request, "Expect"));
}

static void answers_have_a_status_wanted_headers_and_a_padded_body(void **state)
{
    (void)state;
    static const char    zeros[64];
    dynox__fetch_request request = {.wanted = {"x-token-ttl", "date", "x-none", NULL}};
    const char           answer[] =
        "HTTP/1.1 100 Continue\r\nX-Token-TTL: wrong\r\nx-none: interim\r\n\r\n"
        "HTTP/1.1 404 Not Found\r\nX-TOKEN-TTL:  21600 \t\r\nDate: today\r\nX-Token-TTL2: no\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Token-TTL: 9\r\nX-None: trailer\r\n\r\n";
    for (int i = 0; i < 2; i++) { /* the same response struct serves again */
        assert_int_equal(fetch_answer(answer, request), DYNOX_OK);
        assert_int_equal(response.status, 404);
        assert_string_equal(response.wanted[0], "21600");
        assert_string_equal(response.wanted[1], "today");
        assert_string_equal(response.wanted[2], "");
        assert_int_equal(response.body.size, 5);
        assert_memory_equal(response.body.data, "abcde", 5);
        assert_memory_equal(response.body.data + 5, zeros, 64);
    }
}

static void an_empty_answer_is_padded_too(void **state)
{
    (void)state;
    static const char zeros[64];
    assert_int_equal(fetch_answer("HTTP/1.1 204 No Content\r\n\r\n", (dynox__fetch_request){0}), DYNOX_OK);
    assert_int_equal(response.body.size, 0);
    assert_memory_equal(response.body.data, zeros, 64);
}

static void redirects_are_answers(void **state)
{
    (void)state;
    dynox__fetch_request request = {.wanted = {"Location"}};
    assert_int_equal(fetch_answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", request),
                     DYNOX_OK);
    assert_int_equal(response.status, 302);
    assert_string_equal(response.wanted[0], "/elsewhere");
}

static void an_answer_that_is_not_whole_is_an_error(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "<html>not HTTP at all</html>\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        dynox_status status = fetch_answer(answers[i], (dynox__fetch_request){0});
        if (status != DYNOX_E_TRANSPORT) fail_msg("\"%s\" is %s", answers[i], dynox_status_name(status));
        assert_non_null(strstr(error.message, "127.0.0.1:"));
        assert_null(response.body.data);
    }
}

static void large_answers_are_cut_off(void **state)
{
    (void)state;
    char head[70000];
    memset(head, 'x', sizeof head);
    memcpy(head, "HTTP/1.1 200 OK\r\nA: ", 20);
    for (size_t i = 1000; i < sizeof head - 20; i += 1000)
        memcpy(head + i, "\r\nA: ", 5);
    memcpy(head + sizeof head - 5, "\r\n\r\n", 5);
    const char *const answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                                   head};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fetch_answer(answers[i], (dynox__fetch_request){.max_body = 4}), DYNOX_E_TRANSPORT);
        assert_non_null(strstr(error.message, "larger"));
        dynox__fetch_response_free(&response);
    }
    assert_int_equal(fetch_answer(answers[0], (dynox__fetch_request){.max_body = 5}), DYNOX_OK);
}

static void what_cannot_be_sent_is_an_error_of_the_caller(void **state)
{
    (void)state;
    const dynox__fetch_header  broken[] = {{"A", "hush\r\nB: c"}, {"A: b", "hush"}, {"", "hush"}, {"A", "hush\n"}};
    const dynox__fetch_request cases[]  = {
         {.url = NULL},
         {.url = "ftp://127.0.0.1/"},
         {.url = "file:///etc/hostname"},
         {.url = "not a url"},
         {.url = ""},
         {.url = "http://user:hush@127.0.0.1/"},
         {.url = "http://127.0.0.1/", .method = "DELETE"},
         {.url = "http://127.0.0.1/", .headers = &broken[0], .header_count = 1},
         {.url = "http://127.0.0.1/", .headers = &broken[1], .header_count = 1},
         {.url = "http://127.0.0.1/", .headers = &broken[2], .header_count = 1},
         {.url = "http://127.0.0.1/", .headers = &broken[3], .header_count = 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (fetch(cases[i]) != DYNOX_E_ARGUMENT) fail_msg("case %zu is taken", i);
        assert_null(strstr(error.message, "hush"));
    }
}

static void a_closed_port_is_an_error_of_connecting(void **state)
{
    (void)state;
    unsigned port;
    char     url[64];
    int      listener = server_listen(&port);
    close(listener);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    assert_int_equal(fetch((dynox__fetch_request){.url = url}), DYNOX_E_CONNECT);
    assert_true(strlen(error.message) > 20);
}

static void stay_silent(test_line *line)
{
    server_wait_closed(line);
}

static void send_half(test_line *line)
{
    if (server_read(line)) server_send(line, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    server_wait_closed(line);
}

static void a_server_that_stalls_runs_out_of_time(void **state)
{
    (void)state;
    void (*const scripts[])(test_line *) = {stay_silent, send_half};
    for (int i = 0; i < 2; i++) {
        test_server *server = server_start(scripts[i], NULL, NULL);
        assert_int_equal(fetch((dynox__fetch_request){.url = url_of(server, "/"), .timeout_ms = 100}), DYNOX_E_TIMEOUT);
        assert_null(response.body.data);
        server_stop(server);
    }
}

static void a_stalled_handshake_is_an_error_of_connecting(void **state)
{
    (void)state;
    char         url[64];
    test_server *server = server_start(stay_silent, NULL, NULL);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", server->port);
    assert_int_equal(fetch((dynox__fetch_request){.url = url, .connect_timeout_ms = 100, .timeout_ms = 600000}),
                     DYNOX_E_CONNECT);
    server_stop(server);
}

static void *stop_soon(void *stop)
{
    server_sleep(50);
    dynox__stop_now(stop);
    return NULL;
}

static void a_request_can_be_stopped(void **state)
{
    (void)state;
    dynox__stop  stop;
    pthread_t    stopper;
    test_server *server = server_start(stay_silent, NULL, NULL);
    dynox__stop_init(&stop);
    pthread_create(&stopper, NULL, stop_soon, &stop);
    assert_int_equal(fetch((dynox__fetch_request){.url = url_of(server, "/"), .timeout_ms = 600000, .stop = &stop}),
                     DYNOX_E_SHUTDOWN);
    pthread_join(stopper, NULL);
    dynox__stop_destroy(&stop);
    server_stop(server);
}

/* ---- secrets ---- */

static const char  secret[] = "hush-hush-hush-hush-hush";
static _Atomic int leaks;

typedef union block {
    size_t      size;
    max_align_t aligned;
} block;

static void look_for_secret(const char *memory, size_t size)
{
    for (size_t i = 0; i + sizeof secret - 1 <= size; i++)
        if (memcmp(memory + i, secret, sizeof secret - 1) == 0) atomic_fetch_add(&leaks, 1);
}

static void *watched_malloc(size_t size)
{
    block *memory = calloc(1, sizeof *memory + size);
    if (!memory) return NULL;
    memory->size = size;
    return memory + 1;
}

static void watched_free(void *memory)
{
    block *start = memory ? (block *)memory - 1 : NULL;
    if (start) look_for_secret(memory, start->size);
    free(start);
}

static void *watched_realloc(void *old, size_t size)
{
    size_t have  = old ? ((block *)old - 1)->size : 0;
    void  *moved = watched_malloc(size);
    if (moved && old) memcpy(moved, old, have < size ? have : size);
    if (moved) watched_free(old);
    return moved;
}

static void memory_that_held_secrets_is_wiped(void **state)
{
    (void)state;
    const dynox__fetch_header headers[] = {{"Authorization", secret}};
    char                      answer[4096];
    int                       begin =
        snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nx: %s\r\nTransfer-Encoding: chunked\r\n\r\n", secret);
    for (int i = 0; i < 20; i++) /* grows */
        begin += snprintf(answer + begin, sizeof answer - (size_t)begin, "%zx\r\n%s\r\n", sizeof secret - 1, secret);
    snprintf(answer + begin, sizeof answer - (size_t)begin, "0\r\n\r\n");
    dynox_set_allocator(watched_malloc, watched_realloc, watched_free);
    for (int i = 0; i < 2; i++) {
        dynox__fetch_request request = {.headers = headers, .header_count = 1, .wanted = {"x"}, .max_body = i ? 60 : 0};
        assert_int_equal(fetch_answer(answer, request), i ? DYNOX_E_TRANSPORT : DYNOX_OK);
        assert_int_equal(response.body.size, i ? 0 : 20 * (sizeof secret - 1));
    }
    dynox__fetch_response_free(&response);
    dynox_set_allocator(NULL, NULL, NULL);
    assert_int_equal(atomic_load(&leaks), 0);
    look_for_secret((const char *)&response, sizeof response);
    look_for_secret((const char *)&error, sizeof error);
    assert_int_equal(atomic_load(&leaks), 0);
    look_for_secret(secret, sizeof secret); /* it would have been found */
    assert_int_equal(atomic_load(&leaks), 1);
}

static void fetch_something(void *server)
{
    const dynox__fetch_header headers[] = {{"Authorization", secret}};
    dynox__fetch_response     answer    = {0};
    dynox_error               why       = {0};
    dynox_status              status    = dynox__fetch(
                        &(dynox__fetch_request){.url = url_of(server, "/"), .headers = headers, .header_count = 1}, &answer, &why);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    assert_int_equal(why.status, status);
    dynox__fetch_response_free(&answer);
}

static void running_out_of_memory_is_reported(void **state)
{
    (void)state;
    test_server *server = server_start(say_context, (void *)(uintptr_t)ok, NULL);
    test_every_allocation_failing(fetch_something, server);
    server_stop(server);
}

static void *fetch_often(void *server)
{
    for (int i = 0; i < 20; i++) {
        char                  url[64];
        dynox__fetch_response answer = {0};
        snprintf(url, sizeof url, "http://127.0.0.1:%u/", ((test_server *)server)->port);
        assert_int_equal(dynox__fetch(&(dynox__fetch_request){.url = url}, &answer, NULL), DYNOX_OK);
        dynox__fetch_response_free(&answer);
    }
    return NULL;
}

static void many_threads_may_fetch(void **state)
{
    (void)state;
    pthread_t    threads[4];
    test_server *server = server_start(say_context, (void *)(uintptr_t)ok, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fetch_often, server), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&server->requests), 80);
    server_stop(server);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_sent_that_was_not_asked_for),
        TEST(headers_are_sent_as_they_are),
        TEST(a_large_body_is_sent_without_waiting),
        TEST(answers_have_a_status_wanted_headers_and_a_padded_body),
        TEST(an_empty_answer_is_padded_too),
        TEST(redirects_are_answers),
        TEST(an_answer_that_is_not_whole_is_an_error),
        TEST(large_answers_are_cut_off),
        TEST(what_cannot_be_sent_is_an_error_of_the_caller),
        TEST(a_closed_port_is_an_error_of_connecting),
        TEST(a_server_that_stalls_runs_out_of_time),
        TEST(a_stalled_handshake_is_an_error_of_connecting),
        TEST(a_request_can_be_stopped),
        TEST(memory_that_held_secrets_is_wiped),
        TEST(running_out_of_memory_is_reported),
        TEST(many_threads_may_fetch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
