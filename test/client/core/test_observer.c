/* Observers of a client: what operations tell them, and what they may do while they hear it. */
#include "client/scripted.h"
#include "fork.h"
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

typedef struct heard {
    char          operation[32], table[32], index[32], body[512], region[32];
    double        units;
    char          correlation_id[80], traceparent[80], request_id[64];
    uint64_t      items, scanned, client;
    size_t        parts;
    bool          is_write;
    int64_t       connected_ns, connecting_ns, first_byte_ns, sent_ns, done_ns, queued_ns;
    unsigned      port;
    _Atomic int   begun, ends, opened, failed, closed;
    dynox_client *calls; /* in call_ends */
    dynox_future *call;
    dynox_status  sync; /* what a sync_ call there gives */
    dynox_client *frees;
} heard;

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "(none)");
}

static void *call_begins(const dynox_observed *call, void *arg)
{
    heard *to = arg;
    atomic_fetch_add(&to->begun, 1);
    if (call->body) snprintf(to->body, sizeof to->body, "%.*s", (int)call->body_size, call->body);
    return NULL;
}

static void call_ends(const dynox_observed *call, void *context, void *arg)
{
    heard *to = arg;
    assert_null(context);
    if (to->calls) {
        dynox_client *db = to->calls;
        to->calls        = NULL; /* or this would go on for ever */
        to->call         = dynox_get_item(db, "other", DYNOX_ITEM("pk", "x"));
        to->sync         = dynox_sync_delete_item(db, "other", DYNOX_ITEM("pk", "x"));
    }
    if (to->frees) dynox_client_free(to->frees);
    to->frees = NULL;
    copy(to->operation, sizeof to->operation, call->operation);
    copy(to->table, sizeof to->table, call->table);
    copy(to->index, sizeof to->index, call->index);
    copy(to->region, sizeof to->region, call->region);
    copy(to->correlation_id, sizeof to->correlation_id, call->correlation_id);
    copy(to->traceparent, sizeof to->traceparent, call->traceparent);
    copy(to->request_id, sizeof to->request_id, call->request_id);
    to->units         = call->capacity_count ? call->capacity[0].units : -1;
    to->items         = call->items;
    to->scanned       = call->scanned;
    to->client        = call->client;
    to->parts         = call->parts;
    to->is_write      = call->is_write;
    to->port          = call->port;
    to->queued_ns     = call->queued_ns;
    to->connected_ns  = call->connected_ns;
    to->connecting_ns = call->connecting_ns;
    to->sent_ns       = call->sent_ns;
    to->first_byte_ns = call->first_byte_ns;
    to->done_ns       = call->done_ns;
    atomic_fetch_add(&to->ends, 1);
}

static void opened(const dynox_observed_connection *connection, void *arg)
{
    assert_string_equal(connection->host, "127.0.0.1");
    assert_int_equal(connection->status, DYNOX_OK);
    assert_true(connection->took_ns >= 0 && !connection->tls);
    atomic_fetch_add(&((heard *)arg)->opened, 1);
}

static void failed(const dynox_observed_connection *connection, void *arg)
{
    assert_int_not_equal(connection->status, DYNOX_OK);
    assert_true(strlen(connection->message) > 0);
    atomic_fetch_add(&((heard *)arg)->failed, 1);
}

static void closed(const dynox_observed_connection *connection, void *arg)
{
    assert_true(connection->port > 0);
    atomic_fetch_add(&((heard *)arg)->closed, 1);
}

/* A client that tells it. */
static dynox_client *observed(heard *to, dynox_return_capacity capacity, const char *url)
{
    dynox_observer *mine =
        dynox_observer_new(.arg = to, .capacity = capacity, .call_begins = call_begins, .call_ends = call_ends,
                           .connection_opened = opened, .connection_failed = failed, .connection_closed = closed);
    dynox_client *made = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKIDEXAMPLE",
                                          .secret_key = "secret", .observer = mine, .max_attempts = 1);
    dynox_observer_release(mine);
    assert_non_null(made);
    return made;
}

static void a_get_tells_table_times_and_items(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_item   *it = NULL;
    dynox_client *db = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"S\":\"x\"}}}");
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &it), DYNOX_OK);
    assert_string_equal(h.operation, "GetItem");
    assert_string_equal(h.table, "users");
    assert_string_equal(h.index, "(none)");
    assert_string_equal(h.region, "eu-west-1");
    assert_string_equal(h.body, "{\"TableName\":\"users\",\"Key\":{\"pk\":{\"S\":\"x\"}}}");
    assert_int_equal(h.port, server.port);
    assert_int_equal(h.items, 1);
    assert_false(h.is_write);
    assert_true(h.units < 0);
    assert_true(h.connecting_ns > 0);
    assert_true(h.queued_ns <= h.connected_ns && h.connected_ns <= h.sent_ns && h.sent_ns <= h.first_byte_ns &&
                h.first_byte_ns <= h.done_ns && h.queued_ns > 0);
    assert_int_equal(atomic_load(&h.opened), 1);
    dynox_item_free(it);
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &it), DYNOX_OK);
    assert_int_equal(h.connecting_ns, 0); /* the same connection */
    dynox_item_free(it);
    dynox_client_free(db);
    assert_int_equal(atomic_load(&h.begun), 2);
    assert_int_equal(atomic_load(&h.ends), 2);
    assert_int_equal(atomic_load(&h.closed), 1);
    faultserver_say(&server, "none");
}

static void capacity_is_asked_for_where_it_is_wanted(void **state)
{
    (void)state;
    heard         h    = {0};
    dynox_page   *page = NULL;
    dynox_client *db   = observed(&h, DYNOX_CAPACITY_TOTAL, server.url);
    scripted_answer("Query", "{\"Items\":[{\"pk\":{\"S\":\"x\"}}],\"Count\":1,\"ScannedCount\":7,"
                             "\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":2.5}}");
    assert_int_equal(dynox_sync_query_page(db, "users", DYNOX_EXPR("pk = ?", "x"), &page, .index = "by_age"), DYNOX_OK);
    assert_sent("\"ReturnConsumedCapacity\":\"TOTAL\"");
    assert_string_equal(h.index, "by_age");
    assert_true(h.units == 2.5);
    assert_int_equal(h.items, 1);
    assert_int_equal(h.scanned, 7);
    dynox_page_free(page);
    dynox_stream *stream = dynox_query(db, "users", DYNOX_EXPR("pk = ?", "x"), .index = "by_age");
    assert_non_null(dynox_sync_stream_next(stream, NULL));
    dynox_stream_free(stream);
    assert_sent("\"ReturnConsumedCapacity\":\"TOTAL\"");
    assert_string_equal(h.index, "by_age");
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x"), .return_capacity = DYNOX_CAPACITY_INDEXES),
                     DYNOX_OK);
    assert_sent("\"ReturnConsumedCapacity\":\"INDEXES\""); /* the call wants more */
    assert_true(h.is_write);
    dynox_client_free(db);
    faultserver_say(&server, "none");
}

static void a_transaction_of_two_tables_has_none(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_client *db = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    assert_int_equal(dynox_sync_transact_write(db, DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "1")),
                                                                DYNOX_PUT("a", DYNOX_ITEM("pk", "2")))),
                     DYNOX_OK);
    assert_string_equal(h.table, "a");
    assert_int_equal(h.parts, 2);
    assert_int_equal(dynox_sync_transact_write(db, DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "1")),
                                                                DYNOX_PUT("b", DYNOX_ITEM("pk", "2")))),
                     DYNOX_OK);
    assert_string_equal(h.table, "(none)");
    dynox_client_free(db);
}

static void it_may_call_the_client_again(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_client *db = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    h.calls          = db;
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    assert_non_null(h.call);
    assert_int_equal(h.sync, DYNOX_E_DEADLOCK); /* on an I/O thread */
    assert_int_equal(dynox_join_void(h.call), DYNOX_OK);
    assert_int_equal(atomic_load(&h.ends), 2);
    dynox_client_free(db);
}

static void it_may_free_the_client(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_client *db = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    h.frees          = db;
    dynox_future *f  = dynox_put_item(db, "users", DYNOX_ITEM("pk", "x"));
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    assert_int_equal(atomic_load(&h.ends), 1);
    while (atomic_load(&h.closed) < 1) /* the helper ends the threads */
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static void connections_that_fail_are_told(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_client *db = observed(&h, DYNOX_CAPACITY_NONE, "http://127.0.0.1:1");
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x")), DYNOX_E_CONNECT);
    assert_true(atomic_load(&h.failed) >= 1);
    assert_int_equal(atomic_load(&h.opened), 0);
    dynox_client_free(db);
}

static void a_forked_child_tells_nobody(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_client *db = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    int   status = 0;
    pid_t child  = fork_among_sleepers();
    if (child == 0) {
        bool forked = dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x")) == DYNOX_E_FORKED;
        _exit(forked && atomic_load(&h.begun) == 1 && atomic_load(&h.ends) == 1 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    dynox_client_free(db);
}

static void clients_have_numbers_of_their_own(void **state)
{
    (void)state;
    heard         a = {0}, b = {0};
    dynox_client *one = observed(&a, DYNOX_CAPACITY_NONE, server.url);
    dynox_client *two = observed(&b, DYNOX_CAPACITY_NONE, server.url);
    assert_int_equal(dynox_sync_put_item(one, "users", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    assert_int_equal(dynox_sync_put_item(two, "users", DYNOX_ITEM("pk", "x")), DYNOX_OK);
    assert_true(a.client && b.client && a.client != b.client);
    dynox_client_free(one);
    dynox_client_free(two);
}

static char line[2048];

static void keep_line(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)level;
    (void)arg;
    if (strcmp(subject, "call") == 0) snprintf(line, sizeof line, "%s", message);
}

#define TRACEPARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

/* Rows 287, 291. */
static void correlation_id_and_traceparent_reach_observer_log_and_wire(void **state)
{
    (void)state;
    heard         h  = {0};
    dynox_client *db = observed(&h, DYNOX_CAPACITY_TOTAL, server.url);
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"S\":\"secret\"}},"
                               "\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":0.5}}");
    dynox_set_log(DYNOX_LOG_DEBUG, keep_line, NULL);
    dynox_item *it = NULL;
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "secret"), &it, .correlation_id = "order-7",
                                         .traceparent = TRACEPARENT),
                     DYNOX_OK);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    dynox_item_free(it);
    assert_string_equal(h.correlation_id, "order-7");
    assert_string_equal(h.traceparent, TRACEPARENT);
    assert_true(h.request_id[0] != 0);
    assert_non_null(strstr(faultserver_ask(&server, "last"), "traceparent"));
    assert_ptr_equal(strstr(line, "GetItem table=\"users\" status=DYNOX_OK attempts=1 duration_ms="), line);
    assert_non_null(strstr(line, " rcu=0.5 items=1 request_id="));
    assert_non_null(strstr(line, " correlation_id=order-7 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
                                 "span_id=00f067aa0ba902b7"));
    assert_null(strstr(line, "secret"));
    dynox_client_free(db);
    faultserver_say(&server, "none");
}

static void streams_keep_them_for_every_page(void **state)
{
    (void)state;
    heard         h    = {0};
    dynox_client *db   = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    char          id[] = "batch-1", trace[] = TRACEPARENT;
    scripted_answer("Scan", "{\"Items\":[],\"Count\":0,\"ScannedCount\":9}");
    dynox_stream *stream = dynox_scan(db, "users", .correlation_id = id, .traceparent = trace);
    memset(id, 'x', sizeof id);
    memset(trace, 'x', sizeof trace);
    assert_null(dynox_sync_stream_next(stream, NULL));
    dynox_stream_free(stream);
    assert_string_equal(h.correlation_id, "batch-1");
    assert_string_equal(h.traceparent, TRACEPARENT);
    dynox_client_free(db);
    faultserver_say(&server, "none");
}

static void wrong_ones_are_refused(void **state)
{
    static const char *const wrong[] = {"",
                                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                                        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                        "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n"};
    static const char *const ids[]   = {"", "a b", "a\r\nX: y", "\xc3\xa4",
                                        "12345678901234567890123456789012345678901234567890123456789012345"};
    dynox_error              err     = {0};
    long                     before  = requests_so_far();
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dynox_status status =
            dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .traceparent = wrong[i], .error = &err);
        assert_int_equal(status, DYNOX_E_ARGUMENT);
        assert_non_null(strstr(err.message, "traceparent"));
    }
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        dynox_status status =
            dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .correlation_id = ids[i], .error = &err);
        assert_int_equal(status, DYNOX_E_ARGUMENT);
        assert_non_null(strstr(err.message, "correlation_id"));
    }
    assert_int_equal(requests_so_far(), before);
}

/* Also those for which there is no request yet. */
static void refused_calls_are_told(void **state)
{
    heard             h       = {0};
    dynox_client     *db      = observed(&h, DYNOX_CAPACITY_NONE, server.url);
    const dynox_item *key     = DYNOX_ITEM("pk", "x");
    dynox_future     *wrong[] = {
            dynox_get_item(db, NULL, key),
            dynox_get_item(db, "t", key, .hedge = (dynox_hedge)99),
            dynox_get_item(db, "t", key, .correlation_id = "a b"),
            dynox_get_item(db, "t", key, .error = &(dynox_error){0}),
            dynox_batch_write(db, DYNOX_WRITES(DYNOX_CHECK("t", key, DYNOX_EXPR("a = ?", 1)))),
            dynox_batch_get(db, DYNOX_READS(DYNOX_GET("t", key)), .traceparent = "00"),
    };
    enum { WRONG = sizeof wrong / sizeof *wrong };
    (void)state;
    for (int i = 0; i < WRONG; i++)
        assert_int_equal(dynox_join_void(wrong[i]), DYNOX_E_ARGUMENT);
    assert_int_equal(atomic_load(&h.begun), WRONG);
    assert_int_equal(atomic_load(&h.ends), WRONG);
    assert_string_equal(h.operation, "BatchGetItem");
    dynox_client_free(db);
}

/* Nothing of a refused one is sent, and its plan says why. */
static void a_refused_batch_is_explained(void **state)
{
    dynox_explanation *plan = dynox_explain(
        dynox_batch_write(client, DYNOX_WRITES(DYNOX_UPDATE("t", DYNOX_ITEM("pk", "x"), DYNOX_EXPR("SET a = ?", 1)))));
    (void)state;
    assert_non_null(plan);
    assert_int_equal(plan->status, DYNOX_E_ARGUMENT);
    assert_string_equal(plan->operation, "BatchWriteItem");
    assert_non_null(strstr(plan->message, "part 1 (update on"));
    dynox_explanation_free(plan);
}

/* Their locks may be held by threads that a child has not. */
static void a_child_needs_metrics_and_hot_keys_of_its_own(void **state)
{
    (void)state;
    int             result  = 0;
    dynox_metrics  *metrics = dynox_metrics_new();
    dynox_hot_keys *hot     = dynox_hot_keys_new();
    dynox_observer *log     = dynox_call_log_new();
    dynox_observer *each[]  = {dynox_metrics_observer(metrics), dynox_hot_keys_observer(hot)};
    pid_t           child   = fork_among_sleepers();
    if (child == 0) {
        bool refused = true;
        for (int i = 0; i < 2; i++) {
            dynox_error     err  = {0};
            dynox_observer *all  = dynox_observer_all(log, each[i]);
            dynox_client   *made = dynox_client_new(.region = "eu-west-1", .observer = all, .error = &err);
            refused              = refused && !made && err.status == DYNOX_E_FORKED;
        }
        dynox_hot_keys_clear(hot);
        refused = refused && dynox_hot_keys_table(hot, "t", .reads = 1) == DYNOX_E_FORKED;
        _exit(refused && dynox_hot_keys_reads(hot, "t", dynox_string("x")) == 0 &&
                      dynox_client_new(.region = "eu-west-1", .observer = log)
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    dynox_observer_release(log);
    dynox_hot_keys_free(hot);
    dynox_metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_tells_table_times_and_items),
        cmocka_unit_test(capacity_is_asked_for_where_it_is_wanted),
        cmocka_unit_test(a_transaction_of_two_tables_has_none),
        cmocka_unit_test(it_may_call_the_client_again),
        cmocka_unit_test(it_may_free_the_client),
        cmocka_unit_test(connections_that_fail_are_told),
        cmocka_unit_test(a_forked_child_tells_nobody),
        cmocka_unit_test(a_child_needs_metrics_and_hot_keys_of_its_own),
        cmocka_unit_test(clients_have_numbers_of_their_own),
        cmocka_unit_test(correlation_id_and_traceparent_reach_observer_log_and_wire),
        cmocka_unit_test(streams_keep_them_for_every_page),
        cmocka_unit_test(wrong_ones_are_refused),
        cmocka_unit_test(refused_calls_are_told),
        cmocka_unit_test(a_refused_batch_is_explained),
    };
    return cmocka_run_group_tests_name("observer of a client", tests, scripted_setup, scripted_teardown);
}
