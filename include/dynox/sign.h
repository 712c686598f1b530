/* Signature Version 4 for requests of your own: to services that this library has no calls for, with whichever HTTP
 * client you like. Pure computation: no network, no thread. Credentials come from credentials.h. */
#ifndef DYNOX_SIGN_H
#define DYNOX_SIGN_H

#include <dynox/credentials.h>

DYNOX_EXTERN_C_BEGIN

/* A header of an HTTP request. */
typedef struct dynox_header {
    const char *name, *value;
} dynox_header;

/* What is to be signed. All is borrowed for the call. Needed: url (or host), region, service and credentials. */
typedef struct dynox_sign_args {
    size_t      size DYNOX_SIZE_(dynox_sign_args);
    const char *method; /* NULL: GET */
    /* As it will be sent: with everything percent-encoded that must be, a blank in the query as %20. */
    const char *url;
    /* Instead of url: what the Host header says; the path, NULL: "/"; what is behind the "?", NULL: nothing. */
    const char *host, *path, *query;

    /* Those of the request that shall be signed, in any order. Host may be left out: it is always signed. Headers that
     * change on their way (User-Agent, Connection and the like) are passed over. The headers that signing adds must not
     * be here. */
    const dynox_header *headers;
    size_t              header_count;
    const void         *body;
    size_t              body_size;
    const char         *payload_hash;     /* SHA-256 of the body in hexadecimal, where it is known; NULL: computed */
    bool                unsigned_payload; /* the body is not signed, and a header says so: only where the service allows
                                           * that, over TLS */

    const char              *region, *service; /* "eu-west-1", "sts" */
    const dynox_credentials *credentials;      /* of dynox_credentials_get, or your own */
    int64_t                  time;             /* seconds since 1970; 0: now */

    bool     presign;   /* the signature goes into the URL, which then works for anybody until it expires */
    unsigned expires_s; /* of such a URL, at most 604800; 0: 3600. It also dies with the credentials */

    /* S3 has its own rules. They hold when service is "s3"; set these for another service that follows them. */
    bool keep_path;      /* the path is signed as it is: encoded once, nothing normalized */
    bool content_sha256; /* the header X-Amz-Content-Sha256 is added and signed */

    dynox_error *error; /* filled when there is no signature; may be NULL */
} dynox_sign_args;

/* What comes of it. One block of memory, wiped when it is freed. */
typedef struct dynox_signed {
    /* To be added to the request: Authorization, X-Amz-Date and, where they apply, X-Amz-Security-Token and
     * X-Amz-Content-Sha256. None with .presign. */
    const dynox_header *headers;
    size_t              header_count;
    const char         *url; /* where to send it; with .presign, the signature is in it */
} dynox_signed;

/* Signs a request. NULL: args->error says why: DYNOX_E_ARGUMENT (a URL or header that cannot be signed, something is
 * missing), DYNOX_E_CREDENTIALS, DYNOX_E_NO_MEMORY. End it with dynox_signed_free. A signature is good for five minutes
 * unless it is presigned, so sign just before you send, and each time that you send. Any thread.
 * Source: AWS General Reference, "Signature Version 4 signing process"; S3 API reference, "Authenticating requests". */
DYNOX_API DYNOX_MUST_USE dynox_signed *dynox_sign_with(const dynox_sign_args *args);
/* Wipes and frees it. NULL is fine. */
DYNOX_API void dynox_signed_free(dynox_signed *result);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* dynox_sign(.url = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
 *            .region = "eu-west-1", .service = "sts", .credentials = credentials, .error = &err) */
#define dynox_sign(...) dynox_sign_with(&(dynox_sign_args){.size = sizeof(dynox_sign_args), __VA_ARGS__})
#endif
#endif
