/* Whoever gives up a write says what was sent of it. */
#include "aws/calls.h"
#include <dynox/async.h>

static const fake_step held[] = {{.hold = true}, {.hold = true}};

static dynox_future *write_text(rig *r)
{
    dynox__call *call = call_prepare(r);
    call->is_write    = true;
    return dynox__call_start(call);
}

static dynox_outcome pass(dynox_future *future, void *arg)
{
    (void)future;
    (void)arg;
    return dynox_pass();
}

static dynox_future *plain(rig *r)
{
    return write_text(r);
}

static dynox_future *chained(rig *r)
{
    return dynox_then(dynox_then(write_text(r), pass, NULL), pass, NULL);
}

static dynox_future *gathered(rig *r)
{
    dynox_future *both[] = {write_text(r), write_text(r)};
    return dynox_combine(DYNOX_GATHER, 2, both);
}

static dynox_future *raced(rig *r)
{
    dynox_future *both[] = {write_text(r), dynox_sleep(60000)};
    return dynox_combine(DYNOX_RACE, 2, both);
}

static dynox_future *any(rig *r)
{
    dynox_future *both[] = {chained(r), dynox_sleep(60000)};
    return dynox_combine(DYNOX_ANY, 2, both);
}

static dynox_future *limited(rig *r)
{
    return dynox_timeout(chained(r), 60000);
}

static dynox_future *shielded(rig *r)
{
    dynox_future *call = write_text(r), *shield = dynox_shield(call);
    dynox_future_release(call);
    return shield;
}

DYNOX_ASYNC(void *, writer, (rig *r;), (int unused;))
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(write_text(my->r));
    DYNOX_END
}

static void a_run_with_a_limit_says_what_was_sent(void **state)
{
    (void)state;
    rig         r     = RIG(held);
    dynox_error error = {0};
    assert_int_equal(dynox_run_void(DYNOX_CALL(writer, .r = &r), .timeout_ms = 100, .error = &error), DYNOX_E_TIMEOUT);
    assert_true(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
    rig_close(&r);
}

static const struct {
    dynox_future *(*make)(rig *);
    unsigned attempts;
} forms[] = {{plain, 1}, {chained, 1}, {gathered, 2}, {raced, 1}, {any, 1}, {limited, 1}, {shielded, 1}};

#define EACH_FORM(i) for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)

static void a_timeout_says_what_was_sent(void **state)
{
    (void)state;
    EACH_FORM(i)
    {
        rig           r       = RIG(held);
        dynox_future *limited = dynox_timeout(forms[i].make(&r), 100);
        fake_wait(r.fake, forms[i].attempts);
        const dynox_error *error = expect_failure(limited, DYNOX_E_TIMEOUT);
        assert_true(error->may_have_applied);
        assert_int_equal(error->attempts, forms[i].attempts);
        dynox_future_release(limited);
        rig_close(&r);
    }
}

static void a_join_with_a_limit_says_what_was_sent(void **state)
{
    (void)state;
    EACH_FORM(i)
    {
        rig           r     = RIG(held);
        dynox_error   error = {0};
        dynox_future *whole = forms[i].make(&r);
        fake_wait(r.fake, forms[i].attempts);
        assert_int_equal(dynox_join_void(whole, .timeout_ms = 5, .error = &error), DYNOX_E_TIMEOUT);
        assert_true(error.may_have_applied);
        assert_int_equal(error.attempts, forms[i].attempts);
        dynox_error_clear(&error);
        rig_close(&r);
    }
}

static void a_gather_says_what_was_sent_of_those_it_cancels(void **state)
{
    (void)state;
    rig           r      = RIG(held);
    dynox_future *both[] = {write_text(&r), dynox__future_failed(DYNOX_E_NOT_FOUND)};
    fake_wait(r.fake, 1);
    dynox_future      *whole = dynox_combine(DYNOX_GATHER, 2, both);
    const dynox_error *error = expect_failure(whole, DYNOX_E_NOT_FOUND);
    assert_true(error->may_have_applied);
    assert_int_equal(error->attempts, 1);
    dynox_future_release(whole);
    rig_close(&r);
}

static void what_was_never_sent_is_not_claimed(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(dynox_sleep(60000), .timeout_ms = 1, .error = &error), DYNOX_E_TIMEOUT);
    assert_false(error.may_have_applied);
    assert_int_equal(error.attempts, 0);

    rig           r    = RIG(held); /* a read: sent, but it changes nothing */
    dynox_future *read = call_text(&r);
    fake_wait(r.fake, 1);
    assert_int_equal(dynox_join_void(read, .timeout_ms = 1, .error = &error), DYNOX_E_TIMEOUT);
    assert_false(error.may_have_applied);
    assert_int_equal(error.attempts, 1);
    dynox_error_clear(&error);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timeout_says_what_was_sent), cmocka_unit_test(a_join_with_a_limit_says_what_was_sent),
        cmocka_unit_test(a_gather_says_what_was_sent_of_those_it_cancels),
        cmocka_unit_test(a_run_with_a_limit_says_what_was_sent), cmocka_unit_test(what_was_never_sent_is_not_claimed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
