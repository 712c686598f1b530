/* What an attempt pays at a limiter: an estimate before it is sent, the difference when it is answered. */
#include "aws/flow/limiter.h"
#include <string.h>

#define LOWER 0.8
#define RAISE 1.1
#define RAISE_EVERY DYNOX__SECOND
#define CALM (10 * DYNOX__SECOND)

static const char *const metered[DYNOX__METERED] = {"GetItem",
                                                    "PutItem",
                                                    "UpdateItem",
                                                    "DeleteItem",
                                                    "Query",
                                                    "Scan",
                                                    "BatchGetItem",
                                                    "BatchWriteItem",
                                                    "TransactGetItems",
                                                    "TransactWriteItems",
                                                    "ExecuteStatement",
                                                    "BatchExecuteStatement",
                                                    "ExecuteTransaction"};

/* ---- whose buckets ---- */

/* Of a table that may have none of its own. */
static dynox__limit *limit_of_table(dynox_limiter *limiter, const char *table)
{
    dynox__limit *limit = dynox__limit_find(limiter, table, NULL);
    return limit ? limit : &limiter->all;
}

static void add(dynox__toll *toll, dynox__limit *limit)
{
    for (unsigned i = 0; i < toll->count; i++)
        if (toll->limits[i] == limit) return;
    if (toll->count < DYNOX__MOST_LIMITS) toll->limits[toll->count++] = limit;
}

void dynox__toll_table(dynox__toll *toll, dynox_limiter *limiter, const char *table)
{
    add(toll, limit_of_table(limiter, table));
}

void dynox__toll_index(dynox__toll *toll, dynox_limiter *limiter, const char *table, const char *index)
{
    dynox__limit *limit = index ? dynox__limit_find(limiter, table, index) : NULL;
    if (!limit) return;
    toll->limits[0] = limit;
    toll->count     = 1;
}

void dynox__toll_begin(dynox__toll *toll, dynox_limiter *limiter, const char *operation, bool is_write)
{
    toll->is_write = is_write;
    for (toll->operation = 0; toll->operation < DYNOX__METERED; toll->operation++)
        if (strcmp(metered[toll->operation], operation) == 0) break;
    if (toll->operation == DYNOX__METERED)
        toll->count = 0;
    else if (!toll->count)
        add(toll, &limiter->all);
}

static dynox__bucket *bucket_of(const dynox__toll *toll, unsigned i)
{
    return &toll->limits[i]->buckets[toll->is_write];
}

/* ---- before an attempt ---- */

static void raise_locked(dynox__bucket *bucket, int64_t now_ns)
{
    if (now_ns - bucket->looked_ns < RAISE_EVERY) return;
    bucket->looked_ns = now_ns;
    double rate       = dynox__gate_look(&bucket->gate).rate;
    if (now_ns < bucket->quiet_ns || rate >= bucket->most) return;
    rate = rate * RAISE < bucket->most ? rate * RAISE : bucket->most;
    dynox__gate_set(&bucket->gate, rate, bucket->burst, now_ns);
}

dynox__gate *dynox__toll_next(dynox__toll *toll, dynox_limiter *limiter, int64_t now_ns, double *units)
{
    if (toll->paid == toll->count) return NULL;
    dynox__bucket *bucket = bucket_of(toll, toll->paid);
    pthread_mutex_lock(&limiter->lock);
    double cost = bucket->costs[toll->operation];
    if (limiter->adaptive) raise_locked(bucket, now_ns);
    pthread_mutex_unlock(&limiter->lock);
    *units = toll->units[toll->paid] = cost > 0 ? cost : 1;
    return &bucket->gate;
}

/* ---- after it ---- */

void dynox__toll_refund(dynox__toll *toll, int64_t now_ns)
{
    while (toll->paid) {
        toll->paid--;
        dynox__gate_spend(&bucket_of(toll, toll->paid)->gate, -toll->units[toll->paid], now_ns);
    }
}

/* Several answers that were on their way together say it once: they tell nothing of the lower rate. */
static void lower_locked(dynox__bucket *bucket, int64_t sent_ns, int64_t now_ns)
{
    bucket->throttled++;
    bucket->quiet_ns = now_ns + CALM;
    if (bucket->least >= bucket->most || sent_ns < bucket->lowered_ns) return;
    double rate        = dynox__gate_look(&bucket->gate).rate * LOWER;
    bucket->lowered_ns = now_ns;
    dynox__gate_set(&bucket->gate, rate > bucket->least ? rate : bucket->least, bucket->burst, now_ns);
}

void dynox__toll_too_fast(dynox__toll *toll, dynox_limiter *limiter, int64_t sent_ns, int64_t now_ns)
{
    pthread_mutex_lock(&limiter->lock);
    for (unsigned i = 0; i < toll->paid; i++)
        lower_locked(bucket_of(toll, i), sent_ns, now_ns);
    pthread_mutex_unlock(&limiter->lock);
}

/* What the answer says of one limit: a part of it may have been paid. */
static void charge_locked(dynox__toll *toll, dynox__limit *limit, bool write, double units, int64_t now_ns)
{
    dynox__bucket *bucket = &limit->buckets[write];
    if (!(units > 0 && units < 1e15)) return;
    bucket->units += units;
    for (unsigned i = 0; i < toll->paid; i++)
        if (toll->limits[i] == limit && toll->is_write == write) toll->spent[i] += units;
    dynox__gate_spend(&bucket->gate, units, now_ns);
}

static void charge_both_locked(dynox__toll *toll, dynox__limit *limit, double units, double read, double write,
                               int64_t now_ns)
{
    bool told = read > 0 || write > 0;
    charge_locked(toll, limit, false, told ? read : toll->is_write ? 0 : units, now_ns);
    charge_locked(toll, limit, true, told ? write : toll->is_write ? units : 0, now_ns);
}

static void charge_table_locked(dynox__toll *toll, dynox_limiter *limiter, const dynox_capacity *consumed,
                                int64_t now_ns)
{
    double units = consumed->units, read = consumed->read_units, write = consumed->write_units;
    for (size_t i = 0; i < consumed->index_count; i++) {
        const dynox_index_capacity *index = &consumed->indexes[i];
        dynox__limit *limit = index->index ? dynox__limit_find(limiter, consumed->table, index->index) : NULL;
        if (!limit) continue;
        charge_both_locked(toll, limit, index->units, index->read_units, index->write_units, now_ns);
        units -= index->units;
        read -= index->read_units;
        write -= index->write_units;
    }
    charge_both_locked(toll, limit_of_table(limiter, consumed->table), units, read, write, now_ns);
}

/* A bucket remembers what such an operation costs: the first answer says it, later ones move it. */
static void learn_locked(dynox__toll *toll, unsigned i)
{
    double *cost = &bucket_of(toll, i)->costs[toll->operation];
    *cost        = *cost > 0 ? *cost + (toll->spent[i] - *cost) / 4 : toll->spent[i];
}

void dynox__toll_settle(dynox__toll *toll, dynox_limiter *limiter, const dynox_capacity *consumed, size_t count,
                        int64_t now_ns)
{
    pthread_mutex_lock(&limiter->lock);
    for (unsigned i = 0; i < toll->paid; i++) {
        toll->spent[i] = 0;
        if (!count) bucket_of(toll, i)->units += toll->units[i];
    }
    for (size_t i = 0; i < count; i++)
        charge_table_locked(toll, limiter, &consumed[i], now_ns);
    for (unsigned i = 0; count && i < toll->paid; i++)
        learn_locked(toll, i);
    pthread_mutex_unlock(&limiter->lock);
    if (count)
        dynox__toll_refund(toll, now_ns);
    else
        toll->paid = 0;
}
