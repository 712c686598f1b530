/* Callbacks and continuations: when they run, how often, and how they are taken back. */
#include "async/futures.h"
#include <dynox/loop.h>

#include "async/future/future.h" /* behind what defines its user types */

static void every_callback_runs_exactly_once(void **state)
{
    (void)state;
    _Atomic int   calls   = 0;
    dynox_future *promise = pending();
    for (int i = 0; i < 5; i++)
        assert_int_equal(dynox_future_on_done(promise, dynox_executor_inline(), count, &calls), DYNOX_OK);
    assert_int_equal(atomic_load(&calls), 0);
    settle(dynox_future_acquire(promise), 1);
    assert_int_equal(atomic_load(&calls), 5);
    dynox_future_on_done(promise, dynox_executor_inline(), count, &calls);
    assert_int_equal(atomic_load(&calls), 6);
    dynox_future_release(promise);
    dynox_future_release(promise);
}

static void a_callback_on_a_settled_future_is_posted_and_never_run_inside_the_call(void **state)
{
    (void)state;
    _Atomic int   calls  = 0;
    dynox_loop   *loop   = dynox_loop_new();
    dynox_future *future = settled(1);
    dynox_future_on_done(future, dynox_loop_executor(loop), count, &calls);
    assert_int_equal(atomic_load(&calls), 0);
    assert_int_equal(dynox_loop_dispatch(loop, 0), 1);
    assert_int_equal(atomic_load(&calls), 1);
    dynox_future_release(future);
    dynox_loop_free(loop);
}

static void forget(dynox_future *future, void *arg)
{
    (void)arg;
    dynox_future_release(future);
}

static void a_callback_may_release_the_future_it_is_called_for(void **state)
{
    (void)state;
    atomic_store(&destroyed, 0);
    dynox_future *promise = pending();
    dynox_future_on_done(promise, dynox_executor_inline(), forget, NULL);
    settle(promise, 3);
    assert_int_equal(atomic_load(&destroyed), 1);
}

typedef struct nest {
    dynox_future *next;
    _Atomic int   depth, deepest, calls;
} nest;

static void attach_another(dynox_future *future, void *arg)
{
    (void)future;
    nest *it    = arg;
    int   depth = atomic_fetch_add(&it->depth, 1) + 1;
    if (depth > atomic_load(&it->deepest)) atomic_store(&it->deepest, depth);
    if (atomic_fetch_add(&it->calls, 1) < 1000)
        dynox_future_on_done(it->next, dynox_executor_inline(), attach_another, it);
    atomic_fetch_sub(&it->depth, 1);
}

static void inline_callbacks_do_not_nest(void **state)
{
    (void)state;
    nest          it      = {.next = settled(1)};
    dynox_future *promise = pending();
    dynox_future_on_done(promise, dynox_executor_inline(), attach_another, &it);
    settle(promise, 1);
    assert_int_equal(atomic_load(&it.calls), 1001);
    assert_int_equal(atomic_load(&it.deepest), 1);
    dynox_future_release(promise);
    dynox_future_release(it.next);
}

/* ---- continuations that bring their own memory ---- */

static _Atomic int fired, dropped;

typedef struct node {
    dynox__continuation continuation;
} node;

static void node_fires(dynox_future *future, dynox__continuation *continuation)
{
    (void)future;
    atomic_fetch_add(&fired, 1);
    free(continuation);
}

static void node_dropped(dynox__continuation *continuation)
{
    atomic_fetch_add(&dropped, 1);
    free(continuation);
}

static dynox__continuation *attach(dynox_future *future)
{
    dynox__continuation *made = calloc(1, sizeof *made);
    assert_non_null(made);
    made->on   = dynox_executor_inline();
    made->fn   = node_fires;
    made->drop = node_dropped;
    dynox__future_attach(future, made);
    return made;
}

static void a_detached_continuation_is_dropped_and_never_run(void **state)
{
    (void)state;
    atomic_store(&fired, 0);
    atomic_store(&dropped, 0);
    dynox_future        *promise = pending();
    dynox__continuation *first   = attach(promise);
    attach(promise);
    assert_true(dynox__future_detach(promise, first));
    settle(promise, 1);
    assert_int_equal(atomic_load(&fired), 1);
    assert_int_equal(atomic_load(&dropped), 1);
    dynox_future_release(promise);
}

/* Many short interests in a future that lives long: what is linked is bounded by what is alive. */
static void detaching_frees_memory_long_before_the_end(void **state)
{
    (void)state;
    enum { LIVING = 100, PASSING = 100000 };
    atomic_store(&fired, 0);
    atomic_store(&dropped, 0);
    int           most    = 0;
    dynox_future *promise = pending();
    for (int i = 0; i < LIVING; i++)
        attach(promise);
    for (int i = 0; i < PASSING; i++) {
        assert_true(dynox__future_detach(promise, attach(promise)));
        int linked = i + 1 - atomic_load(&dropped);
        if (linked > most) most = linked;
    }
    assert_true(most <= LIVING + 8);
    settle(promise, 1);
    assert_int_equal(atomic_load(&fired), LIVING);
    assert_int_equal(atomic_load(&dropped), PASSING);
    dynox_future_release(promise);
}

static void *attach_and_detach(void *arg)
{
    for (int i = 0; i < 5000; i++) {
        attach(arg);
        dynox__continuation *passing = attach(arg);
        if (i % 3) dynox__future_detach(arg, passing);
    }
    return NULL;
}

static void detaching_from_many_threads_loses_nothing(void **state)
{
    (void)state;
    atomic_store(&fired, 0);
    atomic_store(&dropped, 0);
    dynox_future *promise = pending();
    pthread_t     threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = start(attach_and_detach, promise);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    settle(promise, 1);
    assert_int_equal(atomic_load(&fired) + atomic_load(&dropped), 3 * 5000 * 2);
    dynox_future_release(promise);
}

/* The owner of this one outlives both, so detaching may race with settling. */
typedef struct owned {
    dynox__continuation continuation;
    _Atomic int         ended;
} owned;

static void owned_fires(dynox_future *future, dynox__continuation *continuation)
{
    (void)future;
    atomic_fetch_add(&((owned *)(void *)continuation)->ended, 1);
}

static void owned_dropped(dynox__continuation *continuation)
{
    atomic_fetch_add(&((owned *)(void *)continuation)->ended, 1);
}

enum { RACERS = 64 };

typedef struct detach_race {
    dynox_future *future;
    owned         owned[RACERS];
    _Atomic bool  go;
} detach_race;

static void *settle_in_a_race(void *arg)
{
    detach_race *race = arg;
    while (!atomic_load(&race->go)) {
    }
    settle(race->future, 1);
    return NULL;
}

static void detaching_may_race_with_settling(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        detach_race race   = {.future = pending()};
        pthread_t   thread = start(settle_in_a_race, &race);
        for (int i = 0; i < RACERS; i++) {
            race.owned[i].continuation.on   = dynox_executor_inline();
            race.owned[i].continuation.fn   = owned_fires;
            race.owned[i].continuation.drop = owned_dropped;
            dynox__future_attach(race.future, &race.owned[i].continuation);
        }
        atomic_store(&race.go, true);
        for (int i = 0; i < RACERS; i++)
            dynox__future_detach(race.future, &race.owned[i].continuation);
        pthread_join(thread, NULL);
        for (int i = 0; i < RACERS; i++)
            assert_int_equal(atomic_load(&race.owned[i].ended), 1);
        dynox_future_release(race.future);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_callback_runs_exactly_once),
        cmocka_unit_test(a_callback_on_a_settled_future_is_posted_and_never_run_inside_the_call),
        cmocka_unit_test(a_callback_may_release_the_future_it_is_called_for),
        cmocka_unit_test(inline_callbacks_do_not_nest),
        cmocka_unit_test(a_detached_continuation_is_dropped_and_never_run),
        cmocka_unit_test(detaching_frees_memory_long_before_the_end),
        cmocka_unit_test(detaching_from_many_threads_loses_nothing),
        cmocka_unit_test(detaching_may_race_with_settling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
