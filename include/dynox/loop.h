/* A loop: an executor that the program drains itself, on its own thread, through one file descriptor. */
#ifndef DYNOX_LOOP_H
#define DYNOX_LOOP_H

#include <dynox/future.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_loop dynox_loop;

/* NULL: out of memory or descriptors. One thread at a time dispatches it; its executor may be named, and is posted to,
 * from any. */
DYNOX_API dynox_loop *dynox_loop_new(void);
/* Borrowed from the loop. */
DYNOX_API dynox_executor *dynox_loop_executor(dynox_loop *loop);
/* Readable while work is queued (level- and edge-triggered polling both work). Never read or close it yourself. */
DYNOX_API int dynox_loop_fd(const dynox_loop *loop);
/* Runs what is queued, at most `max` pieces (0: 64) and about a millisecond; the descriptor stays readable if more is
 * left. Returns how many it ran; none in a forked child. */
DYNOX_API int dynox_loop_dispatch(dynox_loop *loop, int max);
/* Dispatches on this thread until the future is done: for scripts. DYNOX_OK: it is done, successful or not;
 * DYNOX_E_FORKED: loop or future are the parent's. Borrows the future. */
DYNOX_API dynox_status dynox_loop_run(dynox_loop *loop, dynox_future *until);
/* Runs what is queued and frees the loop. Nothing may name its executor afterwards. NULL is fine. */
DYNOX_API void dynox_loop_free(dynox_loop *loop);

/* dynox_run(DYNOX_CALL(main_coroutine, ...), &result, .error = &err): makes a loop on the calling thread, starts the
 * coroutine there, runs the loop until it ends, and joins it. dynox_run_void for one without a result.
 *
 * Coroutines that it started and forgot are cancelled at the end, and run until they have cleaned up. .timeout_ms
 * cancels the main coroutine after that time (DYNOX_E_TIMEOUT); it, too, still cleans up. Runs may nest: the inner one
 * holds up the outer one. DYNOX_E_NO_MEMORY without memory or descriptors for a loop: nothing is started then. */
DYNOX_API void         dynox_run_begin_(void);
DYNOX_API dynox_status dynox_run_end_(dynox_future *consumed, const dynox_type *type, const dynox_join_args *args);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_run(consumed, ...) dynox_run_(consumed, __VA_ARGS__, .size = sizeof(dynox_join_args))
#define dynox_run_(consumed, out_, ...)                                                                                \
    (dynox_run_begin_(),                                                                                               \
     dynox_run_end_((consumed), DYNOX_TYPE_OF(*(out_)), &(dynox_join_args){.out = (out_), __VA_ARGS__}))
#define dynox_run_void(...) dynox_run_void_(__VA_ARGS__, .size = sizeof(dynox_join_args))
#define dynox_run_void_(consumed, ...)                                                                                 \
    (dynox_run_begin_(), dynox_run_end_((consumed), NULL, &(dynox_join_args){__VA_ARGS__}))
#endif
#endif
