/* Records of one type on many threads at the same time: each has its own, also those that came together. */
#include "client/scripted.h"
#include <pthread.h>

typedef struct coin {
    DYNOX_RECORD;
    const char *id, *text;
    int64_t     n, version;
    DYNOX_MANY(const char *) tags;
    dynox_value any;
} coin;
static const dynox_attribute coin_attributes[] = {
    DYNOX_PARTITION_KEY(coin, id), DYNOX_STRING(coin, text), DYNOX_INT(coin, n),
    DYNOX_VERSION(coin, version),  DYNOX_SET(coin, tags),    DYNOX_DYNAMIC(coin, any),
};

static _Atomic int hooks;

static dynox_status before(coin *c, dynox_error *error)
{
    (void)c;
    (void)error;
    hooks++;
    return DYNOX_OK;
}
DYNOX_MODEL(coin, .table = "coins", .before_save = before)

enum { THREADS = 6, ROUNDS = 15 };

#define COIN(id)                                                                                                       \
    "{\"id\":{\"S\":\"" id "\"},\"text\":{\"S\":\"T\"},\"n\":{\"N\":\"1\"},\"version\":{\"N\":\"3\"},"                 \
    "\"tags\":{\"SS\":[\"x\"]},\"any\":{\"L\":[{\"S\":\"deep\"}]}}"

static int setup(void **state)
{
    if (scripted_setup(state) != 0) return -1;
    scripted_answer("GetItem", "{\"Item\":" COIN("a") "}");
    scripted_answer("Scan", "{\"Count\":6,\"Items\":[" COIN("a") "," COIN("b") "," COIN("c") "," COIN("d") "," COIN(
                                "e") "," COIN("f") "]}");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    return 0;
}

static void run(void *(*with)(void *), void *const *args)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, with, args ? args[i] : NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        if (wrong) fail_msg("%s", (const char *)wrong);
    }
}

static char not_saved[] = "a save failed", not_loaded[] = "a get failed", not_home[] = "it did not come home";

/* All that one may do with a record, and what the record knows afterwards. */
static void *use(coin *c)
{
    int64_t version = c->version;
    c->text         = coin_keep(c, "kept");
    c->n++;
    if (coin_changed(c, NULL, 0) == 0) return not_home;
    if (coin_sync_save(client, c, NULL) != DYNOX_OK) return not_saved;
    if (c->version != version + 1 || coin_is_dirty(c)) return not_home;
    coin *copy = coin_copy(c);
    if (!copy) return not_loaded;
    copy->any        = dynox_int(7);
    dynox_status did = coin_sync_save(client, copy, NULL);
    coin_free(copy);
    return did == DYNOX_OK ? NULL : not_saved;
}

static void *load_and_use(void *arg)
{
    void *wrong = NULL;
    (void)arg;
    for (int i = 0; i < ROUNDS && !wrong; i++) {
        coin *c = NULL, own = {.id = "own", .text = "T"};
        if (coin_sync_get(client, &(coin){.id = "a"}, &c, NULL) != DYNOX_OK || !c) return not_loaded;
        wrong = use(c);
        dynox_future_release(coin_save(client, c, DYNOX_WITH(.full_replace = true)));
        coin_free(c);
        if (!wrong && coin_sync_save(client, &own, NULL) != DYNOX_OK) wrong = not_saved;
        coin_clear(&own);
    }
    return wrong;
}

static void each_thread_has_records_of_its_own(void **state)
{
    (void)state;
    hooks = 0;
    run(load_and_use, NULL);
    assert_int_equal(hooks, THREADS * ROUNDS * 4);
}

static void *use_often(void *arg)
{
    void *wrong = NULL;
    for (int i = 0; i < ROUNDS && !wrong; i++) {
        wrong = use(arg);
        if (!wrong && i % 4 == 3 && coin_sync_reload(client, arg, NULL) != DYNOX_OK) wrong = not_loaded;
    }
    return wrong;
}

/* They share the memory of their page. */
static void the_records_of_one_list_are_used_by_several_threads(void **state)
{
    (void)state;
    dynox_error err  = {0};
    coin_list  *list = NULL;
    assert_int_equal(coin_sync_collect(coin_scan(client, NULL), 0, &list, &err), DYNOX_OK);
    assert_int_equal(list->count, THREADS);
    for (size_t i = 0; i < THREADS; i++) /* a reload finds each under its own key */
        if (i) {
            char asked[64], answer[512];
            snprintf(asked, sizeof asked, "GetItem?\"%s\"", list->at[i]->id);
            snprintf(answer, sizeof answer,
                     "{\"Item\":{\"id\":{\"S\":\"%s\"},\"n\":{\"N\":\"5\"},\"version\":{\"N\":\"9\"}}}",
                     list->at[i]->id);
            scripted_answer(asked, answer);
        }
    run(use_often, (void *const *)list->at);
    coin_list_free(list);
}

/* A save begun here comes home where it is joined. */
static void *join(void *arg)
{
    return dynox_join_void(arg) == DYNOX_OK ? NULL : not_saved;
}

static void a_save_comes_home_on_the_thread_that_takes_it(void **state)
{
    (void)state;
    coin *coins[THREADS];
    void *saves[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(coin_sync_get(client, &(coin){.id = "a"}, &coins[i], NULL), DYNOX_OK);
        coins[i]->n = 40 + (int64_t)i;
        saves[i]    = coin_save(client, coins[i], NULL);
    }
    run(join, saves);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(coins[i]->version, 4);
        assert_false(coin_is_dirty(coins[i]));
        coin_free(coins[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scripted_teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_thread_has_records_of_its_own),
        TEST(the_records_of_one_list_are_used_by_several_threads),
        TEST(a_save_comes_home_on_the_thread_that_takes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
