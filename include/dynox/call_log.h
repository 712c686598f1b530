/* A line for each call that ends, at a level that says how it went:
 *
 *     dynox_observer *log = dynox_call_log_new(.slow_ms = 50);
 *     dynox_client   *db  = dynox_client_new(.observer = log);
 *     dynox_observer_release(log);
 *
 * Lines go where the library's log goes (dynox_set_log, log.h), or to a function of yours. Keys and values of the
 * program are not in them unless asked for. */
#ifndef DYNOX_CALL_LOG_H
#define DYNOX_CALL_LOG_H

#include <dynox/log.h>
#include <dynox/observe.h>

DYNOX_EXTERN_C_BEGIN

/* Receives one line: `text` without a newline, and what it was made of. Called as an observer is (observe.h). */
typedef void (*dynox_call_log_fn)(dynox_log_level level, const char *text, const dynox_observed *call, void *arg);

typedef struct dynox_call_log_args {
    size_t            size DYNOX_SIZE_(dynox_call_log_args);
    int64_t           slow_ms;          /* a call that took longer is a warning; 0: 100; < 0: none is */
    dynox_log_level   level;            /* the least important that is written; DYNOX_LOG_OFF (0): DYNOX_LOG_INFO */
    bool              show_keys;        /* the key of an item's operation, and the parts of a key condition, as JSON */
    bool              without_capacity; /* do not ask for consumed capacity; rcu and wcu are there where calls ask */
    dynox_call_log_fn fn;               /* NULL: the library's log, under the subject "call" */
    void             *arg;
} dynox_call_log_args;

/* An observer that writes: DYNOX_LOG_INFO for a call that succeeded, DYNOX_LOG_WARNING for a slow one and for what a
 * program is meant to handle (a condition that was not met, a cancel, a conflict), DYNOX_LOG_ERROR for every other
 * failure. It takes the place of the DEBUG line that each call has by
 * itself. Ended with dynox_observer_release. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_observer *dynox_call_log_new_with(const dynox_call_log_args *args);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_call_log_new(...)                                                                                        \
    dynox_call_log_new_with(&(dynox_call_log_args){.size = sizeof(dynox_call_log_args), __VA_ARGS__})
#endif
#endif
