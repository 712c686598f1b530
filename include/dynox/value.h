/* Values: what goes into a table and what comes out of it. One type for both directions. Here: the types, how values
 * are made and how they are read. Items are in <dynox/item.h>; DYNOX_VALUE(36) and its like in <dynox/literal.h>.
 *
 * Values own nothing and are never changed by reading, so any thread may read them at any time. */
#ifndef DYNOX_VALUE_H
#define DYNOX_VALUE_H

#include <dynox/error.h>
#include <stdint.h>
#include <string.h>

DYNOX_EXTERN_C_BEGIN

/* The types of DynamoDB. */
typedef enum dynox_value_type {
    DYNOX_INVALID = 0, /* no value: a NULL pointer was given as text, or a member was not found */
    DYNOX_S,           /* text, UTF-8 */
    DYNOX_N,           /* number: decimal text, up to 38 digits */
    DYNOX_B,           /* bytes */
    DYNOX_BOOL,
    DYNOX_NULL,
    DYNOX_M,  /* map: named values */
    DYNOX_L,  /* list */
    DYNOX_SS, /* sets: never empty, no duplicates, no order */
    DYNOX_NS,
    DYNOX_BS,
    DYNOX_UNKNOWN /* a type that the service has and this library does not know; never sent */
} dynox_value_type;

/* How the library holds a number that the program gave as a C number; internal. */
enum { DYNOX_NUMBER_TEXT_ = 0, DYNOX_NUMBER_INT_, DYNOX_NUMBER_UINT_, DYNOX_NUMBER_DOUBLE_ };

struct dynox_value;
struct dynox_named_value;

/* A value: 16 bytes, passed by value, owning nothing. What `as` points to belongs to whoever made it: your program for
 * values that go in, the answer they came with for values that come out. Read it with the functions below; text that
 * came out ends with a NUL that `length` does not count. */
typedef struct dynox_value {
    uint8_t  type;    /* dynox_value_type */
    uint8_t  number_; /* DYNOX_N: how it is held */
    uint16_t zero_;
    uint32_t length; /* bytes of S, N and B; members of the rest */
    union {
        const char                     *text;  /* S, and N held as text */
        const uint8_t                  *bytes; /* B */
        const struct dynox_value       *list;  /* L, SS, NS, BS */
        const struct dynox_named_value *map;   /* M */
        bool                            boolean;
        int64_t                         integer_;
        uint64_t                        unsigned_;
        double                          real_;
    } as;
} dynox_value;

/* A member of an item or of a map. */
typedef struct dynox_named_value {
    const char *name; /* UTF-8; ends with a NUL that name_length does not count, when it came out */
    uint32_t    name_length;
    uint32_t    zero_;
    dynox_value value;
} dynox_named_value;

/* An item (or a key): an array of named values. Those that come out are freed with dynox_item_free when they were
 * handed to you, and belong to their page or stream otherwise. */
typedef struct dynox_item {
    const dynox_named_value *attributes;
    size_t                   count;
    void                    *owner_; /* the library's: what dynox_item_free frees */
} dynox_item;

/* ---- making values: each borrows what it is given ----
 * A NULL pointer, or a size above UINT32_MAX, gives a value of type DYNOX_INVALID; sending that is an error that
 * names it. */

static inline dynox_value dynox_invalid(void)
{
    dynox_value value = {0, 0, 0, 0, {NULL}};
    return value;
}

static inline dynox_value dynox_null(void)
{
    dynox_value value = dynox_invalid();
    value.type        = DYNOX_NULL;
    return value;
}

static inline dynox_value dynox_bool(bool boolean)
{
    dynox_value value = dynox_invalid();
    value.type        = DYNOX_BOOL;
    value.as.boolean  = boolean;
    return value;
}

/* The values true and false, in C and C++, whatever a header has made of true and false. */
#define DYNOX_TRUE dynox_bool(1)
#define DYNOX_FALSE dynox_bool(0)

/* Text of `length` bytes, which may have NULs in it and need not end with one. UTF-8; checked when it is sent. */
static inline dynox_value dynox_string_n(const char *text, size_t length)
{
    dynox_value value = dynox_invalid();
    if (!text || length > UINT32_MAX) return value;
    value.type    = DYNOX_S;
    value.length  = (uint32_t)length;
    value.as.text = text;
    return value;
}

static inline dynox_value dynox_string(const char *text)
{
    return dynox_string_n(text, text ? strlen(text) : 0);
}

/* A number as text: up to 38 significant digits, 1E-130 to 9.99...E+125. Checked when it is sent. */
static inline dynox_value dynox_number_text(const char *text)
{
    dynox_value value = dynox_string(text);
    if (value.type == DYNOX_S) value.type = DYNOX_N;
    return value;
}

static inline dynox_value dynox_int(int64_t number)
{
    dynox_value value = dynox_invalid();
    value.type        = DYNOX_N;
    value.number_     = DYNOX_NUMBER_INT_;
    value.as.integer_ = number;
    return value;
}

static inline dynox_value dynox_unsigned(uint64_t number)
{
    dynox_value value  = dynox_invalid();
    value.type         = DYNOX_N;
    value.number_      = DYNOX_NUMBER_UINT_;
    value.as.unsigned_ = number;
    return value;
}

/* Sent with as many digits as it takes to read the same double back; NaN and infinity are refused then. */
static inline dynox_value dynox_double(double number)
{
    dynox_value value = dynox_invalid();
    value.type        = DYNOX_N;
    value.number_     = DYNOX_NUMBER_DOUBLE_;
    value.as.real_    = number;
    return value;
}

/* `size` bytes; NULL is fine for none. */
static inline dynox_value dynox_bytes(const void *bytes, size_t size)
{
    dynox_value value = dynox_invalid();
    if ((!bytes && size) || size > UINT32_MAX) return value;
    value.type     = DYNOX_B;
    value.length   = (uint32_t)size;
    value.as.bytes = (const uint8_t *)(bytes ? bytes : "");
    return value;
}

/* How the next ones are made: an array of `count` members; internal. */
static inline dynox_value dynox_members_of_(dynox_value_type type, const dynox_value *values, size_t count)
{
    dynox_value value = dynox_invalid();
    if ((!values && count) || count > UINT32_MAX) return value;
    value.type    = (uint8_t)type;
    value.length  = (uint32_t)count;
    value.as.list = values;
    return value;
}

static inline dynox_value dynox_list_of(const dynox_value *values, size_t count)
{
    return dynox_members_of_(DYNOX_L, values, count);
}

/* Sets: members of type S, of N, of B. An empty one, a duplicate or a member of another type is refused when sent. */
static inline dynox_value dynox_string_set_of(const dynox_value *values, size_t count)
{
    return dynox_members_of_(DYNOX_SS, values, count);
}

static inline dynox_value dynox_number_set_of(const dynox_value *values, size_t count)
{
    return dynox_members_of_(DYNOX_NS, values, count);
}

static inline dynox_value dynox_binary_set_of(const dynox_value *values, size_t count)
{
    return dynox_members_of_(DYNOX_BS, values, count);
}

static inline dynox_value dynox_map_of(const dynox_named_value *members, size_t count)
{
    dynox_value value = dynox_invalid();
    if ((!members && count) || count > UINT32_MAX) return value;
    value.type   = DYNOX_M;
    value.length = (uint32_t)count;
    value.as.map = members;
    return value;
}

/* An item as a map: the attributes are borrowed. */
static inline dynox_value dynox_map_of_item(const dynox_item *item)
{
    return item ? dynox_map_of(item->attributes, item->count) : dynox_invalid();
}

/* A member for an item or a map. A NULL name makes the value DYNOX_INVALID. */
static inline dynox_named_value dynox_named(const char *name, dynox_value value)
{
    size_t            length = name ? strlen(name) : 0;
    bool              bad    = !name || length > UINT32_MAX;
    dynox_named_value named  = {bad ? "" : name, bad ? 0 : (uint32_t)length, 0, bad ? dynox_invalid() : value};
    return named;
}

/* For arrays that a program builds in C++ or at run time; borrowed. */
static inline dynox_item dynox_item_of(const dynox_named_value *attributes, size_t count)
{
    dynox_item item = {attributes, count, NULL};
    return item;
}

static inline dynox_value dynox_value_itself_(dynox_value value)
{
    return value;
}

static inline dynox_value dynox_value_at_(const dynox_value *value)
{
    return value ? *value : dynox_invalid();
}

/* ---- reading values ----
 * `value` may be NULL everywhere, and then is a value of no type: what dynox_item_get finds can be read at once. */

static inline dynox_value_type dynox_value_type_of(const dynox_value *value)
{
    return value ? (dynox_value_type)value->type : DYNOX_INVALID;
}

/* The read functions tell whether there was such a value: true, and *out has it; false, and *out is untouched: NULL,
 * another type, or a number that does not fit (for the integers also one with a fraction). */
DYNOX_API bool dynox_value_read_int(const dynox_value *value, int64_t *out);
DYNOX_API bool dynox_value_read_unsigned(const dynox_value *value, uint64_t *out);
DYNOX_API bool dynox_value_read_double(const dynox_value *value, double *out); /* the nearest one */
DYNOX_API bool dynox_value_read_bool(const dynox_value *value, bool *out);
DYNOX_API bool dynox_value_read_string(const dynox_value *value, const char **text, size_t *length);
DYNOX_API bool dynox_value_read_bytes(const dynox_value *value, const uint8_t **bytes, size_t *size);

/* The short forms: the value, or NULL, 0 or false where the read function would say false. Borrowed from the value.
 * The text ends with a NUL if it came out of the library or was given as a C string. */
DYNOX_API const char    *dynox_value_as_string(const dynox_value *value);
DYNOX_API int64_t        dynox_value_as_int(const dynox_value *value);
DYNOX_API double         dynox_value_as_double(const dynox_value *value);
DYNOX_API bool           dynox_value_as_bool(const dynox_value *value);
DYNOX_API const uint8_t *dynox_value_as_bytes(const dynox_value *value, size_t *size); /* *size 0 if it is none */
/* The members of a list or of a set; *count is 0 if it is neither. */
DYNOX_API const dynox_value *dynox_value_as_list(const dynox_value *value, size_t *count);
/* A map as an item, to read it with the functions of <dynox/item.h>; empty if it is not a map. */
DYNOX_API dynox_item dynox_value_as_map(const dynox_value *value);

/* A number as decimal text, all digits, NUL-terminated: the value's own text or, for a value made of a C number,
 * written into `room`. NULL: not a number, or not finite. */
enum { DYNOX_NUMBER_ROOM = 48 };
DYNOX_API const char *dynox_value_as_number(const dynox_value *value, char room[DYNOX_NUMBER_ROOM]);

/* The same value? Numbers are compared by what they are worth ("1" and "1.0" are equal), sets and maps without order.
 * Two invalid values are not equal, nor are values nested deeper than the service allows twice over (64). */
DYNOX_API bool dynox_value_equal(const dynox_value *a, const dynox_value *b);

/* Writes a value and a newline in a form for people: "text", 36, true, null, bytes(2) 00ff, [1, "two"], {"a": 1},
 * set("x", "y"). The form may change. */
DYNOX_API void dynox_value_print(FILE *to, const dynox_value *value);

DYNOX_EXTERN_C_END
#endif
