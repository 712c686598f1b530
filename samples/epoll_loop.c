/* A program with an epoll loop of its own: the library's loop is one more descriptor in it, and coroutines and
 * callbacks run on the loop's thread. */
#include <dynox/dynox.h>
#include <dynox/loop/epoll.h>
#include <unistd.h>

DYNOX_ASYNC(bool, check, (dynox_client *db;), (bool alive;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->alive, dynox_ping(my->db));
    DYNOX_RETURN(my->alive);
    DYNOX_END
}

/* Runs on the loop's thread, inside dynox_loop_dispatch. */
static void finished(dynox_future *done, void *running)
{
    bool alive = false;
    DYNOX_TAKE(alive, done);
    printf("the service %s\n", alive ? "answers" : "does not answer");
    *(bool *)running = false;
}

int main(void)
{
    dynox_error   err     = {0};
    dynox_client *db      = dynox_client_new(.error = &err);
    dynox_loop   *loop    = dynox_loop_new();
    int           epoll   = epoll_create1(EPOLL_CLOEXEC);
    bool          running = true;
    if (!db || !loop || epoll < 0) return dynox_error_print(stderr, &err), 1;

    if (dynox_epoll_attach(epoll, loop) != 0) return perror("epoll"), 1;

    dynox_future *check_f = DYNOX_CALL_ON(dynox_loop_executor(loop), check, .db = db);
    dynox_future_on_done(check_f, dynox_loop_executor(loop), finished, &running);
    dynox_future_release(check_f);

    struct epoll_event event;
    while (running) /* the program's own loop */
        if (epoll_wait(epoll, &event, 1, -1) > 0 && !dynox_epoll_dispatch(&event, loop))
            puts("one of the program's own descriptors");

    close(epoll);
    dynox_client_free(db);
    dynox_loop_free(loop);
    return 0;
}
