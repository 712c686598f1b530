/* Room for many descriptors, made before they are needed. */
#ifndef DYNOX_HTTP_ENGINE_DESCRIPTOR_ROOM_H
#define DYNOX_HTTP_ENGINE_DESCRIPTOR_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Linux doubles the table of a process when it is full, and if there are threads, whoever opens the next descriptor
 * waits until every processor has passed by: some 20 ms, in the middle of a burst. This makes room for `count` more at
 * once. Blocks, but not while the process has one thread. */
void dynox__descriptors_reserve(size_t count);

/* Is there certainly no other thread? */
bool dynox__descriptors_alone(void);

#endif
