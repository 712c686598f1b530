/* Futures: a result that is there now or will be later.
 *
 * Every call that starts something returns one at once, and never NULL: what went wrong already is a future that has
 * failed already. A future is counted; the caller has one reference and must end it in exactly one of these ways:
 * dynox_future_release (forget), dynox_future_drop (cancel and forget), a join, an await, or handing it to a function
 * whose parameter is called `consumed`. To keep it as well, hand over dynox_future_acquire(f).
 *
 * Everything here may be called from any thread unless it says otherwise. What happened before a future was settled
 * has happened for whoever sees it done. */
#ifndef DYNOX_FUTURE_H
#define DYNOX_FUTURE_H

#include <dynox/error.h>
#include <dynox/executor.h>
#include <stdint.h>

DYNOX_EXTERN_C_BEGIN

typedef struct dynox_future dynox_future;

/* What a future's value is. Values are at most 8 bytes: a number, or a pointer with its destructor. Types are compared
 * by address, so each is one object. A size of 0: no variable can take it, it is only accepted and destroyed. Members
 * may be added at the end: name those that you set. */
typedef struct dynox_type {
    const char *name;
    size_t      size;
    void (*destroy)(void *value); /* for pointers: ends a value that nobody took; NULL: nothing to do */
    /* For pointers: the value has come to a consumer. Called on the thread that takes, joins or awaits, before the
     * value is handed over or destroyed; once, also where a value goes on from future to future; never for one that is
     * only released, dropped or cancelled, or looked at with dynox_future_peek; never under a lock. It must not fail.
     * NULL: nothing to do. Whoever takes a combination, has taken what it stands for: a gather (of either kind, also
     * one that failed) the parts that succeeded; a timeout, an any, a race, a chain whose handler passes or continues,
     * and a promise that continues what they settled with; dynox_group_slot and dynox_group_join what has ended in the
     * group. A shield carries no value and accepts nothing, nor does whoever gives up (a time limit, a cancel). What a
     * handler drops is not accepted, unless it takes it: dynox_future_take(future, NULL, NULL). */
    void (*accept)(void *value);
    bool        strict; /* not to be taken into a variable whose type the library does not know (DYNOX_E_TYPE) */
    const char *advice; /* strict: what the error says is to be done; NULL: to name the type in DYNOX_USER_TYPES */
} dynox_type;

extern DYNOX_API const dynox_type dynox_type_bool, dynox_type_int, dynox_type_unsigned, dynox_type_long,
    dynox_type_unsigned_long, dynox_type_long_long, dynox_type_unsigned_long_long, dynox_type_double,
    dynox_type_pointer;

/* ---- the handle ---- */

DYNOX_API dynox_future *dynox_future_acquire(dynox_future *future); /* one more reference; returns it; NULL is fine */
/* Forgets the future: never blocks, never cancels. A put that is forgotten still happens. NULL is fine. */
DYNOX_API void dynox_future_release(dynox_future *future);
/* Asks for an early end; idempotent; NULL is fine. A call of the library settles with DYNOX_E_CANCELLED at once; a
 * chain, a combination or a coroutine does when it has cleaned up. No effect on a future that is done, or, in a forked
 * child, on one of the parent's. A cancelled write may have been applied all the same. */
DYNOX_API void dynox_future_cancel(dynox_future *future);
/* cancel + release + *future = NULL, for cleaning up. */
DYNOX_API void dynox_future_drop(dynox_future **future);

/* Has it been settled? Never blocks. In a forked child a future that was pending in the parent never is: wait for it,
 * which says so (DYNOX_E_FORKED). */
DYNOX_API bool dynox_future_done(const dynox_future *future);
/* Waits until it is done. DYNOX_OK: done (successful or not); DYNOX_E_TIMEOUT; DYNOX_E_DEADLOCK: only this thread
 * could settle it; DYNOX_E_FORKED. The future stays yours in any case. timeout_ms < 0 waits for ever. */
DYNOX_API dynox_status dynox_future_wait(dynox_future *future, int64_t timeout_ms);

/* For programs with fibers of their own (neco, libdill and the like): sync_ calls and waits then park the fiber and
 * leave its thread to others. */
typedef struct dynox_wait_hook {
    /* The fiber that the calling thread runs; NULL: none, and the thread waits. */
    void *(*token)(void);
    /* Suspends the calling fiber until unpark(token). It may return early; an unpark that came first is not lost. */
    void (*park)(void *token);
    /* Lets the fiber go on. Called from any thread, never after the wait has ended. */
    void (*unpark)(void *token);
} dynox_wait_hook;
/* Sets the hook for the process; it must live as long. NULL: none. Not while anything waits. */
DYNOX_API void dynox_set_wait_hook(const dynox_wait_hook *hook);

/* ---- the result of a future that is done; none of these blocks ---- */

/* DYNOX_OK or what went wrong; DYNOX_E_PENDING while it is not done. Marks the error as seen. */
DYNOX_API dynox_status dynox_future_error(dynox_future *future);
/* The whole error, borrowed until the future is released; NULL if it succeeded or is not done. */
DYNOX_API const dynox_error *dynox_future_details(dynox_future *future);
/* Moves the value into *out, once: DYNOX_OK, the future's own error, DYNOX_E_TYPE, DYNOX_E_TAKEN, or DYNOX_E_PENDING
 * while it is not done. `type` NULL skips the check, except for strict types, which are refused then; an integer may be
 * taken into any integer type that can hold it. On failure *out is zeroed (`type`'s size, or a pointer's). `out` NULL
 * destroys the value. DYNOX_TAKE fills in the type. */
DYNOX_API dynox_status dynox_future_take(dynox_future *future, const dynox_type *type, void *out);
/* The value of a pointer type without taking it: borrowed until the future is released. NULL on any error. */
DYNOX_API const void *dynox_future_peek(dynox_future *future, const dynox_type *type);

/* ---- wait, take and release in one ---- */

typedef struct dynox_join_args {
    size_t       size DYNOX_SIZE_(dynox_join_args);
    void        *out;        /* where the value goes; NULL: it is accepted, and destroyed with the future */
    dynox_error *error;      /* NULL: the status will do */
    int64_t      timeout_ms; /* 0: for ever. DYNOX_E_TIMEOUT cancels the future */
} dynox_join_args;

/* Returns DYNOX_OK and fills args->out, or what went wrong. Consumes the future also when it fails: one that could not
 * be waited for (DYNOX_E_TIMEOUT, DYNOX_E_DEADLOCK) is cancelled. */
DYNOX_API dynox_status dynox_join_with(dynox_future *consumed, const dynox_type *type, const dynox_join_args *args);

/* ---- continuations: never run inside the call that attaches them, never under a lock ---- */

/* `future` is borrowed and done. */
typedef void (*dynox_done_fn)(dynox_future *future, void *arg);
/* Calls fn exactly once when the future is done, on `on` (NULL: dynox_executor_callbacks()). DYNOX_E_NO_MEMORY,
 * DYNOX_E_SYSTEM (the callback thread cannot start): fn will not be called. Any number can be attached; their order is
 * not specified. */
DYNOX_API dynox_status dynox_future_on_done(dynox_future *future, dynox_executor *on, dynox_done_fn fn, void *arg);

/* What a continuation or a job comes to; made by the functions below. */
typedef struct dynox_outcome {
    int          kind_;
    dynox_status status_;
    union {
        void   *pointer;
        int64_t integer;
        double  real;
    } value_;
    const dynox_type *type_;
    dynox_future     *future_;
    void             *failure_;
} dynox_outcome;

DYNOX_API dynox_outcome dynox_ok(void *value, const dynox_type *type); /* a pointer value; both may be NULL */
DYNOX_API dynox_outcome dynox_ok_int(int64_t value);                   /* taken into an int64_t */
DYNOX_API dynox_outcome dynox_ok_bool(bool value);                     /* taken into a bool */
DYNOX_API dynox_outcome dynox_ok_double(double value);                 /* taken into a double */
DYNOX_API dynox_outcome dynox_fail(dynox_status status);               /* with the status's own text */
DYNOX_API dynox_outcome dynox_fail_with(const dynox_error *error);     /* copied */
DYNOX_API dynox_outcome dynox_continue(dynox_future *consumed);        /* whatever that future comes to */
DYNOX_API dynox_outcome dynox_pass(void);                              /* whatever the input came to */

typedef dynox_outcome (*dynox_then_fn)(dynox_future *future, void *arg);

typedef struct dynox_then_args {
    size_t          size DYNOX_SIZE_(dynox_then_args);
    dynox_then_fn   on_value; /* NULL: the value passes through */
    void           *arg;
    dynox_then_fn   on_error; /* NULL: the error passes through */
    dynox_executor *on;       /* NULL: dynox_executor_callbacks() */
} dynox_then_args;

/* A future of what the handler makes of this one. dynox_then(f, fn, arg, .on = executor). */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_then_with(dynox_future *consumed, const dynox_then_args *args);

/* ---- combinations ---- */

typedef enum dynox_combine_how {
    DYNOX_GATHER,         /* all succeed; or the first error in time, which cancels the rest; settles when all have */
    DYNOX_GATHER_SETTLED, /* never fails: look at each */
    DYNOX_ANY,            /* the first success, with its value; the others are cancelled. All failed: the first error */
    DYNOX_RACE            /* the first to settle, with its value; the others are cancelled */
} dynox_combine_how;

/* Consumes all of `futures`, also when it fails. The array itself is borrowed for the call. ANY and RACE of nothing,
 * and a NULL among the futures, fail with DYNOX_E_ARGUMENT; the value of their winner moves into the combination. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_combine(dynox_combine_how how, size_t count, dynox_future *const *futures);
DYNOX_API size_t                       dynox_combined_count(const dynox_future *combined);
DYNOX_API dynox_future *dynox_combined_at(const dynox_future *combined, size_t index); /* borrowed; NULL: no such */
/* ANY and RACE: which one won; GATHER: which one failed first; else SIZE_MAX. */
DYNOX_API size_t dynox_combined_winner(const dynox_future *combined);

/* Settles like the input, or with DYNOX_E_TIMEOUT after so many milliseconds, and then cancels the input. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_timeout(dynox_future *consumed, int64_t ms);
/* Settles when the input does (without its value: take that from the input, which also accepts it); a cancel does not
 * pass to the input, which is borrowed for the call. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_shield(dynox_future *future);
/* Done after so many milliseconds; no value. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_sleep(int64_t ms);

/* ---- futures that a program settles itself, to bring in other sources ---- */

/* A pending future with two references: one for you to hand out, one that dynox_promise_settle ends. `type` is that of
 * a value which is given without one (dynox_ok(value, NULL)); it may be NULL. Never NULL. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_promise_new(const dynox_type *type);
/* Settles it and ends the producer's reference. false: it was settled before (cancelled, say), and a value that came
 * too late is destroyed. Exactly once for each promise; the failed future of an out-of-memory promise may be settled,
 * too. dynox_pass() gives DYNOX_E_ARGUMENT here. */
DYNOX_API bool dynox_promise_settle(dynox_future *promise, dynox_outcome outcome);
/* A future that is done already. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_future_of(dynox_outcome outcome);

/* ---- diagnostics ---- */

/* Called when the last reference to a failed future goes and nobody ever looked at the error (cancellations do not
 * count). The default writes one line to stderr per process. NULL: silence. Runs on the releasing thread. Set it at any
 * time, from any thread. */
typedef void (*dynox_unobserved_fn)(const dynox_error *error, const char *what);
DYNOX_API void dynox_set_unobserved_error(dynox_unobserved_fn fn);

/* DYNOX_DEBUG=1 in the environment (or dynox_debug_enable before the first future) records where each future was
 * made. The reports say so if it is off. */
DYNOX_API void   dynox_debug_enable(void);
DYNOX_API size_t dynox_debug_live(void);       /* futures that exist now; 0 when debugging is off */
DYNOX_API void   dynox_dump_pending(FILE *to); /* the tree of pending futures and coroutines */
DYNOX_API size_t dynox_report_leaks(FILE *to); /* futures that still exist, a line each; how many */

extern DYNOX_API bool                      dynox_debug_on_;
DYNOX_API dynox_future                    *dynox_future_set_site_(dynox_future *future, const char *site);
DYNOX_MUST_USE static inline dynox_future *dynox_at_(dynox_future *future, const char *site)
{
    return dynox_debug_on_ ? dynox_future_set_site_(future, site) : future;
}

DYNOX_EXTERN_C_END

#ifndef __cplusplus

/* The type descriptor that belongs to a variable; NULL (no check) for types that the library does not know. A program
 * can add its own: #define DYNOX_USER_TYPES user *: &user_type, const user *: &user_type, */
#ifndef DYNOX_USER_TYPES
#define DYNOX_USER_TYPES
#endif
/* The places in which other headers of the library name their types, one each; whoever replaces one undefines it. */
#define DYNOX_TYPES_1_
#define DYNOX_TYPES_2_
#define DYNOX_TYPES_3_
#define DYNOX_TYPES_4_
#define DYNOX_TYPES_5_
#define DYNOX_TYPES_6_
#define DYNOX_TYPES_7_
#define DYNOX_TYPES_8_
#define DYNOX_TYPES_9_
#define DYNOX_TYPES_10_
#define DYNOX_TYPES_11_
#define DYNOX_TYPES_                                                                                                   \
    DYNOX_TYPES_1_ DYNOX_TYPES_2_ DYNOX_TYPES_3_ DYNOX_TYPES_4_ DYNOX_TYPES_5_ DYNOX_TYPES_6_ DYNOX_TYPES_7_           \
        DYNOX_TYPES_8_ DYNOX_TYPES_9_ DYNOX_TYPES_10_ DYNOX_TYPES_11_
/* clang-format off */
#define DYNOX_TYPE_OF(variable)                                                                                        \
    _Generic((variable), DYNOX_USER_TYPES DYNOX_TYPES_                                                                 \
        bool: &dynox_type_bool, int: &dynox_type_int, unsigned: &dynox_type_unsigned,                                  \
        long: &dynox_type_long, unsigned long: &dynox_type_unsigned_long,                                              \
        long long: &dynox_type_long_long, unsigned long long: &dynox_type_unsigned_long_long,                          \
        double: &dynox_type_double, default: (const dynox_type *)0)
/* clang-format on */

/* DYNOX_TAKE(variable, future): dynox_future_take with the variable's type. */
#define DYNOX_TAKE(variable, future) dynox_future_take((future), DYNOX_TYPE_OF(variable), &(variable))

/* dynox_join(f, &variable, .error = &err); dynox_join_void(f, .error = &err) */
#define dynox_join(consumed, ...) dynox_join_(consumed, __VA_ARGS__, .size = sizeof(dynox_join_args))
#define dynox_join_(consumed, out_, ...)                                                                               \
    dynox_join_with((consumed), DYNOX_TYPE_OF(*(out_)), &(dynox_join_args){.out = (out_), __VA_ARGS__})
#define dynox_join_void(...) dynox_join_void_(__VA_ARGS__, .size = sizeof(dynox_join_args))
#define dynox_join_void_(consumed, ...) dynox_join_with((consumed), NULL, &(dynox_join_args){__VA_ARGS__})

#define dynox_then(consumed, ...)                                                                                      \
    dynox_at_(                                                                                                         \
        dynox_then_with((consumed), &(dynox_then_args){.size = sizeof(dynox_then_args), .on_value = __VA_ARGS__}),     \
        DYNOX_HERE_)

#define DYNOX_COUNT_OF_FUTURES_(...) (sizeof((dynox_future *[]){__VA_ARGS__}) / sizeof(dynox_future *))
#define DYNOX_COMBINE_(how, ...)                                                                                       \
    dynox_at_(dynox_combine((how), DYNOX_COUNT_OF_FUTURES_(__VA_ARGS__), (dynox_future *[]){__VA_ARGS__}), DYNOX_HERE_)
#define dynox_gather(...) DYNOX_COMBINE_(DYNOX_GATHER, __VA_ARGS__)
#define dynox_gather_settled(...) DYNOX_COMBINE_(DYNOX_GATHER_SETTLED, __VA_ARGS__)
#define dynox_any(...) DYNOX_COMBINE_(DYNOX_ANY, __VA_ARGS__)
#define dynox_race(...) DYNOX_COMBINE_(DYNOX_RACE, __VA_ARGS__)

#endif
#endif
