/* Parallel scans: every item of every segment once, so many pages at a time, and one error for all. */
#include "client/scripted.h"
#include <pthread.h>
#include <signal.h>

/* What Scan answers for a segment: items "N-0", "N-1" ... on two pages, of which the first has a key to go on with. */
static void answer_segment(int segment, int items_on_first, int items_on_second)
{
    char name[120], json[2000];
    int  used = 0;
    for (int page = 0; page < 2; page++) {
        int first = page ? items_on_first : 0, count = page ? items_on_second : items_on_first;
        used = snprintf(json, sizeof json, "{\"Items\":[");
        for (int i = 0; i < count; i++)
            used += snprintf(json + used, sizeof json - (size_t)used, "%s{\"pk\":{\"S\":\"%d-%d\"}}", i ? "," : "",
                             segment, first + i);
        used += snprintf(json + used, sizeof json - (size_t)used,
                         "],\"Count\":%d,\"ScannedCount\":%d,\"ConsumedCapacity\":{\"TableName\":\"t\","
                         "\"CapacityUnits\":0.5}",
                         count, count + 1);
        if (page == 0)
            used += snprintf(json + used, sizeof json - (size_t)used, ",\"LastEvaluatedKey\":{\"pk\":{\"S\":\"x%d\"}}",
                             segment);
        snprintf(json + used, sizeof json - (size_t)used, "}");
        if (page == 0)
            snprintf(name, sizeof name, "Scan?\"Segment\":%d", segment);
        else
            snprintf(name, sizeof name, "Scan?\"ExclusiveStartKey\":{\"pk\":{\"S\":\"x%d\"", segment);
        scripted_answer(name, json);
    }
}

enum { SEGMENTS = 5 };

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    for (int i = 0; i < SEGMENTS; i++)
        answer_segment(i, i == 1 ? 0 : 3, i == 2 ? 0 : 2); /* an empty page goes on, and an empty last one ends */
    return 0;
}

enum { ALL = SEGMENTS * 5 - 3 - 2 };

/* How many items the stream gives: no one twice. */
static int walk(dynox_stream *stream)
{
    bool              seen[SEGMENTS][5] = {{false}};
    int               count             = 0;
    dynox_error       err               = {0};
    const dynox_item *item;
    while ((item = dynox_sync_stream_next(stream, &err))) {
        const char *name = dynox_get_string(item, "pk");
        bool       *one  = &seen[name[0] - '0'][name[2] - '0'];
        assert_false(*one);
        *one = true;
        count++;
    }
    if (err.status != DYNOX_OK) fail_msg("%s", err.message);
    return count;
}

/* Rows 90, 94. */
static void all_segments_are_read_whatever_is_in_flight(void **state)
{
    (void)state;
    const size_t in_flight[] = {0, 1, 2, 4, 5, 1024};
    for (size_t i = 0; i < sizeof in_flight / sizeof *in_flight; i++) {
        dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS, .in_flight_pages = in_flight[i]);
        assert_int_equal(walk(all), ALL);
        assert_null(dynox_sync_stream_next(all, NULL)); /* it stays at its end */
        dynox_stream_free(all);
    }
    assert_sent("\"TotalSegments\":5,\"Segment\":");
}

/* Row 90. */
static void one_segment_is_a_plain_scan(void **state)
{
    (void)state;
    dynox_stream *all = dynox_parallel_scan(client, "t", 1, .filter = DYNOX_EXPR("n > ?", 1), .index = "i",
                                            .projection = "pk", .consistent_read = true, .page_size = 7);
    assert_int_equal(walk(all), 5);
    dynox_stream_free(all);
    assert_sent("{\"TableName\":\"t\",\"IndexName\":\"i\",\"FilterExpression\":\"#n0 > :v0\",\"ProjectionExpression\":"
                "\"#n1\",\"ConsistentRead\":true,\"ExpressionAttributeNames\":{\"#n0\":\"n\",\"#n1\":\"pk\"},"
                "\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"1\"}},\"TotalSegments\":1,\"Segment\":0,\"Limit\":7,"
                "\"ExclusiveStartKey\":{\"pk\":{\"S\":\"x0\"}}}");
}

/* Row 91. */
static void bad_counts_are_refused(void **state)
{
    (void)state;
    const int64_t counts[] = {0, -1, 1000001, INT64_MAX, INT64_MIN};
    long          sent     = requests_so_far();
    dynox_error   err      = {0};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        dynox_stream *none = dynox_parallel_scan(client, "t", counts[i]);
        assert_null(dynox_sync_stream_next(none, &err));
        assert_int_equal(err.status, DYNOX_E_ARGUMENT);
        assert_non_null(strstr(err.message, "segments: the service allows 1 to 1000000"));
        dynox_stream_free(none);
    }
    dynox_stream *none = dynox_parallel_scan(client, "t", 4, .in_flight_pages = 1025);
    assert_null(dynox_sync_stream_next(none, &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    dynox_stream_free(none);
    none = dynox_parallel_scan(NULL, "t", 4);
    assert_null(dynox_sync_stream_next(none, &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    dynox_stream_free(none);
    none = dynox_parallel_scan_with(client, NULL);
    assert_null(dynox_sync_stream_next(none, &err));
    dynox_stream_free(none);
    assert_int_equal(requests_so_far(), sent);
    dynox_error_clear(&err);
}

/* Row 92. */
static void an_error_of_one_segment_ends_all(void **state)
{
    (void)state;
    dynox_error err = {0};
    /* the first request fails at once, and nothing comes back for the others: they would never end by themselves */
    faultserver_say(&server, "status 400 ValidationException x1, silent");
    dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS);
    assert_null(dynox_sync_stream_next(all, &err));
    assert_int_equal(err.status, DYNOX_E_VALIDATION);
    assert_true(err.request_id[0] != 0);
    faultserver_say(&server, "none");
    long sent = requests_so_far();
    assert_null(dynox_sync_stream_next(all, &err)); /* it stays failed */
    assert_int_equal(err.status, DYNOX_E_VALIDATION);
    assert_int_equal(requests_so_far(), sent);
    dynox_stream_free(all);
    dynox_error_clear(&err);
}

/* Row 93. */
static void what_it_cost_is_summed_over_the_segments(void **state)
{
    (void)state;
    dynox_stream_totals totals;
    dynox_info          info  = {0};
    dynox_items        *items = NULL;
    dynox_stream       *all   = dynox_parallel_scan(client, "t", SEGMENTS, .return_capacity = DYNOX_CAPACITY_TOTAL);
    assert_int_equal(walk(all), ALL);
    assert_int_equal(dynox_stream_get_totals(all, &totals), DYNOX_OK);
    assert_int_equal(totals.pages, 2 * SEGMENTS);
    assert_int_equal(totals.count, ALL);
    assert_int_equal(totals.scanned_count, ALL + 2 * SEGMENTS);
    assert_true(totals.capacity_units == SEGMENTS);
    dynox_stream_free(all);
    all = dynox_parallel_scan(client, "t", SEGMENTS, .return_capacity = DYNOX_CAPACITY_TOTAL);
    assert_int_equal(dynox_sync_collect(all, &items, .info = &info), DYNOX_OK);
    assert_int_equal(items->count, ALL);
    assert_true(info.capacity->units == SEGMENTS);
    assert_string_equal(info.capacity->table, "t");
    dynox_items_free(items);
    dynox_info_clear(&info);
}

/* Row 94. */
static void no_more_pages_are_asked_for_than_may_be_in_flight(void **state)
{
    (void)state;
    long          sent  = requests_so_far();
    dynox_stream *all   = dynox_parallel_scan(client, "t", 4, .in_flight_pages = 2);
    dynox_future *first = dynox_stream_next(all);
    assert_int_equal(dynox_future_wait(first, -1), DYNOX_OK);
    dynox_future_release(first);
    usleep(50000); /* nobody reads: nothing is asked for, but the two pages */
    assert_int_equal(requests_so_far(), sent + 2);
    assert_non_null(dynox_sync_stream_next(all, NULL)); /* one is being read: its lane asks for the next one */
    while (requests_so_far() < sent + 3)
        usleep(1000);
    usleep(50000);
    assert_int_equal(requests_so_far(), sent + 3);
    dynox_stream_free(all);
}

static void a_limit_ends_it_and_is_told_to_the_service(void **state)
{
    (void)state;
    dynox_stream *some = dynox_parallel_scan(client, "t", SEGMENTS, .limit = 4, .in_flight_pages = 1);
    assert_int_equal(walk(some), 4);
    assert_sent("\"Limit\":1"); /* what was left behind the first page of three */
    dynox_stream_free(some);
    some = dynox_parallel_scan(client, "t", SEGMENTS, .limit = 1000);
    assert_int_equal(walk(some), ALL);
    dynox_stream_free(some);
    dynox_item *one  = NULL;
    long        sent = requests_so_far();
    assert_int_equal(dynox_sync_first(dynox_parallel_scan(client, "t", SEGMENTS), &one), DYNOX_OK);
    assert_non_null(one);
    dynox_item_free(one);
    assert_int_equal(requests_so_far(), sent + 1);
    assert_sent("\"Limit\":1");
}

static void it_can_be_waited_for_given_up_and_taken_up_again(void **state)
{
    (void)state;
    const void *item;
    faultserver_say(&server, "delay 30");
    dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS);
    assert_int_equal(dynox_stream_poll(all, &item), DYNOX_STREAM_WAIT);
    dynox_future *dropped = dynox_stream_next(all), *kept = dynox_stream_next(all);
    assert_int_equal(dynox_stream_poll(all, &item), DYNOX_STREAM_WAIT);
    dynox_future_drop(&dropped);
    assert_int_equal(walk(all), ALL);
    dynox_stream_free(all);
    assert_true(dynox_future_done(kept));
    dynox_future_release(kept);
}

static void freed_while_it_waits_it_ends_the_wait(void **state)
{
    (void)state;
    faultserver_say(&server, "silent");
    dynox_stream *all  = dynox_parallel_scan(client, "t", SEGMENTS);
    dynox_future *next = dynox_stream_next(all);
    assert_false(dynox_future_done(next));
    dynox_stream_free(all);
    assert_int_equal(dynox_join_void(next), DYNOX_E_CANCELLED);
    dynox_stream_free(dynox_parallel_scan(client, "t", SEGMENTS)); /* before it began */
}

static void it_outlives_its_client_and_fails(void **state)
{
    (void)state;
    dynox_error   err   = {0};
    dynox_client *brief = scripted_client();
    dynox_stream *all   = dynox_parallel_scan(brief, "t", SEGMENTS, .in_flight_pages = 1);
    assert_non_null(dynox_sync_stream_next(all, NULL));
    dynox_client_free(brief);
    while (dynox_sync_stream_next(all, &err)) {
    }
    assert_int_equal(err.status, DYNOX_E_SHUTDOWN);
    dynox_stream_free(all);
    dynox_error_clear(&err);
}

static void what_breaks_on_the_way_is_asked_for_again_and_nothing_comes_twice(void **state)
{
    (void)state;
    faultserver_say(&server, "cut 10 x2, reset before x1, garble x2, stall 5 x1, reset after x2, status 500 x1, none");
    dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS, .attempt_timeout_ms = 500, .max_attempts = 12);
    assert_int_equal(walk(all), ALL);
    dynox_stream_free(all);
}

enum { THREADS = 8 };

static void *scan_and_collect(void *arg)
{
    dynox_items *items = NULL;
    int64_t      n     = 0;
    *(int *)arg        = 0;
    for (int i = 0; i < 5; i++) {
        dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS, .in_flight_pages = (size_t)i + 1);
        if (dynox_sync_collect(all, &items) != DYNOX_OK || items->count != ALL) return NULL;
        dynox_items_free(items);
        dynox_future *early = dynox_collect(dynox_parallel_scan(client, "t", SEGMENTS));
        dynox_future_cancel(early);
        dynox_status status = dynox_join(early, &items);
        if (status != DYNOX_OK && status != DYNOX_E_CANCELLED) return NULL;
        dynox_items_free(items);
        dynox_future_release(dynox_collect(dynox_parallel_scan(client, "t", SEGMENTS))); /* nobody waits for it */
        if (dynox_sync_count(client, "t", DYNOX_EXPR("pk = ?", 1), &n) != DYNOX_OK) return NULL;
    }
    *(int *)arg = 1;
    return NULL;
}

static void many_threads_scan_with_one_client(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int       good[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, scan_and_collect, &good[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_true(good[i]);
}

static void a_server_that_is_killed_ends_it_with_an_error(void **state)
{
    (void)state;
    dynox_error err = {0};
    faultserver other;
    faultserver_start(&other, NULL);
    dynox_client *lonely = dynox_client_new(.endpoint = other.url, .region = "eu-west-1", .access_key = "A",
                                            .secret_key = "s", .max_attempts = 2, .error = &err);
    faultserver_say(&other, "silent");
    dynox_stream *all  = dynox_parallel_scan(lonely, "t", SEGMENTS);
    dynox_future *next = dynox_stream_next(all);
    while (faultserver_count(&other, "requests") < SEGMENTS)
        usleep(1000);
    kill(other.pid, SIGKILL);
    dynox_future_wait(next, -1);
    dynox_future_release(next);
    assert_null(dynox_sync_stream_next(all, &err));
    assert_true(err.status == DYNOX_E_CONNECT || err.status == DYNOX_E_TRANSPORT);
    assert_true(err.message[0] != 0);
    dynox_stream_free(all);
    dynox_client_free(lonely);
    fclose(other.control);
    close(other.input);
    waitpid(other.pid, NULL, 0);
    dynox_error_clear(&err);
}

static void a_segment_that_goes_on_where_it_began_ends_it(void **state)
{
    (void)state;
    dynox_error err = {0};
    scripted_answer("Scan?\"Segment\":1", "{\"Items\":[],\"Count\":0,\"LastEvaluatedKey\":{\"pk\":{\"S\":\"same\"}}}");
    dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS);
    while (dynox_sync_stream_next(all, &err)) {
    }
    assert_int_equal(err.status, DYNOX_E_DECODE);
    dynox_stream_free(all);
    dynox_error_clear(&err);
}

static dynox_outcome read_inside(dynox_future *future, void *arg)
{
    (void)future;
    dynox_error   err = {0};
    dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS);
    dynox_sync_stream_next(all, &err);
    dynox_stream_free(all);
    *(dynox_status *)arg = err.status;
    return dynox_ok(NULL, NULL);
}

static void reading_on_an_io_thread_of_the_client_is_refused(void **state)
{
    (void)state;
    dynox_status status = DYNOX_OK;
    faultserver_say(&server, "delay 20");
    dynox_join_void(dynox_then(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1)), read_inside, &status,
                               .on = dynox_executor_inline()));
    assert_int_equal(status, DYNOX_E_DEADLOCK);
}

static void it_has_no_resume_key(void **state)
{
    (void)state;
    dynox_item   *key = NULL;
    dynox_stream *all = dynox_parallel_scan(client, "t", SEGMENTS);
    assert_int_equal(dynox_sync_stream_resume_key(all, &key, NULL), DYNOX_E_ARGUMENT);
    dynox_stream_free(all);
}

#define EACH(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(all_segments_are_read_whatever_is_in_flight),
        EACH(one_segment_is_a_plain_scan),
        EACH(bad_counts_are_refused),
        EACH(an_error_of_one_segment_ends_all),
        EACH(what_it_cost_is_summed_over_the_segments),
        EACH(no_more_pages_are_asked_for_than_may_be_in_flight),
        EACH(a_limit_ends_it_and_is_told_to_the_service),
        EACH(it_can_be_waited_for_given_up_and_taken_up_again),
        EACH(freed_while_it_waits_it_ends_the_wait),
        EACH(it_outlives_its_client_and_fails),
        EACH(a_segment_that_goes_on_where_it_began_ends_it),
        EACH(what_breaks_on_the_way_is_asked_for_again_and_nothing_comes_twice),
        EACH(many_threads_scan_with_one_client),
        EACH(a_server_that_is_killed_ends_it_with_an_error),
        EACH(reading_on_an_io_thread_of_the_client_is_refused),
        EACH(it_has_no_resume_key),
    };
    return cmocka_run_group_tests_name("parallel scan", tests, scripted_setup, scripted_teardown);
}
