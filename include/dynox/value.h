/* Values and items: what goes into a table and what comes out of it. One type for both directions. */
#ifndef DYNOX_VALUE_H
#define DYNOX_VALUE_H

#include <dynox/error.h>
#include <stdint.h>

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

DYNOX_EXTERN_C_END
#endif
