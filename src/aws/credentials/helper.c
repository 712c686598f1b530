/* The helper's thread. */
#include "aws/credentials/helper.h"
#include "async/executor/strand.h"
#include <stdatomic.h>

/* After a fork() the first one's thread stayed with the parent, and whoever comes first puts another in its place; by
 * one exchange, so that no thread of the child sees something in between. */
dynox_executor *dynox__helper(void)
{
    static _Atomic(dynox_strand *) strand;
    dynox_strand                  *current = atomic_load(&strand);
    if (current && !dynox__strand_is_foreign(current)) return dynox_strand_executor(current);
    dynox_strand *made = dynox_strand_new("dynox-helper");
    if (!made) return NULL;
    if (atomic_compare_exchange_strong(&strand, &current, made)) return dynox_strand_executor(made);
    dynox_strand_free(made);
    return dynox_strand_executor(current);
}
