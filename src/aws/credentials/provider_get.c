/* Credentials for programs that sign requests themselves: one set, from any provider. */
#include "aws/credentials/credentials.h"
#include "base/alloc.h"

/* Lives until its provider has called back, whatever becomes of the future. */
typedef struct asker {
    dynox__credentials_waiter   waiter;
    dynox_credentials_provider *provider;
    dynox_future               *promise;
} asker;

static dynox_outcome outcome_of(const dynox__credentials *credentials, const dynox_error *error)
{
    if (!credentials) return dynox_fail_with(error);
    dynox_credentials *copy = dynox_credentials_copy(&credentials->set);
    return copy ? dynox_ok(copy, &dynox_type_credentials) : dynox_fail(DYNOX_E_NO_MEMORY);
}

static void answer(dynox__credentials_waiter *waiter, dynox__credentials *credentials, const dynox_error *error)
{
    asker *self = DYNOX__CONTAINER(waiter, asker, waiter);
    dynox_promise_settle(self->promise, outcome_of(credentials, error));
    dynox__credentials_release(credentials);
    dynox_credentials_provider_release(self->provider);
    dynox__free(self);
}

static dynox_future *failed(dynox_status status, const char *why)
{
    dynox_error error = {0};
    dynox_error_set(&error, status, "%s", why);
    return dynox_future_of(dynox_fail_with(&error));
}

dynox_future *dynox_credentials_get(dynox_credentials_provider *provider)
{
    dynox__credentials *credentials = NULL;
    dynox_error         error       = {0};
    if (!provider) return failed(DYNOX_E_ARGUMENT, "there is no credentials provider (NULL)");
    asker *self = dynox__calloc(sizeof *self);
    if (!self) return failed(DYNOX_E_NO_MEMORY, "out of memory");
    self->waiter.ready   = answer;
    self->provider       = dynox_credentials_provider_acquire(provider);
    self->promise        = dynox_promise_new(&dynox_type_credentials);
    dynox_future *future = self->promise; /* the other of its two references */
    dynox_status  status = dynox__credentials_get(provider, NULL, &self->waiter, &credentials, &error);
    if (status != DYNOX_E_BUSY) answer(&self->waiter, credentials, &error);
    dynox_error_clear(&error);
    return future;
}

dynox_status dynox_sync_credentials_get(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                        dynox_error *error)
{
    return dynox_join_with(dynox_credentials_get(provider), &dynox_type_credentials,
                           &(dynox_join_args){.size = sizeof(dynox_join_args), .out = credentials, .error = error});
}
