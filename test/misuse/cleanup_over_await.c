/* A variable with a cleanup attribute over an await.
 * gcc: error: jump
 * clang: error: cannot jump from switch statement */
#include "common.h"

static void clean(int *it)
{
    use(*it);
}

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    __attribute__((cleanup(clean))) int kept = make();
    DYNOX_AWAIT(my->item, get_item(my->db));
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
