/* A value of a strict type and a variable whose type nobody has named: the error says what to do.
 * run: exits with "the awaited value is user *, and the type of the variable is not known here: add USER to it" */
#include "common.h"

static int              someone;
static const dynox_type user_type = {.name = "user *", .size = sizeof(void *), .strict = true, .advice = "add USER to it"};

DYNOX_ASYNC(void *, co, (), (client *unknown;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->unknown, dynox_future_of(dynox_ok(&someone, &user_type)));
    DYNOX_END
}

int main(void)
{
    dynox_error error = {0};
    if (dynox_run_void(DYNOX_CALL(co), .error = &error) == DYNOX_OK) return 0;
    dynox_error_print(stderr, &error);
    return 1;
}
