/* A sign-in that the AWS CLI keeps in a file, and that is renewed in time: what SSO tokens and `aws login` have in
 * common. The CLI and other programs use the same file, so it is read anew each time, written at once, and what is not
 * ours in it stays. */
#ifndef DYNOX_SERVICES_SSO_TOKEN_CACHE_H
#define DYNOX_SERVICES_SSO_TOKEN_CACHE_H

#include "services/format/json_document.h"

typedef struct dynox__token_cache dynox__token_cache;
struct dynox__token_cache {
    const char *path;
    const char *what;        /* in messages: "the SSO token" */
    char        advice[160]; /* "run `aws sso login`" */
    /* When it ends, in seconds since 1970. false: the document lacks what it must have. */
    bool (*end)(const dynox__json *document, int64_t *seconds);
    /* Has it all that renewing takes? NULL: it cannot be renewed. */
    bool (*renewable)(const dynox__json *document);
    /* Asks the service, and puts into the document what it says. On failure the document is as it was. */
    dynox_status (*renew)(const dynox__token_cache *cache, dynox__json *document, dynox_error *error);
};

/* The path of a cache file: `folder` (with ~ and a slash at its end) and a digest of `name`. NULL: out of memory. */
char *dynox__token_cache_path(const char *folder, const char *algorithm, const char *name);

/* A document whose token is good now. It is renewed when less than five minutes are left; if that fails, it still
 * serves until it ends, and is not tried again for 30 seconds. Only one of those who ask at the same time, in this
 * process and others, renews it. Blocks. DYNOX_E_CREDENTIALS with the advice. The caller ends *document with
 * dynox__json_free. */
dynox_status dynox__token_cache_load(const dynox__token_cache *cache, dynox__json **document, dynox_error *error);

/* Writes `expiresAt`, so many seconds from now. false: out of memory. */
bool dynox__token_cache_set_end(dynox__json *object, int64_t lifetime_s);

/* Writes the body that asks for a new token: the grant refresh_token, and these members of the document, up to a NULL.
 * false: out of memory. The caller ends *body with dynox__secret_free in either case. */
bool dynox__token_cache_grant(const dynox__json *document, const char *const *members, dynox__buffer *body);

#endif
