/* A loop counter is a local variable, too.
 * gcc: error: jump
 * clang: error: 'i' may be uninitialized */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    for (int i = 0; i < 3; i++) DYNOX_AWAIT(my->item, get_item(my->db));
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
