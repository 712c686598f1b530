/* Tables of models where an allocation fails: a clear error, and nothing is left behind. */
#include "client/sweep.h"
#include <dynox/model_macros.h>

typedef struct order {
    DYNOX_RECORD;
    const char *pk, *city;
    int64_t     number, total;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk),
    DYNOX_SORT_KEY(order, number),
    DYNOX_STRING(order, city),
    DYNOX_INT(order, total, .alias = "t"),
};
static const dynox_model_index order_indexes[] = {
    {.name = "by_total", .local = true, .sort_keys = {"total"}},
    {.name = "by_city", .partition_keys = {"city"}, .projection = DYNOX_PROJECT_SOME, .projected = {"total"}},
    {0}};
DYNOX_MODEL(order, .table = "shop", .indexes = order_indexes)

typedef struct customer {
    DYNOX_RECORD;
    const char *pk;
    int64_t     number;
} customer;
static const dynox_attribute customer_attributes[] = {DYNOX_PARTITION_KEY(customer, pk),
                                                      DYNOX_SORT_KEY(customer, number)};
DYNOX_MODEL(customer, .table = "shop")

static void expect(dynox_future *future)
{
    dynox_status status = dynox_join_void(future);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
}

static void create(void)
{
    expect(dynox_create_table_of(client, DYNOX_MODELS(&order_model, &customer_model),
                                 DYNOX_WITH(.correlation_id = "one")));
}

static void exists(void)
{
    expect(order_table_exists(client, NULL));
}

static void refused(void)
{
    dynox_status status = dynox_join_void(order_delete_table(client, DYNOX_WITH(.limit = 1)));
    assert_true(status == DYNOX_E_ARGUMENT || status == DYNOX_E_NO_MEMORY);
}

#define SHOP(status) "{\"TableName\":\"shop\",\"TableStatus\":\"" status "\"}"

/* Models are made at first use and stay: before anything is counted. */
static void make_models(void)
{
    assert_int_equal(dynox_join_void(order_table_exists(client, NULL)), DYNOX_OK);
    assert_int_equal(dynox_join_void(customer_table_exists(client, NULL)), DYNOX_OK);
}

static int start(void **state)
{
    scripted_setup(state);
    scripted_answer("CreateTable", "{\"TableDescription\":" SHOP("CREATING") "}");
    scripted_answer("DescribeTable", "{\"Table\":" SHOP("ACTIVE") "}");
    make_models();
    dynox_client_free(client);
    return 0;
}

int main(void)
{
    static const sweep_operation operations[] = {
        {"create_table_of", create}, {"table_exists", exists}, {"refused", refused}};
    return sweep_run("table allocations", operations, sizeof operations / sizeof *operations, start);
}
