/* As much of cmocka as the codec's tests use, for a machine that there is no cmocka of. The first failure ends the
 * program. */
#ifndef DYNOX_TEST_ARM64_CMOCKA_H
#define DYNOX_TEST_ARM64_CMOCKA_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
    int (*teardown)(void **state);
};

#define cmocka_unit_test(test)                                                                                         \
    {                                                                                                                  \
#test, test, NULL                                                                                              \
    }
#define cmocka_unit_test_teardown(test, teardown)                                                                      \
    {                                                                                                                  \
#test, test, teardown                                                                                          \
    }

/* cmocka's takes functions for the whole group, too, which no test here has. */
#define cmocka_run_group_tests(tests, setup, teardown) run_tests(tests, sizeof(tests) / sizeof *(tests))

#define fail_msg(...)                                                                                                  \
    (fprintf(stderr, "%s:%d: ", __FILE__, __LINE__), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))
#define skip() exit(77)
#define print_message printf

#define hold_(condition, text) ((condition) ? (void)0 : fail_msg("%s", text))
#define assert_true(value) hold_((value), "not true: " #value)
#define assert_false(value) hold_(!(value), "true: " #value)
#define assert_null(pointer) hold_((pointer) == NULL, "not NULL: " #pointer)
#define assert_non_null(pointer) hold_((pointer) != NULL, "NULL: " #pointer)
#define assert_ptr_equal(a, b) hold_((const void *)(a) == (const void *)(b), #a " is not " #b)
#define assert_int_equal(a, b) same_integers((uintmax_t)(a), (uintmax_t)(b), __FILE__, __LINE__)
#define assert_int_not_equal(a, b) hold_((uintmax_t)(a) != (uintmax_t)(b), #a " is " #b)
#define assert_string_equal(a, b) same_texts((a), (b), __FILE__, __LINE__)
#define assert_memory_equal(a, b, size) hold_(memcmp((a), (b), (size)) == 0, #a " is not " #b)

static inline void same_integers(uintmax_t a, uintmax_t b, const char *file, int line)
{
    if (a == b) return;
    fprintf(stderr, "%s:%d: %" PRIuMAX " is not %" PRIuMAX "\n", file, line, a, b);
    exit(1);
}

static inline void same_texts(const char *a, const char *b, const char *file, int line)
{
    if (strcmp(a, b) == 0) return;
    fprintf(stderr, "%s:%d: \"%s\" is not \"%s\"\n", file, line, a, b);
    exit(1);
}

static inline int run_tests(const struct CMUnitTest *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *state = NULL;
        printf("%s\n", tests[i].name);
        fflush(stdout);
        tests[i].test(&state);
        if (tests[i].teardown) tests[i].teardown(&state);
    }
    return 0;
}

#endif
