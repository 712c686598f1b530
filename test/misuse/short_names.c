/* The words without their prefix.
 * both: compiles */
#include "common.h"
#include <dynox/short.h>

ASYNC(dynox_item *, co, (client *db;), (dynox_item *item;))
{
    BEGIN
    AWAIT(my->item, get_item(my->db));
    RETURN(my->item);
    CATCH
    RETHROW;
    FINALLY
    use(OUTCOME);
    END
}

dynox_future *start(client *db);
dynox_future *start(client *db)
{
    return CALL(co, .db = db);
}
