/* Making models: roles, what is inherited, the hierarchy, indexes, and what is wrong with a declaration. */
#include "base/alloc.h"
#include "model/model.h"
#include "support.h"
#include <dynox/dynox.h>
#include <dynox/model_macros.h>
#include <pthread.h>

/* ---- a hierarchy: animal > dog > puppy, animal > cat ---- */

typedef struct animal {
    DYNOX_RECORD;
    const char *pk, *kind;
    int64_t     age, version;
} animal;
static const dynox_attribute animal_attributes[] = {
    DYNOX_PARTITION_KEY(animal, pk),
    DYNOX_DISCRIMINATOR(animal, kind),
    DYNOX_INT(animal, age, .alias = "a"),
    DYNOX_VERSION(animal, version),
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
typedef struct puppy {
    dog     base;
    int64_t weeks;
} puppy;
static const dynox_attribute puppy_attributes[] = {DYNOX_BASE(puppy, base, dog), DYNOX_INT(puppy, weeks)};

static const dynox_model_index by_age[]   = {{.name = "by_age", .partition_keys = {"age"}}, {0}};
static const dynox_model_index by_breed[] = {{.name = "by_breed", .partition_keys = {"breed"}}, {0}};
DYNOX_MODEL_LATER(dog)
DYNOX_MODEL_LATER(cat)
DYNOX_MODEL_LATER(puppy)
DYNOX_MODEL(animal, .table = "animals", .max_size = 1000, .consistent_read = true, .skip_hooks = true,
            .indexes = by_age, .children = (const dynox_model *const[]){&dog_model, &cat_model, NULL})
DYNOX_MODEL_CHILD(dog, .parent = &animal_model, .type = "DOG", .indexes = by_breed,
                  .children = (const dynox_model *const[]){&puppy_model, NULL})
DYNOX_MODEL_CHILD(cat, .parent = &animal_model, .table = "cats", .max_size = 2000)
DYNOX_MODEL_CHILD(puppy, .parent = &dog_model)

static const dynox__model *made(const dynox_model *declared)
{
    dynox_error         error = {0};
    const dynox__model *model = dynox__model_of(declared, &error);
    if (!model) fail_msg("%s", error.message);
    return model;
}

static void expect_refusal(const dynox_model *declared, const char *words)
{
    dynox_error error = {0};
    assert_null(dynox__model_of(declared, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, words);
    assert_null(dynox__model_of(declared, NULL)); /* again, and nobody asks why */
    dynox_error_clear(&error);
}

/* ---- what a model is ---- */

static void roles_are_found_in_parents_too(void **state)
{
    (void)state;
    const dynox__model *model = made(&puppy_model);
    assert_string_equal(model->partition->name, "pk");
    assert_string_equal(model->discriminator->name, "kind");
    assert_string_equal(model->version->name, "version");
    assert_null(model->sort);
    assert_null(model->ttl);
    assert_string_equal(model->type, "puppy");
    assert_string_equal(made(&dog_model)->type, "DOG");
    assert_ptr_equal(made(&puppy_model), model);
}

static void what_is_not_set_is_the_parents(void **state)
{
    (void)state;
    const dynox__model *own = made(&cat_model), *theirs = made(&puppy_model);
    assert_string_equal(theirs->table, "animals");
    assert_int_equal(theirs->max_size, 1000);
    assert_true(theirs->consistent_read && theirs->skip_hooks);
    assert_string_equal(own->table, "cats");
    assert_int_equal(own->max_size, 2000);
    assert_ptr_equal(own->parent, made(&animal_model));
}

/* ---- the hierarchy ---- */

/* Rows 224, 226. */
static void an_item_is_of_the_most_specific_model_that_has_its_type(void **state)
{
    (void)state;
    dynox_error         error  = {0};
    const dynox__model *parent = made(&animal_model);
    assert_ptr_equal(dynox__model_for(parent, "DOG", &error), made(&dog_model));
    assert_ptr_equal(dynox__model_for(parent, "puppy", &error), made(&puppy_model));
    assert_ptr_equal(dynox__model_for(parent, "cat", &error), made(&cat_model));
    assert_ptr_equal(dynox__model_for(parent, "animal", &error), parent);
    assert_ptr_equal(dynox__model_for(parent, "unicorn", &error), parent);
    assert_ptr_equal(dynox__model_for(parent, NULL, &error), parent);
    assert_ptr_equal(dynox__model_for(made(&dog_model), "cat", &error), made(&dog_model));
}

static void what_descends_from_what_is_known(void **state)
{
    (void)state;
    assert_true(dynox__model_is(made(&puppy_model), made(&animal_model)));
    assert_true(dynox__model_is(made(&puppy_model), made(&dog_model)));
    assert_true(dynox__model_is(made(&dog_model), made(&dog_model)));
    assert_false(dynox__model_is(made(&animal_model), made(&dog_model)));
    assert_false(dynox__model_is(made(&puppy_model), made(&cat_model)));
}

/* ---- indexes ---- */

/* Row 213. */
static void a_childs_indexes_change_nothing_of_its_parents(void **state)
{
    (void)state;
    assert_non_null(dynox__model_index(made(&animal_model), "by_age"));
    assert_null(dynox__model_index(made(&animal_model), "by_breed"));
    assert_non_null(dynox__model_index(made(&puppy_model), "by_breed"));
    assert_null(dynox__model_index(made(&puppy_model), "by_age"));
    assert_ptr_equal(dynox__model_indexes(made(&cat_model)), by_age);
}

static void an_index_that_is_not_there_has_its_words(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox__model_refuse_index(made(&animal_model), "invert", &error);
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, "model animal has no index \"invert\"");
    dynox_error_clear(&error);
}

/* A model of its own for each declaration of indexes, made at run time as bindings do. */
typedef struct order {
    DYNOX_RECORD;
    const char *pk, *sk, *status, *part;
    bool        paid;
    int64_t     total;
    DYNOX_MANY(int64_t) numbers;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk, .template_ = "ORDER#{part}"),
    DYNOX_SORT_KEY(order, sk),
    DYNOX_STRING(order, status),
    DYNOX_KEY_PART(order, part),
    DYNOX_BOOLEAN(order, paid),
    DYNOX_INT(order, total),
    DYNOX_ARRAY(order, numbers),
};
DYNOX_MODEL(order, .table = "orders")

static void with_indexes(const dynox_model_index *indexes, const char *words)
{
    struct dynox__shape *shape_made = NULL;
    struct dynox__model *model_made = NULL;
    dynox_model_options  options    = {.table = "orders", .indexes = indexes};
    dynox_model          declared   = order_model;
    declared.shape.made_            = &shape_made;
    declared.made_                  = &model_made;
    declared.options                = &options;
    expect_refusal(&declared, words);
    dynox__free((void *)(uintptr_t)shape_made->slots);
    dynox__free(shape_made);
}
#define WITH_INDEX(words, ...) with_indexes((const dynox_model_index[]){{__VA_ARGS__}, {0}}, (words))

static void indexes_are_checked(void **state)
{
    (void)state;
    WITH_INDEX("model order: the index i has no partition key", .name = "i", .sort_keys = {"total"});
    WITH_INDEX("model order: the index i has a key stauts that is no member", .name = "i",
               .partition_keys = {"status", "stauts"});
    WITH_INDEX("model order: the index i has a key paid that cannot be one", .name = "i", .partition_keys = {"paid"});
    WITH_INDEX("model order: the index i has a key numbers that cannot be one", .name = "i",
               .partition_keys = {"status"}, .sort_keys = {"numbers"});
    WITH_INDEX("model order: the index i has a key part that cannot be one", .name = "i", .partition_keys = {"part"});
    WITH_INDEX("model order: the index i has a gap in its keys", .name = "i",
               .partition_keys = {"status", NULL, "total"});
    WITH_INDEX("model order: the local index i has the table's partition key and one sort key of its own", .name = "i",
               .local = true, .partition_keys = {"pk"}, .sort_keys = {"total"});
    WITH_INDEX("model order: the local index i has the table's partition key and one sort key of its own", .name = "i",
               .local = true);
    WITH_INDEX("model order: the index i has a key toatl that is no member", .name = "i", .local = true,
               .sort_keys = {"toatl"});
}

static void projections_of_indexes_are_checked(void **state)
{
    (void)state;
    WITH_INDEX("model order: the index i projects nmae, which is no member", .name = "i", .partition_keys = {"status"},
               .projection = DYNOX_PROJECT_SOME, .projected = {"total", "nmae"});
    WITH_INDEX("model order: the index i projects part, which is not stored", .name = "i", .partition_keys = {"status"},
               .projection = DYNOX_PROJECT_SOME, .projected = {"part"});
    WITH_INDEX("model order: the index i is DYNOX_PROJECT_SOME and has nothing .projected", .name = "i",
               .partition_keys = {"status"}, .projection = DYNOX_PROJECT_SOME);
    WITH_INDEX("model order: the index i has .projected, which is for DYNOX_PROJECT_SOME", .name = "i",
               .partition_keys = {"status"}, .projected = {"total"});
    WITH_INDEX("model order: the .projection of the index i has no such value", .name = "i",
               .partition_keys = {"status"}, .projection = (dynox_projection)7);
}

static void two_indexes_of_one_name_are_refused(void **state)
{
    (void)state;
    with_indexes((const dynox_model_index[]){{.name = "i", .partition_keys = {"status"}},
                                             {.name = "i", .partition_keys = {"total"}},
                                             {0}},
                 "model order: two indexes are called i");
}

typedef struct plain {
    DYNOX_RECORD;
    const char *pk, *note;
} plain;
static const dynox_attribute   plain_attributes[] = {DYNOX_PARTITION_KEY(plain, pk), DYNOX_STRING(plain, note)};
static const dynox_model_index local_one[]        = {{.name = "i", .local = true, .sort_keys = {"note"}}, {0}};
DYNOX_MODEL(plain, .indexes = local_one)

static void a_local_index_needs_a_table_with_a_sort_key(void **state)
{
    (void)state;
    expect_refusal(&plain_model, "model plain: the local index i needs a table with a sort key");
}

/* ---- what is wrong with a declaration ---- */

typedef struct twice {
    animal  base;
    int64_t revision;
} twice;
static const dynox_attribute twice_attributes[] = {DYNOX_BASE(twice, base, animal), DYNOX_VERSION(twice, revision)};
DYNOX_MODEL_CHILD(twice, .table = "animals")

static void a_role_may_be_had_once_by_inheritance_too(void **state)
{
    (void)state;
    expect_refusal(&twice_model, "model twice: two versions: revision");
}

typedef struct unversioned {
    DYNOX_RECORD;
    const char *pk;
    char        write[27];
} unversioned;
static const dynox_attribute unversioned_attributes[] = {DYNOX_PARTITION_KEY(unversioned, pk),
                                                         DYNOX_WRITE_ID(unversioned, write)};
DYNOX_MODEL(unversioned, .table = "animals")

typedef struct optioned {
    DYNOX_RECORD;
    const char *pk;
    int64_t     version;
    char        write[27];
} optioned;
static const dynox_attribute optioned_attributes[] = {DYNOX_PARTITION_KEY(optioned, pk),
                                                      DYNOX_VERSION(optioned, version),
                                                      DYNOX_WRITE_ID(optioned, write, .required = true)};
DYNOX_MODEL(optioned, .table = "animals")

static void a_write_id_is_the_librarys_beside_a_version(void **state)
{
    (void)state;
    expect_refusal(&unversioned_model, "model unversioned: write is a write id, and there is no DYNOX_VERSION");
    expect_refusal(&optioned_model, "model optioned: write is a write id, which takes no options but .alias");
}

typedef struct stranger {
    DYNOX_RECORD;
    const char *pk;
} stranger;
static const dynox_attribute stranger_attributes[] = {DYNOX_PARTITION_KEY(stranger, pk)};
DYNOX_MODEL_CHILD(stranger, .parent = &animal_model)

static void a_parent_is_the_base_of_the_struct(void **state)
{
    (void)state;
    expect_refusal(&stranger_model,
                   "model stranger: its .parent is animal, and its first member is not DYNOX_BASE of that");
}

typedef struct shelter {
    DYNOX_RECORD;
    const char *pk, *kind;
} shelter;
static const dynox_attribute shelter_attributes[] = {DYNOX_PARTITION_KEY(shelter, pk),
                                                     DYNOX_DISCRIMINATOR(shelter, kind)};
DYNOX_MODEL_LATER(shelter)
DYNOX_MODEL(shelter, .children = (const dynox_model *const[]){&stranger_model, NULL})

static void a_child_begins_with_its_parent(void **state)
{
    (void)state;
    expect_refusal(&shelter_model, "model shelter: its child stranger does not begin with DYNOX_BASE(stranger");
}

typedef struct hermit {
    DYNOX_RECORD;
    const char *pk, *kind;
} hermit;
static const dynox_attribute hermit_attributes[] = {DYNOX_PARTITION_KEY(hermit, pk), DYNOX_DISCRIMINATOR(hermit, kind)};
DYNOX_MODEL_LATER(hermit)
DYNOX_MODEL(hermit, .parent = &hermit_model)

static void what_descends_from_itself_is_refused(void **state)
{
    (void)state;
    expect_refusal(&hermit_model, "model hermit: it descends from too many models");
}

typedef struct base {
    DYNOX_RECORD;
    const char *pk;
} base;
static const dynox_attribute base_attributes[] = {DYNOX_PARTITION_KEY(base, pk)};
typedef struct derived {
    base        base_;
    const char *more;
} derived;
static const dynox_attribute derived_attributes[] = {DYNOX_BASE(derived, base_, base), DYNOX_STRING(derived, more)};
DYNOX_MODEL_LATER(derived)
DYNOX_MODEL(base, .children = (const dynox_model *const[]){&derived_model, NULL})
DYNOX_MODEL_CHILD(derived, .type = "derived")

static void children_have_to_be_told_apart(void **state)
{
    (void)state;
    expect_refusal(&base_model, "model base: it has children and no DYNOX_DISCRIMINATOR to tell them apart");
}

typedef struct shape_ {
    DYNOX_RECORD;
    const char *pk, *kind;
} shape_;
static const dynox_attribute shape__attributes[] = {DYNOX_PARTITION_KEY(shape_, pk), DYNOX_DISCRIMINATOR(shape_, kind)};
typedef struct circle {
    shape_ base_;
} circle;
static const dynox_attribute circle_attributes[] = {DYNOX_BASE(circle, base_, shape_)};
typedef struct square {
    shape_ base_;
} square;
static const dynox_attribute square_attributes[] = {DYNOX_BASE(square, base_, shape_)};
DYNOX_MODEL_CHILD(circle, .type = "round")
DYNOX_MODEL_CHILD(square, .type = "round")
DYNOX_MODEL(shape_, .children = (const dynox_model *const[]){&circle_model, &square_model, NULL})

/* Row 226. */
static void two_children_of_one_type_are_refused(void **state)
{
    (void)state;
    expect_refusal(&shape__model, "model shape_: its children circle and square have the same type");
}

static void no_model_is_refused(void **state)
{
    (void)state;
    expect_refusal(NULL, "the model is missing (NULL)");
}

/* ---- threads and memory ---- */

static void *make_fresh(void *arg)
{
    return (void *)(uintptr_t)dynox__model_of(arg, NULL);
}

static void threads_that_come_at_once_get_one_model(void **state)
{
    (void)state;
    struct dynox__shape *shape_made = NULL;
    struct dynox__model *model_made = NULL;
    dynox_model          declared   = order_model;
    pthread_t            threads[8];
    declared.shape.made_ = &shape_made;
    declared.made_       = &model_made;
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_fresh, &declared), 0);
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_non_null(result);
        assert_ptr_equal(result, model_made);
    }
    dynox__template_free(model_made->templates[0]);
    dynox__free((void *)(uintptr_t)model_made->templates);
    dynox__free(model_made);
    dynox__free((void *)(uintptr_t)shape_made->slots);
    dynox__free(shape_made);
}

static void make_without_memory(void *arg)
{
    struct dynox__model *model_made = NULL;
    dynox_model          declared   = order_model; /* its shape is there already */
    dynox_error          error      = {0};
    (void)arg;
    declared.made_            = &model_made;
    const dynox__model *model = dynox__model_of(&declared, &error);
    if (model) {
        dynox__template_free(model->templates[0]);
        dynox__free((void *)(uintptr_t)model->templates);
        dynox__free(model_made);
    } else {
        assert_int_equal(error.status, DYNOX_E_NO_MEMORY);
    }
    dynox_error_clear(&error);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    made(&order_model);
    test_every_allocation_failing(make_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_found_in_parents_too),
        cmocka_unit_test(what_is_not_set_is_the_parents),
        cmocka_unit_test(an_item_is_of_the_most_specific_model_that_has_its_type),
        cmocka_unit_test(what_descends_from_what_is_known),
        cmocka_unit_test(a_childs_indexes_change_nothing_of_its_parents),
        cmocka_unit_test(an_index_that_is_not_there_has_its_words),
        cmocka_unit_test(indexes_are_checked),
        cmocka_unit_test(projections_of_indexes_are_checked),
        cmocka_unit_test(two_indexes_of_one_name_are_refused),
        cmocka_unit_test(a_local_index_needs_a_table_with_a_sort_key),
        cmocka_unit_test(a_role_may_be_had_once_by_inheritance_too),
        cmocka_unit_test(a_write_id_is_the_librarys_beside_a_version),
        cmocka_unit_test(a_parent_is_the_base_of_the_struct),
        cmocka_unit_test(a_child_begins_with_its_parent),
        cmocka_unit_test(what_descends_from_itself_is_refused),
        cmocka_unit_test(children_have_to_be_told_apart),
        cmocka_unit_test(two_children_of_one_type_are_refused),
        cmocka_unit_test(no_model_is_refused),
        cmocka_unit_test(threads_that_come_at_once_get_one_model),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
