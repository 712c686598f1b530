/* Rooms. */
#include "value/bind/room.h"

struct dynox__deferred {
    dynox__deferred *next;
    void (*end)(void *what);
    void *what;
};

void *dynox_room_alloc(dynox_room *room, size_t size)
{
    return dynox__arena_alloc(&room->arena, size);
}

dynox_status dynox_room_defer(dynox_room *room, void (*end)(void *what), void *what)
{
    dynox__deferred *deferred = dynox__arena_alloc(&room->arena, sizeof *deferred);
    if (!deferred) return DYNOX_E_NO_MEMORY;
    *deferred      = (dynox__deferred){room->deferred, end, what};
    room->deferred = deferred;
    return DYNOX_OK;
}

void dynox__room_free(dynox_room *room)
{
    for (; room->deferred; room->deferred = room->deferred->next)
        room->deferred->end(room->deferred->what);
    dynox__arena_free(&room->arena);
}
