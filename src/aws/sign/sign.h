/* Signature Version 4: the general form for any request, and a fast one for the JSON services.
 * Source: AWS General Reference, "Signature Version 4 signing process". */
#ifndef DYNOX_AWS_SIGN_SIGN_H
#define DYNOX_AWS_SIGN_SIGN_H

#include "aws/crypto/digest.h"
#include "base/buffer.h"
#include <dynox/credentials.h>

enum { DYNOX__SIGNATURE = 64 }; /* hexadecimal digits */

/* 20150830T123600Z */
typedef struct dynox__sign_time {
    char text[17];
} dynox__sign_time;

void dynox__sign_time_set(dynox__sign_time *time, int64_t wall_ns);

/* ---- JSON services: POST with the headers content-type, host, x-amz-date, x-amz-security-token, x-amz-target ---- */

/* What is the same for all requests of a service. */
typedef struct dynox__sign_scope {
    uint64_t      id; /* of this scope, in the key cache */
    const char   *region, *service;
    dynox__buffer head; /* the canonical request up to the date */
    dynox__buffer tail; /* of the credential scope: "/us-east-1/dynamodb/aws4_request" */
} dynox__sign_scope;

/* `region` and `service` are borrowed for as long as the scope lives; `path` is as it will be sent. false: out of
 * memory. */
bool dynox__sign_scope_init(dynox__sign_scope *scope, const char *region, const char *service, const char *host,
                            const char *path, const char *content_type);
void dynox__sign_scope_free(dynox__sign_scope *scope);

/* identity: unique to these credentials (see digest.h). `target` is the value of x-amz-target. No memory of ours is
 * allocated once the thread has the key. false: out of memory. */
bool dynox__sign_post(const dynox__sign_scope *scope, const dynox_credentials *credentials, uint64_t identity,
                      const dynox__sign_time *time, dynox__span target, dynox__span body,
                      char signature[DYNOX__SIGNATURE]);

/* ---- any request ---- */

typedef struct dynox__sign_header {
    dynox__span name, value;
} dynox__sign_header;

typedef struct dynox__sign_request {
    const char               *method;
    dynox__span               path;    /* encoded once here: give services that want it twice an encoded one */
    dynox__span               query;   /* behind the "?"; may be encoded or not */
    const dynox__sign_header *headers; /* all are signed; without x-amz-date, x-amz-security-token, authorization */
    size_t                    header_count;
    dynox__span               body;
    const char               *payload_hash; /* instead of the body's, such as "UNSIGNED-PAYLOAD"; NULL: the body's */
    const char               *region, *service;
    const dynox_credentials  *credentials;
    dynox__sign_time          time;
    bool                      in_query;       /* a presigned URL; else the Authorization header */
    unsigned                  expires;        /* seconds; presigned URLs only */
    bool                      keep_path;      /* S3: no dot segments or double slashes are removed */
    bool                      payload_header; /* x-amz-content-sha256 is sent and signed */
    bool                      token_unsigned; /* the token is added to the request afterwards */
} dynox__sign_request;

/* What came out; zero it first. */
typedef struct dynox__signed {
    dynox__buffer canonical, string_to_sign;
    dynox__buffer path;   /* of the canonical request */
    dynox__buffer result; /* the Authorization value, or the query of the presigned URL */
    char          payload[DYNOX__SIGNATURE + 1];
    char          signature[DYNOX__SIGNATURE + 1];
} dynox__signed;

/* false: out of memory. */
bool dynox__sign(const dynox__sign_request *request, dynox__signed *out);
void dynox__signed_free(dynox__signed *out);

#endif
