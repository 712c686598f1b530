/* epoll, level-triggered and edge-triggered. */
#include "program.h"
#include <sys/epoll.h>
#include <unistd.h>

static int drive(uint32_t trigger)
{
    program self = {0};
    int     fd   = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0 || !program_start(&self)) return 1;
    struct epoll_event event = {.events = EPOLLIN | trigger};
    epoll_ctl(fd, EPOLL_CTL_ADD, dynox_loop_fd(self.loop), &event);
    while (!self.finished) {
        epoll_wait(fd, &event, 1, -1);
        dynox_loop_dispatch(self.loop, 0);
    }
    close(fd);
    return program_end(&self);
}

int main(void)
{
    return drive(0) || drive(EPOLLET);
}
