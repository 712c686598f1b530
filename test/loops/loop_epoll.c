/* epoll, level-triggered and edge-triggered. */
#include "program.h"
#include <dynox/loop/epoll.h>
#include <unistd.h>

static int drive(uint32_t trigger)
{
    program self = {0};
    int     fd   = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0 || !program_start(&self)) return 1;
    if (dynox_epoll_attach(fd, self.loop) != 0) return 1;
    struct epoll_event event = {.events = EPOLLIN | trigger, .data.ptr = self.loop};
    if (trigger) epoll_ctl(fd, EPOLL_CTL_MOD, dynox_loop_fd(self.loop), &event);
    bool stranger = false;
    while (!self.finished)
        if (epoll_wait(fd, &event, 1, -1) == 1) stranger |= !dynox_epoll_dispatch(&event, self.loop);
    bool detached = dynox_epoll_detach(fd, self.loop) == 0;
    close(fd);
    return program_end(&self) || stranger || !detached;
}

int main(void)
{
    return drive(0) || drive(EPOLLET);
}
