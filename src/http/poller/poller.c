/* What all pollers have in common. */
#include "http/poller/poller.h"
#include "base/clock.h"
#include <errno.h>
#include <limits.h>

void dynox__poller_wake(dynox__poller *poller)
{
    int saved = errno;
    dynox__wakeup_signal(&poller->wakeup);
    errno = saved;
}

int dynox__poller_ms(int64_t timeout_ns)
{
    if (timeout_ns == DYNOX__NEVER) return -1;
    int64_t ms = timeout_ns / DYNOX__MS + (timeout_ns % DYNOX__MS > 0);
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

dynox_status dynox__poller_failure(void)
{
    return errno == ENOMEM ? DYNOX_E_NO_MEMORY : DYNOX_E_SYSTEM;
}
