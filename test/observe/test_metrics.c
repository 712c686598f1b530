/* Metrics: what is counted under which names, from any number of threads, and how it is read. */
#include "aws/calls.h"
#include "observe/metrics.h"
#include <dynox/memory.h>

static const fake_step good[] = {{.http = 200, .body = "{}"}};

static dynox_future *call_on(rig *r, const char *table)
{
    dynox__call *call = call_prepare(r);
    dynox__call_resource(call, table);
    return dynox__call_start(call);
}

static void run(rig *r, const char *table)
{
    dynox_future *future = call_on(r, table);
    wait_done(future);
    dynox_future_error(future);
    dynox_future_release(future);
}

static dynox_call_metrics sum_of(const dynox_metrics *metrics, const char *operation, const char *table)
{
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    assert_non_null(all);
    dynox_call_metrics sum = dynox_metrics_sum(all, operation, table);
    dynox_metrics_snapshot_free(all);
    return sum;
}

/* Rows 286, 288. */
static void calls_are_counted_by_operation_and_table(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    rig            r       = RIG_WITH(good, .observer = dynox_metrics_observer(metrics));
    run(&r, "users");
    run(&r, "users");
    run(&r, "orders");
    dynox_call_metrics users = sum_of(metrics, "GetItem", "users");
    assert_int_equal(users.calls, 2);
    assert_int_equal(users.attempts, 2);
    assert_int_equal(users.failures, 0);
    assert_true(users.sent_bytes > 2 * 300 && users.received_bytes == 4);
    assert_true(users.longest_us <= users.duration_us);
    assert_int_equal(sum_of(metrics, NULL, NULL).calls, 3);
    assert_int_equal(sum_of(metrics, "PutItem", NULL).calls, 0);
    dynox_metrics_reset(metrics);
    assert_int_equal(sum_of(metrics, NULL, NULL).calls, 0);
    run(&r, "users");
    assert_int_equal(sum_of(metrics, NULL, "users").calls, 1);
    rig_close(&r);
    dynox_metrics_free(metrics);
}

static void failures_are_counted_by_status_and_throttles_by_attempt(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 400, .body = "{\"__type\":\"x#ThrottlingException\"}"},
                                      {.http = 400, .body = "{\"__type\":\"x#ThrottlingException\"}"},
                                      {.http = 400, .body = "{\"__type\":\"x#ValidationException\"}"}};
    dynox_metrics         *metrics = dynox_metrics_new();
    rig                    r       = RIG_WITH(steps, .observer = dynox_metrics_observer(metrics));
    run(&r, "users");
    dynox_call_metrics users = sum_of(metrics, "GetItem", "users");
    assert_int_equal(users.calls, 1);
    assert_int_equal(users.failures, 1);
    assert_int_equal(users.failed[DYNOX_E_VALIDATION], 1);
    assert_int_equal(users.throttles, 2);
    assert_int_equal(users.attempts, 3);
    rig_close(&r);
    dynox_metrics_free(metrics);
}

static void each_client_can_have_its_own(void **state)
{
    (void)state;
    dynox_metrics *one = dynox_metrics_new(), *two = dynox_metrics_new();
    rig            r = RIG_WITH(good, .observer = dynox_metrics_observer(one));
    rig            s = RIG_WITH(good, .observer = dynox_metrics_observer(two));
    run(&r, "users");
    run(&s, "users");
    run(&s, "users");
    assert_int_equal(sum_of(one, NULL, NULL).calls, 1);
    assert_int_equal(sum_of(two, NULL, NULL).calls, 2);
    rig_close(&r);
    rig_close(&s);
    dynox_metrics_free(one);
    dynox_metrics_free(two);
}

enum { THREADS = 4, EACH = 500 };

static void *many_calls(void *arg)
{
    for (int i = 0; i < EACH; i++)
        run(arg, i % 2 ? "odd" : "even");
    return NULL;
}

/* Row 289. */
static void nothing_is_lost_or_mixed_up_between_threads(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    rig            r       = RIG_WITH(good, .observer = dynox_metrics_observer(metrics));
    pthread_t      threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, many_calls, &r), 0);
    for (int i = 0; i < 20; i++)
        dynox_free(dynox_metrics_text(metrics)); /* meanwhile */
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(sum_of(metrics, "GetItem", "odd").calls, THREADS * EACH / 2);
    assert_int_equal(sum_of(metrics, "GetItem", "even").calls, THREADS * EACH / 2);
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    assert_int_equal(all->count, 2);
    assert_int_equal(all->in_flight, 0);
    dynox_metrics_snapshot_free(all);
    rig_close(&r);
    dynox_metrics_free(metrics);
}

static void memory_has_a_limit_and_no_call_is_lost(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new(.max_series = 3);
    rig            r       = RIG_WITH(good, .observer = dynox_metrics_observer(metrics));
    char           name[32];
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "table%d", i);
        run(&r, name);
    }
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    assert_int_equal(all->count, 4);
    assert_int_equal(dynox_metrics_sum(all, NULL, NULL).calls, 10);
    assert_int_equal(dynox_metrics_sum(all, "", "").calls, 7);
    dynox_metrics_snapshot_free(all);
    rig_close(&r);
    dynox_metrics_free(metrics);
}

static void freed_early_they_count_on_for_the_client(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    rig            r       = RIG_WITH(good, .observer = dynox_metrics_observer(metrics));
    run(&r, "users");
    dynox_metrics_snapshot *all = dynox_metrics_read(metrics);
    dynox_metrics_free(metrics);
    run(&r, "users");
    run(&r, "others");
    rig_close(&r);
    assert_string_equal(all->series[0].table, "users"); /* the snapshot keeps its names */
    dynox_metrics_snapshot_free(all);
    dynox_metrics_free(NULL);
    assert_null(dynox_metrics_observer(NULL));
    dynox_metrics_snapshot_free(NULL);
    assert_null(dynox_metrics_read(NULL));
    assert_null(dynox_metrics_text(NULL));
    dynox_metrics_reset(NULL);
    assert_int_equal(dynox_metrics_sum(NULL, NULL, NULL).calls, 0);
}

static void buckets_are_without_gaps_and_an_eighth_wide(void **state)
{
    (void)state;
    uint64_t start = 0;
    for (size_t i = 0; i < DYNOX_METRICS_BUCKETS - 1; i++) {
        uint64_t end = dynox__bucket_end(i);
        assert_true(end > start);
        assert_int_equal(dynox__bucket_of(start), i);
        assert_int_equal(dynox__bucket_of(end - 1), i);
        assert_true(start < 8 || (end - start) * 8 <= start + 8);
        start = end;
    }
    assert_int_equal(dynox__bucket_of(start), DYNOX_METRICS_BUCKETS - 1);
    assert_int_equal(dynox__bucket_of(UINT64_MAX), DYNOX_METRICS_BUCKETS - 1);
}

static void percentiles_come_from_the_buckets(void **state)
{
    (void)state;
    dynox_call_metrics calls = {.calls = 100, .longest_us = 50000};
    assert_int_equal(dynox_metrics_percentile(&(dynox_call_metrics){0}, 0.5), 0);
    calls.buckets[dynox__bucket_of(1000)]  = 98;
    calls.buckets[dynox__bucket_of(50000)] = 2;
    assert_in_range(dynox_metrics_percentile(&calls, 0.5), 1000, 1125);
    assert_in_range(dynox_metrics_percentile(&calls, 0.98), 1000, 1125);
    assert_int_equal(dynox_metrics_percentile(&calls, 0.99), 50000);
    assert_int_equal(dynox_metrics_percentile(&calls, 1), 50000);
    assert_in_range(dynox_metrics_percentile(&calls, 0), 1000, 1125);
}

static void assert_has(const char *text, const char *line)
{
    if (!strstr(text, line)) fail_msg("not there: %s\n%s", line, text);
}

static void the_text_is_what_prometheus_reads(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new(.name = "a \"b\" \\ c\nd");
    rig            r       = RIG_WITH(good, .observer = dynox_metrics_observer(metrics));
    run(&r, "us\"ers");
    char *text = dynox_metrics_text(metrics);
    assert_non_null(text);
    assert_has(text, "# TYPE dynox_call_duration_seconds histogram\n");
    assert_has(text, "dynox_call_duration_seconds_bucket{client=\"a \\\"b\\\" \\\\ c\\nd\",operation=\"GetItem\","
                     "table=\"us\\\"ers\",le=\"0.000256\"} ");
    assert_has(text, "le=\"134.217728\"} 1\n");
    assert_has(text, "le=\"+Inf\"} 1\n");
    assert_has(text,
               "dynox_attempts_total{client=\"a \\\"b\\\" \\\\ c\\nd\",operation=\"GetItem\",table=\"us\\\"ers\"} 1\n");
    assert_has(text, "dynox_calls_in_flight{client=\"a \\\"b\\\" \\\\ c\\nd\"} 0\n");
    assert_has(text, "dynox_credentials_refreshed_total{client=\"a \\\"b\\\" \\\\ c\\nd\"} 1\n");
    for (const char *at = text; *at;) { /* each line is a comment or ends in a number */
        const char *end = strchr(at, '\n');
        assert_non_null(end);
        assert_true(*at == '#' || (end > at && end[-1] >= '0' && end[-1] <= '9'));
        at = end + 1;
    }
    dynox_free(text);
    rig_close(&r);
    dynox_metrics_free(metrics);
}

static void without_a_name_there_is_no_such_label(void **state)
{
    (void)state;
    dynox_metrics *metrics = dynox_metrics_new();
    rig            r       = RIG_WITH(good, .observer = dynox_metrics_observer(metrics));
    char          *empty   = dynox_metrics_text(metrics);
    assert_has(empty, "\ndynox_calls_in_flight 0\n");
    dynox_free(empty);
    run(&r, "users");
    char *text = dynox_metrics_text(metrics);
    assert_has(text, "dynox_attempts_total{operation=\"GetItem\",table=\"users\"} 1\n");
    dynox_free(text);
    rig_close(&r);
    dynox_metrics_free(metrics);
}

static void make_and_read(void *arg)
{
    (void)arg;
    dynox_metrics *metrics = dynox_metrics_new(.name = "x");
    dynox_free(metrics ? dynox_metrics_text(metrics) : NULL);
    dynox_metrics_free(metrics);
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(make_and_read, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_counted_by_operation_and_table),
        cmocka_unit_test(failures_are_counted_by_status_and_throttles_by_attempt),
        cmocka_unit_test(each_client_can_have_its_own),
        cmocka_unit_test(nothing_is_lost_or_mixed_up_between_threads),
        cmocka_unit_test(memory_has_a_limit_and_no_call_is_lost),
        cmocka_unit_test(freed_early_they_count_on_for_the_client),
        cmocka_unit_test(buckets_are_without_gaps_and_an_eighth_wide),
        cmocka_unit_test(percentiles_come_from_the_buckets),
        cmocka_unit_test(the_text_is_what_prometheus_reads),
        cmocka_unit_test(without_a_name_there_is_no_such_label),
        cmocka_unit_test(any_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
