/* Credentials from aws login: not in this version, and it says so. */
#include "services/providers.h"

static dynox_status absent_fetch(dynox_credentials_provider *self, dynox_credentials **credentials, dynox_error *error)
{
    (void)self;
    (void)credentials;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "this version cannot get credentials from aws login");
}

static const dynox__source_class absent_class = {.provider = {.name = "aws login", .load = dynox__source_load},
                                                 .fetch    = absent_fetch};

dynox_credentials_provider *dynox__provider_login(const dynox__source_context *context, dynox_error *error)
{
    dynox_credentials_provider *made = dynox__provider_new(&absent_class.provider, sizeof *made);
    (void)context;
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}
