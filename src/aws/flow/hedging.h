/* Hedged reads: when a second attempt is due, and whether there may be one. */
#ifndef DYNOX_AWS_FLOW_HEDGING_H
#define DYNOX_AWS_FLOW_HEDGING_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { DYNOX__HEDGED_OPERATIONS = 6, DYNOX__LATENCIES = 232 };

/* How long an operation took lately: a histogram of microseconds whose steps grow with them, an eighth each. */
typedef struct dynox__latencies {
    const void *of;
    unsigned    total;
    uint16_t    counts[DYNOX__LATENCIES];
} dynox__latencies;

/* Of a service. Zero, but for the lock. */
typedef struct dynox__hedging {
    pthread_mutex_t  lock;
    double           tokens; /* each read brings a twentieth, each second attempt takes one */
    dynox__latencies seen[DYNOX__HEDGED_OPERATIONS];
    _Atomic uint64_t sent, won; /* second attempts, and those that were faster */
} dynox__hedging;

/* A read of that operation begins. How many nanoseconds it may take before a second attempt is due: as many as
 * `percent` of a hundred of those before it; < 0: too little is known. */
int64_t dynox__hedging_begin(dynox__hedging *hedging, const void *operation, unsigned percent);
/* It took so long, or at least so long. */
void dynox__hedging_record(dynox__hedging *hedging, const void *operation, int64_t ns);
/* May there be a second attempt? Then this was it. */
bool dynox__hedging_take(dynox__hedging *hedging);

#endif
