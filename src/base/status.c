/* Names and texts of the status codes, and the version. */
#include <dynox/status.h>
#include <dynox/version.h>

const char *dynox_status_name(dynox_status status)
{
    switch (status) {
#define NAME(name, number, text)                                                                                       \
    case DYNOX_##name: return "DYNOX_" #name;
        DYNOX_STATUS_TABLE(NAME)
#undef NAME
    }
    return "DYNOX_E_UNKNOWN";
}

const char *dynox_status_text(dynox_status status)
{
    switch (status) {
#define TEXT(name, number, text)                                                                                       \
    case DYNOX_##name: return text;
        DYNOX_STATUS_TABLE(TEXT)
#undef TEXT
    }
    return "unknown status";
}

const char *dynox_version(void)
{
    return DYNOX_VERSION_TEXT;
}
