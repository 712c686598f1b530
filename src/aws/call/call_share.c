/* Single flight: reads with the same request that come while one is under way wait for its answer. The request is made
 * by a call of its own, which nobody else holds: so whoever asked first may be cancelled like any other, and the last
 * to leave ends it. */
#include "aws/call/call_state.h"
#include "base/alloc.h"
#include "base/hash.h"

/* One request under way, and those who wait for it. One reference is the leader's continuation's, one each member's. */
struct dynox__flight {
    dynox__shared       shared;
    dynox__flight      *next, **link; /* in the service's table; link NULL: nobody can join any more */
    dynox__call        *leader;       /* a reference */
    dynox__call        *members;
    bool                landed; /* its answer is being handed out */
    dynox__continuation continuation;
    uint64_t            hash;
    size_t              size;
    char                request[];
};

/* ---- the table ---- */

static const char *body_of(const dynox__call *call, size_t *size)
{
    *size = call->buffer.size - call->head_room;
    return call->buffer.data + call->head_room;
}

static dynox__flight **bucket_of(dynox__service *service, uint64_t hash)
{
    return &service->sharing.flights[hash % DYNOX__FLIGHTS];
}

static bool is_same(const dynox__flight *flight, const dynox__call *call, uint64_t hash)
{
    size_t             size;
    const char        *body   = body_of(call, &size);
    const dynox__call *leader = flight->leader;
    return flight->hash == hash && flight->size == size && memcmp(flight->request, body, size) == 0 &&
           leader->operation == call->operation && leader->max_attempts == call->max_attempts &&
           leader->attempt_timeout_ms == call->attempt_timeout_ms && leader->hedge == call->hedge &&
           leader->node_key == call->node_key;
}

static dynox__flight *find_locked(const dynox__call *call, uint64_t hash)
{
    dynox__flight *flight = *bucket_of(call->service, hash);
    while (flight && !is_same(flight, call, hash))
        flight = flight->next;
    return flight;
}

static void list_locked(dynox__flight *flight, dynox__flight **bucket)
{
    flight->next = *bucket;
    flight->link = bucket;
    if (flight->next) flight->next->link = &flight->next;
    *bucket = flight;
}

static void delist_locked(dynox__flight *flight)
{
    if (!flight->link) return;
    *flight->link = flight->next;
    if (flight->next) flight->next->link = flight->link;
    flight->link = NULL;
}

/* ---- members ---- */

static void add_locked(dynox__flight *flight, dynox__call *call)
{
    dynox__call_state *state = call->state_;
    state->flight            = dynox__shared_acquire(&flight->shared);
    state->joined            = flight->members != NULL;
    state->member            = flight->members;
    state->member_link       = &flight->members;
    if (state->member) state->member->state_->member_link = &state->member;
    flight->members = call;
}

static bool remove_locked(dynox__call *call)
{
    dynox__call_state *state = call->state_;
    if (!state->member_link) return false;
    *state->member_link = state->member;
    if (state->member) state->member->state_->member_link = state->member_link;
    state->member_link = NULL;
    return true;
}

bool dynox__share_forget(dynox__call *call)
{
    dynox__sharing *sharing = &call->service->sharing;
    pthread_mutex_lock(&sharing->lock);
    bool waits = remove_locked(call);
    pthread_mutex_unlock(&sharing->lock);
    return waits;
}

void dynox__share_left(dynox__call *call)
{
    dynox__sharing *sharing = &call->service->sharing;
    dynox__flight  *flight  = call->state_->flight;
    dynox__call    *last    = NULL;
    if (!flight) return;
    pthread_mutex_lock(&sharing->lock);
    if (!flight->members && !flight->landed && flight->link) {
        delist_locked(flight);
        last = flight->leader;
        dynox_future_acquire(&last->future);
    }
    pthread_mutex_unlock(&sharing->lock);
    if (!last) return;
    dynox__call_interrupt(last, DYNOX_E_CANCELLED, "nobody waits for it any more");
    dynox_future_release(&last->future);
}

void dynox__share_end(dynox__call *call)
{
    if (call->state_->flight) dynox__shared_release(&call->state_->flight->shared);
}

/* ---- the answer ---- */

static dynox__call *take_member(dynox__flight *flight)
{
    dynox__sharing *sharing = &flight->leader->service->sharing;
    pthread_mutex_lock(&sharing->lock);
    delist_locked(flight);
    flight->landed    = true;
    dynox__call *call = flight->members;
    if (call) remove_locked(call);
    pthread_mutex_unlock(&sharing->lock);
    return call;
}

/* An item that came out of a call does not change, so all get the same, each with a reference of his own. */
static void give(dynox__call *call, dynox__call *leader)
{
    dynox__slot       value = leader->future.value;
    const dynox_item *item  = value.pointer;
    if (item) dynox__shared_acquire(item->owner_);
    dynox__call_succeed_with(call, leader, value);
}

static void deny(dynox__call *call, const dynox_future *failed)
{
    dynox_error error = {0};
    if (failed->failure)
        dynox_error_copy(&error, &failed->failure->error);
    else
        dynox_error_set(&error, failed->status, "%s", dynox_status_text(failed->status));
    pthread_mutex_lock(&call->state_->lock);
    call->state_->sent = call->state_->joined ? 0 : error.attempts;
    pthread_mutex_unlock(&call->state_->lock);
    dynox__call_fail(call, &error);
}

static void landed(dynox_future *future, dynox__continuation *continuation)
{
    dynox__flight *flight = DYNOX__CONTAINER(continuation, dynox__flight, continuation);
    dynox__call   *leader = flight->leader, *call;
    dynox__future_failure(future); /* the members look at it */
    while ((call = take_member(flight)) != NULL) {
        if (!dynox__call_resume(call)) continue;
        if (future->status == DYNOX_OK)
            give(call, leader);
        else
            deny(call, future);
    }
    dynox__shared_release(&flight->shared);
}

/* ---- joining ---- */

static void flight_destroy(dynox__shared *shared)
{
    dynox__flight *flight = DYNOX__CONTAINER(shared, dynox__flight, shared);
    dynox_future_release(&flight->leader->future);
    dynox__free(flight);
}

static dynox__flight *new_flight(const dynox__call *call, uint64_t hash)
{
    size_t         size;
    const char    *body   = body_of(call, &size);
    dynox__flight *flight = dynox__calloc(sizeof *flight + size);
    dynox__call   *leader = flight ? dynox__call_copy(call) : NULL;
    if (!leader) {
        dynox__free(flight);
        return NULL;
    }
    leader->max_attempts       = call->max_attempts;
    leader->attempt_timeout_ms = call->attempt_timeout_ms;
    leader->deadline_ms        = -1; /* each member keeps his own */
    leader->hedge              = call->hedge;
    leader->node_key           = call->node_key;
    dynox__shared_init(&flight->shared, flight_destroy);
    flight->leader       = leader;
    flight->hash         = hash;
    flight->size         = size;
    flight->continuation = (dynox__continuation){.fn = landed, .on = dynox_executor_inline()};
    memcpy(flight->request, body, size);
    return flight;
}

/* It was not needed: neither has begun. */
static void discard(dynox__flight *flight)
{
    if (!flight) return;
    dynox_future_acquire(&flight->leader->future); /* the flight's own */
    dynox__call_discard(flight->leader);
    dynox__shared_release(&flight->shared);
}

/* Its call begins when it has a member: that one may be gone before. */
static void start(dynox__flight *flight)
{
    dynox__future_attach(&flight->leader->future, &flight->continuation);
    (void)dynox__call_start(flight->leader);
}

bool dynox__share_join(dynox__call *call)
{
    dynox__sharing    *sharing = &call->service->sharing;
    dynox__call_state *state   = call->state_;
    size_t             size;
    const char        *body = body_of(call, &size);
    uint64_t           hash = dynox__hash(DYNOX__HASH_START, body, size);
    pthread_mutex_lock(&sharing->lock);
    dynox__flight *flight = find_locked(call, hash), *made = NULL;
    pthread_mutex_unlock(&sharing->lock);
    if (!flight && !(made = new_flight(call, hash))) return false;

    pthread_mutex_lock(&state->lock);
    pthread_mutex_lock(&sharing->lock);
    flight = find_locked(call, hash);
    if (!flight && made && !state->interrupted) list_locked(flight = made, bucket_of(call->service, hash));
    bool joins = flight && !state->interrupted;
    if (joins) {
        add_locked(flight, call);
        if (flight == made) dynox__shared_acquire(&made->shared); /* until it has been started */
    }
    pthread_mutex_unlock(&sharing->lock);
    if (joins) dynox__call_await_locked(call, DYNOX__CALL_SHARES);
    pthread_mutex_unlock(&state->lock); /* and the call is not ours any more */
    if (joins && flight == made) {
        start(made);
        dynox__shared_release(&made->shared);
    } else {
        discard(made);
    }
    return joins;
}
