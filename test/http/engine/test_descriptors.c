/* Out of file descriptors: that is what the message says, and not that a host or a file is bad. */
#include "base/errno_text.h"
#include "http/lanes.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

enum { MOST = 512 };

static int           taken[MOST];
static int           taken_count;
static struct rlimit usual;

/* No descriptor is to be had until give_back_all. */
static void take_all(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    limit          = usual;
    limit.rlim_cur = MOST;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int fd; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
        taken[taken_count++] = fd;
    assert_int_equal(errno, EMFILE);
}

static void give_back_all(void)
{
    while (taken_count)
        close(taken[--taken_count]);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
}

static void assert_says_so(const lane_result *result)
{
    give_back_all(); /* or a failure could not be printed */
    assert_refused(result, DYNOX_E_SYSTEM, "too many open files");
}

static void expect_shortage(const dynox__origin *origin, const dynox__curl_config *config)
{
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result = {0};
        if (lane == LANE_FETCH) {
            take_all();
            result = ask(lane, config, origin);
        } else { /* its I/O thread has what it needs */
            unsigned   port;
            test_scene on;
            close(server_listen(&port));
            scene_begin_at(&on, (dynox__origin){.host = "127.0.0.1", .port = (uint16_t)port}, *config);
            assert_int_not_equal(scene_run(&on), DYNOX_OK);
            on.origin = *origin;
            take_all();
            result.status = scene_run(&on);
            snprintf(result.message, sizeof result.message, "%s", on.call.request.message);
            scene_end(&on);
        }
        assert_says_so(&result);
    }
}

static void no_socket(void **state)
{
    (void)state;
    expect_shortage(&(dynox__origin){.host = "127.0.0.1", .port = 9}, &(dynox__curl_config){.proxy = ""});
}

static void no_look_up(void **state)
{
    (void)state;
    expect_shortage(&(dynox__origin){.host = "host.invalid", .port = 9}, &(dynox__curl_config){.proxy = ""});
}

static void no_socket_to_the_proxy(void **state)
{
    (void)state;
    expect_shortage(&(dynox__origin){.host = "host.invalid", .port = 9},
                    &(dynox__curl_config){.proxy = "http://127.0.0.1:9"});
}

static void no_authorities(void **state)
{
    (void)state;
    static const char file[] = "/etc/hosts"; /* any file: it cannot even be opened */
    expect_shortage(&(dynox__origin){.tls = true, .host = "127.0.0.1", .port = 9},
                    &(dynox__curl_config){.proxy = "", .ca_file = file});
}

static void no_io_thread(void **state)
{
    (void)state;
    test_scene  on;
    lane_result result = {0};
    scene_begin_at(&on, (dynox__origin){.host = "127.0.0.1", .port = 9}, (dynox__curl_config){.proxy = ""});
    take_all();
    result.status = on.transport->submit(on.transport, &on.call.request);
    snprintf(result.message, sizeof result.message, "%s", on.call.request.message);
    assert_says_so(&result);
    assert_int_equal(scene_run(&on), DYNOX_E_CONNECT); /* it can be tried again */
    scene_end(&on);
}

static void both_limits_have_words(void **state)
{
    (void)state;
    assert_string_equal(DYNOX__ERRNO(EMFILE), "too many open files in this process (ulimit -n)");
    assert_string_equal(DYNOX__ERRNO(ENFILE), "too many open files in the whole system");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_socket),      cmocka_unit_test(no_look_up),   cmocka_unit_test(no_socket_to_the_proxy),
        cmocka_unit_test(no_authorities), cmocka_unit_test(no_io_thread), cmocka_unit_test(both_limits_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
