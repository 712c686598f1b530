/* Items: reading those that came out, building those that go in where DYNOX_ITEM() is not enough, and their text.
 *
 * Reading changes nothing: any number of threads may read one item. Building is for one thread at a time. */
#ifndef DYNOX_ITEM_H
#define DYNOX_ITEM_H

#include <dynox/future.h>
#include <dynox/literal.h>
#include <dynox/memory.h>
#include <dynox/value.h>

DYNOX_EXTERN_C_BEGIN

/* ---- reading: `item` may be NULL, which has no attributes; results are borrowed from the item ---- */

/* The value of an attribute; NULL: there is none. */
DYNOX_API const dynox_value *dynox_item_get(const dynox_item *item, const char *name);

/* The value at a path: names with dots between them and list indexes, such as "address.lines[0]"; a name with a dot,
 * a bracket or a backquote in it is written in backquotes (a backquote inside them as two). NULL: nothing there, or
 * not a path. */
DYNOX_API const dynox_value *dynox_item_path(const dynox_item *item, const char *path);

/* An attribute as a C value: NULL, 0 or false if it is absent, of another type, or does not fit. See the functions of
 * <dynox/value.h> that they call. */
static inline const char *dynox_get_string(const dynox_item *item, const char *name)
{
    return dynox_value_as_string(dynox_item_get(item, name));
}
static inline int64_t dynox_get_int(const dynox_item *item, const char *name)
{
    return dynox_value_as_int(dynox_item_get(item, name));
}
static inline double dynox_get_double(const dynox_item *item, const char *name)
{
    return dynox_value_as_double(dynox_item_get(item, name));
}
static inline bool dynox_get_bool(const dynox_item *item, const char *name)
{
    return dynox_value_as_bool(dynox_item_get(item, name));
}
static inline const uint8_t *dynox_get_bytes(const dynox_item *item, const char *name, size_t *size)
{
    return dynox_value_as_bytes(dynox_item_get(item, name), size);
}
static inline const dynox_value *dynox_get_list(const dynox_item *item, const char *name, size_t *count)
{
    return dynox_value_as_list(dynox_item_get(item, name), count);
}
static inline dynox_item dynox_get_map(const dynox_item *item, const char *name)
{
    return dynox_value_as_map(dynox_item_get(item, name));
}

/* The same where zero is not answer enough: false, and *out untouched, for those cases. */
static inline bool dynox_read_string(const dynox_item *item, const char *name, const char **text, size_t *length)
{
    return dynox_value_read_string(dynox_item_get(item, name), text, length);
}
static inline bool dynox_read_int(const dynox_item *item, const char *name, int64_t *out)
{
    return dynox_value_read_int(dynox_item_get(item, name), out);
}
static inline bool dynox_read_unsigned(const dynox_item *item, const char *name, uint64_t *out)
{
    return dynox_value_read_unsigned(dynox_item_get(item, name), out);
}
static inline bool dynox_read_double(const dynox_item *item, const char *name, double *out)
{
    return dynox_value_read_double(dynox_item_get(item, name), out);
}
static inline bool dynox_read_bool(const dynox_item *item, const char *name, bool *out)
{
    return dynox_value_read_bool(dynox_item_get(item, name), out);
}
static inline bool dynox_read_bytes(const dynox_item *item, const char *name, const uint8_t **bytes, size_t *size)
{
    return dynox_value_read_bytes(dynox_item_get(item, name), bytes, size);
}

/* The same attributes with equal values, in any order. Two NULLs are equal. */
DYNOX_API bool dynox_item_equal(const dynox_item *a, const dynox_item *b);
/* Writes an item and a newline like dynox_value_print. */
DYNOX_API void dynox_item_print(FILE *to, const dynox_item *item);

/* ---- building ---- */

/* An empty item to be filled; free it with dynox_item_free. NULL: out of memory. */
DYNOX_API DYNOX_MUST_USE dynox_item *dynox_item_new(void);
/* Sets an attribute to a copy of the value, all of it; replaces one of that name. For items of dynox_item_new and
 * dynox_item_copy only. DYNOX_OK; DYNOX_E_VALUE: the value, or one in it, is DYNOX_INVALID, or it is
 * nested too deeply; DYNOX_E_ARGUMENT: NULL, or an item of another origin; DYNOX_E_NO_MEMORY. The item is as before
 * on any error. */
DYNOX_API dynox_status dynox_item_set(dynox_item *item, const char *name, dynox_value value);
/* true: there was such an attribute. Same items as dynox_item_set. */
DYNOX_API bool dynox_item_remove(dynox_item *item, const char *name);
/* A copy that owns all it has, whatever it was copied from, and can be changed: how an item outlives its page. Free it
 * with dynox_item_free. NULL: `item` is NULL, out of memory, or a value that dynox_item_set would not take. */
DYNOX_API DYNOX_MUST_USE dynox_item *dynox_item_copy(const dynox_item *item);
/* Frees an item that was handed to you. NULL is fine; so is an item that owns nothing. */
DYNOX_API void dynox_item_free(dynox_item *item);

/* ---- DynamoDB JSON, the form with types: {"pk": {"S": "USER#1"}, "age": {"N": "36"}} ---- */

/* The text of an item: to be freed with dynox_free. NULL: `error` (may be NULL) says why: DYNOX_E_VALUE, with the path
 * of what cannot be sent; DYNOX_E_NO_MEMORY. Any thread. */
DYNOX_API DYNOX_MUST_USE char *dynox_item_to_text(const dynox_item *item, dynox_error *error);
/* The item of a text of `length` bytes; dynox_item_free ends it. NULL: `error` (may be NULL) says why: DYNOX_E_DECODE,
 * with the place in the text; DYNOX_E_VALUE: a name is there twice; DYNOX_E_ARGUMENT: no text; DYNOX_E_NO_MEMORY. Any
 * thread. */
DYNOX_API DYNOX_MUST_USE dynox_item *dynox_item_from_text(const char *text, size_t length, dynox_error *error);

extern DYNOX_API const dynox_type dynox_type_item; /* of futures of them */

DYNOX_EXTERN_C_END

#ifndef __cplusplus
#undef DYNOX_TYPES_1_
#define DYNOX_TYPES_1_ struct dynox_item * : &dynox_type_item, const struct dynox_item * : &dynox_type_item,
#endif
#endif
