/* Two sets of counters: a wait makes newcomers use the other set and waits for the first to run empty, twice, since
 * somebody may have looked up the set just before it was changed. Counters are spread, so that threads seldom share. */
#include "base/grace.h"
#include "base/thread.h"
#include <sched.h>
#include <stdatomic.h>

enum { SHARDS = 16 };

static struct {
    _Alignas(64) _Atomic unsigned in[2];
} shards[SHARDS];

static _Atomic unsigned period, next_shard;
static pthread_mutex_t  waiting = PTHREAD_MUTEX_INITIALIZER;

static _Thread_local struct {
    unsigned shard; /* 0: none yet */
    unsigned in[2];
} own;

/* The fork generation is part of it: what the parent entered, the child need not leave. */
static unsigned token_of(unsigned set)
{
    return dynox__fork_generation() << 1 | set;
}

unsigned dynox__grace_enter(void)
{
    if (!own.shard) own.shard = atomic_fetch_add_explicit(&next_shard, 1, memory_order_relaxed) % SHARDS + 1;
    unsigned set = atomic_load_explicit(&period, memory_order_seq_cst) & 1;
    own.in[set]++;
    atomic_fetch_add_explicit(&shards[own.shard - 1].in[set], 1, memory_order_seq_cst);
    return token_of(set);
}

void dynox__grace_leave(unsigned token)
{
    unsigned set = token & 1;
    if (token != token_of(set)) return;
    own.in[set]--;
    atomic_fetch_sub_explicit(&shards[own.shard - 1].in[set], 1, memory_order_release);
}

static void wait_for(unsigned set)
{
    for (unsigned i = 0; i < SHARDS; i++) {
        unsigned mine = own.shard == i + 1 ? own.in[set] : 0;
        while (atomic_load_explicit(&shards[i].in[set], memory_order_seq_cst) > mine)
            sched_yield();
    }
}

void dynox__grace_wait(void)
{
    pthread_mutex_lock(&waiting);
    for (int pass = 0; pass < 2; pass++)
        wait_for(atomic_fetch_add_explicit(&period, 1, memory_order_seq_cst) & 1);
    pthread_mutex_unlock(&waiting);
}

void dynox__grace_reset(void)
{
    for (unsigned i = 0; i < SHARDS; i++)
        for (unsigned set = 0; set < 2; set++)
            atomic_store_explicit(&shards[i].in[set], 0, memory_order_relaxed);
    own.in[0] = own.in[1] = 0;
    waiting               = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}
