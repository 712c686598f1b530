/* The rules by which a service's URL is made of a region, an account and wishes such as FIPS. Source: the endpoint rule
 * sets of the SDKs (botocore/data, endpoint-rule-set-1.json). */
#ifndef DYNOX_AWS_ENDPOINT_ENDPOINT_RULES_H
#define DYNOX_AWS_ENDPOINT_ENDPOINT_RULES_H

#include <dynox/client.h>
#include <dynox/error.h>

/* What is special about a service. Static data. */
typedef struct dynox__endpoint_rules {
    const char *id; /* in settings: AWS_ENDPOINT_URL_DYNAMODB in upper case, services section in lower case */
    const char *plain, *fips, *dual_stack, *both; /* start of the host name, up to the region */
    const char *gov_fips;                         /* the same for FIPS in the partition aws-us-gov */
    bool        local;                            /* the region "local" is http://localhost:8000 */
    bool        accounts;                         /* an account may have its own host name */
    bool        global;                           /* there is one for all regions: STS */
    bool        one_suffix;                       /* the names for dual stack end as the others do: S3 */
} dynox__endpoint_rules;

extern const dynox__endpoint_rules dynox__endpoint_dynamodb, dynox__endpoint_streams, dynox__endpoint_sts,
    dynox__endpoint_kms, dynox__endpoint_sso, dynox__endpoint_sso_oidc, dynox__endpoint_s3;

typedef struct dynox__endpoint_question {
    const char             *region; /* NULL: not known */
    const char             *url;    /* the user's own endpoint; NULL: none */
    bool                    fips, dual_stack;
    dynox_account_endpoints accounts;   /* DEFAULT: the rules have never heard of accounts, so disabled */
    const char             *account_id; /* of the credentials; NULL: not known */
    const char             *resource;   /* an ARN, whose account comes first; NULL, or anything else: none */
    bool                    search;     /* SearchVectors: it has hosts of its own */
    bool                    global;     /* STS: old regions share one host */
} dynox__endpoint_question;

typedef struct dynox__endpoint_answer {
    const char *signing_region; /* NULL: the region itself */
    bool        of_account;
    char        url[384]; /* empty: the user's own */
} dynox__endpoint_answer;

/* DYNOX_E_CONFIGURATION: the wishes do not go together, or there is no region. */
dynox_status dynox__endpoint_rule(const dynox__endpoint_rules *rules, const dynox__endpoint_question *question,
                                  dynox__endpoint_answer *answer, dynox_error *error);

/* The URL of a bucket of S3, where `url` is that of the service: https://BUCKET.HOST, or https://HOST/BUCKET where the
 * name cannot be part of a host name, the host is an address, or `path_style` is wished for. Access points (ARNs),
 * directory buckets (--x-s3) and the like are refused: DYNOX_E_CONFIGURATION. The caller frees *result with
 * dynox__free.
 */
dynox_status dynox__endpoint_bucket(const char *url, const char *bucket, bool path_style, char **result,
                                    dynox_error *error);

#endif
