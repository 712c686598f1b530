/* Reading argument structs of any version. */
#include "base/args.h"
#include <string.h>

dynox_status dynox__args_read(void *args, size_t size, const void *given, dynox_error *error)
{
    memset(args, 0, size);
    if (!given) return dynox_error_set(error, DYNOX_E_ARGUMENT, "the arguments are missing (NULL)");
    size_t given_size;
    memcpy(&given_size, given, sizeof given_size);
    if (given_size < sizeof given_size)
        return dynox_error_set(error, DYNOX_E_ARGUMENT,
                               "the field .size of the arguments is not set: set it to their sizeof, or use the macro");
    memcpy(args, given, given_size < size ? given_size : size);
    memcpy(args, &size, sizeof size);
    for (size_t i = size; i < given_size; i++)
        if (((const char *)given)[i])
            return dynox_error_set(error, DYNOX_E_ARGUMENT,
                                   "the arguments have fields that this version of the library does not know");
    return DYNOX_OK;
}
