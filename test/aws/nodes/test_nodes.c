/* Which node gets the next request, without a network. */
#include "aws/nodes/nodes.h"
#include "base/alloc.h"
#include "base/random.h"
#include "support.h"

static dynox__nodes nodes;
static int          places;

static void *make_place(void *owner, const char *url, dynox_error *error)
{
    (void)owner;
    if (strcmp(url, "bad") == 0) {
        dynox_error_set(error, DYNOX_E_CONFIGURATION, "bad");
        return NULL;
    }
    void *place = dynox__malloc(1);
    if (!place) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    places += place != NULL;
    return place;
}

static void end_place(void *place)
{
    places--;
    dynox__free(place);
}

#define LIST(...) list((const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *))

static bool list(const char **urls, size_t count)
{
    bool        changed = false;
    dynox_error error   = {0};
    assert_int_equal(dynox__nodes_list(&nodes, urls, count, false, &changed, &error), DYNOX_OK);
    return changed;
}

static int setup(void **state)
{
    (void)state;
    dynox__nodes_init(&nodes, (dynox__node_maker){make_place, end_place, NULL});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dynox__nodes_destroy(&nodes);
    assert_int_equal(places, 0);
    return 0;
}

static void give_back(dynox__node *node, dynox__node_news news, int64_t now)
{
    dynox__nodes_done(&nodes, node, news, now);
    dynox__nodes_release(&nodes, node);
}

/* The node that the key leads to; `avoid`: not there. */
static const char *led_to(const char *key, const dynox__node *avoid)
{
    dynox__node *node = dynox__nodes_pick(&nodes, dynox__nodes_hash(key), avoid);
    const char  *url  = node->url;
    give_back(node, DYNOX__NODE_SILENT, 0);
    return url;
}

static dynox__node *node_of(const char *url)
{
    for (size_t i = 0; i < nodes.listed; i++)
        if (strcmp(nodes.list[i]->url, url) == 0) return nodes.list[i];
    fail_msg("%s is not listed", url);
    return NULL;
}

/* One request that fails so. */
static void fail_at(const char *url, dynox__node_news news, int64_t now)
{
    dynox__node *node = node_of(url);
    node->references++;
    node->in_flight++;
    give_back(node, news, now);
}

static size_t resting(void)
{
    size_t listed, rest;
    dynox__nodes_count(&nodes, &listed, &rest);
    return rest;
}

static void requests_are_spread_by_what_is_in_flight(void **state)
{
    (void)state;
    enum { MANY = 300 };
    dynox__node *taken[MANY];
    LIST("a", "b", "c");
    for (int i = 0; i < MANY; i++)
        taken[i] = dynox__nodes_pick(&nodes, 0, NULL);
    for (size_t i = 0; i < 3; i++)
        assert_in_range(nodes.list[i]->in_flight, MANY / 3 - 10, MANY / 3 + 10);
    for (int i = 0; i < MANY; i++)
        give_back(taken[i], DYNOX__NODE_GOOD, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(nodes.list[i]->in_flight, 0);
}

static void none_is_chosen_among_none_and_one_is_always_chosen(void **state)
{
    (void)state;
    assert_null(dynox__nodes_pick(&nodes, 0, NULL));
    assert_null(dynox__nodes_at(&nodes, 7));
    assert_null(dynox__nodes_seed(&nodes));
    LIST("a");
    dynox__node *node = dynox__nodes_pick(&nodes, 0, node_of("a"));
    assert_string_equal(node->url, "a"); /* there is no other */
    give_back(node, DYNOX__NODE_GOOD, 0);
}

static void what_is_repeated_goes_elsewhere(void **state)
{
    (void)state;
    LIST("a", "b");
    for (int i = 0; i < 50; i++) {
        dynox__node *node = dynox__nodes_pick(&nodes, 0, node_of("a"));
        assert_string_equal(node->url, "b");
        give_back(node, DYNOX__NODE_GOOD, 0);
    }
    assert_string_not_equal(led_to("key", NULL), led_to("key", node_of(led_to("key", NULL))));
}

static void a_key_leads_to_one_node_while_that_lives(void **state)
{
    (void)state;
    char        key[16];
    const char *before[100];
    int         at_b = 0;
    LIST("a", "b", "c", "d");
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "key %d", i);
        before[i] = led_to(key, NULL);
        at_b += *before[i] == 'b';
    }
    assert_in_range(at_b, 10, 45); /* about a quarter: the hash is what it is, so is the number */
    fail_at("b", DYNOX__NODE_GONE, 1);
    for (int i = 0; i < 100; i++) { /* only those of the node that is gone move */
        snprintf(key, sizeof key, "key %d", i);
        if (*before[i] == 'b')
            assert_string_not_equal(led_to(key, NULL), "b");
        else
            assert_string_equal(led_to(key, NULL), before[i]);
    }
    fail_at("b", DYNOX__NODE_GOOD, 2);
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "key %d", i);
        assert_string_equal(led_to(key, NULL), before[i]);
    }
}

static void one_that_is_gone_rests_at_once_and_a_bad_one_after_three(void **state)
{
    (void)state;
    LIST("a", "b", "c");
    fail_at("a", DYNOX__NODE_GONE, 1);
    assert_int_equal(resting(), 1);
    fail_at("b", DYNOX__NODE_BAD, 1);
    fail_at("b", DYNOX__NODE_BAD, 1);
    fail_at("b", DYNOX__NODE_SILENT, 1);
    fail_at("b", DYNOX__NODE_GOOD, 1); /* begins anew */
    fail_at("b", DYNOX__NODE_BAD, 1);
    fail_at("b", DYNOX__NODE_BAD, 1);
    assert_int_equal(resting(), 1);
    fail_at("b", DYNOX__NODE_BAD, 1);
    assert_int_equal(resting(), 2);
    for (int i = 0; i < 20; i++) {
        dynox__node *node = dynox__nodes_pick(&nodes, 0, NULL);
        assert_string_equal(node->url, "c");
        give_back(node, DYNOX__NODE_GOOD, 1);
    }
}

static void when_all_rest_one_of_them_is_tried(void **state)
{
    (void)state;
    LIST("a", "b");
    fail_at("a", DYNOX__NODE_GONE, 1);
    fail_at("b", DYNOX__NODE_GONE, 1);
    dynox__node *node = dynox__nodes_pick(&nodes, 0, NULL);
    assert_non_null(node);
    give_back(node, DYNOX__NODE_GOOD, 2); /* and wakes up by an answer */
    assert_int_equal(resting(), 1);
}

static double half(void)
{
    return 0;
}

static void a_rest_doubles_and_ends_with_a_probe(void **state)
{
    (void)state;
    const int64_t first = DYNOX__NODE_REST_MS * DYNOX__MS / 2;
    int64_t       now   = 1;
    dynox__random_fake(half); /* each rest has half of its length */
    atomic_store(&nodes.due_ns, DYNOX__NEVER);
    LIST("a", "b");
    fail_at("a", DYNOX__NODE_GONE, now);
    assert_int_equal(atomic_load(&nodes.due_ns), now + first);
    assert_null(dynox__nodes_rested(&nodes, now + first - 1));
    for (int64_t rest = first; rest < 20 * DYNOX__SECOND; rest *= 2) {
        if (rest > DYNOX__NODE_LONGEST_S * DYNOX__SECOND / 2) rest = DYNOX__NODE_LONGEST_S * DYNOX__SECOND / 2;
        assert_int_equal(dynox__nodes_next_rested(&nodes), now + rest);
        now += rest;
        dynox__node *node = dynox__nodes_rested(&nodes, now);
        assert_string_equal(node->url, "a");
        assert_null(dynox__nodes_rested(&nodes, now)); /* one probe at a time */
        assert_int_equal(dynox__nodes_next_rested(&nodes), DYNOX__NEVER);
        assert_false(dynox__nodes_probed(&nodes, node, false, now));
        dynox__nodes_release(&nodes, node);
        if (rest == DYNOX__NODE_LONGEST_S * DYNOX__SECOND / 2) break;
    }
    now += DYNOX__NODE_LONGEST_S * DYNOX__SECOND;
    dynox__node *node = dynox__nodes_rested(&nodes, now);
    assert_true(dynox__nodes_probed(&nodes, node, true, now));
    dynox__nodes_release(&nodes, node);
    assert_int_equal(resting(), 0);
    fail_at("a", DYNOX__NODE_BAD, now); /* a way to it was not an answer */
    assert_int_equal(resting(), 1);
    dynox__random_fake(NULL);
}

static void few_are_probed_at_a_time(void **state)
{
    (void)state;
    enum { MANY = 2 * DYNOX__NODE_PROBES };
    char         text[MANY][8];
    const char  *urls[MANY];
    dynox__node *probed[DYNOX__NODE_PROBES];
    int64_t      later = 60 * DYNOX__SECOND;
    for (int i = 0; i < MANY; i++) {
        snprintf(text[i], sizeof text[i], "n%d", i);
        urls[i] = text[i];
    }
    list(urls, MANY);
    for (int i = 0; i < MANY; i++)
        fail_at(urls[i], DYNOX__NODE_GONE, 1);
    for (int i = 0; i < DYNOX__NODE_PROBES; i++)
        assert_non_null(probed[i] = dynox__nodes_rested(&nodes, later));
    assert_null(dynox__nodes_rested(&nodes, later));
    assert_int_equal(dynox__nodes_next_rested(&nodes), DYNOX__NEVER);
    atomic_store(&nodes.due_ns, DYNOX__NEVER);
    dynox__nodes_probed(&nodes, probed[0], true, later);
    assert_int_equal(atomic_load(&nodes.due_ns), later); /* the next one may begin */
    dynox__nodes_release(&nodes, probed[0]);
    assert_non_null(probed[0] = dynox__nodes_rested(&nodes, later));
    for (int i = 0; i < DYNOX__NODE_PROBES; i++) {
        dynox__nodes_probed(&nodes, probed[i], false, later);
        dynox__nodes_release(&nodes, probed[i]);
    }
    assert_int_equal(resting(), MANY - 1);
}

static void a_new_list_keeps_what_is_known_and_forgets_the_rest(void **state)
{
    (void)state;
    assert_true(LIST("a", "b", "a", "b"));
    assert_int_equal(nodes.listed, 2);
    assert_false(LIST("b", "a"));
    fail_at("b", DYNOX__NODE_GONE, 1);
    dynox__node *kept = node_of("b"), *used = dynox__nodes_pick(&nodes, 0, NULL);
    assert_string_equal(used->url, "a");
    assert_true(LIST("b", "c"));
    assert_ptr_equal(node_of("b"), kept);
    assert_int_equal(resting(), 1);
    assert_int_equal(places, 3); /* a is still in use */
    give_back(used, DYNOX__NODE_GONE, 1);
    assert_int_equal(places, 2);
    fail_at("b", DYNOX__NODE_GOOD, 1);
    assert_int_equal(resting(), 0);
}

static void a_list_that_cannot_be_had_changes_nothing(void **state)
{
    (void)state;
    dynox_error error = {0};
    LIST("a", "b");
    assert_int_equal(dynox__nodes_list(&nodes, (const char *[]){"c", "bad"}, 2, false, NULL, &error),
                     DYNOX_E_CONFIGURATION);
    dynox_error_clear(&error);
    assert_int_equal(nodes.listed, 2);
    assert_int_equal(places, 2);
    node_of("a");
}

static void more_than_the_most_are_left_out(void **state)
{
    (void)state;
    static char        text[2 * DYNOX__MOST_NODES][8];
    static const char *urls[2 * DYNOX__MOST_NODES];
    for (int i = 0; i < 2 * DYNOX__MOST_NODES; i++) {
        snprintf(text[i], sizeof text[i], "n%d", i);
        urls[i] = text[i];
    }
    list(urls, 2 * DYNOX__MOST_NODES);
    assert_int_equal(nodes.listed, DYNOX__MOST_NODES);
    assert_int_equal(places, DYNOX__MOST_NODES);
    list(urls + DYNOX__MOST_NODES, DYNOX__MOST_NODES); /* and again and again: nothing piles up */
    assert_int_equal(places, DYNOX__MOST_NODES);
}

static void seeds_are_never_forgotten(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_int_equal(dynox__nodes_list(&nodes, (const char *[]){"seed"}, 1, true, NULL, &error), DYNOX_OK);
    LIST("a");
    assert_string_equal(dynox__nodes_pick(&nodes, 0, NULL)->url, "a");
    assert_string_equal(dynox__nodes_seed(&nodes)->url, "seed");
    dynox__node *seed = dynox__nodes_seed(&nodes);
    assert_false(dynox__nodes_probed(&nodes, seed, true, 1)); /* it does not rest */
    dynox__nodes_done(&nodes, dynox__nodes_seed(&nodes), DYNOX__NODE_GONE, 1);
    assert_int_equal(resting(), 0); /* not listed */
}

static void with_a_list(void *arg)
{
    bool        changed;
    dynox_error error = {0};
    setup(arg);
    dynox_status status = dynox__nodes_list(&nodes, (const char *[]){"a", "b"}, 2, true, &changed, &error);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    dynox_error_clear(&error);
    teardown(arg);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_failing(with_a_list, NULL);
    setup(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(requests_are_spread_by_what_is_in_flight),
        TEST(none_is_chosen_among_none_and_one_is_always_chosen),
        TEST(what_is_repeated_goes_elsewhere),
        TEST(a_key_leads_to_one_node_while_that_lives),
        TEST(one_that_is_gone_rests_at_once_and_a_bad_one_after_three),
        TEST(when_all_rest_one_of_them_is_tried),
        TEST(a_rest_doubles_and_ends_with_a_probe),
        TEST(few_are_probed_at_a_time),
        TEST(a_new_list_keeps_what_is_known_and_forgets_the_rest),
        TEST(a_list_that_cannot_be_had_changes_nothing),
        TEST(more_than_the_most_are_left_out),
        TEST(seeds_are_never_forgotten),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
