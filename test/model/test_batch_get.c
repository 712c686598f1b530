/* The records of many keys. */
#include "model/orders.h"

static const order one = {.customer = "ada", .number = 1}, two = {.customer = "ada", .number = 2},
                   nine = {.customer = "ada", .number = 9};

/* The service answers in an order of its own. */
static int setup(void **state)
{
    orders_setup(state);
    scripted_answer("BatchGetItem", "{\"Responses\":{\"orders\":[" ORDER(2) "," ORDER(1) "]},\"UnprocessedKeys\":{}}");
    return 0;
}

/* An answer has what was asked for, or it is none. */
static void answer_one(void)
{
    scripted_answer("BatchGetItem", "{\"Responses\":{\"orders\":[" ORDER(1) "]}}");
}

static order_list *get(const order *const *keys, size_t count, const dynox_with *with)
{
    dynox_error error = {0};
    order_list *list  = NULL;
    if (dynox_join(order_batch_get(client, keys, count, with), &list, .error = &error) != DYNOX_OK)
        fail_msg("%s", error.message);
    assert_int_equal(list->count, count);
    return list;
}

/* Row 180. */
static void records_come_in_the_order_of_their_keys_and_null_where_there_is_none(void **state)
{
    (void)state;
    const order *const keys[] = {&one, &nine, &two};
    order_list        *list   = get(keys, 3, NULL);
    assert_sent("{\"RequestItems\":{\"orders\":{\"Keys\":[" ORDER_KEY(1) "," ORDER_KEY(9) "," ORDER_KEY(2) "]}}}");
    assert_int_equal(list->at[0]->number, 1);
    assert_null(list->at[1]);
    assert_int_equal(list->at[2]->number, 2);
    assert_string_equal(list->at[2]->status, "open");
    assert_int_equal(orders_loaded, 2);
    assert_true(pthread_equal(list->at[0]->loaded_on, pthread_self()));
    assert_false(order_is_dirty(list->at[0]));
    order_list_free(list);
}

/* Row 180. */
static void no_keys_are_no_request_and_an_empty_list(void **state)
{
    (void)state;
    long sent = requests_so_far();
    order_list_free(get(NULL, 0, NULL));
    assert_int_equal(requests_so_far(), sent);
}

static void a_key_that_is_given_twice_is_asked_for_once_and_gives_two_records(void **state)
{
    (void)state;
    const order *const keys[] = {&one, &two, &one};
    order_list        *list   = get(keys, 3, NULL);
    assert_sent("\"Keys\":[" ORDER_KEY(1) "," ORDER_KEY(2) "]");
    assert_int_equal(list->at[2]->number, 1);
    assert_ptr_not_equal(list->at[0], list->at[2]);
    list->at[0]->status = "paid";
    assert_string_equal(list->at[2]->status, "open");
    assert_int_equal(orders_loaded, 3);
    order_list_free(list);
}

/* Row 180. */
static void more_than_a_hundred_keys_are_several_requests(void **state)
{
    (void)state;
    order        many[150];
    const order *keys[150];
    long         sent = requests_so_far();
    for (int i = 0; i < 150; i++) {
        many[i] = (order){.customer = "ada", .number = i + 3};
        keys[i] = &many[i];
    }
    scripted_answer("BatchGetItem", "{\"Responses\":{},\"UnprocessedKeys\":{}}");
    scripted_answer("BatchGetItem?\"N\":\"140\"", "{\"Responses\":{\"orders\":[" ORDER(140) "]}}");
    order_list *list = get(keys, 150, NULL);
    assert_int_equal(requests_so_far(), sent + 2);
    assert_null(list->at[0]);
    assert_int_equal(list->at[137]->number, 140);
    order_list_free(list);
}

static void what_the_service_hands_back_is_asked_for_again(void **state)
{
    (void)state;
    const order *const keys[] = {&one, &two};
    scripted_answer("BatchGetItem", "{\"Responses\":{\"orders\":[" ORDER(2) "]}}");
    scripted_answer(
        "BatchGetItem?" ORDER_KEY(1),
        "{\"Responses\":{\"orders\":[" ORDER(1) "]},\"UnprocessedKeys\":{\"orders\":{\"Keys\":[" ORDER_KEY(2) "]}}}");
    order_list *list = get(keys, 2, NULL);
    assert_int_equal(list->at[0]->number, 1);
    assert_int_equal(list->at[1]->number, 2);
    order_list_free(list);
}

static void records_of_a_batch_are_changed_and_saved_like_any(void **state)
{
    (void)state;
    const order *const keys[] = {&one};
    answer_one();
    order_list *list    = get(keys, 1, NULL);
    list->at[0]->status = order_keep(list->at[0], "paid");
    scripted_answer("UpdateItem", "{}");
    assert_int_equal(order_sync_save(client, list->at[0], NULL), DYNOX_OK);
    assert_sent("\"Key\":" ORDER_KEY(1));
    order_free(list->at[0]); /* does nothing */
    order_list_free(list);
}

static void options_go_along(void **state)
{
    (void)state;
    const order *const keys[] = {&one};
    dynox_info         info   = {0};
    order_list        *list   = NULL;
    scripted_answer("BatchGetItem", "{\"Responses\":{\"others\":[" ORDER(1) "]},\"ConsumedCapacity\":[{\"TableName\":"
                                                                            "\"others\",\"CapacityUnits\":2}]}");
    assert_int_equal(
        order_sync_batch_get(client, keys, 1, &list,
                             DYNOX_WITH(.consistent_read = true, .projection = "status, customer", .table = "others",
                                        .skip_hooks = true, .info = &info, .return_capacity = DYNOX_CAPACITY_TOTAL)),
        DYNOX_OK);
    assert_sent("{\"RequestItems\":{\"others\":{\"Keys\":[" ORDER_KEY(1) "],\"ConsistentRead\":true,"
                                                                         "\"ProjectionExpression\":\"#n0, #n1, #n2\"");
    assert_sent("{\"#n0\":\"st\",\"#n1\":\"pk\",\"#n2\":\"sk\"}");
    assert_int_equal(info.attempts, 1);
    assert_true(info.capacity->units == 2);
    assert_int_equal(orders_loaded, 0);
    dynox_info_clear(&info);
    order_list_free(list);
}

/* ---- hierarchies ---- */

#define ANIMAL(name, type, rest)                                                                                       \
    "{\"owner\":{\"S\":\"ada\"},\"name\":{\"S\":\"" name "\"},\"type\":{\"S\":\"" type "\"}" rest "}"

static void records_are_what_their_type_says_and_those_of_another_are_none(void **state)
{
    (void)state;
    const animal        rex = {.owner = "ada", .name = "Rex"}, tom = {.owner = "ada", .name = "Tom"};
    const dog           rex_as_dog = {.base = rex}, tom_as_dog = {.base = tom};
    const animal *const animals[] = {&rex, &tom};
    const dog *const    dogs[]    = {&rex_as_dog, &tom_as_dog};
    animal_list        *all       = NULL;
    dog_list           *some      = NULL;
    scripted_answer("BatchGetItem",
                    "{\"Responses\":{\"animals\":[" ANIMAL("Rex", "dog", ",\"breed\":{\"S\":\"poodle\"}") "," ANIMAL(
                        "Tom", "cat", "") "]}}");
    assert_int_equal(animal_sync_batch_get(client, animals, 2, &all, NULL), DYNOX_OK);
    assert_string_equal(dog_from(all->at[0])->breed, "poodle");
    assert_string_equal(all->at[1]->type, "cat");
    assert_null(dog_from(all->at[1]));
    animal_list_free(all);
    assert_int_equal(dog_sync_batch_get(client, dogs, 2, &some, DYNOX_WITH(.projection = "breed")), DYNOX_OK);
    assert_sent("\"ProjectionExpression\":\"#n0, #n1, #n2, #n3\"");
    assert_string_equal(some->at[0]->breed, "poodle");
    assert_null(some->at[1]);
    dog_list_free(some);
}

/* ---- what goes wrong ---- */

static void a_key_that_is_none_is_told_by_its_number(void **state)
{
    (void)state;
    const order        half      = {.number = 3};
    const order *const missing[] = {&one, NULL}, *const halves[] = {&half};
    long sent = requests_so_far();
    assert_refused(order_batch_get(client, missing, 2, NULL), DYNOX_E_ARGUMENT,
                   "order_batch_get: key 2 is missing (NULL)");
    assert_refused(order_batch_get(client, halves, 1, NULL), DYNOX_E_VALUE, "order.customer: the key is not set");
    assert_refused(order_batch_get(client, NULL, 1, NULL), DYNOX_E_ARGUMENT, "the keys are missing (NULL)");
    assert_refused(order_batch_get(NULL, missing, 1, NULL), DYNOX_E_ARGUMENT, "no client was given");
    assert_refused(order_batch_get(client, missing, 1, DYNOX_WITH(.limit = 1)), DYNOX_E_ARGUMENT,
                   "order_batch_get: .limit is not an option of a batch_get");
    assert_refused(order_batch_get(client, missing, 1, DYNOX_WITH(.projection = "colour")), DYNOX_E_EXPRESSION,
                   "order has no member \"colour\"");
    assert_int_equal(requests_so_far(), sent);
}

static void an_item_that_cannot_be_read_fails_all(void **state)
{
    (void)state;
    const order *const keys[] = {&one, &two};
    scripted_answer("BatchGetItem", "{\"Responses\":{\"orders\":[" ORDER(2) ",{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":"
                                                                            "\"1\"},\"total\":{\"S\":\"much\"}}]}}");
    assert_refused(order_batch_get(client, keys, 2, NULL), DYNOX_E_DECODE, "order.total: stored as S");
    assert_int_equal(orders_loaded, 0);
}

static void a_batch_that_fails_says_why(void **state)
{
    (void)state;
    const order *const keys[] = {&one};
    faultserver_say(&server, "throttle AccessDeniedException");
    assert_refused(order_batch_get(client, keys, 1, NULL), DYNOX_E_ACCESS_DENIED, "1 of 1 reads were not answered");
}

static void a_batch_that_is_cancelled_or_forgotten_leaves_nothing(void **state)
{
    (void)state;
    const order *const keys[] = {&one};
    long               sent   = requests_so_far();
    answer_one();
    dynox_future_release(order_batch_get(client, keys, 1, NULL));
    while (requests_so_far() == sent)
        usleep(1000);
    faultserver_say(&server, "silent");
    dynox_future *asked = order_batch_get(client, keys, 1, NULL);
    while (requests_so_far() == sent + 1)
        usleep(1000);
    dynox_future_cancel(asked);
    assert_int_equal(dynox_join_void(asked), DYNOX_E_CANCELLED);
    assert_int_equal(orders_loaded, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(records_come_in_the_order_of_their_keys_and_null_where_there_is_none, setup),
        cmocka_unit_test_setup(no_keys_are_no_request_and_an_empty_list, setup),
        cmocka_unit_test_setup(a_key_that_is_given_twice_is_asked_for_once_and_gives_two_records, setup),
        cmocka_unit_test_setup(more_than_a_hundred_keys_are_several_requests, setup),
        cmocka_unit_test_setup(records_of_a_batch_are_changed_and_saved_like_any, setup),
        cmocka_unit_test_setup(options_go_along, setup),
        cmocka_unit_test_setup(records_are_what_their_type_says_and_those_of_another_are_none, setup),
        cmocka_unit_test_setup(a_key_that_is_none_is_told_by_its_number, setup),
        cmocka_unit_test_setup(an_item_that_cannot_be_read_fails_all, setup),
        cmocka_unit_test_setup(a_batch_that_fails_says_why, setup),
        cmocka_unit_test_setup(a_batch_that_is_cancelled_or_forgotten_leaves_nothing, setup),
        cmocka_unit_test_setup(what_the_service_hands_back_is_asked_for_again, setup), /* last: its answers stay */
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
