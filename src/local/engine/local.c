/* Making engines, finding them by their names, letting go of them. */
#include "local/engine/local.h"
#include "base/args.h"
#include "base/thread.h"
#include <stdio.h>
#include <string.h>

enum { KEPT_REQUESTS = 1000 };

/* Those with a name, while somebody holds them. Whoever finds one takes a reference under the lock, and only a last
 * reference that is let go of under it removes one. */
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static dynox_local    *named;

static void before_fork(void)
{
    pthread_mutex_lock(&names_lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&names_lock);
}

/* What the parent has is of no use in a child, which finds nothing. */
static void in_child(void)
{
    named = NULL;
    pthread_mutex_unlock(&names_lock);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork, in_child);
}

static void lock_names(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&names_lock);
}

/* ---- beginning and end ---- */

/* In a forked child nothing of the parent's is touched: its locks may be held for ever. */
static void local_destroy(dynox__shared *shared)
{
    dynox_local *local = DYNOX__CONTAINER(shared, dynox_local, shared);
    if (local->generation != dynox__fork_generation()) return;
    dynox__local_engine_free(local->engine);
    dynox__free(local->name);
    dynox__free(local);
}

dynox_local *dynox__local_acquire(dynox_local *local)
{
    dynox__shared_acquire(&local->shared);
    return local;
}

static void unlink_locked(dynox_local *local)
{
    dynox_local **link = &named;
    while (*link && *link != local)
        link = &(*link)->next;
    if (*link) *link = local->next;
}

void dynox__local_release(dynox_local *local)
{
    if (!local) return;
    if (!local->name || local->generation != dynox__fork_generation()) {
        dynox__shared_release(&local->shared);
        return;
    }
    lock_names();
    /* nobody gets the last one's second but under the lock; and a file is closed before anybody looks for it again */
    if (atomic_load(&local->shared.references) == 1) unlink_locked(local);
    dynox__shared_release(&local->shared);
    pthread_mutex_unlock(&names_lock);
}

static bool keep_text(char *to, size_t room, const char *text)
{
    if (!text) return true;
    if (strlen(text) >= room) return false;
    memcpy(to, text, strlen(text) + 1);
    return true;
}

static dynox_status read_settings(const dynox_local_args *args, dynox__local_settings *settings, dynox_error *error)
{
    *settings = (dynox__local_settings){.seed           = args->seed,
                                        .old_words      = args->old_words,
                                        .slow_tables    = args->slow_tables,
                                        .late_indexes   = args->index_delay_ms > 0,
                                        .index_delay_ms = args->index_delay_ms};
    if (keep_text(settings->region, sizeof settings->region, args->region) &&
        keep_text(settings->account, sizeof settings->account, args->account))
        return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_ARGUMENT, "the region or the account of a local engine is too long");
}

/* Another one that opens the same file is refused by the file itself. */
static dynox_local *make(const dynox_local_args *args, dynox_error *error)
{
    dynox__local_settings settings;
    if (read_settings(args, &settings, error) != DYNOX_OK) return NULL;
    dynox_local *local = dynox__calloc(sizeof *local);
    if (!local) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__store *store = args->path ? dynox__store_file(args->path, error) : dynox__store_memory(error);
    if (store) local->engine = dynox__local_engine_new(store, &settings, error);
    if (!local->engine) {
        dynox__free(local);
        return NULL;
    }
    dynox__shared_init(&local->shared, local_destroy);
    local->generation = dynox__fork_generation();
    local->is_file    = args->path != NULL;
    dynox__local_engine_trace(local->engine, args->trace ? args->trace : KEPT_REQUESTS);
    return local;
}

dynox_local *dynox_local_new_with(const dynox_local_args *given)
{
    dynox_local_args args;
    dynox_error      error = {0};
    dynox_local     *local = NULL;
    if (dynox__args_read(&args, sizeof args, given, &error) == DYNOX_OK) local = make(&args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!local && to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return local;
}

void dynox_local_free(dynox_local *local)
{
    dynox__local_release(local);
}

dynox_status dynox__local_check(const dynox_local *local, dynox_error *error)
{
    if (!local)
        return dynox_error_set(error, DYNOX_E_ARGUMENT,
                               "the local engine is NULL; the .error of dynox_local_new tells why");
    if (local->generation == dynox__fork_generation()) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_FORKED,
                           "the local engine was made before fork(): make another one in the child");
}

/* ---- by endpoint ---- */

static bool begins_with(const char *text, const char *prefix)
{
    return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

static dynox_local *find_locked(const char *name)
{
    for (dynox_local *local = named; local; local = local->next)
        if (strcmp(local->name, name) == 0) return dynox__local_acquire(local);
    return NULL;
}

/* What nobody holds but by its endpoint keeps no trace: nobody could ask for it. */
static dynox_local *make_quiet(const char *path, dynox_error *error)
{
    dynox_local *local = make(&(dynox_local_args){.path = path}, error);
    if (local) dynox__local_engine_trace(local->engine, 0);
    return local;
}

static dynox_local *make_named_locked(const char *name, const char *path, dynox_error *error)
{
    dynox_local *local = make_quiet(path, error);
    if (!local) return NULL;
    local->name = dynox__strdup(name);
    if (!local->name) {
        dynox__shared_release(&local->shared);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    local->next = named;
    named       = local;
    return local;
}

dynox_local *dynox__local_of_endpoint(const char *endpoint, dynox_error *error)
{
    const char *path = begins_with(endpoint, "file:") ? endpoint + strlen("file:") : NULL;
    if (strcmp(endpoint, "memory:") == 0) return make_quiet(NULL, error);
    if (path && !*path) {
        dynox_error_set(error, DYNOX_E_CONFIGURATION, "the endpoint \"file:\" needs the path of a file behind it");
        return NULL;
    }
    lock_names();
    dynox_local *local = find_locked(endpoint);
    if (!local) local = make_named_locked(endpoint, path, error);
    pthread_mutex_unlock(&names_lock);
    return local;
}

/* ---- what tests turn and look at ---- */

dynox_status dynox_local_fail_with(dynox_local *local, const dynox_local_fail_args *given)
{
    dynox_local_fail_args args;
    dynox_error           error  = {0};
    dynox_status          status = dynox__args_read(&args, sizeof args, given, &error);
    if (status == DYNOX_OK) status = dynox__local_check(local, &error);
    if (status == DYNOX_OK) status = dynox__local_engine_fail(local->engine, &args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (status != DYNOX_OK && to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return status;
}

void dynox_local_fail_no_more(dynox_local *local)
{
    if (dynox__local_check(local, NULL) == DYNOX_OK) dynox__local_engine_fail_no_more(local->engine);
}

void dynox_local_clock_add(dynox_local *local, int64_t seconds)
{
    if (dynox__local_check(local, NULL) != DYNOX_OK) return;
    dynox__local_engine_add_ms(local->engine, seconds < INT64_MAX / 1000 ? seconds * 1000 : INT64_MAX);
}

void dynox_local_clock_stop(dynox_local *local, bool stopped)
{
    if (dynox__local_check(local, NULL) == DYNOX_OK) dynox__local_engine_stop_clock(local->engine, stopped);
}

int64_t dynox_local_clock_now(const dynox_local *local)
{
    return local ? dynox__local_engine_now_us(local->engine) / 1000000 : 0;
}

size_t dynox_local_each_request(dynox_local *local, dynox_local_request_fn *show, void *arg)
{
    if (!show || dynox__local_check(local, NULL) != DYNOX_OK) return 0;
    return dynox__local_engine_each_request(local->engine, show, arg);
}

void dynox_local_forget_requests(dynox_local *local)
{
    if (dynox__local_check(local, NULL) == DYNOX_OK) dynox__local_engine_forget_requests(local->engine);
}
