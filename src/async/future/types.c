/* The types of scalar values, and reading one as another. */
#include "async/future/state.h"
#include <limits.h>
#include <string.h>

const dynox_type dynox_type_bool               = {"bool", sizeof(bool), NULL};
const dynox_type dynox_type_int                = {"int", sizeof(int), NULL};
const dynox_type dynox_type_unsigned           = {"unsigned", sizeof(unsigned), NULL};
const dynox_type dynox_type_long               = {"long", sizeof(long), NULL};
const dynox_type dynox_type_unsigned_long      = {"unsigned long", sizeof(unsigned long), NULL};
const dynox_type dynox_type_long_long          = {"long long", sizeof(long long), NULL};
const dynox_type dynox_type_unsigned_long_long = {"unsigned long long", sizeof(unsigned long long), NULL};
const dynox_type dynox_type_double             = {"double", sizeof(double), NULL};
const dynox_type dynox_type_pointer            = {"pointer", sizeof(void *), NULL};

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
