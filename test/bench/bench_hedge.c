/* Hedged reads: 2,000 gets, one after the other, where each fiftieth answer is 200 ms late, with and without.
 *
 *     bench_hedge [--check]      --check: exit with 1 if p99 is not three times better, or requests are over 5 % more
 */
#include "bench.h"
#include <dynox/dynox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WARM_UP = 200, GETS = 2000, LATE_EVERY = 50, LATE_MS = 200 };

typedef struct run {
    double   p50_ms, p95_ms, p99_ms;
    uint64_t requests, hedges, won;
} run;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool get(dynox_client *client)
{
    dynox_error  err  = {0};
    dynox_item  *item = NULL;
    dynox_status done = dynox_sync_get_item(
        client, "Thread", DYNOX_ITEM("ForumName", "Amazon DynamoDB", "Subject", "How do I update multiple items?"),
        &item, .error = &err);
    if (done != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_item_free(item);
    return done == DYNOX_OK;
}

static bool measure(const bench_server *server, dynox_hedge hedge, run *result)
{
    static double      ms[GETS];
    char               endpoint[64];
    dynox_client_stats before, after;
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u", server->port);
    dynox_client *client = dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "AKIDEXAMPLE",
                                            .secret_key = "secret", .hedge = hedge);
    bool          good   = client != NULL;
    for (int i = 0; good && i < WARM_UP; i++)
        good = get(client);
    dynox_client_get_stats(client, &before);
    for (int i = 0; good && i < GETS; i++) {
        double start = now_ms();
        good         = get(client);
        ms[i]        = now_ms() - start;
    }
    dynox_client_get_stats(client, &after);
    dynox_client_free(client);
    qsort(ms, GETS, sizeof *ms, compare);
    *result = (run){.p50_ms   = ms[GETS / 2],
                    .p95_ms   = ms[GETS * 95 / 100],
                    .p99_ms   = ms[GETS * 99 / 100],
                    .requests = after.requests - before.requests,
                    .hedges   = after.hedges - before.hedges,
                    .won      = after.hedges_won - before.hedges_won};
    return good;
}

static void print(const char *name, const run *result)
{
    printf("%-10s p50 %8.3f ms   p95 %8.3f ms   p99 %8.3f ms   %llu requests, %llu second attempts, %llu faster\n",
           name, result->p50_ms, result->p95_ms, result->p99_ms, (unsigned long long)result->requests,
           (unsigned long long)result->hedges, (unsigned long long)result->won);
}

int main(int argc, char **argv)
{
    bool         check = argc > 1 && strcmp(argv[1], "--check") == 0;
    bench_server server;
    run          plain, hedged;
    if (!bench_server_start(&server, .late_every = LATE_EVERY, .late_ms = LATE_MS)) return 1;
    bool good = measure(&server, DYNOX_HEDGE_OFF, &plain) && measure(&server, DYNOX_HEDGE_P95, &hedged);
    bench_server_stop(&server);
    if (!good) return 1;
    print("plain", &plain);
    print("hedged", &hedged);
    double better = plain.p99_ms / hedged.p99_ms;
    double more   = 100.0 * ((double)hedged.requests / (double)plain.requests - 1);
    printf("p99 %.1f times better (bar: 3), %.1f %% more requests (bar: 5)\n", better, more);
    return check && (better < 3 || more > 5) ? 1 : 0;
}
