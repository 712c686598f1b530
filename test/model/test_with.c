/* What a call is told: options it has no use for, values, the client and the table that are used, and twins. */
#include "client/scripted.h"
#include "model/default_client.h"
#include "model/with.h"

typedef struct user {
    DYNOX_RECORD;
    const char *pk;
} user;
static const dynox_attribute user_attributes[] = {DYNOX_PARTITION_KEY(user, pk)};
DYNOX_MODEL(user, .table = "users")

typedef struct homeless {
    DYNOX_RECORD;
    const char *pk;
} homeless;
static const dynox_attribute homeless_attributes[] = {DYNOX_PARTITION_KEY(homeless, pk)};
static dynox_client         *own_client;
DYNOX_MODEL(homeless, .client = &own_client, .skip_hooks = true)

typedef struct heir {
    homeless base;
} heir;
static const dynox_attribute heir_attributes[] = {DYNOX_BASE(heir, base, homeless)};
DYNOX_MODEL_CHILD(heir, .parent = &homeless_model)

typedef struct disowned {
    homeless base;
} disowned;
static const dynox_attribute disowned_attributes[] = {DYNOX_BASE(disowned, base, homeless)};
static dynox_client         *other_client;
DYNOX_MODEL_CHILD(disowned, .parent = &homeless_model, .client = &other_client)

#define EVERYTHING (~0u)

static const dynox_with *blank(void)
{
    static const dynox_with none = {.size = sizeof(dynox_with)};
    return &none;
}

static void expect_refusal(const char *name, const dynox_with *with, unsigned allowed, const char *words)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, name, &user_model, client, with, allowed);
    assert_int_equal(call.error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(call.error.message, words);
    dynox__typed_call_end(&call);
}

static void expect_fine(const dynox_with *with, unsigned allowed)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "call", &user_model, client, with, allowed);
    if (call.error.status != DYNOX_OK) fail_msg("%s", call.error.message);
    assert_ptr_equal(call.client, client);
    dynox__typed_call_end(&call);
    assert_null(call.client);
}

/* ---- options ---- */

static void no_options_are_fine(void **state)
{
    (void)state;
    expect_fine(NULL, 0);
    expect_fine(blank(), 0);
}

static void an_option_that_the_call_has_no_use_for_is_refused(void **state)
{
    (void)state;
    dynox_expr expr = {0};
    dynox_item item = {0};
    expect_refusal("get", DYNOX_WITH(.filter = &expr), 0, "user_get: .filter is not an option of a get");
    expect_refusal("update", DYNOX_WITH(.limit = 3), 0, "user_update: .limit is not an option of an update");
#define REFUSED(name, ...)                                                                                             \
    expect_refusal("get", DYNOX_WITH(__VA_ARGS__), 0, "user_get: ." name " is not an option of a get");                \
    expect_fine(DYNOX_WITH(__VA_ARGS__), EVERYTHING)
    REFUSED("condition", .condition = &expr);
    REFUSED("sort", .sort = &expr);
    REFUSED("descending", .descending = true);
    REFUSED("filter", .filter = &expr);
    REFUSED("projection", .projection = "a");
    REFUSED("index", .index = "i");
    REFUSED("table", .table = "t");
    REFUSED("limit", .limit = 1);
    REFUSED("prefetch", .prefetch = true);
    REFUSED("start_key", .start_key = &item);
    REFUSED("page_size", .page_size = 1);
    REFUSED("segments", .segments = 1);
    REFUSED("tries", .tries = 1);
    REFUSED("consistent_read", .consistent_read = true);
    REFUSED("read_only", .read_only = true);
    REFUSED("full_replace", .full_replace = true);
    REFUSED("upsert", .upsert = true);
    REFUSED("refresh", .refresh = true);
    REFUSED("skip_hooks", .skip_hooks = true);
    REFUSED("run_hooks", .run_hooks = true);
    REFUSED("skip_version", .skip_version = true);
    REFUSED("every_type", .every_type = true);
    REFUSED("return_on_condition_failure", .return_on_condition_failure = DYNOX_ALL_OLD);
    REFUSED("ambiguous_writes", .ambiguous_writes = DYNOX_AMBIGUOUS_FAIL);
    REFUSED("token", .token = "t");
#undef REFUSED
    expect_fine(DYNOX_WITH(.return_capacity = DYNOX_CAPACITY_TOTAL, .deadline_ms = 5, .correlation_id = "c"), 0);
}

static void values_out_of_range_are_refused(void **state)
{
    (void)state;
    dynox_error error = {0};
    dynox_info  info  = {0};
    expect_refusal("save", DYNOX_WITH(.return_on_condition_failure = DYNOX_ALL_NEW), EVERYTHING,
                   "user_save: return_on_condition_failure may be DYNOX_RETURN_NONE or DYNOX_ALL_OLD");
    expect_refusal("save", DYNOX_WITH(.return_capacity = (dynox_return_capacity)9), EVERYTHING,
                   "user_save: return_capacity has no such value");
    expect_refusal("save", DYNOX_WITH(.ambiguous_writes = (dynox_ambiguous_writes)9), EVERYTHING,
                   "user_save: ambiguous_writes has no such value");
    expect_refusal("save", DYNOX_WITH(.skip_hooks = true, .run_hooks = true), EVERYTHING,
                   "user_save: .skip_hooks and .run_hooks contradict each other");
    expect_refusal("save", DYNOX_WITH(.error = &error), EVERYTHING,
                   "user_save: .error and .info are for the sync_ form; ask the future instead");
    expect_refusal("save", DYNOX_WITH(.info = &info), EVERYTHING,
                   "user_save: .error and .info are for the sync_ form; ask the future instead");
}

static void options_of_another_version_are_told(void **state)
{
    (void)state;
    struct {
        dynox_with with;
        size_t     newer;
    } future            = {.with = {.size = sizeof future}, .newer = 1};
    dynox_with sizeless = {.limit = 1};
    expect_refusal("scan", &future.with, EVERYTHING,
                   "the arguments have fields that this version of the library does not know");
    future.newer = 0;
    expect_fine(&future.with, 0);
    expect_refusal("scan", &sizeless, EVERYTHING,
                   "the field .size of the arguments is not set: set it to their sizeof, or use the macro");
}

/* ---- hooks, table ---- */

static bool hooks_of(const dynox_model *model, const dynox_with *with)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "save", model, client, with, DYNOX__WITH_HOOKS);
    assert_int_equal(call.error.status, DYNOX_OK);
    bool run = dynox__typed_call_hooks(&call);
    dynox__typed_call_end(&call);
    return run;
}

static void the_call_overrides_whether_the_model_runs_hooks(void **state)
{
    (void)state;
    assert_true(hooks_of(&user_model, NULL));
    assert_false(hooks_of(&user_model, DYNOX_WITH(.skip_hooks = true)));
    assert_false(hooks_of(&homeless_model, NULL));
    assert_true(hooks_of(&homeless_model, DYNOX_WITH(.run_hooks = true)));
}

static void a_table_is_asked_for_only_where_one_is_needed(void **state)
{
    (void)state;
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "get", &homeless_model, client, NULL, DYNOX__WITH_TABLE);
    assert_string_equal(call.error.message, "model homeless: it has no .table, nor has this get");
    dynox__typed_call_end(&call);
    dynox__typed_call_begin(&call, "execute", &homeless_model, client, NULL, 0);
    assert_int_equal(call.error.status, DYNOX_OK);
    dynox__typed_call_end(&call);
    dynox__typed_call_begin(&call, "get", &homeless_model, client, DYNOX_WITH(.table = "t"), DYNOX__WITH_TABLE);
    assert_string_equal(dynox__typed_call_table(&call), "t");
    dynox__typed_call_end(&call);
    dynox__typed_call_begin(&call, "get", &user_model, client, DYNOX_WITH(.table = "t"), DYNOX__WITH_TABLE);
    assert_string_equal(dynox__typed_call_table(&call), "t");
    dynox__typed_call_end(&call);
}

/* ---- clients ---- */

static dynox_client *client_of(const dynox_model *model)
{
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "get", model, NULL, NULL, 0);
    dynox_client *used = call.client;
    dynox__typed_call_end(&call);
    return used;
}

/* Row 19. */
static void a_call_without_any_client_names_the_model(void **state)
{
    (void)state;
    dynox__typed_call call;
    dynox__typed_call_begin(&call, "get", &user_model, NULL, NULL, 0);
    assert_int_equal(call.error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(call.error.message, "model user: no client was given, and there is no default one");
    static const dynox__operation get    = {.name = "GetItem"};
    dynox_future                 *future = dynox__typed_call_refused(&call, &get);
    assert_int_equal(dynox_future_error(future), DYNOX_E_ARGUMENT);
    assert_string_equal(dynox_future_details(future)->message,
                        "model user: no client was given, and there is no default one");
    dynox_future_release(future);
    dynox__typed_call_end(&call);
}

/* Rows 19, 20. */
static void the_default_client_is_looked_up_at_each_call(void **state)
{
    (void)state;
    dynox_client *second = scripted_client();
    dynox_set_default_client(client);
    assert_ptr_equal(client_of(&user_model), client);
    dynox_set_default_client(second);
    assert_ptr_equal(client_of(&user_model), second);
    dynox_set_default_client(NULL);
    assert_null(client_of(&user_model));
    dynox_client_free(second);
}

/* Row 21. */
static void a_child_with_a_client_of_its_own_does_not_use_the_parents(void **state)
{
    (void)state;
    dynox_client *second = scripted_client(), *third = scripted_client();
    dynox_set_default_client(third);
    own_client   = client;
    other_client = second;
    assert_ptr_equal(client_of(&homeless_model), client);
    assert_ptr_equal(client_of(&heir_model), client);
    assert_ptr_equal(client_of(&disowned_model), second);
    own_client = NULL;
    assert_ptr_equal(client_of(&homeless_model), third);
    other_client = NULL;
    dynox_set_default_client(NULL);
    dynox_client_free(second);
    dynox_client_free(third);
}

/* ---- twins ---- */

static dynox_status twin(dynox_client *given, bool *out, const dynox_with *with)
{
    return dynox_model_sync_table_exists(given, &user_model, out, with);
}

static void a_twin_fills_error_and_info(void **state)
{
    (void)state;
    dynox_error error = {0};
    bool        found = true;
    assert_int_equal(twin(client, &found, DYNOX_WITH(.error = &error, .limit = 3)), DYNOX_E_ARGUMENT);
    assert_false(found);
    assert_string_equal(error.message, "user_table_exists: .limit is not an option of a table_exists");
    dynox_error_clear(&error);
    dynox_with sizeless = {.error = &error};
    assert_int_equal(twin(client, &found, &sizeless), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(error.message, ".size"));
    dynox_error_clear(&error);
}

static void a_twin_without_a_client_tells_why_there_is_none(void **state)
{
    (void)state;
    dynox_error error = {0};
    bool        found;
    assert_int_equal(twin(NULL, &found, DYNOX_WITH(.error = &error)), DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, "model user: no client was given, and there is no default one");
    dynox_client *none = dynox_client_new(.region = "eu-west-1", .endpoint = "gopher://x", .error = &error);
    assert_null(none);
    dynox_status why = error.status;
    assert_int_equal(twin(none, &found, DYNOX_WITH(.error = &error)), why);
    assert_null(strstr(error.message, "default"));
    dynox_error_clear(&error);
}

static void twins_use_the_default_client(void **state)
{
    (void)state;
    bool found = false;
    scripted_answer("DescribeTable", "{\"Table\":{\"TableName\":\"users\",\"TableStatus\":\"ACTIVE\"}}");
    dynox_set_default_client(client);
    assert_int_equal(twin(NULL, &found, NULL), DYNOX_OK);
    assert_true(found);
    dynox_set_default_client(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_options_are_fine),
        cmocka_unit_test(an_option_that_the_call_has_no_use_for_is_refused),
        cmocka_unit_test(values_out_of_range_are_refused),
        cmocka_unit_test(options_of_another_version_are_told),
        cmocka_unit_test(the_call_overrides_whether_the_model_runs_hooks),
        cmocka_unit_test(a_table_is_asked_for_only_where_one_is_needed),
        cmocka_unit_test(a_call_without_any_client_names_the_model),
        cmocka_unit_test(the_default_client_is_looked_up_at_each_call),
        cmocka_unit_test(a_child_with_a_client_of_its_own_does_not_use_the_parents),
        cmocka_unit_test(a_twin_fills_error_and_info),
        cmocka_unit_test(a_twin_without_a_client_tells_why_there_is_none),
        cmocka_unit_test(twins_use_the_default_client),
    };
    return cmocka_run_group_tests_name("with", tests, scripted_setup, scripted_teardown);
}
