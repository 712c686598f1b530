/* An argument of another type.
 * gcc: warning: initialization of 'client *'
 * clang: warning: incompatible pointer types initializing 'client *' */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_RETURN(NULL);
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = "db");
}
