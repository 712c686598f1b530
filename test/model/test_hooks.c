/* Hooks: in their order, parents first, and those that take time. */
#include "client/scripted.h"

static char said[256];

static void say(const char *what)
{
    size_t length = strlen(said);
    snprintf(said + length, sizeof said - length, "%s ", what);
}

#define BEFORE(name, type)                                                                                             \
    static dynox_status name(type *record, dynox_error *error)                                                         \
    {                                                                                                                  \
        (void)record;                                                                                                  \
        (void)error;                                                                                                   \
        say(#name);                                                                                                    \
        return DYNOX_OK;                                                                                               \
    }
#define AFTER(name, type)                                                                                              \
    static void name(type *record)                                                                                     \
    {                                                                                                                  \
        (void)record;                                                                                                  \
        say(#name);                                                                                                    \
    }

typedef struct animal {
    DYNOX_RECORD;
    const char *id, *type, *name;
} animal;
static const dynox_attribute animal_attributes[] = {
    DYNOX_PARTITION_KEY(animal, id),
    DYNOX_DISCRIMINATOR(animal, type),
    DYNOX_STRING(animal, name),
};
BEFORE(animal_before_save, animal)
BEFORE(animal_before_delete, animal)
AFTER(animal_after_save, animal)
AFTER(animal_after_load, animal)

typedef struct dog {
    animal      base;
    const char *breed;
} dog;
static const dynox_attribute dog_attributes[] = {
    DYNOX_BASE(dog, base, animal),
    DYNOX_STRING(dog, breed),
};
BEFORE(dog_before_save, dog)
BEFORE(dog_before_update, dog)
AFTER(dog_after_save, dog)
AFTER(dog_after_update, dog)
AFTER(dog_after_delete, dog)
DYNOX_MODEL_LATER(animal)
DYNOX_MODEL_CHILD(dog, .parent = &animal_model, .before_save = dog_before_save, .after_save = dog_after_save,
                  .before_update = dog_before_update, .after_update = dog_after_update,
                  .after_delete = dog_after_delete)
typedef struct cat {
    animal base;
    bool   indoor;
} cat;
static const dynox_attribute cat_attributes[] = {
    DYNOX_BASE(cat, base, animal),
    DYNOX_BOOLEAN(cat, indoor),
};
BEFORE(cat_before_save, cat)
DYNOX_MODEL_CHILD(cat, .table = "animals", .before_save = cat_before_save) /* no .parent: in place of its hooks */
static const dynox_model *const children[] = {&dog_model, &cat_model, NULL};
DYNOX_MODEL(animal, .table = "animals", .children = children, .before_save = animal_before_save,
            .after_save = animal_after_save, .before_delete = animal_before_delete, .after_load = animal_after_load)

static int setup(void **state)
{
    *said = 0;
    if (scripted_setup(state) != 0) return -1;
    scripted_answer("GetItem", "{\"Item\":{\"id\":{\"S\":\"a\"},\"type\":{\"S\":\"dog\"}}}");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    scripted_answer("DeleteItem", "{}");
    return 0;
}

/* Rows 230 and 233. */
static void they_run_in_order_and_parents_first(void **state)
{
    (void)state;
    dog d = {.base.id = "a"};
    assert_int_equal(dog_sync_save(client, &d, NULL), DYNOX_OK);
    assert_string_equal(said, "animal_before_save dog_before_save animal_after_save dog_after_save ");
    *said = 0;
    assert_int_equal(dog_sync_update(client, &d, DYNOX_EXPR("SET breed = ?", "poodle"), NULL), DYNOX_OK);
    assert_string_equal(said, "dog_before_update dog_after_update ");
    *said = 0;
    assert_int_equal(dog_sync_delete(client, &d, NULL), DYNOX_OK);
    assert_string_equal(said, "animal_before_delete dog_after_delete ");
    *said     = 0;
    animal *a = NULL;
    assert_int_equal(animal_sync_get(client, &(animal){.id = "a"}, &a, NULL), DYNOX_OK);
    assert_string_equal(said, "animal_after_load ");
    assert_non_null(dog_from(a));
    *said = 0;
    assert_int_equal(animal_sync_save(client, a, NULL), DYNOX_OK); /* nothing changed */
    assert_string_equal(said, "animal_before_save dog_before_save ");
    animal_free(a);
}

/* Rows 223 and 234. */
static void a_child_has_what_its_parent_has_and_its_hooks_if_it_names_it(void **state)
{
    (void)state;
    cat c = {.base = {.id = "a", .name = "Tom"}, .indoor = true};
    assert_int_equal(cat_sync_save(client, &c, NULL), DYNOX_OK);
    assert_string_equal(said, "cat_before_save ");
    assert_sent(
        "\"Item\":{\"id\":{\"S\":\"a\"},\"type\":{\"S\":\"cat\"},\"name\":{\"S\":\"Tom\"},\"indoor\":{\"BOOL\":true}}");
}

/* Row 225. */
static void a_child_is_asked_for_by_its_type(void **state)
{
    (void)state;
    int64_t count = 0;
    scripted_answer("Query", "{\"Count\":2}");
    assert_int_equal(dog_sync_count(client, &(dog){.base.id = "a"}, &count, NULL), DYNOX_OK);
    assert_sent("\"FilterExpression\":\"#n1 IN (:v1)\"");
    assert_sent("\":v1\":{\"S\":\"dog\"}");
    assert_int_equal(count, 2);
}

/* Row 232. */
static void a_model_may_skip_them_and_a_call_may_not(void **state)
{
    (void)state;
    dog d = {.base.id = "a"};
    assert_int_equal(dog_sync_save(client, &d, DYNOX_WITH(.skip_hooks = true)), DYNOX_OK);
    assert_string_equal(said, "");
}

/* ---- those that take time ---- */

typedef struct file {
    DYNOX_RECORD;
    const char *id, *url;
    int64_t     version;
} file;
static const dynox_attribute file_attributes[] = {
    DYNOX_PARTITION_KEY(file, id),
    DYNOX_STRING(file, url),
    DYNOX_VERSION(file, version),
};
static dynox_status upload_comes_to;

static dynox_outcome uploaded(dynox_future *future, void *arg)
{
    file *f = arg;
    (void)future;
    say("uploaded");
    f->url = "s3://here";
    return upload_comes_to == DYNOX_OK ? dynox_ok(NULL, NULL) : dynox_fail(upload_comes_to);
}

static dynox_future *upload(dynox_client *db, file *f)
{
    assert_non_null(db);
    say("upload");
    return dynox_then(dynox_sleep(5), uploaded, f);
}

static dynox_outcome told(dynox_future *future, void *arg)
{
    file *f = arg;
    (void)future;
    say(f->version == 1 ? "told" : "told too early");
    return dynox_ok(NULL, NULL);
}

static dynox_future *tell(dynox_client *db, file *f)
{
    (void)db;
    return dynox_then(dynox_sleep(5), told, f);
}
DYNOX_MODEL(file, .table = "files", .before_save_async = upload, .after_save_async = tell)

/* Row 235. */
static void async_hooks_are_waited_for_before_and_after(void **state)
{
    (void)state;
    file f          = {.id = "a"};
    upload_comes_to = DYNOX_OK;
    assert_int_equal(file_sync_save(client, &f, NULL), DYNOX_OK);
    assert_string_equal(said, "upload uploaded told ");
    assert_sent("\"url\":{\"S\":\"s3://here\"}");
    assert_int_equal(f.version, 1);
    file_clear(&f);
}

/* Row 235. */
static void an_async_hook_that_fails_is_the_end(void **state)
{
    (void)state;
    file f          = {.id = "a"};
    long before     = requests_so_far();
    upload_comes_to = DYNOX_E_VALUE;
    assert_int_equal(file_sync_save(client, &f, NULL), DYNOX_E_VALUE);
    assert_string_equal(said, "upload uploaded ");
    assert_int_equal(requests_so_far(), before);
    assert_int_equal(f.version, 0);
    upload_comes_to = DYNOX_OK;
}

static void a_cancel_ends_the_wait_for_a_hook(void **state)
{
    (void)state;
    file          f      = {.id = "a"};
    long          before = requests_so_far();
    dynox_future *save   = file_save(client, &f, NULL);
    dynox_future_cancel(save);
    assert_int_equal(dynox_join_void(save), DYNOX_E_CANCELLED);
    assert_int_equal(requests_so_far(), before);
    assert_int_equal(f.version, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scripted_teardown)
    const struct CMUnitTest tests[] = {
        TEST(they_run_in_order_and_parents_first),
        TEST(a_child_has_what_its_parent_has_and_its_hooks_if_it_names_it),
        TEST(a_child_is_asked_for_by_its_type),
        TEST(a_model_may_skip_them_and_a_call_may_not),
        TEST(async_hooks_are_waited_for_before_and_after),
        TEST(an_async_hook_that_fails_is_the_end),
        TEST(a_cancel_ends_the_wait_for_a_hook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
