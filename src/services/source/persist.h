/* One request over the blocking lane, again while that may help. */
#ifndef DYNOX_SERVICES_SOURCE_PERSIST_H
#define DYNOX_SERVICES_SOURCE_PERSIST_H

#include "http/fetch/fetch.h"

enum { DYNOX__PERSIST_ATTEMPTS = 3 };

/* Sends at most DYNOX__PERSIST_ATTEMPTS times: again when the connection broke or nothing came in time, and after the
 * statuses 429 and 5xx. No connection at all is tried again only if `reachable` says that somebody must be there. Waits
 * about 0.1 s, then 0.2 s in between. Returns as dynox__fetch does; the caller frees *response. */
dynox_status dynox__persist(const dynox__fetch_request *request, bool reachable, dynox__fetch_response *response,
                            dynox_error *error);

#endif
