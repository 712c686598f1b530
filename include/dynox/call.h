/* Any operation of the service, also one that this library has no function for: JSON text in, JSON text out. */
#ifndef DYNOX_CALL_H
#define DYNOX_CALL_H

#include <dynox/operation.h>

DYNOX_EXTERN_C_BEGIN

/* An answer as the service sent it. Freed with dynox_answer_free, and then its text is gone. */
typedef struct dynox_answer {
    const char *json;   /* one object, in valid UTF-8, with a NUL behind it */
    size_t      length; /* without that */
    void       *owner_;
} dynox_answer;

/* NULL is fine. */
DYNOX_API void dynox_answer_free(dynox_answer *answer);

typedef struct dynox_call_args {
    size_t                 size DYNOX_SIZE_(dynox_call_args);
    const char            *operation; /* "DescribeExport": 1 to 64 letters and digits */
    const char            *json;      /* the request: one object; NULL: {} */
    dynox_answer         **out;       /* sync_ only: yours to free */
    size_t                 length;    /* of json; 0: to its NUL */
    dynox_ambiguous_writes ambiguous_writes;
    DYNOX_CALL_FIELDS_
} dynox_call_args;

/* Sends a request of DynamoDB's own API with the same signature, retries, errors and deadline as all others. The
 * future's value is a dynox_answer to free; where the service sends no body (TagResource), it is {}.
 *
 * What it is, is told by the name. One that begins with Describe, List, Get, BatchGet, TransactGet, Query, Scan or
 * Search is a read. Every other one, known or not, is a write: when its answer was lost it may have been applied, and
 * .ambiguous_writes has its say, unless the request has a ClientRequestToken or a ClientToken.
 *
 * DYNOX_E_ARGUMENT, and nothing is sent: a name of something else, text that is not one JSON object in UTF-8 (the
 * message says where), nested more than 160 deep. DYNOX_E_TOO_LARGE: over 16 MiB, which the service does not take. What
 * is in the object is for the service to judge. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_call_with(dynox_client *client, const dynox_call_args *args);
DYNOX_API dynox_status                 dynox_sync_call_with(dynox_client *client, const dynox_call_args *args);

extern DYNOX_API const dynox_type dynox_type_answer; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_9_
#define DYNOX_TYPES_9_ struct dynox_answer * : &dynox_type_answer,

/* dynox_call(db, "DescribeEndpoints", NULL)
 * dynox_call(db, "DescribeExport", "{\"ExportArn\":\"arn:...\"}", .deadline_ms = 5000)
 * dynox_sync_call(db, "DescribeExport", json, &answer, .error = &err) */
#define dynox_call(client, operation_, ...)                                                                            \
    dynox_at_(dynox_call_with((client), &(dynox_call_args){.size      = sizeof(dynox_call_args),                       \
                                                           .operation = (operation_),                                  \
                                                           .json      = __VA_ARGS__}),                                      \
              DYNOX_HERE_)
#define dynox_sync_call(client, operation_, ...)                                                                       \
    dynox_sync_call_with(                                                                                              \
        (client), &(dynox_call_args){.size = sizeof(dynox_call_args), .operation = (operation_), .json = __VA_ARGS__})
#endif
#endif
