/* Cursors: what comes back is what went in, and nothing else is let in. */
#include "support.h"
#include <dynox/dynox.h>

#define SECRET "a secret of the tests, 32 bytes."
/* HMAC-SHA-256 by another implementation */
#define CURSOR_OF_A "AUg67hxi0eADsNGfxUfelVzd5EDU-07F_XOYzYmMCb_aeyJwayI6eyJTIjoiYSJ9fQ"

static char *cursor_of(const dynox_item *key, const char *scope)
{
    dynox_error err  = {0};
    char       *text = dynox_cursor_new(key, SECRET, .scope = scope, .error = &err);
    if (!text) fail_msg("%s", err.message);
    return text;
}

/* Row 81. */
static void a_cursor_brings_its_key_back(void **state)
{
    (void)state;
    dynox_error       err  = {0};
    dynox_item       *back = NULL;
    const dynox_item *key =
        DYNOX_ITEM("pk", "\303\245/?&=+ \"", "sk", dynox_number_text("1.50"), "b", DYNOX_BYTES("\0\377", 2));
    char *text = cursor_of(key, "visits");
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), strlen(text));
    assert_int_equal(dynox_cursor_read(text, SECRET, &back, .scope = "visits", .error = &err), DYNOX_OK);
    assert_true(dynox_item_equal(key, back));
    dynox_item_free(back);
    dynox_free(text);
}

/* Row 81. A process that starts later has nothing but the text and the secret: this one was made by another. */
static void a_cursor_of_another_process_is_read(void **state)
{
    (void)state;
    dynox_item *back = NULL;
    char       *text = cursor_of(DYNOX_ITEM("pk", "a"), NULL);
    assert_string_equal(text, CURSOR_OF_A);
    assert_int_equal(dynox_cursor_read(CURSOR_OF_A, SECRET, &back), DYNOX_OK);
    assert_string_equal(dynox_get_string(back, "pk"), "a");
    dynox_item_free(back);
    dynox_free(text);
}

static void expect_refusal(const char *text, const char *secret, const char *scope)
{
    dynox_error err = {0};
    dynox_item *key = (dynox_item *)(uintptr_t)1;
    assert_int_equal(dynox_cursor_read(text, secret, &key, .scope = scope, .error = &err), DYNOX_E_VALUE);
    assert_null(key);
    assert_int_equal(strncmp(err.message, "the cursor ", 11), 0);
    dynox_error_clear(&err);
}

/* Row 81. */
static void a_cursor_with_any_character_changed_is_refused(void **state)
{
    (void)state;
    char *text = cursor_of(DYNOX_ITEM("pk", "a", "sk", 12), "visits");
    for (size_t i = 0; text[i]; i++) {
        char was = text[i];
        for (const char *other = "Aa0_-=+/ !"; *other; other++) {
            if (*other == was) continue;
            text[i] = *other;
            expect_refusal(text, SECRET, "visits");
        }
        text[i] = was;
    }
    size_t length = strlen(text);
    for (size_t cut = 1; cut < length; cut++) {
        text[length - cut] = 0;
        expect_refusal(text, SECRET, "visits");
    }
    dynox_free(text);
}

static void a_cursor_is_good_for_its_secret_and_its_scope_only(void **state)
{
    (void)state;
    char *text = cursor_of(DYNOX_ITEM("pk", "a"), "visits");
    expect_refusal(text, "another secret of 16", "visits");
    expect_refusal(text, SECRET, "guests");
    expect_refusal(text, SECRET, NULL);
    expect_refusal(text, SECRET "\n", "visits");
    dynox_free(text);
}

static void what_is_no_cursor_is_refused(void **state)
{
    (void)state;
    char  *huge = malloc(1000001);
    size_t at;
    for (at = 0; at < 1000000; at++)
        huge[at] = 'A';
    huge[at] = 0;
    expect_refusal(huge, SECRET, NULL);
    free(huge);
    expect_refusal("A", SECRET, NULL);
    expect_refusal("AAAA", SECRET, NULL);
    expect_refusal("{\"pk\":{\"S\":\"a\"}}", SECRET, NULL);
    expect_refusal("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SECRET, NULL);
}

static void no_key_is_no_cursor_and_no_cursor_no_key(void **state)
{
    (void)state;
    dynox_error err = {0};
    dynox_item *key = (dynox_item *)(uintptr_t)1;
    assert_null(dynox_cursor_new(NULL, SECRET, .error = &err));
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(dynox_cursor_read(NULL, SECRET, &key), DYNOX_OK);
    assert_null(key);
    assert_int_equal(dynox_cursor_read("", SECRET, &key), DYNOX_OK);
}

static void a_secret_that_can_be_guessed_is_refused(void **state)
{
    (void)state;
    dynox_error err = {0};
    dynox_item *key = NULL;
    assert_null(dynox_cursor_new(DYNOX_ITEM("pk", "a"), "short", .error = &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    assert_null(dynox_cursor_new(DYNOX_ITEM("pk", "a"), NULL, .error = &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_cursor_read("x", "short", &key), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_cursor_read("x", SECRET, NULL), DYNOX_E_ARGUMENT);
    assert_null(dynox_cursor_new(DYNOX_ITEM("pk", DYNOX_LIST(dynox_string(NULL))), SECRET, .error = &err));
    assert_int_equal(err.status, DYNOX_E_VALUE);
    char *text = dynox_cursor_new(DYNOX_ITEM("pk", "a"), "\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7", .secret_size = 16);
    assert_non_null(text);
    dynox_free(text);
    dynox_error_clear(&err);
}

static void round_trip(void *arg)
{
    (void)arg;
    dynox_error err = {0};
    dynox_item *key = NULL;
    char *text = dynox_cursor_new(DYNOX_ITEM("pk", "a"), SECRET SECRET SECRET /* longer than a block */, .error = &err);
    if (text && dynox_cursor_read(text, SECRET SECRET SECRET, &key, .error = &err) == DYNOX_OK)
        assert_string_equal(dynox_get_string(key, "pk"), "a");
    else
        assert_int_equal(err.status, DYNOX_E_NO_MEMORY);
    dynox_item_free(key);
    dynox_free(text);
    dynox_error_clear(&err);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(round_trip, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_brings_its_key_back),
        cmocka_unit_test(a_cursor_of_another_process_is_read),
        cmocka_unit_test(a_cursor_with_any_character_changed_is_refused),
        cmocka_unit_test(a_cursor_is_good_for_its_secret_and_its_scope_only),
        cmocka_unit_test(what_is_no_cursor_is_refused),
        cmocka_unit_test(no_key_is_no_cursor_and_no_cursor_no_key),
        cmocka_unit_test(a_secret_that_can_be_guessed_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("cursors", tests, NULL, NULL);
}
