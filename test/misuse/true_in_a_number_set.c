/* A set of numbers has no truth values.
 * gcc: error: '_Generic' selector of type '_Bool' is not compatible with any association
 * clang: error: controlling expression type 'bool' not compatible with any generic association type */
#include <dynox/dynox.h>

dynox_value_type type_of(void);
dynox_value_type type_of(void)
{
    return DYNOX_NUMBER_SET(1, true).type;
}
