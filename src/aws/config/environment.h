/* The environment, where a variable that is blank is one that is not set. */
#ifndef DYNOX_AWS_CONFIG_ENVIRONMENT_H
#define DYNOX_AWS_CONFIG_ENVIRONMENT_H

#include <dynox/error.h>

/* Nothing but white space? NULL is blank. */
bool dynox__is_blank(const char *text);

/* The value of an environment variable; NULL when it is not set or blank. */
const char *dynox__setting(const char *name);

/* true or false of a variable that is no profile's business (settings.h has the others), `otherwise` when it is not
 * set. DYNOX_E_CONFIGURATION: neither. */
dynox_status dynox__setting_bool(const char *name, bool otherwise, bool *value, dynox_error *error);

#endif
