/* An ordinary return with a value.
 * gcc: error: incompatible types when returning
 * clang: error: returning 'int' */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->item, get_item(my->db));
    return 0;
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
