/* A client that is gone has left nothing of its credentials in the memory of the process. */
#include "secrets.h"
#include <dynox/dynox.h>

static void nothing_is_left_of_the_keys_of_a_client(void **state)
{
    static char secret[SIZE + 1], token[TOKEN + 1];
    dynox_error err = {0};
    (void)state;
    turn_back(secret, turned_secret, SIZE);
    turn_back(token, turned_token, TOKEN);
    dynox_client *db =
        dynox_client_new(.region = "eu-west-1", .endpoint = "http://127.0.0.1:1", .max_attempts = 1,
                         .access_key = "AKIDEXAMPLE", .secret_key = secret, .session_token = token, .error = &err);
    memset(secret, 0, sizeof secret);
    memset(token, 0, sizeof token);
    assert_non_null(db);
    for (int i = 0; i < 3; i++) { /* nothing listens on port 1, but the requests are signed */
        assert_int_not_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "a"), .error = &err), DYNOX_OK);
        assert_int_equal(err.attempts, 1);
    }
    dynox_error_clear(&err);
    assert_true(secrets_in_memory() > 0);
    dynox_client_free(db);
    expect_no_secrets();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_left_of_the_keys_of_a_client)};
    make_secrets();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
