/* A stream is not a future.
 * gcc: error: passing argument 2 of 'dynox_frame_await_' from incompatible pointer
 * clang: error: incompatible pointer types passing 'dynox_stream *' */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->item, (dynox_stream *)NULL);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
