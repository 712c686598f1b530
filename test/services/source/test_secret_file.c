/* Files with secrets: whole or not at all, and for the owner alone. */
#include "aws/files.h"
#include "services/source/secret_file.h"
#include <dirent.h>
#include <pthread.h>
#include <time.h>

enum { ROUNDS = 200 };

static char big[40000], small[] = "small";

static int count_files(const char *folder)
{
    int  count = 0;
    DIR *open_ = opendir(folder);
    assert_non_null(open_);
    for (struct dirent *entry; (entry = readdir(open_)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(open_);
    return count;
}

static void *write_by_turns(void *path)
{
    for (int i = 0; i < ROUNDS; i++)
        dynox__secret_file_replace(path, i % 2 ? big : small, i % 2 ? sizeof big : sizeof small, NULL);
    return NULL;
}

static void readers_see_the_old_or_the_new(void **state)
{
    (void)state;
    pthread_t writer;
    char      path[256];
    snprintf(path, sizeof path, "%s", home_path("token"));
    memset(big, 'b', sizeof big);
    assert_int_equal(dynox__secret_file_replace(path, small, sizeof small, NULL), DYNOX_OK);
    assert_int_equal(pthread_create(&writer, NULL, write_by_turns, path), 0);
    for (int i = 0; i < ROUNDS; i++) {
        dynox__buffer content = {0};
        dynox_error   error   = {0};
        if (dynox__secret_file_read(path, &content, &error) != DYNOX_OK) fail_msg("%s", error.message);
        bool is_big = content.size == sizeof big;
        assert_true(is_big || content.size == sizeof small);
        assert_memory_equal(content.data, is_big ? big : small, content.size);
        assert_int_equal(content.data[content.size], 0);
        dynox__secret_free(&content);
    }
    pthread_join(writer, NULL);
    assert_int_equal(count_files(test_home), 1);
    unlink(path);
}

static void files_are_for_the_owner_alone(void **state)
{
    (void)state;
    struct stat about;
    mode_t      before = umask(0);
    assert_int_equal(dynox__secret_file_replace(home_path("token"), "x", 1, NULL), DYNOX_OK);
    umask(before);
    assert_int_equal(stat(home_path("token"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    unlink(home_path("token"));
}

static void a_failed_replacement_leaves_nothing_behind(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(mkdir(home_path("token"), 0700), 0); /* a file cannot take the place of a folder */
    assert_int_equal(dynox__secret_file_replace(home_path("token"), "x", 1, &error), DYNOX_E_SYSTEM);
    assert_non_null(strstr(error.message, "cannot write"));
    assert_int_equal(count_files(test_home), 1);
    assert_int_equal(dynox__secret_file_replace(home_path("no/token"), "x", 1, &error), DYNOX_E_SYSTEM);
    rmdir(home_path("token"));
}

static void what_is_no_small_file_is_refused(void **state)
{
    (void)state;
    dynox__buffer content = {0};
    dynox_error   error   = {0};
    assert_int_equal(dynox__secret_file_read(home_path("token"), &content, &error), DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "No such file"));
    assert_int_equal(dynox__secret_file_read(test_home, &content, &error), DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "not a regular file"));
    dynox__secret_free(&content);
}

static _Atomic int inside, together;

static void *lock_by_turns(void *path)
{
    for (int i = 0; i < 10; i++) {
        int lock = dynox__secret_file_lock(path);
        if (lock < 0 || atomic_fetch_add(&inside, 1) != 0) atomic_store(&together, 1);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        atomic_fetch_sub(&inside, 1);
        dynox__secret_file_unlock(lock);
    }
    return NULL;
}

static void one_at_a_time_holds_the_lock(void **state)
{
    (void)state;
    pthread_t threads[3];
    char      path[256];
    snprintf(path, sizeof path, "%s", home_path("token"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, lock_by_turns, path), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&together), 0);
    assert_int_equal(count_files(test_home), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_see_the_old_or_the_new, make_home, remove_home),
        cmocka_unit_test_setup_teardown(files_are_for_the_owner_alone, make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_failed_replacement_leaves_nothing_behind, make_home, remove_home),
        cmocka_unit_test_setup_teardown(what_is_no_small_file_is_refused, make_home, remove_home),
        cmocka_unit_test_setup_teardown(one_at_a_time_holds_the_lock, make_home, remove_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
