/* The log: silent until asked for, lines as important as asked for, cut where they are too long. */
#include "base/log.h"
#include "support.h"
#include <sys/wait.h>
#include <unistd.h>

static int  lines;
static char last[2048];

static void remember(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    assert_ptr_equal(arg, &lines);
    snprintf(last, sizeof last, "%d %s %s", (int)level, subject, message);
    lines++;
}

/* First: in this child nobody has asked yet, neither by call nor by environment. */
static void the_environment_sends_it_to_stderr(void **state)
{
    (void)state;
    int     ends[2], ended;
    char    text[256] = {0};
    ssize_t size;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], 2);
        setenv("DYNOX_LOG", "info", 1);
        dynox__log(DYNOX_LOG_DEBUG, "test", "not important");
        dynox__log(DYNOX_LOG_INFO, "test", "one\nline");
        _exit(0);
    }
    close(ends[1]);
    size = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(size > 0);
    assert_string_equal(text, "dynox: info: test: one\\x0aline\n");
}

static void nothing_is_logged_until_asked_for(void **state)
{
    (void)state;
    lines = 0;
    assert_false(dynox__log_wanted(DYNOX_LOG_ERROR));
    dynox__log(DYNOX_LOG_ERROR, "test", "lost");
    dynox_set_log(DYNOX_LOG_DEBUG, NULL, &lines);
    assert_false(dynox__log_wanted(DYNOX_LOG_ERROR));
    assert_int_equal(lines, 0);
}

static void what_is_important_enough_arrives(void **state)
{
    (void)state;
    lines = 0;
    dynox_set_log(DYNOX_LOG_WARNING, remember, &lines);
    dynox__log(DYNOX_LOG_INFO, "test", "not important");
    assert_int_equal(lines, 0);
    dynox__log(DYNOX_LOG_WARNING, "test", "%d%%", 50);
    assert_string_equal(last, "2 test 50%");
    dynox_set_log(DYNOX_LOG_OFF, remember, &lines);
    dynox__log(DYNOX_LOG_ERROR, "test", "lost");
    assert_int_equal(lines, 1);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    char text[1500];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    dynox_set_log(DYNOX_LOG_DEBUG, remember, &lines);
    dynox__log(DYNOX_LOG_DEBUG, "test", "%s", text);
    assert_int_equal(strlen(last), strlen("4 test ") + 1023);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
}

static void control_characters_are_escaped(void **state)
{
    (void)state;
    dynox_set_log(DYNOX_LOG_DEBUG, remember, &lines);
    dynox__log(DYNOX_LOG_DEBUG, "test", "a\nb\x1b[0m\xc2\x9b \xc3\xa4");
    assert_string_equal(last, "4 test a\\x0ab\\x1b[0m\\xc2\\x9b \xc3\xa4");
    dynox__log(DYNOX_LOG_DEBUG, "test", "%s", "\xe2\x80\xae|\xe2\x81\xa6|\xd8\x9c|\xff|\x7f|\xe2\x82");
    assert_string_equal(last, "4 test \\xe2\\x80\\xae|\\xe2\\x81\\xa6|\\xd8\\x9c|\\xff|\\x7f|\\xe2\\x82");
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_sends_it_to_stderr), cmocka_unit_test(nothing_is_logged_until_asked_for),
        cmocka_unit_test(what_is_important_enough_arrives),   cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(control_characters_are_escaped),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
