/* A local variable with a first value, which is not used over the await: gcc cannot tell.
 * gcc: error: switch jumps over variable initialization
 * clang: compiles */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    dynox_error err = {0};
    dynox_error_clear(&err);
    DYNOX_AWAIT(my->item, get_item(my->db));
    DYNOX_RETURN(my->item);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
