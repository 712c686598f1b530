/* Clients with a limiter: what they ask for, who waits, and how a wait may end. */
#include "client/scripted.h"
#include "fork.h"
#include "timers.h"
#include <pthread.h>
#include <time.h>

static dynox_limiter *limiter;

static dynox_client *limited_client(void)
{
    return dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A", .secret_key = "s",
                            .limiter = limiter);
}

/* A write needs what a second gives back in an hour, and one has gone already. Reads are free. */
static int open_slow(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    limiter = dynox_limiter_fixed(.write = 0.0001, .burst = 1);
    client  = limited_client();
    return client && dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", "first")) == DYNOX_OK ? 0 : -1;
}

/* Fast enough for any test. */
static int open_fast(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    limiter = dynox_limiter_adaptive(.read = 1e6, .write = 1e6);
    client  = limited_client();
    return client ? 0 : -1;
}

static int close_all(void **state)
{
    dynox_limiter_free(limiter);
    return scripted_teardown(state);
}

static dynox_limiter_stats stats(void)
{
    dynox_limiter_stats now;
    dynox_limiter_get_stats(limiter, NULL, NULL, &now);
    return now;
}

static void wait_for_waiting(size_t count)
{
    while (stats().waiting != count)
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static dynox_future *put(void)
{
    return dynox_put_item(client, "users", DYNOX_ITEM("pk", "x"));
}

static dynox_status get(void)
{
    dynox_item  *item   = NULL;
    dynox_status status = dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", "x"), &item);
    dynox_item_free(item);
    return status;
}

/* ---- what is asked for and what is made of the answers ---- */

static void each_request_asks_what_it_consumes(void **state)
{
    (void)state;
    const char *asks = "\"ReturnConsumedCapacity\":\"TOTAL\"";
    dynox_page *page = NULL;
    assert_int_equal(get(), DYNOX_OK);
    assert_sent(asks);
    assert_int_equal(dynox_join_void(put()), DYNOX_OK);
    assert_sent(asks);
    assert_int_equal(dynox_sync_scan_page(client, "users", &page), DYNOX_OK);
    dynox_page_free(page);
    assert_sent(asks);
    dynox_stream *items = dynox_query(client, "users", DYNOX_EXPR("pk = ?", "a"));
    dynox_sync_stream_next(items, NULL);
    dynox_stream_free(items);
    assert_sent(asks);
    assert_int_equal(dynox_sync_transact_write(client, DYNOX_WRITES(DYNOX_PUT("users", DYNOX_ITEM("pk", "a")))),
                     DYNOX_OK);
    assert_sent(asks);
    assert_int_equal(dynox_limiter_table(limiter, "users", .index = "by_name", .read = 5), DYNOX_OK);
    assert_int_equal(get(), DYNOX_OK);
    assert_sent("\"ReturnConsumedCapacity\":\"INDEXES\"");
}

/* Row 280. */
static void what_the_answers_tell_is_counted(void **state)
{
    (void)state;
    scripted_answer("GetItem", "{\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":2.5}}");
    scripted_answer("PutItem", "{\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":40}}");
    scripted_answer("TransactWriteItems", "{\"ConsumedCapacity\":[{\"TableName\":\"users\",\"CapacityUnits\":4,"
                                          "\"WriteCapacityUnits\":4},{\"TableName\":\"orders\",\"CapacityUnits\":2}]}");
    assert_int_equal(dynox_limiter_table(limiter, "orders", .write = 1e6), DYNOX_OK);
    assert_int_equal(get(), DYNOX_OK);
    assert_int_equal(dynox_join_void(put()), DYNOX_OK);
    assert_int_equal(dynox_sync_transact_write(client, DYNOX_WRITES(DYNOX_PUT("users", DYNOX_ITEM("pk", "a")),
                                                                    DYNOX_PUT("orders", DYNOX_ITEM("pk", "a")))),
                     DYNOX_OK);
    assert_true(stats().read_units == 2.5);
    assert_true(stats().write_units == 44);
    dynox_limiter_stats orders;
    assert_true(dynox_limiter_get_stats(limiter, "orders", NULL, &orders));
    assert_true(orders.write_units == 2);
}

/* Row 278. */
static void throttling_by_the_service_lowers_the_rate(void **state)
{
    (void)state;
    double before = stats().write_rate;
    faultserver_say(&server, "status 400 ProvisionedThroughputExceededException x1");
    assert_int_equal(dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", "x"), .max_attempts = 1), DYNOX_E_THROTTLED);
    assert_true(stats().write_rate < 0.81 * before && stats().write_rate > 0.79 * before);
    assert_int_equal(stats().throttled, 1);
    assert_true(stats().write_units == 0);
}

/* Row 278. The parts of a batch that come back say the same. */
static void parts_that_come_back_lower_the_rate(void **state)
{
    (void)state;
    double before = stats().write_rate;
    scripted_answer("BatchWriteItem",
                    "{\"UnprocessedItems\":{\"users\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"}}}}]}}");
    assert_int_equal(dynox_sync_batch_write(client,
                                            DYNOX_WRITES(DYNOX_PUT("users", DYNOX_ITEM("pk", "a")),
                                                         DYNOX_PUT("users", DYNOX_ITEM("pk", "b"))),
                                            .deadline_ms = 20),
                     DYNOX_E_PARTIAL);
    assert_true(stats().write_rate <= 0.81 * before);
    assert_true(stats().throttled >= 1);
}

/* ---- waiting ---- */

DYNOX_ASYNC(int, get_three, (dynox_client *db;), (int done; dynox_item *item;))
{
    DYNOX_BEGIN
    for (; my->done < 3; my->done++) {
        DYNOX_AWAIT(my->item, dynox_get_item(my->db, "users", DYNOX_ITEM("pk", "x")));
        dynox_item_free(my->item);
    }
    DYNOX_RETURN(my->done);
    DYNOX_END
}

/* Row 281. */
static void a_call_that_waits_holds_up_nothing_else(void **state)
{
    (void)state;
    int           done  = 0;
    dynox_future *waits = put();
    wait_for_waiting(1);
    assert_int_equal(dynox_run(DYNOX_CALL(get_three, .db = client), &done), DYNOX_OK);
    assert_int_equal(done, 3);
    assert_int_equal(dynox_join_void(dynox_sleep(1)), DYNOX_OK);
    assert_false(dynox_future_done(waits));
    dynox_future_cancel(waits);
    dynox_future_release(waits);
}

/* None of the two was sent, so nothing is in doubt. */
static void expect_unsent(dynox_future *first, dynox_future *second, dynox_status status)
{
    dynox_future *both[2] = {first, second};
    for (int i = 0; i < 2; i++) {
        dynox_error error = {0};
        assert_int_equal(dynox_join_void(both[i], .error = &error), status);
        assert_int_equal(error.attempts, 0);
        assert_false(error.may_have_applied);
        dynox_error_clear(&error);
    }
    assert_int_equal(faultserver_count(&server, "requests"), 1);
}

static void a_cancel_ends_the_wait(void **state)
{
    (void)state;
    dynox_future *first = put(), *second = put();
    wait_for_waiting(2);
    dynox_future_cancel(first);
    wait_for_waiting(1);
    dynox_future_cancel(second);
    wait_for_waiting(0);
    expect_unsent(first, second, DYNOX_E_CANCELLED);
}

static void a_deadline_ends_the_wait(void **state)
{
    (void)state;
    dynox_error   error = {0};
    dynox_future *third = dynox_put_item(client, "users", DYNOX_ITEM("pk", "x"), .deadline_ms = 50);
    expect_unsent(dynox_put_item(client, "users", DYNOX_ITEM("pk", "x"), .deadline_ms = 50), dynox_timeout(put(), 50),
                  DYNOX_E_TIMEOUT);
    assert_int_equal(dynox_join_void(third, .error = &error), DYNOX_E_TIMEOUT);
    assert_non_null(strstr(error.message, "waited for its turn"));
    wait_for_waiting(0);
}

static void closing_the_client_ends_the_wait(void **state)
{
    (void)state;
    dynox_future *first = put(), *second = put();
    wait_for_waiting(2);
    assert_int_equal(dynox_join_void(dynox_client_close(client)), DYNOX_OK);
    expect_unsent(first, second, DYNOX_E_SHUTDOWN);
    assert_int_equal(stats().waiting, 0);
}

static void freeing_the_client_ends_the_wait_also_when_the_limiter_went_first(void **state)
{
    (void)state;
    dynox_future *first = put(), *second = put();
    wait_for_waiting(2);
    dynox_limiter_free(limiter);
    limiter = NULL;
    dynox_client_free(client);
    client = NULL;
    expect_unsent(first, second, DYNOX_E_SHUTDOWN);
}

static void a_drain_waits_for_those_who_wait(void **state)
{
    (void)state;
    dynox_future *waits = put();
    wait_for_waiting(1);
    assert_int_equal(dynox_join_void(dynox_client_drain(client, 20)), DYNOX_E_TIMEOUT);
    assert_int_equal(stats().waiting, 1);
    dynox_future_cancel(waits);
    assert_int_equal(dynox_join_void(dynox_client_drain(client, -1)), DYNOX_OK);
    dynox_future_release(waits);
}

static void one_limiter_serves_several_clients(void **state)
{
    (void)state;
    dynox_client *other = limited_client();
    dynox_future *waits = dynox_put_item(other, "orders", DYNOX_ITEM("pk", "x"));
    wait_for_waiting(1);
    dynox_client_free(other);
    assert_int_equal(dynox_join_void(waits), DYNOX_E_SHUTDOWN);
    assert_int_equal(stats().waiting, 0);
    assert_int_equal(stats().delayed, 1);
}

/* Those who come later wait behind the first, and pass in their order. */
static void calls_go_as_fast_as_the_limiter_allows(void **state)
{
    (void)state;
    dynox_limiter_free(limiter);
    dynox_client_free(client);
    limiter = dynox_limiter_fixed(.write = 2000, .burst = 1);
    client  = limited_client();
    dynox_future *puts[100];
    for (int i = 0; i < 100; i++)
        puts[i] = put();
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_GATHER, 100, puts)), DYNOX_OK);
    assert_true(stats().delayed > 50);
    assert_true(stats().write_units == 100);
}

/* ---- threads, memory, fork ---- */

static void *get_many(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++)
        if (get() != DYNOX_OK) abort();
    return NULL;
}

static void *cancel_many(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++) {
        dynox_future *one = put();
        dynox_future_cancel(one);
        dynox_future_release(one);
    }
    return NULL;
}

static void many_threads_share_one(void **state)
{
    (void)state;
    pthread_t threads[6];
    dynox_limiter_free(limiter);
    dynox_client_free(client);
    limiter = dynox_limiter_adaptive(.read = 3000, .write = 3000, .burst = 2);
    client  = limited_client();
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, i % 3 ? get_many : cancel_many, NULL);
    dynox_limiter_table(limiter, "orders", .read = 5);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dynox_join_void(dynox_client_drain(client, -1)), DYNOX_OK);
    assert_true(stats().read_units == 400);
    assert_int_equal(stats().waiting, 0);
}

static void use_one(void *unused)
{
    (void)unused;
    dynox_error err = {0};
    limiter         = dynox_limiter_fixed(.write = 1000, .burst = 0.001, .error = &err);
    if (limiter) dynox_limiter_table(limiter, "orders", .index = "by_day", .read = 10);
    client = limiter ? limited_client() : NULL;
    for (int i = 0; client && i < 3; i++) {
        dynox_status status = dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", "x"), .error = &err);
        if (status != DYNOX_OK && status != DYNOX_E_NO_MEMORY) fail_msg("%s", err.message);
        dynox_error_clear(&err);
    }
    dynox_client_free(client);
    dynox_limiter_free(limiter);
    client  = NULL;
    limiter = NULL;
    timers_settle();
}

static void without_memory_calls_fail_or_go_too_fast_but_never_hang(void **state)
{
    (void)state;
    dynox_limiter_free(limiter);
    dynox_client_free(client);
    test_every_allocation_failing(use_one, NULL);
}

static void a_child_needs_a_limiter_of_its_own(void **state)
{
    (void)state;
    int   result = 0;
    pid_t child  = fork_among_sleepers();
    if (child == 0) {
        dynox_error         err  = {0};
        dynox_client       *made = dynox_client_new(.region = "eu-west-1", .limiter = limiter, .error = &err);
        bool                own  = !made && err.status == DYNOX_E_FORKED;
        dynox_limiter_stats stats;
        dynox_limiter_reset(limiter);
        own = own && dynox_limiter_table(limiter, "t", .read = 1) == DYNOX_E_FORKED;
        _exit(own && !dynox_limiter_get_stats(limiter, NULL, NULL, &stats) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

int main(void)
{
#define FAST(test) cmocka_unit_test_setup_teardown(test, open_fast, close_all)
#define SLOW(test) cmocka_unit_test_setup_teardown(test, open_slow, close_all)
    const struct CMUnitTest tests[] = {
        FAST(each_request_asks_what_it_consumes),
        FAST(what_the_answers_tell_is_counted),
        FAST(throttling_by_the_service_lowers_the_rate),
        FAST(parts_that_come_back_lower_the_rate),
        SLOW(a_call_that_waits_holds_up_nothing_else),
        SLOW(a_cancel_ends_the_wait),
        SLOW(a_deadline_ends_the_wait),
        SLOW(closing_the_client_ends_the_wait),
        SLOW(freeing_the_client_ends_the_wait_also_when_the_limiter_went_first),
        SLOW(a_drain_waits_for_those_who_wait),
        SLOW(one_limiter_serves_several_clients),
        FAST(calls_go_as_fast_as_the_limiter_allows),
        FAST(many_threads_share_one),
        FAST(without_memory_calls_fail_or_go_too_fast_but_never_hang),
        FAST(a_child_needs_a_limiter_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
