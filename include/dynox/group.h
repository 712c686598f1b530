/* Groups: many futures of which only so many are in flight, joined as one. */
#ifndef DYNOX_GROUP_H
#define DYNOX_GROUP_H

#include <dynox/future.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_group dynox_group;

/* limit 0: none. NULL: out of memory. Any thread may use a group. A NULL group may be used, too: its futures fail with
 * DYNOX_E_ARGUMENT, and what is added to it is dropped. */
DYNOX_API dynox_group *dynox_group_new(size_t limit);
/* Done when fewer than `limit` are in flight; fails once the group has failed. The loop that every producer runs:
 *     DYNOX_AWAIT_VOID(dynox_group_slot(g)); dynox_group_add(g, dynox_put_item(...));
 * Several producers may exceed the limit by one for each other producer. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_group_slot(dynox_group *group);
/* Takes a future into the group. Its value is destroyed. The first error in time becomes the group's and cancels the
 * rest; a future added after that is cancelled at once. Out of memory is an error of the group; the future that could
 * not be taken in is then cancelled and not joined. */
DYNOX_API void dynox_group_add(dynox_group *group, dynox_future *consumed);
/* Done when all that was added is; carries the first error with its details. May be called any number of times; without
 * an error the group can be used again afterwards. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_group_join(dynox_group *group);
/* Cancels all that is in flight; the group has failed then (DYNOX_E_CANCELLED, unless with something else before). */
DYNOX_API void dynox_group_cancel(dynox_group *group);
/* Forgets the group; what is in flight is cancelled. Never blocks. NULL is fine. */
DYNOX_API void dynox_group_free(dynox_group *group);

DYNOX_EXTERN_C_END
#endif
