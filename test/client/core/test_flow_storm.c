/* Adaptive retries, a limiter, hedged reads and single flight, all at once, against a server that does what it should
 * not: every call ends, nothing waits or leaks afterwards. */
#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>

enum { THREADS = 4, ROUNDS = 40 };

static test_server     *server;
static _Atomic unsigned turn;

/* By turns: late, broken off, throttled, an error, or right. */
static void serve(test_line *line)
{
    static const char throttled[] = "{\"__type\":\"x#ThrottlingException\"}";
    char              answer[256];
    while (server_read(line)) {
        unsigned now = atomic_fetch_add(&turn, 1);
        if (now % 53 == 7) return;
        if (now % 29 == 3) server_sleep(8);
        if (now % 101 == 11) {
            snprintf(answer, sizeof answer, "HTTP/1.1 400 Bad Request\r\nContent-Length: %zu\r\n\r\n%s",
                     strlen(throttled), throttled);
            server_send(line, answer);
        } else if (now % 71 == 5) {
            server_send(line, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}");
        } else if (strstr(line->request, "GetItem")) {
            server_answer(line, "{\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":0.5}}");
        } else {
            server_answer(line, "{\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":1}}");
        }
    }
}

static dynox_future *one(dynox_client *db, int i)
{
    if (i % 5 == 0) return dynox_put_item(db, "users", DYNOX_ITEM("pk", i), .deadline_ms = 40);
    if (i % 5 == 1) return dynox_scan_page(db, "orders", .deadline_ms = 40);
    return dynox_get_item(db, "users", DYNOX_ITEM("pk", i % 3), .deadline_ms = 40);
}

static void *run(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        dynox_future *some[6];
        for (int k = 0; k < 6; k++)
            some[k] = one(arg, i + k);
        if (i % 4 == 0) dynox_future_cancel(some[i % 6]);
        if (i % 4 == 1) dynox_future_wait(some[1], 1);
        for (int k = 0; k < 6; k++)
            if (k == i % 6)
                dynox_future_release(some[k]);
            else
                (void)dynox_join_void(some[k]);
    }
    return NULL;
}

static void every_call_ends(void **state)
{
    (void)state;
    char url[64];
    server                 = server_start(serve, NULL, NULL);
    dynox_limiter *limiter = dynox_limiter_adaptive(.read = 20000, .write = 20000, .burst = 20);
    dynox_limiter_table(limiter, "orders", .read = 10000, .burst = 5);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    dynox_set_unobserved_error(NULL);
    dynox_client *db = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "s",
                                        .proxy = "", .retry_mode = DYNOX_RETRY_ADAPTIVE, .hedge = DYNOX_HEDGE_P95,
                                        .single_flight = true, .limiter = limiter, .max_connections = 16);
    pthread_t     threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, run, db);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dynox_join_void(dynox_client_drain(db, -1)), DYNOX_OK);
    static const char *const tables[] = {NULL, "orders"};
    for (int i = 0; i < 2; i++) {
        dynox_limiter_stats stats;
        assert_true(dynox_limiter_get_stats(limiter, tables[i], NULL, &stats));
        assert_int_equal(stats.waiting, 0);
    }
    dynox_client_stats stats;
    dynox_client_get_stats(db, &stats);
    assert_true(stats.hedges * 20 <= stats.requests);
    dynox_limiter_free(limiter);
    for (int i = 0; i < 50; i++) /* refused, and gone with the client */
        dynox_future_release(one(db, i));
    dynox_client_free(db);
    server_stop(server);
}

static void a_client_may_go_in_the_middle_of_it(void **state)
{
    (void)state;
    char url[64];
    server = server_start(serve, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    dynox_set_unobserved_error(NULL);
    for (int round = 0; round < 20; round++) {
        dynox_limiter *limiter = dynox_limiter_fixed(.read = 2000, .write = 500, .burst = 3);
        dynox_client  *db      = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A",
                                                  .secret_key = "s", .proxy = "", .retry_mode = DYNOX_RETRY_ADAPTIVE,
                                                  .hedge = DYNOX_HEDGE_P95, .single_flight = true, .limiter = limiter);
        dynox_limiter_free(limiter);
        dynox_future *some[40];
        for (int i = 0; i < 40; i++)
            some[i] = one(db, i);
        dynox_future_wait(some[round], round);
        dynox_client_free(db);
        for (int i = 0; i < 40; i++) {
            assert_true(dynox_future_done(some[i]));
            dynox_future_release(some[i]);
        }
    }
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_ends),
        cmocka_unit_test(a_client_may_go_in_the_middle_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
