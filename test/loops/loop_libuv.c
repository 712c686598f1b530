/* libuv: a uv_poll_t on the descriptor. */
#include "program.h"
#include <dynox/loop/uv.h>

static void closed(uv_handle_t *poll)
{
    poll->data = NULL;
}

static void stop(void *poll)
{
    dynox_uv_detach(poll, closed);
}

int main(void)
{
    program   self = {0};
    uv_poll_t poll;
    if (!program_start(&self)) return 1;
    if (dynox_uv_attach(&poll, uv_default_loop(), self.loop) != 0) return 1;
    self.stop     = stop;
    self.stop_arg = &poll;
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    bool ended = uv_loop_close(uv_default_loop()) == 0 && !poll.data;
    return program_end(&self) || !ended;
}
