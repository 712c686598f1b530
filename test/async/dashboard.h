/* A program of coroutines that uses everything at once: a child with retries, a stream in pages, a generator, a group,
 * compensation on failure, cleaning up. */
#ifndef DYNOX_TEST_DASHBOARD_H
#define DYNOX_TEST_DASHBOARD_H

#define DYNOX_USER_TYPES thing * : &thing_type, summary * : &summary_type,

#include "support.h"
#include <dynox/future.h>

typedef struct summary {
    int user, orders, score, notes;
} summary;

static _Atomic int summaries_alive, compensations;

static void summary_free(void *it)
{
    if (it) atomic_fetch_sub(&summaries_alive, 1);
    counted_free(it);
}
static const dynox_type summary_type = {.name = "summary", .size = sizeof(summary *), .destroy = summary_free};

#include "async/pages.h"

DYNOX_ASYNC(thing *, load_user, (int id;), (thing * user; int tries;))
{
    DYNOX_BEGIN
    for (my->tries = 1;; my->tries++) {
        DYNOX_TRY(my->user, get_thing(my->id)) {
            if (DYNOX_ERR != DYNOX_E_THROTTLED || my->tries == 5) DYNOX_RETHROW;
            DYNOX_AWAIT_VOID(dynox_sleep(1));
            continue;
        }
        DYNOX_RETURN(my->user);
    }
    DYNOX_END
}

DYNOX_ASYNC(const int *, notes, (int count;), (thing * note; int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->count; my->i++) {
        DYNOX_AWAIT(my->note, get_thing(my->i));
        DYNOX_YIELD(&my->note->id);
        thing_free(my->note);
        my->note = NULL;
    }
    DYNOX_FINALLY
    thing_free(my->note);
    DYNOX_END
}

DYNOX_ASYNC(void *, write_all, (const summary *from; int count;), (dynox_group * group; int i;))
{
    DYNOX_BEGIN
    my->group = dynox_group_new(3);
    if (!my->group) DYNOX_THROW(DYNOX_E_NO_MEMORY);
    for (my->i = 0; my->i < my->count; my->i++) {
        DYNOX_AWAIT_VOID(dynox_group_slot(my->group));
        dynox_group_add(my->group, get_thing(my->from->orders));
    }
    DYNOX_AWAIT_VOID(dynox_group_join(my->group));
    DYNOX_FINALLY
    if (my->group) {
        dynox_group_cancel(my->group);
        DYNOX_TRY_VOID(dynox_group_join(my->group)) {
        }
        dynox_group_free(my->group);
    }
    DYNOX_END
}

DYNOX_ASYNC(summary *, dashboard, (int user_id; int page_count; int fail_at;),
            (thing * user, *written; const thing *order; const int *note; dynox_stream * orders; dynox_future * loading;
             summary * out, *result;))
{
    DYNOX_BEGIN
    my->loading = DYNOX_GO(DYNOX_CALL(load_user, .id = my->user_id));
    my->orders  = pages_new(my->page_count, my->fail_at);
    my->out     = counted_malloc(sizeof *my->out);
    if (!my->out) DYNOX_THROW(DYNOX_E_NO_MEMORY);
    atomic_fetch_add(&summaries_alive, 1);
    *my->out = (summary){0};
    DYNOX_FOR_EACH(my->order, my->orders) {
        if (my->order->id % 5 == 0) continue;
        my->out->orders++;
        my->out->score += my->order->id;
    }
    DYNOX_FOR_EACH(my->note, DYNOX_GENERATE(notes, .count = 5)) {
        if (*my->note == 3) break;
        my->out->notes++;
    }
    DYNOX_AWAIT(my->user, my->loading);
    my->out->user = my->user->id;
    DYNOX_AWAIT_VOID(DYNOX_CALL(write_all, .from = my->out, .count = 8));
    my->result = my->out;
    my->out    = NULL;
    DYNOX_RETURN(my->result);
    DYNOX_CATCH
    DYNOX_TRY(my->written, get_thing(-1)) {
    }
    thing_free(my->written);
    atomic_fetch_add(&compensations, 1);
    DYNOX_RETHROW;
    DYNOX_FINALLY
    DYNOX_AWAIT_VOID(dynox_future_of(dynox_ok(NULL, NULL)));
    thing_free(my->user);
    dynox_stream_free(my->orders);
    summary_free(my->out);
    DYNOX_END
}

#endif
