/* The poller of the BSDs and macOS: kqueue. */
#include "http/poller/poller.h"

#ifdef DYNOX__POLLER_KQUEUE

#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include <sys/event.h> /* wants sys/types.h first */
#include <sys/time.h>
#include <unistd.h>

static bool set(dynox__poller *poller, int fd, short filter, unsigned short flags, void *owner)
{
    struct kevent change;
    EV_SET(&change, (uintptr_t)fd, filter, flags, 0, 0, owner);
    return kevent(poller->fd, &change, 1, NULL, 0, NULL) == 0;
}

dynox_status dynox__poller_open(dynox__poller *poller)
{
    *poller = (dynox__poller){.fd = kqueue()};
    if (poller->fd < 0) return dynox__poller_failure();
    fcntl(poller->fd, F_SETFD, FD_CLOEXEC);
    poller->open        = dynox__wakeup_open(&poller->wakeup);
    dynox_status status = poller->open ? dynox__poller_add(poller, poller->wakeup.readable, NULL) : DYNOX_E_SYSTEM;
    if (status == DYNOX_OK) return DYNOX_OK;
    int saved = errno;
    if (!poller->open) close(poller->fd);
    dynox__poller_close(poller);
    errno = saved;
    return status;
}

void dynox__poller_close(dynox__poller *poller)
{
    if (!poller->open) return;
    close(poller->fd);
    dynox__wakeup_close(&poller->wakeup);
    poller->open = false;
}

dynox_status dynox__poller_add(dynox__poller *poller, int fd, void *owner)
{
    return set(poller, fd, EVFILT_READ, EV_ADD, owner) ? DYNOX_OK : dynox__poller_failure();
}

bool dynox__poller_change(dynox__poller *poller, int fd, void *owner, bool writable)
{
    return set(poller, fd, EVFILT_WRITE, writable ? EV_ADD : EV_DELETE, owner);
}

bool dynox__poller_watch(dynox__poller *poller, int fd, void *owner, bool readable, bool writable)
{
    set(poller, fd, EVFILT_WRITE, writable ? EV_ADD : EV_DELETE, owner); /* not there: nothing to remove */
    return set(poller, fd, EVFILT_READ, readable ? EV_ADD | EV_ENABLE : EV_ADD | EV_DISABLE, owner);
}

/* One of the two filters is usually not there. */
void dynox__poller_remove(dynox__poller *poller, int fd)
{
    set(poller, fd, EVFILT_READ, EV_DELETE, NULL);
    set(poller, fd, EVFILT_WRITE, EV_DELETE, NULL);
}

/* A socket that is readable and writable comes twice; whoever handles it the first time may close it. */
static void add_once(dynox__poller *poller, void *owner)
{
    for (size_t i = 0; i < poller->count; i++)
        if (poller->ready[i] == owner) return;
    poller->ready[poller->count++] = owner;
}

void dynox__poller_wait(dynox__poller *poller, int64_t timeout_ns)
{
    struct kevent   events[DYNOX__POLLER_EVENTS];
    struct timespec time = {0}, *limit = NULL;
    if (timeout_ns != DYNOX__NEVER) {
        int ms       = dynox__poller_ms(timeout_ns);
        time.tv_sec  = ms / 1000;
        time.tv_nsec = ms % 1000 * DYNOX__MS;
        limit        = &time;
    }
    int count     = kevent(poller->fd, NULL, 0, events, DYNOX__POLLER_EVENTS, limit);
    poller->count = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].udata)
            add_once(poller, (void *)events[i].udata);
        else
            dynox__wakeup_clear(&poller->wakeup);
    }
}

#endif
