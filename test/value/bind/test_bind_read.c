/* Structs from wire JSON, and from values: both ways read the same and refuse the same. */
#include "bound.h"
#include "support.h"
#include <math.h>

static thing now; /* what the last text was read to, straight */
static bound straight, by_values;

/* Reads both ways; single quotes stand for double ones in the text. */
static dynox_status read_both(const char *json)
{
    char  text[8192];
    thing other;
    bound_free(&straight);
    bound_free(&by_values);
    straight = by_values = (bound){0};
    memset(&now, 0, sizeof now);
    memset(&other, 0, sizeof other);
    size_t length = strlen(json);
    assert_true(length < sizeof text);
    for (size_t i = 0; i <= length; i++)
        text[i] = (char)(json[i] == '\'' ? '"' : json[i]);
    dynox_status status = bound_read(&straight, bound_shape(&thing_shape), text, length, &now);
    dynox_status loaded = bound_load(&by_values, bound_shape(&thing_shape), text, length, &other);
    if (status != loaded) fail_msg("%s: %s | %s", json, straight.error.message, by_values.error.message);
    return status;
}

static void takes(const char *json)
{
    if (read_both(json)) fail_msg("%s: %s", json, straight.error.message);
}

/* `words` as both ways say it, between what the reader says of any mistake. */
static void refuses(const char *json, const char *words)
{
    assert_int_equal(read_both(json), DYNOX_E_DECODE);
    if (!strstr(straight.error.message, words)) fail_msg("%s: %s", json, straight.error.message);
    if (!strstr(by_values.error.message, words)) fail_msg("%s: %s", json, by_values.error.message);
}

/* ---- each kind as it is stored ---- */

static void texts_are_read(void **state)
{
    (void)state;
    takes("{'pk':{'S':'a\\u00e9\\\"\xc3\xa4'},'nick':{'S':'ada'},'number':{'N':'12.50'}}");
    assert_string_equal(now.pk, "a\xc3\xa9\"\xc3\xa4");
    assert_string_equal(now.nick, "ada");
    assert_string_equal(now.number, "12.50");
    takes("{'pk':{'S':''},'nick':{'S':'1234567'}}");
    assert_string_equal(now.pk, "");
    assert_string_equal(now.nick, "1234567");
    assert_null(now.number);
}

static void integers_of_all_sizes_are_read(void **state)
{
    (void)state;
    takes("{'i64':{'N':'-9223372036854775808'},'u64':{'N':'18446744073709551615'},'i32':{'N':'-2147483648'},"
          "'u32':{'N':'4294967295'},'i16':{'N':'-32768'},'u16':{'N':'65535'},'i8':{'N':'-128'},'u8':{'N':'255'}}");
    assert_true(now.i64 == INT64_MIN && now.u64 == UINT64_MAX && now.i32 == INT32_MIN && now.u32 == UINT32_MAX);
    assert_true(now.i16 == INT16_MIN && now.u16 == UINT16_MAX && now.i8 == INT8_MIN && now.u8 == UINT8_MAX);
    takes("{'i64':{'N':'1E3'},'u64':{'N':'1.0'},'i32':{'N':'-0'},'u32':{'N':'-0'},'i16':{'N':'007'}}");
    assert_true(now.i64 == 1000 && now.u64 == 1 && now.i32 == 0 && now.u32 == 0 && now.i16 == 7);
    assert_true(now.has_u32);
    takes("{'i64':{'N':'9223372036854775807'},'u64':{'N':'9223372036854775808'}}");
    assert_true(now.i64 == INT64_MAX && now.u64 == (uint64_t)INT64_MAX + 1);
}

static void integers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    refuses("{'i64':{'N':'9223372036854775808'}}", "thing.i64: 9223372036854775808 does not fit in int64_t");
    refuses("{'u64':{'N':'18446744073709551616'}}", "thing.u64: 18446744073709551616 does not fit in uint64_t");
    refuses("{'u64':{'N':'-1'}}", "thing.u64: -1 does not fit in uint64_t");
    refuses("{'i32':{'N':'2147483648'}}", "does not fit in int32_t");
    refuses("{'u32':{'N':'-1'}}", "does not fit in uint32_t");
    refuses("{'i16':{'N':'32768'}}", "does not fit in int16_t");
    refuses("{'u16':{'N':'65536'}}", "does not fit in uint16_t");
    refuses("{'i8':{'N':'-129'}}", "does not fit in int8_t");
    refuses("{'u8':{'N':'256'}}", "does not fit in uint8_t");
    refuses("{'i64':{'N':'1.5'}}", "thing.i64: 1.5 does not fit in int64_t");
}

static void doubles_are_the_nearest_ones(void **state)
{
    static const char *const numbers[] = {"0.1",
                                          "-0",
                                          "5.",
                                          ".5",
                                          "123456789012345",
                                          "1234567890123456",
                                          "1E-10",
                                          "0.3",
                                          "1.7976931348623157E308",
                                          "9007199254740993",
                                          "0.000001"};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char json[100];
        snprintf(json, sizeof json, "{'real':{'N':'%s'}}", numbers[i]);
        takes(json);
        double expected;
        assert_true(dynox__number_to_double(numbers[i], strlen(numbers[i]), &expected));
        assert_memory_equal(&now.real, &expected, sizeof expected);
    }
    takes("{'narrow':{'N':'0.1'}}");
    assert_true(now.narrow == 0.1f);
    takes("{'narrow':{'N':'3.4028235e+38'}}"); /* as other languages write the largest one */
    assert_true(isfinite(now.narrow));
    refuses("{'narrow':{'N':'1E39'}}", "thing.narrow: 1E39 does not fit in a float");
    refuses("{'real':{'N':'1E309'}}", "thing.real: 1E309 does not fit in a double");
}

static void bools_and_bytes_are_read(void **state)
{
    (void)state;
    takes("{'yes':{'BOOL':true},'blob':{'B':'AAEC'}}");
    assert_true(now.yes);
    assert_int_equal(now.blob.size, 3);
    assert_memory_equal(now.blob.bytes, "\0\1\2", 3);
    takes("{'yes':{'BOOL':false},'blob':{'B':''}}");
    assert_false(now.yes);
    assert_non_null(now.blob.bytes);
    refuses("{'blob':{'B':'A'}}", "not base64");
    refuses("{'yes':{'BOOL':tru}}", "expected true or false");
}

static void dates_are_read_in_the_units_of_their_members(void **state)
{
    (void)state;
    takes("{'day':{'S':'2026-01-02T03:04:05+00:00'},'day_ms':{'S':'2026-01-02T03:04:05.678901+00:00'},"
          "'day_us':{'S':'2026-01-02T05:04:05.678901+02:00'}}");
    assert_int_equal(now.day, 1767323045);
    assert_int_equal(now.day_ms, 1767323045678);
    assert_int_equal(now.day_us, 1767323045678901);
    takes("{'day':{'S':'2026-01-02T03:04:05.9Z'},'day_ms':{'S':'1969-12-31T23:59:59.5Z'}}");
    assert_int_equal(now.day, 1767323045);
    assert_int_equal(now.day_ms, -500);
    takes("{'day':{'N':'1767323045.75'},'day_ms':{'N':'1767323045.6789'},'day_us':{'N':'-0.0000005'}}");
    assert_int_equal(now.day, 1767323045);
    assert_int_equal(now.day_ms, 1767323045678);
    assert_int_equal(now.day_us, -1);
    takes("{'day':{'N':'1.767323045E9'},'day_ms':{'N':'-1.5'},'day_us':{'N':'7'}}");
    assert_int_equal(now.day, 1767323045);
    assert_int_equal(now.day_ms, -1500);
    assert_int_equal(now.day_us, 7000000);
    refuses("{'day':{'S':'soon'}}", "thing.day: \"soon\" is not a date");
    refuses("{'day_us':{'N':'1E300'}}", "thing.day_us: 1E300 does not fit");
    refuses("{'day_us':{'N':'9223372036854775807'}}", "thing.day_us: 9223372036854775807 does not fit");
    refuses("{'day':{'BOOL':true}}", "thing.day: stored as BOOL, the member is a date");
}

static void times_to_live_are_read(void **state)
{
    (void)state;
    takes("{'expires':{'N':'1767323045'}}");
    assert_int_equal(now.expires, 1767323045);
    takes("{'expires':{'N':'1767323045.99'}}");
    assert_int_equal(now.expires, 1767323045);
    takes("{'expires':{'N':'-1.01'}}");
    assert_int_equal(now.expires, -2);
    takes("{'expires':{'NULL':true}}");
    assert_int_equal(now.expires, 0);
    refuses("{'expires':{'S':'1767323045'}}", "thing.expires: stored as S, the member is a time in seconds");
}

static void enums_are_read_by_name_or_number(void **state)
{
    (void)state;
    takes("{'colour':{'S':'green'}}");
    assert_int_equal(now.colour, 2);
    takes("{'colour':{'N':'7'}}");
    assert_int_equal(now.colour, 7);
    takes("{'colour':{'S':'7'}}");
    assert_int_equal(now.colour, 7);
    refuses("{'colour':{'S':'blue'}}", "thing.colour: \"blue\" is not one of its values");
    refuses("{'colour':{'N':'2'}}", "thing.colour: 2 is not one of its values");
    refuses("{'colour':{'BOOL':true}}", "thing.colour: stored as BOOL, the member is an enum");
}

static void structs_are_read(void **state)
{
    (void)state;
    takes("{'where':{'M':{'city':{'S':'Rome'},'best':{'M':{'sku':{'S':'x'},'quantity':{'N':'3'}}}}}}");
    assert_true(now.has_place);
    assert_string_equal(now.where.city, "Rome");
    assert_string_equal(now.where.best.sku, "x");
    assert_int_equal(now.where.best.quantity, 3);
    refuses("{'where':{'M':{'best':{'M':{'quantity':{'S':'3'}}}}}}",
            "line.quantity: stored as S, the member is an integer");
    refuses("{'where':{'L':[]}}", "thing.where: stored as L, the member is a struct");
}

static void lists_are_read(void **state)
{
    (void)state;
    takes("{'lines':{'L':[{'M':{'sku':{'S':'a'},'quantity':{'N':'1'},'price':{'N':'1.5'}}},{'M':{}},"
          "{'M':{'price':{'N':'2'},'sku':{'S':'c'}}}]},'words':{'L':[{'S':'x'},{'S':'y\\n'}]},"
          "'ints':{'L':[{'N':'1'},{'N':'-2'},{'N':'3E2'}]},'reals':{'L':[{'N':'0.5'},{'N':'1e2'}]}}");
    assert_int_equal(now.lines.count, 3);
    assert_true(now.lines.at[0].price == 1.5f && now.lines.at[0].quantity == 1);
    assert_null(now.lines.at[1].sku);
    assert_string_equal(now.lines.at[2].sku, "c");
    assert_int_equal(now.words.count, 2);
    assert_string_equal(now.words.at[1], "y\n");
    assert_true(now.ints.count == 3 && now.ints.at[1] == -2 && now.ints.at[2] == 300);
    assert_true(now.reals.count == 2 && now.reals.at[0] == 0.5 && now.reals.at[1] == 100);
}

static void an_empty_list_is_there(void **state)
{
    (void)state;
    takes("{'lines':{'L':[]},'words':{'L':[ ]}}");
    assert_true(now.lines.at && !now.lines.count && now.words.at && !now.words.count);
    assert_null(now.ints.at);
}

static void sets_are_read(void **state)
{
    (void)state;
    takes("{'tags':{'SS':['a','b']},'int_set':{'NS':['1','2E1']},'real_set':{'NS':['0.5']},'blobs':{'BS':['AQ==']}}");
    assert_true(now.tags.count == 2 && now.int_set.count == 2 && now.real_set.count == 1 && now.blobs.count == 1);
    assert_string_equal(now.tags.at[1], "b");
    assert_int_equal(now.int_set.at[1], 20);
    assert_true(now.real_set.at[0] == 0.5);
    assert_memory_equal(now.blobs.at[0].bytes, "\1", 1);
}

static void sets_are_read_from_lists_and_arrays_from_sets(void **state)
{
    (void)state;
    takes("{'tags':{'L':[{'S':'a'}]},'int_set':{'L':[{'N':'1'},{'S':'2'}]},'real_set':{'L':[{'S':'0.5'}]},"
          "'blobs':{'L':[{'B':'AQ=='}]},'words':{'SS':['x']},'ints':{'NS':['4']},'reals':{'NS':['5']}}");
    assert_string_equal(now.tags.at[0], "a");
    assert_int_equal(now.int_set.at[1], 2);
    assert_true(now.real_set.at[0] == 0.5 && now.blobs.at[0].size == 1);
    assert_string_equal(now.words.at[0], "x");
    assert_true(now.ints.at[0] == 4 && now.reals.at[0] == 5);
}

static void elements_of_another_type_are_refused(void **state)
{
    (void)state;
    refuses("{'words':{'L':[{'S':'x'},{'N':'1'}]}}",
            "thing.words: an element is stored as N, the member is an array of texts");
    refuses("{'words':{'L':[{'NULL':true}]}}", "thing.words: an element is stored as NULL");
    refuses("{'ints':{'L':[{'S':'1'}]}}", "thing.ints: an element is stored as S, the member is an array of integers");
    refuses("{'int_set':{'L':[{'S':'one'}]}}", "thing.int_set: an element is stored as S");
    refuses("{'ints':{'L':[{'N':'1.5'}]}}", "thing.ints: 1.5 does not fit in int64_t");
    refuses("{'int_set':{'NS':['9223372036854775808']}}", "thing.int_set: 9223372036854775808 does not fit in int64_t");
    refuses("{'tags':{'SS':['a\\u0000b']}}", "thing.tags: has a NUL byte in it");
    refuses("{'lines':{'L':[{'S':'x'}]}}", "thing.lines: an element is stored as S, the member is an array of structs");
    refuses("{'lines':{'L':[{'M':{'quantity':{'BOOL':true}}}]}}",
            "line.quantity: stored as BOOL, the member is an integer");
    refuses("{'tags':{'NS':['1']}}", "thing.tags: stored as NS, the member is a set of texts");
    refuses("{'blobs':{'SS':['1']}}", "thing.blobs: stored as SS, the member is a set of bytes");
}

static void a_dynamic_member_takes_anything(void **state)
{
    (void)state;
    takes("{'any':{'M':{'a':{'L':[{'N':'1'}]}}}}");
    assert_int_equal(now.any.type, DYNOX_M);
    takes("{'any':{'NULL':true}}");
    assert_int_equal(now.any.type, DYNOX_NULL);
    takes("{}");
    assert_int_equal(now.any.type, DYNOX_INVALID);
}

static void a_custom_kind_reads_its_values(void **state)
{
    (void)state;
    takes("{'price':{'S':'12.50 EUR'}}");
    assert_int_equal(now.price.cents, 1250);
    takes("{'price':{'NULL':true}}");
    assert_int_equal(now.price.cents, 0);
    refuses("{'price':{'S':'cheap'}}", "thing.price: \"cheap\" is no money");
    refuses("{'price':{'N':'1'}}", "thing.price: stored as N, which is not what its kind money reads");
}

/* ---- absent, optional, unknown ---- */

static void null_is_absent_for_every_other_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof thing_attributes / sizeof *thing_attributes; i++) {
        char              json[100];
        static const char zeros[sizeof(thing)];
        if (thing_attributes[i].kind_ == DYNOX_KIND_VALUE_) continue;
        snprintf(json, sizeof json, "{'%s':{'NULL':true}}", thing_attributes[i].member_);
        takes(json);
        assert_memory_equal(&now, zeros, sizeof now);
        snprintf(json, sizeof json, "{'%s':null}", thing_attributes[i].member_);
        takes(json);
        assert_memory_equal(&now, zeros, sizeof now);
    }
}

static void an_optional_member_tells_whether_it_is_there(void **state)
{
    (void)state;
    takes("{'u32':{'N':'0'}}");
    assert_true(now.has_u32);
    takes("{'u32':{'NULL':true}}");
    assert_false(now.has_u32);
    takes("{'pk':{'S':'x'}}");
    assert_false(now.has_u32);
    takes("{'u32': {'N':'1.0'}}");
    assert_true(now.has_u32);
}

static void unknown_names_and_parts_of_keys_are_skipped(void **state)
{
    (void)state;
    takes("{'what':{'M':{'a':{'S':'b'}}},'part':{'S':'x'},'pk':{'S':'p'},'':{'S':'x'},'p':{'S':'q'}}");
    assert_string_equal(now.pk, "p");
    assert_null(now.part);
}

static void what_is_skipped_is_checked(void **state)
{
    (void)state;
    refuses("{'what':{'S':'\\x'}}", "not an escape of JSON");
    refuses("{'what':{'S':'a'}", "");
    refuses("{'what':{'S':'a'},}", "");
    refuses("{'what'}", "");
}

static void unknown_attributes_are_kept_in_the_extra(void **state)
{
    (void)state;
    takes("{'where':{'M':{'a':{'N':'1'},'city':{'S':'Rome'},'best':{'M':{'sku':{'S':'s'},'zzz':{'S':'skipped'}}},"
          "'b':{'L':[{'S':'x'},{'S':'y'}]},'none':null}}}");
    const dynox_item *rest = &now.where.rest;
    assert_int_equal(rest->count, 2);
    assert_null(rest->owner_);
    assert_string_equal(rest->attributes[0].name, "a");
    assert_int_equal(dynox_value_as_int(&rest->attributes[0].value), 1);
    assert_string_equal(rest->attributes[1].name, "b");
    assert_int_equal(rest->attributes[1].value.length, 2);
    assert_string_equal(now.where.city, "Rome");
    assert_string_equal(now.where.best.sku, "s");
}

static void of_two_of_one_name_the_last_one_wins(void **state)
{
    (void)state;
    takes("{'pk':{'S':'a'},'lines':{'L':[{'M':{}}]},'pk':{'S':'b'},'lines':{'L':[]}}");
    assert_string_equal(now.pk, "b");
    assert_int_equal(now.lines.count, 0);
}

/* ---- refusals ---- */

static void another_type_is_refused_by_name(void **state)
{
    (void)state;
    refuses("{'i64':{'S':'36'}}", "thing.i64: stored as S, the member is an integer");
    refuses("{'pk':{'N':'36'}}", "thing.pk: stored as N, the member is a text");
    refuses("{'nick':{'B':''}}", "thing.nick: stored as B, the member is a text");
    refuses("{'real':{'BOOL':true}}", "thing.real: stored as BOOL, the member is a double");
    refuses("{'number':{'S':'1'}}", "thing.number: stored as S, the member is a number");
    refuses("{'yes':{'N':'1'}}", "thing.yes: stored as N, the member is a bool");
    refuses("{'blob':{'S':'AQ=='}}", "thing.blob: stored as S, the member is bytes");
    refuses("{'pk':{'QQ':1}}", "thing.pk: stored as a type that is not known, the member is a text");
}

static void a_refusal_of_the_reader_tells_the_place(void **state)
{
    (void)state;
    read_both("{'pk':{'S':'x'},'i64':{'S':'36'}}");
    assert_string_equal(straight.error.message,
                        "cannot decode: thing.i64: stored as S, the member is an integer, at byte 22");
    assert_string_equal(by_values.error.message, "thing.i64: stored as S, the member is an integer");
}

static void texts_that_would_be_cut_are_refused(void **state)
{
    (void)state;
    refuses("{'pk':{'S':'a\\u0000b'}}", "thing.pk: has a NUL byte in it");
    refuses("{'nick':{'S':'\\u0000'}}", "thing.nick: has a NUL byte in it");
    refuses("{'nick':{'S':'12345678'}}", "thing.nick: a text of 8 bytes, the member has room for 7");
}

static void malformed_json_is_refused_as_by_the_decoder_of_items(void **state)
{
    static const char *const texts[] = {
        "{'pk':{'S':'x'",
        "{'pk':{'S':'x'}",
        "{'pk':{'S':'x}}",
        "{'pk':{'S':'x','S':'y'}}",
        "{'pk':{'S':'x','N':'1'}}",
        "{'pk':{'S':null}}",
        "{'pk':{}}",
        "{'i64':{'N':'x'}}",
        "{'i64':{'N':''}}",
        "{'i64':{'N':'-'}}",
        "{'i64':{'N':5}}",
        "{'yes':{'BOOL':'true'}}",
        "{'yes':{'BOOL':truee}}",
        "{'lines':{'L':[}}",
        "{'lines':{'L':[{'M':{}},]}}",
        "{'tags':{'SS':['a',null]}}",
        "{'tags':{'SS':[1]}}",
        "{'where':{'M':[]}}",
        "{'pk':{'S':'\xff'}}",
        "{'pk':{'S':'\x01'}}",
        "[]",
        "{'pk':{'S':'x'}}x",
        "",
        "{'real':{'N':'.'}}",
        "{'real':{'N':'1.2.3'}}",
        "{'day':{'S':'\\ud800'}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refuses(texts[i], "cannot decode: ");
}

static void members_of_a_value_that_say_nothing_are_passed_over(void **state)
{
    (void)state;
    takes("{'pk':{'S':'x','N':null},'i64':{'N':'1','__type':{'a':[1]}},'yes':{'BOOL':true,'__type':1,'S':null},"
          "'lines':{'L':[{'M':{'sku':{'S':'s'}},'S':null}],'S':null},'tags':{'SS':['t'],'N':null}}");
    assert_string_equal(now.pk, "x");
    assert_true(now.i64 == 1 && now.yes && now.tags.count == 1 && now.lines.count == 1);
}

static void white_space_may_be_everywhere(void **state)
{
    (void)state;
    takes(
        " {\n 'pk' :\t{ 'S' : 'x' } , 'i64':{ 'N':'1'},'real':{'N' :'2' }\r,'yes':{'BOOL': true }, 'lines' : { 'L' : [ "
        "{ 'M' : { 'sku' : { 'S' : 's' } } } , {'M':{'sku':{'S':'t'}} } ] } ,'tags':{'SS':[ 'a' , 'b' ] }, "
        "'where':{'M': { 'city':{'S':'c'} } } } ");
    assert_string_equal(now.pk, "x");
    assert_true(now.i64 == 1 && now.real == 2 && now.yes && now.lines.count == 2 && now.tags.count == 2);
    assert_string_equal(now.lines.at[1].sku, "t");
    assert_string_equal(now.where.city, "c");
}

static int forget(void **state)
{
    (void)state;
    bound_free(&straight);
    bound_free(&by_values);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read),
        cmocka_unit_test(integers_of_all_sizes_are_read),
        cmocka_unit_test(integers_that_do_not_fit_are_refused),
        cmocka_unit_test(doubles_are_the_nearest_ones),
        cmocka_unit_test(bools_and_bytes_are_read),
        cmocka_unit_test(dates_are_read_in_the_units_of_their_members),
        cmocka_unit_test(times_to_live_are_read),
        cmocka_unit_test(enums_are_read_by_name_or_number),
        cmocka_unit_test(structs_are_read),
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(an_empty_list_is_there),
        cmocka_unit_test(sets_are_read),
        cmocka_unit_test(sets_are_read_from_lists_and_arrays_from_sets),
        cmocka_unit_test(elements_of_another_type_are_refused),
        cmocka_unit_test(a_dynamic_member_takes_anything),
        cmocka_unit_test(a_custom_kind_reads_its_values),
        cmocka_unit_test(null_is_absent_for_every_other_kind),
        cmocka_unit_test(an_optional_member_tells_whether_it_is_there),
        cmocka_unit_test(unknown_names_and_parts_of_keys_are_skipped),
        cmocka_unit_test(what_is_skipped_is_checked),
        cmocka_unit_test(unknown_attributes_are_kept_in_the_extra),
        cmocka_unit_test(of_two_of_one_name_the_last_one_wins),
        cmocka_unit_test(another_type_is_refused_by_name),
        cmocka_unit_test(a_refusal_of_the_reader_tells_the_place),
        cmocka_unit_test(texts_that_would_be_cut_are_refused),
        cmocka_unit_test(malformed_json_is_refused_as_by_the_decoder_of_items),
        cmocka_unit_test(members_of_a_value_that_say_nothing_are_passed_over),
        cmocka_unit_test(white_space_may_be_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
