/* Conditions and updates in the words of a model, decided by real servers. */
#include "live.h"

typedef struct line {
    const char *sku;
    int64_t     quantity;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, sku, .alias = "s"),
    DYNOX_INT(line, quantity, .alias = "q"),
};
DYNOX_SHAPE(line)

enum state { OPEN = 1, PAID, SENT };
static const dynox_enum_name states[] = {{OPEN, "open"}, {PAID, "paid"}, {SENT, "sent"}};

typedef struct sale {
    DYNOX_RECORD;
    const char *pk, *sk, *shop, *customer;
    int64_t     number, total, spare;
    time_t      at;
    enum state  state;
    DYNOX_MANY(line) lines;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(const char *) notes;
    dynox_value extra;
} sale;
static const dynox_attribute sale_attributes[] = {
    DYNOX_PARTITION_KEY(sale, pk, .template_ = "SHOP#{shop}"),
    DYNOX_SORT_KEY(sale, sk, .template_ = "SALE#{number}"),
    DYNOX_STRING(sale, shop),
    DYNOX_STRING(sale, customer, .alias = "c"),
    DYNOX_INT(sale, number),
    DYNOX_INT(sale, total, .alias = "t"),
    DYNOX_INT(sale, spare),
    DYNOX_DATETIME(sale, at, .alias = "when"),
    DYNOX_ENUM(sale, state, states, .alias = "st"),
    DYNOX_STRUCTS(sale, lines, line, .alias = "l"),
    DYNOX_SET(sale, tags, .alias = "tg"),
    DYNOX_ARRAY(sale, notes, .alias = "n"),
    DYNOX_DYNAMIC(sale, extra, .alias = "x"),
};
DYNOX_MODEL(sale, .table = "sales")

static const sale key = {.shop = "a", .number = 1};

static int setup(void **state)
{
    dynox_error err = {0};
    if (live_setup(state) != 0) return -1;
    live_ok(sale_sync_create_table(live, DYNOX_WITH(.error = &err)), &err);
    return 0;
}

static int teardown(void **state)
{
    sale_sync_delete_table(live, NULL);
    return live_teardown(state);
}

/* The one sale that each test begins with. */
static int begin(void **state)
{
    dynox_error err     = {0};
    line        lines[] = {{"tea", 2}, {"milk", 1}};
    const char *tags[] = {"new", "web"}, *notes[] = {"b"};
    (void)state;
    sale_sync_delete_by_key(live, &key, NULL);
    sale s = {.shop     = "a",
              .number   = 1,
              .customer = "Ada",
              .total    = 10,
              .spare    = 5,
              .at       = 1000,
              .state    = OPEN,
              .lines    = {lines, 2},
              .tags     = {tags, 2},
              .notes    = {notes, 1},
              .extra    = DYNOX_MAP("deep", DYNOX_LIST(1, 2))};
    live_ok(sale_sync_save(live, &s, DYNOX_WITH(.error = &err)), &err);
    return 0;
}

static bool holds(const dynox_expr *condition)
{
    dynox_error  err    = {0};
    dynox_status status = sale_sync_update_by_key(live, &key, DYNOX_EXPR("SET spare = spare + ?", 1),
                                                  DYNOX_WITH(.condition = condition, .error = &err));
    if (status != DYNOX_OK && status != DYNOX_E_CONDITION_FAILED) live_fail(__FILE__, __LINE__, &err);
    dynox_error_clear(&err);
    return status == DYNOX_OK;
}

static sale *load(void)
{
    dynox_error err   = {0};
    sale       *found = NULL;
    live_ok(sale_sync_get(live, &key, &found, DYNOX_WITH(.consistent_read = true, .error = &err)), &err);
    assert_non_null(found);
    return found;
}

static void update(const dynox_expr *expression)
{
    dynox_error err = {0};
    live_ok(sale_sync_update_by_key(live, &key, expression, DYNOX_WITH(.error = &err)), &err);
}

/* Rows 190 and 192. */
static void comparisons_take_c_values(void **state)
{
    (void)state;
    assert_true(holds(DYNOX_EXPR("total = ?", 10)));
    assert_false(holds(DYNOX_EXPR("total <> ?", 10)));
    assert_true(holds(DYNOX_EXPR("total < ?", 11)));
    assert_true(holds(DYNOX_EXPR("total <= ?", 10)));
    assert_false(holds(DYNOX_EXPR("total > ?", 10)));
    assert_true(holds(DYNOX_EXPR("? >= total", 10)));
    assert_true(holds(DYNOX_EXPR("at = ?", 1000)));
    assert_false(holds(DYNOX_EXPR("at > ?", 1000)));
    assert_true(holds(DYNOX_EXPR("? < at", 999)));
    assert_true(holds(DYNOX_EXPR("state = ?", OPEN)));
    assert_false(holds(DYNOX_EXPR("state = ?", PAID)));
}

/* Row 193. */
static void functions_take_members(void **state)
{
    (void)state;
    assert_true(holds(DYNOX_EXPR("attribute_exists(customer)")));
    assert_false(holds(DYNOX_EXPR("attribute_not_exists(customer)")));
    assert_true(holds(DYNOX_EXPR("begins_with(customer, ?)", "A")));
    assert_true(holds(DYNOX_EXPR("contains(customer, ?)", "d")));
    assert_true(holds(DYNOX_EXPR("contains(tags, ?)", "web")));
    assert_false(holds(DYNOX_EXPR("contains(tags, ?)", "we")));
    assert_true(holds(DYNOX_EXPR("at BETWEEN ? AND ?", 1, 1000)));
    assert_true(holds(DYNOX_EXPR("state IN (?, ?)", SENT, OPEN)));
    assert_false(holds(DYNOX_EXPR("state IN (?, ?)", SENT, PAID)));
}

/* Row 194. */
static void conditions_are_joined_and_nested(void **state)
{
    (void)state;
    assert_true(holds(DYNOX_EXPR("total = ? AND (state = ? OR NOT customer = ?)", 10, PAID, "Bob")));
    const dynox_expr *parts[] = {DYNOX_EXPR("total = ?", 10), DYNOX_EXPR("state = ?", OPEN),
                                 DYNOX_EXPR("spare > ?", 0)};
    dynox_expr       *all = dynox_expr_all(3, parts), *none = dynox_expr_not(all);
    assert_true(holds(all));
    assert_false(holds(none));
    dynox_expr_free(none);
    dynox_expr_free(all);
}

/* Rows 195, 196 and 198. */
static void paths_sizes_types_and_other_members(void **state)
{
    (void)state;
    const dynox_expr *deep = DYNOX_EXPR("lines[0].quantity = ? AND extra.deep[1] = ?", 2, 2);
    assert_true(holds(deep));
    assert_true(holds(deep));
    assert_true(holds(DYNOX_EXPR("size(lines) = ? AND size(customer) = ?", 2, 3)));
    assert_true(holds(DYNOX_EXPR("attribute_type(tags, ?)", "SS")));
    assert_true(holds(DYNOX_EXPR("total > number")));
    assert_true(holds(DYNOX_EXPR("`st` = ?", "open"))); /* as it is stored */
}

/* Rows 177, 199, 200 and 202. */
static void updates_change_what_they_name(void **state)
{
    (void)state;
    update(DYNOX_EXPR("SET total = total - ?, spare = spare + ?, notes = list_append(notes, ?), state = ?, at = ?", 3,
                      1, DYNOX_LIST("c"), PAID, 2000));
    update(DYNOX_EXPR("SET notes = list_append(?, notes), customer = if_not_exists(customer, ?) REMOVE tags",
                      DYNOX_LIST("a"), "Bob"));
    sale *s = load();
    assert_int_equal(s->total, 7);
    assert_int_equal(s->spare, 6);
    assert_int_equal(s->notes.count, 3);
    assert_string_equal(s->notes.at[0], "a");
    assert_string_equal(s->notes.at[2], "c");
    assert_int_equal(s->state, PAID);
    assert_int_equal(s->at, 2000);
    assert_string_equal(s->customer, "Ada");
    assert_int_equal(s->tags.count, 0);
    sale_free(s);
}

/* Row 201. */
static void an_append_to_nothing_needs_a_beginning(void **state)
{
    (void)state;
    update(DYNOX_EXPR("REMOVE notes"));
    update(
        DYNOX_EXPR("SET notes = list_append(if_not_exists(notes, ?), ?)", dynox_list_of(NULL, 0), DYNOX_LIST("first")));
    sale *s = load();
    assert_int_equal(s->notes.count, 1);
    sale_free(s);
}

/* Row 203. */
static void a_condition_that_fails_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(sale_sync_update_by_key(live, &key, DYNOX_EXPR("SET total = ?, state = ?", 0, SENT),
                                             DYNOX_WITH(.condition = DYNOX_EXPR("state = ?", PAID))),
                     DYNOX_E_CONDITION_FAILED);
    sale *s = load();
    assert_int_equal(s->total, 10);
    assert_int_equal(s->state, OPEN);
    sale_free(s);
}

/* Row 204. */
static void updates_reach_into_structs_and_sets(void **state)
{
    (void)state;
    update(DYNOX_EXPR("SET lines[1].quantity = lines[1].quantity + ?, extra.deep[0] = ? ADD tags ?", 4, 9,
                      DYNOX_STRING_SET("vip")));
    update(DYNOX_EXPR("DELETE tags ? REMOVE lines[0]", DYNOX_STRING_SET("new", "web")));
    sale *s = load();
    assert_int_equal(s->lines.count, 1);
    assert_int_equal(s->lines.at[0].quantity, 5);
    assert_int_equal(s->tags.count, 1);
    assert_string_equal(s->tags.at[0], "vip");
    sale_free(s);
}

/* Row 205. */
static void refresh_brings_the_record_up_to_date(void **state)
{
    (void)state;
    dynox_error err = {0};
    sale       *s   = load();
    live_ok(sale_sync_update(live, s, DYNOX_EXPR("SET total = total + ?, state = ?", 5, SENT),
                             DYNOX_WITH(.refresh = true, .error = &err)),
            &err);
    assert_int_equal(s->total, 15);
    assert_int_equal(s->state, SENT);
    assert_false(sale_is_dirty(s));
    sale_free(s);
}

/* Rows 79, 216, 217 and 218. */
static void keys_come_from_parts_or_as_they_are_and_have_to_agree(void **state)
{
    (void)state;
    dynox_error err = {0};
    sale       *s   = NULL;
    live_ok(sale_sync_get(live, &(sale){.pk = "SHOP#a", .sk = "SALE#1"}, &s, DYNOX_WITH(.error = &err)), &err);
    assert_non_null(s);
    sale_free(s);
    assert_int_equal(
        sale_sync_get(live, &(sale){.pk = "SHOP#b", .shop = "a", .number = 1}, &s, DYNOX_WITH(.error = &err)),
        DYNOX_E_VALUE);
    assert_string_equal(err.message, "sale.pk is \"SHOP#b\", but its template makes \"SHOP#a\"");
    assert_int_equal(sale_sync_get(live, &(sale){.number = 1}, &s, DYNOX_WITH(.error = &err)), DYNOX_E_VALUE);
    assert_string_equal(err.message, "sale.pk: its template SHOP#{shop} needs shop");
    const sale *keys[] = {&key, &(sale){.shop = "a", .number = 77}};
    sale_list  *list   = NULL;
    live_ok(sale_sync_batch_get(live, keys, 2, &list, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(list->count, 2);
    assert_string_equal(list->at[0]->customer, "Ada");
    assert_null(list->at[1]);
    sale_list_free(list);
    int64_t found = 0;
    live_ok(sale_sync_count(live, &(sale){.pk = "SHOP#a"}, &found, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(found, 1);
}

/* Rows 78 and 221. A part of a record is loaded by its members, needs nothing that is required, and may be saved. */
static void projections_and_filters_speak_of_members(void **state)
{
    (void)state;
    dynox_error err = {0};
    sale       *s   = NULL;
    live_ok(sale_sync_get(live, &key, &s, DYNOX_WITH(.projection = "total, lines[0].sku", .error = &err)), &err);
    assert_int_equal(s->total, 10);
    assert_null(s->customer);
    assert_string_equal(s->lines.at[0].sku, "tea");
    s->total = 11;
    live_ok(sale_sync_save(live, s, DYNOX_WITH(.error = &err)), &err);
    sale_free(s);
    s = load();
    assert_int_equal(s->total, 11);
    assert_string_equal(s->customer, "Ada");
    assert_int_equal(s->lines.count, 2);
    sale_free(s);
    int64_t found = 0;
    live_ok(
        sale_sync_count(live, &key, &found, DYNOX_WITH(.filter = DYNOX_EXPR("customer = ? AND at <= ?", "Ada", 1000))),
        &err);
    assert_int_equal(found, 1);
    live_ok(sale_sync_count(live, NULL, &found, DYNOX_WITH(.filter = DYNOX_EXPR("customer = ?", "Bob"))), &err);
    assert_int_equal(found, 0);
}

/* Row 197. */
static void what_cannot_be_is_refused_here(void **state)
{
    (void)state;
    dynox_error err = {0};
    assert_int_equal(sale_sync_update_by_key(live, &key, DYNOX_EXPR("SET totl = ?", 1), DYNOX_WITH(.error = &err)),
                     DYNOX_E_EXPRESSION);
    assert_non_null(strstr(err.message, "sale has no member \"totl\" (total?)"));
    assert_int_equal(sale_sync_update_by_key(live, &key, DYNOX_EXPR("SET spare = ?", 1),
                                             DYNOX_WITH(.condition = DYNOX_EXPR("state IN ()"), .error = &err)),
                     DYNOX_E_EXPRESSION);
    assert_int_equal(sale_sync_update_by_key(live, &key, DYNOX_EXPR("SET total = ?", "ten"), DYNOX_WITH(.error = &err)),
                     DYNOX_E_VALUE);
    dynox_error_clear(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(comparisons_take_c_values, begin),
        cmocka_unit_test_setup(functions_take_members, begin),
        cmocka_unit_test_setup(conditions_are_joined_and_nested, begin),
        cmocka_unit_test_setup(paths_sizes_types_and_other_members, begin),
        cmocka_unit_test_setup(updates_change_what_they_name, begin),
        cmocka_unit_test_setup(an_append_to_nothing_needs_a_beginning, begin),
        cmocka_unit_test_setup(a_condition_that_fails_changes_nothing, begin),
        cmocka_unit_test_setup(updates_reach_into_structs_and_sets, begin),
        cmocka_unit_test_setup(refresh_brings_the_record_up_to_date, begin),
        cmocka_unit_test_setup(keys_come_from_parts_or_as_they_are_and_have_to_agree, begin),
        cmocka_unit_test_setup(projections_and_filters_speak_of_members, begin),
        cmocka_unit_test_setup(what_cannot_be_is_refused_here, begin),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
