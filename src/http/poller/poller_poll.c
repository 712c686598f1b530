/* The poller of systems that have no better one: poll. Its price grows with the number of connections, so that looking
 * one up by a search adds nothing to it. */
#include "http/poller/poller.h"

#ifdef DYNOX__POLLER_POLL

#include "base/alloc.h"
#include "base/clock.h"
#include <errno.h>
#include <poll.h>
#include <time.h>

enum { FIRST_ROOM = 64 };

dynox_status dynox__poller_open(dynox__poller *poller)
{
    *poller      = (dynox__poller){0};
    poller->open = dynox__wakeup_open(&poller->wakeup);
    if (!poller->open) return DYNOX_E_SYSTEM;
    dynox_status status = dynox__poller_add(poller, poller->wakeup.readable, NULL);
    if (status != DYNOX_OK) dynox__poller_close(poller);
    return status;
}

void dynox__poller_close(dynox__poller *poller)
{
    if (!poller->open) return;
    dynox__wakeup_close(&poller->wakeup);
    dynox__free(poller->watched);
    dynox__free(poller->owners);
    *poller = (dynox__poller){.open = false};
}

static bool make_room(dynox__poller *poller)
{
    if (poller->watched_count < poller->watched_room) return true;
    size_t         room    = poller->watched_room ? poller->watched_room * 2 : FIRST_ROOM;
    struct pollfd *watched = dynox__realloc_array(poller->watched, room, sizeof *watched);
    if (watched) poller->watched = watched;
    void **owners = dynox__realloc_array(poller->owners, room, sizeof *owners);
    if (owners) poller->owners = owners;
    if (!watched || !owners) return false;
    poller->watched_room = room;
    return true;
}

dynox_status dynox__poller_add(dynox__poller *poller, int fd, void *owner)
{
    if (!make_room(poller)) return DYNOX_E_NO_MEMORY;
    poller->watched[poller->watched_count]  = (struct pollfd){.fd = fd, .events = POLLIN};
    poller->owners[poller->watched_count++] = owner;
    return DYNOX_OK;
}

/* watched_count: it is not there. */
static size_t find(const dynox__poller *poller, int fd)
{
    size_t i = 0;
    while (i < poller->watched_count && poller->watched[i].fd != fd)
        i++;
    return i;
}

bool dynox__poller_watch(dynox__poller *poller, int fd, void *owner, bool readable, bool writable)
{
    size_t i = find(poller, fd);
    if (i == poller->watched_count) return false;
    poller->watched[i].events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    poller->owners[i]         = owner;
    return true;
}

bool dynox__poller_change(dynox__poller *poller, int fd, void *owner, bool writable)
{
    return dynox__poller_watch(poller, fd, owner, true, writable);
}

void dynox__poller_remove(dynox__poller *poller, int fd)
{
    size_t i = find(poller, fd);
    if (i == poller->watched_count) return;
    poller->watched[i] = poller->watched[--poller->watched_count];
    poller->owners[i]  = poller->owners[poller->watched_count];
}

/* Begins where the last wait stopped, so that the first ones cannot crowd out the last. */
static void collect(dynox__poller *poller, int found)
{
    size_t total = poller->watched_count, i = poller->next;
    for (size_t looked = 0; looked < total && found > 0 && poller->count < DYNOX__POLLER_EVENTS; looked++, i++) {
        if (i >= total) i = 0;
        if (!poller->watched[i].revents) continue;
        found--;
        if (poller->owners[i])
            poller->ready[poller->count++] = poller->owners[i];
        else
            dynox__wakeup_clear(&poller->wakeup);
    }
    poller->next = i;
}

void dynox__poller_wait(dynox__poller *poller, int64_t timeout_ns)
{
    int found     = poll(poller->watched, (nfds_t)poller->watched_count, dynox__poller_ms(timeout_ns));
    poller->count = 0;
    if (found > 0) collect(poller, found);
    if (found >= 0 || errno == EINTR || errno == EAGAIN) return;
    /* No memory, or the limit of descriptors was lowered below what is open: not at full speed, at least. */
    struct timespec pause = {.tv_nsec = DYNOX__MS};
    nanosleep(&pause, NULL);
}

#endif
