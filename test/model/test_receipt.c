/* When a write comes home: where its future is taken, on that thread; and never when it is only let go. */
#define DYNOX_USER_TYPES DYNOX_MODEL_TYPE(page)
#include "client/scripted.h"
#include <pthread.h>

typedef struct page {
    DYNOX_RECORD;
    const char *id, *text;
    int64_t     version;
} page;
static const dynox_attribute page_attributes[] = {
    DYNOX_PARTITION_KEY(page, id),
    DYNOX_STRING(page, text),
    DYNOX_VERSION(page, version),
};
static int       came_home;
static pthread_t came_home_on;

static void have_saved(page *p)
{
    came_home++;
    came_home_on = pthread_self();
    assert_true(p->version > 0);
}
DYNOX_MODEL(page, .table = "pages", .after_save = have_saved)

static int setup(void **state)
{
    came_home = 0;
    if (scripted_setup(state) != 0) return -1;
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"T\"},\"version\":{\"N\":\"3\"}}}");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    return 0;
}

static page *load(void)
{
    page *p = NULL;
    assert_int_equal(page_sync_get(client, &(page){.id = "a"}, &p, NULL), DYNOX_OK);
    assert_non_null(p);
    return p;
}

static void it_comes_with_the_join_and_not_before(void **state)
{
    (void)state;
    page *p         = load();
    p->text         = "U";
    dynox_future *f = page_save(client, p, NULL);
    assert_int_equal(dynox_future_wait(f, -1), DYNOX_OK);
    assert_int_equal(p->version, 3);
    assert_true(page_is_dirty(p));
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    assert_int_equal(p->version, 4);
    assert_false(page_is_dirty(p));
    assert_int_equal(came_home, 1);
    assert_true(pthread_equal(came_home_on, pthread_self()));
    page_free(p);
}

static void a_forgotten_save_touches_nothing_also_when_the_record_goes(void **state)
{
    (void)state;
    page *p = load(), *q = load();
    p->text         = "U";
    dynox_future *f = page_save(client, p, NULL);
    page_free(p);
    dynox_future_wait(f, -1);
    dynox_future_release(f);
    q->text = "V";
    f       = page_save(client, q, NULL);
    dynox_future_wait(f, -1);
    dynox_future_release(f);
    assert_int_equal(q->version, 3);
    assert_true(page_is_dirty(q));
    assert_int_equal(came_home, 0);
    page_free(q);
}

static void a_save_whose_record_was_freed_may_still_be_joined(void **state)
{
    (void)state;
    page *p         = load();
    p->text         = "U";
    dynox_future *f = page_save(client, p, NULL);
    page_free(p);
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    assert_int_equal(came_home, 1);
}

/* Row 246. */
static void a_save_that_failed_or_was_cancelled_changes_nothing(void **state)
{
    (void)state;
    page *p = load();
    p->text = "U";
    faultserver_say(&server, "status 400 ConditionalCheckFailedException x1, none");
    assert_int_equal(page_sync_save(client, p, NULL), DYNOX_E_CONDITION_FAILED);
    assert_int_equal(p->version, 3);
    assert_true(page_is_dirty(p));
    faultserver_say(&server, "silent");
    dynox_future *f = page_save(client, p, NULL);
    dynox_future_cancel(f);
    assert_int_equal(dynox_join_void(f), DYNOX_E_CANCELLED);
    assert_int_equal(p->version, 3);
    assert_int_equal(came_home, 0);
    faultserver_say(&server, "none");
    page_free(p);
}

static void what_is_edited_meanwhile_is_a_change(void **state)
{
    (void)state;
    page *p         = load();
    p->text         = "U";
    dynox_future *f = page_save(client, p, NULL);
    p->text         = "W";
    assert_int_equal(dynox_join_void(f), DYNOX_OK);
    assert_true(page_is_dirty(p));
    assert_int_equal(page_sync_save(client, p, NULL), DYNOX_OK);
    assert_sent("{\"S\":\"W\"}");
    assert_sent("\":v1\":{\"N\":\"5\"}");
    page_free(p);
}

static void a_gather_brings_home_what_succeeded(void **state)
{
    (void)state;
    page  own = {.id = "b", .text = "B"}, *p = load();
    page *q = load();
    p->text = "U";
    q->text = "V";
    faultserver_say(&server, "status 400 ValidationException x1 on PutItem, none");
    assert_int_equal(dynox_join_void(dynox_gather_settled(page_save(client, &own, NULL), page_save(client, p, NULL),
                                                          page_save(client, q, NULL))),
                     DYNOX_OK);
    assert_int_equal(own.version, 0);
    assert_int_equal(p->version, 4);
    assert_int_equal(q->version, 4);
    page_free(p);
    page_free(q);
}

static void a_time_limit_passes_it_on(void **state)
{
    (void)state;
    page own = {.id = "b", .text = "B"};
    assert_int_equal(dynox_join_void(dynox_timeout(page_save(client, &own, NULL), 10000)), DYNOX_OK);
    assert_int_equal(own.version, 1);
    page_clear(&own);
}

static void a_copy_made_with_equals_is_one_of_ones_own(void **state)
{
    (void)state;
    page *p    = load();
    page  copy = *p;
    assert_false(page_is_dirty(&copy));
    copy.text = "C";
    assert_int_equal(page_sync_save(client, &copy, NULL), DYNOX_OK);
    assert_int_equal(copy.version, 4);
    assert_int_equal(p->version, 3);
    page_clear(&copy);
    page_free(&copy);
    page_free(p);
}

static void a_copy_outlives_what_it_was_copied_from(void **state)
{
    (void)state;
    page *p    = load();
    p->text    = "changed";
    page *copy = page_copy(p);
    page_free(p);
    assert_string_equal(copy->text, "changed");
    assert_true(page_is_dirty(copy));
    assert_int_equal(page_sync_save(client, copy, NULL), DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0, #n1 = :v1\"");
    page_free(copy);
}

/* Rows 243 and 245. */
static void a_version_is_asked_for_and_counted_with_the_programs_condition(void **state)
{
    (void)state;
    page own = {.id = "b", .text = "B"};
    assert_int_equal(page_sync_save(client, &own, NULL), DYNOX_OK);
    assert_sent("\"version\":{\"N\":\"1\"}},\"ConditionExpression\":\"attribute_not_exists(#n0)\"");
    own.text = "C";
    assert_int_equal(page_sync_save(client, &own, DYNOX_WITH(.condition = DYNOX_EXPR("text = ?", "B"))), DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"#n1 = :v2 AND (#n0 = :v3)\"");
    assert_int_equal(own.version, 2);
    page_clear(&own);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scripted_teardown)
    const struct CMUnitTest tests[] = {
        TEST(it_comes_with_the_join_and_not_before),
        TEST(a_forgotten_save_touches_nothing_also_when_the_record_goes),
        TEST(a_save_whose_record_was_freed_may_still_be_joined),
        TEST(a_save_that_failed_or_was_cancelled_changes_nothing),
        TEST(what_is_edited_meanwhile_is_a_change),
        TEST(a_gather_brings_home_what_succeeded),
        TEST(a_time_limit_passes_it_on),
        TEST(a_copy_made_with_equals_is_one_of_ones_own),
        TEST(a_copy_outlives_what_it_was_copied_from),
        TEST(a_version_is_asked_for_and_counted_with_the_programs_condition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
