/* The default chain: the first place that somebody has set up. Only "not configured" moves on to the next one; a place
 * that is set up but broken ends it, since to take other credentials silently would hide the mistake. */
#include "aws/config/environment.h"
#include "base/alloc.h"
#include "services/source/source.h"
#include <stdio.h>
#include <string.h>

typedef enum link_kind { ENVIRONMENT, PROFILE, WEB_IDENTITY, CONTAINER, IMDS, LINKS } link_kind;

typedef struct chain_provider {
    dynox_credentials_provider  provider;
    char                       *profile;
    dynox__kept_context         kept;
    dynox_credentials_provider *links[LINKS]; /* made when their turn comes */
    bool                        delivered;
    link_kind                   deliverer; /* asked alone from then on */
    dynox__chain_trace_fn       trace;     /* may be NULL */
    void                       *trace_arg;
} chain_provider;

/* ---- links ---- */

/* The links behind the profile look into the files only for settings. */
static dynox_credentials_provider *link_with_context(chain_provider *self, link_kind kind, dynox_error *error)
{
    const dynox__web_identity identity = {0};
    if (!self->kept.context.profiles) {
        dynox_status status = dynox__profiles_load(&self->kept.context.profiles, error);
        if (status != DYNOX_OK) return NULL;
        self->kept.context.profile =
            dynox__profiles_find(self->kept.context.profiles, dynox__profile_in_use(self->profile));
    }
    if (kind == WEB_IDENTITY) return dynox__provider_web_identity(&identity, &self->kept.context, error);
    if (kind == CONTAINER) return dynox__provider_container(&self->kept.context, error);
    return dynox__provider_imds(&self->kept.context, error);
}

static dynox_credentials_provider *make_link(chain_provider *self, link_kind kind, dynox_error *error)
{
    dynox_credentials_provider *made;
    if (kind == ENVIRONMENT)
        made = dynox_credentials_environment();
    else if (kind == PROFILE)
        made = dynox__provider_profile(self->profile, self->kept.region);
    else
        return link_with_context(self, kind, error);
    if (!made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}

static dynox_status ask(chain_provider *self, link_kind kind, dynox_credentials **credentials, dynox_error *error)
{
    if (kind == ENVIRONMENT && !dynox__setting("AWS_ACCESS_KEY_ID") && !dynox__setting("AWS_SECRET_ACCESS_KEY"))
        return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "AWS_ACCESS_KEY_ID is not set");
    if (!self->links[kind]) self->links[kind] = make_link(self, kind, error);
    return self->links[kind] ? dynox__provider_fetch(self->links[kind], credentials, error) : error->status;
}

/* ---- the chain ---- */

static void add_reason(char *reasons, size_t size, const dynox_error *why)
{
    size_t used = strlen(reasons);
    snprintf(reasons + used, size - used, "%s%.120s", used ? "; " : "", why->message);
}

static void tell(const chain_provider *self, link_kind kind, dynox_status status, const char *why)
{
    static const char *const places[LINKS] = {"environment", "profile", "web identity", "container",
                                              "instance metadata"};
    if (self->trace) self->trace(self->trace_arg, places[kind], status, why);
}

static dynox_status walk(chain_provider *self, dynox_credentials **credentials, dynox_error *error)
{
    static const link_kind usual[LINKS] = {ENVIRONMENT, PROFILE, WEB_IDENTITY, CONTAINER, IMDS};
    static const link_kind named[LINKS] = {PROFILE, ENVIRONMENT, WEB_IDENTITY, CONTAINER, IMDS};
    const link_kind       *order        = self->profile ? named : usual;
    char                   reasons[430] = "";
    for (int i = 0; i < LINKS; i++) {
        dynox_status status = ask(self, order[i], credentials, error);
        if (status == DYNOX_OK) {
            self->delivered = true;
            self->deliverer = order[i];
        }
        tell(self, order[i], status, status == DYNOX_OK ? "" : error->message);
        if (status != DYNOX__NOT_CONFIGURED) {
            while (++i < LINKS)
                tell(self, order[i], DYNOX__NOT_CONFIGURED, "not asked");
            return status;
        }
        add_reason(reasons, sizeof reasons, error);
    }
    return dynox_error_set(error, DYNOX__NOT_CONFIGURED, "nothing is configured (%s)", reasons);
}

static dynox_status chain_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                dynox_error *error)
{
    chain_provider *self = (chain_provider *)provider;
    return self->delivered ? ask(self, self->deliverer, credentials, error) : walk(self, credentials, error);
}

static void chain_destroy(dynox_credentials_provider *provider)
{
    chain_provider *self = (chain_provider *)provider;
    for (int i = 0; i < LINKS; i++)
        dynox_credentials_provider_release(self->links[i]);
    dynox__free(self->profile);
    dynox__context_free(&self->kept);
}

static const dynox__source_class chain_class = {
    .provider = {.name = "the default chain", .load = dynox__source_load, .destroy = chain_destroy},
    .fetch    = chain_fetch};

dynox_credentials_provider *dynox__provider_chain(const char *profile, const char *region)
{
    chain_provider *made = dynox__provider_new(&chain_class.provider, sizeof *made);
    if (!made) return NULL;
    made->profile = dynox__strdup(profile);
    bool kept     = dynox__context_keep(&made->kept, &(dynox__source_context){.region = region});
    if (kept && (made->profile || !profile)) return &made->provider;
    dynox_credentials_provider_release(&made->provider);
    return NULL;
}

void dynox__chain_trace(dynox_credentials_provider *chain, dynox__chain_trace_fn fn, void *arg)
{
    chain_provider *self = (chain_provider *)chain;
    self->trace          = fn;
    self->trace_arg      = arg;
}
