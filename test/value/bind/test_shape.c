/* Shapes: what is wrong with a declaration is said in words; parents, names and what comes on the wire are prepared. */
#include "base/alloc.h"
#include "support.h"
#include "value/bind/shape.h"
#include <dynox/model_macros.h>
#include <pthread.h>

typedef struct line {
    const char *product;
    int         quantity;
} line;
static const dynox_attribute line_attributes[] = {DYNOX_STRING(line, product), DYNOX_INT(line, quantity)};
DYNOX_SHAPE(line)

typedef struct user {
    const char *pk, *name;
    char        code[8];
    int64_t     age, at;
    bool        paid, has;
    double      total;
    const char *exact;
    line        first;
    DYNOX_MANY(line) lines;
    dynox_value any;
    dynox_item  rest;
} user;

/* ---- refusals ---- */

static void assert_refused_as(const dynox_attribute *attributes, size_t count, const char *message)
{
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"user", sizeof(user), attributes, count, &made};
    dynox_error          error    = {0};
    assert_null(dynox__shape_of(&declared, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, message);
    assert_null(made);
    assert_null(dynox__shape_of(&declared, NULL)); /* again, and nobody listens */
}

/* The last one has to be the one that is wrong. */
#define ASSERT_REFUSED(message, ...)                                                                                   \
    do {                                                                                                               \
        static const dynox_attribute attributes[] = {__VA_ARGS__};                                                     \
        assert_refused_as(attributes, sizeof attributes / sizeof *attributes, message);                                \
    } while (0)

static void options_that_do_not_go_together_are_refused(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: age is required and optional",
                   DYNOX_INT(user, age, .required = true, .optional = DYNOX_HAS(user, has)));
    ASSERT_REFUSED("model user: name is optional by a member of another struct",
                   DYNOX_STRING(user, name, .optional = sizeof(user) + 1));
    ASSERT_REFUSED("model user: age has a precision, which is for dates",
                   DYNOX_INT(user, age, .precision = DYNOX_MILLISECONDS));
}

/* Each model has one key: these are in functions of their own, where enumerators do not meet. */
static void a_key_cannot_be_optional(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: pk is a key and optional",
                   DYNOX_PARTITION_KEY(user, pk, .optional = DYNOX_HAS(user, has)));
}

static void a_key_cannot_be_stored_as_null(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: pk is a key and null_stored", DYNOX_PARTITION_KEY(user, pk, .null_stored = true));
}

static void a_version_cannot_be_stored_as_null(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: age is a version and null_stored", DYNOX_VERSION(user, age, .null_stored = true));
}

static void defaults_are_of_the_type_of_the_member(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: age has a default_string and is no text", DYNOX_INT(user, age, .default_string = "x"));
    ASSERT_REFUSED("model user: name has a default_int and is no integer", DYNOX_STRING(user, name, .default_int = 1));
    ASSERT_REFUSED("model user: age has a default_double and is no double",
                   DYNOX_INT(user, age, .default_double = 0.5));
    ASSERT_REFUSED("model user: age has a default_bool and is no bool", DYNOX_INT(user, age, .default_bool = true));
}

static void generators_are_of_the_type_of_the_member(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: age generates a text and is none", DYNOX_INT(user, age, .generate = DYNOX_UUID7));
    ASSERT_REFUSED("model user: name generates a number and is no integer",
                   DYNOX_STRING(user, name, .generate = DYNOX_EPOCH_MS));
    ASSERT_REFUSED("model user: age generates a date and is neither date nor text",
                   DYNOX_INT(user, age, .generate = DYNOX_UTC_NOW));
}

static char long_alias[UINT16_MAX + 2];

static void names_are_checked(void **state)
{
    (void)state;
    memset(long_alias, 'x', sizeof long_alias - 1);
    ASSERT_REFUSED("model user: name has an empty alias", DYNOX_STRING(user, name, .alias = ""));
    ASSERT_REFUSED("model user: name has too long an alias", DYNOX_STRING(user, name, .alias = long_alias));
    ASSERT_REFUSED("model user: two attributes are stored as \"n\"", DYNOX_STRING(user, name, .alias = "n"),
                   DYNOX_INT(user, age, .alias = "n"));
}

static void an_attribute_of_another_struct_is_refused(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user, attribute 2: it belongs to line", DYNOX_STRING(user, name),
                   DYNOX_STRING(line, product));
    ASSERT_REFUSED("model user, attribute 1: it belongs to nothing", {.kind_ = DYNOX_KIND_INT_});
}

static void what_the_macros_do_not_make_is_refused(void **state)
{
    (void)state;
    ASSERT_REFUSED("model user: the attribute of age is none that the macros make",
                   {.model_ = "user", .member_ = "age"});
    ASSERT_REFUSED("model user: the attribute of ? is none that the macros make",
                   {.model_ = "user", .kind_ = DYNOX_KIND_BAD_});
}

/* A struct cannot have itself in it, but for an array of them: those end somewhere, a shape does not. */
typedef struct tree {
    DYNOX_MANY(struct tree) below;
} tree;
static const dynox_shape     tree_shape;
static const dynox_attribute tree_attributes[] = {DYNOX_STRUCTS(tree, below, tree)};
static struct dynox__shape  *tree_made;
static const dynox_shape     tree_shape = {"tree", sizeof(tree), tree_attributes, 1, &tree_made};

static void structs_that_have_no_end_are_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_null(dynox__shape_of(&tree_shape, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, "model tree: structs are nested too deep at below");
}

static void too_many_attributes_are_refused(void **state)
{
    (void)state;
    static dynox_attribute many[4097];
    assert_refused_as(many, 4097, "model user: more than 4096 attributes");
}

/* ---- what is prepared ---- */

static const dynox__shape *made_of(const dynox_shape *declared)
{
    dynox_error         error = {0};
    const dynox__shape *shape = dynox__shape_of(declared, &error);
    if (!shape) fail_msg("%s", error.message);
    return shape;
}

static void drop(struct dynox__shape *made)
{
    dynox__free((void *)(uintptr_t)made->slots);
    dynox__free(made);
}

static void members_are_prepared_for_the_wire(void **state)
{
    (void)state;
    static char                  name_of_62[63], name_of_90[91];
    static const dynox_attribute attributes[] = {
        DYNOX_STRING(user, name, .alias = "n"),
        DYNOX_BOOLEAN(user, paid),
        DYNOX_INT(user, age, .alias = "with \"quotes\""),
        DYNOX_STRUCT(user, first, line),
        DYNOX_DYNAMIC(user, any),
        DYNOX_STRING(user, code, .alias = name_of_62),
        DYNOX_DOUBLE(user, total, .alias = name_of_90),
    };
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"user", sizeof(user), attributes, 7, &made};
    memset(name_of_62, 'x', 62);
    memset(name_of_90, 'x', 90);
    const dynox__shape *shape = made_of(&declared);
    assert_int_equal(shape->members[0].begin_length, strlen("\"n\":{\"S\":\""));
    assert_memory_equal(shape->members[0].begin, "\"n\":{\"S\":\"", shape->members[0].begin_length);
    assert_int_equal(shape->members[1].opener, 't');
    assert_int_equal(shape->members[2].begin_length, 0);
    assert_int_equal(shape->members[3].opener, '{');
    assert_int_equal(shape->members[4].begin_length, 0);
    assert_int_equal(shape->members[5].begin_length, 62 + 9);
    assert_int_equal(shape->members[6].begin_length, 0);
    assert_true(shape->members[4].is_deep);
    assert_int_equal(shape->deep_count, 1);
    assert_false(shape->is_flat);
    drop(made);
}

static void lists_and_deep_members_make_a_shape_that_is_not_flat(void **state)
{
    (void)state;
    static const dynox_attribute plain[] = {DYNOX_STRING(user, name), DYNOX_STRUCT(user, first, line)};
    static const dynox_attribute lists[] = {DYNOX_STRUCTS(user, lines, line)};
    struct dynox__shape         *made = NULL, *other = NULL;
    const dynox_shape            flat = {"user", sizeof(user), plain, 2, &made};
    const dynox_shape            full = {"user", sizeof(user), lists, 1, &other};
    assert_true(made_of(&flat)->is_flat);
    assert_false(made_of(&full)->is_flat);
    drop(made);
    drop(other);
}

/* ---- parents ---- */

typedef struct animal {
    const char *id;
    int         legs;
} animal;
static const dynox_attribute animal_attributes[] = {DYNOX_PARTITION_KEY(animal, id), DYNOX_INT(animal, legs)};

typedef struct dog {
    animal      base;
    const char *name;
} dog;
static const dynox_attribute dog_attributes[] = {DYNOX_BASE(dog, base, animal), DYNOX_STRING(dog, name)};

typedef struct puppy {
    dog base;
    int weeks;
} puppy;
static const dynox_attribute puppy_attributes[] = {DYNOX_BASE(puppy, base, dog), DYNOX_INT(puppy, weeks)};
DYNOX_SHAPE(puppy)

static void parents_are_flattened(void **state)
{
    (void)state;
    static const char *const names[] = {"id", "legs", "name", "weeks"};
    const dynox__shape      *shape   = made_of(&puppy_shape);
    assert_int_equal(shape->count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(shape->members[i].name, names[i]);
    assert_int_equal(shape->members[1].offset, offsetof(animal, legs));
    assert_int_equal(shape->members[2].offset, offsetof(dog, name));
    assert_int_equal(shape->members[0].role, DYNOX_ROLE_PARTITION_KEY_);
}

static void a_member_that_a_parent_has_too_is_refused(void **state)
{
    (void)state;
    static const dynox_attribute twice[] = {
        {.model_ = "puppy", .member_ = "base", .kind_ = DYNOX_KIND_BASE_, .inner_ = dog_attributes, .inner_count_ = 2},
        DYNOX_INT(puppy, weeks, .alias = "legs")};
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"puppy", sizeof(puppy), twice, 2, &made};
    dynox_error          error    = {0};
    assert_null(dynox__shape_of(&declared, &error));
    assert_string_equal(error.message, "model puppy: two attributes are stored as \"legs\"");
}

/* ---- names ---- */

enum { MANY = 300 };
static char            names[MANY][32];
static dynox_attribute many_attributes[MANY];

static void make_many(size_t count, const char *format)
{
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], format, (unsigned)i);
        many_attributes[i] = (dynox_attribute){.model_  = "many",
                                               .member_ = names[i],
                                               .kind_   = DYNOX_KIND_INT_,
                                               .size_   = 4,
                                               .signed_ = true,
                                               .offset_ = (uint32_t)(i * 4)};
    }
}

/* The slot of each name is its own, as a decoder asks for it: with bytes behind the name. */
static void assert_all_found(const dynox__shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        const dynox__member *member = &shape->members[i];
        uint8_t              wire[48];
        memset(wire, '"', sizeof wire);
        memcpy(wire, member->name, member->name_length);
        assert_ptr_equal(dynox__shape_stored(shape, member->name, member->name_length), member);
        assert_ptr_equal(dynox__shape_member(shape, member->name, member->name_length), member);
        if (shape->slots) assert_int_equal(shape->slots[dynox__name_slot(shape, wire, member->name_length)], i + 1);
    }
    assert_null(dynox__shape_stored(shape, "nothing", 7));
    assert_null(dynox__shape_member(shape, names[0], strlen(names[0]) - 1)); /* a part of a name is none */
}

static void each_of_many_names_has_a_slot(void **state)
{
    (void)state;
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"many", MANY * 4, many_attributes, MANY, &made};
    make_many(MANY, "attribute_%u");
    const dynox__shape *shape = made_of(&declared);
    assert_int_equal(shape->count, MANY);
    assert_non_null(shape->slots);
    assert_all_found(shape);
    drop(made);
}

static void short_names_have_slots_too(void **state)
{
    (void)state;
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"many", MANY * 4, many_attributes, 100, &made};
    make_many(100, "%u");
    assert_non_null(made_of(&declared)->slots);
    snprintf(names[100], sizeof names[100], "??");
    for (size_t i = 0; i < 100; i++)
        assert_ptr_equal(dynox__shape_stored(made, names[i], strlen(names[i])), &made->members[i]);
    drop(made);
}

/* Of one length, with the same first and last eight bytes: no seed tells them apart. */
static void names_that_cannot_be_told_apart_are_compared(void **state)
{
    (void)state;
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"many", MANY * 4, many_attributes, 3, &made};
    make_many(3, "the_same%u_the_same");
    const dynox__shape *shape = made_of(&declared);
    assert_null(shape->slots);
    assert_all_found(shape);
    drop(made);
}

/* ---- once, by any thread ---- */

typedef struct contest {
    const dynox_shape  *declared;
    pthread_barrier_t  *start;
    const dynox__shape *got;
} contest;

static void *ask(void *arg)
{
    contest *one = (contest *)arg;
    pthread_barrier_wait(one->start);
    one->got = dynox__shape_of(one->declared, NULL);
    return NULL;
}

static void threads_get_one_shape(void **state)
{
    (void)state;
    enum { THREADS = 4, ROUNDS = 50 };
    make_many(100, "attribute_%u");
    for (int round = 0; round < ROUNDS; round++) {
        struct dynox__shape *made     = NULL;
        const dynox_shape    declared = {"many", MANY * 4, many_attributes, 100, &made};
        pthread_barrier_t    start;
        pthread_t            threads[THREADS];
        contest              contests[THREADS];
        assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
        for (int i = 0; i < THREADS; i++) {
            contests[i] = (contest){&declared, &start, NULL};
            assert_int_equal(pthread_create(&threads[i], NULL, ask, &contests[i]), 0);
        }
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        for (int i = 0; i < THREADS; i++)
            assert_ptr_equal(contests[i].got, made);
        pthread_barrier_destroy(&start);
        assert_non_null(made);
        drop(made);
    }
}

static void shape_with_failing_memory(void *arg)
{
    (void)arg;
    struct dynox__shape *made     = NULL;
    const dynox_shape    declared = {"many", MANY * 4, many_attributes, 20, &made};
    dynox_error          error    = {0};
    if (!dynox__shape_of(&declared, &error)) {
        assert_true(atomic_load(&test_allocation_failed));
        assert_int_equal(error.status, DYNOX_E_NO_MEMORY);
        assert_null(made);
        assert_non_null(dynox__shape_of(&declared, NULL)); /* the next call tries again */
    }
    drop(made);
}

static void out_of_memory_is_told_and_the_next_call_tries_again(void **state)
{
    (void)state;
    make_many(20, "attribute_%u");
    test_every_allocation_failing(shape_with_failing_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_do_not_go_together_are_refused),
        cmocka_unit_test(a_key_cannot_be_optional),
        cmocka_unit_test(a_key_cannot_be_stored_as_null),
        cmocka_unit_test(a_version_cannot_be_stored_as_null),
        cmocka_unit_test(defaults_are_of_the_type_of_the_member),
        cmocka_unit_test(generators_are_of_the_type_of_the_member),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(an_attribute_of_another_struct_is_refused),
        cmocka_unit_test(what_the_macros_do_not_make_is_refused),
        cmocka_unit_test(structs_that_have_no_end_are_refused),
        cmocka_unit_test(too_many_attributes_are_refused),
        cmocka_unit_test(members_are_prepared_for_the_wire),
        cmocka_unit_test(lists_and_deep_members_make_a_shape_that_is_not_flat),
        cmocka_unit_test(parents_are_flattened),
        cmocka_unit_test(a_member_that_a_parent_has_too_is_refused),
        cmocka_unit_test(each_of_many_names_has_a_slot),
        cmocka_unit_test(short_names_have_slots_too),
        cmocka_unit_test(names_that_cannot_be_told_apart_are_compared),
        cmocka_unit_test(threads_get_one_shape),
        cmocka_unit_test(out_of_memory_is_told_and_the_next_call_tries_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
