/* Several records of one page are reloaded: what each brought stays, and what is known of one says nothing of another.
 */
#include "model/orders.h"

enum { COUNT = 4 };

static int setup(void **state)
{
    return orders_setup(state);
}

static order_list *list_of_four(const dynox_with *with)
{
    dynox_error error = {0};
    order_list *list  = NULL;
    if (order_sync_collect(order_query(client, ADA, with), 0, &list, &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_int_equal(list->count, COUNT);
    return list;
}

static void reload_as(order *o, const char *status)
{
    char answer[200];
    snprintf(answer, sizeof answer, "{\"Item\":{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"%d\"},\"st\":{\"S\":\"%s\"}}}",
             (int)o->number, status);
    scripted_answer("GetItem", answer);
    o->loaded = false;
    assert_int_equal(order_sync_reload(client, o, NULL), DYNOX_OK);
}

static void each_keeps_what_its_reload_brought(void **state)
{
    (void)state;
    static const char *const statuses[COUNT] = {"a", "b", "c", "d"};
    order_list              *list            = list_of_four(NULL);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < COUNT; i++)
            reload_as(list->at[i], statuses[(i + (size_t)round) % COUNT]);
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(list->at[i]->status, statuses[(i + 1) % COUNT]);
        assert_false(order_is_dirty(list->at[i]));
    }
    order_list_free(list);
}

static void that_one_is_whole_does_not_make_the_others_whole(void **state)
{
    (void)state;
    order_list *list = list_of_four(DYNOX_WITH(.projection = "status"));
    reload_as(list->at[0], "a");
    assert_int_equal(order_sync_save(client, list->at[0], DYNOX_WITH(.full_replace = true)), DYNOX_OK);
    assert_int_equal(order_sync_save(client, list->at[1], DYNOX_WITH(.full_replace = true)), DYNOX_E_VALUE);
    order_list_free(list);
}

/* Each answer is another's, and reads are repeated. */
static void a_foreign_answer_is_not_taken_over(void **state)
{
    (void)state;
    order_list *list = list_of_four(NULL);
    scripted_answer("GetItem", "{\"Item\":{\"pk\":{\"S\":\"bob\"},\"sk\":{\"N\":\"1\"}}}");
    assert_int_equal(order_sync_reload(client, list->at[0], NULL), DYNOX_E_DECODE);
    assert_string_equal(list->at[0]->customer, "ada");
    order_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_keeps_what_its_reload_brought, setup),
        cmocka_unit_test_setup(a_foreign_answer_is_not_taken_over, setup),
        cmocka_unit_test_setup(that_one_is_whole_does_not_make_the_others_whole, setup),
    };
    return cmocka_run_group_tests(tests, scripted_setup, scripted_teardown);
}
