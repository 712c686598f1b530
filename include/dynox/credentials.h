/* Credentials: who signs the requests. A provider is where they come from; a client keeps one and asks it when needed.
 */
#ifndef DYNOX_CREDENTIALS_H
#define DYNOX_CREDENTIALS_H

#include <dynox/error.h>
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

/* A copy in one block of memory, wiped when it is freed. The value for the future of a custom provider, whose type is
 * dynox_type_credentials:
 *     return dynox_future_of(dynox_ok(dynox_credentials_copy(&mine), &dynox_type_credentials));
 * NULL: out of memory, or NULL was given. End it with dynox_credentials_free. Any thread. */
DYNOX_API dynox_credentials *dynox_credentials_copy(const dynox_credentials *credentials);
/* Wipes and frees a copy. NULL is fine. */
DYNOX_API void dynox_credentials_free(dynox_credentials *credentials);

/* Where credentials come from. Counted: each function that makes one gives you a reference, and a client takes its
 * own. Nothing is read, and no thread or connection is made, before the first call needs credentials. Any thread. */
typedef struct dynox_credentials_provider dynox_credentials_provider;

/* One more reference; returns it. NULL is fine. */
DYNOX_API dynox_credentials_provider *dynox_credentials_provider_acquire(dynox_credentials_provider *provider);
/* Ends a reference; with the last one the credentials are wiped. NULL is fine. */
DYNOX_API void dynox_credentials_provider_release(dynox_credentials_provider *provider);

/* One set from a provider, as a client would use it now: from its cache, or fetched (files, processes and the network
 * only on a thread of the library's). For signing requests of your own; get them anew for each, which costs nothing
 * while they serve. The value is a `dynox_credentials *`, which the caller frees. Fails with DYNOX_E_CREDENTIALS and a
 * text that says why there are none. Any thread. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_credentials_get(dynox_credentials_provider *provider);
/* The same, and waits. *credentials: end it with dynox_credentials_free; NULL after a failure. `error` may be NULL. Not
 * from within a provider's callback: DYNOX_E_DEADLOCK. */
DYNOX_API dynox_status dynox_sync_credentials_get(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                                  dynox_error *error);

/* Always these; they are copied. For tests and for programs that get them elsewhere; they are never refreshed. Bad ones
 * (a key without a secret, say) fail the calls with DYNOX_E_CREDENTIALS and a text that says so. NULL: out of memory.
 */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_static(const dynox_credentials *credentials);

/* AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN, AWS_ACCOUNT_ID and AWS_CREDENTIAL_EXPIRATION
 * (2026-01-31T12:00:00Z) if they are there; read at the first call, and again when the service says that they have
 * expired, or five minutes before that time. Blank is the same as unset. A missing one
 * fails the call with DYNOX_E_CREDENTIALS. Do not change the environment while calls run. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_environment(void);

/* Starts getting credentials. Called on a thread of the library's that is there for this, one call at a time; it may
 * block, and may return any future of the type dynox_type_credentials, done or not; after a minute it is cancelled. It
 * must not wait for a call of a client that uses this provider. */
typedef dynox_future *(*dynox_credentials_fn)(void *arg);

/* Credentials from your own code. Many calls that need them wait for one fetch, and they are kept. Five minutes before
 * they expire they are fetched anew while calls go on with the old ones; in the last minute, and when the service has
 * refused them, calls wait. A fetch that fails is repeated after a while; until they expire the old ones serve.
 * `release` (NULL: nothing to do) gets `arg` when the last reference is gone, on whichever thread that is. NULL: out of
 * memory, or fn is NULL; `arg` is still yours then. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_custom(dynox_credentials_fn fn, void *arg,
                                                                              void (*release)(void *arg));

/* Where the official SDKs look, in this order: the environment (AWS_ACCESS_KEY_ID); the profile of AWS_PROFILE, or
 * "default", in ~/.aws/config and ~/.aws/credentials; the web identity of AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN
 * (EKS, GitHub Actions); the endpoint of the container (ECS, EKS, Lambda); the instance metadata service (EC2). A place
 * where nothing is set up leads to the next one; one that is set up but does not work fails the call, and the error
 * says what is wrong with it. The place that has delivered is the one that is asked for newer ones. This is what a
 * client uses unless it is told otherwise; docs/credentials.md has the details. NULL: out of memory. Source: AWS SDKs
 * and Tools Reference Guide, "Standardized credential providers". */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_default(void);

/* What a profile of ~/.aws/config and ~/.aws/credentials says: keys, a role (role_arn with source_profile or
 * credential_source), a web identity, SSO, a login, a process. NULL: the profile of AWS_PROFILE, or "default". The
 * files are read when credentials are needed, so a new login counts without a restart. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *dynox_credentials_profile(const char *name);

/* All is copied; the provider takes a reference of its own to `source`. */
typedef struct dynox_assume_role_args {
    size_t                      size DYNOX_SIZE_(dynox_assume_role_args);
    const char                 *role_arn;     /* which role: needed */
    dynox_credentials_provider *source;       /* whose credentials may take it; NULL: dynox_credentials_default() */
    const char                 *session_name; /* 2 to 64 letters, digits and _+=,.@- for the logs; NULL: made up */
    const char                 *external_id;  /* NULL: none */
    unsigned                    duration_s;   /* of a session, 900 to 43200; 0: an hour, or what the role says */
    const char                 *region;       /* of STS; NULL: AWS_REGION, then the profile's */
    dynox_error                *error;        /* filled when there is no provider; may be NULL */
} dynox_assume_role_args;

/* The credentials of a role, taken with those of another provider (STS, AssumeRole), renewed before they end. NULL:
 * args->error says why (DYNOX_E_ARGUMENT, DYNOX_E_CONFIGURATION, DYNOX_E_NO_MEMORY). A refusal of STS fails the call
 * that needs them, with its code and message in the text of the error. Any thread. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *
dynox_credentials_assume_role_with(const dynox_assume_role_args *args);

/* All is copied. */
typedef struct dynox_web_identity_args {
    size_t       size DYNOX_SIZE_(dynox_web_identity_args);
    const char  *token_file;   /* a path; read anew each time, since others renew the token */
    const char  *role_arn;     /* which role; with token_file NULL, both come from the environment */
    const char  *session_name; /* as above */
    unsigned     duration_s;   /* as above */
    const char  *region;       /* as above */
    dynox_error *error;        /* as above */
} dynox_web_identity_args;

/* The credentials of a role, for a token of another identity provider (STS, AssumeRoleWithWebIdentity): Kubernetes, CI
 * systems. Without a token_file and role_arn: AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME.
 * NULL: as above. */
DYNOX_API DYNOX_MUST_USE dynox_credentials_provider *
dynox_credentials_web_identity_with(const dynox_web_identity_args *args);

extern DYNOX_API const dynox_type dynox_type_credentials; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_5_
#define DYNOX_TYPES_5_ struct dynox_credentials * : &dynox_type_credentials,

/* dynox_credentials_assume_role(.role_arn = "arn:aws:iam::123456789012:role/reader", .error = &err) */
#define dynox_credentials_assume_role(...)                                                                             \
    dynox_credentials_assume_role_with(&(dynox_assume_role_args){.size = sizeof(dynox_assume_role_args), __VA_ARGS__})
#define dynox_credentials_web_identity(...)                                                                            \
    dynox_credentials_web_identity_with(                                                                               \
        &(dynox_web_identity_args){.size = sizeof(dynox_web_identity_args), __VA_ARGS__})
#endif
#endif
