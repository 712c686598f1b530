/* libuv: a uv_poll_t on the descriptor. */
#include "program.h"
#include <uv.h>

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    dynox_loop_dispatch(poll->data, 0);
}

static void stop(void *poll)
{
    uv_poll_stop(poll);
}

int main(void)
{
    program   self = {0};
    uv_poll_t poll;
    if (!program_start(&self)) return 1;
    uv_poll_init(uv_default_loop(), &poll, dynox_loop_fd(self.loop));
    uv_poll_start(&poll, UV_READABLE, on_readable);
    poll.data     = self.loop;
    self.stop     = stop;
    self.stop_arg = &poll;
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&poll, NULL);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_loop_close(uv_default_loop());
    return program_end(&self);
}
