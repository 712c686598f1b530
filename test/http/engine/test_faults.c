/* What a peer can do to a connection, and what a request is then told: status, phase and whether the connection had
 * been used, because the retry rules go by these. */
#include "base/random.h"
#include "http/calls.h"

/* Sends the text that is the server's context, and closes. */
static void send_text(test_line *line)
{
    if (server_read(line)) server_send(line, line->server->context);
}

static void an_answer_that_ends_early_is_an_error(void **state)
{
    (void)state;
    static char whole[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
    for (size_t cut = 0; cut < sizeof whole - 1; cut += 5) {
        char text[sizeof whole];
        snprintf(text, sizeof text, "%.*s", (int)cut, whole);
        test_scene self;
        scene_begin_with(&self, send_text, text, NULL, (dynox__curl_config){0});
        assert_int_equal(scene_run(&self), DYNOX_E_TRANSPORT);
        assert_int_equal(self.call.request.phase, cut ? DYNOX__PHASE_READING : DYNOX__PHASE_WAITING);
        assert_false(self.call.request.reused);
        assert_int_equal(self.call.request.body.size, 0);
        assert_non_null(strstr(self.call.request.message, cut ? "middle of the answer" : "first byte"));
        scene_end(&self);
    }
}

static void garbage_is_an_error(void **state)
{
    (void)state;
    static char *texts[] = {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        test_scene self;
        scene_begin_with(&self, send_text, texts[i], NULL, (dynox__curl_config){0});
        assert_int_equal(scene_run(&self), DYNOX_E_TRANSPORT);
        assert_int_equal(self.call.request.phase, DYNOX__PHASE_READING);
        WAIT_FOR_STATS(self.transport, stats.connections == 0);
        scene_end(&self);
    }
}

static void an_answer_until_the_end_of_the_connection_is_fine(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, send_text, "HTTP/1.1 200 OK\r\n\r\nuntil here", NULL, (dynox__curl_config){0});
    assert_int_equal(scene_run(&self), DYNOX_OK);
    assert_body(&self.call, "until here");
    scene_end(&self);
}

static void interim_answers_and_chunks_are_fine(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, send_text,
                     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
                     NULL, (dynox__curl_config){0});
    assert_int_equal(scene_run(&self), DYNOX_OK);
    assert_body(&self.call, "hello world");
    scene_end(&self);
}

static void send_slowly(test_line *line)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    while (server_read(line))
        for (size_t i = 0; i < sizeof text - 1; i++) {
            if (!server_send_bytes(line, text + i, 1)) return;
            server_sleep(1);
        }
}

static void an_answer_byte_by_byte_is_fine(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, send_slowly, NULL, NULL, (dynox__curl_config){0});
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scene_run(&self), DYNOX_OK);
        assert_int_equal(self.call.request.reused, i);
        assert_body(&self.call, "hello");
    }
    scene_end(&self);
}

static void reset_after_the_request(test_line *line)
{
    line->reset = server_read(line);
}

static void a_reset_before_the_answer_is_told_as_such(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, reset_after_the_request, NULL, NULL, (dynox__curl_config){0});
    assert_int_equal(scene_run(&self), DYNOX_E_TRANSPORT);
    assert_int_equal(self.call.request.phase, DYNOX__PHASE_WAITING);
    assert_false(self.call.request.reused);
    assert_non_null(strstr(self.call.request.message, "reset"));
    scene_end(&self);
}

/* The first request of a connection is answered; the second is read and then: FIN on odd connections, RST on even. */
static void die_on_the_second(test_line *line)
{
    if (!server_read(line) || !server_answer(line, "first") || !server_read(line)) return;
    line->reset = line->number % 2 == 0;
}

static void a_used_connection_that_dies_before_the_first_byte_is_told_as_such(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, die_on_the_second, NULL, NULL, (dynox__curl_config){0});
    for (int i = 0; i < 2; i++) { /* one way of dying each; after a third loss it would not be given used ones */
        assert_int_equal(scene_run(&self), DYNOX_OK);
        assert_int_equal(scene_run(&self), DYNOX_E_TRANSPORT);
        assert_true(self.call.request.reused);
        assert_int_equal(self.call.request.phase, DYNOX__PHASE_WAITING);
    }
    assert_int_equal(atomic_load(&self.server->requests), 4); /* nothing was sent twice */
    scene_end(&self);
}

/* Answers once and closes at the same moment, so that the next request may meet a half-dead connection. */
static void answer_and_vanish(test_line *line)
{
    if (server_read(line)) server_answer(line, "x");
    line->reset = line->number % 2 == 0;
}

static void a_connection_that_closes_at_the_moment_of_use_never_hangs_a_request(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, answer_and_vanish, NULL, NULL, (dynox__curl_config){0});
    int fine = 0;
    for (int i = 0; i < 300; i++) {
        dynox_status status = scene_run(&self);
        if (status == DYNOX_OK)
            fine++;
        else /* only ever on a connection that had been used, or cut by RST in its answer */
            assert_true(status == DYNOX_E_TRANSPORT &&
                        (self.call.request.reused || self.call.request.phase >= DYNOX__PHASE_WAITING));
    }
    assert_true(fine > 0);
    scene_end(&self);
}

/* Answers after a few bytes of many, and reads no more until the test lets it. */
static void answer_early(test_line *line)
{
    pthread_mutex_t *until = line->server->context;
    char             some[4096];
    server_receive(line, some, sizeof some);
    server_send(line, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}");
    pthread_mutex_lock(until);
    pthread_mutex_unlock(until);
}

static void an_answer_that_comes_before_all_is_sent_counts(void **state)
{
    (void)state;
    pthread_mutex_t until = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&until);
    test_scene self;
    scene_begin_with(&self, answer_early, &until, NULL, (dynox__curl_config){0});
    const size_t size      = 64u << 20;
    char        *data      = calloc(1, size);
    int          head      = snprintf(data, 100, "POST / HTTP/1.1\r\nContent-Length: %zu\r\n\r\n", size);
    self.call.request.data = data;
    self.call.request.size = (size_t)head + size - 100;
    assert_int_equal(scene_run(&self), DYNOX_OK);
    assert_int_equal(self.call.request.head.status, 413);
    WAIT_FOR_STATS(self.transport, stats.connections == 0); /* half a request is on it */
    pthread_mutex_unlock(&until);
    scene_end(&self);
    free(data);
}

/* Reads slowly, and answers with a checksum of the body. */
static void sum_up(test_line *line)
{
    char     piece[65536], text[64];
    size_t   total = 0, body = 0, want = SIZE_MAX;
    unsigned sum = 0;
    while (body < want) {
        ssize_t count = server_receive(line, piece, total < 200000 ? 1000 : sizeof piece);
        if (count <= 0) return;
        ssize_t from = 0;
        if (want == SIZE_MAX) { /* the head comes in one piece */
            const char *end = strstr(piece, "\r\n\r\n");
            want            = strtoul(strstr(piece, "Content-Length: ") + 16, NULL, 10);
            from            = end + 4 - piece;
        }
        for (ssize_t i = from; i < count; i++)
            sum = sum * 31 + (unsigned char)piece[i];
        body += (size_t)(count - from);
        total += (size_t)count;
    }
    snprintf(text, sizeof text, "%u", sum);
    server_answer(line, text);
}

static void a_large_request_arrives_whole(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, sum_up, NULL, NULL, (dynox__curl_config){0});
    const size_t size = 32u << 20;
    char        *data = malloc(size + 100), text[16];
    unsigned     sum  = 0;
    int          head = snprintf(data, 100, "POST / HTTP/1.1\r\nContent-Length: %zu\r\n\r\n", size);
    for (size_t i = 0; i < size; i++) {
        data[(size_t)head + i] = (char)(dynox__random() >> 56);
        sum                    = sum * 31 + (unsigned char)data[(size_t)head + i];
    }
    self.call.request.data = data;
    self.call.request.size = (size_t)head + size;
    assert_int_equal(scene_run(&self), DYNOX_OK);
    snprintf(text, sizeof text, "%u", sum);
    assert_body(&self.call, text);
    scene_end(&self);
    free(data);
}

static void send_a_large_answer(test_line *line)
{
    const size_t size = 8u << 20;
    char        *body = malloc(size), head[80];
    for (size_t i = 0; i < size; i++)
        body[i] = (char)(i * 7);
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
    while (server_read(line) && server_send(line, head) && server_send_bytes(line, body, size)) {
    }
    free(body);
}

static void a_large_answer_arrives_whole(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, send_a_large_answer, NULL, NULL, (dynox__curl_config){0});
    for (int k = 0; k < 3; k++) {
        assert_int_equal(scene_run(&self), DYNOX_OK);
        assert_int_equal(self.call.request.body.size, 8u << 20);
        for (size_t i = 0; i < 8u << 20; i++)
            assert_true(self.call.request.body.data[i] == (char)(i * 7));
    }
    scene_end(&self);
}

static void an_answer_above_the_limit_is_refused(void **state)
{
    (void)state;
    test_scene self;
    scene_begin_with(&self, send_a_large_answer, NULL, NULL, (dynox__curl_config){.max_response = 1000000});
    assert_int_equal(scene_run(&self), DYNOX_E_TRANSPORT);
    assert_non_null(strstr(self.call.request.message, "limit"));
    scene_end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_ends_early_is_an_error),
        cmocka_unit_test(garbage_is_an_error),
        cmocka_unit_test(an_answer_until_the_end_of_the_connection_is_fine),
        cmocka_unit_test(interim_answers_and_chunks_are_fine),
        cmocka_unit_test(an_answer_byte_by_byte_is_fine),
        cmocka_unit_test(a_reset_before_the_answer_is_told_as_such),
        cmocka_unit_test(a_used_connection_that_dies_before_the_first_byte_is_told_as_such),
        cmocka_unit_test(a_connection_that_closes_at_the_moment_of_use_never_hangs_a_request),
        cmocka_unit_test(an_answer_that_comes_before_all_is_sent_counts),
        cmocka_unit_test(a_large_request_arrives_whole),
        cmocka_unit_test(a_large_answer_arrives_whole),
        cmocka_unit_test(an_answer_above_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
