/* Every word once, without a single warning of any flag that gcc and clang have for C11.
 * both: silent */
#include "common.h"

DYNOX_ASYNC_DECL(int64_t, shared, (client *db;));

DYNOX_ASYNC(const int *, numbers, (int count;), (int i;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->count; my->i++)
        DYNOX_YIELD(&my->i);
    DYNOX_END
}

DYNOX_ASYNC(dynox_item *, load, (client *db; int tries;), (dynox_item *item; dynox_future *child; const int *number;))
{
    DYNOX_BEGIN
    my->child = DYNOX_GO(DYNOX_CALL(shared, .db = my->db));
    for (;; my->tries++) {
        DYNOX_TRY(my->item, get_item(my->db)) {
            if (DYNOX_ERR != DYNOX_E_THROTTLED || my->tries == 5) DYNOX_RETHROW;
            DYNOX_AWAIT_VOID(dynox_sleep(1));
            continue;
        }
        break;
    }
    if (my->tries)
        DYNOX_TRY_VOID(dynox_sleep(1)) DYNOX_THROW(DYNOX_ERR);
    else
        DYNOX_AWAIT_VOID(my->child);
    DYNOX_FOR_EACH(my->number, DYNOX_GENERATE(numbers, .count = 4)) use(*my->number);
    DYNOX_RETURN(my->item);
    DYNOX_CATCH
    if (DYNOX_CAUGHT == DYNOX_E_TIMEOUT) DYNOX_THROW_ERROR(DYNOX_ERROR);
    DYNOX_RETHROW;
    DYNOX_FINALLY
    use(DYNOX_OUTCOME == DYNOX_OK);
    DYNOX_END
}

DYNOX_ASYNC_DEF(int64_t, shared, (client *db;), (int64_t n;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->n, DYNOX_CALL_ON(dynox_executor_inline(), shared, .db = my->db));
    DYNOX_RETURN(my->n + 1);
    DYNOX_END
}

dynox_status start(client *db, dynox_item **item);
dynox_status start(client *db, dynox_item **item)
{
    return dynox_run(DYNOX_CALL(load, .db = db), item);
}
