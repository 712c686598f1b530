/* Between trees, values and the form in which items are stored: JSON as it is sent, in one canonical form. */
#ifndef DYNOX_LOCAL_WIRE_VALUES_H
#define DYNOX_LOCAL_WIRE_VALUES_H

#include "local/wire/refusal.h"
#include "local/wire/tree.h"
#include <dynox/item.h>

/* An AttributeValue {"S":"x"}, attributes {"a":{"S":"x"}}, of a request: into values in the arena, which borrow the
 * tree's texts. Everything is checked in the service's order and with its words: one type member, types of members
 * (SERIALIZATION), numbers (38 digits, range) which become canonical (no leading or trailing zeros, no exponent, no
 * minus before zero), base64, empty sets, duplicates, depth 32. Of attributes of one name the last one counts. The tree
 * stays as it is. */
bool dynox__values_read(const dynox__tree *tree, dynox__arena *arena, dynox_value *value, dynox__refusal *refusal);
bool dynox__values_read_item(const dynox__tree *tree, dynox__arena *arena, dynox_item *item, dynox__refusal *refusal);
/* Only the kinds of JSON in an AttributeValue, and its base64, before anything else of the request is looked at
 * (SERIALIZATION). `element`: of a list or a map. */
bool dynox__values_check_kinds(const dynox__tree *tree, bool element, dynox__arena *arena, dynox__refusal *refusal);

/* What is wrong with a number, in the service's words; NULL: nothing. */
const char *dynox__values_number_fault(const char *text, size_t length);
/* Is it surely canonical as it is? false: perhaps not. */
bool dynox__values_number_is_canonical(const char *text, size_t length);
/* The canonical text of a number that has passed the check; in the arena. NULL: out of memory. */
const char *dynox__values_number(const char *text, size_t length, dynox__arena *arena, size_t *written);
/* a + b and a - b of canonical numbers, exact; NULL: with *why the service's words (over 38 digits, out of range), or
 * out of memory (*why NULL). */
const char *dynox__values_sum(const char *a, size_t a_length, const char *b, size_t b_length, bool minus,
                              dynox__arena *arena, size_t *written, const char **why);

/* Writes {"S":"x"} and {"a":{"S":"x"}}: what is stored and what is answered. Values have passed the check. */
void dynox__values_write(dynox__buffer *buffer, const dynox_value *value);
void dynox__values_write_item(dynox__buffer *buffer, const dynox_item *item);
void dynox__values_write_text(dynox__buffer *buffer, const char *text, size_t length); /* a JSON string with quotes */

/* The service's measure of an item and of a value, in bytes (engine-behaviours: item sizes). */
size_t dynox__values_size(const dynox_value *value);
size_t dynox__values_item_size(const dynox_item *item);

/* Equality and order as conditions have them: numbers by value, sets without order. */
bool dynox__values_equal(const dynox_value *a, const dynox_value *b);
/* Of two S, two N or two B; *comparable false: of others. */
int dynox__values_compare(const dynox_value *a, const dynox_value *b, bool *comparable);

#endif
