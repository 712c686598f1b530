/* What the files about tables share. */
#ifndef DYNOX_CLIENT_TABLE_TABLE_H
#define DYNOX_CLIENT_TABLE_TABLE_H

#include "aws/call/call.h"
#include <dynox/table.h>

/* An answer with a member "TableDescription" into a dynox_table. */
dynox_status dynox__decode_table_description(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                             dynox__document **document, dynox_error *error);

#endif
