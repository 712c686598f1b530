/* The same, declared without a value: gcc only warns.
 * gcc: warning: 'kept' may be used uninitialized
 * clang: error: 'kept' may be uninitialized */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    int kept;
    kept = make();
    DYNOX_AWAIT(my->item, get_item(my->db));
    use(kept);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
