/* Items: reading by name and by path, building, copying. */
#include "support.h"
#include <dynox/future.h>
#include <dynox/item.h>

static void attributes_are_found_by_name(void **state)
{
    (void)state;
    size_t            size;
    const dynox_item *item =
        DYNOX_ITEM("pk", "USER#1", "age", 36, "ratio", 0.5, "ok", DYNOX_TRUE, "raw", DYNOX_BYTES("ab", 2), "tags",
                   DYNOX_LIST("x", "y"), "address", DYNOX_MAP("city", "Oslo"), "a.b", 1);
    assert_string_equal(dynox_get_string(item, "pk"), "USER#1");
    assert_int_equal(dynox_get_int(item, "age"), 36);
    assert_true(dynox_get_double(item, "ratio") == 0.5);
    assert_true(dynox_get_bool(item, "ok"));
    assert_memory_equal(dynox_get_bytes(item, "raw", &size), "ab", 2);
    assert_int_equal(size, 2);
    assert_string_equal(dynox_value_as_string(&dynox_get_list(item, "tags", &size)[1]), "y");
    assert_int_equal(size, 2);
    dynox_item address = dynox_get_map(item, "address");
    assert_string_equal(dynox_get_string(&address, "city"), "Oslo");
    assert_int_equal(dynox_get_int(item, "a.b"), 1);
}

static void absence_and_type_can_be_told(void **state)
{
    (void)state;
    const dynox_item *item    = DYNOX_ITEM("zero", 0, "text", "1");
    int64_t           integer = 7;
    double            real    = 7;
    bool              truth;
    assert_true(dynox_read_int(item, "zero", &integer));
    assert_int_equal(integer, 0);
    assert_false(dynox_read_int(item, "none", &integer));
    assert_false(dynox_read_int(item, "text", &integer));
    assert_false(dynox_read_double(item, "none", &real));
    assert_false(dynox_read_bool(item, "zero", &truth));
    assert_null(dynox_get_string(item, "zero"));
    assert_null(dynox_item_get(item, "none"));
    assert_null(dynox_item_get(item, NULL));
    assert_null(dynox_item_get(NULL, "zero"));
    assert_int_equal(dynox_get_int(NULL, "zero"), 0);
    assert_int_equal(dynox_value_type_of(dynox_item_get(item, "none")), DYNOX_INVALID);
}

static void names_are_compared_whole(void **state)
{
    (void)state;
    dynox_named_value odd[] = {dynox_named("ab", dynox_int(1)), dynox_named("a", dynox_int(2))};
    odd[0].name             = "a\0b";
    odd[0].name_length      = 3;
    dynox_item item         = dynox_item_of(odd, 2);
    assert_int_equal(dynox_get_int(&item, "a"), 2);
}

static void paths_reach_into_lists_and_maps(void **state)
{
    (void)state;
    const dynox_item *item = DYNOX_ITEM("a", DYNOX_MAP("b", DYNOX_LIST(10, 11, DYNOX_MAP("c", 12, "", 17)), "x y", 13),
                                        "l", DYNOX_LIST(DYNOX_LIST(14)), "dot.ted", DYNOX_MAP("in[0]", 15), "tick`ed",
                                        16, "s", DYNOX_STRING_SET("q"));
    static const struct {
        const char *path;
        int         expected; /* 0: nothing there */
    } cases[] = {
        {"a.b[0]", 10},     {"a.b[1]", 11},
        {"a.b[2].c", 12},   {"a.x y", 13},
        {"a.`x y`", 13},    {"l[0][0]", 14},
        {"`l`[0][0]", 14},  {"`dot.ted`.`in[0]`", 15},
        {"`tick``ed`", 16}, {"a.b[3]", 0},
        {"a.b[-1]", 0},     {"a.b[]", 0},
        {"a.b[0", 0},       {"a.b[99999999999999999999999]", 0},
        {"a.b[2].d", 0},    {"a..b", 0},
        {"a.", 0},          {"", 0},
        {".", 0},           {"[0]", 0},
        {"`a", 0},          {"``", 0},
        {"`", 0},           {"a`b`", 0},
        {"`a`b", 0},        {"`tick``", 0},
        {"s[0]", 0},        {"a[0]", 0},
        {"l.x", 0},         {"a.b[2]x", 0},
        {"`tick``ed``", 0}, {"a.b[2].``", 17},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const dynox_value *value = dynox_item_path(item, cases[i].path);
        if (!cases[i].expected && value) fail_msg("%s should lead nowhere", cases[i].path);
        if (cases[i].expected && dynox_value_as_int(value) != cases[i].expected) fail_msg("%s misses", cases[i].path);
    }
    assert_null(dynox_item_path(NULL, "a"));
    assert_null(dynox_item_path(item, NULL));
}

static void a_built_item_owns_what_it_has(void **state)
{
    (void)state;
    char        text[] = "Ada", name[] = "name";
    dynox_item *item = dynox_item_new();
    assert_int_equal(dynox_item_set(item, name, DYNOX_VALUE(text)), DYNOX_OK);
    assert_int_equal(dynox_item_set(item, "deep", DYNOX_LIST(text, DYNOX_MAP(name, DYNOX_BYTES(text, 2)))), DYNOX_OK);
    memset(text, 'x', 3);
    memset(name, 'x', 4);
    assert_string_equal(dynox_get_string(item, "name"), "Ada");
    assert_memory_equal(dynox_item_path(item, "deep[1].name")->as.bytes, "Ad", 2);
    assert_int_equal(dynox_item_set(item, "name", DYNOX_VALUE(36)), DYNOX_OK);
    assert_int_equal(item->count, 2);
    assert_int_equal(dynox_get_int(item, "name"), 36);
    /* a value out of the item itself */
    assert_int_equal(dynox_item_set(item, "deep", *dynox_item_path(item, "deep[1].name")), DYNOX_OK);
    assert_int_equal(dynox_item_get(item, "deep")->type, DYNOX_B);
    assert_true(dynox_item_remove(item, "name"));
    assert_false(dynox_item_remove(item, "name"));
    assert_int_equal(item->count, 1);
    dynox_item_free(item);
}

static void many_attributes_keep_their_order(void **state)
{
    (void)state;
    char        name[16];
    dynox_item *item = dynox_item_new();
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "a%d", i);
        assert_int_equal(dynox_item_set(item, name, dynox_int(i)), DYNOX_OK);
    }
    for (int i = 0; i < 300; i += 2) {
        snprintf(name, sizeof name, "a%d", i);
        assert_true(dynox_item_remove(item, name));
    }
    assert_int_equal(item->count, 150);
    for (size_t i = 0; i < item->count; i++)
        assert_int_equal(dynox_value_as_int(&item->attributes[i].value), 2 * i + 1);
    dynox_item_free(item);
}

static void what_cannot_be_set_changes_nothing(void **state)
{
    (void)state;
    dynox_value nested[100];
    nested[0] = DYNOX_TRUE;
    for (int i = 1; i < 100; i++)
        nested[i] = dynox_list_of(&nested[i - 1], 1);
    dynox_item *item = dynox_item_new();
    assert_int_equal(dynox_item_set(item, "a", DYNOX_VALUE(1)), DYNOX_OK);
    assert_int_equal(dynox_item_set(item, "a", dynox_string(NULL)), DYNOX_E_VALUE);
    assert_int_equal(dynox_item_set(item, "a", DYNOX_LIST(dynox_string(NULL))), DYNOX_E_VALUE);
    assert_int_equal(dynox_item_set(item, "a", nested[99]), DYNOX_E_VALUE);
    assert_int_equal(dynox_item_set(item, NULL, DYNOX_TRUE), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_item_set(NULL, "a", DYNOX_TRUE), DYNOX_E_ARGUMENT);
    dynox_item borrowed = *DYNOX_ITEM("a", 1);
    assert_int_equal(dynox_item_set(&borrowed, "a", DYNOX_TRUE), DYNOX_E_ARGUMENT);
    assert_false(dynox_item_remove(&borrowed, "a"));
    assert_int_equal(dynox_get_int(item, "a"), 1);
    dynox_item_free(item);
}

static void a_copy_detaches_and_can_be_changed(void **state)
{
    (void)state;
    dynox_error error = {0};
    const char *text =
        "{\"pk\":{\"S\":\"x\"},\"l\":{\"L\":[{\"N\":\"1\"},{\"SS\":[\"a\",\"b\"]}]},\"z\":{\"NULL\":true}}";
    dynox_item *from = dynox_item_from_text(text, strlen(text), &error);
    assert_non_null(from);
    assert_int_equal(dynox_item_set(from, "pk", DYNOX_TRUE), DYNOX_E_ARGUMENT);
    dynox_item *copy = dynox_item_copy(from);
    assert_true(dynox_item_equal(from, copy));
    dynox_item_free(from);
    assert_string_equal(dynox_get_string(copy, "pk"), "x");
    assert_int_equal(dynox_item_set(copy, "more", DYNOX_VALUE(1)), DYNOX_OK);
    assert_int_equal(copy->count, 4);
    dynox_item_free(copy);
    copy = dynox_item_copy(DYNOX_ITEM());
    assert_int_equal(dynox_item_set(copy, "a", DYNOX_TRUE), DYNOX_OK);
    dynox_item_free(copy);
    assert_null(dynox_item_copy(NULL));
}

static void values_of_unknown_type_are_copied_but_not_sent(void **state)
{
    (void)state;
    dynox_error error   = {0};
    dynox_value unknown = dynox_invalid();
    unknown.type        = DYNOX_UNKNOWN;
    dynox_item *copy    = dynox_item_copy(DYNOX_ITEM("a", unknown));
    assert_int_equal(dynox_item_get(copy, "a")->type, DYNOX_UNKNOWN);
    assert_null(dynox_item_to_text(copy, &error));
    assert_int_equal(error.status, DYNOX_E_VALUE);
    dynox_item_free(copy);
}

static void what_is_wrong_with_a_value_is_told_with_its_path(void **state)
{
    (void)state;
    const char *none = NULL;
    const struct {
        const dynox_item *item;
        const char       *path;
    } cases[] = {
        {DYNOX_ITEM("a", 1, "s", DYNOX_STRING_SET()), "\"s\""},
        {DYNOX_ITEM("n", DYNOX_NUMBER_SET(1, DYNOX_TRUE)), "\"n[1]\""},
        {DYNOX_ITEM("m", DYNOX_MAP("s", DYNOX_STRING_SET("x", dynox_int(1)))), "\"m.s[1]\""},
        {DYNOX_ITEM("b", DYNOX_BINARY_SET(DYNOX_BYTES("x", 1), DYNOX_BYTES("x", 1))), "\"b[1]\""},
        {DYNOX_ITEM("l", DYNOX_LIST(1, none)), "\"l[1]\""},
        {DYNOX_ITEM("x", dynox_number_text("1E126")), "\"x\""},
        {DYNOX_ITEM(none, 1), "\"\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_error error = {0};
        assert_null(dynox_item_to_text(cases[i].item, &error));
        assert_int_equal(error.status, DYNOX_E_VALUE);
        if (!strstr(error.message, cases[i].path)) fail_msg("%s: %s", cases[i].path, error.message);
    }
}

static void items_equal_without_order(void **state)
{
    (void)state;
    assert_true(dynox_item_equal(DYNOX_ITEM("a", 1, "b", 2), DYNOX_ITEM("b", 2.0, "a", 1)));
    assert_false(dynox_item_equal(DYNOX_ITEM("a", 1), DYNOX_ITEM("a", 1, "b", 2)));
    assert_true(dynox_item_equal(NULL, NULL));
    assert_false(dynox_item_equal(NULL, DYNOX_ITEM()));
}

static void free_takes_anything(void **state)
{
    (void)state;
    dynox_item borrowed = *DYNOX_ITEM("a", 1);
    dynox_item_free(NULL);
    dynox_item_free(&borrowed);
    dynox_type_item.destroy(dynox_item_new());
    assert_int_equal(dynox_type_item.size, sizeof(void *));
}

static void build(void *arg)
{
    (void)arg;
    dynox_item *item  = dynox_item_new(), *copy;
    dynox_error error = {0};
    if (!item) return;
    for (int i = 0; i < 20; i++) {
        char name[16];
        snprintf(name, sizeof name, "a%d", i);
        size_t       before = item->count;
        dynox_status status = dynox_item_set(item, name, DYNOX_LIST("text", DYNOX_MAP("x", i)));
        assert_true(status == DYNOX_OK || (status == DYNOX_E_NO_MEMORY && item->count == before));
    }
    copy = dynox_item_copy(item);
    if (copy) assert_true(dynox_item_equal(item, copy));
    char *text = dynox_item_to_text(item, &error);
    assert_true(text || error.status == DYNOX_E_NO_MEMORY);
    dynox_item *back = text ? dynox_item_from_text(text, strlen(text), &error) : NULL;
    assert_true(back || error.status == DYNOX_E_NO_MEMORY);
    if (back) assert_true(dynox_item_equal(item, back));
    dynox_free(text);
    dynox_item_free(back);
    dynox_item_free(copy);
    dynox_item_free(item);
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(build, NULL);
}

static void a_name_that_is_twice_is_refused_with_its_path(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"a\":{\"S\":\"x\"},\"a\":{\"S\":\"y\"}}", "attribute \"a\": it is there twice"},
        {"{\"m\":{\"L\":[{\"NULL\":true},{\"M\":{\"b\":{\"S\":\"x\"},\"b\":{\"S\":\"x\"}}}]}}",
         "attribute \"m[1].b\": it is there twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_error error = {0};
        assert_null(dynox_item_from_text(cases[i][0], strlen(cases[i][0]), &error));
        assert_int_equal(error.status, DYNOX_E_VALUE);
        assert_string_equal(error.message, cases[i][1]);
        dynox_error_clear(&error);
    }
    dynox_error error = {0};
    char       *text  = dynox_item_to_text(DYNOX_ITEM("pk", "x", "a", 1, "a", 2), &error);
    assert_null(text);
    assert_int_equal(error.status, DYNOX_E_VALUE);
    assert_string_equal(error.message, "attribute \"a\": it is there twice");
    dynox_error_clear(&error);
    dynox_value       many[40];
    dynox_named_value map[40];
    char              names[40][4];
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i == 39 ? 7 : i);
        many[i] = dynox_int(i);
        map[i]  = dynox_named(names[i], many[i]);
    }
    dynox_item item = dynox_item_of(map, 40);
    assert_null(dynox_item_to_text(&item, &error));
    assert_string_equal(error.message, "attribute \"n7\": it is there twice");
    dynox_error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_twice_is_refused_with_its_path),
        cmocka_unit_test(attributes_are_found_by_name),
        cmocka_unit_test(absence_and_type_can_be_told),
        cmocka_unit_test(names_are_compared_whole),
        cmocka_unit_test(paths_reach_into_lists_and_maps),
        cmocka_unit_test(a_built_item_owns_what_it_has),
        cmocka_unit_test(many_attributes_keep_their_order),
        cmocka_unit_test(what_cannot_be_set_changes_nothing),
        cmocka_unit_test(a_copy_detaches_and_can_be_changed),
        cmocka_unit_test(values_of_unknown_type_are_copied_but_not_sent),
        cmocka_unit_test(what_is_wrong_with_a_value_is_told_with_its_path),
        cmocka_unit_test(items_equal_without_order),
        cmocka_unit_test(free_takes_anything),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
