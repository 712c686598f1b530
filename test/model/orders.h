/* Orders, by number within their customer, and what a scripted service says of them. Include it first. */
#ifndef DYNOX_TEST_MODEL_ORDERS_H
#define DYNOX_TEST_MODEL_ORDERS_H

#define DYNOX_USER_TYPES DYNOX_MODEL_TYPE(order) DYNOX_MODEL_TYPE(animal) DYNOX_MODEL_TYPE(dog)

#include "client/scripted.h"
#include <pthread.h>

typedef struct order {
    DYNOX_RECORD;
    const char *customer, *status, *region;
    int64_t     number, total;
    bool        loaded; /* no attribute: by the hook */
    pthread_t   loaded_on;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, customer, .alias = "pk"),
    DYNOX_SORT_KEY(order, number, .alias = "sk"),
    DYNOX_STRING(order, status, .alias = "st"),
    DYNOX_STRING(order, region),
    DYNOX_INT(order, total),
};
static const dynox_model_index order_indexes[] = {
    {.name = "by_status", .partition_keys = {"status"}, .sort_keys = {"total"}},
    {.name = "by_place", .partition_keys = {"region", "status"}, .sort_keys = {"total", "number"}},
    {.name = "by_total", .local = true, .sort_keys = {"total"}},
    {0},
};

static int orders_loaded;

static void order_was_loaded(order *o)
{
    assert_false(o->loaded); /* once each */
    o->loaded    = true;
    o->loaded_on = pthread_self();
    orders_loaded++;
}

DYNOX_MODEL(order, .table = "orders", .indexes = order_indexes, .after_load = order_was_loaded)
DYNOX_MODEL_INDEX(order, by_status)
DYNOX_MODEL_INDEX(order, by_total)

/* Animals of an owner: dogs, and what is no dog. */
typedef struct animal {
    DYNOX_RECORD;
    const char *owner, *name, *type;
} animal;
static const dynox_attribute animal_attributes[] = {
    DYNOX_PARTITION_KEY(animal, owner),
    DYNOX_SORT_KEY(animal, name),
    DYNOX_DISCRIMINATOR(animal, type),
};
typedef struct dog {
    animal      base;
    const char *breed;
} dog;
static const dynox_attribute dog_attributes[] = {
    DYNOX_BASE(dog, base, animal),
    DYNOX_STRING(dog, breed),
};
DYNOX_MODEL_LATER(animal)
DYNOX_MODEL_CHILD(dog, .parent = &animal_model)
static const dynox_model *const animal_children[] = {&dog_model, NULL};
DYNOX_MODEL(animal, .table = "animals", .children = animal_children)

#define ORDER(number_)                                                                                                 \
    "{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"" #number_                                                                \
    "\"},\"st\":{\"S\":\"open\"},\"region\":{\"S\":\"eu\"},\"total\":{\"N\":\"" #number_ "00\"}}"
#define ORDER_KEY(number_) "{\"pk\":{\"S\":\"ada\"},\"sk\":{\"N\":\"" #number_ "\"}}"
#define BEHIND(number_) ",\"LastEvaluatedKey\":" ORDER_KEY(number_)
#define COST ",\"ConsumedCapacity\":{\"TableName\":\"orders\",\"CapacityUnits\":0.5}"
#define PAGE_OF_TWO(a, b) "{\"Count\":2,\"ScannedCount\":2,\"Items\":[" ORDER(a) "," ORDER(b) "]" COST

/* Orders 1 to 4, on two pages. */
static inline void answer_two_pages(const char *operation)
{
    char name[80];
    scripted_answer(operation, PAGE_OF_TWO(1, 2) BEHIND(2) "}");
    snprintf(name, sizeof name, "%s?ExclusiveStartKey", operation);
    scripted_answer(name, PAGE_OF_TWO(3, 4) "}");
}

#define ADA (&(order){.customer = "ada"})

/* How a stream fails. */
static inline void assert_fails(dynox_stream *stream, dynox_status status, const char *words)
{
    dynox_error error = {0};
    assert_null(dynox_sync_stream_next(stream, &error));
    if (error.status != status || !strstr(error.message, words))
        fail_msg("%d: %s\ninstead of %d: %s", (int)error.status, error.message, (int)status, words);
    dynox_error_clear(&error);
    dynox_stream_free(stream);
}

/* The same of a future. */
static inline void assert_refused(dynox_future *future, dynox_status status, const char *words)
{
    dynox_error  error = {0};
    dynox_status found = dynox_join_void(future, .error = &error);
    if (found != status || !strstr(error.message, words))
        fail_msg("%d: %s\ninstead of %d: %s", (int)found, error.message, (int)status, words);
    dynox_error_clear(&error);
}

static inline int orders_setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    answer_two_pages("Query");
    answer_two_pages("Scan");
    orders_loaded = 0;
    return 0;
}

#endif
