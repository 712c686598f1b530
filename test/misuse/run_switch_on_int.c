/* An await inside a switch over a number: the coroutine cannot find back, and says where.
 * run: aborts with "coroutine lost cannot go on after the await in line 13, which is inside a switch" */
#include "common.h"

DYNOX_ASYNC(void *, lost, (int n;), ())
{
    DYNOX_BEGIN
    switch (my->n) {
    case 1:
        my->n = 2;
        break;
    default:
        DYNOX_AWAIT_VOID(dynox_sleep(1));
        break;
    }
    DYNOX_END
}

int main(void)
{
    return (int)dynox_run_void(DYNOX_CALL(lost, .n = 5));
}
