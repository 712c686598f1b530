/* Waking a thread that polls. */
#define _GNU_SOURCE
#include "async/loop/wakeup.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#if defined(__linux__) && !defined(DYNOX_WAKEUP_PIPE)

#include <sys/eventfd.h>

bool dynox__wakeup_open(dynox__wakeup *wakeup)
{
    wakeup->readable = wakeup->writable = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return wakeup->readable >= 0;
}

#else

static bool prepare(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

bool dynox__wakeup_open(dynox__wakeup *wakeup)
{
    int ends[2];
    if (pipe(ends) != 0) return false;
    *wakeup = (dynox__wakeup){ends[0], ends[1]};
    if (prepare(ends[0]) && prepare(ends[1])) return true;
    dynox__wakeup_close(wakeup);
    return false;
}

#endif

void dynox__wakeup_close(dynox__wakeup *wakeup)
{
    close(wakeup->readable);
    if (wakeup->writable != wakeup->readable) close(wakeup->writable);
}

void dynox__wakeup_signal(dynox__wakeup *wakeup)
{
    uint64_t one = 1;
    while (write(wakeup->writable, &one, sizeof one) < 0 && errno == EINTR) {
    } /* full means readable, which is all we want */
}

/* An eventfd is read as a whole; a pipe holds one message for each signal. */
void dynox__wakeup_clear(dynox__wakeup *wakeup)
{
    uint64_t messages[16];
    ssize_t  size;
    do
        size = read(wakeup->readable, messages, sizeof messages);
    while (size == (ssize_t)sizeof messages || (size < 0 && errno == EINTR));
}
