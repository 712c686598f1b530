/* CRC-32 against its definition, bit by bit. */
#include "support.h"
#include "value/json/crc32.h"

static uint32_t by_definition(const uint8_t *p, size_t size)
{
    uint32_t crc = 0xFFFFFFFF;
    for (; size; size--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
    }
    return ~crc;
}

static void the_check_value_is_right(void **state)
{
    (void)state;
    assert_int_equal(dynox__crc32("123456789", 9), 0xCBF43926);
    assert_int_equal(dynox__crc32_portable("123456789", 9), 0xCBF43926);
    assert_int_equal(dynox__crc32("{}", 2), 2745614147u); /* what the service sends with an empty answer */
    assert_int_equal(dynox__crc32("", 0), 0);
}

static void every_length_and_alignment_agrees_with_the_definition(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 3000; size++) {
        size_t   shift = size % 17;
        uint8_t *block = malloc(shift + size + 1), *bytes = block + shift; /* ends where the block ends, nearly */
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(i * i * 31 + i * 7 + size);
        uint32_t expected = by_definition(bytes, size);
        if (dynox__crc32(bytes, size) != expected) fail_msg("%zu bytes", size);
        if (dynox__crc32_portable(bytes, size) != expected) fail_msg("%zu bytes, portable", size);
        free(block);
    }
}

static void every_alignment_of_some_lengths(void **state)
{
    (void)state;
    static uint8_t block[4096];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (uint8_t)(i * 167 >> 3);
    for (size_t size = 60; size < 260; size += 7)
        for (size_t shift = 0; shift < 64; shift++)
            assert_int_equal(dynox__crc32(block + shift, size), by_definition(block + shift, size));
}

static void a_flipped_bit_is_noticed(void **state)
{
    (void)state;
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    uint32_t crc = dynox__crc32(bytes, sizeof bytes);
    for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(dynox__crc32(bytes, sizeof bytes), crc);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_value_is_right),
        cmocka_unit_test(every_length_and_alignment_agrees_with_the_definition),
        cmocka_unit_test(every_alignment_of_some_lengths),
        cmocka_unit_test(a_flipped_bit_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
