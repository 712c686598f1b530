/* Draining a client: no new calls, and those that have begun end by themselves. */
#include "scripted.h"
#include <pthread.h>

static int begin(void **state)
{
    (void)state;
    client = scripted_client();
    faultserver_say(&server, "none");
    return client ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dynox_client_free(client);
    return 0;
}

static int start_server(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    faultserver_stop(&server);
    return 0;
}

enum { CALLS = 20 };

static void start_gets(dynox_future **gets)
{
    for (int i = 0; i < CALLS; i++)
        gets[i] = dynox_get_item(client, "t", DYNOX_ITEM("pk", i));
}

static void assert_all(dynox_future **gets, dynox_status status)
{
    for (int i = 0; i < CALLS; i++) {
        assert_true(dynox_future_done(gets[i]));
        assert_int_equal(dynox_future_error(gets[i]), status);
        dynox_future_release(gets[i]);
    }
}

static void calls_that_have_begun_end_and_new_ones_are_refused(void **state)
{
    (void)state;
    dynox_future *gets[CALLS];
    faultserver_say(&server, "delay 50");
    start_gets(gets);
    dynox_future *drained = dynox_client_drain(client, -1);
    dynox_error   err     = {0};
    assert_int_equal(dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", 1), .error = &err), DYNOX_E_SHUTDOWN);
    assert_non_null(strstr(err.message, "drained"));
    assert_int_equal(err.attempts, 0);
    assert_false(dynox_future_done(drained));
    assert_int_equal(dynox_join_void(drained), DYNOX_OK);
    assert_all(gets, DYNOX_OK);
}

static void retries_belong_to_a_call_that_has_begun(void **state)
{
    (void)state;
    faultserver_say(&server, "status 500 x1, none");
    dynox_future *get = dynox_get_item(client, "t", DYNOX_ITEM("pk", 1));
    assert_int_equal(dynox_sync_client_drain(client, -1), DYNOX_OK);
    assert_true(dynox_future_done(get));
    assert_int_equal(dynox_future_error(get), DYNOX_OK);
    dynox_future_release(get);
}

static void nothing_in_flight_is_drained_at_once(void **state)
{
    (void)state;
    dynox_future *drained = dynox_client_drain(client, 0);
    assert_true(dynox_future_done(drained));
    assert_int_equal(dynox_join_void(drained), DYNOX_OK);
    assert_int_equal(dynox_sync_client_drain(NULL, 0), DYNOX_OK);
}

static void a_deadline_ends_the_wait_and_not_the_calls(void **state)
{
    (void)state;
    dynox_future *gets[CALLS];
    faultserver_say(&server, "silent");
    start_gets(gets);
    assert_int_equal(dynox_sync_client_drain(client, 20), DYNOX_E_TIMEOUT);
    for (int i = 0; i < CALLS; i++)
        assert_false(dynox_future_done(gets[i]));
    dynox_client_free(client);
    client = NULL;
    assert_all(gets, DYNOX_E_SHUTDOWN);
}

static void closing_ends_a_drain(void **state)
{
    (void)state;
    dynox_future *gets[CALLS];
    faultserver_say(&server, "silent");
    start_gets(gets);
    dynox_future *first = dynox_client_drain(client, -1), *second = dynox_client_drain(client, 60000);
    dynox_future *given_up = dynox_client_drain(client, -1);
    dynox_future_drop(&given_up); /* its own affair */
    assert_false(dynox_future_done(first));
    assert_int_equal(dynox_join_void(dynox_client_close(client)), DYNOX_OK);
    assert_int_equal(dynox_join_void(first), DYNOX_E_SHUTDOWN);
    assert_int_equal(dynox_join_void(second), DYNOX_E_SHUTDOWN);
    assert_int_equal(dynox_sync_client_drain(client, -1), DYNOX_OK);
    assert_all(gets, DYNOX_E_SHUTDOWN);
}

static void *cancel_all(void *gets)
{
    for (int i = 0; i < CALLS; i++)
        dynox_future_cancel(((dynox_future **)gets)[i]);
    return NULL;
}

/* A cancelled call is taken back from the I/O thread by one party and settled by another. */
static void cancelled_calls_have_settled_when_it_is_done(void **state)
{
    for (int round = 0; round < 30; round++) {
        dynox_future *gets[CALLS];
        pthread_t     thread;
        if (round) begin(state);
        faultserver_say(&server, round % 2 ? "delay 2" : "silent");
        start_gets(gets);
        assert_int_equal(pthread_create(&thread, NULL, cancel_all, gets), 0);
        assert_int_equal(dynox_sync_client_drain(client, -1), DYNOX_OK);
        for (int i = 0; i < CALLS; i++)
            assert_true(dynox_future_done(gets[i]));
        pthread_join(thread, NULL);
        for (int i = 0; i < CALLS; i++)
            dynox_future_release(gets[i]);
        if (round < 29) end(state);
    }
}

static dynox_outcome drain_inside(dynox_future *future, void *status)
{
    (void)future;
    *(dynox_status *)status = dynox_sync_client_drain(client, -1);
    return dynox_ok(NULL, NULL);
}

static void waiting_for_it_on_an_io_thread_is_refused(void **state)
{
    (void)state;
    dynox_status status = DYNOX_OK;
    faultserver_say(&server, "delay 20"); /* so that the callback is attached before the answer is there */
    dynox_future *get = dynox_get_item(client, "t", DYNOX_ITEM("pk", 1));
    assert_int_equal(dynox_join_void(dynox_then(get, drain_inside, &status, .on = dynox_executor_inline())), DYNOX_OK);
    assert_int_equal(status, DYNOX_E_DEADLOCK);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(calls_that_have_begun_end_and_new_ones_are_refused),
        EACH(retries_belong_to_a_call_that_has_begun),
        EACH(nothing_in_flight_is_drained_at_once),
        EACH(a_deadline_ends_the_wait_and_not_the_calls),
        EACH(closing_ends_a_drain),
        EACH(cancelled_calls_have_settled_when_it_is_done),
        EACH(waiting_for_it_on_an_io_thread_is_refused),
    };
    return cmocka_run_group_tests_name("drain", tests, start_server, stop_server);
}
