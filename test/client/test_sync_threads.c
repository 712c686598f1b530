/* A thread inside a sync_ call may do the work of its client's I/O thread, but runs nothing that others have attached
 * to their futures: it may hold whatever lock they want. */
#include "scripted.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { ROUNDS = 300, LEADERS = 2 };

static _Thread_local bool in_sync_call;
static _Atomic int        callbacks, strange;
static _Atomic bool       over;

static void note(dynox_future *future, void *unused)
{
    (void)future, (void)unused;
    atomic_fetch_add(&callbacks, 1);
    if (in_sync_call) atomic_fetch_add(&strange, 1);
}

static void *call_on_and_on(void *unused)
{
    (void)unused;
    while (!atomic_load(&over)) {
        in_sync_call        = true;
        dynox_status status = dynox_sync_get_item(client, "t", DYNOX_ITEM("pk", 1));
        in_sync_call        = false;
        if (status != DYNOX_OK && status != DYNOX_E_SHUTDOWN) atomic_fetch_add(&strange, 1000);
    }
    return NULL;
}

static void start(pthread_t threads[], int count)
{
    atomic_store(&callbacks, 0);
    atomic_store(&strange, 0);
    atomic_store(&over, false);
    for (int i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_on_and_on, NULL), 0);
}

static void join(pthread_t threads[], int count)
{
    atomic_store(&over, true);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&strange), 0);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void callbacks_of_others_do_not_run_in_a_sync_call(void **state)
{
    (void)state;
    pthread_t threads[LEADERS];
    for (int leaders = 1; leaders <= LEADERS; leaders++) {
        start(threads, leaders);
        for (int i = 0; i < ROUNDS; i++) {
            dynox_future *get = dynox_get_item(client, "t", DYNOX_ITEM("pk", i));
            dynox_future_on_done(get, dynox_executor_inline(), note, NULL);
            if (i % 3 == 0) dynox_future_cancel(get);
            dynox_future_wait(get, -1);
            if (dynox_future_error(get) != DYNOX_OK) assert_int_equal(dynox_future_error(get), DYNOX_E_CANCELLED);
            dynox_future_release(get);
            if (i % 10 == 0) pause_ms(2); /* so that a sync call is the only one */
        }
        join(threads, leaders);
        while (atomic_load(&callbacks) < ROUNDS)
            pause_ms(1);
    }
}

static void the_end_of_a_drain_is_not_told_in_a_sync_call(void **state)
{
    (void)state;
    pthread_t thread;
    for (int i = 0; i < 30; i++) {
        dynox_client *before = client;
        client               = scripted_client();
        start(&thread, 1);
        pause_ms(10);
        dynox_future *drained = dynox_client_drain(client, -1);
        dynox_future_on_done(drained, dynox_executor_inline(), note, NULL);
        assert_int_equal(dynox_join_void(drained), DYNOX_OK);
        join(&thread, 1);
        while (!atomic_load(&callbacks))
            pause_ms(1);
        dynox_client_free(client);
        client = before;
    }
}

static void closing_ends_sync_calls(void **state)
{
    (void)state;
    pthread_t threads[LEADERS];
    for (int i = 0; i < 10; i++) {
        dynox_client *before = client;
        client               = scripted_client();
        start(threads, 1 + i % 2);
        pause_ms(10);
        assert_int_equal(dynox_join_void(dynox_client_close(client)), DYNOX_OK);
        join(threads, 1 + i % 2);
        dynox_client_free(client);
        client = before;
    }
}

/* ---- fibers ---- */

static _Thread_local sem_t *fiber;
static _Atomic int          parks;

static void *fiber_token(void)
{
    return fiber;
}

static void fiber_park(void *token)
{
    atomic_fetch_add(&parks, 1);
    while (sem_wait(token) != 0) {
    }
}

static void fiber_unpark(void *token)
{
    sem_post(token);
}

static void a_fiber_is_parked_even_if_its_call_is_the_only_one(void **state)
{
    (void)state;
    static const dynox_wait_hook hook = {fiber_token, fiber_park, fiber_unpark};
    sem_t                        mine;
    enum { CALLS = 20 };
    assert_int_equal(dynox_sync_get_item(client, "t", DYNOX_ITEM("pk", 0)), DYNOX_OK);
    sem_init(&mine, 0, 0);
    dynox_set_wait_hook(&hook);
    fiber = &mine;
    faultserver_say(&server, "delay 5"); /* the answer is never there before the wait begins */
    for (int i = 0; i < CALLS; i++) {
        int before = atomic_load(&parks);
        assert_int_equal(dynox_sync_get_item(client, "t", DYNOX_ITEM("pk", i)), DYNOX_OK);
        assert_true(atomic_load(&parks) > before);
    }
    faultserver_say(&server, "none");
    fiber = NULL;
    dynox_set_wait_hook(NULL);
    sem_destroy(&mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_of_others_do_not_run_in_a_sync_call),
        cmocka_unit_test(the_end_of_a_drain_is_not_told_in_a_sync_call),
        cmocka_unit_test(closing_ends_sync_calls),
        cmocka_unit_test(a_fiber_is_parked_even_if_its_call_is_the_only_one),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
