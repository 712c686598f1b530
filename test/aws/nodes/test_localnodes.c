/* What a server says when it is asked for its nodes: taken as far as it is one, whatever it is. */
#include "aws/nodes/localnodes.h"
#include "support.h"
#include "value/json/decode.h"

static dynox__localnodes list;
static dynox__arena      arena;
static dynox_error       error;

static dynox_status read_as(const char *text, size_t size, dynox__localnodes_base base)
{
    char *body = calloc(1, size + DYNOX__DECODE_PADDING);
    memcpy(body, text, size);
    dynox__arena_free(&arena);
    dynox_error_clear(&error);
    dynox_status status = dynox__localnodes_read(body, size, base, &arena, &list, &error);
    free(body); /* what was kept is in the arena */
    return status;
}

static dynox_status read_text(const char *text)
{
    return read_as(text, strlen(text), (dynox__localnodes_base){.port = 8000});
}

static void addresses_become_urls_like_that_of_the_node_that_was_asked(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(" [ \"10.0.0.1\" , \"fe80::1\",\"Node-2.example\",\"[::1]\", \"10.0.0.2:81\",\"[::1]:82\" ]\n"),
        DYNOX_OK);
    assert_int_equal(list.count, 6);
    assert_string_equal(list.urls[0], "http://10.0.0.1:8000");
    assert_string_equal(list.urls[1], "http://[fe80::1]:8000");
    assert_string_equal(list.urls[2], "http://node-2.example:8000");
    assert_string_equal(list.urls[3], "http://[::1]:8000");
    assert_string_equal(list.urls[4], "http://10.0.0.2:81");
    assert_string_equal(list.urls[5], "http://[::1]:82");
    assert_int_equal(read_as("[\"a\"]", 5, (dynox__localnodes_base){.tls = true, .port = 8043}), DYNOX_OK);
    assert_string_equal(list.urls[0], "https://a:8043");
}

static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "{}",
                                        "null",
                                        "\"a\"",
                                        "[",
                                        "[\"a\"",
                                        "[\"a\",]",
                                        "[1]",
                                        "[null]",
                                        "[[\"a\"]]",
                                        "<html>",
                                        "[\"a\"] x",
                                        "[\"a\" \"b\"]",
                                        "['a']",
                                        "[\"\\q\"]",
                                        "\xEF\xBB\xBF[\"a\"]",
                                        "{\"nodes\":[\"a\"]}",
                                        "[\"\xff\"]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (read_text(wrong[i]) != DYNOX_E_DECODE) fail_msg("%s", wrong[i]);
    assert_int_equal(read_text("[]"), DYNOX_E_DECODE);
    assert_string_equal(error.message, "the list is empty");
}

static void entries_that_are_no_hosts_are_left_out_and_can_be_shown(void **state)
{
    (void)state;
    char long_name[600] = "[\"good\",\"";
    assert_int_equal(
        read_text("[\"\",\" \",\"a b\",\"a/b\",\"a@b\",\"user:pw@c\",\"a?b\",\"a#b\",\"http://x\",\"a\\u0000b\","
                  "\"a\\r\\nHost: evil\",\"\\u202eevil\",\"[::1\",\"::1]\",\":80\",\"a:0\",\"a:99999\",\"a:b\","
                  "\"a:\",\"%2e\",\"[]\",\"[\",\"good\"]"),
        DYNOX_OK);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.urls[0], "http://good:8000");
    assert_int_equal(list.ignored, 22);
    assert_int_equal(read_text("[\"a\\r\\nb\"]"), DYNOX_E_DECODE);
    assert_string_equal(error.message, "no entry is the name or address of a host: \"a??b\"");
    memset(long_name + 9, 'n', 500);
    memcpy(long_name + 509, "\"]", 3);
    assert_int_equal(read_text(long_name), DYNOX_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.ignored, 1);
}

static void of_thousands_the_first_are_taken(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    char  *text = calloc(MANY, 16);
    size_t used = 0;
    for (int i = 0; i < MANY; i++)
        used += (size_t)snprintf(text + used, 16, "%c\"n%d\"", i ? ',' : '[', i);
    text[used++] = ']';
    assert_int_equal(read_as(text, used, (dynox__localnodes_base){.port = 1}), DYNOX_OK);
    assert_int_equal(list.count, 256);
    assert_string_equal(list.urls[255], "http://n255:1");
    assert_int_equal(list.surplus, MANY - 256);
    free(text);
}

static void read_one(void *arg)
{
    (void)arg;
    dynox_status status = read_text("[\"10.0.0.1\",\"not a host\",\"10.0.0.2\"]");
    assert_true(status == DYNOX_E_NO_MEMORY || (status == DYNOX_OK && list.count == 2));
    dynox__arena_free(&arena);
    dynox_error_clear(&error);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(read_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_become_urls_like_that_of_the_node_that_was_asked),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(entries_that_are_no_hosts_are_left_out_and_can_be_shown),
        cmocka_unit_test(of_thousands_the_first_are_taken),
        cmocka_unit_test(every_allocation_may_fail),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dynox__arena_free(&arena);
    dynox_error_clear(&error);
    return failed;
}
