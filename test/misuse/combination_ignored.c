/* A combination whose future is lost; operations are macros of the same make.
 * gcc: warning: ignoring return value
 * clang: warning: ignoring return value */
#include "common.h"

void start(void);
void start(void)
{
    dynox_gather(dynox_sleep(1), dynox_sleep(2));
}
