/* The batch writer: when it sends, how much it holds, in which order, and what it says at the end. */
#include "base/random.h"
#include "client/scripted.h"
#include <pthread.h>

static const dynox_named_value *name_of(int i)
{
    static dynox_named_value values[20000];
    static char              names[20000][8];
    snprintf(names[i], sizeof names[i], "%d", i);
    values[i] = (dynox_named_value){"pk", 2, 0, dynox_string(names[i])};
    return &values[i];
}

static dynox_write put(int i)
{
    static dynox_item items[20000];
    items[i] = (dynox_item){name_of(i), 1, NULL};
    return (dynox_write){.kind = DYNOX_WRITE_PUT, .table = "t", .item = &items[i], .key = {"pk"}};
}

static void add(dynox_batch_writer *writer, int from, int count)
{
    dynox_error err = {0};
    for (int i = from; i < from + count; i++)
        if (dynox_sync_batch_writer_add(writer, put(i), &err) != DYNOX_OK) fail_msg("%d: %s", i, err.message);
}

static void close_well(dynox_batch_writer *writer)
{
    dynox_error err = {0};
    if (dynox_sync_batch_writer_close(writer, &err) != DYNOX_OK) fail_msg("%s", err.message);
    assert_null(dynox_batch_writer_left(writer));
    dynox_batch_writer_free(writer);
}

static void wait_for_requests(long count)
{
    while (faultserver_count(&server, "requests") < count)
        usleep(1000);
}

static double no_wait(void)
{
    return -1; /* half of a wait is certain, and this takes it away */
}

/* Rows 102, 104. */
static void twenty_five_are_sent_at_once_and_the_rest_at_the_close(void **state)
{
    (void)state;
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    add(writer, 0, 24);
    assert_int_equal(requests_so_far(), 0);
    add(writer, 24, 1);
    wait_for_requests(1);
    add(writer, 25, 24);
    assert_int_equal(requests_so_far(), 1);
    add(writer, 49, 27);
    close_well(writer);
    assert_int_equal(requests_so_far(), 4);
}

/* Row 103. */
static void a_flush_sends_what_is_there_and_later_writes_go_later(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    add(writer, 0, 3);
    assert_int_equal(dynox_sync_batch_writer_flush(writer, &err), DYNOX_OK);
    assert_int_equal(requests_so_far(), 1);
    assert_sent("{\"RequestItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"0\"}}}},");
    assert_int_equal(dynox_sync_batch_writer_flush(writer, &err), DYNOX_OK); /* there is nothing */
    assert_int_equal(requests_so_far(), 1);
    add(writer, 3, 1);
    assert_int_equal(requests_so_far(), 1);
    close_well(writer);
    assert_int_equal(requests_so_far(), 2);
}

/* Row 102. */
static void an_abandoned_writer_sends_nothing_more(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    add(writer, 0, 10);
    dynox_batch_writer_abandon(writer);
    assert_int_equal(dynox_sync_batch_writer_add(writer, put(11), &err), DYNOX_E_SHUTDOWN);
    dynox_error_clear(&err);
    assert_int_equal(dynox_sync_batch_writer_flush(writer, &err), DYNOX_E_CANCELLED);
    assert_false(err.may_have_applied);
    assert_int_equal(dynox_sync_batch_writer_close(writer, NULL), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_batch_writer_left(writer)->writes.count, 10);
    dynox_batch_writer_free(writer);
    writer = dynox_batch_writer_new(client);
    add(writer, 0, 10);
    dynox_batch_writer_free(writer); /* without a close: the same */
    assert_int_equal(requests_so_far(), 0);
}

/* Row 102. */
static void abandoning_cancels_what_is_in_flight(void **state)
{
    (void)state;
    faultserver_say(&server, "silent");
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 2);
    for (int i = 0; i < 90; i++)
        dynox_future_release(dynox_batch_writer_add(writer, put(i)));
    wait_for_requests(2);
    dynox_future *close = dynox_batch_writer_close(writer);
    assert_false(dynox_future_done(close));
    dynox_batch_writer_abandon(writer);
    assert_int_equal(dynox_future_wait(close, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(close), DYNOX_E_CANCELLED);
    assert_true(dynox_future_details(close)->may_have_applied);
    assert_int_equal(dynox_batch_writer_left(writer)->writes.count, 90);
    dynox_batch_writer_free(writer);
    dynox_future_release(close);
    assert_int_equal(requests_so_far(), 2);
}

static void a_writer_that_is_full_holds_up_whoever_adds(void **state)
{
    (void)state;
    faultserver_say(&server, "silent");
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 2, .attempt_timeout_ms = -1);
    dynox_future       *last   = NULL;
    for (int i = 0; i < 75; i++) {
        dynox_future_release(last);
        last = dynox_batch_writer_add(writer, put(i));
        if (i < 74) assert_int_equal(dynox_future_error(last), DYNOX_OK);
    }
    assert_false(dynox_future_done(last)); /* two are in flight, and one more waits */
    wait_for_requests(2);
    assert_int_equal(dynox_future_wait(last, 20), DYNOX_E_TIMEOUT);
    dynox_future *other = dynox_batch_writer_add(writer, put(75));
    dynox_future_cancel(other); /* the wait, not the write */
    assert_int_equal(dynox_future_error(other), DYNOX_E_CANCELLED);
    assert_true(dynox_future_details(other)->may_have_applied);
    dynox_future_release(other);
    dynox_batch_writer_abandon(writer);
    assert_int_equal(dynox_future_error(last), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_batch_writer_left(writer)->writes.count, 76);
    dynox_future_release(last);
    dynox_batch_writer_free(writer);
}

/* Row 98. */
static void what_is_left_is_named_at_the_close_and_stops_the_adding(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 1);
    faultserver_say(&server, "none x1, unprocessed 3 x9, none");
    dynox__random_fake(no_wait);
    add(writer, 0, 50);
    assert_int_equal(dynox_sync_batch_writer_flush(writer, &err), DYNOX_E_PARTIAL);
    dynox__random_fake(NULL);
    assert_string_equal(err.message,
                        "3 of 50 writes were not applied: the service left them unprocessed again and again");
    assert_true(err.retryable);
    assert_int_equal(err.attempts, 10);
    dynox_error_clear(&err);
    assert_int_equal(dynox_sync_batch_writer_add(writer, put(50), &err), DYNOX_E_PARTIAL);
    assert_int_equal(dynox_sync_batch_writer_close(writer, &err), DYNOX_E_PARTIAL);
    const dynox_left *left = dynox_batch_writer_left(writer);
    assert_int_equal(left->writes.count, 3);
    assert_null(left->places);
    assert_string_equal(dynox_get_string(left->writes.at[0].item, "pk"), "47");
    assert_int_equal(dynox_sync_batch_write(client, left->writes), DYNOX_OK);
    dynox_batch_writer_free(writer);
}

static void if_nothing_was_applied_the_error_is_what_stood_in_the_way(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    faultserver_say(&server, "status 400 AccessDeniedException");
    add(writer, 0, 20);
    assert_int_equal(dynox_sync_batch_writer_close(writer, &err), DYNOX_E_ACCESS_DENIED);
    assert_string_equal(err.message, "20 of 20 writes were not applied: BatchWriteItem: made by the fault server");
    assert_int_equal(dynox_batch_writer_left(writer)->writes.count, 20);
    dynox_batch_writer_free(writer);
}

/* Row 100. */
static void a_key_twice_in_what_is_gathered_is_sent_once(void **state)
{
    (void)state;
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    for (int i = 0; i < 10; i++)
        assert_int_equal(
            dynox_sync_batch_writer_add(writer, DYNOX_PUT("t", DYNOX_ITEM("pk", "same", "n", i), .key = {"pk"}), NULL),
            DYNOX_OK);
    close_well(writer);
    assert_sent(
        "{\"RequestItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"same\"},\"n\":{\"N\":\"9\"}}}}]}}");
    assert_int_equal(requests_so_far(), 1);
}

/* Row 100. Two requests side by side could end in either order. */
static void a_key_that_is_in_flight_holds_back_its_next_write(void **state)
{
    (void)state;
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 4, .attempt_timeout_ms = -1);
    faultserver_say(&server, "silent x1, none");
    add(writer, 0, 25);
    wait_for_requests(1);
    dynox_future_release(dynox_batch_writer_add(writer, DYNOX_DELETE("t", DYNOX_ITEM("pk", "7"))));
    dynox_future *second = dynox_batch_writer_flush(writer);
    dynox_future_release(dynox_batch_writer_add(writer, put(100)));
    dynox_future *third = dynox_batch_writer_flush(writer); /* which waits its turn */
    assert_int_equal(dynox_future_wait(third, 30), DYNOX_E_TIMEOUT);
    assert_int_equal(requests_so_far(), 1);
    dynox_batch_writer_abandon(writer);
    assert_int_equal(dynox_join_void(second), DYNOX_E_CANCELLED);
    assert_int_equal(dynox_join_void(third), DYNOX_E_CANCELLED);
    dynox_batch_writer_free(writer);

    writer = dynox_batch_writer_new(client, .in_flight = 4);
    faultserver_say(&server, "delay 20 x1, none");
    add(writer, 0, 25);
    dynox_future_release(dynox_batch_writer_add(writer, DYNOX_DELETE("t", DYNOX_ITEM("pk", "7"))));
    close_well(writer);
    assert_sent("{\"RequestItems\":{\"t\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"7\"}}}}]}}");
    assert_int_equal(requests_so_far(), 3);
}

/* Row 100. Nobody says what the key is: it is asked for once, and then requests go side by side. */
static void a_key_that_nobody_names_is_found_out(void **state)
{
    (void)state;
    dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 4, .attempt_timeout_ms = -1);
    faultserver_say(&server, "none x2, silent");
    for (int i = 0; i < 250; i++)
        dynox_future_release(dynox_batch_writer_add(writer, DYNOX_PUT("unnamed", DYNOX_ITEM("pk", i, "type", "same"))));
    wait_for_requests(6); /* DescribeTable, the first one, and four that are never answered */
    assert_sent("BatchWriteItem");
    dynox_batch_writer_free(writer);
}

typedef struct adder {
    dynox_batch_writer *writer;
    int                 from;
} adder;

static void *adding(void *arg)
{
    adder *self = arg;
    for (int i = self->from; i < self->from + 1000; i++)
        if (dynox_sync_batch_writer_add(self->writer, put(i), NULL) != DYNOX_OK) return "failed";
    return NULL;
}

static void many_threads_share_a_writer(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    pthread_t           threads[THREADS];
    adder               adders[THREADS];
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    for (int i = 0; i < 20000; i++)
        put(i); /* they are made once */
    for (int i = 0; i < THREADS; i++) {
        adders[i] = (adder){writer, 1000 * i};
        assert_int_equal(pthread_create(&threads[i], NULL, adding, &adders[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    close_well(writer);
    assert_int_equal(requests_so_far(), THREADS * 1000 / 25);
}

static void a_write_that_cannot_be_is_refused_and_the_others_go_on(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    add(writer, 0, 1);
    assert_int_equal(dynox_sync_batch_writer_add(writer, DYNOX_PUT("t", NULL), &err), DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "put on \"t\": the item is missing (NULL)");
    assert_int_equal(dynox_sync_batch_writer_add(writer, DYNOX_PUT(NULL, DYNOX_ITEM("pk", 1)), &err), DYNOX_E_ARGUMENT);
    assert_int_equal(
        dynox_sync_batch_writer_add(writer, DYNOX_PUT("t", DYNOX_ITEM("pk", dynox_number_text("x"))), &err),
        DYNOX_E_VALUE);
    assert_int_equal(
        dynox_sync_batch_writer_add(writer, DYNOX_CHECK("t", DYNOX_ITEM("pk", 1), DYNOX_EXPR("a = ?", 1)), &err),
        DYNOX_E_ARGUMENT);
    add(writer, 1, 1);
    close_well(writer);
    assert_int_equal(requests_so_far(), 1);
}

static void the_ends_of_a_writer(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_info          info   = {0};
    dynox_batch_writer *writer = dynox_batch_writer_new(NULL, .error = &err);
    assert_null(writer);
    assert_int_equal(err.status, DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_writer_add(writer, put(0), NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_writer_flush(writer, NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_writer_close(writer, NULL), DYNOX_E_ARGUMENT);
    assert_null(dynox_batch_writer_left(writer));
    dynox_batch_writer_abandon(writer);
    dynox_batch_writer_free(writer);
    assert_null(dynox_batch_writer_new(client, .info = &info));
    writer = dynox_batch_writer_new(client);
    assert_int_equal(dynox_sync_batch_writer_close(writer, NULL), DYNOX_OK); /* nothing was added */
    assert_int_equal(dynox_sync_batch_writer_close(writer, NULL), DYNOX_OK);
    assert_int_equal(dynox_sync_batch_writer_add(writer, put(0), NULL), DYNOX_E_SHUTDOWN);
    dynox_batch_writer_free(writer);
    assert_int_equal(requests_so_far(), 0);
}

static void a_client_that_is_freed_before_is_told(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_client       *doomed = scripted_client();
    dynox_batch_writer *writer = dynox_batch_writer_new(doomed);
    add(writer, 0, 5);
    dynox_client_free(doomed);
    assert_int_equal(dynox_sync_batch_writer_close(writer, &err), DYNOX_E_SHUTDOWN);
    assert_int_equal(dynox_batch_writer_left(writer)->writes.count, 5);
    dynox_batch_writer_free(writer);
}

DYNOX_ASYNC(int64_t, write_rows, (dynox_client *db; int rows;), (dynox_batch_writer *w; int row;))
{
    DYNOX_BEGIN
    my->w = dynox_batch_writer_new(my->db, .in_flight = 4);
    while (my->row < my->rows) {
        DYNOX_AWAIT_VOID(dynox_batch_writer_add(my->w, put(my->row)));
        my->row++;
    }
    DYNOX_AWAIT_VOID(dynox_batch_writer_close(my->w));
    DYNOX_RETURN(my->row);
    DYNOX_FINALLY
    dynox_batch_writer_free(my->w);
    DYNOX_END
}

/* Rows 102, 104. */
static void a_coroutine_writes_rows(void **state)
{
    (void)state;
    int64_t     rows = 0;
    dynox_error err  = {0};
    assert_int_equal(dynox_run(DYNOX_CALL(write_rows, .db = client, .rows = 1010), &rows, .error = &err), DYNOX_OK);
    assert_int_equal(rows, 1010);
    assert_int_equal(requests_so_far(), 41);
    faultserver_say(&server, "status 400 ValidationException");
    assert_int_equal(dynox_run(DYNOX_CALL(write_rows, .db = client, .rows = 1010), &rows, .error = &err),
                     DYNOX_E_VALIDATION);
    dynox_error_clear(&err);
}

static int reset_answers(void **state)
{
    (void)state;
    faultserver_say(&server, "reset");
    return 0;
}

#define EACH(test) cmocka_unit_test_setup(test, reset_answers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(twenty_five_are_sent_at_once_and_the_rest_at_the_close),
        EACH(a_flush_sends_what_is_there_and_later_writes_go_later),
        EACH(an_abandoned_writer_sends_nothing_more),
        EACH(abandoning_cancels_what_is_in_flight),
        EACH(a_writer_that_is_full_holds_up_whoever_adds),
        EACH(what_is_left_is_named_at_the_close_and_stops_the_adding),
        EACH(if_nothing_was_applied_the_error_is_what_stood_in_the_way),
        EACH(a_key_twice_in_what_is_gathered_is_sent_once),
        EACH(a_key_that_is_in_flight_holds_back_its_next_write),
        EACH(a_key_that_nobody_names_is_found_out),
        EACH(many_threads_share_a_writer),
        EACH(a_write_that_cannot_be_is_refused_and_the_others_go_on),
        EACH(the_ends_of_a_writer),
        EACH(a_client_that_is_freed_before_is_told),
        EACH(a_coroutine_writes_rows),
    };
    return cmocka_run_group_tests_name("batch writer", tests, scripted_setup, scripted_teardown);
}
