/* Argument structs start with their own size, so that programs and library may be of different versions. */
#ifndef DYNOX_BASE_ARGS_H
#define DYNOX_BASE_ARGS_H

#include <dynox/error.h>

/* Copies what `given` has into `args` and zeroes the rest. DYNOX_E_ARGUMENT: no struct, no size (`args` is all zero
 * then), or it sets fields that this version of the library does not know (`args` has the others, such as where the
 * error goes). */
dynox_status dynox__args_read(void *args, size_t size, const void *given, dynox_error *error);

/* A field that the struct had in its first version, also where `given` does not say its size: where the error goes that
 * says so. After dynox__args_read. */
#define DYNOX__ARGS_FIELD(args, given, field) ((args).size || !(given) ? (args).field : (given)->field)

#endif
