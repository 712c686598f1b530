/* An await inside a switch over an enum.
 * gcc: error: case value
 * clang: error: case value not in enumerated type */
#include "common.h"

enum colour { RED, GREEN };

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    switch ((enum colour)my->n) {
    case RED: DYNOX_AWAIT(my->item, get_item(my->db)); break;
    case GREEN: break;
    }
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
