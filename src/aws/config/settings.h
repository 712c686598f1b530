/* Settings: what code did not say is asked of the environment, then of the profile. */
#ifndef DYNOX_AWS_CONFIG_SETTINGS_H
#define DYNOX_AWS_CONFIG_SETTINGS_H

#include "aws/config/environment.h"
#include "aws/config/profile_file.h"
#include <stdbool.h>

/* Name, variable of the environment, key in the profile. */
#define DYNOX__SETTINGS(X)                                                                                             \
    X(ACCOUNT_ENDPOINTS, "AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode")                                   \
    X(APP_ID, "AWS_SDK_UA_APP_ID", "sdk_ua_app_id")                                                                    \
    X(CA_BUNDLE, "AWS_CA_BUNDLE", "ca_bundle")                                                                         \
    X(DUAL_STACK, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")                                              \
    X(FIPS, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")                                                              \
    X(IGNORE_ENDPOINTS, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")                      \
    X(MAX_ATTEMPTS, "AWS_MAX_ATTEMPTS", "max_attempts")                                                                \
    X(RETRY_MODE, "AWS_RETRY_MODE", "retry_mode")                                                                      \
    X(STS_ENDPOINTS, "AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints")

typedef enum dynox__setting_id {
#define X(name, variable, key) DYNOX__SETTING_##name,
    DYNOX__SETTINGS(X)
#undef X
} dynox__setting_id;

/* The files as they were when they were opened. Owns its members; any thread may read. */
typedef struct dynox__settings {
    dynox__profiles      *profiles;
    const dynox__profile *profile; /* in use; NULL: there is none */
    char                 *name;    /* of it, or of the one that is not there */
} dynox__settings;

/* Reads the files, which blocks. `profile`: what code says; NULL: AWS_PROFILE, "default". DYNOX_E_CONFIGURATION: a file
 * is bad, or the profile that code named does not exist. End it with dynox__settings_close, also when this fails. */
dynox_status dynox__settings_open(dynox__settings *settings, const char *profile, dynox_error *error);
void         dynox__settings_close(dynox__settings *settings);

/* A value, and where it is set, for messages. */
typedef struct dynox__found {
    const char *value; /* borrowed from the settings or the environment; NULL: not set */
    char        source[160];
} dynox__found;

/* `variable` of the environment, then `key` of the profile (NULL: no such key). */
dynox__found dynox__settings_look(const dynox__settings *settings, const char *variable, const char *key);
dynox__found dynox__settings_find(const dynox__settings *settings, dynox__setting_id id);

/* true, or what is set; false if it is not. DYNOX_E_CONFIGURATION: it is neither "true" nor "false". */
dynox_status dynox__settings_bool(const dynox__settings *settings, bool given, dynox__setting_id id, bool *value,
                                  dynox_error *error);

/* The place of the only word of `words` (ended by NULL) that is set, in any case; `otherwise` when nothing is. */
dynox_status dynox__settings_word(const dynox__settings *settings, dynox__setting_id id, const char *const *words,
                                  unsigned otherwise, unsigned *word, dynox_error *error);

/* A number from `least` to `most`; *number stays when nothing is set. */
dynox_status dynox__settings_number(const dynox__settings *settings, dynox__setting_id id, unsigned least,
                                    unsigned most, unsigned *number, dynox_error *error);

/* `given`, AWS_REGION, AWS_DEFAULT_REGION, the profile's; *region is a copy. A name such as fips-us-east-1 is that of a
 * region and switches *fips on (otherwise it stays). DYNOX_E_CONFIGURATION: there is none, or it is not a region's
 * name. */
dynox_status dynox__settings_region(const dynox__settings *settings, const char *given, char **region, bool *fips,
                                    dynox_error *error);

/* The URL for a service (`id`: "dynamodb"), unless that is to be ignored: AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL,
 * endpoint_url of the service in the profile's services section, the profile's. *url is a copy for
 * dynox__free, or NULL; *found says where it is set. DYNOX_E_CONFIGURATION: the services section does not exist.
 * Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints". */
dynox_status dynox__settings_endpoint(const dynox__settings *settings, const char *id, char **url, dynox__found *found,
                                      dynox_error *error);

#endif
