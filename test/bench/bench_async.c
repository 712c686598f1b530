/* What the futures core costs, beside yardsticks measured in the same run. Each number is the minimum of many
 * repetitions. With --check the program fails when a future is dearer than the bar allows. */
#include <dynox/loop.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPETITIONS = 25, ROUNDS = 20000, MANY = 1000, BAR_NS = 100 };

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Nanoseconds for one of the `count` operations that body does in one go. */
static double measure(const char *name, void (*body)(int count), int count)
{
    double best = 1e18;
    body(count);
    for (int i = 0; i < REPETITIONS; i++) {
        int64_t begin = now_ns();
        body(count);
        double ns = (double)(now_ns() - begin) / count;
        if (ns < best) best = ns;
    }
    printf("%-44s %8.1f ns\n", name, best);
    return best;
}

static void must(bool condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "bench_async: %s\n", what);
    exit(2);
}

static void *volatile sink;

static void allocate(int count)
{
    for (int i = 0; i < count; i++) {
        sink = malloc(144);
        free(sink);
    }
}

static void count_atomically(int count)
{
    static _Atomic unsigned word;
    for (int i = 0; i < count; i++)
        atomic_fetch_add_explicit(&word, 1, memory_order_acq_rel);
}

static void settle_and_take(int count)
{
    for (int i = 0; i < count; i++) {
        dynox_future *future = dynox_promise_new(&dynox_type_long_long);
        dynox_promise_settle(future, dynox_ok_int(i));
        long long value;
        must(DYNOX_TAKE(value, future) == DYNOX_OK && value == i, "a value was lost");
        dynox_future_release(future);
    }
}

static void count_call(dynox_future *future, void *arg)
{
    (void)future;
    ++*(int *)arg;
}

static void call_back(int count)
{
    int called = 0;
    for (int i = 0; i < count; i++) {
        dynox_future *future = dynox_promise_new(NULL);
        dynox_future_on_done(future, dynox_executor_inline(), count_call, &called);
        dynox_promise_settle(future, dynox_ok(NULL, NULL));
        dynox_future_release(future);
    }
    must(called == count, "a callback was lost");
}

static dynox_outcome add_one(dynox_future *future, void *arg)
{
    (void)arg;
    long long value;
    DYNOX_TAKE(value, future);
    return dynox_ok_int(value + 1);
}

static void chain(int count)
{
    dynox_future *promise = dynox_promise_new(&dynox_type_long_long), *last = promise;
    for (int i = 0; i < count; i++)
        last = dynox_then(last, add_one, NULL, .on = dynox_executor_inline());
    dynox_promise_settle(promise, dynox_ok_int(0));
    long long value;
    must(dynox_join(last, &value) == DYNOX_OK && value == count, "a chain broke");
}

static void gather(int count)
{
    static dynox_future *inputs[MANY], *promises[MANY];
    for (int i = 0; i < count; i++)
        promises[i] = inputs[i] = dynox_promise_new(NULL);
    dynox_future *all = dynox_combine(DYNOX_GATHER, (size_t)count, inputs);
    for (int i = 0; i < count; i++)
        dynox_promise_settle(promises[i], dynox_ok(NULL, NULL));
    must(dynox_join_void(all) == DYNOX_OK, "a gather failed");
}

static void sleep_and_cancel(int count)
{
    for (int i = 0; i < count; i++) {
        dynox_future *nap = dynox_sleep(1000000);
        dynox_future_drop(&nap);
    }
}

static dynox_loop *loop;
static int         dispatched;

static void count_work(dynox_work *work)
{
    (void)work;
    dispatched++;
}

static void post_and_dispatch(int count)
{
    static dynox_work works[MANY];
    dispatched = 0;
    for (int i = 0; i < count; i++) {
        works[i].run = count_work;
        dynox_loop_executor(loop)->post(dynox_loop_executor(loop), &works[i]);
    }
    while (dispatched < count)
        dynox_loop_dispatch(loop, count);
}

static void round_trip(int count)
{
    for (int i = 0; i < count; i++) {
        dynox_future *future = dynox_then(dynox_future_of(dynox_ok_int(i)), add_one, NULL);
        long long     value;
        must(dynox_join(future, &value) == DYNOX_OK && value == i + 1, "a round trip failed");
    }
}

int main(int argc, char **argv)
{
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
    loop       = dynox_loop_new();
    must(loop != NULL, "no loop");
    measure("malloc + free", allocate, ROUNDS);
    measure("an atomic read-modify-write", count_atomically, ROUNDS);
    double settled = measure("future: create, settle, take, release", settle_and_take, ROUNDS);
    measure("future: create, on_done, settle, release", call_back, ROUNDS);
    measure("then: a link of a chain of 1000", chain, MANY);
    measure("gather of 1000: an input, with its future", gather, MANY);
    measure("sleep: create and cancel", sleep_and_cancel, ROUNDS);
    measure("loop: post and dispatch, 1000 at a time", post_and_dispatch, MANY);
    measure("callback thread: there and back, joined", round_trip, ROUNDS / 20);
    dynox_loop_free(loop);
    bool pass = settled < BAR_NS;
    printf("%s: a future costs %.1f ns, the bar is %d ns\n", pass ? "PASS" : "FAIL", settled, BAR_NS);
    return check && !pass ? 1 : 0;
}
