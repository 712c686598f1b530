/* The retry rules. */
#include "aws/retry/retry.h"
#include "base/clock.h"
#include "base/random.h"
#include <stddef.h>
#include <string.h>

static const struct {
    const char        *code;
    dynox_status       status;
    dynox__retry_class class_;
} codes[] = {
#define DYNOX__CODE_ROW(code, status, class_) {code, DYNOX_##status, DYNOX__RETRY_##class_},
    DYNOX__SERVICE_CODES(DYNOX__CODE_ROW)
#undef DYNOX__CODE_ROW
};

static void classify_http(int http_status, dynox_status *status, dynox__retry_class *class_)
{
    bool transient = http_status == 500 || (http_status >= 502 && http_status <= 504);
    *status        = http_status >= 500 ? DYNOX_E_SERVER : DYNOX_E_SERVICE;
    *class_        = transient ? DYNOX__RETRY_TRANSIENT : DYNOX__RETRY_NEVER;
    if (http_status == 429) {
        *status = DYNOX_E_THROTTLED;
        *class_ = DYNOX__RETRY_THROTTLING;
    } else if (http_status == 413) {
        *status = DYNOX_E_TOO_LARGE;
    } else if (http_status == 401 || http_status == 403) {
        *status = DYNOX_E_ACCESS_DENIED;
    }
}

void dynox__classify(const char *code, int http_status, dynox_status *status, dynox__retry_class *class_)
{
    for (size_t i = 0; code[0] && i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(codes[i].code, code) != 0) continue;
        *status = codes[i].status;
        *class_ = codes[i].class_;
        /* a name that says nothing about repeating does not overrule what the HTTP status says about it */
        if (*class_ == DYNOX__RETRY_NEVER && http_status >= 500) {
            dynox_status ignored;
            classify_http(http_status, &ignored, class_);
        }
        return;
    }
    classify_http(http_status, status, class_);
}

void dynox__retry_quota_init(dynox__retry_quota *quota)
{
    atomic_init(&quota->tokens, DYNOX__QUOTA_FULL);
}

static bool quota_take(dynox__retry_quota *quota, int cost)
{
    int tokens = atomic_load_explicit(&quota->tokens, memory_order_relaxed);
    do {
        if (tokens < cost) return false;
    } while (!atomic_compare_exchange_weak_explicit(&quota->tokens, &tokens, tokens - cost, memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}

void dynox__retry_success(const dynox__retry *retry, dynox__retry_quota *quota)
{
    int more   = retry->held ? retry->held : 1;
    int tokens = atomic_load_explicit(&quota->tokens, memory_order_relaxed), next;
    do {
        if (tokens == DYNOX__QUOTA_FULL) return;
        next = tokens + more < DYNOX__QUOTA_FULL ? tokens + more : DYNOX__QUOTA_FULL;
    } while (!atomic_compare_exchange_weak_explicit(&quota->tokens, &tokens, next, memory_order_relaxed,
                                                    memory_order_relaxed));
}

/* rand[0, 1) * min(base * 2^(attempt - 1), max), raised to the server's hint, but by 5 s at most. */
static int64_t backoff_ns(const dynox__retry_policy *policy, unsigned attempt, unsigned base_ms, int64_t hint_ms)
{
    int64_t limit = policy->max_ms ? policy->max_ms : DYNOX__MAX_BACKOFF_MS;
    int64_t ms    = attempt > 20 ? limit : (int64_t)base_ms << (attempt - 1);
    int64_t wait  = (int64_t)(dynox__random_unit() * (double)((ms < limit ? ms : limit) * DYNOX__MS));
    if (hint_ms < 0) return wait;
    int64_t most = wait + 5000 * DYNOX__MS;
    int64_t hint = hint_ms < most / DYNOX__MS ? hint_ms * DYNOX__MS : most;
    return hint > wait ? hint : wait;
}

dynox__retry_verdict dynox__retry_next(dynox__retry *retry, const dynox__retry_policy *policy,
                                       dynox__retry_quota *quota, dynox__retry_class class_, int64_t hint_ms,
                                       int64_t *delay_ns)
{
    bool throttling = class_ == DYNOX__RETRY_THROTTLING;
    if (!throttling && class_ != DYNOX__RETRY_TRANSIENT) return DYNOX__RETRY_FINAL;
    if (retry->attempt >= policy->max_attempts) return DYNOX__RETRY_NO_ATTEMPTS;
    int cost = throttling ? DYNOX__COST_THROTTLING : DYNOX__COST_TRANSIENT;
    if (!quota_take(quota, cost)) return DYNOX__RETRY_NO_QUOTA;
    *delay_ns   = backoff_ns(policy, retry->attempt, throttling ? DYNOX__THROTTLING_MS : policy->transient_ms, hint_ms);
    retry->held = cost;
    retry->attempt++;
    return DYNOX__RETRY_YES;
}
