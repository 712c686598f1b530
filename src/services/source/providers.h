/* The providers of this floor: what they have in common, and a constructor for each. Their credentials come by blocking
 * (files, processes, the network), so they run on the helper, one at a time; that is why none of them has a lock.
 *
 * They are nested: the default chain asks the profile provider, that one may ask for a role with the credentials of an
 * instance. Only the outermost one has a cache in use (aws/credentials.h); it asks the others through
 * dynox__provider_fetch, which never caches. */
#ifndef DYNOX_SERVICES_SOURCE_PROVIDERS_H
#define DYNOX_SERVICES_SOURCE_PROVIDERS_H

#include "aws/config/profile_file.h"
#include "aws/credentials/credentials.h"

/* What a fetch answers when nobody has asked for this way of getting credentials: no such variable, profile, or
 * metadata service. The chain then goes on to the next; any other failure ends it. */
#define DYNOX__NOT_CONFIGURED DYNOX_E_END

/* A class of this floor; `provider.load` is dynox__source_load, and `provider.now` is NULL. */
typedef struct dynox__source_class {
    dynox__provider_class provider;
    /* Blocks; on the helper. DYNOX_OK: *credentials is from dynox_credentials_copy, the caller frees it.
     * DYNOX__NOT_CONFIGURED, or what is wrong; `error` (never NULL) says why, without "no usable credentials:". */
    dynox_status (*fetch)(dynox_credentials_provider *self, dynox_credentials **credentials, dynox_error *error);
} dynox__source_class;

/* The load of every class of this floor. */
dynox_future *dynox__source_load(dynox_credentials_provider *self);

/* Credentials of any provider, of this floor or another, without a cache. On the helper; blocks. As fetch. */
dynox_status dynox__provider_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                   dynox_error *error);

/* What a constructor may look at. All is borrowed for the call: a provider copies what it needs. */
typedef struct dynox__source_context {
    dynox__profiles      *profiles; /* NULL: no files */
    const dynox__profile *profile;  /* whose values it is made from, and whose settings hold; NULL: none */
    const char           *region;   /* of calls that have no region of their own; NULL: AWS_REGION and so on */
} dynox__source_context;

/* Each returns a provider with one reference, or NULL and an error: DYNOX_E_CONFIGURATION (the profile contradicts
 * itself, or lacks a key), DYNOX_E_NO_MEMORY. They touch no network, process or file.
 *
 * From the values of context->profile, which has the keys that name this way (sso_session, sso_start_url,
 * sso_account_id or sso_role_name; login_session; credential_process): */
dynox_credentials_provider *dynox__provider_sso(const dynox__source_context *context, dynox_error *error);
dynox_credentials_provider *dynox__provider_login(const dynox__source_context *context, dynox_error *error);
dynox_credentials_provider *dynox__provider_process(const dynox__source_context *context, dynox_error *error);

/* From the environment, which is read at each fetch: container credentials (ECS, EKS) and instance metadata (EC2; its
 * settings may also be in the profile). DYNOX__NOT_CONFIGURED of fetch: the variables of the container are not set; the
 * metadata service is switched off, not there, or knows no role. */
dynox_credentials_provider *dynox__provider_container(const dynox__source_context *context, dynox_error *error);
dynox_credentials_provider *dynox__provider_imds(const dynox__source_context *context, dynox_error *error);

/* A role, with the credentials of `source` (its reference is the caller's; the provider takes its own). */
typedef struct dynox__assume_role {
    dynox_credentials_provider *source;
    const char                 *role_arn, *session_name, *external_id; /* the latter two may be NULL */
    unsigned                    duration_s;                            /* 0: the service's default */
} dynox__assume_role;
dynox_credentials_provider *dynox__provider_assume_role(const dynox__assume_role    *role,
                                                        const dynox__source_context *context, dynox_error *error);

/* A role for a token in a file. From the environment: role_arn and token_file NULL; fetch reads
 * AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME. */
typedef struct dynox__web_identity {
    const char *token_file, *role_arn, *session_name; /* session_name may be NULL */
    unsigned    duration_s;
} dynox__web_identity;
dynox_credentials_provider *dynox__provider_web_identity(const dynox__web_identity   *identity,
                                                         const dynox__source_context *context, dynox_error *error);

/* Whatever profile `name` (NULL: AWS_PROFILE, then "default") says. The files are read at each fetch. `region`: of the
 * STS calls it makes; NULL: by the rules. NULL: out of memory. */
dynox_credentials_provider *dynox__provider_profile(const char *name, const char *region);

/* The default chain; with a name, that profile comes before everything else. NULL: out of memory. */
dynox_credentials_provider *dynox__provider_chain(const char *profile, const char *region);

/* Told on the helper of each place of a chain, in order: DYNOX_OK: it answered; DYNOX__NOT_CONFIGURED: why it is passed
 * over; else what is wrong with it. */
typedef void (*dynox__chain_trace_fn)(void *arg, const char *place, dynox_status status, const char *why);
/* For diagnostics; before the chain is asked. `arg` is used until it has answered. */
void dynox__chain_trace(dynox_credentials_provider *chain, dynox__chain_trace_fn fn, void *arg);

#endif
