/* Which endpoints are in this process, and the way to them. A library without the local engine (DYNOX_LOCAL=OFF)
 * refuses them. */
#include "client/core/in_process.h"
#include "aws/config/environment.h"
#include "base/alloc.h"
#include <string.h>

#ifndef DYNOX__NO_LOCAL
#include "local/engine/local.h"
#endif

void dynox__local_place_free(dynox__local_place *place)
{
    if (place->transport) place->transport->shutdown(place->transport);
    dynox__free(place->endpoint);
    *place = (dynox__local_place){0};
}

static bool is_ours(const char *endpoint)
{
    return endpoint && (strncmp(endpoint, "memory:", 7) == 0 || strncmp(endpoint, "file:", 5) == 0);
}

/* NULL: none that could be ours. */
static const char *endpoint_of(const dynox_client_args *args)
{
    const char *endpoint = args->endpoint;
    if (dynox__is_blank(endpoint) && dynox__is_blank(args->nodes)) {
        endpoint = dynox__setting("AWS_ENDPOINT_URL_DYNAMODB");
        if (!endpoint) endpoint = dynox__setting("AWS_ENDPOINT_URL");
        if (!endpoint) return dynox__setting("DYNOX_LOCAL");
    }
    return is_ours(endpoint) ? endpoint : NULL;
}

#ifdef DYNOX__NO_LOCAL

dynox_status dynox__local_place_find(const dynox_client_args *args, dynox__local_place *place, dynox_error *error)
{
    const char *endpoint = args->local ? ".local" : endpoint_of(args);
    (void)place;
    if (!endpoint) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                           "the endpoint \"%.200s\" is the local engine, which this library was built without "
                           "(DYNOX_LOCAL=OFF)",
                           endpoint);
}

#else

static dynox_status check(const dynox_client_args *args, const char *endpoint, dynox_error *error)
{
    bool elsewhere = !dynox__is_blank(args->endpoint) || !dynox__is_blank(args->nodes);
    if (args->local && elsewhere)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "give one of .local, .endpoint and .nodes");
    if (endpoint && !dynox__is_blank(args->nodes))
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "give either .endpoint or .nodes, not both");
    if ((args->local || endpoint) && args->discover != DYNOX_DISCOVER_NOTHING)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "a local engine has no other nodes to .discover");
    if (args->local) return dynox__local_check(args->local, error);
    if (!endpoint || is_ours(endpoint)) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                           "DYNOX_LOCAL is \"%.200s\": it has to be memory:, memory:NAME or file:PATH", endpoint);
}

dynox_status dynox__local_place_find(const dynox_client_args *args, dynox__local_place *place, dynox_error *error)
{
    const char  *endpoint = args->local ? NULL : endpoint_of(args);
    dynox_local *local    = args->local;
    dynox_status status   = check(args, endpoint, error);
    if (status != DYNOX_OK || (!local && !endpoint)) return status;
    local = local ? dynox__local_acquire(local) : dynox__local_of_endpoint(endpoint, error);
    if (!local) return error->status;
    place->endpoint  = dynox__strdup(endpoint ? endpoint : "memory:");
    place->transport = dynox__local_transport_new(local, args->io_threads, args->max_waiting);
    dynox__local_release(local);
    if (place->endpoint && place->transport) return DYNOX_OK;
    dynox__local_place_free(place);
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

#endif
