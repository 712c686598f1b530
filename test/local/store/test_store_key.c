/* Keys sort as what they are made of, whatever it is. */
#include "local/store/key.h"
#include "support.h"
#include "value/random_value.h"
#include "value/text/number.h"

enum { MANY = 20000 };

static int sign_of(int number)
{
    return (number > 0) - (number < 0);
}

static int compare_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    size_t common = a_size < b_size ? a_size : b_size;
    int    order  = common ? memcmp(a, b, common) : 0;
    return sign_of(order ? order : (a_size > b_size) - (a_size < b_size));
}

static int compare_keys(const dynox__buffer *a, const dynox__buffer *b)
{
    return compare_bytes(a->data, a->size, b->data, b->size);
}

static void key_of(dynox__buffer *key, const dynox_value *value)
{
    key->size = 0;
    dynox__key_add_value(key, value);
    assert_false(key->failed);
}

/* Few different bytes and many zeros, so that texts meet and end inside each other. */
static size_t odd_bytes(random_values *r, unsigned char bytes[12])
{
    static const unsigned char pool[] = {0, 0, 1, 'a', 254, 255};
    size_t                     size   = random_below(r, 12);
    for (size_t i = 0; i < size; i++)
        bytes[i] = pool[random_below(r, sizeof pool)];
    return size;
}

static void bytes_sort_as_bytes(void **state)
{
    (void)state;
    random_values r = {.state = 7};
    dynox__buffer x = {0}, y = {0};
    for (int i = 0; i < MANY; i++) {
        unsigned char a[12], b[12];
        size_t        a_size = odd_bytes(&r, a), b_size = odd_bytes(&r, b);
        dynox_value   p = dynox_bytes(a, a_size), q = dynox_bytes(b, b_size);
        key_of(&x, &p);
        key_of(&y, &q);
        assert_int_equal(compare_keys(&x, &y), compare_bytes(a, a_size, b, b_size));
        dynox_value text = dynox_string_n((char *)a, a_size);
        key_of(&y, &text);
        assert_int_equal(compare_keys(&x, &y), 0);
    }
    dynox__buffer_free(&x);
    dynox__buffer_free(&y);
}

/* Any exponent, few digits, many zeros around them. */
static size_t odd_number(random_values *r, char text[120])
{
    size_t   at     = 0;
    uint32_t digits = 1 + random_below(r, random_below(r, 4) ? 3 : 38), point = random_below(r, digits + 1);
    if (random_below(r, 2)) text[at++] = '-';
    for (uint32_t zeros = random_below(r, 3); zeros; zeros--)
        text[at++] = '0';
    for (uint32_t i = 0; i < digits; i++) {
        if (i == point) text[at++] = '.';
        text[at++] = (char)('0' + (random_below(r, 3) ? random_below(r, 10) : 0));
    }
    int exponent = (int)random_below(r, random_below(r, 2) ? 4 : 250) - 125;
    if (random_below(r, 2)) at += (size_t)snprintf(text + at, 8, "E%d", exponent);
    return at;
}

static void numbers_sort_by_value(void **state)
{
    (void)state;
    random_values r = {.state = 9};
    dynox__buffer x = {0}, y = {0};
    for (int i = 0; i < MANY; i++) {
        char   a[120], b[120];
        size_t a_length = odd_number(&r, a), b_length = odd_number(&r, b);
        if (dynox__number_check(a, a_length) || dynox__number_check(b, b_length)) continue;
        dynox_value p = dynox_string_n(a, a_length), q = dynox_string_n(b, b_length);
        p.type = q.type = DYNOX_N;
        key_of(&x, &p);
        key_of(&y, &q);
        if (compare_keys(&x, &y) != dynox__number_compare(a, a_length, b, b_length))
            fail_msg("%.*s and %.*s", (int)a_length, a, (int)b_length, b);
    }
    dynox__buffer_free(&x);
    dynox__buffer_free(&y);
}

static void numbers_sort_at_their_limits(void **state)
{
    (void)state;
    static const char *const ordered[] = {"-9.9999999999999999999999999999999999999E+125",
                                          "-9.9E125",
                                          "-9E125",
                                          "-1E125",
                                          "-10.01",
                                          "-10",
                                          "-9.9",
                                          "-1.1",
                                          "-1",
                                          "-0.9",
                                          "-1E-129",
                                          "-1.1E-130",
                                          "-1E-130",
                                          "0",
                                          "1E-130",
                                          "1.0000000000000000000000000000000000001E-130",
                                          "1E-129",
                                          "0.9",
                                          "1",
                                          "1.0000000000000000000000000000000000001",
                                          "1.01",
                                          "10",
                                          "1E125",
                                          "9.9999999999999999999999999999999999999E+125"};
    dynox__buffer            x = {0}, y = {0};
    for (size_t i = 0; i + 1 < sizeof ordered / sizeof *ordered; i++) {
        dynox_value low = dynox_number_text(ordered[i]), high = dynox_number_text(ordered[i + 1]);
        key_of(&x, &low);
        key_of(&y, &high);
        if (compare_keys(&x, &y) >= 0) fail_msg("%s and %s", ordered[i], ordered[i + 1]);
    }
    dynox__buffer_free(&x);
    dynox__buffer_free(&y);
}

static void equal_numbers_are_equal_bytes(void **state)
{
    (void)state;
    static const char *const equal[][2] = {{"1", "1.0"},          {"0", "-0"},    {"0", "0e99"}, {"100", "1e2"},
                                           {"-0.0120", "-12E-3"}, {"1", "+0001"}, {"10", "1e1"}};
    dynox__buffer            x = {0}, y = {0};
    for (size_t i = 0; i < sizeof equal / sizeof *equal; i++) {
        dynox_value a = dynox_number_text(equal[i][0]), b = dynox_number_text(equal[i][1]);
        key_of(&x, &a);
        key_of(&y, &b);
        assert_int_equal(compare_keys(&x, &y), 0);
    }
    dynox_value same[] = {dynox_int(-12), dynox_double(-12), dynox_number_text("-12"), dynox_number_text("-12.0")};
    key_of(&x, &same[0]);
    for (size_t i = 1; i < 4; i++) {
        key_of(&y, &same[i]);
        assert_int_equal(compare_keys(&x, &y), 0);
    }
    dynox__buffer_free(&x);
    dynox__buffer_free(&y);
}

/* A number behind bytes, bytes behind a number: the first part decides, unless it is equal. */
static void parts_do_not_run_into_each_other(void **state)
{
    (void)state;
    random_values r = {.state = 11};
    dynox__buffer x = {0}, y = {0};
    for (int i = 0; i < MANY; i++) {
        unsigned char a[2][12], b[2][12];
        size_t        a_size[2], b_size[2];
        int           numbers[2] = {(int)random_below(&r, 5) - 2, (int)random_below(&r, 5) - 2};
        for (int k = 0; k < 2; k++) {
            a_size[k] = odd_bytes(&r, a[k]);
            b_size[k] = random_below(&r, 2) ? odd_bytes(&r, b[k]) : (memcpy(b[k], a[k], 12), a_size[k]);
        }
        x.size = y.size = 0;
        dynox_value p = dynox_int(numbers[0]), q = dynox_int(numbers[1]);
        dynox__key_add_u32(&x, 3);
        dynox__key_add_bytes(&x, a[0], a_size[0]);
        dynox__key_add_value(&x, &p);
        dynox__key_add_bytes(&x, a[1], a_size[1]);
        dynox__key_add_u32(&y, 3);
        dynox__key_add_bytes(&y, b[0], b_size[0]);
        dynox__key_add_value(&y, &q);
        dynox__key_add_bytes(&y, b[1], b_size[1]);
        int order = compare_bytes(a[0], a_size[0], b[0], b_size[0]);
        if (!order) order = sign_of(numbers[0] - numbers[1]);
        if (!order) order = compare_bytes(a[1], a_size[1], b[1], b_size[1]);
        assert_int_equal(compare_keys(&x, &y), order);
    }
    dynox__buffer_free(&x);
    dynox__buffer_free(&y);
}

static void whole_numbers_are_big_endian(void **state)
{
    (void)state;
    dynox__buffer key = {0};
    dynox__key_add_u32(&key, 0x01020304);
    dynox__key_add_u64(&key, UINT64_C(0xfffefdfcfbfaf9f8));
    assert_int_equal(key.size, 12);
    assert_memory_equal(key.data, "\x01\x02\x03\x04\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 12);
    dynox__buffer_free(&key);
}

/* From a prefix to its successor: exactly the texts that begin with it. */
static void a_prefix_and_its_successor_enclose_what_begins_with_it(void **state)
{
    (void)state;
    random_values r   = {.state = 13};
    dynox__buffer low = {0}, high = {0}, key = {0};
    for (int i = 0; i < MANY; i++) {
        unsigned char prefix[12], text[12];
        size_t        prefix_size = odd_bytes(&r, prefix) % 4, size = odd_bytes(&r, text);
        low.size = high.size = key.size = 0;
        dynox__key_add_u32(&low, 5);
        dynox__key_add_prefix(&low, prefix, prefix_size);
        dynox__buffer_add(&high, low.data, low.size);
        assert_true(dynox__key_successor(&high));
        dynox__key_add_u32(&key, 5);
        dynox__key_add_bytes(&key, text, size);
        bool begins = size >= prefix_size && memcmp(text, prefix, prefix_size) == 0;
        assert_int_equal(compare_keys(&key, &low) >= 0 && compare_keys(&key, &high) < 0, begins);
    }
    dynox__buffer_free(&low);
    dynox__buffer_free(&high);
    dynox__buffer_free(&key);
}

static void nothing_is_behind_a_key_of_all_ones(void **state)
{
    (void)state;
    dynox__buffer key = {0};
    assert_false(dynox__key_successor(&key));
    dynox__key_add_u32(&key, UINT32_MAX);
    assert_false(dynox__key_successor(&key));
    dynox__buffer_free(&key);
}

/* Files hold it: it must never change. And segments of a scan are ranges of it: it must spread. */
static void a_hash_stays_and_spreads(void **state)
{
    (void)state;
    assert_true(dynox__key_hash("", 0) == UINT64_C(0xefd01f60ba992926));
    assert_true(dynox__key_hash("dynox", 5) == UINT64_C(0xbc59255d405bb785));
    unsigned buckets[16] = {0};
    for (uint32_t i = 0; i < 16000; i++) {
        char text[16];
        int  length = snprintf(text, sizeof text, "%u", i);
        buckets[dynox__key_hash(text, (size_t)length) >> 60]++;
    }
    for (int i = 0; i < 16; i++)
        assert_in_range(buckets[i], 850, 1150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_sort_as_bytes),
        cmocka_unit_test(numbers_sort_by_value),
        cmocka_unit_test(numbers_sort_at_their_limits),
        cmocka_unit_test(equal_numbers_are_equal_bytes),
        cmocka_unit_test(parts_do_not_run_into_each_other),
        cmocka_unit_test(whole_numbers_are_big_endian),
        cmocka_unit_test(a_prefix_and_its_successor_enclose_what_begins_with_it),
        cmocka_unit_test(nothing_is_behind_a_key_of_all_ones),
        cmocka_unit_test(a_hash_stays_and_spreads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
