/* Alternator's list of nodes: asked for with the first call and again later, and survived whatever it says. */
#include "base/clock.h"
#include "client/cluster.h"
#include <time.h>

static char            said_so_far[32768]; /* the warnings about nodes, until it is emptied */
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep_line(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)arg;
    if (level > DYNOX_LOG_WARNING || strcmp(subject, "nodes") != 0) return;
    pthread_mutex_lock(&log_lock);
    size_t used = strlen(said_so_far);
    snprintf(said_so_far + used, sizeof said_so_far - used, "%s\n", message);
    pthread_mutex_unlock(&log_lock);
}

static bool was_said(const char *words)
{
    pthread_mutex_lock(&log_lock);
    bool said = strstr(said_so_far, words) != NULL;
    pthread_mutex_unlock(&log_lock);
    return said;
}

/* Our clock may be set forward, so that a list becomes old at once. Those who sleep go by the system's, so nobody may
 * have to wait for a back-off afterwards. */
static _Atomic int64_t ahead_ns;

static int64_t read_clock(int which)
{
    struct timespec time;
    clock_gettime(which ? CLOCK_REALTIME : CLOCK_MONOTONIC, &time);
    return time.tv_sec * DYNOX__SECOND + time.tv_nsec + (which ? 0 : atomic_load(&ahead_ns));
}

static void wait_11_seconds(void)
{
    atomic_fetch_add(&ahead_ns, 11 * DYNOX__SECOND);
}

static int setup(void **state)
{
    said_so_far[0] = 0;
    atomic_store(&ahead_ns, 0);
    return cluster_setup(state);
}

/* Entries for nodes, with the ports that tests need. */
static void set_list(const char *first, size_t from, size_t to)
{
    static char text[2][1024];
    static int  turn;
    char       *list = text[turn = !turn];
    size_t      used = (size_t)snprintf(list, 512, "[%s", first);
    for (size_t i = from; i < to; i++)
        used += (size_t)snprintf(list + used, 64, "%s\"127.0.0.1:%u\"", i > from || *first ? "," : "", cluster[i].port);
    snprintf(list + used, 8, "]");
    atomic_store(&cluster_list, list);
}

static char seed[64];

static dynox_client *discover(void)
{
    snprintf(seed, sizeof seed, "http://127.0.0.1:%u", cluster[0].port);
    return cluster_client(.nodes = seed, .discover = DYNOX_ALTERNATOR);
}

static void one_seed_leads_to_all_nodes(void **state)
{
    (void)state;
    bool seen[CLUSTER_MOST] = {false};
    set_list("", 0, CLUSTER_MOST);
    dynox_client *client = discover();
    cluster_wait_resting(client, CLUSTER_MOST, 0);
    for (int i = 0; i < 400; i++)
        seen[cluster_ask(client, NULL, 1)] = true;
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        assert_true(seen[i]);
    dynox_client_free(client);
}

static void an_endpoint_of_ones_own_may_be_the_seed(void **state)
{
    (void)state;
    set_list("", 0, 3);
    snprintf(seed, sizeof seed, "http://127.0.0.1:%u", cluster[0].port);
    dynox_client *client = cluster_client(.endpoint = seed, .discover = DYNOX_ALTERNATOR);
    cluster_wait_resting(client, 3, 0);
    dynox_client_free(client);
    setenv("AWS_ENDPOINT_URL_DYNAMODB", seed, 1);
    client = cluster_client(.discover = DYNOX_ALTERNATOR);
    cluster_wait_resting(client, 3, 0);
    dynox_client_free(client);
    unsetenv("AWS_ENDPOINT_URL_DYNAMODB");
}

static void the_list_is_asked_for_again_and_those_that_left_get_nothing(void **state)
{
    (void)state;
    set_list("", 0, 2);
    dynox_client *client = discover();
    cluster_wait_resting(client, 2, 0);
    int lists = atomic_load(&cluster[0].lists) + atomic_load(&cluster[1].lists);
    for (int i = 0; i < 50; i++)
        cluster_ask(client, NULL, 1);
    assert_int_equal(atomic_load(&cluster[0].lists) + atomic_load(&cluster[1].lists), lists); /* not old yet */
    set_list("", 1, 4);
    wait_11_seconds();
    cluster_wait_resting(client, 3, 0);
    for (int i = 0; i < 100; i++)
        assert_int_not_equal(cluster_ask(client, NULL, 1), 0);
    dynox_client_free(client);
}

static void a_seed_is_asked_when_all_others_are_dead(void **state)
{
    (void)state;
    set_list("", 1, 2);
    dynox_client *client = discover();
    while (cluster_ask(client, NULL, 4) != 1) {
    }
    cluster_down(1);
    set_list("", 2, 4);
    for (;;) { /* node 1 is all it knows, until the seed is asked */
        dynox_client_stats stats;
        wait_11_seconds();
        if (dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .max_attempts = 1) != DYNOX_OK) server_sleep(1);
        dynox_client_get_stats(client, &stats);
        if (stats.nodes == 2) break;
    }
    assert_in_range(cluster_ask(client, NULL, 1), 2, 3);
    dynox_client_free(client);
}

/* ---- answers that are no list ---- */

/* Calls go on with the nodes that are known, and the log has these words. */
static void survives(char *list, const char *words)
{
    dynox_client_stats stats;
    atomic_store(&cluster_list, list);
    dynox_client *client = discover();
    for (int tries = 0; !was_said(words); tries++) {
        if (tries == 20000) fail_msg("not said: %s; but: %s", words, said_so_far);
        assert_int_equal(cluster_ask(client, NULL, 1), 0);
        server_sleep(1);
    }
    dynox_client_get_stats(client, &stats);
    assert_int_equal(stats.nodes, 1);
    dynox_client_free(client);
    said_so_far[0] = 0;
}

static char *repeated(const char *first, const char *again, size_t times, const char *last)
{
    size_t size = strlen(first) + strlen(again) * times + strlen(last) + 1, used;
    char  *text = malloc(size);
    used        = (size_t)snprintf(text, size, "%s", first);
    for (; times; times--)
        used += (size_t)snprintf(text + used, size - used, "%s", again);
    snprintf(text + used, size - used, "%s", last);
    return text;
}

static void answers_that_are_no_list_are_survived_and_said(void **state)
{
    (void)state;
    char *huge = repeated("[\"a\"", ",\"127.0.0.1\"", 100000, "]"), *deep = repeated("", "[", 100000, "");
    survives(NULL, "HTTP 404: is this Alternator?");
    survives("", "the answer is empty");
    survives("no", "cannot decode");
    survives("<html>Sign in</html>", "cannot decode");
    survives("{\"nodes\":[]}", "cannot decode");
    survives("[]", "the list is empty");
    survives("[1,2]", "cannot decode");
    survives("[\"a b\",\"\\r\\nHost: evil\"]", "no entry is the name or address of a host: \"a?b\"");
    survives(deep, "cannot decode");
    survives(huge, "is of no use");
    cluster_down(0); /* which may still be sending them */
    free(huge);
    free(deep);
}

static void odd_entries_are_left_out_and_the_others_used(void **state)
{
    (void)state;
    set_list("\"a b\",\"\\u0000\",\"http://127.0.0.1\",\"127.0.0.1/x\",\"\"", 0, 2);
    dynox_client *client = discover();
    cluster_wait_resting(client, 2, 0);
    dynox_client_free(client);
    assert_true(was_said("5 entries of its list are no hosts, such as \"a?b\""));
}

static void thousands_of_nodes_that_are_not_there_do_no_harm(void **state)
{
    (void)state;
    size_t size = 3000 * 24, used;
    char  *list = malloc(size);
    used        = (size_t)snprintf(list, size, "[\"127.0.0.1:%u\"", cluster[0].port);
    for (unsigned i = 0; i < 3000; i++)
        used += (size_t)snprintf(list + used, size - used, ",\"127.1.%u.%u:1\"", i / 250, 1 + i % 250);
    snprintf(list + used, size - used, "]");
    atomic_store(&cluster_list, list);
    dynox_client      *client = discover();
    dynox_client_stats stats  = {0};
    while (stats.nodes != 256) { /* once the list is there, one of the dead may be met */
        dynox_status ignored = dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"));
        (void)ignored;
        dynox_client_get_stats(client, &stats);
    }
    while (!was_said("2745 nodes of its list are too many: 256 are used")) /* a moment after they are counted */
        server_sleep(1);
    int good = 0;
    for (int i = 0; i < 200; i++) { /* those that are dead are found out, and then only the living one is asked */
        dynox_status status = dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"));
        good += status == DYNOX_OK;
    }
    assert_in_range(good, 150, 200);
    dynox_client_free(client);
    cluster_down(0);
    free(list);
}

static void a_server_that_never_says_it_holds_nothing_up(void **state)
{
    (void)state;
    atomic_store(&cluster_list, "silence");
    dynox_client *client = discover();
    for (int i = 0; i < 20; i++)
        assert_int_equal(cluster_ask(client, NULL, 1), 0);
    dynox_client_free(client); /* and neither does the end wait for it */
}

static void with_discovery(void *arg)
{
    (void)arg;
    dynox_error   error  = {0};
    dynox_client *client = cluster_client(.nodes = seed, .discover = DYNOX_ALTERNATOR, .error = &error);
    for (int i = 0; client && i < 3; i++) {
        dynox_status status = dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .error = &error);
        if (status != DYNOX_OK && error.status != DYNOX_E_NO_MEMORY) fail_msg("%s", error.message);
    }
    dynox_error_clear(&error);
    dynox_client_free(client);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    set_list("", 0, CLUSTER_MOST);
    snprintf(seed, sizeof seed, "http://127.0.0.1:%u", cluster[0].port);
    test_every_allocation_failing(with_discovery, NULL);
}

int main(void)
{
    dynox_set_log(DYNOX_LOG_INFO, keep_line, NULL);
    dynox__clock_fake(read_clock);
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, cluster_teardown)
    const struct CMUnitTest tests[] = {
        TEST(one_seed_leads_to_all_nodes),
        TEST(an_endpoint_of_ones_own_may_be_the_seed),
        TEST(the_list_is_asked_for_again_and_those_that_left_get_nothing),
        TEST(a_seed_is_asked_when_all_others_are_dead),
        TEST(answers_that_are_no_list_are_survived_and_said),
        TEST(odd_entries_are_left_out_and_the_others_used),
        TEST(thousands_of_nodes_that_are_not_there_do_no_harm),
        TEST(a_server_that_never_says_it_holds_nothing_up),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
