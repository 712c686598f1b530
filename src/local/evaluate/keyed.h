/* Members of a set, or of a map by their names, found at once however many they are: what comes in a request may not
 * make work that grows with the square of it. */
#ifndef DYNOX_LOCAL_EVALUATE_KEYED_H
#define DYNOX_LOCAL_EVALUATE_KEYED_H

#include "local/evaluate/terms.h"

enum { DYNOX__KEYED_FROM = 16 }; /* fewer are looked through one by one */

typedef struct dynox__keyed {
    const dynox_value       *set; /* its members; numbers are canonical, so equal ones have equal texts */
    const dynox_named_value *map; /* the one that is not NULL counts */
    size_t                   count;
    uint32_t                *slots; /* indexes + 1; a power of two of them; NULL: few */
    size_t                   mask;
} dynox__keyed;

/* Of a set or a map, in which so many are to be looked up. Of several with one key the last one is found. false: out of
 * memory. */
bool dynox__keyed_make(dynox__keyed *keyed, const dynox_value *value, size_t lookups, dynox__arena *arena);
/* The value of that name, the member with those bytes; NULL: there is none. */
const dynox_value *dynox__keyed_find(const dynox__keyed *keyed, const void *key, size_t length);

/* Are they the same, as conditions have it: sets and maps without order? false: out of memory. */
bool dynox__same(const dynox_value *a, const dynox_value *b, dynox__arena *arena, bool *same);

#endif
