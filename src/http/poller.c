/* The poller: epoll and an eventfd. */
#include "http/poller.h"
#include "base/clock.h"
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool dynox__poller_open(dynox__poller *poller)
{
    poller->count   = 0;
    poller->fd      = epoll_create1(EPOLL_CLOEXEC);
    poller->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (poller->fd >= 0 && poller->wake_fd >= 0 && dynox__poller_add(poller, poller->wake_fd, NULL)) return true;
    dynox__poller_close(poller);
    return false;
}

void dynox__poller_close(dynox__poller *poller)
{
    if (poller->fd >= 0) close(poller->fd);
    if (poller->wake_fd >= 0) close(poller->wake_fd);
    poller->fd = poller->wake_fd = -1;
}

bool dynox__poller_add(dynox__poller *poller, int fd, void *owner)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = owner};
    return epoll_ctl(poller->fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool dynox__poller_change(dynox__poller *poller, int fd, void *owner, bool writable)
{
    struct epoll_event event = {.events = EPOLLIN | (writable ? EPOLLOUT : 0u), .data.ptr = owner};
    return epoll_ctl(poller->fd, EPOLL_CTL_MOD, fd, &event) == 0;
}

void dynox__poller_remove(dynox__poller *poller, int fd)
{
    struct epoll_event unused = {.events = 0}; /* old kernels want one */
    epoll_ctl(poller->fd, EPOLL_CTL_DEL, fd, &unused);
}

void dynox__poller_wait(dynox__poller *poller, int64_t timeout_ns)
{
    struct epoll_event events[DYNOX__POLLER_EVENTS];
    int                timeout = -1;
    if (timeout_ns != DYNOX__NEVER) { /* rounded up: waking too early would only wait again */
        int64_t ms = timeout_ns / DYNOX__MS + (timeout_ns % DYNOX__MS > 0);
        timeout    = ms > INT_MAX ? INT_MAX : (int)ms;
    }
    int count     = epoll_wait(poller->fd, events, DYNOX__POLLER_EVENTS, timeout);
    poller->count = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr) {
            poller->ready[poller->count++] = events[i].data.ptr;
            continue;
        }
        uint64_t drained;
        if (read(poller->wake_fd, &drained, sizeof drained) < 0) continue; /* another wait has read it */
    }
}

void dynox__poller_wake(dynox__poller *poller)
{
    const uint64_t one   = 1;
    int            saved = errno;
    /* Fails only when the counter is full, and then the poller is awake anyway. */
    if (write(poller->wake_fd, &one, sizeof one) < 0) errno = saved;
}
