/* The whole client - arguments, codec, signature, engine, futures - beside the reference clients, and the bars that the
 * project holds itself to. Every comparison is of one run.
 *
 *     bench_client [--check] [plain | one | tls | cold | delayed | burst]      --check: exit with 1 if a bar is missed
 */
#define _GNU_SOURCE
#include "bench.h"
#include <dynox/dynox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int missed;

static dynox_client *make_client(const bench_load *load)
{
    char        endpoint[64];
    dynox_error err = {0};
    snprintf(endpoint, sizeof endpoint, "%s://127.0.0.1:%u", load->tls ? "https" : "http", load->server->port);
    dynox_client *client =
        dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "AKIDEXAMPLE",
                         .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", .max_connections = load->in_flight,
                         .ca_file = load->tls ? load->ca_file : NULL, .error = &err);
    if (!client) dynox_error_print(stderr, &err);
    return client;
}

static dynox_future *start(dynox_client *client)
{
    return dynox_get_item(client, "Thread",
                          DYNOX_ITEM("ForumName", "Amazon DynamoDB", "Subject", "How do I update multiple items?"));
}

static bool finish(dynox_future *get)
{
    dynox_error  err  = {0};
    dynox_item  *item = NULL;
    dynox_status done = dynox_join(get, &item, .error = &err);
    if (done != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_item_free(item);
    return done == DYNOX_OK && item;
}

/* Many in flight, waiting for the oldest. */
static bool run_client(const bench_load *load, bench_result *result)
{
    double         before = bench_rss_kib();
    size_t         all    = load->warm_up + load->total;
    bench_clock    clock;
    dynox_client  *client = make_client(load);
    dynox_future **gets   = calloc(load->in_flight, sizeof *gets);
    if (!client || !gets) return false;
    for (size_t i = 0; i < load->in_flight; i++)
        gets[i] = start(client);
    for (size_t i = 0; i < all; i++) {
        if (i == load->warm_up) bench_begin(&clock);
        if (!finish(gets[i % load->in_flight])) return false;
        if (i + load->in_flight < all) gets[i % load->in_flight] = start(client);
    }
    bench_end(&clock, load, before, result);
    dynox_client_free(client);
    free(gets);
    return true;
}

/* One at a time, as sync code does. */
static bool run_sync(const bench_load *load, bench_result *result)
{
    double        before = bench_rss_kib();
    bench_clock   clock;
    dynox_client *client = make_client(load);
    if (!client) return false;
    for (size_t i = 0; i < load->warm_up + load->total; i++) {
        dynox_error err  = {0};
        dynox_item *item = NULL;
        if (i == load->warm_up) bench_begin(&clock);
        if (dynox_sync_get_item(
                client, "Thread",
                DYNOX_ITEM("ForumName", "Amazon DynamoDB", "Subject", "How do I update multiple items?"), .out = &item,
                .error = &err) != DYNOX_OK) {
            dynox_error_print(stderr, &err);
            return false;
        }
        dynox_item_free(item);
    }
    bench_end(&clock, load, before, result);
    dynox_client_free(client);
    return true;
}

/* All at once, several times; the best round, the connections being there. */
static bool run_gather(const bench_load *load, bench_result *result)
{
    dynox_client  *client = make_client(load);
    dynox_future **gets   = calloc(load->in_flight, sizeof *gets);
    double         best   = 1e9;
    bench_clock    clock;
    if (!client || !gets) return false;
    for (int round = 0; round < 8; round++) {
        dynox_error err = {0};
        bench_begin(&clock);
        for (size_t i = 0; i < load->in_flight; i++)
            gets[i] = start(client);
        if (dynox_join_void(dynox_combine(DYNOX_GATHER, load->in_flight, gets), .error = &err) != DYNOX_OK) {
            dynox_error_print(stderr, &err);
            return false;
        }
        bench_end(&clock, load, 0, result);
        if (round && result->wall_ms < best) best = result->wall_ms;
    }
    result->wall_ms = best;
    dynox_client_free(client);
    free(gets);
    return true;
}

/* From nothing to an answer on each of its connections. */
static bool run_cold(const bench_load *load, bench_result *result)
{
    bench_clock        clock;
    dynox_client_stats stats;
    dynox_future     **gets = calloc(load->in_flight, sizeof *gets);
    bench_begin(&clock);
    dynox_client *client = make_client(load);
    if (!client || !gets) return false;
    for (size_t i = 0; i < load->in_flight; i++)
        gets[i] = start(client);
    for (size_t i = 0; i < load->in_flight; i++)
        if (!finish(gets[i])) return false;
    bench_end(&clock, load, 0, result);
    dynox_client_get_stats(client, &stats);
    result->cpu_us = result->cpu_us * (double)load->total / (double)stats.connects;
    dynox_client_free(client);
    free(gets);
    return true;
}

static bench_result measure(const char *name, bench_client client, const bench_load *load, int repeats)
{
    bench_result result = {0};
    if (!bench_run(client, load, repeats, &result)) {
        printf("%-34s failed\n", name);
        missed++;
        return result;
    }
    printf("%-34s %7.1f us CPU/request %9.1f ms %7.1f KiB/request in flight\n", name, result.cpu_us, result.wall_ms,
           result.rss_kib);
    return result;
}

static bench_load make_load(const bench_server *server, bool tls, size_t in_flight, size_t total)
{
    return (bench_load){.server       = server,
                        .tls          = tls,
                        .ca_file      = server->ca_path,
                        .request      = bench_get_item,
                        .request_size = bench_get_item_size(),
                        .in_flight    = in_flight,
                        .warm_up      = total / 5 > in_flight ? total / 5 : in_flight,
                        .total        = total};
}

static void bar(const char *what, double value, double limit)
{
    bool held = value > 0 && value <= limit;
    if (!held) missed++;
    printf("    %-48s %8.2f (at most %g)%s\n", what, value, limit, held ? "" : "   MISSED");
}

static void plain(void)
{
    bench_server server;
    if (!bench_server_start(&server, .delay_ms = 0)) return;
    bench_load   load = make_load(&server, false, 64, 40000), many = make_load(&server, false, 1000, 40000);
    bench_result raw      = measure("raw epoll, 64", bench_raw, &load, 5);
    bench_result engine   = measure("bare engine, 64", bench_engine, &load, 5);
    bench_result client   = measure("client, 64", run_client, &load, 5);
    bench_result blocking = measure("blocking threads, 64", bench_blocking, &load, 3);
    bar("client / raw at 64", client.cpu_us / raw.cpu_us, 1.5);
    bar("client / blocking at 64", client.cpu_us / blocking.cpu_us, 0.5);
    bar("us that encode, sign, decode and future add", client.cpu_us - engine.cpu_us, 4);
    raw    = measure("raw epoll, 1000", bench_raw, &many, 5);
    client = measure("client, 1000", run_client, &many, 5);
    bar("client / raw at 1000", client.cpu_us / raw.cpu_us, 2.5);
    bar("KiB a request in flight", client.rss_kib, 40);
    bench_server_stop(&server);
}

static void one_at_a_time(void)
{
    bench_server server;
    if (!bench_server_start(&server, .delay_ms = 0)) return;
    bench_load   one    = make_load(&server, false, 1, 20000);
    bench_result raw    = measure("raw epoll, one", bench_raw, &one, 5);
    bench_result client = measure("client, sync, one", run_sync, &one, 5);
    bar("client / raw, one at a time", client.cpu_us / raw.cpu_us, 1.4);
    bench_server_stop(&server);
}

static void encrypted(void)
{
    bench_server server;
    if (!bench_server_start(&server, .tls = true)) return;
    bench_load   load     = make_load(&server, true, 64, 20000);
    bench_result client   = measure("client, TLS, 64", run_client, &load, 3);
    bench_result blocking = measure("blocking threads, TLS, 64", bench_blocking, &load, 3);
    bar("client / blocking with TLS at 64", client.cpu_us / blocking.cpu_us, 0.5);
    load = make_load(&server, true, 1, 10000);
    measure("client, TLS, sync, one", run_sync, &load, 3);
    measure("blocking thread, TLS, one", bench_blocking, &load, 3);
    bench_server_stop(&server);
}

static void cold(void)
{
    bench_server server;
    if (!bench_server_start(&server, .tls = true, .delay_ms = 50))
        return; /* slow answers: every request needs a connection */
    bench_load load     = make_load(&server, true, 64, 64);
    load.ca_file        = server.bundle_path;
    bench_result client = measure("client, 64 cold TLS connections", run_cold, &load, 3);
    bar("ms CPU a cold connection, whole CA bundle", client.cpu_us / 1000, 2);
    bench_server_stop(&server);
}

static void delayed(void)
{
    bench_server server;
    if (!bench_server_start(&server, .delay_ms = 50)) return;
    bench_load   ten = make_load(&server, false, 10, 10), thousand = make_load(&server, false, 1000, 1000);
    bench_result result = measure("client, gather 10 x 50 ms", run_gather, &ten, 3);
    bar("ms for 10 x 50 ms", result.wall_ms, 52);
    result = measure("client, gather 1000 x 50 ms", run_gather, &thousand, 3);
    bar("ms for 1000 x 50 ms", result.wall_ms, 85);
    bench_server_stop(&server);
}

static double quickest(const char *name, bench_client client, const bench_load *load)
{
    double best = 0;
    for (int i = 0; i < 5; i++) {
        bench_result result;
        if (!bench_run(client, load, 1, &result)) break;
        if (i == 0 || result.wall_ms < best) best = result.wall_ms;
    }
    printf("%-34s %9.1f ms\n", name, best);
    return best;
}

/* 1,000 gets and not one connection yet; a connection needs 40 ms with TLS, an answer 20 ms. */
static void burst(void)
{
    bench_server server;
    if (!bench_server_start(&server, .delay_ms = 20)) return;
    bench_load load = make_load(&server, false, 1000, 1000);
    load.all_cores  = true;
    double each     = quickest("a connection for each of 1000", bench_each, &load);
    bar("cold burst of 1000 / that", quickest("client, 1000 at once", run_cold, &load) / each, 1);
    bench_server_stop(&server);
    if (!bench_server_start(&server, .delay_ms = 20, .handshake_ms = 40, .tls = true)) return;
    load           = make_load(&server, true, 1000, 1000);
    load.all_cores = true;
    each           = quickest("a connection for each of 1000, TLS", bench_each, &load);
    bar("cold burst of 1000 with TLS / that", quickest("client, 1000 at once, TLS", run_cold, &load) / each, 1);
    bench_server_stop(&server);
}

int main(int count, char **args)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[]         = {{"plain", plain}, {"one", one_at_a_time}, {"tls", encrypted},
                         {"cold", cold},   {"delayed", delayed},   {"burst", burst}};
    bool        check = count > 1 && strcmp(args[1], "--check") == 0;
    const char *only  = count > 1 + check ? args[1 + check] : NULL;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!only || strcmp(only, parts[i].name) == 0) parts[i].run();
    return check && missed ? 1 : 0;
}
