/* DYNOX_THROW in an ordinary function.
 * both: error: dynox_await_used_outside_DYNOX_BEGIN_and_DYNOX_END */
#include "common.h"

void f(void);
void f(void)
{
    DYNOX_THROW(DYNOX_E_SERVER);
}
