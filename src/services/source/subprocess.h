/* Running a command of the shell and taking what it writes. */
#ifndef DYNOX_SERVICES_SOURCE_SUBPROCESS_H
#define DYNOX_SERVICES_SOURCE_SUBPROCESS_H

#include "base/buffer.h"
#include <dynox/error.h>

enum { DYNOX__SUBPROCESS_OUTPUT = 1 << 16, DYNOX__SUBPROCESS_WORDS = 256 };

typedef struct dynox__subprocess {
    dynox__buffer output; /* DYNOX__SUBPROCESS_OUTPUT bytes of room from the start: it never moves. Wipe and free it. */
    char          words[DYNOX__SUBPROCESS_WORDS]; /* the start of what it wrote to standard error, on one line */
    int           exit_code;                      /* -1: not known, somebody else waited for it; 128 + n: signal n */
} dynox__subprocess;

/* Runs `sh -c command` in a process group of its own, with the environment as it is, nothing to read, and no signals
 * blocked. SIGCHLD is left alone. Blocks. DYNOX_OK: it has ended, see exit_code. Else the whole group was killed:
 *   DYNOX_E_TIMEOUT    it ran for longer than timeout_ms
 *   DYNOX_E_TOO_LARGE  it wrote more than DYNOX__SUBPROCESS_OUTPUT bytes
 *   DYNOX_E_SYSTEM     it could not be started (nothing was killed); `words` says why
 *   DYNOX_E_NO_MEMORY */
dynox_status dynox__subprocess_run(dynox__subprocess *run, const char *command, int64_t timeout_ms);

#endif
