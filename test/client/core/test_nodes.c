/* A client of several nodes: how requests are spread, what happens when nodes fail, die and come back, and what a
 * client does not accept. */
#include "aws/call/service_state.h"
#include "client/cluster.h"
#include "client/core/client.h"
#include "fork.h"
#include <sys/wait.h>

static size_t stats_nodes(const dynox_client *client, size_t *resting)
{
    dynox_client_stats stats;
    dynox_client_get_stats(client, &stats);
    *resting = stats.resting_nodes;
    return stats.nodes;
}

static void put_many(dynox_client *client, int count)
{
    dynox_future **writes = calloc((size_t)count, sizeof *writes);
    dynox_error    error  = {0};
    for (int i = 0; i < count; i++)
        writes[i] = dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "n", i));
    for (int i = 0; i < count; i++)
        if (dynox_join(writes[i], NULL, .error = &error) != DYNOX_OK) fail_msg("%s", error.message);
    free(writes);
}

static void requests_are_spread_and_signed_for_the_host_that_gets_them(void **state)
{
    (void)state;
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    put_many(client, 400);
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        assert_in_range(atomic_load(&cluster[i].puts), 50, 200);
    dynox_client_free(client); /* the end of the test looks at the hosts */
}

static void a_dead_node_costs_nothing_and_is_used_again_when_it_lives(void **state)
{
    (void)state;
    size_t        resting;
    dynox_client *client = cluster_client(.nodes = cluster_nodes, .max_attempts = 1);
    cluster_down(1);
    for (int i = 0; i < 40; i++)
        assert_int_not_equal(cluster_ask(client, NULL, 2), 1); /* 2: the one that was not sent */
    assert_int_equal(stats_nodes(client, &resting), CLUSTER_MOST);
    assert_int_equal(resting, 1);
    cluster_up(1);
    cluster_wait_resting(client, CLUSTER_MOST, 0);
    while (cluster_ask(client, NULL, 1) != 1) {
    }
    dynox_client_free(client);
}

static void note_attempt(const dynox_observed *call, void *context, void *arg)
{
    unsigned *seen = arg; /* how many, and the number of the last one */
    (void)context;
    seen[0]++;
    seen[1] = call->attempt;
}

static void attempts_at_nodes_that_cannot_be_reached_have_numbers_of_their_own(void **state)
{
    (void)state;
    unsigned seen[2] = {0};
    cluster_down(1);
    for (int tries = 0; seen[0] < 2; tries++) { /* until chance has taken that one first */
        assert_in_range(tries, 0, 200);
        seen[0]                  = 0;
        dynox_observer *observer = dynox_observer_new(.attempt_begins = note_attempt, .arg = seen);
        dynox_client   *client   = cluster_client(.nodes = cluster_nodes, .observer = observer);
        put_many(client, 1);
        dynox_client_free(client);
        dynox_observer_release(observer);
        assert_int_equal(seen[1], seen[0]);
    }
    cluster_up(1);
}

static void what_fails_on_one_node_is_repeated_on_another(void **state)
{
    (void)state;
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    atomic_store(&cluster[0].mood, CLUSTER_FAILS);
    for (int i = 0; i < 40; i++)
        assert_int_not_equal(cluster_ask(client, NULL, 2), 0);
    atomic_store(&cluster[0].mood, CLUSTER_FINE);
    cluster_wait_resting(client, CLUSTER_MOST, 0);
    dynox_client_free(client);
}

static void one_that_does_not_answer_is_left_after_the_attempt(void **state)
{
    (void)state;
    dynox_client *client = cluster_client(.nodes = cluster_nodes, .attempt_timeout_ms = 1500);
    atomic_store(&cluster[0].mood, CLUSTER_HANGS);
    put_many(client, 4 * CLUSTER_MOST); /* some four to each */
    cluster_wait_resting(client, CLUSTER_MOST, 1);
    dynox_client_free(client);
}

static void impatience_is_no_sign_of_a_dead_node(void **state)
{
    (void)state;
    size_t        resting;
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        atomic_store(&cluster[i].mood, CLUSTER_HANGS);
    for (int i = 0; i < 4 * CLUSTER_MOST; i++)
        assert_int_equal(dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .deadline_ms = 5), DYNOX_E_TIMEOUT);
    stats_nodes(client, &resting);
    assert_int_equal(resting, 0);
    dynox_client_free(client);
}

static void when_all_are_dead_the_error_says_of_which_and_one_is_enough(void **state)
{
    (void)state;
    dynox_error   error  = {0};
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        cluster_down(i);
    assert_int_equal(dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .error = &error), DYNOX_E_CONNECT);
    assert_non_null(strstr(error.message, "127.0.0.1:"));
    dynox_error_clear(&error);
    cluster_up(2);
    while (dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x")) != DYNOX_OK) {
    }
    cluster_wait_resting(client, CLUSTER_MOST, CLUSTER_MOST - 1);
    dynox_client_free(client);
}

static void the_same_key_goes_to_the_same_node_while_it_lives(void **state)
{
    (void)state;
    char          key[16];
    size_t        before[20], seen[CLUSTER_MOST] = {0};
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    for (size_t i = 0; i < 20; i++) {
        snprintf(key, sizeof key, "user %zu", i * 7919);
        before[i] = cluster_ask(client, key, 1);
        seen[before[i]]++;
        for (int again = 0; again < 3; again++)
            assert_int_equal(cluster_ask(client, key, 1), before[i]);
    }
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        assert_int_not_equal(seen[i], 20);
    cluster_down(before[0]);
    size_t instead = cluster_ask(client, "user 0", 4);
    assert_int_not_equal(instead, before[0]);
    assert_int_equal(cluster_ask(client, "user 0", 1), instead);
    cluster_up(before[0]);
    cluster_wait_resting(client, CLUSTER_MOST, 0);
    assert_int_equal(cluster_ask(client, "user 0", 1), before[0]);
    dynox_client_free(client);
}

static void a_hedged_read_goes_to_another_node(void **state)
{
    (void)state;
    dynox_error   error  = {0};
    dynox_info    info   = {0};
    dynox_item   *item   = NULL;
    dynox_client *client = cluster_client(.nodes = cluster_nodes, .hedge = DYNOX_HEDGE_P95);
    for (int i = 0; i < 200; i++) /* so that it knows what is slow */
        assert_int_equal(dynox_sync_get_item(client, "t", DYNOX_ITEM("pk", "x"), &item), DYNOX_OK);
    size_t slow = cluster_ask(client, "key", 1);
    atomic_store(&cluster[slow].mood, CLUSTER_HANGS);
    if (dynox_sync_get_item(client, "t", DYNOX_ITEM("pk", "x"), &item, .node_key = "key", .info = &info,
                            .error = &error) != DYNOX_OK)
        fail_msg("%s", error.message);
    assert_true(info.hedged);
    assert_int_not_equal(cluster_who(info.request_id), slow);
    dynox_info_clear(&info);
    dynox_client_free(client);
}

static void each_node_is_warmed_up(void **state)
{
    (void)state;
    dynox_error   error  = {0};
    dynox_client *client = cluster_client(.nodes = cluster_nodes, .max_connections = 4 * CLUSTER_MOST);
    if (dynox_sync_client_warm_up(client, 4, &error) != DYNOX_OK) fail_msg("%s", error.message);
    dynox_client_stats stats;
    dynox_client_get_stats(client, &stats);
    assert_int_equal(stats.connections, 4 * CLUSTER_MOST);
    assert_int_equal(dynox_sync_client_warm_up(client, 5, &error), DYNOX_E_ARGUMENT);
    assert_string_equal(
        error.message, "warm-up: 5 connections to each node are more than the client may have: .max_connections is 16");
    dynox_error_clear(&error);
    dynox_client_free(client);
    client = cluster_client(.nodes = cluster_nodes);
    cluster_down(3);
    assert_int_equal(dynox_sync_client_warm_up(client, 4, &error), DYNOX_E_CONNECT);
    if (!strstr(error.message, "4 of 16 connections could not be opened")) fail_msg("%s", error.message);
    dynox_error_clear(&error);
    dynox_client_free(client);
}

static void expect_refusal(const char *words, dynox_client *client, dynox_error *error)
{
    if (client) { /* what needs the environment is found by the first call */
        assert_int_not_equal(dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .error = error), DYNOX_OK);
        dynox_client_free(client);
    }
    assert_int_equal(error->status, DYNOX_E_CONFIGURATION);
    if (!strstr(error->message, words)) fail_msg("%s", error->message);
    dynox_error_clear(error);
}

#define REFUSED(words, ...) expect_refusal(words, cluster_client(.error = &error, __VA_ARGS__), &error)

static void what_does_not_go_together_is_said(void **state)
{
    (void)state;
    dynox_error error = {0};
    char        many[257 * 12];
    size_t      used = 0;
    for (int i = 0; i < 257; i++)
        used += (size_t)snprintf(many + used, sizeof many - used, "http://n%d,", i);
    REFUSED("give either .endpoint or .nodes, not both", .nodes = cluster_nodes, .endpoint = "http://127.0.0.1:1");
    REFUSED("a node, \"nothing\": an endpoint starts with http:// or https://", .nodes = "http://127.0.0.1:1,nothing");
    REFUSED("there is no valid host name in it", .nodes = "http://");
    REFUSED(".nodes has no node in it", .nodes = " , ,");
    REFUSED(".nodes has more than 256 nodes", .nodes = many);
    REFUSED(".discover is 7, which is no way to find nodes", .discover = (dynox_discovery)7);
    REFUSED(".discover needs a node to ask: give .nodes, or an endpoint of your own", .discover = DYNOX_ALTERNATOR);
    REFUSED("FIPS", .nodes = cluster_nodes, .use_fips = true);
    REFUSED("cannot have a user name or password", .nodes = "http://user:word@127.0.0.1:1");
}

static void an_empty_text_is_none_and_a_node_named_twice_is_one(void **state)
{
    (void)state;
    char          twice[128];
    size_t        resting;
    dynox_client *client = dynox_client_new(.nodes = "", .region = "local", .access_key = "A", .secret_key = "s");
    assert_string_equal(dynox_client_endpoint(client), "http://localhost:8000");
    assert_int_equal(stats_nodes(client, &resting), 1);
    dynox_client_free(client);
    snprintf(twice, sizeof twice, "\thttp://localhost:%u\n HTTP://LocalHost:%u//,,", cluster[0].port, cluster[0].port);
    client = cluster_client(.nodes = twice);
    assert_non_null(strstr(dynox_client_endpoint(client), "http://localhost:")); /* reads the settings */
    assert_int_equal(stats_nodes(client, &resting), 1);
    dynox_client_free(client);
}

/* ---- many threads ---- */

enum { THREADS = 16, EACH = 40 };

static void *call_all_the_time(void *client)
{
    for (int i = 0; i < EACH; i++)
        cluster_ask(client, NULL, 8);
    return NULL;
}

static void begin_calls(pthread_t threads[THREADS], dynox_client *client)
{
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_all_the_time, client), 0);
}

static void end_calls(const pthread_t threads[THREADS])
{
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void a_slow_node_gets_less(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    atomic_store(&cluster[0].mood, CLUSTER_SLOW);
    begin_calls(threads, client);
    end_calls(threads);
    int all = 0;
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        all += atomic_load(&cluster[i].puts);
    assert_in_range(atomic_load(&cluster[0].puts), 1, all / 8);
    dynox_client_free(client);
}

static void every_call_ends_well_while_nodes_come_and_go(void **state)
{
    (void)state;
    pthread_t     threads[THREADS];
    dynox_client *client = cluster_client(.nodes = cluster_nodes, .max_attempts = 8);
    begin_calls(threads, client);
    for (int round = 0; round < 6; round++) {
        cluster_down(1 + (size_t)round % 2);
        server_sleep(30);
        cluster_up(1 + (size_t)round % 2);
    }
    end_calls(threads);
    cluster_wait_resting(client, CLUSTER_MOST, 0);
    dynox_client_free(client);
}

static void a_forked_child_does_not_wait_for_what_its_parent_held(void **state)
{
    (void)state;
    dynox_client *client = cluster_client(.nodes = cluster_nodes);
    cluster_ask(client, NULL, 1);
    dynox_future *kept = dynox_put_item(client, "t", DYNOX_ITEM("pk", "x"));
    assert_int_equal(dynox_future_wait(kept, -1), DYNOX_OK);
    pthread_mutex_t *lock = &client->service->nodes.nodes.lock;
    pthread_mutex_lock(lock); /* as a thread of the parent may have */
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        dynox_client_stats stats;
        alarm(20);
        dynox_client_get_stats(client, &stats);
        bool right = dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x")) == DYNOX_E_FORKED &&
                     dynox_sync_client_warm_up(client, 1, NULL) == DYNOX_E_FORKED;
        dynox_future_release(kept);
        dynox_client_free(client);
        _exit(right ? 0 : 1);
    }
    pthread_mutex_unlock(lock);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    cluster_ask(client, NULL, 1);
    dynox_future_release(kept);
    dynox_client_free(client);
}

static void with_two_nodes(void *arg)
{
    (void)arg;
    dynox_error   error  = {0};
    dynox_client *client = cluster_client(.nodes = cluster_nodes, .error = &error);
    dynox_status  status = dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .error = &error);
    if (status != DYNOX_OK && error.status != DYNOX_E_NO_MEMORY) fail_msg("%s", error.message);
    dynox_error_clear(&error);
    dynox_client_free(client);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    cluster_down(0); /* so that there are probes, too */
    test_every_allocation_failing(with_two_nodes, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, cluster_setup, cluster_teardown)
    const struct CMUnitTest tests[] = {
        TEST(requests_are_spread_and_signed_for_the_host_that_gets_them),
        TEST(a_slow_node_gets_less),
        TEST(a_dead_node_costs_nothing_and_is_used_again_when_it_lives),
        TEST(attempts_at_nodes_that_cannot_be_reached_have_numbers_of_their_own),
        TEST(what_fails_on_one_node_is_repeated_on_another),
        TEST(one_that_does_not_answer_is_left_after_the_attempt),
        TEST(impatience_is_no_sign_of_a_dead_node),
        TEST(when_all_are_dead_the_error_says_of_which_and_one_is_enough),
        TEST(the_same_key_goes_to_the_same_node_while_it_lives),
        TEST(a_hedged_read_goes_to_another_node),
        TEST(each_node_is_warmed_up),
        TEST(what_does_not_go_together_is_said),
        TEST(an_empty_text_is_none_and_a_node_named_twice_is_one),
        TEST(every_call_ends_well_while_nodes_come_and_go),
        TEST(a_forked_child_does_not_wait_for_what_its_parent_held),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
