/* Reading the options of a call. */
#include "model/with.h"
#include "base/args.h"
#include "model/default_client.h"
#include <string.h>

/* Is it set, though the call has no use for it? */
typedef struct option {
    unsigned    bit;
    const char *name;
    bool (*is_set)(const dynox_with *with);
} option;

#define OPTION(bit, field)                                                                                             \
    static bool has_##field(const dynox_with *with)                                                                    \
    {                                                                                                                  \
        return with->field;                                                                                            \
    }
#define OPTIONS(X)                                                                                                     \
    X(CONDITION, condition)                                                                                            \
    X(QUERY, sort)                                                                                                     \
    X(QUERY, descending)                                                                                               \
    X(FILTER, filter)                                                                                                  \
    X(PROJECTION, projection)                                                                                          \
    X(INDEX, index)                                                                                                    \
    X(TABLE, table)                                                                                                    \
    X(LIMIT, limit)                                                                                                    \
    X(LIMIT, prefetch)                                                                                                 \
    X(LIMIT, start_key)                                                                                                \
    X(PAGE_SIZE, page_size)                                                                                            \
    X(SEGMENTS, segments)                                                                                              \
    X(TRIES, tries)                                                                                                    \
    X(CONSISTENT, consistent_read)                                                                                     \
    X(READ_ONLY, read_only)                                                                                            \
    X(FULL_REPLACE, full_replace)                                                                                      \
    X(UPSERT, upsert)                                                                                                  \
    X(REFRESH, refresh)                                                                                                \
    X(HOOKS, skip_hooks)                                                                                               \
    X(HOOKS, run_hooks)                                                                                                \
    X(SKIP_VERSION, skip_version)                                                                                      \
    X(EVERY_TYPE, every_type)                                                                                          \
    X(WRITE, return_on_condition_failure)                                                                              \
    X(WRITE, ambiguous_writes)                                                                                         \
    X(TOKEN, token)
OPTIONS(OPTION)

static const option options[] = {
#define ROW(bit, field) {DYNOX__WITH_##bit, #field, has_##field},
    OPTIONS(ROW)
#undef ROW
};

static void check_options(dynox__typed_call *call, unsigned allowed)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!(options[i].bit & allowed) && options[i].is_set(&call->with)) {
            dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_%s: .%s is not an option of %s %s", call->model->name,
                            call->name, options[i].name, strchr("aeiou", call->name[0]) ? "an" : "a", call->name);
            return;
        }
}

static void refuse(dynox__typed_call *call, const char *why)
{
    if (call->error.status != DYNOX_OK) return;
    dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_%s: %s", call->model->name, call->name, why);
}

static void check_values(dynox__typed_call *call)
{
    const dynox_with *with = &call->with;
    if (with->error || with->info) refuse(call, ".error and .info are for the sync_ form; ask the future instead");
    if (with->return_on_condition_failure != DYNOX_RETURN_NONE && with->return_on_condition_failure != DYNOX_ALL_OLD)
        refuse(call, "return_on_condition_failure may be DYNOX_RETURN_NONE or DYNOX_ALL_OLD");
    if ((unsigned)with->return_capacity > DYNOX_CAPACITY_INDEXES) refuse(call, "return_capacity has no such value");
    if ((unsigned)with->ambiguous_writes > DYNOX_AMBIGUOUS_FAIL) refuse(call, "ambiguous_writes has no such value");
    if (with->skip_hooks && with->run_hooks) refuse(call, ".skip_hooks and .run_hooks contradict each other");
}

static dynox_client *client_for(const dynox__model *model, dynox_client *given)
{
    for (; !given && model; model = model->parent)
        if (model->declared->options->client) given = *model->declared->options->client;
    return given ? dynox__client_acquire(given) : dynox__default_client_acquire();
}

static void check_table(dynox__typed_call *call)
{
    if (call->error.status == DYNOX_OK && !dynox__typed_call_table(call))
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "model %s: it has no .table, nor has this %s",
                        call->model->name, call->name);
}

void dynox__typed_call_begin(dynox__typed_call *call, const char *name, const dynox_model *model, dynox_client *client,
                             const dynox_with *with, unsigned allowed)
{
    *call       = (dynox__typed_call){.name = name};
    call->model = dynox__model_of(model, &call->error);
    if (with) dynox__args_read(&call->with, sizeof call->with, with, call->error.status ? NULL : &call->error);
    if (!call->model || call->error.status != DYNOX_OK) return;
    call->client = client_for(call->model, client);
    if (!call->client)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "model %s: no client was given, and there is no default one",
                        call->model->name);
    else
        check_options(call, allowed);
    check_values(call);
    if (allowed & DYNOX__WITH_TABLE) check_table(call);
}

/* What is said once, for all parts of a call. */
static void refuse_call_fields(dynox__typed_call *call)
{
    const dynox_with *with = &call->with;
    const char       *name = with->error || with->info  ? ".error and .info are"
                             : with->max_attempts       ? ".max_attempts is"
                             : with->attempt_timeout_ms ? ".attempt_timeout_ms is"
                             : with->deadline_ms        ? ".deadline_ms is"
                             : with->correlation_id     ? ".correlation_id is"
                             : with->traceparent        ? ".traceparent is"
                             : with->node_key           ? ".node_key is"
                             : with->return_capacity    ? ".return_capacity is"
                             : with->ambiguous_writes   ? ".ambiguous_writes is"
                             : with->token              ? ".token is"
                                                        : NULL;
    if (name)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_%s: %s the call's, not a part's", call->model->name,
                        call->name, name);
}

void dynox__typed_part_begin(dynox__typed_call *call, const char *name, const dynox_model *model,
                             const dynox_with *with, unsigned allowed)
{
    *call       = (dynox__typed_call){.name = name};
    call->model = dynox__model_of(model, &call->error);
    if (with && call->model) dynox__args_read(&call->with, sizeof call->with, with, &call->error);
    if (!call->model || call->error.status != DYNOX_OK) return;
    refuse_call_fields(call);
    if (call->error.status == DYNOX_OK) check_options(call, allowed);
    check_values(call);
    check_table(call);
}

void dynox__typed_call_need(dynox__typed_call *call, const void *given, const char *what)
{
    if (call->error.status == DYNOX_OK && !given)
        dynox_error_set(&call->error, DYNOX_E_ARGUMENT, "%s_%s: the %s is missing (NULL)", call->model->name,
                        call->name, what);
}

dynox_future *dynox__typed_call_refused(dynox__typed_call *call, const dynox__operation *operation)
{
    return dynox__request_refused(call->client, operation, &call->error);
}

void dynox__typed_call_end(dynox__typed_call *call)
{
    dynox__client_release(call->client);
    dynox_error_clear(&call->error);
    call->client = NULL;
}

const char *dynox__typed_call_table(const dynox__typed_call *call)
{
    return call->with.table ? call->with.table : call->model->table;
}

bool dynox__typed_call_hooks(const dynox__typed_call *call)
{
    return call->with.run_hooks || !(call->with.skip_hooks || call->model->skip_hooks);
}

/* ---- the twins ---- */

bool dynox__typed_sync_begin(dynox__typed_sync *self, const dynox_model *model, dynox_client *client, void *out,
                             const dynox_type *type, const dynox_with *with)
{
    dynox_error         error = {0};
    const dynox__model *made  = dynox__model_of(model, &error);
    *self                     = (dynox__typed_sync){.sync = {.type = type, .out = out}, .with = {.size = sizeof *with}};
    if (with) {
        dynox__args_read(&self->with, sizeof self->with, with, &self->sync.refusal);
        self->sync.error = DYNOX__ARGS_FIELD(self->with, with, error);
        self->sync.info  = self->with.info;
        self->with.error = NULL;
        self->with.info  = NULL;
        self->with.size  = sizeof self->with;
    }
    if (!made && self->sync.refusal.status == DYNOX_OK) dynox_error_copy(&self->sync.refusal, &error);
    dynox_error_clear(&error);
    if (self->sync.refusal.status != DYNOX_OK) return false;
    self->client = client_for(made, client);
    if (!dynox__sync_allowed(&self->sync, self->client)) {
        dynox__client_release(self->client);
        return false;
    }
    dynox__sync_begin(self->client);
    return true;
}

dynox_status dynox__typed_sync_join(dynox__typed_sync *self, dynox_future *consumed)
{
    dynox_status status = dynox__sync_join(&self->sync, consumed);
    dynox__client_release(self->client);
    return status;
}
