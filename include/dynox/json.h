/* Items to and from plain JSON, and whole answers, as objects of json-c; and members of records that are such
 * objects. The only header of the library that needs
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

#include <dynox/attribute.h>
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

/* An attribute of a model whose member is a `struct json_object *`: stored as S, JSON as text; a map or a list that is
 * stored as such is read, too. NULL (which JSON's null is) is absent. A loaded one belongs to its record and may be
 * edited in place, which a save finds; one of your own is borrowed, as texts are, and stays yours. Needs
 * <dynox/dynox.h>.
 *
 *     DYNOX_JSON(user, settings, .alias = "s")
 *
 * A text that is not JSON, or nested more than 128 deep, is DYNOX_E_DECODE; a number that is not finite cannot be
 * stored: DYNOX_E_VALUE. */
#define DYNOX_JSON(...) DYNOX_JSON_(__VA_ARGS__, .role_ = DYNOX_ROLE_NONE_)
/* clang-format off */
#define DYNOX_JSON_(M, member, ...)                                                                                    \
    {                                                                                                                  \
        DYNOX_PLACE_(M, member, DYNOX_MUST_(_Generic(DYNOX_MEMBER_(M, member), struct json_object *: 1, default: 0),   \
                                            #M "." #member ": must be a struct json_object *")),                       \
        .kind_ = DYNOX_KIND_CUSTOM_, .inner_ = &dynox_kind_json, __VA_ARGS__                                           \
    }
/* clang-format on */
extern DYNOX_API const dynox_kind dynox_kind_json;

DYNOX_EXTERN_C_END
#endif
