/* Expressions in the words of a model: C names become stored names, C values what is stored of them. */
#include "client/scripted.h"

typedef struct line {
    const char *sku;
    int64_t     quantity;
    time_t      sent;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, sku, .alias = "s"),
    DYNOX_INT(line, quantity, .alias = "q"),
    DYNOX_DATETIME(line, sent),
};
DYNOX_SHAPE(line)

enum state { OPEN = 1, PAID };
static const dynox_enum_name states[] = {{OPEN, "open"}, {PAID, "paid"}};

typedef struct sale {
    DYNOX_RECORD;
    const char *pk, *customer, *decimal;
    int64_t     total;
    bool        gift;
    time_t      at, ends;
    enum state  state;
    line        best;
    DYNOX_MANY(line) lines;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) codes;
    DYNOX_MANY(const char *) notes;
    dynox_value any;
    dynox_item  rest;
} sale;
static const dynox_attribute sale_attributes[] = {
    DYNOX_PARTITION_KEY(sale, pk),
    DYNOX_STRING(sale, customer, .alias = "c"),
    DYNOX_NUMBER(sale, decimal),
    DYNOX_INT(sale, total, .alias = "t"),
    DYNOX_BOOLEAN(sale, gift),
    DYNOX_DATETIME(sale, at, .alias = "when"),
    DYNOX_TTL(sale, ends),
    DYNOX_ENUM(sale, state, states, .alias = "st"),
    DYNOX_STRUCT(sale, best, line),
    DYNOX_STRUCTS(sale, lines, line, .alias = "l"),
    DYNOX_SET(sale, tags, .alias = "tg"),
    DYNOX_SET(sale, codes),
    DYNOX_ARRAY(sale, notes),
    DYNOX_DYNAMIC(sale, any),
    DYNOX_EXTRA(sale, rest),
};
DYNOX_MODEL(sale, .table = "sales")

static const sale key = {.pk = "1"};

#define NOON ((time_t)1767355200) /* 2026-01-02T12:00:00 */
#define NOON_TEXT "2026-01-02T12:00:00+00:00"

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("UpdateItem", "{}");
    scripted_answer("DeleteItem", "{}");
    return 0;
}

static void sent_ok(dynox_status status, const dynox_error *error, const char *json)
{
    if (status != DYNOX_OK) fail_msg("%d: %s", (int)status, error->message);
    assert_sent(json);
}

static void condition(const dynox_expr *expr, const char *json)
{
    dynox_error error = {0};
    sent_ok(sale_sync_delete_by_key(client, &key, DYNOX_WITH(.condition = expr, .error = &error)), &error, json);
}

static void update(const dynox_expr *expr, const char *json)
{
    dynox_error error = {0};
    sent_ok(sale_sync_update_by_key(client, &key, expr, DYNOX_WITH(.error = &error)), &error, json);
}

static void check_words(dynox_error *error, const char *words)
{
    bool refused = error->status == DYNOX_E_EXPRESSION || error->status == DYNOX_E_VALUE;
    if (!refused || !strstr(error->message, words))
        fail_msg("%d: %s\ninstead of %s", (int)error->status, error->message, words);
    dynox_error_clear(error);
}

static void no_condition(const dynox_expr *expr, const char *words)
{
    dynox_error error = {0};
    long        sent  = requests_so_far();
    sale_sync_delete_by_key(client, &key, DYNOX_WITH(.condition = expr, .error = &error));
    check_words(&error, words);
    assert_int_equal(requests_so_far(), sent);
}

static void no_update(const dynox_expr *expr, const char *words)
{
    dynox_error error = {0};
    sale_sync_update_by_key(client, &key, expr, DYNOX_WITH(.error = &error));
    check_words(&error, words);
}

/* ---- names ---- */

/* Rows 192, 220, 221. */
static void members_become_what_they_are_stored_under(void **state)
{
    (void)state;
    condition(DYNOX_EXPR("total >= ? AND NOT customer = ?", 3, "ada"),
              "\"ConditionExpression\":\"#n0 >= :v0 AND NOT #n1 = :v1\",\"ExpressionAttributeNames\":{\"#n0\":\"t\","
              "\"#n1\":\"c\"},\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"3\"},\":v1\":{\"S\":\"ada\"}}");
    condition(DYNOX_EXPR("total <> ? OR total < ? OR total <= ? OR total > ?", 1, 2, 3, 4),
              "\"#n0 <> :v0 OR #n0 < :v1 OR #n0 <= :v2 OR #n0 > :v3\"");
}

/* Row 195. */
static void steps_go_into_structs_and_lists(void **state)
{
    (void)state;
    condition(DYNOX_EXPR("lines[0].quantity > ? AND best.sku = ?", 1, "x"),
              "\"#n0[0].#n1 > :v0 AND #n2.#n3 = :v1\",\"ExpressionAttributeNames\":{\"#n0\":\"l\",\"#n1\":\"q\","
              "\"#n2\":\"best\",\"#n3\":\"s\"}");
    condition(DYNOX_EXPR("any.whatever[3].c = ?", 1), "\"#n0\":\"any\",\"#n1\":\"whatever\",\"#n2\":\"c\"");
}

static void backquotes_are_stored_names(void **state)
{
    (void)state;
    condition(DYNOX_EXPR("`t` = ? AND `emial` = ?", "no number", 7), "\"#n0\":\"t\",\"#n1\":\"emial\"");
}

static void what_is_no_member_is_refused_with_what_may_be_meant(void **state)
{
    (void)state;
    no_condition(DYNOX_EXPR("customre = ?", "x"),
                 "condition expression, column 1: sale has no member \"customre\" (customer?)");
    no_condition(DYNOX_EXPR("zzzzzzzzzz = ?", "x"), "sale has no member \"zzzzzzzzzz\"");
    no_condition(DYNOX_EXPR("t = ?", 1), "sale has no member \"t\""); /* that is its stored name */
    no_condition(DYNOX_EXPR("best.skew = ?", "x"), "line has no member \"skew\" (sku?)");
    no_condition(DYNOX_EXPR("lines[2].quantiti = ?", 1), "line has no member \"quantiti\" (quantity?)");
    no_condition(DYNOX_EXPR("rest = ?", 1), "sale.rest is not stored under a name of its own");
    no_update(DYNOX_EXPR("SET totl = ?", 1), "update expression, column 5: sale has no member \"totl\" (total?)");
    no_update(DYNOX_EXPR("REMOVE totl"), "sale has no member \"totl\" (total?)");
}

static void steps_into_what_has_none_are_refused(void **state)
{
    (void)state;
    no_condition(DYNOX_EXPR("lines.quantity = ?", 1), "sale.lines is a list: its elements have members");
    no_condition(DYNOX_EXPR("customer.name = ?", "x"), "sale.customer has no members");
    no_condition(DYNOX_EXPR("notes.name = ?", "x"), "sale.notes has no members");
    no_condition(DYNOX_EXPR("notes[0].name = ?", "x"), "sale.notes[...] has no members");
    no_condition(DYNOX_EXPR("customer[0] = ?", "x"), "sale.customer has no elements");
    no_condition(DYNOX_EXPR("best[0] = ?", "x"), "sale.best has no elements");
    no_condition(DYNOX_EXPR("lines[0][1] = ?", "x"), "sale.lines[...] has no elements");
    no_condition(DYNOX_EXPR("tags[0] = ?", "x"), "sale.tags is a set: its elements have no numbers");
}

/* ---- values ---- */

/* Rows 190, 192. */
static void dates_and_enums_are_compared_as_they_are_stored(void **state)
{
    (void)state;
    condition(DYNOX_EXPR("at > ? AND state = ?", (int64_t)NOON, PAID),
              "{\":v0\":{\"S\":\"" NOON_TEXT "\"},\":v1\":{\"S\":\"paid\"}}");
    condition(DYNOX_EXPR("? < at AND ? <> state", (int64_t)NOON, OPEN),
              "{\":v0\":{\"S\":\"" NOON_TEXT "\"},\":v1\":{\"S\":\"open\"}}");
    condition(DYNOX_EXPR("at BETWEEN ? AND ?", (int64_t)NOON, (int64_t)NOON),
              "\"#n0 BETWEEN :v0 AND :v1\",\"ExpressionAttributeNames\":{\"#n0\":\"when\"},"
              "\"ExpressionAttributeValues\":{\":v0\":{\"S\":\"" NOON_TEXT "\"}");
    condition(DYNOX_EXPR("state IN (?, ?)", OPEN, PAID), "{\":v0\":{\"S\":\"open\"},\":v1\":{\"S\":\"paid\"}}");
    condition(DYNOX_EXPR("ends < ?", (int64_t)NOON), "{\":v0\":{\"N\":\"1767355200\"}}");
    condition(DYNOX_EXPR("lines[0].sent = ?", (int64_t)NOON), "{\":v0\":{\"S\":\"" NOON_TEXT "\"}}");
    condition(DYNOX_EXPR("at = ?", "2026"), "{\":v0\":{\"S\":\"2026\"}}"); /* a text goes as it is */
    no_condition(DYNOX_EXPR("state = ?", 9), "sale.state: 9");
    no_condition(DYNOX_EXPR("at = ?", dynox_number_text("1.5")), "sale.at is an integer");
}

/* Row 193. */
static void functions_take_pieces_as_they_are(void **state)
{
    (void)state;
    condition(DYNOX_EXPR("begins_with(at, ?)", "2026-01"), "{\":v0\":{\"S\":\"2026-01\"}}");
    condition(DYNOX_EXPR("contains(tags, ?) AND contains(codes, ?)", "a", 4),
              "{\":v0\":{\"S\":\"a\"},\":v1\":{\"N\":\"4\"}}");
    condition(DYNOX_EXPR("attribute_exists(total) AND attribute_not_exists(lines[0].quantity)"),
              "\"attribute_exists(#n0) AND attribute_not_exists(#n1[0].#n2)\"");
    no_condition(DYNOX_EXPR("begins_with(at, ?)", (int64_t)NOON), "sale.at begins with a text");
    no_condition(DYNOX_EXPR("begins_with(customer, ?)", 1), "sale.customer begins with a text");
    no_condition(DYNOX_EXPR("contains(tags, ?)", 1), "sale.tags holds texts");
    no_condition(DYNOX_EXPR("contains(codes, ?)", "x"), "sale.codes holds numbers");
    no_condition(DYNOX_EXPR("contains(customer, ?)", 1), "sale.customer holds texts");
}

/* Row 198. */
static void sizes_and_types_have_no_attributes_type(void **state)
{
    (void)state;
    condition(DYNOX_EXPR("size(customer) > ? AND size(at) = ?", 3, 25),
              "\"size(#n0) > :v0 AND size(#n1) = :v1\",\"ExpressionAttributeNames\":{\"#n0\":\"c\",\"#n1\":\"when\"},"
              "\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"3\"},\":v1\":{\"N\":\"25\"}}");
    condition(DYNOX_EXPR("attribute_type(at, ?)", "S"), "\"attribute_type(#n0, :v0)\"");
    condition(DYNOX_EXPR("total = best.quantity"), "\"#n0 = #n1.#n2\"");
}

static void the_wrong_type_is_refused(void **state)
{
    (void)state;
    no_condition(DYNOX_EXPR("total = ?", "3"), "condition expression, column 9, value 1 of 1: sale.total is a number");
    no_condition(DYNOX_EXPR("customer IN (?, ?)", "a", 1), "value 2 of 2: sale.customer is a text");
    no_condition(DYNOX_EXPR("gift = ?", 1), "sale.gift is a bool");
    no_condition(DYNOX_EXPR("decimal = ?", "1"), "sale.decimal is a number");
    no_condition(DYNOX_EXPR("at = ?", DYNOX_TRUE), "sale.at is a date");
    no_condition(DYNOX_EXPR("state = ?", DYNOX_TRUE), "sale.state is an enum");
    no_condition(DYNOX_EXPR("tags = ?", "x"), "sale.tags is a set of texts");
    no_condition(DYNOX_EXPR("tags = ?", DYNOX_NUMBER_SET(1, 2)), "sale.tags is a set of texts");
    no_condition(DYNOX_EXPR("notes[0] = ?", 1), "sale.notes[...] holds texts");
    condition(DYNOX_EXPR("total = ?", dynox_null()), "{\":v0\":{\"NULL\":true}}");
}

/* Row 197. */
static void lists_of_values_have_their_limits(void **state)
{
    (void)state;
    no_condition(DYNOX_EXPR("state IN ()"), "expected");
}

/* Row 196. */
static void an_expression_may_be_used_again(void **state)
{
    (void)state;
    dynox_expr *expr =
        dynox_expr_new("at > ? AND total < ?", 2, (const dynox_value[]){dynox_int((int64_t)NOON), dynox_int(5)});
    for (int i = 0; i < 3; i++)
        condition(expr, "{\":v0\":{\"S\":\"" NOON_TEXT "\"},\":v1\":{\"N\":\"5\"}}");
    dynox_expr_free(expr);
}

/* ---- updates ---- */

/* Rows 199, 200, 202, 204. */
static void updates_store_what_members_would(void **state)
{
    (void)state;
    update(DYNOX_EXPR("SET at = ?, state = ?, best.quantity = ?", (int64_t)NOON, PAID, 4),
           "{\":v0\":{\"S\":\"" NOON_TEXT "\"},\":v1\":{\"S\":\"paid\"},\":v2\":{\"N\":\"4\"}}");
    update(DYNOX_EXPR("SET at = if_not_exists(at, ?)", (int64_t)NOON), "{\":v0\":{\"S\":\"" NOON_TEXT "\"}}");
    update(DYNOX_EXPR("SET total = total + ? REMOVE customer", 2),
           "\"UpdateExpression\":\"SET #n0 = #n0 + :v0 REMOVE #n1\"");
    update(DYNOX_EXPR("SET lines[0].quantity = lines[0].quantity - ?", 2), "\"SET #n0[0].#n1 = #n0[0].#n1 - :v0\"");
    update(DYNOX_EXPR("SET notes = list_append(notes, ?)", DYNOX_LIST("x")), "{\":v0\":{\"L\":[{\"S\":\"x\"}]}}");
    update(DYNOX_EXPR("ADD total ?, tags ?", 2, DYNOX_STRING_SET("a")),
           "\"ADD #n0 :v0, #n1 :v1\",\"ExpressionAttributeNames\":{\"#n0\":\"t\",\"#n1\":\"tg\"},"
           "\"ExpressionAttributeValues\":{\":v0\":{\"N\":\"2\"},\":v1\":{\"SS\":[\"a\"]}}");
    update(DYNOX_EXPR("ADD tags ? DELETE codes ?", DYNOX_LIST("a"), DYNOX_LIST(1)),
           "{\":v0\":{\"SS\":[\"a\"]},\":v1\":{\"NS\":[\"1\"]}}"); /* where there is no type for sets */
    update(DYNOX_EXPR("ADD ends ?", 60), "{\":v0\":{\"N\":\"60\"}}");
    update(DYNOX_EXPR("SET ends = ends + ?", 60), "{\":v0\":{\"N\":\"60\"}}");
    update(DYNOX_EXPR("ADD any.n ?", 60), "{\":v0\":{\"N\":\"60\"}}");
}

/* What is stored as a text is no number to the service. */
static void what_is_no_number_is_not_added_to(void **state)
{
    (void)state;
    const char *date = ": sale.at is stored as a text: nothing can be added to it";
    no_update(DYNOX_EXPR("SET at = at + ?", 60), date);
    no_update(DYNOX_EXPR("SET at = at - ?", 60), date);
    no_update(DYNOX_EXPR("SET at = if_not_exists(at, ?) + ?", (int64_t)NOON, 60), date);
    no_update(DYNOX_EXPR("SET at = if_not_exists(at, (total + ?))", 60), date);
    no_update(DYNOX_EXPR("ADD at ?", 60), date);
    no_update(DYNOX_EXPR("ADD lines[0].sent ?", 60), "line.sent is stored as a text");
    no_update(DYNOX_EXPR("ADD state ?", 1), "sale.state is an enum: nothing can be added to it");
    no_update(DYNOX_EXPR("SET customer = customer + ?", "x"), "sale.customer is a text: nothing can be added to it");
    no_update(DYNOX_EXPR("SET total = total + ?, at = ?", "x", (int64_t)NOON), "sale.total is a number");
    update(DYNOX_EXPR("SET total = total + ?, at = ?", 1, (int64_t)NOON), "\":v1\":{\"S\":\"" NOON_TEXT "\"}");
    no_update(DYNOX_EXPR("ADD tags ?", "x"), "sale.tags is a set of texts");
}

/* Row 203. */
static void an_update_and_its_condition_share_their_names(void **state)
{
    (void)state;
    dynox_error error = {0};
    sent_ok(sale_sync_update_by_key(
                client, &key, DYNOX_EXPR("SET total = total - ?", 2),
                DYNOX_WITH(.condition = DYNOX_EXPR("total >= ? AND at < ?", 2, (int64_t)NOON), .error = &error)),
            &error,
            "\"UpdateExpression\":\"SET #n0 = #n0 - :v0\",\"ConditionExpression\":\"#n0 >= :v1 AND #n1 < :v2\"");
}

/* Every allocation of a long expression fails in turn. */
static void write_without_memory(void *arg)
{
    (void)arg;
    dynox_error        error = {0};
    dynox_explanation *plan  = NULL;
    plan                     = dynox_explain(sale_update_by_key(
                            client, &key,
                            DYNOX_EXPR("SET at = ?, lines[0].sent = ?, tags = ?", (int64_t)NOON, (int64_t)NOON, DYNOX_LIST("a")),
                            DYNOX_WITH(.condition = DYNOX_EXPR("state IN (?, ?) AND notes[0] = ?", OPEN, PAID, "x"))));
    if (plan && plan->status != DYNOX_OK) assert_int_equal(plan->status, DYNOX_E_NO_MEMORY);
    dynox_explanation_free(plan);
    dynox_error_clear(&error);
}

static void without_memory_nothing_is_left(void **state)
{
    (void)state;
    write_without_memory(NULL); /* what a model is is found out once */
    test_every_allocation_failing(write_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(members_become_what_they_are_stored_under, setup),
        cmocka_unit_test_setup(steps_go_into_structs_and_lists, setup),
        cmocka_unit_test_setup(backquotes_are_stored_names, setup),
        cmocka_unit_test_setup(what_is_no_member_is_refused_with_what_may_be_meant, setup),
        cmocka_unit_test_setup(steps_into_what_has_none_are_refused, setup),
        cmocka_unit_test_setup(dates_and_enums_are_compared_as_they_are_stored, setup),
        cmocka_unit_test_setup(functions_take_pieces_as_they_are, setup),
        cmocka_unit_test_setup(sizes_and_types_have_no_attributes_type, setup),
        cmocka_unit_test_setup(the_wrong_type_is_refused, setup),
        cmocka_unit_test_setup(lists_of_values_have_their_limits, setup),
        cmocka_unit_test_setup(an_expression_may_be_used_again, setup),
        cmocka_unit_test_setup(updates_store_what_members_would, setup),
        cmocka_unit_test_setup(what_is_no_number_is_not_added_to, setup),
        cmocka_unit_test_setup(an_update_and_its_condition_share_their_names, setup),
        cmocka_unit_test_setup(without_memory_nothing_is_left, setup),
    };
    return cmocka_run_group_tests_name("resolve", tests, scripted_setup, scripted_teardown);
}
