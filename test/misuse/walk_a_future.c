/* A future is not a stream.
 * gcc: error: passing argument 3 of 'dynox_frame_walk_' from incompatible pointer
 * clang: error: incompatible pointer types passing 'dynox_future *' */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->item, get_item(my->db)) use(1);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
