/* Compressed members: what is sent of them, what expressions make of them, what a wrong declaration is told. */
#include "client/scripted.h"

typedef struct page {
    DYNOX_RECORD;
    const char *url, *body, *small;
    int64_t     visits;
} page;
static const dynox_attribute page_attributes[] = {
    DYNOX_PARTITION_KEY(page, url),
    DYNOX_COMPRESSED(page, body, .compression = DYNOX_COMPRESSION(.algorithm = DYNOX_GZIP, .level = 9)),
    DYNOX_COMPRESSED(page, small, .compression = DYNOX_COMPRESSION(.algorithm = DYNOX_GZIP, .binary = true),
                     .alias = "s"),
    DYNOX_INT(page, visits),
};
DYNOX_MODEL(page, .table = "pages")

static const char *body(void)
{
    static char text[3001];
    memset(text, 'x', 3000);
    return text;
}

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    return 0;
}

static dynox_item *item_of(const page *record)
{
    dynox_error error = {0};
    dynox_item *item  = page_to_item(record, &error);
    if (!item) fail_msg("%s", error.message);
    return item;
}

static void a_member_is_stored_compressed_and_read_as_it_was(void **state)
{
    (void)state;
    dynox_error error  = {0};
    page        record = {.url = "/", .body = body(), .small = body()};
    dynox_item *item   = item_of(&record);
    assert_int_equal(strncmp(dynox_get_string(item, "body"), "GZIP:H4sI", 9), 0);
    assert_int_equal(dynox_item_get(item, "s")->type, DYNOX_B);
    page *again = page_from_item(item, &error);
    assert_non_null(again);
    assert_string_equal(again->body, body());
    assert_string_equal(again->small, body());
    page_free(again);
    dynox_item_free(item);
}

static void what_is_absent_stays_so(void **state)
{
    (void)state;
    dynox_item *item = item_of(&(page){.url = "/"});
    assert_int_equal(item->count, 2);
    dynox_item_free(item);
}

/* Compared is the text, not what it is stored as. */
static void only_a_text_that_changed_is_sent(void **state)
{
    (void)state;
    dynox_error error  = {0};
    page        record = {.url = "/", .body = body()};
    dynox_item *item   = item_of(&record);
    page       *loaded = page_from_item(item, &error);
    char       *same   = strdup(body());
    assert_non_null(loaded);
    loaded->body = same;
    assert_false(page_is_dirty(loaded));
    same[0] = 'y';
    assert_true(page_is_dirty(loaded));
    page_free(loaded);
    dynox_item_free(item);
    free(same);
}

static void an_expression_sets_it_compressed(void **state)
{
    (void)state;
    dynox_error error = {0};
    page        key   = {.url = "/"};
    if (page_sync_update_by_key(client, &key, DYNOX_EXPR("SET body = ?, visits = ?", body(), 1),
                                DYNOX_WITH(.error = &error)))
        fail_msg("%s", error.message);
    assert_sent("{\"S\":\"GZIP:H4sI");
    assert_int_equal(
        page_sync_update_by_key(client, &key, DYNOX_EXPR("SET visits = ?", 1),
                                DYNOX_WITH(.condition = DYNOX_EXPR("begins_with(body, ?)", "x"), .error = &error)),
        DYNOX_E_VALUE);
    assert_non_null(strstr(error.message, "page.body is stored compressed: only all of it can be set"));
    assert_int_equal(page_sync_update_by_key(client, &key, DYNOX_EXPR("SET body = ?", 1), DYNOX_WITH(.error = &error)),
                     DYNOX_E_VALUE);
    dynox_error_clear(&error);
}

static void damage_names_the_member(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_null(page_from_item(DYNOX_ITEM("url", "/", "body", "GZIP:!"), &error));
    assert_int_equal(error.status, DYNOX_E_DECODE);
    assert_string_equal(error.message, "page.body: what follows its prefix is not base64");
    assert_null(page_from_item(DYNOX_ITEM("url", "/", "body", 7), &error));
    assert_string_equal(error.message, "page.body: stored as N, the member is a text");
    dynox_error_clear(&error);
}

typedef struct mistaken {
    DYNOX_RECORD;
    const char *id, *body;
} mistaken;
static const dynox_attribute mistaken_attributes[] = {
    DYNOX_PARTITION_KEY(mistaken, id),
    DYNOX_COMPRESSED(mistaken, body, .compression = DYNOX_COMPRESSION(.algorithm = DYNOX_GZIP, .level = 12)),
};
DYNOX_MODEL(mistaken, .table = "pages")

static void a_level_that_there_is_not_is_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_null(mistaken_to_item(&(mistaken){.id = "1"}, &error));
    assert_string_equal(error.message, "model mistaken: body has a level of 12, gzip has 1 to 9");
    dynox_error_clear(&error);
}

int main(void)
{
    dynox_error error = {0};
    dynox_item *item  = page_to_item(&(page){.url = "/"}, &error);
    if (!item) test_skip("this dynox was built without zlib");
    dynox_item_free(item);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_stored_compressed_and_read_as_it_was),
        cmocka_unit_test(what_is_absent_stays_so),
        cmocka_unit_test(only_a_text_that_changed_is_sent),
        cmocka_unit_test_setup(an_expression_sets_it_compressed, setup),
        cmocka_unit_test(damage_names_the_member),
        cmocka_unit_test(a_level_that_there_is_not_is_refused),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
