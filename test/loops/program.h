/* The program that each event loop drives: coroutines that wait for other threads, for timers and for each other, and
 * that must never run anywhere but on the loop's thread. */
#ifndef DYNOX_TEST_LOOPS_PROGRAM_H
#define DYNOX_TEST_LOOPS_PROGRAM_H

#include <dynox/async.h>
#include <dynox/pool.h>
#include <pthread.h>
#include <stdio.h>

typedef struct program {
    dynox_loop   *loop;
    dynox_pool   *pool;
    dynox_future *future;
    pthread_t     thread; /* that of the event loop */
    int           steps, elsewhere;
    bool          finished;
    void (*stop)(void *); /* tells the event loop to end */
    void *stop_arg;
} program;

static dynox_outcome compute(void *n)
{
    return dynox_ok_int((int64_t)(intptr_t)n);
}

static void step(program *self)
{
    self->steps++;
    if (!pthread_equal(self->thread, pthread_self())) self->elsewhere++;
}

DYNOX_ASYNC(int64_t, add_up, (program *self; int count;), (int i; int64_t one, sum;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->count; my->i++) {
        DYNOX_AWAIT(my->one, dynox_pool_run(my->self->pool, compute, (void *)(intptr_t)my->i));
        step(my->self);
        my->sum += my->one;
        if (my->i % 10 == 0) DYNOX_AWAIT_VOID(dynox_sleep(1));
        step(my->self);
    }
    DYNOX_RETURN(my->sum);
    DYNOX_FINALLY
    DYNOX_AWAIT_VOID(dynox_sleep(1));
    step(my->self);
    DYNOX_END
}

DYNOX_ASYNC(int64_t, both, (program *self;), (dynox_future *other; int64_t a, b;))
{
    DYNOX_BEGIN
    my->other = DYNOX_GO(DYNOX_CALL(add_up, .self = my->self, .count = 100));
    DYNOX_AWAIT(my->a, DYNOX_CALL(add_up, .self = my->self, .count = 200));
    DYNOX_AWAIT(my->b, my->other);
    DYNOX_RETURN(my->a + my->b);
    DYNOX_END
}

static void finished(dynox_future *future, void *arg)
{
    program *self = arg;
    (void)future;
    step(self);
    self->finished = true;
    if (self->stop) self->stop(self->stop_arg);
}

static inline bool program_start(program *self)
{
    self->thread = pthread_self();
    self->loop   = dynox_loop_new();
    self->pool   = dynox_pool_new(.threads = 2);
    if (!self->loop || !self->pool) return false;
    dynox_executor *here = dynox_loop_executor(self->loop);
    self->future         = DYNOX_CALL_ON(here, both, .self = self);
    return dynox_future_on_done(self->future, here, finished, self) == DYNOX_OK;
}

/* The exit status of the test. */
static inline int program_end(program *self)
{
    int64_t      sum      = 0;
    dynox_status status   = dynox_join(self->future, &sum);
    int64_t      expected = 199 * 200 / 2 + 99 * 100 / 2;
    dynox_pool_free(self->pool);
    dynox_loop_free(self->loop);
    printf("status %d, sum %lld, %d steps, %d of them elsewhere\n", (int)status, (long long)sum, self->steps,
           self->elsewhere);
    return self->finished && status == DYNOX_OK && sum == expected && self->steps > 600 && self->elsewhere == 0 ? 0 : 1;
}

#endif
