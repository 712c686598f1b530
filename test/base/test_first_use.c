/* First uses: once, by one thread, again after a failure, and never in the middle of a fork. */
#include "base/first_use.h"
#include "support.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic int begun, inside;
static int         failures;

static bool begin(void)
{
    begun++;
    return failures-- <= 0;
}

static void a_failure_is_tried_again_and_a_success_is_not(void **state)
{
    (void)state;
    _Atomic bool done = false;
    begun             = 0;
    failures          = 2;
    assert_false(dynox__first_use(&done, begin));
    assert_false(dynox__first_use(&done, begin));
    assert_true(dynox__first_use(&done, begin));
    assert_true(dynox__first_use(&done, begin));
    assert_int_equal(begun, 3);
}

static _Atomic bool slow_done;

static bool begin_slowly(void)
{
    inside = 1;
    usleep(50000);
    inside = 2;
    return true;
}

static void *use(void *unused)
{
    dynox__first_use(&slow_done, begin_slowly);
    return unused;
}

static void a_fork_waits_for_it(void **state)
{
    (void)state;
    pthread_t    thread;
    _Atomic bool warm = false;
    failures          = 0;
    dynox__first_use(&warm, begin);
    assert_int_equal(pthread_create(&thread, NULL, use, NULL), 0);
    while (!inside)
        usleep(100);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        _exit(inside == 2 && dynox__first_use(&slow_done, begin_slowly) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_failure_is_tried_again_and_a_success_is_not),
                                       cmocka_unit_test(a_fork_waits_for_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
