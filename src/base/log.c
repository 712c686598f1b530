/* Formats a line and hands it to the program's function, or to stderr where DYNOX_LOG asks for it. */
#include "base/log.h"
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

/* A line stays one line, and steers no terminal: controls (C0, DEL, C1 in UTF-8) become \xNN. */
static void escape(char *line, const char *text)
{
    size_t used = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at && used < LONGEST - 1; at++) {
        bool control = *at < ' ' || *at == 0x7f || (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
        if (!control) {
            line[used++] = (char)*at;
            continue;
        }
        if (*at == 0xc2) at++;
        if (used + 4 >= LONGEST) break;
        used += (size_t)snprintf(line + used, LONGEST - used, "\\x%02x", *at);
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
