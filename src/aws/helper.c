/* The helper's thread. */
#include "aws/helper.h"
#include "base/thread.h"
#include <stdatomic.h>

dynox_executor *dynox__helper(void)
{
    static _Atomic(dynox_strand *) strand;
    static _Atomic unsigned        generation;
    unsigned                       now = dynox__fork_generation();
    if (atomic_exchange(&generation, now) != now) atomic_store(&strand, NULL); /* its thread stayed with the parent */
    dynox_strand *current = atomic_load(&strand);
    if (!current) {
        dynox_strand *made = dynox_strand_new("dynox-helper");
        if (!made) return NULL;
        if (atomic_compare_exchange_strong(&strand, &current, made))
            current = made;
        else
            dynox_strand_free(made);
    }
    return dynox_strand_executor(current);
}
