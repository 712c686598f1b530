/* The early ends of a call: cancelled, out of time, or the service closed, wherever it happens to be. */
#include "aws/calls.h"

static const fake_step held[]    = {{.hold = true}};
static const fake_step success[] = {{.http = 200, .body = "{}"}};
static const fake_step later[]   = {{.http = 500, .retry_after_ms = 4000}, {.http = 200, .body = "{}"}};

static dynox_future *write_text(rig *r)
{
    dynox__call *call = call_prepare(r);
    call->is_write    = true;
    return dynox__call_start(call);
}

/* Waits until a call that has been tried once is in its back-off. */
static void wait_for_backoff(dynox_future *future)
{
    dynox__call_state *state = ((dynox__call *)(void *)future)->state_;
    for (bool there = false; !there;) {
        pthread_mutex_lock(&state->lock);
        there = state->phase == DYNOX__CALL_BACKOFF;
        pthread_mutex_unlock(&state->lock);
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

static void cancel_in_flight_settles_at_once(void **state)
{
    (void)state;
    rig           r      = RIG(held);
    dynox_future *future = write_text(&r);
    fake_wait(r.fake, 1);
    dynox_future_cancel(future);
    assert_true(dynox_future_done(future));
    const dynox_error *error = expect_failure(future, DYNOX_E_CANCELLED);
    assert_true(error->may_have_applied);
    assert_int_equal(error->attempts, 1);
    dynox_future_cancel(future);
    dynox_future_release(future);
    rig_close(&r);
}

static void cancel_in_the_back_off_settles_at_once(void **state)
{
    (void)state;
    rig           r      = RIG(later);
    dynox_future *future = call_text(&r);
    wait_for_backoff(future);
    dynox_future_cancel(future);
    assert_true(dynox_future_done(future));
    assert_false(expect_failure(future, DYNOX_E_CANCELLED)->may_have_applied);
    dynox_future_release(future);
    rig_close(&r);
}

static void cancel_after_the_end_changes_nothing(void **state)
{
    (void)state;
    rig           r      = RIG(success);
    dynox_future *future = call_text(&r);
    wait_done(future);
    dynox_future_cancel(future);
    expect_text(future, "{}");
    dynox_future_release(future);
    rig_close(&r);
}

static void a_forgotten_call_still_happens(void **state)
{
    (void)state;
    rig r = RIG(success);
    dynox_future_release(call_text(&r));
    fake_wait(r.fake, 1);
    rig_close(&r);
}

static void closing_settles_all_that_is_pending(void **state)
{
    (void)state;
    _Atomic size_t destroyed = 0;
    rig            r         = RIG(held);
    dynox_future  *futures[20];
    r.fake->destroyed = &destroyed;
    for (int i = 0; i < 20; i++)
        futures[i] = write_text(&r);
    dynox__service_close(r.service);
    assert_int_equal(destroyed, 1);
    for (int i = 0; i < 20; i++) {
        assert_true(dynox_future_done(futures[i]));
        assert_true(expect_failure(futures[i], DYNOX_E_SHUTDOWN)->may_have_applied);
        dynox_future_release(futures[i]);
    }
    dynox_future *late = call_text(&r);
    expect_failure(late, DYNOX_E_SHUTDOWN);
    dynox_future_release(late);
    dynox__transport_stats stats;
    dynox__service_stats(r.service, &stats);
    assert_int_equal(stats.requests, 0);
    assert_null(dynox__service_executor(r.service));
    dynox__service_close(r.service);
    rig_close(&r);
}

static void closing_ends_a_back_off(void **state)
{
    (void)state;
    rig           r      = RIG(later);
    dynox_future *future = call_text(&r);
    wait_for_backoff(future);
    dynox__service_close(r.service);
    assert_true(dynox_future_done(future));
    expect_failure(future, DYNOX_E_SHUTDOWN);
    dynox_future_release(future);
    rig_close(&r);
}

static void a_future_outlives_its_service(void **state)
{
    (void)state;
    rig           r      = RIG(success);
    dynox_future *future = call_text(&r);
    wait_done(future);
    rig_close(&r);
    expect_text(future, "{}");
    assert_int_equal(dynox_future_info(future)->attempts, 1);
    dynox_future_release(future);
}

typedef struct closing {
    rig            *r;
    _Atomic bool    called;
    _Atomic size_t *destroyed;
} closing;

static void close_here(dynox_future *future, void *argument)
{
    closing *c = argument;
    (void)future;
    dynox__service_close(c->r->service);
    dynox__service_release(c->r->service);
    atomic_store(&c->called, true);
}

static void closing_on_an_io_thread_leaves_the_join_to_the_helper(void **state)
{
    (void)state;
    static const fake_step steps[]   = {{.hold = true}, {.http = 200, .body = "{}"}};
    static _Atomic size_t  destroyed = 0;
    rig                    r         = RIG(steps);
    closing                c         = {&r, false, &destroyed};
    r.fake->destroyed                = &destroyed;
    dynox_future *pending            = call_text(&r);
    fake_wait(r.fake, 1);
    dynox_future *future = call_text(&r);
    assert_int_equal(dynox_future_on_done(future, dynox_executor_inline(), close_here, &c), DYNOX_OK);
    wait_done(pending);
    expect_failure(pending, DYNOX_E_SHUTDOWN);
    while (!atomic_load(&c.called) || !atomic_load(&destroyed))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    dynox_future_release(pending);
    dynox_future_release(future);
    dynox__random_fake(NULL);
}

/* ---- while credentials are awaited ---- */

static dynox_future *give_promise(void *promise)
{
    return dynox_future_acquire(promise);
}

static void forget_promise(void *promise)
{
    dynox_future_release(promise);
}

static dynox_outcome some_credentials(void)
{
    return dynox_ok(dynox_credentials_copy(&(dynox_credentials){.access_key_id = "A", .secret_access_key = "s"}),
                    &dynox_type_credentials);
}

typedef struct waiting {
    dynox_future               *promise;
    dynox_credentials_provider *provider;
    rig                         r;
} waiting;

static waiting waiting_open(int64_t deadline_ms)
{
    waiting w  = {.promise = dynox_promise_new(&dynox_type_credentials)};
    w.provider = dynox_credentials_custom(give_promise, dynox_future_acquire(w.promise), forget_promise);
    w.r        = RIG_WITH(success, .credentials = w.provider, .deadline_ms = deadline_ms);
    return w;
}

static void waiting_close(waiting *w)
{
    dynox_promise_settle(w->promise, some_credentials());
    rig_close(&w->r);
    dynox_credentials_provider_release(w->provider);
    dynox_future_release(w->promise);
}

static void cancel_while_credentials_are_awaited_settles_at_once(void **state)
{
    (void)state;
    waiting       w      = waiting_open(60000);
    dynox_future *future = call_text(&w.r);
    assert_false(dynox_future_done(future));
    dynox_future_cancel(future);
    assert_true(dynox_future_done(future));
    assert_int_equal(expect_failure(future, DYNOX_E_CANCELLED)->attempts, 0);
    dynox_future_release(future);
    waiting_close(&w);
}

static void the_deadline_passes_while_credentials_are_awaited(void **state)
{
    (void)state;
    waiting       w      = waiting_open(20);
    dynox_future *future = call_text(&w.r);
    assert_int_equal(expect_failure(future, DYNOX_E_TIMEOUT)->attempts, 0);
    dynox_future_release(future);
    waiting_close(&w);
}

static void closing_while_credentials_are_awaited_settles(void **state)
{
    (void)state;
    waiting       w      = waiting_open(0);
    dynox_future *future = call_text(&w.r);
    dynox__service_close(w.r.service);
    expect_failure(future, DYNOX_E_SHUTDOWN);
    dynox_future_release(future);
    waiting_close(&w);
}

static void credentials_that_come_late_let_the_call_go_on(void **state)
{
    (void)state;
    waiting       w      = waiting_open(60000);
    dynox_future *first  = call_text(&w.r);
    dynox_future *second = call_text(&w.r);
    assert_false(dynox_future_done(first));
    dynox_promise_settle(w.promise, some_credentials());
    expect_text(first, "{}");
    expect_text(second, "{}");
    dynox_future_release(first);
    dynox_future_release(second);
    rig_close(&w.r);
    dynox_credentials_provider_release(w.provider);
    dynox_future_release(w.promise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cancel_in_flight_settles_at_once),
                                       cmocka_unit_test(cancel_in_the_back_off_settles_at_once),
                                       cmocka_unit_test(cancel_after_the_end_changes_nothing),
                                       cmocka_unit_test(a_forgotten_call_still_happens),
                                       cmocka_unit_test(closing_settles_all_that_is_pending),
                                       cmocka_unit_test(closing_ends_a_back_off),
                                       cmocka_unit_test(a_future_outlives_its_service),
                                       cmocka_unit_test(closing_on_an_io_thread_leaves_the_join_to_the_helper),
                                       cmocka_unit_test(cancel_while_credentials_are_awaited_settles_at_once),
                                       cmocka_unit_test(the_deadline_passes_while_credentials_are_awaited),
                                       cmocka_unit_test(closing_while_credentials_are_awaited_settles),
                                       cmocka_unit_test(credentials_that_come_late_let_the_call_go_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
