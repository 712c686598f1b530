/* A generator yields what it declares.
 * gcc: error: assignment to 'co_result_'
 * clang: error: incompatible pointer types assigning */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_YIELD(my->page);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
