/* Random numbers: each thread and each process has its own; UUIDs have the shape of version 4. */
#include "base/random.h"
#include "support.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static double half(void)
{
    return 0.5;
}

static void units_are_below_one_and_spread(void **state)
{
    (void)state;
    int upper = 0;
    for (int i = 0; i < 100000; i++) {
        double unit = dynox__random_unit();
        assert_true(unit >= 0 && unit < 1);
        upper += unit >= 0.5;
    }
    assert_in_range(upper, 45000, 55000); /* 30 standard deviations */
    dynox__random_fake(half);
    assert_true(dynox__random_unit() == 0.5);
    dynox__random_fake(NULL);
}

static void uuids_have_the_shape_of_version_4_and_differ(void **state)
{
    (void)state;
    char last[37] = "", uuid[37];
    for (int i = 0; i < 1000; i++) {
        dynox__uuid4(uuid);
        assert_int_equal(strlen(uuid), 36);
        assert_int_equal(strspn(uuid, "0123456789abcdef-"), 36);
        assert_true(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-');
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_string_not_equal(uuid, last);
        memcpy(last, uuid, sizeof uuid);
    }
}

static void *draw(void *to)
{
    *(uint64_t *)to = dynox__random();
    return NULL;
}

static void threads_draw_different_numbers(void **state)
{
    (void)state;
    uint64_t  drawn[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, draw, &drawn[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_true(drawn[0] != drawn[1]);
}

static void a_forked_child_draws_different_numbers(void **state)
{
    (void)state;
    int      line[2];
    uint64_t its = 0;
    dynox__random();
    assert_int_equal(pipe(line), 0);
    pid_t child = fork();
    if (child == 0) {
        uint64_t mine = dynox__random();
        _exit(write(line[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
    }
    uint64_t mine = dynox__random();
    assert_int_equal(read(line[0], &its, sizeof its), sizeof its);
    waitpid(child, NULL, 0);
    close(line[0]);
    close(line[1]);
    assert_true(its != mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_below_one_and_spread),
        cmocka_unit_test(uuids_have_the_shape_of_version_4_and_differ),
        cmocka_unit_test(threads_draw_different_numbers),
        cmocka_unit_test(a_forked_child_draws_different_numbers),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
