/* Credentials of a role for a token that somebody else puts into a file and renews there: Kubernetes (IRSA), CI
 * systems. AssumeRoleWithWebIdentity is not signed: the token is the proof. */
#include "base/alloc.h"
#include "base/descriptors.h"
#include "base/errno_text.h"
#include "services/source/source.h"
#include "services/sts/sts.h"
#include <errno.h>
#include <stdio.h>

enum { LARGEST_TOKEN = 1 << 16 };

typedef struct identity_provider {
    dynox_credentials_provider provider;
    char                      *token_file, *role_arn, *session_name; /* the first two NULL: from the environment */
    unsigned                   duration_s;
    dynox__kept_context        kept;
} identity_provider;

/* ---- the token ---- */

static dynox_status read_error(dynox_error *error, const char *path, const char *why)
{
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "the web identity token file %.200s %s", path, why);
}

/* As it is: what follows the token, if anything, is the service's to judge. `token` is wiped by the caller. */
static dynox_status read_token(const char *path, char token[LARGEST_TOKEN], dynox_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file && dynox__is_descriptor_shortage(errno))
        return dynox_error_set(error, DYNOX_E_SYSTEM, "the web identity token file %.200s cannot be read: %s", path,
                               DYNOX__ERRNO(errno));
    if (!file) return read_error(error, path, errno == ENOENT ? "does not exist" : "cannot be read");
    size_t size   = fread(token, 1, LARGEST_TOKEN, file);
    bool   failed = ferror(file) != 0;
    fclose(file);
    if (failed) return read_error(error, path, "cannot be read");
    if (size == 0) return read_error(error, path, "is empty");
    if (size == LARGEST_TOKEN) return read_error(error, path, "is larger than a token can be");
    token[size] = 0;
    if (memchr(token, 0, size)) return read_error(error, path, "is not text");
    return DYNOX_OK;
}

/* ---- fetching ---- */

static dynox_status assume(const dynox__sts *sts, dynox__sts_role *role, const char *path,
                           dynox_credentials **credentials, dynox_error *error)
{
    char *token = dynox__malloc(LARGEST_TOKEN);
    if (!token) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    role->web_identity_token = token;
    dynox_status status      = read_token(path, token, error);
    if (status == DYNOX_OK) status = dynox__sts_assume(sts, role, NULL, credentials, error);
    dynox__wipe(token, LARGEST_TOKEN);
    dynox__free(token);
    return status;
}

/* The file may have got a new token just after the old one was read. */
static bool another_token_may_help(const dynox_error *error)
{
    return strncmp(error->code, "ExpiredToken", 12) == 0 || strncmp(error->code, "InvalidIdentityToken", 20) == 0;
}

static dynox_status assume_twice(const identity_provider *self, const dynox__web_identity *identity,
                                 dynox_credentials **credentials, dynox_error *error)
{
    char            session[DYNOX__SESSION_NAME];
    dynox__sts      sts    = {0};
    dynox__sts_role role   = {.role_arn = identity->role_arn, .session_name = session, .duration_s = self->duration_s};
    dynox_status    status = dynox__session_name(session, identity->session_name, error);
    char           *path   = dynox__expand_path(identity->token_file);
    if (status == DYNOX_OK && !path) status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (status == DYNOX_OK) status = dynox__sts_open(&sts, &self->kept.context, error);
    if (status == DYNOX_OK) {
        status = assume(&sts, &role, path, credentials, error);
        if (status != DYNOX_OK && another_token_may_help(error)) status = assume(&sts, &role, path, credentials, error);
    }
    dynox__sts_close(&sts);
    dynox__free(path);
    return status;
}

/* Values of profiles do not complete these, nor the other way round. */
static dynox_status read_environment(dynox__web_identity *identity, dynox_error *error)
{
    identity->token_file   = dynox__setting("AWS_WEB_IDENTITY_TOKEN_FILE");
    identity->role_arn     = dynox__setting("AWS_ROLE_ARN");
    identity->session_name = dynox__setting("AWS_ROLE_SESSION_NAME");
    if (!identity->token_file)
        return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    if (!identity->role_arn)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
    return DYNOX_OK;
}

static dynox_status identity_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                   dynox_error *error)
{
    identity_provider  *self     = (identity_provider *)provider;
    dynox__web_identity identity = {self->token_file, self->role_arn, self->session_name, self->duration_s};
    dynox_status        status   = self->token_file ? DYNOX_OK : read_environment(&identity, error);
    if (status == DYNOX_OK) status = dynox__context_load(&self->kept, error);
    if (status == DYNOX_OK) status = assume_twice(self, &identity, credentials, error);
    if (status == DYNOX_OK && !self->token_file) dynox__credentials_feature(*credentials, "h", true);
    return status;
}

static void identity_destroy(dynox_credentials_provider *provider)
{
    identity_provider *self = (identity_provider *)provider;
    dynox__free(self->token_file);
    dynox__free(self->role_arn);
    dynox__free(self->session_name);
    dynox__context_free(&self->kept);
}

static const dynox__source_class identity_class = {
    .provider = {.name = "the web identity", .feature = "k", .load = dynox__source_load, .destroy = identity_destroy},
    .fetch    = identity_fetch};

dynox_credentials_provider *dynox__provider_web_identity(const dynox__web_identity   *identity,
                                                         const dynox__source_context *context, dynox_error *error)
{
    char session[DYNOX__SESSION_NAME];
    if (dynox__session_name(session, identity->session_name, error) != DYNOX_OK) return NULL;
    if (dynox__session_duration(identity->duration_s, error) != DYNOX_OK) return NULL;
    identity_provider *made = dynox__provider_new(&identity_class.provider, sizeof *made);
    if (made) {
        made->token_file   = dynox__strdup(identity->token_file);
        made->role_arn     = dynox__strdup(identity->role_arn);
        made->session_name = dynox__strdup(identity->session_name);
        made->duration_s   = identity->duration_s;
        if (dynox__context_keep(&made->kept, context) && (made->token_file || !identity->token_file) &&
            (made->role_arn || !identity->role_arn) && (made->session_name || !identity->session_name))
            return &made->provider;
        dynox_credentials_provider_release(&made->provider);
    }
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}
