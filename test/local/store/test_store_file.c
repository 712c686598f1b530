/* The file of a store: what happens to it from outside. */
#include "base/thread.h"
#include "local/store/store.h"
#include "store_model.h"
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[64], path[128]; /* of the one file that a test has */

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/dynox-store-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/tables", folder);
    return chmod(folder, 0755);
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const beside[] = {"", "-wal", "-shm", "-lock", "-journal"};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char name[160];
        snprintf(name, sizeof name, "%s%s", path, beside[i]);
        unlink(name);
    }
    return rmdir(folder);
}

static dynox__store *open_store(void)
{
    dynox_error   error = {0};
    dynox__store *store = dynox__store_file(path, &error);
    if (!store) fail_msg("%s", error.message);
    return store;
}

static void expect_refused(const char *file, dynox_status status, const char *words)
{
    dynox_error error = {0};
    assert_null(dynox__store_file(file, &error));
    assert_int_equal(error.status, status);
    if (!strstr(error.message, words)) fail_msg("\"%s\" is not in \"%s\"", words, error.message);
}

static dynox_status put_one(dynox__store *store, dynox__bytes key, dynox__bytes value, dynox_error *error)
{
    dynox__store_transaction *transaction;
    dynox_status              status = dynox__store_begin(store, true, &transaction, error);
    if (status) return status;
    status = dynox__store_put(transaction, key, value, error);
    if (!status) return dynox__store_commit(transaction, error);
    dynox__store_abort(transaction);
    return status;
}

static void put(dynox__store *store, const char *key, const char *value)
{
    dynox_error error = {0};
    if (put_one(store, bytes_of(key), bytes_of(value), &error)) fail_msg("%s", error.message);
}

static void expect(dynox__store *store, const char *key, const char *expected)
{
    dynox_error               error = {0};
    dynox__store_transaction *transaction;
    dynox__bytes              value;
    assert_int_equal(dynox__store_begin(store, false, &transaction, &error), DYNOX_OK);
    assert_int_equal(dynox__store_get(transaction, bytes_of(key), &value, &error), DYNOX_OK);
    if (expected) {
        assert_int_equal(value.size, strlen(expected));
        assert_memory_equal(value.data, expected, value.size);
    } else {
        assert_null(value.data);
    }
    dynox__store_abort(transaction);
}

static void write_file(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void execute(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* The file is as it was, and alone in its folder. */
static void expect_untouched(const char *before, size_t size)
{
    size_t size_now;
    char  *now = test_read_file(path, &size_now);
    assert_int_equal(size_now, size);
    assert_memory_equal(now, before, size);
    free(now);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(mkdir(folder, 0755), 0);
}

/* ---- opening ---- */

static void what_was_committed_is_there_when_opened_again(void **state)
{
    (void)state;
    dynox__store             *store = open_store();
    dynox_error               error = {0};
    dynox__store_transaction *transaction;
    put(store, "a", "1");
    assert_int_equal(dynox__store_begin(store, true, &transaction, &error), DYNOX_OK);
    assert_int_equal(dynox__store_put(transaction, bytes_of("b"), bytes_of("2"), &error), DYNOX_OK);
    dynox__store_abort(transaction);
    dynox__store_close(store);
    store = open_store();
    expect(store, "a", "1");
    expect(store, "b", NULL);
    dynox__store_close(store);
}

static void a_file_is_opened_once_at_a_time(void **state)
{
    (void)state;
    dynox__store *store = open_store();
    expect_refused(path, DYNOX_E_ARGUMENT, "in use already");
    char other[160];
    snprintf(other, sizeof other, "%s/../%s/tables", folder, strrchr(folder, '/') + 1);
    expect_refused(other, DYNOX_E_ARGUMENT, "in use already");
    pid_t child = fork();
    if (child == 0) _exit(dynox__store_file(path, NULL) ? 1 : 0);
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    put(store, "a", "1");
    dynox__store_close(store);
    dynox__store_close(open_store());
}

static void a_lock_file_that_was_left_behind_means_nothing(void **state)
{
    (void)state;
    char lock[160];
    snprintf(lock, sizeof lock, "%s-lock", path);
    fclose(fopen(lock, "wb"));
    dynox__store_close(open_store());
    assert_int_equal(access(lock, F_OK), -1);
}

static void a_path_that_cannot_be_is_refused(void **state)
{
    (void)state;
    char other[160];
    snprintf(other, sizeof other, "%s/none/tables", folder);
    expect_refused(other, DYNOX_E_ARGUMENT, "No such file or directory");
    expect_refused(folder, DYNOX_E_ARGUMENT, "cannot be opened");
}

/* SQLite gives these names another meaning. */
static void a_file_may_have_any_name(void **state)
{
    (void)state;
    char before[1024];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    dynox_error   error = {0};
    dynox__store *store = dynox__store_file(":memory:", &error);
    assert_non_null(store);
    assert_int_equal(chdir(before), 0);
    put(store, "a", "1");
    expect(store, "a", "1"); /* a reader opens it once more, from elsewhere */
    dynox__store_close(store);
    snprintf(path, sizeof path, "%s/:memory:", folder);
    assert_int_equal(access(path, F_OK), 0);
}

static void something_else_is_refused_and_left_alone(void **state)
{
    (void)state;
    static char noise[20000];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * i >> 5);
    static const size_t sizes[] = {2, 5, 100, 4096, sizeof noise};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_file(noise, sizes[i]);
        expect_refused(path, DYNOX_E_ARGUMENT, "is not a file of a local engine");
        expect_untouched(noise, sizes[i]);
    }
    static const char *const foreign[] = {"CREATE TABLE t (x)", "PRAGMA application_id = 77",
                                          "PRAGMA application_id = 0x64786e78; PRAGMA user_version = 1",
                                          ("PRAGMA application_id = 0x64786e78; PRAGMA user_version = 1; CREATE VIEW "
                                           "entries AS SELECT x'00' AS key, x'00' AS value")};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        execute(foreign[i]);
        size_t size;
        char  *before = test_read_file(path, &size);
        expect_refused(path, DYNOX_E_ARGUMENT, "is not a file of a local engine");
        expect_untouched(before, size);
        free(before);
    }
}

static void a_newer_file_is_refused_and_left_alone(void **state)
{
    (void)state;
    dynox__store *store = open_store();
    put(store, "a", "1");
    dynox__store_close(store);
    execute("PRAGMA user_version = 2");
    size_t size;
    char  *before = test_read_file(path, &size);
    expect_refused(path, DYNOX_E_ARGUMENT, "newer version");
    expect_untouched(before, size);
    free(before);
}

static void an_empty_file_becomes_one(void **state)
{
    (void)state;
    write_file("", 0);
    dynox__store *store = open_store();
    put(store, "a", "1");
    dynox__store_close(store);
    store = open_store();
    expect(store, "a", "1");
    dynox__store_close(store);
}

static void a_file_that_may_not_be_written_is_refused(void **state)
{
    (void)state;
    dynox__store *store = open_store();
    put(store, "a", "1");
    dynox__store_close(store);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(folder, 0777), 0);
    pid_t child = fork();
    if (child == 0) { /* root may write what it likes */
        dynox_error error = {0};
        if (getuid() == 0 && setuid(65534) != 0) _exit(2);
        bool refused = !dynox__store_file(path, &error) && error.status == DYNOX_E_SYSTEM &&
                       strstr(error.message, "may not be written");
        if (!refused) fprintf(stderr, "%s\n", error.message);
        _exit(refused ? 0 : 1);
    }
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

/* ---- a disk that is full ---- */

enum { FILLERS = 4, MOST_FILLED = 4000 };

typedef struct filling {
    dynox__store *store;
    uint32_t      number;
    bool          acknowledged[MOST_FILLED];
    uint32_t      failures, others; /* `others`: failures that are not DYNOX_E_SYSTEM */
} filling;

static dynox__bytes fill_key(uint32_t filler, uint32_t i, char room[32])
{
    return (dynox__bytes){room, (size_t)snprintf(room, 32, "%u/%u", filler, i)};
}

static void *fill(void *argument)
{
    filling    *f = argument;
    static char value[3000];
    for (uint32_t i = 0; i < MOST_FILLED && f->failures < 20; i++) {
        char         key[32];
        dynox_error  error = {0};
        dynox_status status =
            put_one(f->store, fill_key(f->number, i, key), (dynox__bytes){value, sizeof value}, &error);
        f->acknowledged[i] = status == DYNOX_OK;
        f->failures += status != DYNOX_OK;
        f->others += status != DYNOX_OK && status != DYNOX_E_SYSTEM;
    }
    return NULL;
}

/* What was acknowledged, and nothing else. */
static bool is_all_there(dynox__store *store, const filling *f)
{
    dynox__store_transaction *transaction;
    bool                      right = true;
    if (dynox__store_begin(store, false, &transaction, NULL)) return false;
    for (uint32_t i = 0; i < MOST_FILLED; i++) {
        char         key[32];
        dynox__bytes value;
        if (dynox__store_get(transaction, fill_key(f->number, i, key), &value, NULL)) right = false;
        if ((value.data != NULL) != f->acknowledged[i]) right = false;
        dynox__store_forget(transaction);
    }
    dynox__store_abort(transaction);
    return right;
}

/* In a process of its own. Returns the line where something was not as it should be; 0: all was. */
static int meet_a_full_disk(unsigned fillers)
{
    static filling f[FILLERS];
    pthread_t      threads[FILLERS];
    struct rlimit  limit = {2 * 1024 * 1024, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    dynox__store *store = dynox__store_file(path, NULL);
    if (!store || setrlimit(RLIMIT_FSIZE, &limit) != 0) return __LINE__;
    for (uint32_t i = 0; i < fillers; i++) {
        f[i].store  = store;
        f[i].number = i;
        if (fillers == 1)
            fill(&f[i]);
        else if (dynox__thread_start(&threads[i], "filler", false, fill, &f[i]))
            return __LINE__;
    }
    for (uint32_t i = 0; i < fillers; i++) {
        if (fillers > 1) pthread_join(threads[i], NULL);
        if (f[i].failures == 0 || f[i].others) return __LINE__;
        if (!is_all_there(store, &f[i])) return __LINE__;
    }
    limit.rlim_cur = RLIM_INFINITY;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return __LINE__;
    if (put_one(store, bytes_of("there is room again"), bytes_of("1"), NULL)) return __LINE__;
    dynox__store_close(store);
    store = dynox__store_file(path, NULL);
    for (uint32_t i = 0; i < fillers; i++)
        if (!is_all_there(store, &f[i])) return __LINE__;
    dynox__store_close(store);
    return 0;
}

static void a_full_disk_loses_nothing_that_was_acknowledged(void **state)
{
    (void)state;
    for (unsigned fillers = 1; fillers <= (TEST_UNDER_TSAN ? 1 : FILLERS); fillers += FILLERS - 1) {
        pid_t child = fork();
        if (child == 0) _exit(meet_a_full_disk(fillers) % 256);
        int result;
        assert_int_equal(waitpid(child, &result, 0), child);
        if (result) fail_msg("line %d (signal %d)", WEXITSTATUS(result), WTERMSIG(result));
        unlink(path);
    }
}

/* Of several that wait for one write to the disk, all fail. */
static int meet_a_full_disk_together(void)
{
    enum { COUNT = 20 };
    static char          value[100000];
    dynox__store_pending pending[COUNT];
    struct rlimit        limit = {1024 * 1024, RLIM_INFINITY};
    char                 key[32];
    dynox_error          error = {0};
    signal(SIGXFSZ, SIG_IGN);
    dynox__store *store = dynox__store_file(path, NULL);
    if (!store || setrlimit(RLIMIT_FSIZE, &limit) != 0) return __LINE__;
    for (uint32_t i = 0; i < COUNT; i++) {
        dynox__store_transaction *transaction;
        if (dynox__store_begin(store, true, &transaction, NULL)) return __LINE__;
        if (dynox__store_put(transaction, fill_key(0, i, key), (dynox__bytes){value, sizeof value}, NULL))
            return __LINE__;
        if (dynox__store_commit_later(transaction, &pending[i], NULL)) return __LINE__;
    }
    for (uint32_t i = 0; i < COUNT; i++)
        if (dynox__store_await(store, &pending[i], &error) != DYNOX_E_SYSTEM || !error.message[0]) return __LINE__;
    limit.rlim_cur = RLIM_INFINITY;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return __LINE__;
    static const filling none = {.number = 0};
    if (!is_all_there(store, &none)) return __LINE__;
    if (put_one(store, bytes_of("there is room again"), bytes_of("1"), NULL)) return __LINE__;
    dynox__store_close(store);
    return 0;
}

static void commits_that_are_awaited_together_fail_together(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) _exit(meet_a_full_disk_together() % 256);
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    if (result) fail_msg("line %d (signal %d)", WEXITSTATUS(result), WTERMSIG(result));
}

/* ---- damage ---- */

static void fill_store(uint32_t count)
{
    dynox__store             *store = open_store();
    dynox__store_transaction *transaction;
    char                      key[32], value[200] = {0};
    assert_int_equal(dynox__store_begin(store, true, &transaction, NULL), DYNOX_OK);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(dynox__store_put(transaction, fill_key(0, i, key), (dynox__bytes){value, sizeof value}, NULL),
                         DYNOX_OK);
    assert_int_equal(dynox__store_commit(transaction, NULL), DYNOX_OK);
    dynox__store_close(store);
}

/* Walks over everything. */
static dynox_status walk(dynox__store *store, bool backwards, dynox_error *error)
{
    dynox__store_transaction *transaction;
    dynox__store_cursor      *cursor = NULL;
    dynox__store_entry        entry  = {{NULL, 0}, {NULL, 0}};
    dynox_status              status = dynox__store_begin(store, false, &transaction, error);
    if (status) return status;
    status = dynox__store_cursor_open(transaction, &cursor, error);
    if (!status) status = dynox__store_seek(cursor, bytes_of(backwards ? "\xff" : ""), backwards, &entry, error);
    for (int i = 0; !status && entry.key.data && i < 100000; i++)
        status = dynox__store_next(cursor, &entry, error);
    dynox__store_cursor_close(cursor);
    dynox__store_abort(transaction);
    return status;
}

static void a_damaged_page_is_told_and_ends_all_writing(void **state)
{
    (void)state;
    fill_store(1000);
    size_t size;
    char  *bytes = test_read_file(path, &size);
    assert_true(size > 100000);
    memset(bytes + 5 * 4096, 0xa5, 4096);
    write_file(bytes, size);
    free(bytes);
    dynox__store *store = open_store();
    dynox_error   error = {0};
    put(store, "before anybody noticed", "1");
    assert_int_equal(walk(store, false, &error), DYNOX_E_SYSTEM);
    if (!strstr(error.message, "is damaged")) fail_msg("%s", error.message);
    assert_int_equal(put_one(store, bytes_of("a"), bytes_of("1"), &error), DYNOX_E_SYSTEM);
    assert_non_null(strstr(error.message, "not written any more"));
    expect(store, "before anybody noticed", "1"); /* what can be read is read */
    dynox__store_close(store);
}

/* Any damage: an answer or an error, and no other way. */
static void damage_of_any_kind_is_survived(void **state)
{
    (void)state;
    fill_store(300);
    model  m = {.random = 37};
    size_t size;
    char  *bytes = test_read_file(path, &size), *damaged = malloc(size);
    assert_non_null(damaged);
    for (int round = 0; round < 60; round++) {
        memcpy(damaged, bytes, size);
        size_t end = model_below(&m, 10) ? size : model_below(&m, (uint32_t)size);
        for (uint32_t i = 1 + model_below(&m, 20); i; i--) {
            uint32_t range = model_below(&m, 3) ? (uint32_t)size : 4200; /* the first page more often */
            damaged[model_below(&m, range)] = (char)m.random;
        }
        write_file(damaged, end);
        dynox_error   error = {0};
        dynox__store *store = dynox__store_file(path, &error);
        if (!store) {
            if (end) assert_true(error.status == DYNOX_E_SYSTEM || error.status == DYNOX_E_ARGUMENT);
            continue;
        }
        walk(store, false, &error);
        walk(store, true, &error);
        for (uint32_t i = 0; i < 3; i++) {
            char key[32];
            put_one(store, fill_key(0, model_below(&m, 400), key), bytes_of("changed"), &error);
        }
        dynox__store_close(store);
    }
    free(bytes);
    free(damaged);
}

/* ---- a process that is killed ---- */

enum { WRITERS = 3 };

typedef struct writing {
    dynox__store *store;
    uint32_t      number, first;
    int           pipe;
} writing;

/* Transactions of three entries: one that is new, two that are changed. Says the number of each that is committed. */
static void *write_for_ever(void *argument)
{
    writing *w = argument;
    for (uint32_t i = w->first;; i++) {
        char                      keys[3][32];
        dynox__store_transaction *transaction;
        dynox_error               error = {0};
        snprintf(keys[0], 32, "%u new %09u", w->number, i);
        snprintf(keys[1], 32, "%u counts", w->number);
        snprintf(keys[2], 32, "a last key of %u counts, too", w->number);
        dynox_status status = dynox__store_begin(w->store, true, &transaction, &error);
        for (int k = 0; k < 3 && !status; k++)
            status = dynox__store_put(transaction, bytes_of(keys[k]), (dynox__bytes){&i, sizeof i}, &error);
        if (!status) status = dynox__store_commit(transaction, &error);
        uint32_t said[2] = {w->number, i};
        if (status || write(w->pipe, said, sizeof said) != sizeof said) _exit(1);
    }
    return NULL;
}

static void write_until_killed(int to, const uint32_t first[WRITERS])
{
    pthread_t     threads[WRITERS];
    writing       w[WRITERS];
    dynox__store *store = dynox__store_file(path, NULL);
    if (!store) _exit(1);
    for (uint32_t i = 0; i < (TEST_UNDER_TSAN ? 1 : WRITERS); i++) {
        w[i] = (writing){store, i, first[i], to};
        if (TEST_UNDER_TSAN)
            write_for_ever(&w[i]);
        else if (dynox__thread_start(&threads[i], "writer", false, write_for_ever, &w[i]))
            _exit(1);
    }
    for (;;)
        pause();
}

static uint32_t number_at(dynox__store_transaction *transaction, const char *key)
{
    dynox__bytes value;
    uint32_t     number = 0;
    assert_int_equal(dynox__store_get(transaction, bytes_of(key), &value, NULL), DYNOX_OK);
    if (value.data) memcpy(&number, value.data, sizeof number);
    return number;
}

/* All that was said to be committed is there, and of the one behind it all or nothing. */
static void expect_whole_transactions(uint32_t writer, uint32_t said, uint32_t *there)
{
    dynox__store             *store = open_store();
    dynox__store_transaction *transaction;
    char                      key[48];
    assert_int_equal(dynox__store_begin(store, false, &transaction, NULL), DYNOX_OK);
    snprintf(key, sizeof key, "%u counts", writer);
    *there = number_at(transaction, key);
    if (*there != said) assert_int_equal(*there, said + 1);
    snprintf(key, sizeof key, "a last key of %u counts, too", writer);
    assert_int_equal(number_at(transaction, key), *there);
    for (uint32_t i = 1; i <= *there + 1; i++) {
        snprintf(key, sizeof key, "%u new %09u", writer, i);
        assert_int_equal(number_at(transaction, key), i <= *there ? i : 0);
        dynox__store_forget(transaction);
    }
    dynox__store_abort(transaction);
    dynox__store_close(store);
}

/* DYNOX_STORE_KILLS=200 for more. */
static void a_killed_process_leaves_whole_transactions(void **state)
{
    (void)state;
    const char *wanted        = getenv("DYNOX_STORE_KILLS");
    long        kills         = wanted ? strtol(wanted, NULL, 10) : 8;
    uint32_t    said[WRITERS] = {0};
    model       m             = {.random = wanted ? (uint64_t)time(NULL) | 1 : 41};
    for (long i = 0; i < kills; i++) {
        int      ends[2];
        uint32_t first[WRITERS], message[2];
        for (int w = 0; w < WRITERS; w++)
            first[w] = said[w] + 1;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) write_until_killed(ends[1], first);
        close(ends[1]);
        struct timespec moment = {.tv_nsec = (long)model_below(&m, 150) * 1000000 + (long)model_below(&m, 1000000)};
        nanosleep(&moment, NULL);
        kill(child, SIGKILL);
        int result;
        assert_int_equal(waitpid(child, &result, 0), child);
        assert_true(WIFSIGNALED(result));
        while (read(ends[0], message, sizeof message) == sizeof message)
            said[message[0]] = message[1];
        close(ends[0]);
        for (uint32_t w = 0; w < WRITERS; w++)
            expect_whole_transactions(w, said[w], &said[w]);
    }
    if (wanted) printf("%ld kills; transactions: %u %u %u\n", kills, said[0], said[1], said[2]);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        CASE(what_was_committed_is_there_when_opened_again),
        CASE(a_file_is_opened_once_at_a_time),
        CASE(a_lock_file_that_was_left_behind_means_nothing),
        CASE(a_path_that_cannot_be_is_refused),
        CASE(a_file_may_have_any_name),
        CASE(something_else_is_refused_and_left_alone),
        CASE(a_newer_file_is_refused_and_left_alone),
        CASE(an_empty_file_becomes_one),
        CASE(a_file_that_may_not_be_written_is_refused),
        CASE(a_full_disk_loses_nothing_that_was_acknowledged),
        CASE(commits_that_are_awaited_together_fail_together),
        CASE(a_damaged_page_is_told_and_ends_all_writing),
        CASE(damage_of_any_kind_is_survived),
        CASE(a_killed_process_leaves_whole_transactions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
