/* The table of descriptors grows when a high one is opened. */
#include "http/engine/descriptor_room.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 32)
#include <sys/single_threaded.h>
#define ALONE __libc_single_threaded
#endif
#endif

#ifndef ALONE
#define ALONE 0
#endif

void dynox__descriptors_reserve(size_t count)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 2) return;
    size_t highest = limit.rlim_cur - 1 < INT16_MAX ? (size_t)limit.rlim_cur - 1 : INT16_MAX;
    int    fd      = socket(AF_UNIX, SOCK_STREAM, 0); /* one that can be doubled */
    if (fd < 0) return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    size_t wanted = (size_t)fd + count < highest ? (size_t)fd + count : highest;
    int    made   = fcntl(fd, F_DUPFD_CLOEXEC, (int)wanted);
    if (made >= 0) close(made);
    close(fd);
}

bool dynox__descriptors_alone(void)
{
    return ALONE;
}
