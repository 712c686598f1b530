/* Allocation sweeps: every allocation of an operation fails in turn, on a client of its own each time. */
#ifndef DYNOX_TEST_CLIENT_SWEEP_H
#define DYNOX_TEST_CLIENT_SWEEP_H

#include "client/scripted.h"

typedef struct sweep_operation {
    const char *name;
    void (*run)(void); /* with `client`; asserts that it succeeded or said clearly that there is no memory */
} sweep_operation;

/* From its making to its end: when that is over, nothing may be left. */
static void sweep_with_client(void *arg)
{
    const sweep_operation *operation = arg;
    dynox_error            err       = {0};
    client = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A", .secret_key = "s",
                              .error = &err);
    if (client)
        operation->run();
    else
        assert_int_equal(err.status, DYNOX_E_NO_MEMORY);
    dynox_client_free(client);
}

static void sweep_one(void **state)
{
    test_every_allocation_failing(sweep_with_client, *state);
}

static int sweep_stop_server(void **state)
{
    (void)state;
    faultserver_stop(&server);
    return 0;
}

enum { SWEEP_MOST = 64 };

/* A test for each operation; `start` starts the server and tells it what to answer. */
static int sweep_run(const char *name, const sweep_operation *operations, size_t count, CMFixtureFunction start)
{
    struct CMUnitTest tests[SWEEP_MOST] = {0};
    for (size_t i = 0; i < count && i < SWEEP_MOST; i++)
        tests[i] = (struct CMUnitTest){operations[i].name, sweep_one, NULL, NULL, (void *)(uintptr_t)&operations[i]};
    return _cmocka_run_group_tests(name, tests, count, start, sweep_stop_server);
}

#endif
