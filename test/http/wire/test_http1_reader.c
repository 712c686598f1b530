/* The reader of answers: what it takes, what it refuses, and that pieces make no difference. */
#include "http/wire/http1_reader.h"
#include "support.h"

typedef struct reading {
    dynox__http1_reader   reader;
    dynox__response_head  head;
    dynox__buffer         body;
    dynox__http1_progress progress;
    size_t                used;
} reading;

/* Reads `text` in pieces of `step` bytes, each in memory of its own so that a sanitizer sees a read beyond it. */
static void read_pieces(reading *self, const char *text, size_t size, size_t step, size_t limit)
{
    *self = (reading){0};
    dynox__http1_start(&self->reader, &self->head, &self->body, limit);
    self->progress = DYNOX__HTTP1_MORE;
    while (self->used < size && self->progress == DYNOX__HTTP1_MORE) {
        size_t count = size - self->used < step ? size - self->used : step, used;
        char  *piece = malloc(count);
        assert_non_null(piece);
        memcpy(piece, text + self->used, count);
        self->progress = dynox__http1_read(&self->reader, piece, count, &used);
        assert_true(used <= count && (used == count || self->progress != DYNOX__HTTP1_MORE));
        self->used += used;
        free(piece);
    }
}

static void reading_free(reading *self)
{
    dynox__http1_clear(&self->reader);
    dynox__buffer_free(&self->body);
}

/* Good answers: text, status, body, reusable. */
static const struct {
    const char *text;
    int         status;
    const char *body;
    bool        reusable;
} good[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true},
    {"HTTP/1.1 200\r\nContent-Length:5\r\n\r\nhello", 200, "hello", true},
    {"HTTP/1.1 200 \r\ncontent-LENGTH: \t 5 \t\r\n\r\nhello", 200, "hello", true},
    {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 400, "", true},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", true},
    {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", false},
    {"HTTP/1.1 200 OK\r\nConnection: foo , Close\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", false},
    {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", true},
    {"HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n", 200,
     "abc0123456789", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", 200, "", true},
    {"HTTP/1.1 100 Continue\r\nContent-Length: 99\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
     200, "x", true},
    {"HTTP/1.1 200 R\xc3\xa9ponse\r\nX: \xff\r\nContent-Length: 1\r\n\r\nx", 200, "x", true},
};

static void good_answers_are_read_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        size_t size = strlen(good[i].text);
        for (size_t step = 1; step <= size; step++) {
            reading self;
            read_pieces(&self, good[i].text, size, step, 1000);
            if (self.progress != DYNOX__HTTP1_END)
                fail_msg("answer %zu in pieces of %zu: %s", i, step, self.reader.error);
            assert_int_equal(self.used, size);
            assert_int_equal(self.head.status, good[i].status);
            assert_int_equal(self.body.size, strlen(good[i].body));
            assert_memory_equal(self.body.data, good[i].body, self.body.size);
            for (int k = 0; k < 64; k++)
                assert_int_equal(self.body.data[self.body.size + (size_t)k], 0);
            assert_int_equal(dynox__http1_reusable(&self.reader), good[i].reusable);
            reading_free(&self);
        }
    }
}

static const char *const bad[] = {
    "HTTP/2 200 OK\r\n",
    "HTTP/1.2 200 OK\r\n",
    "http/1.1 200 OK\r\n",
    "HTTP/1.1  200 OK\r\n",
    "HTTP/1.1 20 OK\r\n",
    "HTTP/1.1 2000\r\n",
    "HTTP/1.1 099 X\r\n",
    "HTTP/1.1 600 X\r\n",
    "HTTP/1.1 2x0 X\r\n",
    "HTTP/1.1 200 a\x01\r\n",
    "\r\nHTTP/1.1 200 OK\r\n",
    "garbage\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\n",
    "HTTP/1.1 200 OK\r\nX: a\rb\r\n",
    "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n",
    "HTTP/1.1 200 OK\r\n X: a\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n",
    "HTTP/1.1 200 OK\r\n: empty\r\n",
    "HTTP/1.1 200 OK\r\nX\x80: a\r\n",
    "HTTP/1.1 200 OK\r\nX: \x7f\r\n",
    "HTTP/1.1 200 OK\r\nContent\rLength: 1\r\n",
    "HTTP/1.1 200 OK\r\nx-amz-crc\x13\x12: 1\r\n",
    "HTTP/1.1 200 OK\r\nx-amz-crc32\x7f: 1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1 1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length:\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551617\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n g\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 2\r\n",
    "HTTP/1.1 200 OK\r\nx-amz-crc32: 4294967296\r\n",
    "HTTP/1.1 200 OK\r\nx-amz-crc32: -1\r\n",
    "HTTP/1.1 200 OK\r\nx-amz-crc32:\r\n",
    "HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\nx-amz-crc32: 1\r\n",
    "SSH-2.0-OpenSSH_9.2p1",
    "\x15\x03\x01",
    "HTTQ",
    "HTTP/2.0",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n",
};

static void bad_answers_are_refused_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t size = strlen(bad[i]);
        for (size_t step = 1; step <= size; step++) {
            reading self;
            read_pieces(&self, bad[i], size, step, 1000);
            if (self.progress != DYNOX__HTTP1_BAD) fail_msg("answer %zu in pieces of %zu is not refused", i, step);
            assert_non_null(self.reader.error);
            reading_free(&self);
        }
    }
}

static void blanks_and_extensions_behind_the_size_of_a_chunk_are_skipped(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "1 ; a=b\r\nx\r\n1 \t\r\ny\r\n1;c\r\nz\r\n0  \r\n\r\n";
    for (size_t step = 1; step < sizeof text; step++) {
        reading self;
        read_pieces(&self, text, sizeof text - 1, step, 1000);
        assert_int_equal(self.progress, DYNOX__HTTP1_END);
        assert_int_equal(self.body.size, 3);
        assert_memory_equal(self.body.data, "xyz", 3);
        reading_free(&self);
    }
}

static void the_headers_that_matter_are_kept(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 400 Bad\r\n"
                               "X-Amzn-RequestId: 4TQ0S7\r\n"
                               "x-amzn-requestid: second\r\n"
                               "x-amz-crc32: 2745614147\r\n"
                               "Date: Tue, 19 Mar 2024 04:36:00 GMT\r\n"
                               "Age: 3\r\n"
                               "x-amz-retry-after: 1500\r\n"
                               "x-amzn-ErrorType: ThrottlingException:http://x/\r\n"
                               "Content-Length: 0\r\n\r\n";
    reading           self;
    read_pieces(&self, text, sizeof text - 1, 7, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_END);
    assert_string_equal(self.head.request_id, "4TQ0S7");
    assert_true(self.head.has_crc32);
    assert_true(self.head.crc32 == 2745614147u);
    assert_string_equal(self.head.date, "Tue, 19 Mar 2024 04:36:00 GMT");
    assert_true(self.head.has_age);
    assert_true(self.head.has_retry_after);
    assert_int_equal(self.head.retry_after_ms, 1500);
    assert_string_equal(self.head.error_type, "ThrottlingException:http://x/");
    reading_free(&self);
}

static void names_count_in_any_case_and_only_as_a_whole(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\n"
                               "CONTENT-LENGTH: 0\r\n"
                               "X-AMZ-CRC32:7\r\n"
                               "DATE: now\r\n"
                               "cONNECTION: CLOSE\r\n"
                               "x-amz-crc3: a\r\n"
                               "x-amz-crc33: a\r\n"
                               "y-amz-crc32: a\r\n"
                               "x-amz-crc321: a\r\n"
                               "xxamz-crc32: a\r\n"
                               "Content_Length: a\r\n"
                               "ContentMLength: a\r\n"
                               "data: other\r\n"
                               "ag: 1\r\nagf: 1\r\n"
                               "x-amzn-errortypo: b\r\n\r\n";
    reading           self;
    read_pieces(&self, text, sizeof text - 1, sizeof text - 1, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_END);
    assert_true(self.head.crc32 == 7);
    assert_string_equal(self.head.date, "now");
    assert_string_equal(self.head.error_type, "");
    assert_false(self.head.has_age);
    assert_false(dynox__http1_reusable(&self.reader));
    reading_free(&self);
}

static void odd_values_of_headers_count_as_absent_and_long_ones_are_cut(void **state)
{
    (void)state;
    char text[512];
    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nx-amzn-errortype: A\xC2\x9B\xE2\x80\xAE\r\nx-amz-retry-after: "
             "soon\r\nx-amzn-requestid: %0100d\r\n"
             "Content-Length: 0\r\n\r\n",
             7);
    reading self;
    read_pieces(&self, text, strlen(text), 1000, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_END);
    assert_false(self.head.has_retry_after);
    assert_string_equal(self.head.error_type, "A?????"); /* codes and ids are shown, and are visible ASCII */
    assert_int_equal(strlen(self.head.request_id), sizeof self.head.request_id - 1);
    reading_free(&self);
}

static void an_interim_answer_leaves_nothing_behind(void **state)
{
    (void)state;
    static const char text[] =
        "HTTP/1.1 102 Processing\r\nx-amz-crc32: 1\r\nx-amzn-requestid: A\r\nConnection: close\r\n"
        "Transfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    reading self;
    read_pieces(&self, text, sizeof text - 1, 1000, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_END);
    assert_false(self.head.has_crc32);
    assert_string_equal(self.head.request_id, "");
    assert_true(dynox__http1_reusable(&self.reader));
    reading_free(&self);
}

static void nothing_behind_the_end_is_taken(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n";
    reading           self;
    read_pieces(&self, text, sizeof text - 1, 1000, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_END);
    assert_int_equal(self.used, strlen("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
    reading_free(&self);
}

static void an_answer_without_a_length_ends_with_the_connection(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\n\r\nall of it";
    reading           self;
    read_pieces(&self, text, sizeof text - 1, 3, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_MORE);
    assert_int_equal(dynox__http1_closed(&self.reader), DYNOX__HTTP1_END);
    assert_int_equal(self.body.size, 9);
    assert_false(dynox__http1_reusable(&self.reader));
    reading_free(&self);
}

static void an_answer_cut_anywhere_is_not_an_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        for (size_t cut = 0; cut < strlen(good[i].text); cut++) {
            reading self;
            read_pieces(&self, good[i].text, cut, 1000, 1000);
            assert_int_equal(self.progress, DYNOX__HTTP1_MORE);
            assert_int_equal(dynox__http1_closed(&self.reader), DYNOX__HTTP1_BAD);
            reading_free(&self);
        }
    }
}

/* 16 MB of items, of which each byte is nine of JSON. */
static void the_largest_right_answer_fits(void **state)
{
    (void)state;
    enum { LARGEST = 16 * 1024 * 1024 * 9 };
    static const struct {
        size_t                length;
        dynox__http1_progress progress;
    } cases[] = {{LARGEST, DYNOX__HTTP1_MORE},
                 {DYNOX__LARGEST_RESPONSE, DYNOX__HTTP1_MORE},
                 {DYNOX__LARGEST_RESPONSE + 1, DYNOX__HTTP1_BAD}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char                 head[80];
        size_t               used;
        dynox__http1_reader  reader = {0};
        dynox__response_head answer = {0};
        dynox__buffer        body   = {0};
        int size = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", cases[i].length);
        dynox__http1_start(&reader, &answer, &body, DYNOX__LARGEST_RESPONSE);
        assert_int_equal(dynox__http1_read(&reader, head, (size_t)size, &used), cases[i].progress);
        dynox__http1_clear(&reader);
        dynox__buffer_free(&body);
    }
}

static void everything_has_a_limit(void **state)
{
    (void)state;
    static char text[DYNOX__HTTP1_MAX_HEAD + 4096];
    reading     self;

    size_t size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nX: ");
    memset(text + size, 'a', sizeof text - size);
    for (size_t step = 1000; step <= sizeof text; step += 40000) { /* one endless header */
        read_pieces(&self, text, sizeof text, step, 1000);
        assert_int_equal(self.progress, DYNOX__HTTP1_BAD);
        assert_true(self.reader.partial.capacity == 0);
        reading_free(&self);
    }

    size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n"); /* too many of them */
    for (int i = 0; i <= DYNOX__HTTP1_MAX_FIELDS; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "X: y\r\n");
    read_pieces(&self, text, size, 1000, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_BAD);
    reading_free(&self);

    for (size = 0; size + 30 < sizeof text;) /* interim answers for ever */
        size += (size_t)snprintf(text + size, sizeof text - size, "HTTP/1.1 100 Continue\r\n\r\n");
    read_pieces(&self, text, size, 1000, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_BAD);
    reading_free(&self);

    size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n\r\n%01001d", 0); /* a body until the end */
    read_pieces(&self, text, size, 100, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_BAD);
    reading_free(&self);

    size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 101; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "a\r\n0123456789\r\n");
    read_pieces(&self, text, size, 100, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_BAD);
    reading_free(&self);

    size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;%0300d\r\n", 0);
    read_pieces(&self, text, size, 10, 1000);
    assert_int_equal(self.progress, DYNOX__HTTP1_BAD);
    reading_free(&self);
}

static void a_body_of_known_length_is_received_in_place(void **state)
{
    (void)state;
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01";
    reading           self;
    char             *room;
    read_pieces(&self, head, sizeof head - 1, 1000, 1000);
    assert_int_equal(dynox__http1_room(&self.reader, &room), 8);
    memcpy(room, "2345", 4);
    assert_int_equal(dynox__http1_filled(&self.reader, 4), DYNOX__HTTP1_MORE);
    assert_int_equal(dynox__http1_room(&self.reader, &room), 4);
    memcpy(room, "6789", 4);
    assert_int_equal(dynox__http1_filled(&self.reader, 4), DYNOX__HTTP1_END);
    assert_memory_equal(self.body.data, "0123456789", 11);
    assert_int_equal(self.body.capacity, 10 + 64);
    reading_free(&self);
}

static void read_good_ones(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        reading self;
        read_pieces(&self, good[i].text, strlen(good[i].text), 5, 1000);
        assert_true(self.progress == DYNOX__HTTP1_END || (self.progress == DYNOX__HTTP1_BAD && self.reader.no_memory));
        reading_free(&self);
    }
}

static void running_out_of_memory_is_reported(void **state)
{
    (void)state;
    test_every_allocation_failing(read_good_ones, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_answers_are_read_however_they_are_cut),
        cmocka_unit_test(bad_answers_are_refused_however_they_are_cut),
        cmocka_unit_test(blanks_and_extensions_behind_the_size_of_a_chunk_are_skipped),
        cmocka_unit_test(the_headers_that_matter_are_kept),
        cmocka_unit_test(names_count_in_any_case_and_only_as_a_whole),
        cmocka_unit_test(odd_values_of_headers_count_as_absent_and_long_ones_are_cut),
        cmocka_unit_test(an_interim_answer_leaves_nothing_behind),
        cmocka_unit_test(nothing_behind_the_end_is_taken),
        cmocka_unit_test(an_answer_without_a_length_ends_with_the_connection),
        cmocka_unit_test(an_answer_cut_anywhere_is_not_an_answer),
        cmocka_unit_test(the_largest_right_answer_fits),
        cmocka_unit_test(everything_has_a_limit),
        cmocka_unit_test(a_body_of_known_length_is_received_in_place),
        cmocka_unit_test(running_out_of_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
