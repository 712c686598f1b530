/* A reference count in front of whatever must live as long as its last user. */
#ifndef DYNOX_BASE_SHARED_H
#define DYNOX_BASE_SHARED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Embed it; `destroy` gets the address of this member. */
typedef struct dynox__shared {
    _Atomic uint32_t references;
    void (*destroy)(struct dynox__shared *);
} dynox__shared;

static inline void dynox__shared_init(dynox__shared *shared, void (*destroy)(dynox__shared *))
{
    atomic_init(&shared->references, 1);
    shared->destroy = destroy;
}

static inline void *dynox__shared_acquire(dynox__shared *shared)
{
    if (shared) atomic_fetch_add_explicit(&shared->references, 1, memory_order_relaxed);
    return shared;
}

static inline void dynox__shared_release(dynox__shared *shared)
{
    if (shared && atomic_fetch_sub_explicit(&shared->references, 1, memory_order_acq_rel) == 1) shared->destroy(shared);
}

#endif
