/* Credentials: who signs the requests. A provider is where they come from; a client keeps one and asks it when needed.
 */
#ifndef DYNOX_CREDENTIALS_H
#define DYNOX_CREDENTIALS_H

#include <dynox/future.h>
#include <stdint.h>

DYNOX_EXTERN_C_BEGIN

/* A set of AWS credentials, as it goes in and as a provider's callback gives it. */
typedef struct dynox_credentials {
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token; /* NULL or "": long-term credentials have none */
    const char *account_id;    /* NULL or "": not known */
    int64_t     expires_at;    /* seconds since 1970; 0: never */
} dynox_credentials;

/* The type of a future that a custom provider returns; its value is a `dynox_credentials *` from
 * dynox_credentials_copy. */
extern DYNOX_API const dynox_type dynox_type_credentials;

/* A copy in one block of memory, wiped when it is freed. The value for the future of a custom provider:
 *     return dynox_future_of(dynox_ok(dynox_credentials_copy(&mine), &dynox_type_credentials));
 * NULL: out of memory, or NULL was given. End it with dynox_credentials_free. Any thread. */
DYNOX_API dynox_credentials *dynox_credentials_copy(const dynox_credentials *credentials);
/* Wipes and frees a copy. NULL is fine. */
DYNOX_API void dynox_credentials_free(dynox_credentials *credentials);

/* Where credentials come from. Counted: each function that makes one gives you a reference, and a client takes its
 * own. Nothing is read, and no thread or connection is made, before the first call needs credentials. Any thread. */
typedef struct dynox_credentials_provider dynox_credentials_provider;

/* One more reference; returns it. NULL is fine. */
DYNOX_API dynox_credentials_provider *dynox_credentials_provider_retain(dynox_credentials_provider *provider);
/* Ends a reference; with the last one the credentials are wiped. NULL is fine. */
DYNOX_API void dynox_credentials_provider_release(dynox_credentials_provider *provider);

/* Always these; they are copied. For tests and for programs that get them elsewhere; they are never refreshed. Bad ones
 * (a key without a secret, say) fail the calls with DYNOX_E_CREDENTIALS and a text that says so. NULL: out of memory.
 */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_static(const dynox_credentials *credentials);

/* AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN and AWS_ACCOUNT_ID if they are there; read at
 * the first call and again when the service says that they have expired. Blank is the same as unset. A missing one
 * fails the call with DYNOX_E_CREDENTIALS. Do not change the environment while calls run. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_environment(void);

/* Starts getting credentials. Called on a thread of the library's that is there for this, one call at a time; it may
 * block, and may return any future of the type dynox_type_credentials, done or not. It must not wait for a call of a
 * client that uses this provider. */
typedef dynox_future *(*dynox_credentials_fn)(void *arg);

/* Credentials from your own code. They are kept until they expire (fetched anew in time) or the service
 * refuses them; many calls that need them wait for one fetch. `release` (NULL: nothing to do) gets `arg` when the last
 * reference is gone, on whichever thread that is. NULL: out of memory, or fn is NULL; `arg` is still yours then. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_custom(dynox_credentials_fn fn, void *arg,
                                                                              void (*release)(void *arg));

DYNOX_EXTERN_C_END
#endif
