/* The nodes of a service that has several: which one gets the next request, and which are left alone for a while.
 * Nothing is sent here; whoever sends tells what became of it. */
#ifndef DYNOX_AWS_NODES_NODES_H
#define DYNOX_AWS_NODES_NODES_H

#include "base/clock.h"
#include <dynox/error.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DYNOX__MOST_NODES     = 256, /* that are used; more are ignored */
    DYNOX__NODE_PATIENCE  = 3,   /* bad requests in a row until a node is left alone */
    DYNOX__NODE_REST_MS   = 250, /* then it is probed; doubled each time, up to: */
    DYNOX__NODE_LONGEST_S = 16,
    DYNOX__NODE_PROBES    = 8 /* at a time: each may hold a thread until it times out */
};

/* Everything but `url`, `place` and `seed` is under the lock of its nodes. */
typedef struct dynox__node dynox__node;
struct dynox__node {
    dynox__node *next; /* all that are known */
    char        *url;
    void        *place; /* the owner's, about this node; never changes */
    bool         seed;  /* one of those that the program named */
    uint64_t     hash;
    size_t       references; /* it is kept as long as there are any, or it is listed, or a seed */
    size_t       in_flight;
    size_t       index; /* among those that are listed; SIZE_MAX: it is not */
    unsigned     bad;   /* requests in a row */
    unsigned     rests; /* in a row, without an answer between them */
    bool         probing;
    int64_t      rests_until_ns; /* of one that rests */
};

/* How the owner makes and ends node->place. make returns NULL and fills `error`, may be called under the lock. */
typedef struct dynox__node_maker {
    void *(*make)(void *owner, const char *url, dynox_error *error);
    void (*end)(void *place);
    void *owner;
} dynox__node_maker;

typedef struct dynox__nodes {
    pthread_mutex_t   lock;
    dynox__node_maker maker;
    dynox__node      *all;
    size_t            probes;        /* under way */
    size_t            listed, awake; /* the first `awake` of those listed get requests; the others rest */
    dynox__node      *list[DYNOX__MOST_NODES];
    _Atomic int64_t   due_ns; /* when the owner has something to do: one has rested, or what he has asked for */
} dynox__nodes;

void dynox__nodes_init(dynox__nodes *nodes, dynox__node_maker maker);
void dynox__nodes_destroy(dynox__nodes *nodes);

/* These are the nodes from now on; those that are known keep what is known of them. More than DYNOX__MOST_NODES and
 * those that were named before are left out. `seeds`: they are named by the program. *changed (may be NULL): there are
 * others than before. On failure (DYNOX_E_NO_MEMORY, or what maker.make says) nothing has changed. */
dynox_status dynox__nodes_list(dynox__nodes *nodes, const char *const *urls, size_t count, bool seeds, bool *changed,
                               dynox_error *error);

/* The node for a request, of which it counts one in flight: the better of two that chance takes, or for a `key` that
 * is not 0 always the same, while it lives. Not `not_this` (NULL: any), if there is another one. When all rest, one of
 * them. With a reference; NULL: there are no nodes. */
dynox__node *dynox__nodes_pick(dynox__nodes *nodes, uint64_t key, const dynox__node *not_this);
/* The index-th of those listed, round and round. With a reference and one in flight. */
dynox__node *dynox__nodes_at(dynox__nodes *nodes, size_t index);
/* One of the seeds, with a reference and one in flight. */
dynox__node *dynox__nodes_seed(dynox__nodes *nodes);
/* One that has rested, with a reference and one in flight: find out whether it lives, and tell dynox__nodes_probed.
 * NULL: none. */
dynox__node *dynox__nodes_rested(dynox__nodes *nodes, int64_t now_ns);

/* What became of a request. */
typedef enum dynox__node_news {
    DYNOX__NODE_SILENT, /* that says nothing of the node */
    DYNOX__NODE_GOOD,   /* it has answered */
    DYNOX__NODE_BAD,    /* it failed in the middle, or was too slow */
    DYNOX__NODE_GONE    /* there is no way to it */
} dynox__node_news;

/* It is not in flight any more. true: from now on the node rests. */
bool dynox__nodes_done(dynox__nodes *nodes, dynox__node *node, dynox__node_news news, int64_t now_ns);
/* The same for a probe. true: the node is used again. */
bool dynox__nodes_probed(dynox__nodes *nodes, dynox__node *node, bool lives, int64_t now_ns);
/* One more reference; NULL is fine. */
dynox__node *dynox__nodes_acquire(dynox__nodes *nodes, dynox__node *node);
void         dynox__nodes_release(dynox__nodes *nodes, dynox__node *node); /* NULL is fine */

/* Something will be to do by then, perhaps sooner. */
void dynox__nodes_due_by(dynox__nodes *nodes, int64_t at_ns);
/* When the next one that is not being probed will have rested; DYNOX__NEVER. */
int64_t dynox__nodes_next_rested(dynox__nodes *nodes);

/* How many there are, and how many of them rest. */
void dynox__nodes_count(dynox__nodes *nodes, size_t *listed, size_t *resting);

/* Writes a node's URL as all clients do, since it is what tells nodes apart: scheme and host in small letters, and no
 * slashes at its end. */
void dynox__node_url_plain(char *url);

/* Of a key that chooses a node; 0 for NULL alone. */
uint64_t dynox__nodes_hash(const char *text);

#endif
