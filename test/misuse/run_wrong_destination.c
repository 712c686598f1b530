/* A value of another type than the variable: found at the first run.
 * run: exits with "DYNOX_E_TYPE: co, line 9: the awaited value is long" */
#include "common.h"
#include <dynox/item.h>

DYNOX_ASYNC(void *, co, (), (dynox_item *item;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->item, dynox_future_of(dynox_ok_int(7)));
    DYNOX_END
}

const dynox_type dynox_type_item = {.name = "item", .size = sizeof(dynox_item *)};

int main(void)
{
    dynox_error error = {0};
    if (dynox_run_void(DYNOX_CALL(co), .error = &error) == DYNOX_OK) return 0;
    dynox_error_print(stderr, &error);
    return 1;
}
