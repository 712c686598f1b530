/* credential_process: what a command may do, and what becomes of it when it does something else. */
#include "base/clock.h"
#include "services/home.h"
#include "services/source/secret_file.h"
#include "services/source/subprocess.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define GOOD "{\"Version\":1,\"AccessKeyId\":\"KEY\",\"SecretAccessKey\":\"SECRET\"}"

/* A provider of the profile "dev" with this command. */
static dynox_credentials_provider *process(const char *command)
{
    char             text[2048];
    dynox__profiles *profiles = NULL;
    dynox_error      error    = {0};
    snprintf(text, sizeof text, "[profile dev]\naws_account_id = 111122223333\ncredential_process = %s\n", command);
    write_config(text);
    assert_int_equal(dynox__profiles_load(&profiles, &error), DYNOX_OK);
    const dynox__source_context context = {.profiles = profiles, .profile = dynox__profiles_find(profiles, "dev")};
    dynox_credentials_provider *made    = dynox__provider_process(&context, &error);
    dynox__profiles_release(profiles);
    return made;
}

static void output_becomes_credentials(void **state)
{
    (void)state;
    dynox_error        error = {0};
    dynox_credentials *got   = fetched(process("printf '%s' '" GOOD "'"), &error); /* no newline at its end */
    if (!got) fail_msg("%s", error.message);
    assert_string_equal(got->access_key_id, "KEY");
    assert_string_equal(got->secret_access_key, "SECRET");
    assert_null(got->session_token);
    assert_string_equal(got->account_id, "111122223333");
    assert_int_equal(got->expires_at, 0);
    dynox_credentials_free(got);
    got = fetched(process("echo '{\"Version\":1,\"AccessKeyId\":\"K\",\"SecretAccessKey\":\"S\",\"SessionToken\":\"T\","
                          "\"Expiration\":\"2099-01-01T00:00:00Z\",\"AccountId\":\"4\"}'"),
                  &error);
    if (!got) fail_msg("%s", error.message);
    assert_string_equal(got->session_token, "T");
    assert_string_equal(got->account_id, "4");
    assert_int_equal(got->expires_at, 4070908800);
    dynox_credentials_free(got);
}

static void commands_run_in_a_shell_with_our_environment(void **state)
{
    (void)state;
    setenv("DYNOX_TEST_KEY", "FROM_ENVIRONMENT", 1);
    gives(process("cat >/dev/null; test -t 0 || printf '" GOOD "' | sed \"s/KEY/$DYNOX_TEST_KEY/\""),
          "FROM_ENVIRONMENT");
    unsetenv("DYNOX_TEST_KEY");
}

static void exit_codes_are_told_with_the_words_of_the_command(void **state)
{
    (void)state;
    fails(process("echo 'please log in' >&2; exit 3"), DYNOX_E_CREDENTIALS, "exit code 3: please log in");
    fails(process("/nonexistent/helper --token hush"), DYNOX_E_CREDENTIALS, "exit code 127");
    fails(process("kill -9 $$"), DYNOX_E_CREDENTIALS, "exit code 137");
}

static void only_the_first_word_of_a_command_is_shown(void **state)
{
    static const char *const commands[] = {"false --password hush", "'false' hush", "PASSWORD=hush false",
                                           "false;echo hush>&-", "(echo hush >/dev/null; exit 1)"};
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        dynox_error error = {0};
        assert_null(fetched(process(commands[i]), &error));
        assert_int_equal(error.status == DYNOX_E_CREDENTIALS || error.status == DYNOX_E_DECODE, 1);
        if (strstr(error.message, "hush")) fail_msg("%s", error.message);
    }
}

static void output_that_is_no_credentials_is_an_error_and_not_shown(void **state)
{
    static const struct {
        const char *command, *words;
    } cases[] = {
        {"true", "no end"},
        {"echo HIDDEN", "not JSON"},
        {"echo '" GOOD "HIDDEN'", "not JSON"},
        {"echo '[\"HIDDEN\"]'", "not one JSON object"},
        {"echo '{\"AccessKeyId\":\"HIDDEN\",\"SecretAccessKey\":\"HIDDEN\"}'", "Version"},
        {"echo '{\"Version\":\"1\",\"AccessKeyId\":\"HIDDEN\",\"SecretAccessKey\":\"HIDDEN\"}'", "Version"},
        {"echo '{\"Version\":2,\"AccessKeyId\":\"HIDDEN\",\"SecretAccessKey\":\"HIDDEN\"}'", "other than 1"},
        {"echo '{\"Version\":1,\"AccessKeyId\":\"HIDDEN\"}'", "SecretAccessKey"},
        {"echo '{\"Version\":1,\"AccessKeyId\":\"HIDDEN\",\"SecretAccessKey\":\"HIDDEN\",\"Expiration\":\"x\"}'",
         "Expiration"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox_error error = {0};
        assert_null(fetched(process(cases[i].command), &error));
        assert_int_equal(error.status, DYNOX_E_DECODE);
        if (!strstr(error.message, cases[i].words) || strstr(error.message, "HIDDEN")) fail_msg("%s", error.message);
    }
}

static void huge_output_ends_the_command(void **state)
{
    (void)state;
    fails(process("yes 1234567890"), DYNOX_E_CREDENTIALS, "64 KiB");
}

static void words_without_end_do_not_block_and_are_cut(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_null(fetched(process("head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 1"), &error));
    assert_int_equal(error.status, DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "exit code 1: xxx"));
    assert_true(strlen(error.message) < 400);
}

/* A killed process is gone, or at least a zombie, shortly afterwards. */
static bool ends(pid_t pid)
{
    for (int i = 0; i < 1000; i++) {
        char path[64], name[64], kind = 0;
        if (kill(pid, 0) != 0) return true;
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        FILE *file = fopen(path, "r");
        if (file && fscanf(file, "%*d %63s %c", name, &kind) != 2) kind = 0;
        if (file) fclose(file);
        if (kind == 'Z') return true;
        server_sleep(5);
    }
    return false;
}

static void a_hanging_command_is_killed_with_its_children(void **state)
{
    (void)state;
    char              command[512];
    dynox__subprocess run;
    int               child = 0, shell = 0;
    snprintf(command, sizeof command, "sleep 600 & echo $! $$ >%s; wait; wait", home_path("token"));
    assert_int_equal(dynox__subprocess_run(&run, command, 300), DYNOX_E_TIMEOUT);
    dynox__secret_free(&run.output);
    FILE *file = fopen(home_path("token"), "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d %d", &child, &shell), 2);
    fclose(file);
    assert_true(ends(child));
    assert_true(ends(shell));
}

/* It closes its output, so that only its end is missing. */
static void a_command_that_does_not_end_is_killed(void **state)
{
    (void)state;
    dynox__subprocess run;
    assert_int_equal(dynox__subprocess_run(&run, "exec >&- 2>&-; sleep 600", 200), DYNOX_E_TIMEOUT);
    dynox__secret_free(&run.output);
}

static int count_open_files(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void nothing_stays_behind(void **state)
{
    static const char *const commands[] = {"true", "exit 1", "yes", "sleep 600", "exec >&-; echo x >&2"};
    (void)state;
    int before = count_open_files();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        dynox__subprocess run;
        dynox__subprocess_run(&run, commands[i], 200);
        dynox__secret_free(&run.output);
    }
    assert_int_equal(count_open_files(), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombies either */
    assert_int_equal(errno, ECHILD);
}

static void signals_of_the_program_are_left_alone(void **state)
{
    (void)state;
    struct sigaction before, ignored = {.sa_handler = SIG_IGN}, after;
    sigaction(SIGCHLD, &ignored, &before); /* the system reaps all children: the exit code is lost */
    gives(process("printf '" GOOD "'"), "KEY");
    sigaction(SIGCHLD, NULL, &after);
    assert_true(after.sa_handler == SIG_IGN);
    sigaction(SIGCHLD, &before, NULL);
    errno = 0;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void commands_inherit_no_blocked_signals(void **state)
{
    (void)state;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    /* a shell that gets SIGTERM ends with it */
    fails(process("kill -TERM $$; exit 0"), DYNOX_E_CREDENTIALS, "exit code 143");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void profiles_without_a_command_are_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_null(dynox__provider_process(&(dynox__source_context){0}, &error));
    assert_int_equal(error.status, DYNOX_E_CONFIGURATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME_TEST(output_becomes_credentials),
        HOME_TEST(commands_run_in_a_shell_with_our_environment),
        HOME_TEST(exit_codes_are_told_with_the_words_of_the_command),
        HOME_TEST(only_the_first_word_of_a_command_is_shown),
        HOME_TEST(output_that_is_no_credentials_is_an_error_and_not_shown),
        HOME_TEST(huge_output_ends_the_command),
        HOME_TEST(words_without_end_do_not_block_and_are_cut),
        HOME_TEST(a_hanging_command_is_killed_with_its_children),
        HOME_TEST(a_command_that_does_not_end_is_killed),
        HOME_TEST(nothing_stays_behind),
        HOME_TEST(signals_of_the_program_are_left_alone),
        HOME_TEST(commands_inherit_no_blocked_signals),
        HOME_TEST(profiles_without_a_command_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
