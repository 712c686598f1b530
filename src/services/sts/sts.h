/* The Security Token Service, as far as credentials need it. All calls block: they run on the helper.
 * Source: AWS STS API reference, version 2011-06-15. */
#ifndef DYNOX_SERVICES_STS_STS_H
#define DYNOX_SERVICES_STS_STS_H

#include "aws/endpoint/endpoint.h"
#include "aws/retry/service_code.h"
#include "http/fetch/fetch.h"
#include "services/source/providers.h"

/* Where calls go. Zero it; end it with dynox__sts_close, also when open has failed. */
typedef struct dynox__sts {
    dynox__endpoint_config config;
    dynox__endpoint        endpoint;
    dynox__tls            *tls;
} dynox__sts;

/* By the settings of the context and the environment. DYNOX_E_CONFIGURATION, DYNOX_E_NO_MEMORY. */
dynox_status dynox__sts_open(dynox__sts *sts, const dynox__source_context *context, dynox_error *error);
void         dynox__sts_close(dynox__sts *sts);

/* Which role, and as whom. Absent ones are NULL or 0, except role_arn and session_name. */
typedef struct dynox__sts_role {
    const char *role_arn, *session_name, *external_id;
    const char *web_identity_token; /* not NULL: AssumeRoleWithWebIdentity, which is not signed */
    unsigned    duration_s;
} dynox__sts_role;

/* AssumeRole, signed with `signer`, or AssumeRoleWithWebIdentity. DYNOX_OK: *credentials is from
 * dynox_credentials_copy. Repeats what is worth it. Else `error`, with the service's code and message. */
dynox_status dynox__sts_assume(const dynox__sts *sts, const dynox__sts_role *role, const dynox_credentials *signer,
                               dynox_credentials **credentials, dynox_error *error);

/* Who somebody is: GetCallerIdentity. */
typedef struct dynox__sts_caller {
    char account[32], arn[256], user_id[160];
} dynox__sts_caller;

dynox_status dynox__sts_caller_identity(const dynox__sts *sts, const dynox_credentials *signer,
                                        dynox__sts_caller *caller, dynox_error *error);

/* ---- what these are made of, for tests and fuzzers: the bodies of answers, taken apart in place ---- */

dynox_status dynox__sts_read_role(char *body, size_t size, dynox_credentials **credentials, dynox_error *error);

/* `error` from an answer with another status than 200. true: sending again may help. */
bool dynox__sts_read_error(int http_status, char *body, size_t size, dynox_error *error, dynox__retry_class *class_);

#endif
