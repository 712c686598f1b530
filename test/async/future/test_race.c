/* Everything at once: the races that the design has to win. Made for the thread sanitizer. */
#include "async/futures.h"

enum { ROUNDS = 400 };

typedef struct race {
    dynox_future *future;
    _Atomic bool  go;
    _Atomic int   calls;
} race;

static void wait_for_start(race *it)
{
    while (!atomic_load(&it->go)) {
    }
}

static void *complete(void *arg)
{
    race *it = arg;
    wait_for_start(it);
    settle(it->future, 1);
    return NULL;
}

static void *cancel(void *arg)
{
    race *it = arg;
    wait_for_start(it);
    dynox_future_cancel(it->future);
    dynox_future_release(it->future);
    return NULL;
}

static void *attach(void *arg)
{
    race *it = arg;
    wait_for_start(it);
    dynox_future_on_done(it->future, dynox_executor_inline(), count, &it->calls);
    dynox_future_on_done(it->future, dynox_executor_inline(), count, &it->calls);
    dynox_future_release(it->future);
    return NULL;
}

static void completer_canceller_attacher_and_waiter_on_one_future(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        race      it         = {.future = pending()};
        pthread_t threads[3] = {start(complete, &it)};
        dynox_future_acquire(it.future);
        threads[1] = start(cancel, &it);
        dynox_future_acquire(it.future);
        threads[2] = start(attach, &it);
        atomic_store(&it.go, true);
        assert_int_equal(dynox_future_wait(it.future, -1), DYNOX_OK);
        int         *value  = NULL;
        dynox_status status = DYNOX_TAKE(value, it.future);
        assert_true((status == DYNOX_OK && value) || (status == DYNOX_E_CANCELLED && !value));
        free(value);
        for (int k = 0; k < 3; k++)
            pthread_join(threads[k], NULL);
        assert_int_equal(atomic_load(&it.calls), 2);
        dynox_future_release(it.future);
    }
}

static void *settle_soon(void *arg)
{
    settle(arg, 7);
    return NULL;
}

static dynox_outcome continue_elsewhere(dynox_future *future, void *arg)
{
    (void)arg;
    int *value = NULL;
    DYNOX_TAKE(value, future);
    free(value);
    dynox_future *next = pending();
    pthread_t     thread;
    if (pthread_create(&thread, NULL, settle_soon, next) != 0) abort();
    pthread_detach(thread);
    return dynox_continue(next);
}

static void a_chain_over_two_strands_cancelled_from_outside(void **state)
{
    (void)state;
    dynox_strand *strands[2] = {dynox_strand_new("one"), dynox_strand_new("two")};
    for (int i = 0; i < ROUNDS; i++) {
        race          source = {.future = pending()}, end = {0};
        dynox_future *last = source.future;
        for (int k = 0; k < 4; k++)
            last = dynox_then(last, k == 2 && i % 8 == 0 ? continue_elsewhere : add_one, NULL,
                              .on = dynox_strand_executor(strands[k % 2]));
        end.future           = dynox_future_acquire(last);
        pthread_t threads[2] = {start(complete, &source), start(cancel, &end)};
        atomic_store(&source.go, true);
        atomic_store(&end.go, true);
        int         *value  = NULL;
        dynox_status status = dynox_join(last, &value);
        assert_true((status == DYNOX_OK && value) || (status == DYNOX_E_CANCELLED && !value));
        free(value);
        for (int k = 0; k < 2; k++)
            pthread_join(threads[k], NULL);
    }
    for (int k = 0; k < 2; k++)
        dynox_strand_free(strands[k]);
}

enum { MANY = 1000 };

static void *settle_all(void *arg)
{
    int i = 0;
    for (dynox_future **it = arg; *it; it++, i++) {
        if (i > 200 && i % 7 == 3)
            fail_it(*it, DYNOX_E_SERVER);
        else
            settle(*it, i);
    }
    return NULL;
}

static void a_thousand_with_failures_from_two_threads_in_all_modes(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        static dynox_future *inputs[MANY], *halves[2][MANY / 2 + 1];
        dynox_combine_how    how = (dynox_combine_how)(round % 4);
        for (int i = 0; i < MANY; i++)
            halves[i % 2][i / 2] = inputs[i] = pending();
        dynox_future *all        = dynox_combine(how, MANY, inputs);
        pthread_t     threads[2] = {start(settle_all, halves[0]), start(settle_all, halves[1])};
        assert_int_equal(dynox_future_wait(all, -1), DYNOX_OK);
        assert_int_equal(dynox_future_error(all), how == DYNOX_GATHER ? DYNOX_E_SERVER : DYNOX_OK);
        for (int i = 0; i < 2; i++)
            pthread_join(threads[i], NULL);
        if (how == DYNOX_GATHER_SETTLED)
            for (size_t i = 0; i < MANY; i++)
                dynox_future_error(dynox_combined_at(all, i));
        dynox_future_release(all);
    }
}

static void combinations_cancelled_while_their_inputs_settle(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        dynox_future *inputs[9] = {0}, *ends[9] = {0};
        for (int i = 0; i < 8; i++)
            ends[i] = inputs[i] = pending();
        race end = {.future = dynox_combine((dynox_combine_how)(round % 4), 8, inputs)};
        dynox_future_acquire(end.future);
        pthread_t threads[2] = {start(cancel, &end), start(settle_all, ends)};
        atomic_store(&end.go, true);
        assert_int_equal(dynox_future_wait(end.future, -1), DYNOX_OK);
        for (int i = 0; i < 2; i++)
            pthread_join(threads[i], NULL);
        dynox_future_release(end.future);
    }
}

static dynox_future *shared_future;

static void *take_and_count(void *arg)
{
    int *value = NULL;
    dynox_future_wait(shared_future, -1);
    if (DYNOX_TAKE(value, shared_future) == DYNOX_OK) {
        atomic_fetch_add((_Atomic int *)arg, 1);
        free(value);
    }
    return NULL;
}

static void of_many_takers_one_gets_the_value(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        _Atomic int taken = 0;
        pthread_t   threads[3];
        shared_future = pending();
        for (int i = 0; i < 3; i++)
            threads[i] = start(take_and_count, &taken);
        settle(dynox_future_acquire(shared_future), 1);
        for (int i = 0; i < 3; i++)
            pthread_join(threads[i], NULL);
        assert_int_equal(atomic_load(&taken), 1);
        dynox_future_release(shared_future);
        dynox_future_release(shared_future);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(completer_canceller_attacher_and_waiter_on_one_future),
        cmocka_unit_test(a_chain_over_two_strands_cancelled_from_outside),
        cmocka_unit_test(a_thousand_with_failures_from_two_threads_in_all_modes),
        cmocka_unit_test(combinations_cancelled_while_their_inputs_settle),
        cmocka_unit_test(of_many_takers_one_gets_the_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
