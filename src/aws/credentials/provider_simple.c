/* The providers that need neither files nor the network: given credentials, the environment, and the program's own
 * code. */
#include "aws/config/environment.h"
#include "aws/credentials/credentials.h"
#include "base/alloc.h"
#include "base/date.h"

/* ---- given ---- */

typedef struct static_provider {
    dynox_credentials_provider provider;
    dynox_credentials         *set;
} static_provider;

static dynox__credentials *static_now(dynox_credentials_provider *self, dynox_error *error)
{
    return dynox__credentials_freeze(((static_provider *)self)->set, "the program", error);
}

static void static_destroy(dynox_credentials_provider *self)
{
    dynox_credentials_free(((static_provider *)self)->set);
}

static const dynox__provider_class static_class = {
    .name = "the program", .feature = "e", .fixed = true, .now = static_now, .destroy = static_destroy};

static const dynox__provider_class profile_class = {
    .name = "the program", .feature = "n", .fixed = true, .now = static_now, .destroy = static_destroy};

static dynox_credentials_provider *make_static(const dynox__provider_class *class_,
                                               const dynox_credentials     *credentials)
{
    static const dynox_credentials none;
    static_provider               *made = dynox__provider_new(class_, sizeof *made);
    if (!made) return NULL;
    made->set = dynox_credentials_copy(credentials ? credentials : &none);
    if (made->set) return &made->provider;
    dynox_credentials_provider_release(&made->provider);
    return NULL;
}

dynox_credentials_provider *dynox_credentials_static(const dynox_credentials *credentials)
{
    return make_static(&static_class, credentials);
}

dynox_credentials_provider *dynox__credentials_of_profile(const dynox_credentials *credentials)
{
    return make_static(&profile_class, credentials);
}

/* ---- the environment ---- */

static dynox__credentials *environment_now(dynox_credentials_provider *self, dynox_error *error)
{
    dynox_credentials set   = {.access_key_id     = dynox__setting("AWS_ACCESS_KEY_ID"),
                               .secret_access_key = dynox__setting("AWS_SECRET_ACCESS_KEY"),
                               .session_token     = dynox__setting("AWS_SESSION_TOKEN"),
                               .account_id        = dynox__setting("AWS_ACCOUNT_ID")};
    const char       *end   = dynox__setting("AWS_CREDENTIAL_EXPIRATION");
    const char       *wrong = NULL;
    (void)self;
    if (!set.access_key_id && !set.secret_access_key)
        wrong = "AWS_ACCESS_KEY_ID is not set (set it and AWS_SECRET_ACCESS_KEY, or give the client other credentials)";
    else if (!set.access_key_id)
        wrong = "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not";
    else if (!set.secret_access_key)
        wrong = "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not";
    else if (end && !dynox__iso8601(end, &set.expires_at))
        wrong = "AWS_CREDENTIAL_EXPIRATION is not a time such as 2026-01-31T12:00:00Z";
    if (!wrong) return dynox__credentials_freeze(&set, "the environment", error);
    dynox_error_set(error, DYNOX_E_CREDENTIALS, "no usable credentials: %s", wrong);
    return NULL;
}

static const dynox__provider_class environment_class = {
    .name = "the environment", .feature = "g", .now = environment_now};

dynox_credentials_provider *dynox_credentials_environment(void)
{
    return dynox__provider_new(&environment_class, sizeof(dynox_credentials_provider));
}

/* ---- the program's own code ---- */

static const int64_t longest_fetch_ms = 60000; /* from when the callback has returned: nobody waits for ever */

typedef struct custom_provider {
    dynox_credentials_provider provider;
    dynox_credentials_fn       fn;
    void                      *arg;
    void (*release)(void *arg);
} custom_provider;

static dynox_future *custom_load(dynox_credentials_provider *self)
{
    custom_provider *custom = (custom_provider *)self;
    dynox_future    *future = custom->fn(custom->arg);
    if (!future) return dynox_future_of(dynox_fail(DYNOX_E_CREDENTIALS));
    return dynox_future_done(future) ? future : dynox_timeout(future, longest_fetch_ms);
}

static void custom_destroy(dynox_credentials_provider *self)
{
    custom_provider *custom = (custom_provider *)self;
    if (custom->release) custom->release(custom->arg);
}

static const dynox__provider_class custom_class = {
    .name = "the program's credentials callback", .feature = "e", .load = custom_load, .destroy = custom_destroy};

dynox_credentials_provider *dynox_credentials_custom(dynox_credentials_fn fn, void *arg, void (*release)(void *arg))
{
    custom_provider *made = fn ? dynox__provider_new(&custom_class, sizeof *made) : NULL;
    if (!made) return NULL;
    made->fn      = fn;
    made->arg     = arg;
    made->release = release;
    return &made->provider;
}
