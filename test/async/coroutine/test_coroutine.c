/* Coroutines: arguments, results, errors and sections. */
#include "async/service.h"

static dynox_error with_details(void)
{
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_CONDITION_FAILED, "the balance is too low");
    error.http_status = 400;
    snprintf(error.request_id, sizeof error.request_id, "REQUEST-7");
    return error;
}

/* Settled on another thread a moment later. */
static dynox_outcome give_later(void *value)
{
    pause_us(100);
    return dynox_ok_int((int64_t)(intptr_t)value);
}
static dynox_future *later(int value)
{
    return dynox_pool_run(service, give_later, (void *)(intptr_t)value);
}
static dynox_future *now(int value)
{
    return dynox_future_of(dynox_ok_int(value));
}

/* ---- arguments and results ---- */

DYNOX_ASYNC(int64_t, add, (int64_t a; int b;), (int64_t first; int second;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->first, later((int)my->a));
    DYNOX_AWAIT(my->second, now(my->b));
    DYNOX_RETURN(my->first + my->second);
    DYNOX_END
}

static void arguments_are_named_and_a_number_comes_back(void **state)
{
    (void)state;
    int64_t sum = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(add, .a = 40, .b = 2), &sum), DYNOX_OK);
    assert_int_equal(sum, 42);
    assert_int_equal(dynox_join(DYNOX_CALL(add, .b = 2), &sum), DYNOX_OK);
    assert_int_equal(sum, 2);
    assert_int_equal(dynox_join(DYNOX_CALL(add), &sum), DYNOX_OK);
    assert_int_equal(sum, 0);
}

typedef struct pair {
    short left, right;
} pair;

DYNOX_ASYNC(bool, yes, (), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN(true);
    DYNOX_END
}
DYNOX_ASYNC(double, half, (double of;), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN(my->of / 2);
    DYNOX_END
}
DYNOX_ASYNC(uint8_t, byte, (), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN(200);
    DYNOX_END
}
DYNOX_ASYNC(pair, twin, (short of;), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN(((pair){my->of, my->of}));
    DYNOX_END
}
DYNOX_ASYNC(const char *, text, (), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN("text");
    DYNOX_END
}
DYNOX_ASYNC(void *, nothing, (), ())
{
    DYNOX_BEGIN
    DYNOX_END
}

DYNOX_ASYNC(bool, await_all_kinds, (), (bool b; double d; uint8_t byte; pair p; const char *text; uint64_t wide;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->b, DYNOX_CALL(yes));
    DYNOX_AWAIT(my->d, DYNOX_CALL(half, .of = 5));
    DYNOX_AWAIT(my->byte, DYNOX_CALL(byte));
    DYNOX_AWAIT(my->p, DYNOX_CALL(twin, .of = -3));
    DYNOX_AWAIT(my->text, DYNOX_CALL(text));
    DYNOX_AWAIT(my->wide, now(77));
    DYNOX_AWAIT_VOID(DYNOX_CALL(nothing));
    DYNOX_RETURN(my->b && my->d == 2.5 && my->byte == 200 && my->p.left == -3 && my->p.right == -3 &&
                 strcmp(my->text, "text") == 0 && my->wide == 77);
    DYNOX_END
}

static void values_of_every_size_up_to_eight_bytes_come_through(void **state)
{
    (void)state;
    bool all = false;
    assert_int_equal(dynox_join(DYNOX_CALL(await_all_kinds), &all), DYNOX_OK);
    assert_true(all);
}

DYNOX_ASYNC(void *, take_as_thing, (dynox_future * from;), (thing * it; dynox_status status;))
{
    DYNOX_BEGIN
    DYNOX_TRY(my->it, my->from) {
        my->status = DYNOX_ERR;
        if (!my->it && strstr(DYNOX_ERROR->message, "take_as_thing")) DYNOX_RETHROW;
        DYNOX_THROW(DYNOX_E_INTERNAL);
    }
    DYNOX_END
}

static void a_destination_of_another_type_is_an_error_that_says_where(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(DYNOX_CALL(take_as_thing, .from = now(5)), .error = &error), DYNOX_E_TYPE);
    assert_non_null(strstr(error.message, "long"));
    assert_non_null(strstr(error.message, "thing"));
    assert_int_equal(dynox_join_void(DYNOX_CALL(take_as_thing, .from = dynox_sleep(0))), DYNOX_E_TYPE);
}

DYNOX_ASYNC(uint8_t, narrow, (dynox_future * from;), (uint8_t it;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->it, my->from);
    DYNOX_RETURN(my->it);
    DYNOX_END
}

static void a_value_is_never_cut_to_fit(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(DYNOX_CALL(narrow, .from = now(300))), DYNOX_E_TYPE);
}

static void a_coroutine_that_falls_off_its_end_gives_zero(void **state)
{
    (void)state;
    void *result = &result;
    assert_int_equal(dynox_join(DYNOX_CALL(nothing), &result), DYNOX_OK);
    assert_null(result);
}

DYNOX_ASYNC(thing *, make_thing, (bool fail_afterwards;), (thing * it;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->it, get_thing(9));
    if (my->fail_afterwards) DYNOX_THROW(DYNOX_E_SERVER);
    DYNOX_RETURN(my->it);
    DYNOX_FINALLY
    if (my->fail_afterwards) DYNOX_RETURN(my->it);
    DYNOX_END
}
static void a_result_that_nobody_takes_is_destroyed(void **state)
{
    (void)state;
    dynox_future *made = DYNOX_CALL(make_thing);
    dynox_future_wait(made, -1);
    assert_int_equal(things_alive, 1);
    dynox_future_release(made);
    no_thing_is_left();
}

static void a_result_that_is_set_on_the_way_out_of_a_failure_is_destroyed(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(DYNOX_CALL(make_thing, .fail_afterwards = true)), DYNOX_E_SERVER);
    no_thing_is_left();
}

/* ---- errors ---- */

DYNOX_ASYNC(void *, throws, (const dynox_error *error; dynox_status status;), ())
{
    DYNOX_BEGIN
    if (my->error) DYNOX_THROW_ERROR(my->error);
    DYNOX_THROW(my->status);
    DYNOX_END
}

DYNOX_ASYNC(void *, passes_on, (const dynox_error *error;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(DYNOX_CALL(throws, .error = my->error));
    DYNOX_CATCH
    DYNOX_AWAIT_VOID(later(1)); /* a success in between changes nothing */
    DYNOX_TRY_VOID(DYNOX_CALL(throws, .status = DYNOX_E_SERVER)) {
        if (DYNOX_ERR != DYNOX_E_SERVER || DYNOX_CAUGHT != DYNOX_E_CONDITION_FAILED) abort();
    }
    DYNOX_RETHROW;
    DYNOX_END
}

static void a_rethrown_error_keeps_its_details(void **state)
{
    (void)state;
    dynox_error thrown = with_details(), got = {0};
    assert_int_equal(dynox_join_void(DYNOX_CALL(passes_on, .error = &thrown), .error = &got), DYNOX_E_CONDITION_FAILED);
    assert_string_equal(got.message, "the balance is too low");
    assert_string_equal(got.request_id, "REQUEST-7");
    assert_int_equal(got.http_status, 400);
}

DYNOX_ASYNC(int, handles, (), (int tries; int64_t value; thing * it;))
{
    DYNOX_BEGIN
    for (my->tries = 1;; my->tries++) {
        DYNOX_TRY(my->it, my->tries < 4 ? dynox_future_of(dynox_fail(DYNOX_E_THROTTLED)) : get_thing(1)) {
            if (DYNOX_ERR != DYNOX_E_THROTTLED || DYNOX_ERROR->status != DYNOX_ERR) DYNOX_RETHROW;
            DYNOX_AWAIT_VOID(later(0));
            continue;
        }
        break;
    }
    DYNOX_RETURN(my->tries);
    DYNOX_FINALLY
    thing_free(my->it);
    DYNOX_END
}

static void a_try_block_runs_only_on_failure_and_leaves_the_loop_to_the_program(void **state)
{
    (void)state;
    int tries = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(handles), &tries), DYNOX_OK);
    assert_int_equal(tries, 4);
    no_thing_is_left();
}

DYNOX_ASYNC(int, one_statement, (bool ask; bool fail;), (int64_t value;))
{
    DYNOX_BEGIN
    if (my->ask)
        DYNOX_TRY(my->value, my->fail ? dynox_future_of(dynox_fail(DYNOX_E_SERVER)) : later(1))
            DYNOX_RETURN(2);
        else
            DYNOX_RETURN(3);
    if (my->ask)
        DYNOX_AWAIT(my->value, later(4));
    else
        DYNOX_THROW(DYNOX_E_INTERNAL);
    DYNOX_RETURN((int)my->value);
    DYNOX_END
}

static void each_word_is_one_statement(void **state)
{
    (void)state;
    int value = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(one_statement, .ask = true), &value), DYNOX_OK);
    assert_int_equal(value, 4);
    assert_int_equal(dynox_join(DYNOX_CALL(one_statement, .ask = true, .fail = true), &value), DYNOX_OK);
    assert_int_equal(value, 2);
    assert_int_equal(dynox_join(DYNOX_CALL(one_statement), &value), DYNOX_OK);
    assert_int_equal(value, 3);
}

DYNOX_ASYNC(int, catches, (), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(DYNOX_CALL(throws, .status = DYNOX_E_NOT_FOUND));
    DYNOX_RETURN(1);
    DYNOX_CATCH
    if (DYNOX_CAUGHT != DYNOX_E_NOT_FOUND) DYNOX_RETHROW;
    DYNOX_RETURN(2);
    DYNOX_END
}

static void a_caught_error_is_gone(void **state)
{
    (void)state;
    int           value = 0;
    dynox_future *done  = DYNOX_CALL(catches);
    dynox_future_wait(done, -1);
    assert_int_equal(dynox_future_error(done), DYNOX_OK);
    assert_null(dynox_future_details(done));
    assert_int_equal(dynox_join(done, &value), DYNOX_OK);
    assert_int_equal(value, 2);
}

DYNOX_ASYNC(void *, throws_nonsense, (int which;), ())
{
    DYNOX_BEGIN
    if (my->which == 0) DYNOX_THROW(DYNOX_OK);
    if (my->which == 1) DYNOX_THROW_ERROR(NULL);
    if (my->which == 2) DYNOX_RETHROW;
    if (my->which == 3) DYNOX_AWAIT_VOID(NULL);
    if (my->which == 4) DYNOX_AWAIT_VOID(DYNOX_GO(NULL));
    DYNOX_END
}

static void throwing_success_or_awaiting_nothing_is_an_argument_error(void **state)
{
    (void)state;
    for (int which = 0; which < 5; which++)
        assert_int_equal(dynox_join_void(DYNOX_CALL(throws_nonsense, .which = which)), DYNOX_E_ARGUMENT);
}

/* ---- finally ---- */

static int finallies;
DYNOX_ASYNC(int, leaves, (int how;), (int64_t value; int *counter;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(later(0));
    if (my->how == 1) DYNOX_RETURN(1);
    if (my->how == 2) DYNOX_THROW(DYNOX_E_SERVER);
    if (my->how == 3) DYNOX_AWAIT_VOID(DYNOX_CALL(throws, .status = DYNOX_E_TLS));
    if (my->how == 4) DYNOX_THROW(DYNOX_E_NOT_FOUND);
    DYNOX_RETURN(5);
    DYNOX_CATCH
    DYNOX_AWAIT_VOID(later(0));
    if (my->how == 4) DYNOX_RETURN(4);
    if (my->how == 3) DYNOX_AWAIT_VOID(DYNOX_CALL(throws, .status = DYNOX_E_CHECKSUM));
    DYNOX_RETHROW;
    DYNOX_FINALLY
    finallies++;
    DYNOX_AWAIT(my->value, later(6));
    if (my->value != 6) abort();
    DYNOX_AWAIT(my->value, dynox_future_of(dynox_fail(DYNOX_E_DECODE))); /* goes on */
    if (my->value != 0) abort();
    DYNOX_TRY_VOID(DYNOX_CALL(throws, .status = DYNOX_E_DECODE)) {
        if (DYNOX_ERR != DYNOX_E_DECODE) abort();
    }
    DYNOX_THROW(DYNOX_E_DECODE); /* changes nothing either */
    if (DYNOX_OUTCOME != (my->how == 2 ? DYNOX_E_SERVER : my->how == 3 ? DYNOX_E_CHECKSUM : DYNOX_OK)) abort();
    finallies++;
    DYNOX_END
}

static void finally_runs_once_however_the_body_is_left_and_cannot_change_the_outcome(void **state)
{
    (void)state;
    static const struct {
        int          how;
        dynox_status status;
        int          value;
    } expected[] = {
        {0, DYNOX_OK, 5}, {1, DYNOX_OK, 1}, {2, DYNOX_E_SERVER, 0}, {3, DYNOX_E_CHECKSUM, 0}, {4, DYNOX_OK, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        int value = -1;
        finallies = 0;
        assert_int_equal(dynox_join(DYNOX_CALL(leaves, .how = expected[i].how), &value), expected[i].status);
        assert_int_equal(value, expected[i].value);
        assert_int_equal(finallies, 2);
    }
}

DYNOX_ASYNC(int, changes_its_result, (), ())
{
    DYNOX_BEGIN
    DYNOX_RETURN(1);
    DYNOX_FINALLY
    DYNOX_RETURN(2);
    DYNOX_RETURN(3);
    DYNOX_END
}

static void return_in_finally_sets_the_result_and_goes_on(void **state)
{
    (void)state;
    int value = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(changes_its_result), &value), DYNOX_OK);
    assert_int_equal(value, 3);
}

/* ---- where it runs, and depth ---- */

DYNOX_ASYNC(int64_t, depth_of, (int depth;), (int64_t below;))
{
    DYNOX_BEGIN
    if (my->depth == 0) DYNOX_RETURN(0);
    DYNOX_AWAIT(my->below, DYNOX_CALL(depth_of, .depth = my->depth - 1));
    DYNOX_RETURN(my->below + 1);
    DYNOX_END
}

static void recursion_needs_no_stack(void **state)
{
    (void)state;
    int64_t depth = 0;
    assert_int_equal(dynox_join(DYNOX_CALL(depth_of, .depth = 50000), &depth), DYNOX_OK);
    assert_int_equal(depth, 50000);
    assert_int_equal(dynox_join(DYNOX_CALL_ON(dynox_executor_inline(), depth_of, .depth = 50000), &depth), DYNOX_OK);
    assert_int_equal(depth, 50000);
}

DYNOX_ASYNC(dynox_executor *, where, (bool below;), (dynox_executor * first, *second, *third;))
{
    DYNOX_BEGIN
    my->first = dynox_executor_current();
    DYNOX_AWAIT_VOID(later(0));
    my->second = dynox_executor_current();
    my->third  = my->second;
    if (my->below) DYNOX_AWAIT(my->third, DYNOX_CALL(where));
    DYNOX_RETURN(my->first == my->second && my->second == my->third ? my->first : NULL);
    DYNOX_END
}

static void a_coroutine_stays_on_its_executor_and_so_do_those_it_calls(void **state)
{
    (void)state;
    dynox_strand   *strand = dynox_strand_new("test");
    dynox_executor *seen   = NULL;
    assert_int_equal(dynox_join(DYNOX_CALL_ON(dynox_strand_executor(strand), where, .below = true), &seen), DYNOX_OK);
    assert_ptr_equal(seen, dynox_strand_executor(strand));
    assert_int_equal(dynox_join(DYNOX_CALL(where, .below = true), &seen), DYNOX_OK);
    assert_ptr_equal(seen, dynox_executor_callbacks());
    assert_int_equal(dynox_run(DYNOX_CALL_ON(dynox_strand_executor(strand), where, .below = true), &seen), DYNOX_OK);
    assert_ptr_equal(seen, dynox_strand_executor(strand));
    dynox_strand_free(strand);
}

DYNOX_ASYNC(dynox_status, waits_for, (dynox_future * future;), (dynox_status status;))
{
    DYNOX_BEGIN
    my->status = dynox_future_wait(my->future, -1);
    DYNOX_RETURN(my->status);
    DYNOX_END
}

DYNOX_ASYNC(void *, pauses, (dynox_future * until;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(my->until);
    DYNOX_END
}

static void blocking_on_a_coroutine_of_the_same_executor_is_refused(void **state)
{
    (void)state;
    dynox_future *gate    = dynox_promise_new(NULL);
    dynox_future *pausing = DYNOX_CALL(pauses, .until = dynox_future_acquire(gate));
    dynox_status  status  = DYNOX_OK;
    assert_int_equal(dynox_join(DYNOX_CALL(waits_for, .future = pausing), &status), DYNOX_OK);
    assert_int_equal(status, DYNOX_E_DEADLOCK);
    dynox_promise_settle(gate, dynox_ok(NULL, NULL));
    dynox_future_release(gate);
    assert_int_equal(dynox_join_void(pausing), DYNOX_OK);
}

static void blocking_on_another_executor_that_waits_for_this_one_is_refused_too(void **state)
{
    (void)state;
    dynox_strand   *strand  = dynox_strand_new("other");
    dynox_executor *other   = dynox_strand_executor(strand);
    dynox_future   *gate    = dynox_promise_new(NULL);
    dynox_future   *here    = DYNOX_CALL(pauses, .until = dynox_future_acquire(gate));
    dynox_future   *there   = DYNOX_CALL_ON(other, pauses, .until = here);
    dynox_status    status  = DYNOX_OK;
    dynox_future   *started = DYNOX_CALL_ON(other, nothing); /* behind it: now `there` waits for `here` */
    assert_int_equal(dynox_join_void(started), DYNOX_OK);
    assert_int_equal(dynox_join(DYNOX_CALL(waits_for, .future = there), &status), DYNOX_OK);
    assert_int_equal(status, DYNOX_E_DEADLOCK);
    dynox_promise_settle(gate, dynox_ok(NULL, NULL));
    dynox_future_release(gate);
    assert_int_equal(dynox_join_void(there), DYNOX_OK);
    dynox_strand_free(strand);
}

DYNOX_ASYNC(void *, takes_twice, (), (dynox_future *once; thing *first, *second;))
{
    DYNOX_BEGIN
    my->once = get_thing(1);
    DYNOX_AWAIT(my->first, dynox_future_acquire(my->once));
    DYNOX_AWAIT(my->second, dynox_future_acquire(my->once));
    DYNOX_FINALLY
    dynox_future_release(my->once);
    thing_free(my->first);
    thing_free(my->second);
    DYNOX_END
}

static void a_value_can_be_awaited_once(void **state)
{
    (void)state;
    assert_int_equal(dynox_join_void(DYNOX_CALL(takes_twice)), DYNOX_E_TAKEN);
    no_thing_is_left();
}

/* ---- declared for other files ---- */

DYNOX_ASYNC_DECL(int, shared_with_others, (int a; int b;));
static dynox_future *call_before_the_definition(void)
{
    return DYNOX_CALL(shared_with_others, .a = 3, .b = 4);
}
DYNOX_ASYNC_DEF(int, shared_with_others, (int a; int b;), (int64_t product;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT(my->product, later(my->a * my->b));
    DYNOX_RETURN((int)my->product);
    DYNOX_END
}

static void a_coroutine_can_be_declared_in_a_header(void **state)
{
    (void)state;
    int product = 0;
    assert_int_equal(dynox_join(call_before_the_definition(), &product), DYNOX_OK);
    assert_int_equal(product, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_are_named_and_a_number_comes_back),
        cmocka_unit_test(values_of_every_size_up_to_eight_bytes_come_through),
        cmocka_unit_test(a_destination_of_another_type_is_an_error_that_says_where),
        cmocka_unit_test(a_value_is_never_cut_to_fit),
        cmocka_unit_test(a_coroutine_that_falls_off_its_end_gives_zero),
        cmocka_unit_test(a_result_that_nobody_takes_is_destroyed),
        cmocka_unit_test(a_result_that_is_set_on_the_way_out_of_a_failure_is_destroyed),
        cmocka_unit_test(a_rethrown_error_keeps_its_details),
        cmocka_unit_test(a_try_block_runs_only_on_failure_and_leaves_the_loop_to_the_program),
        cmocka_unit_test(each_word_is_one_statement),
        cmocka_unit_test(a_caught_error_is_gone),
        cmocka_unit_test(throwing_success_or_awaiting_nothing_is_an_argument_error),
        cmocka_unit_test(finally_runs_once_however_the_body_is_left_and_cannot_change_the_outcome),
        cmocka_unit_test(return_in_finally_sets_the_result_and_goes_on),
        cmocka_unit_test(recursion_needs_no_stack),
        cmocka_unit_test(a_coroutine_stays_on_its_executor_and_so_do_those_it_calls),
        cmocka_unit_test(blocking_on_a_coroutine_of_the_same_executor_is_refused),
        cmocka_unit_test(blocking_on_another_executor_that_waits_for_this_one_is_refused_too),
        cmocka_unit_test(a_value_can_be_awaited_once),
        cmocka_unit_test(a_coroutine_can_be_declared_in_a_header),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
