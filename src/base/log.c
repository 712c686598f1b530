/* Formats a line and hands it to the program's function. */
#include "base/log.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static _Atomic int  log_level;
static dynox_log_fn log_fn;
static void        *log_arg;

void dynox_set_log(dynox_log_level level, dynox_log_fn fn, void *arg)
{
    atomic_store_explicit(&log_level, DYNOX_LOG_OFF, memory_order_release);
    log_fn  = fn;
    log_arg = arg;
    atomic_store_explicit(&log_level, fn ? (int)level : DYNOX_LOG_OFF, memory_order_release);
}

bool dynox__log_wanted(dynox_log_level level)
{
    return (int)level <= atomic_load_explicit(&log_level, memory_order_acquire);
}

void dynox__log(dynox_log_level level, const char *subject, const char *format, ...)
{
    if (!dynox__log_wanted(level)) return;
    char    line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    log_fn(level, subject, line, log_arg);
}
