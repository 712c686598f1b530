/* Settings: looking for them, and what they may look like. */
#include "aws/config/settings.h"
#include "aws/config/region.h"
#include "base/alloc.h"
#include "base/ascii.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *variable, *key;
} names[] = {
#define X(name, variable, key) {variable, key},
    DYNOX__SETTINGS(X)
#undef X
};

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

dynox_status dynox__settings_open(dynox__settings *settings, const char *profile, dynox_error *error)
{
    const char *name = dynox__profile_in_use(profile);
    *settings        = (dynox__settings){.name = dynox__strdup(name)};
    if (!settings->name) return no_memory(error);
    dynox_status status = dynox__profiles_load(&settings->profiles, error);
    if (status != DYNOX_OK) return status;
    settings->profile = dynox__profiles_find(settings->profiles, name);
    if (settings->profile || dynox__is_blank(profile)) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                           "there is no profile \"%.80s\" in the config or credentials file", name);
}

void dynox__settings_close(dynox__settings *settings)
{
    dynox__profiles_release(settings->profiles);
    dynox__free(settings->name);
    *settings = (dynox__settings){0};
}

dynox__found dynox__settings_look(const dynox__settings *settings, const char *variable, const char *key)
{
    dynox__found found = {.value = dynox__setting(variable)};
    if (found.value) {
        snprintf(found.source, sizeof found.source, "%s", variable);
        return found;
    }
    found.value = key ? dynox__profile_get(settings->profile, key) : NULL;
    if (found.value) snprintf(found.source, sizeof found.source, "%s of the profile \"%.80s\"", key, settings->name);
    return found;
}

dynox__found dynox__settings_find(const dynox__settings *settings, dynox__setting_id id)
{
    return dynox__settings_look(settings, names[id].variable, names[id].key);
}

/* ---- kinds of values ---- */

dynox_status dynox__settings_word(const dynox__settings *settings, dynox__setting_id id, const char *const *words,
                                  unsigned otherwise, unsigned *word, dynox_error *error)
{
    dynox__found found = dynox__settings_find(settings, id);
    char         all[128];
    size_t       used = 0;
    *word             = otherwise;
    if (!found.value) return DYNOX_OK;
    for (unsigned i = 0; words[i]; i++) {
        *word = i;
        if (dynox__ascii_same(found.value, words[i])) return DYNOX_OK;
    }
    for (unsigned i = 0; words[i] && used < sizeof all; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s\"%s\"", i ? " or " : "", words[i]);
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s is \"%.64s\"; it must be %s", found.source, found.value,
                           all);
}

dynox_status dynox__settings_bool(const dynox__settings *settings, bool given, dynox__setting_id id, bool *value,
                                  dynox_error *error)
{
    static const char *const words[] = {"false", "true", NULL};
    unsigned                 word    = 1;
    dynox_status             status  = given ? DYNOX_OK : dynox__settings_word(settings, id, words, 0, &word, error);
    *value                           = word == 1;
    return status;
}

dynox_status dynox__settings_number(const dynox__settings *settings, dynox__setting_id id, unsigned least,
                                    unsigned most, unsigned *number, dynox_error *error)
{
    dynox__found found = dynox__settings_find(settings, id);
    char        *end;
    if (!found.value) return DYNOX_OK;
    long value = strtol(found.value, &end, 10);
    if (end == found.value || *end || value < (long)least || value > (long)most)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s is \"%.40s\"; it must be a number from %u to %u",
                               found.source, found.value, least, most);
    *number = (unsigned)value;
    return DYNOX_OK;
}

/* ---- the region ---- */

/* Old names of FIPS hosts that were used as if they were regions. */
static void strip_fips(char *region, bool *fips)
{
    size_t length = strlen(region);
    if (strncmp(region, "fips-", 5) == 0) {
        memmove(region, region + 5, length - 4);
        *fips = true;
    } else if (length > 5 && strcmp(region + length - 5, "-fips") == 0) {
        region[length - 5] = 0;
        *fips              = true;
    }
}

dynox_status dynox__settings_region(const dynox__settings *settings, const char *given, char **region, bool *fips,
                                    dynox_error *error)
{
    dynox__found found = {.value = given, .source = "the region"};
    if (dynox__is_blank(given)) found = dynox__settings_look(settings, "AWS_REGION", NULL);
    if (!found.value) found = dynox__settings_look(settings, "AWS_DEFAULT_REGION", "region");
    if (!found.value)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "no region: give one, such as .region = \"eu-west-1\", or set AWS_REGION or the region "
                               "of the profile \"%.80s\"%s",
                               dynox__is_blank(settings->name) ? "default" : settings->name,
                               settings->profile ? "" : ", which does not exist");
    *region = dynox__strdup(found.value);
    if (!*region) return no_memory(error);
    strip_fips(*region, fips);
    if (dynox__is_host_label(*region)) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                           "%s is \"%.80s\", which is not the name of a region (such as \"eu-west-1\")", found.source,
                           found.value);
}

/* ---- the endpoint ---- */

static dynox_status look_in_services(const dynox__settings *settings, const char *id, char **url, dynox__found *found,
                                     dynox_error *error)
{
    const char *name = dynox__profile_get(settings->profile, "services");
    size_t      length;
    if (!name) return DYNOX_OK;
    const dynox__profile *section = dynox__profiles_section(settings->profiles, "services", name);
    if (!section)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "the profile \"%.80s\" names the section [services %.80s], which does not exist",
                               settings->name, name);
    const char *value = dynox__profile_nested(section, id, "endpoint_url", &length);
    if (!value) return DYNOX_OK;
    snprintf(found->source, sizeof found->source, "endpoint_url of %s in [services %.80s]", id, name);
    *url = dynox__strndup(value, length);
    return *url ? DYNOX_OK : no_memory(error);
}

dynox_status dynox__settings_endpoint(const dynox__settings *settings, const char *id, char **url, dynox__found *found,
                                      dynox_error *error)
{
    char variable[64];
    bool ignore;
    *url                = NULL;
    dynox_status status = dynox__settings_bool(settings, false, DYNOX__SETTING_IGNORE_ENDPOINTS, &ignore, error);
    if (status != DYNOX_OK || ignore) return status;
    snprintf(variable, sizeof variable, "AWS_ENDPOINT_URL_%s", id);
    for (char *c = variable; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 32);
    *found = dynox__settings_look(settings, variable, NULL);
    if (!found->value) *found = dynox__settings_look(settings, "AWS_ENDPOINT_URL", NULL);
    if (!found->value) status = look_in_services(settings, id, url, found, error);
    if (status != DYNOX_OK || *url) return status;
    if (!found->value) *found = dynox__settings_look(settings, "AWS_ENDPOINT_URL", "endpoint_url");
    if (!found->value) return DYNOX_OK;
    *url = dynox__strdup(found->value);
    return *url ? DYNOX_OK : no_memory(error);
}
