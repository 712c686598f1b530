/* The public constructors of the providers that need files, processes or the network. */
#include "base/args.h"
#include "services/source/providers.h"

dynox_credentials_provider *dynox_credentials_default(void)
{
    return dynox__provider_chain(NULL, NULL);
}

dynox_credentials_provider *dynox_credentials_profile(const char *name)
{
    return dynox__provider_profile(name, NULL);
}

static dynox_credentials_provider *make_role(const dynox_assume_role_args *args, dynox_error *error)
{
    const dynox__source_context context = {.region = args->region};
    if (!args->role_arn || !args->role_arn[0]) {
        dynox_error_set(error, DYNOX_E_ARGUMENT, "to assume a role, give its .role_arn");
        return NULL;
    }
    dynox_credentials_provider *source =
        args->source ? dynox_credentials_provider_acquire(args->source) : dynox__provider_chain(NULL, args->region);
    if (!source) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox_credentials_provider *made =
        dynox__provider_assume_role(&(dynox__assume_role){.source       = source,
                                                          .role_arn     = args->role_arn,
                                                          .session_name = args->session_name,
                                                          .external_id  = args->external_id,
                                                          .duration_s   = args->duration_s},
                                    &context, error);
    dynox_credentials_provider_release(source);
    return made;
}

dynox_credentials_provider *dynox_credentials_assume_role_with(const dynox_assume_role_args *given)
{
    dynox_assume_role_args      args;
    dynox_error                 error = {0};
    dynox_credentials_provider *made  = NULL;
    if (dynox__args_read(&args, sizeof args, given, &error) == DYNOX_OK) made = make_role(&args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!made && to) dynox_error_copy(to, &error);
    return made;
}

static dynox_credentials_provider *make_identity(const dynox_web_identity_args *args, dynox_error *error)
{
    const dynox__web_identity   identity = {args->token_file, args->role_arn, args->session_name, args->duration_s};
    const dynox__source_context context  = {.region = args->region};
    if (args->token_file && args->role_arn) return dynox__provider_web_identity(&identity, &context, error);
    if (!args->token_file && !args->role_arn && !args->session_name)
        return dynox__provider_web_identity(&identity, &context, error);
    dynox_error_set(error, DYNOX_E_ARGUMENT,
                    "a web identity needs .token_file and .role_arn, or neither: then the environment has both");
    return NULL;
}

dynox_credentials_provider *dynox_credentials_web_identity_with(const dynox_web_identity_args *given)
{
    dynox_web_identity_args     args;
    dynox_error                 error = {0};
    dynox_credentials_provider *made  = NULL;
    if (dynox__args_read(&args, sizeof args, given, &error) == DYNOX_OK) made = make_identity(&args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!made && to) dynox_error_copy(to, &error);
    return made;
}
