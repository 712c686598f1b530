/* From a record of one model to what it is besides. */
#include "support.h"
#include <dynox/dynox.h>
#include <dynox/model_macros.h>

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
typedef struct cat {
    animal base;
    bool   indoor;
} cat;
static const dynox_attribute cat_attributes[] = {DYNOX_BASE(cat, base, animal), DYNOX_BOOLEAN(cat, indoor)};
DYNOX_MODEL_LATER(dog)
DYNOX_MODEL_LATER(cat)
DYNOX_MODEL(animal, .table = "animals", .children = (const dynox_model *const[]){&dog_model, &cat_model, NULL})
DYNOX_MODEL_CHILD(dog, .parent = &animal_model, .type = "DOG")
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parents_record_is_the_child_that_its_type_says),
        cmocka_unit_test(an_unknown_type_is_only_the_parent),
        cmocka_unit_test(the_type_is_written_by_itself),
        cmocka_unit_test(of_nothing_and_of_ones_own_nothing_is_known),
    };
    return cmocka_run_group_tests_name("hierarchy", tests, NULL, NULL);
}
