/* The bare transport engine as a client: no signature, no codec, no futures. What the whole client costs beyond it is
 * the price of those. */
#define _GNU_SOURCE
#include "bench.h"
#include "http/transport/transport.h"
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

bool bench_engine(const bench_load *load, bench_result *result)
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
