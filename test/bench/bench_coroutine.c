/* What coroutines cost: the least of many rounds. --check fails when suspending and resuming misses its bar. */
#include <dynox/async.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 25, TIMES = 20000, BAR_NS = 150 };

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static dynox_future *gate; /* what a coroutine waits for now: the producer's side */

static dynox_future *open_gate(void)
{
    gate = dynox_promise_new(NULL);
    return gate;
}

DYNOX_ASYNC(void *, waits, (int times;), (int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->times; my->i++)
        DYNOX_AWAIT_VOID(open_gate());
    DYNOX_END
}

DYNOX_ASYNC(void *, awaits_ready, (int times; dynox_future *ready;), (int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->times; my->i++)
        DYNOX_AWAIT_VOID(dynox_future_acquire(my->ready));
    DYNOX_FINALLY
    dynox_future_release(my->ready);
    DYNOX_END
}

DYNOX_ASYNC(int, child, (int value;), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN(my->value);
    DYNOX_END
}

DYNOX_ASYNC(int, calls, (int times;), (int i, sum, one;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->times; my->i++) {
        DYNOX_AWAIT(my->one, DYNOX_CALL(child, .value = 1));
        my->sum += my->one;
    }
    DYNOX_RETURN(my->sum);
    DYNOX_END
}

static void suspend_and_resume(void)
{
    dynox_future *all = DYNOX_CALL_ON(dynox_executor_inline(), waits, .times = TIMES);
    for (int i = 0; i < TIMES; i++)
        dynox_promise_settle(gate, dynox_ok(NULL, NULL));
    dynox_join_void(all);
}

static void await_ready(void)
{
    dynox_future *ready = dynox_future_of(dynox_ok(NULL, NULL));
    dynox_join_void(DYNOX_CALL_ON(dynox_executor_inline(), awaits_ready, .times = TIMES, .ready = ready));
}

static void call_and_await(void)
{
    dynox_join_void(DYNOX_CALL_ON(dynox_executor_inline(), calls, .times = TIMES));
}

static void create_run_end(void)
{
    for (int i = 0; i < TIMES; i++)
        dynox_future_release(DYNOX_CALL_ON(dynox_executor_inline(), child, .value = 1));
}

DYNOX_ASYNC(void *, waits_on_loop, (int times;), (int i; dynox_future *promise;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->times; my->i++) {
        my->promise = dynox_promise_new(NULL);
        (void)DYNOX_GO(my->promise);
        dynox_promise_settle(my->promise, dynox_ok(NULL, NULL));
        DYNOX_AWAIT_VOID(my->promise);
    }
    DYNOX_END
}

static void run_on_a_loop(void)
{
    dynox_run_void(DYNOX_CALL(waits_on_loop, .times = TIMES));
}

static double least_ns(void (*what)(void))
{
    double least = 1e18;
    for (int i = 0; i < ROUNDS; i++) {
        double begin = now_ns();
        what();
        double each = (now_ns() - begin) / TIMES;
        if (each < least) least = each;
    }
    return least;
}

int main(int count, char **args)
{
    double suspend = least_ns(suspend_and_resume);
    printf("promise, suspend, settle, resume (inline)  %7.1f ns  (bar %d)\n", suspend, BAR_NS);
    printf("await of a ready future                    %7.1f ns\n", least_ns(await_ready));
    printf("child: call and await                      %7.1f ns\n", least_ns(call_and_await));
    printf("create, run, end                           %7.1f ns\n", least_ns(create_run_end));
    printf("child promise, settle, await in a run      %7.1f ns\n", least_ns(run_on_a_loop));
    printf("size of a frame's header                   %7zu bytes\n", sizeof(dynox_frame));
    if (count > 1 && strcmp(args[1], "--check") == 0) return suspend < BAR_NS ? 0 : 1;
    return 0;
}
