/* Connections: many requests on one, bytes one at a time, clients that are slow or gone, many at once, and the end. */
#include "base/clock.h"
#include "served.h"
#include <sys/resource.h>
#include <zlib.h>

static heard said;

static int plain(void **state)
{
    (void)state;
    SERVE(.threads = 1);
    return 0;
}

static int impatient(void **state)
{
    (void)state;
    SERVE(.idle_ms = 300, .request_ms = 300, .answer_ms = 300);
    return 0;
}

static int small(void **state)
{
    (void)state;
    SERVE(.connections = 3, .memory = 1024 * 1024);
    return 0;
}

static int several_threads(void **state)
{
    (void)state;
    SERVE(.threads = 4);
    return 0;
}

static int patient(void **state)
{
    (void)state;
    SERVE(.drain_ms = 20000);
    return 0;
}

static int hurried(void **state)
{
    (void)state;
    SERVE(.drain_ms = 200);
    return 0;
}

#define EMPTY "Content-Length: 2\r\n\r\n{}"

static void a_connection_serves_many_requests(void **state)
{
    (void)state;
    int fd = call_up();
    for (int i = 0; i < 100; i++) {
        ask(fd, GET_ITEM EMPTY, &said);
        assert_int_equal(said.status, 200);
        assert_string_equal(said.body, "DynamoDB_20120810.GetItem|{}");
    }
    close(fd);
}

static void requests_that_come_together_are_answered_in_order(void **state)
{
    (void)state;
    enum { MANY = 500 };
    int           fd  = call_up();
    dynox__buffer all = {0};
    char          want[64];
    for (int i = 0; i < MANY; i++)
        dynox__buffer_format(&all, GET_ITEM "Content-Length: 6\r\n\r\n[%04d]", i);
    say_bytes(fd, all.data, all.size);
    for (int i = 0; i < MANY; i++) {
        hear(fd, &said);
        snprintf(want, sizeof want, "DynamoDB_20120810.GetItem|[%04d]", i);
        assert_string_equal(said.body, want);
    }
    dynox__buffer_free(&all);
    close(fd);
}

static void bytes_may_come_one_at_a_time(void **state)
{
    (void)state;
    static const char  request[] =
        GET_ITEM EMPTY GET_ITEM "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
    int                fd = call_up();
    for (size_t i = 0; i < sizeof request - 1; i++) {
        say_bytes(fd, request + i, 1);
        if (i % 16 == 0) pause_ms(1);
    }
    for (int i = 0; i < 2; i++) {
        hear(fd, &said);
        assert_string_equal(said.body, "DynamoDB_20120810.GetItem|{}");
    }
    close(fd);
}

static void old_http_ends_after_one_unless_it_says_otherwise(void **state)
{
    (void)state;
    int fd = call_up();
    ask(fd, "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &said);
    assert_int_equal(said.status, 200);
    assert_string_equal(heard_header(&said, "Connection"), "keep-alive");
    ask(fd, "GET /health HTTP/1.0\r\n\r\n", &said);
    assert_string_equal(heard_header(&said, "Connection"), "close");
    assert_ends(fd);
}

static void a_client_may_say_that_it_is_the_last_one(void **state)
{
    (void)state;
    int fd = call_up();
    ask(fd, GET_ITEM "Connection: close\r\n" EMPTY GET_ITEM EMPTY, &said);
    assert_string_equal(heard_header(&said, "Connection"), "close");
    assert_ends(fd);
    assert_int_equal(engine.answered, 1);
}

static void what_is_no_request_is_told_and_ends(void **state)
{
    (void)state;
    int fd = call_up();
    ask(fd, "GET / HTTP/1.1\nHost: localhost\n\n", &said);
    assert_int_equal(said.status, 400);
    assert_string_equal(heard_header(&said, "Connection"), "close");
    assert_ends(fd);
    ask_once("\x16\x03\x01\x02\x00", &said);
    assert_int_equal(said.status, 400);
}

static void a_body_that_is_too_large_is_refused_before_it_comes(void **state)
{
    (void)state;
    static char piece[1 << 16];
    int         fd = call_up();
    say(fd, GET_ITEM "Content-Length: 16777217\r\n\r\n");
    for (int i = 0; i < 64; i++) /* what is on its way does not undo the answer */
        say_bytes(fd, piece, sizeof piece);
    hear(fd, &said);
    assert_int_equal(said.status, 413);
    assert_int_equal(said.body_size, 0);
    close(fd);
}

static void a_large_body_comes_in_whole(void **state)
{
    (void)state;
    enum { SIZE = 16 * 1024 * 1024 };
    char *body  = malloc(SIZE);
    int   fd    = call_up();
    engine.body = "ok";
    assert_non_null(body);
    memset(body, ' ', SIZE);
    for (int i = 0; i < 2; i++) {
        say(fd, GET_ITEM "Content-Length: 16777216\r\n\r\n");
        say_bytes(fd, body, SIZE);
        hear(fd, &said);
        assert_string_equal(said.body, "ok");
    }
    free(body);
    close(fd);
}

static void a_client_that_waits_is_told_to_go_on(void **state)
{
    (void)state;
    int fd = call_up();
    ask(fd, GET_ITEM "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", &said);
    assert_int_equal(said.status, 100);
    ask(fd, "{}", &said);
    assert_int_equal(said.status, 200);
    close(fd);
}

/* ---- gzip ---- */

static size_t gzipped(char *to, size_t room, const char *text, size_t size)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in   = (Bytef *)(uintptr_t)text;
    stream.avail_in  = (unsigned)size;
    stream.next_out  = (Bytef *)to;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

static void say_gzipped(int fd, const char *bytes, size_t size)
{
    char head[512];
    snprintf(head, sizeof head, GET_ITEM "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", size);
    say(fd, head);
    say_bytes(fd, bytes, size);
}

static void a_body_may_be_gzipped(void **state)
{
    (void)state;
    char   packed[256];
    int    fd   = call_up();
    size_t size = gzipped(packed, sizeof packed, "{\"a\":1}", 7);
    for (int i = 0; i < 3; i++) {
        say_gzipped(fd, packed, size);
        hear(fd, &said);
        assert_string_equal(said.body, "DynamoDB_20120810.GetItem|{\"a\":1}");
    }
    say_gzipped(fd, packed, size - 1);
    hear(fd, &said);
    assert_int_equal(said.status, 400);
    packed[size] = 'x';
    say_gzipped(fd, packed, size + 1);
    hear(fd, &said);
    assert_int_equal(said.status, 400);
    say_gzipped(fd, "{}", 2);
    hear(fd, &said);
    assert_int_equal(said.status, 400);
    ask(fd, GET_ITEM "Content-Encoding: br\r\n" EMPTY, &said);
    assert_int_equal(said.status, 415);
    ask(fd, GET_ITEM EMPTY, &said);
    assert_int_equal(said.status, 200);
    close(fd);
}

static void a_bomb_does_not_go_off(void **state)
{
    (void)state;
    enum { SIZE = 64 * 1024 * 1024 };
    char  *zeros = calloc(1, SIZE), *packed = malloc(1 << 20);
    int    fd   = call_up();
    size_t size = gzipped(packed, 1 << 20, zeros, SIZE);
    say_gzipped(fd, packed, size);
    hear(fd, &said);
    assert_int_equal(said.status, 413);
    free(zeros);
    free(packed);
    close(fd);
}

static void an_answer_is_gzipped_for_who_asks(void **state)
{
    (void)state;
    char     plain_text[4096];
    z_stream stream = {0};
    int      fd     = call_up();
    engine.body     = "0123456789";
    engine.repeat   = 200;
    ask(fd, GET_ITEM "Accept-Encoding: identity\r\n" EMPTY, &said);
    assert_null(heard_header(&said, "Content-Encoding"));
    assert_int_equal(said.body_size, 2000);
    ask(fd, GET_ITEM "Accept-Encoding: deflate, gzip\r\n" EMPTY, &said);
    assert_string_equal(heard_header(&said, "Content-Encoding"), "gzip");
    assert_int_equal(strtoul(heard_header(&said, "x-amz-crc32"), NULL, 10), dynox__crc32(said.body, said.body_size));
    assert_int_equal(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    stream.next_in   = (Bytef *)said.body;
    stream.avail_in  = (unsigned)said.body_size;
    stream.next_out  = (Bytef *)plain_text;
    stream.avail_out = sizeof plain_text;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, 2000);
    assert_memory_equal(plain_text + 1990, "0123456789", 10);
    inflateEnd(&stream);
    close(fd);
}

/* ---- slow clients, and those that are gone ---- */

static void a_reset_in_the_middle_is_no_matter(void **state)
{
    (void)state;
    struct linger now = {.l_onoff = 1};
    for (int i = 0; i < 20; i++) {
        int fd = call_up();
        say_bytes(fd, GET_ITEM EMPTY, (size_t)(i * 7));
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(fd);
    }
    ask_once(GET_ITEM EMPTY, &said);
    assert_int_equal(said.status, 200);
}

static void who_says_nothing_is_let_go(void **state)
{
    (void)state;
    int idle = call_up(), slow = call_up(), used = call_up();
    say(slow, "POST / HT");
    ask(used, GET_ITEM EMPTY, &said);
    assert_ends(idle);
    assert_ends(slow);
    assert_ends(used);
}

static void who_takes_no_answer_is_let_go(void **state)
{
    (void)state;
    int fd = call_up(), little = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    engine.body   = "0123456789";
    engine.repeat = 1024 * 1024;
    say(fd, GET_ITEM EMPTY);
    struct pollfd ended = {.fd = fd};
    assert_int_equal(poll(&ended, 1, 15000), 1); /* POLLHUP or POLLERR: the server has closed it */
    close(fd);
}

/* More answers than fit on the way: the server stops reading, and goes on when they are taken. */
static void a_client_that_reads_late_gets_all_its_answers(void **state)
{
    (void)state;
    enum { MANY = 300 };
    int fd        = call_up();
    engine.body   = "0123456789";
    engine.repeat = 4096;
    for (int i = 0; i < MANY; i++)
        say(fd, GET_ITEM EMPTY);
    pause_ms(50);
    for (int i = 0; i < MANY; i++) {
        hear(fd, &said);
        assert_int_equal(said.status, 200);
        assert_int_equal(said.body_size, 40960);
    }
    assert_int_equal(engine.answered, MANY);
    close(fd);
}

static void memory_under_way_is_limited(void **state)
{
    (void)state;
    static char piece[1 << 20];
    int         fd = call_up();
    memset(piece, ' ', sizeof piece);
    say(fd, GET_ITEM "Content-Length: 16777216\r\n\r\n");
    for (int i = 0; i < 4; i++)
        say_bytes(fd, piece, sizeof piece);
    hear(fd, &said);
    assert_int_equal(said.status, 503);
    close(fd);
    ask_once(GET_ITEM EMPTY, &said);
    assert_int_equal(said.status, 200);
}

static void who_comes_when_all_places_are_taken_waits(void **state)
{
    (void)state;
    int lines[3];
    for (int i = 0; i < 3; i++) {
        lines[i] = call_up();
        ask(lines[i], GET_ITEM EMPTY, &said);
        assert_int_equal(said.status, 200);
    }
    int late = call_up();
    say(late, GET_ITEM EMPTY);
    struct pollfd watched = {.fd = late, .events = POLLIN};
    assert_int_equal(poll(&watched, 1, 100), 0);
    close(lines[1]);
    hear(late, &said);
    assert_int_equal(said.status, 200);
    close(late);
    close(lines[0]);
    close(lines[2]);
}

static void descriptors_may_run_out(void **state)
{
    (void)state;
    struct rlimit before, few;
    int           lines[64], taken[64], count = 0;
    getrlimit(RLIMIT_NOFILE, &before);
    for (int i = 0; i < 8; i++)
        lines[count++] = call_up();
    ask(lines[7], GET_ITEM EMPTY, &said);
    int extra = call_up(); /* its other end gets no descriptor */
    few       = before;
    taken[0]  = dup(extra);
    close(extra);
    few.rlim_cur = (rlim_t)taken[0] + 1;
    setrlimit(RLIMIT_NOFILE, &few);
    say(taken[0], GET_ITEM EMPTY);
    ask(lines[0], GET_ITEM EMPTY, &said);
    assert_int_equal(said.status, 200);
    setrlimit(RLIMIT_NOFILE, &before);
    hear(taken[0], &said);
    assert_int_equal(said.status, 200);
    close(taken[0]);
    while (count)
        close(lines[--count]);
}

static void many_connections_are_served(void **state)
{
    (void)state;
    enum { MOST = 4000 };
    static int    lines[MOST];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 2 * MOST + 100 ? files.rlim_max : 2 * MOST + 100;
    setrlimit(RLIMIT_NOFILE, &files);
    int many = (int)(files.rlim_cur - 100) / 2 < MOST ? (int)(files.rlim_cur - 100) / 2 : MOST;
    for (int i = 0; i < many; i++)
        lines[i] = call_up();
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < many; i++)
            say(lines[i], GET_ITEM EMPTY);
        for (int i = 0; i < many; i++) {
            hear(lines[i], &said);
            assert_int_equal(said.status, 200);
        }
    }
    assert_int_equal(engine.answered, 2 * many);
    for (int i = 0; i < many; i++)
        close(lines[i]);
}

/* ---- the end ---- */

static void an_answer_in_flight_is_finished(void **state)
{
    (void)state;
    int idle = call_up(), busy = call_up(), begun = call_up();
    ask(idle, GET_ITEM EMPTY, &said);
    say(begun, GET_ITEM "Content-Length: 2\r\n\r\n{");
    engine.delay_ms = 200;
    say(busy, GET_ITEM EMPTY);
    while (atomic_load(&engine.answered) != 2)
        pause_ms(1);
    engine.delay_ms = 0;
    dynox__server_stop(served);
    assert_ends(idle);
    hear(busy, &said);
    assert_int_equal(said.status, 200);
    close(busy);
    ask(begun, "}", &said);
    assert_int_equal(said.status, 200);
    assert_string_equal(heard_header(&said, "Connection"), "close");
    close(begun);
    assert_true(dynox__server_wait(served));
}

static void what_takes_too_long_is_cut_off(void **state)
{
    (void)state;
    int fd          = call_up();
    engine.delay_ms = 60000;
    say(fd, GET_ITEM EMPTY);
    while (!atomic_load(&engine.answered))
        pause_ms(1);
    dynox__server_stop(served);
    assert_false(dynox__server_wait(served));
    assert_ends(fd);
}

static void a_port_in_use_is_told(void **state)
{
    (void)state;
    dynox_error            error    = {0};
    dynox__server_settings settings = {.port = (uint16_t)served_port};
    assert_null(dynox__server_start(&settings, &error));
    assert_int_equal(error.status, DYNOX_E_SYSTEM);
    assert_non_null(strstr(error.message, "ddress"));
    dynox_error_clear(&error);
    settings = (dynox__server_settings){.host = "no such host.invalid"};
    assert_null(dynox__server_start(&settings, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    dynox_error_clear(&error);
}

static void a_server_that_is_full_waits_without_work(void **state)
{
    enum { MOST = 3 };
    int             fds[MOST + 1];
    struct timespec before, after;
    (void)state;
    for (int i = 0; i <= MOST; i++)
        fds[i] = call_up();
    for (int i = 0; i < MOST; i++)
        ask(fds[i], GET_ITEM EMPTY, &said);
    clock_t worked = clock();
    clock_gettime(CLOCK_MONOTONIC, &before);
    pause_ms(600);
    clock_gettime(CLOCK_MONOTONIC, &after);
    worked        = clock() - worked;
    double passed = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    assert_true((double)worked / CLOCKS_PER_SEC < passed / 5);
    for (int i = 0; i <= MOST; i++)
        close(fds[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plain, serve_end)
#define TEST_ON(name, server) cmocka_unit_test_setup_teardown(name, server, serve_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_serves_many_requests),
        TEST(requests_that_come_together_are_answered_in_order),
        TEST(bytes_may_come_one_at_a_time),
        TEST(old_http_ends_after_one_unless_it_says_otherwise),
        TEST(a_client_may_say_that_it_is_the_last_one),
        TEST(what_is_no_request_is_told_and_ends),
        TEST(a_body_that_is_too_large_is_refused_before_it_comes),
        TEST(a_large_body_comes_in_whole),
        TEST(a_client_that_waits_is_told_to_go_on),
        TEST(a_body_may_be_gzipped),
        TEST(a_bomb_does_not_go_off),
        TEST(an_answer_is_gzipped_for_who_asks),
        TEST(a_reset_in_the_middle_is_no_matter),
        TEST_ON(who_says_nothing_is_let_go, impatient),
        TEST_ON(who_takes_no_answer_is_let_go, impatient),
        TEST(a_client_that_reads_late_gets_all_its_answers),
        TEST_ON(memory_under_way_is_limited, small),
        TEST_ON(who_comes_when_all_places_are_taken_waits, small),
        TEST_ON(a_server_that_is_full_waits_without_work, small),
        TEST(descriptors_may_run_out),
        TEST(many_connections_are_served),
        TEST_ON(many_connections_are_served, several_threads),
        TEST_ON(requests_that_come_together_are_answered_in_order, several_threads),
        TEST_ON(an_answer_in_flight_is_finished, patient),
        TEST_ON(an_answer_in_flight_is_finished, several_threads),
        TEST_ON(what_takes_too_long_is_cut_off, hurried),
        TEST(a_port_in_use_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
