/* Sending again. */
#include "services/source/persist.h"
#include "base/clock.h"
#include "base/random.h"
#include <time.h>

static const int64_t first_pause_ns = 100 * DYNOX__MS;

static bool may_help(dynox_status status, bool reachable, int http_status)
{
    switch (status) {
    case DYNOX_OK: return http_status == 429 || http_status >= 500;
    case DYNOX_E_TIMEOUT:
    case DYNOX_E_TRANSPORT: return true;
    case DYNOX_E_CONNECT: return reachable;
    default: return false;
    }
}

static void pause_before(unsigned attempt)
{
    int64_t         ns   = (int64_t)((double)(first_pause_ns << (attempt - 1)) * (0.5 + dynox__random_unit() / 2));
    struct timespec time = {.tv_nsec = (long)(ns % DYNOX__SECOND)};
    while (nanosleep(&time, &time) != 0)
        continue;
}

dynox_status dynox__persist(const dynox__fetch_request *request, bool reachable, dynox__fetch_response *response,
                            dynox_error *error)
{
    for (unsigned attempt = 1;; attempt++) {
        *response           = (dynox__fetch_response){0};
        dynox_status status = dynox__fetch(request, response, error);
        if (attempt == DYNOX__PERSIST_ATTEMPTS || !may_help(status, reachable, response->status)) return status;
        dynox__fetch_response_free(response);
        pause_before(attempt);
    }
}
