/* Parts of a batch that a fault keeps from being carried out. */
#ifndef DYNOX_LOCAL_ENGINE_UNPROCESSED_H
#define DYNOX_LOCAL_ENGINE_UNPROCESSED_H

#include "local/wire/call.h"

/* Takes the last `items` of the batch (0: half of them) out of the call's request; *withheld becomes their JSON, in the
 * arena, NULL if the request is no batch. false: nothing of it would be left, which the service refuses as throttling,
 * or out of memory. */
bool dynox__local_withhold(dynox__local_call *call, size_t items, const char **withheld, size_t *length);

/* Says so in the answer. false: it cannot, because the answer has left out something itself. */
bool dynox__local_give_back(dynox__local_call *call, const char *withheld, size_t length);

#endif
