/* Collections: what is asked for, whose record each item becomes, what cannot be told apart; and without memory. */
#include "client/scripted.h"

typedef struct user {
    DYNOX_RECORD;
    const char *pk, *sk, *email, *name;
    int         loaded; /* no attribute: by the hook */
} user;
static const dynox_attribute user_attributes[] = {
    DYNOX_PARTITION_KEY(user, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(user, sk, .template_ = "PROFILE"),
    DYNOX_STRING(user, email),
    DYNOX_STRING(user, name, .alias = "n"),
};

static void user_was_loaded(user *self)
{
    self->loaded++;
}

DYNOX_MODEL(user, .table = "shop", .after_load = user_was_loaded)

typedef struct order {
    DYNOX_RECORD;
    const char *pk, *sk, *email;
    int64_t     number, total;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(order, sk, .template_ = "ORDER#{number}"),
    DYNOX_STRING(order, email),
    DYNOX_INT(order, number),
    DYNOX_INT(order, total, .alias = "t"),
};
static const dynox_model_index order_indexes[] = {
    {.name = "by_email", .partition_keys = {"email"}, .sort_keys = {"sk"}}, {0}};
DYNOX_MODEL(order, .table = "shop", .indexes = order_indexes)

/* Like an order's, and longer. */
typedef struct refund {
    DYNOX_RECORD;
    const char *pk, *sk, *email, *why;
} refund;
static const dynox_attribute refund_attributes[] = {
    DYNOX_PARTITION_KEY(refund, pk, .template_ = "USER#{email}"),
    DYNOX_SORT_KEY(refund, sk, .template_ = "ORDER#BACK#{why}"),
    DYNOX_STRING(refund, email),
    DYNOX_STRING(refund, why),
};
DYNOX_MODEL(refund, .table = "shop")

typedef struct elsewhere {
    DYNOX_RECORD;
    const char *pk, *sk;
} elsewhere;
static const dynox_attribute elsewhere_attributes[] = {
    DYNOX_PARTITION_KEY(elsewhere, pk),
    DYNOX_SORT_KEY(elsewhere, sk),
};
static dynox_client *another_client;
DYNOX_MODEL(elsewhere, .table = "elsewhere", .client = &another_client)

/* Neither a discriminator nor a template. */
typedef struct nameless {
    DYNOX_RECORD;
    const char *pk, *sk;
} nameless;
static const dynox_attribute nameless_attributes[] = {
    DYNOX_PARTITION_KEY(nameless, pk),
    DYNOX_SORT_KEY(nameless, sk),
};
DYNOX_MODEL(nameless, .table = "elsewhere")

typedef struct other_key {
    DYNOX_RECORD;
    const char *id, *sk;
} other_key;
static const dynox_attribute other_key_attributes[] = {
    DYNOX_PARTITION_KEY(other_key, id),
    DYNOX_SORT_KEY(other_key, sk, .template_ = "X#{id}"),
};
DYNOX_MODEL(other_key, .table = "shop")

/* Told apart by what they say they are, under another name. */
typedef struct animal {
    DYNOX_RECORD;
    const char *owner, *name, *kind;
} animal;
static const dynox_attribute animal_attributes[] = {
    DYNOX_PARTITION_KEY(animal, owner, .alias = "pk"),
    DYNOX_SORT_KEY(animal, name, .alias = "sk"),
    DYNOX_DISCRIMINATOR(animal, kind, .alias = "ty"),
};
typedef struct dog {
    animal      base;
    const char *breed;
} dog;
static const dynox_attribute dog_attributes[] = {DYNOX_BASE(dog, base, animal), DYNOX_STRING(dog, breed)};
typedef struct cat {
    animal base;
    bool   indoor;
} cat;
static const dynox_attribute cat_attributes[] = {DYNOX_BASE(cat, base, animal), DYNOX_BOOLEAN(cat, indoor)};
DYNOX_MODEL_LATER(dog)
DYNOX_MODEL_LATER(cat)
static dynox_client *pet_client;
DYNOX_MODEL(animal, .table = "pets", .client = &pet_client,
            .children = (const dynox_model *const[]){&dog_model, &cat_model, NULL})
DYNOX_MODEL_CHILD(dog, .parent = &animal_model, .type = "DOG")
DYNOX_MODEL_CHILD(cat, .parent = &animal_model)

typedef struct plant {
    DYNOX_RECORD;
    const char *owner, *name, *kind;
} plant;
static const dynox_attribute plant_attributes[] = {
    DYNOX_PARTITION_KEY(plant, owner, .alias = "pk"),
    DYNOX_SORT_KEY(plant, name, .alias = "sk"),
    DYNOX_DISCRIMINATOR(plant, kind, .alias = "ty"),
};
DYNOX_MODEL(plant, .table = "pets", .client = &another_client)

#define ITEM(sk, rest) "{\"pk\":{\"S\":\"USER#ada\"},\"sk\":{\"S\":\"" sk "\"}" rest "}"
#define PET(sk, type) "{\"pk\":{\"S\":\"ada\"},\"sk\":{\"S\":\"" sk "\"},\"ty\":{\"S\":\"" type "\"}}"
#define NUMBER(name, text) ",\"" name "\":{\"N\":\"" text "\"}"
#define PAGE(items) "{\"Items\":[" items "]"

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("Query", PAGE(ITEM("ORDER#1", NUMBER("number", "1") NUMBER("t", "100")) "," ITEM(
                                 "ORDER#2", NUMBER("number", "2"))) ",\"LastEvaluatedKey\":" ITEM("ORDER#2", "") "}");
    scripted_answer("Query?ExclusiveStartKey", PAGE(ITEM("ORDER#BACK#late", "") "," ITEM(
                                                   "PROFILE", ",\"n\":{\"S\":\"Ada\"}") "," ITEM("WISH#1", "")) "}");
    scripted_answer("Query?pets", PAGE(PET("Rex", "DOG") "," PET("Tom", "cat") "," PET("Fern", "plant") "," PET(
                                      "Nessie", "animal") "," PET("Odd", "unicorn")) "}");
    return 0;
}

#define ADA (&(user){.email = "ada"})
#define EVERYONE DYNOX_MODELS(&user_model, &order_model, &refund_model)

static dynox_collection *collected(dynox_models models, const dynox_with *with)
{
    dynox_error       error  = {0};
    dynox_collection *all    = NULL;
    dynox_status      status = dynox_join(user_collection(client, ADA, models, with), &all, .error = &error);
    if (status != DYNOX_OK) fail_msg("%d: %s", (int)status, error.message);
    return all;
}

/* Row 227. */
static void one_query_gives_the_records_of_each_model_in_order(void **state)
{
    (void)state;
    size_t               orders, users, refunds, rest;
    long                 sent = requests_so_far();
    dynox_collection    *all  = collected(EVERYONE, NULL);
    const order *const  *o    = order_in(all, &orders);
    const user *const   *u    = user_in(all, &users);
    const refund *const *r    = refund_in(all, &refunds);
    assert_int_equal(requests_so_far(), sent + 2); /* pages */
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0\"");
    assert_sent("{\":v0\":{\"S\":\"USER#ada\"}}");
    assert_int_equal(orders, 2);
    assert_int_equal(o[0]->number, 1);
    assert_int_equal(o[0]->total, 100);
    assert_int_equal(o[1]->number, 2);
    assert_int_equal(users, 1);
    assert_string_equal(u[0]->name, "Ada");
    assert_int_equal(u[0]->loaded, 1);
    assert_string_equal(r[0]->sk, "ORDER#BACK#late");
    assert_int_equal(refunds, 1); /* of two that fit, the one of which more is foretold */
    assert_string_equal(dynox_get_string(dynox_collection_rest(all, &rest)[0], "sk"), "WISH#1");
    assert_int_equal(rest, 1);
    assert_null(animal_in(all, &users));
    assert_int_equal(users, 0);
    dynox_collection_free(all);
}

/* Rows 227, 229. */
static void a_collection_has_a_sort_a_limit_and_an_index(void **state)
{
    (void)state;
    size_t            count;
    dynox_collection *all = collected(EVERYONE, DYNOX_WITH(.sort  = DYNOX_EXPR("begins_with(sk, ?)", "ORDER#"),
                                                           .limit = 1, .descending = true, .consistent_read = true));
    assert_sent("\"KeyConditionExpression\":\"#n0 = :v0 AND begins_with(#n1, :v1)\"");
    assert_sent("\"Limit\":1");
    assert_sent("\"ScanIndexForward\":false");
    order_in(all, &count);
    assert_int_equal(count, 1);
    dynox_collection_free(all);
    dynox_error error = {0};
    if (order_sync_collection(client, &(order){.email = "ada"}, EVERYONE, &all,
                              DYNOX_WITH(.index = "by_email", .error = &error)) != DYNOX_OK)
        fail_msg("%s", error.message);
    assert_sent("\"IndexName\":\"by_email\"");
    assert_sent("\"#n0\":\"email\"");
    order_in(all, &count);
    assert_int_equal(count, 2);
    dynox_collection_free(all);
}

/* Row 229. */
static void discriminators_tell_models_apart_and_the_most_specific_one_gets_the_record(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        size_t            animals, dogs, plants, rest;
        dynox_collection *all    = NULL;
        dynox_models      models = turned ? DYNOX_MODELS(&animal_model, &plant_model, &dog_model)
                                          : DYNOX_MODELS(&dog_model, &plant_model, &animal_model);
        assert_int_equal(animal_sync_collection(client, &(animal){.owner = "ada"}, models, &all, NULL), DYNOX_OK);
        const animal *const *a = animal_in(all, &animals);
        dog_in(all, &dogs);
        plant_in(all, &plants);
        dynox_collection_rest(all, &rest);
        assert_int_equal(animals, 2); /* Tom is a cat, which nobody else asked for, and Nessie */
        assert_non_null(cat_from((animal *)(uintptr_t)a[0]));
        assert_int_equal(dogs, 1);
        assert_int_equal(plants, 1);
        assert_int_equal(rest, 1); /* the unicorn */
        dynox_collection_free(all);
    }
}

static void hooks_may_be_skipped_and_never_run_for_what_is_not_taken(void **state)
{
    (void)state;
    size_t            count;
    dynox_collection *all = collected(EVERYONE, DYNOX_WITH(.skip_hooks = true));
    assert_int_equal(user_in(all, &count)[0]->loaded, 0);
    dynox_collection_free(all);
    dynox_future *future = user_collection(client, ADA, EVERYONE, NULL);
    assert_int_equal(dynox_future_wait(future, -1), DYNOX_OK);
    dynox_future_release(future);
    dynox_future_release(user_collection(client, ADA, EVERYONE, NULL));
}

static void refused(dynox_future *future, dynox_status status, const char *words)
{
    dynox_error  error = {0};
    dynox_status found = dynox_join_void(future, .error = &error);
    if (found != status || !strstr(error.message, words))
        fail_msg("%d: %s\ninstead of %d: %s", (int)found, error.message, (int)status, words);
    dynox_error_clear(&error);
}

/* Row 228. */
static void what_cannot_be_collected_is_refused(void **state)
{
    (void)state;
    refused(user_collection(client, ADA, (dynox_models){0}, NULL), DYNOX_E_ARGUMENT,
            "user_collection: no models are given");
    refused(user_collection(client, ADA, (dynox_models){NULL, 3}, NULL), DYNOX_E_ARGUMENT, "no models are given");
    refused(user_collection(client, ADA, DYNOX_MODELS(&user_model, NULL), NULL), DYNOX_E_ARGUMENT,
            "model 2 of the collection is missing (NULL)");
    refused(user_collection(client, ADA, DYNOX_MODELS(&user_model, &elsewhere_model), NULL), DYNOX_E_ARGUMENT,
            "models user and elsewhere are of different tables: shop and elsewhere");
    refused(user_collection(client, ADA, DYNOX_MODELS(&elsewhere_model), NULL), DYNOX_E_ARGUMENT,
            "models user and elsewhere are of different tables: shop and elsewhere");
    refused(user_collection(client, ADA, DYNOX_MODELS(&user_model, &other_key_model), NULL), DYNOX_E_ARGUMENT,
            "models user and other_key have different partition keys: pk and id");
    refused(user_collection(client, ADA, DYNOX_MODELS(&user_model, &order_model, &user_model), NULL), DYNOX_E_ARGUMENT,
            "models user and user cannot be told apart");
    refused(
        elsewhere_collection(client, &(elsewhere){.pk = "x"}, DYNOX_MODELS(&elsewhere_model, &nameless_model), NULL),
        DYNOX_E_ARGUMENT, "models elsewhere and nameless cannot be told apart");
    refused(user_collection(client, NULL, EVERYONE, NULL), DYNOX_E_ARGUMENT, "key");
    refused(user_collection(client, &(user){.email = NULL}, EVERYONE, NULL), DYNOX_E_VALUE, "user.pk");
    refused(user_collection(client, ADA, EVERYONE, DYNOX_WITH(.projection = "name")), DYNOX_E_ARGUMENT,
            ".projection is not an option");
    pet_client = another_client = client;
    refused(animal_collection(NULL, &(animal){.owner = NULL}, DYNOX_MODELS(&animal_model, &plant_model), NULL),
            DYNOX_E_VALUE, "animal.owner");
    another_client = scripted_client();
    refused(animal_collection(NULL, &(animal){.owner = "ada"}, DYNOX_MODELS(&animal_model, &plant_model), NULL),
            DYNOX_E_ARGUMENT, "models animal and plant have different clients");
    dynox_client_free(another_client);
}

static void a_record_that_cannot_be_read_fails_the_whole(void **state)
{
    (void)state;
    scripted_answer("Query?ExclusiveStartKey", PAGE(ITEM("PROFILE", NUMBER("n", "1"))) "}");
    refused(user_collection(client, ADA, EVERYONE, NULL), DYNOX_E_DECODE, "user.name: stored as N");
}

static void collect_without_memory(void *arg)
{
    (void)arg;
    dynox_error       error = {0};
    dynox_collection *all   = NULL;
    client                  = scripted_client();
    if (client && user_sync_collection(client, ADA, EVERYONE, &all, DYNOX_WITH(.error = &error)) != DYNOX_OK &&
        error.status != DYNOX_E_NO_MEMORY)
        fail_msg("%d: %s", (int)error.status, error.message);
    dynox_collection_free(all);
    dynox_error_clear(&error);
    dynox_client_free(client);
}

static void without_memory_nothing_is_left(void **state)
{
    (void)state;
    dynox_client_free(client);    /* no other thread while the allocator changes */
    collect_without_memory(NULL); /* what a model is is found out once */
    test_every_allocation_failing(collect_without_memory, NULL);
    client = scripted_client();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_memory_nothing_is_left, setup), /* first: nothing else has begun */
        cmocka_unit_test_setup(one_query_gives_the_records_of_each_model_in_order, setup),
        cmocka_unit_test_setup(a_collection_has_a_sort_a_limit_and_an_index, setup),
        cmocka_unit_test_setup(discriminators_tell_models_apart_and_the_most_specific_one_gets_the_record, setup),
        cmocka_unit_test_setup(hooks_may_be_skipped_and_never_run_for_what_is_not_taken, setup),
        cmocka_unit_test_setup(what_cannot_be_collected_is_refused, setup),
        cmocka_unit_test_setup(a_record_that_cannot_be_read_fails_the_whole, setup),
    };
    return cmocka_run_group_tests_name("collection", tests, scripted_setup, scripted_teardown);
}
