/* Hedged reads: a second attempt on another connection when the first is slow, and what becomes of the two. */
#include "http/server.h"
#include "support.h"
#include "timers.h"
#include <dynox/dynox.h>

static const char item_answer[] = "{\"Item\":{\"pk\":{\"S\":\"x\"}},\"ConsumedCapacity\":{\"TableName\":\"users\","
                                  "\"CapacityUnits\":0.5}}";

static test_server  *server;
static dynox_client *db;
static _Atomic int   held;               /* so many requests are never answered */
static _Atomic int   closed;             /* connections with such a request that were closed */
static _Atomic bool  fails_next_to_held; /* all others are answered with an error */
static _Atomic bool  let_go;             /* those that are held are answered after all */

static const char *answer_to(const test_line *line)
{
    if (strstr(line->request, "BatchGetItem")) return "{\"Responses\":{\"users\":[{\"pk\":{\"S\":\"x\"}}]}}";
    if (strstr(line->request, "TransactGetItems")) return "{\"Responses\":[{\"Item\":{\"pk\":{\"S\":\"x\"}}}]}";
    if (strstr(line->request, ".Scan") || strstr(line->request, ".Query"))
        return "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}";
    return strstr(line->request, "GetItem") ? item_answer : "{}";
}

static bool take(_Atomic int *count)
{
    int now = atomic_load(count);
    while (now > 0)
        if (atomic_compare_exchange_weak(count, &now, now - 1)) return true;
    return false;
}

/* Until it is let go or the other side closes. */
static bool hold(test_line *line)
{
    char byte;
    while (!atomic_load(&let_go)) {
        if (recv(line->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0) {
            atomic_fetch_add(&closed, 1);
            return false;
        }
        server_sleep(1);
    }
    return true;
}

static void serve(test_line *line)
{
    while (server_read(line)) {
        bool is_held = take(&held);
        if (is_held && !hold(line)) return;
        if (!is_held && atomic_load(&fails_next_to_held))
            server_send(line, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}");
        else
            server_answer(line, answer_to(line));
    }
}

static dynox_client *client_with(dynox_hedge hedge, dynox_limiter *limiter, dynox_observer *observer)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    return dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKID", .secret_key = "SECRET",
                            .proxy = "", .hedge = hedge, .limiter = limiter, .observer = observer);
}

static dynox_future *get_from(dynox_client *client)
{
    return dynox_get_item(client, "users", DYNOX_ITEM("pk", "x"));
}

static uint64_t hedges_of(dynox_client *client)
{
    dynox_client_stats stats;
    dynox_client_get_stats(client, &stats);
    return stats.hedges;
}

/* So that it is known what is usual, and that there is a second attempt to spare: on a busy machine some are made
 * already. The result: how many reads it took. */
static int train(dynox_client *client, dynox_future *(*read)(dynox_client *))
{
    int      reads = 0, calm = 0;
    uint64_t before = hedges_of(client);
    for (; reads < 60 || calm < 40; reads++, calm++) {
        assert_int_equal(dynox_join_void(read(client)), DYNOX_OK);
        if (hedges_of(client) != before) calm = 0;
        before = hedges_of(client);
    }
    return reads;
}

static int open_with(dynox_hedge hedge)
{
    server = server_start(serve, NULL, NULL);
    db     = client_with(hedge, NULL, NULL);
    atomic_store(&held, 0);
    atomic_store(&fails_next_to_held, false);
    atomic_store(&closed, 0);
    atomic_store(&let_go, false);
    train(db, get_from);
    return 0;
}

static int open_hedged(void **state)
{
    (void)state;
    return open_with(DYNOX_HEDGE_P95);
}

static int open_plain(void **state)
{
    (void)state;
    return open_with(DYNOX_HEDGE_DEFAULT);
}

static int close_all(void **state)
{
    (void)state;
    dynox_client_free(db);
    server_stop(server);
    return 0;
}

static uint64_t hedges(void)
{
    return hedges_of(db);
}

static uint64_t hedges_won(void)
{
    dynox_client_stats stats;
    dynox_client_get_stats(db, &stats);
    return stats.hedges_won;
}

/* The next `count` requests are held. The result: how many have come before; one that was cancelled in the training may
 * be on its way for a while. */
static int hold_next(int count)
{
    dynox_client_stats stats;
    dynox_client_get_stats(db, &stats);
    for (int i = 0; i < 2000 && (uint64_t)atomic_load(&server->requests) < stats.requests; i++)
        server_sleep(1);
    atomic_store(&held, count);
    return atomic_load(&server->requests);
}

static void wait_for_requests(int count)
{
    while (atomic_load(&server->requests) < count)
        server_sleep(1);
}

static void wait_for_closed(int count)
{
    while (atomic_load(&closed) < count)
        server_sleep(1);
}

static void a_slow_read_is_answered_by_a_second_attempt(void **state)
{
    (void)state;
    dynox_info  info   = {0};
    dynox_item *item   = NULL;
    uint64_t    before = hedges(), won = hedges_won();
    int         start = hold_next(1);
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .info = &info,
                                         .return_capacity = DYNOX_CAPACITY_TOTAL),
                     DYNOX_OK);
    assert_string_equal(dynox_get_string(item, "pk"), "x");
    assert_true(info.hedged);
    assert_int_equal(info.attempts, 2);
    assert_true(info.capacity && info.capacity->units == 0.5);
    assert_int_equal(info.request_id[0], 'R');
    assert_true(dynox_item_info(item)->hedged);
    assert_int_equal(hedges(), before + 1);
    assert_int_equal(hedges_won(), won + 1);
    assert_int_equal(atomic_load(&server->requests), start + 2);
    wait_for_closed(1); /* the slow one was cancelled */
    dynox_item_free(item);
    dynox_info_clear(&info);
}

static void the_first_attempt_may_win_after_all(void **state)
{
    (void)state;
    uint64_t      won   = hedges_won();
    int           start = hold_next(2);
    dynox_future *get   = get_from(db);
    wait_for_requests(start + 2);
    atomic_store(&let_go, true);
    assert_int_equal(dynox_future_wait(get, 20000), DYNOX_OK);
    assert_int_equal(dynox_future_error(get), DYNOX_OK);
    assert_true(dynox_future_info(get)->hedged);
    assert_int_equal(dynox_future_info(get)->attempts, 2);
    assert_true(hedges_won() - won <= 1);
    dynox_future_release(get);
}

static void a_second_attempt_that_fails_leaves_the_first_alone(void **state)
{
    (void)state;
    uint64_t won = hedges_won();
    atomic_store(&fails_next_to_held, true);
    int           start = hold_next(1);
    dynox_future *get   = get_from(db);
    wait_for_requests(start + 2);
    assert_int_equal(dynox_future_wait(get, 20), DYNOX_E_TIMEOUT);
    atomic_store(&let_go, true);
    assert_int_equal(dynox_join_void(get), DYNOX_OK);
    assert_int_equal(hedges_won(), won);
    assert_true(atomic_load(&server->requests) >= start + 2);
}

static dynox_future *query_page(dynox_client *client)
{
    return dynox_query_page(client, "users", DYNOX_EXPR("pk = ?", "x"));
}

static dynox_future *scan_page(dynox_client *client)
{
    return dynox_scan_page(client, "users");
}

static dynox_future *transact_get(dynox_client *client)
{
    return dynox_transact_get(client, DYNOX_READS(DYNOX_GET("users", DYNOX_ITEM("pk", "x"))));
}

static dynox_future *batch_get(dynox_client *client)
{
    return dynox_batch_get(client, DYNOX_READS(DYNOX_GET("users", DYNOX_ITEM("pk", "x"))));
}

static void each_kind_of_read_may_be_hedged(void **state)
{
    (void)state;
    dynox_future *(*const reads[])(dynox_client *) = {query_page, scan_page, transact_get, batch_get};
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        train(db, reads[i]);
        uint64_t won = hedges_won();
        hold_next(1);
        assert_int_equal(dynox_join_void(reads[i](db)), DYNOX_OK);
        assert_true(hedges_won() > won);
    }
}

static dynox_future *put(void)
{
    return dynox_put_item(db, "users", DYNOX_ITEM("pk", "x"), .hedge = DYNOX_HEDGE_P95, .deadline_ms = 300,
                          .max_attempts = 1);
}

static void a_write_is_never_sent_twice_for_speed(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++)
        assert_int_equal(dynox_join_void(put()), DYNOX_OK);
    uint64_t before = hedges();
    int      start  = hold_next(1);
    assert_int_equal(dynox_join_void(put()), DYNOX_E_TIMEOUT);
    assert_int_equal(atomic_load(&server->requests), start + 1);
    assert_int_equal(hedges(), before);
}

static dynox_future *get_hedged(dynox_client *client)
{
    return dynox_get_item(client, "users", DYNOX_ITEM("pk", "x"), .hedge = DYNOX_HEDGE_P95);
}

static void it_is_off_unless_asked_for_and_a_call_may_say_otherwise(void **state)
{
    (void)state;
    int         start = hold_next(1);
    dynox_item *item  = NULL;
    assert_int_equal(
        dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .deadline_ms = 200, .max_attempts = 1),
        DYNOX_E_TIMEOUT);
    assert_int_equal(atomic_load(&server->requests), start + 1);
    train(db, get_hedged);
    hold_next(1);
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .hedge = DYNOX_HEDGE_P95),
                     DYNOX_OK);
    dynox_item_free(item);
    assert_true(hedges_won() >= 1);
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .hedge = (dynox_hedge)9),
                     DYNOX_E_ARGUMENT);
    dynox_error err = {0};
    assert_null(dynox_client_new(.region = "eu-west-1", .hedge = (dynox_hedge)9, .error = &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
}

static void a_call_may_switch_it_off(void **state)
{
    (void)state;
    int         start = hold_next(1);
    dynox_item *item  = NULL;
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .deadline_ms = 200,
                                         .max_attempts = 1, .hedge = DYNOX_HEDGE_OFF),
                     DYNOX_E_TIMEOUT);
    assert_int_equal(atomic_load(&server->requests), start + 1);
}

/* ---- the end of both ---- */

static dynox_future *get_both_in_flight(int64_t deadline_ms)
{
    int           start = hold_next(2);
    dynox_future *get   = dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .deadline_ms = deadline_ms);
    wait_for_requests(start + 2);
    return get;
}

static void expect_end(dynox_future *get, dynox_status status)
{
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(get, .error = &error), status);
    assert_int_equal(error.attempts, 2);
    assert_false(error.may_have_applied);
    wait_for_closed(2);
    dynox_error_clear(&error);
}

static void a_cancel_ends_both(void **state)
{
    (void)state;
    dynox_future *get = get_both_in_flight(0);
    dynox_future_cancel(get);
    expect_end(get, DYNOX_E_CANCELLED);
}

static void the_deadline_ends_both(void **state)
{
    (void)state;
    expect_end(get_both_in_flight(500), DYNOX_E_TIMEOUT);
}

static void freeing_the_client_ends_both(void **state)
{
    (void)state;
    dynox_future *get = get_both_in_flight(0);
    dynox_client_free(db);
    db = NULL;
    expect_end(get, DYNOX_E_SHUTDOWN);
}

static void whoever_forgets_the_future_leaves_nothing_behind(void **state)
{
    (void)state;
    dynox_future_release(get_both_in_flight(0));
    dynox_future *drained = dynox_client_drain(db, -1);
    assert_false(dynox_future_done(drained));
    atomic_store(&let_go, true);
    assert_int_equal(dynox_join_void(drained), DYNOX_OK);
}

/* ---- with others ---- */

static void a_second_attempt_does_not_wait_at_a_limiter(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 1);
    dynox_client  *client  = client_with(DYNOX_HEDGE_P95, limiter, NULL);
    dynox_limiter_table(limiter, "users", .read = 1e6);
    train(client, get_from);
    dynox_limiter_table(limiter, "users", .read = 0.001, .burst = 0.7); /* a read is half a unit */
    hold_next(1);
    dynox_future       *get = get_from(client);
    dynox_limiter_stats stats;
    assert_int_equal(dynox_future_wait(get, 30), DYNOX_E_TIMEOUT); /* it was due long ago */
    dynox_limiter_get_stats(limiter, "users", NULL, &stats);
    assert_int_equal(stats.waiting, 0);
    atomic_store(&let_go, true);
    assert_int_equal(dynox_join_void(get), DYNOX_OK);
    dynox_client_free(client);
    dynox_limiter_free(limiter);
}

static void a_second_attempt_goes_to_another_node(void **state)
{
    (void)state;
    char         urls[128];
    test_server *other = server_start(serve, NULL, NULL);
    snprintf(urls, sizeof urls, "http://127.0.0.1:%u,http://127.0.0.1:%u", server->port, other->port);
    dynox_client *client = dynox_client_new(.nodes = urls, .region = "eu-west-1", .access_key = "A", .secret_key = "s",
                                            .proxy = "", .hedge = DYNOX_HEDGE_P95);
    for (int i = 0; i < 5; i++) {
        train(client, get_from);
        int           here = hold_next(1), there = atomic_load(&other->requests);
        dynox_future *get = get_from(client);
        assert_int_equal(dynox_join_void(get), DYNOX_OK);
        assert_true(atomic_load(&server->requests) > here);
        assert_true(atomic_load(&other->requests) > there);
    }
    dynox_client_free(client);
    server_stop(other);
}

typedef struct heard {
    _Atomic int calls, attempts, ends, hedged;
} heard;

static void *begins(const dynox_observed *call, void *arg)
{
    (void)call;
    atomic_fetch_add(&((heard *)arg)->calls, 1);
    return NULL;
}

static void attempt(const dynox_observed *call, void *context, void *arg)
{
    (void)call, (void)context;
    atomic_fetch_add(&((heard *)arg)->attempts, 1);
}

static void ends(const dynox_observed *call, void *context, void *arg)
{
    heard *ears = arg;
    (void)context;
    if (call->status != DYNOX_OK || call->attempt != (call->hedged ? 2 : 1)) abort();
    atomic_fetch_add(&ears->hedged, call->hedged);
    atomic_fetch_add(&ears->ends, 1);
}

static void an_observer_hears_of_one_call(void **state)
{
    (void)state;
    heard           ears = {0};
    dynox_observer *observer =
        dynox_observer_new(.call_begins = begins, .attempt_begins = attempt, .call_ends = ends, .arg = &ears);
    dynox_metrics  *metrics = dynox_metrics_new();
    dynox_observer *both    = dynox_observer_all(observer, dynox_metrics_observer(metrics));
    dynox_client   *client  = client_with(DYNOX_HEDGE_P95, NULL, both);
    int             calls   = train(client, get_from) + 1;
    hold_next(1);
    assert_int_equal(dynox_join_void(get_from(client)), DYNOX_OK);
    dynox_client_free(client);
    dynox_observer_release(observer);
    dynox_observer_release(both);
    dynox_metrics_snapshot *counted = dynox_metrics_read(metrics);
    dynox_call_metrics      sum     = dynox_metrics_sum(counted, NULL, NULL);
    dynox_metrics_snapshot_free(counted);
    dynox_metrics_free(metrics);
    assert_int_equal(sum.hedged, ears.hedged);
    assert_int_equal(sum.attempts, sum.calls + sum.hedged);
    assert_int_equal(ears.calls, calls);
    assert_int_equal(ears.ends, calls);
    assert_int_equal(ears.attempts, calls);
    assert_true(ears.hedged >= 1);
}

static void *get_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < 300; i++) {
        dynox_future *get = get_from(db);
        if (i % 20 == 7) {
            dynox_future_wait(get, 2);
            dynox_future_cancel(get);
        }
        dynox_future_release(get);
        if (i % 20 == 3) atomic_fetch_add(&held, 1);
        dynox_item *item = NULL;
        if (dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .deadline_ms = 30) == DYNOX_OK)
            dynox_item_free(item);
    }
    return NULL;
}

static void many_threads_hedge_and_cancel(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, get_many, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    atomic_store(&let_go, true);
    assert_int_equal(dynox_join_void(dynox_client_drain(db, -1)), DYNOX_OK);
    assert_true(hedges() * 20 <= (uint64_t)atomic_load(&server->requests));
}

static void read_slowly(void *unused)
{
    (void)unused;
    dynox_client *client = client_with(DYNOX_HEDGE_P95, NULL, NULL);
    for (int i = 0; client && i < 60; i++) {
        dynox_item *item = NULL;
        if (i >= 40 && i % 10 == 0) atomic_store(&held, 1);
        dynox_status status =
            dynox_sync_get_item(client, "users", DYNOX_ITEM("pk", "x"), &item, .deadline_ms = 100, .max_attempts = 1);
        if (status != DYNOX_OK && status != DYNOX_E_NO_MEMORY && status != DYNOX_E_TIMEOUT)
            fail_msg("%s", dynox_status_name(status));
        dynox_item_free(item);
    }
    atomic_store(&held, 0);
    dynox_client_free(client);
    timers_settle();
}

static void without_memory_a_read_is_only_not_hedged(void **state)
{
    (void)state;
    dynox_client_free(db);
    db = NULL;
    dynox_set_allocator(counted_malloc, counted_realloc, counted_free);
    read_slowly(NULL);
    for (long n = 1; n < 1200; n += 7) {
        atomic_store(&test_allocations_left, n);
        read_slowly(NULL);
    }
    atomic_store(&test_allocations_left, 0);
    dynox_set_allocator(NULL, NULL, NULL);
}

int main(void)
{
#define HEDGED(test) cmocka_unit_test_setup_teardown(test, open_hedged, close_all)
#define PLAIN(test) cmocka_unit_test_setup_teardown(test, open_plain, close_all)
    const struct CMUnitTest tests[] = {
        HEDGED(a_slow_read_is_answered_by_a_second_attempt),
        HEDGED(the_first_attempt_may_win_after_all),
        HEDGED(a_second_attempt_that_fails_leaves_the_first_alone),
        HEDGED(each_kind_of_read_may_be_hedged),
        HEDGED(a_write_is_never_sent_twice_for_speed),
        PLAIN(it_is_off_unless_asked_for_and_a_call_may_say_otherwise),
        HEDGED(a_call_may_switch_it_off),
        HEDGED(a_cancel_ends_both),
        HEDGED(the_deadline_ends_both),
        HEDGED(freeing_the_client_ends_both),
        HEDGED(whoever_forgets_the_future_leaves_nothing_behind),
        HEDGED(a_second_attempt_does_not_wait_at_a_limiter),
        HEDGED(a_second_attempt_goes_to_another_node),
        HEDGED(an_observer_hears_of_one_call),
        HEDGED(many_threads_hedge_and_cancel),
        PLAIN(without_memory_a_read_is_only_not_hedged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
