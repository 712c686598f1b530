/* Formats a line and hands it to the program's function, or to stderr where DYNOX_LOG asks for it. */
#include "base/log.h"
#include "base/printable.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNREAD = -1, LONGEST = 1024 };

static _Atomic int  log_level = UNREAD; /* until the program or the environment has said it */
static dynox_log_fn log_fn;             /* NULL: stderr */
static void        *log_arg;

static const char *const level_names[] = {"off", "error", "warning", "info", "debug"};

void dynox_set_log(dynox_log_level level, dynox_log_fn fn, void *arg)
{
    atomic_store_explicit(&log_level, DYNOX_LOG_OFF, memory_order_release);
    log_fn  = fn;
    log_arg = arg;
    atomic_store_explicit(&log_level, fn ? (int)level : DYNOX_LOG_OFF, memory_order_release);
}

/* What is no level is off: a library must not complain where nobody asked for its words. */
static int read_environment(void)
{
    const char *wish  = getenv("DYNOX_LOG");
    int         level = DYNOX_LOG_OFF, unread = UNREAD;
    for (int i = DYNOX_LOG_OFF; wish && i <= DYNOX_LOG_DEBUG; i++)
        if (strcmp(wish, level_names[i]) == 0) level = i;
    return atomic_compare_exchange_strong(&log_level, &unread, level) ? level : unread;
}

bool dynox__log_wanted(dynox_log_level level)
{
    int wanted = atomic_load_explicit(&log_level, memory_order_acquire);
    return (int)level <= (wanted == UNREAD ? read_environment() : wanted);
}

/* A line stays one line, and steers no terminal: the bytes of what is not printable become \xNN. */
static void escape(char line[LONGEST], const char *text)
{
    size_t used = 0, length;
    for (size_t left = strlen(text); left; text += length, left -= length) {
        bool   plain = dynox__is_printable(text, left, &length);
        size_t room  = plain ? length : 4 * length;
        if (used + room >= LONGEST) break;
        for (size_t i = 0; i < length && !plain; i++)
            snprintf(line + used + 4 * i, LONGEST - used - 4 * i, "\\x%02x", (unsigned char)text[i]);
        if (plain) memcpy(line + used, text, length);
        used += room;
    }
    line[used] = 0;
}

void dynox__log(dynox_log_level level, const char *subject, const char *format, ...)
{
    if (!dynox__log_wanted(level)) return;
    char    text[LONGEST], line[LONGEST];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    escape(line, text);
    if (log_fn)
        log_fn(level, subject, line, log_arg);
    else
        fprintf(stderr, "dynox: %s: %s: %s\n", level_names[level], subject, line);
}
