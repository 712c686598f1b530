/* A dynox_loop in a program on libuv. Header-only: the program links libuv, the library does not. */
#ifndef DYNOX_LOOP_UV_H
#define DYNOX_LOOP_UV_H

#include <dynox/loop.h>
#include <uv.h>

DYNOX_EXTERN_C_BEGIN

static inline void dynox_uv_readable_(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    dynox_loop_dispatch((dynox_loop *)poll->data, 0);
}

/* What is queued on the loop runs on the thread of `uv` from now on. The handle is yours, as any of libuv's: it must
 * stay where it is until it is closed; its data is the loop. It keeps uv_run going: uv_unref it if it should not. 0, or
 * libuv's error. */
static inline int dynox_uv_attach(uv_poll_t *poll, uv_loop_t *uv, dynox_loop *loop)
{
    int error = uv_poll_init(uv, poll, dynox_loop_fd(loop));
    if (error) return error;
    poll->data = loop;
    error      = uv_poll_start(poll, UV_READABLE, dynox_uv_readable_);
    if (error) uv_close((uv_handle_t *)poll, NULL);
    return error;
}

/* Before the loop is freed; on the thread of `uv`, also out of what the loop runs. `closed` is called in a later turn
 * of uv_run, from when on the handle's memory is free; NULL is fine. */
static inline void dynox_uv_detach(uv_poll_t *poll, uv_close_cb closed)
{
    uv_close((uv_handle_t *)poll, closed);
}

DYNOX_EXTERN_C_END

#endif
