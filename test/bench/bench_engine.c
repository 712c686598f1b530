/* The bare transport engine beside the reference clients: no signature, no codec, no futures. Prints CPU time a
 * request, and the ratios that the project holds itself to; the whole client is measured elsewhere. */
#define _GNU_SOURCE
#include "bench.h"
#include "http/transport.h"
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A request in the hands of one thread that keeps many in flight, waiting for the oldest: as callers of futures do. */
enum { RUNNING, AWAITED, DONE };

typedef struct slot {
    dynox__request  request;
    _Atomic int32_t state;
} slot;

static void wake(dynox__request *request)
{
    slot *self = DYNOX__CONTAINER(request, slot, request);
    if (atomic_exchange(&self->state, DONE) == AWAITED)
        syscall(SYS_futex, &self->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static bool await(slot *self)
{
    int32_t running = RUNNING;
    atomic_compare_exchange_strong(&self->state, &running, AWAITED);
    while (atomic_load(&self->state) != DONE)
        syscall(SYS_futex, &self->state, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
    return self->request.status == DYNOX_OK && self->request.head.status == 200;
}

static bool start(dynox__transport *transport, slot *self)
{
    atomic_store_explicit(&self->state, RUNNING, memory_order_relaxed);
    self->request.deadline_ns = dynox__deadline_after(dynox__now_ns(), 10000);
    return transport->submit(transport, &self->request) == DYNOX_OK;
}

static dynox__transport *make_transport(const bench_load *load)
{
    dynox_error error = {0};
    return dynox__curl_transport_new(
        &(dynox__curl_config){.max_connections = load->in_flight, .ca_file = load->tls ? load->ca_file : NULL}, &error);
}

static slot *make_slots(const bench_load *load, dynox__origin *origin)
{
    slot *slots = calloc(load->in_flight, sizeof *slots);
    *origin     = (dynox__origin){.tls = load->tls, .host = "127.0.0.1", .port = load->server->port};
    for (size_t i = 0; slots && i < load->in_flight; i++)
        slots[i].request =
            (dynox__request){.origin = origin, .data = load->request, .size = load->request_size, .done = wake};
    return slots;
}

static bool run_engine(const bench_load *load, bench_result *result)
{
    double            before = bench_rss_kib();
    size_t            all    = load->warm_up + load->total;
    bench_clock       clock;
    dynox__origin     origin;
    dynox__transport *transport = make_transport(load);
    slot             *slots     = make_slots(load, &origin);
    if (!transport || !slots) return false;
    for (size_t i = 0; i < load->in_flight; i++)
        if (!start(transport, &slots[i])) return false;
    for (size_t i = 0; i < all; i++) {
        slot *self = &slots[i % load->in_flight];
        if (i == load->warm_up) bench_begin(&clock);
        if (!await(self)) {
            fprintf(stderr, "%s\n", self->request.message);
            return false;
        }
        if (i + load->in_flight < all && !start(transport, self)) return false;
    }
    bench_end(&clock, load, before, result);
    transport->shutdown(transport);
    return true;
}

/* All at once, several times; wall_ms is the shortest round, the connections being there. */
static bool run_gather(const bench_load *load, bench_result *result)
{
    dynox__origin     origin;
    dynox__transport *transport = make_transport(load);
    slot             *slots     = make_slots(load, &origin);
    bench_clock       clock;
    double            best = 1e9;
    if (!transport || !slots) return false;
    for (int round = 0; round < 20; round++) {
        bench_begin(&clock);
        for (size_t i = 0; i < load->in_flight; i++)
            if (!start(transport, &slots[i])) return false;
        for (size_t i = 0; i < load->in_flight; i++)
            if (!await(&slots[i])) return false;
        bench_end(&clock, load, 0, result);
        if (round && result->wall_ms < best) best = result->wall_ms;
    }
    result->wall_ms = best;
    transport->shutdown(transport);
    return true;
}

/* Until `in_flight` connections are there, certificates included: cpu_us is that of one connection. */
static bool run_cold(const bench_load *load, bench_result *result)
{
    dynox__origin          origin;
    dynox__transport_stats stats;
    bench_clock            clock;
    slot                  *slots = make_slots(load, &origin);
    bench_begin(&clock);
    dynox__transport *transport = make_transport(load);
    if (!transport || !slots) return false;
    for (size_t i = 0; i < load->in_flight; i++)
        if (!start(transport, &slots[i])) return false;
    for (size_t i = 0; i < load->in_flight; i++)
        if (!await(&slots[i])) return false;
    bench_end(&clock, load, 0, result);
    transport->stats(transport, &stats);
    result->cpu_us = result->cpu_us * (double)load->total / (double)stats.connects;
    transport->shutdown(transport);
    return true;
}

static bench_result measure(const char *name, bench_client client, const bench_load *load, int repeats)
{
    bench_result result = {0};
    if (!bench_run(client, load, repeats, &result)) {
        printf("%-34s failed\n", name);
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

static void ratio(const char *what, double value, double limit)
{
    printf("    %-48s %8.2f (at most %g)%s\n", what, value, limit, value <= limit ? "" : "   MISSED");
}

static void plain(void)
{
    bench_server server;
    if (!bench_server_start(&server, 0, false)) return;
    bench_load   load = make_load(&server, false, 64, 40000), many = make_load(&server, false, 1000, 40000);
    bench_result raw      = measure("raw epoll, 64", bench_raw, &load, 5);
    bench_result engine   = measure("engine, 64", run_engine, &load, 4);
    bench_result blocking = measure("blocking threads, 64", bench_blocking, &load, 2);
    ratio("engine / raw at 64", engine.cpu_us / raw.cpu_us, 2);
    ratio("engine / blocking at 64", engine.cpu_us / blocking.cpu_us, 0.5);
    raw    = measure("raw epoll, 1000", bench_raw, &many, 5);
    engine = measure("engine, 1000", run_engine, &many, 5);
    ratio("engine / raw at 1000", engine.cpu_us / raw.cpu_us, 2.5);
    ratio("KiB a request in flight", engine.rss_kib, 40);
    bench_server_stop(&server);
}

static void encrypted(void)
{
    bench_server server;
    if (!bench_server_start(&server, 0, true)) return;
    bench_load   load     = make_load(&server, true, 64, 20000);
    bench_result engine   = measure("engine, TLS, 64", run_engine, &load, 3);
    bench_result blocking = measure("blocking threads, TLS, 64", bench_blocking, &load, 2);
    ratio("engine / blocking with TLS at 64", engine.cpu_us / blocking.cpu_us, 0.5);
    bench_load many = make_load(&server, true, 1000, 20000);
    measure("engine, TLS, 1000", run_engine, &many, 1);
    bench_server_stop(&server);
}

static void cold(void)
{
    bench_server server;
    if (!bench_server_start(&server, 50, true)) return; /* slow answers: every request needs a connection */
    bench_load load     = make_load(&server, true, 64, 64);
    load.ca_file        = server.bundle_path;
    bench_result result = measure("engine, 64 cold TLS connections", run_cold, &load, 3);
    ratio("ms CPU a cold connection, whole CA bundle", result.cpu_us / 1000, 2);
    bench_server_stop(&server);
}

static void delayed(void)
{
    bench_server server;
    if (!bench_server_start(&server, 50, false)) return;
    bench_load   ten = make_load(&server, false, 10, 10), thousand = make_load(&server, false, 1000, 1000);
    bench_result result = measure("engine, gather 10 x 50 ms", run_gather, &ten, 2);
    ratio("ms for 10 x 50 ms", result.wall_ms, 52);
    result = measure("engine, gather 1000 x 50 ms", run_gather, &thousand, 2);
    ratio("ms for 1000 x 50 ms", result.wall_ms, 85);
    thousand = make_load(&server, false, 1000, 30000);
    measure("raw epoll, 50 ms, 1000", bench_raw, &thousand, 2);
    measure("engine, 50 ms, 1000", run_engine, &thousand, 2);
    bench_server_stop(&server);
}

/* With an argument: only that part. */
int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"plain", plain}, {"tls", encrypted}, {"cold", cold}, {"delayed", delayed}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (count < 2 || strcmp(arguments[1], parts[i].name) == 0) parts[i].run();
    return 0;
}
