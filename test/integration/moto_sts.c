/* moto checks the signatures of STS, too: who we are, and a role that is taken; with a wrong secret (EXPECT_REFUSED=1)
 * neither. */
#include "services/sts/sts.h"
#include "support.h"

static bool refused(void)
{
    const char *expected = getenv("EXPECT_REFUSED");
    return expected && strcmp(expected, "1") == 0;
}

static dynox_credentials keys(void)
{
    return (dynox_credentials){.access_key_id     = getenv("AWS_ACCESS_KEY_ID"),
                               .secret_access_key = getenv("AWS_SECRET_ACCESS_KEY"),
                               .session_token     = getenv("AWS_SESSION_TOKEN")};
}

static void open_sts(dynox__sts *sts)
{
    dynox_error error = {0};
    if (dynox__sts_open(sts, &(dynox__source_context){.region = "us-east-1"}, &error) != DYNOX_OK)
        fail_msg("%s", error.message);
}

static void the_caller_is_known(void **state)
{
    dynox__sts        sts    = {0};
    dynox__sts_caller caller = {0};
    dynox_error       error  = {0};
    dynox_credentials mine   = keys();
    (void)state;
    open_sts(&sts);
    dynox_status status = dynox__sts_caller_identity(&sts, &mine, &caller, &error);
    dynox__sts_close(&sts);
    if (refused()) {
        assert_int_equal(status, DYNOX_E_BAD_SIGNATURE);
        assert_int_equal(error.attempts, 1);
        return;
    }
    if (status != DYNOX_OK) fail_msg("%s", error.message);
    assert_string_equal(caller.account, "123456789012");
    assert_non_null(strstr(caller.arn, "user/tester"));
}

/* No blank in the values: moto writes the body anew, with a plus for it, before it verifies. */
static void a_role_is_taken(void **state)
{
    dynox__sts            sts   = {0};
    dynox_error           error = {0};
    dynox_credentials    *got   = NULL;
    dynox_credentials     mine  = keys();
    const dynox__sts_role role  = {
         .role_arn = "arn:aws:iam::123456789012:role/reader", .session_name = "dynox+test=1", .external_id = "a=b&c"};
    (void)state;
    open_sts(&sts);
    dynox_status status = dynox__sts_assume(&sts, &role, &mine, &got, &error);
    dynox__sts_close(&sts);
    if (refused()) {
        assert_int_equal(status, DYNOX_E_BAD_SIGNATURE);
        return;
    }
    if (status != DYNOX_OK) fail_msg("%s", error.message);
    assert_non_null(got->session_token);
    assert_string_equal(got->account_id, "123456789012");
    assert_true(got->expires_at > 0);
    dynox_credentials_free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_caller_is_known), cmocka_unit_test(a_role_is_taken)};
    if (!getenv("DYNOX_TEST_ENDPOINT")) test_skip("no server: peers.py with moto -- PROGRAM");
    return cmocka_run_group_tests_name("integration sts", tests, NULL, NULL);
}
