/* What a request is refused with: the error as the service would send it. */
#ifndef DYNOX_LOCAL_WIRE_REFUSAL_H
#define DYNOX_LOCAL_WIRE_REFUSAL_H

#include "base/arena.h"
#include <dynox/export.h>

/* X(symbol, name in __type, shape's namespace, HTTP status) */
#define DYNOX__REFUSAL_TABLE(X)                                                                                        \
    X(VALIDATION, "ValidationException", "com.amazon.coral.validate", 400)                                             \
    X(SERIALIZATION, "SerializationException", "com.amazon.coral.service", 400)                                        \
    X(UNKNOWN_OPERATION, "UnknownOperationException", "com.amazon.coral.service", 400)                                 \
    X(RESOURCE_NOT_FOUND, "ResourceNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                        \
    X(RESOURCE_IN_USE, "ResourceInUseException", "com.amazonaws.dynamodb.v20120810", 400)                              \
    X(CONDITION_FAILED, "ConditionalCheckFailedException", "com.amazonaws.dynamodb.v20120810", 400)                    \
    X(TRANSACTION_CANCELED, "TransactionCanceledException", "com.amazonaws.dynamodb.v20120810", 400)                   \
    X(TRANSACTION_CONFLICT, "TransactionConflictException", "com.amazonaws.dynamodb.v20120810", 400)                   \
    X(TRANSACTION_IN_PROGRESS, "TransactionInProgressException", "com.amazonaws.dynamodb.v20120810", 400)              \
    X(IDEMPOTENT_MISMATCH, "IdempotentParameterMismatchException", "com.amazonaws.dynamodb.v20120810", 400)            \
    X(DUPLICATE_ITEM, "DuplicateItemException", "com.amazonaws.dynamodb.v20120810", 400)                               \
    X(LIMIT_EXCEEDED, "LimitExceededException", "com.amazonaws.dynamodb.v20120810", 400)                               \
    X(ITEM_COLLECTION_SIZE, "ItemCollectionSizeLimitExceededException", "com.amazonaws.dynamodb.v20120810", 400)       \
    X(THROUGHPUT_EXCEEDED, "ProvisionedThroughputExceededException", "com.amazonaws.dynamodb.v20120810", 400)          \
    X(THROTTLING, "ThrottlingException", "com.amazon.coral.availability", 400)                                         \
    X(TABLE_NOT_FOUND, "TableNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                              \
    X(TABLE_EXISTS, "TableAlreadyExistsException", "com.amazonaws.dynamodb.v20120810", 400)                            \
    X(BACKUP_NOT_FOUND, "BackupNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                            \
    X(POLICY_NOT_FOUND, "PolicyNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                            \
    X(EXPORT_NOT_FOUND, "ExportNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                            \
    X(IMPORT_NOT_FOUND, "ImportNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                            \
    X(GLOBAL_TABLE_NOT_FOUND, "GlobalTableNotFoundException", "com.amazonaws.dynamodb.v20120810", 400)                 \
    X(RESTORE_TIME, "InvalidRestoreTimeException", "com.amazonaws.dynamodb.v20120810", 400)                            \
    X(NO_RECOVERY, "PointInTimeRecoveryUnavailableException", "com.amazonaws.dynamodb.v20120810", 400)                 \
    X(EXPIRED_ITERATOR, "ExpiredIteratorException", "com.amazonaws.dynamodb.v20120810", 400)                           \
    X(TRIMMED, "TrimmedDataAccessException", "com.amazonaws.dynamodb.v20120810", 400)                                  \
    X(MISSING_TOKEN, "MissingAuthenticationTokenException", "com.amazon.coral.service", 400)                           \
    X(INCOMPLETE_SIGNATURE, "IncompleteSignatureException", "com.amazon.coral.service", 400)                           \
    X(UNRECOGNIZED_CLIENT, "UnrecognizedClientException", "com.amazon.coral.service", 400)                             \
    X(INVALID_SIGNATURE, "InvalidSignatureException", "com.amazon.coral.service", 400)                                 \
    X(ACCESS_DENIED, "AccessDeniedException", "com.amazon.coral.service", 400)                                         \
    X(INTERNAL, "InternalServerError", "com.amazonaws.dynamodb.v20120810", 500)                                        \
    X(UNAVAILABLE, "ServiceUnavailable", "com.amazon.coral.availability", 503)

typedef enum dynox__refusal_type {
    DYNOX__REFUSAL_NONE,
#define DYNOX__REFUSAL_ENUM(symbol, name, space, http) DYNOX__REFUSAL_##symbol,
    DYNOX__REFUSAL_TABLE(DYNOX__REFUSAL_ENUM)
#undef DYNOX__REFUSAL_ENUM
} dynox__refusal_type;

/* Zero is none. The texts live in the arena of the request. */
typedef struct dynox__refusal {
    dynox__refusal_type type;
    const char         *message; /* UTF-8, not escaped; NULL: the error has none */
    size_t              length;
    const char         *members; /* more of the answer as JSON, with a comma in front: ,"Item":{...}; NULL: none */
    size_t              members_length;
} dynox__refusal;

/* Sets it, unless one is there already: the first one counts. Returns false, for `return dynox__refuse(...)`. Out of
 * memory: INTERNAL. */
bool dynox__refuse(dynox__refusal *refusal, dynox__arena *arena, dynox__refusal_type type, const char *format, ...)
    DYNOX_PRINTF(4, 5);
/* The same with bytes that printf cannot take (NUL inside): texts one behind the other are for the caller to join. */
bool dynox__refuse_text(dynox__refusal *refusal, dynox__arena *arena, dynox__refusal_type type, const char *text,
                        size_t length);
bool dynox__refuse_memory(dynox__refusal *refusal); /* INTERNAL, "out of memory" */

const char *dynox__refusal_name(dynox__refusal_type type);  /* "ValidationException" */
const char *dynox__refusal_space(dynox__refusal_type type); /* "com.amazon.coral.validate" */
int         dynox__refusal_http(dynox__refusal_type type);  /* 400 */

#endif
