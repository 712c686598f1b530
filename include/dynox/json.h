/* Items to and from plain JSON, and whole answers, as objects of json-c. The only header of the library that needs
 * json-c's; include it by itself. For the form with types, {"pk": {"S": "x"}}, see dynox_item_to_text.
 *
 *     S          string
 *     N          integer if its worth fits an int64_t, else a "double" that keeps and writes all digits of the text
 *     B          {"$binary": "<base64>"}
 *     BOOL NULL  true or false, null
 *     M L        object, array
 *     SS NS BS   array; it comes back as a list
 *
 * json-c's own parser cuts integers above UINT64_MAX (before 0.14: INT64_MAX) down to that; a number with a point
 * or an exponent keeps its text. Its objects count their references without locks: one thread at a time. */
#ifndef DYNOX_JSON_H
#define DYNOX_JSON_H

#include <dynox/call.h>
#include <dynox/item.h>
#include <json-c/json_object.h>

DYNOX_EXTERN_C_BEGIN

/* A new object, to be ended with json_object_put. NULL: see `error`. DYNOX_E_VALUE: an invalid value, a name with a NUL
 * in it (json-c would cut it), a map with nothing but a text called "$binary" (it would come back as bytes), text of 2
 * GB; DYNOX_E_NO_MEMORY. */
DYNOX_API DYNOX_MUST_USE struct json_object *dynox_item_to_json(const dynox_item *item, dynox_error *error);

/* A new item with copies of all, to be ended with dynox_item_free. NULL: see `error`. DYNOX_E_VALUE: not an object, a
 * number that is none (NaN), a "$binary" that is not base64, nested too deeply; DYNOX_E_NO_MEMORY. The object is
 * borrowed. */
DYNOX_API DYNOX_MUST_USE dynox_item *dynox_item_from_json(struct json_object *json, dynox_error *error);

/* The answer of dynox_call, as a new object to be ended with json_object_put. (Its request is the text that json-c
 * writes: dynox_call(db, "DescribeExport", json_object_to_json_string(request)).) NULL: see `error`. DYNOX_E_DECODE:
 * nested more than 128 deep; DYNOX_E_ARGUMENT: a NULL answer; DYNOX_E_NO_MEMORY. */
DYNOX_API DYNOX_MUST_USE struct json_object *dynox_answer_to_json(const dynox_answer *answer, dynox_error *error);

DYNOX_EXTERN_C_END
#endif
