/* The definition has another result than the declaration.
 * gcc: error: conflicting types for 'co_result_'
 * clang: error: typedef redefinition with different types */
#include "common.h"

DYNOX_ASYNC_DECL(int, co, (client *db;));
DYNOX_ASYNC_DEF(long, co, (client *db;), ())
{
    DYNOX_BEGIN
    DYNOX_END
}
