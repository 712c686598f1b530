/* A dynox_loop in a program on libevent 2. Header-only: the program links libevent, the library does not. */
#ifndef DYNOX_LOOP_EVENT_H
#define DYNOX_LOOP_EVENT_H

#include <dynox/loop.h>
#include <event2/event.h>

DYNOX_EXTERN_C_BEGIN

static inline void dynox_event_readable_(evutil_socket_t fd, short what, void *loop)
{
    (void)fd;
    (void)what;
    dynox_loop_dispatch((dynox_loop *)loop, 0);
}

/* Before the loop is freed; also out of what the loop runs. NULL is fine. */
static inline void dynox_event_detach(struct event *event)
{
    if (event) event_free(event);
}

/* What is queued on the loop runs on the thread that dispatches `base` from now on. The event is yours: end it with
 * dynox_event_detach. NULL: no memory, or libevent could not add it. */
static inline struct event *dynox_event_attach(struct event_base *base, dynox_loop *loop)
{
    struct event *event =
        event_new(base, dynox_loop_fd(loop), (short)(EV_READ | EV_PERSIST), dynox_event_readable_, loop);
    if (event && event_add(event, NULL) == 0) return event;
    dynox_event_detach(event);
    return NULL;
}

DYNOX_EXTERN_C_END

#endif
