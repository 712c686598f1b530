/* From a record of one model to what it is besides. */
#include "client/scripted.h"

typedef struct animal {
    DYNOX_RECORD;
    const char *pk, *kind;
} animal;
static const dynox_attribute animal_attributes[] = {DYNOX_PARTITION_KEY(animal, pk), DYNOX_DISCRIMINATOR(animal, kind)};
typedef struct dog {
    animal      base;
    const char *breed;
} dog;
static const dynox_attribute dog_attributes[] = {DYNOX_BASE(dog, base, animal), DYNOX_STRING(dog, breed)};
/* Two floors down. */
typedef struct puppy {
    dog         base;
    const char *toy;
} puppy;
static const dynox_attribute puppy_attributes[] = {DYNOX_BASE(puppy, base, dog), DYNOX_STRING(puppy, toy)};
typedef struct cat {
    animal base;
    bool   indoor;
} cat;
static const dynox_attribute cat_attributes[] = {DYNOX_BASE(cat, base, animal), DYNOX_BOOLEAN(cat, indoor)};
DYNOX_MODEL_LATER(dog)
DYNOX_MODEL_LATER(cat)
DYNOX_MODEL(animal, .table = "animals", .children = (const dynox_model *const[]){&dog_model, &cat_model, NULL})
DYNOX_MODEL_LATER(puppy)
static int dogs_saved;

static void dog_saved(dog *self)
{
    (void)self;
    dogs_saved++;
}

DYNOX_MODEL_CHILD(dog, .parent = &animal_model, .type = "DOG", .after_save = dog_saved,
                  .children = (const dynox_model *const[]){&puppy_model, NULL})
DYNOX_MODEL_CHILD(puppy, .parent = &dog_model)
DYNOX_MODEL_CHILD(cat, .parent = &animal_model)

static animal *loaded(const dynox_item *item)
{
    dynox_error error = {0};
    animal     *made  = animal_from_item(item, &error);
    if (!made) fail_msg("%s", error.message);
    return made;
}

/* Rows 224, 226. */
static void a_parents_record_is_the_child_that_its_type_says(void **state)
{
    (void)state;
    animal *rex = loaded(DYNOX_ITEM("pk", "1", "kind", "DOG", "breed", "collie"));
    dog    *as  = dog_from(rex);
    assert_ptr_equal(as, rex);
    assert_string_equal(as->breed, "collie");
    assert_null(cat_from(rex));
    assert_ptr_equal(animal_from(as), rex);
    animal_free(rex);
}

/* Row 224. */
static void an_unknown_type_is_only_the_parent(void **state)
{
    (void)state;
    animal *what = loaded(DYNOX_ITEM("pk", "1", "kind", "unicorn"));
    assert_ptr_equal(animal_from(what), what);
    assert_null(dog_from(what));
    assert_null(cat_from(what));
    animal_free(what);
}

/* Rows 224, 226. */
static void the_type_is_written_by_itself(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_item *rex = dog_to_item(&(dog){.base.pk = "1"}, &error), *tom = cat_to_item(&(cat){.base.pk = "2"}, &error);
    assert_non_null(rex);
    assert_non_null(tom);
    assert_string_equal(dynox_get_string(rex, "kind"), "DOG");
    assert_string_equal(dynox_get_string(tom, "kind"), "cat");
    dynox_item_free(rex);
    dynox_item_free(tom);
}

static void of_nothing_and_of_ones_own_nothing_is_known(void **state)
{
    (void)state;
    dog own = {.breed = "collie"};
    assert_null(dog_from(NULL));
    assert_null(dog_from(&own));
    assert_non_null(dynox_model_keep(&dog_model, &own, "text"));
    assert_null(dog_from(&own));
    dog_clear(&own);
}

/* ---- with a service ---- */

#define ANIMAL(pk, rest) "{\"pk\":{\"S\":\"" pk "\"}" rest "}"
#define KIND(kind) ",\"kind\":{\"S\":\"" kind "\"}"
#define TEXT(name, text) ",\"" name "\":{\"S\":\"" text "\"}"
#define ALL                                                                                                            \
    ANIMAL("1", KIND("DOG") TEXT("breed", "collie"))                                                                   \
    "," ANIMAL("2", KIND("cat") ",\"indoor\":{\"BOOL\":true}") "," ANIMAL(                                             \
        "3", KIND("puppy") TEXT("toy", "ball")) "," ANIMAL("4", KIND("unicorn")) "," ANIMAL("5", "")

static int setup(void **state)
{
    (void)state;
    faultserver_say(&server, "none");
    scripted_answer("Scan", "{\"Items\":[" ALL "]}");
    scripted_answer("Query", "{\"Items\":[" ALL "]}");
    scripted_answer("BatchGetItem", "{\"Responses\":{\"animals\":[" ALL "]}}");
    scripted_answer("GetItem", "{\"Item\":" ANIMAL("1", KIND("puppy") TEXT("breed", "collie") TEXT("toy", "ball")) "}");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    scripted_answer("DeleteItem", "{}");
    dogs_saved = 0;
    return 0;
}

static void check_all(animal *const *at)
{
    assert_string_equal(dog_from(at[0])->breed, "collie");
    assert_null(puppy_from(at[0]));
    assert_true(cat_from(at[1])->indoor);
    assert_null(dog_from(at[1]));
    assert_string_equal(puppy_from(at[2])->toy, "ball");
    assert_ptr_equal(dog_from(at[2]), at[2]);
    assert_null(dog_from(at[3]));
    assert_string_equal(at[3]->kind, "unicorn");
    assert_null(dog_from(at[4]));
    assert_null(at[4]->kind);
}

/* Row 224. */
static void lists_and_streams_of_parents_have_each_as_what_it_is(void **state)
{
    (void)state;
    dynox_error  error = {0};
    animal_list *list  = NULL;
    if (animal_sync_collect(animal_scan(client, NULL), 0, &list, &error) != DYNOX_OK) fail_msg("%s", error.message);
    assert_int_equal(list->count, 5);
    check_all(list->at);
    animal_list_free(list);
    const animal        all[]  = {{.pk = "1"}, {.pk = "2"}, {.pk = "3"}, {.pk = "4"}, {.pk = "5"}};
    const animal *const keys[] = {&all[0], &all[1], &all[2], &all[3], &all[4]};
    if (animal_sync_batch_get(client, keys, 5, &list, DYNOX_WITH(.error = &error)) != DYNOX_OK)
        fail_msg("%s", error.message);
    check_all(list->at);
    animal_list_free(list);
}

/* Row 224. */
static void a_get_of_a_parent_finds_the_grandchild(void **state)
{
    (void)state;
    animal *a = NULL;
    assert_int_equal(animal_sync_get(client, &(animal){.pk = "1"}, &a, NULL), DYNOX_OK);
    assert_string_equal(puppy_from(a)->toy, "ball");
    assert_string_equal(dog_from(a)->breed, "collie");
    animal_free(a);
    dog *d = NULL;
    assert_int_equal(dog_sync_get(client, &(dog){.base.pk = "1"}, &d, NULL), DYNOX_OK);
    assert_string_equal(puppy_from(d)->toy, "ball");
    dog_free(d);
}

/* Row 225. */
static void a_query_of_a_child_asks_for_its_types_only(void **state)
{
    (void)state;
    dynox_stream_free(puppy_query(client, &(puppy){.base.base.pk = "1"}, NULL));
    dynox_stream *all = puppy_query(client, &(puppy){.base.base.pk = "1"}, NULL);
    puppy_next(all, NULL);
    assert_sent("\"FilterExpression\":\"#n1 IN (:v1)\"");
    assert_sent("{\"S\":\"puppy\"}");
    dynox_stream_free(all);
    all = dog_scan(client, DYNOX_WITH(.filter = DYNOX_EXPR("breed = ?", "collie")));
    dog_next(all, NULL);
    assert_sent("\"S\":\"DOG\"");
    assert_sent("\"S\":\"puppy\"");
    assert_sent("\"S\":\"collie\"");
    dynox_stream_free(all);
    all = dog_scan(client, DYNOX_WITH(.every_type = true));
    dog_next(all, NULL);
    assert_null(strstr(faultserver_ask(&server, "last"), "FilterExpression"));
    dynox_stream_free(all);
    all = animal_scan(client, NULL);
    animal_next(all, NULL);
    assert_null(strstr(faultserver_ask(&server, "last"), "FilterExpression"));
    dynox_stream_free(all);
}

/* Row 223. */
static void inherited_attributes_are_saved_under_the_childs_type(void **state)
{
    (void)state;
    dynox_error error = {0};
    puppy       rex   = {.base.base.pk = "1", .base.breed = "collie", .toy = "ball"};
    if (puppy_sync_save(client, &rex, DYNOX_WITH(.error = &error)) != DYNOX_OK) fail_msg("%s", error.message);
    assert_sent("\"Item\":{\"pk\":{\"S\":\"1\"},\"kind\":{\"S\":\"puppy\"},\"breed\":{\"S\":\"collie\"},\"toy\":{\"S\":"
                "\"ball\"}}");
    assert_int_equal(dogs_saved, 1); /* a hook is inherited, too */
}

/* Row 224. */
static void a_child_that_came_as_its_parent_is_saved_as_what_it_is(void **state)
{
    (void)state;
    dynox_error error = {0};
    animal     *a     = NULL;
    assert_int_equal(animal_sync_get(client, &(animal){.pk = "1"}, &a, NULL), DYNOX_OK);
    puppy_from(a)->toy = "bone";
    if (animal_sync_save(client, a, DYNOX_WITH(.error = &error)) != DYNOX_OK) fail_msg("%s", error.message);
    assert_sent("\"UpdateExpression\":\"SET #n0 = :v0\"");
    assert_sent("{\":v0\":{\"S\":\"bone\"}}");
    assert_int_equal(dogs_saved, 1);
    animal *copy = animal_copy(a);
    assert_string_equal(puppy_from(copy)->toy, "bone");
    animal_free(copy);
    if (animal_sync_save(client, a, DYNOX_WITH(.full_replace = true, .error = &error)) != DYNOX_OK)
        fail_msg("%s", error.message);
    assert_sent("\"kind\":{\"S\":\"puppy\"}");
    assert_sent("\"toy\":{\"S\":\"bone\"}");
    dynox_item *item = animal_to_item(a, &error);
    assert_string_equal(dynox_get_string(item, "toy"), "bone");
    dynox_item_free(item);
    animal_free(a);
}

static void parts_and_expressions_are_those_of_what_a_record_is(void **state)
{
    (void)state;
    dynox_error error = {0};
    animal     *a     = NULL;
    scripted_answer("TransactWriteItems", "{}");
    assert_int_equal(animal_sync_get(client, &(animal){.pk = "1"}, &a, NULL), DYNOX_OK);
    puppy_from(a)->toy = "bone";
    if (dynox_sync_transact_write(client, DYNOX_WRITES(animal_saving(a, NULL)), .error = &error) != DYNOX_OK)
        fail_msg("%s", error.message);
    assert_sent("{\"S\":\"bone\"}");
    assert_int_equal(dogs_saved, 1);
    if (animal_sync_update(client, a, DYNOX_EXPR("SET toy = ?", "stick"), DYNOX_WITH(.error = &error)) != DYNOX_OK)
        fail_msg("%s", error.message);
    assert_sent("{\"S\":\"stick\"}");
    animal_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parents_record_is_the_child_that_its_type_says),
        cmocka_unit_test(an_unknown_type_is_only_the_parent),
        cmocka_unit_test(the_type_is_written_by_itself),
        cmocka_unit_test(of_nothing_and_of_ones_own_nothing_is_known),
        cmocka_unit_test_setup(lists_and_streams_of_parents_have_each_as_what_it_is, setup),
        cmocka_unit_test_setup(a_get_of_a_parent_finds_the_grandchild, setup),
        cmocka_unit_test_setup(a_query_of_a_child_asks_for_its_types_only, setup),
        cmocka_unit_test_setup(inherited_attributes_are_saved_under_the_childs_type, setup),
        cmocka_unit_test_setup(a_child_that_came_as_its_parent_is_saved_as_what_it_is, setup),
        cmocka_unit_test_setup(parts_and_expressions_are_those_of_what_a_record_is, setup),
    };
    return cmocka_run_group_tests_name("hierarchy", tests, scripted_setup, scripted_teardown);
}
