/* A forked child: what it has from its parent fails clearly or is served by threads of its own, and never hangs. */
#include "async/futures.h"
#include "fork.h"
#include <dynox/async.h>
#include <dynox/group.h>
#include <dynox/loop.h>
#include <dynox/pool.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEVERAL = 12 };

static struct {
    pid_t         pid;
    dynox_future *promise, *nap;
    dynox_strand *strand;
    dynox_loop   *loop;
    dynox_pool   *pool;
    dynox_group  *group;  /* waits for the first of several */
    dynox_stream *stream; /* the same, and somebody waits for it */
    dynox_future *several[SEVERAL];
    _Atomic bool  noted; /* one of them is done */
} parent;

static void has_noted(dynox_future *future, void *arg)
{
    (void)future;
    atomic_store((_Atomic bool *)arg, true);
    if (getpid() != parent.pid) _exit(200);
}

DYNOX_ASYNC(void *, walks, (dynox_future * it;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(my->it);
    DYNOX_YIELD(my->it);
    DYNOX_END
}

/* Everything is in use when the process forks. */
static int begin(void **state)
{
    (void)state;
    parent.promise = pending();
    parent.nap     = dynox_sleep(1000000);
    parent.strand  = dynox_strand_new("strand");
    parent.loop    = dynox_loop_new();
    parent.pool    = dynox_pool_new(.threads = 1);
    parent.group   = dynox_group_new(0);
    parent.pid     = getpid();
    atomic_store(&parent.noted, false);
    for (int i = 0; i < SEVERAL; i++) {
        parent.several[i] = pending();
        if (dynox_future_on_done(parent.several[i], dynox_executor_inline(), has_noted, &parent.noted) != DYNOX_OK)
            return 1;
    }
    dynox_group_add(parent.group, dynox_future_acquire(parent.several[0]));
    parent.stream = DYNOX_GENERATE(walks, dynox_future_acquire(parent.several[0]));
    dynox_future_release(dynox_stream_next(parent.stream));
    int sum = join_number(dynox_then(settled(1), add_one, NULL));
    sum += join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_strand_executor(parent.strand)));
    sum += join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_pool_executor(parent.pool)));
    return sum == 6 ? 0 : 1;
}

/* The parent still works after all that its child has done. */
static int end(void **state)
{
    (void)state;
    int sum = join_number(dynox_then(settled(1), add_one, NULL));
    sum += join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_strand_executor(parent.strand)));
    dynox_future *last = dynox_then(settled(1), add_one, NULL, .on = dynox_loop_executor(parent.loop));
    dynox_loop_run(parent.loop, last);
    sum += join_number(last);
    settle(dynox_future_acquire(parent.promise), 1);
    dynox_future_release(parent.promise);
    dynox_future_release(parent.promise);
    for (int i = 0; i < SEVERAL; i++) {
        settle(dynox_future_acquire(parent.several[i]), 1);
        dynox_future_release(parent.several[i]);
        dynox_future_release(parent.several[i]);
    }
    if (dynox_join_void(dynox_group_join(parent.group)) != DYNOX_OK) sum = 0;
    dynox_error err = {0};
    if (!dynox_sync_stream_next(parent.stream, &err) || !atomic_load(&parent.noted)) sum = 0;
    dynox_stream_free(parent.stream);
    dynox_group_free(parent.group);
    if (dynox_join_void(dynox_sleep(1)) != DYNOX_OK) sum = 0;
    dynox_future_drop(&parent.nap);
    dynox_strand_free(parent.strand);
    dynox_loop_free(parent.loop);
    dynox_pool_free(parent.pool);
    return sum == 6 ? 0 : 1;
}

/* 0: all is well. A child that hangs is killed by its alarm. */
static int in_child(int (*body)(void))
{
    fflush(NULL);
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        alarm(30);
        _exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int wait_for_the_parents(void)
{
    if (dynox_future_wait(parent.promise, -1) != DYNOX_E_FORKED) return 1;
    if (dynox_future_wait(parent.nap, -1) != DYNOX_E_FORKED) return 2;
    dynox_future_cancel(parent.nap);
    if (dynox_loop_run(parent.loop, parent.promise) != DYNOX_E_FORKED) return 3;
    if (dynox_loop_dispatch(parent.loop, 0) != 0) return 4;
    int          five   = 5;
    dynox_status status = dynox_join_void(dynox_pool_run(parent.pool, (dynox_job_fn)0, &five));
    return status == DYNOX_E_ARGUMENT ? 0 : 5;
}

static void waiting_for_what_only_the_parent_can_settle_fails(void **state)
{
    (void)state;
    assert_int_equal(in_child(wait_for_the_parents), 0);
}

static void note(dynox_future *future, void *arg)
{
    *(dynox_status *)arg = dynox_future_error(future);
}

DYNOX_ASYNC(int, awaits, (dynox_future * it;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(my->it);
    DYNOX_RETURN(1);
    DYNOX_END
}

static int combine_the_parents(void)
{
    dynox_executor *here   = dynox_executor_inline();
    dynox_status    status = DYNOX_OK;
    dynox_group    *group  = dynox_group_new(0);
    dynox_future  **one = parent.several, *promise = pending();
    if (dynox_join_void(dynox_then(*one++, add_one, NULL, .on = here)) != DYNOX_E_FORKED) return 1;
    if (dynox_join_void(dynox_timeout(*one++, 1000000)) != DYNOX_E_FORKED) return 2;
    if (dynox_join_void(dynox_gather(settled(1), *one++)) != DYNOX_E_FORKED) return 3;
    if (dynox_join_void(dynox_gather_settled(*one++, settled(1))) != DYNOX_OK) return 4;
    if (dynox_join_void(dynox_race(*one++, pending())) != DYNOX_E_FORKED) return 5;
    if (dynox_join_void(dynox_any(*one++, settled(1))) != DYNOX_OK) return 6;
    if (dynox_join_void(dynox_shield(*one++)) != DYNOX_E_FORKED) return 7;
    dynox_group_add(group, *one++);
    if (dynox_join_void(dynox_group_join(group)) != DYNOX_E_FORKED) return 8;
    dynox_group_free(group);
    if (dynox_future_on_done(*one++, here, note, &status) != DYNOX_OK || status != DYNOX_E_FORKED) return 9;
    if (dynox_join_void(DYNOX_CALL_ON(here, awaits, *one++)) != DYNOX_E_FORKED) return 10;
    if (dynox_run_void(DYNOX_CALL(awaits, *one++)) != DYNOX_E_FORKED) return 11;
    dynox_promise_settle(promise, dynox_continue(*one++));
    if (dynox_join_void(promise) != DYNOX_E_FORKED) return 12;
    return dynox_join_void(dynox_then(dynox_shield(parent.nap), NULL, NULL, .on = here)) == DYNOX_E_FORKED ? 0 : 13;
}

static void what_a_child_makes_of_the_parents_futures_fails(void **state)
{
    (void)state;
    if (TEST_UNDER_TSAN) skip();
    assert_int_equal(in_child(combine_the_parents), 0);
    assert_false(atomic_load(&parent.noted)); /* what the parent attached is the parent's, here and there */
}

static int use_the_parents_group(void)
{
    dynox_error err = {0};
    if (dynox_join_void(dynox_group_join(parent.group)) != DYNOX_E_FORKED) return 1;
    if (dynox_join_void(dynox_group_slot(parent.group)) != DYNOX_E_FORKED) return 2;
    dynox_group_add(parent.group, pending());
    dynox_group_cancel(parent.group);
    dynox_group_free(parent.group);
    if (dynox_sync_stream_next(parent.stream, &err) || err.status != DYNOX_E_FORKED) return 3;
    if (dynox_join_void(dynox_stream_next(parent.stream)) != DYNOX_E_FORKED) return 4;
    dynox_stream_free(parent.stream);
    return 0;
}

static void groups_and_generators_of_the_parent_fail(void **state)
{
    (void)state;
    assert_int_equal(in_child(use_the_parents_group), 0);
}

static dynox_outcome answer(void *arg)
{
    (void)arg;
    return dynox_ok_int(5);
}

static int settle_the_parents(void)
{
    if (dynox_join_void(dynox_pool_run(parent.pool, answer, NULL)) != DYNOX_E_FORKED) return 1;
    settle(dynox_future_acquire(parent.promise), 3); /* memory it may use, of course */
    return join_number(parent.promise) == 3 ? 0 : 2;
}

static void a_pool_of_the_parent_refuses_jobs(void **state)
{
    (void)state;
    assert_int_equal(in_child(settle_the_parents), 0);
}

static int free_the_parents(void)
{
    dynox_strand_free(parent.strand);
    dynox_loop_free(parent.loop);
    dynox_pool_free(parent.pool);
    dynox_future_release(parent.nap);
    dynox_future_release(parent.promise);
    return 0;
}

static void freeing_what_the_parent_made_does_not_hang(void **state)
{
    (void)state;
    assert_int_equal(in_child(free_the_parents), 0);
}

static int use_the_childs_own(void)
{
    if (join_number(dynox_then(settled(1), add_one, NULL)) != 2) return 1;
    if (dynox_join_void(dynox_sleep(1)) != DYNOX_OK) return 2;
    if (dynox_join_void(dynox_timeout(pending(), 1)) != DYNOX_E_TIMEOUT) return 3;
    dynox_strand *strand = dynox_strand_new("child");
    if (join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_strand_executor(strand))) != 2) return 4;
    dynox_strand_free(strand);
    dynox_pool *pool  = dynox_pool_new(.threads = 1);
    int64_t     value = 0;
    if (dynox_join(dynox_pool_run(pool, answer, NULL), &value) != DYNOX_OK || value != 5) return 5;
    dynox_pool_free(pool);
    return in_child(wait_for_the_parents) == 0 ? 0 : 6; /* and a grandchild */
}

static void a_child_has_threads_of_its_own(void **state)
{
    (void)state;
    if (TEST_UNDER_TSAN) skip(); /* its children may not start threads */
    assert_int_equal(in_child(use_the_childs_own), 0);
}

static int post_to_the_parents(void)
{
    if (join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_strand_executor(parent.strand))) != 2) return 1;
    if (join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_loop_executor(parent.loop))) != 2) return 2;
    if (join_number(dynox_then(settled(1), add_one, NULL, .on = dynox_pool_executor(parent.pool))) != 2) return 3;
    return 0;
}

static void work_for_an_executor_of_the_parent_runs_on_the_childs_callback_thread(void **state)
{
    (void)state;
    if (TEST_UNDER_TSAN) skip();
    assert_int_equal(in_child(post_to_the_parents), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(waiting_for_what_only_the_parent_can_settle_fails, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_of_the_parent_refuses_jobs, begin, end),
        cmocka_unit_test_setup_teardown(what_a_child_makes_of_the_parents_futures_fails, begin, end),
        cmocka_unit_test_setup_teardown(groups_and_generators_of_the_parent_fail, begin, end),
        cmocka_unit_test_setup_teardown(freeing_what_the_parent_made_does_not_hang, begin, end),
        cmocka_unit_test_setup_teardown(a_child_has_threads_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(work_for_an_executor_of_the_parent_runs_on_the_childs_callback_thread, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
