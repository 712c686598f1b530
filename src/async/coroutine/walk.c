/* DYNOX_FOR_EACH: which stream each loop of a coroutine walks, and who frees it. */
#include "async/coroutine/coroutine.h"
#include "async/future/state.h"
#include "async/stream/stream.h"

/* A loop is known by the number of its place in the source: it cannot be active twice in one frame. */
struct dynox__walk {
    struct dynox__walk *next;
    int                 site;
    bool                owned;
    bool                fits;     /* the items to the variable */
    const dynox_type   *variable; /* NULL: of a type that is not known */
    dynox_stream       *stream;   /* NULL: it is over, or there was none */
    dynox_future       *ending;   /* of a generator that was left early: to be joined */
};

enum { NO_SITE = -1 };

static dynox__walk *find(dynox__coroutine *coroutine, int site)
{
    dynox__walk *walk = coroutine->walks;
    while (walk && walk->site != site)
        walk = walk->next;
    return walk;
}

/* Ends a stream that the loop owns. */
static void let_go(dynox__walk *walk)
{
    if (walk->owned && walk->stream) {
        walk->ending = dynox__generator_future(walk->stream);
        dynox_stream_free(walk->stream);
    }
    walk->stream = NULL;
}

void dynox_frame_walk_(dynox_frame *frame, int site, dynox_stream *stream, bool owned, const dynox_type *variable)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    dynox__walk      *walk      = find(coroutine, site);
    if (walk) {
        let_go(walk); /* left by break the last time */
        if (walk->ending && dynox_future_done(walk->ending)) {
            dynox_future_release(walk->ending);
            walk->ending = NULL;
        }
        if (walk->ending) {
            walk->site = NO_SITE;
            walk       = NULL;
        }
    }
    if (!walk) {
        walk = dynox__calloc(sizeof *walk);
        if (!walk) { /* dynox_frame_next_ will not find it */
            if (owned) dynox_stream_free(stream);
            return;
        }
        walk->next       = coroutine->walks;
        coroutine->walks = walk;
    }
    walk->site     = site;
    walk->owned    = owned;
    walk->stream   = stream;
    walk->variable = variable;
    walk->fits     = dynox__stream_fits(stream, variable);
}

static int stream_failed(dynox__coroutine *coroutine, dynox__walk *walk)
{
    const dynox_error *error = dynox_stream_error(walk->stream);
    if (!error) error = dynox__status_error(DYNOX_E_INTERNAL);
    dynox__coroutine_set_error(coroutine, error->status, dynox__failure_new(error));
    let_go(walk);
    return DYNOX_WALK_FAILED_;
}

static int wrong_variable(dynox__coroutine *coroutine, dynox__walk *walk, int line)
{
    dynox__frame_of(coroutine)->line_ = line;
    dynox__coroutine_wrong_type(coroutine, dynox_stream_item_type(walk->stream), walk->variable);
    let_go(walk);
    return DYNOX_WALK_FAILED_;
}

/* One round of the loop. After DYNOX_WALK_WAIT_ the loop comes back here when the await has ended. */
int dynox_frame_next_(dynox_frame *frame, int site, int line)
{
    dynox__coroutine *coroutine = dynox__coroutine_of(frame);
    dynox__walk      *walk      = find(coroutine, site);
    const void       *item      = NULL;
    if (!walk || !walk->stream) {
        dynox__coroutine_set_error(coroutine, walk ? DYNOX_E_ARGUMENT : DYNOX_E_NO_MEMORY, NULL);
        return DYNOX_WALK_FAILED_;
    }
    if (!walk->fits) return wrong_variable(coroutine, walk, line);
    for (;;) {
        if (coroutine->fetching) {
            coroutine->fetching = false;
            if (!dynox_frame_take_(frame, NULL, NULL, 0)) return DYNOX_WALK_FAILED_;
        }
        switch (dynox_stream_poll(walk->stream, &item)) {
        case DYNOX_STREAM_ITEM: frame->item_ = (void *)(uintptr_t)item; return DYNOX_WALK_ITEM_;
        case DYNOX_STREAM_END: let_go(walk); return DYNOX_WALK_END_;
        case DYNOX_STREAM_FAILED: return stream_failed(coroutine, walk);
        case DYNOX_STREAM_WAIT: break;
        }
        coroutine->fetching = true;
        if (dynox_frame_await_(frame, dynox_stream_next(walk->stream), line)) return DYNOX_WALK_WAIT_;
    }
}

void dynox__walks_end(dynox__coroutine *coroutine)
{
    for (dynox__walk *walk = coroutine->walks; walk; walk = walk->next)
        let_go(walk);
}

dynox_future *dynox__walks_join(dynox__coroutine *coroutine)
{
    for (dynox__walk *walk = coroutine->walks; walk; walk = walk->next) {
        dynox_future *ending = walk->ending;
        walk->ending         = NULL;
        if (ending) return ending;
    }
    return NULL;
}

void dynox__walks_free(dynox__coroutine *coroutine)
{
    while (coroutine->walks) {
        dynox__walk *walk = coroutine->walks;
        coroutine->walks  = walk->next;
        dynox__free(walk);
    }
}
