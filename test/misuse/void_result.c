/* No result is written `void *`.
 * gcc: error: variable or field 'result_' declared void
 * clang: error: field has incomplete type 'co_result_' */
#include "common.h"

DYNOX_ASYNC(void, co, (client *db;), ())
{
    DYNOX_BEGIN
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
