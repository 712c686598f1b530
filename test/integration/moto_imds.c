/* moto serves instance metadata: the credentials of its role, by themselves and as the last place of the default chain.
 * It does not know their secret: without --any-key (EXPECT_REFUSED=1) what they sign is refused. botocore_signature.py
 * looks at the last request that this program sends, so it is one with much in it. */
#include "live.h"
#include "services/source/providers.h"
#include <time.h>

static bool refused(void)
{
    const char *expected = getenv("EXPECT_REFUSED");
    return expected && strcmp(expected, "1") == 0;
}

/* As on an instance without any setup; a fault server that is there sees the requests to DynamoDB only. */
static void be_an_instance(void)
{
    const char *direct = getenv("DYNOX_TEST_DIRECT");
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", direct ? direct : live_endpoint(), 1);
    unsetenv("AWS_EC2_METADATA_DISABLED");
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
}

static void the_role_of_the_instance_gives_credentials(void **state)
{
    (void)state;
    dynox_error                 err      = {0};
    dynox_credentials          *got      = NULL;
    dynox_credentials_provider *provider = dynox__provider_imds(&(dynox__source_context){.region = "us-east-1"}, &err);
    assert_non_null(provider);
    live_ok(dynox_sync_credentials_get(provider, &got, &err), &err);
    assert_string_equal(got->access_key_id, "test-key");
    assert_string_equal(got->secret_access_key, "test-secret-key");
    assert_string_equal(got->session_token, "test-session-token");
    assert_true(got->expires_at > (int64_t)time(NULL));
    dynox_credentials_free(got);
    dynox_credentials_provider_release(provider);
}

static void a_client_without_any_setup_signs_with_them(void **state)
{
    (void)state;
    dynox_error  err    = {0};
    dynox_item  *item   = NULL;
    const char  *name   = live_table("instance");
    dynox_status status = dynox_sync_create_table(live, name, {"pk", DYNOX_S}, .error = &err);
    if (refused()) {
        assert_int_equal(status, DYNOX_E_ACCESS_DENIED); /* AWS would say which one, but moto speaks XML here */
        assert_null(strstr(err.message, "test-secret-key"));
        return;
    }
    live_ok(status, &err);
    live_ok(dynox_sync_wait_for_table_active(live, name, .poll_ms = 20, .error = &err), &err);
    live_ok(dynox_sync_put_item(live, name, DYNOX_ITEM("pk", "Grüße & +%", "n", 1), .error = &err), &err);
    live_ok(dynox_sync_get_item(live, name, DYNOX_ITEM("pk", "Grüße & +%"), &item, .error = &err), &err);
    assert_int_equal(dynox_get_int(item, "n"), 1);
    dynox_item_free(item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_role_of_the_instance_gives_credentials),
        cmocka_unit_test(a_client_without_any_setup_signs_with_them),
    };
    be_an_instance();
    return cmocka_run_group_tests_name("integration instance metadata", tests, live_setup, live_teardown);
}
