/* A coroutine that is started, and its future lost.
 * gcc: warning: ignoring return value
 * clang: warning: ignoring return value */
#include "common.h"

DYNOX_ASYNC(dynox_item *, co, (client *db; int id;), (dynox_item *item; dynox_page *page; int n;))
{
    DYNOX_BEGIN
    DYNOX_RETURN(NULL);
    DYNOX_END
}

void start(client *db);
void start(client *db)
{
    DYNOX_CALL(co, .db = db);
}
