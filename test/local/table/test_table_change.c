/* The one way of changing an item: what it makes of indexes, counts, streams and the queue of what expires. */
#include "../local_call.h"

#include "local/store/key.h"
#include "local/table/keep.h"
#include "local/table/stream.h"

static local_fixture fixture;

/* pk S, sk N; local index "days" (pk, day N) of keys; global ones: "authors" (author S, with "title"), "all" (author S
 * and day N as partition key, sk as sort key). */
static const char posts[] =
    "{'TableName':'posts','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk','AttributeType'"
    ":"
    "'S'},{'AttributeName':'sk','AttributeType':'N'},{'AttributeName':'day','AttributeType':'N'},{'AttributeName':"
    "'author','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','"
    "KeyType':"
    "'RANGE'}],'LocalSecondaryIndexes':[{'IndexName':'days','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},"
    "{'AttributeName':'day','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}],'GlobalSecondaryIndexes':"
    "["
    "{'IndexName':'authors','KeySchema':[{'AttributeName':'author','KeyType':'HASH'}],'Projection':{'ProjectionType':"
    "'INCLUDE','NonKeyAttributes':['title']}},{'IndexName':'all','KeySchema':[{'AttributeName':'author','KeyType':'"
    "HASH'}"
    ",{'AttributeName':'day','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],'Projection':{'ProjectionType'"
    ":"
    "'ALL'}}],'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}";

static const char *quoted(const char *json)
{
    static char room[4][4096];
    static int  turn;
    char       *to = room[turn = (turn + 1) % 4];
    size_t      i  = 0;
    for (; json[i] && i < sizeof *room - 1; i++)
        to[i] = (char)(json[i] == '\'' ? '"' : json[i]);
    to[i] = 0;
    return to;
}

static int start(void **state)
{
    *state = &fixture;
    if (!local_start(&fixture)) return -1;
    return strstr(local_do(&fixture, "CreateTable", quoted(posts)), "TableDescription") ? 0 : -1;
}

static int stop(void **state)
{
    local_stop(*state);
    return 0;
}

static const dynox__table *table_of(dynox__local_call *call)
{
    const dynox__table *table = NULL;
    assert_true(dynox__catalog_get(call, "posts", 5, &table));
    assert_non_null(table);
    return table;
}

static bool item_of(dynox__local_call *call, const char *json, dynox_item *item)
{
    const char        *why  = NULL;
    char              *copy = dynox__decode_copy(call->arena, quoted(json), strlen(json));
    const dynox__tree *tree = copy ? dynox__tree_parse(copy, strlen(json), call->arena, &why) : NULL;
    if (why) fail_msg("%s", why);
    return tree ? dynox__values_read_item(tree, call->arena, item, &call->refusal)
                : dynox__refuse_memory(&call->refusal);
}

/* Puts or, with `gone`, removes the item with this key; what is touched in *written. */
static bool write_item(local_fixture *local, const char *json, bool gone, dynox__written *written)
{
    dynox__local_call *call = local_begin(local, "PutItem", "{}", true);
    if (!call) return false;
    const dynox__table *table = NULL;
    dynox_item          item, before;
    dynox__stored       stored;
    bool                done = dynox__catalog_get(call, "posts", 5, &table) && table && item_of(call, json, &item) &&
                dynox__table_get(call, table, &item, &stored) &&
                (!stored.json || dynox__stored_read(call, &stored, &before)) &&
                dynox__table_change(call, table, stored.json ? &before : NULL, gone ? NULL : &item, false, written);
    return local_end(local, done) && done;
}

static void put(local_fixture *local, const char *json)
{
    dynox__written written;
    if (!write_item(local, json, false, &written)) fail_msg("%s", local->call.refusal.message);
}

/* All values of a space, one behind the other: "N:{json}N:{json}". */
static const char *content(local_fixture *local, const char *index)
{
    static char         text[4096];
    size_t              size  = 0;
    dynox__local_call  *call  = local_begin(local, "Scan", "{}", false);
    const dynox__table *table = table_of(call);
    const dynox__index *which = index ? dynox__table_index(call, table, index) : NULL;
    DYNOX__ROOM(from, 64);
    dynox__space_place(table, which, &from);
    text[0] = 0;
    for (;;) {
        dynox__store_entry found;
        assert_true(dynox__keep_first(call, &from, 4, &found));
        if (!found.key.data) break;
        dynox__stored stored = dynox__stored_of(found.value);
        size +=
            (size_t)snprintf(text + size, sizeof text - size, "%zu:%.*s", stored.size, (int)stored.length, stored.json);
        from.size = 0;
        dynox__buffer_add(&from, found.key.data, found.key.size);
        dynox__buffer_byte(&from, 0);
    }
    dynox__buffer_free(&from);
    local_end(local, false);
    return text;
}

static void an_item_is_stored_with_its_size_and_read_back(void **state)
{
    local_fixture *local = *state;
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1.0'},'x':{'L':[{'NULL':true},{'B':'AAE='}]}}");
    assert_string_equal(content(local, NULL),
                        quoted("16:{'pk':{'S':'a'},'sk':{'N':'1'},'x':{'L':[{'NULL':true},{'B':'AAE='}]}}"));
    assert_string_equal(content(local, "days"), "");
    assert_string_equal(content(local, "authors"), "");
}

static void indexes_hold_what_they_project(void **state)
{
    local_fixture *local = *state;
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'7'},'author':{'S':'me'},'title':{'S':'t'},'x':{'S':'y'}}");
    assert_string_equal(content(local, "days"), quoted("12:{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'7'}}"));
    assert_string_equal(content(local, "authors"),
                        quoted("21:{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'me'},'title':{'S':'t'}}"));
    assert_string_equal(content(local, "all"), content(local, NULL));
}

static void an_entry_moves_stays_and_goes(void **state)
{
    local_fixture *local = *state;
    dynox__written written;
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'me'},'title':{'S':'t'}}");
    /* What the index does not show is no affair of it. */
    assert_true(write_item(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'me'},'title':{'S':'t'},'x':{'S':'y'}}",
                           false, &written));
    assert_int_equal(written.indexes[1].after, 0);
    assert_true(
        write_item(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'you'},'title':{'S':'t'}}", false, &written));
    assert_true(written.indexes[1].moved);
    assert_int_equal(written.indexes[1].before, 21);
    assert_int_equal(written.indexes[1].after, 22);
    assert_string_equal(content(local, "authors"),
                        quoted("22:{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'you'},'title':{'S':'t'}}"));
    assert_true(write_item(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'you'}}", false, &written));
    assert_false(written.indexes[1].moved);
    assert_true(write_item(local, "{'pk':{'S':'a'},'sk':{'N':'1'}}", true, &written));
    assert_int_equal(written.indexes[1].before, 16);
    assert_string_equal(content(local, "authors"), "");
    assert_string_equal(content(local, NULL), "");
}

static void an_index_refers_to_large_items(void **state)
{
    local_fixture *local = *state;
    static char    json[2000];
    char           text[1001];
    memset(text, 'x', 1000);
    text[1000] = 0;
    snprintf(json, sizeof json, "{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'7'},'author':{'S':'me'},'text':{'S':'%s'}}",
             text);
    put(local, json);
    assert_true(strlen(content(local, "all")) < 100);
    dynox__local_call  *call  = local_begin(local, "Query", "{}", false);
    const dynox__table *table = table_of(call);
    const dynox__index *index = dynox__table_index(call, table, "all");
    dynox__store_entry  found;
    dynox__stored       stored;
    DYNOX__ROOM(from, 64);
    dynox__space_place(table, index, &from);
    assert_true(dynox__keep_first(call, &from, 4, &found));
    assert_true(dynox__stored_entry(call, table, index, found.value, &stored));
    assert_int_equal(stored.size, 1024);
    assert_memory_equal(stored.json, quoted(json), stored.length);
    local_end(local, false);
}

static void items_and_bytes_are_counted(void **state)
{
    local_fixture *local = *state;
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'7'}}");
    put(local, "{'pk':{'S':'b'},'sk':{'N':'1'}}");
    const char *said = local_do(local, "DescribeTable", "{\"TableName\":\"posts\"}");
    assert_non_null(strstr(said, "\"TableSizeBytes\":19,\"ItemCount\":2,"));
    assert_non_null(strstr(said, "\"IndexSizeBytes\":12,\"ItemCount\":1,"));
    dynox__written written;
    assert_true(write_item(local, "{'pk':{'S':'a'},'sk':{'N':'1'}}", true, &written));
    said = local_do(local, "DescribeTable", "{\"TableName\":\"posts\"}");
    assert_non_null(strstr(said, "\"TableSizeBytes\":7,\"ItemCount\":1,"));
    assert_null(strstr(said, "\"IndexSizeBytes\":12"));
}

static void an_item_over_400_kb_is_refused(void **state)
{
    local_fixture     *local = *state;
    dynox__local_call *call  = local_begin(local, "PutItem", "{}", true);
    dynox__written     written;
    static char        text[409600];
    memset(text, 'x', sizeof text);
    /* 'pk' and 'a', 'sk' and 1 are seven bytes, the name 'x' one. */
    dynox_named_value attributes[] = {dynox_named("pk", dynox_string("a")), dynox_named("sk", dynox_number_text("1")),
                                      dynox_named("x", dynox_string_n(text, sizeof text - 8))};
    dynox_item        item         = dynox_item_of(attributes, 3);
    assert_true(dynox__table_change(call, table_of(call), NULL, &item, false, &written));
    assert_int_equal(written.after, 409600);
    attributes[2].value = dynox_string_n(text, sizeof text - 7);
    assert_false(dynox__table_change(call, table_of(call), NULL, &item, false, &written));
    assert_string_equal(call->refusal.message, "Item size has exceeded the maximum allowed size");
    local_end(local, false);
}

static void items_are_checked_in_the_services_words(void **state)
{
    static const char *const cases[][2] = {
        {"{'sk':{'N':'1'}}", "One or more parameter values were invalid: Missing the key pk in the item"},
        {"{'pk':{'N':'1'},'sk':{'N':'1'}}",
         "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"},
        {"{'pk':{'S':''},'sk':{'N':'1'}}", "One or more parameter values are not valid. The AttributeValue for a key "
                                           "attribute cannot contain an empty string value. Key: pk"},
        {"{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'BOOL':true}}",
         "One or more parameter values were invalid: Type mismatch for Index Key author Expected: S Actual: BOOL "
         "IndexName: authors"},
        {"{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':''}}",
         "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
         "The "
         "AttributeValue for a key attribute cannot contain an empty string value. IndexName: authors, IndexKey: "
         "author"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox__local_call *call = local_begin(*state, "PutItem", "{}", false);
        dynox_item         item;
        assert_true(item_of(call, cases[i][0], &item));
        assert_false(dynox__table_check_item(call, table_of(call), &item));
        assert_string_equal(call->refusal.message, cases[i][1]);
        local_end(*state, false);
    }
}

static void keys_must_be_whole_and_nothing_else(void **state)
{
    static const char *const bad[] = {"{'pk':{'S':'a'}}", "{'pk':{'S':'a'},'sk':{'S':'1'}}",
                                      "{'pk':{'S':'a'},'sk':{'N':'1'},'x':{'S':'y'}}",
                                      "{'pk':{'S':'a'},'x':{'N':'1'}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dynox__local_call *call = local_begin(*state, "GetItem", "{}", false);
        dynox_item         key;
        assert_true(item_of(call, bad[i], &key));
        assert_false(dynox__table_check_key(call, table_of(call), &key));
        assert_string_equal(call->refusal.message, "The provided key element does not match the schema");
        local_end(*state, false);
    }
}

static void long_keys_are_refused(void **state)
{
    local_fixture     *local = *state;
    dynox__local_call *call  = local_begin(local, "GetItem", "{}", false);
    static char        text[2049];
    memset(text, 'x', sizeof text);
    dynox_named_value parts[] = {dynox_named("pk", dynox_string_n(text, 2048)),
                                 dynox_named("sk", dynox_number_text("1"))};
    dynox_item        key     = dynox_item_of(parts, 2);
    assert_true(dynox__table_check_key(call, table_of(call), &key));
    parts[0].value = dynox_string_n(text, 2049);
    assert_false(dynox__table_check_key(call, table_of(call), &key));
    assert_string_equal(call->refusal.message,
                        "One or more parameter values were invalid: Size of hashkey has exceeded "
                        "the maximum size limit of2048 bytes");
    local_end(local, false);
}

static void the_largest_keys_of_NUL_fit(void **state)
{
    local_fixture     *local = *state;
    dynox__local_call *call  = local_begin(local, "PutItem", "{}", true);
    dynox__written     written;
    static char        nul[2048];
    dynox_named_value  attributes[] = {
         dynox_named("pk", dynox_string_n(nul, 2048)), dynox_named("sk", dynox_number_text("1")),
         dynox_named("day", dynox_number_text("1")), dynox_named("author", dynox_string_n(nul, 2048))};
    dynox_item item = dynox_item_of(attributes, 4);
    assert_true(dynox__table_check_item(call, table_of(call), &item));
    assert_true(dynox__table_change(call, table_of(call), NULL, &item, false, &written));
    assert_true(local_end(local, true));
}

/* ---- as time passes ---- */

static unsigned keep_up(local_fixture *local)
{
    bool     more   = true;
    unsigned rounds = 0;
    while (more && rounds++ < 1000) {
        dynox__local_call *call = local_begin(local, NULL, "{}", true);
        if (!call || !local_end(local, dynox__table_upkeep(call, 7, &more))) return 0;
    }
    return rounds;
}

static void what_is_dropped_goes_bit_by_bit(void **state)
{
    local_fixture *local = *state;
    for (int i = 0; i < 100; i++) {
        char json[100];
        snprintf(json, sizeof json, "{'pk':{'S':'a'},'sk':{'N':'%d'},'author':{'S':'me'}}", i);
        put(local, json);
    }
    dynox__store_size before, after;
    dynox__store_measure(local->store, &before);
    assert_non_null(strstr(local_do(local, "DeleteTable", "{\"TableName\":\"posts\"}"), "DELETING"));
    assert_int_equal(dynox__catalog_due_us(local->catalog), 0);
    assert_true(keep_up(local) > 10);
    /* Counters stay, and the stream for a day. */
    dynox__store_measure(local->store, &after);
    assert_true(before.entries > 300);
    assert_int_equal(after.entries, 100 + 1 + 2);
    assert_true(dynox__catalog_due_us(local->catalog) > local->now_us);
    local->now_us += INT64_C(86400000000);
    keep_up(local);
    dynox__store_measure(local->store, &after);
    assert_int_equal(after.entries, 2);
    assert_int_equal(dynox__catalog_due_us(local->catalog), local->now_us + 60000000); /* to be sure */
}

static void items_expire_by_the_clock(void **state)
{
    local_fixture *local = *state;
    char           json[200];
    long long      now = (long long)(local->now_us / 1000000);
    snprintf(json, sizeof json, "{'pk':{'S':'a'},'sk':{'N':'1'},'until':{'N':'%lld'}}", now + 10);
    put(local, json); /* before the setting is made */
    assert_non_null(strstr(local_do(local, "UpdateTimeToLive",
                                    quoted("{'TableName':'posts','TimeToLiveSpecification':{"
                                           "'Enabled':true,'AttributeName':'until'}}")),
                           "\"Enabled\":true"));
    snprintf(json, sizeof json, "{'pk':{'S':'a'},'sk':{'N':'2'},'until':{'N':'%lld'}}", now + 20);
    put(local, json);
    put(local, "{'pk':{'S':'a'},'sk':{'N':'3'},'until':{'N':'1000'}}");
    put(local, "{'pk':{'S':'a'},'sk':{'N':'4'},'until':{'S':'soon'}}");
    keep_up(local);
    assert_int_equal(dynox__catalog_due_us(local->catalog), (now + 10) * 1000000);
    local->now_us += 10000000;
    keep_up(local);
    assert_null(strstr(content(local, NULL), "\"N\":\"1\""));
    assert_non_null(strstr(content(local, NULL), "\"N\":\"2\""));
    local->now_us += INT64_C(1000000000);
    keep_up(local);
    assert_null(strstr(content(local, NULL), "\"N\":\"2\""));
    assert_non_null(strstr(content(local, NULL), "\"N\":\"3\"")); /* more than five years ago: left alone */
    assert_non_null(strstr(content(local, NULL), "\"N\":\"4\""));
}

static void a_queue_goes_with_its_setting_and_its_table(void **state)
{
    static const char on[] = "{'TableName':'posts','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}";
    static const char off[] =
        "{'TableName':'posts','TimeToLiveSpecification':{'Enabled':false,'AttributeName':'until'}}";
    local_fixture    *local = *state;
    dynox__store_size before, after;
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'until':{'N':'1700000010'}}");
    dynox__store_measure(local->store, &before);
    local_do(local, "UpdateTimeToLive", quoted(on));
    local_do(local, "UpdateTimeToLive", quoted(off));
    keep_up(local);
    dynox__store_measure(local->store, &after);
    assert_int_equal(after.entries, before.entries);
    local->now_us += 20000000;
    keep_up(local);
    assert_non_null(strstr(content(local, NULL), "1700000010"));
    local_do(local, "UpdateTimeToLive", quoted(on));
    keep_up(local);
    assert_null(strstr(content(local, NULL), "1700000010"));
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'until':{'N':'1800000000'}}");
    local_do(local, "DeleteTable", quoted("{'TableName':'posts'}"));
    keep_up(local);
    local->now_us += INT64_C(90000000000);
    keep_up(local);
    dynox__store_measure(local->store, &after);
    assert_int_equal(after.entries, 2); /* the counters */
}

static void an_item_whose_time_was_changed_stays(void **state)
{
    local_fixture *local = *state;
    char           json[200];
    long long      now = (long long)(local->now_us / 1000000);
    local_do(local, "UpdateTimeToLive",
             quoted("{'TableName':'posts','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}"));
    snprintf(json, sizeof json, "{'pk':{'S':'a'},'sk':{'N':'1'},'until':{'N':'%lld'}}", now + 10);
    put(local, json);
    snprintf(json, sizeof json, "{'pk':{'S':'a'},'sk':{'N':'1'},'until':{'N':'%lld'}}", now + 100);
    put(local, json);
    local->now_us += 20000000;
    keep_up(local);
    assert_non_null(strstr(content(local, NULL), "\"N\":\"1\""));
}

static void an_index_may_follow_late(void **state)
{
    local_fixture *local           = *state;
    local->settings.late_indexes   = true;
    local->settings.index_delay_ms = 500;
    keep_up(local);
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'7'},'author':{'S':'me'}}");
    assert_string_not_equal(content(local, "days"), ""); /* local ones are never late */
    assert_string_equal(content(local, "authors"), "");
    assert_int_equal(dynox__catalog_due_us(local->catalog), local->now_us + 500000);
    local->now_us += 500000;
    keep_up(local);
    assert_string_equal(content(local, "authors"), quoted("15:{'pk':{'S':'a'},'sk':{'N':'1'},'author':{'S':'me'}}"));
    dynox__written written;
    assert_true(write_item(local, "{'pk':{'S':'a'},'sk':{'N':'1'}}", true, &written));
    assert_string_not_equal(content(local, "authors"), "");
    local->now_us += 500000;
    keep_up(local);
    assert_string_equal(content(local, "authors"), "");
}

static void an_index_made_later_is_filled(void **state)
{
    local_fixture *local = *state;
    put(local, "{'pk':{'S':'a'},'sk':{'N':'1'},'kind':{'S':'x'}}");
    put(local, "{'pk':{'S':'a'},'sk':{'N':'2'},'kind':{'N':'5'}}"); /* has no place in it */
    put(local, "{'pk':{'S':'a'},'sk':{'N':'3'}}");
    local_do(
        local, "UpdateTable",
        quoted("{'TableName':'posts','AttributeDefinitions':[{'AttributeName':'kind','AttributeType':'S'}],"
               "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'kinds','KeySchema':[{'AttributeName':'kind',"
               "'KeyType':'HASH'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}}]}"));
    assert_string_equal(content(local, "kinds"), quoted("12:{'pk':{'S':'a'},'sk':{'N':'1'},'kind':{'S':'x'}}"));
}

static void without_memory(void *arg)
{
    dynox__written written;
    (void)arg;
    local_fixture local;
    if (!local_start(&local)) return;
    local_do(&local, "CreateTable", quoted(posts));
    local_do(&local, "UpdateTimeToLive",
             quoted("{'TableName':'posts','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}"));
    write_item(&local, "{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'7'},'author':{'S':'me'},'until':{'N':'1700000001'}}",
               false, &written);
    write_item(&local, "{'pk':{'S':'a'},'sk':{'N':'1'},'day':{'N':'8'},'author':{'S':'you'}}", false, &written);
    write_item(&local, "{'pk':{'S':'b'},'sk':{'N':'1'},'until':{'N':'1700000001'}}", false, &written);
    local.now_us += 10000000;
    keep_up(&local);
    local_do(&local, "DeleteTable", quoted("{'TableName':'posts'}"));
    keep_up(&local);
    local_stop(&local);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(without_memory, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_item_is_stored_with_its_size_and_read_back),
        TEST(indexes_hold_what_they_project),
        TEST(an_entry_moves_stays_and_goes),
        TEST(an_index_refers_to_large_items),
        TEST(items_and_bytes_are_counted),
        TEST(an_item_over_400_kb_is_refused),
        TEST(items_are_checked_in_the_services_words),
        TEST(keys_must_be_whole_and_nothing_else),
        TEST(long_keys_are_refused),
        TEST(the_largest_keys_of_NUL_fit),
        TEST(what_is_dropped_goes_bit_by_bit),
        TEST(items_expire_by_the_clock),
        TEST(a_queue_goes_with_its_setting_and_its_table),
        TEST(an_item_whose_time_was_changed_stays),
        TEST(an_index_may_follow_late),
        TEST(an_index_made_later_is_filled),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("changes of items", tests, NULL, NULL);
}
