/* What the commands share: texts for terminals, and reading of options. */
#include "cli/cli.h"
#include "base/printable.h"
#include <stddef.h>
#include <string.h>

void dynox__cli_put(FILE *to, const char *text)
{
    size_t length;
    for (size_t size = strlen(text); size; text += length, size -= length) {
        if (dynox__is_printable(text, size, &length))
            fwrite(text, 1, length, to);
        else
            fputc('?', to);
    }
}

int dynox__cli_fail(const char *message)
{
    fputs("dynox: ", stderr);
    dynox__cli_put(stderr, message);
    fputc('\n', stderr);
    return DYNOX__CLI_FAILED;
}

int dynox__cli_misused(const char *what, const char *argument)
{
    fprintf(stderr, "dynox: %s", what);
    dynox__cli_put(stderr, argument);
    fputs(" (dynox --help shows what there is)\n", stderr);
    return DYNOX__CLI_USAGE;
}

char *dynox__cli_value(const char *name, int count, char **arguments, int *at, const char **missing)
{
    char  *argument = arguments[*at];
    size_t length   = strlen(name);
    if (strncmp(argument, name, length) != 0) return NULL;
    if (argument[length] == '=' && argument[length + 1]) return argument + length + 1;
    if (argument[length] && argument[length] != '=') return NULL;
    if (!argument[length] && *at + 1 < count && arguments[*at + 1][0] && arguments[*at + 1][0] != '-')
        return arguments[++*at];
    *missing = name;
    return NULL;
}
