/* Credentials inside the library: frozen snapshots, and providers with one refresh in flight however many wait.
 *
 * A provider gives a snapshot at once when it can; five minutes before that expires it starts to look for another, and
 * nobody waits. Otherwise the asker links a waiter into it and is called when the refresh is over. A refresh that fails
 * is not the end of credentials that still serve. Refreshes run on the helper, which may block: files, processes and
 * callbacks of users never run on an I/O thread. */
#ifndef DYNOX_AWS_CREDENTIALS_CREDENTIALS_H
#define DYNOX_AWS_CREDENTIALS_CREDENTIALS_H

#include "async/future/future.h"
#include "base/shared.h"
#include <dynox/credentials.h>
#include <pthread.h>

/* Letters of the user agent that say where credentials came from, with commas between them: "o,n,i" is a role by
 * source_profile, from keys in a profile. Chains that do not fit are cut. */
enum { DYNOX__FEATURES = 32 };

/* One set that never changes: what an attempt is signed with. Wiped when the last user lets go. */
typedef struct dynox__credentials {
    dynox__shared     shared;
    uint64_t          identity; /* unique in the process; never 0 */
    dynox_credentials set;      /* absent texts are NULL */
    size_t            token_length;
    char              features[DYNOX__FEATURES]; /* how they were got, for the user agent; empty: ask the provider */
    size_t            size;                      /* of the whole block */
} dynox__credentials;

/* NULL with `error`: out of memory, or they cannot be used (DYNOX_E_CREDENTIALS; `source` says where they are from). */
dynox__credentials *dynox__credentials_freeze(const dynox_credentials *credentials, const char *source,
                                              dynox_error *error);
static inline void  dynox__credentials_release(dynox__credentials *credentials)
{
    if (credentials) dynox__shared_release(&credentials->shared);
}

/* Of a set that dynox_credentials_copy has made: the letters, and more of them, in front of those or behind. */
const char *dynox__credentials_features(const dynox_credentials *made);
void        dynox__credentials_feature(dynox_credentials *made, const char *letters, bool in_front); /* NULL: none */

/* How a kind of provider gets credentials: one of the first two. */
typedef struct dynox__provider_class {
    const char *name;    /* in messages: "the environment" */
    const char *feature; /* its letters in the user agent; NULL: none of its own */
    bool        fixed;   /* asking again gives the same ones */
    /* Cheap, never blocks; runs on the asker's thread under the provider's lock. NULL with `error`: there are none. */
    dynox__credentials *(*now)(dynox_credentials_provider *self, dynox_error *error);
    /* Runs on the helper (helper.h), may block; a future of dynox_type_credentials, never NULL. */
    dynox_future *(*load)(dynox_credentials_provider *self);
    void (*destroy)(dynox_credentials_provider *self); /* its own members, not the block; NULL: nothing */
} dynox__provider_class;

/* Embedded in whoever waits. `ready` is called once, without a lock, on any thread: either with a reference to a
 * snapshot, or with NULL and the error. */
typedef struct dynox__credentials_waiter dynox__credentials_waiter;
struct dynox__credentials_waiter {
    dynox__credentials_waiter *next, **link; /* link: NULL when it is not waiting */
    void (*ready)(dynox__credentials_waiter *waiter, dynox__credentials *credentials, const dynox_error *error);
};

/* Embedded first in every provider. */
struct dynox_credentials_provider {
    dynox__shared                shared;
    const dynox__provider_class *class_;
    pthread_mutex_t              lock;
    dynox__credentials          *current;                /* NULL: none yet, or known to be bad */
    dynox__credentials_waiter   *waiters, **waiters_end; /* in the order in which they came */
    bool                         loading;
    bool                         refused;         /* by the service, current */
    unsigned                     useless;         /* refreshes in a row that failed, or brought nothing better */
    int64_t                      advisory_s;      /* before the end of current: time for the next refresh */
    int64_t                      fresh_until_ns;  /* current is usable until then, whatever the wall clock says */
    int64_t                      failed_until_ns; /* after a failure: the same answer until then (dynox__now_ns) */
    int64_t                      retry_ns;        /* while current serves: no other refresh before that */
    dynox_error                  failure;
    unsigned                     generation; /* of the process that made it: see fork() */
    dynox_work                   work;       /* starts the load on the helper */
    dynox__continuation          loaded;
    dynox_future                *load; /* in flight; owned */
};

/* A provider of `size` bytes with one reference; NULL: out of memory. */
void *dynox__provider_new(const dynox__provider_class *class_, size_t size);

/* As dynox_credentials_static, of keys that a profile has: which is another letter. */
dynox_credentials_provider *dynox__credentials_of_profile(const dynox_credentials *credentials);

/* The same keys and token, though perhaps not the same snapshot? */
bool dynox__credentials_same(const dynox__credentials *a, const dynox__credentials *b);

/* A snapshot of usable credentials. `stale`: the service refused this one, so anything but it (NULL: none).
 * DYNOX_OK: *credentials is a reference. DYNOX_E_BUSY: waiter->ready will be called, unless dynox__credentials_forget
 * returns true. Else `error`. */
dynox_status dynox__credentials_get(dynox_credentials_provider *provider, const dynox__credentials *stale,
                                    dynox__credentials_waiter *waiter, dynox__credentials **credentials,
                                    dynox_error *error);
/* true: ready will never be called. false: it has been, or is being called now. */
bool dynox__credentials_forget(dynox_credentials_provider *provider, dynox__credentials_waiter *waiter);

#endif
