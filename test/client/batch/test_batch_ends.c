/* How batches end when the rest of the world does: the server is killed, the process forks, somebody cancels at any
 * moment, a callback waits where it must not. Every future settles, and nothing half-done goes unreported. */
#include "client/scripted.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

enum { MANY = 5000 };

static dynox_writes writes(size_t count)
{
    static dynox_write       all[MANY];
    static dynox_named_value values[MANY];
    static dynox_item        items[MANY];
    static char              names[MANY][8];
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        values[i] = (dynox_named_value){"pk", 2, 0, dynox_string(names[i])};
        items[i]  = (dynox_item){&values[i], 1, NULL};
        all[i]    = (dynox_write){.kind = DYNOX_WRITE_PUT, .table = "t", .item = &items[i], .key = {"pk"}};
    }
    return (dynox_writes){all, count};
}

static dynox_reads reads(size_t count)
{
    static dynox_read all[MANY];
    dynox_writes      keys = writes(count);
    for (size_t i = 0; i < count; i++)
        all[i] = (dynox_read){.table = "t", .key = keys.at[i].item};
    return (dynox_reads){all, count};
}

/* A server of its own, to be killed, and a client of it. */
static dynox_client *victim(faultserver *doomed)
{
    faultserver_start(doomed, NULL);
    return dynox_client_new(.endpoint = doomed->url, .region = "eu-west-1", .access_key = "A", .secret_key = "s");
}

static void kill_server(faultserver *doomed)
{
    kill(doomed->pid, SIGKILL);
    waitpid(doomed->pid, NULL, 0);
    fclose(doomed->control);
    close(doomed->input);
}

static bool is_of_the_way(dynox_status status)
{
    return status == DYNOX_E_CONNECT || status == DYNOX_E_TRANSPORT;
}

static void a_server_that_is_killed_leaves_what_it_had_not_answered(void **state)
{
    (void)state;
    faultserver   doomed;
    dynox_client *db = victim(&doomed);
    faultserver_say(&doomed, "none x20 on BatchGetItem, silent on BatchGetItem");
    dynox_future *read = dynox_batch_get(db, reads(MANY), .in_flight = 2, .attempt_timeout_ms = -1);
    while (faultserver_count(&doomed, "requests") < 22)
        usleep(1000);
    faultserver_say(&doomed, "none x40 on BatchWriteItem, silent");
    dynox_future *write = dynox_batch_write(db, writes(MANY), .in_flight = 8, .attempt_timeout_ms = -1);
    while (faultserver_count(&doomed, "requests") < 22 + 48)
        usleep(1000);
    kill_server(&doomed);
    assert_int_equal(dynox_future_wait(write, -1), DYNOX_OK);
    assert_int_equal(dynox_future_wait(read, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(write), DYNOX_E_PARTIAL);
    assert_int_equal(dynox_future_error(read), DYNOX_E_PARTIAL);
    assert_true(dynox_future_details(write)->may_have_applied); /* what was in flight */
    assert_true(dynox_future_details(write)->retryable);
    assert_false(dynox_future_details(read)->may_have_applied);
    size_t       unwritten = dynox_batch_left(write)->writes.count, unread = dynox_batch_left(read)->reads.count;
    dynox_items *items = dynox_batch_items(read);
    assert_int_equal(unwritten, MANY - 40 * 25);
    assert_int_equal(unread, MANY - 20 * 100);
    for (size_t i = 0; i < MANY; i++)
        unread -= !items->at[i];
    assert_int_equal(unread, 0); /* a hole is one that was not answered: all of these items exist */
    dynox_items_free(items);
    dynox_future_release(write);
    dynox_future_release(read);
    dynox_client_free(db);
}

static void nobody_there_is_no_partial_success(void **state)
{
    (void)state;
    faultserver   doomed;
    dynox_client *db   = victim(&doomed);
    dynox_left   *left = NULL;
    dynox_error   err  = {0};
    kill_server(&doomed);
    assert_true(is_of_the_way(dynox_sync_batch_write(db, writes(100), .left = &left, .error = &err)));
    assert_int_equal(left->writes.count, 100);
    assert_false(err.may_have_applied);
    dynox_left_free(left);
    dynox_batch_writer *writer = dynox_batch_writer_new(db);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(dynox_sync_batch_writer_add(writer, writes(20).at[i], NULL), DYNOX_OK);
    assert_true(is_of_the_way(dynox_sync_batch_writer_close(writer, &err)));
    assert_int_equal(dynox_batch_writer_left(writer)->writes.count, 20);
    dynox_batch_writer_free(writer);
    dynox_client_free(db);
}

static void *cancel_soon(void *future)
{
    usleep((useconds_t)(rand() % 3000));
    dynox_future_cancel(future);
    dynox_future_release(future);
    return NULL;
}

/* Parts that were done, and parts that are left, are all of them. */
static void a_cancel_at_any_moment_loses_no_part(void **state)
{
    (void)state;
    faultserver_say(&server, "unprocessed 3 x5, delay 1 x20, none x10, delay 1 x1000000");
    for (int round = 0; round < 60; round++) {
        pthread_t     thread;
        dynox_future *f = round % 2 ? dynox_batch_write(client, writes(1000), .in_flight = 3)
                                    : dynox_batch_get(client, reads(1000), .in_flight = 3);
        assert_int_equal(pthread_create(&thread, NULL, cancel_soon, dynox_future_acquire(f)), 0);
        assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
        dynox_status status = dynox_future_error(f);
        pthread_join(thread, NULL);
        assert_true(status == DYNOX_OK || status == DYNOX_E_CANCELLED);
        if (status == DYNOX_E_CANCELLED) {
            const dynox_left *left = dynox_batch_left(f);
            assert_true(left->writes.count + left->reads.count > 0);
            if (round % 2 && left->writes.count < 1000) assert_true(dynox_future_details(f)->may_have_applied);
        }
        dynox_future_release(f);
    }
    faultserver_say(&server, "none");
}

static void abandoning_at_any_moment_loses_no_write(void **state)
{
    (void)state;
    dynox_writes all = writes(1000);
    faultserver_say(&server, "delay 1");
    for (int round = 0; round < 40; round++) {
        dynox_batch_writer *writer = dynox_batch_writer_new(client, .in_flight = 3);
        for (size_t i = 0; i < 1000; i++)
            dynox_future_release(dynox_batch_writer_add(writer, all.at[i]));
        dynox_future *close = dynox_batch_writer_close(writer);
        usleep((useconds_t)(rand() % 3000));
        dynox_batch_writer_abandon(writer);
        assert_int_equal(dynox_future_wait(close, -1), DYNOX_OK);
        dynox_status      status = dynox_future_error(close);
        const dynox_left *left   = dynox_batch_writer_left(writer);
        assert_true(status == DYNOX_OK ? !left : status == DYNOX_E_CANCELLED && left && left->writes.count <= 1000);
        dynox_future_release(close);
        dynox_batch_writer_free(writer);
    }
    faultserver_say(&server, "none");
}

static void a_forked_child_may_let_go_of_it(void **state)
{
    (void)state;
    faultserver_say(&server, "delay 100");
    dynox_future *f     = dynox_batch_write(client, writes(100));
    pid_t         child = fork();
    if (child == 0) {
        dynox_future_cancel(f);
        bool right = dynox_future_wait(f, 0) == DYNOX_E_FORKED && !dynox_batch_left(f) &&
                     dynox_sync_batch_write(client, writes(30)) == DYNOX_E_FORKED;
        dynox_future_release(f);
        _exit(right ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    faultserver_say(&server, "none");
}

static void a_writer_of_the_parent_refuses_and_never_hangs(void **state)
{
    (void)state;
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    faultserver_say(&server, "delay 100");
    for (size_t i = 0; i < 100; i++)
        dynox_future_release(dynox_batch_writer_add(writer, writes(100).at[i]));
    pid_t child = fork();
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        alarm(30);
        bool right = dynox_sync_batch_writer_add(writer, writes(1).at[0], NULL) == DYNOX_E_FORKED &&
                     dynox_join_void(dynox_batch_writer_flush(writer)) == DYNOX_E_FORKED &&
                     dynox_sync_batch_writer_close(writer, NULL) == DYNOX_E_FORKED && !dynox_batch_writer_left(writer);
        dynox_batch_writer_free(writer);
        _exit(right ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(dynox_sync_batch_writer_close(writer, NULL), DYNOX_OK);
    dynox_batch_writer_free(writer);
    faultserver_say(&server, "none");
}

static void wait_where_it_cannot_be(dynox_future *future, void *arg)
{
    dynox_status *found = arg;
    dynox_future *other = dynox_batch_write(client, writes(1));
    (void)future;
    found[0] = dynox_sync_batch_write(client, writes(1));
    found[1] = dynox_sync_batch_get(client, reads(1), .out = NULL);
    found[2] = dynox_future_done(other) ? DYNOX_E_DEADLOCK : dynox_future_wait(other, -1);
    dynox_future_release(other);
}

static void a_callback_on_an_io_thread_is_told_that_it_cannot_wait(void **state)
{
    (void)state;
    dynox_status found[3] = {DYNOX_OK};
    faultserver_say(&server, "delay 100 x1, none"); /* so that it is not done before the callback is attached */
    dynox_future *first = dynox_batch_write(client, writes(25));
    assert_int_equal(dynox_future_on_done(first, dynox_executor_inline(), wait_where_it_cannot_be, found), DYNOX_OK);
    dynox_future_release(first);
    while (requests_so_far() < 2)
        usleep(1000);
    dynox_sync_client_drain(client, -1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(found[i], DYNOX_E_DEADLOCK);
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
        EACH(a_server_that_is_killed_leaves_what_it_had_not_answered),
        EACH(nobody_there_is_no_partial_success),
        EACH(a_cancel_at_any_moment_loses_no_part),
        EACH(abandoning_at_any_moment_loses_no_write),
        EACH(a_forked_child_may_let_go_of_it),
        EACH(a_writer_of_the_parent_refuses_and_never_hangs),
        EACH(a_callback_on_an_io_thread_is_told_that_it_cannot_wait), /* drains the client */
    };
    return cmocka_run_group_tests_name("ends of batches", tests, scripted_setup, scripted_teardown);
}
