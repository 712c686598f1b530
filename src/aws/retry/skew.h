/* The difference between our clock and the service's, learnt from the Date of every answer. A request signed with a
 * clock that is five minutes off is refused. */
#ifndef DYNOX_AWS_RETRY_SKEW_H
#define DYNOX_AWS_RETRY_SKEW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Of a service; zero at first. Nanoseconds to be added to our clock. */
typedef struct dynox__skew {
    _Atomic int64_t ns;
} dynox__skew;

/* From one answer: its Date (NULL or "": none), whether it came out of a cache, and our wall clock when the request
 * left and when the answer came. true: *candidate is the skew that was measured, and `skew` has been set to it. */
bool dynox__skew_learn(dynox__skew *skew, const char *date, bool has_age, int64_t sent_ns, int64_t received_ns,
                       int64_t *candidate);

/* Is a signature made with `used` wrong because of the clock, when `candidate` was measured? */
bool dynox__skew_matters(int64_t used, int64_t candidate);

#endif
