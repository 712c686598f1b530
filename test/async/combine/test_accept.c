/* accept: a value tells when it has come to a consumer, once, on the consumer's thread; and in a combination for all
 * that succeeded. */
#define DYNOX_USER_TYPES receipt * : &receipt_type,
#include "support.h"
#include <dynox/async.h>
#include <dynox/group.h>
#include <dynox/pool.h>
#include <pthread.h>
#include <time.h>

typedef struct receipt {
    int accepted;
} receipt;

static _Atomic int accepted, destroyed, twice;
static pthread_t   consumer; /* the thread that takes */
static _Atomic int elsewhere;

static void on_accept(void *value)
{
    receipt *self = value;
    if (self->accepted++) atomic_fetch_add(&twice, 1);
    if (!pthread_equal(pthread_self(), consumer)) atomic_fetch_add(&elsewhere, 1);
    atomic_fetch_add(&accepted, 1);
}

static void on_destroy(void *value)
{
    atomic_fetch_add(&destroyed, 1);
    free(value);
}

static const dynox_type receipt_type = {
    .name = "receipt", .size = sizeof(receipt *), .destroy = on_destroy, .accept = on_accept};

static receipt *receipt_new(void)
{
    receipt *made = calloc(1, sizeof *made);
    if (!made) abort();
    return made;
}

static dynox_outcome written(void *fails)
{
    return fails ? dynox_fail(DYNOX_E_THROTTLED) : dynox_ok(receipt_new(), &receipt_type);
}

static dynox_pool *pool;

static dynox_future *write_it(void)
{
    return dynox_pool_run(pool, written, NULL);
}

static dynox_future *write_in_vain(void)
{
    return dynox_pool_run(pool, written, &pool);
}

static dynox_future *never(void)
{
    return dynox_sleep(3600 * 1000);
}

static dynox_future *waited(dynox_future *future)
{
    assert_int_equal(dynox_future_wait(future, -1), DYNOX_OK);
    return future;
}

/* So many since the last time; none twice, none on another thread than this. The last reference to what was taken may
 * be that of the thread which settled it, so the end may come a little later. */
static void expect(int accepts, int destroys, int line)
{
    for (int i = 0; i < 5000 && atomic_load(&destroyed) < destroys; i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    int accepted_now = atomic_exchange(&accepted, 0), destroyed_now = atomic_exchange(&destroyed, 0);
    if (accepted_now != accepts || destroyed_now != destroys)
        fail_msg("line %d: accepted %d, destroyed %d", line, accepted_now, destroyed_now);
    assert_int_equal(atomic_load(&twice), 0);
    assert_int_equal(atomic_load(&elsewhere), 0);
}
#define EXPECT(accepts, destroys) expect(accepts, destroys, __LINE__)

static int start(void **state)
{
    (void)state;
    consumer = pthread_self();
    pool     = dynox_pool_new(.threads = 4);
    return pool ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    dynox_pool_free(pool);
    return 0;
}

/* ---- one future ---- */

static void what_is_taken_or_joined_is_accepted_and_then_the_consumers(void **state)
{
    (void)state;
    receipt      *mine = NULL;
    dynox_future *f    = waited(write_it());
    assert_int_equal(DYNOX_TAKE(mine, f), DYNOX_OK);
    EXPECT(1, 0);
    assert_int_equal(mine->accepted, 1);
    assert_int_equal(dynox_future_take(f, NULL, NULL), DYNOX_E_TAKEN);
    dynox_future_release(f);
    free(mine);
    void *unknown = NULL;
    assert_int_equal(dynox_join(write_it(), &mine), DYNOX_OK);
    assert_int_equal(dynox_join(write_it(), &unknown), DYNOX_OK);
    EXPECT(2, 0);
    free(mine);
    free(unknown);
}

static void what_nobody_wants_is_accepted_and_then_destroyed(void **state)
{
    (void)state;
    dynox_future *f = waited(write_it());
    assert_int_equal(dynox_future_take(f, NULL, NULL), DYNOX_OK);
    EXPECT(1, 1);
    dynox_future_release(f);
    assert_int_equal(dynox_join_void(write_it()), DYNOX_OK);
    assert_int_equal(dynox_run_void(write_it()), DYNOX_OK);
    EXPECT(2, 2);
}

static void a_joined_future_that_somebody_keeps_can_be_taken_and_is_not_accepted_again(void **state)
{
    (void)state;
    receipt      *mine = NULL;
    dynox_future *f    = write_it();
    assert_int_equal(dynox_join_void(dynox_future_acquire(f)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_future_acquire(f)), DYNOX_OK);
    EXPECT(1, 0);
    assert_int_equal(dynox_join(f, &mine), DYNOX_OK);
    EXPECT(0, 0);
    free(mine);
}

static void what_is_released_looked_at_or_cancelled_is_not_accepted(void **state)
{
    (void)state;
    dynox_future *f = waited(write_it());
    assert_non_null(dynox_future_peek(f, &receipt_type));
    assert_int_equal(dynox_future_error(f), DYNOX_OK);
    dynox_future_release(f);
    EXPECT(0, 1);
    f = waited(write_it());
    dynox_future_drop(&f);
    EXPECT(0, 1);
    f = dynox_promise_new(&receipt_type);
    dynox_future_cancel(f);
    assert_false(dynox_promise_settle(dynox_future_acquire(f), dynox_ok(receipt_new(), NULL)));
    dynox_future_release(f);
    assert_int_equal(dynox_join_void(f), DYNOX_E_CANCELLED);
    EXPECT(0, 1);
    assert_int_equal(dynox_join_void(write_in_vain()), DYNOX_E_THROTTLED);
    assert_int_equal(dynox_join_void(never(), .timeout_ms = 1), DYNOX_E_TIMEOUT);
    EXPECT(0, 0);
}

static void a_wrong_variable_leaves_a_future_untaken_but_a_join_has_joined_it(void **state)
{
    (void)state;
    int           number = 1;
    dynox_future *f      = waited(write_it());
    assert_int_equal(DYNOX_TAKE(number, f), DYNOX_E_TYPE);
    EXPECT(0, 0);
    assert_int_equal(dynox_join(f, &number), DYNOX_E_TYPE);
    EXPECT(1, 1);
}

/* ---- gathers ---- */

static void a_gather_accepts_its_parts(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(dynox_gather(write_it(), write_it())), DYNOX_OK);
    EXPECT(2, 2);
    assert_int_equal(dynox_join_void(dynox_gather(dynox_sleep(5), write_it(), dynox_gather(write_it(), write_it()))),
                     DYNOX_OK);
    EXPECT(3, 3);
    dynox_future *f = waited(dynox_gather(write_it(), write_it()));
    assert_int_equal(dynox_future_take(f, NULL, NULL), DYNOX_OK);
    EXPECT(2, 0);
    dynox_future_release(f);
    EXPECT(0, 2);
}

static void a_gather_that_is_released_accepts_nothing(void **state)
{
    (void)state;
    dynox_future_release(waited(dynox_gather(write_it(), dynox_gather(write_it(), write_it()))));
    EXPECT(0, 3);
}

static void a_gather_that_failed_accepts_what_succeeded(void **state)
{
    (void)state;
    dynox_future *good = waited(write_it());
    assert_int_equal(dynox_join_void(dynox_gather(good, write_in_vain(), never())), DYNOX_E_THROTTLED);
    EXPECT(1, 1);
    dynox_future *f = waited(dynox_gather(waited(write_it()), write_in_vain()));
    assert_int_equal(dynox_future_take(f, NULL, NULL), DYNOX_E_THROTTLED);
    assert_int_equal(dynox_future_take(f, NULL, NULL), DYNOX_E_THROTTLED);
    EXPECT(1, 0);
    dynox_future_release(f);
    EXPECT(0, 1);
    f = dynox_gather_settled(write_it(), write_in_vain(), write_it());
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    EXPECT(2, 2);
}

static void a_cancelled_gather_that_is_joined_accepts_what_had_succeeded(void **state)
{
    (void)state;
    dynox_future *f = dynox_gather(waited(write_it()), never());
    dynox_future_cancel(f);
    assert_int_equal(dynox_join_void(f), DYNOX_E_CANCELLED);
    EXPECT(1, 1);
}

static void a_part_can_be_taken_before_or_after_its_gather_and_is_accepted_once(void **state)
{
    (void)state;
    receipt      *one = NULL, *two = NULL;
    dynox_future *f = waited(dynox_gather(write_it(), write_it()));
    assert_int_equal(DYNOX_TAKE(one, dynox_combined_at(f, 0)), DYNOX_OK);
    EXPECT(1, 0);
    assert_int_equal(dynox_join_void(dynox_future_acquire(f)), DYNOX_OK);
    EXPECT(1, 0);
    assert_ptr_equal(dynox_future_peek(dynox_combined_at(f, 0), &receipt_type), NULL);
    /* Also by way of another future. */
    dynox_future *part = dynox_timeout(dynox_future_acquire(dynox_combined_at(f, 1)), 60000);
    assert_int_equal(dynox_join(part, &two), DYNOX_OK);
    dynox_future_release(f);
    EXPECT(0, 0);
    free(one);
    free(two);
}

static void gathers_in_gathers_need_no_stack(void **state)
{
    (void)state;
    dynox_future *all = write_it();
    for (int i = 0; i < 100000; i++)
        all = dynox_combine(i % 2 ? DYNOX_GATHER : DYNOX_GATHER_SETTLED, 1, &all);
    assert_int_equal(dynox_join_void(all), DYNOX_OK);
    EXPECT(1, 1);
}

/* ---- what passes on ---- */

static dynox_outcome passes(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
    return dynox_pass();
}

static dynox_outcome drops(dynox_future *future, void *takes)
{
    if (takes) dynox_future_take(future, NULL, NULL);
    return dynox_ok(NULL, NULL);
}

static dynox_outcome goes_on(dynox_future *future, void *next)
{
    (void)future;
    return dynox_continue(next);
}

static void a_timeout_passes_it_on_until_its_time_is_over(void **state)
{
    (void)state;
    receipt *mine = NULL;
    assert_int_equal(dynox_join(dynox_timeout(write_it(), 60000), &mine), DYNOX_OK);
    EXPECT(1, 0);
    free(mine);
    assert_int_equal(dynox_join_void(dynox_timeout(dynox_gather(write_it(), write_it()), 60000)), DYNOX_OK);
    EXPECT(2, 2);
    assert_int_equal(dynox_join_void(dynox_timeout(dynox_gather(waited(write_it()), write_in_vain()), 60000)),
                     DYNOX_E_THROTTLED);
    EXPECT(1, 1);
    dynox_future_release(waited(dynox_timeout(dynox_gather(write_it(), write_it()), 60000)));
    EXPECT(0, 2);
    assert_int_equal(dynox_join_void(dynox_timeout(dynox_gather(waited(write_it()), never()), 1)), DYNOX_E_TIMEOUT);
    EXPECT(0, 1);
}

static void a_chain_passes_it_on(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(dynox_then(write_it(), passes, NULL)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_then(write_it(), NULL, NULL)), DYNOX_OK);
    EXPECT(2, 2);
    dynox_future *f = dynox_gather(write_it(), write_it());
    for (int i = 0; i < 1000; i++)
        f = dynox_then(f, i % 2 ? passes : NULL, NULL, .on = dynox_executor_inline());
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    EXPECT(2, 2);
    f = dynox_then(dynox_gather(waited(write_it()), write_in_vain()), passes, NULL);
    assert_int_equal(dynox_join_void(f), DYNOX_E_THROTTLED);
    EXPECT(1, 1);
    assert_int_equal(dynox_join_void(dynox_then(dynox_sleep(1), goes_on, dynox_gather(write_it(), write_it()))),
                     DYNOX_OK);
    EXPECT(2, 2);
    dynox_future_release(waited(dynox_then(dynox_gather(write_it(), write_it()), passes, NULL)));
    EXPECT(0, 2);
}

static void what_a_handler_drops_is_accepted_only_if_it_takes_it(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(dynox_then(write_it(), drops, NULL)), DYNOX_OK);
    EXPECT(0, 1);
    /* Inline is on this thread only where no other one settles. */
    dynox_future *here = dynox_future_of(written(NULL));
    here               = dynox_then(here, drops, &pool, .on = dynox_executor_inline());
    assert_int_equal(dynox_join_void(here), DYNOX_OK);
    EXPECT(1, 1);
}

static void any_and_race_pass_on_what_won(void **state)
{
    (void)state;
    receipt *mine = NULL;
    assert_int_equal(dynox_join(dynox_any(write_in_vain(), write_it()), &mine), DYNOX_OK);
    EXPECT(1, 0);
    free(mine);
    assert_int_equal(dynox_join_void(dynox_race(waited(write_it()), waited(write_it()))), DYNOX_OK);
    EXPECT(1, 2);
    assert_int_equal(dynox_join_void(dynox_race(dynox_gather(write_it(), write_it()), never())), DYNOX_OK);
    EXPECT(2, 2);
    assert_int_equal(dynox_join_void(dynox_any(dynox_gather(waited(write_it()), write_in_vain()))), DYNOX_E_THROTTLED);
    EXPECT(1, 1);
}

static void a_promise_passes_on_what_it_continues_with(void **state)
{
    (void)state;
    dynox_future *f = dynox_promise_new(NULL);
    dynox_promise_settle(f, dynox_continue(dynox_gather(write_it(), write_it())));
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    EXPECT(2, 2);
    f = dynox_promise_new(NULL);
    dynox_promise_settle(f, dynox_continue(write_it()));
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    EXPECT(1, 1);
}

static void a_shield_accepts_nothing(void **state)
{
    (void)state;
    dynox_future *f = write_it();
    assert_int_equal(dynox_join_void(dynox_shield(f)), DYNOX_OK);
    EXPECT(0, 0);
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    EXPECT(1, 1);
}

/* ---- groups ---- */

static void a_group_accepts_what_has_ended_when_a_slot_or_the_join_is_taken(void **state)
{
    (void)state;
    dynox_group *group = dynox_group_new(1);
    dynox_group_add(group, write_it());
    dynox_future_release(waited(dynox_group_slot(group)));
    EXPECT(0, 0);
    assert_int_equal(dynox_join_void(dynox_group_slot(group)), DYNOX_OK);
    EXPECT(1, 1);
    dynox_group_add(group, dynox_gather(write_it(), write_it()));
    dynox_group_add(group, dynox_sleep(1));
    assert_int_equal(dynox_join_void(dynox_timeout(dynox_group_join(group), 60000)), DYNOX_OK);
    EXPECT(2, 2);
    dynox_group_add(group, write_it());
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_OK);
    EXPECT(1, 1);
    dynox_group_free(group);
}

static void a_group_that_failed_accepts_what_succeeded_and_one_that_is_freed_nothing(void **state)
{
    (void)state;
    dynox_group *group = dynox_group_new(0);
    dynox_group_add(group, waited(write_it()));
    dynox_group_add(group, write_in_vain());
    assert_int_equal(dynox_join_void(dynox_group_join(group)), DYNOX_E_THROTTLED);
    EXPECT(1, 1);
    dynox_group_free(group);
    group = dynox_group_new(0);
    dynox_group_add(group, waited(write_it()));
    dynox_future *join = waited(dynox_group_join(group));
    dynox_group_free(group);
    EXPECT(0, 0);
    dynox_future_release(join);
    EXPECT(0, 1);
}

/* ---- coroutines ---- */

DYNOX_ASYNC(receipt *, passes_a_value_on, (), (receipt * unused;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    DYNOX_RETURN(receipt_new());
    DYNOX_END
}

DYNOX_ASYNC(void *, forgets_a_child, (), (dynox_future * child;))
{
    DYNOX_BEGIN
    my->child = DYNOX_GO(write_it());
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    DYNOX_END
}

DYNOX_ASYNC(void *, awaits, (), (receipt * mine; void *unknown; int number;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(write_it());
    EXPECT(1, 1);
    DYNOX_AWAIT(my->mine, write_it());
    DYNOX_AWAIT(my->unknown, write_it());
    EXPECT(2, 0);
    free(my->mine);
    free(my->unknown);
    DYNOX_TRY(my->mine, write_in_vain()) {
    }
    EXPECT(0, 0);
    DYNOX_TRY(my->number, write_it()) {
    }
    assert_int_equal(DYNOX_ERR, DYNOX_E_TYPE);
    EXPECT(1, 1);
    DYNOX_AWAIT_VOID(dynox_gather(write_it(), write_it()));
    EXPECT(2, 2);
    DYNOX_TRY_VOID(dynox_gather(waited(write_it()), write_in_vain())) {
    }
    EXPECT(1, 1);
    DYNOX_AWAIT_VOID(dynox_timeout(write_it(), 60000));
    DYNOX_AWAIT_VOID(DYNOX_GO(write_it()));
    DYNOX_AWAIT_VOID(DYNOX_CALL(passes_a_value_on));
    EXPECT(3, 3);
    DYNOX_AWAIT_VOID(DYNOX_CALL(forgets_a_child));
    EXPECT(0, 1);
    DYNOX_END
}

static void a_coroutine_accepts_what_it_awaits(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_run_void(DYNOX_CALL(awaits), .error = &error), DYNOX_OK);
    EXPECT(0, 0);
}

/* Its own cancel comes before the await, which is then refused. */
DYNOX_ASYNC(void *, is_cancelled_before_it_awaits, (dynox_future * write;), ())
{
    DYNOX_BEGIN
    dynox_future_cancel((dynox_future *)(void *)my);
    DYNOX_AWAIT_VOID(my->write);
    DYNOX_END
}

static void a_cancelled_coroutine_accepts_nothing_and_its_value_is_only_destroyed(void **state)
{
    (void)state;
    assert_int_equal(dynox_run_void(DYNOX_CALL(is_cancelled_before_it_awaits, .write = waited(write_it()))),
                     DYNOX_E_CANCELLED);
    EXPECT(0, 1);
    dynox_future_release(waited(DYNOX_CALL(passes_a_value_on)));
    EXPECT(0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_or_joined_is_accepted_and_then_the_consumers),
        cmocka_unit_test(what_nobody_wants_is_accepted_and_then_destroyed),
        cmocka_unit_test(a_joined_future_that_somebody_keeps_can_be_taken_and_is_not_accepted_again),
        cmocka_unit_test(what_is_released_looked_at_or_cancelled_is_not_accepted),
        cmocka_unit_test(a_wrong_variable_leaves_a_future_untaken_but_a_join_has_joined_it),
        cmocka_unit_test(a_gather_accepts_its_parts),
        cmocka_unit_test(a_gather_that_is_released_accepts_nothing),
        cmocka_unit_test(a_gather_that_failed_accepts_what_succeeded),
        cmocka_unit_test(a_cancelled_gather_that_is_joined_accepts_what_had_succeeded),
        cmocka_unit_test(a_part_can_be_taken_before_or_after_its_gather_and_is_accepted_once),
        cmocka_unit_test(gathers_in_gathers_need_no_stack),
        cmocka_unit_test(a_timeout_passes_it_on_until_its_time_is_over),
        cmocka_unit_test(a_chain_passes_it_on),
        cmocka_unit_test(what_a_handler_drops_is_accepted_only_if_it_takes_it),
        cmocka_unit_test(any_and_race_pass_on_what_won),
        cmocka_unit_test(a_promise_passes_on_what_it_continues_with),
        cmocka_unit_test(a_shield_accepts_nothing),
        cmocka_unit_test(a_group_accepts_what_has_ended_when_a_slot_or_the_join_is_taken),
        cmocka_unit_test(a_group_that_failed_accepts_what_succeeded_and_one_that_is_freed_nothing),
        cmocka_unit_test(a_coroutine_accepts_what_it_awaits),
        cmocka_unit_test(a_cancelled_coroutine_accepts_nothing_and_its_value_is_only_destroyed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
