/* What the files about tables share. */
#ifndef DYNOX_CLIENT_TABLE_TABLE_H
#define DYNOX_CLIENT_TABLE_TABLE_H

#include "aws/call/call.h"
#include <dynox/table.h>

/* An answer with a member "TableDescription" into a dynox_table. */
dynox_status dynox__decode_table_description(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                             dynox__document **document, dynox_error *error);

/* The pause after question number `asked`: random between the shortest one and a bound that doubles from it up to the
 * longest. *last: no other question would fit behind the next one, so that one comes as late as it can, with an eighth
 * of the time for its answer. */
int64_t dynox__wait_pause(int64_t shortest_ms, int64_t longest_ms, unsigned asked, int64_t left_ms, bool *last);

#endif
