/* Spare memory: large blocks that are given back are kept for who needs one of that size next. A page of an answer is
 * megabytes, fresh memory from the system costs a page fault for every 4 KiB of it, and that costs more than decoding
 * what is read into it; whether malloc keeps it is a matter of luck.
 *
 * It is kept only while there are users (clients), up to 16 MiB, and given back when the last connection to an endpoint
 * goes, which is what happens when a program is idle. Nothing is wiped: what holds secrets has to be wiped before. Any
 * thread. */
#ifndef DYNOX_BASE_SPARE_H
#define DYNOX_BASE_SPARE_H

#include "base/alloc.h"

/* Smaller blocks are malloc's. */
#if defined(__SANITIZE_ADDRESS__) || defined(DYNOX__FUZZING)
#define DYNOX__SPARE_LEAST SIZE_MAX /* what is used after it was given back is to be found */
#else
#define DYNOX__SPARE_LEAST ((size_t)64 * 1024)
#endif

void dynox__spare_begin(void);
void dynox__spare_end(void);
void dynox__spare_drop(void); /* gives back what is kept */

/* *size bytes at least, and *size is then how many there are; NULL: out of memory. */
void *dynox__spare_take(size_t *size);
/* Ends a block of that size (less, if it is not known), from there or from malloc. */
void dynox__spare_give(void *block, size_t size);

#endif
