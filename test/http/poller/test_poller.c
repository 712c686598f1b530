/* What every poller promises, whichever system call is behind it. */
#include "base/clock.h"
#include "http/poller/poller.h"
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS = 300 }; /* more than one wait can bring */

static dynox__poller poller;
static int           near[PAIRS], far[PAIRS];
static int           seen[PAIRS];

static void make_pair(int i)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    near[i] = ends[0];
    far[i]  = ends[1];
    assert_int_equal(fcntl(near[i], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(dynox__poller_add(&poller, near[i], &seen[i]), DYNOX_OK);
}

static int begin(void **state)
{
    (void)state;
    memset(seen, 0, sizeof seen);
    memset(near, -1, sizeof near);
    memset(far, -1, sizeof far);
    return dynox__poller_open(&poller) == DYNOX_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        if (near[i] >= 0) close(near[i]);
        if (far[i] >= 0) close(far[i]);
    }
    dynox__poller_close(&poller);
    dynox__poller_close(&poller); /* once more is nothing */
    return 0;
}

/* Counts who is ready. */
static size_t wait_once(int64_t timeout_ns)
{
    dynox__poller_wait(&poller, timeout_ns);
    for (size_t i = 0; i < poller.count; i++)
        ++*(int *)poller.ready[i];
    return poller.count;
}

static void nothing_is_ready_before_something_happens(void **state)
{
    (void)state;
    make_pair(0);
    assert_int_equal(wait_once(0), 0);
    assert_int_equal(wait_once(DYNOX__MS / 10), 0);
    assert_int_equal(write(far[0], "x", 1), 1);
    assert_int_equal(wait_once(DYNOX__NEVER), 1);
    assert_int_equal(wait_once(DYNOX__NEVER), 1); /* until it is read */
    char byte;
    assert_int_equal(read(near[0], &byte, 1), 1);
    assert_int_equal(wait_once(0), 0);
}

static void an_end_makes_a_socket_ready(void **state)
{
    (void)state;
    make_pair(0);
    make_pair(1);
    close(far[0]);
    far[0] = -1;
    shutdown(far[1], SHUT_WR);
    assert_int_equal(wait_once(DYNOX__NEVER), 2);
}

static void a_socket_is_ready_for_writing_only_when_that_is_wanted(void **state)
{
    (void)state;
    make_pair(0);
    assert_int_equal(wait_once(0), 0);
    assert_true(dynox__poller_change(&poller, near[0], &seen[0], true));
    assert_int_equal(wait_once(DYNOX__NEVER), 1);
    assert_int_equal(write(far[0], "x", 1), 1);
    assert_int_equal(wait_once(DYNOX__NEVER), 1); /* for both reasons, once */
    assert_true(dynox__poller_change(&poller, near[0], &seen[0], false));
    assert_int_equal(wait_once(DYNOX__NEVER), 1);
    assert_int_equal(seen[0], 3);
}

static void what_was_removed_is_not_ready(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        make_pair(i);
        assert_int_equal(write(far[i], "x", 1), 1);
    }
    dynox__poller_change(&poller, near[1], &seen[1], true);
    dynox__poller_remove(&poller, near[1]);
    dynox__poller_remove(&poller, near[1]);
    assert_int_equal(wait_once(DYNOX__NEVER), 2);
    assert_int_equal(seen[1], 0);
}

static void none_of_many_is_left_out(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        make_pair(i);
        assert_int_equal(write(far[i], "x", 1), 1);
    }
    for (int waits = 0; waits < 2 * PAIRS / DYNOX__POLLER_EVENTS + 2; waits++)
        assert_true(wait_once(DYNOX__NEVER) > 0);
    for (int i = 0; i < PAIRS; i++)
        assert_true(seen[i] > 0);
}

static void *wake(void *unused)
{
    dynox__poller_wake(&poller);
    return unused;
}

static void a_wake_ends_the_wait_or_the_next_one(void **state)
{
    (void)state;
    pthread_t thread;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(pthread_create(&thread, NULL, wake, NULL), 0);
        assert_int_equal(wait_once(DYNOX__NEVER), 0);
        pthread_join(thread, NULL);
    }
    for (int i = 0; i < 1000; i++) { /* many are one */
        errno = 77;
        dynox__poller_wake(&poller);
        assert_int_equal(errno, 77);
    }
    assert_int_equal(wait_once(DYNOX__NEVER), 0);
    assert_int_equal(wait_once(0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static void who_does_not_want_to_read_is_not_told(void **state)
{
    (void)state;
    make_pair(0);
    assert_int_equal(write(far[0], "x", 1), 1);
    assert_true(dynox__poller_watch(&poller, near[0], &seen[0], false, false));
    assert_int_equal(wait_once(0), 0);
    assert_true(dynox__poller_watch(&poller, near[0], &seen[0], false, true));
    assert_int_equal(wait_once(DYNOX__SECOND), 1);
    assert_true(dynox__poller_watch(&poller, near[0], &seen[0], false, false));
    assert_int_equal(wait_once(0), 0);
    assert_true(dynox__poller_watch(&poller, near[0], &seen[0], true, false));
    assert_int_equal(wait_once(DYNOX__SECOND), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_ready_before_something_happens),
        TEST(an_end_makes_a_socket_ready),
        TEST(a_socket_is_ready_for_writing_only_when_that_is_wanted),
        TEST(what_was_removed_is_not_ready),
        TEST(none_of_many_is_left_out),
        TEST(a_wake_ends_the_wait_or_the_next_one),
        TEST(who_does_not_want_to_read_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
