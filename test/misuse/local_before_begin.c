/* A local before DYNOX_BEGIN is not diagnosed: it starts again at every resume. Good for aliases of my->fields only.
 * both: compiles */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    client *db = my->db;
    DYNOX_BEGIN
    DYNOX_AWAIT(my->item, get_item(db));
    DYNOX_RETURN(my->item);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
