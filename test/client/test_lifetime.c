/* A client's end: every future settles, callbacks have run, futures and items outlive it. */
#include "fork.h"
#include "scripted.h"
#include <dirent.h>
#include <pthread.h>

static dynox_client *mine; /* made by each test */

static int setup(void **state)
{
    (void)state;
    mine = scripted_client();
    return mine ? 0 : -1;
}

static void free_settles_what_is_in_flight_and_futures_outlive_it(void **state)
{
    (void)state;
    faultserver_say(&server, "silent");
    dynox_future *gets[20];
    for (int i = 0; i < 20; i++)
        gets[i] = dynox_get_item(mine, "t", DYNOX_ITEM("pk", i));
    dynox_client_free(mine);
    faultserver_say(&server, "none");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(dynox_future_error(gets[i]), DYNOX_E_SHUTDOWN);
        dynox_future_release(gets[i]);
    }
}

static void items_outlive_the_client(void **state)
{
    (void)state;
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(mine, "t", DYNOX_ITEM("pk", "x"), &item), DYNOX_OK);
    dynox_client_free(mine);
    assert_string_equal(dynox_get_string(item, "name"), "Ada");
    dynox_item_free(item);
}

static void count_call(dynox_future *future, void *arg)
{
    dynox_future_error(future);
    usleep(1000);
    ++*(int *)arg;
}

static void callbacks_have_run_when_free_returns(void **state)
{
    (void)state;
    int called = 0;
    faultserver_say(&server, "silent");
    for (int i = 0; i < 10; i++) {
        dynox_future *get = dynox_get_item(mine, "t", DYNOX_ITEM("pk", i));
        dynox_future_on_done(get, NULL, count_call, &called);
        dynox_future_release(get);
    }
    dynox_client_free(mine);
    assert_int_equal(called, 10);
    faultserver_say(&server, "none");
}

/* How many threads of this process have that name; 0 where the system does not tell. */
static int threads_named(const char *name)
{
    int            count = 0;
    struct dirent *task;
    DIR           *tasks = opendir("/proc/self/task");
    while (tasks && (task = readdir(tasks))) {
        char path[300], found[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        FILE *comm = fopen(path, "r");
        if (comm && fgets(found, sizeof found, comm)) count += strncmp(found, name, strlen(name)) == 0;
        if (comm) fclose(comm);
    }
    if (tasks) closedir(tasks);
    return count;
}

/* The first test: others start the callback thread, which stays. */
static void freeing_a_client_does_not_start_the_callback_thread(void **state)
{
    (void)state;
    assert_true(dynox_sync_ping(mine));
    dynox_client_free(mine);
    assert_int_equal(threads_named("dynox-"), 0);
}

static void callbacks_have_run_when_free_returns_in_a_forked_child_too(void **state)
{
    (void)state;
    dynox_client_free(mine);
    if (TEST_UNDER_TSAN) skip();
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        int called = 0;
        setup(NULL);
        dynox_future *get = dynox_get_item(mine, "t", DYNOX_ITEM("pk", 1));
        dynox_future_on_done(get, NULL, count_call, &called);
        dynox_future_release(get);
        dynox_client_free(mine);
        _exit(called == 1 ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void free_from_callback(dynox_future *future, void *arg)
{
    (void)future;
    dynox_client_free(mine);
    dynox_promise_settle(arg, dynox_ok(NULL, NULL));
}

static void a_client_can_be_freed_in_a_callback(void **state)
{
    for (int inlined = 0; inlined < 2; inlined++) {
        if (inlined) setup(state);
        dynox_future *freed = dynox_promise_new(NULL);
        dynox_future *get   = dynox_get_item(mine, "t", DYNOX_ITEM("pk", 1));
        dynox_future_on_done(get, inlined ? dynox_executor_inline() : NULL, free_from_callback, freed);
        dynox_future_release(get);
        assert_int_equal(dynox_join_void(freed), DYNOX_OK);
    }
}

static void close_refuses_new_calls(void **state)
{
    (void)state;
    dynox_error err = {0};
    faultserver_say(&server, "silent");
    dynox_future *get = dynox_get_item(mine, "t", DYNOX_ITEM("pk", 1));
    assert_int_equal(dynox_join_void(dynox_client_close(mine)), DYNOX_OK);
    assert_true(dynox_future_done(get));
    assert_int_equal(dynox_future_error(get), DYNOX_E_SHUTDOWN);
    dynox_future_release(get);
    assert_int_equal(dynox_sync_put_item(mine, "t", DYNOX_ITEM("pk", 1), .error = &err), DYNOX_E_SHUTDOWN);
    faultserver_say(&server, "none");
    dynox_client_free(mine);
}

static void a_close_that_is_cancelled_keeps_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) { /* sometimes before it has begun, sometimes after */
        dynox_future *closed = dynox_client_close(mine);
        dynox_future_drop(&closed);
        dynox_future_release(dynox_client_close(mine));
    }
    dynox_client_free(mine);
}

static void sync_inside(dynox_future *future, void *arg)
{
    (void)future;
    dynox_item *item     = NULL;
    *(dynox_status *)arg = dynox_sync_get_item(mine, "t", DYNOX_ITEM("pk", 1), &item);
    dynox_item_free(item);
}

static dynox_outcome sync_then(dynox_future *future, void *arg)
{
    sync_inside(future, arg);
    return dynox_ok(NULL, NULL);
}

static void a_sync_call_in_a_callback_works_and_on_an_io_thread_is_refused(void **state)
{
    (void)state;
    dynox_status status = DYNOX_E_INTERNAL;
    dynox_join_void(dynox_then(dynox_get_item(mine, "t", DYNOX_ITEM("pk", 1)), sync_then, &status));
    assert_int_equal(status, DYNOX_OK);
    faultserver_say(&server, "delay 20"); /* so that the callback is attached before the answer is there */
    dynox_join_void(
        dynox_then(dynox_get_item(mine, "t", DYNOX_ITEM("pk", 1)), sync_then, &status, .on = dynox_executor_inline()));
    faultserver_say(&server, "none");
    assert_int_equal(status, DYNOX_E_DEADLOCK);
    dynox_client_free(mine);
}

static void *hammer(void *arg)
{
    (void)arg;
    for (int i = 0; i < 200; i++) {
        dynox_item  *item   = NULL;
        dynox_status status = dynox_sync_get_item(mine, "t", DYNOX_ITEM("pk", i), &item);
        dynox_item_free(item);
        if (status != DYNOX_OK) return (void *)1;
        dynox_future *dropped = dynox_get_item(mine, "t", DYNOX_ITEM("pk", i));
        if (i % 3)
            dynox_future_release(dropped);
        else
            dynox_future_drop(&dropped);
    }
    return NULL;
}

/* Row 24. */
static void one_client_serves_sixteen_threads(void **state)
{
    (void)state;
    pthread_t threads[16];
    for (int i = 0; i < 16; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, NULL), 0);
    for (int i = 0; i < 16; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    dynox_client_free(mine);
}

static void a_forked_child_gets_an_error_and_no_hang(void **state)
{
    (void)state;
    assert_true(dynox_sync_ping(mine));
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        dynox_item  *item   = NULL;
        dynox_status status = dynox_sync_get_item(mine, "t", DYNOX_ITEM("pk", 1), &item);
        dynox_client_free(mine);
        _exit(status == DYNOX_E_FORKED ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(dynox_sync_ping(mine)); /* the parent's connection is as it was */
    dynox_client_free(mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(freeing_a_client_does_not_start_the_callback_thread, setup),
        cmocka_unit_test_setup(free_settles_what_is_in_flight_and_futures_outlive_it, setup),
        cmocka_unit_test_setup(items_outlive_the_client, setup),
        cmocka_unit_test_setup(callbacks_have_run_when_free_returns, setup),
        cmocka_unit_test_setup(callbacks_have_run_when_free_returns_in_a_forked_child_too, setup),
        cmocka_unit_test_setup(a_client_can_be_freed_in_a_callback, setup),
        cmocka_unit_test_setup(close_refuses_new_calls, setup),
        cmocka_unit_test_setup(a_close_that_is_cancelled_keeps_nothing, setup),
        cmocka_unit_test_setup(a_sync_call_in_a_callback_works_and_on_an_io_thread_is_refused, setup),
        cmocka_unit_test_setup(one_client_serves_sixteen_threads, setup),
        cmocka_unit_test_setup(a_forked_child_gets_an_error_and_no_hang, setup),
    };
    return cmocka_run_group_tests_name("client lifetime", tests, scripted_setup, scripted_teardown);
}
