/* Explaining calls: what would be sent, and what it would cost, without sending anything.
 *
 *     dynox_explanation *plan = dynox_explain(dynox_query(db, "orders", DYNOX_EXPR("pk = ?", pk), .filter = ...));
 *     dynox_explanation_print(stdout, plan);
 *     dynox_explanation_free(plan);
 *
 * Around any call of any operation: one that gives a future, a stream (its first page is explained) or, as the sync_
 * twins do, a status. Every call that begins on this thread between the parentheses is explained instead of made; the
 * call gets DYNOX_E_CANCELLED, so what it would have given is never made up. No credentials are needed, and observers
 * and the log hear nothing of it. What a batch writer is given is no call yet: it is sent later all the same. */
#ifndef DYNOX_EXPLAIN_H
#define DYNOX_EXPLAIN_H

#include <dynox/future.h>
#include <dynox/stream.h>

DYNOX_EXTERN_C_BEGIN

/* One request that would be sent. Read only; all of it belongs to the explanation. */
typedef struct dynox_explanation dynox_explanation;
struct dynox_explanation {
    dynox_status status;                    /* DYNOX_OK: it would be sent; else it would be refused before that */
    const char  *message;                   /* then why; else empty */
    const char  *operation, *table, *index; /* table, index NULL: none, or several */
    const char  *body;                      /* the JSON, ending with a NUL; NULL: nothing has to be sent */
    size_t       body_size;
    size_t       parts;     /* of a batch or a transaction: reads and writes in it; of one item's operation: 1 */
    size_t       item_size; /* bytes of the largest item that is put, as the service measures; 0: none is */
    /* Capacity units that it will cost at least: what is read, and what is replaced, is not known here, nor are
     * indexes. 0: it costs none, or nothing is known (PartiQL). */
    double                   read_units, write_units;
    const char *const       *warnings;
    size_t                   warning_count;
    const dynox_explanation *next; /* the request after it, where a call makes several at once; NULL: none */
};

/* Ends it with all that follow. NULL is fine. */
DYNOX_API void dynox_explanation_free(dynox_explanation *explanation);
/* A few lines for people; the body is in them. Any thread; NULL is fine. */
DYNOX_API void dynox_explanation_print(FILE *to, const dynox_explanation *explanation);

/* What dynox_explain is made of, for C++ and for calls that do not fit into one expression: from begin to end, every
 * call that begins on this thread is explained. The end takes the call's future (NULL: none), which it consumes. NULL:
 * nothing was called, or out of memory. */
DYNOX_API void                              dynox_explain_begin(void);
DYNOX_API DYNOX_MUST_USE dynox_explanation *dynox_explain_end(dynox_future *consumed);
DYNOX_API DYNOX_MUST_USE dynox_explanation *dynox_explain_end_stream_(dynox_stream *consumed);
DYNOX_API DYNOX_MUST_USE dynox_explanation *dynox_explain_end_status_(dynox_status status);

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#define dynox_explain(...)                                                                                             \
    _Generic((__VA_ARGS__), struct dynox_future *                                                                      \
             : dynox_explain_end, struct dynox_stream *                                                                \
             : dynox_explain_end_stream_, default                                                                      \
             : dynox_explain_end_status_)((dynox_explain_begin(), (__VA_ARGS__)))
#endif
#endif
