/* The region: where it is set, what it may look like, and which partition it is in. */
#include "aws/endpoint.h"
#include <stdlib.h>
#include <strings.h>

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == 0;
}

const char *dynox__setting(const char *name)
{
    const char *value = getenv(name);
    return value && !is_blank(value) ? value : NULL;
}

dynox_status dynox__setting_bool(const char *name, bool otherwise, bool *value, dynox_error *error)
{
    const char *text = dynox__setting(name);
    *value           = otherwise;
    if (!text) return DYNOX_OK;
    *value = strcasecmp(text, "true") == 0;
    if (*value || strcasecmp(text, "false") == 0) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s must be \"true\" or \"false\", not \"%.64s\"", name, text);
}

bool dynox__is_host_label(const char *text)
{
    size_t length = strlen(text);
    bool   other  = false; /* than digits */
    if (length < 1 || length > 63 || text[0] == '-' || text[length - 1] == '-') return false;
    for (size_t i = 0; i < length; i++) {
        char c     = text[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && c != '-' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')) return false;
        other = other || !digit;
    }
    return other;
}

dynox_status dynox__region(const char *given, char **region, dynox_error *error)
{
    const char *source = "the region";
    const char *text   = given && !is_blank(given) ? given : NULL;
    if (!text && (text = dynox__setting("AWS_REGION")) != NULL) source = "AWS_REGION";
    if (!text && (text = dynox__setting("AWS_DEFAULT_REGION")) != NULL) source = "AWS_DEFAULT_REGION";
    if (!text)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "no region: give one, such as .region = \"eu-west-1\", or set AWS_REGION");
    if (!dynox__is_host_label(text))
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "%s is \"%.80s\", which is not the name of a region (such as \"eu-west-1\")", source,
                               text);
    *region = dynox__strdup(text);
    return *region ? DYNOX_OK : dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

const char *dynox__dns_suffix(const char *region)
{
    static const struct {
        const char *start, *suffix;
    } partitions[] = {{"cn-", "amazonaws.com.cn"},   {"eusc-de-", "amazonaws.eu"},   {"us-iso-", "c2s.ic.gov"},
                      {"us-isob-", "sc2s.sgov.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}, {"us-isof-", "csp.hci.ic.gov"}};
    for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
        if (strncmp(region, partitions[i].start, strlen(partitions[i].start)) == 0) return partitions[i].suffix;
    return "amazonaws.com";
}
