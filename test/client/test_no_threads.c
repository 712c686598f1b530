/* Threads that the system does not give: calls fail at once and say so, and ends end. */
#define _GNU_SOURCE
#include "support.h"
#include <dlfcn.h>
#include <dynox/dynox.h>
#include <errno.h>
#include <pthread.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
int main(void)
{
    return 0; /* their own pthread_create cannot be replaced; the ordinary build is the test */
}
#else
static _Atomic int allowed;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*fn)(void *), void *arg)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)(void *)&real = dlsym(RTLD_NEXT, "pthread_create");
    if (atomic_fetch_sub(&allowed, 1) <= 0) return EAGAIN;
    return real(thread, attributes, fn, arg);
}

/* With so many threads and no more. */
static void call(int threads, dynox_status expected)
{
    dynox_error   error = {0};
    dynox_item   *item  = NULL;
    dynox_client *db    = dynox_client_new(.endpoint = "http://127.0.0.1:1", .region = "r", .access_key = "a",
                                           .secret_key = "b", .proxy = "", .max_attempts = 1);
    atomic_store(&allowed, threads);
    assert_int_equal(dynox_sync_get_item(db, "t", DYNOX_ITEM("pk", "k"), &item, .error = &error), expected);
    if (expected == DYNOX_E_SYSTEM) assert_true(error.message[0] != 0);
    dynox_client_free(db);
    dynox_error_clear(&error);
}

static void calls_fail_at_once_without_a_thread(void **state)
{
    (void)state;
    call(0, DYNOX_E_SYSTEM);
}

static void calls_fail_at_once_without_a_thread_to_connect(void **state)
{
    (void)state;
    call(1, DYNOX_E_SYSTEM);
}

static void two_threads_are_enough(void **state)
{
    (void)state;
    call(2, DYNOX_E_CONNECT); /* nobody listens there */
}

static void a_strand_without_a_thread_is_none(void **state)
{
    (void)state;
    atomic_store(&allowed, 0);
    assert_null(dynox_strand_new("s"));
    dynox_pool *pool = dynox_pool_new(.threads = 1);
    assert_non_null(pool);
    dynox_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(calls_fail_at_once_without_a_thread),
                                       cmocka_unit_test(calls_fail_at_once_without_a_thread_to_connect),
                                       cmocka_unit_test(two_threads_are_enough),
                                       cmocka_unit_test(a_strand_without_a_thread_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
