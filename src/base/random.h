/* Randomness for jitter and identifiers. Not for keys. */
#ifndef DYNOX_BASE_RANDOM_H
#define DYNOX_BASE_RANDOM_H

#include <stdint.h>

uint64_t dynox__random(void);      /* 64 bits, thread-local generator seeded by the system */
double   dynox__random_unit(void); /* [0, 1) */
void     dynox__uuid4(char text[37]);

/* For tests: dynox__random_unit returns what fn returns, until NULL is set. */
void dynox__random_fake(double (*fn)(void));

#endif
