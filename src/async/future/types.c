/* The types of scalar values, and reading one as another. */
#include "async/future/state.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

const dynox_type dynox_type_bool               = {.name = "bool", .size = sizeof(bool)};
const dynox_type dynox_type_int                = {.name = "int", .size = sizeof(int)};
const dynox_type dynox_type_unsigned           = {.name = "unsigned", .size = sizeof(unsigned)};
const dynox_type dynox_type_long               = {.name = "long", .size = sizeof(long)};
const dynox_type dynox_type_unsigned_long      = {.name = "unsigned long", .size = sizeof(unsigned long)};
const dynox_type dynox_type_long_long          = {.name = "long long", .size = sizeof(long long)};
const dynox_type dynox_type_unsigned_long_long = {.name = "unsigned long long", .size = sizeof(unsigned long long)};
const dynox_type dynox_type_double             = {.name = "double", .size = sizeof(double)};
const dynox_type dynox_type_pointer            = {.name = "pointer", .size = sizeof(void *)};

/* An integer that any of the integer types can give and take: negative numbers are kept apart from large ones. */
typedef struct wide {
    bool     negative;
    uint64_t bits; /* two's complement */
} wide;

/* X(descriptor, C type, lowest, highest): bool is not among them, a number is no answer to yes or no. */
#define INTEGERS(X)                                                                                                    \
    X(dynox_type_int, int, INT_MIN, INT_MAX)                                                                           \
    X(dynox_type_unsigned, unsigned, 0, UINT_MAX)                                                                      \
    X(dynox_type_long, long, LONG_MIN, LONG_MAX)                                                                       \
    X(dynox_type_unsigned_long, unsigned long, 0, ULONG_MAX)                                                           \
    X(dynox_type_long_long, long long, LLONG_MIN, LLONG_MAX)                                                           \
    X(dynox_type_unsigned_long_long, unsigned long long, 0, ULLONG_MAX)

static bool read_integer(dynox__slot slot, const dynox_type *held, wide *number)
{
#define READ(descriptor, c_type, lowest, highest)                                                                      \
    if (held == &descriptor) {                                                                                         \
        c_type value;                                                                                                  \
        memcpy(&value, &slot, sizeof value);                                                                           \
        int64_t as_signed = (int64_t)value;                                                                            \
        *number           = (wide){(lowest) != 0 && as_signed < 0, (uint64_t)value};                                   \
        return true;                                                                                                   \
    }
    INTEGERS(READ)
#undef READ
    return false;
}

static bool write_integer(wide number, const dynox_type *wanted, void *out)
{
#define WRITE(descriptor, c_type, lowest, highest)                                                                     \
    if (wanted == &descriptor) {                                                                                       \
        bool   fits  = number.negative ? (int64_t)number.bits >= (int64_t)(lowest) && (lowest) != 0                    \
                                       : number.bits <= (uint64_t)(highest);                                           \
        c_type value = (c_type)number.bits;                                                                            \
        if (fits) memcpy(out, &value, sizeof value);                                                                   \
        return fits;                                                                                                   \
    }
    INTEGERS(WRITE)
#undef WRITE
    return false;
}

dynox_status dynox__type_read(dynox__slot slot, const dynox_type *held, const dynox_type *wanted, void *out)
{
    wide number;
    if (read_integer(slot, held, &number) && write_integer(number, wanted, out)) return DYNOX_OK;
    memset(out, 0, wanted->size);
    return DYNOX_E_TYPE;
}

static const char *name_of(const dynox_type *type)
{
    return type ? type->name : "of a type unknown to the library";
}

void dynox__type_mismatch(dynox_error *error, const char *coroutine, int line, const dynox_type *held,
                          const dynox_type *variable)
{
    char        where[128] = "";
    bool        strict     = held && held->strict && held->size && !variable;
    const char *advice     = strict ? held->advice : NULL;
    if (strict && !advice) advice = "name it in DYNOX_USER_TYPES before the first include";
    if (coroutine) snprintf(where, sizeof where, "%.100s, line %d: ", coroutine, line);
    if (strict)
        dynox_error_set(error, DYNOX_E_TYPE,
                        "%sthe awaited value is %s, and the type of the variable is not known here: %s", where,
                        held->name, advice);
    else
        dynox_error_set(error, DYNOX_E_TYPE, "%sthe awaited value is %s, the variable is %s", where, name_of(held),
                        name_of(variable));
}
