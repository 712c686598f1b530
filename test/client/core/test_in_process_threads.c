/* One engine, and everything at once: calls of several clients, faults that come and go, a clock that is moved,
 * snapshots that are taken and brought back, clients that are freed. For ThreadSanitizer, and for whoever waits for
 * ever. */
#include "support.h"
#include <dynox/dynox.h>
#include <pthread.h>
#include <unistd.h>

enum { ROUNDS = 150 };

static dynox_local *local;
static _Atomic bool calls_are_over;

/* All that may come of a call here: tables come and go, faults strike. */
static bool is_expected(dynox_status status)
{
    switch (status) {
    case DYNOX_OK:
    case DYNOX_E_NOT_FOUND:
    case DYNOX_E_IN_USE:
    case DYNOX_E_THROTTLED:
    case DYNOX_E_SERVER:
    case DYNOX_E_TRANSPORT:
    case DYNOX_E_TIMEOUT:
    case DYNOX_E_CANCELLED:
    case DYNOX_E_SHUTDOWN:
    case DYNOX_E_CONDITION_FAILED:
    case DYNOX_E_TRANSACTION_CONFLICT:
    case DYNOX_E_TRANSACTION_CANCELLED: return true;
    default: return false;
    }
}

static void expect(const char **failure, dynox_status status, const char *what)
{
    if (!is_expected(status) && !*failure) *failure = what;
}

static void *call(void *arg)
{
    const char **failure = arg;
    for (int i = 0; i < ROUNDS; i++) {
        dynox_client *db = dynox_client_new(.local = local, .max_attempts = 1, .hedge = DYNOX_HEDGE_P95,
                                            .single_flight = i % 2, .io_threads = (unsigned)i % 3);
        dynox_future *calls[8];
        dynox_item   *item = NULL;
        char          pk[16];
        snprintf(pk, sizeof pk, "%d", i % 20);
        expect(failure, dynox_sync_create_table(db, "users", {"pk", DYNOX_S}), "create");
        expect(failure, dynox_sync_put_item(db, "users", DYNOX_ITEM("pk", pk, "n", i)), "put");
        for (int k = 0; k < 8; k++)
            calls[k] = k % 2 ? dynox_get_item(db, "users", DYNOX_ITEM("pk", pk))
                             : dynox_update_item(db, "users", DYNOX_ITEM("pk", pk), DYNOX_EXPR("ADD n ?", 1));
        expect(failure, dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", pk), &item), "get");
        dynox_item_free(item);
        dynox_future_cancel(calls[i % 8]);
        if (i % 4 == 0) dynox_client_free(db);
        for (int k = 0; k < 8; k++)
            expect(failure, dynox_join_void(calls[k]), "join");
        if (i % 4 != 0) dynox_client_free(db);
    }
    return NULL;
}

static void *disturb(void *arg)
{
    static const dynox_local_fault faults[] = {DYNOX_LOCAL_THROTTLE,    DYNOX_LOCAL_SERVER_ERROR, DYNOX_LOCAL_CONFLICT,
                                               DYNOX_LOCAL_LOSE_ANSWER, DYNOX_LOCAL_CUT_ANSWER,   DYNOX_LOCAL_DELAY};
    const char                   **failure  = arg;
    for (int i = 0; !atomic_load(&calls_are_over); i++) {
        if (dynox_local_fail(local, .probability = 0.2, .with = faults[i % 6], .delay_ms = i % 6 == 5 ? 2 : 0) !=
            DYNOX_OK)
            *failure = "fail";
        sched_yield();
        if (i % 3 == 0) dynox_local_fail_no_more(local);
    }
    dynox_local_fail_no_more(local);
    return NULL;
}

static bool look(const dynox_local_request *request, void *arg)
{
    *(size_t *)arg += request->json_length;
    return true;
}

static bool look_inside(const dynox_item *item, void *arg)
{
    *(size_t *)arg += item->count;
    return true;
}

static void *turn(void *arg)
{
    const char **failure = arg;
    unsigned     turns   = 0;
    while (!atomic_load(&calls_are_over)) {
        size_t                sum      = 0;
        dynox_local_snapshot *snapshot = dynox_local_snapshot_new(local, NULL);
        dynox_local_clock_add(local, 700);
        dynox_local_clock_stop(local, turns++ % 2);
        dynox_local_each_request(local, look, &sum);
        expect(failure, dynox_local_each_item(local, "users", look_inside, &sum, NULL), "each item");
        if (!snapshot || dynox_local_restore(local, snapshot, NULL) != DYNOX_OK) *failure = "restore";
        dynox_local_snapshot_free(snapshot);
        if (sum % 5 == 0 && dynox_local_clear(local, NULL) != DYNOX_OK) *failure = "clear";
    }
    return NULL;
}

static void everything_at_once_is_survived(void **state)
{
    pthread_t   callers[4], others[2];
    const char *failures[6] = {NULL};
    (void)state;
    local = dynox_local_new(.seed = 5, .trace = 50);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&callers[i], NULL, call, &failures[i]), 0);
    assert_int_equal(pthread_create(&others[0], NULL, disturb, &failures[4]), 0);
    assert_int_equal(pthread_create(&others[1], NULL, turn, &failures[5]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(callers[i], NULL);
    atomic_store(&calls_are_over, true);
    pthread_join(others[0], NULL);
    pthread_join(others[1], NULL);
    for (int i = 0; i < 6; i++)
        if (failures[i]) fail_msg("thread %d: %s", i, failures[i]);
    dynox_local_free(local);
}

static void *come_and_go(void *endpoint)
{
    for (int i = 0; i < 40; i++) {
        dynox_client *db = dynox_client_new(.endpoint = endpoint);
        if (!db) return "it could not be opened";
        dynox_status status = dynox_sync_create_table(db, "users", {"pk", DYNOX_S});
        if (status != DYNOX_OK && status != DYNOX_E_IN_USE) return "no table";
        dynox_client_free(db);
    }
    return NULL;
}

/* The last one closes it, and the next one opens it again. */
static void threads_open_and_close_one_engine(void **state)
{
    char        file[64];
    const char *endpoints[] = {"memory:comes-and-goes", file};
    (void)state;
    snprintf(file, sizeof file, "file:/tmp/dynox-threads-%ld.db", (long)getpid());
    dynox_client *first = dynox_client_new(.endpoint = file); /* none: a library without files */
    int           kinds = first ? 2 : 1;
    dynox_client_free(first);
    for (int k = 0; k < kinds; k++) {
        pthread_t threads[3];
        for (int i = 0; i < 3; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, (void *)(uintptr_t)endpoints[k]), 0);
        for (int i = 0; i < 3; i++) {
            void *failure = NULL;
            pthread_join(threads[i], &failure);
            if (failure) fail_msg("%s: %s", endpoints[k], (const char *)failure);
        }
    }
    unlink(file + strlen("file:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_at_once_is_survived),
                                       cmocka_unit_test(threads_open_and_close_one_engine)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
