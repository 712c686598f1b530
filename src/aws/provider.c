/* Providers of credentials: the cache in front of each, and one refresh for all that wait. */
#include "aws/credentials.h"
#include "aws/helper.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"

static const int64_t early       = 60;                 /* seconds before the end when they are not used any more */
static const int64_t fresh_ns    = 10 * DYNOX__SECOND; /* new ones are good so long, even if our clock says no */
static const int64_t bad_news_ns = 1 * DYNOX__SECOND;  /* a failure is not asked for again before that */

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
    provider->class_     = class_;
    provider->generation = dynox__fork_generation();
    pthread_mutex_init(&provider->lock, NULL);
    return provider;
}

dynox_credentials_provider *dynox_credentials_provider_retain(dynox_credentials_provider *provider)
{
    if (provider) dynox__shared_acquire(&provider->shared);
    return provider;
}

void dynox_credentials_provider_release(dynox_credentials_provider *provider)
{
    if (provider) dynox__shared_release(&provider->shared);
}

/* ---- the end of a refresh ---- */

static bool expired(const dynox__credentials *credentials, int64_t seconds_early)
{
    int64_t until = credentials->set.expires_at;
    return until && dynox__wall_ns() / DYNOX__SECOND >= until - seconds_early;
}

/* Nobody can forget these waiters any more: they will be called. */
static dynox__credentials_waiter *take_waiters_locked(dynox_credentials_provider *provider)
{
    dynox__credentials_waiter *first = provider->waiters;
    for (dynox__credentials_waiter *w = first; w; w = w->next)
        w->link = NULL;
    provider->waiters = NULL;
    return first;
}

/* Ends the refresh with `fresh` (taken over) or, when that is NULL, with `error`; and its reference to the provider. */
static void finish(dynox_credentials_provider *provider, dynox__credentials *fresh, const dynox_error *error)
{
    pthread_mutex_lock(&provider->lock);
    int64_t now = dynox__now_ns();
    if (!fresh) {
        dynox_error_copy(&provider->failure, error);
        provider->failed_until_ns = now + bad_news_ns;
    } else {
        dynox__credentials_release(provider->current);
        provider->current         = dynox__shared_acquire(&fresh->shared);
        provider->fresh_until_ns  = now + fresh_ns;
        provider->failed_until_ns = 0;
    }
    provider->loading                = false;
    dynox__credentials_waiter *first = take_waiters_locked(provider);
    pthread_mutex_unlock(&provider->lock);
    while (first) {
        dynox__credentials_waiter *waiter = first;
        first                             = waiter->next;
        if (fresh) dynox__shared_acquire(&fresh->shared);
        waiter->ready(waiter, fresh, fresh ? NULL : error);
    }
    dynox__credentials_release(fresh);
    dynox_credentials_provider_release(provider);
}

static dynox__credentials *take_loaded(dynox_credentials_provider *provider, dynox_future *load, dynox_error *error)
{
    dynox_credentials *set    = NULL;
    const char        *name   = provider->class_->name;
    dynox_status       status = dynox_future_take(load, &dynox_type_credentials, &set);
    if (status == DYNOX_OK && set) {
        dynox__credentials *fresh = dynox__credentials_freeze(set, name, error);
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
    if (!fresh) dynox__log(DYNOX_LOG_WARNING, "credentials", "%s", error.message);
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

static bool usable_locked(const dynox_credentials_provider *provider, const dynox__credentials *stale)
{
    const dynox__credentials *current = provider->current;
    if (!current || current == stale) return false;
    return !expired(current, early) || dynox__now_ns() < provider->fresh_until_ns;
}

static dynox_status get_now_locked(dynox_credentials_provider *provider, dynox_error *error)
{
    dynox__credentials *fresh = provider->class_->now(provider, error);
    if (!fresh) return error->status;
    dynox__credentials_release(provider->current);
    provider->current        = fresh;
    provider->fresh_until_ns = dynox__now_ns() + fresh_ns;
    return DYNOX_OK;
}

/* Links the waiter and starts a refresh unless one is running. */
static dynox_status wait_locked(dynox_credentials_provider *provider, dynox__credentials_waiter *waiter,
                                dynox_error *error)
{
    dynox_executor *executor = dynox__helper();
    if (!executor) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "no thread for credentials: out of memory");
    if (dynox__now_ns() < provider->failed_until_ns) {
        dynox_error_copy(error, &provider->failure);
        return error->status;
    }
    if (dynox_executor_current() == executor)
        return dynox_error_set(error, DYNOX_E_DEADLOCK,
                               "a credentials provider made a call that needs those same credentials");
    waiter->next = provider->waiters;
    waiter->link = &provider->waiters;
    if (waiter->next) waiter->next->link = &waiter->next;
    provider->waiters = waiter;
    if (provider->loading) return DYNOX_E_BUSY;
    provider->loading = true;
    dynox_credentials_provider_retain(provider);
    provider->work = (dynox_work){.run = start_load};
    executor->post(executor, &provider->work);
    return DYNOX_E_BUSY;
}

static dynox_status get_locked(dynox_credentials_provider *provider, const dynox__credentials *stale,
                               dynox__credentials_waiter *waiter, dynox_error *error)
{
    if (usable_locked(provider, stale)) return DYNOX_OK;
    if (stale && provider->class_->fixed)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "there are no other credentials");
    if (provider->class_->now) return get_now_locked(provider, error);
    /* while a refresh keeps failing, the old ones serve until they really end */
    bool failing = dynox__now_ns() < provider->failed_until_ns;
    if (failing && provider->current && provider->current != stale && !expired(provider->current, 0)) return DYNOX_OK;
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
        if (waiter->next) waiter->next->link = waiter->link;
        waiter->link = NULL;
    }
    pthread_mutex_unlock(&provider->lock);
    return waiting;
}
