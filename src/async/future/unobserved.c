/* Errors that nobody has looked at: a program that forgets a failed future should hear of it. */
#include "async/future/state.h"

static void print_first(const dynox_error *error, const char *what)
{
    static atomic_flag printed = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&printed)) return;
    fprintf(stderr, "dynox: nobody looked at the error of a %s (said once; see dynox_set_unobserved_error): ", what);
    dynox_error_print(stderr, error);
}

static _Atomic(dynox_unobserved_fn) hook = print_first;

void dynox_set_unobserved_error(dynox_unobserved_fn fn)
{
    atomic_store_explicit(&hook, fn, memory_order_release);
}

void dynox__unobserved(dynox_future *future)
{
    dynox_unobserved_fn fn = atomic_load_explicit(&hook, memory_order_acquire);
    if (!fn || future->status == DYNOX_E_CANCELLED) return;
    fn(future->failure ? &future->failure->error : dynox__status_error(future->status), future->class_->name);
}
