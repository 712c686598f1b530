/* Where a service is: its region and its URL. Source: AWS SDKs and Tools Reference Guide, "Region" and
 * "Service-specific endpoints"; the endpoint rule sets of the SDKs. */
#ifndef DYNOX_AWS_ENDPOINT_H
#define DYNOX_AWS_ENDPOINT_H

#include "base/buffer.h"
#include <dynox/error.h>
#include <stdint.h>

/* The value of an environment variable; NULL when it is not set or blank. */
const char *dynox__setting(const char *name);

/* true or false of an environment variable, `otherwise` when it is not set. DYNOX_E_CONFIGURATION: neither. */
dynox_status dynox__setting_bool(const char *name, bool otherwise, bool *value, dynox_error *error);

/* Letters, digits and hyphens: what may become part of a host name. */
bool dynox__is_host_label(const char *text);

/* `given`, AWS_REGION, AWS_DEFAULT_REGION; *region is a copy. DYNOX_E_CONFIGURATION: none, or not a region's name. */
dynox_status dynox__region(const char *given, char **region, dynox_error *error);

/* The DNS suffix of the partition a region is in, such as "amazonaws.com"; an unknown region is in the partition of
 * most regions. */
const char *dynox__dns_suffix(const char *region);

typedef struct dynox__endpoint {
    char       *url;            /* as it was given or made, without trailing slashes */
    char       *host;           /* without brackets */
    char       *authority;      /* what the Host header says: brackets, and the port unless it is the scheme's own */
    char       *path;           /* "/" or a prefix such as "/dynamo/" */
    const char *signing_region; /* NULL: the region itself */
    uint16_t    port;
    bool        tls;
    bool        custom; /* given by the user, not by the rules */
} dynox__endpoint;

/* Takes a URL apart. DYNOX_E_CONFIGURATION with what is wrong; `source` says where it came from. */
dynox_status dynox__endpoint_parse(dynox__endpoint *endpoint, const char *url, const char *source, dynox_error *error);

/* `given`, the variable `setting` (AWS_ENDPOINT_URL_DYNAMODB), AWS_ENDPOINT_URL, or the rule:
 * https://PREFIX.REGION.SUFFIX. End it with dynox__endpoint_free, also when this fails. */
dynox_status dynox__endpoint_resolve(dynox__endpoint *endpoint, const char *given, const char *setting,
                                     const char *prefix, const char *region, dynox_error *error);
void         dynox__endpoint_free(dynox__endpoint *endpoint);

#endif
