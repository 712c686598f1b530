/* Waiting for many sockets and for other threads: the only place that knows what the system has for that. */
#ifndef DYNOX_HTTP_POLLER_H
#define DYNOX_HTTP_POLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DYNOX__POLLER_EVENTS = 128 };

/* Owns its descriptors. Everything but wake: one thread. */
typedef struct dynox__poller {
    int    fd, wake_fd;
    size_t count; /* of `ready` */
    void  *ready[DYNOX__POLLER_EVENTS];
} dynox__poller;

bool dynox__poller_open(dynox__poller *poller); /* false: no more descriptors */
void dynox__poller_close(dynox__poller *poller);

/* Watches a socket until it is removed: always for reading (level-triggered), for writing when `writable`. */
bool dynox__poller_add(dynox__poller *poller, int fd, void *owner);
bool dynox__poller_change(dynox__poller *poller, int fd, void *owner, bool writable);
void dynox__poller_remove(dynox__poller *poller, int fd);

/* Waits for sockets, for a wake or for `timeout_ns` (DYNOX__NEVER: no limit), and leaves the owners of the sockets that
 * are readable, writable or broken in `ready`. */
void dynox__poller_wait(dynox__poller *poller, int64_t timeout_ns);

/* Ends a wait, or the next one. Any thread; keeps errno. */
void dynox__poller_wake(dynox__poller *poller);

#endif
