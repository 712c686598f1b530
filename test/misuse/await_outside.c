/* An await in an ordinary function.
 * both: error: dynox_await_used_outside_DYNOX_BEGIN_and_DYNOX_END */
#include "common.h"

dynox_future *f(client *db);
dynox_future *f(client *db)
{
    dynox_item *item;
    DYNOX_AWAIT(item, get_item(db));
    return NULL;
}
