/* Servers that close a connection without a word after an answer: the calls that wait do not notice. */
#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>

static void answer_and_close(test_line *line)
{
    if (server_read(line)) server_answer(line, "{}");
}

static void answer_and_close_a_little_later(test_line *line)
{
    if (!server_read(line) || !server_answer(line, "{}")) return;
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

static void write_many(void (*script)(test_line *))
{
    enum { WRITES = 250 };
    test_server  *server = server_start(script, NULL, NULL);
    char          url[64];
    dynox_future *writes[WRITES];
    dynox_error   error = {0};
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    dynox_client *client = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKID",
                                            .secret_key = "SECRET", .max_connections = 8, .proxy = "");
    assert_non_null(client);
    for (int i = 0; i < WRITES; i++)
        writes[i] = dynox_put_item(client, "users", DYNOX_ITEM("pk", "x", "n", i));
    for (int i = 0; i < WRITES; i++) {
        dynox_item *old = NULL;
        if (dynox_join(writes[i], &old, .error = &error) != DYNOX_OK) fail_msg("%s", error.message);
        dynox_item_free(old);
    }
    assert_int_equal(server_connections(server), WRITES);
    dynox_client_free(client);
    server_stop(server);
}

static void writes_survive_a_server_that_closes_after_each_answer(void **state)
{
    (void)state;
    write_many(answer_and_close);
}

static void writes_survive_a_server_that_closes_a_little_later(void **state)
{
    (void)state;
    write_many(answer_and_close_a_little_later);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes_survive_a_server_that_closes_after_each_answer),
                                       cmocka_unit_test(writes_survive_a_server_that_closes_a_little_later)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
