/* An await inside a GNU statement expression: clang does not see it.
 * gcc: error: switch jumps into statement expression
 * clang: compiles */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    use(({
        DYNOX_AWAIT(my->item, get_item(my->db));
        1;
    }));
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
