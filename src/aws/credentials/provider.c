/* Providers of credentials: the cache in front of each, and one refresh for all that wait. */
#include "aws/credentials/credentials.h"
#include "aws/credentials/helper.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/thread.h"
#include <string.h>

/* Seconds before their end. Inside the first window one refresh runs ahead of time, and nobody waits for it; inside the
 * second everybody does. The first begins up to a minute earlier, so that processes that started together do not ask
 * together. */
static const int64_t advisory_s = 300, advisory_jitter_s = 60, mandatory_s = 60;

static const int64_t fresh_ns    = 10 * DYNOX__SECOND; /* new ones are good so long, even if our clock says no */
static const int64_t bad_news_ns = 1 * DYNOX__SECOND;  /* a failure is not asked for again before that */

/* After a refresh that was of no use, while the old ones still serve: half of this to all of it, then twice as long */
static const int64_t pause_ns = 10 * DYNOX__SECOND, longest_pause_ns = 30 * DYNOX__SECOND;

/* ---- life ---- */

static void provider_destroy(dynox__shared *shared)
{
    dynox_credentials_provider *provider = DYNOX__CONTAINER(shared, dynox_credentials_provider, shared);
    if (provider->class_->destroy) provider->class_->destroy(provider);
    dynox__credentials_release(provider->current);
    dynox_error_clear(&provider->failure);
    pthread_mutex_destroy(&provider->lock);
    dynox__free(provider);
}

void *dynox__provider_new(const dynox__provider_class *class_, size_t size)
{
    dynox_credentials_provider *provider = dynox__calloc(size);
    if (!provider) return NULL;
    dynox__shared_init(&provider->shared, provider_destroy);
    provider->class_      = class_;
    provider->waiters_end = &provider->waiters;
    provider->generation  = dynox__fork_generation();
    pthread_mutex_init(&provider->lock, NULL);
    return provider;
}

dynox_credentials_provider *dynox_credentials_provider_acquire(dynox_credentials_provider *provider)
{
    if (provider) dynox__shared_acquire(&provider->shared);
    return provider;
}

void dynox_credentials_provider_release(dynox_credentials_provider *provider)
{
    if (provider) dynox__shared_release(&provider->shared);
}

/* ---- age ---- */

typedef enum age {
    AGE_NONE,
    AGE_GOOD,
    AGE_ADVISORY,  /* fit for use, and time for new ones */
    AGE_MANDATORY, /* to be used only if new ones cannot be had */
    AGE_EXPIRED
} age;

static age age_by_wall_clock_locked(const dynox_credentials_provider *provider)
{
    int64_t end = provider->current->set.expires_at, now = dynox__wall_ns() / DYNOX__SECOND;
    if (!end || now + provider->advisory_s < end) return AGE_GOOD;
    if (now + mandatory_s < end) return AGE_ADVISORY;
    return now < end ? AGE_MANDATORY : AGE_EXPIRED;
}

static age age_locked(const dynox_credentials_provider *provider)
{
    if (!provider->current) return AGE_NONE;
    bool ages  = provider->current->set.expires_at != 0; /* or no clock is needed */
    age  found = ages && dynox__now_ns() >= provider->fresh_until_ns ? age_by_wall_clock_locked(provider) : AGE_GOOD;
    return provider->refused && found != AGE_EXPIRED ? AGE_MANDATORY : found;
}

/* ---- the end of a refresh ---- */

/* It was of no use; the next one has time. */
static void pause_locked(dynox_credentials_provider *provider, int64_t now)
{
    int64_t longest = pause_ns << (provider->useless < 2 ? provider->useless : 2);
    if (longest > longest_pause_ns) longest = longest_pause_ns;
    int64_t half = longest / 2;
    provider->useless++;
    provider->retry_ns = now + half + (int64_t)((double)half * dynox__random_unit());
}

static void adopt_locked(dynox_credentials_provider *provider, dynox__credentials *fresh)
{
    int64_t now  = dynox__now_ns();
    bool    same = provider->current && dynox__credentials_same(provider->current, fresh);
    dynox__credentials_release(provider->current);
    provider->current         = dynox__shared_acquire(&fresh->shared);
    provider->refused         = false;
    provider->failed_until_ns = 0;
    provider->advisory_s      = advisory_s + (int64_t)((double)advisory_jitter_s * dynox__random_unit());
    provider->fresh_until_ns  = now + fresh_ns;
    age found                 = age_by_wall_clock_locked(provider);
    if (same || found != AGE_GOOD) {
        pause_locked(provider, now);
    } else {
        provider->useless  = 0;
        provider->retry_ns = 0;
    }
}

/* Nobody can forget these waiters any more: they will be called. */
static dynox__credentials_waiter *take_waiters_locked(dynox_credentials_provider *provider)
{
    dynox__credentials_waiter *first = provider->waiters;
    for (dynox__credentials_waiter *w = first; w; w = w->next)
        w->link = NULL;
    provider->waiters     = NULL;
    provider->waiters_end = &provider->waiters;
    return first;
}

/* Ends the refresh with `fresh` (taken over) or, when that is NULL, with `error`; and its reference to the provider.
 * After a failure those who wait get what serves still. */
static void finish(dynox_credentials_provider *provider, dynox__credentials *fresh, const dynox_error *error)
{
    dynox__credentials *given = fresh;
    pthread_mutex_lock(&provider->lock);
    if (fresh) {
        adopt_locked(provider, fresh);
    } else {
        int64_t now = dynox__now_ns();
        dynox_error_copy(&provider->failure, error);
        provider->failed_until_ns = now + bad_news_ns;
        pause_locked(provider, now);
        age found = age_locked(provider);
        if (found != AGE_NONE && found != AGE_EXPIRED) given = dynox__shared_acquire(&provider->current->shared);
    }
    provider->loading                = false;
    dynox__credentials_waiter *first = take_waiters_locked(provider);
    pthread_mutex_unlock(&provider->lock);
    if (!fresh)
        dynox__log(DYNOX_LOG_WARNING, "credentials", "%s%s", error->message,
                   given ? "; the old ones are used for now" : "");
    while (first) {
        dynox__credentials_waiter *waiter = first;
        first                             = waiter->next;
        if (given) dynox__shared_acquire(&given->shared);
        waiter->ready(waiter, given, given ? NULL : error);
    }
    dynox__credentials_release(given);
    dynox_credentials_provider_release(provider);
}

static dynox__credentials *take_loaded(dynox_credentials_provider *provider, dynox_future *load, dynox_error *error)
{
    dynox_credentials *set    = NULL;
    const char        *name   = provider->class_->name;
    dynox_status       status = dynox_future_take(load, &dynox_type_credentials, &set);
    if (status == DYNOX_OK && set) {
        dynox__credentials *fresh = dynox__credentials_freeze(set, name, error);
        if (fresh) memcpy(fresh->features, dynox__credentials_features(set), sizeof fresh->features);
        dynox_credentials_free(set);
        return fresh;
    }
    const dynox_error *details = status == DYNOX_OK ? NULL : dynox_future_details(load);
    const char        *why     = details && details->message[0] ? details->message : dynox_status_text(status);
    if (status == DYNOX_OK) why = "it gave none";
    dynox_error_set(error, status == DYNOX_E_NO_MEMORY ? status : DYNOX_E_CREDENTIALS,
                    "no usable credentials: from %s: %s", name, why);
    return NULL;
}

static void load_is_done(dynox_future *load, dynox__continuation *continuation)
{
    dynox_credentials_provider *provider = DYNOX__CONTAINER(continuation, dynox_credentials_provider, loaded);
    dynox_error                 error    = {0};
    dynox__credentials         *fresh    = take_loaded(provider, load, &error);
    dynox_future               *mine     = provider->load;
    provider->load                       = NULL;
    finish(provider, fresh, &error);
    dynox_future_release(mine);
    dynox_error_clear(&error);
}

/* On the helper. */
static void start_load(dynox_work *work)
{
    dynox_credentials_provider *provider = DYNOX__CONTAINER(work, dynox_credentials_provider, work);
    dynox_executor             *on       = dynox_executor_current();
    provider->load                       = provider->class_->load(provider);
    provider->loaded                     = (dynox__continuation){.on = on, .fn = load_is_done};
    dynox__future_attach(provider->load, &provider->loaded);
}

/* ---- asking ---- */

/* One refresh at a time, on `executor`, the helper. */
static void refresh_locked(dynox_credentials_provider *provider, dynox_executor *executor)
{
    if (provider->loading) return;
    provider->loading = true;
    dynox_credentials_provider_acquire(provider);
    provider->work = (dynox_work){.run = start_load};
    executor->post(executor, &provider->work);
}

/* Links the waiter and sees to it that a refresh is running. */
static dynox_status wait_locked(dynox_credentials_provider *provider, dynox__credentials_waiter *waiter,
                                dynox_error *error)
{
    dynox_executor *executor = dynox__helper();
    if (!executor) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "no thread for credentials: out of memory");
    if (dynox__now_ns() < provider->failed_until_ns) {
        dynox_error_copy(error, &provider->failure);
        return provider->failure.status;
    }
    if (dynox_executor_current() == executor)
        return dynox_error_set(error, DYNOX_E_DEADLOCK,
                               "a credentials provider made a call that needs those same credentials");
    waiter->next          = NULL;
    waiter->link          = provider->waiters_end;
    *waiter->link         = waiter;
    provider->waiters_end = &waiter->next;
    refresh_locked(provider, executor);
    return DYNOX_E_BUSY;
}

/* Ahead of time: nobody waits, and if there is no thread it is the next one's to try. */
static void refresh_ahead_locked(dynox_credentials_provider *provider)
{
    dynox_executor *executor = dynox__now_ns() < provider->retry_ns ? NULL : dynox__helper();
    if (executor) refresh_locked(provider, executor);
}

static dynox_status get_now_locked(dynox_credentials_provider *provider, const dynox__credentials *stale,
                                   dynox_error *error)
{
    bool refused = stale && provider->current == stale;
    if (refused && provider->class_->fixed)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "there are no other credentials");
    age found = age_locked(provider);
    if (!refused && (found == AGE_GOOD || (provider->current && provider->class_->fixed))) return DYNOX_OK;
    dynox__credentials *fresh = provider->class_->now(provider, error);
    if (!fresh) return error->status;
    adopt_locked(provider, fresh);
    dynox__credentials_release(fresh);
    return DYNOX_OK;
}

static bool is_pausing_locked(const dynox_credentials_provider *provider)
{
    return !provider->loading && dynox__now_ns() < provider->retry_ns;
}

static dynox_status get_locked(dynox_credentials_provider *provider, const dynox__credentials *stale,
                               dynox__credentials_waiter *waiter, dynox_error *error)
{
    if (provider->class_->now) return get_now_locked(provider, stale, error);
    if (stale && provider->current == stale) {
        /* a source that has no others yet is not asked by every call that is refused */
        if (is_pausing_locked(provider))
            return dynox_error_set(error, DYNOX_E_CREDENTIALS, "there are no other credentials yet");
        provider->refused = true;
        return wait_locked(provider, waiter, error);
    }
    switch (age_locked(provider)) {
    case AGE_GOOD: return DYNOX_OK;
    case AGE_ADVISORY: refresh_ahead_locked(provider); return DYNOX_OK;
    case AGE_MANDATORY:
        if (is_pausing_locked(provider)) return DYNOX_OK;
        break;
    case AGE_NONE:
    case AGE_EXPIRED: break;
    }
    return wait_locked(provider, waiter, error);
}

dynox_status dynox__credentials_get(dynox_credentials_provider *provider, const dynox__credentials *stale,
                                    dynox__credentials_waiter *waiter, dynox__credentials **credentials,
                                    dynox_error *error)
{
    if (provider->generation != dynox__fork_generation())
        return dynox_error_set(error, DYNOX_E_FORKED,
                               "the credentials provider was made before fork(): make another one in the child");
    waiter->link = NULL;
    pthread_mutex_lock(&provider->lock);
    dynox_status status = get_locked(provider, stale, waiter, error);
    if (status == DYNOX_OK) *credentials = dynox__shared_acquire(&provider->current->shared);
    pthread_mutex_unlock(&provider->lock);
    return status;
}

bool dynox__credentials_forget(dynox_credentials_provider *provider, dynox__credentials_waiter *waiter)
{
    pthread_mutex_lock(&provider->lock);
    bool waiting = waiter->link != NULL;
    if (waiting) {
        *waiter->link = waiter->next;
        if (waiter->next)
            waiter->next->link = waiter->link;
        else
            provider->waiters_end = waiter->link;
        waiter->link = NULL;
    }
    pthread_mutex_unlock(&provider->lock);
    return waiting;
}
