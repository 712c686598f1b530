/* Pages of records: guesses, room, names of all sorts, many attributes, lack of memory. */
#include "support.h"

#include "bound.h"

/* Adds to a text that is there, in a room of that size. */
static void add(char *to, size_t room, const char *format, ...)
{
    size_t  length = strlen(to);
    va_list args;
    va_start(args, format);
    vsnprintf(to + length, room - length, format, args);
    va_end(args);
}

/* ---- pages ---- */

typedef struct page {
    char         *body;
    dynox_room    room;
    dynox__reader reader;
    dynox__binder binder;
    void         *records;
    size_t        count;
    dynox_error   error;
} page;

/* Reads a list of items with that hint; single quotes stand for double ones. */
static dynox_status read_page(page *to, const dynox__shape *shape, const char *json, size_t hint)
{
    size_t length = strlen(json);
    *to           = (page){.body = codec_body(json, length)};
    for (size_t i = 0; i < length; i++)
        if (to->body[i] == '\'') to->body[i] = '"';
    dynox__reader_init(&to->reader, to->body, length, &to->room.arena);
    uint8_t *p = dynox__binder_init(&to->binder, &to->reader, &to->room, shape)
                     ? dynox__bind_records(&to->binder, to->reader.body, hint, &to->records, &to->count)
                     : dynox__reader_no_memory(&to->reader, to->reader.body);
    return dynox__reader_end(&to->reader, p, &to->error);
}

static void page_free(page *got)
{
    dynox__room_free(&got->room);
    free(got->body);
}

static void any_order_is_read_and_guessed(void **state)
{
    page        got;
    const line *lines;
    (void)state;
    assert_int_equal(read_page(&got, bound_shape(&line_shape),
                               "[{'sku':{'S':'a'},'quantity':{'N':'1'},'price':{'N':'1'}},"
                               "{'price':{'N':'2'},'sku':{'S':'b'},'quantity':{'N':'2'}},"
                               "{'price':{'N':'3'},'sku':{'S':'c'},'quantity':{'N':'3'}},"
                               "{'quantity':{'N':'4'}},{},{'what':{'S':'x'},'price':{'N':'6'}},"
                               "{'quantity':{'N':'7'},'price':{'N':'7'},'sku':{'S':'g'}}]",
                               0),
                     DYNOX_OK);
    lines = got.records;
    assert_int_equal(got.count, 7);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(lines[i].quantity, i == 4 || i == 5 ? 0 : i + 1);
        assert_true(lines[i].price == (float)(i == 3 || i == 4 ? 0 : i + 1));
    }
    assert_string_equal(lines[6].sku, "g");
    assert_null(lines[3].sku);
    page_free(&got);
}

static void guesses_belong_to_a_decode(void **state)
{
    page                got;
    const dynox__shape *shape = bound_shape(&line_shape);
    (void)state;
    assert_int_equal(read_page(&got, shape, "[{'price':{'N':'2'},'sku':{'S':'b'}}]", 1), DYNOX_OK);
    assert_ptr_equal(got.binder.guesses[0], &shape->members[2]);
    assert_ptr_equal(got.binder.guesses[3], &shape->members[0]);
    page_free(&got);
    assert_int_equal(read_page(&got, shape, "[]", 1), DYNOX_OK);
    assert_ptr_equal(got.binder.guesses[0], &shape->members[0]);
    assert_int_equal(got.count, 0);
    page_free(&got);
}

static void a_hint_may_be_wrong(void **state)
{
    static const size_t hints[]    = {0, 1, 2, 40, 1000, SIZE_MAX, SIZE_MAX / 8};
    char                json[4000] = "[";
    (void)state;
    for (int i = 0; i < 40; i++)
        add(json, sizeof json, "%s{'quantity':{'N':'%d'}}", i ? "," : "", i);
    add(json, sizeof json, "]");
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        page got;
        assert_int_equal(read_page(&got, bound_shape(&line_shape), json, hints[i]), DYNOX_OK);
        assert_int_equal(got.count, 40);
        for (int k = 0; k < 40; k++)
            assert_int_equal(((const line *)got.records)[k].quantity, k);
        page_free(&got);
    }
}

static void one_bad_record_fails_the_page(void **state)
{
    page got;
    (void)state;
    assert_int_equal(read_page(&got, bound_shape(&line_shape), "[{},{'quantity':{'S':'1'}},{}]", 3), DYNOX_E_DECODE);
    assert_non_null(strstr(got.error.message, "line.quantity: stored as S, the member is an integer"));
    page_free(&got);
}

/* ---- shapes of their own ---- */

enum { MANY = 200 };

static void more_attributes_than_64_are_read(void **state)
{
    static char            names[MANY][16];
    static dynox_attribute attributes[MANY];
    static dynox__shape   *made;
    static int32_t         records[2][MANY];
    const dynox_shape      declared = {"wide", sizeof records[0], attributes, MANY, &made};
    static char            json[40 * MANY];
    (void)state;
    add(json, sizeof json, "{");
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "member_%u", i);
        attributes[i] = (dynox_attribute){.model_  = "wide",
                                          .member_ = names[i],
                                          .offset_ = i * 4,
                                          .size_   = 4,
                                          .kind_   = DYNOX_KIND_INT_,
                                          .signed_ = true};
        add(json, sizeof json, "%s\"member_%u\":{\"N\":\"%u\"}", i ? "," : "", (i * 7) % MANY, (i * 7) % MANY);
    }
    add(json, sizeof json, "}");
    bound one = {0}, other = {0};
    assert_int_equal(bound_read(&one, bound_shape(&declared), json, strlen(json), records[0]), DYNOX_OK);
    assert_int_equal(bound_load(&other, bound_shape(&declared), json, strlen(json), records[1]), DYNOX_OK);
    for (int i = 0; i < MANY; i++)
        assert_true(records[0][i] == i && records[1][i] == i);
    bound_free(&one);
    bound_free(&other);
}

#define LONG_NAME "a name that is quite a lot longer than what is kept of what an attribute begins with, isn't it"

typedef struct named {
    int64_t a, b, c, d, e, f;
} named;
static const dynox_attribute named_attributes[] = {
    DYNOX_INT(named, a, .alias = "\""),
    DYNOX_INT(named, b, .alias = "\xc3\xa4\xf0\x9f\x98\x80"),
    DYNOX_INT(named, c, .alias = LONG_NAME),
    DYNOX_INT(named, d, .alias = "a\\b\n"),
    DYNOX_INT(named, e, .alias = "just 32 bytes with its brace, N"),
    DYNOX_INT(named, f, .alias = "seventy bytes are what can be begun with in eighty of them, just abou"),
};
DYNOX_SHAPE(named)

static void names_may_be_anything(void **state)
{
    static const char *const texts[] = {
        "{\"\\\"\":{\"N\":\"1\"},\"\xc3\xa4\xf0\x9f\x98\x80\":{\"N\":\"2\"},\"" LONG_NAME
        "\":{\"N\":\"3\"},\"a\\\\b\\n\":{\"N\":\"4\"},\"just 32 bytes with its brace, N\":{\"N\":\"5\"},"
        "\"seventy bytes are what can be begun with in eighty of them, just abou\":{\"N\":\"6\"}}",
        "{\"\\u0022\":{\"N\":\"1\"},\"\\u00e4\\ud83d\\ude00\":{\"N\":\"2\"},\"\\u0061" /* of LONG_NAME */
        " name that is quite a lot longer than what is kept of what an attribute begins with, isn't it"
        "\":{\"N\":\"3\"},\"a\\u005cb\\u000a\":{\"N\":\"4\"},\"just 32 bytes with its brace, \\u004e\":{\"N\":\"5\"},"
        "\"seventy bytes are what can be begun with in eighty of them, just abo\\u0075\":{\"N\":\"6\"}}"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        named one = {0}, other = {0};
        bound straight = {0}, by_values = {0};
        assert_int_equal(bound_read(&straight, bound_shape(&named_shape), texts[i], strlen(texts[i]), &one), DYNOX_OK);
        assert_int_equal(bound_load(&by_values, bound_shape(&named_shape), texts[i], strlen(texts[i]), &other),
                         DYNOX_OK);
        assert_true(one.a == 1 && one.b == 2 && one.c == 3 && one.d == 4 && one.e == 5 && one.f == 6);
        assert_memory_equal(&one, &other, sizeof one);
        bound_free(&straight);
        bound_free(&by_values);
    }
}

typedef struct twins {
    int64_t a, b;
} twins;
static const dynox_attribute twins_attributes[] = {
    DYNOX_INT(twins, a, .alias = "the same-1-the same"),
    DYNOX_INT(twins, b, .alias = "the same-2-the same"),
};
DYNOX_SHAPE(twins)

static void names_without_a_perfect_hash_are_read(void **state)
{
    static const char   json[]   = "{\"the same-2-the same\":{\"N\":\"2\"},\"the same-3-the same\":{\"N\":\"3\"},"
                                   "\"the same-1-the same\":{\"N\":\"1\"}}";
    const dynox__shape *shape    = bound_shape(&twins_shape);
    twins               one      = {0};
    bound               straight = {0};
    (void)state;
    assert_null(shape->slots);
    assert_int_equal(bound_read(&straight, shape, json, sizeof json - 1, &one), DYNOX_OK);
    assert_true(one.a == 1 && one.b == 2);
    bound_free(&straight);
}

static void a_shape_without_attributes_takes_any_item(void **state)
{
    static dynox__shape *made;
    const dynox_shape    declared  = {"empty", 8, NULL, 0, &made};
    char                 record[8] = {0};
    bound                straight  = {0};
    (void)state;
    assert_int_equal(bound_read(&straight, bound_shape(&declared), "{\"a\":{\"S\":\"b\"}}", 15, record), DYNOX_OK);
    bound_free(&straight);
}

/* ---- values of a program ---- */

static void values_of_c_numbers_are_loaded(void **state)
{
    const dynox_named_value attributes[] = {
        dynox_named("number", dynox_int(-5)),
        dynox_named("i8", dynox_int(-128)),
        dynox_named("u64", dynox_unsigned(UINT64_MAX)),
        dynox_named("real", dynox_double(0.25)),
        dynox_named("expires", dynox_double(-1.5)),
        dynox_named("day_ms", dynox_double(1.25)),
        dynox_named("colour", dynox_int(7)),
    };
    thing       one   = {0};
    dynox_room  room  = {0};
    dynox_error error = {0};
    (void)state;
    assert_int_equal(dynox__bind_load(bound_shape(&thing_shape), attributes, 7, &room, &one, &error), DYNOX_OK);
    assert_string_equal(one.number, "-5");
    assert_true(one.i8 == -128 && one.u64 == UINT64_MAX && one.real == 0.25 && one.expires == -2);
    assert_true(one.day_ms == 1250 && one.colour == 7);
    dynox__room_free(&room);
}

/* ---- memory ---- */

static const char everything[] =
    "[{'pk':{'S':'x'},'number':{'N':'1'},'nick':{'S':'n'},'i64':{'N':'1E1'},'blob':{'B':'AQ=='},'any':{'L':[{'N':'1'}]}"
    ","
    "'where':{'M':{'a':{'S':'b'},'best':{'M':{'sku':{'S':'s'}}},'c':{'M':{'d':{'S':'e'}}}}},'lines':{'L':[{'M':{'sku':"
    "{'S':'s'}}},{'M':{}}]},'tags':{'SS':['a','b']},'words':{'L':[ {'S':'w'}]},'int_set':{'NS':['1']},'blobs':{'BS':"
    "['AQ==']},'price':{'S':'1.25 EUR'}},{'i8':{'N':'7'}},{'i8':{'S':'bad'}}]";

static void read_everything(void *arg)
{
    page         got;
    dynox_status status = read_page(&got, arg, everything, 1);
    assert_true(status == DYNOX_E_NO_MEMORY || (status == DYNOX_E_DECODE && strstr(got.error.message, "thing.i8: ")));
    page_free(&got);
}

static void lack_of_memory_is_an_error_like_others(void **state)
{
    (void)state;
    test_every_allocation_failing(read_everything, (void *)(uintptr_t)bound_shape(&thing_shape));
}

static void load_everything(void *arg)
{
    char         json[sizeof everything];
    bound        by_values = {0};
    thing        one       = {0};
    const char  *end       = strstr(everything, ",{'i8':{'N'");
    const size_t length    = (size_t)(end - everything) - 1;
    for (size_t i = 0; i < length; i++)
        json[i] = (char)(everything[i + 1] == '\'' ? '"' : everything[i + 1]);
    dynox_status status = bound_load(&by_values, arg, json, length, &one);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    bound_free(&by_values);
}

static void lack_of_memory_while_loading_is_one(void **state)
{
    (void)state;
    test_every_allocation_failing(load_everything, (void *)(uintptr_t)bound_shape(&thing_shape));
}

/* ---- nesting ---- */

static void nesting_is_bounded(void **state)
{
    char  json[1000] = "{\"any\":";
    thing one        = {0};
    bound straight   = {0};
    (void)state;
    for (int i = 0; i < 60; i++)
        add(json, sizeof json, "{\"L\":[");
    for (int i = 0; i < 60; i++)
        add(json, sizeof json, "]}");
    add(json, sizeof json, "}");
    assert_int_equal(bound_read(&straight, bound_shape(&thing_shape), json, strlen(json), &one), DYNOX_E_DECODE);
    assert_non_null(strstr(straight.error.message, "nested too deep"));
    bound_free(&straight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_is_read_and_guessed),
        cmocka_unit_test(guesses_belong_to_a_decode),
        cmocka_unit_test(a_hint_may_be_wrong),
        cmocka_unit_test(one_bad_record_fails_the_page),
        cmocka_unit_test(more_attributes_than_64_are_read),
        cmocka_unit_test(names_may_be_anything),
        cmocka_unit_test(names_without_a_perfect_hash_are_read),
        cmocka_unit_test(a_shape_without_attributes_takes_any_item),
        cmocka_unit_test(values_of_c_numbers_are_loaded),
        cmocka_unit_test(lack_of_memory_is_an_error_like_others),
        cmocka_unit_test(lack_of_memory_while_loading_is_one),
        cmocka_unit_test(nesting_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
