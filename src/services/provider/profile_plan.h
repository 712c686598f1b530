/* What a profile says about credentials: where the first ones come from, and which roles are taken with them, one after
 * the other. Nothing is read or sent to find out. */
#ifndef DYNOX_SERVICES_PROVIDER_PROFILE_PLAN_H
#define DYNOX_SERVICES_PROVIDER_PROFILE_PLAN_H

#include "services/source/providers.h"

enum { DYNOX__PLAN_ROLES = 16 }; /* more in a chain are refused */

/* Where the first credentials come from. */
typedef enum dynox__plan_base {
    DYNOX__PLAN_KEYS, /* of the profile `base`; likewise the next four */
    DYNOX__PLAN_WEB_IDENTITY,
    DYNOX__PLAN_SSO,
    DYNOX__PLAN_LOGIN,
    DYNOX__PLAN_PROCESS,
    DYNOX__PLAN_ENVIRONMENT, /* credential_source of the profile `base`; likewise the next two */
    DYNOX__PLAN_CONTAINER,
    DYNOX__PLAN_IMDS
} dynox__plan_base;

typedef struct dynox__profile_plan {
    dynox__plan_base      kind;
    const dynox__profile *base;
    const dynox__profile *roles[DYNOX__PLAN_ROLES]; /* the outermost first: the last is taken first */
    size_t                role_count;
} dynox__profile_plan;

/* Of the profile `name`, which exists. DYNOX__NOT_CONFIGURED: it has settings only. DYNOX_E_CONFIGURATION: it, or one
 * that it names, contradicts itself. */
dynox_status dynox__profile_plan_make(dynox__profile_plan *plan, const dynox__profiles *profiles, const char *name,
                                      dynox_error *error);

#endif
