/* Pins: the owner of a future can lend it to a canceller on another thread without a lock. Taking it back costs the
 * owner one compare-and-swap; a canceller sets the low bit for the moment it needs to take a reference of its own. */
#include "async/executor/park.h"
#include "async/future/future.h"

dynox_future *dynox__pin_unset(dynox__pin *pin)
{
    uintptr_t word = atomic_load_explicit(pin, memory_order_relaxed);
    for (;;) {
        bool busy = word & DYNOX__PIN_BUSY;
        word &= ~(uintptr_t)DYNOX__PIN_BUSY;
        if (atomic_compare_exchange_weak_explicit(pin, &word, 0, memory_order_acq_rel, memory_order_relaxed))
            return (dynox_future *)(word & ~(uintptr_t)DYNOX__PIN_SHIELDED);
        if (busy) dynox__spin();
    }
}

static dynox_future *acquire(dynox__pin *pin, uintptr_t refused)
{
    uintptr_t word = atomic_load_explicit(pin, memory_order_relaxed);
    do {
        if (word == 0 || (word & refused)) return NULL;
        word &= ~(uintptr_t)DYNOX__PIN_BUSY;
    } while (!atomic_compare_exchange_weak_explicit(pin, &word, word | DYNOX__PIN_BUSY, memory_order_acquire,
                                                    memory_order_relaxed));
    dynox_future *future = dynox_future_acquire((dynox_future *)(word & ~(uintptr_t)DYNOX__PIN_SHIELDED));
    atomic_store_explicit(pin, word, memory_order_release);
    return future;
}

dynox_future *dynox__pin_acquire(dynox__pin *pin)
{
    return acquire(pin, DYNOX__PIN_SHIELDED);
}

dynox_future *dynox__pin_acquire_shielded(dynox__pin *pin)
{
    return acquire(pin, 0);
}

void dynox__pin_cancel(dynox__pin *pin)
{
    dynox_future *future = dynox__pin_acquire(pin);
    dynox_future_cancel(future);
    dynox_future_release(future);
}

bool dynox__pin_needs(dynox__pin *pin, const dynox_executor *executor, int depth)
{
    dynox_future *future = dynox__pin_acquire(pin);
    bool          needed = future && dynox__future_needs(future, executor, depth);
    dynox_future_release(future);
    return needed;
}

dynox_future *dynox__pin_peek(dynox__pin *pin)
{
    uintptr_t word = atomic_load_explicit(pin, memory_order_acquire);
    return (dynox_future *)(word & ~(uintptr_t)(DYNOX__PIN_BUSY | DYNOX__PIN_SHIELDED));
}
