/* Limiters: making, rules for tables, questions. What calls pay is in toll.c. */
#include "aws/flow/limiter.h"
#include "aws/endpoint/table_name.h"
#include "base/alloc.h"
#include "base/args.h"
#include "base/thread.h"
#include <string.h>

/* A child of fork(): whoever held the locks is not here. */
static bool is_foreign(const dynox_limiter *limiter)
{
    return limiter->generation != dynox__fork_generation();
}

/* ---- rates ---- */

static bool is_rate(double rate)
{
    return rate >= 0 && rate <= 1e15; /* no NaN */
}

static dynox_status check(const dynox_limiter_args *args, bool adaptive, dynox_error *error)
{
    const double rates[] = {args->read, args->write, args->burst, args->min_read, args->min_write};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (!is_rate(rates[i]))
            return dynox_error_set(error, DYNOX_E_ARGUMENT, "a limiter's rates are numbers from 0 to 1e15, not %g",
                                   rates[i]);
    if (!adaptive && (args->min_read > 0 || args->min_write > 0))
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "only an adaptive limiter has .min_read and .min_write");
    if (args->min_read > args->read || args->min_write > args->write)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "the least rate is more than the most");
    return DYNOX_OK;
}

/* Half of the most, to begin with, but as much at once as fits the most. */
static void set_rates(dynox__bucket *bucket, const dynox_limiter *limiter, double most, double least, double burst)
{
    bucket->most  = most;
    bucket->least = least > 0 ? least : most < 1 ? most : 1;
    bucket->burst = burst > 0 ? burst : most;
    if (!limiter->adaptive || most <= 0) bucket->least = most;
}

static double first_rate(const dynox__bucket *bucket)
{
    return bucket->most / 2 > bucket->least ? bucket->most / 2 : bucket->least;
}

static void init_limit(dynox__limit *limit, dynox_limiter *limiter, const dynox_limiter_args *args)
{
    const double most[2] = {args->read, args->write}, least[2] = {args->min_read, args->min_write};
    for (int i = 0; i < 2; i++) {
        dynox__bucket *bucket = &limit->buckets[i];
        int64_t        now    = dynox__now_ns();
        set_rates(bucket, limiter, most[i], least[i], args->burst);
        bucket->looked_ns = now;
        dynox__gate_init(&bucket->gate, &limiter->shared, first_rate(bucket), bucket->burst, bucket->burst, now);
    }
}

/* What has been learnt stays as far as the new bounds allow it. */
static void change_limit_locked(dynox__limit *limit, const dynox_limiter *limiter, const dynox_limiter_args *args)
{
    const double most[2] = {args->read, args->write}, least[2] = {args->min_read, args->min_write};
    for (int i = 0; i < 2; i++) {
        dynox__bucket *bucket = &limit->buckets[i];
        double         rate   = dynox__gate_look(&bucket->gate).rate;
        bool           open   = rate <= 0;
        set_rates(bucket, limiter, most[i], least[i], args->burst);
        if (rate > bucket->most) rate = bucket->most;
        if (rate < bucket->least) rate = bucket->least;
        dynox__gate_set(&bucket->gate, open ? first_rate(bucket) : rate, bucket->burst, dynox__now_ns());
    }
}

/* ---- making ---- */

static void end_limit(dynox__limit *limit)
{
    dynox__gate_destroy(&limit->buckets[0].gate);
    dynox__gate_destroy(&limit->buckets[1].gate);
    dynox__free(limit->table);
    dynox__free(limit->index);
}

static void limiter_destroy(dynox__shared *shared)
{
    dynox_limiter *limiter = DYNOX__CONTAINER(shared, dynox_limiter, shared);
    for (dynox__limit *limit = atomic_load(&limiter->tables), *next; limit; limit = next) {
        next = limit->next;
        end_limit(limit);
        dynox__free(limit);
    }
    end_limit(&limiter->all);
    pthread_mutex_destroy(&limiter->lock);
    dynox__free(limiter);
}

static dynox_limiter *make(const dynox_limiter_args *args, bool adaptive, dynox_error *error)
{
    dynox_limiter *limiter = NULL;
    if (args->table || args->index)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "tables and indexes are set with dynox_limiter_table");
    else if (check(args, adaptive, error) == DYNOX_OK && !(limiter = dynox__calloc(sizeof *limiter)))
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (!limiter) return NULL;
    dynox__shared_init(&limiter->shared, limiter_destroy);
    pthread_mutex_init(&limiter->lock, NULL);
    limiter->adaptive   = adaptive;
    limiter->generation = dynox__fork_generation();
    init_limit(&limiter->all, limiter, args);
    return limiter;
}

static dynox_limiter *read_and_make(const dynox_limiter_args *given, bool adaptive)
{
    dynox_limiter_args args;
    dynox_error        error   = {0};
    dynox_limiter     *limiter = NULL;
    if (dynox__args_read(&args, sizeof args, given, &error) == DYNOX_OK) limiter = make(&args, adaptive, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!limiter && to) dynox_error_copy(to, &error);
    return limiter;
}

dynox_limiter *dynox_limiter_fixed_with(const dynox_limiter_args *args)
{
    return read_and_make(args, false);
}

dynox_limiter *dynox_limiter_adaptive_with(const dynox_limiter_args *args)
{
    return read_and_make(args, true);
}

void dynox_limiter_free(dynox_limiter *limiter)
{
    if (limiter) dynox__shared_release(&limiter->shared);
}

/* ---- tables ---- */

/* Is it of that table? By name, or by an ARN: "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/...". Names have no '/'. */
static bool is_of(const dynox__limit *limit, const char *table, const char *index)
{
    const char *name   = dynox__table_name(table);
    size_t      length = strlen(limit->table);
    if (strncmp(name, limit->table, length) != 0 || (name[length] && !(name != table && name[length] == '/')))
        return false;
    return limit->index ? index && strcmp(limit->index, index) == 0 : !index;
}

dynox__limit *dynox__limit_find(dynox_limiter *limiter, const char *table, const char *index)
{
    dynox__limit *limit = atomic_load_explicit(&limiter->tables, memory_order_acquire);
    while (limit && !(table && is_of(limit, table, index)))
        limit = limit->next;
    return limit;
}

static dynox_status add_locked(dynox_limiter *limiter, const dynox_limiter_args *args, dynox_error *error)
{
    dynox__limit *limit = dynox__calloc(sizeof *limit);
    if (!limit) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    limit->table = dynox__strdup(args->table);
    limit->index = dynox__strdup(args->index);
    if (!limit->table || (args->index && !limit->index)) {
        dynox__free(limit->table);
        dynox__free(limit->index);
        dynox__free(limit);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    init_limit(limit, limiter, args);
    limit->next = atomic_load_explicit(&limiter->tables, memory_order_relaxed);
    atomic_store_explicit(&limiter->tables, limit, memory_order_release);
    if (args->index) atomic_store(&limiter->has_indexes, true);
    return DYNOX_OK;
}

static dynox_status set_table(dynox_limiter *limiter, const dynox_limiter_args *args, dynox_error *error)
{
    dynox_status status = DYNOX_OK;
    if (!limiter || !args->table || !*args->table)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "the %s is missing (NULL or empty)",
                               limiter ? "name of the table" : "limiter");
    if (strncmp(args->table, "arn:", 4) == 0)
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "a limiter wants the name of a table, not its ARN");
    if ((status = check(args, limiter->adaptive, error)) != DYNOX_OK) return status;
    if (is_foreign(limiter)) return dynox_error_set(error, DYNOX_E_FORKED, "%s", dynox_status_text(DYNOX_E_FORKED));
    pthread_mutex_lock(&limiter->lock);
    dynox__limit *limit = dynox__limit_find(limiter, args->table, args->index);
    if (limit)
        change_limit_locked(limit, limiter, args);
    else
        status = add_locked(limiter, args, error);
    pthread_mutex_unlock(&limiter->lock);
    return status;
}

dynox_status dynox_limiter_table_with(dynox_limiter *limiter, const dynox_limiter_args *given)
{
    dynox_limiter_args args;
    dynox_error        error  = {0};
    dynox_status       status = dynox__args_read(&args, sizeof args, given, &error);
    if (status == DYNOX_OK) status = set_table(limiter, &args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (status != DYNOX_OK && to) dynox_error_copy(to, &error);
    return status;
}

/* ---- questions ---- */

bool dynox_limiter_get_stats(dynox_limiter *limiter, const char *table, const char *index, dynox_limiter_stats *stats)
{
    *stats              = (dynox_limiter_stats){0};
    dynox__limit *limit = NULL;
    if (limiter && !is_foreign(limiter))
        limit = table || index ? dynox__limit_find(limiter, table, index) : &limiter->all;
    if (!limit) return false;
    pthread_mutex_lock(&limiter->lock);
    dynox__gate_state read  = dynox__gate_look(&limit->buckets[0].gate),
                      write = dynox__gate_look(&limit->buckets[1].gate);
    *stats                  = (dynox_limiter_stats){.read_rate   = read.rate,
                                                    .write_rate  = write.rate,
                                                    .read_units  = limit->buckets[0].units,
                                                    .write_units = limit->buckets[1].units,
                                                    .throttled   = limit->buckets[0].throttled + limit->buckets[1].throttled,
                                                    .delayed     = read.delayed + write.delayed,
                                                    .waiting     = read.waiting + write.waiting};
    pthread_mutex_unlock(&limiter->lock);
    return true;
}

static void reset_locked(dynox__limit *limit)
{
    for (int i = 0; i < 2; i++) {
        limit->buckets[i].units     = 0;
        limit->buckets[i].throttled = 0;
        dynox__gate_forget_counts(&limit->buckets[i].gate);
    }
}

void dynox_limiter_reset(dynox_limiter *limiter)
{
    if (!limiter || is_foreign(limiter)) return;
    pthread_mutex_lock(&limiter->lock);
    reset_locked(&limiter->all);
    for (dynox__limit *limit = atomic_load(&limiter->tables); limit; limit = limit->next)
        reset_locked(limit);
    pthread_mutex_unlock(&limiter->lock);
}
