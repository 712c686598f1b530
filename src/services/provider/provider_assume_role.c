/* Credentials of a role: AssumeRole, signed with the credentials of another provider. */
#include "base/alloc.h"
#include "services/source/source.h"
#include "services/sts/sts.h"

typedef struct role_provider {
    dynox_credentials_provider  provider;
    dynox_credentials_provider *source;
    char                       *role_arn, *session_name, *external_id;
    unsigned                    duration_s;
    dynox__kept_context         kept;
} role_provider;

static dynox_status assume(const role_provider *self, const dynox_credentials *signer, dynox_credentials **credentials,
                           dynox_error *error)
{
    char         session[DYNOX__SESSION_NAME];
    dynox__sts   sts    = {0};
    dynox_status status = dynox__session_name(session, self->session_name, error);
    if (status == DYNOX_OK) status = dynox__sts_open(&sts, &self->kept.context, error);
    if (status == DYNOX_OK)
        status = dynox__sts_assume(&sts,
                                   &(dynox__sts_role){.role_arn     = self->role_arn,
                                                      .session_name = session,
                                                      .external_id  = self->external_id,
                                                      .duration_s   = self->duration_s},
                                   signer, credentials, error);
    dynox__sts_close(&sts);
    return status;
}

static dynox_status role_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                               dynox_error *error)
{
    role_provider     *self   = (role_provider *)provider;
    dynox_credentials *signer = NULL;
    dynox_status       status = dynox__context_load(&self->kept, error);
    if (status == DYNOX_OK) status = dynox__required(dynox__provider_fetch(self->source, &signer, error), error);
    if (status == DYNOX_OK) status = assume(self, signer, credentials, error);
    if (status == DYNOX_OK) dynox__credentials_feature(*credentials, dynox__credentials_features(signer), true);
    dynox_credentials_free(signer);
    return status;
}

static void role_destroy(dynox_credentials_provider *provider)
{
    role_provider *self = (role_provider *)provider;
    dynox_credentials_provider_release(self->source);
    dynox__free(self->role_arn);
    dynox__free(self->session_name);
    dynox__free(self->external_id);
    dynox__context_free(&self->kept);
}

static const dynox__source_class role_class = {
    .provider = {.name = "the role", .feature = "i", .load = dynox__source_load, .destroy = role_destroy},
    .fetch    = role_fetch};

dynox_credentials_provider *dynox__provider_assume_role(const dynox__assume_role    *role,
                                                        const dynox__source_context *context, dynox_error *error)
{
    char session[DYNOX__SESSION_NAME];
    if (dynox__session_name(session, role->session_name, error) != DYNOX_OK) return NULL;
    if (dynox__session_duration(role->duration_s, error) != DYNOX_OK) return NULL;
    role_provider *made = dynox__provider_new(&role_class.provider, sizeof *made);
    if (made) {
        made->source       = dynox_credentials_provider_acquire(role->source);
        made->role_arn     = dynox__strdup(role->role_arn);
        made->session_name = dynox__strdup(role->session_name);
        made->external_id  = dynox__strdup(role->external_id);
        made->duration_s   = role->duration_s;
        bool kept          = dynox__context_keep(&made->kept, context);
        if (kept && made->role_arn && (made->session_name || !role->session_name) &&
            (made->external_id || !role->external_id))
            return &made->provider;
        dynox_credentials_provider_release(&made->provider);
    }
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}
