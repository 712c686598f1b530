/* The reader of requests: what is one, what is none, and that it is the same in pieces. */
#include "local/server/request.h"
#include "support.h"

enum { ROOM = 4 * 1024 * 1024 };

static dynox__request_head head;
static char                bytes[ROOM];

typedef struct result {
    dynox__request_progress progress;
    dynox__request_reader   reader;
    size_t                  size; /* of all that was given */
} result;

static result read_text(const char *text, size_t size, size_t piece)
{
    result now = {.size = size};
    assert_true(size < ROOM);
    memcpy(bytes, text, size);
    for (size_t have = 0; now.progress == DYNOX__REQUEST_MORE && have < size;) {
        have         = have + piece < size ? have + piece : size;
        now.progress = dynox__request_read(&now.reader, bytes, have, &head);
        if (now.progress == DYNOX__REQUEST_MORE) assert_true(dynox__request_missing(&now.reader, have) > 0);
    }
    return now;
}

/* In one piece and byte for byte. */
static result read_both(const char *text)
{
    size_t size  = strlen(text);
    result whole = read_text(text, size, size), pieces = read_text(text, size, 1);
    assert_int_equal(whole.progress, pieces.progress);
    assert_int_equal(whole.reader.status, pieces.reader.status);
    return whole;
}

static void assert_refused(const char *text, int status)
{
    result now = read_both(text);
    if (now.progress != DYNOX__REQUEST_BAD) fail_msg("taken: %s", text);
    assert_int_equal(now.reader.status, status);
    assert_non_null(now.reader.error);
}

static void assert_taken(const char *text)
{
    result now = read_both(text);
    if (now.progress != DYNOX__REQUEST_WHOLE) fail_msg("refused: %s: %s", text, now.reader.error);
}

static bool is(dynox__span span, const char *text)
{
    return span.size == strlen(text) && memcmp(span.data, text, span.size) == 0;
}

static void a_request_has_its_parts(void **state)
{
    (void)state;
    assert_taken("POST /a/b?c=d&e HTTP/1.1\r\nHost: x\r\nX-Amz-Target:  T.Op \t\r\nContent-Length: 3\r\n\r\nabcGET");
    assert_true(is(head.method, "POST") && is(head.path, "/a/b") && is(head.query, "c=d&e"));
    assert_true(is(head.header[DYNOX__HEADER_HOST], "x") && is(head.header[DYNOX__HEADER_TARGET], "T.Op"));
    assert_null(head.header[DYNOX__HEADER_ORIGIN].data);
    assert_int_equal(head.field_count, 3);
    assert_int_equal(head.body_size, 3);
    assert_memory_equal(head.body, "abc", 3);
    assert_memory_equal(bytes + head.size, "GET", 3);
    assert_false(head.old || head.close || head.keep);
}

static void names_of_headers_have_no_case(void **state)
{
    (void)state;
    assert_taken("POST / HTTP/1.1\r\nhOST: x\r\ncontent-LENGTH: 0\r\nCONNECTION: Keep-Alive, CLOSE\r\n\r\n");
    assert_true(is(head.header[DYNOX__HEADER_HOST], "x"));
    assert_true(head.close && head.keep);
}

static void chunks_are_put_together(void **state)
{
    (void)state;
    assert_taken("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n"
                 "0\r\nTrailer: t\r\n\r\nGET");
    assert_int_equal(head.body_size, 13);
    assert_memory_equal(head.body, "abc0123456789", 13);
    assert_memory_equal(bytes + head.size, "GET", 3);
}

static void a_request_without_a_length_has_no_body(void **state)
{
    (void)state;
    assert_taken("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET");
    assert_int_equal(head.body_size, 0);
    assert_memory_equal(bytes + head.size, "GET", 3);
}

static void old_http_needs_no_host(void **state)
{
    (void)state;
    assert_taken("GET / HTTP/1.0\r\n\r\n");
    assert_true(head.old);
    assert_refused("GET / HTTP/1.1\r\n\r\n", 400);
}

#define H "Host: x\r\n"

static void what_could_be_smuggled_is_refused(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        "POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: 2, 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: +2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: 0x2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\n" H "Content-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\nHost: x\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "X: a\r\n\tb\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n " H "Content-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length : 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H " Content-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Content-Length: 2\r\rX: y\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H H "Content-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "X-Amz-Target: a\r\nX-Amz-Target: b\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "no colon\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H ": no name\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        assert_refused(requests[i], 400);
    assert_refused("POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501);
    assert_refused("POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501);
    assert_refused("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked \x0b\r\n\r\n0\r\n\r\n", 400);
    static const char nul[] = "POST / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n";
    assert_int_equal(read_text(nul, sizeof nul - 1, 7).progress, DYNOX__REQUEST_BAD);
}

static void what_is_no_request_is_refused(void **state)
{
    (void)state;
    static const char *const requests[] = {"\r\n\r\n",
                                           "\r\nGET / HTTP/1.1\r\n" H "\r\n",
                                           "GET /\r\n\r\n",
                                           "GET / HTTP/1.1 x\r\n" H "\r\n",
                                           "GET  / HTTP/1.1\r\n" H "\r\n",
                                           "GET / HTTP/1.2\r\n" H "\r\n",
                                           "GET / HTTP/2.0\r\n" H "\r\n",
                                           "GET / http/1.1\r\n" H "\r\n",
                                           "GET a HTTP/1.1\r\n" H "\r\n",
                                           "GET http://x/ HTTP/1.1\r\n" H "\r\n",
                                           "GET /\t HTTP/1.1\r\n" H "\r\n",
                                           "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n",
                                           "G(T / HTTP/1.1\r\n" H "\r\n",
                                           "\x16\x03\x01",
                                           "{\"TableName\"",
                                           " GET / HTTP/1.1\r\n" H "\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        assert_refused(requests[i], 400);
}

static void limits_are_kept(void **state)
{
    (void)state;
    static char long_one[DYNOX__REQUEST_MAX_HEAD + 1024];
    assert_refused("POST / HTTP/1.1\r\n" H "Content-Length: 16777217\r\n\r\n", 413);
    result now = read_both("POST / HTTP/1.1\r\n" H "Content-Length: 16777216\r\n\r\n");
    assert_int_equal(now.progress, DYNOX__REQUEST_MORE);
    assert_int_equal(dynox__request_missing(&now.reader, now.size), 16777216);
    assert_refused("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1000001\r\n", 413);
    memset(long_one, 'a', sizeof long_one);
    memcpy(long_one, "GET /", 5);
    now = read_text(long_one, sizeof long_one, 4096);
    assert_int_equal(now.progress, DYNOX__REQUEST_BAD);
    assert_int_equal(now.reader.status, 431);

    char  *many = long_one, *end = long_one + sizeof long_one;
    size_t fields = 0;
    many += snprintf(many, (size_t)(end - many), "GET / HTTP/1.1\r\n" H);
    for (fields = 1; fields < 100; fields++)
        many += snprintf(many, (size_t)(end - many), "X%zu: y\r\n", fields);
    snprintf(many, (size_t)(end - many), "\r\n");
    assert_taken(long_one);
    snprintf(many, (size_t)(end - many), "Y: z\r\n\r\n");
    assert_refused(long_one, 400);
}

static void small_chunks_are_limited_too(void **state)
{
    (void)state;
    static const char begin[] = "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n";
    static char       text[ROOM / 2];
    size_t            at = sizeof begin - 1;
    memcpy(text, begin, at);
    for (; at + 6 < sizeof text; at += 6)
        memcpy(text + at, "1\r\nx\r\n", 6);
    result now = read_text(text, at, 4096);
    assert_int_equal(now.progress, DYNOX__REQUEST_BAD);
    assert_int_equal(now.reader.status, 413);
}

static void a_client_may_ask_whether_it_should_go_on(void **state)
{
    (void)state;
    result now = read_both("POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
    assert_int_equal(now.progress, DYNOX__REQUEST_MORE);
    assert_true(now.reader.expects);
    assert_refused("POST / HTTP/1.1\r\n" H "Content-Length: 2\r\nExpect: wonders\r\n\r\n", 417);
}

static bool lists(const char *list, const char *word)
{
    return dynox__request_lists((dynox__span){list, strlen(list)}, word);
}

static void lists_are_read(void **state)
{
    (void)state;
    assert_true(lists("gzip", "gzip") && lists("br, GZIP;q=0.5 , x", "gzip") && lists("deflate,gzip", "gzip"));
    assert_true(lists("gzip;q=1.000", "gzip") && lists("gzip;", "gzip"));
    assert_false(lists("gzip;q=0", "gzip") || lists("gzip; q=0.000", "gzip") || lists("xgzip", "gzip"));
    assert_false(lists("", "gzip") || lists(",,", "gzip") || lists("identity", "gzip"));
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_has_its_parts),
        TEST(names_of_headers_have_no_case),
        TEST(chunks_are_put_together),
        TEST(a_request_without_a_length_has_no_body),
        TEST(old_http_needs_no_host),
        TEST(what_could_be_smuggled_is_refused),
        TEST(what_is_no_request_is_refused),
        TEST(limits_are_kept),
        TEST(small_chunks_are_limited_too),
        TEST(a_client_may_ask_whether_it_should_go_on),
        TEST(lists_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
