/* Whose credentials sign a request, as it arrives: where several places have some, one of them comes first. */
#include "aws/files.h"
#include "client/scripted.h"
#include "http/server.h"
#include "services/replay.h"

static void set_environment(const char *token)
{
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    if (token) setenv("AWS_SESSION_TOKEN", token, 1);
}

/* A call of that client is signed with these: a key's id, and a token or none. Ends the client. */
static void signs_with(dynox_client *db, const char *id, const char *token)
{
    char        text[128];
    dynox_error err = {0};
    if (dynox_sync_put_item(db, "t", DYNOX_ITEM("pk", "x"), .error = &err) != DYNOX_OK) fail_msg("%s", err.message);
    dynox_client_free(db);
    snprintf(text, sizeof text, "Credential=%s/", id);
    assert_sent(text);
    if (!token) {
        assert_null(strstr(faultserver_ask(&server, "last"), "Security-Token"));
        return;
    }
    snprintf(text, sizeof text, "X-Amz-Security-Token: %s", token);
    assert_sent(text);
    assert_sent("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target");
}

#define CLIENT(...) dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .proxy = "", __VA_ARGS__)

/* Row 1. */
static void fixed_credentials_sign_with_their_token_if_they_have_one(void **state)
{
    (void)state;
    set_environment("token of the environment");
    signs_with(CLIENT(.access_key = "AKIDCODE", .secret_key = "s"), "AKIDCODE", NULL);
    signs_with(CLIENT(.access_key = "ASIACODE", .secret_key = "s", .session_token = "its+token="), "ASIACODE",
               "its+token=");
}

/* Row 3. */
static void the_environment_signs_where_code_says_nothing(void **state)
{
    (void)state;
    set_environment(NULL);
    signs_with(CLIENT(.app_id = NULL), "AKIDENV", NULL);
    set_environment("env+token=");
    signs_with(CLIENT(.app_id = NULL), "AKIDENV", "env+token=");
}

static void give_the_role(test_line *line)
{
    while (server_read(line)) {
        if (!strstr(line->request, "Action=AssumeRole&")) return;
        if (!server_answer(line, STS_ROLE("AssumeRole", "ASIAROLE"))) return;
    }
}

/* Row 2. */
static void code_comes_before_a_role_before_a_profile_before_the_environment(void **state)
{
    (void)state;
    char         url[64];
    test_server *sts = server_start(give_the_role, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", sts->port);
    write_config("[profile keys]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n"
                 "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = keys\n"
                 "aws_access_key_id = AKIDBESIDE\naws_secret_access_key = s\n");
    setenv("AWS_ENDPOINT_URL_STS", url, 1);
    setenv("NO_PROXY", "127.0.0.1", 1);
    set_environment(NULL);
    signs_with(CLIENT(.app_id = NULL), "AKIDENV", NULL);
    signs_with(CLIENT(.profile = "keys"), "AKIDPROFILE", NULL);
    signs_with(CLIENT(.profile = "role"), "ASIAROLE", "token+ASIAROLE=");
    signs_with(CLIENT(.profile = "role", .access_key = "AKIDCODE", .secret_key = "s"), "AKIDCODE", NULL);
    assert_int_equal(atomic_load(&sts->requests), 1); /* and the role was not even asked for then */
    unsetenv("AWS_ENDPOINT_URL_STS");
    server_stop(sts);
}

static void two_ways_in_code_are_one_too_many(void **state)
{
    (void)state;
    dynox_error                 err   = {0};
    dynox_credentials_provider *other = dynox_credentials_environment();
    assert_null(CLIENT(.credentials = other, .access_key = "AKIDCODE", .secret_key = "s", .error = &err));
    assert_string_equal(err.message, "give either .access_key and .secret_key or .credentials, not both");
    dynox_error_clear(&err);
    dynox_credentials_provider_release(other);
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {AT_HOME(fixed_credentials_sign_with_their_token_if_they_have_one),
                                       AT_HOME(the_environment_signs_where_code_says_nothing),
                                       AT_HOME(code_comes_before_a_role_before_a_profile_before_the_environment),
                                       AT_HOME(two_ways_in_code_are_one_too_many)};
    return cmocka_run_group_tests_name("who signs", tests, scripted_setup, scripted_teardown);
}
