/* What the server answers to whole requests: headers as the service sends them, health, CORS, faults of the answer. */
#include "served.h"

static heard said;

static int plain(void **state)
{
    (void)state;
    SERVE(.threads = 1);
    return 0;
}

static void a_call_reaches_the_engine_and_its_answer_the_client(void **state)
{
    (void)state;
    ask_once(GET_ITEM "Content-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 200);
    assert_string_equal(said.body, "DynamoDB_20120810.GetItem|{}");
    assert_string_equal(heard_header(&said, "Content-Type"), "application/x-amz-json-1.0");
    assert_string_equal(heard_header(&said, "x-amzn-RequestId"),
                        "4TQ0S7JPGJ4E5RRLN0OFKCGD0VVV4KQNSO5AEMVJF66Q9ASUAAJG");
    assert_int_equal(strtoul(heard_header(&said, "x-amz-crc32"), NULL, 10), dynox__crc32(said.body, said.body_size));
    assert_string_equal(heard_header(&said, "Date"), "Tue, 31 Mar 2026 14:44:05 GMT");
    assert_null(heard_header(&said, "x-amzn-errortype"));
    assert_null(heard_header(&said, "Access-Control-Allow-Origin"));
}

static void an_error_has_its_type_in_a_header(void **state)
{
    (void)state;
    engine.error_type = "ValidationException";
    ask_once(GET_ITEM "Content-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 400);
    assert_string_equal(heard_header(&said, "x-amzn-errortype"), "ValidationException");
}

static void health_is_text(void **state)
{
    (void)state;
    ask_once("GET /health HTTP/1.1\r\n" HOST "\r\n", &said);
    assert_int_equal(said.status, 200);
    assert_string_equal(said.body, "healthy: dynamodb.us-east-1.amazonaws.com ");
    ask_once("GET / HTTP/1.1\r\n" HOST "\r\n", &said);
    assert_string_equal(said.body, "healthy: dynamodb.us-east-1.amazonaws.com ");
}

static void a_head_has_no_body(void **state)
{
    (void)state;
    int fd = call_up();
    say(fd, "HEAD /health HTTP/1.1\r\n" HOST "\r\n");
    char    bytes[2048] = "";
    ssize_t count       = recv(fd, bytes, sizeof bytes - 1, 0);
    assert_true(count > 4);
    assert_memory_equal(bytes + count - 4, "\r\n\r\n", 4);
    assert_non_null(strstr(bytes, "Content-Length: 42\r\n"));
    close(fd);
}

static void what_is_no_request_of_dynamodb_is_not_found(void **state)
{
    (void)state;
    static const char *const requests[] = {"PUT / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
                                           "get /health HTTP/1.1\r\n" HOST "\r\n",
                                           "POST /other HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
                                           "OPTIONS / HTTP/1.1\r\n" HOST "\r\n",
                                           "POST /_dynox/clock HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
                                           "POST / HTTP/1.1\r\n" HOST
                                           "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        ask_once(requests[i], &said);
        assert_int_equal(said.status, 404);
        assert_string_equal(said.body, "<UnknownOperationException/>\n");
    }
    assert_int_equal(engine.answered, 0);
}

static void an_answer_is_of_the_type_of_the_request(void **state)
{
    (void)state;
    ask_once("POST / HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nX-Amz-Target: "
             "DynamoDB_20120810.GetItem\r\nContent-Length: 2\r\n\r\n{}",
             &said);
    assert_string_equal(heard_header(&said, "Content-Type"), "application/json");
}

/* ---- other sites ---- */

static void a_page_of_this_machine_may_ask(void **state)
{
    (void)state;
    ask_once("OPTIONS / HTTP/1.1\r\n" HOST "Origin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\n"
             "Access-Control-Request-Headers: x-amz-target,authorization\r\n\r\n",
             &said);
    assert_int_equal(said.status, 200);
    assert_int_equal(said.body_size, 0);
    assert_string_equal(heard_header(&said, "Access-Control-Allow-Origin"), "http://localhost:3000");
    assert_string_equal(heard_header(&said, "Access-Control-Allow-Headers"), "x-amz-target,authorization");
    assert_string_equal(heard_header(&said, "Access-Control-Allow-Methods"), "POST");
    ask_once(GET_ITEM "Origin: http://127.0.0.1:3000\r\nContent-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 200);
    assert_string_equal(heard_header(&said, "Access-Control-Allow-Origin"), "http://127.0.0.1:3000");
}

static void a_page_of_another_site_may_not(void **state)
{
    (void)state;
    static const char *const origins[] = {"https://example.org",
                                          "http://localhost.example.org",
                                          "null",
                                          "http://127.0.0.1.example.org",
                                          "http://notlocalhost",
                                          "http://10.0.0.1",
                                          "localhost",
                                          "http://[::2]"};
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        char request[512];
        snprintf(request, sizeof request, GET_ITEM "Origin: %s\r\nContent-Length: 2\r\n\r\n{}", origins[i]);
        ask_once(request, &said);
        assert_int_equal(said.status, 403);
        assert_null(heard_header(&said, "Access-Control-Allow-Origin"));
    }
    assert_int_equal(engine.answered, 0);
}

static int open_to_all(void **state)
{
    (void)state;
    static const char *const all[] = {"*"}, *const names[] = {"dynamodb-local"};
    SERVE(.origins = all, .origin_count = 1, .hosts = names, .host_count = 1);
    return 0;
}

static void unless_it_was_allowed(void **state)
{
    (void)state;
    ask_once(GET_ITEM "Origin: https://example.org\r\nContent-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 200);
    assert_string_equal(heard_header(&said, "Access-Control-Allow-Origin"), "*");
    ask_once("GET /health HTTP/1.1\r\nHost: dynamodb-local:8000\r\n\r\n", &said);
    assert_int_equal(said.status, 200);
}

static void a_host_that_is_not_local_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"example.org",      "example.org:8000", "localhost.example.org",
                                          "127.0.0.1.nip.io", "dynamodb-local",   ":8000"};
    static const char *const taken[]   = {"localhost",   "LocalHost:1",      "127.0.0.1:8000",  "[::1]:8000",
                                          "192.168.0.7", "a.localhost:8000", "localhost.:8000", ""};
    char                     request[256];
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        snprintf(request, sizeof request, "GET /health HTTP/1.1\r\nHost: %s\r\n\r\n", refused[i]);
        ask_once(request, &said);
        assert_int_equal(said.status, 403);
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        snprintf(request, sizeof request, "GET /health HTTP/1.1\r\nHost: %s\r\n\r\n", taken[i]);
        ask_once(request, &said);
        assert_int_equal(said.status, 200);
    }
}

/* ---- faults ---- */

static void a_lost_answer_ends_the_connection(void **state)
{
    (void)state;
    engine.is_lost = true;
    ask_once(GET_ITEM "Content-Length: 2\r\n\r\n{}", &said);
    assert_true(said.ended);
    assert_int_equal(said.size, 0);
    assert_int_equal(engine.answered, 1);
}

static void a_cut_answer_ends_in_the_middle(void **state)
{
    (void)state;
    engine.body      = "0123456789";
    engine.cut_after = 4;
    ask_once(GET_ITEM "Content-Length: 2\r\n\r\n{}", &said);
    assert_true(said.ended);
    assert_int_equal(said.status, 200);
    assert_string_equal(heard_header(&said, "Content-Length"), "10");
    assert_int_equal(said.body_size, 4);
    assert_memory_equal(said.body, "0123", 4);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void an_answer_that_is_held_back_holds_up_nobody_else(void **state)
{
    (void)state;
    int slow = call_up(), quick = call_up();
    engine.delay_ms = 300;
    int64_t begun   = now_ms();
    say(slow, GET_ITEM "Content-Length: 2\r\n\r\n{}" GET_ITEM "Content-Length: 2\r\n\r\n[]");
    while (!atomic_load(&engine.answered))
        pause_ms(1);
    engine.delay_ms = 0;
    ask(quick, GET_ITEM "Content-Length: 4\r\n\r\n{  }", &said);
    assert_int_equal(said.status, 200);
    assert_int_equal(engine.answered, 2);
    hear(slow, &said);
    assert_string_equal(said.body, "DynamoDB_20120810.GetItem|{}");
    assert_true(now_ms() - begun >= 299);
    hear(slow, &said);
    assert_string_equal(said.body, "DynamoDB_20120810.GetItem|[]");
    close(slow);
    close(quick);
}

static void delays_end_in_their_order(void **state)
{
    (void)state;
    enum { MANY = 40 };
    int           lines[MANY];
    struct pollfd watched[MANY];
    uint32_t      before = 0;
    for (int i = 0; i < MANY; i++) {
        lines[i]        = call_up();
        engine.delay_ms = 100 + (uint32_t)(i * 7919 % MANY) * 20;
        engine.body     = "x";
        say(lines[i], GET_ITEM "Content-Length: 2\r\n\r\n{}");
        while (atomic_load(&engine.answered) != i + 1)
            pause_ms(1);
        watched[i] = (struct pollfd){.fd = lines[i], .events = POLLIN};
    }
    for (int left = MANY; left;) {
        assert_true(poll(watched, MANY, 20000) > 0);
        for (int i = 0; i < MANY; i++) {
            if (!watched[i].revents) continue;
            hear(lines[i], &said);
            assert_int_equal(said.status, 200);
            uint32_t delay = 100 + (uint32_t)(i * 7919 % MANY) * 20;
            assert_true(delay + 400 > before); /* roughly: other programs run here, too */
            before        = delay > before ? delay : before;
            watched[i].fd = -1;
            left--;
        }
    }
    for (int i = 0; i < MANY; i++)
        close(lines[i]);
}

static void a_client_that_gives_up_during_a_delay_is_forgotten(void **state)
{
    (void)state;
    struct linger now = {.l_onoff = 1};
    int           fd  = call_up();
    engine.delay_ms   = 100;
    say(fd, GET_ITEM "Content-Length: 2\r\n\r\n{}");
    while (!atomic_load(&engine.answered))
        pause_ms(1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
    pause_ms(150);
    engine.delay_ms = 0;
    ask_once(GET_ITEM "Content-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plain, serve_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_reaches_the_engine_and_its_answer_the_client),
        TEST(an_error_has_its_type_in_a_header),
        TEST(health_is_text),
        TEST(a_head_has_no_body),
        TEST(what_is_no_request_of_dynamodb_is_not_found),
        TEST(an_answer_is_of_the_type_of_the_request),
        TEST(a_page_of_this_machine_may_ask),
        TEST(a_page_of_another_site_may_not),
        cmocka_unit_test_setup_teardown(unless_it_was_allowed, open_to_all, serve_end),
        TEST(a_host_that_is_not_local_is_refused),
        TEST(a_lost_answer_ends_the_connection),
        TEST(a_cut_answer_ends_in_the_middle),
        TEST(an_answer_that_is_held_back_holds_up_nobody_else),
        TEST(delays_end_in_their_order),
        TEST(a_client_that_gives_up_during_a_delay_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
