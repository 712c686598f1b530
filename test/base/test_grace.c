/* Grace periods: a wait ends when those who were in are out, and not before. */
#include "base/grace.h"
#include "support.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static _Atomic int waited;

static void *wait_for_others(void *unused)
{
    dynox__grace_wait();
    atomic_store(&waited, 1);
    return unused;
}

static void a_wait_lasts_until_who_was_in_is_out(void **state)
{
    (void)state;
    pthread_t thread;
    unsigned  outer = dynox__grace_enter(), inner = dynox__grace_enter();
    atomic_store(&waited, 0);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_others, NULL), 0);
    dynox__grace_leave(inner);
    usleep(20000);
    assert_int_equal(atomic_load(&waited), 0);
    dynox__grace_leave(outer);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&waited), 1);
}

static void nobody_waits_for_himself(void **state)
{
    (void)state;
    unsigned token = dynox__grace_enter();
    dynox__grace_wait();
    dynox__grace_leave(token);
    dynox__grace_wait();
}

static _Atomic int stop;

static void *come_and_go(void *unused)
{
    while (!atomic_load(&stop))
        dynox__grace_leave(dynox__grace_enter());
    return unused;
}

static void newcomers_do_not_hold_up_a_wait(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, NULL), 0);
    for (int i = 0; i < 200; i++)
        dynox__grace_wait();
    atomic_store(&stop, 1);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_wait_lasts_until_who_was_in_is_out),
                                       cmocka_unit_test(nobody_waits_for_himself),
                                       cmocka_unit_test(newcomers_do_not_hold_up_a_wait)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
