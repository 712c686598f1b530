/* DYNOX_TRY is one statement: the else belongs to the if.
 * both: compiles */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    if (my->n)
        DYNOX_TRY(my->item, get_item(my->db)) { use(1); }
    else
        use(2);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
