/* The encoder: values and items to DynamoDB JSON, straight into a buffer, checked on the way. */
#ifndef DYNOX_VALUE_ENCODE_H
#define DYNOX_VALUE_ENCODE_H

#include "base/buffer.h"
#include <dynox/value.h>

/* Each writes JSON behind what the buffer holds. Values are checked: UTF-8, numbers (38 digits, range, no NaN),
 * nonempty sets without duplicates, nesting of at most 32, no NULL pointers. On a bad one: DYNOX_E_VALUE, and `error`
 * names the attribute by its path ("attribute \"a.b[2]\": ..."). Out of memory is the buffer's to tell. */
dynox_status dynox__encode_item(dynox__buffer *buffer, const dynox_item *item,
                                dynox_error *error); /* {"pk":{"S":"x"}} */
dynox_status dynox__encode_value(dynox__buffer *buffer, const dynox_value *value, dynox_error *error); /* {"S":"x"} */

/* A JSON string with its quotes. false: not UTF-8 (nothing useful is in the buffer then). */
bool dynox__encode_text(dynox__buffer *buffer, const char *text, size_t length);

#endif
