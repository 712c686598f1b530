/* A future where its value is meant.
 * gcc: error: assignment to 'dynox_item *'
 * clang: error: incompatible pointer types assigning */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    my->item = get_item(my->db);
    DYNOX_RETURN(my->item);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
