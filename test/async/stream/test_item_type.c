/* Types that are strict, and loops over streams: what is said when value and variable do not fit. */
#define DYNOX_USER_TYPES user * : &user_type, const user * : &user_type, order * : &order_type,
#include "support.h"
#include <dynox/async.h>

typedef struct user  user;
typedef struct order order;

static const dynox_type user_type  = {.name   = "user *",
                                      .size   = sizeof(void *),
                                      .strict = true,
                                      .advice =
                                          "add DYNOX_MODEL_TYPE(user) to DYNOX_USER_TYPES before the first include"};
static const dynox_type order_type = {.name = "order *", .size = sizeof(void *), .strict = true};
static const dynox_type mild_type  = {.name = "mild *", .size = sizeof(void *)};
static const dynox_type void_type  = {.name = "nothing", .destroy = free};

#define ANOTHER "the awaited value is user *, the variable is order *"
#define UNKNOWN                                                                                                        \
    "the awaited value is user *, and the type of the variable is not known here: "                                    \
    "add DYNOX_MODEL_TYPE(user) to DYNOX_USER_TYPES before the first include"

static int some;

static dynox_future *of(const dynox_type *type)
{
    return dynox_future_of(dynox_ok(&some, type));
}

/* ---- strict types ---- */

static void a_strict_value_is_taken_into_its_own_type_only(void **state)
{
    (void)state;
    user         *right   = NULL;
    const user   *reads   = NULL;
    order        *another = (order *)&some;
    void         *unknown = &some;
    dynox_future *f       = of(&user_type);
    assert_int_equal(dynox_future_take(f, NULL, &unknown), DYNOX_E_TYPE);
    assert_null(unknown);
    assert_int_equal(DYNOX_TAKE(unknown, f), DYNOX_E_TYPE);
    assert_int_equal(DYNOX_TAKE(another, f), DYNOX_E_TYPE);
    assert_null(another);
    assert_int_equal(DYNOX_TAKE(right, f), DYNOX_OK);
    assert_ptr_equal(right, &some);
    dynox_future_release(f);
    assert_int_equal(dynox_join(of(&user_type), &reads), DYNOX_OK);
    assert_int_equal(dynox_join_void(of(&user_type)), DYNOX_OK);
    assert_int_equal(dynox_join(of(&mild_type), &unknown), DYNOX_OK);
}

static void a_join_says_what_to_do(void **state)
{
    (void)state;
    dynox_error error   = {0};
    order      *another = NULL;
    user       *right   = NULL;
    void       *unknown = NULL;
    assert_int_equal(dynox_join(of(&user_type), &another, .error = &error), DYNOX_E_TYPE);
    assert_string_equal(error.message, ANOTHER);
    assert_int_equal(dynox_join(of(&user_type), &unknown, .error = &error), DYNOX_E_TYPE);
    assert_string_equal(error.message, UNKNOWN);
    assert_int_equal(dynox_join(of(&order_type), &unknown, .error = &error), DYNOX_E_TYPE);
    assert_string_equal(error.message, "the awaited value is order *, and the type of the variable is not known here: "
                                       "name it in DYNOX_USER_TYPES before the first include");
    assert_int_equal(dynox_join(of(&mild_type), &right, .error = &error), DYNOX_E_TYPE);
    assert_string_equal(error.message, "the awaited value is mild *, the variable is user *");
    dynox_error_clear(&error);
}

static void a_value_without_a_size_fits_no_variable(void **state)
{
    (void)state;
    void         *unknown = NULL;
    dynox_error   error   = {0};
    dynox_future *f       = dynox_future_of(dynox_ok(malloc(1), &void_type));
    assert_int_equal(dynox_join(f, &unknown, .error = &error), DYNOX_E_TYPE);
    assert_string_equal(error.message,
                        "the awaited value is nothing, the variable is of a type unknown to the library");
    assert_int_equal(dynox_join_void(dynox_future_of(dynox_ok(malloc(1), &void_type))), DYNOX_OK);
    dynox_error_clear(&error);
}

/* how: 0: the variable is right, 1: of another model, 2: not known */
#define HOWS(X)                                                                                                        \
    X(0, DYNOX_OK, "")                                                                                                 \
    X(1, DYNOX_E_TYPE, ANOTHER)                                                                                        \
    X(2, DYNOX_E_TYPE, UNKNOWN)

DYNOX_ASYNC(void *, awaits, (int how;), (const user *right; order * another; void *unknown;))
{
    DYNOX_BEGIN
    if (my->how == 0)
        DYNOX_AWAIT(my->right, of(&user_type));
    else if (my->how == 1)
        DYNOX_AWAIT(my->another, of(&user_type));
    else
        DYNOX_AWAIT(my->unknown, of(&user_type));
    DYNOX_END
}

static void ends(dynox_future *consumed, const char *coroutine, dynox_status status, const char *words)
{
    dynox_error error = {0};
    assert_int_equal(dynox_join_void(consumed, .error = &error), status);
    if (status != DYNOX_OK) {
        assert_memory_equal(error.message, coroutine, strlen(coroutine));
        assert_string_equal(strstr(error.message, ": ") + 2, words);
    }
    dynox_error_clear(&error);
}

static void an_await_says_what_to_do(void **state)
{
    (void)state;
#define AWAIT(how_, status, words) ends(DYNOX_CALL(awaits, .how = how_), "awaits, line ", status, words);
    HOWS(AWAIT)
#undef AWAIT
}

/* ---- streams: one class, and each stream knows the type of its items ---- */

typedef struct some_items {
    dynox_stream      stream;
    const dynox_type *type;
    int               left;
} some_items;

static dynox_stream_state items_next(dynox_stream *stream, const void **item)
{
    some_items *self = (some_items *)(void *)stream;
    if (!self->left) return DYNOX_STREAM_END;
    self->left--;
    *item = &some;
    return DYNOX_STREAM_ITEM;
}

static dynox_future *items_fill(dynox_stream *stream)
{
    (void)stream;
    return dynox_future_of(dynox_ok(NULL, NULL));
}

static const dynox_error *items_error(dynox_stream *stream)
{
    (void)stream;
    return NULL;
}

static void items_destroy(dynox_stream *stream)
{
    free(stream);
}

static const dynox_type *items_type(const dynox_stream *stream)
{
    return ((const some_items *)(const void *)stream)->type;
}

static dynox_stream *three_of(const dynox_type *type)
{
    static const dynox_stream_class telling = {.name      = "telling",
                                               .next      = items_next,
                                               .fill      = items_fill,
                                               .error     = items_error,
                                               .destroy   = items_destroy,
                                               .item_type = items_type};
    static const dynox_stream_class silent  = {
         .name = "silent", .next = items_next, .fill = items_fill, .error = items_error, .destroy = items_destroy};
    some_items *made = malloc(sizeof *made);
    if (!made) abort();
    *made = (some_items){.stream = {type ? &telling : &silent}, .type = type, .left = 3};
    return &made->stream;
}

static void a_stream_tells_its_type_or_not(void **state)
{
    (void)state;
    dynox_stream *telling = three_of(&user_type), *silent = three_of(NULL);
    assert_ptr_equal(dynox_stream_item_type(telling), &user_type);
    assert_null(dynox_stream_item_type(silent));
    assert_null(dynox_stream_item_type(NULL));
    dynox_stream_free(telling);
    dynox_stream_free(silent);
}

static int rounds;

DYNOX_ASYNC(void *, walks, (int how;), (const user *reads; user * right; order * another; void *unknown;))
{
    DYNOX_BEGIN
    if (my->how == 0) {
        DYNOX_FOR_EACH(my->right, three_of(&user_type))
            rounds++;
        DYNOX_FOR_EACH(my->reads, three_of(&user_type))
            rounds++;
        DYNOX_FOR_EACH(my->unknown, three_of(&mild_type))
            rounds++;
        DYNOX_FOR_EACH(my->another, three_of(NULL))
            rounds++;
    } else if (my->how == 1) {
        DYNOX_FOR_EACH(my->another, three_of(&user_type))
            rounds++;
    } else {
        DYNOX_FOR_EACH(my->unknown, three_of(&user_type))
            rounds++;
    }
    DYNOX_END
}

static void a_loop_of_a_coroutine_checks_its_variable(void **state)
{
    (void)state;
    rounds = 0;
#define WALK(how_, status, words) ends(DYNOX_CALL(walks, .how = how_), "walks, line ", status, words);
    HOWS(WALK)
#undef WALK
    assert_int_equal(rounds, 12);
}

static void a_plain_loop_checks_its_variable(void **state)
{
    (void)state;
    dynox_error error = {0};
    rounds            = 0;
    DYNOX_SYNC_FOR_EACH(user *, one, three_of(&user_type), &error) rounds++;
    DYNOX_SYNC_FOR_EACH(const user *, one, three_of(&user_type), &error) rounds++;
    DYNOX_SYNC_FOR_EACH(const order *, one, three_of(NULL), &error) rounds++;
    DYNOX_SYNC_FOR_EACH(const void *, one, three_of(&mild_type), &error) rounds++;
    assert_int_equal(error.status, DYNOX_OK);
    assert_int_equal(rounds, 12);
    DYNOX_SYNC_FOR_EACH(order *, one, three_of(&user_type), &error) rounds++;
    assert_string_equal(error.message, ANOTHER);
    DYNOX_SYNC_FOR_EACH(const void *, one, three_of(&user_type), &error) rounds++;
    assert_string_equal(error.message, UNKNOWN);
    DYNOX_SYNC_FOR_EACH(order *, one, three_of(&user_type), NULL) rounds++;
    assert_int_equal(rounds, 12);
    dynox_error_clear(&error);
}

DYNOX_ASYNC(user *, yields_users, (), ())
{
    DYNOX_BEGIN
    DYNOX_YIELD((user *)&some);
    DYNOX_RETURN(NULL);
    DYNOX_END
}

DYNOX_ASYNC(void *, walks_a_generator, (), (order * another;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->another, DYNOX_GENERATE(yields_users))
        rounds++;
    DYNOX_END
}

static void a_generator_tells_its_result_type(void **state)
{
    (void)state;
    rounds = 0;
    ends(DYNOX_CALL(walks_a_generator), "walks_a_generator, line ", DYNOX_E_TYPE, ANOTHER);
    DYNOX_SYNC_FOR_EACH(user *, one, DYNOX_GENERATE(yields_users), NULL) rounds++;
    assert_int_equal(rounds, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strict_value_is_taken_into_its_own_type_only),
        cmocka_unit_test(a_join_says_what_to_do),
        cmocka_unit_test(a_value_without_a_size_fits_no_variable),
        cmocka_unit_test(an_await_says_what_to_do),
        cmocka_unit_test(a_stream_tells_its_type_or_not),
        cmocka_unit_test(a_loop_of_a_coroutine_checks_its_variable),
        cmocka_unit_test(a_plain_loop_checks_its_variable),
        cmocka_unit_test(a_generator_tells_its_result_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
