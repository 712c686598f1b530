/* What must hold when the way to the server breaks: the fault server stands in front of the real one, and a counter in
 * the table shows how often a write was applied. */
#include "faultserver.h"
#include "live.h"

static faultserver   faults;
static dynox_client *through; /* goes through the fault server */
static const char   *table;

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    const char *upstream = strstr(live_endpoint(), "://");
    static char name[64], host[256];
    snprintf(host, sizeof host, "%s", upstream ? upstream + 3 : live_endpoint());
    host[strcspn(host, "/")] = 0;
    faultserver_start(&faults, host);
    dynox_error err = {0};
    through         = dynox_client_new(.endpoint = faults.url, .attempt_timeout_ms = 500, .error = &err);
    if (!through) live_fail(__FILE__, __LINE__, &err);
    snprintf(name, sizeof name, "%s", live_table("faults"));
    table = name;
    live_create(table, false);
    return 0;
}

static int teardown(void **state)
{
    dynox_client_free(through);
    faultserver_stop(&faults);
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

static int64_t counter(void)
{
    dynox_error err  = {0};
    dynox_item *item = NULL;
    live_ok(
        dynox_sync_get_item(live, table, DYNOX_ITEM("pk", "counter"), &item, .consistent_read = true, .error = &err),
        &err);
    int64_t n = dynox_get_int(item, "n");
    dynox_item_free(item);
    return n;
}

static void reset_counter(void)
{
    dynox_error err = {0};
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "counter", "n", 0), .error = &err), &err);
}

#define ADD_ONE DYNOX_ITEM("pk", "counter"), DYNOX_EXPR("ADD n ?", 1)

/* A fault that strikes once, and how often the write is applied when it is sent again. */
typedef struct fault {
    const char *plan;
    int         applied;
    bool        needs_crc; /* only a checksum shows it */
} fault;

static const fault transient[] = {
    {"reset connect x1", 1, false}, {"reset before x1", 1, false}, {"reset after x1", 2, false},
    {"cut 0 x1", 2, false},         {"cut 1 x1", 2, false},        {"cutrst 1 x1", 2, false},
    {"cuthead 30 x1", 2, false},    {"stall 1 x1", 2, false},      {"silent x1", -1, false},
    {"badcrc x1", 2, true},         {"empty x1", 2, false},        {"status 500 InternalServerError x1", 1, false},
    {"status 503 x1", 1, false},    {"slow 20 x1", 2, false},
};
enum { TRANSIENT = sizeof transient / sizeof *transient };

/* Does the server behind send checksums at all? */
static bool sends_crc(void)
{
    faultserver_say(&faults, "badcrc x1");
    dynox_item *item = NULL;
    dynox_info  info = {0};
    dynox_error err  = {0};
    live_ok(dynox_sync_get_item(through, table, DYNOX_ITEM("pk", "counter"), &item, .info = &info, .error = &err),
            &err);
    dynox_item_free(item);
    faultserver_say(&faults, "none");
    bool retried = info.attempts > 1;
    dynox_info_clear(&info);
    return retried;
}

static void no_new_connection(void)
{
    faultserver_say(&faults, "none");
    dynox_sync_ping(through);
}

static void a_read_survives_every_fault(void **state)
{
    (void)state;
    bool        crc     = sends_crc();
    dynox_error put_err = {0};
    live_ok(
        dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "read", "text", "the quick brown fox"), .error = &put_err),
        &put_err);
    for (int i = 0; i < TRANSIENT; i++) {
        if (transient[i].needs_crc && !crc) continue;
        dynox_error err  = {0};
        dynox_item *item = NULL;
        dynox_info  info = {0};
        no_new_connection();
        if (strncmp(transient[i].plan, "reset connect", 13) == 0) faultserver_say(&faults, "closeidle");
        faultserver_say(&faults, transient[i].plan);
        dynox_status status =
            dynox_sync_get_item(through, table, DYNOX_ITEM("pk", "read"), &item, .info = &info, .error = &err);
        if (status != DYNOX_OK) fprintf(stderr, "after \"%s\":\n", transient[i].plan);
        live_ok(status, &err);
        assert_string_equal(dynox_get_string(item, "text"), "the quick brown fox");
        dynox_item_free(item);
        dynox_info_clear(&info);
    }
    faultserver_say(&faults, "none");
}

static void a_write_is_sent_again_and_says_that_it_may_have_been_applied_twice(void **state)
{
    (void)state;
    bool crc = sends_crc();
    for (int i = 0; i < TRANSIENT; i++) {
        if (transient[i].needs_crc && !crc) continue;
        dynox_error err  = {0};
        dynox_info  info = {0};
        reset_counter();
        no_new_connection();
        faultserver_say(&faults, transient[i].plan);
        dynox_status status = dynox_sync_update_item(through, table, ADD_ONE, .info = &info, .error = &err);
        if (status != DYNOX_OK) fprintf(stderr, "after \"%s\":\n", transient[i].plan);
        live_ok(status, &err);
        faultserver_say(&faults, "none");
        int64_t applied = counter();
        assert_true(applied == 1 || applied == 2);
        if (transient[i].applied > 0 && applied != transient[i].applied)
            fail_msg("\"%s\": applied %d times, not %d", transient[i].plan, (int)applied, transient[i].applied);
        if (applied == 2) assert_true(info.may_have_applied_twice);
        dynox_info_clear(&info);
    }
}

static void with_ambiguous_writes_refused_nothing_is_applied_twice(void **state)
{
    (void)state;
    bool crc = sends_crc();
    for (int i = 0; i < TRANSIENT; i++) {
        if (transient[i].needs_crc && !crc) continue;
        dynox_error err = {0};
        reset_counter();
        no_new_connection();
        faultserver_say(&faults, transient[i].plan);
        dynox_status status =
            dynox_sync_update_item(through, table, ADD_ONE, .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .error = &err);
        faultserver_say(&faults, "none");
        int64_t applied = counter();
        if (applied > 1) fail_msg("\"%s\": applied %d times", transient[i].plan, (int)applied);
        if (status != DYNOX_OK && applied == 1 && !err.may_have_applied)
            fail_msg("\"%s\": failed without saying that it may have been applied: %s", transient[i].plan, err.message);
        if (status == DYNOX_OK) assert_int_equal(applied, 1);
        dynox_error_clear(&err);
    }
}

static void a_conditioned_write_is_always_sent_again(void **state)
{
    (void)state;
    dynox_error err = {0};
    reset_counter();
    no_new_connection();
    faultserver_say(&faults, "reset before x1");
    live_ok(dynox_sync_update_item(through, table, ADD_ONE, .condition = DYNOX_EXPR("n = ?", 0),
                                   .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL, .error = &err),
            &err);
    assert_int_equal(counter(), 1);
}

static void throttling_is_waited_out(void **state)
{
    (void)state;
    static const char *const codes[] = {"ProvisionedThroughputExceededException", "ThrottlingException",
                                        "RequestLimitExceeded"};
    for (int i = 0; i < 3; i++) {
        char        plan[80];
        dynox_error err  = {0};
        dynox_info  info = {0};
        reset_counter();
        snprintf(plan, sizeof plan, "throttle %s x1", codes[i]);
        faultserver_say(&faults, plan);
        live_ok(dynox_sync_update_item(through, table, ADD_ONE, .info = &info, .error = &err), &err);
        assert_int_equal(info.attempts, 2);
        assert_false(info.may_have_applied_twice);
        assert_int_equal(counter(), 1);
        dynox_info_clear(&info);
    }
}

static void throttling_without_end_is_an_error_with_the_services_code(void **state)
{
    (void)state;
    dynox_error err = {0};
    faultserver_say(&faults, "throttle ProvisionedThroughputExceededException");
    assert_int_equal(dynox_sync_put_item(through, table, DYNOX_ITEM("pk", "x"), .max_attempts = 2, .error = &err),
                     DYNOX_E_THROTTLED);
    faultserver_say(&faults, "none");
    assert_string_equal(err.code, "ProvisionedThroughputExceededException");
    assert_int_equal(err.attempts, 2);
    assert_true(err.retryable);
}

static void final_errors_are_not_sent_again(void **state)
{
    (void)state;
    static const char *const plans[] = {"status 400 ItemCollectionSizeLimitExceededException", "status 413",
                                        "status 400 AccessDeniedException"};
    for (int i = 0; i < 3; i++) {
        dynox_error err = {0};
        faultserver_say(&faults, plans[i]);
        assert_int_not_equal(dynox_sync_put_item(through, table, DYNOX_ITEM("pk", "x"), .error = &err), DYNOX_OK);
        assert_int_equal(err.attempts, 1);
        assert_true(err.message[0] != 0);
        dynox_error_clear(&err);
    }
    faultserver_say(&faults, "none");
}

static void a_closed_idle_connection_is_not_noticed(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        dynox_error err = {0};
        reset_counter();
        no_new_connection();
        faultserver_say(&faults, "closeidle");
        if (i % 2) usleep(2000); /* noticed before the next call, or by it */
        live_ok(dynox_sync_update_item(through, table, ADD_ONE, .error = &err), &err);
        assert_int_equal(counter(), 1);
    }
}

static void odd_but_legal_answers_are_understood(void **state)
{
    (void)state;
    /* The last one closes a moment later, and may meet a call that comes behind it: that would be sent again. */
    static const char *const plans[] = {
        "chunked x1", "chunked 1 x1", "1xx x1", "1xx + chunked 3 x1", "header Connection close x1", "idleclose 1 x1"};
    dynox_error put_err = {0};
    live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "odd", "n", 5), .error = &put_err), &put_err);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        dynox_error err  = {0};
        dynox_item *item = NULL;
        faultserver_say(&faults, plans[i]);
        dynox_status status =
            dynox_sync_get_item(through, table, DYNOX_ITEM("pk", "odd"), &item, .max_attempts = 1, .error = &err);
        if (status != DYNOX_OK) fprintf(stderr, "after \"%s\":\n", plans[i]);
        live_ok(status, &err);
        assert_int_equal(dynox_get_int(item, "n"), 5);
        dynox_item_free(item);
    }
    faultserver_say(&faults, "none");
}

/* Row 13. */
static void the_deadline_of_a_call_covers_its_retries(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    faultserver_say(&faults, "silent");
    assert_int_equal(dynox_sync_get_item(through, table, DYNOX_ITEM("pk", "x"), &item, .attempt_timeout_ms = 100,
                                         .deadline_ms = 150, .error = &err),
                     DYNOX_E_TIMEOUT);
    faultserver_say(&faults, "none");
    assert_true(err.attempts >= 1);
}

static void a_cancelled_call_settles_at_once_and_frees_its_slot(void **state)
{
    (void)state;
    dynox_client *narrow = dynox_client_new(.endpoint = faults.url, .max_connections = 1);
    dynox_error   err    = {0};
    dynox_item   *item   = NULL;
    faultserver_say(&faults, "silent x1");
    dynox_future *stuck = dynox_get_item(narrow, table, DYNOX_ITEM("pk", "x"));
    while (faultserver_count(&faults, "faults") == 0)
        usleep(1000);
    faultserver_say(&faults, "reset");
    dynox_future_cancel(stuck);
    assert_true(dynox_future_done(stuck));
    assert_int_equal(dynox_future_error(stuck), DYNOX_E_CANCELLED);
    live_ok(dynox_sync_get_item(narrow, table, DYNOX_ITEM("pk", "x"), &item, .error = &err), &err);
    dynox_future_release(stuck);
    dynox_client_free(narrow);
}

static void freeing_the_client_settles_every_future(void **state)
{
    (void)state;
    enum { MANY = 100 };
    dynox_client *doomed = dynox_client_new(.endpoint = faults.url, .max_connections = 10);
    dynox_future *gets[MANY];
    faultserver_say(&faults, "silent");
    for (int i = 0; i < MANY; i++)
        gets[i] = dynox_get_item(doomed, table, DYNOX_ITEM("pk", "x"));
    usleep(20000);
    dynox_client_free(doomed);
    faultserver_say(&faults, "none");
    for (int i = 0; i < MANY; i++) {
        assert_true(dynox_future_done(gets[i]));
        assert_int_equal(dynox_future_error(gets[i]), DYNOX_E_SHUTDOWN);
        dynox_future_release(gets[i]);
    }
}

/* Row 23. */
static void ten_delayed_gets_take_the_time_of_one(void **state)
{
    (void)state;
    dynox_future *gets[10];
    faultserver_say(&faults, "delay 50");
    faultserver_say(&faults, "delay 50");
    for (int i = 0; i < 10; i++)
        gets[i] = dynox_get_item(through, table, DYNOX_ITEM("pk", "x"));
    dynox_future *all = dynox_combine(DYNOX_GATHER, 10, gets);
    assert_int_equal(dynox_future_wait(all, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(all), DYNOX_OK);
    dynox_future_release(all);
    faultserver_say(&faults, "none");
    assert_true(faultserver_count(&faults, "most_running") >= 5); /* they were on their way at the same time */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_survives_every_fault),
        cmocka_unit_test(a_write_is_sent_again_and_says_that_it_may_have_been_applied_twice),
        cmocka_unit_test(with_ambiguous_writes_refused_nothing_is_applied_twice),
        cmocka_unit_test(a_conditioned_write_is_always_sent_again),
        cmocka_unit_test(throttling_is_waited_out),
        cmocka_unit_test(throttling_without_end_is_an_error_with_the_services_code),
        cmocka_unit_test(final_errors_are_not_sent_again),
        cmocka_unit_test(a_closed_idle_connection_is_not_noticed),
        cmocka_unit_test(odd_but_legal_answers_are_understood),
        cmocka_unit_test(the_deadline_of_a_call_covers_its_retries),
        cmocka_unit_test(a_cancelled_call_settles_at_once_and_frees_its_slot),
        cmocka_unit_test(freeing_the_client_settles_every_future),
        cmocka_unit_test(ten_delayed_gets_take_the_time_of_one),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration faults", tests, setup, teardown);
}
