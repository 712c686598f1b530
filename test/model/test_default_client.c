/* The default client: kept until another one is set, from any thread. */
#include "client/scripted.h"
#include "model/default_client.h"
#include <dynox/model_macros.h>
#include <pthread.h>

typedef struct user {
    DYNOX_RECORD;
    const char *pk;
} user;
static const dynox_attribute user_attributes[] = {DYNOX_PARTITION_KEY(user, pk)};
DYNOX_MODEL(user, .table = "users")

/* Row 19. */
static void it_is_set_told_and_cleared(void **state)
{
    (void)state;
    assert_null(dynox_default_client());
    assert_null(dynox__default_client_acquire());
    dynox_set_default_client(client);
    assert_ptr_equal(dynox_default_client(), client);
    dynox_set_default_client(client);
    assert_ptr_equal(dynox_default_client(), client);
    dynox_set_default_client(NULL);
    assert_null(dynox_default_client());
}

static void calls_of_one_that_was_freed_fail_and_do_not_crash(void **state)
{
    (void)state;
    dynox_client *freed = scripted_client();
    dynox_set_default_client(freed);
    dynox_client_free(freed);
    bool found = true;
    assert_int_not_equal(user_sync_table_exists(NULL, &found, NULL), DYNOX_OK);
    assert_false(found);
    dynox_set_default_client(NULL);
}

/* ---- threads ---- */

static _Atomic bool stop;

static void *set_and_clear(void *arg)
{
    while (!atomic_load(&stop)) {
        dynox_set_default_client(arg);
        dynox_set_default_client(NULL);
    }
    return NULL;
}

static void *use(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        dynox_client *held = dynox__default_client_acquire();
        if (held) (void)dynox_client_region(held);
        dynox__client_release(held);
        assert_int_equal(dynox_join_void(user_table_exists(NULL, DYNOX_WITH(.limit = 1))), DYNOX_E_ARGUMENT);
    }
    return NULL;
}

/* Clients that live only as long as the default client keeps them. */
static void calls_are_safe_while_others_set_it(void **state)
{
    (void)state;
    pthread_t users[4], setters[2];
    atomic_store(&stop, false);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&users[i], NULL, use, NULL), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&setters[i], NULL, set_and_clear, client), 0);
    for (int i = 0; i < 20; i++) {
        dynox_client *passing = scripted_client();
        dynox_set_default_client(passing);
        dynox_client_free(passing);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 4; i++)
        pthread_join(users[i], NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(setters[i], NULL);
    dynox_set_default_client(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_set_told_and_cleared),
        cmocka_unit_test(calls_of_one_that_was_freed_fail_and_do_not_crash),
        cmocka_unit_test(calls_are_safe_while_others_set_it),
    };
    return cmocka_run_group_tests_name("default_client", tests, scripted_setup, scripted_teardown);
}
