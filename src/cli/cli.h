/* The dynox command: what its parts share. */
#ifndef DYNOX_CLI_CLI_H
#define DYNOX_CLI_CLI_H

#include <stdio.h>

/* What was asked for; NULL: by the settings, as in any program. */
typedef struct dynox__cli_options {
    const char *profile, *region, *endpoint;
} dynox__cli_options;

enum { DYNOX__CLI_OK = 0, DYNOX__CLI_FAILED = 1, DYNOX__CLI_USAGE = 2 };

/* The commands: they print to stdout, errors to stderr, and return the exit code. */
int dynox__cli_whoami(const dynox__cli_options *options);
int dynox__cli_ping(const dynox__cli_options *options);

/* A text from outside, which must not steer the terminal: what is not printable is shown as ?. */
void dynox__cli_put(FILE *to, const char *text);

/* "dynox: ..." on stderr; returns DYNOX__CLI_FAILED. */
int dynox__cli_fail(const char *message);

#endif
