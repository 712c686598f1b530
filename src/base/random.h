/* Randomness for jitter and identifiers. Not for keys. */
#ifndef DYNOX_BASE_RANDOM_H
#define DYNOX_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t dynox__random(void);      /* 64 bits, thread-local generator seeded by the system */
double   dynox__random_unit(void); /* [0, 1) */
void     dynox__uuid4(char text[37]);

/* Fills `to` from the system's own source, for what is kept and must not repeat in any other process: two generators
 * of dynox__random() are two places in one sequence. A thread takes more than it needs at a time, and a forked child
 * takes anew. At most DYNOX__RANDOM_BYTES. false: the system gives none. */
enum { DYNOX__RANDOM_BYTES = 256 };
bool dynox__random_bytes(void *to, size_t count);

/* The text of a UUID with these bits, the first 64 and the last. */
void dynox__uuid_text(uint64_t high, uint64_t low, char text[37]);

/* For tests: dynox__random_unit returns what fn returns, until NULL is set; likewise dynox__random_bytes. */
void dynox__random_fake(double (*fn)(void));
void dynox__random_bytes_fake(bool (*fn)(void *to, size_t count));

#endif
