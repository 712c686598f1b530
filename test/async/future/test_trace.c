/* Debug mode: the registry, the reports, and misuse that is named instead of crashing. */
#include "async/futures.h"
#include "fork.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static char  text[65536];
static FILE *open_text(void)
{
    memset(text, 0, sizeof text);
    return fmemopen(text, sizeof text - 1, "w");
}

static dynox_future *made_here(void)
{
    return dynox_at_(pending(), "here.c:12");
}

static void what_was_not_released_is_listed_with_its_site(void **state)
{
    (void)state;
    size_t        before = dynox_debug_live();
    dynox_future *future = made_here();
    FILE         *to     = open_text();
    assert_int_equal(dynox_debug_live(), before + 1);
    assert_int_equal(dynox_report_leaks(to), before + 1);
    fclose(to);
    assert_non_null(strstr(text, "promise"));
    assert_non_null(strstr(text, "here.c:12"));
    assert_non_null(strstr(text, "2 references"));
    settle(future, 1);
    dynox_future_release(future);
    assert_int_equal(dynox_debug_live(), before);
}

static void the_dump_shows_what_waits_for_what(void **state)
{
    (void)state;
    dynox_future *a = made_here(), *b = pending();
    dynox_future *all = dynox_gather(dynox_then(a, add_one, NULL, .on = dynox_executor_inline()), b);
    FILE         *to  = open_text();
    dynox_dump_pending(to);
    fclose(to);
    const char *gather = strstr(text, "gather"), *then = strstr(text, "\n  then"),
               *promise = strstr(text, "\n    promise");
    assert_ptr_equal(gather, text); /* what others wait for is not at the top */
    assert_non_null(then);
    assert_non_null(promise);
    assert_true(gather < then && then < promise);
    assert_non_null(strstr(promise, "here.c:12"));
    settle(a, 1);
    settle(b, 1);
    to = open_text();
    dynox_dump_pending(to);
    fclose(to);
    assert_int_equal(strlen(text), 0);
    dynox_future_release(all);
}

static void the_dump_of_a_long_chain_ends(void **state)
{
    (void)state;
    dynox_future *promise = pending(), *last = promise;
    for (int i = 0; i < 1000; i++)
        last = dynox_then(last, add_one, NULL, .on = dynox_executor_inline());
    FILE *to = fopen("/dev/null", "w");
    dynox_dump_pending(to);
    fclose(to);
    settle(promise, 0);
    assert_int_equal(join_number(last), 1000);
}

static _Atomic bool stop;

static void *dump_again_and_again(void *arg)
{
    FILE *to = fopen("/dev/null", "w");
    while (!atomic_load(&stop))
        dynox_dump_pending(to);
    fclose(to);
    return arg;
}

static void dumping_may_race_with_everything(void **state)
{
    (void)state;
    pthread_t thread = start(dump_again_and_again, NULL);
    for (int i = 0; i < 300; i++) {
        dynox_future *a = pending(), *b = pending();
        dynox_future *last = dynox_timeout(dynox_any(dynox_then(a, add_one, NULL), b), 100000);
        settle(a, i);
        assert_int_equal(join_number(last), i + 1);
        settle(b, 1);
    }
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
}

/* ---- misuse ends the program, with a message ---- */

static void use_after_release(void)
{
    dynox_future *future = made_here();
    settle(future, 1);
    dynox_future_release(future);
    dynox_future_release(future);
}

static void wait_after_join(void)
{
    dynox_future *future = dynox_at_(settled(1), "here.c:12");
    join_number(future);
    dynox_future_wait(future, 0);
}

/* Runs it in a child; its stderr comes back in text. */
static int status_of_child(void (*body)(void))
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); /* cmocka's handler would go on */
        dup2(ends[1], 2);
        body();
        _exit(0);
    }
    close(ends[1]);
    memset(text, 0, sizeof text);
    size_t size = 0;
    for (ssize_t got; (got = read(ends[0], text + size, sizeof text - 1 - size)) > 0;)
        size += (size_t)got;
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void using_what_is_gone_aborts_and_names_where_it_was_made(void **state)
{
    (void)state;
    void (*bodies[])(void) = {use_after_release, wait_after_join};
    const char *names[]    = {"dynox_future_release", "dynox_future_wait"};
    for (size_t i = 0; i < 2; i++) {
        assert_true(WIFSIGNALED(status_of_child(bodies[i])));
        assert_non_null(strstr(text, names[i]));
        assert_non_null(strstr(text, "here.c:12"));
    }
}

static void abandon(void)
{
    dynox_future *future = made_here();
    dynox_future_release(future);
    dynox_future_release(future); /* the producer's, without a result */
}

static void hold_up_callbacks(dynox_future *future, void *arg)
{
    sleep_ms(150);
    count(future, arg);
}

static void block_a_callback(void)
{
    _Atomic int   calls   = 0;
    dynox_strand *strand  = dynox_strand_new("busy");
    dynox_future *promise = made_here();
    dynox_future_on_done(promise, dynox_strand_executor(strand), hold_up_callbacks, &calls);
    settle(promise, 1);
    dynox_strand_free(strand);
    dynox_future_release(promise);
}

static void what_goes_wrong_quietly_is_said(void **state)
{
    (void)state;
    status_of_child(abandon);
    assert_non_null(strstr(text, "never settled"));
    if (TEST_UNDER_TSAN) return; /* its children may not start threads */
    status_of_child(block_a_callback);
    assert_non_null(strstr(text, "busy"));
    assert_non_null(strstr(text, "here.c:12"));
}

int main(void)
{
    dynox_debug_enable();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_released_is_listed_with_its_site),
        cmocka_unit_test(the_dump_shows_what_waits_for_what),
        cmocka_unit_test(the_dump_of_a_long_chain_ends),
        cmocka_unit_test(using_what_is_gone_aborts_and_names_where_it_was_made),
        cmocka_unit_test(what_goes_wrong_quietly_is_said),
        cmocka_unit_test(dumping_may_race_with_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
