/* Batch writes: what is sent, what comes back unprocessed, what is left, and what is refused before anything is sent.
 */
#include "base/random.h"
#include "client/batch/batch.h"
#include "client/scripted.h"
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 10000 };

/* `count` puts of different items; `told`: with the key's name, so that nobody has to be asked for it. */
static dynox_writes many(size_t count, bool told)
{
    static dynox_write       writes[MANY];
    static dynox_named_value values[MANY];
    static dynox_item        items[MANY];
    static char              names[MANY][8];
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        values[i] = (dynox_named_value){"pk", 2, 0, dynox_string(names[i])};
        items[i]  = (dynox_item){&values[i], 1, NULL};
        writes[i] = (dynox_write){.kind = DYNOX_WRITE_PUT, .table = "t", .item = &items[i]};
        if (told) writes[i].key[0] = "pk";
    }
    return (dynox_writes){writes, count};
}

static double no_wait(void)
{
    return -1; /* half of a wait is certain, and this takes it away */
}

/* Row 95. */
static void every_25_writes_are_a_request(void **state)
{
    (void)state;
    static const size_t counts[][2] = {{0, 0},  {1, 1},   {25, 1},  {26, 2},
                                       {50, 2}, {100, 4}, {101, 5}, {MANY, MANY / 25}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        dynox_error err    = {0};
        dynox_info  info   = {0};
        long        before = requests_so_far();
        if (dynox_sync_batch_write(client, many(counts[i][0], true), .error = &err, .info = &info) != DYNOX_OK)
            fail_msg("%s", err.message);
        assert_int_equal(requests_so_far() - before, counts[i][1]);
        assert_int_equal(info.attempts, counts[i][1]);
        dynox_info_clear(&info);
    }
}

/* Rows 96, 101. */
static void puts_and_deletes_of_several_tables_go_together(void **state)
{
    (void)state;
    long before = requests_so_far();
    assert_int_equal(dynox_sync_batch_write(client,
                                            DYNOX_WRITES(DYNOX_PUT("a", DYNOX_ITEM("pk", "1", "n", 1)),
                                                         DYNOX_DELETE("b", DYNOX_ITEM("pk", "2")),
                                                         DYNOX_DELETE("a", DYNOX_ITEM("pk", "3")),
                                                         DYNOX_PUT("a\"b", DYNOX_ITEM("pk", "4"))),
                                            .return_capacity = DYNOX_CAPACITY_TOTAL),
                     DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 1);
    assert_sent("X-Amz-Target: DynamoDB_20120810.BatchWriteItem");
    assert_sent("{\"RequestItems\":{\"a\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"1\"},\"n\":{\"N\":\"1\"}}}},"
                "{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"3\"}}}}],\"b\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{"
                "\"S\":\"2\"}}}}],\"a\\\"b\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"4\"}}}}]},"
                "\"ReturnConsumedCapacity\":\"TOTAL\"}");
}

/* Row 101. */
static void requests_go_side_by_side_but_not_more_than_wanted(void **state)
{
    (void)state;
    faultserver_say(&server, "reset");
    faultserver_say(&server, "silent");
    dynox_future *f = dynox_batch_write(client, many(300, true), .in_flight = 3, .attempt_timeout_ms = -1);
    while (faultserver_count(&server, "requests") < 3)
        usleep(1000);
    assert_int_equal(dynox_future_wait(f, 20), DYNOX_E_TIMEOUT);
    assert_int_equal(faultserver_count(&server, "requests"), 3);
    dynox_future_drop(&f);
    faultserver_say(&server, "reset");
    assert_int_equal(dynox_sync_batch_write(client, many(300, true), .in_flight = 3), DYNOX_OK);
    assert_int_equal(faultserver_count(&server, "requests"), 12);
}

/* Rows 97, 108. */
static void what_comes_back_unprocessed_is_sent_again_and_nothing_else(void **state)
{
    (void)state;
    dynox_info info   = {0};
    long       before = requests_so_far();
    faultserver_say(&server, "unprocessed 5 x1, unprocessed 2 x1, none");
    assert_int_equal(dynox_sync_batch_write(client, many(25, true), .info = &info), DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 3);
    assert_int_equal(info.attempts, 3);
    assert_sent(
        "{\"RequestItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"23\"}}}},{\"PutRequest\":{\"Item\":"
        "{\"pk\":{\"S\":\"24\"}}}}]}}");
    dynox_info_clear(&info);
}

static double least(void)
{
    return 0;
}

static double most(void)
{
    return 1;
}

/* Rows 97, 99. */
static void waits_grow_and_vary(void **state)
{
    (void)state;
    static const int64_t ms[] = {100, 100, 200, 400, 800, 1600, 3200, 5000, 5000};
    for (unsigned i = 0; i < sizeof ms / sizeof *ms; i++) {
        dynox__random_fake(least);
        assert_int_equal(dynox__batch_wait_ns(i), ms[i] * 500000);
        dynox__random_fake(most);
        assert_int_equal(dynox__batch_wait_ns(i), ms[i] * 1000000);
    }
    dynox__random_fake(NULL);
}

/* Row 98. */
static void what_never_gets_processed_is_named(void **state)
{
    (void)state;
    dynox_error err    = {0};
    dynox_left *left   = NULL;
    long        before = requests_so_far();
    faultserver_say(&server, "unprocessed 3");
    dynox__random_fake(no_wait);
    assert_int_equal(dynox_sync_batch_write(client, many(10, true), .left = &left, .error = &err), DYNOX_E_PARTIAL);
    dynox__random_fake(NULL);
    assert_int_equal(requests_so_far(), before + 9); /* one that did something, eight in a row that did not */
    assert_string_equal(err.message,
                        "3 of 10 writes were not applied: the service left them unprocessed again and again");
    assert_true(err.retryable);
    assert_false(err.may_have_applied);
    assert_int_equal(err.attempts, 9);
    assert_int_equal(left->writes.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(left->places[i], 7 + i);
        assert_string_equal(left->writes.at[i].table, "t");
        assert_int_equal(left->writes.at[i].kind, DYNOX_WRITE_PUT);
        assert_int_equal(dynox_get_string(left->writes.at[i].item, "pk")[0], '7' + (int)i);
    }
    faultserver_say(&server, "none");
    assert_int_equal(dynox_sync_batch_write(client, left->writes), DYNOX_OK);
    assert_int_equal(requests_so_far(), before + 10);
    dynox_left_free(left);
}

static double half_a_minute(void)
{
    return 600;
}

/* Row 99. */
static void there_is_no_wait_that_the_deadline_would_cut_off(void **state)
{
    (void)state;
    dynox_error err    = {0};
    long        before = requests_so_far();
    faultserver_say(&server, "unprocessed 25");
    dynox__random_fake(half_a_minute);
    assert_int_equal(dynox_sync_batch_write(client, many(25, true), .deadline_ms = 20000, .error = &err),
                     DYNOX_E_TIMEOUT);
    dynox__random_fake(NULL);
    assert_int_equal(requests_so_far(), before + 1);
    if (!strstr(err.message, "25 of 25 writes were not applied: the service left them unprocessed until the call's"))
        fail_msg("%s", err.message);
    assert_true(err.retryable);
}

static void a_request_that_fails_leaves_its_own_parts_only(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_left *left = NULL;
    faultserver_say(&server, "status 400 ValidationException x1");
    assert_int_equal(dynox_sync_batch_write(client, many(60, true), .in_flight = 1, .left = &left, .error = &err),
                     DYNOX_E_PARTIAL);
    assert_string_equal(err.message, "25 of 60 writes were not applied: BatchWriteItem: made by the fault server");
    assert_string_equal(err.code, "ValidationException");
    assert_int_equal(err.http_status, 400);
    assert_true(err.request_id[0] != 0);
    assert_int_equal(err.attempts, 3);
    assert_false(err.may_have_applied);
    assert_int_equal(left->writes.count, 25);
    assert_int_equal(left->places[24], 24);
    dynox_left_free(left);
}

static void if_nothing_was_applied_the_error_is_what_stood_in_the_way(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_left *left = NULL;
    faultserver_say(&server, "status 400 AccessDeniedException");
    assert_int_equal(dynox_sync_batch_write(client, many(60, true), .left = &left, .error = &err),
                     DYNOX_E_ACCESS_DENIED);
    assert_string_equal(err.message, "60 of 60 writes were not applied: BatchWriteItem: made by the fault server");
    assert_int_equal(left->writes.count, 60);
    dynox_left_free(left);
}

static void a_write_that_may_have_been_applied_is_left_and_says_so(void **state)
{
    (void)state;
    dynox_error err = {0};
    faultserver_say(&server, "status 500 InternalServerError x1");
    assert_int_equal(dynox_sync_batch_write(client, many(50, true), .in_flight = 1, .max_attempts = 1, .error = &err),
                     DYNOX_E_PARTIAL);
    assert_true(err.may_have_applied);
    assert_true(err.retryable);
}

static void a_lost_answer_is_sent_again_or_not_as_the_client_says(void **state)
{
    (void)state;
    dynox_error   err     = {0};
    dynox_info    info    = {0};
    dynox_client *careful = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A",
                                             .secret_key = "s", .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL);
    faultserver_say(&server, "status 500 InternalServerError x1, none");
    assert_int_equal(dynox_sync_batch_write(client, many(25, true), .info = &info), DYNOX_OK);
    assert_int_equal(info.attempts, 2);
    assert_true(info.may_have_applied_twice);
    dynox_info_clear(&info);
    faultserver_say(&server, "reset after x1, none");
    assert_int_equal(dynox_sync_batch_write(careful, many(50, true), .in_flight = 1, .error = &err), DYNOX_E_PARTIAL);
    assert_true(err.may_have_applied);
    assert_int_equal(err.attempts, 2);
    dynox_client_free(careful);
}

static void cancelling_ends_all_requests_and_says_what_may_have_been_applied(void **state)
{
    (void)state;
    faultserver_say(&server, "reset");
    faultserver_say(&server, "silent");
    dynox_future *f = dynox_batch_write(client, many(500, true), .in_flight = 4);
    while (faultserver_count(&server, "requests") < 4)
        usleep(1000);
    assert_null(dynox_batch_left(f)); /* not yet */
    dynox_future_cancel(f);
    assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(f), DYNOX_E_CANCELLED);
    assert_true(dynox_future_details(f)->may_have_applied);
    assert_int_equal(dynox_batch_left(f)->writes.count, 500);
    assert_int_equal(faultserver_count(&server, "requests"), 4);
    dynox_future_release(f);
}

static void cancelling_while_it_waits_ends_it_at_once(void **state)
{
    (void)state;
    faultserver_say(&server, "reset");
    faultserver_say(&server, "unprocessed 20");
    dynox_future *f = dynox_batch_write(client, many(25, true));
    while (faultserver_count(&server, "requests") < 4) /* the next wait is one of 200 ms at least */
        usleep(1000);
    usleep(20000);
    dynox_future_cancel(f);
    assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(f), DYNOX_E_CANCELLED);
    assert_true(dynox_future_details(f)->may_have_applied); /* five were */
    assert_int_equal(dynox_batch_left(f)->writes.count, 20);
    dynox_future_release(f);
}

static void a_future_that_is_let_go_goes_on(void **state)
{
    (void)state;
    faultserver_say(&server, "reset");
    faultserver_say(&server, "unprocessed 1 x1, none");
    dynox_future_release(dynox_batch_write(client, many(25, true)));
    while (faultserver_count(&server, "requests") < 2)
        usleep(1000);
}

/* ---- keys ---- */

static long described(void)
{
    static long requests;
    long        now = requests_so_far(), new = now - requests;
    requests = now;
    return new;
}

/* Row 100. */
static void a_key_twice_is_the_last_write_of_it(void **state)
{
    (void)state;
    assert_int_equal(
        dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("k", DYNOX_ITEM("pk", "1", "n", 1), .key = {"pk"}),
                                                    DYNOX_PUT("k", DYNOX_ITEM("n", 2, "pk", "2")),
                                                    DYNOX_PUT("k", DYNOX_ITEM("pk", "1", "n", 3)),
                                                    DYNOX_DELETE("k", DYNOX_ITEM("pk", "2")))),
        DYNOX_OK);
    assert_sent("{\"RequestItems\":{\"k\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"1\"},\"n\":{\"N\":\"3\"}}}},"
                "{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"2\"}}}}]}}");
}

/* Row 100. */
static void keys_of_two_attributes_and_numbers_are_compared_as_the_service_does(void **state)
{
    (void)state;
    const dynox_item *first = DYNOX_ITEM("pk", dynox_number_text("10"), "sk", DYNOX_BYTES("a\0b", 3), "v", 1);
    const dynox_item *other = DYNOX_ITEM("pk", dynox_number_text("10"), "sk", DYNOX_BYTES("a\0c", 3), "v", 2);
    const dynox_item *again = DYNOX_ITEM("pk", dynox_number_text("1.0e1"), "sk", DYNOX_BYTES("a\0b", 3), "v", 3);
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("k2", first, .key = {"pk", "sk"}),
                                                                 DYNOX_PUT("k2", other), DYNOX_PUT("k2", again))),
                     DYNOX_OK);
    assert_sent("{\"RequestItems\":{\"k2\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"N\":\"10\"},\"sk\":{\"B\":\"YQBj\"},"
                "\"v\":{\"N\":\"2\"}}}},{\"PutRequest\":{\"Item\":{\"pk\":{\"N\":\"1.0e1\"}");
}

/* Row 100. */
static void a_key_that_nobody_names_is_asked_for_once_and_again_before_it_matters(void **state)
{
    (void)state;
    const dynox_item *a = DYNOX_ITEM("pk", "1", "n", 1), *b = DYNOX_ITEM("pk", "2", "n", 1);
    const dynox_item *c = DYNOX_ITEM("pk", "1", "n", 2);
    described();
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("asked", a), DYNOX_PUT("asked", b))),
                     DYNOX_OK);
    assert_int_equal(described(), 2);
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("asked", a), DYNOX_PUT("asked", b))),
                     DYNOX_OK);
    assert_int_equal(described(), 1);
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("asked", a), DYNOX_PUT("asked", c))),
                     DYNOX_OK);
    assert_int_equal(described(), 2);
    assert_sent(
        "{\"RequestItems\":{\"asked\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"1\"},\"n\":{\"N\":\"2\"}}}}]}}");
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("one", a), DYNOX_PUT("two", c))), DYNOX_OK);
    assert_int_equal(described(), 1); /* one of a table cannot be there twice */
}

/* Row 100. */
static void a_table_with_another_key_than_remembered_loses_nothing(void **state)
{
    (void)state;
    const dynox_item *a = DYNOX_ITEM("pk", "1", "sk", "a"), *b = DYNOX_ITEM("pk", "1", "sk", "b");
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("anew", DYNOX_ITEM("pk", "1")),
                                                                 DYNOX_PUT("anew", DYNOX_ITEM("pk", "2")))),
                     DYNOX_OK);
    scripted_answer("DescribeTable", "{\"Table\":{\"TableName\":\"anew\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{"
                                     "\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\","
                                     "\"KeyType\":\"RANGE\"}],\"AttributeDefinitions\":[]}}");
    assert_int_equal(dynox_sync_batch_write(client, DYNOX_WRITES(DYNOX_PUT("anew", a), DYNOX_PUT("anew", b))),
                     DYNOX_OK);
    assert_sent("{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"1\"},\"sk\":{\"S\":\"a\"}}}},");
    scripted_answer("DescribeTable", "{\"Table\":{\"TableName\":\"$TABLE\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{"
                                     "\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}]}}");
}

static void without_the_key_nothing_is_sent(void **state)
{
    (void)state;
    dynox_error err    = {0};
    dynox_left *left   = NULL;
    long        before = requests_so_far();
    faultserver_say(&server, "status 400 AccessDeniedException on DescribeTable");
    assert_int_equal(dynox_sync_batch_write(client,
                                            DYNOX_WRITES(DYNOX_PUT("denied", DYNOX_ITEM("pk", "1", "n", 1)),
                                                         DYNOX_PUT("denied", DYNOX_ITEM("pk", "2", "n", 1))),
                                            .left = &left, .error = &err),
                     DYNOX_E_ACCESS_DENIED);
    if (!strstr(err.message, "the key of \"denied\" has to be known (or named: DYNOX_PUT(..., .key = {\"pk\", "))
        fail_msg("%s", err.message);
    assert_int_equal(left->writes.count, 2);
    assert_int_equal(requests_so_far(), before + 1);
    dynox_left_free(left);
    faultserver_say(&server, "silent on DescribeTable");
    dynox_future *f = dynox_batch_write(
        client, DYNOX_WRITES(DYNOX_PUT("denied", DYNOX_ITEM("pk", "1")), DYNOX_PUT("denied", DYNOX_ITEM("pk", "2"))));
    dynox_future_cancel(f);
    assert_int_equal(dynox_future_error(f), DYNOX_E_CANCELLED);
    assert_false(dynox_future_details(f)->may_have_applied);
    dynox_future_release(f);
}

/* ---- what is refused ---- */

static void expect_refusal(dynox_writes writes, const char *words)
{
    dynox_error error  = {0};
    dynox_left *left   = NULL;
    long        before = requests_so_far();
    assert_int_not_equal(dynox_sync_batch_write(client, writes, .left = &left, .error = &error), DYNOX_OK);
    if (!strstr(error.message, words)) fail_msg("%s", error.message);
    assert_int_equal(requests_so_far(), before);
    assert_null(left);
    dynox_error_clear(&error);
}

static void what_cannot_be_is_refused_with_its_number(void **state)
{
    (void)state;
    static char       large[400 * 1024 + 1];
    const dynox_item *key = DYNOX_ITEM("pk", "k");
    const dynox_expr *yes = DYNOX_EXPR("attribute_exists(pk)");
    memset(large, 'x', sizeof large - 1);
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", key), DYNOX_UPDATE("t", key, DYNOX_EXPR("SET a = ?", 1))),
                   "part 2 (update on \"t\"): a batch takes puts and deletes only");
    expect_refusal(DYNOX_WRITES(DYNOX_CHECK("t", key, yes)), "part 1 (check on \"t\"): a batch takes puts");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", key, .condition = yes)),
                   "part 1 (put on \"t\"): writes of a batch have no");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", NULL)), "part 1 (put on \"t\"): the item is missing (NULL)");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", NULL)), "part 1 (delete on \"t\"): the key is missing (NULL)");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE(NULL, key)), "part 1 (delete on \"\"): the table name is missing");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("\xff", key)), "the table's name is not valid UTF-8");
    expect_refusal((dynox_writes){NULL, 5}, "the array of writes is missing (NULL)");
    expect_refusal(DYNOX_WRITES({.table = "t", .item = key}),
                   "part 1 (? on \"t\"): a batch takes puts and deletes only");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", DYNOX_ITEM("pk", "k", "n", dynox_number_text("x")))),
                   "part 1 (put on \"t\"): attribute \"n\"");
    expect_refusal(DYNOX_WRITES(DYNOX_PUT("t", key), DYNOX_PUT("t", DYNOX_ITEM("pk", "k", "l", DYNOX_LIST(large)))),
                   "part 2 (put on \"t\"): the item has 409608 bytes: it may have 409600");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", DYNOX_ITEM("a", 1, "b", 2, "c", 3))),
                   "one attribute or two; this one has 3");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", key), DYNOX_DELETE("t", DYNOX_ITEM("qk", 1))),
                   "part 2 (delete on \"t\"): the key has other attributes than one of the same table before");
    expect_refusal(DYNOX_WRITES(DYNOX_DELETE("t", key), DYNOX_PUT("t", key, .key = {"pk", "sk"})),
                   "part 2 (put on \"t\")");
}

static void wrong_arguments_are_told(void **state)
{
    (void)state;
    dynox_error  err    = {0};
    dynox_left  *left   = NULL;
    dynox_info   info   = {0};
    dynox_writes one    = many(1, true);
    long         before = requests_so_far();
    assert_int_equal(dynox_sync_batch_write(NULL, one, .left = &left, .error = &err), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_write(client, one, .return_capacity = (dynox_return_capacity)9),
                     DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_write_with(client, NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_batch_write(client, one, .error = &err)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_batch_write(client, one, .left = &left)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_join_void(dynox_batch_write(client, one, .info = &info)), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_batch_write(client, one, .correlation_id = "a b"), DYNOX_E_ARGUMENT);
    assert_null(dynox_batch_left(NULL));
    assert_null(dynox_batch_items(NULL));
    dynox_left_free(NULL);
    dynox_future *get = dynox_get_item(client, "t", DYNOX_ITEM("pk", "x"));
    dynox_future_wait(get, -1);
    assert_null(dynox_batch_left(get));
    dynox_future_release(get);
    assert_int_equal(requests_so_far(), before + 1);
}

/* ---- sizes, answers, ends ---- */

static void a_request_stays_under_16_mb(void **state)
{
    (void)state;
    static char       long_text[390 * 1024];
    static dynox_item items[25];
    dynox_write       writes[25];
    dynox_named_value values[25][2];
    char              names[25][4];
    dynox_error       err = {0};
    memset(long_text, 1, sizeof long_text - 1); /* each is six bytes of JSON */
    for (int i = 0; i < 25; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        values[i][0] = (dynox_named_value){"pk", 2, 0, dynox_string(names[i])};
        values[i][1] = (dynox_named_value){"t", 1, 0, dynox_string(long_text)};
        items[i]     = (dynox_item){values[i], 2, NULL};
        writes[i]    = (dynox_write){.kind = DYNOX_WRITE_PUT, .table = "t", .item = &items[i], .key = {"pk"}};
    }
    long before = requests_so_far();
    if (dynox_sync_batch_write(client, ((dynox_writes){writes, 25}), .attempt_timeout_ms = -1, .error = &err) !=
        DYNOX_OK)
        fail_msg("%s", err.message);
    assert_int_equal(requests_so_far(), before + 5); /* six of them are 14 MB */
}

/* Row 111. */
static void capacity_is_added_up_by_table_and_index(void **state)
{
    (void)state;
    dynox_info info = {0};
    scripted_answer("BatchWriteItem",
                    "{\"UnprocessedItems\":{},\"ConsumedCapacity\":[{\"TableName\":\"t\",\"CapacityUnits\":3.5,"
                    "\"Table\":{\"CapacityUnits\":2},\"GlobalSecondaryIndexes\":{\"g\":{\"CapacityUnits\":1.5}}}]}");
    assert_int_equal(
        dynox_sync_batch_write(client, many(75, true), .return_capacity = DYNOX_CAPACITY_INDEXES, .info = &info),
        DYNOX_OK);
    scripted_answer("BatchWriteItem", "$WRITES");
    assert_int_equal(info.capacity_count, 1);
    assert_string_equal(info.capacity[0].table, "t");
    assert_true(info.capacity[0].units > 10.49 && info.capacity[0].units < 10.51);
    assert_true(info.capacity[0].table_units > 5.99 && info.capacity[0].table_units < 6.01);
    assert_int_equal(info.capacity[0].index_count, 1);
    assert_string_equal(info.capacity[0].indexes[0].index, "g");
    assert_true(info.capacity[0].indexes[0].units > 4.49);
    assert_true(info.request_id[0] != 0);
    dynox_info_clear(&info);
}

static void an_answer_about_other_parts_is_refused(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"99\"}}}}]}}",
        "{\"UnprocessedItems\":{\"u\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"0\"}}}}]}}",
        "{\"UnprocessedItems\":{\"t\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"0\"}}}}]}}",
        ("{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"0\"}}}},{\"PutRequest\":{\"Item\":{"
         "\"pk\":{\"S\":\"0\"}}}}]}}"),
        "{\"Item\":{\"pk\":{\"S\":\"0\"}}}",
        "{\"UnprocessedItems\":[]}"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        dynox_error err = {0};
        scripted_answer("BatchWriteItem", answers[i]);
        dynox_status status = dynox_sync_batch_write(client, many(2, true), .max_attempts = 1, .error = &err);
        if (status != DYNOX_E_DECODE) fail_msg("%zu: %s: %s", i, dynox_status_name(status), err.message);
        assert_true(err.may_have_applied);
    }
    scripted_answer("BatchWriteItem", "$WRITES");
}

static void a_table_may_be_named_by_its_arn(void **state)
{
    (void)state;
    static const char arn[] = "arn:aws:dynamodb:eu-west-1:123456789012:table/users";
    scripted_answer("BatchWriteItem",
                    "{\"UnprocessedItems\":{\"users\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"1\"}}}}]}}");
    dynox_future *f = dynox_batch_write(
        client, DYNOX_WRITES(DYNOX_DELETE(arn, DYNOX_ITEM("pk", "1")), DYNOX_DELETE(arn, DYNOX_ITEM("pk", "2"))));
    long before = requests_so_far();
    while (requests_so_far() < before + 2)
        usleep(1000);
    assert_sent(
        "{\"RequestItems\":{\"arn:aws:dynamodb:eu-west-1:123456789012:table/users\":[{\"DeleteRequest\":{\"Key\":"
        "{\"pk\":{\"S\":\"1\"}}}}]}}");
    dynox_future_drop(&f);
    scripted_answer("BatchWriteItem", "$WRITES");
}

static void a_client_that_is_freed_settles_it(void **state)
{
    (void)state;
    dynox_client *doomed = scripted_client();
    faultserver_say(&server, "reset");
    faultserver_say(&server, "unprocessed 1");
    dynox_future *f = dynox_batch_write(doomed, many(500, true));
    while (faultserver_count(&server, "requests") < 12) /* four at a time, so some have been answered */
        usleep(1000);
    dynox_client_free(doomed);
    assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(f), DYNOX_E_PARTIAL);
    if (!strstr(dynox_future_details(f)->message, "closed")) fail_msg("%s", dynox_future_details(f)->message);
    size_t left = dynox_batch_left(f)->writes.count;
    assert_true(left > 0 && left < 500);
    dynox_future_release(f);
}

static void an_exhausted_quota_ends_all_of_them(void **state)
{
    (void)state;
    dynox_client *poor = scripted_client();
    dynox_error   err  = {0};
    dynox_left   *left = NULL;
    faultserver_say(&server, "status 500 InternalServerError");
    assert_int_equal(dynox_sync_batch_write(poor, many(5000, true), .in_flight = 50, .left = &left, .error = &err),
                     DYNOX_E_SERVER);
    assert_int_equal(left->writes.count, 5000);
    assert_true(err.attempts >= 200 && err.attempts < 300); /* each request once, and what the quota gave */
    assert_true(err.may_have_applied);
    dynox_left_free(left);
    dynox_client_free(poor);
}

static int reset_answers(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    return 0;
}

#define EACH(test) cmocka_unit_test_setup(test, reset_answers)

static void refuse_in_debug_mode(int to)
{
    dup2(to, STDERR_FILENO);
    dynox_debug_enable();
    dynox_client *db = scripted_client();
    (void)dynox_sync_batch_write(db, DYNOX_WRITES(DYNOX_PUT("t", NULL)));
    size_t live = dynox_debug_live();
    if (live) fprintf(stderr, "%zu futures are left", live);
    dynox_client_free(db);
    fflush(stderr);
    _exit(0);
}

/* Debug mode finds nothing in it: the half-made batch is gone, and was not forgotten. */
static void a_refused_batch_leaves_nothing_behind(void **state)
{
    int  ends[2], status;
    char text[512] = "";
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) refuse_in_debug_mode(ends[1]);
    close(ends[1]);
    ssize_t got = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    if (got) fail_msg("%s", text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(every_25_writes_are_a_request),
        EACH(puts_and_deletes_of_several_tables_go_together),
        EACH(requests_go_side_by_side_but_not_more_than_wanted),
        EACH(what_comes_back_unprocessed_is_sent_again_and_nothing_else),
        EACH(waits_grow_and_vary),
        EACH(what_never_gets_processed_is_named),
        EACH(there_is_no_wait_that_the_deadline_would_cut_off),
        EACH(a_request_that_fails_leaves_its_own_parts_only),
        EACH(if_nothing_was_applied_the_error_is_what_stood_in_the_way),
        EACH(a_write_that_may_have_been_applied_is_left_and_says_so),
        EACH(a_lost_answer_is_sent_again_or_not_as_the_client_says),
        EACH(cancelling_ends_all_requests_and_says_what_may_have_been_applied),
        EACH(cancelling_while_it_waits_ends_it_at_once),
        EACH(a_future_that_is_let_go_goes_on),
        EACH(a_key_twice_is_the_last_write_of_it),
        EACH(keys_of_two_attributes_and_numbers_are_compared_as_the_service_does),
        EACH(a_key_that_nobody_names_is_asked_for_once_and_again_before_it_matters),
        EACH(a_table_with_another_key_than_remembered_loses_nothing),
        EACH(without_the_key_nothing_is_sent),
        EACH(what_cannot_be_is_refused_with_its_number),
        EACH(a_refused_batch_leaves_nothing_behind),
        EACH(wrong_arguments_are_told),
        EACH(a_request_stays_under_16_mb),
        EACH(capacity_is_added_up_by_table_and_index),
        EACH(an_answer_about_other_parts_is_refused),
        EACH(a_table_may_be_named_by_its_arn),
        EACH(a_client_that_is_freed_settles_it),
        EACH(an_exhausted_quota_ends_all_of_them),
    };
    return cmocka_run_group_tests_name("batch writes", tests, scripted_setup, scripted_teardown);
}
