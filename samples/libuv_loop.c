/* A program on libuv: one handle, and coroutines and callbacks run on the thread of uv_run. */
#include <dynox/dynox.h>
#include <dynox/loop/uv.h>

typedef struct program {
    dynox_client *db;
    dynox_loop   *loop;
    uv_poll_t     poll;
    uv_timer_t    timer;
    int           ticks;
} program;

DYNOX_ASYNC(bool, check, (dynox_client *db;), (bool alive;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(dynox_sleep(50)); /* the loop goes on meanwhile */
    DYNOX_AWAIT(my->alive, dynox_ping(my->db));
    DYNOX_RETURN(my->alive);
    DYNOX_END
}

static void tick(uv_timer_t *timer)
{
    ((program *)timer->data)->ticks++;
}

static void finished(dynox_future *done, void *arg)
{
    program *self  = arg;
    bool     alive = false;
    DYNOX_TAKE(alive, done);
    printf("the service %s; libuv ticked %s\n", alive ? "answers" : "does not answer",
           self->ticks ? "meanwhile" : "not once");
    dynox_uv_detach(&self->poll, NULL); /* nothing left to do: uv_run returns */
    uv_close((uv_handle_t *)&self->timer, NULL);
}

int main(void)
{
    dynox_error err  = {0};
    program     self = {.db = dynox_client_new(.error = &err), .loop = dynox_loop_new()};
    if (!self.db || !self.loop) return dynox_error_print(stderr, &err), 1;

    if (dynox_uv_attach(&self.poll, uv_default_loop(), self.loop) != 0) return 1;
    uv_timer_init(uv_default_loop(), &self.timer);
    self.timer.data = &self;
    uv_timer_start(&self.timer, tick, 5, 5);

    dynox_future *check_f = DYNOX_CALL_ON(dynox_loop_executor(self.loop), check, .db = self.db);
    dynox_future_on_done(check_f, dynox_loop_executor(self.loop), finished, &self);
    dynox_future_release(check_f);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);

    uv_loop_close(uv_default_loop());
    dynox_client_free(self.db);
    dynox_loop_free(self.loop);
    return 0;
}
