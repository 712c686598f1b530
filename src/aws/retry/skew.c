/* Clock skew: the rule that the current SDKs share. */
#include "aws/retry/skew.h"
#include "base/clock.h"
#include "base/date.h"

/* Beyond this the midpoint says nothing: a suspended process, say. */
static const int64_t longest_trip = 15 * 60 * DYNOX__SECOND;
static const int64_t tolerated    = 4 * 60 * DYNOX__SECOND;

bool dynox__skew_learn(dynox__skew *skew, const char *date, bool has_age, int64_t sent_ns, int64_t received_ns,
                       int64_t *candidate)
{
    int64_t seconds;
    if (has_age || received_ns - sent_ns > longest_trip || !dynox__http_date(date, &seconds)) return false;
    if (seconds > INT64_MAX / DYNOX__SECOND || seconds < 0) return false;
    *candidate = seconds * DYNOX__SECOND - (sent_ns + (received_ns - sent_ns) / 2);
    atomic_store_explicit(&skew->ns, *candidate, memory_order_relaxed);
    return true;
}

bool dynox__skew_matters(int64_t used, int64_t candidate)
{
    int64_t difference = used - candidate;
    return difference > tolerated || difference < -tolerated;
}
