/* Structs to wire JSON: how each kind is written, what is left out, and what is refused in which words. */
#include "written.h"
#include <math.h>

static void assert_written(const order *record, const char *json)
{
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    if (dynox__bind_write(&buffer, order_made(), record, NULL, &error)) fail_msg("%s", error.message);
    assert_false(buffer.failed);
    dynox__buffer_byte(&buffer, 0);
    assert_string_equal(buffer.data, json);
    dynox__buffer_free(&buffer);
}

/* One member, as an AttributeValue. */
static void assert_member(const order *record, const char *name, const char *json)
{
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    assert_false(dynox__member_absent(order_member(name), record));
    if (dynox__bind_write_member(&buffer, order_made(), order_member(name), record, &error))
        fail_msg("%s", error.message);
    dynox__buffer_byte(&buffer, 0);
    assert_string_equal(buffer.data, json);
    dynox__buffer_free(&buffer);
}

/* What writing refuses, storing refuses, too. */
static void assert_refused(const order *record, const char *message)
{
    dynox__buffer buffer = {0};
    dynox_room    room   = {0};
    dynox_item    item;
    dynox_error   error = {0};
    assert_int_equal(dynox__bind_write(&buffer, order_made(), record, NULL, &error), DYNOX_E_VALUE);
    assert_string_equal(error.message, message);
    memset(&error, 0, sizeof error);
    if (dynox__bind_store(order_made(), record, NULL, &room, &item, &error) == DYNOX_OK) {
        buffer.size = 0; /* values are checked by the encoder, in its own words */
        assert_int_equal(dynox__encode_item(&buffer, &item, &error), DYNOX_E_VALUE);
    } else {
        assert_int_equal(error.status, DYNOX_E_VALUE);
        assert_string_equal(error.message, message);
    }
    dynox__room_free(&room);
    dynox__buffer_free(&buffer);
}

static void what_is_absent_is_left_out(void **state)
{
    (void)state;
    order record = {0};
    assert_written(&record, "{" ORDER_ZERO "}");
    record.pk = record.sk = ""; /* a key that is an empty text is not set */
    assert_written(&record, "{" ORDER_ZERO "}");
    record.part = "never written";
    record.own  = 5;
    assert_written(&record, "{" ORDER_ZERO "}");
}

static void texts_are_written(void **state)
{
    (void)state;
    order record = {.pk = "k", .name = "", .code = "ful", .has_note = true};
    assert_member(&record, "pk", "{\"S\":\"k\"}");
    assert_member(&record, "name", "{\"S\":\"\"}");
    assert_member(&record, "code", "{\"S\":\"ful\"}");
    assert_member(&record, "note", "{\"S\":\"\"}"); /* there, as its bool says */
    record.name = "a\"\n\xc3\xb8";
    assert_member(&record, "name", "{\"S\":\"a\\\"\\n\xc3\xb8\"}");
}

static void numbers_are_written(void **state)
{
    (void)state;
    order record = {.small   = -128,
                    .wide    = UINT64_MAX,
                    .age     = INT64_MIN,
                    .total   = 0.1,
                    .weight  = 0.1f,
                    .exact   = "12345678901234567890.00000000000000001",
                    .version = 3};
    assert_member(&record, "small", "{\"N\":\"-128\"}");
    assert_member(&record, "wide", "{\"N\":\"18446744073709551615\"}");
    assert_member(&record, "age", "{\"N\":\"-9223372036854775808\"}");
    assert_member(&record, "total", "{\"N\":\"0.1\"}");
    assert_member(&record, "weight", "{\"N\":\"0.1\"}");
    assert_member(&record, "exact", "{\"N\":\"12345678901234567890.00000000000000001\"}");
    assert_member(&record, "version", "{\"N\":\"3\"}");
}

static void dates_are_written(void **state)
{
    (void)state;
    order record = {.created = 1767323045, .created_us = -1, .expires = 5};
    assert_member(&record, "created", "{\"S\":\"2026-01-02T03:04:05+00:00\"}");
    assert_member(&record, "created_us", "{\"S\":\"1969-12-31T23:59:59.999999+00:00\"}");
    assert_member(&record, "expires", "{\"N\":\"5\"}");
}

static void bools_bytes_and_enums_are_written(void **state)
{
    (void)state;
    order record = {.has_paid = true, .picture = {"foo", 3}, .shade = GREEN, .has_shade = true};
    assert_member(&record, "paid", "{\"BOOL\":false}");
    assert_member(&record, "picture", "{\"B\":\"Zm9v\"}");
    assert_member(&record, "shade", "{\"S\":\"green\"}");
    record.paid    = true;
    record.picture = (dynox_blob){"", 0};
    record.shade   = OTHER;
    assert_member(&record, "paid", "{\"BOOL\":true}");
    assert_member(&record, "picture", "{\"B\":\"\"}");
    assert_member(&record, "shade", "{\"N\":\"7\"}");
}

static void structs_and_lists_are_written(void **state)
{
    (void)state;
    const char *notes[]   = {"x", ""};
    line        lines[]   = {{"tea", 2, {notes, 2}}, {NULL, -1, {NULL, 0}}};
    int64_t     numbers[] = {1, -2};
    double      reals[]   = {0.5, -1e20};
    order       record    = {.first     = lines[0],
                             .has_first = true,
                             .lines     = {lines, 2},
                             .names     = {notes, 2},
                             .numbers   = {numbers, 2},
                             .reals     = {reals, 2}};
#define TEA "{\"M\":{\"p\":{\"S\":\"tea\"},\"quantity\":{\"N\":\"2\"},\"notes\":{\"L\":[{\"S\":\"x\"},{\"S\":\"\"}]}}}"
    assert_member(&record, "first", TEA);
    assert_member(&record, "lines", "{\"L\":[" TEA ",{\"M\":{\"quantity\":{\"N\":\"-1\"}}}]}");
    assert_member(&record, "names", "{\"L\":[{\"S\":\"x\"},{\"S\":\"\"}]}");
    assert_member(&record, "numbers", "{\"L\":[{\"N\":\"1\"},{\"N\":\"-2\"}]}");
    assert_member(&record, "reals", "{\"L\":[{\"N\":\"0.5\"},{\"N\":\"-100000000000000000000\"}]}");
    record.names.count = 0; /* an empty list */
    assert_member(&record, "names", "{\"L\":[]}");
}

static void sets_are_written(void **state)
{
    (void)state;
    const char *tags[]    = {"b", "a"};
    int64_t     ids[]     = {3, -3};
    double      weights[] = {1.5};
    dynox_blob  hashes[]  = {{"f", 1}, {"", 0}};
    order       record    = {.tags = {tags, 2}, .ids = {ids, 2}, .weights = {weights, 1}, .hashes = {hashes, 2}};
    assert_member(&record, "tags", "{\"SS\":[\"b\",\"a\"]}");
    assert_member(&record, "ids", "{\"NS\":[\"3\",\"-3\"]}");
    assert_member(&record, "weights", "{\"NS\":[\"1.5\"]}");
    assert_member(&record, "hashes", "{\"BS\":[\"Zg==\",\"\"]}");
    record.tags.count = 0;
    assert_true(dynox__member_absent(order_member("tags"), &record));
}

static void values_and_custom_kinds_are_written(void **state)
{
    (void)state;
    order record = {.any = dynox_null(), .price = {350, "EUR"}};
    assert_member(&record, "any", "{\"NULL\":true}");
    assert_member(&record, "price", "{\"S\":\"350 EUR\"}");
}

static void a_member_wins_over_unknown_attributes(void **state)
{
    (void)state;
    dynox_named_value rest[] = {dynox_named("n", dynox_int(1)), dynox_named("new", dynox_int(2)),
                                dynox_named("exact", dynox_int(3)), dynox_named("newer", dynox_null())};
    order             record = {.rest = {rest, 4, NULL}};
    assert_written(&record, "{" ORDER_ZERO ",\"new\":{\"N\":\"2\"},\"newer\":{\"NULL\":true}}");
}

static void given_values_stand_for_members(void **state)
{
    (void)state;
    const dynox__shape *shape     = order_made();
    dynox_value         given[64] = {{0}};
    order               record    = {.pk = "mine", .age = 5, .rest = {NULL, 0, NULL}};
    dynox_named_value   rest[]    = {dynox_named("new", dynox_int(2))};
    record.rest                   = dynox_item_of(rest, 1);
    assert_true(shape->count <= 64);
    for (size_t i = 0; i < shape->count; i++)
        given[i].type = DYNOX_UNKNOWN;
    given[order_member("pk") - shape->members]    = dynox_string("USER#1");
    given[order_member("age") - shape->members]   = dynox_invalid();
    given[order_member("exact") - shape->members] = dynox_int(7);
    dynox__buffer buffer                          = {0};
    assert_int_equal(dynox__bind_write(&buffer, shape, &record, given, NULL), DYNOX_OK);
    dynox__buffer_byte(&buffer, 0);
    assert_string_equal(buffer.data, "{\"pk\":{\"S\":\"USER#1\"},\"age\":{\"N\":\"5\"},\"exact\":{\"N\":\"7\"}}");
    dynox__buffer_free(&buffer);
}

static void what_cannot_be_stored_is_refused(void **state)
{
    (void)state;
    const char *not_utf8[] = {"a", "\xff"}, *null[] = {NULL}, *twice[] = {"y", "x", "x"};
    double      reals[] = {NAN}, zeros[] = {0.0, -0.0};
    int64_t     ids[]    = {7, 8, 7};
    dynox_blob  hashes[] = {{"f", 1}, {"f", 1}}, no_hash[] = {{NULL, 0}};
    line        lines[] = {{.notes = {null, 1}}};
    assert_refused(&(order){.name = "\xff"}, "order.name: the text is not UTF-8");
    assert_refused(&(order){.code = {'f', 'u', 'l', 'l'}},
                   "order.code: the text fills the array, there is no NUL at its end"); /* none could load it */
    assert_refused(&(order){.total = INFINITY}, "order.total: NaN and infinity are not numbers of the service");
    assert_refused(&(order){.weight = NAN}, "order.weight: NaN and infinity are not numbers of the service");
    assert_refused(&(order){.created = INT64_MAX},
                   "order.created: 9223372036854775807 is not in the years 0000 to 9999");
    assert_refused(&(order){.shade = (colour)9, .has_shade = true}, "order.shade: 9 is not one of its values");
    assert_refused(&(order){.names = {not_utf8, 2}}, "order.names: the text is not UTF-8");
    assert_refused(&(order){.names = {null, 1}}, "order.names: a text in it is NULL");
    assert_refused(&(order){.reals = {reals, 1}}, "order.reals: NaN and infinity are not numbers of the service");
    assert_refused(&(order){.tags = {twice, 3}}, "order.tags: \"x\" is there twice");
    assert_refused(&(order){.ids = {ids, 3}}, "order.ids: 7 is there twice");
    assert_refused(&(order){.weights = {zeros, 2}}, "order.weights: 0 is there twice");
    assert_refused(&(order){.hashes = {hashes, 2}}, "order.hashes: the same bytes are there twice");
    assert_refused(&(order){.hashes = {no_hash, 1}}, "order.hashes: bytes in it are NULL");
    assert_refused(&(order){.lines = {lines, 1}}, "line.notes: a text in it is NULL");
    money_is_refused = true;
    assert_refused(&(order){.price = {1, "EUR"}}, "order.price: no money today");
    money_is_refused = false;
}

static void a_number_has_to_be_one_of_the_service(void **state)
{
    (void)state;
    order         record = {.exact = "seven"};
    dynox_error   error  = {0};
    dynox__buffer buffer = {0};
    assert_int_equal(dynox__bind_write(&buffer, order_made(), &record, NULL, &error), DYNOX_E_VALUE);
    assert_memory_equal(error.message, "order.exact: ", 13);
    dynox__buffer_free(&buffer);
}

static void values_are_refused_with_their_path(void **state)
{
    (void)state;
    dynox_value       list[]  = {dynox_int(1), dynox_string("\xff")};
    dynox_named_value map[]   = {dynox_named("a", dynox_list_of(list, 2))};
    dynox_named_value rest[]  = {dynox_named("new", dynox_invalid())},
                      twice[] = {dynox_named("b", dynox_null()), dynox_named("b", dynox_null())};
    assert_refused(&(order){.any = dynox_map_of(map, 1)}, "order.any.a[1]: the text is not UTF-8");
    assert_refused(&(order){.any = dynox_list_of(list, 2)}, "order.any[1]: the text is not UTF-8");
    assert_refused(&(order){.rest = {rest, 1, NULL}},
                   "order.rest.new: there is no value: a NULL pointer was given, or nothing was found");
    assert_refused(&(order){.rest = {twice, 2, NULL}}, "order.rest: \"b\" is there twice");
}

static void a_large_set_is_searched_for_twins(void **state)
{
    (void)state;
    int64_t ids[100];
    for (int i = 0; i < 100; i++)
        ids[i] = (i * 37) % 100;
    order record = {.ids = {ids, 100}};
    assert_false(dynox__bind_write(&(dynox__buffer){.failed = true}, order_made(), &record, NULL, NULL));
    ids[99] = ids[0];
    assert_refused(&record, "order.ids: 0 is there twice");
}

/* Deeper than the service allows: a value that is fine by itself lies too deep in a struct. */
static void nesting_counts_from_the_item(void **state)
{
    (void)state;
    dynox_value levels[40];
    levels[0] = dynox_int(1);
    for (int i = 1; i < 40; i++)
        levels[i] = dynox_list_of(&levels[i - 1], 1);
    dynox__buffer buffer = {0};
    dynox_error   error  = {0};
    order         record = {.any = levels[32]};
    assert_int_equal(dynox__bind_write(&buffer, order_made(), &record, NULL, &error), DYNOX_OK);
    record = (order){.inner = {.any = levels[31]}, .has_inner = true};
    assert_int_equal(dynox__bind_write(&buffer, order_made(), &record, NULL, &error), DYNOX_OK);
    record.inner.any = levels[32];
    assert_int_equal(dynox__bind_write(&buffer, order_made(), &record, NULL, &error), DYNOX_E_VALUE);
    assert_non_null(strstr(error.message, "nested more than 32 deep"));
    dynox__buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_absent_is_left_out),
        cmocka_unit_test(texts_are_written),
        cmocka_unit_test(numbers_are_written),
        cmocka_unit_test(dates_are_written),
        cmocka_unit_test(bools_bytes_and_enums_are_written),
        cmocka_unit_test(structs_and_lists_are_written),
        cmocka_unit_test(sets_are_written),
        cmocka_unit_test(values_and_custom_kinds_are_written),
        cmocka_unit_test(a_member_wins_over_unknown_attributes),
        cmocka_unit_test(given_values_stand_for_members),
        cmocka_unit_test(what_cannot_be_stored_is_refused),
        cmocka_unit_test(a_number_has_to_be_one_of_the_service),
        cmocka_unit_test(values_are_refused_with_their_path),
        cmocka_unit_test(a_large_set_is_searched_for_twins),
        cmocka_unit_test(nesting_counts_from_the_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
