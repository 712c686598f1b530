/* The JSON documents that credentials come in. */
#ifndef DYNOX_SERVICES_FORMAT_JSON_CREDENTIALS_H
#define DYNOX_SERVICES_FORMAT_JSON_CREDENTIALS_H

#include <dynox/credentials.h>
#include <dynox/error.h>

/* DYNOX_OK: *credentials is from dynox_credentials_copy. Else what is wrong, after `what` ("the answer of ..."):
 * DYNOX_E_DECODE, DYNOX_E_CREDENTIALS (a refusal), DYNOX_E_NO_MEMORY; never what was read, but for the code and the
 * message of a refusal. What was read stays the caller's to wipe. */

/* Of containers and instances: AccessKeyId, SecretAccessKey, Token, Expiration, perhaps AccountId. A Code other than
 * "Success" is a refusal. */
dynox_status dynox__json_credentials_metadata(const char *text, size_t size, const char *what,
                                              dynox_credentials **credentials, dynox_error *error);

/* Of a process, version 1: AccessKeyId, SecretAccessKey, perhaps SessionToken, Expiration, AccountId. `account_id`: if
 * it does not say (NULL: not known). Source: AWS SDKs and Tools Reference Guide, "Process credential provider". */
dynox_status dynox__json_credentials_process(const char *text, size_t size, const char *account_id, const char *what,
                                             dynox_credentials **credentials, dynox_error *error);

/* Of GetRoleCredentials of IAM Identity Center; `account_id` is the one that was asked for. */
dynox_status dynox__json_credentials_sso(const char *text, size_t size, const char *account_id, const char *what,
                                         dynox_credentials **credentials, dynox_error *error);

/* What a service says with a status other than 200, cut to fit; empty texts if it says nothing that can be read. */
typedef struct dynox__refusal {
    char code[64], message[200];
} dynox__refusal;

void dynox__json_refusal(const char *text, size_t size, dynox__refusal *refusal);

#endif
