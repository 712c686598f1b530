/* Status codes: what a call came to, as a number to switch on. Names and texts come from the same table. */
#ifndef DYNOX_STATUS_H
#define DYNOX_STATUS_H

#include <dynox/export.h>

/* X(name, number, text). Numbers never change; new ones are added at the end of their group, so treat an unknown
 * number as DYNOX_E_SERVICE. */
#define DYNOX_STATUS_TABLE(X)                                                                                          \
    X(OK, 0, "success")                                                                                                \
    /* futures and threads */                                                                                          \
    X(E_CANCELLED, 1, "cancelled")                                                                                     \
    X(E_TIMEOUT, 2, "timed out")                                                                                       \
    X(E_DEADLOCK, 3, "waiting here would never end: this thread is the one that must make progress")                   \
    X(E_TYPE, 4, "the future holds a value of another type")                                                           \
    X(E_TAKEN, 5, "the value was already taken")                                                                       \
    X(E_SHUTDOWN, 6, "the object was shut down")                                                                       \
    X(E_FORKED, 7, "made before fork(): unusable in the child process")                                                \
    X(E_ABANDONED, 8, "the producer went away without a result")                                                       \
    X(E_END, 9, "no more items")                                                                                       \
    X(E_BUSY, 10, "too many calls are waiting already")                                                                \
    X(E_PENDING, 11, "not done yet")                                                                                   \
    /* the program and its machine */                                                                                  \
    X(E_NO_MEMORY, 20, "out of memory")                                                                                \
    X(E_ARGUMENT, 21, "invalid argument")                                                                              \
    X(E_VALUE, 22, "invalid value")                                                                                    \
    X(E_EXPRESSION, 23, "invalid expression")                                                                          \
    X(E_CONFIGURATION, 24, "invalid configuration")                                                                    \
    X(E_CREDENTIALS, 25, "no usable credentials")                                                                      \
    X(E_SYSTEM, 26, "the operating system refused")                                                                    \
    X(E_INTERNAL, 27, "internal error: please report it")                                                              \
    /* the way to the service */                                                                                       \
    X(E_CONNECT, 40, "could not connect")                                                                              \
    X(E_TLS, 41, "the TLS handshake failed")                                                                           \
    X(E_TRANSPORT, 42, "the connection was lost or the answer was not valid HTTP")                                     \
    X(E_CHECKSUM, 43, "the answer was damaged on its way (CRC32)")                                                     \
    X(E_DECODE, 44, "the answer could not be decoded")                                                                 \
    /* what the service answered */                                                                                    \
    X(E_SERVICE, 60, "the service refused the request")                                                                \
    X(E_THROTTLED, 61, "throttled")                                                                                    \
    X(E_SERVER, 62, "the service failed")                                                                              \
    X(E_NOT_FOUND, 63, "no such table, index or resource")                                                             \
    X(E_IN_USE, 64, "the resource exists or is in use")                                                                \
    X(E_CONDITION_FAILED, 65, "the condition was not met")                                                             \
    X(E_VALIDATION, 66, "the service found the request invalid")                                                       \
    X(E_ACCESS_DENIED, 67, "access denied")                                                                            \
    X(E_EXPIRED_TOKEN, 68, "the security token is expired or unknown")                                                 \
    X(E_TRANSACTION_CANCELLED, 69, "the transaction was cancelled")                                                    \
    X(E_TRANSACTION_CONFLICT, 70, "the item is part of a running transaction")                                         \
    X(E_TRANSACTION_IN_PROGRESS, 71, "a transaction with this token is still running")                                 \
    X(E_IDEMPOTENT_MISMATCH, 72, "this token was used for another request")                                            \
    X(E_COLLECTION_TOO_LARGE, 73, "the item collection is too large")                                                  \
    X(E_TOO_LARGE, 74, "the request is too large")                                                                     \
    X(E_DUPLICATE_ITEM, 75, "an item with this key exists")                                                            \
    X(E_BAD_SIGNATURE, 76, "the service did not accept the signature")                                                 \
    X(E_PARTIAL, 77, "only a part of it was done")

typedef enum dynox_status {
#define DYNOX_STATUS_ENUM_(name, number, text) DYNOX_##name = number,
    DYNOX_STATUS_TABLE(DYNOX_STATUS_ENUM_)
#undef DYNOX_STATUS_ENUM_
} dynox_status;

DYNOX_EXTERN_C_BEGIN

/* The name of a status, such as "DYNOX_E_THROTTLED"; "DYNOX_E_UNKNOWN" for a number this library does not know.
 * Static text. Any thread. */
DYNOX_API const char *dynox_status_name(dynox_status status);

/* One line of English for a status. Static text. Any thread. */
DYNOX_API const char *dynox_status_text(dynox_status status);

DYNOX_EXTERN_C_END
#endif
