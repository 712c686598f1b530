/* A room: an arena, and what has to be ended when the arena goes. Kinds of a program's own put things into one. */
#ifndef DYNOX_VALUE_BIND_ROOM_H
#define DYNOX_VALUE_BIND_ROOM_H

#include "base/arena.h"
#include <dynox/attribute.h>

typedef struct dynox__deferred dynox__deferred;

/* Zero is an empty room. One thread at a time. */
struct dynox_room {
    dynox__arena     arena;
    dynox__deferred *deferred; /* newest first; they lie in the arena */
};

/* Ends what was deferred, newest first, then the arena; the room is empty then. */
void dynox__room_free(dynox_room *room);

#endif
