/* A destination that is too large.
 * both: error: an awaited value has at most 8 bytes: await a pointer to it */
#include "common.h"

typedef struct big {
    char bytes[9];
} big;

DYNOX_ASYNC(void *, co, (client *db;), (big it;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->it, get_item(my->db));
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
