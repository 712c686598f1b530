/* DYNOX_JSON: objects of json-c as members. */
#include "support.h"
#include <dynox/dynox.h>
#include <dynox/json.h>
#include <json-c/json.h>
#include <math.h>

typedef struct note {
    DYNOX_RECORD;
    const char         *pk;
    struct json_object *content;
} note;
static const dynox_attribute note_attributes[] = {
    DYNOX_PARTITION_KEY(note, pk),
    DYNOX_JSON(note, content, .alias = "c"),
};
DYNOX_MODEL(note, .table = "notes")

/* A note that was stored with that value. */
static note *stored_as(dynox_value content)
{
    dynox_error       error = {0};
    dynox_named_value all[] = {dynox_named("pk", dynox_string("n")), dynox_named("c", content)};
    dynox_value       map   = dynox_map_of(all, 2);
    dynox_item        item  = dynox_value_as_map(&map);
    note             *n     = note_from_item(&item, &error);
    if (!n) fail_msg("%s", error.message);
    return n;
}

static void expect_refusal(dynox_value content, const char *words)
{
    dynox_error       error = {0};
    dynox_named_value all[] = {dynox_named("pk", dynox_string("n")), dynox_named("c", content)};
    dynox_value       map   = dynox_map_of(all, 2);
    dynox_item        item  = dynox_value_as_map(&map);
    assert_null(note_from_item(&item, &error));
    assert_int_equal(error.status, DYNOX_E_DECODE);
    if (!strstr(error.message, words)) fail_msg("%s", error.message);
    dynox_error_clear(&error);
}

static void expect_stored(const note *n, const char *text)
{
    dynox_error error = {0};
    dynox_item *item  = note_to_item(n, &error);
    if (!item) fail_msg("%s", error.message);
    if (text)
        assert_string_equal(dynox_get_string(item, "c"), text);
    else
        assert_null(dynox_get_string(item, "c"));
    dynox_item_free(item);
}

/* Row 184. */
static void objects_and_arrays_are_stored_as_text(void **state)
{
    (void)state;
    note n = {.pk      = "n",
              .content = json_tokener_parse("{\"a\": [1, 2.50, null, true], \"b\": {\"url\": \"a/b\\u00e9\"}}")};
    expect_stored(&n, "{\"a\":[1,2.50,null,true],\"b\":{\"url\":\"a/b\xc3\xa9\"}}");
    json_object_put(n.content);
    n.content = json_tokener_parse("[\"x\", {}]");
    expect_stored(&n, "[\"x\",{}]");
    json_object_put(n.content);
    n.content = NULL;
    expect_stored(&n, NULL);
    note_clear(&n);
}

/* Row 184. */
static void texts_maps_and_lists_are_read(void **state)
{
    (void)state;
    note *n = stored_as(dynox_string(" {\"a\": 1, \"b\": [\"\\u00e9\"]} \n"));
    assert_int_equal(json_object_get_int(json_object_object_get(n->content, "a")), 1);
    assert_string_equal(json_object_get_string(json_object_array_get_idx(json_object_object_get(n->content, "b"), 0)),
                        "\xc3\xa9");
    note_free(n);
    dynox_named_value a   = dynox_named("a", dynox_int(7));
    dynox_value       two = dynox_string("two");
    n                     = stored_as(dynox_map_of(&a, 1));
    assert_int_equal(json_object_get_int(json_object_object_get(n->content, "a")), 7);
    assert_false(note_is_dirty(n));
    note_free(n);
    n = stored_as(dynox_list_of(&two, 1));
    assert_string_equal(json_object_get_string(json_object_array_get_idx(n->content, 0)), "two");
    note_free(n);
}

/* Row 185. */
static void any_json_is_a_root(void **state)
{
    static const struct {
        const char *text;
        json_type   type;
    } roots[] = {{"17", json_type_int},       {"-0.5", json_type_double}, {"true ", json_type_boolean},
                 {"\"x\"", json_type_string}, {"[]", json_type_array},    {"{}", json_type_object}};
    (void)state;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        note *n = stored_as(dynox_string(roots[i].text));
        assert_int_equal(json_object_get_type(n->content), roots[i].type);
        assert_false(note_is_dirty(n));
        note_free(n);
    }
}

/* Row 184. */
static void null_is_absent(void **state)
{
    (void)state;
    note *n = stored_as(dynox_null());
    assert_null(n->content);
    assert_false(note_is_dirty(n));
    note_free(n);
    n = stored_as(dynox_string("null"));
    assert_null(n->content);
    assert_false(note_is_dirty(n));
    note_free(n);
}

static void edits_in_place_are_found(void **state)
{
    (void)state;
    note *n = stored_as(dynox_string("{\"a\": {\"b\": [1]}}"));
    assert_false(note_is_dirty(n));
    struct json_object *b = json_object_object_get(json_object_object_get(n->content, "a"), "b");
    json_object_array_add(b, json_object_new_int(2));
    assert_true(note_is_dirty(n));
    json_object_array_del_idx(b, 1, 1);
    assert_false(note_is_dirty(n));
    note_free(n);
}

static void a_copy_has_its_own(void **state)
{
    (void)state;
    note *n    = stored_as(dynox_string("{\"a\": 1}"));
    note *copy = note_copy(n);
    assert_non_null(copy);
    json_object_object_add(n->content, "a", json_object_new_int(2));
    note_free(n);
    assert_int_equal(json_object_get_int(json_object_object_get(copy->content, "a")), 1);
    assert_false(note_is_dirty(copy));
    note_free(copy);
}

static void what_is_no_json_is_refused(void **state)
{
    static const char *const wrong[] = {"", " ", "{", "{a: 1}", "nul", "1 2", "[1,]", "\"\xff\""};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect_refusal(dynox_string(wrong[i]), "note.content: its text is not JSON");
    expect_refusal(dynox_string_n("1\0002", 3), "note.content: its text is not JSON");
    expect_refusal(dynox_int(7), "note.content: stored as N, which is not what its kind JSON reads");
}

static void numbers_that_are_not_finite_are_refused(void **state)
{
    dynox_error error = {0};
    (void)state;
    note n = {.pk = "n", .content = json_object_new_array()};
    json_object_array_add(n.content, json_object_new_double((double)NAN));
    assert_null(note_to_item(&n, &error));
    assert_int_equal(error.status, DYNOX_E_VALUE);
    assert_string_equal(error.message, "note.content: JSON has no number that is not finite");
    dynox_error_clear(&error);
    json_object_put(n.content);
    note_clear(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_arrays_are_stored_as_text),
        cmocka_unit_test(texts_maps_and_lists_are_read),
        cmocka_unit_test(any_json_is_a_root),
        cmocka_unit_test(null_is_absent),
        cmocka_unit_test(edits_in_place_are_found),
        cmocka_unit_test(a_copy_has_its_own),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(numbers_that_are_not_finite_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
