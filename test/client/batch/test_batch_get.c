/* Batch reads: what is sent, items in the order asked for, what was not answered, and answers that are none. */
#include "base/random.h"
#include "client/scripted.h"

enum { MANY = 10000 };

static dynox_reads many(size_t count)
{
    static dynox_read        reads[MANY];
    static dynox_named_value values[MANY];
    static dynox_item        keys[MANY];
    static char              names[MANY][8];
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        values[i] = (dynox_named_value){"pk", 2, 0, dynox_string(names[i])};
        keys[i]   = (dynox_item){&values[i], 1, NULL};
        reads[i]  = (dynox_read){.table = "t", .key = &keys[i]};
    }
    return (dynox_reads){reads, count};
}

static double no_wait(void)
{
    return -1; /* half of a wait is certain, and this takes it away */
}

/* Are the items those keys, as the scripted server answers? */
static void assert_in_order(const dynox_items *items, size_t count)
{
    assert_int_equal(items->count, count);
    for (size_t i = 0; i < count; i++) {
        char name[24];
        snprintf(name, sizeof name, "%zu", i);
        assert_string_equal(dynox_get_string(items->at[i], "pk"), name);
    }
}

/* Rows 106, 107. */
static void every_100_keys_are_a_request(void **state)
{
    (void)state;
    static const size_t counts[][2] = {{0, 0}, {1, 1}, {100, 1}, {101, 2}, {150, 2}, {200, 2}, {MANY, MANY / 100}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        dynox_error  err    = {0};
        dynox_items *items  = NULL;
        long         before = requests_so_far();
        if (dynox_sync_batch_get(client, many(counts[i][0]), &items, .error = &err) != DYNOX_OK)
            fail_msg("%s", err.message);
        assert_int_equal(requests_so_far() - before, counts[i][1]);
        assert_in_order(items, counts[i][0]);
        dynox_items_free(items);
    }
}

/* Rows 107, 111. */
static void items_come_in_the_order_asked_for_with_holes(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    scripted_answer("BatchGetItem",
                    "{\"Responses\":{\"u\":[{\"pk\":{\"S\":\"c\"},\"n\":{\"N\":\"3\"}}],\"t\":[{\"pk\":{\"S\":\"b\"},"
                    "\"sk\":{\"N\":\"2.0\"}},{\"sk\":{\"N\":\"1\"},\"pk\":{\"S\":\"b\"}}]},\"UnprocessedKeys\":{}}");
    assert_int_equal(dynox_sync_batch_get(client,
                                          DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "a", "sk", 1)),
                                                      DYNOX_GET("t", DYNOX_ITEM("pk", "b", "sk", 1)),
                                                      DYNOX_GET("u", DYNOX_ITEM("pk", "c")),
                                                      DYNOX_GET("t", DYNOX_ITEM("sk", 2, "pk", "b"))),
                                          &items),
                     DYNOX_OK);
    assert_int_equal(items->count, 4);
    assert_null(items->at[0]);
    assert_int_equal(dynox_get_int(items->at[1], "sk"), 1);
    assert_int_equal(dynox_get_int(items->at[2], "n"), 3);
    assert_int_equal(dynox_get_int(items->at[3], "sk"), 2);
    dynox_item *taken = dynox_items_take(items, 2);
    dynox_items_free(items);
    assert_string_equal(dynox_get_string(taken, "pk"), "c");
    dynox_item_free(taken);
}

/* Rows 110, 111. */
static void projection_and_consistency_are_those_of_each_read(void **state)
{
    (void)state;
    dynox_items *items  = NULL;
    long         before = requests_so_far();
    scripted_answer("BatchGetItem", "{\"Responses\":{\"t\":[{\"pk\":{\"S\":\"a\"},\"name\":{\"S\":\"Ada\"}}]}}");
    assert_int_equal(dynox_sync_batch_get(client,
                                          DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "a"), .projection = "name, x.pk",
                                                                .consistent_read = true)),
                                          &items),
                     DYNOX_OK);
    assert_sent("{\"RequestItems\":{\"t\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}],\"ConsistentRead\":true,"
                "\"ProjectionExpression\":\"#n0, #n1.#n2, #n2\",\"ExpressionAttributeNames\":{\"#n0\":\"name\",\"#n1\":"
                "\"x\",\"#n2\":\"pk\"}}}}");
    assert_string_equal(dynox_get_string(items->at[0], "name"), "Ada");
    assert_null(dynox_item_get(items->at[0], "pk")); /* which was fetched only to tell the answers apart */
    dynox_items_free(items);

    assert_int_equal(dynox_sync_batch_get(
                         client, DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", "a"), .projection = "pk, name")), &items),
                     DYNOX_OK);
    assert_sent("\"ProjectionExpression\":\"#n0, #n1\"");
    assert_string_equal(dynox_get_string(items->at[0], "pk"), "a");
    dynox_items_free(items);
    assert_int_equal(requests_so_far(), before + 2);
}

/* Row 111. */
static void a_table_with_two_projections_needs_two_requests(void **state)
{
    (void)state;
    dynox_items      *items  = NULL;
    long              before = requests_so_far();
    const dynox_item *key = DYNOX_ITEM("pk", "a"), *other = DYNOX_ITEM("pk", "b");
    assert_int_equal(dynox_sync_batch_get(client,
                                          DYNOX_READS(DYNOX_GET("t", key), DYNOX_GET("t", key, .projection = "pk"),
                                                      DYNOX_GET("t", other), DYNOX_GET("u", key)),
                                          &items, .in_flight = 1),
                     DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 2);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(dynox_get_string(items->at[i], "pk"), i == 2 ? "b" : "a");
    dynox_items_free(items);
}

/* Row 106. */
static void a_key_twice_is_fetched_once_and_given_twice(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    assert_int_equal(
        dynox_sync_batch_get(client,
                             DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", 1)), DYNOX_GET("t", DYNOX_ITEM("pk", 2)),
                                         DYNOX_GET("t", DYNOX_ITEM("pk", dynox_number_text("1.00"))),
                                         DYNOX_GET("t", DYNOX_ITEM("pk", 1))),
                             &items),
        DYNOX_OK);
    assert_sent("{\"RequestItems\":{\"t\":{\"Keys\":[{\"pk\":{\"N\":\"1\"}},{\"pk\":{\"N\":\"2\"}}]}}}");
    dynox_item *first = dynox_items_take(items, 0);
    assert_int_equal(dynox_get_int(items->at[1], "pk"), 2);
    assert_int_equal(dynox_get_int(items->at[2], "pk"), 1);
    dynox_item_free(first);
    assert_int_equal(dynox_get_int(items->at[3], "pk"), 1);
    dynox_items_free(items);
}

/* Row 108. */
static void keys_that_come_back_are_asked_for_again_with_all_that_belongs_to_them(void **state)
{
    (void)state;
    dynox_items *items  = NULL;
    dynox_info   info   = {0};
    long         before = requests_so_far();
    faultserver_say(&server, "unprocessed 30 x1, unprocessed 1 x1, none");
    assert_int_equal(dynox_sync_batch_get(client, many(100), &items, .info = &info), DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 3);
    assert_int_equal(info.attempts, 3);
    assert_in_order(items, 100);
    dynox_items_free(items);
    faultserver_say(&server, "unprocessed 1 x1, none");
    assert_int_equal(dynox_sync_batch_get(client,
                                          DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", 1), .projection = "pk"),
                                                      DYNOX_GET("t", DYNOX_ITEM("pk", 2), .projection = "pk")),
                                          &items, .info = &info),
                     DYNOX_OK);
    assert_sent("{\"RequestItems\":{\"t\":{\"Keys\":[{\"pk\":{\"N\":\"2\"}}],\"ProjectionExpression\":\"#n0\","
                "\"ExpressionAttributeNames\":{\"#n0\":\"pk\"}}}}");
    dynox_items_free(items);
    dynox_info_clear(&info);
}

/* Row 109. */
static void what_was_read_is_there_beside_what_was_not_answered(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *items = NULL;
    dynox_left  *left  = NULL;
    faultserver_say(&server, "unprocessed 10");
    dynox__random_fake(no_wait);
    assert_int_equal(dynox_sync_batch_get(client, many(100), &items, .left = &left, .error = &err), DYNOX_E_PARTIAL);
    dynox__random_fake(NULL);
    assert_string_equal(err.message,
                        "10 of 100 reads were not answered: the service left them unprocessed again and again");
    assert_false(err.may_have_applied);
    assert_int_equal(items->count, 100);
    assert_string_equal(dynox_get_string(items->at[89], "pk"), "89");
    assert_null(items->at[90]);
    assert_int_equal(left->reads.count, 10);
    assert_int_equal(left->places[0], 90);
    assert_string_equal(dynox_get_string(left->reads.at[9].key, "pk"), "99");
    dynox_items_free(items);
    faultserver_say(&server, "none");
    assert_int_equal(dynox_sync_batch_get(client, left->reads, &items), DYNOX_OK);
    assert_string_equal(dynox_get_string(items->at[0], "pk"), "90");
    dynox_items_free(items);
    dynox_left_free(left);
}

/* Row 109. */
static void a_request_that_fails_takes_nothing_from_the_others(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    faultserver_say(&server, "status 400 ProvisionedThroughputExceededException x1");
    dynox_future *f = dynox_batch_get(client, many(250), .in_flight = 1, .max_attempts = 1);
    assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
    assert_int_equal(DYNOX_TAKE(items, f), DYNOX_E_PARTIAL);
    assert_string_equal(dynox_future_details(f)->code, "ProvisionedThroughputExceededException");
    assert_true(dynox_future_details(f)->retryable);
    const dynox_left *left = dynox_batch_left(f);
    assert_int_equal(left->reads.count, 100);
    assert_ptr_equal(dynox_batch_left(f), left);
    items = dynox_batch_items(f);
    assert_null(items->at[99]);
    assert_string_equal(dynox_get_string(items->at[100], "pk"), "100");
    assert_null(dynox_batch_items(f)); /* taken */
    dynox_future_release(f);
    dynox_items_free(items);
}

static void a_key_twice_is_left_twice(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_left *left = NULL;
    faultserver_say(&server, "status 400 AccessDeniedException");
    assert_int_equal(dynox_sync_batch_get(
                         client,
                         DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", 1), .projection = "a", .consistent_read = true),
                                     DYNOX_GET("t", DYNOX_ITEM("pk", 1), .projection = "a", .consistent_read = true)),
                         .out = NULL, .left = &left, .error = &err),
                     DYNOX_E_ACCESS_DENIED);
    assert_int_equal(left->reads.count, 2);
    assert_string_equal(left->reads.at[1].projection, "a");
    assert_true(left->reads.at[1].consistent_read);
    dynox_left_free(left);
}

static void items_of_success_can_be_taken_either_way(void **state)
{
    (void)state;
    dynox_future *f = dynox_batch_get(client, many(3));
    dynox_future_wait(f, -1);
    const dynox_items *peeked = dynox_future_peek(f, &dynox_type_items);
    assert_in_order(peeked, 3);
    assert_null(dynox_batch_left(f));
    dynox_items *items = dynox_batch_items(f);
    assert_in_order(items, 3);
    assert_null(dynox_batch_items(f));
    dynox_future_release(f);
    dynox_items_free(items);
    items = NULL;
    assert_int_equal(dynox_join(dynox_batch_get(client, many(2)), &items), DYNOX_OK);
    assert_in_order(items, 2);
    dynox_items_free(items);
}

static void an_answer_to_another_request_is_refused(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{\"Responses\":{\"t\":[{\"pk\":{\"S\":\"9\"}}]}}",
        "{\"Responses\":{\"u\":[{\"pk\":{\"S\":\"0\"}}]}}",
        "{\"Responses\":{\"t\":[{\"pk\":{\"S\":\"0\"}},{\"pk\":{\"S\":\"0\"}}]}}",
        "{\"Responses\":{},\"UnprocessedKeys\":{\"t\":{\"Keys\":[{\"pk\":{\"S\":\"9\"}}]}}}",
        ("{\"Responses\":{\"t\":[{\"pk\":{\"S\":\"0\"}}]},\"UnprocessedKeys\":{\"t\":{\"Keys\":[{\"pk\":{\"S\":\"0\"}}]"
         "}"
         "}}"),
        "{}",
        "{\"Item\":{}}",
        "{\"Responses\":[]}",
        "{\"Responses\":{\"t\":{}}}"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        dynox_error  err   = {0};
        dynox_items *items = NULL;
        scripted_answer("BatchGetItem", answers[i]);
        dynox_status status = dynox_sync_batch_get(client, many(2), &items, .max_attempts = 1, .error = &err);
        if (status != DYNOX_E_DECODE) fail_msg("%zu: %s: %s", i, dynox_status_name(status), err.message);
        assert_null(items->at[0]);
        dynox_items_free(items);
    }
}

static void expect_refusal(dynox_reads reads, const char *words)
{
    dynox_error  error  = {0};
    dynox_items *items  = (dynox_items *)(uintptr_t)1;
    long         before = requests_so_far();
    assert_int_not_equal(dynox_sync_batch_get(client, reads, &items, .error = &error), DYNOX_OK);
    if (!strstr(error.message, words)) fail_msg("%s", error.message);
    assert_int_equal(requests_so_far(), before);
    assert_null(items);
    dynox_error_clear(&error);
}

static void what_cannot_be_is_refused_with_its_number(void **state)
{
    (void)state;
    const dynox_item *key = DYNOX_ITEM("pk", "k");
    expect_refusal(DYNOX_READS(DYNOX_GET("t", key), DYNOX_GET("t", NULL)), "part 2 (get on \"t\"): the key is missing");
    expect_refusal(DYNOX_READS(DYNOX_GET(NULL, key)), "part 1 (get on \"\"): the table name is missing");
    expect_refusal(DYNOX_READS(DYNOX_GET("", key)), "part 1 (get on \"\"): the table name is missing");
    expect_refusal(DYNOX_READS(DYNOX_GET("t", key, .projection = "a,, b")), "part 1 (get on \"t\"): projection");
    expect_refusal((dynox_reads){NULL, 5}, "the array of reads is missing (NULL)");
    expect_refusal(DYNOX_READS(DYNOX_GET("t", &(dynox_item){0})), "a key has one attribute or two; this one has 0");
    expect_refusal(DYNOX_READS(DYNOX_GET("t", key), DYNOX_GET("t", DYNOX_ITEM("qk", 1))),
                   "part 2 (get on \"t\"): the key has other attributes than one of the same table before");
    expect_refusal(DYNOX_READS(DYNOX_GET("t", DYNOX_ITEM("pk", dynox_string("\xff")))), "attribute \"pk\"");
}

static void wrong_arguments_are_told(void **state)
{
    (void)state;
    dynox_items *items = NULL;
    dynox_left  *left  = NULL;
    assert_int_equal(dynox_sync_batch_get(NULL, many(1), &items), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_get_with(client, NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_batch_get(client, many(1), &items)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_batch_get(client, many(1), .left = &left)), DYNOX_E_ARGUMENT);
}

static void cancelling_ends_all_requests(void **state)
{
    (void)state;
    faultserver_say(&server, "reset");
    faultserver_say(&server, "none x1, silent");
    dynox_future *f = dynox_batch_get(client, many(500));
    while (faultserver_count(&server, "requests") < 5)
        usleep(1000);
    assert_null(dynox_batch_items(f)); /* not yet */
    dynox_future_cancel(f);
    assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(f), DYNOX_E_CANCELLED);
    assert_false(dynox_future_details(f)->may_have_applied);
    dynox_items *items = dynox_batch_items(f);
    assert_int_equal(items->count, 500);
    assert_int_equal(dynox_batch_left(f)->reads.count, 400);
    dynox_items_free(items);
    dynox_future_release(f);
}

static int reset_answers(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("BatchGetItem", "$READS");
    return 0;
}

#define EACH(test) cmocka_unit_test_setup(test, reset_answers)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(every_100_keys_are_a_request),
        EACH(items_come_in_the_order_asked_for_with_holes),
        EACH(projection_and_consistency_are_those_of_each_read),
        EACH(a_table_with_two_projections_needs_two_requests),
        EACH(a_key_twice_is_fetched_once_and_given_twice),
        EACH(keys_that_come_back_are_asked_for_again_with_all_that_belongs_to_them),
        EACH(what_was_read_is_there_beside_what_was_not_answered),
        EACH(a_request_that_fails_takes_nothing_from_the_others),
        EACH(a_key_twice_is_left_twice),
        EACH(items_of_success_can_be_taken_either_way),
        EACH(an_answer_to_another_request_is_refused),
        EACH(what_cannot_be_is_refused_with_its_number),
        EACH(wrong_arguments_are_told),
        EACH(cancelling_ends_all_requests),
    };
    return cmocka_run_group_tests_name("batch reads", tests, scripted_setup, scripted_teardown);
}
