/* Values into members that are no containers, and the words of what does not fit. */
#ifndef DYNOX_VALUE_BIND_LOAD_SCALAR_H
#define DYNOX_VALUE_BIND_LOAD_SCALAR_H

#include "value/bind/room.h"
#include "value/bind/shape.h"

/* Where a value goes, for those who have to say that it does not. */
typedef struct dynox__target {
    const dynox__shape  *shape;
    const dynox__member *member;
    dynox_room          *room;
    dynox_error         *error;
} dynox__target;

/* DYNOX_E_DECODE, "user.age: " and the words. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
dynox_status
dynox__load_refuse(const dynox__target *target, const char *format, ...);
/* "stored as S, the member is an integer" */
dynox_status dynox__load_mismatch(const dynox__target *target, const dynox_value *value);
/* The same of an element. */
dynox_status dynox__load_element_mismatch(const dynox__target *target, const dynox_value *value);

/* Elements of lists and sets, and members of these kinds. */
dynox_status dynox__load_text(const dynox__target *target, const dynox_value *value, const char **text);
dynox_status dynox__load_int(const dynox__target *target, const dynox_value *value, uint32_t size, bool is_signed,
                             void *to);
dynox_status dynox__load_double(const dynox__target *target, const dynox_value *value, uint32_t size, void *to);
dynox_status dynox__load_blob(const dynox__target *target, const dynox_value *value, void *to);

/* A member of a kind that is neither a struct nor a list nor a set, from a value that is not NULL. */
dynox_status dynox__load_scalar(const dynox__target *target, const dynox_value *value, void *to);

#endif
