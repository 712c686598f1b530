/* Threads: no signals, waits that end, and forks that are counted. */
#include "base/clock.h"
#include "base/thread.h"
#include "support.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void *all_blocked(void *unused)
{
    (void)unused;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    bool all = sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGINT) && sigismember(&blocked, SIGUSR1);
    bool own = sigismember(&blocked, SIGSEGV) || sigismember(&blocked, SIGBUS) || sigismember(&blocked, SIGFPE) ||
               sigismember(&blocked, SIGILL) || sigismember(&blocked, SIGABRT) || sigismember(&blocked, SIGTRAP) ||
               sigismember(&blocked, SIGSYS);
    return all && !own ? (void *)1 : NULL;
}

static void *ordinary_stack(void *unused)
{
    (void)unused;
    volatile char room[200 * 1024];
    room[0] = room[sizeof room - 1] = 1;
    return room[0] ? (void *)1 : NULL;
}

static void a_refused_stack_size_is_replaced_by_the_systems(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, (size_t)1 << 60, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pthread_t thread;
        void     *result = NULL;
        dynox__thread_set_stack_size(sizes[i]);
        assert_int_equal(dynox__thread_start(&thread, "stack", false, ordinary_stack, NULL), DYNOX_OK);
        pthread_join(thread, &result);
        assert_non_null(result);
    }
}

static void threads_take_no_signals_but_their_own_and_the_callers_mask_stays(void **state)
{
    (void)state;
    sigset_t  before, after;
    pthread_t thread;
    void     *result = NULL;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_int_equal(dynox__thread_start(&thread, "a name of more than 15 bytes", false, all_blocked, NULL), DYNOX_OK);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    pthread_join(thread, &result);
    assert_non_null(result);
    assert_int_equal(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
}

typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    bool            open;
} gate;

static void *open_gate(void *arg)
{
    gate *it = arg;
    pthread_mutex_lock(&it->lock);
    it->open = true;
    pthread_cond_signal(&it->changed);
    pthread_mutex_unlock(&it->lock);
    return NULL;
}

static void a_wait_ends_when_woken(void **state)
{
    (void)state;
    gate      it = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t thread;
    assert_true(dynox__cond_init(&it.changed));
    pthread_mutex_lock(&it.lock);
    assert_int_equal(dynox__thread_start(&thread, "opener", false, open_gate, &it), DYNOX_OK);
    while (!it.open)
        assert_true(dynox__cond_wait_until(&it.changed, &it.lock, DYNOX__NEVER));
    pthread_mutex_unlock(&it.lock);
    pthread_join(thread, NULL);
    pthread_cond_destroy(&it.changed);
}

static void a_wait_ends_at_its_deadline(void **state)
{
    (void)state;
    gate it = {.lock = PTHREAD_MUTEX_INITIALIZER};
    assert_true(dynox__cond_init(&it.changed));
    pthread_mutex_lock(&it.lock);
    assert_false(dynox__cond_wait_until(&it.changed, &it.lock, dynox__now_ns())); /* passed already */
    int64_t deadline = dynox__deadline_after(dynox__now_ns(), 20);
    while (dynox__cond_wait_until(&it.changed, &it.lock, deadline)) {
    }
    assert_true(dynox__now_ns() >= deadline);
    pthread_mutex_unlock(&it.lock);
    pthread_cond_destroy(&it.changed);
}

static void each_fork_is_counted_in_the_child(void **state)
{
    (void)state;
    assert_int_equal(dynox__fork_generation(), 0);
    pid_t child = fork();
    if (child == 0) {
        if (dynox__fork_generation() != 1) _exit(9);
        pid_t grandchild = fork();
        if (grandchild == 0) _exit((int)dynox__fork_generation());
        int status = 0;
        waitpid(grandchild, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 8);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_int_equal(dynox__fork_generation(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_take_no_signals_but_their_own_and_the_callers_mask_stays),
        cmocka_unit_test(a_refused_stack_size_is_replaced_by_the_systems),
        cmocka_unit_test(a_wait_ends_when_woken),
        cmocka_unit_test(a_wait_ends_at_its_deadline),
        cmocka_unit_test(each_fork_is_counted_in_the_child),
    };
    return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
