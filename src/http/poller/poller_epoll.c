/* The poller of Linux: epoll. */
#include "http/poller/poller.h"

#ifdef DYNOX__POLLER_EPOLL

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Edge-triggered: each signal is an event of its own, so an eventfd, which never gets full, need not be read. */
static dynox_status watch_wakeup(dynox__poller *poller)
{
    struct epoll_event event   = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    bool               watched = epoll_ctl(poller->fd, EPOLL_CTL_ADD, poller->wakeup.readable, &event) == 0;
    return watched ? DYNOX_OK : dynox__poller_failure();
}

dynox_status dynox__poller_open(dynox__poller *poller)
{
    *poller = (dynox__poller){.fd = epoll_create1(EPOLL_CLOEXEC)};
    if (poller->fd < 0) return dynox__poller_failure();
    poller->open        = dynox__wakeup_open(&poller->wakeup);
    dynox_status status = poller->open ? watch_wakeup(poller) : DYNOX_E_SYSTEM;
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
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = owner};
    return epoll_ctl(poller->fd, EPOLL_CTL_ADD, fd, &event) == 0 ? DYNOX_OK : dynox__poller_failure();
}

bool dynox__poller_watch(dynox__poller *poller, int fd, void *owner, bool readable, bool writable)
{
    struct epoll_event event = {.events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u), .data.ptr = owner};
    return epoll_ctl(poller->fd, EPOLL_CTL_MOD, fd, &event) == 0;
}

bool dynox__poller_change(dynox__poller *poller, int fd, void *owner, bool writable)
{
    return dynox__poller_watch(poller, fd, owner, true, writable);
}

void dynox__poller_remove(dynox__poller *poller, int fd)
{
    struct epoll_event unused = {.events = 0}; /* old kernels want one */
    epoll_ctl(poller->fd, EPOLL_CTL_DEL, fd, &unused);
}

void dynox__poller_wait(dynox__poller *poller, int64_t timeout_ns)
{
    struct epoll_event events[DYNOX__POLLER_EVENTS];
    int                count = epoll_wait(poller->fd, events, DYNOX__POLLER_EVENTS, dynox__poller_ms(timeout_ns));
    poller->count            = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr)
            poller->ready[poller->count++] = events[i].data.ptr;
        else if (poller->wakeup.readable != poller->wakeup.writable)
            dynox__wakeup_clear(&poller->wakeup); /* a pipe */
    }
}

#endif
