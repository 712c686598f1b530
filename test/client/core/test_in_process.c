/* Clients whose DynamoDB is in their own process: how they find it, and that calls, futures and ends are as elsewhere.
 */
#include "fork.h"
#include "support.h"
#include <dynox/dynox.h>
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

static dynox_local  *local;
static dynox_client *db;
static dynox_error   err;

static void check(const char *file, int line, dynox_status status)
{
    if (status == DYNOX_OK) return;
    fprintf(stderr, "%s:%d: ", file, line);
    dynox_error_print(stderr, &err);
    fail();
}
#define ok(call) check(__FILE__, __LINE__, (call))

static void create(dynox_client *client, const char *table)
{
    ok(dynox_sync_create_table(client, table, {"pk", DYNOX_S}, .error = &err));
}

static bool is_there(dynox_client *client, const char *table, const char *pk)
{
    dynox_item *item = NULL;
    ok(dynox_sync_get_item(client, table, DYNOX_ITEM("pk", pk), &item, .error = &err));
    bool there = item != NULL;
    dynox_item_free(item);
    return there;
}

static int setup(void **state)
{
    (void)state;
    local = dynox_local_new(.seed = 7);
    db    = dynox_client_new(.local = local, .error = &err);
    if (!db) dynox_error_print(stderr, &err);
    create(db, "users");
    return db ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dynox_client_free(db);
    dynox_local_free(local);
    dynox_error_clear(&err);
    return 0;
}

/* ---- finding it ---- */

/* Rows 302, 308. */
static void each_memory_is_one_of_its_own(void **state)
{
    dynox_client *a = dynox_client_new(.endpoint = "memory:"), *b = dynox_client_new(.endpoint = "memory:");
    (void)state;
    create(a, "users");
    create(b, "users");
    ok(dynox_sync_put_item(a, "users", DYNOX_ITEM("pk", "x"), .error = &err));
    assert_true(is_there(a, "users", "x"));
    assert_false(is_there(b, "users", "x"));
    assert_string_equal(dynox_client_endpoint(a), "memory:");
    assert_string_equal(dynox_client_region(a), "local");
    dynox_client_free(a);
    dynox_client_free(b);
}

static void a_name_is_shared_as_long_as_somebody_has_it(void **state)
{
    dynox_client *a = dynox_client_new(.endpoint = "memory:shop"), *b = dynox_client_new(.endpoint = "memory:shop");
    (void)state;
    create(a, "users");
    ok(dynox_sync_put_item(a, "users", DYNOX_ITEM("pk", "x"), .error = &err));
    assert_true(is_there(b, "users", "x"));
    dynox_client_free(a);
    assert_true(is_there(b, "users", "x"));
    dynox_client_free(b);
    a = dynox_client_new(.endpoint = "memory:shop");
    create(a, "users");
    assert_false(is_there(a, "users", "x"));
    dynox_client_free(a);
}

/* Row 308. */
static void a_client_keeps_its_engine(void **state)
{
    dynox_local  *one    = dynox_local_new();
    dynox_client *client = dynox_client_new(.local = one);
    (void)state;
    dynox_local_free(one);
    create(client, "users");
    assert_false(is_there(client, "users", "x"));
    dynox_client_free(client);
}

static void no_file_and_no_credentials_are_asked_for(void **state)
{
    (void)state;
    setenv("AWS_CONFIG_FILE", "/dev/null/nothing", 1);
    setenv("AWS_PROFILE", "there-is-no-such-profile", 1);
    setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
    dynox_client *client = dynox_client_new(.endpoint = "memory:", .profile = "nor-this-one", .error = &err);
    assert_non_null(client);
    create(client, "users");
    assert_false(is_there(client, "users", "x"));
    dynox_client_free(client);
    unsetenv("AWS_CONFIG_FILE");
    unsetenv("AWS_PROFILE");
    unsetenv("AWS_USE_FIPS_ENDPOINT");
}

static void the_environment_can_name_it(void **state)
{
    (void)state;
    setenv("DYNOX_LOCAL", "memory:by-environment", 1);
    dynox_client *client = dynox_client_new(.error = &err);
    assert_non_null(client);
    assert_string_equal(dynox_client_endpoint(client), "memory:by-environment");
    dynox_client_free(client);
    client = dynox_client_new(.endpoint = "http://127.0.0.1:1", .region = "eu-west-1");
    assert_string_equal(dynox_client_endpoint(client), "http://127.0.0.1:1");
    dynox_client_free(client);
    setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:2", 1);
    client = dynox_client_new(.region = "eu-west-1");
    assert_string_equal(dynox_client_endpoint(client), "http://127.0.0.1:2");
    dynox_client_free(client);
    setenv("AWS_ENDPOINT_URL_DYNAMODB", "memory:by-url", 1);
    client = dynox_client_new();
    assert_string_equal(dynox_client_endpoint(client), "memory:by-url");
    dynox_client_free(client);
    unsetenv("AWS_ENDPOINT_URL");
    unsetenv("AWS_ENDPOINT_URL_DYNAMODB");
    setenv("DYNOX_LOCAL", "yes", 1);
    assert_null(dynox_client_new(.error = &err));
    assert_string_equal(err.message, "DYNOX_LOCAL is \"yes\": it has to be memory:, memory:NAME or file:PATH");
    unsetenv("DYNOX_LOCAL");
}

static void contradictions_are_refused(void **state)
{
    dynox_local *one = dynox_local_new();
    (void)state;
    assert_null(dynox_client_new(.local = one, .endpoint = "memory:", .error = &err));
    assert_int_equal(err.status, DYNOX_E_CONFIGURATION);
    assert_null(dynox_client_new(.local = one, .nodes = "http://127.0.0.1:1", .error = &err));
    assert_null(dynox_client_new(.endpoint = "memory:", .nodes = "http://127.0.0.1:1", .error = &err));
    assert_null(dynox_client_new(.endpoint = "memory:", .discover = DYNOX_ALTERNATOR, .error = &err));
    assert_null(dynox_client_new(.endpoint = "file:", .error = &err));
    assert_string_equal(err.message, "the endpoint \"file:\" needs the path of a file behind it");
    assert_null(dynox_client_new(.endpoint = "memory:", .access_key = "A", .error = &err));
    dynox_local_free(one);
}

/* ---- files ---- */

static const char *file_endpoint(void)
{
    static char endpoint[64];
    static int  number;
    snprintf(endpoint, sizeof endpoint, "file:/tmp/dynox-in-process-%ld-%d.db", (long)getpid(), ++number);
    return endpoint;
}

static void remove_file(const char *endpoint)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    char                     path[80];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s%s", endpoint + strlen("file:"), ends[i]);
        unlink(path);
    }
}

static void a_file_keeps_what_was_written(void **state)
{
    const char   *endpoint = file_endpoint();
    dynox_client *a        = dynox_client_new(.endpoint = endpoint, .error = &err),
                 *b        = dynox_client_new(.endpoint = endpoint);
    (void)state;
    if (!a) { /* a library without them (DYNOX_LOCAL_FILE=OFF) */
        assert_int_equal(err.status, DYNOX_E_ARGUMENT);
        skip();
    }
    create(a, "users");
    ok(dynox_sync_put_item(a, "users", DYNOX_ITEM("pk", "x"), .error = &err));
    assert_true(is_there(b, "users", "x")); /* both have the one engine of the process */
    assert_null(dynox_local_new(.path = endpoint + strlen("file:"), .error = &err));
    dynox_client_free(a);
    dynox_client_free(b);
    dynox_local *again = dynox_local_new(.path = endpoint + strlen("file:"), .error = &err);
    assert_non_null(again);
    a = dynox_client_new(.local = again);
    assert_true(is_there(a, "users", "x"));
    dynox_client_free(a);
    dynox_local_free(again);
    remove_file(endpoint);
}

static void many_writes_to_a_file_are_all_there(void **state)
{
    enum { WRITES = 600 };
    static dynox_future *writes[WRITES];
    const char          *endpoint = file_endpoint();
    dynox_client        *client   = dynox_client_new(.endpoint = endpoint);
    int64_t              count    = 0;
    char                 pk[16];
    (void)state;
    if (!client) skip();
    create(client, "users");
    for (int i = 0; i < WRITES; i++) {
        snprintf(pk, sizeof pk, "%d", i);
        writes[i] =
            dynox_put_item(client, "users", DYNOX_ITEM("pk", pk), .condition = DYNOX_EXPR("attribute_not_exists(pk)"));
        if (i % 50 == 0) is_there(client, "users", pk);
    }
    for (int i = 0; i < WRITES; i++)
        ok(dynox_join_void(writes[i], .error = &err));
    dynox_client_free(client);
    client = dynox_client_new(.endpoint = endpoint);
    ok(dynox_sync_count(client, "users", NULL, &count, .error = &err));
    assert_int_equal(count, WRITES);
    dynox_client_free(client);
    remove_file(endpoint);
}

/* ---- calls and futures ---- */

typedef struct noting {
    pthread_t    thread;
    dynox_status status;
} noting;

static dynox_outcome note(dynox_future *future, void *arg)
{
    noting *self = arg;
    (void)future;
    self->thread     = pthread_self();
    dynox_item *item = NULL;
    self->status     = dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item);
    return dynox_ok(NULL, NULL);
}

static void answers_come_on_a_thread_of_its_own(void **state)
{
    noting        noted  = {0};
    dynox_future *future = dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"));
    (void)state;
    ok(dynox_join_void(dynox_then(future, note, &noted, .on = dynox_executor_inline()), .error = &err));
    if (noted.status != DYNOX_OK) { /* it was attached before the answer was there: on the engine's thread */
        assert_int_equal(noted.status, DYNOX_E_DEADLOCK);
        assert_false(pthread_equal(noted.thread, pthread_self()));
    }
}

static size_t threads(void)
{
    size_t         count = 0;
    struct dirent *task;
    DIR           *tasks = opendir("/proc/self/task");
    while (tasks && (task = readdir(tasks)))
        count += task->d_name[0] != '.';
    if (tasks) closedir(tasks);
    return count;
}

static void whoever_waits_is_served_without_a_thread(void **state)
{
    size_t before = threads();
    (void)state;
    ok(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x"), .error = &err));
    assert_true(is_there(db, "users", "x"));
    assert_int_equal(threads(), before);
}

static void many_calls_at_once_are_all_answered(void **state)
{
    enum { CALLS = 2000 };
    static dynox_future *calls[CALLS];
    dynox_client_stats   stats;
    char                 pk[32];
    (void)state;
    for (int i = 0; i < CALLS; i++) {
        snprintf(pk, sizeof pk, "%d", i);
        calls[i] = dynox_put_item(db, "users", DYNOX_ITEM("pk", pk));
    }
    for (int i = 0; i < CALLS; i++)
        ok(dynox_join_void(calls[i], .error = &err));
    assert_true(is_there(db, "users", "1999"));
    dynox_client_get_stats(db, &stats);
    assert_int_equal(stats.in_flight, 0);
    assert_int_equal(stats.requests, CALLS + 2);
}

static void too_many_that_wait_are_refused(void **state)
{
    enum { CALLS = 100 };
    dynox_client *client = dynox_client_new(.local = local, .max_waiting = 1, .max_attempts = 1);
    dynox_future *calls[CALLS];
    size_t        refused = 0;
    (void)state;
    for (int i = 0; i < CALLS; i++)
        calls[i] = dynox_get_item(client, "users", DYNOX_ITEM("pk", "x"));
    for (int i = 0; i < CALLS; i++) {
        dynox_status status = dynox_join_void(calls[i]);
        if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_BUSY);
        refused += status != DYNOX_OK;
    }
    assert_in_range(refused, 0, CALLS - 1);
    dynox_client_free(client);
}

static void a_warm_up_has_nothing_to_do(void **state)
{
    (void)state;
    ok(dynox_sync_client_warm_up(db, 3, &err));
}

static void errors_are_those_of_the_service(void **state)
{
    dynox_item *item = NULL;
    (void)state;
    assert_int_equal(dynox_sync_get_item(db, "none", DYNOX_ITEM("pk", "x"), &item, .error = &err), DYNOX_E_NOT_FOUND);
    assert_string_equal(err.code, "ResourceNotFoundException");
    assert_int_equal(err.http_status, 400);
    assert_int_equal(strlen(err.request_id), 52);
    assert_int_equal(err.attempts, 1);
}

/* ---- faults ---- */

static void a_lost_answer_is_sent_again(void **state)
{
    dynox_info info = {0};
    (void)state;
    dynox_local_fail(local, .operation = "PutItem", .nth = 1, .with = DYNOX_LOCAL_LOSE_ANSWER);
    ok(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x"), .error = &err, .info = &info));
    assert_int_equal(info.attempts, 2);
    assert_true(info.may_have_applied_twice);
    dynox_info_clear(&info);
    dynox_local_fail(local, .operation = "PutItem", .nth = 1, .with = DYNOX_LOCAL_LOSE_ANSWER);
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "y"), .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL,
                                         .error = &err),
                     DYNOX_E_TRANSPORT);
    assert_true(err.may_have_applied);
    assert_true(is_there(db, "users", "y"));
}

static void an_answer_that_is_cut_is_a_broken_connection(void **state)
{
    dynox_item *item = NULL;
    (void)state;
    dynox_local_fail(local, .operation = "GetItem", .with = DYNOX_LOCAL_CUT_ANSWER);
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .max_attempts = 1, .error = &err),
                     DYNOX_E_TRANSPORT);
}

static void throttling_is_an_error_after_the_last_attempt(void **state)
{
    (void)state;
    dynox_local_fail(local, .with = DYNOX_LOCAL_THROTTLE);
    assert_int_equal(dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", "x"), .max_attempts = 1, .error = &err),
                     DYNOX_E_THROTTLED);
    dynox_local_fail_no_more(local);
    assert_false(is_there(db, "users", "x"));
}

static void a_late_answer_can_time_out(void **state)
{
    dynox_item *item = NULL;
    (void)state;
    dynox_local_fail(local, .operation = "GetItem", .with = DYNOX_LOCAL_DELAY, .delay_ms = 3600000);
    assert_int_equal(dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item, .max_attempts = 1,
                                         .attempt_timeout_ms = 20, .error = &err),
                     DYNOX_E_TIMEOUT);
    dynox_local_fail_no_more(local);
    dynox_local_fail(local, .operation = "GetItem", .with = DYNOX_LOCAL_DELAY, .delay_ms = 20);
    assert_false(is_there(db, "users", "x"));
}

static void a_late_answer_can_be_cancelled(void **state)
{
    (void)state;
    dynox_local_fail(local, .operation = "GetItem", .with = DYNOX_LOCAL_DELAY, .delay_ms = 3600000);
    for (int i = 0; i < 50; i++) {
        dynox_future *future = dynox_get_item(db, "users", DYNOX_ITEM("pk", "x"), .attempt_timeout_ms = -1);
        if (i % 2) nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        dynox_future_cancel(future);
        assert_int_equal(dynox_join_void(future), DYNOX_E_CANCELLED);
    }
    dynox_client_stats stats = {.in_flight = 1};
    for (int i = 0; i < 10000 && stats.in_flight; i++) { /* the transport's own end comes soon */
        dynox_client_get_stats(db, &stats);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_int_equal(stats.in_flight, 0);
}

static void what_a_batch_leaves_is_written_in_the_end(void **state)
{
    (void)state;
    dynox_local_fail(local, .operation = "BatchWriteItem", .nth = 1, .with = DYNOX_LOCAL_UNPROCESSED);
    ok(dynox_sync_batch_write(db,
                              DYNOX_WRITES(DYNOX_PUT("users", DYNOX_ITEM("pk", "a")),
                                           DYNOX_PUT("users", DYNOX_ITEM("pk", "b")),
                                           DYNOX_PUT("users", DYNOX_ITEM("pk", "c"))),
                              .error = &err));
    assert_true(is_there(db, "users", "a"));
    assert_true(is_there(db, "users", "b"));
    assert_true(is_there(db, "users", "c"));
}

typedef struct telling {
    char   text[8192];
    size_t used;
} telling;

static bool tell(const dynox_local_request *request, void *arg)
{
    telling *self = arg;
    self->used += (size_t)snprintf(self->text + self->used, sizeof self->text - self->used, "%s %s %d %s\n",
                                   request->operation, request->json, request->status, request->request_id);
    return true;
}

static void live_through(telling *story)
{
    dynox_local  *one    = dynox_local_new(.seed = 42);
    dynox_client *client = dynox_client_new(.local = one, .max_attempts = 1);
    char          pk[8];
    create(client, "users");
    dynox_local_fail(one, .probability = 0.4, .with = DYNOX_LOCAL_SERVER_ERROR);
    for (int i = 0; i < 40; i++) {
        snprintf(pk, sizeof pk, "%d", i);
        if (dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", pk)) != DYNOX_OK) continue;
    }
    dynox_local_fail_no_more(one);
    dynox_page *page = NULL;
    ok(dynox_sync_scan_page(client, "users", &page, .error = &err));
    for (size_t i = 0; i < page->item_count; i++)
        story->used += (size_t)snprintf(story->text + story->used, sizeof story->text - story->used, "%s ",
                                        dynox_get_string(&page->items[i], "pk"));
    dynox_page_free(page);
    dynox_local_each_request(one, tell, story);
    dynox_client_free(client);
    dynox_local_free(one);
}

static void the_same_seed_gives_the_same_course_of_events(void **state)
{
    static telling a, b;
    (void)state;
    live_through(&a);
    live_through(&b);
    assert_string_equal(a.text, b.text);
    assert_non_null(strstr(a.text, " 500 "));
    assert_non_null(strstr(a.text, " 200 "));
}

/* ---- threads ---- */

typedef struct writer {
    int         number;
    const char *failure;
} writer;

static void *write_and_read(void *arg)
{
    writer *self = arg;
    char    pk[32];
    for (int i = 0; i < 200 && !self->failure; i++) {
        dynox_item   *item = NULL;
        dynox_future *future;
        snprintf(pk, sizeof pk, "%d-%d", self->number, i);
        if (dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", pk, "n", i)) != DYNOX_OK) self->failure = "put";
        future = dynox_get_item(db, "users", DYNOX_ITEM("pk", pk));
        if (dynox_join(future, &item) != DYNOX_OK || dynox_get_int(item, "n") != i) self->failure = "async get";
        dynox_item_free(item);
        if (dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", pk), &item) != DYNOX_OK || !item) self->failure = "get";
        dynox_item_free(item);
    }
    return NULL;
}

static void threads_read_their_own_writes(void **state)
{
    pthread_t others[8];
    writer    writers[8] = {0};
    int64_t   count      = 0;
    (void)state;
    for (int i = 0; i < 8; i++) {
        writers[i].number = i;
        assert_int_equal(pthread_create(&others[i], NULL, write_and_read, &writers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(others[i], NULL);
        if (writers[i].failure) fail_msg("%s", writers[i].failure);
    }
    ok(dynox_sync_count(db, "users", NULL, &count, .error = &err));
    assert_int_equal(count, 1600);
}

static void several_threads_of_the_engine_answer_all(void **state)
{
    enum { CALLS = 500 };
    dynox_client *client = dynox_client_new(.local = local, .io_threads = 4);
    dynox_future *calls[CALLS];
    char          pk[32];
    (void)state;
    for (int i = 0; i < CALLS; i++) {
        snprintf(pk, sizeof pk, "%d", i);
        calls[i] = i % 2 ? dynox_put_item(client, "users", DYNOX_ITEM("pk", pk))
                         : dynox_get_item(client, "users", DYNOX_ITEM("pk", pk));
    }
    for (int i = 0; i < CALLS; i++)
        ok(dynox_join_void(calls[i], .error = &err));
    dynox_client_free(client);
}

/* ---- ends ---- */

static void freeing_ends_what_is_in_flight(void **state)
{
    enum { CALLS = 200 };
    (void)state;
    for (int round = 0; round < 20; round++) {
        dynox_client *client = dynox_client_new(.local = local);
        dynox_future *calls[CALLS];
        if (round % 2) dynox_local_fail(local, .operation = "GetItem", .delay_ms = 3600000, .with = DYNOX_LOCAL_DELAY);
        for (int i = 0; i < CALLS; i++)
            calls[i] = dynox_get_item(client, "users", DYNOX_ITEM("pk", "x"), .attempt_timeout_ms = -1);
        dynox_client_free(client);
        for (int i = 0; i < CALLS; i++) {
            assert_true(dynox_future_done(calls[i]));
            dynox_status status = dynox_join_void(calls[i]);
            if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_SHUTDOWN);
        }
        dynox_local_fail_no_more(local);
    }
}

static dynox_outcome free_client(dynox_future *future, void *client)
{
    (void)future;
    dynox_client_free(client);
    return dynox_ok(NULL, NULL);
}

static void a_client_can_be_freed_on_the_engines_thread(void **state)
{
    dynox_client *client = dynox_client_new(.local = local);
    dynox_future *call   = dynox_get_item(client, "users", DYNOX_ITEM("pk", "x"));
    (void)state;
    ok(dynox_join_void(dynox_then(call, free_client, client, .on = dynox_executor_inline()), .error = &err));
}

static int child_of(pid_t pid)
{
    int status = -1;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_forked_child_has_engines_of_its_own(void **state)
{
    dynox_client *named = dynox_client_new(.endpoint = "memory:forked");
    (void)state;
    if (TEST_UNDER_TSAN) skip();
    create(named, "users");
    ok(dynox_join_void(dynox_get_item(db, "users", DYNOX_ITEM("pk", "x")), .error = &err)); /* there is a thread */
    fflush(NULL);
    pid_t pid = fork_among_sleepers();
    if (pid == 0) {
        dynox_item *item = NULL;
        dynox_error why  = {0};
        if (dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", "x"), &item) != DYNOX_E_FORKED) _exit(1);
        if (dynox_client_new(.local = local, .error = &why) || why.status != DYNOX_E_FORKED) _exit(2);
        dynox_local_fail_no_more(local);
        dynox_client_free(db);
        dynox_client_free(named);
        dynox_local_free(local);
        dynox_client *client = dynox_client_new(.endpoint = "memory:forked");
        if (dynox_sync_create_table(client, "users", {"pk", DYNOX_S}) != DYNOX_OK) _exit(3); /* it is another one */
        if (dynox_join_void(dynox_get_item(client, "users", DYNOX_ITEM("pk", "x"))) != DYNOX_OK) _exit(4);
        dynox_client_free(client);
        _exit(0);
    }
    assert_int_equal(child_of(pid), 0);
    dynox_client_free(named);
}

/* Nothing is freed, and calls are in flight: the process ends all the same, with its own code. */
static int just_exit(void)
{
    db = dynox_client_new(.endpoint = "memory:");
    for (int i = 0; i < 500; i++)
        dynox_future_release(dynox_get_item(db, "users", DYNOX_ITEM("pk", "x")));
    return 7;
}

static void a_program_may_just_exit(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t pid = fork_among_sleepers();
    if (pid == 0) {
        execl("/proc/self/exe", "just_exit", "just_exit", (char *)NULL);
        _exit(7); /* where there is no /proc */
    }
    assert_int_equal(child_of(pid), 7);
}

static void live_without_memory(void *unused)
{
    dynox_item *item  = NULL;
    dynox_error error = {0};
    (void)unused;
    dynox_client *client = dynox_client_new(.endpoint = "memory:sweep", .max_attempts = 1, .error = &error);
    if (!client) assert_int_equal(error.status, DYNOX_E_NO_MEMORY);
    dynox_status status = dynox_sync_create_table(client, "users", {"pk", DYNOX_S});
    if (status == DYNOX_OK) status = dynox_sync_put_item(client, "users", DYNOX_ITEM("pk", "x"));
    if (status == DYNOX_OK) status = dynox_join(dynox_get_item(client, "users", DYNOX_ITEM("pk", "x")), &item);
    if (client && status != DYNOX_OK && status != DYNOX_E_SERVER) assert_int_equal(status, DYNOX_E_NO_MEMORY);
    dynox_item_free(item);
    dynox_client_free(client);
    dynox_error_clear(&error);
}

static void without_memory_all_is_said_and_nothing_leaks(void **state)
{
    (void)state;
    test_every_allocation_failing(live_without_memory, NULL);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "just_exit") == 0) return just_exit();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_all_is_said_and_nothing_leaks), /* while no other thread is there */
        cmocka_unit_test(each_memory_is_one_of_its_own),
        cmocka_unit_test(a_name_is_shared_as_long_as_somebody_has_it),
        cmocka_unit_test(a_client_keeps_its_engine),
        cmocka_unit_test(no_file_and_no_credentials_are_asked_for),
        cmocka_unit_test(the_environment_can_name_it),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(a_file_keeps_what_was_written),
        cmocka_unit_test(many_writes_to_a_file_are_all_there),
        cmocka_unit_test_setup_teardown(whoever_waits_is_served_without_a_thread, setup, teardown),
        cmocka_unit_test_setup_teardown(answers_come_on_a_thread_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(many_calls_at_once_are_all_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_that_wait_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_warm_up_has_nothing_to_do, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_are_those_of_the_service, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_answer_is_sent_again, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_that_is_cut_is_a_broken_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(throttling_is_an_error_after_the_last_attempt, setup, teardown),
        cmocka_unit_test_setup_teardown(a_late_answer_can_time_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_late_answer_can_be_cancelled, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_batch_leaves_is_written_in_the_end, setup, teardown),
        cmocka_unit_test(the_same_seed_gives_the_same_course_of_events),
        cmocka_unit_test_setup_teardown(threads_read_their_own_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(several_threads_of_the_engine_answer_all, setup, teardown),
        cmocka_unit_test_setup_teardown(freeing_ends_what_is_in_flight, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_can_be_freed_on_the_engines_thread, setup, teardown),
        cmocka_unit_test_setup_teardown(a_forked_child_has_engines_of_its_own, setup, teardown),
        cmocka_unit_test(a_program_may_just_exit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
