/* The inside of a service, for the files of the pipeline. */
#ifndef DYNOX_AWS_CALL_SERVICE_STATE_H
#define DYNOX_AWS_CALL_SERVICE_STATE_H

#include "aws/call/service.h"
#include "aws/credentials/credentials.h"
#include "aws/endpoint/endpoint.h"
#include "aws/flow/adaptive.h"
#include "aws/flow/hedging.h"
#include "aws/flow/limiter.h"
#include "aws/nodes/nodes.h"
#include "aws/retry/retry.h"
#include "aws/retry/skew.h"
#include "aws/sign/sign.h"

/* One host that a service has, with all that is the same in every request to it. Never changes once it is listed, and
 * lives as long as the service. */
typedef struct dynox__place dynox__place;
struct dynox__place {
    dynox__place     *next;
    dynox__endpoint   endpoint;
    dynox__origin     origin;
    dynox__sign_scope scope;
    dynox__buffer     head;        /* of every request, up to the name of the operation */
    size_t            letters_end; /* in it: of what the user agent says of features; those of a call follow there */
    _Atomic uint64_t  of; /* the identity of credentials whose ordinary calls go here: no rule need be asked then */
};

/* What was given to dynox__service_new and is needed when it is prepared. The texts in it are its own. */
typedef struct dynox__service_wishes {
    dynox__endpoint_wishes endpoint;
    dynox__curl_config     curl;
    const char            *profile, *app_id;
    unsigned               max_attempts;
    dynox_retry_mode       retry_mode;
    char                  *texts[9];
    const char            *nodes; /* URLs with commas between them; NULL: there is one endpoint */
    dynox_discovery        discover;
} dynox__service_wishes;

/* The nodes of a service that has several (service_nodes.c); each one's place is a dynox__place. */
typedef struct dynox__service_nodes {
    bool            several; /* it has; set while it is prepared */
    bool            discovers;
    dynox__nodes    nodes;
    uint64_t        scope_id;   /* all nodes sign with the same key */
    _Atomic int64_t refresh_ns; /* when the list is asked for next; DYNOX__NEVER: it is being asked for */
    bool            complained; /* about the last answer; whoever refreshes */
} dynox__service_nodes;

/* Requests under way that others may share. */
typedef struct dynox__flight dynox__flight;
enum { DYNOX__FLIGHTS = 256 };
typedef struct dynox__sharing {
    pthread_mutex_t lock; /* inside a call's */
    dynox__flight  *flights[DYNOX__FLIGHTS];
} dynox__sharing;

struct dynox__service {
    dynox__shared               shared;
    const dynox__service_kind  *kind;
    dynox_credentials_provider *provider;
    dynox__service_wishes       wishes;
    bool                        in_lambda, in_process;
    uint64_t                    number;            /* of its making, unique in the process */
    dynox_limiter              *limiter;           /* NULL: none */
    dynox_observer             *observer;          /* NULL: none */
    _Atomic uint64_t            observed_identity; /* of the last credentials that it was told of */

    pthread_mutex_t        preparing; /* held by whoever reads the settings; the outermost lock */
    _Atomic bool           prepared; /* the members below it, up to `quota`, do not change any more, but for `places` */
    dynox__failure        *unfit;    /* under preparing: why it cannot be prepared */
    bool                   lacks_profile; /* the one in use does not exist */
    char                  *app_id;        /* NULL: none */
    dynox__endpoint_config where;
    dynox__retry_policy    policy;
    bool                   is_adaptive;
    _Atomic(dynox__place *) places; /* added under the lock */
    dynox__service_nodes    nodes;

    dynox__retry_quota quota;
    dynox_hedge        hedge;
    dynox__hedging     hedging;
    dynox__sharing     sharing;
    dynox__adaptive    adaptive; /* only used if is_adaptive */
    dynox__skew        skew;
    int64_t            attempt_timeout_ms, deadline_ms; /* 0: none */
    _Atomic size_t     head_room;                       /* that was enough so far */

    dynox_executor   *home; /* the transport's threads; NULL before it is prepared */
    unsigned          generation;
    dynox_work        reap;
    dynox__transport *reaped; /* the transport, while it is being shut down */

    pthread_mutex_t   lock;
    dynox__transport *transport; /* NULL before it is prepared, and once it is being shut down; calls use it only under
                                    their own lock and only while they are not interrupted */
    _Atomic bool  closed;
    bool          draining; /* under the lock */
    dynox__call  *calls;    /* that have started and are not over */
    dynox_future *drained;  /* a promise, while somebody drains and there are calls; under the lock */
    dynox_future *told;     /* that promise, on its way to being settled */
    dynox_work    tell;
};

/* Where a request of these credentials (NULL: unsigned) goes. NULL: `error` says why there is no such place. Prepared
 * services only. */
const dynox__place *dynox__service_place(dynox__service *service, const dynox__credentials *credentials,
                                         const char *resource, dynox_error *error);
void                dynox__place_free(dynox__place *place); /* NULL is fine */
/* Of a URL of the user's. */
dynox__place *dynox__place_new(const dynox__service *service, const char *url, const char *source, dynox_error *error);

/* ---- several nodes (service_nodes.c) ---- */

/* Are these URLs? DYNOX_E_CONFIGURATION: no. The caller frees *first, a copy of one, with dynox__free. */
dynox_status dynox__nodes_check(const char *text, char **first, dynox_error *error);
/* Makes the list of nodes, if there are to be several; while the service is prepared. */
dynox_status dynox__service_nodes_prepare(dynox__service *service, dynox_error *error);
void         dynox__service_nodes_destroy(dynox__service *service);
/* Where the next attempt of a call goes: its state's node from now on, and in use. */
const dynox__place *dynox__call_take_node(dynox__call *call, int64_t now_ns, dynox_error *error);
/* That attempt is over; `sent`: the request says how. No effect on a call without a node. */
void dynox__call_leave_node(dynox__call *call, bool sent);
/* There was no way to its node, so nothing was sent, and there is another one. */
bool dynox__call_can_move(const dynox__call *call);

/* Around all that runs inside the `done` of a request: the closing of a service must know that it is on one of the
 * transport's threads. enter returns what leave wants. */
bool dynox__service_enter_io(void);
void dynox__service_leave_io(bool outer);

/* Links a call that starts. false: the service is closed or drained. */
bool dynox__service_enlist(dynox__service *service, dynox__call *call);
/* Once its future has settled; the last one tells those who drain. No effect if it is not linked. */
void dynox__service_delist(dynox__service *service, dynox__call *call);

#endif
