/* A request being written: JSON members into the body of a call. The first error sticks, so an operation reads as the
 * plain list of its members and is checked once, at the end. */
#ifndef DYNOX_CLIENT_CORE_REQUEST_H
#define DYNOX_CLIENT_CORE_REQUEST_H

#include "aws/call/labels.h"
#include "aws/nodes/nodes.h"
#include "client/core/client.h"
#include "client/core/explain.h"
#include "value/bind/bind.h"
#include "value/expr/expr.h"
#include <dynox/operation.h>

/* What DYNOX_CALL_FIELDS_ says, apart from the struct it stands in. */
typedef struct dynox__call_options {
    unsigned      max_attempts;
    int64_t       attempt_timeout_ms, deadline_ms;
    const void   *out; /* these three are for sync_ functions only */
    dynox_error  *error;
    dynox_info   *info;
    dynox__labels labels;
    bool          explain;  /* do not send, whatever thread comes to it */
    uint64_t      node_key; /* 0: none */
    const char   *feature;  /* letter of the user agent: "C" of a stream, "B" of a waiter; NULL: none */
    dynox_hedge   hedge;
} dynox__call_options;

/* `out_` is where a twin's value goes; NULL: there is none. */
#define DYNOX__CALL_OPTIONS(args) DYNOX__CALL_OPTIONS_OF(args, (args).out)
#define DYNOX__CALL_OPTIONS_OF(args, out_)                                                                             \
    ((dynox__call_options){.max_attempts       = (args).max_attempts,                                                  \
                           .attempt_timeout_ms = (args).attempt_timeout_ms,                                            \
                           .deadline_ms        = (args).deadline_ms,                                                   \
                           .out                = (out_),                                                               \
                           .error              = (args).error,                                                         \
                           .info               = (args).info,                                                          \
                           .labels             = dynox__labels_make((args).correlation_id, (args).traceparent),        \
                           .explain            = dynox__explaining(),                                                  \
                           .node_key           = dynox__nodes_hash((args).node_key),                                   \
                           .hedge              = (args).hedge})

typedef struct dynox__request_writer {
    dynox__call            *call; /* NULL: not begun, refused or out of memory */
    const dynox__operation *operation;
    dynox__buffer          *json;
    dynox__expr_context     expressions;
    dynox_error             error;
    bool                    has_members, explain;
    dynox_return_capacity   capacity; /* what the client's observers and its limiter ask for */
} dynox__request_writer;

/* Begins a request of this client. Always follow it with dynox__request_send. */
void dynox__request_begin(dynox__request_writer *writer, dynox_client *client, const dynox__operation *operation,
                          const dynox__call_options *options);
/* Closes the body and starts the call, or gives the future of the error. Never NULL. */
dynox_future *dynox__request_send(dynox__request_writer *writer);
/* The future of an error, which is cleared: a call of which nothing is sent, but which observers and the log hear of.
 */
dynox_future *dynox__request_refused(const dynox_client *client, const dynox__operation *operation, dynox_error *error);

/* Instead of it: nothing has to be sent for this to succeed, with that value. */
dynox_future *dynox__request_settle(dynox__request_writer *writer, dynox__slot value);

/* A copy of a part of the request's JSON, which begins so many bytes behind the head: to be decoded in the arena. NULL:
 * out of memory. */
char *dynox__request_part(const dynox__call *call, size_t offset, size_t size, dynox__arena *arena);

/* As dynox__document_decode. An answer that says something, but nothing that its operation's answers say, is no answer
 * to it: call->mismatch becomes dynox__no_answer. (Where an empty one is none either, the caller sees to that.) */
dynox__document  *dynox__answer_decode(dynox__call *call, dynox__buffer *body, size_t hint, const dynox__field *fields,
                                       size_t field_count, void *result, dynox_error *error);
extern const char dynox__no_answer[];

/* May an array of the program's be read? It is refused if it has a count and no address; and nothing is read of what is
 * refused already, whose count may be any number. */
bool dynox__request_array(dynox__request_writer *writer, const char *what, const void *at, size_t count);

/* The first one is kept. */
void dynox__request_refuse(dynox__request_writer *writer, dynox_status status, const char *format, ...)
    DYNOX_PRINTF(3, 4);

/* An object or an array inside: `{` or `[`, as the member `name` or, with NULL, as the next element of an array. What
 * is written until its end are its members or elements; the commas come by themselves. */
void dynox__request_open(dynox__request_writer *writer, const char *name, char bracket);
void dynox__request_close(dynox__request_writer *writer, char bracket);
void dynox__request_element(dynox__request_writer *writer, const char *text); /* a text in an array; NULL is refused */

/* Members; absent ones (NULL, 0, false) are left out unless said otherwise. */
void dynox__request_name(dynox__request_writer *writer, const char *name); /* "name": for a value written by hand */
void dynox__request_text(dynox__request_writer *writer, const char *name, const char *text);
void dynox__request_truth(dynox__request_writer *writer, const char *name, bool truth);
void dynox__request_number(dynox__request_writer *writer, const char *name, uint64_t number);
void dynox__request_table(dynox__request_writer *writer, const char *table); /* required */
void dynox__request_index(dynox__request_writer *writer, const char *index);
void dynox__request_item(dynox__request_writer *writer, const char *name, const dynox_item *item); /* required */
/* The same of a struct; `given` as for dynox__bind_write. */
void dynox__request_struct(dynox__request_writer *writer, const char *name, const dynox__shape *shape,
                           const void *record, const dynox_value *given);
/* The key of the item that the call is about; the answer's item is compared with it (answer_item.c). */
void dynox__request_key(dynox__request_writer *writer, const dynox_item *key);
void dynox__request_capacity(dynox__request_writer *writer, dynox_return_capacity capacity);
/* Who knows the members and the C values that the expressions and projections from here on speak of; lives as long as
 * they are written, and the names it gives until the placeholders are. NULL, as it begins: they speak of stored names.
 * A typed operation sets it for what its program wrote, and unsets it for what the library adds:
 *
 *     dynox__request_resolve(&writer, &model->resolver);
 *     dynox__request_expression(&writer, "FilterExpression", DYNOX__EXPR_FILTER, with->filter);
 *     dynox__request_resolve(&writer, NULL); */
static inline void dynox__request_resolve(dynox__request_writer *writer, const dynox__expr_resolver *resolver)
{
    writer->expressions.resolver = resolver;
}
void dynox__request_expression(dynox__request_writer *writer, const char *name, dynox__expr_kind kind,
                               const dynox_expr *expression);
void dynox__request_projection(dynox__request_writer *writer, const char *projection);
/* The names and values that the expressions so far use; after the last expression. */
void dynox__request_placeholders(dynox__request_writer *writer);

#endif
