/* The engine: a store, its tables and a clock, and the one door through which requests come, whether by a socket or
 * from within the process. */
#ifndef DYNOX_LOCAL_ENGINE_ENGINE_H
#define DYNOX_LOCAL_ENGINE_ENGINE_H

#include "base/buffer.h"
#include "local/store/store.h"
#include "local/wire/call.h"
#include <dynox/local.h>

typedef struct dynox__local_engine dynox__local_engine;

/* Takes the store over, also on failure. NULL: `error` says why. Any thread may use an engine at any time. */
dynox__local_engine *dynox__local_engine_new(dynox__store *store, const dynox__local_settings *settings,
                                             dynox_error *error);
void                 dynox__local_engine_free(dynox__local_engine *engine); /* nobody may use it any more */

typedef struct dynox__local_request {
    const char *target; /* "DynamoDB_20120810.PutItem" or "DynamoDBStreams_20120810.GetRecords"; NULL: it had none */
    size_t      target_length;
    char       *body; /* changed; followed by 64 zero bytes */
    size_t      body_size;
    bool        is_quiet; /* no fault strikes it, and it is not traced */
} dynox__local_request;

typedef struct dynox__local_answer {
    int           status;         /* of HTTP */
    dynox__buffer body;           /* JSON; 64 zero bytes behind it; yours to free, or to use again */
    char          request_id[64]; /* 52 characters */
    const char   *error_type;     /* static; NULL: it succeeded */

    /* What a fault says should happen to it (faults.c); zero: nothing. */
    uint32_t delay_ms;
    bool     is_lost;   /* carried out, and nothing is answered */
    size_t   cut_after; /* only so many bytes of the body, then the end; 0: all */

    bool                 is_unsettled; /* see dynox__local_engine_answer_later */
    dynox__store_pending pending;
} dynox__local_answer;

/* Of the answer, only its body has to be set: zero, or one that was used before. Never fails: out of memory is an
 * answer, too (500). */
void dynox__local_engine_answer(dynox__local_engine *engine, const dynox__local_request *request,
                                dynox__local_answer *answer);

/* The same, but a write to a file does not wait for the disk: if the answer is unsettled then, it stays where it is,
 * and nobody is told of it, until dynox__local_engine_settle has made it what it is to be, which may be a failure. So
 * many writes of one thread, all answered before the first of them is settled, cost one wait. */
void dynox__local_engine_answer_later(dynox__local_engine *engine, const dynox__local_request *request,
                                      dynox__local_answer *answer);
void dynox__local_engine_settle(dynox__local_engine *engine, dynox__local_answer *answer);

/* ---- the clock (clock.c): wall time, and what tests add to it ---- */
int64_t dynox__local_engine_now_us(const dynox__local_engine *engine);
/* Forwards only; what is due by then is done before this returns, as far as it can be. */
void dynox__local_engine_add_ms(dynox__local_engine *engine, int64_t ms);
void dynox__local_engine_stop_clock(dynox__local_engine *engine, bool stopped);

/* ---- faults and trace (faults.c, trace.c); an engine has none at first ---- */
dynox_status dynox__local_engine_fail(dynox__local_engine *engine, const dynox_local_fail_args *rule,
                                      dynox_error *error);
void         dynox__local_engine_fail_no_more(dynox__local_engine *engine);

/* How many requests are kept; 0: none. */
void   dynox__local_engine_trace(dynox__local_engine *engine, size_t most);
size_t dynox__local_engine_each_request(dynox__local_engine *engine, dynox_local_request_fn *show, void *arg);
void   dynox__local_engine_forget_requests(dynox__local_engine *engine);

/* The store below it, for copies. */
dynox__store *dynox__local_engine_store(dynox__local_engine *engine);

#endif
