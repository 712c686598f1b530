/* What is to be done as time passes, a bit at a time. */
#include "local/store/key.h"
#include "local/table/catalog.h"
#include "local/table/expiry.h"
#include "local/table/keep.h"

#define MINUTE_US INT64_C(60000000)

/* An entry of a global index that is written later than its item: see put_late of index.c. */
bool dynox__late_next(dynox__local_call *call, bool *any, int64_t *due_us)
{
    DYNOX__ROOM(from, 16);
    dynox__store_entry entry;
    *any    = false;
    *due_us = INT64_MAX;
    dynox__key_add_u32(&from, DYNOX__SPACE_LATE);
    if (!dynox__keep_first(call, &from, 4, &entry)) return false;
    if (!entry.key.data) return true;
    *due_us = entry.key.size >= 12 ? (int64_t)dynox__u64_at((const char *)entry.key.data + 4) : 0;
    if (*due_us > call->now_us) return true;
    *any                     = true;
    char               *what = (char *)(uintptr_t)entry.value.data;
    uint64_t            size = entry.value.size >= 8 ? dynox__u64_at(what) : 0;
    const dynox__buffer key  = {.data = (char *)(uintptr_t)entry.key.data, .size = entry.key.size};
    bool                done = true;
    if (size && size <= entry.value.size - 8) {
        const dynox__buffer place = {.data = what + 8, .size = (size_t)size};
        const dynox__buffer value = {.data = what + 8 + size, .size = entry.value.size - 8 - (size_t)size};
        done = value.size ? dynox__keep_put(call, &place, &value) : dynox__keep_remove(call, &place);
    }
    return done && dynox__keep_remove(call, &key);
}

/* Of a space that nobody will ask for again. */
bool dynox__dropped_next(dynox__local_call *call, bool *any, int64_t *due_us)
{
    DYNOX__ROOM(from, 16);
    DYNOX__ROOM(space, 16);
    dynox__store_entry dropped, entry;
    *any    = false;
    *due_us = INT64_MAX;
    dynox__key_add_u32(&from, DYNOX__SPACE_DROPPED);
    if (!dynox__keep_first(call, &from, 4, &dropped)) return false;
    if (!dropped.key.data) return true;
    *any                    = true;
    const dynox__buffer key = {.data = (char *)(uintptr_t)dropped.key.data, .size = dropped.key.size};
    if (key.size != 8) return dynox__keep_remove(call, &key);
    dynox__buffer_add(&space, key.data + 4, 4);
    if (!dynox__keep_first(call, &space, 4, &entry)) return false;
    if (!entry.key.data) return dynox__keep_remove(call, &key);
    const dynox__buffer gone = {.data = (char *)(uintptr_t)entry.key.data, .size = entry.key.size};
    return dynox__keep_remove(call, &gone);
}

bool dynox__space_drop(dynox__local_call *call, uint32_t number)
{
    DYNOX__ROOM(key, 16);
    DYNOX__ROOM(counts, 16);
    const dynox__buffer nothing = {.data = (char *)(uintptr_t) "", .size = 0};
    dynox__key_add_u32(&key, DYNOX__SPACE_DROPPED);
    dynox__key_add_u32(&key, number);
    dynox__key_add_u32(&counts, DYNOX__SPACE_COUNTS);
    dynox__key_add_u32(&counts, number);
    dynox__catalog_due_by(call->catalog, 0);
    return dynox__keep_put(call, &key, &nothing) && dynox__keep_remove(call, &counts);
}

typedef bool next_fn(dynox__local_call *call, bool *any, int64_t *due_us);

/* One thing, with an arena and tables of its own. */
static bool step(dynox__local_call *call, dynox__arena *scratch, next_fn *next, bool *any, int64_t *due_us)
{
    dynox__arena *arena = call->arena;
    dynox__held  *held  = call->held;
    call->arena         = scratch;
    call->held          = NULL;
    bool done           = next(call, any, due_us);
    dynox__catalog_release(call);
    call->arena = arena;
    call->held  = held;
    if (!done) dynox__keep_refusal(call);
    dynox__arena_reset(scratch);
    dynox__store_forget(call->transaction);
    return done;
}

bool dynox__table_upkeep(dynox__local_call *call, unsigned most, bool *more)
{
    static next_fn *const all[]   = {dynox__late_next, dynox__expiry_next, dynox__trim_next, dynox__history_next,
                                     dynox__dropped_next};
    dynox__arena          scratch = {0};
    int64_t               due_us  = INT64_MAX;
    bool                  done    = true;
    *more                         = false;
    for (size_t i = 0; i < sizeof all / sizeof *all && done && !*more; i++) {
        int64_t next_us = INT64_MAX;
        bool    any     = true;
        while (done && any && most) {
            done = step(call, &scratch, all[i], &any, &next_us);
            most -= any;
        }
        if (any) *more = true;
        if (next_us < due_us) due_us = next_us;
    }
    /* Once a minute in any case: the store may have become another one, by a snapshot that was restored. */
    if (due_us > call->now_us + MINUTE_US) due_us = call->now_us + MINUTE_US;
    dynox__catalog_set_due(call->catalog, *more || !done ? 0 : due_us);
    dynox__arena_free(&scratch);
    return done;
}
