/* A loop whose variable points to something else than the items of its stream: found at the first run.
 * run: exits with "DYNOX_E_TYPE: co, line 22: the awaited value is int *, the variable is dynox_item *" */
#define DYNOX_USER_TYPES int * : &int_type,
#include "common.h"
#include <dynox/item.h>
#include <stdlib.h>

static const dynox_type int_type        = {.name = "int *", .size = sizeof(int *)};
const dynox_type        dynox_type_item = {.name = "dynox_item *", .size = sizeof(dynox_item *)};

DYNOX_ASYNC(int *, numbers, (), (int n;))
{
    DYNOX_BEGIN
    DYNOX_YIELD(&my->n);
    DYNOX_RETURN(NULL);
    DYNOX_END
}

DYNOX_ASYNC(void *, co, (), (const dynox_item *item;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->item, DYNOX_GENERATE(numbers)) abort();
    DYNOX_END
}

int main(void)
{
    dynox_error error = {0};
    if (dynox_run_void(DYNOX_CALL(co), .error = &error) == DYNOX_OK) return 0;
    dynox_error_print(stderr, &error);
    return 1;
}
