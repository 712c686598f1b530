/* Errors: set, copied, printed, and owning what they point to; failures that share one. */
#include "base/alloc.h"
#include "base/failure.h"
#include "support.h"

static void setting_an_error_replaces_all_of_it(void **state)
{
    (void)state;
    dynox_error error = {.status = DYNOX_E_SERVER, .http_status = 500, .attempts = 4, .code = "X"};
    assert_int_equal(dynox_error_set(&error, DYNOX_E_ARGUMENT, "%d apples", 3), DYNOX_E_ARGUMENT);
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, "3 apples");
    assert_int_equal(error.http_status, 0);
    assert_string_equal(error.code, "");
    assert_int_equal(dynox_error_set(NULL, DYNOX_E_BUSY, "nobody looks"), DYNOX_E_BUSY);
}

static void an_error_can_be_put_into_its_own_new_message(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_ARGUMENT, "the key is missing");
    dynox_error_set(&error, error.status, "loading a user: %s", error.message);
    assert_string_equal(error.message, "loading a user: the key is missing");
}

static void long_messages_are_cut_visibly(void **state)
{
    (void)state;
    dynox_error error = {0};
    char        text[600];
    memset(text, 'x', sizeof text);
    text[511] = 0;
    dynox_error_set(&error, DYNOX_E_SERVICE, "%s", text);
    assert_string_equal(error.message, text);
    text[511] = 'x';
    text[599] = 0;
    dynox_error_set(&error, DYNOX_E_SERVICE, "%s", text);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_string_equal(error.message + sizeof error.message - 4, "...");
}

static void a_cut_does_not_split_a_character(void **state)
{
    (void)state;
    dynox_error error = {0};
    for (int shift = 0; shift < 3; shift++) {
        char text[700];
        int  size = snprintf(text, sizeof text, "%.*s", shift, "xx");
        while (size < 600)
            size += snprintf(text + size, sizeof text - (size_t)size, "\xe2\x82\xac"); /* a euro sign: three bytes */
        dynox_error_set(&error, DYNOX_E_SERVICE, "%s", text);
        size_t kept = strlen(error.message) - strlen("...");
        assert_int_equal((kept - (size_t)shift) % 3, 0);
        assert_memory_equal(error.message, text, kept);
        assert_string_equal(error.message + kept, "...");
        assert_true(kept > sizeof error.message - 8);
    }
}

static void messages_have_no_control_characters(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_SERVICE, "%s", "a\r\nb\x1b[31mc\x7f\t\xc3\xa9");
    assert_string_equal(error.message, "a  b [31mc  \xc3\xa9");
}

/* ---- what an error owns ---- */

static int destroyed;

static void count_destroyed(dynox__shared *shared)
{
    (void)shared;
    destroyed++;
}

static void copies_keep_what_the_error_owns(void **state)
{
    (void)state;
    dynox__shared owner;
    dynox_error   error = {0}, copy = {0};
    destroyed = 0;
    dynox__shared_init(&owner, count_destroyed);
    dynox_error_set(&error, DYNOX_E_CONDITION_FAILED, "no");
    dynox__error_own(&error, &owner);
    dynox_error_copy(&copy, &error);
    dynox_error_copy(&copy, &copy);
    dynox_error_copy(&copy, &error); /* over one that owns something */
    dynox_error_clear(&error);
    assert_int_equal(destroyed, 0);
    dynox_error_set(&copy, DYNOX_E_BUSY, "another");
    assert_int_equal(destroyed, 1);
    dynox_error_clear(&copy);
    dynox_error_clear(NULL);
    assert_int_equal(destroyed, 1);
}

static void a_failure_lives_as_long_as_its_last_user(void **state)
{
    (void)state;
    dynox__shared owner;
    dynox_error   error = {0};
    destroyed           = 0;
    dynox__shared_init(&owner, count_destroyed);
    dynox_error_set(&error, DYNOX_E_THROTTLED, "slower");
    dynox__error_own(&error, &owner);
    dynox__failure *failure = dynox__failure_new(&error);
    dynox_error_clear(&error);
    dynox__failure *again = dynox__failure_acquire(failure);
    dynox__failure_release(failure);
    assert_string_equal(again->error.message, "slower");
    assert_int_equal(destroyed, 0);
    dynox__failure_release(again);
    assert_int_equal(destroyed, 1);
    dynox__failure_release(dynox__failure_acquire(NULL));
}

/* ---- printing ---- */

static void assert_printed(const dynox_error *error, const char *expected)
{
    char  line[1024] = "";
    FILE *file       = tmpfile();
    assert_non_null(file);
    dynox_error_print(file, error);
    rewind(file);
    if (!fgets(line, sizeof line, file)) line[0] = 0;
    fclose(file);
    assert_string_equal(line, expected);
}

static void one_line_says_what_is_known(void **state)
{
    (void)state;
    assert_printed(&(dynox_error){.status = DYNOX_E_THROTTLED}, "DYNOX_E_THROTTLED: throttled\n");
    assert_printed(&(dynox_error){.status = DYNOX_E_TIMEOUT, .message = "too slow", .attempts = 1},
                   "DYNOX_E_TIMEOUT: too slow [1 attempt]\n");
    assert_printed(&(dynox_error){.status           = DYNOX_E_SERVER,
                                  .code             = "InternalServerError",
                                  .message          = "oops",
                                  .http_status      = 500,
                                  .request_id       = "R1",
                                  .attempts         = 4,
                                  .may_have_applied = true},
                   "DYNOX_E_SERVER (InternalServerError): oops [HTTP 500, request R1, 4 attempts, may have been "
                   "applied]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_an_error_replaces_all_of_it),
        cmocka_unit_test(an_error_can_be_put_into_its_own_new_message),
        cmocka_unit_test(long_messages_are_cut_visibly),
        cmocka_unit_test(a_cut_does_not_split_a_character),
        cmocka_unit_test(messages_have_no_control_characters),
        cmocka_unit_test(copies_keep_what_the_error_owns),
        cmocka_unit_test(a_failure_lives_as_long_as_its_last_user),
        cmocka_unit_test(one_line_says_what_is_known),
    };
    return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
