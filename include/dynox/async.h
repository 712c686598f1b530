/* Coroutines: functions that wait without blocking their thread, in plain C11.
 *
 *     DYNOX_ASYNC(dynox_item *, load,                      the result, the name,
 *         (dynox_client *db; const char *pk;),             the arguments, named at the call,
 *         (dynox_item *item;))                             and what lives over an await, as my->item
 *     {
 *         DYNOX_BEGIN
 *         DYNOX_AWAIT(my->item, dynox_get_item(my->db, "users", DYNOX_ITEM("pk", my->pk)));
 *         DYNOX_RETURN(my->item);
 *         DYNOX_END
 *     }
 *     dynox_future *f = DYNOX_CALL(load, .db = db, .pk = "USER#1");
 *
 * A coroutine is a future: one allocation holds both. Its body runs on one executor only, the one that the code which
 * started it runs on (dynox_executor_callbacks() if there is none). docs/coroutines.md explains every word.
 *
 * Plain local variables do not survive an await, and gcc and clang refuse those that would have to. gcc cannot tell
 * these from one that has a first value and is not used over the await: put such a one, `dynox_error err = {0};`, into
 * a block of its own that closes before the await. An await inside a `switch` of your own does not work: use if.
 * Compilers without __COUNTER__ (or with DYNOX_USE_LINE) allow one await a line.
 *
 * Everything with a trailing underscore belongs to the macros. */
#ifndef DYNOX_ASYNC_H
#define DYNOX_ASYNC_H

#include <dynox/loop.h>
#include <dynox/stream.h>

#ifndef __cplusplus

/* What a step of a coroutine came to. A struct, so that a plain `return 0;` in a coroutine does not compile. */
typedef struct dynox_step {
    int what_;
} dynox_step;
enum { DYNOX_STEP_PARK_, DYNOX_STEP_AGAIN_, DYNOX_STEP_CHILDREN_, DYNOX_STEP_END_ };
static inline dynox_step dynox_step_(int what)
{
    dynox_step step = {what};
    return step;
}

enum { DYNOX_FRAME_BYTES_ = 264 };

/* The first member of every coroutine's frame. In a debugger, my->co_.line_ is the line of the pending await. */
typedef struct dynox_frame {
    union {
        unsigned char bytes_[DYNOX_FRAME_BYTES_];
        void         *pointer_;
        int64_t       integer_;
        double        real_;
    } inside_; /* the future and all that only the library looks into */
    int           pc_;
    int           line_;
    dynox_status  error_;     /* of the last await that failed */
    dynox_status  caught_;    /* what DYNOX_CATCH got */
    dynox_status  outcome_;   /* what the coroutine comes to, as far as that is known */
    int           walk_;      /* what the last look at a stream said */
    bool          unwinding_; /* cancelled: on the way to DYNOX_FINALLY */
    unsigned char section_;
    void         *item_; /* the stream's item */
} dynox_frame;

typedef struct dynox_frame_class {
    const char *name;
    dynox_step (*step)(dynox_frame *frame);
    const dynox_type *type; /* of the result; NULL: one that the library does not know */
    size_t            size; /* of the whole frame */
    size_t            result_offset;
    size_t            result_size;
} dynox_frame_class;

DYNOX_API dynox_frame                 *dynox_frame_new_(const dynox_frame_class *class_, dynox_executor *on);
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_frame_start_(dynox_frame *frame, const char *site);
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_frame_generate_(dynox_frame *frame, const char *site);
DYNOX_API bool                         dynox_frame_await_(dynox_frame *frame, dynox_future *future, int line);
DYNOX_API bool               dynox_frame_take_(dynox_frame *frame, const dynox_type *type, void *out, size_t size);
DYNOX_API bool               dynox_frame_raise_(dynox_frame *frame);
DYNOX_API bool               dynox_frame_throw_(dynox_frame *frame, dynox_status status);
DYNOX_API bool               dynox_frame_throw_error_(dynox_frame *frame, const dynox_error *error);
DYNOX_API bool               dynox_frame_rethrow_(dynox_frame *frame);
DYNOX_API bool               dynox_frame_leave_(dynox_frame *frame);
DYNOX_API void               dynox_frame_catch_(dynox_frame *frame);
DYNOX_API bool               dynox_frame_finally_(dynox_frame *frame);
DYNOX_API dynox_step         dynox_frame_lost_(dynox_frame *frame);
DYNOX_API const dynox_error *dynox_frame_error_(dynox_frame *frame);
DYNOX_API bool               dynox_frame_room_(dynox_frame *frame);
DYNOX_API dynox_future      *dynox_frame_child_(dynox_frame *frame, dynox_future *child);
DYNOX_API dynox_future      *dynox_frame_no_room_(void);
DYNOX_API void               dynox_frame_walk_(dynox_frame *frame, int site, dynox_stream *stream, bool owned,
                                               const dynox_type *variable);
DYNOX_API int                dynox_frame_next_(dynox_frame *frame, int site, int line);
DYNOX_API bool               dynox_frame_yield_(dynox_frame *frame, const void *item, int line);

/* ---- what the macros are made of ---- */

#define DYNOX_CAT_X_(a, b) a##b
#define DYNOX_CAT_(a, b) DYNOX_CAT_X_(a, b)
#define DYNOX_STRIP_(...) __VA_ARGS__
#if defined(__COUNTER__) && !defined(DYNOX_USE_LINE)
#define DYNOX_NUMBER_ __COUNTER__
#else
#define DYNOX_NUMBER_ __LINE__
#endif

/* The index is 0; its name is the error message of an await in the wrong place. */
#define DYNOX_CO_ (&(&my->co_)[dynox_await_used_outside_DYNOX_BEGIN_and_DYNOX_END])

/* Inside a coroutine, what would fail at run time is an error of the compiler. */
#if defined(__clang__) && !defined(DYNOX_NO_LINT)
#define DYNOX_LINT_ON_                                                                                                 \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic error \"-Wconditional-uninitialized\"")                 \
        _Pragma("clang diagnostic error \"-Wincompatible-pointer-types\"")                                             \
            _Pragma("clang diagnostic error \"-Wswitch\"")
#define DYNOX_LINT_OFF_ _Pragma("clang diagnostic pop")
#elif defined(__GNUC__) && !defined(DYNOX_NO_LINT)
#define DYNOX_LINT_ON_                                                                                                 \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Wjump-misses-init\"")                              \
        _Pragma("GCC diagnostic error \"-Wreturn-type\"")                                                              \
            _Pragma("GCC diagnostic error \"-Wincompatible-pointer-types\"")                                           \
                _Pragma("GCC diagnostic error \"-Wswitch\"")
#define DYNOX_LINT_OFF_ _Pragma("GCC diagnostic pop")
#else
#define DYNOX_LINT_ON_
#define DYNOX_LINT_OFF_
#endif

#define DYNOX_PC_CATCH_ 0x7ffffffd
#define DYNOX_PC_FINALLY_ 0x7ffffffe
#define DYNOX_PC_(n) (0x10000 + (n))
#define DYNOX_SUSPEND_(n)                                                                                              \
    my->co_.pc_ = DYNOX_PC_(n);                                                                                        \
    return dynox_step_(DYNOX_STEP_PARK_);                                                                              \
    case DYNOX_PC_(n):;
#define DYNOX_JUMP_IF_(moved)                                                                                          \
    if (moved) goto dynox_dispatch_

/* ---- the body ---- */

#define DYNOX_BEGIN                                                                                                    \
    DYNOX_LINT_ON_                                                                                                     \
    enum { dynox_await_used_outside_DYNOX_BEGIN_and_DYNOX_END = 0 };                                                   \
    if (0) goto dynox_DYNOX_END_is_missing;                                                                            \
    dynox_dispatch_:                                                                                                   \
    switch (my->co_.pc_) {                                                                                             \
    case 0:;

/* Runs when an await failed (or something was thrown) in the body above and no DYNOX_TRY dealt with it; not when the
 * coroutine itself is cancelled. At most one. Falling off its end is success. */
#define DYNOX_CATCH                                                                                                    \
    my->co_.pc_ = DYNOX_PC_FINALLY_;                                                                                   \
    goto dynox_dispatch_;                                                                                              \
    case DYNOX_PC_CATCH_: dynox_frame_catch_(DYNOX_CO_);

/* Runs always, once: after success, error and cancellation, when all children have ended. Awaits work in it and are
 * not cancelled. It cannot change what the coroutine comes to. At most one, and last. */
#define DYNOX_FINALLY                                                                                                  \
    my->co_.pc_ = DYNOX_PC_FINALLY_;                                                                                   \
    goto dynox_dispatch_;                                                                                              \
    case DYNOX_PC_FINALLY_:                                                                                            \
        if (dynox_frame_finally_(DYNOX_CO_)) return dynox_step_(DYNOX_STEP_CHILDREN_);

#define DYNOX_END                                                                                                      \
    goto dynox_DYNOX_END_is_missing;                                                                                   \
    default: return dynox_frame_lost_(&my->co_);                                                                       \
        }                                                                                                              \
    dynox_DYNOX_END_is_missing:                                                                                        \
        DYNOX_JUMP_IF_(dynox_frame_leave_(&my->co_));                                                                  \
        return dynox_step_(DYNOX_STEP_END_);                                                                           \
        DYNOX_LINT_OFF_

/* ---- await ---- */

#define DYNOX_WORD_(variable)                                                                                          \
    (sizeof(variable) + 0 * sizeof(struct {                                                                            \
                            _Static_assert(sizeof(variable) <= 8,                                                      \
                                           "an awaited value has at most 8 bytes: await a pointer to it");             \
                            int x_;                                                                                    \
                        }))

/* One statement: a suspended await comes back at its case label and goes on where one that need not wait goes on. */
#define DYNOX_TRY_X_(type, out, size, future, n)                                                                       \
    if (dynox_frame_await_(DYNOX_CO_, (future), __LINE__)) {                                                           \
        DYNOX_SUSPEND_(n)                                                                                              \
        goto DYNOX_CAT_(dynox_resumed_, n);                                                                            \
    } else                                                                                                             \
        DYNOX_CAT_(dynox_resumed_, n) : if (dynox_frame_take_(&my->co_, (type), (out), (size))) {}                     \
    else if (my->co_.unwinding_)                                                                                       \
    {                                                                                                                  \
        DYNOX_JUMP_IF_(dynox_frame_raise_(&my->co_));                                                                  \
    }                                                                                                                  \
    else
#define DYNOX_TRY_(type, out, size, future, n) DYNOX_TRY_X_(type, out, size, future, n)

/* DYNOX_TRY(my->x, future) { ... }: waits and moves the value into my->x; the block runs only when the future failed
 * (DYNOX_ERR says how). break, continue and goto in the block are those of the code around it. Consumes the future. */
#define DYNOX_TRY(variable, future)                                                                                    \
    DYNOX_TRY_(DYNOX_TYPE_OF(variable), &(variable), DYNOX_WORD_(variable), future, DYNOX_NUMBER_)
#define DYNOX_TRY_VOID(future) DYNOX_TRY_(NULL, NULL, 0, future, DYNOX_NUMBER_)

/* DYNOX_AWAIT(my->x, future): waits and moves the value into my->x, any number or pointer. A failed future takes the
 * coroutine to DYNOX_CATCH, if there is one, else on to DYNOX_FINALLY and out. In DYNOX_FINALLY it just goes on, with
 * my->x zero. Consumes the future. */
#define DYNOX_AWAIT(variable, future)                                                                                  \
    do {                                                                                                               \
        DYNOX_TRY(variable, future) {                                                                                  \
            DYNOX_JUMP_IF_(dynox_frame_raise_(&my->co_));                                                              \
        }                                                                                                              \
    } while (0)
#define DYNOX_AWAIT_VOID(future)                                                                                       \
    do {                                                                                                               \
        DYNOX_TRY_VOID(future) {                                                                                       \
            DYNOX_JUMP_IF_(dynox_frame_raise_(&my->co_));                                                              \
        }                                                                                                              \
    } while (0)

/* Ends the body with a result. In DYNOX_FINALLY it sets the result and goes on. */
#define DYNOX_RETURN(value)                                                                                            \
    do {                                                                                                               \
        my->result_ = (value);                                                                                         \
        DYNOX_JUMP_IF_(dynox_frame_leave_(DYNOX_CO_));                                                                 \
    } while (0)

/* ---- errors ---- */

#define DYNOX_ERR (my->co_.error_)       /* the dynox_status of the last await that failed, or of what was thrown */
#define DYNOX_CAUGHT (my->co_.caught_)   /* what DYNOX_CATCH got; stays when another await fails there */
#define DYNOX_OUTCOME (my->co_.outcome_) /* in DYNOX_FINALLY: what the coroutine comes to; DYNOX_OK is success */
/* The const dynox_error * behind DYNOX_ERR, never NULL: borrowed until the next await that fails. */
#define DYNOX_ERROR (dynox_frame_error_(DYNOX_CO_))

#define DYNOX_THROW(status)                                                                                            \
    do {                                                                                                               \
        DYNOX_JUMP_IF_(dynox_frame_throw_(DYNOX_CO_, (status)));                                                       \
    } while (0)
/* A const dynox_error *, copied. */
#define DYNOX_THROW_ERROR(error)                                                                                       \
    do {                                                                                                               \
        DYNOX_JUMP_IF_(dynox_frame_throw_error_(DYNOX_CO_, (error)));                                                  \
    } while (0)
/* In DYNOX_CATCH: what was caught; elsewhere: the last error. With all its details. */
#define DYNOX_RETHROW                                                                                                  \
    do {                                                                                                               \
        DYNOX_JUMP_IF_(dynox_frame_rethrow_(DYNOX_CO_));                                                               \
    } while (0)

/* ---- starting ---- */

#define DYNOX_NEW_X_(on, name, ...) name##_new_((on), (struct name##_args){0, __VA_ARGS__})
#define DYNOX_NEW_(on, ...) DYNOX_NEW_X_(on, __VA_ARGS__)

/* DYNOX_CALL(name, .argument = value, ...): starts a coroutine; it runs at once up to its first pause if the caller is
 * on its executor. Returns its future, never NULL. */
#define DYNOX_CALL(...) dynox_frame_start_(DYNOX_NEW_(NULL, __VA_ARGS__, ), DYNOX_HERE_)
#define DYNOX_CALL_ON(executor, ...) dynox_frame_start_(DYNOX_NEW_((executor), __VA_ARGS__, ), DYNOX_HERE_)

/* DYNOX_GO(call): a child. The frame owns the future: whatever happens, it is cancelled and joined before
 * DYNOX_FINALLY runs. Returns it, to be awaited or ignored. Without memory for one more child, `call` is not even
 * made, and the future is one that has failed. */
#define DYNOX_GO(call) (dynox_frame_room_(DYNOX_CO_) ? dynox_frame_child_(&my->co_, (call)) : dynox_frame_no_room_())

/* ---- streams ---- */

/* DYNOX_GENERATE(name, .argument = value, ...): a coroutine as a dynox_stream of what it yields. It starts when the
 * first item is asked for, and is cancelled when the stream is freed early. Never NULL. Its result type is the type
 * of its items, a pointer; it ends the stream by returning. */
#define DYNOX_GENERATE(...) dynox_frame_generate_(DYNOX_NEW_(NULL, __VA_ARGS__, ), DYNOX_HERE_)

/* Hands an item to the consumer and waits until the next one is wanted; until then the item must stay. */
#define DYNOX_YIELD_X_(value, n)                                                                                       \
    do {                                                                                                               \
        my->result_ = (value);                                                                                         \
        if (dynox_frame_yield_(DYNOX_CO_, my->result_, __LINE__)) {                                                    \
            DYNOX_SUSPEND_(n)                                                                                          \
        }                                                                                                              \
        if (!dynox_frame_take_(&my->co_, NULL, NULL, 0)) DYNOX_JUMP_IF_(dynox_frame_raise_(&my->co_));                 \
    } while (0)
#define DYNOX_YIELD_(value, n) DYNOX_YIELD_X_(value, n)
#define DYNOX_YIELD(value) DYNOX_YIELD_(value, DYNOX_NUMBER_)

enum { DYNOX_WALK_ITEM_, DYNOX_WALK_END_, DYNOX_WALK_WAIT_, DYNOX_WALK_FAILED_ };

#define DYNOX_FOR_EACH_X_(variable, stream, owned, n)                                                                  \
    for (dynox_frame_walk_(DYNOX_CO_, (n), (stream), (owned), DYNOX_TYPE_OF(variable));;)                              \
        if ((my->co_.walk_ = dynox_frame_next_(&my->co_, (n), __LINE__)) == DYNOX_WALK_WAIT_) {                        \
            DYNOX_SUSPEND_(n)                                                                                          \
        } else if (my->co_.walk_ == DYNOX_WALK_FAILED_) {                                                              \
            DYNOX_JUMP_IF_(dynox_frame_raise_(&my->co_));                                                              \
            break;                                                                                                     \
        } else if (my->co_.walk_ == DYNOX_WALK_END_)                                                                   \
            break;                                                                                                     \
        else if ((void)((variable) = my->co_.item_), 0) {                                                              \
        } else
#define DYNOX_FOR_EACH_(variable, stream, owned, n) DYNOX_FOR_EACH_X_(variable, stream, owned, n)

/* DYNOX_FOR_EACH(my->item, stream) statement: walks a stream, pausing only when nothing is buffered. my->item is a
 * pointer, valid until the next round; to something else than the stream's items it is DYNOX_E_TYPE. break and continue
 * work; a stream that fails goes to DYNOX_CATCH.
 * `stream` is evaluated once. A stream in a variable stays yours; one that is made right here (anything that ends in a
 * closing parenthesis) belongs to the coroutine, which frees it at the end of the loop, or, when the loop was left
 * early, before DYNOX_FINALLY. */
#define DYNOX_FOR_EACH(variable, stream)                                                                               \
    DYNOX_FOR_EACH_(variable, stream, (#stream)[sizeof(#stream) - 2] == ')', DYNOX_NUMBER_)

/* ---- declaring ---- */

/* What DYNOX_ASYNC and DYNOX_ASYNC_DEF have in common; `linkage` is that of the function that makes a frame. */
#define DYNOX_COROUTINE_(linkage, RESULT, name, ARGUMENTS, LOCALS)                                                     \
    _Static_assert(sizeof(RESULT) <= 8, "the result of a coroutine has at most 8 bytes: return a pointer to it");      \
    typedef RESULT name##_result_;                                                                                     \
    typedef struct name##_frame {                                                                                      \
        dynox_frame    co_;                                                                                            \
        name##_result_ result_;                                                                                        \
        union {                                                                                                        \
            struct name##_args args_;                                                                                  \
            struct {                                                                                                   \
                int          dynox_unused_;                                                                            \
                DYNOX_STRIP_ ARGUMENTS                                                                                 \
            };                                                                                                         \
        };                                                                                                             \
        DYNOX_STRIP_ LOCALS                                                                                            \
    } name##_frame;                                                                                                    \
    static dynox_step name##_body_(name##_frame *my);                                                                  \
    static dynox_step name##_step_(dynox_frame *frame)                                                                 \
    {                                                                                                                  \
        return name##_body_((name##_frame *)(void *)frame);                                                            \
    }                                                                                                                  \
    linkage dynox_frame *name##_new_(dynox_executor *on, struct name##_args args)                                      \
    {                                                                                                                  \
        static const dynox_frame_class class_ = {#name,                                                                \
                                                 name##_step_,                                                         \
                                                 DYNOX_TYPE_OF(((name##_frame *)0)->result_),                          \
                                                 sizeof(name##_frame),                                                 \
                                                 offsetof(name##_frame, result_),                                      \
                                                 sizeof(name##_result_)};                                              \
        name##_frame                  *my     = (name##_frame *)(void *)dynox_frame_new_(&class_, on);                 \
        if (!my) return NULL;                                                                                          \
        my->args_ = args;                                                                                              \
        return &my->co_;                                                                                               \
    }                                                                                                                  \
    static dynox_step name##_body_(name##_frame *my)

#define DYNOX_ARGUMENTS_(name, ARGUMENTS)                                                                              \
    struct name##_args {                                                                                               \
        int          dynox_unused_;                                                                                    \
        DYNOX_STRIP_ ARGUMENTS                                                                                         \
    }

/* DYNOX_ASYNC(result, name, (arguments;), (locals;)) { DYNOX_BEGIN ... DYNOX_END }: a coroutine of this file. The
 * result is a number or a pointer; `void *` for a coroutine without one. Locals start as zero. */
#define DYNOX_ASYNC(RESULT, name, ARGUMENTS, LOCALS)                                                                   \
    DYNOX_ARGUMENTS_(name, ARGUMENTS);                                                                                 \
    DYNOX_COROUTINE_(static inline, RESULT, name, ARGUMENTS, LOCALS)

/* For a coroutine that other files call: DYNOX_ASYNC_DECL(result, name, (arguments;)); in the header, and
 * DYNOX_ASYNC_DEF(result, name, (the same arguments;), (locals;)) { ... } in one file. */
#define DYNOX_ASYNC_DECL(RESULT, name, ARGUMENTS)                                                                      \
    typedef RESULT name##_result_;                                                                                     \
    DYNOX_ARGUMENTS_(name, ARGUMENTS);                                                                                 \
    dynox_frame *name##_new_(dynox_executor *on, struct name##_args args)
#define DYNOX_ASYNC_DEF(RESULT, name, ARGUMENTS, LOCALS)                                                               \
    struct name##_args_again_ {                                                                                        \
        int          dynox_unused_;                                                                                    \
        DYNOX_STRIP_ ARGUMENTS                                                                                         \
    };                                                                                                                 \
    _Static_assert(sizeof(struct name##_args_again_) == sizeof(struct name##_args),                                    \
                   "the arguments differ from those of DYNOX_ASYNC_DECL");                                             \
    DYNOX_COROUTINE_(, RESULT, name, ARGUMENTS, LOCALS)

#endif
#endif
