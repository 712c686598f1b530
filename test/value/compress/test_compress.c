/* Compressed texts: when they are, what they look like, and what damaged or hostile ones come to. */
#include "support.h"
#include "value/compress/codec.h"
#include "value/compress/compress.h"
#include "value/text/base64.h"

static const dynox__codec *const codecs[] = {&dynox__zstd, &dynox__lz4, &dynox__gzip};
enum { CODECS = 3 };

static char long_text[20001];

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < sizeof long_text; i++)
        long_text[i] = "the quick brown fox jumps over the lazy dog; "[i % 45];
    return 0;
}

static bool is_there(unsigned algorithm)
{
    return codecs[algorithm]->compress;
}

static dynox_value compressed(const dynox_compression *how, const char *text, dynox__arena *arena)
{
    const char *why = NULL;
    dynox_value value;
    assert_int_equal(dynox__compress(how, text, strlen(text), arena, &value, &why), DYNOX_OK);
    return value;
}

static void expect_text(const dynox_compression *how, const dynox_value *value, const char *expected)
{
    dynox__arena arena = {0};
    const char  *text, *why = NULL;
    size_t       length;
    char         words[80];
    if (dynox__expand(how, value, &arena, &text, &length, words, &why)) fail_msg("%s", why);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, length + 1);
    dynox__arena_free(&arena);
}

static void expect_failure(const dynox_compression *how, dynox_value value, const char *words_expected)
{
    dynox__arena arena = {0};
    const char  *text, *why = NULL;
    size_t       length;
    char         words[80];
    assert_int_equal(dynox__expand(how, &value, &arena, &text, &length, words, &why), DYNOX_E_DECODE);
    if (words_expected) assert_string_equal(why, words_expected);
    dynox__arena_free(&arena);
}

/* Row 251. */
static void all_algorithms_and_levels_come_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CODECS; i++) {
        if (!is_there(i)) continue;
        for (int level = 0; level <= codecs[i]->most; level += 3) {
            for (int binary = 0; binary < 2; binary++) {
                dynox_compression how   = {.algorithm = (dynox_compressor)i, .level = level, .binary = binary};
                dynox__arena      arena = {0};
                dynox_value       value = compressed(&how, long_text, &arena);
                assert_int_equal(value.type, binary ? DYNOX_B : DYNOX_S);
                assert_true(value.length < 1000);
                assert_memory_equal(value.as.text, codecs[i]->prefix, strlen(codecs[i]->prefix));
                expect_text(NULL, &value, long_text); /* whatever the reader itself would compress by */
                dynox__arena_free(&arena);
            }
        }
    }
}

/* Row 252. */
static void short_texts_and_those_that_do_not_shrink_are_stored_plain(void **state)
{
    (void)state;
    if (!is_there(DYNOX_ZSTD)) skip();
    dynox__arena arena = {0};
    char         noise[400];
    uint32_t     random = 7;
    for (size_t i = 0; i < sizeof noise; i++, random = random * 1664525 + 1013904223)
        noise[i] = (char)(' ' + (random >> 20) % 95);
    noise[399]        = 0;
    dynox_value value = compressed(NULL, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &arena);
    assert_int_equal(value.length, 57);
    value = compressed(NULL, noise, &arena);
    assert_ptr_equal(value.as.text, noise);
    value = compressed(NULL, "", &arena);
    assert_int_equal(value.type, DYNOX_S);
    assert_int_equal(value.length, 0);
    value = compressed(&(dynox_compression){.min_size = 10},
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &arena);
    assert_true(value.length < 57);
    dynox__arena_free(&arena);
}

/* Row 253: what counts is what is stored, prefix and base64 with it. */
static void nothing_is_stored_longer_than_it_is(void **state)
{
    (void)state;
    static char mixed[4001];
    uint32_t    random = 1;
    for (unsigned letters = 2; letters < 90; letters++) {
        for (size_t i = 0; i < 4000; i++, random = random * 1664525 + 1013904223)
            mixed[i] = (char)('!' + (random >> 20) % letters);
        for (unsigned i = 0; i < CODECS; i++) {
            dynox_compression how   = {.algorithm = (dynox_compressor)i, .worth = 1, .binary = letters % 2};
            dynox__arena      arena = {0};
            if (!is_there(i)) continue;
            dynox_value value = compressed(&how, mixed, &arena);
            assert_true(value.length < 4000 || value.as.text == mixed);
            expect_text(NULL, &value, mixed);
            dynox__arena_free(&arena);
        }
    }
}

/* Row 254. */
static void a_plain_text_that_begins_like_a_prefix_comes_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"ZSTD:",           "LZ4:",       "GZIP:", "GZIP:H4sIAAAA", "ZSTD:KLUv/SAA",
                                        "LZ4: a fast one", "gzip: plain"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (unsigned k = 0; k < CODECS; k++) {
            dynox_compression how   = {.algorithm = (dynox_compressor)k};
            dynox__arena      arena = {0};
            if (!is_there(k)) continue;
            dynox_value value = compressed(&how, texts[i], &arena);
            expect_text(&how, &value, texts[i]);
            dynox__arena_free(&arena);
        }
    }
}

/* Row 255. */
static void what_would_be_too_long_is_not_expanded(void **state)
{
    (void)state;
    enum { BOMB = 32 * 1024 * 1024 };
    char *zeros = calloc(1, BOMB + 1);
    assert_non_null(zeros);
    memset(zeros, '0', BOMB);
    for (unsigned i = 0; i < CODECS; i++) {
        dynox_compression how   = {.algorithm = (dynox_compressor)i, .binary = i % 2};
        dynox__arena      arena = {0};
        if (!is_there(i)) continue;
        dynox_value value = compressed(&how, zeros, &arena);
        assert_true(value.length < BOMB / 100);
        expect_failure(NULL, value, "expanded, it is longer than its limit");
        expect_failure(&(dynox_compression){.max_size = BOMB - 1}, value, "expanded, it is longer than its limit");
        expect_text(&(dynox_compression){.max_size = BOMB}, &value, zeros);
        dynox__arena_free(&arena);
    }
    free(zeros);
}

static void damaged_texts_are_errors(void **state)
{
    (void)state;
    expect_failure(NULL, dynox_string("ZSTD:not base64"), is_there(0) ? "what follows its prefix is not base64" : NULL);
    expect_failure(NULL, dynox_string("GZIP:"), is_there(2) ? "its gzip data is damaged" : NULL);
    expect_failure(NULL, dynox_string("LZ4:AAAA"), is_there(1) ? "its lz4 block is damaged" : NULL);
    expect_failure(NULL, dynox_string("ZSTD:AAAA"), is_there(0) ? "its zstd frame is damaged" : NULL);
    expect_failure(NULL, dynox_string("LZ4:////fw=="), is_there(1) ? "expanded, it is longer than its limit" : NULL);
    expect_failure(NULL, dynox_bytes("xyz", 3), "its bytes do not begin as compressed ones do");
}

/* Cut anywhere, or with any byte changed: an error or the same text, never more than that. */
static void cut_and_changed_bytes_do_no_harm(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CODECS; i++) {
        dynox_compression how   = {.algorithm = (dynox_compressor)i, .binary = true};
        dynox__arena      arena = {0}, work = {0};
        const char       *text, *why;
        size_t            size;
        char              words[80];
        if (!is_there(i)) continue;
        dynox_value whole = compressed(&how, long_text, &arena);
        uint8_t    *bytes = malloc(whole.length);
        assert_non_null(bytes);
        size_t head = strlen(codecs[i]->prefix);
        for (size_t length = head; length < whole.length; length++) {
            memcpy(bytes, whole.as.bytes, length);
            dynox_value cut = dynox_bytes(bytes, length);
            assert_int_equal(dynox__expand(NULL, &cut, &work, &text, &size, words, &why), DYNOX_E_DECODE);
        }
        for (size_t at = head; at < whole.length; at++) {
            memcpy(bytes, whole.as.bytes, whole.length);
            bytes[at] ^= (uint8_t)(1u << at % 8);
            dynox_value  changed = dynox_bytes(bytes, whole.length);
            dynox_status status  = dynox__expand(NULL, &changed, &work, &text, &size, words, &why);
            assert_true(status == DYNOX_E_DECODE || status == DYNOX_OK);
        }
        free(bytes);
        dynox__arena_free(&arena);
        dynox__arena_free(&work);
    }
}

static void what_expands_to_no_text_is_an_error(void **state)
{
    (void)state;
    static const char latin[] = "caf\xe9 caf\xe9 caf\xe9 caf\xe9 caf\xe9 caf\xe9";
    for (unsigned i = 0; i < CODECS; i++) {
        dynox__buffer buffer = {0};
        const char   *why;
        if (!is_there(i)) continue;
        dynox__buffer_text(&buffer, codecs[i]->prefix);
        assert_int_equal(codecs[i]->compress(codecs[i]->usual, latin, sizeof latin, &buffer, &why), DYNOX_OK);
        expect_failure(NULL, dynox_bytes(buffer.data, buffer.size), "expanded, it is not UTF-8");
        dynox__buffer_free(&buffer);
    }
}

static void options_are_checked(void **state)
{
    (void)state;
    char words[100];
    if (!is_there(DYNOX_GZIP)) {
        assert_string_equal(dynox__compress_check(&(dynox_compression){.algorithm = DYNOX_GZIP}, words, sizeof words),
                            "is compressed by gzip, without which this dynox was built");
        return;
    }
    assert_null(dynox__compress_check(&(dynox_compression){.algorithm = DYNOX_GZIP, .level = 9}, words, sizeof words));
    assert_string_equal(
        dynox__compress_check(&(dynox_compression){.algorithm = (dynox_compressor)9}, words, sizeof words),
        "is compressed by what there is not");
    assert_string_equal(
        dynox__compress_check(&(dynox_compression){.algorithm = DYNOX_GZIP, .level = 10}, words, sizeof words),
        "has a level of 10, gzip has 1 to 9");
    assert_non_null(dynox__compress_check(&(dynox_compression){.worth = 1.5}, words, sizeof words));
    assert_non_null(dynox__compress_check(&(dynox_compression){.level = -1}, words, sizeof words));
}

static void there_and_back(void *arg)
{
    dynox_compression how   = {.algorithm = *(dynox_compressor *)arg};
    dynox__arena      arena = {0};
    dynox_value       value;
    const char       *why, *text;
    size_t            length;
    char              words[80];
    if (dynox__compress(&how, long_text, 20000, &arena, &value, &why) == DYNOX_OK)
        assert_int_not_equal(dynox__expand(&how, &value, &arena, &text, &length, words, &why), DYNOX_E_DECODE);
    dynox__arena_free(&arena);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CODECS; i++) {
        dynox_compressor algorithm = (dynox_compressor)i;
        if (is_there(i)) test_every_allocation_failing(there_and_back, &algorithm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_algorithms_and_levels_come_back),
        cmocka_unit_test(short_texts_and_those_that_do_not_shrink_are_stored_plain),
        cmocka_unit_test(nothing_is_stored_longer_than_it_is),
        cmocka_unit_test(a_plain_text_that_begins_like_a_prefix_comes_back),
        cmocka_unit_test(what_would_be_too_long_is_not_expanded),
        cmocka_unit_test(damaged_texts_are_errors),
        cmocka_unit_test(cut_and_changed_bytes_do_no_harm),
        cmocka_unit_test(what_expands_to_no_text_is_an_error),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
