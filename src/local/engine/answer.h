/* What is the same in every answer: its id, errors, the bytes behind it. */
#ifndef DYNOX_LOCAL_ENGINE_ANSWER_H
#define DYNOX_LOCAL_ENGINE_ANSWER_H

#include "local/engine/engine.h"

/* The id of the number-th request of an engine with this seed. */
void dynox__local_write_id(char id[64], uint64_t seed, uint64_t number);
/* Instead of what the body holds. */
void dynox__local_write_refusal(dynox__local_answer *answer, const dynox__refusal *refusal);
/* Adds the 64 zero bytes. Out of memory up to here: the status alone has to say so. */
void dynox__local_finish_body(dynox__local_answer *answer);

#endif
