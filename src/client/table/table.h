/* What the files about tables share. */
#ifndef DYNOX_CLIENT_TABLE_TABLE_H
#define DYNOX_CLIENT_TABLE_TABLE_H

#include "client/core/request.h"
#include "value/json_c/control.h"
#include <dynox/call.h>

/* An answer with a member "TableDescription" into a dynox_table. */
dynox_status dynox__decode_table_description(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                             dynox__document **document, dynox_error *error);

/* The row of an operation whose answer has what it tells in one member, which is read as that kind. */
typedef struct dynox__control_operation {
    dynox__operation           operation; /* first; with dynox__decode_control */
    const dynox__control_kind *kind;
    const char                *member;
} dynox__control_operation;

dynox_status dynox__decode_control(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                   dynox__document **document, dynox_error *error);

#define DYNOX__CONTROL_OPERATION(name_, type_, kind_, member_)                                                         \
    {                                                                                                                  \
        {.name = (name_), .type = &(type_), .decode = dynox__decode_control}, &(kind_), (member_)                      \
    }

/* dynox_describe_table and dynox_call with options of the library's own, for waiters. */
dynox_future *dynox__describe_table(dynox_client *client, const char *table, const dynox__call_options *options);
dynox_future *dynox__any_call(dynox_client *client, const dynox_call_args *args, const dynox__call_options *options,
                              dynox_error *error);

/* The pause after question number `asked`: random between the shortest one and a bound that doubles from it up to the
 * longest. *last: no other question would fit behind the next one, so that one comes as late as it can, with an eighth
 * of the time for its answer. */
int64_t dynox__wait_pause(int64_t shortest_ms, int64_t longest_ms, unsigned asked, int64_t left_ms, bool *last);

#endif
