/* Every allocation of every operation on tables fails in turn: each time the call either succeeds or is a clear error,
 * nothing leaks, and the client goes on. */
#include "client/scripted.h"

static void assert_fair(dynox_status status)
{
    if (status != DYNOX_OK) assert_int_equal(status, DYNOX_E_NO_MEMORY);
}

static void any_call(void)
{
    dynox_answer *answer = NULL;
    assert_fair(dynox_sync_call(client, "DescribeTable", "{\"TableName\":\"arn:aws:t\",\"A\":[1]}", &answer));
    dynox_answer_free(answer);
}

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = {{"any_call", any_call}};

enum { COUNT = sizeof operations / sizeof *operations };

/* Each run has a client of its own, from its making to its end: when that is over, nothing may be left. */
static void with_client(void *operation)
{
    client = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A", .secret_key = "s");
    if (client) operations[(uintptr_t)operation].run();
    dynox_client_free(client);
}

static void sweep(void **state)
{
    test_every_allocation_failing(with_client, *state);
}

static int start_server(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    faultserver_stop(&server);
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){operations[i].name, sweep, NULL, NULL, (void *)(uintptr_t)i};
    return cmocka_run_group_tests_name("table allocations", tests, start_server, stop_server);
}
