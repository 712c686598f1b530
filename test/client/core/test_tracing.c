/* Spans of a client: every family has them, and they name the server that was really asked. */
#include "client/scripted.h"

typedef struct kept {
    char   names[32][64], server[64];
    size_t count;
    int    port;
    double read;
} kept;

static void keep(const dynox_span *span, void *arg)
{
    kept *to = arg;
    snprintf(to->names[to->count++ % 32], sizeof to->names[0], "%s", span->name);
    for (size_t i = 0; i < span->attribute_count; i++) {
        const dynox_span_attribute *one = &span->attributes[i];
        if (strcmp(one->name, "server.address") == 0) snprintf(to->server, sizeof to->server, "%s", one->text);
        if (strcmp(one->name, "server.port") == 0) to->port = (int)one->integer;
        if (strcmp(one->name, "aws.dynamodb.consumed_capacity.read") == 0) to->read = one->real;
    }
}

static bool has(const kept *k, const char *name)
{
    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->names[i], name) == 0) return true;
    return false;
}

static dynox_client *traced(kept *to, bool without_capacity)
{
    dynox_observer *tracer = dynox_tracer_new(.fn = keep, .arg = to, .without_capacity = without_capacity);
    dynox_client   *made = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "AKIDEXAMPLE",
                                            .secret_key = "secret", .observer = tracer);
    dynox_observer_release(tracer);
    return made;
}

/* Row 296. */
static void every_family_has_spans_with_the_real_server(void **state)
{
    (void)state;
    kept          k      = {.count = 0};
    dynox_client *db     = traced(&k, false);
    dynox_item   *item   = NULL;
    dynox_items  *items  = NULL;
    dynox_stream *stream = dynox_query(db, "t", DYNOX_EXPR("pk = ?", "x"));
    dynox_sync_get_item(db, "t", DYNOX_ITEM("pk", "x"), &item);
    dynox_item_free(item);
    dynox_sync_stream_next(stream, NULL);
    dynox_stream_free(stream);
    dynox_sync_transact_write(
        db, DYNOX_WRITES(DYNOX_PUT("t", DYNOX_ITEM("pk", "x")), DYNOX_PUT("t", DYNOX_ITEM("pk", "y"))));
    dynox_sync_batch_write(
        db, DYNOX_WRITES(DYNOX_DELETE("t", DYNOX_ITEM("pk", "x")), DYNOX_DELETE("t", DYNOX_ITEM("pk", "y"))));
    dynox_sync_batch_get(db, DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "x"))), &items);
    dynox_items_free(items);
    stream = dynox_execute_statement(db, DYNOX_EXPR("SELECT * FROM t WHERE pk = ?", "x"));
    dynox_sync_stream_next(stream, NULL);
    dynox_stream_free(stream);
    dynox_sync_describe_table(db, "t", NULL);
    static const char *const names[] = {
        "GetItem t",        "Query t",        "BATCH TransactWriteItems t", "BATCH BatchWriteItem t", "BatchGetItem t",
        "ExecuteStatement", "DescribeTable t"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!has(&k, names[i])) fail_msg("no span \"%s\"", names[i]);
    assert_string_equal(k.server, "127.0.0.1");
    assert_int_equal(k.port, server.port);
    dynox_client_free(db);
}

/* Row 295. */
static void capacity_can_be_left_out(void **state)
{
    (void)state;
    kept        k = {.count = 0}, without = {.count = 0};
    dynox_item *item = NULL;
    scripted_answer("GetItem", "{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":0.5}}");
    for (int i = 0; i < 2; i++) {
        dynox_client *db = traced(i ? &without : &k, i);
        assert_int_equal(dynox_sync_get_item(db, "t", DYNOX_ITEM("pk", "x"), &item), DYNOX_OK);
        assert_int_equal(strstr(faultserver_ask(&server, "last"), "ReturnConsumedCapacity") == NULL, i);
        dynox_client_free(db);
    }
    assert_true(k.read == 0.5);
    assert_true(without.read == 0);
    faultserver_say(&server, "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_family_has_spans_with_the_real_server),
        cmocka_unit_test(capacity_can_be_left_out),
    };
    return cmocka_run_group_tests_name("tracing", tests, scripted_setup, scripted_teardown);
}
