/* An argument that there is not.
 * gcc: error: 'struct co_args' has no member named 'dbb'; did you mean 'db'
 * clang: error: field designator 'dbb' does not refer to any field in type 'struct co_args'; did you mean 'db' */
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
    return DYNOX_CALL(co, .dbb = db);
}
