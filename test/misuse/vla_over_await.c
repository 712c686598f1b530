/* An array of variable length over an await.
 * gcc: error: variably modified
 * clang: error: cannot jump from switch statement */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    int array[my->id];
    array[0] = 1;
    DYNOX_AWAIT(my->item, get_item(my->db));
    use(array[0]);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
