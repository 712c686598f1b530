/* Identifiers for records: unique without asking anybody, the last three in the order in which they were made. */
#ifndef DYNOX_BASE_UNIQUE_ID_H
#define DYNOX_BASE_UNIQUE_ID_H

#include <stddef.h>

/* UUID4: 36 characters, 122 random bits (RFC 9562).
 * UUID7: 36; milliseconds of the wall clock and 1/4096 of them, then 62 random bits (RFC 9562, method 3).
 * ULID:  26, Crockford's base 32; 48 bits of milliseconds, then 80 of which the first 16 are random in the first ULID
 *        of a millisecond and are counted on in it, and the others are random in each.
 * KSUID: 27, base 62; 32 bits of seconds since 1400000000, then 128 random bits.
 *
 * Those of one kind go up strictly, whichever threads of the process make them and wherever its wall clock is set, with
 * UUID7 and ULID; those of KSUID go up by the second and go back with the clock. What a forked child makes follows what
 * its parent had made before, and is not the same as anything that the parent makes after. Where more are made than the
 * counted bits can tell apart, their times run ahead of the clock for as long as that takes. */
enum dynox__unique_id { DYNOX__UUID4, DYNOX__UUID7, DYNOX__ULID, DYNOX__KSUID };

/* Writes a new one and NUL, returns its length; 0 and "" if the system gives no randomness. Any thread; waits for no
 * other one. */
size_t dynox__unique_id(enum dynox__unique_id kind, char text[40]);

#endif
