/* Debug mode: what it tells about coroutines. */
#include "async/service.h"

static _Atomic int reached;

DYNOX_ASYNC(void *, inner_one, (dynox_future *gate;), ())
{
    DYNOX_BEGIN
    atomic_fetch_add(&reached, 1);
    DYNOX_AWAIT_VOID(my->gate); /* LINE */
    DYNOX_END
}
enum { LINE = __LINE__ - 3 };

DYNOX_ASYNC(void *, outer_one, (dynox_future *gate;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(DYNOX_CALL(inner_one, .gate = my->gate));
    DYNOX_END
}

/* What dynox_dump_pending says; the caller frees it. */
static char *dump(void)
{
    char  *text = calloc(1, 65536);
    FILE  *file = tmpfile();
    size_t size;
    assert_non_null(text);
    assert_non_null(file);
    dynox_dump_pending(file);
    rewind(file);
    size       = fread(text, 1, 65535, file);
    text[size] = 0;
    fclose(file);
    return text;
}

static void the_pending_report_names_coroutine_line_and_executor(void **state)
{
    (void)state;
    char          expected[100];
    dynox_future *gate    = dynox_promise_new(NULL);
    dynox_future *pending = DYNOX_CALL(outer_one, .gate = dynox_future_acquire(gate));
    for (int ms = 0; atomic_load(&reached) == 0 && ms < 10000; ms++)
        pause_us(1000);
    snprintf(expected, sizeof expected, "in inner_one, line %d, on callbacks", LINE);
    char *text  = NULL;
    char *outer = NULL, *inner = NULL;
    for (int ms = 0; ms < 10000; ms++) { /* each body may be between the call and the await */
        free(text);
        text  = dump();
        outer = strstr(text, "in outer_one, line ");
        inner = strstr(text, expected);
        if (outer && inner && outer < inner) break;
        pause_us(1000);
    }
    assert_non_null(outer);
    assert_non_null(inner);
    assert_true(outer < inner); /* below the one that waits for it */
    free(text);
    dynox_promise_settle(gate, dynox_ok(NULL, NULL));
    dynox_future_release(gate);
    assert_int_equal(dynox_join_void(pending), DYNOX_OK);
}

DYNOX_ASYNC(int, never_needs_to_wait, (), (int64_t one;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->one, dynox_future_of(dynox_ok_int(1)));
    DYNOX_RETURN((int)my->one);
    DYNOX_END
}

static void every_await_suspends(void **state)
{
    (void)state;
    dynox_loop   *loop = dynox_loop_new();
    dynox_future *f    = DYNOX_CALL_ON(dynox_loop_executor(loop), never_needs_to_wait);
    assert_int_equal(dynox_loop_dispatch(loop, 1), 1);
    assert_false(dynox_future_done(f));
    assert_int_equal(dynox_loop_dispatch(loop, 1), 1);
    assert_true(dynox_future_done(f));
    dynox_future_release(f);
    dynox_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pending_report_names_coroutine_line_and_executor),
        cmocka_unit_test(every_await_suspends),
    };
    dynox_debug_enable();
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
