/* The helper: one thread of the process for what may block and is in nobody's way: loading credentials, and joining the
 * threads of a client that was freed on one of them. */
#ifndef DYNOX_AWS_CREDENTIALS_HELPER_H
#define DYNOX_AWS_CREDENTIALS_HELPER_H

#include <dynox/executor.h>

/* Started on first use, never ended. NULL: out of memory. */
dynox_executor *dynox__helper(void);

#endif
