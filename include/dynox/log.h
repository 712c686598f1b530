/* The library's log: silent until a program, or the environment, asks for it. */
#ifndef DYNOX_LOG_H
#define DYNOX_LOG_H

#include <dynox/export.h>

DYNOX_EXTERN_C_BEGIN

typedef enum dynox_log_level {
    DYNOX_LOG_OFF = 0,
    DYNOX_LOG_ERROR,
    DYNOX_LOG_WARNING,
    DYNOX_LOG_INFO,
    DYNOX_LOG_DEBUG
} dynox_log_level;

/* Receives one line without a newline. Called from any of the library's threads, never under one of its locks; it
 * must not call the library. Secrets never appear in a line; control characters are written as \xNN. */
typedef void (*dynox_log_fn)(dynox_log_level level, const char *subject, const char *message, void *arg);

/* Sends what is at least as important as `level` to `fn`, for the whole process. NULL: no log. Call it before the
 * library's first thread starts, or any time with the same arguments. Where a program never calls it, DYNOX_LOG (off,
 * error, warning, info or debug) in the environment, read once, sends the log to stderr. */
DYNOX_API void dynox_set_log(dynox_log_level level, dynox_log_fn fn, void *arg);

DYNOX_EXTERN_C_END
#endif
