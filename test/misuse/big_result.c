/* A result that does not fit.
 * both: error: the result of a coroutine has at most 8 bytes: return a pointer to it */
#include "common.h"

typedef struct big {
    char bytes[9];
} big;

DYNOX_ASYNC(big, co, (client *db;), ())
{
    DYNOX_BEGIN
    DYNOX_END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return DYNOX_CALL(co, .db = db);
}
