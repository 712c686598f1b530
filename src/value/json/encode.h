/* The encoder: values and items to DynamoDB JSON, straight into a buffer, checked on the way. */
#ifndef DYNOX_VALUE_JSON_ENCODE_H
#define DYNOX_VALUE_JSON_ENCODE_H

#include "base/buffer.h"
#include <dynox/value.h>

/* How deep maps and lists may lie in each other: the service's limit (Developer Guide, "Service, account, and table
 * quotas"). */
enum { DYNOX__ENCODE_DEPTH = 32 };

/* Each writes JSON behind what the buffer holds. Values are checked: UTF-8, numbers (38 digits, range, no NaN),
 * nonempty sets without duplicates (of the same number, too: 1 and 1.0), nesting, no NULL pointers. On a bad one:
 * DYNOX_E_VALUE, `error` names the attribute by its path ("attribute \"a.b[2]\": ...", or "value: ..." for a value
 * itself), and what was written is of no use. Out of memory is the buffer's to tell: DYNOX_OK then. */
dynox_status dynox__encode_item(dynox__buffer *buffer, const dynox_item *item,
                                dynox_error *error); /* {"pk":{"S":"x"}} */
dynox_status dynox__encode_value(dynox__buffer *buffer, const dynox_value *value, dynox_error *error); /* {"S":"x"} */

/* A value in a member of a struct, and an attribute ("name":{"S":"x"}) of an item that is one: errors begin with
 * "user.member: " or, inside of the value, "user.member.a[2]: ". `depth` counts the maps and lists that the value
 * would lie in if it were one of them, itself included: 1 for that of an attribute. */
typedef struct dynox__encode_place {
    const char *model, *member;
    unsigned    depth;
} dynox__encode_place;
dynox_status dynox__encode_value_of(dynox__buffer *buffer, const dynox_value *value, const dynox__encode_place *place,
                                    dynox_error *error);
dynox_status dynox__encode_named_of(dynox__buffer *buffer, const dynox_named_value *named,
                                    const dynox__encode_place *place, dynox_error *error);

/* A JSON string with its quotes. false: not UTF-8 (nothing useful is in the buffer then). */
bool dynox__encode_text(dynox__buffer *buffer, const char *text, size_t length);

/* Is a text, number or byte string in the set twice? The set is of one of those types, and its numbers are given as
 * text: `numbers` is the JSON array that was written for an NS ("1","2.0"...), else NULL. Returns the place in the set
 * of one that is there twice, SIZE_MAX if there is none or (with *no_memory set) nobody knows. */
size_t dynox__find_duplicate(const dynox_value *set, const char *numbers, bool *no_memory);

/* Is a name in the map twice? The place of one that is, SIZE_MAX if there is none or (with *no_memory set) nobody
 * knows. */
size_t dynox__find_name_twice(const dynox_named_value *map, size_t count, bool *no_memory);

#endif
