/* A switch without an await in it is fine.
 * both: compiles */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    switch (my->n) {
    case 1: my->n = 2; break;
    default: break;
    }
    DYNOX_AWAIT(my->item, get_item(my->db));
    DYNOX_RETURN(my->item);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
