/* Streams: what their operations answer, and the records that changes make. */
#include "local/table/keep.h"
#include "tables.h"

static const char streamed[] = ON_DEMAND("t") ATTRIBUTE("pk", "S") "]," KEYS HASH_KEY(
    "pk") "],'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}";

/* Copies the text of a member, as far as its first quote. */
static const char *member(const char *json, const char *name)
{
    static char room[8][512];
    static int  turn;
    char        key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *at = strstr(json, key);
    if (!at) fail_msg("no %s in %s", name, json);
    at += strlen(key);
    char *to = room[turn = (turn + 1) % 8];
    snprintf(to, sizeof room[0], "%.*s", (int)strcspn(at, "\""), at);
    return to;
}

static const char *text(const char *format, ...)
{
    static char room[4][1024];
    static int  turn;
    va_list     args;
    char       *to = room[turn = (turn + 1) % 4];
    va_start(args, format);
    vsnprintf(to, sizeof room[0], format, args);
    va_end(args);
    return to;
}

/* The one attribute v of the item a: from and to (NULL: none). */
static void change(local_fixture *local, const char *from, const char *to, bool by_ttl)
{
    dynox__local_call  *call  = local_begin(local, "PutItem", "{}", true);
    const dynox__table *table = NULL;
    dynox__written      written;
    assert_true(dynox__catalog_get(call, "t", 1, &table));
    dynox_named_value before[] = {dynox_named("pk", dynox_string("a")),
                                  dynox_named("v", dynox_string(from ? from : ""))};
    dynox_named_value after[]  = {dynox_named("pk", dynox_string("a")), dynox_named("v", dynox_string(to ? to : ""))};
    dynox_item        old = dynox_item_of(before, 2), new = dynox_item_of(after, 2);
    assert_true(dynox__table_change(call, table, from ? &old : NULL, to ? &new : NULL, by_ttl, &written));
    assert_true(local_end(local, true));
}

static const char *arn_of(local_fixture *local)
{
    return member(local_do(local, "ListStreams", "{}"), "StreamArn");
}

static const char *iterator_of(local_fixture *local, const char *type)
{
    const char *arn   = arn_of(local);
    const char *shard = member(local_do(local, "DescribeStream", text("{\"StreamArn\":\"%s\"}", arn)), "ShardId");
    const char *said =
        local_do(local, "GetShardIterator",
                 text("{\"StreamArn\":\"%s\",\"ShardId\":\"%s\",\"ShardIteratorType\":%s}", arn, shard, type));
    return member(said, "ShardIterator");
}

static const char *records(local_fixture *local, const char *iterator)
{
    return local_do(local, "GetRecords", text("{\"ShardIterator\":\"%s\"}", iterator));
}

static void changes_make_records_in_order(void **state)
{
    local_fixture *local = *state;
    create(local, streamed);
    change(local, NULL, "1", false);
    change(local, "1", "2", false);
    change(local, "2", "2", false); /* changes nothing */
    change(local, "2", NULL, true);
    const char *said   = records(local, iterator_of(local, "\"TRIM_HORIZON\""));
    const char *insert = strstr(said, "INSERT"), *modify = strstr(said, "MODIFY"), *remove = strstr(said, "REMOVE");
    assert_true(insert && modify && remove && insert < modify && modify < remove);
    assert_null(strstr(modify + 1, "MODIFY"));
    assert_non_null(strstr(said, quoted("'Keys':{'pk':{'S':'a'}},'NewImage':{'pk':{'S':'a'},'v':{'S':'1'}},")));
    assert_non_null(strstr(said, quoted("'NewImage':{'pk':{'S':'a'},'v':{'S':'2'}},'OldImage':{'pk':{'S':'a'},'v':{'S':"
                                        "'1'}},'SequenceNumber':'1")));
    assert_true(strstr(said, "userIdentity") > remove);
    assert_non_null(strstr(said, "NextShardIterator"));
}

static void reading_goes_on_where_it_ended(void **state)
{
    local_fixture *local = *state;
    create(local, streamed);
    change(local, NULL, "1", false);
    const char *latest = iterator_of(local, "\"LATEST\"");
    const char *said   = records(local, iterator_of(local, "\"TRIM_HORIZON\""));
    assert_non_null(strstr(said, "INSERT"));
    const char *next = member(said, "NextShardIterator");
    assert_non_null(strstr(records(local, next), "\"Records\":[]"));
    change(local, "1", "2", false);
    assert_non_null(strstr(records(local, next), "MODIFY"));
    assert_null(strstr(records(local, latest), "INSERT"));
    assert_non_null(strstr(records(local, latest), "MODIFY"));
}

static void a_sequence_number_is_a_place_to_begin(void **state)
{
    local_fixture *local = *state;
    create(local, streamed);
    change(local, NULL, "1", false);
    change(local, "1", "2", false);
    const char *number = member(records(local, iterator_of(local, "\"TRIM_HORIZON\"")), "SequenceNumber");
    assert_int_equal(strlen(number), 21);
    const char *at    = iterator_of(local, text("\"AT_SEQUENCE_NUMBER\",\"SequenceNumber\":\"%s\"", number));
    const char *after = iterator_of(local, text("\"AFTER_SEQUENCE_NUMBER\",\"SequenceNumber\":\"%s\"", number));
    assert_non_null(strstr(records(local, at), "INSERT"));
    assert_null(strstr(records(local, after), "INSERT"));
    assert_non_null(strstr(records(local, after), "MODIFY"));
}

static void a_closed_shard_has_an_end(void **state)
{
    local_fixture *local = *state;
    create(local, streamed);
    change(local, NULL, "1", false);
    const char *iterator = iterator_of(local, "\"TRIM_HORIZON\"");
    HAS(local, "UpdateTable", "{'TableName':'t','StreamSpecification':{'StreamEnabled':false}}", "LatestStreamArn");
    const char *said = records(local, iterator);
    assert_non_null(strstr(said, "INSERT"));
    assert_null(strstr(said, "NextShardIterator"));
    said = local_do(local, "DescribeStream", text("{\"StreamArn\":\"%s\"}", arn_of(local)));
    assert_non_null(strstr(said, "\"StreamStatus\":\"DISABLED\""));
    assert_non_null(strstr(said, "EndingSequenceNumber"));
}

static void iterators_and_records_grow_old(void **state)
{
    local_fixture *local = *state;
    create(local, streamed);
    change(local, NULL, "1", false);
    const char *iterator = iterator_of(local, "\"TRIM_HORIZON\"");
    local->now_us += INT64_C(901000000);
    assert_non_null(strstr(records(local, iterator), "ExpiredIteratorException"));
    local->now_us += INT64_C(86400000000);
    bool more = true;
    while (more)
        assert_true(local_end(local, dynox__table_upkeep(local_begin(local, NULL, "{}", true), 100, &more)));
    assert_non_null(strstr(records(local, iterator_of(local, "\"TRIM_HORIZON\"")), "\"Records\":[]"));
}

static void nonsense_is_refused(void **state)
{
    static const char *const iterators[] = {
        "", "x", "|1|", "|1||", "a|1|1|1", "arn:table/t/stream/x|1|1|1", "|1|99999999999999999999999|1", "|1|1|-1"};
    local_fixture *local = *state;
    create(local, streamed);
    for (size_t i = 0; i < sizeof iterators / sizeof *iterators; i++)
        assert_null(strstr(records(local, iterators[i]), "Records"));
    HAS(local, "DescribeStream", "{'StreamArn':'x'}", "ResourceNotFoundException");
    HAS(local, "DescribeStream", "{'StreamArn':'/stream/:table/'}", "ResourceNotFoundException");
    HAS(local, "ListStreams", "{'TableName':'none'}", "{'Streams':[]}");
    HAS(local, "ListStreams", "{'Limit':1}", "{'Streams':[{");
}

static void a_table_may_have_had_several_streams(void **state)
{
    local_fixture *local = *state;
    create(local, streamed);
    HAS(local, "UpdateTable",
        "{'TableName':'t','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}",
        "Table already has an enabled stream");
    HAS(local, "UpdateTable", "{'TableName':'t','StreamSpecification':{'StreamEnabled':false}}", "TableDescription");
    local->now_us += 1000;
    HAS(local, "UpdateTable",
        "{'TableName':'t','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}", "KEYS_ONLY");
    const char *said = local_do(local, "ListStreams", "{\"Limit\":1}");
    const char *last = member(said, "LastEvaluatedStreamArn");
    said             = local_do(local, "ListStreams", text("{\"ExclusiveStartStreamArn\":\"%s\"}", last));
    assert_null(strstr(said, "LastEvaluatedStreamArn"));
    assert_string_not_equal(member(said, "StreamArn"), last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(changes_make_records_in_order),         OPERATION_TEST(reading_goes_on_where_it_ended),
        OPERATION_TEST(a_sequence_number_is_a_place_to_begin), OPERATION_TEST(a_closed_shard_has_an_end),
        OPERATION_TEST(iterators_and_records_grow_old),        OPERATION_TEST(nonsense_is_refused),
        OPERATION_TEST(a_table_may_have_had_several_streams),
    };
    return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
