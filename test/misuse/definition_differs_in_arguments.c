/* The definition has other arguments than the declaration.
 * both: error: the arguments differ from those of DYNOX_ASYNC_DECL */
#include "common.h"

DYNOX_ASYNC_DECL(int, co, (client *db;));
DYNOX_ASYNC_DEF(int, co, (client *db; client *other;), ())
{
    DYNOX_BEGIN
    DYNOX_END
}
