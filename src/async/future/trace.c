/* Debug mode: which futures exist and who made them, what waits for what, and complaints about misuse.
 *
 * A future cannot go away while the registry is locked, because its end begins with leaving the registry; so reports
 * may look into all of them. Of futures that are gone the table below remembers the address, and nothing is read from
 * freed memory to find that one is used after its end. */
#include "async/executor/executor.h"
#include "async/future/continuation.h"
#include "async/future/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

enum { GONE = 4096, MAX_DEPTH = 64, SLOW_MS = 100 };

typedef struct dynox__trace {
    dynox_future        *future;
    struct dynox__trace *previous, *next;
    const char          *site;
    int64_t              made_ns;
    bool                 nested; /* something else waits for it */
    bool                 printed;
} trace;

typedef struct gone {
    const dynox_future *future;
    const char         *name, *site;
} gone;

bool dynox_debug_on_;

static struct {
    pthread_mutex_t mutex;
    trace          *newest;
    size_t          count;
    gone            gone[GONE]; /* by address; a newer one overwrites an older one */
    bool            marking;    /* the first pass of a dump */
} registry = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void lock(void)
{
    pthread_mutex_lock(&registry.mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&registry.mutex);
}

static gone *gone_slot(const dynox_future *future)
{
    return &registry.gone[((uint32_t)((uintptr_t)future >> 4) * UINT32_C(0x9E3779B1)) >> 20];
}

/* ---- watching executors ---- */

static const char *site_of(const dynox_future *future)
{
    lock();
    const char *site = future->trace && future->trace->site ? future->trace->site : "?";
    unlock();
    return site;
}

static void run_watched(dynox_executor *executor, dynox_work *work)
{
    const char *name = NULL, *site = NULL;
    if (work->run == dynox__continuation_run) {
        const dynox_future *future = DYNOX__CONTAINER(work, dynox__continuation, work)->future;
        name                       = future->class_->name;
        site                       = site_of(future);
    }
    int64_t begin = dynox__now_ns();
    work->run(work);
    int64_t ms = (dynox__now_ns() - begin) / DYNOX__MS;
    if (ms < SLOW_MS) return;
    fprintf(stderr, "dynox: something held up executor '%s' for %lld ms", executor->name ? executor->name : "?",
            (long long)ms);
    if (name) fprintf(stderr, " (the continuation of a %s made at %s)", name, site);
    fputc('\n', stderr);
}

/* ---- switching it on ---- */

static void report_at_exit(void)
{
    if (dynox_debug_live()) dynox_report_leaks(stderr);
}

void dynox_debug_enable(void)
{
    if (dynox_debug_on_) return;
    dynox_debug_on_       = true;
    dynox__executor_watch = run_watched;
    pthread_atfork(lock, unlock, unlock);
    atexit(report_at_exit);
}

/* When the library is loaded: later would be a data race with the first futures, or a check for each of them. */
__attribute__((constructor)) static void read_environment(void)
{
    const char *value = getenv("DYNOX_DEBUG");
    if (value && strcmp(value, "1") == 0) dynox_debug_enable();
}

/* ---- the registry ---- */

void dynox__debug_add(dynox_future *future)
{
    trace *made = dynox__calloc(sizeof *made); /* without memory the future is not in the reports */
    lock();
    gone *slot = gone_slot(future);
    if (slot->future == future) slot->future = NULL;
    if (made) {
        *made = (trace){.future = future, .next = registry.newest, .made_ns = dynox__now_ns()};
        if (made->next) made->next->previous = made;
        registry.newest = made;
        registry.count++;
    }
    future->trace = made;
    unlock();
}

void dynox__debug_remove(dynox_future *future)
{
    trace *ended = future->trace;
    bool   done  = dynox_future_done(future);
    if (!done)
        fprintf(stderr, "dynox: a %s made at %s has lost its last reference and was never settled\n",
                future->class_->name, ended && ended->site ? ended->site : "?");
    lock();
    *gone_slot(future) = (gone){future, future->class_->name, ended ? ended->site : NULL};
    if (ended) {
        *(ended->previous ? &ended->previous->next : &registry.newest) = ended->next;
        if (ended->next) ended->next->previous = ended->previous;
        registry.count--;
    }
    unlock();
    dynox__free(ended);
}

dynox_future *dynox_future_set_site_(dynox_future *future, const char *site)
{
    if (!dynox_debug_on_ || !future || future == &dynox__future_no_memory) return future;
    dynox__debug_check(future, __func__);
    lock();
    if (future->trace) future->trace->site = site;
    unlock();
    return future;
}

/* ---- misuse ---- */

void dynox__debug_check(const dynox_future *future, const char *what)
{
    lock();
    gone slot = *gone_slot(future);
    unlock();
    if (slot.future != future) return;
    fprintf(stderr, "dynox: %s was called with a %s that is gone (%p, made at %s)\n", what, slot.name,
            (const void *)future, slot.site ? slot.site : "?");
    abort();
}

void dynox__misuse(const dynox_future *future, const char *what)
{
    fprintf(stderr, "dynox: the future %p was %s\n", (const void *)future, what);
    abort();
}

void dynox__debug_deadlock(dynox_future *future, dynox_executor *executor)
{
    fprintf(stderr, "dynox: waiting on executor '%s' for a %s made at %s, which needs that very executor\n",
            executor->name ? executor->name : "?", future->class_->name, site_of(future));
}

/* ---- reports ---- */

static void print_line(const dynox_future *future, FILE *to, int depth)
{
    const trace *where = future->trace;
    uint32_t     state = atomic_load_explicit(&((dynox_future *)(uintptr_t)future)->state, memory_order_acquire);
    fprintf(to, "%*s%s %p, %s%s", 2 * depth, "", future->class_->name, (const void *)future,
            state & STATE_DONE ? "done" : "pending", state & STATE_CANCEL ? ", cancelled" : "");
    if (where)
        fprintf(to, ", made at %s, %lld ms old", where->site ? where->site : "?",
                (long long)((dynox__now_ns() - where->made_ns) / DYNOX__MS));
}

void dynox__future_describe(dynox_future *future, FILE *to, int depth)
{
    if (!future) return;
    trace *where = future->trace;
    if (registry.marking) {
        if (where) where->nested = true;
        return;
    }
    print_line(future, to, depth);
    bool again = where && where->printed;
    fputs(again ? ", see above\n" : "\n", to);
    if (where) where->printed = true;
    if (again || dynox_future_done(future) || !future->class_->describe) return;
    if (depth < MAX_DEPTH)
        future->class_->describe(future, to, depth + 1);
    else
        fprintf(to, "%*s...\n", 2 * (depth + 1), "");
}

/* The first pass finds out who is waited for, so that the second can begin with those that nobody waits for. */
static void mark_nested_locked(void)
{
    FILE *nowhere = fopen("/dev/null", "w");
    for (trace *it = registry.newest; it; it = it->next)
        it->nested = it->printed = false;
    if (!nowhere) return;
    registry.marking = true;
    for (trace *it = registry.newest; it; it = it->next)
        if (!dynox_future_done(it->future) && it->future->class_->describe)
            it->future->class_->describe(it->future, nowhere, 0);
    registry.marking = false;
    fclose(nowhere);
}

void dynox_dump_pending(FILE *to)
{
    if (!dynox_debug_on_) {
        fputs("dynox: set DYNOX_DEBUG=1 to see what is pending\n", to);
        return;
    }
    lock();
    mark_nested_locked();
    for (int circles = 0; circles < 2; circles++) /* what waits for itself is nested everywhere: print it at last */
        for (trace *it = registry.newest; it; it = it->next)
            if (!dynox_future_done(it->future) && !it->printed && (circles || !it->nested))
                dynox__future_describe(it->future, to, 0);
    unlock();
}

size_t dynox_debug_live(void)
{
    if (!dynox_debug_on_) return 0;
    lock();
    size_t count = registry.count;
    unlock();
    return count;
}

size_t dynox_report_leaks(FILE *to)
{
    if (!dynox_debug_on_) {
        fputs("dynox: set DYNOX_DEBUG=1 to see what was not released\n", to);
        return 0;
    }
    lock();
    size_t count = registry.count;
    for (trace *it = registry.newest; it; it = it->next) {
        print_line(it->future, to, 0);
        fprintf(to, ", %u references\n", (unsigned)atomic_load(&it->future->references));
    }
    unlock();
    return count;
}
