/* Versions against real servers: who is late learns it, nothing is lost, and an answer that was lost is no conflict. */
#include "faultserver.h"
#include "live.h"
#include <pthread.h>

typedef struct counter {
    DYNOX_RECORD;
    const char *id;
    int64_t     n, version;
} counter;
static const dynox_attribute counter_attributes[] = {
    DYNOX_PARTITION_KEY(counter, id),
    DYNOX_INT(counter, n),
    DYNOX_VERSION(counter, version, .alias = "v"),
};
DYNOX_MODEL(counter, .table = "counters")

static int setup(void **state)
{
    dynox_error err = {0};
    if (live_setup(state) != 0) return -1;
    live_ok(counter_sync_create_table(live, DYNOX_WITH(.error = &err)), &err);
    return 0;
}

static int teardown(void **state)
{
    counter_sync_delete_table(live, NULL);
    return live_teardown(state);
}

static counter *load(const char *id)
{
    dynox_error err = {0};
    counter    *c   = NULL;
    live_ok(counter_sync_get(live, &(counter){.id = id}, &c, DYNOX_WITH(.consistent_read = true, .error = &err)), &err);
    assert_non_null(c);
    return c;
}

/* With a failed condition; dynalite knows nothing of that. */
static bool tells_what_is_stored(void)
{
    return !live_peer_is("dynalite");
}

/* Rows 244 and 246. */
static void who_is_late_learns_it_and_keeps_the_version(void **state)
{
    (void)state;
    dynox_error err = {0};
    counter     c   = {.id = "late", .n = 1};
    live_ok(counter_sync_save(live, &c, DYNOX_WITH(.error = &err)), &err);
    counter *a = load("late"), *b = load("late");
    a->n = 2;
    live_ok(counter_sync_save(live, a, DYNOX_WITH(.error = &err)), &err);
    b->n = 3;
    assert_int_equal(counter_sync_save(live, b, DYNOX_WITH(.error = &err)), DYNOX_E_CONDITION_FAILED);
    if (tells_what_is_stored())
        assert_string_equal(err.message, "counter: the stored record is not version 1 any more");
    else
        assert_non_null(strstr(err.message, "(or this server does not tell what is stored)"));
    assert_int_equal(dynox_get_int(err.item, "v"), tells_what_is_stored() ? 2 : 0);
    assert_int_equal(b->version, 1);
    assert_int_equal(counter_sync_delete(live, b, DYNOX_WITH(.error = &err)), DYNOX_E_CONDITION_FAILED);
    assert_int_equal(counter_sync_save(live, &(counter){.id = "late"}, DYNOX_WITH(.error = &err)),
                     DYNOX_E_CONDITION_FAILED);
    if (tells_what_is_stored())
        assert_string_equal(err.message, "counter: there is a stored record with that key already, of version 2");
    live_ok(counter_sync_reload(live, b, DYNOX_WITH(.consistent_read = true, .error = &err)), &err);
    assert_int_equal(b->n, 2);
    live_ok(counter_sync_delete(live, b, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(counter_sync_save(live, a, DYNOX_WITH(.error = &err)), DYNOX_OK); /* unchanged: nothing to say */
    a->n = 9;
    assert_int_equal(counter_sync_save(live, a, DYNOX_WITH(.error = &err)), DYNOX_E_CONDITION_FAILED);
    assert_non_null(strstr(err.message, "counter: the stored record is gone"));
    dynox_error_clear(&err);
    counter_free(a);
    counter_free(b);
}

/* Row 244. */
static void of_ten_that_create_one_wins(void **state)
{
    (void)state;
    dynox_future *saves[10];
    counter       all[10];
    int           won = 0;
    for (int i = 0; i < 10; i++) {
        all[i]   = (counter){.id = "new", .n = i};
        saves[i] = counter_save(live, &all[i], NULL);
    }
    for (int i = 0; i < 10; i++) {
        dynox_status status = dynox_join_void(saves[i]);
        assert_true(status == DYNOX_OK || status == DYNOX_E_CONDITION_FAILED);
        won += status == DYNOX_OK;
        assert_int_equal(all[i].version, status == DYNOX_OK);
    }
    assert_int_equal(won, 1);
}

static dynox_status add_one(counter *c, void *arg, dynox_error *error)
{
    (void)arg;
    (void)error;
    c->n++;
    return DYNOX_OK;
}

enum { THREADS = 4, EACH = 10 };

static void *add_many(void *arg)
{
    for (int i = 0; i < EACH; i++) {
        dynox_error  err    = {0};
        dynox_with   with   = {.size = sizeof with, .tries = 1000, .error = &err};
        dynox_status status = (i + (arg != NULL)) % 2
                                  ? counter_sync_modify(live, &(counter){.id = "sum"}, add_one, NULL, &with)
                                  : dynox_join_void(counter_modify(live, &(counter){.id = "sum"}, add_one, NULL,
                                                                   DYNOX_WITH(.tries = 1000)),
                                                    .error = &err);
        if (status != DYNOX_OK) dynox_error_print(stderr, &err);
        dynox_error_clear(&err);
    }
    return NULL;
}

/* Row 247. */
static void modify_loses_nothing_between_many(void **state)
{
    (void)state;
    dynox_error err = {0};
    pthread_t   threads[THREADS];
    counter     c = {.id = "sum"};
    live_ok(counter_sync_save(live, &c, DYNOX_WITH(.error = &err)), &err);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, add_many, i % 2 ? &c : NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    counter *sum = load("sum");
    assert_int_equal(sum->n, THREADS * EACH);
    assert_int_equal(sum->version, 1 + THREADS * EACH);
    counter_free(sum);
    assert_int_equal(counter_sync_modify(live, &(counter){.id = "nobody"}, add_one, NULL, DYNOX_WITH(.error = &err)),
                     DYNOX_E_NOT_FOUND);
    dynox_error_clear(&err);
}

static dynox_status refuse(counter *c, void *arg, dynox_error *error)
{
    (void)c;
    (*(int *)arg)++;
    return dynox_error_set(error, DYNOX_E_VALUE, "not today");
}

static void a_change_that_is_refused_is_the_end(void **state)
{
    (void)state;
    dynox_error err   = {0};
    int         asked = 0;
    counter     c     = {.id = "no"};
    live_ok(counter_sync_save(live, &c, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(dynox_join_void(counter_modify(live, &c, refuse, &asked, NULL), .error = &err), DYNOX_E_VALUE);
    assert_string_equal(err.message, "not today");
    assert_int_equal(counter_sync_modify(live, &c, refuse, &asked, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_int_equal(asked, 2);
    assert_int_equal(
        counter_sync_modify(live, &c, add_one, NULL, DYNOX_WITH(.condition = DYNOX_EXPR("n > ?", 100), .error = &err)),
        DYNOX_E_CONDITION_FAILED); /* the program's own: not tried again */
    dynox_error_clear(&err);
}

static void update_counts_the_version_and_checks_it(void **state)
{
    (void)state;
    dynox_error err = {0};
    counter     c   = {.id = "up", .n = 1};
    live_ok(counter_sync_save(live, &c, DYNOX_WITH(.error = &err)), &err);
    counter *a = load("up"), *b = load("up");
    live_ok(counter_sync_update(live, a, DYNOX_EXPR("SET n = n + ?", 5), DYNOX_WITH(.refresh = true, .error = &err)),
            &err);
    assert_int_equal(a->n, 6);
    assert_int_equal(a->version, 2);
    assert_int_equal(counter_sync_update(live, b, DYNOX_EXPR("SET n = n + ?", 5), DYNOX_WITH(.error = &err)),
                     DYNOX_E_CONDITION_FAILED);
    assert_int_equal(counter_sync_update(live, b, DYNOX_EXPR("REMOVE n"), DYNOX_WITH(.skip_version = true)), DYNOX_OK);
    dynox_error_clear(&err);
    counter_free(a);
    counter_free(b);
}

/* The server has done it, and its answer never comes: the same save, sent again, finds its own work. */
static void a_lost_answer_is_no_conflict(void **state)
{
    (void)state;
    if (!tells_what_is_stored()) skip();
    dynox_error err = {0};
    faultserver between;
    const char *upstream = strstr(live_endpoint(), "://");
    faultserver_start(&between, upstream ? upstream + 3 : live_endpoint());
    dynox_client *db = dynox_client_new(.endpoint = between.url, .error = &err);
    assert_non_null(db);
    counter c = {.id = "lost", .n = 1};
    faultserver_say(&between, "reset after x1, none");
    live_ok(counter_sync_save(db, &c, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(c.version, 1);
    counter *loaded = load("lost");
    assert_int_equal(loaded->n, 1);
    loaded->n = 2;
    faultserver_say(&between, "reset after x1, none");
    live_ok(counter_sync_save(db, loaded, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(loaded->version, 2);
    faultserver_say(&between, "reset after x1, none");
    live_ok(counter_sync_delete(db, loaded, DYNOX_WITH(.error = &err)), &err);
    counter_free(loaded);
    dynox_client_free(db);
    faultserver_stop(&between);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_late_learns_it_and_keeps_the_version),
        cmocka_unit_test(of_ten_that_create_one_wins),
        cmocka_unit_test(modify_loses_nothing_between_many),
        cmocka_unit_test(a_change_that_is_refused_is_the_end),
        cmocka_unit_test(update_counts_the_version_and_checks_it),
        cmocka_unit_test(a_lost_answer_is_no_conflict),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
