/* Writing structs as JSON, in two files: members and structs (bind_write.c), and what they hold (bind_write_content.c).
 */
#ifndef DYNOX_VALUE_BIND_BIND_WRITE_H
#define DYNOX_VALUE_BIND_BIND_WRITE_H

#include "value/bind/bind.h"

typedef struct dynox__bind_writer {
    dynox__buffer *buffer;
    dynox_room     room; /* of kinds of a program's own */
    dynox_error   *error;
} dynox__bind_writer;

/* {"a":{"S":"x"},...}. `depth` counts the maps and lists that a member would lie in if it were one of them, itself
 * included. */
dynox_status dynox__write_struct(dynox__bind_writer *w, const dynox__shape *shape, const void *record,
                                 const dynox_value *given, unsigned depth);

/* What comes between the tag of the kind, with the quote it has behind it, and the closing brace. */
dynox_status dynox__write_content(dynox__bind_writer *w, const dynox__shape *shape, const dynox__member *member,
                                  const void *record, unsigned depth);
/* {"S":"red"} or {"N":"1"}. */
dynox_status dynox__write_enum(dynox__bind_writer *w, const dynox__shape *shape, const dynox__member *member,
                               const void *record);

#endif
