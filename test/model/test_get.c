/* One record by its key. */
#include "model/orders.h"

static int setup(void **state)
{
    orders_setup(state);
    scripted_answer("GetItem", "{\"Item\":" ORDER(7) "}");
    return 0;
}

static const order seven = {.customer = "ada", .number = 7};

/* Row 159. */
static void a_record_is_found_or_there_is_none(void **state)
{
    (void)state;
    order *o = NULL;
    assert_int_equal(dynox_join(order_get(client, &seven, NULL), &o), DYNOX_OK);
    assert_sent("{\"TableName\":\"orders\",\"Key\":" ORDER_KEY(7) "}");
    assert_string_equal(o->status, "open");
    assert_int_equal(o->total, 700);
    assert_true(o->loaded);
    order_free(o);
    scripted_answer("GetItem", "{}");
    assert_int_equal(order_sync_get(client, &seven, &o, NULL), DYNOX_OK);
    assert_null(o);
}

typedef struct account {
    DYNOX_RECORD;
    const char *id;
    int64_t     balance;
} account;
static const dynox_attribute account_attributes[] = {
    DYNOX_PARTITION_KEY(account, id),
    DYNOX_INT(account, balance),
};
DYNOX_MODEL(account, .table = "accounts", .consistent_read = true)

/* Row 159. */
static void consistency_is_the_models_or_the_calls(void **state)
{
    (void)state;
    order   *o = NULL;
    account *a = NULL;
    assert_int_equal(order_sync_get(client, &seven, &o, DYNOX_WITH(.consistent_read = true)), DYNOX_OK);
    assert_sent("\"ConsistentRead\":true");
    order_free(o);
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"balance\":{\"N\":\"5\"}}}");
    assert_int_equal(dynox_join_with(account_get(client, &(account){.id = "a"}, NULL), account_model.type,
                                     &(dynox_join_args){.size = sizeof(dynox_join_args), .out = &a}),
                     DYNOX_OK);
    assert_sent("\"ConsistentRead\":true");
    assert_int_equal(a->balance, 5);
    account_free(a);
}

/* Row 159. */
static void an_item_of_the_same_key_may_be_had_without_the_model(void **state)
{
    (void)state;
    dynox_item *item = NULL;
    order      *o    = NULL;
    assert_int_equal(dynox_sync_get_item(client, "orders", DYNOX_ITEM("pk", "ada", "sk", 7), &item), DYNOX_OK);
    assert_string_equal(dynox_get_string(item, "st"), "open");
    o = order_from_item(item, NULL);
    assert_string_equal(o->status, "open");
    dynox_item_free(item);
    order_free(o);
}

static void a_projection_loads_a_part_and_leaves_the_rest_as_it_is(void **state)
{
    (void)state;
    order *o = NULL;
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"7\"},\"total\":{\"N\":\"9\"}}}");
    assert_int_equal(order_sync_get(client, &seven, &o, DYNOX_WITH(.projection = "total")), DYNOX_OK);
    assert_sent("\"ProjectionExpression\":\"#n0, #n1, #n2\"");
    o->total = 10;
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(order_sync_save(client, o, NULL), DYNOX_OK);
    assert_null(strstr(faultserver_ask(&server, "last"), "\\\"st\\\"")); /* what was not fetched is not touched */
    order_free(o);
}

typedef struct ticket {
    DYNOX_RECORD;
    const char *pk, *sk, *email;
    int64_t     number;
} ticket;
static const dynox_attribute ticket_attributes[] = {
    DYNOX_PARTITION_KEY(ticket, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(ticket, sk, .template_ = "TICKET#{number}"),
    DYNOX_STRING(ticket, email),
    DYNOX_INT(ticket, number),
};
DYNOX_MODEL(ticket, .table = "tickets")

static void a_whole_key_is_a_key_whatever_the_number_in_its_template_is_at_first(void **state)
{
    (void)state;
    scripted_answer("GetItem", "{}");
    assert_int_equal(dynox_join_void(ticket_get(client, &(ticket){.pk = "USER#e", .sk = "TICKET#7"}, NULL)), DYNOX_OK);
    assert_sent("\"Key\":{\"pk\":{\"S\":\"USER#e\"},\"sk\":{\"S\":\"TICKET#7\"}}");
    assert_int_equal(dynox_join_void(ticket_get(client, &(ticket){.email = "e", .number = 7}, NULL)), DYNOX_OK);
    assert_sent("\"sk\":{\"S\":\"TICKET#7\"}");
    assert_refused(ticket_get(client, &(ticket){.pk = "USER#e", .sk = "TICKET#7", .number = 8}, NULL), DYNOX_E_VALUE,
                   "ticket.sk is \"TICKET#7\", but its template makes \"TICKET#8\"");
    assert_refused(ticket_get(client, &(ticket){.pk = "USER#e", .sk = "NOTE#7"}, NULL), DYNOX_E_VALUE,
                   "ticket.sk is \"NOTE#7\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_record_is_found_or_there_is_none, setup),
        cmocka_unit_test_setup(consistency_is_the_models_or_the_calls, setup),
        cmocka_unit_test_setup(an_item_of_the_same_key_may_be_had_without_the_model, setup),
        cmocka_unit_test_setup(a_whole_key_is_a_key_whatever_the_number_in_its_template_is_at_first, setup),
        cmocka_unit_test_setup(a_projection_loads_a_part_and_leaves_the_rest_as_it_is, setup),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
