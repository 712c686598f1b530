/* A dynox_loop in an epoll loop of your own (Linux). Header-only. */
#ifndef DYNOX_LOOP_EPOLL_H
#define DYNOX_LOOP_EPOLL_H

#include <dynox/loop.h>
#include <sys/epoll.h>

DYNOX_EXTERN_C_BEGIN

/* `epoll` tells when work is queued, by events whose data.ptr is the loop; give your own events pointers too, so that
 * they can be told apart. 0, or -1 with errno as epoll_ctl sets it. */
static inline int dynox_epoll_attach(int epoll, dynox_loop *loop)
{
    struct epoll_event event;
    event.events   = EPOLLIN;
    event.data.ptr = loop;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, dynox_loop_fd(loop), &event);
}

/* Whether the event is the loop's; what was queued has run then. On the thread that owns the loop. */
static inline bool dynox_epoll_dispatch(const struct epoll_event *event, dynox_loop *loop)
{
    if (event->data.ptr != loop) return false;
    dynox_loop_dispatch(loop, 0);
    return true;
}

/* Before the loop is freed, unless `epoll` is closed first. 0, or -1 with errno. */
static inline int dynox_epoll_detach(int epoll, dynox_loop *loop)
{
    return epoll_ctl(epoll, EPOLL_CTL_DEL, dynox_loop_fd(loop), NULL);
}

DYNOX_EXTERN_C_END

#endif
