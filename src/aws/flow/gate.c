/* The bucket, its queue and its timer. */
#include "aws/flow/gate.h"
#include "base/alloc.h"

void dynox__gate_init(dynox__gate *gate, dynox__shared *owner, double rate, double capacity, double units,
                      int64_t now_ns)
{
    *gate      = (dynox__gate){.owner = owner, .rate = rate, .capacity = capacity, .units = units, .filled_ns = now_ns};
    gate->last = &gate->first;
    pthread_mutex_init(&gate->lock, NULL);
}

void dynox__gate_destroy(dynox__gate *gate)
{
    pthread_mutex_destroy(&gate->lock);
}

/* ---- the bucket ---- */

static void fill_locked(dynox__gate *gate, int64_t now_ns)
{
    if (now_ns <= gate->filled_ns) return; /* threads come here in another order than they looked at the clock */
    gate->units += gate->rate * ((double)(now_ns - gate->filled_ns) / (double)DYNOX__SECOND);
    if (gate->units > gate->capacity) gate->units = gate->capacity;
    gate->filled_ns = now_ns;
}

/* What is missing for that many; <= 0: nothing. Sums of fractions are never quite what they should be. */
static double missing_locked(const dynox__gate *gate, double units)
{
    double enough = units < gate->capacity ? units : gate->capacity;
    return gate->rate > 0 ? enough - gate->units - 1e-6 : 0;
}

static bool take_locked(dynox__gate *gate, double units, int64_t now_ns)
{
    fill_locked(gate, now_ns);
    if (missing_locked(gate, units) > 0) return false;
    if (gate->rate > 0) gate->units -= units;
    return true;
}

/* ---- the queue ---- */

/* false: he is not in it. */
static bool unlink_locked(dynox__gate *gate, dynox__gate_waiter *waiter)
{
    if (!waiter->link) return false;
    *waiter->link = waiter->next;
    if (waiter->next)
        waiter->next->link = waiter->link;
    else
        gate->last = waiter->link;
    waiter->link = NULL;
    gate->waiting--;
    return true;
}

static void link_locked(dynox__gate *gate, dynox__gate_waiter *waiter)
{
    waiter->next = NULL;
    waiter->link = gate->last;
    *gate->last  = waiter;
    gate->last   = &waiter->next;
    gate->waiting++;
}

/* ---- the timer ---- */

static void fire(dynox__timer *timer);

static int64_t turn_locked(const dynox__gate *gate, int64_t now_ns)
{
    double seconds = missing_locked(gate, gate->first->units) / gate->rate; /* open: nothing is missing, 0 / 0 */
    if (!(seconds > 0)) return now_ns;
    return seconds < 1e9 ? now_ns + (int64_t)(seconds * (double)DYNOX__SECOND) + 1 : DYNOX__NEVER;
}

/* The timer of a queue is set for its first. false: there has to be one, and there is no memory for it; never where
 * there is one already. */
static bool arm_locked(dynox__gate *gate, int64_t now_ns)
{
    if (gate->armed && gate->first) {
        dynox__timer_move(&gate->timer, turn_locked(gate, now_ns)); /* or it fires now, and looks by itself */
    } else if (gate->armed && dynox__timer_cancel(&gate->timer)) {
        gate->armed = false;
        dynox__shared_release(gate->owner); /* never the last: whoever came here has one */
    } else if (!gate->armed && gate->first) {
        gate->timer = (dynox__timer){.fire = fire};
        gate->armed = dynox__timer_start(&gate->timer, turn_locked(gate, now_ns));
        if (gate->armed) dynox__shared_acquire(gate->owner);
        return gate->armed;
    }
    return true;
}

/* Those whose turn it is, linked by next. All of them, rather than nobody ever, if there can be no timer. */
static dynox__gate_waiter *take_ready_locked(dynox__gate *gate, int64_t now_ns)
{
    dynox__gate_waiter *ready = NULL, **end = &ready;
    bool                all = false;
    for (;;) {
        while (gate->first && (take_locked(gate, gate->first->units, now_ns) || all)) {
            dynox__gate_waiter *waiter = gate->first;
            unlink_locked(gate, waiter);
            *end = waiter;
            end  = &waiter->next;
        }
        *end = NULL;
        if (arm_locked(gate, now_ns)) return ready;
        all = true;
    }
}

static void fire(dynox__timer *timer)
{
    dynox__gate        *gate  = DYNOX__CONTAINER(timer, dynox__gate, timer);
    dynox__shared      *owner = gate->owner;
    dynox__gate_waiter *ready, *next;
    pthread_mutex_lock(&gate->lock);
    gate->armed = false;
    ready       = take_ready_locked(gate, dynox__now_ns());
    pthread_mutex_unlock(&gate->lock);
    for (; ready; ready = next) {
        next = ready->next;
        ready->passed(ready);
    }
    dynox__shared_release(owner);
}

/* ---- */

bool dynox__gate_try(dynox__gate *gate, double units, int64_t now_ns)
{
    pthread_mutex_lock(&gate->lock);
    bool taken = !gate->first && take_locked(gate, units, now_ns);
    pthread_mutex_unlock(&gate->lock);
    return taken;
}

bool dynox__gate_enter(dynox__gate *gate, dynox__gate_waiter *waiter, double units, int64_t now_ns)
{
    pthread_mutex_lock(&gate->lock);
    bool taken = !gate->first && take_locked(gate, units, now_ns);
    if (!taken) {
        waiter->units = units;
        link_locked(gate, waiter);
        taken = gate->first == waiter && !arm_locked(gate, now_ns);
        if (taken) unlink_locked(gate, waiter);
        gate->delayed += !taken;
    }
    pthread_mutex_unlock(&gate->lock);
    return taken;
}

bool dynox__gate_forget(dynox__gate *gate, dynox__gate_waiter *waiter)
{
    pthread_mutex_lock(&gate->lock);
    bool waits = unlink_locked(gate, waiter);
    if (waits) arm_locked(gate, dynox__now_ns());
    pthread_mutex_unlock(&gate->lock);
    return waits;
}

/* Whoever may go earlier after these two does so on the timer thread: who gives back on his way out must not run
 * another one, who then does the same. */
void dynox__gate_spend(dynox__gate *gate, double units, int64_t now_ns)
{
    pthread_mutex_lock(&gate->lock);
    fill_locked(gate, now_ns);
    if (gate->rate > 0) gate->units -= units;
    if (gate->units > gate->capacity) gate->units = gate->capacity;
    arm_locked(gate, now_ns);
    pthread_mutex_unlock(&gate->lock);
}

void dynox__gate_set(dynox__gate *gate, double rate, double capacity, int64_t now_ns)
{
    pthread_mutex_lock(&gate->lock);
    fill_locked(gate, now_ns);
    gate->rate     = rate;
    gate->capacity = capacity;
    if (gate->units > capacity) gate->units = capacity;
    arm_locked(gate, now_ns);
    pthread_mutex_unlock(&gate->lock);
}

dynox__gate_state dynox__gate_look(dynox__gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    dynox__gate_state state = {gate->rate, gate->waiting, gate->delayed};
    pthread_mutex_unlock(&gate->lock);
    return state;
}

void dynox__gate_forget_counts(dynox__gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->delayed = 0;
    pthread_mutex_unlock(&gate->lock);
}
