/* Fetching from a provider that may be nested in another, and what the providers of this floor share. */
#include "services/source/source.h"
#include "aws/config/settings.h"
#include "base/alloc.h"
#include "base/random.h"
#include <stdio.h>
#include <string.h>

static const int64_t longest_wait_ms = 60000; /* for a future of the program's own provider */
static const char    prefix[]        = "no usable credentials: ";

static const dynox__source_class *source_class(const dynox_credentials_provider *provider)
{
    return (const dynox__source_class *)(const void *)provider->class_;
}

dynox_future *dynox__source_load(dynox_credentials_provider *self)
{
    dynox_error        error = {0};
    dynox_credentials *set   = NULL;
    if (source_class(self)->fetch(self, &set, &error) == DYNOX_OK) {
        dynox__credentials_feature(set, self->class_->feature, false);
        return dynox_future_of(dynox_ok(set, &dynox_type_credentials));
    }
    dynox_future *failed = dynox_future_of(dynox_fail_with(&error));
    dynox_error_clear(&error);
    return failed;
}

/* Errors of the floor below begin with what ours will begin with, too. */
static void drop_prefix(dynox_error *error)
{
    size_t size = sizeof prefix - 1;
    if (strncmp(error->message, prefix, size) == 0)
        memmove(error->message, error->message + size, strlen(error->message + size) + 1);
}

static dynox_status fetch_now(dynox_credentials_provider *provider, dynox_credentials **credentials, dynox_error *error)
{
    pthread_mutex_lock(&provider->lock);
    dynox__credentials *frozen = provider->class_->now(provider, error);
    pthread_mutex_unlock(&provider->lock);
    if (!frozen) {
        drop_prefix(error);
        return error->status;
    }
    *credentials = dynox_credentials_copy(&frozen->set);
    dynox__credentials_release(frozen);
    return *credentials ? DYNOX_OK : dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static dynox_status fetch_future(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                 dynox_error *error)
{
    dynox_future *load   = provider->class_->load(provider);
    dynox_status  status = dynox_future_wait(load, longest_wait_ms);
    if (status != DYNOX_OK) dynox_future_cancel(load);
    if (status == DYNOX_OK) status = dynox_future_take(load, &dynox_type_credentials, credentials);
    const dynox_error *details = status == DYNOX_OK ? NULL : dynox_future_details(load);
    if (details && details->message[0])
        dynox_error_set(error, status, "%s", details->message);
    else if (status != DYNOX_OK)
        dynox_error_set(error, status, "from %s: %s", provider->class_->name, dynox_status_text(status));
    else if (!*credentials)
        status = dynox_error_set(error, DYNOX_E_CREDENTIALS, "from %s: it gave none", provider->class_->name);
    dynox_future_release(load);
    return status;
}

static dynox_status fetch(dynox_credentials_provider *provider, dynox_credentials **credentials, dynox_error *error)
{
    if (provider->class_->now) return fetch_now(provider, credentials, error);
    if (provider->class_->load != dynox__source_load) return fetch_future(provider, credentials, error);
    return source_class(provider)->fetch(provider, credentials, error);
}

dynox_status dynox__provider_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                   dynox_error *error)
{
    *credentials        = NULL;
    dynox_status status = fetch(provider, credentials, error);
    if (status == DYNOX_OK) dynox__credentials_feature(*credentials, provider->class_->feature, false);
    return status;
}

dynox_status dynox__required(dynox_status status, dynox_error *error)
{
    if (status == DYNOX__NOT_CONFIGURED) status = error->status = DYNOX_E_CREDENTIALS;
    return status;
}

/* ---- contexts ---- */

bool dynox__context_keep(dynox__kept_context *kept, const dynox__source_context *context)
{
    kept->region  = dynox__strdup(context->region);
    kept->context = (dynox__source_context){
        .profiles = dynox__profiles_acquire(context->profiles), .profile = context->profile, .region = kept->region};
    return kept->region || !context->region;
}

dynox_status dynox__context_load(dynox__kept_context *kept, dynox_error *error)
{
    if (kept->context.profiles) return DYNOX_OK;
    dynox_status status = dynox__profiles_load(&kept->context.profiles, error);
    if (status != DYNOX_OK) return status;
    kept->context.profile = dynox__profiles_find(kept->context.profiles, dynox__profile_in_use(NULL));
    return DYNOX_OK;
}

void dynox__context_free(dynox__kept_context *kept)
{
    dynox__profiles_release(kept->context.profiles);
    dynox__free(kept->region);
    *kept = (dynox__kept_context){0};
}

/* ---- trust ---- */

dynox__tls *dynox__source_tls(const dynox__source_context *context, dynox_error *error)
{
    char                  name[]   = "";
    const dynox__settings settings = {.profiles = context->profiles, .profile = context->profile, .name = name};
    const char           *bundle   = dynox__settings_find(&settings, DYNOX__SETTING_CA_BUNDLE).value;
    char                 *path     = bundle ? dynox__expand_path(bundle) : NULL;
    dynox__tls           *tls      = NULL;
    if (bundle && !path)
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    else
        tls = dynox__tls_new(&(dynox__tls_settings){.ca_file = path}, error);
    dynox__free(path);
    return tls;
}

/* ---- sessions of roles ---- */

static bool is_session_byte(char c)
{
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    return word || (c && strchr("+=,.@-", c));
}

dynox_status dynox__session_name(char to[DYNOX__SESSION_NAME], const char *given, dynox_error *error)
{
    if (!given) {
        snprintf(to, DYNOX__SESSION_NAME, "dynox-%016llx", (unsigned long long)dynox__random());
        return DYNOX_OK;
    }
    size_t length = strlen(given);
    bool   good   = length >= 2 && length < DYNOX__SESSION_NAME;
    for (size_t i = 0; good && i < length; i++)
        good = is_session_byte(given[i]);
    if (!good)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "the session name \"%.80s\" is not 2 to 64 letters, digits and _+=,.@-", given);
    memcpy(to, given, length + 1);
    return DYNOX_OK;
}

dynox_status dynox__session_duration(unsigned seconds, dynox_error *error)
{
    if (seconds == 0 || (seconds >= 900 && seconds <= 43200)) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "a role's session cannot last %u seconds, only 900 to 43200",
                           seconds);
}
