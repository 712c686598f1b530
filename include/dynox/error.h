/* Errors are values: a status to switch on, and here everything a person needs to understand it. */
#ifndef DYNOX_ERROR_H
#define DYNOX_ERROR_H

#include <dynox/export.h>
#include <dynox/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

DYNOX_EXTERN_C_BEGIN

struct dynox_item;

/* Why one action of a cancelled transaction failed; code is "None" for an action that did not. Borrowed from its
 * dynox_error. */
typedef struct dynox_cancellation_reason {
    const char              *code;
    const char              *message; /* NULL: the service gave none */
    const struct dynox_item *item;    /* the stored item, if it was asked for; else NULL */
} dynox_cancellation_reason;

/* What went wrong. Zero it before use (`dynox_error err = {0}`); functions that take one overwrite it on failure and
 * leave it alone on success.
 *
 * The texts live inside, so most errors need no cleaning up. Only an error with an item or reasons owns memory: call
 * dynox_error_clear() where you asked for those; it is harmless on any other. */
typedef struct dynox_error {
    dynox_status status;
    int          http_status;      /* 0: there was no answer */
    unsigned     attempts;         /* how often the request was sent */
    bool         retryable;        /* the same call may succeed later */
    bool         may_have_applied; /* a write: the service may have done it although it is reported as failed */
    char         code[64];         /* the service's name of the error, such as "ValidationException"; else empty */
    char         request_id[64];   /* the service's id of the request; else empty */
    char         message[512];     /* English, no newline; cut with "..." when longer */
    const struct dynox_item         *item;    /* the item that failed a condition, if it was asked for; else NULL */
    const dynox_cancellation_reason *reasons; /* one for each action of a cancelled transaction; else NULL */
    size_t                           reason_count;
    void                            *owned_; /* the library's: keeps item and reasons alive */
} dynox_error;

/* Frees what the error owns and zeroes it. NULL is fine. */
DYNOX_API void dynox_error_clear(dynox_error *error);

/* Copies an error over `to`, whose old one is cleared; `to` shares the item and the reasons, and must be cleared like
 * the original. Threads may copy one error at once. */
DYNOX_API void dynox_error_copy(dynox_error *to, const dynox_error *from);

/* Writes one line: status, code, message, HTTP status, request id and attempts, as far as they are known. `error` is
 * not NULL. Any thread. */
DYNOX_API void dynox_error_print(FILE *to, const dynox_error *error);

/* Fills an error from a status and a printf format, and returns the status. For your own functions that report the
 * way the library does. `error` may be NULL; its old texts may be among the arguments ("loading a user: %s"). Control
 * characters become spaces. */
DYNOX_API dynox_status dynox_error_set(dynox_error *error, dynox_status status, const char *format, ...)
    DYNOX_PRINTF(3, 4);

DYNOX_EXTERN_C_END
#endif
