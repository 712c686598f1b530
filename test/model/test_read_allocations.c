/* Reads of models without memory: each allocation fails in turn; what comes is the whole answer or DYNOX_E_NO_MEMORY,
 * and nothing is left. */
#include "model/orders.h"

#include "client/sweep.h"

static void check(dynox_error *error)
{
    if (error->status != DYNOX_OK && error->status != DYNOX_E_NO_MEMORY && error->status != DYNOX_E_PARTIAL)
        fail_msg("%d: %s", (int)error->status, error->message);
    dynox_error_clear(error);
}

static void walk(dynox_stream *stream, int64_t expected)
{
    dynox_error error = {0};
    int64_t     sum   = 0;
    for (const order *o; (o = order_next(stream, &error)); sum += o->number)
        assert_string_equal(o->status, "open");
    if (error.status == DYNOX_OK) assert_int_equal(sum, expected);
    check(&error);
    dynox_stream_free(stream);
}

static void query(void)
{
    walk(order_query(client, ADA,
                     DYNOX_WITH(.sort = DYNOX_EXPR("number > ?", 0), .filter = DYNOX_EXPR("total > ?", 0),
                                .projection = "status, total", .start_key = NULL)),
         10);
}

static void resume(void)
{
    dynox_error   error  = {0};
    dynox_item   *key    = NULL;
    dynox_stream *stream = order_by_status_query(client, &(order){.status = "open"}, NULL);
    if (order_next(stream, &error)) dynox_sync_stream_resume_key(stream, &key, &error);
    if (error.status == DYNOX_OK) assert_int_equal(key->count, 4);
    check(&error);
    dynox_item_free(key);
    dynox_stream_free(stream);
}

static void scan_in_parallel(void)
{
    walk(order_scan(client, DYNOX_WITH(.segments = 1)), 10);
}

static void execute(void)
{
    walk(order_execute(client, DYNOX_EXPR("SELECT * FROM orders WHERE pk = ?", "ada"), NULL), 3);
}

static void collect(void)
{
    dynox_error error = {0};
    order_list *list  = NULL;
    if (order_sync_collect(order_query(client, ADA, NULL), 0, &list, &error) == DYNOX_OK)
        assert_int_equal(list->count, 4);
    check(&error);
    order_list_free(list);
}

static void first(void)
{
    dynox_error error = {0};
    order      *o     = NULL;
    if (order_sync_first(client, ADA, &o, DYNOX_WITH(.error = &error)) == DYNOX_OK) assert_int_equal(o->number, 1);
    check(&error);
    order_free(o);
}

static void count(void)
{
    dynox_error error = {0};
    int64_t     found = 0;
    if (order_sync_count(client, ADA, &found, DYNOX_WITH(.error = &error)) == DYNOX_OK) assert_int_equal(found, 4);
    check(&error);
}

static void batch_get(void)
{
    const order        one = {.customer = "ada", .number = 1}, two = {.customer = "ada", .number = 2};
    const order *const keys[] = {&one, &two, &one};
    dynox_error        error  = {0};
    order_list        *list   = NULL;
    if (order_sync_batch_get(client, keys, 3, &list, DYNOX_WITH(.error = &error, .projection = "status")) == DYNOX_OK) {
        assert_int_equal(list->at[0]->number, 1);
        assert_int_equal(list->at[2]->number, 1);
    }
    check(&error);
    order_list_free(list);
}

static void hierarchy(void)
{
    dynox_error  error = {0};
    animal_list *list  = NULL;
    if (animal_sync_collect(animal_query(client, &(animal){.owner = "eve"}, NULL), 0, &list, &error) == DYNOX_OK)
        assert_string_equal(dog_from(list->at[0])->breed, "poodle");
    check(&error);
    animal_list_free(list);
}

static const sweep_operation operations[] = {
    {"query", query},     {"resume", resume},       {"scan_in_parallel", scan_in_parallel},
    {"execute", execute}, {"collect", collect},     {"first", first},
    {"count", count},     {"batch_get", batch_get}, {"hierarchy", hierarchy},
};

static int start(void **state)
{
    (void)state;
    dynox_error error = {0};
    faultserver_start(&server, NULL);
    orders_setup(state);
    scripted_answer("ExecuteStatement", "{\"Items\":[" ORDER(1) "," ORDER(2) "]}");
    scripted_answer("BatchGetItem", "{\"Responses\":{\"orders\":[" ORDER(2) "," ORDER(1) "]}}");
    scripted_answer("Query?eve", "{\"Items\":[{\"owner\":{\"S\":\"eve\"},\"name\":{\"S\":\"Rex\"},\"type\":{\"S\":"
                                 "\"dog\"},\"breed\":{\"S\":\"poodle\"}}]}");
    /* what a model is is found out once, and never freed */
    order_free(order_from_item(&(dynox_item){0}, &error));
    dog_free(dog_from_item(&(dynox_item){0}, &error));
    dynox_error_clear(&error);
    return 0;
}

int main(void)
{
    return sweep_run("model.read_allocations", operations, sizeof operations / sizeof *operations, start);
}
