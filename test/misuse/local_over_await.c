/* A local variable that would have to survive an await.
 * gcc: error: jump
 * clang: error: 'kept' may be uninitialized */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    int kept = make();
    DYNOX_AWAIT(my->item, get_item(my->db));
    use(kept);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
