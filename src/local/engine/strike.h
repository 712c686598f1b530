/* What a fault does to a request. */
#ifndef DYNOX_LOCAL_ENGINE_STRIKE_H
#define DYNOX_LOCAL_ENGINE_STRIKE_H

#include "local/engine/engine.h"
#include "local/engine/faults.h"

/* Before it is carried out: false with the refusal, if it is not to be. */
bool dynox__local_survives(dynox__local_call *call, const dynox__fault *fault);
/* When its answer is there. */
void dynox__local_harm(dynox__local_answer *answer, const dynox__fault *fault);
/* "The level of configured provisioned throughput ..."; returns false. */
bool dynox__local_refuse_throttled(dynox__local_call *call);

#endif
