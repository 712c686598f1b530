/* Opening connections before they are needed: a call for each, which sends nothing. */
#include "async/future/future.h"
#include "base/alloc.h"
#include "client/core/explain.h"
#include "client/core/sync.h"
#include <dynox/executor.h>
#include <stdatomic.h>

static const dynox__operation opening = {.name = "WarmUp", .opens = true};

static dynox_future *open_one(dynox__service *service, uintptr_t number, size_t index)
{
    if (dynox__explaining()) return dynox__future_failed(DYNOX_E_CANCELLED); /* there is nothing to say of it */
    dynox__call *call = dynox__call_new(service, &opening);
    if (!call) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    call->max_attempts = 1; /* whoever warms up wants to know */
    call->context[0]   = number;
    call->context[1]   = index; /* of the node */
    return dynox__call_start(call);
}

/* All have ended. */
static dynox_outcome sum_up(dynox_future *all, void *arg)
{
    size_t             count = dynox_combined_count(all), failed = 0;
    const dynox_error *first = NULL;
    dynox_error        error = {0};
    (void)arg;
    for (size_t i = 0; i < count; i++) {
        const dynox_error *why = dynox_future_details(dynox_combined_at(all, i));
        if (!why) continue;
        if (!first) first = why;
        failed++;
    }
    if (!first) return dynox_ok(NULL, NULL);
    dynox_error_copy(&error, first);
    if (first->status != DYNOX_E_SHUTDOWN)
        dynox__error_reword(&error, "%zu of %zu connections could not be opened: %s", failed, count, first->message);
    dynox_outcome outcome = dynox_fail_with(&error);
    dynox_error_clear(&error);
    return outcome;
}

static dynox_future *open_all(dynox__service *service, size_t count)
{
    static _Atomic uint32_t numbers;
    uint32_t                number = atomic_fetch_add(&numbers, 1) + 1;
    dynox_future          **each   = dynox__malloc(count * sizeof *each);
    if (!each) return dynox__future_failed(DYNOX_E_NO_MEMORY);
    for (size_t i = 0; i < count; i++)
        each[i] = open_one(service, number ? number : 1, i);
    dynox_future *all = dynox_combine(DYNOX_GATHER_SETTLED, count, each);
    dynox__free(each);
    return dynox_then(all, sum_up, NULL, .on = dynox_executor_inline());
}

static dynox_status check(dynox_client *client, size_t connections, size_t *count, dynox_error *error)
{
    size_t nodes, resting;
    if (!client)
        return dynox_error_set(error, DYNOX_E_ARGUMENT,
                               "warm-up: the client is NULL; the .error of dynox_client_new tells why");
    dynox_status status = dynox__service_prepare(client->service, error);
    if (status != DYNOX_OK) return status;
    size_t most = dynox__service_most_connections(client->service);
    dynox__service_count_nodes(client->service, &nodes, &resting);
    *count = connections * nodes;
    if (connections <= most / nodes) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_ARGUMENT,
                           "warm-up: %zu connections%s are more than the client may have: .max_connections is %zu",
                           connections, nodes > 1 ? " to each node" : "", most);
}

dynox_future *dynox_client_warm_up(dynox_client *client, size_t connections)
{
    dynox_error error = {0};
    size_t      count = 0;
    if (check(client, connections, &count, &error) != DYNOX_OK) return dynox__future_failed_with(&error);
    return count ? open_all(client->service, count) : dynox_future_of(dynox_ok(NULL, NULL));
}

dynox_status dynox_sync_client_warm_up(dynox_client *client, size_t connections, dynox_error *error)
{
    dynox__sync sync = {.error = error};
    if (!dynox__sync_allowed(&sync, client)) return dynox__sync_refuse(&sync);
    return dynox__sync_join(&sync, dynox_client_warm_up(client, connections));
}
