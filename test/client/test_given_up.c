/* Writes that are given up: whoever does it, the error says that they were sent and may have been applied. */
#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>

static void never_answer(test_line *line)
{
    while (server_read(line)) {
    }
}

static test_server  *server;
static dynox_client *db;

static int open_with(void (*serve)(test_line *), void **state)
{
    char url[64];
    (void)state;
    server = server_start(serve, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    db = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKID", .secret_key = "SECRET",
                          .proxy = "");
    return db ? 0 : 1;
}

static int open_all(void **state)
{
    return open_with(never_answer, state);
}

static int close_all(void **state)
{
    (void)state;
    dynox_client_free(db);
    server_stop(server);
    return 0;
}

static dynox_future *put(void)
{
    return dynox_put_item(db, "users", DYNOX_ITEM("pk", "x"));
}

static dynox_future *get(void)
{
    return dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"));
}

static dynox_outcome pass(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
    return dynox_ok(NULL, NULL);
}

static void wait_until_read(int requests)
{
    while (atomic_load(&server->requests) < requests)
        server_sleep(1);
}

/* Gives up `future`, once it has so many requests under way: by a time limit, or (join_ms > 0) a join. */
static void expect(dynox_future *future, int requests, bool may_have_applied, int64_t join_ms)
{
    dynox_error error = {0};
    wait_until_read(requests);
    if (!join_ms) future = dynox_timeout(future, 1);
    assert_int_equal(dynox_join(future, NULL, .timeout_ms = join_ms, .error = &error), DYNOX_E_TIMEOUT);
    assert_int_equal(error.may_have_applied, may_have_applied);
    assert_int_equal(error.attempts, requests);
    dynox_error_clear(&error);
}

static void a_timeout_tells(void **state)
{
    (void)state;
    expect(put(), 1, true, 0);
}

static void a_timeout_of_a_read_has_applied_nothing(void **state)
{
    (void)state;
    expect(get(), 1, false, 0);
}

static void a_join_tells(void **state)
{
    (void)state;
    expect(put(), 1, true, 1);
}

static void a_timeout_of_a_chain_tells(void **state)
{
    (void)state;
    expect(dynox_then(dynox_then(put(), pass, NULL), pass, NULL), 1, true, 0);
}

static void a_timeout_of_a_gather_tells_of_all(void **state)
{
    (void)state;
    expect(dynox_gather(put(), get(), dynox_timeout(put(), 60000)), 3, true, 0);
}

static void a_join_of_a_group_tells(void **state)
{
    (void)state;
    dynox_group *group = dynox_group_new(0);
    dynox_group_add(group, put());
    dynox_group_add(group, get());
    expect(dynox_group_join(group), 2, true, 1);
    dynox_group_free(group);
}

static void a_gather_that_fails_tells_of_the_others(void **state)
{
    (void)state;
    dynox_error   error  = {0};
    dynox_future *failed = dynox_promise_new(NULL), *both = dynox_gather(put(), dynox_future_acquire(failed));
    wait_until_read(1);
    dynox_promise_settle(failed, dynox_fail(DYNOX_E_ARGUMENT));
    dynox_future_release(failed);
    assert_int_equal(dynox_join(both, NULL, .error = &error), DYNOX_E_ARGUMENT);
    assert_true(error.may_have_applied);
    dynox_error_clear(&error);
}

DYNOX_ASYNC(int64_t, write_once, (dynox_client *db;), (int unused;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_put_item(my->db, "users", DYNOX_ITEM("pk", "x")));
    DYNOX_RETURN(1);
    DYNOX_END
}

static void a_run_tells(void **state)
{
    (void)state;
    dynox_error error  = {0};
    int64_t     result = 0;
    assert_int_equal(dynox_run(DYNOX_CALL(write_once, .db = db), &result, .timeout_ms = 1500, .error = &error),
                     DYNOX_E_TIMEOUT);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
}

DYNOX_ASYNC(int64_t, write_at_last, (dynox_client *db;), (int unused;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(60000));
    DYNOX_FINALLY
    DYNOX_AWAIT_VOID(dynox_timeout(dynox_put_item(my->db, "users", DYNOX_ITEM("pk", "x")), 300));
    DYNOX_END
}

static void a_run_tells_what_was_sent_after_its_time(void **state)
{
    (void)state;
    dynox_error error  = {0};
    int64_t     result = 0;
    assert_int_equal(dynox_run(DYNOX_CALL(write_at_last, .db = db), &result, .timeout_ms = 1, .error = &error),
                     DYNOX_E_TIMEOUT);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
}

/* ---- what was done before, and by others ---- */

/* The first request is answered, the others are not. */
static void answer_once(test_line *line)
{
    while (server_read(line))
        if (atomic_load(&server->requests) == 1) server_answer(line, "{}");
}

static int open_answering_once(void **state)
{
    return open_with(answer_once, state);
}

static dynox_outcome then_get(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
    return dynox_continue(get());
}

static void a_chain_tells_of_the_write_before(void **state)
{
    (void)state;
    expect(dynox_then(put(), then_get, NULL), 2, true, 0);
}

DYNOX_ASYNC(void *, write_then_read, (dynox_client *db;), (int unused;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_put_item(my->db, "users", DYNOX_ITEM("pk", "x")));
    DYNOX_AWAIT_VOID(dynox_get_item(my->db, "users", DYNOX_ITEM("pk", "x")));
    DYNOX_RETURN(NULL);
    DYNOX_END
}

static void a_coroutine_tells_of_the_write_before(void **state)
{
    (void)state;
    expect(DYNOX_CALL(write_then_read, .db = db), 2, true, 0);
}

static void a_coroutine_that_is_cancelled_tells_of_the_write_before(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_future *it    = DYNOX_CALL(write_then_read, .db = db);
    wait_until_read(2);
    dynox_future_cancel(it);
    assert_int_equal(dynox_join(it, NULL, .error = &error), DYNOX_E_CANCELLED);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 2);
    dynox_error_clear(&error);
}

DYNOX_ASYNC(void *, start_and_read, (dynox_client *db;), (int unused;))
{
    DYNOX_BEGIN
    DYNOX_GO(dynox_put_item(my->db, "users", DYNOX_ITEM("pk", "x")));
    DYNOX_AWAIT_VOID(dynox_get_item(my->db, "users", DYNOX_ITEM("pk", "x")));
    DYNOX_RETURN(NULL);
    DYNOX_END
}

static void a_coroutine_tells_of_its_children(void **state)
{
    (void)state;
    expect(DYNOX_CALL(start_and_read, .db = db), 2, true, 0);
}

DYNOX_ASYNC(void *, start_and_fail, (dynox_client *db;), (int unused;))
{
    DYNOX_BEGIN
    DYNOX_GO(dynox_put_item(my->db, "users", DYNOX_ITEM("pk", "x")));
    while (atomic_load(&server->requests) < 1)
        DYNOX_AWAIT_VOID(dynox_sleep(1));
    DYNOX_THROW(DYNOX_E_ARGUMENT);
    DYNOX_END
}

static void a_coroutine_that_fails_tells_of_the_children_it_cancels(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(DYNOX_CALL(start_and_fail, .db = db), .error = &error), DYNOX_E_ARGUMENT);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
}

static void a_shield_tells_of_what_is_done(void **state)
{
    (void)state;
    dynox_future *write = put();
    wait_until_read(1);
    dynox_future *both = dynox_gather(dynox_shield(write), get());
    expect(both, 2, true, 0);
    assert_true(dynox_future_done(write));
    dynox_future_release(write);
}

static void a_chain_of_any_length_tells(void **state)
{
    (void)state;
    dynox_future *chain = put();
    for (int i = 0; i < 2000; i++)
        chain = dynox_then(chain, pass, NULL);
    expect(chain, 1, true, 0);
}

static void a_group_that_fails_tells_of_the_writes_it_cancels(void **state)
{
    (void)state;
    dynox_error  error = {0};
    dynox_group *group = dynox_group_new(0);
    dynox_group_add(group, put());
    wait_until_read(1);
    dynox_group_add(group, dynox_future_of(dynox_fail(DYNOX_E_ARGUMENT)));
    assert_int_equal(dynox_join(dynox_group_join(group), NULL, .error = &error), DYNOX_E_ARGUMENT);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
    dynox_group_free(group);
}

static void a_group_that_is_cancelled_tells(void **state)
{
    (void)state;
    dynox_error  error = {0};
    dynox_group *group = dynox_group_new(0);
    dynox_group_add(group, put());
    wait_until_read(1);
    dynox_group_cancel(group);
    assert_int_equal(dynox_join(dynox_group_join(group), NULL, .error = &error), DYNOX_E_CANCELLED);
    assert_true(error.may_have_applied);
    dynox_error_clear(&error);
    dynox_group_free(group);
}

static void cancelled(dynox_future *future, unsigned requests)
{
    dynox_error error = {0};
    wait_until_read((int)requests);
    dynox_future_cancel(future);
    assert_int_equal(dynox_join(future, NULL, .error = &error), DYNOX_E_CANCELLED);
    if (!error.may_have_applied) fail_msg("after %u requests", requests);
    assert_true(error.attempts >= 1);
    dynox_error_clear(&error);
}

static void whatever_is_cancelled_tells(void **state)
{
    (void)state;
    dynox_future *write = put();
    cancelled(dynox_shield(write), 1);
    cancelled(dynox_race(get(), write), 2);
    cancelled(dynox_any(get(), put()), 4);
    cancelled(dynox_gather(get(), put()), 6);
    dynox_future *shielded[2] = {put(), put()};
    cancelled(dynox_timeout(dynox_shield(shielded[0]), 60000), 8);
    cancelled(dynox_then(dynox_shield(shielded[1]), pass, NULL), 8);
    dynox_future_release(shielded[0]);
    dynox_future_release(shielded[1]);
}

static void the_end_of_the_client_tells(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_future *write = put();
    wait_until_read(1);
    assert_int_equal(dynox_join_void(dynox_client_close(db)), DYNOX_OK);
    assert_int_equal(dynox_join(write, NULL, .error = &error), DYNOX_E_SHUTDOWN);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
}

/* ---- what never left ---- */

static int open_one_line(void **state)
{
    char url[64];
    (void)state;
    server = server_start(never_answer, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    db = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKID", .secret_key = "SECRET",
                          .proxy = "", .max_connections = 1);
    return db ? 0 : 1;
}

static void expect_unsent(dynox_future *future, dynox_status status)
{
    dynox_error error = {0};
    assert_int_equal(dynox_join(future, NULL, .error = &error), status);
    assert_false(error.may_have_applied);
    assert_int_equal(error.attempts, 0);
    dynox_error_clear(&error);
}

static void a_write_that_waited_for_a_connection_has_applied_nothing(void **state)
{
    (void)state;
    dynox_future *first = put(), *second;
    wait_until_read(1);
    expect_unsent(dynox_timeout(put(), 50), DYNOX_E_TIMEOUT);
    expect_unsent(dynox_timeout(dynox_gather(put(), dynox_then(put(), pass, NULL)), 50), DYNOX_E_TIMEOUT);
    second = put();
    dynox_future_cancel(second);
    expect_unsent(second, DYNOX_E_CANCELLED);
    second = put();
    assert_int_equal(dynox_join_void(dynox_client_close(db)), DYNOX_OK);
    expect_unsent(second, DYNOX_E_SHUTDOWN);
    assert_int_equal(atomic_load(&server->requests), 1);
    dynox_future_release(first);
}

/* Whoever cancels just when the request is about to leave: what is called unsent never arrives. */
static void what_is_called_unsent_never_arrives(void **state)
{
    (void)state;
    int sent = 0;
    for (int i = 0; i < 400; i++) {
        dynox_error   error  = {0};
        dynox_future *future = put();
        for (volatile int spin = 0; spin < i * 200; spin++) {
        }
        dynox_future_cancel(future);
        assert_int_equal(dynox_join(future, NULL, .error = &error), DYNOX_E_CANCELLED);
        assert_int_equal(error.may_have_applied, error.attempts > 0);
        sent += error.may_have_applied;
        dynox_error_clear(&error);
    }
    dynox_client_free(db);
    db = NULL;
    server_sleep(20); /* what had left arrives */
    assert_true(atomic_load(&server->requests) <= sent);
}

#define ON_ONE_LINE(test) cmocka_unit_test_setup_teardown(test, open_one_line, close_all)
#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
#define ANSWERING_ONCE(test) cmocka_unit_test_setup_teardown(test, open_answering_once, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {WITH_SERVER(a_timeout_tells),
                                       WITH_SERVER(a_timeout_of_a_read_has_applied_nothing),
                                       WITH_SERVER(a_join_tells),
                                       WITH_SERVER(a_timeout_of_a_chain_tells),
                                       WITH_SERVER(a_timeout_of_a_gather_tells_of_all),
                                       WITH_SERVER(a_join_of_a_group_tells),
                                       WITH_SERVER(a_gather_that_fails_tells_of_the_others),
                                       WITH_SERVER(a_run_tells),
                                       WITH_SERVER(a_run_tells_what_was_sent_after_its_time),
                                       WITH_SERVER(a_coroutine_that_fails_tells_of_the_children_it_cancels),
                                       WITH_SERVER(a_coroutine_tells_of_its_children),
                                       WITH_SERVER(a_chain_of_any_length_tells),
                                       WITH_SERVER(a_group_that_fails_tells_of_the_writes_it_cancels),
                                       WITH_SERVER(a_group_that_is_cancelled_tells),
                                       WITH_SERVER(the_end_of_the_client_tells),
                                       WITH_SERVER(whatever_is_cancelled_tells),
                                       ON_ONE_LINE(a_write_that_waited_for_a_connection_has_applied_nothing),
                                       WITH_SERVER(what_is_called_unsent_never_arrives),
                                       ANSWERING_ONCE(a_chain_tells_of_the_write_before),
                                       ANSWERING_ONCE(a_coroutine_tells_of_the_write_before),
                                       ANSWERING_ONCE(a_coroutine_that_is_cancelled_tells_of_the_write_before),
                                       ANSWERING_ONCE(a_shield_tells_of_what_is_done)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
