/* The dynox command: what its parts share. */
#ifndef DYNOX_CLI_CLI_H
#define DYNOX_CLI_CLI_H

#include "local/store/store.h"
#include <stdio.h>

/* What was asked for; NULL: by the settings, as in any program. */
typedef struct dynox__cli_options {
    const char *profile, *region, *endpoint;
} dynox__cli_options;

enum { DYNOX__CLI_OK = 0, DYNOX__CLI_FAILED = 1, DYNOX__CLI_USAGE = 2 };

/* The commands: they print to stdout, errors to stderr, and return the exit code. */
int dynox__cli_whoami(const dynox__cli_options *options);
int dynox__cli_ping(const dynox__cli_options *options);
/* This one has options of its own: all that stands behind its name. `open_file` opens what --db names. */
int dynox__cli_local(int count, char **arguments, dynox__store *(*open_file)(const char *path, dynox_error *error));

/* The value of an option, "--name value" or "--name=value"; *at moves to the last argument that was read. NULL: it is
 * another option, or (then *missing is set) has no value. */
char *dynox__cli_value(const char *name, int count, char **arguments, int *at, const char **missing);

/* "dynox: ..." with what is wrong with which argument, on stderr; returns DYNOX__CLI_USAGE. */
int dynox__cli_misused(const char *what, const char *argument);

/* A text from outside, which must not steer the terminal: what is not printable is shown as ?. */
void dynox__cli_put(FILE *to, const char *text);

/* "dynox: ..." on stderr; returns DYNOX__CLI_FAILED. */
int dynox__cli_fail(const char *message);

#endif
