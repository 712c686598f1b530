/* A descriptor that is readable from signal to clear: eventfd on Linux, else (or with DYNOX_WAKEUP_PIPE) a pipe. */
#ifndef DYNOX_ASYNC_LOOP_WAKEUP_H
#define DYNOX_ASYNC_LOOP_WAKEUP_H

#include <stdbool.h>

typedef struct dynox__wakeup {
    int readable; /* to poll */
    int writable; /* the same one for an eventfd */
} dynox__wakeup;

bool dynox__wakeup_open(dynox__wakeup *wakeup); /* false: out of descriptors */
void dynox__wakeup_close(dynox__wakeup *wakeup);
void dynox__wakeup_signal(dynox__wakeup *wakeup); /* any thread */
void dynox__wakeup_clear(dynox__wakeup *wakeup);

#endif
