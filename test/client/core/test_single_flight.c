/* Single flight: identical gets at the same time are one request, and yet each is a call of its own. */
#include "http/server.h"
#include "support.h"
#include "timers.h"
#include <dynox/dynox.h>

static test_server  *server;
static dynox_client *db;
static _Atomic bool  holds;  /* answers wait */
static _Atomic bool  fails;  /* they are errors */
static _Atomic int   closed; /* connections that were closed meanwhile */

static bool hold(test_line *line)
{
    char byte;
    while (atomic_load(&holds)) {
        if (recv(line->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0) {
            atomic_fetch_add(&closed, 1);
            return false;
        }
        server_sleep(1);
    }
    return true;
}

static const char error_body[] =
    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":"
    "\"no such table\"}";

static void serve(test_line *line)
{
    char answer[512];
    while (server_read(line)) {
        if (!hold(line)) return;
        if (atomic_load(&fails)) {
            snprintf(answer, sizeof answer, "HTTP/1.1 400 Bad Request\r\nContent-Length: %zu\r\n\r\n%s",
                     strlen(error_body), error_body);
            server_send(line, answer);
            continue;
        }
        const char *key = strstr(line->request, "\"pk\":{\"S\":\"");
        if (!strstr(line->request, "GetItem") || !key || strncmp(key + 11, "none", 4) == 0)
            server_answer(line, "{}");
        else {
            snprintf(answer, sizeof answer,
                     "{\"Item\":{\"pk\":{\"S\":\"%.*s\"}},\"ConsumedCapacity\":{\"TableName\":\"users\","
                     "\"CapacityUnits\":0.5}}",
                     (int)strcspn(key + 11, "\""), key + 11);
            server_answer(line, answer);
        }
    }
}

static dynox_client *client_with(bool single_flight, dynox_observer *observer)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    return dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKID", .secret_key = "SECRET",
                            .proxy = "", .single_flight = single_flight, .observer = observer);
}

static int open_all(void **state)
{
    (void)state;
    server = server_start(serve, NULL, NULL);
    db     = client_with(true, NULL);
    atomic_store(&holds, true);
    atomic_store(&fails, false);
    atomic_store(&closed, 0);
    return db ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    dynox_client_free(db);
    server_stop(server);
    return 0;
}

static dynox_future *get_key(const char *key)
{
    return dynox_get_item(db, "users", DYNOX_ITEM("pk", key), .return_capacity = DYNOX_CAPACITY_TOTAL);
}

static dynox_future *get(void)
{
    return get_key("x");
}

static int requests(void)
{
    return atomic_load(&server->requests);
}

static void wait_for_requests(int count)
{
    while (requests() < count)
        server_sleep(1);
}

static void expect_item(dynox_future *future)
{
    dynox_item *item = NULL;
    assert_int_equal(dynox_join(future, &item), DYNOX_OK);
    assert_string_equal(dynox_get_string(item, "pk"), "x");
    assert_non_null(dynox_item_info(item));
    dynox_item_free(item);
}

static void identical_gets_share_one_request(void **state)
{
    (void)state;
    dynox_future *gets[10];
    dynox_item   *items[10];
    int           shared = 0, attempts = 0, told = 0;
    for (int i = 0; i < 10; i++)
        gets[i] = get();
    wait_for_requests(1);
    atomic_store(&holds, false);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(dynox_future_wait(gets[i], 20000), DYNOX_OK);
        const dynox_info *info = dynox_future_info(gets[i]);
        shared += info->shared;
        attempts += (int)info->attempts;
        told += info->capacity != NULL;
        assert_int_equal(info->request_id[0], 'R');
        items[i] = dynox_future_take_item(gets[i]);
        dynox_future_release(gets[i]);
    }
    assert_int_equal(requests(), 1);
    assert_int_equal(shared, 9);
    assert_int_equal(attempts, 1);
    assert_int_equal(told, 1);
    dynox_client_free(db);
    db = NULL;
    for (int i = 0; i < 10; i++) { /* each is its holder's, to keep or to free */
        assert_string_equal(dynox_get_string(items[i], "pk"), "x");
        dynox_item_free(items[i]);
    }
}

static void what_comes_after_the_answer_is_asked_anew(void **state)
{
    (void)state;
    atomic_store(&holds, false);
    for (int i = 0; i < 5; i++)
        expect_item(get());
    assert_int_equal(requests(), 5);
}

static void what_differs_is_not_shared(void **state)
{
    (void)state;
    dynox_future *gets[] = {
        get(),
        get_key("y"),
        dynox_get_item(db, "users", DYNOX_ITEM("pk", "x")),
        dynox_get_item(db, "users2", DYNOX_ITEM("pk", "x")),
        dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .projection = "pk"),
        dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .max_attempts = 2),
        dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .consistent_read = true),
        dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .consistent_read = true),
        dynox_put_item(db, "users", DYNOX_ITEM("pk", "x")),
        dynox_put_item(db, "users", DYNOX_ITEM("pk", "x")),
    };
    enum { COUNT = sizeof gets / sizeof *gets };
    wait_for_requests(COUNT);
    atomic_store(&holds, false);
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_GATHER, COUNT, gets)), DYNOX_OK);
    assert_int_equal(requests(), COUNT);
}

static void it_is_off_unless_asked_for(void **state)
{
    (void)state;
    dynox_client_free(db);
    db                    = client_with(false, NULL);
    dynox_future *both[2] = {get(), get()};
    wait_for_requests(2);
    atomic_store(&holds, false);
    expect_item(both[0]);
    expect_item(both[1]);
}

static void no_item_is_none_for_all(void **state)
{
    (void)state;
    dynox_future *gets[3] = {get_key("none"), get_key("none"), get_key("none")};
    wait_for_requests(1);
    atomic_store(&holds, false);
    for (int i = 0; i < 3; i++) {
        dynox_item *item = NULL;
        assert_int_equal(dynox_join(gets[i], &item), DYNOX_OK);
        assert_null(item);
    }
    assert_int_equal(requests(), 1);
}

static void a_failure_is_everybodys(void **state)
{
    (void)state;
    dynox_future *gets[3]  = {get(), get(), get()};
    unsigned      attempts = 0;
    wait_for_requests(1);
    atomic_store(&fails, true);
    atomic_store(&holds, false);
    for (int i = 0; i < 3; i++) {
        dynox_error error = {0};
        assert_int_equal(dynox_join_void(gets[i], .error = &error), DYNOX_E_NOT_FOUND);
        assert_string_equal(error.code, "ResourceNotFoundException");
        attempts += error.attempts;
        dynox_error_clear(&error);
    }
    assert_int_equal(attempts, 1);
}

/* ---- each is a call of its own ---- */

static void a_cancel_is_nobody_elses(void **state)
{
    (void)state;
    dynox_future *gets[3] = {get(), get(), get()};
    wait_for_requests(1);
    dynox_future_cancel(gets[0]); /* who came first, too */
    assert_int_equal(dynox_join_void(gets[0]), DYNOX_E_CANCELLED);
    dynox_future_cancel(gets[2]);
    assert_int_equal(dynox_join_void(gets[2]), DYNOX_E_CANCELLED);
    atomic_store(&holds, false);
    expect_item(gets[1]);
    assert_int_equal(requests(), 1);
}

static void the_last_one_to_leave_ends_the_request(void **state)
{
    (void)state;
    dynox_future *gets[2] = {get(), get()};
    wait_for_requests(1);
    dynox_future_cancel(gets[0]);
    dynox_future_cancel(gets[1]);
    while (atomic_load(&closed) < 1)
        server_sleep(1);
    dynox_future *fresh = get();
    wait_for_requests(2);
    atomic_store(&holds, false);
    expect_item(fresh);
    dynox_future_release(gets[0]);
    dynox_future_release(gets[1]);
}

static void each_keeps_its_deadline(void **state)
{
    (void)state;
    dynox_future *patient = get();
    wait_for_requests(1);
    assert_int_equal(dynox_join_void(dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .deadline_ms = 30,
                                                    .return_capacity = DYNOX_CAPACITY_TOTAL)),
                     DYNOX_E_TIMEOUT);
    assert_int_equal(requests(), 1);
    atomic_store(&holds, false);
    expect_item(patient);
}

static void a_forgotten_one_leaves_nothing_behind(void **state)
{
    (void)state;
    dynox_future_release(get());
    dynox_future *other = get();
    wait_for_requests(1);
    dynox_future *drained = dynox_client_drain(db, -1);
    assert_false(dynox_future_done(drained));
    atomic_store(&holds, false);
    assert_int_equal(dynox_join_void(drained), DYNOX_OK);
    expect_item(other);
}

static void freeing_the_client_ends_all(void **state)
{
    (void)state;
    dynox_future *gets[3] = {get(), get(), get()};
    wait_for_requests(1);
    dynox_client_free(db);
    db = NULL;
    for (int i = 0; i < 3; i++)
        assert_int_equal(dynox_join_void(gets[i]), DYNOX_E_SHUTDOWN);
}

/* ---- with others ---- */

typedef struct heard {
    _Atomic int begun, ended, attempts, shared, told;
} heard;

static void *begins(const dynox_observed *call, void *arg)
{
    (void)call;
    atomic_fetch_add(&((heard *)arg)->begun, 1);
    return NULL;
}

static void ends(const dynox_observed *call, void *context, void *arg)
{
    heard *ears = arg;
    (void)context;
    atomic_fetch_add(&ears->ended, 1);
    atomic_fetch_add(&ears->attempts, (int)call->attempt);
    atomic_fetch_add(&ears->shared, call->shared);
    atomic_fetch_add(&ears->told, call->capacity != NULL);
}

static void an_observer_hears_of_each_call_and_of_one_request(void **state)
{
    (void)state;
    heard           ears     = {0};
    dynox_observer *observer = dynox_observer_new(.call_begins = begins, .call_ends = ends, .arg = &ears);
    dynox_client_free(db);
    db = client_with(true, observer);
    dynox_future *gets[4];
    for (int i = 0; i < 4; i++)
        gets[i] = get();
    wait_for_requests(1);
    atomic_store(&holds, false);
    assert_int_equal(dynox_join_void(dynox_combine(DYNOX_GATHER, 4, gets)), DYNOX_OK);
    dynox_client_free(db);
    db = NULL;
    dynox_observer_release(observer);
    assert_int_equal(ears.begun, 4);
    assert_int_equal(ears.ended, 4);
    assert_int_equal(ears.attempts, 1);
    assert_int_equal(ears.shared, 3);
    assert_int_equal(ears.told, 1);
}

static void *get_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < 200; i++) {
        dynox_future *some[4] = {get_key("x"), get_key("x"), get_key("y"), get_key("none")};
        if (i % 3 == 0) dynox_future_cancel(some[i % 4]);
        for (int k = 0; k < 4; k++) {
            dynox_item  *item = NULL;
            dynox_status done = dynox_join(some[k], &item);
            if (done != DYNOX_OK && done != DYNOX_E_CANCELLED) abort();
            dynox_item_free(item);
        }
    }
    return NULL;
}

static void many_threads_share_and_cancel(void **state)
{
    (void)state;
    pthread_t threads[4];
    atomic_store(&holds, false);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, get_many, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dynox_join_void(dynox_client_drain(db, -1)), DYNOX_OK);
    assert_true(requests() < 4 * 4 * 200);
}

static void get_twice(void *unused)
{
    (void)unused;
    db = client_with(true, NULL);
    for (int i = 0; db && i < 2; i++) {
        dynox_future *both[2] = {get(), get()};
        for (int k = 0; k < 2; k++) {
            dynox_item  *item = NULL;
            dynox_status done = dynox_join(both[k], &item);
            if (done != DYNOX_OK && done != DYNOX_E_NO_MEMORY) fail_msg("%s", dynox_status_name(done));
            dynox_item_free(item);
        }
    }
    dynox_client_free(db);
    db = NULL;
    timers_settle();
}

static void without_memory_each_asks_for_itself_or_fails(void **state)
{
    (void)state;
    atomic_store(&holds, false);
    dynox_client_free(db);
    test_every_allocation_failing(get_twice, NULL);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)
    const struct CMUnitTest tests[] = {
        TEST(identical_gets_share_one_request), TEST(what_comes_after_the_answer_is_asked_anew),
        TEST(what_differs_is_not_shared),       TEST(it_is_off_unless_asked_for),
        TEST(no_item_is_none_for_all),          TEST(a_failure_is_everybodys),
        TEST(a_cancel_is_nobody_elses),         TEST(the_last_one_to_leave_ends_the_request),
        TEST(each_keeps_its_deadline),          TEST(a_forgotten_one_leaves_nothing_behind),
        TEST(freeing_the_client_ends_all),      TEST(an_observer_hears_of_each_call_and_of_one_request),
        TEST(many_threads_share_and_cancel),    TEST(without_memory_each_asks_for_itself_or_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
