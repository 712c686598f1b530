/* Limiters by themselves: what they allow at which moment. Time is what the test says it is. */
#include "aws/flow/limiter.h"
#include "support.h"

static int64_t now;

static int64_t clock_of_test(int which)
{
    (void)which;
    return now;
}

static int begin(void **state)
{
    (void)state;
    now = 1000 * DYNOX__SECOND;
    dynox__clock_fake(clock_of_test);
    return 0;
}

static int end(void **state)
{
    (void)state;
    dynox__clock_fake(NULL);
    return 0;
}

static void pass_ms(int64_t ms)
{
    now += ms * DYNOX__MS;
}

/* One attempt, if it may leave now. */
static bool leaves(dynox_limiter *limiter, const char *operation, bool is_write, dynox__toll *toll)
{
    dynox__gate *gate;
    double       units;
    dynox__toll_begin(toll, limiter, operation, is_write);
    while ((gate = dynox__toll_next(toll, limiter, now, &units)) != NULL) {
        if (!dynox__gate_try(gate, units, now)) {
            dynox__toll_refund(toll, now);
            return false;
        }
        toll->paid++;
    }
    return true;
}

/* One call that consumes so many units. */
static bool calls(dynox_limiter *limiter, const char *operation, bool is_write, double units)
{
    dynox__toll    toll     = {0};
    dynox_capacity consumed = {.table = "users", .units = units};
    if (!leaves(limiter, operation, is_write, &toll)) return false;
    dynox__toll_settle(&toll, limiter, &consumed, 1, now);
    return true;
}

static bool reads(dynox_limiter *limiter)
{
    return calls(limiter, "GetItem", false, 1);
}

static bool writes(dynox_limiter *limiter)
{
    return calls(limiter, "PutItem", true, 1);
}

static void throttle(dynox_limiter *limiter, const char *operation, bool is_write)
{
    dynox__toll toll = {0};
    int64_t     sent = now;
    pass_ms(1);
    if (!leaves(limiter, operation, is_write, &toll)) fail_msg("it may not leave");
    dynox__toll_too_fast(&toll, limiter, sent, now);
    dynox__toll_refund(&toll, now);
}

static dynox_limiter_stats stats_of(dynox_limiter *limiter, const char *table, const char *index)
{
    dynox_limiter_stats stats;
    assert_true(dynox_limiter_get_stats(limiter, table, index, &stats));
    return stats;
}

static void assert_near(double got, double expected)
{
    double off = got > expected ? got - expected : expected - got;
    if (off > 1e-6 * (1 + expected)) fail_msg("%f instead of %f", got, expected);
}

/* ---- fixed ---- */

/* Row 276. */
static void ten_units_at_ten_a_second_go_at_once_and_the_next_five_take_half_a_second(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 10);
    for (int i = 0; i < 10; i++)
        assert_true(reads(limiter));
    int64_t first = now;
    for (int i = 0; i < 5; i++)
        while (!reads(limiter))
            pass_ms(1);
    assert_in_range((now - first) / DYNOX__MS, 500, 505);
    dynox_limiter_free(limiter);
}

/* Row 276. The burst. */
static void a_burst_is_what_may_go_at_once(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 10, .burst = 3);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++)
            assert_true(reads(limiter));
        assert_false(reads(limiter));
        pass_ms(60000);
    }
    dynox_limiter_free(limiter);
}

/* Row 276. A limit for writes leaves reads free. */
static void a_side_without_a_rate_is_free(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.write = 2);
    assert_true(writes(limiter));
    assert_true(writes(limiter));
    assert_false(writes(limiter));
    for (int i = 0; i < 1000; i++)
        assert_true(reads(limiter));
    assert_near(stats_of(limiter, NULL, NULL).read_units, 1000);
    dynox_limiter_free(limiter);
}

static void operations_that_consume_nothing_are_free(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 1, .write = 1);
    dynox__toll    toll    = {0};
    for (int i = 0; i < 100; i++)
        assert_true(leaves(limiter, "DescribeTable", false, &toll));
    assert_true(reads(limiter));
    dynox_limiter_free(limiter);
}

static void rates_that_are_none_are_refused(void **state)
{
    (void)state;
    dynox_error err  = {0};
    double      zero = 0;
    assert_null(dynox_limiter_fixed(.read = -1, .error = &err));
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    assert_null(dynox_limiter_fixed(.read = zero / zero));
    assert_null(dynox_limiter_fixed(.read = 1 / zero));
    assert_null(dynox_limiter_fixed(.read = 1, .burst = -2));
    assert_null(dynox_limiter_fixed(.read = 10, .min_read = 1));
    assert_null(dynox_limiter_adaptive(.read = 10, .min_read = 11));
    assert_null(dynox_limiter_fixed(.read = 10, .table = "users"));
    assert_null(dynox_limiter_fixed_with(NULL));
    assert_int_equal(dynox_limiter_table(NULL, "users", .read = 1, .error = &err), DYNOX_E_ARGUMENT);
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 0); /* none at all: all is free */
    assert_true(reads(limiter));
    assert_int_equal(dynox_limiter_table(limiter, NULL, .read = 1), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_limiter_table(limiter, "", .read = 1), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_limiter_table(limiter, "arn:aws:dynamodb:x:1:table/t", .read = 1), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_limiter_table(limiter, "users", .read = -1), DYNOX_E_ARGUMENT);
    dynox_limiter_free(limiter);
    dynox_limiter_free(NULL);
    dynox_limiter_reset(NULL);
}

/* ---- what was really consumed ---- */

/* Row 279. */
static void more_than_a_bucket_holds_goes_into_debt_and_those_behind_it_wait(void **state)
{
    (void)state;
    dynox_limiter *limiter           = dynox_limiter_fixed(.read = 10);
    dynox__toll    toll              = {0};
    limiter->all.buckets[0].costs[5] = 100; /* a scan, known to be expensive */
    assert_true(leaves(limiter, "Scan", false, &toll));
    dynox__toll_settle(&toll, limiter, &(dynox_capacity){.units = 100}, 1, now);
    assert_false(reads(limiter));
    pass_ms(9050);
    assert_false(reads(limiter));
    pass_ms(100);
    assert_true(reads(limiter));
    dynox_limiter_free(limiter);
}

/* Row 280. */
static void the_answer_corrects_what_was_paid(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 10);
    assert_true(calls(limiter, "Query", false, 40)); /* paid 1, and cost 40 */
    assert_false(reads(limiter));
    pass_ms(2900);
    assert_false(reads(limiter));
    pass_ms(300);
    assert_true(reads(limiter));
    pass_ms(10000);
    for (int i = 0; i < 20; i++) /* halves are cheap */
        assert_true(calls(limiter, "Scan", false, 0.5));
    assert_false(calls(limiter, "Scan", false, 0.5));
    assert_near(stats_of(limiter, NULL, NULL).read_units, 40 + 1 + 10);
    dynox_limiter_free(limiter);
}

static void what_such_calls_cost_is_paid_beforehand_next_time(void **state)
{
    (void)state;
    dynox_limiter *limiter   = dynox_limiter_fixed(.read = 100);
    dynox__toll    tolls[10] = {0};
    assert_true(calls(limiter, "Query", false, 40));
    int left = 0;
    for (int i = 0; i < 10; i++) /* none of them has been answered */
        left += leaves(limiter, "Query", false, &tolls[i]);
    assert_int_equal(left, 1);
    dynox_limiter_free(limiter);
}

/* Row 280. All operations that consume are covered. */
static void each_operation_that_consumes_pays(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool        is_write;
    } all[] = {{"GetItem", false},
               {"Query", false},
               {"Scan", false},
               {"BatchGetItem", false},
               {"TransactGetItems", false},
               {"ExecuteStatement", false},
               {"PutItem", true},
               {"UpdateItem", true},
               {"DeleteItem", true},
               {"BatchWriteItem", true},
               {"TransactWriteItems", true},
               {"ExecuteStatement", true},
               {"ExecuteTransaction", true},
               {"BatchExecuteStatement", true}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        dynox_limiter *limiter = dynox_limiter_fixed(.read = 1, .write = 1);
        if (!calls(limiter, all[i].name, all[i].is_write, 7)) fail_msg("%s waits", all[i].name);
        if (calls(limiter, all[i].name, all[i].is_write, 7)) fail_msg("%s is free", all[i].name);
        dynox_limiter_stats stats = stats_of(limiter, NULL, NULL);
        assert_near(all[i].is_write ? stats.write_units : stats.read_units, 7);
        dynox_limiter_free(limiter);
    }
}

/* The second run of a transaction with the same token reads what the first has written. */
static void a_write_that_consumes_read_units_pays_for_reads(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 10, .write = 10);
    dynox__toll    toll    = {0};
    assert_true(leaves(limiter, "TransactWriteItems", true, &toll));
    dynox__toll_settle(&toll, limiter, &(dynox_capacity){.table = "users", .units = 4, .read_units = 4}, 1, now);
    assert_near(stats_of(limiter, NULL, NULL).read_units, 4);
    assert_near(stats_of(limiter, NULL, NULL).write_units, 0);
    dynox_limiter_free(limiter);
}

static void what_never_left_costs_nothing_and_what_was_lost_does(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.write = 1);
    dynox__toll    toll    = {0};
    for (int i = 0; i < 10; i++) {
        assert_true(leaves(limiter, "PutItem", true, &toll));
        dynox__toll_refund(&toll, now);
    }
    assert_near(stats_of(limiter, NULL, NULL).write_units, 0);
    assert_true(leaves(limiter, "PutItem", true, &toll));
    dynox__toll_settle(&toll, limiter, NULL, 0, now); /* no answer */
    assert_false(writes(limiter));
    assert_near(stats_of(limiter, NULL, NULL).write_units, 1);
    dynox_limiter_free(limiter);
}

static void hostile_capacities_do_no_harm(void **state)
{
    (void)state;
    dynox_limiter *limiter   = dynox_limiter_fixed(.read = 10);
    double         zero      = 0;
    const double   hostile[] = {-5, 1e300, zero / zero};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        assert_true(calls(limiter, "GetItem", false, hostile[i]));
    assert_true(reads(limiter));
    assert_near(stats_of(limiter, NULL, NULL).read_units, 1);
    dynox_limiter_free(limiter);
}

/* ---- adaptive ---- */

/* Rows 277, 278. */
static void an_adaptive_rate_begins_at_half_falls_with_throttling_and_climbs_when_calm(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_adaptive(.read = 100, .min_read = 20);
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 50);
    throttle(limiter, "GetItem", false);
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 40);
    throttle(limiter, "GetItem", false);
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 32);
    for (int i = 0; i < 10; i++)
        throttle(limiter, "GetItem", false);
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 20);
    assert_int_equal(stats_of(limiter, NULL, NULL).throttled, 12);
    pass_ms(9990);
    assert_true(reads(limiter));
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 20); /* it has not been calm for long enough */
    pass_ms(1010);
    assert_true(reads(limiter));
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 22);
    assert_true(reads(limiter)); /* once a second */
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 22);
    for (int i = 0; i < 30; i++) {
        pass_ms(1000);
        assert_true(reads(limiter));
    }
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 100);
    dynox_limiter_free(limiter);
}

/* Row 277. Without any throttling it climbs from the start. */
static void an_adaptive_rate_that_was_never_throttled_climbs(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_adaptive(.write = 10);
    for (int i = 0; i < 10; i++)
        assert_true(writes(limiter)); /* it holds as much as the most, and begins full */
    assert_false(writes(limiter));
    pass_ms(1000);
    assert_true(writes(limiter));
    assert_near(stats_of(limiter, NULL, NULL).write_rate, 5.5);
    dynox_limiter_free(limiter);
}

static void one_event_lowers_the_rate_once_and_only_where_it_was(void **state)
{
    (void)state;
    dynox_limiter *limiter   = dynox_limiter_adaptive(.read = 100, .write = 100);
    dynox__toll    tolls[20] = {0};
    int64_t        sent      = now;
    for (size_t i = 0; i < 20; i++)
        assert_true(leaves(limiter, "PutItem", true, &tolls[i]));
    for (size_t i = 0; i < 20; i++) {
        pass_ms(1);
        dynox__toll_too_fast(&tolls[i], limiter, sent, now);
        dynox__toll_refund(&tolls[i], now);
    }
    assert_near(stats_of(limiter, NULL, NULL).write_rate, 40);
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 50);
    assert_int_equal(stats_of(limiter, NULL, NULL).throttled, 20);
    assert_near(stats_of(limiter, NULL, NULL).write_units, 0); /* nothing was consumed */
    dynox_limiter_free(limiter);
}

static void a_fixed_rate_counts_throttling_and_stays(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 100);
    throttle(limiter, "GetItem", false);
    assert_near(stats_of(limiter, NULL, NULL).read_rate, 100);
    assert_int_equal(stats_of(limiter, NULL, NULL).throttled, 1);
    dynox_limiter_free(limiter);
}

/* ---- tables, indexes, counters ---- */

static bool gets_from(dynox_limiter *limiter, const char *table, const char *index)
{
    dynox__toll toll = {0};
    dynox__toll_table(&toll, limiter, table);
    dynox__toll_index(&toll, limiter, table, index);
    if (!leaves(limiter, "Query", false, &toll)) return false;
    const dynox_index_capacity of_index = {.index = index, .global = true, .units = 1};
    const dynox_capacity consumed = {.table = table, .units = 1, .indexes = &of_index, .index_count = index != NULL};
    dynox__toll_settle(&toll, limiter, &consumed, 1, now);
    return true;
}

static void tables_and_indexes_may_have_buckets_of_their_own(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 3);
    assert_int_equal(dynox_limiter_table(limiter, "orders", .read = 2), DYNOX_OK);
    assert_int_equal(dynox_limiter_table(limiter, "orders", .index = "by_day", .read = 1), DYNOX_OK);
    assert_true(gets_from(limiter, "orders", NULL));
    assert_true(gets_from(limiter, "arn:aws:dynamodb:eu-west-1:1:table/orders", NULL));
    assert_false(gets_from(limiter, "orders", NULL));
    assert_false(gets_from(limiter, "orders", "by_name")); /* it has none: its table's */
    assert_true(gets_from(limiter, "orders", "by_day"));
    assert_false(gets_from(limiter, "orders", "by_day"));
    assert_true(gets_from(limiter, "order", NULL)); /* another table, and so is the next */
    assert_true(gets_from(limiter, "orders2", NULL));
    assert_true(gets_from(limiter, "users", NULL));
    assert_false(gets_from(limiter, "users", NULL));
    assert_near(stats_of(limiter, "orders", NULL).read_units, 2);
    assert_near(stats_of(limiter, "orders", "by_day").read_units, 1);
    assert_near(stats_of(limiter, NULL, NULL).read_units, 3);
    dynox_limiter_stats stats = {.throttled = 7};
    assert_false(dynox_limiter_get_stats(limiter, "users", NULL, &stats));
    assert_int_equal(stats.throttled, 0);
    dynox_limiter_free(limiter);
}

static void a_write_pays_for_the_indexes_it_writes_to(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.write = 100);
    dynox__toll    toll    = {0};
    assert_int_equal(dynox_limiter_table(limiter, "orders", .index = "by_day", .write = 10), DYNOX_OK);
    dynox__toll_table(&toll, limiter, "orders");
    assert_true(leaves(limiter, "PutItem", true, &toll));
    const dynox_index_capacity indexes[] = {{.index = "by_day", .units = 5}, {.index = "by_name", .units = 2}};
    const dynox_capacity       consumed  = {
               .table = "orders", .units = 10, .table_units = 3, .indexes = indexes, .index_count = 2};
    dynox__toll_settle(&toll, limiter, &consumed, 1, now);
    assert_near(stats_of(limiter, "orders", "by_day").write_units, 5);
    assert_near(stats_of(limiter, NULL, NULL).write_units, 5);
    dynox_limiter_free(limiter);
}

static void a_call_on_several_tables_waits_for_each(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.write = 100);
    assert_int_equal(dynox_limiter_table(limiter, "a", .write = 1), DYNOX_OK);
    for (int round = 0; round < 2; round++) {
        dynox__toll toll = {0};
        for (int i = 0; i < 20; i++) { /* more tables than it keeps */
            char name[8];
            snprintf(name, sizeof name, "%c", 'a' + i);
            dynox__toll_table(&toll, limiter, name);
        }
        bool left = leaves(limiter, "BatchWriteItem", true, &toll);
        assert_int_equal(left, round == 0);
        const dynox_capacity consumed[] = {{.table = "a", .units = 3}, {.table = "b", .units = 4}};
        if (left) dynox__toll_settle(&toll, limiter, consumed, 2, now);
    }
    assert_near(stats_of(limiter, "a", NULL).write_units, 3);
    assert_near(stats_of(limiter, NULL, NULL).write_units, 4);
    dynox_limiter_free(limiter);
}

static void the_rates_of_a_table_can_be_changed(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_fixed(.read = 3);
    dynox_limiter_table(limiter, "orders", .read = 1);
    assert_true(gets_from(limiter, "orders", NULL));
    assert_false(gets_from(limiter, "orders", NULL));
    assert_int_equal(dynox_limiter_table(limiter, "orders", .read = 1000), DYNOX_OK);
    pass_ms(10);
    assert_true(gets_from(limiter, "orders", NULL));
    assert_near(stats_of(limiter, "orders", NULL).read_rate, 1000);
    assert_int_equal(dynox_limiter_table(limiter, "orders", .read = 0), DYNOX_OK);
    for (int i = 0; i < 5000; i++)
        assert_true(gets_from(limiter, "orders", NULL));
    dynox_limiter_free(limiter);
}

/* Row 282. */
static void counters_can_be_reset(void **state)
{
    (void)state;
    dynox_limiter *limiter = dynox_limiter_adaptive(.read = 100, .write = 100);
    dynox_limiter_table(limiter, "orders", .read = 100);
    assert_true(reads(limiter));
    assert_true(writes(limiter));
    assert_true(gets_from(limiter, "orders", NULL));
    throttle(limiter, "GetItem", false);
    dynox_limiter_stats stats = stats_of(limiter, NULL, NULL);
    assert_near(stats.read_units, 1);
    assert_near(stats.write_units, 1);
    assert_int_equal(stats.throttled, 1);
    dynox_limiter_reset(limiter);
    stats = stats_of(limiter, NULL, NULL);
    assert_near(stats.read_units + stats.write_units, 0);
    assert_int_equal(stats.throttled, 0);
    assert_near(stats.read_rate, 40); /* that is no counter */
    assert_near(stats_of(limiter, "orders", NULL).read_units, 0);
    dynox_limiter_free(limiter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_units_at_ten_a_second_go_at_once_and_the_next_five_take_half_a_second),
        cmocka_unit_test(a_burst_is_what_may_go_at_once),
        cmocka_unit_test(a_side_without_a_rate_is_free),
        cmocka_unit_test(operations_that_consume_nothing_are_free),
        cmocka_unit_test(rates_that_are_none_are_refused),
        cmocka_unit_test(more_than_a_bucket_holds_goes_into_debt_and_those_behind_it_wait),
        cmocka_unit_test(the_answer_corrects_what_was_paid),
        cmocka_unit_test(what_such_calls_cost_is_paid_beforehand_next_time),
        cmocka_unit_test(each_operation_that_consumes_pays),
        cmocka_unit_test(a_write_that_consumes_read_units_pays_for_reads),
        cmocka_unit_test(what_never_left_costs_nothing_and_what_was_lost_does),
        cmocka_unit_test(hostile_capacities_do_no_harm),
        cmocka_unit_test(an_adaptive_rate_begins_at_half_falls_with_throttling_and_climbs_when_calm),
        cmocka_unit_test(an_adaptive_rate_that_was_never_throttled_climbs),
        cmocka_unit_test(one_event_lowers_the_rate_once_and_only_where_it_was),
        cmocka_unit_test(a_fixed_rate_counts_throttling_and_stays),
        cmocka_unit_test(tables_and_indexes_may_have_buckets_of_their_own),
        cmocka_unit_test(a_write_pays_for_the_indexes_it_writes_to),
        cmocka_unit_test(a_call_on_several_tables_waits_for_each),
        cmocka_unit_test(the_rates_of_a_table_can_be_changed),
        cmocka_unit_test(counters_can_be_reset),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
