/* Observers inside the library, and what a service and its calls tell them. */
#ifndef DYNOX_AWS_CALL_OBSERVER_H
#define DYNOX_AWS_CALL_OBSERVER_H

#include "aws/call/call.h"
#include "aws/credentials/credentials.h"
#include "base/shared.h"
#include "http/transport/transport.h"
#include <dynox/observe.h>

enum { DYNOX__MOST_OBSERVERS = 16 };

/* One, or a list of them: `each` are those that hear, itself or its own references. Never changes. */
struct dynox_observer {
    dynox__shared         shared;
    dynox_observer_args   args;
    size_t                count;
    dynox_return_capacity capacity;                     /* the most that one of them wants */
    bool                  attempt_begins, attempt_ends; /* one of them hears it */
    bool                  logs;       /* one of them writes a line of each call into the library's log */
    bool                  locks;      /* it is of no use in a forked child, where its lock may be held for ever */
    unsigned              generation; /* of forks, in which it was made */
    dynox_observer       *each[];
};

/* One of them is of no use here: it was made before a fork. */
bool dynox__observer_is_foreign(const dynox_observer *observer);

/* Whatever a call tells, nothing happens where nobody listens. `error` NULL: it succeeded. */

/* How many contexts a call has to keep. */
size_t dynox__observers_of(const dynox__service *service);

/* A call begins; one that fails before has not begun, and does when it ends. */
void dynox__observe_begin(dynox__call *call);
void dynox__observe_attempt(dynox__call *call, int64_t now_ns);
/* No effect unless an attempt has begun. */
void dynox__observe_attempt_end(dynox__call *call, const dynox_error *error);
void dynox__observe_throttled(dynox__call *call, const dynox_error *error);
/* The last that is told of it: before its future settles, or by the later one of an interrupter and the driver. */
void dynox__observe_end(dynox__call *call, const dynox_error *error);
/* The same, of a call whose future has settled. */
void dynox__observe_settled_end(dynox__call *call);

/* What a call has consumed, all its tables together. */
typedef struct dynox__units {
    double read, write;
} dynox__units;
dynox__units dynox__observed_units(const dynox_observed *call);

/* The line of a call that is over. What does not fit is cut off. */
void dynox__call_line(char *to, size_t size, const dynox_observed *call);

/* Calls are signed with these now. */
void dynox__observe_credentials(dynox__service *service, const dynox__credentials *credentials);

/* What tells the service's observers of its connections; it lives as long as the service. Nobody listens: all NULL. */
dynox__connection_watch dynox__observe_connections(dynox__service *service);

#endif
