/* Another library has one of the short words.
 * both: error: AWAIT, AWAIT_VOID, TRY, TRY_VOID or RETURN is already a macro */
#define TRY for (;;)
#include "common.h"
#include <dynox/short.h>

extern int nothing;
