/* The helper's thread: one for the whole process, and another one after a fork(). */
#include "aws/credentials/helper.h"
#include "fork.h"
#include "support.h"
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 2, ROUNDS = 50 };

static _Atomic int missing; /* until all threads are there: they start as much together as can be */

typedef struct errand {
    dynox_work      work;
    dynox_executor *helper;
    sem_t           ran;
} errand;

static void run(dynox_work *work)
{
    errand *mine = (errand *)(void *)work;
    sem_post(&mine->ran);
}

static void *ask(void *arg)
{
    errand *mine = arg;
    atomic_fetch_sub(&missing, 1);
    while (atomic_load(&missing) > 0)
        continue;
    mine->helper = dynox__helper();
    mine->work   = (dynox_work){.run = run};
    if (mine->helper) mine->helper->post(mine->helper, &mine->work);
    return NULL;
}

/* All get the same helper, and it runs what they post. */
static bool threads_share_one(void)
{
    static errand   errands[THREADS];
    pthread_t       threads[THREADS];
    struct timespec limit;
    bool            good = true;
    atomic_store(&missing, THREADS);
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 20;
    for (int i = 0; i < THREADS; i++)
        good &= sem_init(&errands[i].ran, 0, 0) == 0 && pthread_create(&threads[i], NULL, ask, &errands[i]) == 0;
    for (int i = 0; good && i < THREADS; i++)
        good = pthread_join(threads[i], NULL) == 0 && sem_timedwait(&errands[i].ran, &limit) == 0;
    for (int i = 0; good && i < THREADS; i++)
        good = errands[i].helper && errands[i].helper == errands[0].helper;
    return good;
}

static void all_threads_share_one_helper(void **state)
{
    (void)state;
    assert_true(threads_share_one());
}

static void after_a_fork_all_threads_of_the_child_share_a_new_one(void **state)
{
    (void)state;
#if TEST_UNDER_TSAN
    skip(); /* its children may not start threads */
#endif
    dynox_executor *ours = dynox__helper();
    for (int round = 0; round < ROUNDS; round++) {
        int   status = 0;
        pid_t child  = fork_among_sleepers();
        if (child == 0) _exit(threads_share_one() && dynox__helper() != ours ? 0 : 1);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_fork_all_threads_of_the_child_share_a_new_one),
        cmocka_unit_test(all_threads_share_one_helper),
    };
    return cmocka_run_group_tests_name("helper", tests, NULL, NULL);
}
