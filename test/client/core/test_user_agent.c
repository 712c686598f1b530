/* The User-Agent header as it goes out: letters of each call (format 2.1, "m/"). */
#include "client/scripted.h"

static void assert_letters(const char *letters)
{
    char        wanted[64];
    const char *last = faultserver_ask(&server, "last");
    snprintf(wanted, sizeof wanted, " m/%s cfg/retry-mode#", letters);
    if (!strstr(last, wanted)) fail_msg("not there: %s\n%s", wanted, last);
}

/* The endpoint is our own (N), accounts are preferred (P), the keys are in code (e). */
static void a_call_tells_mode_endpoint_and_credentials(void **state)
{
    (void)state;
    dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"));
    assert_letters("E,N,P,e");
}

static void pages_of_streams_and_waiters_say_so(void **state)
{
    (void)state;
    dynox_stream *stream = dynox_scan(client, "t");
    dynox_sync_stream_next(stream, NULL);
    dynox_stream_free(stream);
    assert_letters("E,N,P,C,e");
    scripted_answer("DescribeTable", "{\"Table\":{\"TableName\":\"t\",\"TableStatus\":\"ACTIVE\"}}");
    assert_int_equal(dynox_sync_wait_for_table_active(client, "t"), DYNOX_OK);
    assert_letters("E,N,P,B,e");
    faultserver_say(&server, "none");
}

static void adaptive_retries_and_the_environment_have_their_letters(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    dynox_client *other =
        dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .retry_mode = DYNOX_RETRY_ADAPTIVE);
    dynox_sync_put_item(other, "t", DYNOX_ITEM("pk", "x"));
    assert_letters("F,N,P,g");
    dynox_client_free(other);
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_tells_mode_endpoint_and_credentials),
        cmocka_unit_test(pages_of_streams_and_waiters_say_so),
        cmocka_unit_test(adaptive_retries_and_the_environment_have_their_letters),
    };
    return cmocka_run_group_tests_name("user agent", tests, scripted_setup, scripted_teardown);
}
