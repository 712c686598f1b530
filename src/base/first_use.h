/* What must be done once before anything else, by whichever thread comes first. */
#ifndef DYNOX_BASE_FIRST_USE_H
#define DYNOX_BASE_FIRST_USE_H

#include <stdatomic.h>
#include <stdbool.h>

/* Runs `begin` unless it has succeeded before (then *done is set, and this is one look at it). Unlike with
 * pthread_once, a failure can be tried again, and a fork waits until nobody is inside: a child would never see the end
 * of what another thread had begun. `begin` must not come back here. false: it failed. Any thread. */
bool dynox__first_use(_Atomic bool *done, bool (*begin)(void));

#endif
