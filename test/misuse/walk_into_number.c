/* The items of a stream are pointers.
 * gcc: warning: assignment to 'int' from 'void *'
 * clang: warning: incompatible pointer to integer conversion */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->n, (dynox_stream *)NULL) use(1);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
