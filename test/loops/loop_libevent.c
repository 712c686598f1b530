/* libevent: a persistent read event. */
#include "program.h"
#include <event2/event.h>

static void on_readable(evutil_socket_t fd, short what, void *loop)
{
    (void)fd;
    (void)what;
    dynox_loop_dispatch(loop, 0);
}

static void stop(void *base)
{
    event_base_loopbreak(base);
}

int main(void)
{
    program            self = {0};
    struct event_base *base = event_base_new();
    if (!base || !program_start(&self)) return 1;
    struct event *readable = event_new(base, dynox_loop_fd(self.loop), EV_READ | EV_PERSIST, on_readable, self.loop);
    event_add(readable, NULL);
    self.stop     = stop;
    self.stop_arg = base;
    event_base_dispatch(base);
    event_free(readable);
    event_base_free(base);
    return program_end(&self);
}
