/* A failure is a dynox_error on the heap, counted and immutable: futures pass it along without copying. */
#ifndef DYNOX_BASE_FAILURE_H
#define DYNOX_BASE_FAILURE_H

#include "base/shared.h"
#include <dynox/error.h>
#include <stdarg.h>

typedef struct dynox__failure {
    dynox__shared shared;
    dynox_error   error;
} dynox__failure;

/* Copies `error` (which the caller may then clear). NULL when out of memory: the status alone has to do then. */
dynox__failure *dynox__failure_new(const dynox_error *error);
dynox__failure *dynox__failure_acquire(dynox__failure *failure); /* NULL is fine */
void            dynox__failure_release(dynox__failure *failure); /* NULL is fine */

/* Makes `owner` what keeps error->item and error->reasons alive; takes the caller's reference. */
void dynox__error_own(dynox_error *error, dynox__shared *owner);

/* Puts other words in the place of the message, which may be among the arguments, and leaves the rest as it is. */
void dynox__error_reword(dynox_error *error, const char *format, ...) DYNOX_PRINTF(2, 3);

dynox_status dynox__error_setv(dynox_error *error, dynox_status status, const char *format, va_list args);

#endif
