/* Loops: executors that a thread of the program drains. The descriptor is written when the queue stops being empty,
 * and again at the end of a dispatch that had to leave work behind. */
#include "async/executor/executor.h"
#include "async/future/future.h"
#include "async/loop/wakeup.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/grace.h"
#include <dynox/loop.h>
#include <poll.h>

enum { DEFAULT_MAX = 64 };

struct dynox_loop {
    dynox_executor executor;
    dynox__queue   queue;
    dynox__wakeup  wakeup;
    unsigned       generation;
};

static void post(dynox_executor *self, dynox_work *work)
{
    dynox_loop *loop = DYNOX__CONTAINER(self, dynox_loop, executor);
    if (dynox__executor_is_foreign(loop->generation)) {
        dynox__executor_post_foreign(work);
        return;
    }
    dynox__queue_enter(&loop->queue);
    if (dynox__queue_push(&loop->queue, work)) dynox__wakeup_signal(&loop->wakeup);
    dynox__queue_leave(&loop->queue);
}

dynox_loop *dynox_loop_new(void)
{
    dynox_loop *loop = dynox__calloc(sizeof *loop);
    if (!loop) return NULL;
    loop->executor   = (dynox_executor){post, "loop"};
    loop->generation = dynox__fork_generation();
    if (dynox__wakeup_open(&loop->wakeup)) return loop;
    dynox__free(loop);
    return NULL;
}

dynox_executor *dynox_loop_executor(dynox_loop *loop)
{
    return &loop->executor;
}

int dynox_loop_fd(const dynox_loop *loop)
{
    return loop->wakeup.readable;
}

int dynox_loop_dispatch(dynox_loop *loop, int max)
{
    if (dynox__executor_is_foreign(loop->generation)) return 0; /* the descriptor is shared with the parent */
    if (max <= 0) max = DEFAULT_MAX;
    int         ran = 0;
    dynox_work *work;
    dynox__wakeup_clear(&loop->wakeup);
    int64_t until = dynox__now_ns() + DYNOX__MS;
    while (ran < max && (work = dynox__queue_take(&loop->queue))) {
        dynox_executor_run(&loop->executor, work);
        ran++;
        if (dynox__now_ns() >= until) break;
    }
    if (dynox__queue_waiting(&loop->queue)) dynox__wakeup_signal(&loop->wakeup);
    return ran;
}

/* ---- running until something is done ---- */

typedef struct end_mark {
    dynox__continuation continuation;
    bool                reached; /* only the loop's thread looks */
} end_mark;

static void mark_end(dynox_future *future, dynox__continuation *continuation)
{
    (void)future;
    DYNOX__CONTAINER(continuation, end_mark, continuation)->reached = true;
}

dynox_status dynox_loop_run(dynox_loop *loop, dynox_future *until)
{
    if (dynox__executor_is_foreign(loop->generation)) return DYNOX_E_FORKED;
    if (!dynox_future_done(until) && dynox_future_wait(until, 0) == DYNOX_E_FORKED) return DYNOX_E_FORKED;
    /* On our stack: it always fires before we leave, as work of this very loop. */
    end_mark      end   = {.continuation = {.on = &loop->executor, .fn = mark_end}};
    struct pollfd ready = {.fd = loop->wakeup.readable, .events = POLLIN};
    dynox__future_attach(until, &end.continuation);
    for (;;) {
        dynox__thread_catch_up();
        dynox_loop_dispatch(loop, 0);
        if (end.reached) return DYNOX_OK;
        poll(&ready, 1, -1);
    }
}

void dynox_loop_free(dynox_loop *loop)
{
    if (!loop) return;
    if (!dynox__executor_is_foreign(loop->generation)) {
        dynox__grace_wait(); /* what was settled before is here now, and will run */
        do {
            while (dynox_loop_dispatch(loop, 0)) {
            }
            dynox__queue_quiesce(&loop->queue);
        } while (dynox__queue_waiting(&loop->queue));
    }
    dynox__wakeup_close(&loop->wakeup);
    dynox__free(loop);
}
