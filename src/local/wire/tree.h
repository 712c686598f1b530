/* A request's JSON as a tree in an arena. Strict: RFC 8259 and nothing else, UTF-8 checked, depth bounded, no name
 * twice is not asked here. What a member has to be is told by validate/. */
#ifndef DYNOX_LOCAL_WIRE_TREE_H
#define DYNOX_LOCAL_WIRE_TREE_H

#include "base/arena.h"
#include "base/buffer.h"
#include <dynox/value.h>

typedef enum dynox__tree_kind {
    DYNOX__TREE_NULL,
    DYNOX__TREE_FALSE,
    DYNOX__TREE_TRUE,
    DYNOX__TREE_NUMBER, /* text: as it came, and no NUL behind it */
    DYNOX__TREE_TEXT,   /* text: unescaped, NUL-terminated, NUL inside is data */
    DYNOX__TREE_ARRAY,
    DYNOX__TREE_OBJECT
} dynox__tree_kind;

typedef struct dynox__tree dynox__tree;
struct dynox__tree {
    dynox__tree_kind   kind;
    uint32_t           name_length; /* of a member of an object */
    const char        *name;        /* NULL: an element, or the whole */
    const char        *text;        /* of a text or a number */
    size_t             length;
    const dynox__tree *first, *next; /* first member or element; next sibling */
    size_t             count;        /* of members or elements */
};

enum { DYNOX__TREE_DEPTH = 160 };

/* The body is followed by 64 zero bytes (DYNOX__DECODE_PADDING), is changed, and has to live as long as the tree. NULL:
 * *why is static text (it is no JSON, nested too deep, behind it is more), or NULL if out of memory. Any JSON value is
 * a tree, also "null". Linear time whatever comes. */
const dynox__tree *dynox__tree_parse(char *body, size_t length, dynox__arena *arena, const char **why);

/* A member of an object; NULL: there is none, it is null, or this is no object (NULL is fine, too). The last one of
 * several counts. */
const dynox__tree *dynox__tree_member(const dynox__tree *object, const char *name);

/* The reading of what has been validated: the text of a text (NULL if absent), an integer, a boolean. */
const char *dynox__tree_text(const dynox__tree *object, const char *name);
bool        dynox__tree_integer(const dynox__tree *object, const char *name, int64_t *number); /* false: absent */
bool        dynox__tree_true(const dynox__tree *object, const char *name);                     /* absent: false */
/* A number as the service reads it where it wants an integer: fractions are cut off, what is too large is the largest.
 */
int64_t dynox__tree_number(const dynox__tree *number);
bool    dynox__tree_is_true(const dynox__tree *boolean); /* the service takes "true", "1" and "yes" for it, too */

#endif
