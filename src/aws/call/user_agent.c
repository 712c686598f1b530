/* Format 2.1: dynox/0.1.0 ua/2.1 api/dynamodb#0.1.0 os/linux md/arch#x86_64 lang/c#11 m/E,g cfg/retry-mode#standard */
#include "aws/call/user_agent.h"
#include "aws/config/environment.h"
#include <dynox/version.h>
#include <sys/utsname.h>

/* Anything that is not allowed in a value becomes a hyphen: no way to smuggle in other headers. */
static void add_value(dynox__buffer *to, const char *text)
{
    for (; *text; text++) {
        char c    = *text;
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    strchr("!$%&'*+-.^_`|~,", c) != NULL;
        dynox__buffer_byte(to, good ? c : '-');
    }
}

static const char *os_name(const struct utsname *system)
{
    if (strcmp(system->sysname, "Linux") == 0) return "linux";
    return strcmp(system->sysname, "Darwin") == 0 ? "macos" : "other";
}

size_t dynox__user_agent_write(dynox__buffer *to, const dynox__user_agent *about)
{
    static const char *const modes[] = {"", ",P", ",Q", ",R"}; /* by dynox_account_endpoints */
    struct utsname           system;
    const char              *environment = dynox__setting("AWS_EXECUTION_ENV");
    dynox__buffer_text(to, "dynox/" DYNOX_VERSION_TEXT " ua/2.1 api/");
    add_value(to, about->api);
    dynox__buffer_text(to, "#" DYNOX_VERSION_TEXT);
    if (uname(&system) == 0) {
        dynox__buffer_format(to, " os/%s#", os_name(&system));
        add_value(to, system.release);
        dynox__buffer_text(to, " md/arch#");
        add_value(to, system.machine);
    }
    dynox__buffer_text(to, " lang/c#11");
    if (environment) {
        dynox__buffer_text(to, " exec-env/");
        add_value(to, environment);
    }
    dynox__buffer_format(to, " m/%s%s%s%s", about->adaptive ? "F" : "E", about->custom_endpoint ? ",N" : "",
                         about->of_account ? ",O,T" : "", modes[about->accounts]);
    size_t letters_end = to->size;
    dynox__buffer_format(to, " cfg/retry-mode#%s", about->adaptive ? "adaptive" : "standard");
    if (about->app_id) {
        dynox__buffer_text(to, " app/");
        add_value(to, about->app_id);
    }
    return letters_end;
}
