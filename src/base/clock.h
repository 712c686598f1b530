/* Two clocks: the steady one for durations and deadlines, the wall clock for signatures. Tests can replace both. */
#ifndef DYNOX_BASE_CLOCK_H
#define DYNOX_BASE_CLOCK_H

#include <stdint.h>

#define DYNOX__MS INT64_C(1000000) /* a millisecond in nanoseconds */
#define DYNOX__SECOND INT64_C(1000000000)
#define DYNOX__NEVER INT64_MAX

int64_t dynox__now_ns(void);  /* steady, CLOCK_MONOTONIC */
int64_t dynox__wall_ns(void); /* since 1970, UTC */

/* The same in whole milliseconds and microseconds, rounded down, before 1970 too. */
int64_t dynox__wall_ms(void);
int64_t dynox__wall_us(void);

/* now + ms, or DYNOX__NEVER if that does not fit; ms <= 0 gives now. */
int64_t dynox__deadline_after(int64_t now_ns, int64_t ms);

/* For tests: both clocks come from `fn` (0 steady, 1 wall) until it is set to NULL again. */
void dynox__clock_fake(int64_t (*fn)(int which));

#endif
