/* Shapes, checked and prepared once: parents flattened, stored names, what each attribute begins with on the wire, and
 * a perfect hash of the names. Structs are bound to wire JSON and to values by them. */
#ifndef DYNOX_VALUE_BIND_SHAPE_H
#define DYNOX_VALUE_BIND_SHAPE_H

#include <dynox/attribute.h>
#include <string.h>

typedef struct dynox__shape dynox__shape;

enum { DYNOX__BEGIN_ROOM = 96 }; /* a multiple of 32: it is compared 32 bytes at a time */

/* A member that has an attribute. */
typedef struct dynox__member {
    uint64_t begin_mask; /* a bit for each of the first 32 bytes of begin that tell; 1 << 32: none will do */
    const dynox_attribute *attribute;
    const dynox__shape    *inner; /* of structs */
    const char            *name;  /* in the table */
    uint32_t               name_length;
    uint32_t               offset, size, element; /* bytes; element: of what a list or a set is of */
    uint32_t               has; /* 1 + the offset of the bool that says whether there is one; 0: none */
    uint8_t                kind, role;
    bool                   is_signed;
    bool                   is_stored;    /* under its name: all but parts of keys and DYNOX_EXTRA */
    bool                   is_deep;      /* cannot be compared in place: a snapshot keeps how it is stored */
    uint16_t               index;        /* among the members of the shape */
    uint16_t               deep;         /* which one of the shape's */
    uint16_t               inner_guess;  /* where the guesses of inner begin among those of the shape */
    char                   opener;       /* what must follow begin: [ { t (or f); 0: anything, inside of quotes */
    uint8_t                begin_length; /* 0: each value has to be looked at */
    uint8_t                begin_tells;  /* with the opener that there is but one of */
    char                   begin[DYNOX__BEGIN_ROOM]; /* "name":{"S":" as it comes nearly always, and as it is written */
} dynox__member;

struct dynox__shape {
    const dynox_shape   *declared;
    const char          *name;
    size_t               size; /* of the struct */
    size_t               count;
    size_t               guesses;    /* of a decode: one for each member, one for the first, and those inside */
    size_t               deep_count; /* of members that are deep */
    bool                 is_flat;    /* copying the struct is a snapshot: no lists, nothing deep */
    const dynox__member *extra;      /* where unknown attributes go; NULL: nowhere */
    uint64_t             seed;
    unsigned             slot_bits;
    const uint16_t      *slots; /* the perfect hash: index + 1 */
    dynox__member        members[];
};

/* The shape that belongs to a declaration; made at first use and kept for good. NULL: `error` tells what is wrong with
 * the declaration (DYNOX_E_ARGUMENT), or DYNOX_E_NO_MEMORY, and the next call tries again. Any thread. */
const dynox__shape *dynox__shape_of(const dynox_shape *declared, dynox_error *error);

/* The member that is stored under a name, or that has this C name; NULL: none. */
const dynox__member *dynox__shape_stored(const dynox__shape *shape, const char *name, size_t length);
const dynox__member *dynox__shape_member(const dynox__shape *shape, const char *name, size_t length);

/* What an AttributeValue of that kind has behind its brace: "S":" with the quote of a text, "L": of a list. Empty: each
 * value has its own. */
const char *dynox__kind_tag(uint8_t kind);

static inline uint64_t dynox__name_mix(uint64_t seed, uint64_t first, uint64_t last, size_t length)
{
    return (first ^ (last * 0x9E3779B97F4A7C15u) ^ length) * seed;
}

/* The slot of a name that is followed by at least 8 readable bytes. */
static inline size_t dynox__name_slot(const dynox__shape *shape, const uint8_t *name, size_t length)
{
    /* Without branches: names come in any order. */
    uint64_t first, last;
    size_t   behind = length > 8 ? length - 8 : 0;
    memcpy(&first, name, 8);
    memcpy(&last, name + behind, 8);
    first &= length < 8 ? ((uint64_t)1 << (length & 7) * 8) - 1 : UINT64_MAX;
    last &= behind ? UINT64_MAX : 0;
    return dynox__name_mix(shape->seed, first, last, length) >> (64 - shape->slot_bits);
}

#endif
