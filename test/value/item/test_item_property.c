/* Random items survive copying and the way through text unchanged. */
#include "value/random_value.h"

enum { ROUNDS = 2000 };

/* Row 37. */
static void copies_and_texts_read_back_equal(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        random_values r     = {.state = seed * 0x9e3779b97f4a7c15, .sets = true, .nul_names = true};
        dynox_error   error = {0};
        dynox_item    item  = random_members(&r, 0);
        dynox_item   *copy  = dynox_item_copy(&item);
        if (!dynox_item_equal(&item, copy)) fail_msg("seed %d: the copy differs", (int)seed);
        char *text = dynox_item_to_text(copy, &error);
        dynox_item_free(copy);
        if (!text) fail_msg("seed %d: %s", (int)seed, error.message);
        dynox_item *back = dynox_item_from_text(text, strlen(text), &error);
        if (!back) fail_msg("seed %d: %s in %s", (int)seed, error.message, text);
        if (!dynox_item_equal(&item, back)) fail_msg("seed %d: differs after %s", (int)seed, text);
        char *again = dynox_item_to_text(back, &error);
        assert_string_equal(text, again);
        dynox_item_free(back);
        dynox_free(text);
        dynox_free(again);
        dynox__arena_free(&r.arena);
    }
}

static void one_changed_value_makes_items_differ(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        random_values r     = {.state = seed * 0x9e3779b97f4a7c15, .sets = true, .nul_names = true};
        dynox_item    item  = random_members(&r, 0);
        dynox_value   other = random_value(&r, 0);
        if (item.count && !dynox_value_equal(&item.attributes[0].value, &other)) {
            dynox_named_value changed[8];
            memcpy(changed, item.attributes, item.count * sizeof *changed);
            changed[0].value  = other;
            dynox_item second = dynox_item_of(changed, item.count);
            if (dynox_item_equal(&item, &second)) fail_msg("seed %d", (int)seed);
            if (dynox_item_equal(&second, &item)) fail_msg("seed %d", (int)seed);
        }
        dynox__arena_free(&r.arena);
    }
}

/* Rows 35, 37. */
static void bad_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "1",
        "{\"a\":1}",
        "{\"a\":{}}",
        "{\"a\":{\"S\":1}}",
        "{\"a\":{\"N\":\"not_a_number\"}}",
        "{\"a\":{\"B\":\"a\"}}",
        "{\"a\":{\"B\":\"====\"}}",
        "{\"a\":{\"BS\":[\"!\"]}}",
        "{\"a\":{\"S\":\"x\"}} x",
        "{\"a\":{\"S\":\"x\"}",
        "{\"a\":{\"S\":\"\xff\"}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dynox_error error = {0};
        dynox_item *item  = dynox_item_from_text(texts[i], strlen(texts[i]), &error);
        if (item) fail_msg("%s was taken", texts[i]);
        assert_int_equal(error.status, DYNOX_E_DECODE);
    }
    dynox_error error = {0};
    assert_null(dynox_item_from_text(NULL, 0, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_null(dynox_item_to_text(NULL, &error));
    assert_int_equal(error.status, DYNOX_E_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_and_texts_read_back_equal),
        cmocka_unit_test(one_changed_value_makes_items_differ),
        cmocka_unit_test(bad_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
