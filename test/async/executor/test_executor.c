/* Executors with threads: strands and the callback thread. */
#include "async/futures.h"

static dynox_outcome note_executor(dynox_future *future, void *arg)
{
    (void)future;
    *(dynox_executor **)arg = dynox_executor_current();
    return dynox_pass();
}

static void work_knows_the_executor_it_runs_on(void **state)
{
    (void)state;
    dynox_executor *seen   = NULL;
    dynox_strand   *strand = dynox_strand_new("named");
    assert_null(dynox_executor_current());
    assert_int_equal(join_number(dynox_then(settled(1), note_executor, &seen, .on = dynox_strand_executor(strand))), 1);
    assert_ptr_equal(seen, dynox_strand_executor(strand));
    assert_string_equal(seen->name, "named");
    assert_int_equal(join_number(dynox_then(settled(1), note_executor, &seen)), 1);
    assert_ptr_equal(seen, dynox_executor_callbacks());
    dynox_strand_free(strand);
}

typedef struct numbered {
    dynox_work   work;
    int          number;
    struct tape *tape;
} numbered;

typedef struct tape {
    int length;
    int numbers[2000]; /* only the executor's thread writes */
} tape;

static void write_number(dynox_work *work)
{
    numbered *it                          = (numbered *)(void *)work;
    it->tape->numbers[it->tape->length++] = it->number;
}

static void a_strand_runs_work_in_the_order_of_posting_and_all_of_it(void **state)
{
    (void)state;
    static numbered works[2000];
    static tape     written;
    dynox_strand   *strand = dynox_strand_new(NULL);
    dynox_executor *on     = dynox_strand_executor(strand);
    for (int i = 0; i < 2000; i++) {
        works[i] = (numbered){.work.run = write_number, .number = i, .tape = &written};
        on->post(on, &works[i].work);
    }
    dynox_strand_free(strand); /* drains */
    assert_int_equal(written.length, 2000);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(written.numbers[i], i);
}

typedef struct poster {
    dynox_executor *on;
    _Atomic int    *calls;
} poster;

static void *post_many(void *arg)
{
    poster *it = arg;
    for (int i = 0; i < 2000; i++) {
        dynox_future *future = settled(i);
        dynox_future_on_done(future, it->on, count, it->calls);
        dynox_future_release(future);
        if (i % 100 == 0) sleep_ms(1); /* so that the strand falls asleep now and then */
    }
    return NULL;
}

static void no_post_is_lost_and_none_runs_beside_another(void **state)
{
    (void)state;
    _Atomic int   calls  = 0;
    dynox_strand *strand = dynox_strand_new(NULL);
    poster        it     = {dynox_strand_executor(strand), &calls};
    pthread_t     threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = start(post_many, &it);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    dynox_strand_free(strand);
    assert_int_equal(atomic_load(&calls), 6000);
}

static void free_strand(dynox_future *future, void *arg)
{
    (void)future;
    dynox_strand_free(arg);
}

static void a_strand_freed_from_itself_ends_by_itself(void **state)
{
    (void)state;
    _Atomic int   calls   = 0;
    dynox_strand *strand  = dynox_strand_new(NULL);
    dynox_future *promise = pending();
    dynox_future_on_done(promise, dynox_strand_executor(strand), free_strand, strand);
    dynox_future_on_done(promise, dynox_executor_inline(), count, &calls);
    settle(promise, 1);
    assert_int_equal(atomic_load(&calls), 1);
    dynox_future_release(promise);
    sleep_ms(20); /* for the leak checkers: its memory goes with its thread */
}

static void nothing_is_a_fine_strand_to_free(void **state)
{
    (void)state;
    dynox_strand_free(NULL);
}

/* ---- an executor of the user's own ---- */

typedef struct bag {
    dynox_executor executor;
    dynox_work    *works[4];
    int            size;
} bag;

static void put_into_bag(dynox_executor *self, dynox_work *work)
{
    bag *it               = (bag *)(void *)self;
    it->works[it->size++] = work;
}

static void a_program_can_bring_its_own_executor(void **state)
{
    (void)state;
    bag             it   = {.executor = {put_into_bag, "bag"}};
    dynox_executor *seen = NULL;
    dynox_future   *last = dynox_then(settled(1), note_executor, &seen, .on = &it.executor);
    assert_int_equal(it.size, 1);
    assert_null(seen);
    dynox_executor_run(&it.executor, it.works[0]);
    assert_ptr_equal(seen, &it.executor);
    assert_null(dynox_executor_current());
    assert_int_equal(join_number(last), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_knows_the_executor_it_runs_on),
        cmocka_unit_test(a_strand_runs_work_in_the_order_of_posting_and_all_of_it),
        cmocka_unit_test(no_post_is_lost_and_none_runs_beside_another),
        cmocka_unit_test(a_strand_freed_from_itself_ends_by_itself),
        cmocka_unit_test(nothing_is_a_fine_strand_to_free),
        cmocka_unit_test(a_program_can_bring_its_own_executor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
