/* What a request is refused with: the first reason counts, and there always is one. */
#include "local/wire/call.h"
#include "support.h"

static void the_first_refusal_counts(void **state)
{
    (void)state;
    dynox__arena   arena   = {0};
    dynox__refusal refusal = {0};
    assert_false(dynox__refuse(&refusal, &arena, DYNOX__REFUSAL_VALIDATION, "%s %d", "first", 1));
    assert_false(dynox__refuse(&refusal, &arena, DYNOX__REFUSAL_INTERNAL, "second"));
    assert_false(dynox__refuse_text(&refusal, &arena, DYNOX__REFUSAL_INTERNAL, "third", 5));
    assert_false(dynox__refuse_memory(&refusal));
    assert_int_equal(refusal.type, DYNOX__REFUSAL_VALIDATION);
    assert_string_equal(refusal.message, "first 1");
    assert_int_equal(refusal.length, 7);
    dynox__arena_free(&arena);
}

static void nul_in_a_message_is_data(void **state)
{
    (void)state;
    dynox__arena   arena   = {0};
    dynox__refusal refusal = {0};
    dynox__refuse_text(&refusal, &arena, DYNOX__REFUSAL_VALIDATION, "a\0b", 3);
    assert_int_equal(refusal.length, 3);
    assert_memory_equal(refusal.message, "a\0b", 4);
    dynox__arena_free(&arena);
}

static void types_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(dynox__refusal_name(DYNOX__REFUSAL_VALIDATION), "ValidationException");
    assert_string_equal(dynox__refusal_space(DYNOX__REFUSAL_VALIDATION), "com.amazon.coral.validate");
    assert_int_equal(dynox__refusal_http(DYNOX__REFUSAL_VALIDATION), 400);
    assert_string_equal(dynox__refusal_name(DYNOX__REFUSAL_UNAVAILABLE), "ServiceUnavailable");
    assert_int_equal(dynox__refusal_http(DYNOX__REFUSAL_UNAVAILABLE), 503);
}

static void a_failing_store_refuses(void **state)
{
    (void)state;
    dynox__arena      arena = {0};
    dynox__local_call call  = {.arena = &arena};
    dynox_error       error = {0};
    dynox_error_set(&error, DYNOX_E_SYSTEM, "the disk is full");
    assert_false(dynox__local_store_failed(&call, &error));
    assert_int_equal(call.refusal.type, DYNOX__REFUSAL_INTERNAL);
    assert_string_equal(call.refusal.message, "the disk is full");
    assert_int_equal(error.status, DYNOX_OK);
    call.refusal = (dynox__refusal){0};
    dynox_error_set(&error, DYNOX_E_NO_MEMORY, "no");
    assert_false(dynox__local_store_failed(&call, &error));
    assert_string_equal(call.refusal.message, "out of memory");
    dynox__arena_free(&arena);
}

static void refuse_without_memory(void *arg)
{
    (void)arg;
    dynox__arena   arena   = {0};
    dynox__refusal refusal = {0};
    dynox__refuse(&refusal, &arena, DYNOX__REFUSAL_VALIDATION, "%d", 1);
    assert_true(refusal.type == DYNOX__REFUSAL_VALIDATION || refusal.type == DYNOX__REFUSAL_INTERNAL);
    assert_non_null(refusal.message);
    dynox__arena_free(&arena);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    test_every_allocation_failing(refuse_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_refusal_counts),  cmocka_unit_test(nul_in_a_message_is_data),
        cmocka_unit_test(types_have_their_names),    cmocka_unit_test(a_failing_store_refuses),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
