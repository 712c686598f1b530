/* An await in a helper function that is given the frame.
 * both: error: dynox_await_used_outside_DYNOX_BEGIN_and_DYNOX_END */
#include "common.h"

struct frame {
    dynox_frame co_;
    dynox_item *item;
};
void helper(struct frame *my, client *db);
void helper(struct frame *my, client *db)
{
    DYNOX_AWAIT(my->item, get_item(db));
}
