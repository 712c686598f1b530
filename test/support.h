/* What tests share: cmocka with its prerequisites, skipping by name, and a failing allocator. */
#ifndef DYNOX_TEST_SUPPORT_H
#define DYNOX_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka's own, which are not for several threads: use the counted ones below. */
#undef test_malloc
#undef test_realloc
#undef test_calloc
#undef test_free
#include <dynox/memory.h>
#include <locale.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ThreadSanitizer's forked children may not start threads. */
#if defined(__SANITIZE_THREAD__)
#define TEST_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TEST_UNDER_TSAN 1
#endif
#endif
#ifndef TEST_UNDER_TSAN
#define TEST_UNDER_TSAN 0
#endif

/* The return code by which ctest knows a skipped test. */
enum { TEST_SKIPPED = 77 };

/* Ends the program as skipped, with the reason; a failure where peers and data are required. */
_Noreturn static inline void test_skip(const char *why)
{
    const char *required = getenv("DYNOX_REQUIRE_PEERS");
    bool        fail     = required && strcmp(required, "1") == 0;
    printf("%s: %s\n", fail ? "FAIL" : "SKIP", why);
    exit(fail ? 1 : TEST_SKIPPED);
}

/* The run under another locale: no comparison, conversion or case of ours may depend on it. */
__attribute__((constructor)) static inline void test_use_locale(void)
{
    const char *name = getenv("DYNOX_TEST_LOCALE");
    if (name && !setlocale(LC_ALL, name)) test_skip("the locale tr_TR.UTF-8 is not here (Debian: locales)");
}

/* The path of a file of the official test data; skips the program if the data is not there. The result is static. */
static inline const char *test_data(const char *relative)
{
    static char path[1024];
    const char *root = getenv("DYNOX_SHARED");
    if (!root) root = DYNOX_SHARED_DEFAULT;
    snprintf(path, sizeof path, "%s/%s", root, relative);
    FILE *file = fopen(path, "rb");
    if (!file) test_skip("the official test data is not here (set DYNOX_SHARED to its folder)");
    fclose(file);
    return path;
}

/* A whole file, NUL-terminated; the caller frees it. Fails the program if it cannot be read. */
static inline char *test_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *data = calloc(1, (size_t)length + 1);
    if (!data || fread(data, 1, (size_t)length, file) != (size_t)length) exit(1);
    fclose(file);
    if (size) *size = (size_t)length;
    return data;
}

/* ---- allocation failures: fail the n-th allocation, for every n until nothing fails ---- */

static _Atomic long test_allocations_left; /* the one that brings this to zero fails, once */
static _Atomic long test_blocks;           /* that live now */
static _Atomic bool test_allocation_failed;

static inline bool test_fails_now(void)
{
    if (atomic_load(&test_allocations_left) <= 0) return false;
    if (atomic_fetch_sub(&test_allocations_left, 1) != 1) return false;
    atomic_store(&test_allocation_failed, true);
    return true;
}

static inline void *counted_malloc(size_t size)
{
    if (test_fails_now()) return NULL;
    void *block = malloc(size);
    if (block) atomic_fetch_add(&test_blocks, 1);
    return block;
}

static inline void *counted_realloc(void *old, size_t size)
{
    if (test_fails_now()) return NULL;
    void *block = realloc(old, size);
    if (block && !old) atomic_fetch_add(&test_blocks, 1);
    return block;
}

static inline void counted_free(void *block)
{
    if (block) atomic_fetch_sub(&test_blocks, 1);
    free(block);
}

/* Runs `body` with the n-th allocation failing, for n = 1, 2, ... until a run meets no failure; after each run, all
 * blocks must be gone again (the library's own immortal ones excepted: run body once before, to make them). */
static inline void test_every_allocation_failing(void (*body)(void *), void *arg)
{
    dynox_set_allocator(counted_malloc, counted_realloc, counted_free);
    atomic_store(&test_allocations_left, 0);
    body(arg);
    long before = atomic_load(&test_blocks);
    for (long n = 1;; n++) {
        atomic_store(&test_allocation_failed, false);
        atomic_store(&test_allocations_left, n);
        body(arg);
        atomic_store(&test_allocations_left, 0);
        if (atomic_load(&test_blocks) != before)
            fail_msg("failing allocation %ld leaks %ld blocks", n, atomic_load(&test_blocks) - before);
        if (!atomic_load(&test_allocation_failed)) break;
    }
    dynox_set_allocator(NULL, NULL, NULL);
}

#endif
