/* What one value of a request breaks: bounds, patterns, enums. */
#ifndef DYNOX_LOCAL_VALIDATE_CONSTRAINTS_H
#define DYNOX_LOCAL_VALIDATE_CONSTRAINTS_H

#include "local/validate/description.h"

enum {
    FAULT_ENUM    = 1,
    FAULT_PATTERN = 2,
    FAULT_LEAST   = 4,
    FAULT_MOST    = 8,
    FAULT_KEYS    = 16 /* of a map */
};

/* Bits of the above; 0: it is as it should be. The tree is of the shape's kind. What is inside of lists and structures
 * is not looked at. */
unsigned dynox__constraint_faults(const dynox__shape *shape, const dynox__tree *tree, bool old_words);

/* The bounds that hold for this value: names of tables have their own. */
void dynox__constraint_bounds(const dynox__shape *shape, const char *text, bool old_words, int32_t *least,
                              int32_t *most);

/* The length of a text as the service counts it: in UTF-16. */
size_t dynox__constraint_length(const char *text, size_t length);

#endif
