/* What queries, scans and counts of a model ask for. */
#include "model/orders.h"

static void run(dynox_stream *stream)
{
    dynox_error error = {0};
    dynox_sync_stream_next(stream, &error);
    if (error.status != DYNOX_OK) fail_msg("%s", error.message);
    dynox_stream_free(stream);
}

#define VALUES(...) "\"ExpressionAttributeValues\":{" __VA_ARGS__ "}"

static void a_query_takes_the_partition_key_of_a_record_and_says_no_more(void **state)
{
    (void)state;
    run(order_query(client, ADA, NULL));
    assert_sent("{\"TableName\":\"orders\",\"KeyConditionExpression\":\"#n0 = :v0\","
                "\"ExpressionAttributeNames\":{\"#n0\":\"pk\"}," VALUES("\":v0\":{\"S\":\"ada\"}") "}");
}

static void a_sort_key_that_is_given_is_part_of_the_key(void **state)
{
    (void)state;
    run(order_query(client, &(order){.customer = "ada", .number = 7}, NULL));
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0 AND #n1 = :v1\"");
    assert_sent(VALUES("\":v0\":{\"S\":\"ada\"},\":v1\":{\"N\":\"7\"}"));
}

/* Row 206. */
static void a_condition_on_the_sort_key_a_filter_and_a_direction_speak_of_members(void **state)
{
    (void)state;
    run(order_query(client, ADA,
                    DYNOX_WITH(.sort = DYNOX_EXPR("number >= ?", 5), .filter = DYNOX_EXPR("status = ?", "open"),
                               .descending = true, .page_size = 30)));
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0 AND #n1 >= :v1\"");
    assert_sent("\"FilterExpression\":\"#n2 = :v2\",\"ScanIndexForward\":false");
    assert_sent("{\"#n0\":\"pk\",\"#n1\":\"sk\",\"#n2\":\"st\"}");
    assert_sent("\"Limit\":30}");
}

/* Rows 206, 207. */
static void an_index_takes_its_keys_from_the_members_it_names(void **state)
{
    (void)state;
    run(order_query(client, &(order){.status = "open", .total = 200}, DYNOX_WITH(.index = "by_status")));
    assert_sent("{\"TableName\":\"orders\",\"IndexName\":\"by_status\","
                "\"KeyConditionExpression\":\"#n0 = :v0 AND #n1 = :v1\"");
    assert_sent("{\"#n0\":\"st\",\"#n1\":\"total\"}");
    run(order_by_status_query(client, &(order){.status = "open"}, DYNOX_WITH(.sort = DYNOX_EXPR("total > ?", 10))));
    assert_sent("\"IndexName\":\"by_status\",\"KeyConditionExpression\":\"#n0 = :v0 AND #n1 > :v1\"");
}

/* Row 208. */
static void a_query_of_an_index_needs_all_of_its_partition_key(void **state)
{
    (void)state;
    long sent = requests_so_far();
    assert_fails(order_query(client, &(order){.region = "eu"}, DYNOX_WITH(.index = "by_place")), DYNOX_E_VALUE,
                 "order.status: the key is not set");
    assert_fails(order_query(client, &(order){.status = "open"}, DYNOX_WITH(.index = "by_place")), DYNOX_E_VALUE,
                 "order.region: the key is not set");
    assert_int_equal(requests_so_far(), sent);
    run(order_query(client, &(order){.region = "eu", .status = "open", .total = 1, .number = 2},
                    DYNOX_WITH(.index = "by_place")));
    assert_sent("\"#n0 = :v0 AND #n1 = :v1 AND #n2 = :v2 AND #n3 = :v3\"");
    assert_sent("{\"#n0\":\"region\",\"#n1\":\"st\",\"#n2\":\"total\",\"#n3\":\"sk\"}");
    run(order_query(client, &(order){.region = "eu", .status = "open", .number = 2}, DYNOX_WITH(.index = "by_place")));
    assert_sent("\"#n0 = :v0 AND #n1 = :v1\""); /* the second sort key means nothing without the first */
}

typedef struct ticket {
    DYNOX_RECORD;
    const char *pk, *sk, *email;
    int64_t     number;
    dynox_value extras;
} ticket;
static const dynox_attribute ticket_attributes[] = {
    DYNOX_PARTITION_KEY(ticket, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(ticket, sk, .template_ = "TICKET#{number}"),
    DYNOX_STRING(ticket, email),
    DYNOX_INT(ticket, number),
    DYNOX_DYNAMIC(ticket, extras),
};
static const dynox_model_index ticket_indexes[] = {{.name = "inverted", .partition_keys = {"sk"}, .sort_keys = {"pk"}},
                                                   {0}};
DYNOX_MODEL(ticket, .table = "tickets", .indexes = ticket_indexes)
DYNOX_MODEL_INDEX(ticket, inverted)

/* Row 207. */
static void a_key_with_a_template_is_given_itself_or_by_its_parts_but_not_as_two_things(void **state)
{
    (void)state;
    const char *const expected = VALUES("\":v0\":{\"S\":\"TICKET#7\"},\":v1\":{\"S\":\"USER#\"}");
    scripted_answer("Query", "{\"Items\":[]}");
    run(ticket_inverted_query(client, &(ticket){.number = 7}, NULL));
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0 AND begins_with(#n1, :v1)\"");
    assert_sent(expected);
    run(ticket_inverted_query(client, &(ticket){.sk = "TICKET#7"}, NULL));
    assert_sent(expected);
    assert_fails(ticket_inverted_query(client, &(ticket){.sk = "TICKET#8", .number = 7}, NULL), DYNOX_E_VALUE,
                 "ticket.sk is \"TICKET#8\", but its template makes \"TICKET#7\"");
}

static void a_step_that_is_called_like_a_key_is_not_the_key(void **state)
{
    (void)state;
    scripted_answer("Query", "{\"Items\":[]}");
    run(ticket_query(client, &(ticket){.email = "e"}, DYNOX_WITH(.projection = "extras.pk, extras.list[0], sk")));
    assert_sent("\"ProjectionExpression\":\"#n0.#n1, #n0.#n2[0], #n3, #n1\"");
    assert_sent("{\"#n0\":\"extras\",\"#n1\":\"pk\",\"#n2\":\"list\",\"#n3\":\"sk\"}");
}

/* Rows 212 and 211. */
static void a_local_index_has_the_partition_key_of_the_table_and_may_be_read_consistently(void **state)
{
    (void)state;
    run(order_by_total_query(
        client, ADA,
        DYNOX_WITH(.sort = DYNOX_EXPR("total BETWEEN ? AND ?", 1, 9), .consistent_read = true, .descending = true)));
    assert_sent("\"IndexName\":\"by_total\",\"KeyConditionExpression\":\"#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2\"");
    assert_sent("\"ScanIndexForward\":false,\"ConsistentRead\":true");
    assert_sent("{\"#n0\":\"pk\",\"#n1\":\"total\"}");
}

/* Row 210. */
static void a_projection_names_members_and_brings_the_keys_along(void **state)
{
    (void)state;
    run(order_by_status_query(client, &(order){.status = "open"}, DYNOX_WITH(.projection = "region")));
    assert_sent("\"ProjectionExpression\":\"#n0, #n1, #n2, #n3, #n4\"");
    assert_sent("{\"#n0\":\"region\",\"#n1\":\"pk\",\"#n2\":\"sk\",\"#n3\":\"st\",\"#n4\":\"total\"}");
    run(order_query(client, ADA, DYNOX_WITH(.projection = "customer, number")));
    assert_sent("\"ProjectionExpression\":\"#n0, #n1\"");
}

static void a_scan_has_a_filter_and_no_key(void **state)
{
    (void)state;
    run(order_scan(client, DYNOX_WITH(.filter = DYNOX_EXPR("total > ?", 3), .table = "others")));
    assert_sent("{\"TableName\":\"others\",\"FilterExpression\":\"#n0 > :v0\",");
}

static void a_child_asks_for_its_own_kind_and_the_head_of_a_hierarchy_for_all(void **state)
{
    (void)state;
    scripted_answer("Query", "{\"Count\":0,\"ScannedCount\":0,\"Items\":[]}");
    run(dog_query(client, &(dog){.base.owner = "ada"}, DYNOX_WITH(.filter = DYNOX_EXPR("breed = ?", "poodle"))));
    assert_sent("\"FilterExpression\":\"#n1 IN (:v1) AND (#n2 = :v2)\"");
    assert_sent("\":v1\":{\"S\":\"dog\"}");
    run(animal_query(client, &(animal){.owner = "ada"}, NULL));
    assert_sent("{\"TableName\":\"animals\",\"KeyConditionExpression\":\"#n0 = :v0\",\"ExpressionAttributeNames\"");
    run(dog_query(client, &(dog){.base.owner = "ada"}, DYNOX_WITH(.every_type = true)));
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0\",\"ExpressionAttributeNames\"");
}

static void what_cannot_be_asked_is_refused_before_anything_is_sent(void **state)
{
    (void)state;
    long sent = requests_so_far();
    assert_fails(order_query(client, NULL, NULL), DYNOX_E_ARGUMENT,
                 "order_query: the key is missing (NULL); a scan needs none");
    assert_fails(order_by_status_query(client, NULL, NULL), DYNOX_E_ARGUMENT, "order_query: the key is missing (NULL)");
    assert_fails(order_query(client, &(order){.number = 1}, NULL), DYNOX_E_VALUE, "order.customer: the key is not set");
    assert_fails(order_query(client, ADA, DYNOX_WITH(.index = "by_satus")), DYNOX_E_ARGUMENT,
                 "model order has no index \"by_satus\"");
    assert_fails(order_query(client, ADA, DYNOX_WITH(.filter = DYNOX_EXPR("totl = ?", 1))), DYNOX_E_EXPRESSION,
                 "order has no member \"totl\"");
    assert_fails(order_query(client, ADA, DYNOX_WITH(.condition = DYNOX_EXPR("total = ?", 1))), DYNOX_E_ARGUMENT,
                 "order_query: .condition is not an option of a query");
    assert_fails(order_query(client, ADA, DYNOX_WITH(.segments = 2)), DYNOX_E_ARGUMENT,
                 "order_query: .segments is not an option of a query");
    assert_fails(order_scan(client, DYNOX_WITH(.descending = true)), DYNOX_E_ARGUMENT,
                 "order_scan: .descending is not an option of a scan");
    assert_fails(order_by_status_query(client, ADA, DYNOX_WITH(.index = "by_total")), DYNOX_E_ARGUMENT,
                 ".index is not an option");
    assert_fails(dynox_model_index_query(client, &order_model, NULL, ADA, NULL), DYNOX_E_ARGUMENT,
                 "the index is missing (NULL)");
    assert_fails(order_query(NULL, ADA, NULL), DYNOX_E_ARGUMENT, "model order: no client was given");
    assert_int_equal(requests_so_far(), sent);
}

typedef struct twin {
    DYNOX_RECORD;
    const char *id, *one, *other;
} twin;
static const dynox_attribute twin_attributes[] = {
    DYNOX_PARTITION_KEY(twin, id),
    DYNOX_STRING(twin, one, .alias = "n"),
    DYNOX_STRING(twin, other, .alias = "n"),
};
DYNOX_MODEL(twin, .table = "twins")
DYNOX_MODEL_INDEX(twin, by_one)

static void a_model_that_is_declared_wrong_is_the_error_of_each_call(void **state)
{
    (void)state;
    const twin         key    = {.id = "a"};
    const twin *const  keys[] = {&key};
    static const char *words  = "model twin: two attributes are stored as \"n\"";
    assert_fails(twin_query(client, &key, NULL), DYNOX_E_ARGUMENT, words);
    assert_fails(twin_by_one_query(client, &key, NULL), DYNOX_E_ARGUMENT, words);
    assert_fails(twin_scan(client, NULL), DYNOX_E_ARGUMENT, words);
    assert_fails(twin_scan(client, DYNOX_WITH(.segments = 2)), DYNOX_E_ARGUMENT, words);
    assert_fails(twin_execute(client, DYNOX_EXPR("SELECT * FROM twins"), NULL), DYNOX_E_ARGUMENT, words);
    assert_refused(twin_first(client, &key, NULL), DYNOX_E_ARGUMENT, words);
    assert_refused(twin_by_one_first(client, &key, NULL), DYNOX_E_ARGUMENT, words);
    assert_refused(twin_count(client, &key, NULL), DYNOX_E_ARGUMENT, words);
    assert_refused(twin_batch_get(client, keys, 1, NULL), DYNOX_E_ARGUMENT, words);
    assert_refused(twin_collect(order_query(client, ADA, NULL), 0), DYNOX_E_ARGUMENT, words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_query_takes_the_partition_key_of_a_record_and_says_no_more, orders_setup),
        cmocka_unit_test_setup(a_sort_key_that_is_given_is_part_of_the_key, orders_setup),
        cmocka_unit_test_setup(a_condition_on_the_sort_key_a_filter_and_a_direction_speak_of_members, orders_setup),
        cmocka_unit_test_setup(an_index_takes_its_keys_from_the_members_it_names, orders_setup),
        cmocka_unit_test_setup(a_query_of_an_index_needs_all_of_its_partition_key, orders_setup),
        cmocka_unit_test_setup(a_key_with_a_template_is_given_itself_or_by_its_parts_but_not_as_two_things,
                               orders_setup),
        cmocka_unit_test_setup(a_step_that_is_called_like_a_key_is_not_the_key, orders_setup),
        cmocka_unit_test_setup(a_local_index_has_the_partition_key_of_the_table_and_may_be_read_consistently,
                               orders_setup),
        cmocka_unit_test_setup(a_projection_names_members_and_brings_the_keys_along, orders_setup),
        cmocka_unit_test_setup(a_scan_has_a_filter_and_no_key, orders_setup),
        cmocka_unit_test_setup(a_child_asks_for_its_own_kind_and_the_head_of_a_hierarchy_for_all, orders_setup),
        cmocka_unit_test_setup(a_model_that_is_declared_wrong_is_the_error_of_each_call, orders_setup),
        cmocka_unit_test_setup(what_cannot_be_asked_is_refused_before_anything_is_sent, orders_setup),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
