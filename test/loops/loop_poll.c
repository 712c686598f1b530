/* A loop of one's own around poll(). */
#include "program.h"
#include <poll.h>

int main(void)
{
    program self = {0};
    if (!program_start(&self)) return 1;
    struct pollfd watched = {.fd = dynox_loop_fd(self.loop), .events = POLLIN};
    while (!self.finished) {
        poll(&watched, 1, -1);
        dynox_loop_dispatch(self.loop, 0);
    }
    return program_end(&self);
}
