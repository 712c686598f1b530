/* moto checks signatures: what we sign with its keys is accepted, and with a wrong secret (EXPECT_REFUSED=1) refused.
 */
#include "live.h"

static bool refused(void)
{
    const char *expected = getenv("EXPECT_REFUSED");
    return expected && strcmp(expected, "1") == 0;
}

static void a_right_signature_is_accepted_and_a_wrong_one_refused(void **state)
{
    (void)state;
    dynox_error  err    = {0};
    dynox_item  *item   = NULL;
    const char  *name   = live_table("signed");
    dynox_status status = dynox_sync_create_table(live, name, {"pk", DYNOX_S}, .error = &err);
    if (refused()) {
        assert_int_equal(status, DYNOX_E_BAD_SIGNATURE);
        assert_int_equal(err.attempts, 1);
        assert_true(err.message[0] != 0);
        return;
    }
    live_ok(status, &err);
    live_ok(dynox_sync_wait_for_table_active(live, name, .poll_ms = 20, .error = &err), &err);
    live_ok(dynox_sync_put_item(live, name, DYNOX_ITEM("pk", "Grüße & +%", "n", 1), .error = &err), &err);
    live_ok(dynox_sync_get_item(live, name, DYNOX_ITEM("pk", "Grüße & +%"), &item, .error = &err), &err);
    assert_int_equal(dynox_get_int(item, "n"), 1);
    dynox_item_free(item);
    live_ok(dynox_sync_delete_table(live, name, .error = &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_right_signature_is_accepted_and_a_wrong_one_refused)};
    live_endpoint();
    return cmocka_run_group_tests_name("integration signature", tests, live_setup, live_teardown);
}
