/* IAM Identity Center (SSO): its portal and its OpenID Connect service, as far as credentials need them. Calls block.
 * Source: the service models of AWS SSO (2019-06-10) and SSO OIDC (2019-06-10). */
#ifndef DYNOX_SERVICES_SSO_SSO_H
#define DYNOX_SERVICES_SSO_SSO_H

#include "services/format/json_document.h"
#include "services/source/providers.h"

/* Which role in which account; `region` is the one of the Identity Center, whatever region the client is for. */
typedef struct dynox__sso_role {
    const char *region, *account_id, *role_name;
} dynox__sso_role;

/* GetRoleCredentials. DYNOX_E_EXPIRED_TOKEN: the access token is not valid any more. DYNOX_OK: *credentials is from
 * dynox_credentials_copy. Settings of endpoints are those of the context. */
dynox_status dynox__sso_role_credentials(const dynox__source_context *context, const dynox__sso_role *role,
                                         const char *access_token, dynox_credentials **credentials, dynox_error *error);

/* CreateToken with the refreshToken, clientId and clientSecret of a cached token (which it must have); puts what the
 * service says into it. On failure the token is as it was. */
dynox_status dynox__sso_renew_token(const dynox__source_context *context, const char *region, dynox__json *token,
                                    dynox_error *error);

#endif
