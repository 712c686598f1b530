/* DYNOX_END is missing, and somebody closed the brace to please the compiler.
 * both: error: dynox_DYNOX_END_is_missing */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->item, get_item(my->db));
    DYNOX_RETURN(my->item);
    }
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
