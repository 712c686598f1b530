/* The histogram and the budget of hedged reads. */
#include "aws/flow/hedging.h"
#include "base/clock.h"

/* Fewer than ENOUGH say nothing about a percentile; beyond MANY the old ones fade. Under a millisecond a second attempt
 * costs more than it saves. */
enum { ENOUGH = 32, MANY = 1024, LEAST_NS = 1000000 };

#define SHARE 0.05
#define MOST_TOKENS 10

/* 0 to 7 us have a step each; from there on each doubling has eight. */
static unsigned step_of(int64_t us)
{
    unsigned doublings = 0;
    if (us < 0) us = 0;
    while (us >= 16) {
        us >>= 1;
        doublings++;
    }
    unsigned step = us < 8 ? (unsigned)us : 8 * doublings + (unsigned)us;
    return step < DYNOX__LATENCIES ? step : DYNOX__LATENCIES - 1;
}

/* The first microsecond that is not in it. */
static int64_t end_of(unsigned step)
{
    return step < 16 ? (int64_t)step + 1 : (int64_t)(step % 8 + 9) << (step / 8 - 1);
}

static dynox__latencies *find_locked(dynox__hedging *hedging, const void *operation)
{
    for (unsigned i = 0; i < DYNOX__HEDGED_OPERATIONS; i++) {
        dynox__latencies *seen = &hedging->seen[i];
        if (!seen->of) seen->of = operation;
        if (seen->of == operation) return seen;
    }
    return &hedging->seen[DYNOX__HEDGED_OPERATIONS - 1];
}

static int64_t percentile(const dynox__latencies *seen, unsigned percent)
{
    unsigned sum = 0, step = 0;
    if (seen->total < ENOUGH) return -1;
    while (step < DYNOX__LATENCIES - 1 && (sum += seen->counts[step]) * 100 < seen->total * percent)
        step++;
    int64_t ns = end_of(step) * 1000;
    return ns > LEAST_NS ? ns : LEAST_NS;
}

int64_t dynox__hedging_begin(dynox__hedging *hedging, const void *operation, unsigned percent)
{
    pthread_mutex_lock(&hedging->lock);
    hedging->tokens += SHARE;
    if (hedging->tokens > MOST_TOKENS) hedging->tokens = MOST_TOKENS;
    int64_t ns = percentile(find_locked(hedging, operation), percent);
    pthread_mutex_unlock(&hedging->lock);
    return ns;
}

void dynox__hedging_record(dynox__hedging *hedging, const void *operation, int64_t ns)
{
    pthread_mutex_lock(&hedging->lock);
    dynox__latencies *seen = find_locked(hedging, operation);
    seen->counts[step_of(ns / 1000)]++;
    if (++seen->total == MANY) {
        seen->total = 0;
        for (unsigned i = 0; i < DYNOX__LATENCIES; i++)
            seen->total += seen->counts[i] /= 2;
    }
    pthread_mutex_unlock(&hedging->lock);
}

bool dynox__hedging_take(dynox__hedging *hedging)
{
    pthread_mutex_lock(&hedging->lock);
    bool taken = hedging->tokens >= 1;
    if (taken) hedging->tokens -= 1;
    pthread_mutex_unlock(&hedging->lock);
    return taken;
}
