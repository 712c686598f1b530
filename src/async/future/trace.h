/* Debug mode: a registry of all futures with the places that made them. Costs one branch when it is off. */
#ifndef DYNOX_ASYNC_FUTURE_TRACE_H
#define DYNOX_ASYNC_FUTURE_TRACE_H

#include <dynox/future.h>

void dynox__debug_add(dynox_future *future);
void dynox__debug_remove(dynox_future *future); /* its end: who uses it afterwards is told where it was made */
/* Aborts with a message if the future is known to be gone. `what` names the function that was called with it. */
void dynox__debug_check(const dynox_future *future, const char *what);
void dynox__debug_deadlock(dynox_future *future, dynox_executor *executor);
/* Aborts, in every mode: the program does what cannot go on. */
_Noreturn void dynox__misuse(const dynox_future *future, const char *what);

#define DEBUG_CHECK(future)                                                                                            \
    do {                                                                                                               \
        if (dynox_debug_on_) dynox__debug_check((future), __func__);                                                   \
    } while (0)

#endif
