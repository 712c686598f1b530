/* An await inside a switch over a number compiles and aborts at its first resume: see run_switch_on_int.c.
 * both: compiles */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    switch (my->n) {
    case 1: DYNOX_AWAIT(my->item, get_item(my->db)); break;
    default: break;
    }
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
