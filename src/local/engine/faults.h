/* Faults: rules that say which requests go wrong, and how. The same seed and the same requests give the same faults. */
#ifndef DYNOX_LOCAL_ENGINE_FAULTS_H
#define DYNOX_LOCAL_ENGINE_FAULTS_H

#include "local/wire/tree.h"
#include <dynox/local.h>
#include <pthread.h>
#include <stdatomic.h>

typedef struct dynox__fault_rule dynox__fault_rule;

typedef struct dynox__local_faults {
    pthread_mutex_t lock;
    _Atomic bool    any; /* worth taking the lock for */

    /* under the lock */
    dynox__fault_rule *first, *last;
    uint64_t           random; /* the state of what probabilities are drawn from */
} dynox__local_faults;

/* What is to happen to one request; zero: nothing. */
typedef struct dynox__fault {
    dynox_local_fault what; /* never DELAY */
    uint32_t          delay_ms;
    size_t            bytes, items;
    size_t            action; /* of a transaction: the first that the rule is about */
} dynox__fault;

void         dynox__local_faults_init(dynox__local_faults *faults, uint64_t seed);
void         dynox__local_faults_destroy(dynox__local_faults *faults);
dynox_status dynox__local_faults_add(dynox__local_faults *faults, const dynox_local_fail_args *rule,
                                     dynox_error *error);
void         dynox__local_faults_clear(dynox__local_faults *faults);

/* Counts the request for every rule that it matches. */
dynox__fault dynox__local_faults_of(dynox__local_faults *faults, const char *operation, const dynox__tree *request,
                                    dynox__arena *arena);

/* 64 bits that look like chance, one behind the other (splitmix64). */
uint64_t dynox__local_next(uint64_t *state);

#endif
