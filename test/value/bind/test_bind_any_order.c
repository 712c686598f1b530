/* Pages whose records have their attributes in an order of their own each: what is read is what items are loaded to. */
#include "support.h"

#include "bound.h"
#include "value/random_value.h"

enum { RECORDS = 200, MOST = 12000 };

/* How attributes of a thing may come: as nearly always, otherwise, of nobody, and what cannot be read. */
static const char *const usual[]   = {"'pk':{'S':'a'}",
                                      "'number':{'N':'12.50'}",
                                      "'nick':{'S':'1234567'}",
                                      "'i64':{'N':'-12345678901'}",
                                      "'expires':{'N':'17'}",
                                      "'day':{'S':'2026-01-02T03:04:05+00:00'}",
                                      "'day_ms':{'S':'2026-01-02T03:04:05.250+00:00'}",
                                      "'u64':{'N':'18446744073709551615'}",
                                      "'i32':{'N':'32'}",
                                      "'u32':{'N':'0'}",
                                      "'i8':{'N':'-8'}",
                                      "'real':{'N':'-1.25'}",
                                      "'narrow':{'N':'3'}",
                                      "'yes':{'BOOL':true}",
                                      "'blob':{'B':'YWJj'}",
                                      "'where':{'M':{'city':{'S':'Rome'},'what':{'N':'1'}}}",
                                      "'lines':{'L':[{'M':{'sku':{'S':'x'}}}]}",
                                      "'words':{'L':[{'S':'one'},{'S':'two'}]}",
                                      "'tags':{'SS':['t']}",
                                      "'any':{'M':{'a':{'NULL':true}}}",
                                      "'price':{'S':'12.50 EUR'}",
                                      "'colour':{'S':'green'}"};
static const char *const unusual[] = {"'pk':{'S':'a second one'}",
                                      "'pk' : {'S':'spaced'}",
                                      "'p\\u006b':{'S':'escaped'}",
                                      "'nick':{'S':'a\\u00e9'}",
                                      "'number':{'N':'7','__type':'x'}",
                                      "'i32':{'N': '33'}",
                                      "'i32':{'NULL':true}",
                                      "'i32':{'N':'034'}",
                                      "'yes':{'BOOL':false}",
                                      "'yes':{'BOOL': true}",
                                      "'u32':{'N':'3.0e1'}",
                                      "'day':{'S':'2026-01-02'}",
                                      "'day':{'S':'2026-01-02T03:04:05Z'}",
                                      "'day':{'N':'12'}",
                                      "'what':{'S':'nobody knows'}",
                                      "'nobody':{'L':[]}",
                                      "'real':{'N':'1.000000000000000000001'}",
                                      "'pk':{'S':'\xc3\xa4\xe2\x82\xac and more of them'}"};
static const char *const wrong[]   = {
      "'i8':{'N':'200'}",    "'pk':{'N':'1'}",        "'nick':{'S':'12345678'}",
      "'yes':{'BOOL':null}", "'real':{'N':'x'}",      "'day':{'S':'2026-02-30T03:04:05+00:00'}",
      "'i32':{'N':'1'",      "'number':{'N':'1.'}",   "'number':{'N':''}",
      "'blob':{'B':'YWJ'}",  "'colour':{'S':'grey'}", "'i32':{'N':'1','S':'x'}"};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void add(char *to, const char *text)
{
    size_t length = strlen(to);
    assert_true(length + strlen(text) < MOST);
    for (; *text; text++)
        to[length++] = *text == '\'' ? '"' : *text;
    to[length] = 0;
}

/* An item with the usual attributes in a random order, some left out, others beside them. */
static void add_item(random_values *r, char *to, bool is_wrong)
{
    const char *attributes[COUNT(usual)];
    size_t      count = 0;
    for (size_t i = 0; i < COUNT(usual); i++) {
        size_t other = random_below(r, (uint32_t)count + 1);
        if (random_below(r, 8) == 0 && i < COUNT(usual) - 1) continue; /* the colour cannot be absent */
        attributes[count++] = attributes[other];
        attributes[other]   = usual[i];
    }
    add(to, "{");
    for (size_t i = 0; i < count; i++) {
        if (i) add(to, random_below(r, 20) ? "," : " , ");
        if (random_below(r, 20) == 0) add(to, unusual[random_below(r, COUNT(unusual))]), add(to, ",");
        if (is_wrong && i == count / 2) add(to, wrong[random_below(r, COUNT(wrong))]), add(to, ",");
        add(to, attributes[i]);
    }
    add(to, "}");
}

typedef struct page {
    bound       both;
    dynox_error error;
    void       *records;
    size_t      count;
} page;

static dynox_status read_page(page *to, const dynox__shape *shape, char *const items[RECORDS], size_t count)
{
    dynox__reader reader;
    dynox__binder binder;
    dynox__buffer json = {0};
    for (size_t i = 0; i < count; i++)
        dynox__buffer_format(&json, "%s%s", i ? "," : "[", items[i]);
    dynox__buffer_text(&json, "]");
    *to           = (page){0};
    to->both.body = codec_body(json.data, json.size);
    dynox__reader_init(&reader, to->both.body, json.size, &to->both.room.arena);
    uint8_t *p = dynox__binder_init(&binder, &reader, &to->both.room, shape)
                     ? dynox__bind_records(&binder, reader.body, count, &to->records, &to->count)
                     : NULL;
    dynox__buffer_free(&json);
    return dynox__reader_end(&reader, p, &to->error);
}

/* What a record is written as has all that is in it. */
static void assert_same(const dynox__shape *shape, const void *a, const void *b)
{
    dynox__buffer one = {0}, other = {0};
    dynox_error   error = {0};
    if (dynox__bind_write(&one, shape, a, NULL, &error) || dynox__bind_write(&other, shape, b, NULL, &error))
        fail_msg("%s", error.message);
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    dynox__buffer_free(&one);
    dynox__buffer_free(&other);
}

static void all_that_comes_is_read_as_items_are(void **state)
{
    const dynox__shape *shape = bound_shape(&thing_shape);
    random_values       r     = {.state = 2463534242};
    char               *items[RECORDS];
    page                got;
    (void)state;
    for (size_t i = 0; i < RECORDS; i++) {
        items[i] = calloc(1, MOST);
        add_item(&r, items[i], false);
    }
    if (read_page(&got, shape, items, RECORDS)) fail_msg("%s", got.error.message);
    assert_int_equal(got.count, RECORDS);
    for (size_t i = 0; i < RECORDS; i++) {
        thing loaded = {0};
        bound by     = {0};
        assert_int_equal(bound_load(&by, shape, items[i], strlen(items[i]), &loaded), DYNOX_OK);
        assert_same(shape, (const thing *)got.records + i, &loaded);
        bound_free(&by);
        free(items[i]);
    }
    bound_free(&got.both);
}

static void what_cannot_be_read_is_refused(void **state)
{
    const dynox__shape *shape = bound_shape(&thing_shape);
    random_values       r     = {.state = 362436069};
    char               *items[RECORDS];
    (void)state;
    for (size_t i = 0; i < RECORDS; i++)
        items[i] = calloc(1, MOST);
    for (int round = 0; round < 200; round++) {
        size_t count = 6 + random_below(&r, 10);
        page   got;
        thing  loaded = {0};
        bound  by     = {0};
        for (size_t i = 0; i < count; i++) {
            items[i][0] = 0;
            add_item(&r, items[i], i == count - 1);
        }
        const char  *last   = items[count - 1];
        dynox_status status = bound_load(&by, shape, last, strlen(last), &loaded);
        assert_int_equal(read_page(&got, shape, items, count), status);
        bound_free(&by);
        bound_free(&got.both);
    }
    for (size_t i = 0; i < RECORDS; i++)
        free(items[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_comes_is_read_as_items_are),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
