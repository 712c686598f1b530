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

/* The same, with what tells a write of its own from one of somebody else. */
typedef struct marked {
    DYNOX_RECORD;
    const char *id;
    int64_t     n, version;
    char        write[27];
} marked;
static const dynox_attribute marked_attributes[] = {
    DYNOX_PARTITION_KEY(marked, id),
    DYNOX_INT(marked, n),
    DYNOX_VERSION(marked, version, .alias = "v"),
    DYNOX_WRITE_ID(marked, write, .alias = "w"),
};
DYNOX_MODEL(marked, .table = "counters")

typedef struct named {
    DYNOX_RECORD;
    const char *id;
    int64_t     version;
} named;
static const dynox_attribute named_attributes[] = {
    DYNOX_PARTITION_KEY(named, id, .generate = DYNOX_UUID4),
    DYNOX_VERSION(named, version),
};
DYNOX_MODEL(named, .table = "counters")

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

/* A client behind a server that loses what it is told to. */
typedef struct lossy {
    faultserver   between;
    dynox_client *db;
    dynox_error   err;
} lossy;

static void lossy_start(lossy *self)
{
    const char *upstream = strstr(live_endpoint(), "://");
    faultserver_start(&self->between, upstream ? upstream + 3 : live_endpoint());
    self->db = dynox_client_new(.endpoint = self->between.url, .error = &self->err);
    assert_non_null(self->db);
}

static void lossy_stop(lossy *self)
{
    dynox_error_clear(&self->err);
    dynox_client_free(self->db);
    faultserver_stop(&self->between);
}

static const char lost_after[] = "reset after x1, none", lost_before[] = "reset before x1, none";

static marked *load_marked(const char *id)
{
    dynox_error err = {0};
    marked     *m   = NULL;
    live_ok(marked_sync_get(live, &(marked){.id = id}, &m, DYNOX_WITH(.consistent_read = true, .error = &err)), &err);
    assert_non_null(m);
    return m;
}

/* The server has done it, and its answer never comes: the same write, sent again, finds its own work. */
static void a_lost_answer_is_no_conflict(void **state)
{
    (void)state;
    if (!tells_what_is_stored()) skip();
    lossy  l = {0};
    marked m = {.id = "lost", .n = 1};
    lossy_start(&l);
    faultserver_say(&l.between, lost_after);
    live_ok(marked_sync_save(l.db, &m, DYNOX_WITH(.error = &l.err)), &l.err);
    assert_int_equal(m.version, 1);
    marked *loaded = load_marked("lost");
    assert_string_equal(loaded->write, m.write);
    loaded->n = 2;
    faultserver_say(&l.between, lost_after);
    live_ok(marked_sync_save(l.db, loaded, DYNOX_WITH(.error = &l.err)), &l.err);
    assert_int_equal(loaded->version, 2);
    assert_string_not_equal(loaded->write, m.write);
    faultserver_say(&l.between, lost_after);
    live_ok(marked_sync_update(l.db, loaded, DYNOX_EXPR("SET n = n + ?", 5), DYNOX_WITH(.error = &l.err)), &l.err);
    marked *end = load_marked("lost");
    assert_int_equal(end->n, 7);
    assert_int_equal(end->version, 3);
    assert_string_equal(end->write, loaded->write);
    marked_free(loaded);
    marked_free(end);
    lossy_stop(&l);
}

/* Nobody else can have made the same identifier. */
static void a_lost_answer_to_a_new_record_with_a_generated_id_is_no_conflict(void **state)
{
    (void)state;
    if (!tells_what_is_stored()) skip();
    lossy l = {0};
    named n = {0};
    lossy_start(&l);
    faultserver_say(&l.between, lost_after);
    live_ok(named_sync_save(l.db, &n, DYNOX_WITH(.error = &l.err)), &l.err);
    assert_int_equal(n.version, 1);
    named_clear(&n);
    lossy_stop(&l);
}

/* Two that have counted on from the same version have written the same; one of them never arrived. */
static void what_somebody_else_wrote_alike_is_not_taken_for_ones_own(void **state)
{
    (void)state;
    lossy l = {0};
    live_ok(counter_sync_save(live, &(counter){.id = "alike", .n = 1}, NULL), &l.err);
    counter *a = load("alike"), *b = load("alike");
    lossy_start(&l);
    a->n++;
    b->n++;
    live_ok(counter_sync_save(live, a, DYNOX_WITH(.error = &l.err)), &l.err);
    faultserver_say(&l.between, lost_before);
    assert_int_equal(counter_sync_save(l.db, b, DYNOX_WITH(.error = &l.err)), DYNOX_E_CONDITION_FAILED);
    assert_true(l.err.may_have_applied);
    assert_non_null(strstr(l.err.message, "(an answer was lost before, so it may be this call itself that was first)"));
    assert_int_equal(b->version, 1);
    faultserver_say(&l.between, lost_after);
    assert_int_equal(counter_sync_delete(l.db, a, DYNOX_WITH(.error = &l.err)), DYNOX_E_CONDITION_FAILED);
    assert_true(l.err.may_have_applied); /* it is gone, but by whom? */
    counter_free(a);
    counter_free(b);
    lossy_stop(&l);
}

static void with_a_write_id_what_did_not_arrive_is_known(void **state)
{
    (void)state;
    if (!tells_what_is_stored()) skip();
    lossy l = {0};
    live_ok(marked_sync_save(live, &(marked){.id = "apart", .n = 1}, NULL), &l.err);
    marked *a = load_marked("apart"), *b = load_marked("apart");
    lossy_start(&l);
    a->n++;
    b->n++;
    live_ok(marked_sync_save(live, a, DYNOX_WITH(.error = &l.err)), &l.err);
    faultserver_say(&l.between, lost_before);
    assert_int_equal(marked_sync_save(l.db, b, DYNOX_WITH(.error = &l.err)), DYNOX_E_CONDITION_FAILED);
    assert_false(l.err.may_have_applied);
    assert_string_equal(l.err.message, "marked: the stored record is not version 1 any more");
    marked_free(a);
    marked_free(b);
    lossy_stop(&l);
}

static dynox_status add_one_to_marked(marked *m, void *arg, dynox_error *error)
{
    (void)error;
    m->n++;
    if (arg) live_ok(marked_sync_save(live, (marked *)arg, NULL), error); /* somebody is faster, and writes the same */
    return DYNOX_OK;
}

/* Whatever is lost: what is stored has been counted as often as OK was said. */
static void modify_counts_once_when_answers_are_lost(void **state)
{
    (void)state;
    if (!tells_what_is_stored()) skip();
    lossy  l     = {0};
    marked first = {.id = "once", .n = 1};
    live_ok(marked_sync_save(live, &first, NULL), &l.err);
    lossy_start(&l);
    faultserver_say(&l.between, "reset after x1 on UpdateItem, none");
    live_ok(marked_sync_modify(l.db, &first, add_one_to_marked, NULL, DYNOX_WITH(.error = &l.err)), &l.err);
    faultserver_say(&l.between, "reset after x1 on UpdateItem, none");
    live_ok(dynox_join_void(marked_modify(l.db, &first, add_one_to_marked, NULL, NULL), .error = &l.err), &l.err);
    marked *m = load_marked("once");
    assert_int_equal(m->n, 3);
    assert_int_equal(m->version, 3);
    m->n = 4;
    faultserver_say(&l.between, "reset before x1 on UpdateItem, none");
    live_ok(marked_sync_modify(l.db, &first, add_one_to_marked, m, DYNOX_WITH(.error = &l.err)), &l.err);
    marked *end = load_marked("once");
    assert_int_equal(end->n, 5); /* both have counted */
    marked_free(m);
    marked_free(end);
    lossy_stop(&l);
}

static void modify_does_not_count_on_when_it_cannot_know(void **state)
{
    (void)state;
    lossy   l     = {0};
    counter first = {.id = "unknown", .n = 1};
    live_ok(counter_sync_save(live, &first, NULL), &l.err);
    lossy_start(&l);
    faultserver_say(&l.between, "reset after x1 on UpdateItem, none");
    assert_int_equal(counter_sync_modify(l.db, &first, add_one, NULL, DYNOX_WITH(.error = &l.err)),
                     DYNOX_E_CONDITION_FAILED);
    assert_true(l.err.may_have_applied);
    faultserver_say(&l.between, "reset after x1 on UpdateItem, none");
    assert_int_equal(dynox_join_void(counter_modify(l.db, &first, add_one, NULL, NULL), .error = &l.err),
                     DYNOX_E_CONDITION_FAILED);
    assert_true(l.err.may_have_applied);
    counter *c = load("unknown");
    assert_int_equal(c->n, 3);
    counter_free(c);
    lossy_stop(&l);
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
        cmocka_unit_test(a_lost_answer_to_a_new_record_with_a_generated_id_is_no_conflict),
        cmocka_unit_test(what_somebody_else_wrote_alike_is_not_taken_for_ones_own),
        cmocka_unit_test(with_a_write_id_what_did_not_arrive_is_known),
        cmocka_unit_test(modify_counts_once_when_answers_are_lost),
        cmocka_unit_test(modify_does_not_count_on_when_it_cannot_know),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
