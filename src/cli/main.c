/* dynox-client, which is all commands of dynox: reads its arguments and runs what they ask for. */
#include "cli/cli.h"
#include <dynox/version.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: dynox COMMAND [option...]\n"
    "\n"
    "  whoami               which credentials are used and where they come from, whose they are,\n"
    "                       and where requests go\n"
    "  ping                 does DynamoDB answer?\n"
    "  local                a DynamoDB on this machine, for any SDK; dynox local --help shows its options\n"
    "\n"
    "  --profile NAME       of ~/.aws/config and ~/.aws/credentials, instead of AWS_PROFILE\n"
    "  --region REGION      instead of AWS_REGION and the profile's\n"
    "  --endpoint-url URL   where DynamoDB is, instead of AWS_ENDPOINT_URL_DYNAMODB and the like\n"
    "  --help, --version\n"
    "\n"
    "Exit codes: 0 it worked, 1 it did not, 2 the arguments were wrong.\n";

typedef struct command {
    const char *name;
    int (*run)(const dynox__cli_options *options);
} command;

static const command commands[] = {{"whoami", dynox__cli_whoami}, {"ping", dynox__cli_ping}};

/* false: it is not an option of ours. */
static bool read_option(dynox__cli_options *options, int count, char **arguments, int *at, const char **missing)
{
    const struct {
        const char  *name;
        const char **to;
    } known[] = {
        {"--profile", &options->profile}, {"--region", &options->region}, {"--endpoint-url", &options->endpoint}};
    for (size_t i = 0; i < sizeof known / sizeof known[0] && !*missing; i++) {
        const char *value = dynox__cli_value(known[i].name, count, arguments, at, missing);
        if (value) *known[i].to = value;
        if (value || *missing) return true;
    }
    return false;
}

int main(int count, char **arguments)
{
    dynox__cli_options options = {0};
    const command     *chosen  = NULL;
    const char        *missing = NULL;
#ifdef DYNOX__CLI_LOCAL
    if (count > 1 && strcmp(arguments[1], "local") == 0)
        return dynox__cli_local(count - 2, arguments + 2, dynox__store_file);
#endif
    for (int i = 1; i < count; i++) {
        const char *argument = arguments[i];
        if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) return fputs(usage, stdout) < 0;
        if (strcmp(argument, "--version") == 0) return printf("dynox %s\n", dynox_version()) < 0;
        if (read_option(&options, count, arguments, &i, &missing)) {
            if (missing) return dynox__cli_misused("a value is missing behind ", missing);
            continue;
        }
        if (argument[0] == '-') return dynox__cli_misused("there is no option ", argument);
        if (chosen) return dynox__cli_misused("one command is enough; there is another one: ", argument);
        for (size_t j = 0; j < sizeof commands / sizeof commands[0]; j++)
            if (strcmp(argument, commands[j].name) == 0) chosen = &commands[j];
        if (!chosen) return dynox__cli_misused("there is no command ", argument);
    }
    if (chosen) return chosen->run(&options);
    fputs(usage, stderr);
    return DYNOX__CLI_USAGE;
}
