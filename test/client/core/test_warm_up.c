/* Warming a client up: so many connections before the first call, and what is said of those that could not be had. */
#include "client/scripted.h"
#include "http/server.h"

/* However slowly the server notices. */
static void assert_connections(unsigned long count)
{
    dynox_client_stats stats;
    dynox_client_get_stats(client, &stats);
    assert_int_equal(stats.connections, count);
    assert_int_equal(stats.connects, count);
}

static void as_many_are_open_as_were_asked_for_and_calls_use_them(void **state)
{
    (void)state;
    dynox_error error = {0};
    if (dynox_sync_client_warm_up(client, 5, &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_connections(5);
    assert_int_equal(requests_so_far(), 0);
    assert_int_equal(dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    assert_int_equal(dynox_join_void(dynox_client_warm_up(client, 6)), DYNOX_OK);
    assert_connections(6);
}

static void none_is_done_at_once_and_too_many_are_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_sync_client_warm_up(client, 0, NULL), DYNOX_OK);
    assert_connections(0);
    assert_int_equal(dynox_sync_client_warm_up(client, 257, &error), DYNOX_E_ARGUMENT);
    assert_string_equal(error.message,
                        "warm-up: 257 connections are more than the client may have: .max_connections is 256");
    dynox_error_clear(&error);
    assert_int_equal(dynox_sync_client_warm_up(client, (size_t)-1, &error), DYNOX_E_ARGUMENT);
    dynox_error_clear(&error);
    assert_int_equal(dynox_sync_client_warm_up(NULL, 1, &error), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(error.message, "the client is NULL"));
    dynox_error_clear(&error);
}

static void what_could_not_be_opened_is_said(void **state)
{
    (void)state;
    dynox_error error = {0};
    faultserver_stop(&server);
    assert_int_equal(dynox_sync_client_warm_up(client, 3, &error), DYNOX_E_CONNECT);
    if (!strstr(error.message, "3 of 3 connections could not be opened: 127.0.0.1:")) fail_msg("%s", error.message);
    dynox_error_clear(&error);
    faultserver_start(&server, NULL);
}

static void a_bad_configuration_is_said(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_client *lost  = dynox_client_new(.region = "no such", .error = &error);
    assert_null(lost);
    assert_int_equal(dynox_sync_client_warm_up(lost, 2, &error), DYNOX_E_CONFIGURATION); /* the error that is there */
    dynox_error_clear(&error);
}

static void it_ends_with_its_client(void **state)
{
    (void)state;
    unsigned port;
    int      listener = server_listen(&port); /* takes no TLS */
    char     url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%u", port);
    dynox_client *mine = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "s",
                                          .connect_timeout_ms = 60000, .attempt_timeout_ms = -1, .proxy = "");
    dynox_future *warm = dynox_client_warm_up(mine, 4);
    dynox_future *given_up = dynox_client_warm_up(mine, 4);
    dynox_future_cancel(given_up);
    assert_int_equal(dynox_join_void(given_up), DYNOX_E_CANCELLED);
    dynox_client_free(mine);
    assert_int_equal(dynox_join_void(warm), DYNOX_E_SHUTDOWN);
    close(listener);
}

static void with_a_warm_client(void *arg)
{
    (void)arg;
    dynox_error   error  = {0};
    dynox_client *mine   = scripted_client();
    dynox_status  status = dynox_sync_client_warm_up(mine, 2, &error);
    if (status != DYNOX_OK && status != DYNOX_E_NO_MEMORY && (mine || status != DYNOX_E_ARGUMENT))
        fail_msg("%s: %s", dynox_status_name(status), error.message);
    dynox_error_clear(&error);
    dynox_client_free(mine);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(with_a_warm_client, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scripted_setup, scripted_teardown)
    const struct CMUnitTest tests[] = {
        TEST(as_many_are_open_as_were_asked_for_and_calls_use_them),
        TEST(none_is_done_at_once_and_too_many_are_refused),
        TEST(what_could_not_be_opened_is_said),
        TEST(a_bad_configuration_is_said),
        TEST(it_ends_with_its_client),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
