/* Keys of records that were loaded: those of indexes follow their templates, the record's own stays, and a copy may get
 * another one. */
#include "client/scripted.h"

typedef struct task {
    DYNOX_RECORD;
    const char *pk, *by_status, *id, *status;
    char        by_owner[20], owner[10];
    int64_t     version;
} task;
static const dynox_attribute task_attributes[] = {
    DYNOX_PARTITION_KEY(task, pk, .template_ = "TASK#{id}"),
    DYNOX_KEY_PART(task, id),
    DYNOX_STRING(task, status, .required = true),
    DYNOX_STRING(task, owner),
    DYNOX_STRING(task, by_status, .template_ = "STATUS#{status}"),
    DYNOX_STRING(task, by_owner, .template_ = "OWNER#{owner}"),
    DYNOX_VERSION(task, version),
};
DYNOX_MODEL(task, .table = "tasks")

static dynox_error told;

#define STORED(by_status, by_owner)                                                                                    \
    "{\"Item\":{\"pk\":{\"S\":\"TASK#7\"},\"status\":{\"S\":\"open\"},\"owner\":{\"S\":\"ada\"},\"by_status\":{\"S\":" \
    "\"" by_status "\"},\"by_owner\":{\"S\":\"" by_owner "\"},\"version\":{\"N\":\"3\"}}}"

static task *loaded(const char *answer, const dynox_with *with)
{
    task *t = NULL;
    scripted_answer("GetItem", answer);
    scripted_answer("UpdateItem", "{}");
    scripted_answer("PutItem", "{}");
    assert_int_equal(task_sync_get(client, &(task){.id = "7"}, &t, with), DYNOX_OK);
    assert_string_equal(t->id, "7");
    return t;
}

static void save(task *t)
{
    if (task_sync_save(client, t, DYNOX_WITH(.error = &told)) != DYNOX_OK) fail_msg("%s", told.message);
    assert_false(task_is_dirty(t));
}

static void a_key_of_an_index_follows_the_parts_of_its_template(void **state)
{
    (void)state;
    task *t   = loaded(STORED("STATUS#open", "OWNER#ada"), NULL);
    t->status = "done";
    memcpy(t->owner, "bob", sizeof "bob");
    save(t);
    assert_sent("{\"S\":\"STATUS#done\"}");
    assert_sent("{\"S\":\"OWNER#bob\"}");
    assert_string_equal(t->by_status, "STATUS#done");
    assert_string_equal(t->by_owner, "OWNER#bob");
    t->status = "open";
    save(t);
    assert_sent("{\"S\":\"STATUS#open\"}");
    assert_null(strstr(faultserver_ask(&server, "last"), "OWNER"));
    assert_string_equal(t->by_status, "STATUS#open");
    task_free(t);
}

static void it_goes_when_a_part_is_taken_away(void **state)
{
    (void)state;
    task *t = loaded(STORED("STATUS#open", "OWNER#ada"), NULL);
    memset(t->owner, 0, sizeof t->owner);
    save(t);
    assert_sent("REMOVE #");
    assert_sent("\"by_owner\"");
    assert_string_equal(t->by_owner, "");
    task_free(t);
}

static void it_stays_while_its_parts_do_also_where_somebody_has_written_it_otherwise(void **state)
{
    (void)state;
    task *t    = loaded(STORED("status: open", "OWNER#ada"), NULL);
    long  sent = requests_so_far();
    save(t);
    assert_int_equal(requests_so_far(), sent);
    memcpy(t->owner, "bob", sizeof "bob");
    save(t);
    assert_null(strstr(faultserver_ask(&server, "last"), "by_status"));
    assert_string_equal(t->by_status, "status: open");
    task_free(t);
}

static void it_stays_in_a_record_without_its_parts(void **state)
{
    (void)state;
    task *t = loaded(STORED("STATUS#open", "OWNER#ada"), DYNOX_WITH(.projection = "owner, by_owner, version"));
    memcpy(t->owner, "bob", sizeof "bob");
    save(t);
    assert_null(strstr(faultserver_ask(&server, "last"), "by_owner"));
    task_free(t);
}

static void the_records_own_key_is_not_changed_by_its_parts(void **state)
{
    (void)state;
    task *t    = loaded(STORED("STATUS#open", "OWNER#ada"), NULL);
    long  sent = requests_so_far();
    t->id      = "8";
    assert_int_equal(task_sync_save(client, t, DYNOX_WITH(.error = &told)), DYNOX_E_VALUE);
    assert_non_null(strstr(told.message, "the key was changed after the record was loaded; use task_copy"));
    dynox_error_clear(&told);
    assert_int_equal(task_sync_delete(client, t, NULL), DYNOX_E_VALUE);
    assert_int_equal(task_sync_update(client, t, DYNOX_EXPR("SET status = ?", "done"), NULL), DYNOX_E_VALUE);
    assert_int_equal(requests_so_far(), sent);
    t->id     = NULL; /* says nothing */
    t->status = "done";
    save(t);
    assert_sent("{\"S\":\"TASK#7\"}");
    task_free(t);
}

static void a_copy_under_another_key_is_new(void **state)
{
    (void)state;
    task *t    = loaded(STORED("STATUS#open", "OWNER#ada"), NULL);
    task *copy = task_copy(t);
    task_free(t);
    copy->id = "8";
    save(copy);
    assert_sent("{\"S\":\"TASK#8\"}");
    assert_sent("{\"S\":\"OWNER#ada\"}");
    assert_sent("attribute_not_exists(#");
    assert_int_equal(copy->version, 1);
    assert_string_equal(copy->pk, "TASK#8");
    copy->status = "done";
    save(copy);
    assert_sent("UpdateExpression");
    assert_int_equal(copy->version, 2);
    task_free(copy);
}

static void a_copy_under_its_own_key_is_what_it_was(void **state)
{
    (void)state;
    task *t      = loaded(STORED("STATUS#open", "OWNER#ada"), NULL);
    task *copy   = task_copy(t);
    copy->status = "done";
    save(copy);
    assert_sent("UpdateExpression");
    assert_int_equal(copy->version, 4);
    task_free(copy);
    task_free(t);
}

/* Whatever fails: what is known of the record is what is stored, and what it has as key is that or nothing. */
static void change_and_copy(dynox_client *db)
{
    task        *t     = NULL;
    dynox_status saved = task_sync_get(db, &(task){.id = "7"}, &t, NULL);
    if (saved != DYNOX_OK) return;
    t->status = "done";
    saved     = task_sync_save(db, t, NULL);
    assert_true(saved == DYNOX_OK || saved == DYNOX_E_NO_MEMORY);
    assert_int_equal(t->version, saved == DYNOX_OK ? 4 : 3);
    if (saved == DYNOX_OK) assert_true(!t->by_status || strcmp(t->by_status, "STATUS#done") == 0);
    task *copy = task_copy(t);
    if (copy) {
        copy->id = "8";
        saved    = task_sync_save(db, copy, NULL);
        if (saved == DYNOX_OK)
            assert_int_equal(copy->version, 1);
        else
            assert_int_equal(saved, DYNOX_E_NO_MEMORY);
    }
    task_free(copy);
    task_free(t);
}

static void change_without_memory(void *arg)
{
    dynox_client *db =
        dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "A", .secret_key = "s");
    (void)arg;
    if (db) change_and_copy(db);
    dynox_client_free(db);
}

static void keys_change_without_memory(void **state)
{
    (void)state;
    task_free(loaded(STORED("STATUS#open", "OWNER#ada"), NULL));
    dynox_client_free(client); /* no other thread while the allocator changes */
    test_every_allocation_failing(change_without_memory, NULL);
    client = scripted_client();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_change_without_memory), /* first: nothing else has begun */
        cmocka_unit_test(a_key_of_an_index_follows_the_parts_of_its_template),
        cmocka_unit_test(it_goes_when_a_part_is_taken_away),
        cmocka_unit_test(it_stays_while_its_parts_do_also_where_somebody_has_written_it_otherwise),
        cmocka_unit_test(it_stays_in_a_record_without_its_parts),
        cmocka_unit_test(the_records_own_key_is_not_changed_by_its_parts),
        cmocka_unit_test(a_copy_under_another_key_is_new),
        cmocka_unit_test(a_copy_under_its_own_key_is_what_it_was),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
