/* Where a service is: what was wished for, and the URL that comes of it. */
#ifndef DYNOX_AWS_ENDPOINT_ENDPOINT_H
#define DYNOX_AWS_ENDPOINT_ENDPOINT_H

#include "aws/config/settings.h"
#include "aws/endpoint/endpoint_rules.h"
#include "base/buffer.h"
#include <stdint.h>

typedef struct dynox__endpoint {
    char       *url;            /* as it was given or made, without trailing slashes */
    char       *host;           /* without brackets */
    char       *authority;      /* what the Host header says: brackets, and the port unless it is the scheme's own */
    char       *path;           /* "/" or a prefix such as "/dynamo/" */
    const char *signing_region; /* NULL: the region itself */
    uint16_t    port;
    bool        tls;
    bool        custom;     /* given by the user, not by the rules */
    bool        of_account; /* the host is for one account */
} dynox__endpoint;

/* Takes a URL apart. DYNOX_E_CONFIGURATION with what is wrong; `source` says where it came from. */
dynox_status dynox__endpoint_parse(dynox__endpoint *endpoint, const char *url, const char *source, dynox_error *error);
void         dynox__endpoint_free(dynox__endpoint *endpoint); /* and zeroes it */

/* What code says; zero: nothing. Texts are borrowed. */
typedef struct dynox__endpoint_wishes {
    const char             *region, *url;
    bool                    fips, dual_stack;
    dynox_account_endpoints accounts;
} dynox__endpoint_wishes;

/* What holds for a service, whoever calls it. Owns its texts. */
typedef struct dynox__endpoint_config {
    const dynox__endpoint_rules *rules;
    char                        *region;
    char                        *url;         /* the user's own; NULL: by the rules */
    char                         source[160]; /* where that was set */
    bool                         fips, dual_stack, global;
    dynox_account_endpoints      accounts; /* never DEFAULT */
} dynox__endpoint_config;

/* Wishes, environment and profile, in this order for each of them. End it with dynox__endpoint_config_free, also when
 * this fails: DYNOX_E_CONFIGURATION, DYNOX_E_NO_MEMORY. */
dynox_status dynox__endpoint_configure(dynox__endpoint_config *config, const dynox__endpoint_rules *rules,
                                       const dynox__endpoint_wishes *wishes, const dynox__settings *settings,
                                       dynox_error *error);
void         dynox__endpoint_config_free(dynox__endpoint_config *config);

/* The URL for one request, as a text in `answer` (a user's own is config->url). `account_id` and `resource` may be
 * NULL, see endpoint_rules.h. */
dynox_status dynox__endpoint_ask(const dynox__endpoint_config *config, const char *account_id, const char *resource,
                                 bool search, dynox__endpoint_answer *answer, dynox_error *error);

/* What an answer says, taken apart. End it with dynox__endpoint_free, also when this fails. */
dynox_status dynox__endpoint_make(dynox__endpoint *endpoint, const dynox__endpoint_config *config,
                                  const dynox__endpoint_answer *answer, dynox_error *error);

/* All of it at once, for a service without accounts. As above. */
dynox_status dynox__endpoint_find(dynox__endpoint *endpoint, const dynox__endpoint_rules *rules,
                                  const dynox__endpoint_wishes *wishes, const dynox__settings *settings,
                                  dynox_error *error);

#endif
