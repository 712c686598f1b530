/* libevent: a persistent read event. */
#include "program.h"
#include <dynox/loop/event.h>

static void stop(void *base)
{
    event_base_loopbreak(base);
}

int main(void)
{
    program            self = {0};
    struct event_base *base = event_base_new();
    if (!base || !program_start(&self)) return 1;
    struct event *readable = dynox_event_attach(base, self.loop);
    if (!readable) return 1;
    self.stop     = stop;
    self.stop_arg = base;
    event_base_dispatch(base);
    dynox_event_detach(readable);
    event_base_free(base);
    return program_end(&self);
}
