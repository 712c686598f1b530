/* A header behind ours makes an int of a truth value again: nothing tells it from a number, so that no int is taken.
 * gcc: error: incompatible type for argument 1 of 'dynox_true_or_false_is_an_int_here_write_DYNOX_TRUE_or_DYNOX_FALSE'
 * clang: error: parameter of incompatible type 'struct dynox_write_DYNOX_TRUE_or_DYNOX_FALSE' */
#include <dynox/dynox.h>

#undef true
#define true 1

const dynox_item *make_item(void);
const dynox_item *make_item(void)
{
    static dynox_item kept;
    kept = *DYNOX_ITEM("pk", "a", "on", true);
    return &kept;
}
