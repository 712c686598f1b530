/* Base64: the vectors of RFC 4648, every length, and everything that is not canonical. */
#include "support.h"
#include "value/text/base64.h"

static const char *const vectors[][2] = {{"", ""},
                                         {"f", "Zg=="},
                                         {"fo", "Zm8="},
                                         {"foo", "Zm9v"},
                                         {"foob", "Zm9vYg=="},
                                         {"fooba", "Zm9vYmE="},
                                         {"foobar", "Zm9vYmFy"}};

static bool decodes(const char *text, size_t length)
{
    uint8_t *bytes = malloc(length + 1);
    char    *exact = malloc(length ? length : 1);
    size_t   size;
    memcpy(exact, text, length);
    bool ok = dynox__base64_decode(bytes, &size, exact, length);
    assert_int_equal(dynox__base64_valid(exact, length), ok);
    free(bytes);
    free(exact);
    return ok;
}

static void the_vectors_of_the_rfc_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char    text[16] = {0};
        uint8_t bytes[16];
        size_t  size = strlen(vectors[i][0]), length = strlen(vectors[i][1]);
        assert_int_equal(dynox__base64_length(size), length);
        dynox__base64_encode(text, (const uint8_t *)vectors[i][0], size);
        assert_string_equal(text, vectors[i][1]);
        assert_true(dynox__base64_decode(bytes, &size, text, length));
        assert_int_equal(size, strlen(vectors[i][0]));
        assert_memory_equal(bytes, vectors[i][0], size);
    }
}

static void every_length_comes_back_also_in_place(void **state)
{
    (void)state;
    for (size_t size = 0; size < 700; size++) {
        size_t   length = dynox__base64_length(size), decoded;
        uint8_t *bytes = malloc(size ? size : 1), *back = malloc(size ? size : 1);
        char    *text = malloc(length ? length : 1);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(i * 167 + size * 31 + (i >> 3));
        dynox__base64_encode(text, bytes, size);
        assert_true(dynox__base64_decode(back, &decoded, text, length));
        assert_int_equal(decoded, size);
        assert_memory_equal(back, bytes, size);
        assert_true(dynox__base64_decode((uint8_t *)text, &decoded, text, length));
        assert_memory_equal(text, bytes, size);
        free(bytes);
        free(back);
        free(text);
    }
}

static void padding_is_only_at_the_end(void **state)
{
    (void)state;
    enum { LONG = 5 * 4096 };
    char *text = malloc(LONG);
    memset(text, 'A', LONG);
    for (size_t at = 4; at <= LONG; at += 4) {
        text[at - 1] = '=';
        assert_int_equal(dynox__base64_valid(text, LONG), at == LONG);
        text[at - 1] = 'A';
    }
    for (size_t length = 4096 - 8; length <= 4096 + 8; length++)
        assert_int_equal(dynox__base64_valid(text, length), length % 4 == 0);
    free(text);
}

/* Bit by bit: the character `at` stands for six bits of the bytes. */
static char by_definition(const uint8_t *bytes, size_t size, size_t at)
{
    unsigned six = 0;
    if (at * 6 >= size * 8) return '=';
    for (size_t bit = at * 6; bit < at * 6 + 6; bit++)
        six = six << 1 | (bit < size * 8 ? (unsigned)bytes[bit / 8] >> (7 - bit % 8) & 1u : 0);
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[six];
}

static void every_length_is_encoded_as_defined(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300; size++) {
        size_t   length = dynox__base64_length(size);
        uint8_t *bytes  = malloc(size ? size : 1);
        char    *text   = malloc(length ? length : 1);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(i * 197 + size * 57 + (i >> 2));
        dynox__base64_encode(text, bytes, size);
        for (size_t at = 0; at < length; at++)
            if (text[at] != by_definition(bytes, size, at)) fail_msg("character %zu of %zu bytes", at, size);
        free(bytes);
        free(text);
    }
}

static void what_is_not_canonical_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"Z",        "Zg",       "Zg=",  "Zm9vZ", "=",        "====",     "Z===",
                                      "=Zg=",     "Zg=g",     "Zh==", "Zm9=",  "Zm8=Zm8=", "Zg==Zg==", "Zm9v\n",
                                      "Zm 9v===", "Zm9v    ", "Zm_v", "Zm-v",  "Zm9v=",    "Zm9v====", "Z\xC3\xA9v"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (decodes(bad[i], strlen(bad[i]))) fail_msg("taken: %s", bad[i]);
}

/* A single wrong character, whatever it is, is found at every place of short and long texts. */
static void a_wrong_character_is_found_anywhere(void **state)
{
    (void)state;
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t length = 4; length <= 160; length += length < 8 ? 4 : 76) {
        char *text = malloc(length);
        for (size_t i = 0; i < length; i++)
            text[i] = alphabet[i % 64];
        assert_true(decodes(text, length));
        for (size_t at = 0; at < length; at++)
            for (int c = 0; c < 256; c++) {
                bool good = c && strchr(alphabet, c);
                if (c == '=' && at == length - 1) continue;
                text[at] = (char)c;
                if (decodes(text, length) != good) fail_msg("character %d at %zu of %zu", c, at, length);
                text[at] = alphabet[at % 64];
            }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc_hold),      cmocka_unit_test(every_length_comes_back_also_in_place),
        cmocka_unit_test(padding_is_only_at_the_end),       cmocka_unit_test(every_length_is_encoded_as_defined),
        cmocka_unit_test(what_is_not_canonical_is_refused), cmocka_unit_test(a_wrong_character_is_found_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
