/* The scanner of texts, in all the forms this machine can run, against a look at each byte. */
#include "support.h"
#include "value/text/scan.h"
#include "value/text/utf8.h"

static bool plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static unsigned first_by_bytes(const uint8_t *p, unsigned step)
{
    for (unsigned i = 0; i < step; i++)
        if (!plain(p[i])) return i;
    return step;
}

static void compare(const uint8_t bytes[16])
{
    uint64_t word  = dynox__scan_word(bytes);
    unsigned first = word ? (unsigned)__builtin_ctzll(word) / 8 : 8;
    assert_int_equal(first, first_by_bytes(bytes, 8));
#if defined(__SSE2__)
    uint64_t mask = dynox__scan_sse2(bytes);
    first         = mask ? (unsigned)__builtin_ctzll(mask) : 16;
    assert_int_equal(first, first_by_bytes(bytes, 16));
#elif defined(DYNOX__SCAN_NEON)
    uint64_t mask = dynox__scan_neon(bytes);
    first         = mask ? (unsigned)__builtin_ctzll(mask) / 4 : 16;
    assert_int_equal(first, first_by_bytes(bytes, 16));
#endif
}

static void every_byte_at_every_place_is_judged_right(void **state)
{
    (void)state;
    for (unsigned at = 0; at < 16; at++)
        for (unsigned c = 0; c < 256; c++)
            for (unsigned next = 0; next < 256; next++) {
                uint8_t bytes[16];
                memset(bytes, 'x', sizeof bytes);
                bytes[at] = (uint8_t)c;
                if (at < 15) bytes[at + 1] = (uint8_t)next;
                compare(bytes);
            }
}

static void random_bytes_are_judged_right(void **state)
{
    (void)state;
    uint64_t random = 1234567;
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[16];
        for (int k = 0; k < 16; k++) {
            random   = random * 6364136223846793005u + 1442695040888963407u;
            bytes[k] = (uint8_t)(random >> 56);
            if (i % 2 && !plain(bytes[k]) && (random >> 40 & 7)) bytes[k] = ' ';
        }
        compare(bytes);
    }
}

static void utf8_is_judged_as_its_definition_says(void **state)
{
    (void)state;
    /* all sequences of two and three bytes, and all lead bytes with the edges of four */
    for (unsigned bits = 0; bits < 1u << 24; bits += bits < 0xC00000 ? 0x10001 : 1) {
        uint8_t  p[4] = {(uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits, 0};
        unsigned two = (p[0] & 31u) << 6 | (p[1] & 63u), three = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
        size_t   expected    = 0;
        bool     one_follows = (p[1] & 0xC0) == 0x80, two_follow = one_follows && (p[2] & 0xC0) == 0x80;
        if (p[0] < 0x80) continue;
        if ((p[0] & 0xE0) == 0xC0 && one_follows && two >= 0x80) expected = 2;
        if ((p[0] & 0xF0) == 0xE0 && two_follow && three >= 0x800 && (three < 0xD800 || three > 0xDFFF)) expected = 3;
        if (dynox__utf8_sequence(p, 3) != expected) fail_msg("%02X %02X %02X", p[0], p[1], p[2]);
        if (expected && dynox__utf8_sequence(p, expected - 1) != 0)
            fail_msg("%02X %02X %02X cut short", p[0], p[1], p[2]);
    }
    for (unsigned lead = 0xF0; lead < 0x100; lead++)
        for (unsigned second = 0; second < 0x100; second++) {
            uint8_t  p[4]  = {(uint8_t)lead, (uint8_t)second, 0x80, 0xBF};
            unsigned point = (lead & 7) << 18 | (second & 63) << 12 | 63;
            bool     good  = lead < 0xF8 && (second & 0xC0) == 0x80 && point >= 0x10000 && point <= 0x10FFFF;
            assert_int_equal(dynox__utf8_sequence(p, 4), good ? 4 : 0);
            assert_int_equal(dynox__utf8_sequence(p, 3), 0);
            p[3] = 0xC0;
            assert_int_equal(dynox__utf8_sequence(p, 4), 0);
        }
}

static void every_code_point_is_written_validly(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point == 0xD800) point = 0xE000;
        uint8_t text[4];
        size_t  length = dynox__utf8_write(text, point);
        assert_true(dynox__utf8_valid((char *)text, length));
        assert_false(point >= 0x80 && dynox__utf8_valid((char *)text, length - 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_at_every_place_is_judged_right),
        cmocka_unit_test(random_bytes_are_judged_right),
        cmocka_unit_test(utf8_is_judged_as_its_definition_says),
        cmocka_unit_test(every_code_point_is_written_validly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
