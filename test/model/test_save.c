/* What a save sends: of a new record all of it, of a loaded one what has changed, of one's own all again. */
#include "client/scripted.h"

typedef struct note {
    DYNOX_RECORD;
    const char *id, *title, *body;
    int64_t     stars, version;
    DYNOX_MANY(const char *) tags;
} note;
static const dynox_attribute note_attributes[] = {
    DYNOX_PARTITION_KEY(note, id), DYNOX_STRING(note, title, .alias = "t", .required = true),
    DYNOX_STRING(note, body),      DYNOX_INT(note, stars),
    DYNOX_SET(note, tags),
};
static int saved, refused;

static dynox_status check_note(note *n, dynox_error *error)
{
    if (n->stars < 0) {
        refused++;
        return dynox_error_set(error, DYNOX_E_VALUE, "no note has %lld stars", (long long)n->stars);
    }
    if (n->stars == 99) n->stars = 5; /* what a hook writes is saved */
    return DYNOX_OK;
}

static void have_saved(note *n)
{
    (void)n;
    saved++;
}
DYNOX_MODEL(note, .table = "notes", .before_save = check_note, .after_save = have_saved, .max_size = 1000)

#define STORED                                                                                                         \
    "{\"Item\":{\"id\":{\"S\":\"a\"},\"t\":{\"S\":\"T\"},\"body\":{\"S\":\"B\"},\"stars\":{\"N\":\"3\"},\"tags\":{"    \
    "\"SS\":[\"x\"]}}}"

static int setup(void **state)
{
    saved = refused = 0;
    if (scripted_setup(state) != 0) return -1;
    scripted_answer("GetItem", STORED);
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    scripted_answer("DeleteItem", "{}");
    return 0;
}

static note *load(void)
{
    note *n = NULL;
    assert_int_equal(note_sync_get(client, &(note){.id = "a"}, &n, NULL), DYNOX_OK);
    assert_non_null(n);
    return n;
}

/* Row 160. */
static void a_new_record_is_put_with_all_that_is_there(void **state)
{
    (void)state;
    note n = {.id = "a", .title = "T"};
    assert_false(note_is_dirty(&n));
    assert_int_equal(note_sync_save(client, &n, NULL), DYNOX_OK);
    assert_sent(
        "{\"TableName\":\"notes\",\"Item\":{\"id\":{\"S\":\"a\"},\"t\":{\"S\":\"T\"},\"stars\":{\"N\":\"0\"}}}");
    assert_int_equal(saved, 1);
}

/* Rows 161 and 167. */
static void only_what_has_changed_is_sent(void **state)
{
    (void)state;
    const char *changed[5];
    note       *n = load();
    assert_false(note_is_dirty(n));
    n->body = "new";
    assert_int_equal(note_changed(n, changed, 5), 1);
    assert_string_equal(changed[0], "body");
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0\",\"ConditionExpression\":\"attribute_exists(#n1)\"");
    assert_sent("\"ExpressionAttributeNames\":{\"#n0\":\"body\",\"#n1\":\"id\"}");
    n->body = "newer";
    n->body = "new"; /* and back */
    assert_false(note_is_dirty(n));
    note_free(n);
}

/* Row 163. */
static void nothing_changed_sends_nothing_and_runs_no_hook_after(void **state)
{
    (void)state;
    note *n      = load();
    long  before = requests_so_far();
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK);
    assert_int_equal(requests_so_far(), before);
    assert_int_equal(saved, 0);
    note_free(n);
}

/* Row 165. */
static void what_became_absent_is_removed(void **state)
{
    (void)state;
    note *n       = load();
    n->body       = NULL;
    n->tags.count = 0;
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"REMOVE #n0, #n1\"");
    note_free(n);
}

/* Row 166. */
static void a_vanished_record_stays_gone_unless_asked(void **state)
{
    (void)state;
    dynox_error err = {0};
    note       *n   = load();
    n->stars        = 4;
    faultserver_say(&server, "status 400 ConditionalCheckFailedException x1, none");
    assert_int_equal(note_sync_save(client, n, DYNOX_WITH(.error = &err)), DYNOX_E_CONDITION_FAILED);
    assert_string_equal(err.message, "note: the stored record is gone");
    assert_true(note_is_dirty(n));
    assert_int_equal(note_sync_save(client, n, DYNOX_WITH(.upsert = true)), DYNOX_OK);
    const char *last = faultserver_ask(&server, "last");
    assert_null(strstr(last, "ConditionExpression"));
    dynox_error_clear(&err);
    note_free(n);
}

/* Row 162. */
static void full_replace_puts_the_whole_record(void **state)
{
    (void)state;
    note *n  = load();
    n->stars = 4;
    assert_int_equal(note_sync_save(client, n, DYNOX_WITH(.full_replace = true)), DYNOX_OK);
    assert_sent("\"Item\":{\"id\":{\"S\":\"a\"},\"t\":{\"S\":\"T\"},\"body\":{\"S\":\"B\"},\"stars\":{\"N\":\"4\"},"
                "\"tags\":{\"SS\":[\"x\"]}}");
    assert_false(note_is_dirty(n));
    note_free(n);
}

/* Row 164. */
static void a_part_of_a_record_is_saved_as_a_part_and_never_as_a_whole(void **state)
{
    (void)state;
    dynox_error err = {0};
    note       *n   = NULL;
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"stars\":{\"N\":\"3\"}}}");
    assert_int_equal(note_sync_get(client, &(note){.id = "a"}, &n, DYNOX_WITH(.projection = "stars")), DYNOX_OK);
    n->stars = 4;
    assert_int_equal(note_sync_save(client, n, DYNOX_WITH(.full_replace = true, .error = &err)), DYNOX_E_VALUE);
    assert_non_null(strstr(err.message, "only a part of the record was loaded"));
    assert_int_equal(note_sync_save(client, n, DYNOX_WITH(.error = &err)),
                     DYNOX_OK); /* its title is required, and not here */
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0\"");
    note_free(n);
}

/* Row 171. */
static void another_key_is_another_record(void **state)
{
    (void)state;
    dynox_error err = {0};
    note       *n   = load();
    n->id           = "b";
    assert_int_equal(note_sync_save(client, n, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_string_equal(err.message,
                        "note: the key was changed after the record was loaded; use note_copy and save that");
    note_free(n);
}

/* Row 172. */
static void conditions_go_with_puts_and_with_updates(void **state)
{
    (void)state;
    note n = {.id = "a", .title = "T"}, *loaded = load();
    assert_int_equal(note_sync_save(client, &n, DYNOX_WITH(.condition = DYNOX_EXPR("attribute_not_exists(id)"))),
                     DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"attribute_not_exists(#n0)\"");
    loaded->stars = 7;
    assert_int_equal(
        note_sync_save(client, loaded, DYNOX_WITH(.condition = DYNOX_EXPR("stars < ? OR title = ?", 7, "T"))),
        DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"attribute_exists(#n1) AND (#n0 < :v1 OR #n2 = :v2)\"");
    note_free(loaded);
}

/* Rows 152, 153 and 155. */
static void what_is_required_has_to_be_there(void **state)
{
    (void)state;
    dynox_error err    = {0};
    long        before = requests_so_far();
    assert_int_equal(note_sync_save(client, &(note){.id = "a"}, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_string_equal(err.message, "note.title is required and not set");
    assert_int_equal(note_sync_save(client, &(note){.title = "T"}, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_string_equal(err.message, "note.id: the key is not set");
    assert_int_equal(requests_so_far(), before);
    dynox_error_clear(&err);
}

/* Row 250. */
static void a_record_that_is_too_large_is_not_sent(void **state)
{
    (void)state;
    dynox_error err    = {0};
    long        before = requests_so_far();
    char        text[1200];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_int_equal(note_sync_save(client, &(note){.id = "a", .title = text}, DYNOX_WITH(.error = &err)),
                     DYNOX_E_TOO_LARGE);
    assert_non_null(strstr(err.message, "the model allows 1000"));
    assert_int_equal(requests_so_far(), before);
    dynox_error_clear(&err);
}

static void one_of_ones_own_sets_all_and_removes_the_rest(void **state)
{
    (void)state;
    note n = {.id = "a", .title = "T", .body = "B"};
    assert_int_equal(note_sync_save(client, &n, NULL), DYNOX_OK);
    n.body = NULL;
    assert_int_equal(note_sync_save(client, &n, NULL), DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0, #n1 = :v1 REMOVE #n2, #n3\"");
    assert_int_equal(note_sync_update(client, &n, DYNOX_EXPR("SET stars = stars + ?", 1), NULL), DYNOX_OK);
    dynox_error err = {0};
    assert_int_equal(note_sync_save(client, &n, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_string_equal(err.message, "note: the item was updated since; reload the record, or save with .full_replace");
    assert_int_equal(note_sync_reload(client, &n, NULL), DYNOX_OK);
    assert_string_equal(n.body, "B");
    assert_int_equal(note_sync_save(client, &n, NULL), DYNOX_OK);
    note_clear(&n);
    dynox_error_clear(&err);
}

/* Rows 170, 173 and 176. */
static void an_update_leaves_the_record_clean(void **state)
{
    (void)state;
    note *n = load();
    assert_int_equal(note_sync_update(client, n, DYNOX_EXPR("SET stars = ?", 8), NULL), DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0\",\"ConditionExpression\":\"attribute_exists(#n1)\"");
    assert_false(note_is_dirty(n));
    long before = requests_so_far();
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK); /* what was updated is not written back */
    assert_int_equal(requests_so_far(), before);
    note_free(n);
}

/* Rows 174 and 175. */
static void an_update_that_fails_changes_nothing_here(void **state)
{
    (void)state;
    dynox_error err = {0};
    note       *n   = load();
    faultserver_say(&server, "status 400 ValidationException x1, none");
    assert_int_equal(note_sync_update(client, n, DYNOX_EXPR("SET stars = ?", 8), DYNOX_WITH(.refresh = true)),
                     DYNOX_E_VALIDATION);
    assert_int_equal(n->stars, 3);
    assert_int_equal(note_sync_update(client, n, DYNOX_EXPR("SET star = ?", 8), DYNOX_WITH(.error = &err)),
                     DYNOX_E_EXPRESSION);
    assert_string_equal(err.message, "update expression, column 5: note has no member \"star\" (stars?)");
    dynox_error_clear(&err);
    note_free(n);
}

/* Row 178. */
static void a_deleted_record_is_new_again(void **state)
{
    (void)state;
    note *n = load();
    assert_int_equal(note_sync_delete(client, n, NULL), DYNOX_OK);
    assert_sent("{\"TableName\":\"notes\",\"Key\":{\"id\":{\"S\":\"a\"}}}");
    assert_string_equal(n->title, "T");
    n->id = "b"; /* may go elsewhere now */
    assert_int_equal(note_sync_save(client, n, NULL), DYNOX_OK);
    assert_sent("\"Item\":{\"id\":{\"S\":\"b\"}");
    note_free(n);
}

/* Row 179. */
static void by_key_is_one_request_without_hooks(void **state)
{
    (void)state;
    dynox_error err = {0};
    assert_int_equal(
        note_sync_update_by_key(client, &(note){.id = "a", .stars = -1}, DYNOX_EXPR("SET title = ?", "U"), NULL),
        DYNOX_OK);
    assert_int_equal(
        note_sync_delete_by_key(client, &(note){.id = "a"}, DYNOX_WITH(.condition = DYNOX_EXPR("stars = ?", 3))),
        DYNOX_OK);
    assert_sent("\"ConditionExpression\":\"#n0 = :v0\"");
    assert_int_equal(refused, 0);
    assert_int_equal(note_sync_delete_by_key(client, &(note){0}, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    dynox_error_clear(&err);
}

/* Rows 231, 232 and 310. */
static void a_hook_may_refuse_change_and_be_skipped(void **state)
{
    (void)state;
    dynox_error err    = {0};
    long        before = requests_so_far();
    note        n      = {.id = "a", .title = "T", .stars = -1};
    assert_int_equal(note_sync_save(client, &n, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_string_equal(err.message, "no note has -1 stars");
    assert_int_equal(requests_so_far(), before);
    assert_int_equal(note_sync_save(client, &n, DYNOX_WITH(.skip_hooks = true)), DYNOX_OK);
    assert_int_equal(saved, 0);
    note m = {.id = "b", .title = "T", .stars = 99};
    assert_int_equal(note_sync_save(client, &m, NULL), DYNOX_OK);
    assert_sent("\"stars\":{\"N\":\"5\"}");
    dynox_error_clear(&err);
}

/* Row 241. */
static void without_a_ttl_there_is_none_to_extend(void **state)
{
    (void)state;
    dynox_error err = {0};
    note       *n   = load();
    assert_int_equal(note_sync_extend_ttl(client, n, 1, DYNOX_WITH(.error = &err)), DYNOX_E_ARGUMENT);
    assert_string_equal(err.message, "note_extend_ttl: the model has no DYNOX_TTL");
    dynox_error_clear(&err);
    note_free(n);
}

/* Row 191. */
static void printing_and_sizing_ask_nobody(void **state)
{
    (void)state;
    dynox_item_size size   = {0};
    note           *n      = load();
    long            before = requests_so_far();
    FILE           *to     = fopen("/dev/null", "w");
    note_print(to, n);
    fclose(to);
    assert_int_equal(note_size(n, &size, NULL), DYNOX_OK);
    assert_true(size.bytes > 0 && size.limit == 1000);
    assert_int_equal(requests_so_far(), before);
    note_free(n);
}

typedef struct ticket {
    DYNOX_RECORD;
    char        id[40];
    const char *code;
} ticket;
static const dynox_attribute ticket_attributes[] = {
    DYNOX_PARTITION_KEY(ticket, id, .generate = DYNOX_UUID7),
    DYNOX_STRING(ticket, code, .generate = DYNOX_ULID),
};
static bool was_unset;

static dynox_status before_ticket(ticket *t, dynox_error *error)
{
    (void)error;
    was_unset = !*t->id && !t->code;
    return DYNOX_OK;
}
DYNOX_MODEL(ticket, .table = "tickets", .before_save = before_ticket)

/* Row 237. */
static void what_is_generated_is_generated_once_behind_the_hook(void **state)
{
    (void)state;
    char   id[40], code[40];
    ticket t = {0}, given = {.id = "mine", .code = "C"};
    assert_int_equal(ticket_sync_save(client, &t, NULL), DYNOX_OK);
    assert_true(was_unset);
    snprintf(id, sizeof id, "%s", t.id);
    snprintf(code, sizeof code, "%s", t.code);
    assert_int_equal(strlen(id), 36);
    assert_int_equal(strlen(code), 26);
    assert_int_equal(ticket_sync_save(client, &t, NULL), DYNOX_OK);
    assert_string_equal(t.id, id);
    assert_string_equal(t.code, code);
    assert_int_equal(ticket_sync_save(client, &given, NULL), DYNOX_OK);
    assert_string_equal(given.id, "mine");
    assert_string_equal(given.code, "C");
    ticket_clear(&t);
}

/* A struct that was there before, inside of a record: its members have attributes by their paths. */
typedef struct customer {
    const char *email;
    int         points;
} customer;
typedef struct stored_customer {
    DYNOX_RECORD;
    customer c;
} stored_customer;
static const dynox_attribute stored_customer_attributes[] = {
    DYNOX_PARTITION_KEY(stored_customer, c.email, .alias = "email"),
    DYNOX_INT(stored_customer, c.points, .alias = "points"),
};
DYNOX_MODEL(stored_customer, .table = "customers")

/* Row 309. */
static void a_struct_that_was_there_before_is_stored_too(void **state)
{
    (void)state;
    stored_customer s = {.c = {"ada@example.org", 3}}, *back = NULL;
    assert_int_equal(stored_customer_sync_save(client, &s, NULL), DYNOX_OK);
    assert_sent("\"Item\":{\"email\":{\"S\":\"ada@example.org\"},\"points\":{\"N\":\"3\"}}");
    scripted_answer(
        "GetItem",
        "{\"Item\":{\"email\":{\"S\":\"ada@example.org\"},\"points\":{\"N\":\"4\"},\"more\":{\"BOOL\":true}}}");
    assert_int_equal(stored_customer_sync_get(client, &s, &back, NULL), DYNOX_OK);
    assert_int_equal(back->c.points, 4);
    back->c.points = 5;
    assert_int_equal(stored_customer_sync_save(client, back, NULL), DYNOX_OK);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0\"");
    assert_int_equal(stored_customer_sync_delete(client, back, NULL), DYNOX_OK);
    stored_customer_free(back);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scripted_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_new_record_is_put_with_all_that_is_there),
        TEST(only_what_has_changed_is_sent),
        TEST(nothing_changed_sends_nothing_and_runs_no_hook_after),
        TEST(what_became_absent_is_removed),
        TEST(a_vanished_record_stays_gone_unless_asked),
        TEST(full_replace_puts_the_whole_record),
        TEST(a_part_of_a_record_is_saved_as_a_part_and_never_as_a_whole),
        TEST(another_key_is_another_record),
        TEST(conditions_go_with_puts_and_with_updates),
        TEST(what_is_required_has_to_be_there),
        TEST(a_record_that_is_too_large_is_not_sent),
        TEST(one_of_ones_own_sets_all_and_removes_the_rest),
        TEST(an_update_leaves_the_record_clean),
        TEST(an_update_that_fails_changes_nothing_here),
        TEST(a_deleted_record_is_new_again),
        TEST(by_key_is_one_request_without_hooks),
        TEST(a_hook_may_refuse_change_and_be_skipped),
        TEST(without_a_ttl_there_is_none_to_extend),
        TEST(printing_and_sizing_ask_nobody),
        TEST(what_is_generated_is_generated_once_behind_the_hook),
        TEST(a_struct_that_was_there_before_is_stored_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
