/* Observers as objects: one, or a list that stands for several. */
#include "aws/call/observer.h"
#include "base/alloc.h"
#include "base/args.h"
#include "base/thread.h"

static void observer_destroy(dynox__shared *shared)
{
    dynox_observer *observer = DYNOX__CONTAINER(shared, dynox_observer, shared);
    for (size_t i = 0; i < observer->count; i++)
        if (observer->each[i] != observer) dynox_observer_release(observer->each[i]);
    if (observer->args.destroy) observer->args.destroy(observer->args.arg);
    dynox__free(observer);
}

static dynox_observer *new_observer(size_t room)
{
    dynox_observer *made = dynox__calloc(sizeof *made + room * sizeof made->each[0]);
    if (!made) return NULL;
    dynox__shared_init(&made->shared, observer_destroy);
    made->generation = dynox__fork_generation();
    return made;
}

bool dynox__observer_is_foreign(const dynox_observer *observer)
{
    for (size_t i = 0; observer && i < observer->count; i++)
        if (observer->each[i]->locks && observer->each[i]->generation != dynox__fork_generation()) return true;
    return false;
}

dynox_observer *dynox_observer_new_with(const dynox_observer_args *given)
{
    dynox_observer_args args;
    if (dynox__args_read(&args, sizeof args, given, NULL) != DYNOX_OK) return NULL;
    dynox_observer *made = new_observer(1);
    if (!made) return NULL;
    made->args           = args;
    made->capacity       = args.capacity;
    made->attempt_begins = args.attempt_begins != NULL;
    made->attempt_ends   = args.attempt_ends != NULL;
    made->each[0]        = made;
    made->count          = 1;
    return made;
}

/* A list of lists is one list: calls go through it without asking what is in it. */
dynox_observer *dynox_observer_all_with(size_t count, dynox_observer *const *observers)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += observers[i] ? observers[i]->count : 0;
    dynox_observer *made = total && total <= DYNOX__MOST_OBSERVERS ? new_observer(total) : NULL;
    for (size_t i = 0; made && i < count; i++) {
        if (!observers[i]) continue;
        for (size_t k = 0; k < observers[i]->count; k++)
            made->each[made->count++] = dynox_observer_acquire(observers[i]->each[k]);
        if (observers[i]->capacity > made->capacity) made->capacity = observers[i]->capacity;
        made->logs           = made->logs || observers[i]->logs;
        made->attempt_begins = made->attempt_begins || observers[i]->attempt_begins;
        made->attempt_ends   = made->attempt_ends || observers[i]->attempt_ends;
    }
    return made;
}

dynox_observer *dynox_observer_acquire(dynox_observer *observer)
{
    return observer ? dynox__shared_acquire(&observer->shared) : NULL;
}

void dynox_observer_release(dynox_observer *observer)
{
    if (observer) dynox__shared_release(&observer->shared);
}
