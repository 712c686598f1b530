/* Variables of the environment. */
#include "aws/config/environment.h"
#include "base/ascii.h"
#include <stdlib.h>
#include <string.h>

bool dynox__is_blank(const char *text)
{
    return !text || text[strspn(text, " \t\r\n")] == 0;
}

const char *dynox__setting(const char *name)
{
    const char *value = getenv(name);
    return dynox__is_blank(value) ? NULL : value;
}

dynox_status dynox__setting_bool(const char *name, bool otherwise, bool *value, dynox_error *error)
{
    const char *text = dynox__setting(name);
    *value           = otherwise;
    if (!text) return DYNOX_OK;
    *value = dynox__ascii_same(text, "true");
    if (*value || dynox__ascii_same(text, "false")) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s must be \"true\" or \"false\", not \"%.64s\"", name, text);
}
