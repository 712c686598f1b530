/* A member that needs more alignment than records have: loading it would put it where it must not lie.
 * both: error: sample must not need an alignment of more than 8 bytes
 * both: error: user must not need an alignment of more than 8 bytes */
#include "common.h"

typedef struct sample {
    long double exact;
} sample;
static const dynox_attribute sample_attributes[] = {{0}};
DYNOX_SHAPE(sample)

typedef struct user {
    DYNOX_RECORD;
    const char *pk;
    _Alignas(64) char cached[64];
} user;
static const dynox_attribute user_attributes[] = {
    DYNOX_PARTITION_KEY(user, pk),
};
DYNOX_MODEL(user, .table = "x")
