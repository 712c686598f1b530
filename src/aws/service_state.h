/* The inside of a service, for the files of the pipeline. */
#ifndef DYNOX_AWS_SERVICE_STATE_H
#define DYNOX_AWS_SERVICE_STATE_H

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/retry.h"
#include "aws/service.h"
#include "aws/sign.h"
#include "aws/skew.h"

struct dynox__service {
    dynox__shared               shared;
    const dynox__service_kind  *kind;
    char                       *region;
    dynox__endpoint             endpoint;
    dynox__origin               origin;
    dynox_credentials_provider *provider;
    dynox__sign_scope           scope;
    dynox__buffer               head; /* of every request, up to the name of the operation */
    bool                        in_lambda;

    dynox__retry_policy policy;
    dynox__retry_quota  quota;
    dynox__skew         skew;
    int64_t             attempt_timeout_ms, deadline_ms; /* 0: none */
    _Atomic size_t      head_room;                       /* that was enough so far */

    dynox_executor   *home; /* the transport's threads */
    unsigned          generation;
    dynox_work        reap;
    dynox__transport *reaped; /* the transport, while it is being shut down */

    pthread_mutex_t   lock;
    dynox__transport *transport; /* NULL once it is being shut down; calls use it only under their own lock and only
                                    while they are not interrupted */
    _Atomic bool closed;
    dynox__call *calls; /* that have started and are not over */
};

/* Around all that runs inside the `done` of a request: the closing of a service must know that it is on one of the
 * transport's threads. enter returns what leave wants. */
bool dynox__service_enter_io(void);
void dynox__service_leave_io(bool outer);

/* Links a call that starts. false: closed. */
bool dynox__service_enlist(dynox__service *service, dynox__call *call);
void dynox__service_delist(dynox__service *service, dynox__call *call); /* no effect if it is not linked */

#endif
