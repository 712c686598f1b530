/* The names of service errors: what each means to a program, and whether sending again helps. One table, so that status
 * and retry class can't drift. Sources: the DynamoDB API reference, "Error handling", and the retry lists that the
 * official SDKs share. */
#ifndef DYNOX_AWS_RETRY_SERVICE_CODE_H
#define DYNOX_AWS_RETRY_SERVICE_CODE_H

#include <dynox/status.h>

/* What may be done about a failed attempt. */
typedef enum dynox__retry_class {
    DYNOX__RETRY_NEVER,
    DYNOX__RETRY_TRANSIENT,
    DYNOX__RETRY_THROTTLING,
    DYNOX__RETRY_SKEW,       /* only if the clock is found to be wrong; transient then */
    DYNOX__RETRY_CREDENTIALS /* once, with other credentials */
} dynox__retry_class;

/* X(code, status, class). The commonest first. */
#define DYNOX__SERVICE_CODES(X)                                                                                        \
    X("ConditionalCheckFailedException", E_CONDITION_FAILED, NEVER)                                                    \
    X("ProvisionedThroughputExceededException", E_THROTTLED, THROTTLING)                                               \
    X("ThrottlingException", E_THROTTLED, THROTTLING)                                                                  \
    X("RequestLimitExceeded", E_THROTTLED, THROTTLING)                                                                 \
    X("ValidationException", E_VALIDATION, NEVER)                                                                      \
    X("ResourceNotFoundException", E_NOT_FOUND, NEVER)                                                                 \
    X("TransactionCanceledException", E_TRANSACTION_CANCELLED, NEVER)                                                  \
    X("TransactionConflictException", E_TRANSACTION_CONFLICT, NEVER)                                                   \
    X("TransactionInProgressException", E_TRANSACTION_IN_PROGRESS, THROTTLING)                                         \
    X("IdempotentParameterMismatchException", E_IDEMPOTENT_MISMATCH, NEVER)                                            \
    X("DuplicateItemException", E_DUPLICATE_ITEM, NEVER)                                                               \
    X("ItemCollectionSizeLimitExceededException", E_COLLECTION_TOO_LARGE, NEVER)                                       \
    X("InternalServerError", E_SERVER, TRANSIENT)                                                                      \
    X("InternalFailure", E_SERVER, TRANSIENT)                                                                          \
    X("InternalError", E_SERVER, TRANSIENT)                                                                            \
    X("ServiceUnavailable", E_SERVER, TRANSIENT)                                                                       \
    X("ServiceUnavailableException", E_SERVER, TRANSIENT)                                                              \
    X("RequestTimeout", E_SERVER, TRANSIENT)                                                                           \
    X("RequestTimeoutException", E_SERVER, TRANSIENT)                                                                  \
    X("IDPCommunicationError", E_SERVER, TRANSIENT)                                                                    \
    X("ReplicatedWriteConflictException", E_TRANSACTION_CONFLICT, TRANSIENT)                                           \
    X("LimitExceededException", E_THROTTLED, THROTTLING)                                                               \
    X("Throttling", E_THROTTLED, THROTTLING)                                                                           \
    X("ThrottledException", E_THROTTLED, THROTTLING)                                                                   \
    X("RequestThrottledException", E_THROTTLED, THROTTLING)                                                            \
    X("RequestThrottled", E_THROTTLED, THROTTLING)                                                                     \
    X("TooManyRequestsException", E_THROTTLED, THROTTLING)                                                             \
    X("BandwidthLimitExceeded", E_THROTTLED, THROTTLING)                                                               \
    X("SlowDown", E_THROTTLED, THROTTLING)                                                                             \
    X("PriorRequestNotComplete", E_THROTTLED, THROTTLING)                                                              \
    X("EC2ThrottledException", E_THROTTLED, THROTTLING)                                                                \
    X("AccessDeniedException", E_ACCESS_DENIED, SKEW)                                                                  \
    X("AccessDenied", E_ACCESS_DENIED, SKEW)                                                                           \
    X("MissingAuthenticationTokenException", E_ACCESS_DENIED, NEVER)                                                   \
    X("InvalidSignatureException", E_BAD_SIGNATURE, SKEW)                                                              \
    X("SignatureDoesNotMatch", E_BAD_SIGNATURE, SKEW)                                                                  \
    X("AuthFailure", E_BAD_SIGNATURE, SKEW)                                                                            \
    X("RequestTimeTooSkewed", E_BAD_SIGNATURE, SKEW)                                                                   \
    X("IncompleteSignatureException", E_BAD_SIGNATURE, NEVER)                                                          \
    X("UnrecognizedClientException", E_EXPIRED_TOKEN, CREDENTIALS)                                                     \
    X("InvalidAccessKeyId", E_EXPIRED_TOKEN, CREDENTIALS)                                                              \
    X("ExpiredTokenException", E_EXPIRED_TOKEN, CREDENTIALS)                                                           \
    X("ExpiredToken", E_EXPIRED_TOKEN, CREDENTIALS)                                                                    \
    X("RequestEntityTooLarge", E_TOO_LARGE, NEVER)                                                                     \
    X("SerializationException", E_VALIDATION, NEVER)                                                                   \
    X("UnknownOperationException", E_SERVICE, NEVER)                                                                   \
    X("TableNotFoundException", E_NOT_FOUND, NEVER)                                                                    \
    X("IndexNotFoundException", E_NOT_FOUND, NEVER)                                                                    \
    X("BackupNotFoundException", E_NOT_FOUND, NEVER)                                                                   \
    X("ExportNotFoundException", E_NOT_FOUND, NEVER)                                                                   \
    X("ImportNotFoundException", E_NOT_FOUND, NEVER)                                                                   \
    X("PolicyNotFoundException", E_NOT_FOUND, NEVER)                                                                   \
    X("ReplicaNotFoundException", E_NOT_FOUND, NEVER)                                                                  \
    X("GlobalTableNotFoundException", E_NOT_FOUND, NEVER)                                                              \
    X("ResourceInUseException", E_IN_USE, NEVER)                                                                       \
    X("TableInUseException", E_IN_USE, NEVER)                                                                          \
    X("TableAlreadyExistsException", E_IN_USE, NEVER)                                                                  \
    X("BackupInUseException", E_IN_USE, NEVER)                                                                         \
    X("GlobalTableAlreadyExistsException", E_IN_USE, NEVER)                                                            \
    X("ReplicaAlreadyExistsException", E_IN_USE, NEVER)                                                                \
    X("ExportConflictException", E_IN_USE, NEVER)                                                                      \
    X("ImportConflictException", E_IN_USE, NEVER)

/* Looks at the code first ("" for none), then at the HTTP status. */
void dynox__classify(const char *code, int http_status, dynox_status *status, dynox__retry_class *class_);

#endif
