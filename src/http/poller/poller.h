/* Waiting for many sockets and for other threads: the only place that knows what the system has for that. Each system
 * call that can do it has a file of its own (poller_epoll.c, poller_poll.c, poller_kqueue.c); one of them is compiled,
 * which DYNOX_POLLER chooses. */
#ifndef DYNOX_HTTP_POLLER_POLLER_H
#define DYNOX_HTTP_POLLER_POLLER_H

#include "async/loop/wakeup.h"
#include <dynox/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The build names one; else epoll where it is, and what POSIX has elsewhere. */
#if !defined DYNOX__POLLER_EPOLL && !defined DYNOX__POLLER_POLL && !defined DYNOX__POLLER_KQUEUE
#ifdef __linux__
#define DYNOX__POLLER_EPOLL
#else
#define DYNOX__POLLER_POLL
#endif
#endif

enum { DYNOX__POLLER_EVENTS = 128 };

/* Owns its descriptors. Zero is a closed one. Everything but wake: one thread. */
typedef struct dynox__poller {
    bool          open;
    dynox__wakeup wakeup;
    int           fd; /* of epoll and kqueue */
    /* poll has no memory of its own: what is watched, the wakeup first, and where the next search begins */
    struct pollfd *watched;
    void         **owners;
    size_t         watched_count, watched_room, next;
    size_t         count; /* of `ready` */
    void          *ready[DYNOX__POLLER_EVENTS];
} dynox__poller;

/* DYNOX_E_SYSTEM: no more descriptors (errno says which limit); DYNOX_E_NO_MEMORY. */
dynox_status dynox__poller_open(dynox__poller *poller);
void         dynox__poller_close(dynox__poller *poller);

/* Watches a socket until it is removed, which has to be before it is closed: always for reading (level-triggered), for
 * writing when `writable`. It fails as open does. */
dynox_status dynox__poller_add(dynox__poller *poller, int fd, void *owner);
bool         dynox__poller_change(dynox__poller *poller, int fd, void *owner, bool writable);
/* The same, and also whether for reading: whoever has enough for now is not told again and again that there is more. A
 * socket that is watched for neither may still come as broken. */
bool dynox__poller_watch(dynox__poller *poller, int fd, void *owner, bool readable, bool writable);
void dynox__poller_remove(dynox__poller *poller, int fd);

/* Waits for sockets, for a wake or for `timeout_ns` (DYNOX__NEVER: no limit), and leaves the owners of the sockets that
 * are readable, writable or broken in `ready`, each once. Sockets that did not fit come with the next waits, whatever
 * those before them do. */
void dynox__poller_wait(dynox__poller *poller, int64_t timeout_ns);

/* Ends a wait, or the next one. Any thread; keeps errno. */
void dynox__poller_wake(dynox__poller *poller);

/* For the files of the system calls: milliseconds, rounded up, since waking too early would only wait again (-1: no
 * limit); and what errno comes to. */
int          dynox__poller_ms(int64_t timeout_ns);
dynox_status dynox__poller_failure(void);

#endif
