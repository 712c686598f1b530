/* Members of structs: integers of every size, and when there is nothing. */
#include "written.h"

typedef struct sizes {
    int8_t   s1;
    uint8_t  u1;
    int16_t  s2;
    uint16_t u2;
    int32_t  s4;
    uint32_t u4;
    int64_t  s8;
    uint64_t u8;
} sizes;
static const dynox_attribute sizes_attributes[] = {
    DYNOX_INT(sizes, s1), DYNOX_INT(sizes, u1), DYNOX_INT(sizes, s2), DYNOX_INT(sizes, u2),
    DYNOX_INT(sizes, s4), DYNOX_INT(sizes, u4), DYNOX_INT(sizes, s8), DYNOX_INT(sizes, u8),
};
DYNOX_SHAPE(sizes)

static void integers_of_every_size_are_read_and_set(void **state)
{
    (void)state;
    static const struct {
        int64_t least, most;
    } limits[]                = {{INT8_MIN, INT8_MAX},   {0, UINT8_MAX},  {INT16_MIN, INT16_MAX}, {0, UINT16_MAX},
                                 {INT32_MIN, INT32_MAX}, {0, UINT32_MAX}, {INT64_MIN, INT64_MAX}, {0, INT64_MAX}};
    const dynox__shape *shape = dynox__shape_of(&sizes_shape, NULL);
    assert_non_null(shape);
    for (size_t i = 0; i < shape->count; i++) {
        const dynox__member *member = &shape->members[i];
        sizes                record = {0}, before;
        assert_true(dynox__member_set_int(member, &record, limits[i].least));
        assert_int_equal(dynox__member_int(member, &record), limits[i].least);
        assert_true(dynox__member_set_int(member, &record, limits[i].most));
        assert_int_equal(dynox__member_int(member, &record), limits[i].most);
        before = record;
        if (limits[i].most < INT64_MAX) assert_false(dynox__member_set_int(member, &record, limits[i].most + 1));
        if (limits[i].least > INT64_MIN) assert_false(dynox__member_set_int(member, &record, limits[i].least - 1));
        assert_memory_equal(&record, &before, sizeof record);
    }
}

static void assert_absent(const order *record, const char *name, bool absent)
{
    if (dynox__member_absent(order_member(name), record) != absent) fail_msg("%s", name);
}

static void zero_is_absent_where_it_says_nothing(void **state)
{
    (void)state;
    static const char *const never[] = {"small", "wide", "age", "total", "weight"};
    order                    zero    = {0};
    for (size_t i = 0; i < order_made()->count; i++) {
        const char *name     = order_made()->members[i].attribute->member_;
        bool        is_there = false;
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
            is_there = is_there || strcmp(name, never[k]) == 0;
        assert_absent(&zero, name, !is_there);
    }
}

static void a_bool_says_whether_a_member_is_there(void **state)
{
    (void)state;
    order record = {.has_paid = true, .has_note = true, .has_bonus = true, .has_shade = true, .has_first = true};
    assert_absent(&record, "paid", false);
    assert_absent(&record, "note", false);
    assert_absent(&record, "bonus", false);
    assert_absent(&record, "shade", false);
    assert_absent(&record, "first", false);
}

static void keys_that_are_empty_are_absent(void **state)
{
    (void)state;
    order record = {.pk = "", .sk = "x", .name = ""};
    assert_absent(&record, "pk", true);
    assert_absent(&record, "sk", false);
    assert_absent(&record, "name", false);
}

typedef struct optional_date {
    int64_t     at;
    bool        has;
    const char *text;
    bool        has_text;
} optional_date;
static const dynox_attribute optional_date_attributes[] = {
    DYNOX_DATETIME(optional_date, at, .optional = DYNOX_HAS(optional_date, has)),
    DYNOX_STRING(optional_date, text, .optional = DYNOX_HAS(optional_date, has_text)),
};
DYNOX_SHAPE(optional_date)

static void the_first_second_of_1970_can_be_there(void **state)
{
    (void)state;
    const dynox__shape *shape = dynox__shape_of(&optional_date_shape, NULL);
    assert_non_null(shape);
    optional_date record = {.has = true, .has_text = true};
    assert_false(dynox__member_absent(&shape->members[0], &record));
    assert_true(dynox__member_absent(&shape->members[1], &record)); /* NULL is no text, whatever the bool says */
}

static void lists_without_elements_are_there_and_sets_are_not(void **state)
{
    (void)state;
    const char *texts[]   = {"x"};
    int64_t     numbers[] = {1};
    order       record    = {.names = {texts, 0}, .numbers = {numbers, 0}, .tags = {texts, 0}, .ids = {NULL, 1}};
    assert_absent(&record, "names", false);
    assert_absent(&record, "numbers", false);
    assert_absent(&record, "tags", true);
    assert_absent(&record, "ids", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_of_every_size_are_read_and_set),
        cmocka_unit_test(zero_is_absent_where_it_says_nothing),
        cmocka_unit_test(a_bool_says_whether_a_member_is_there),
        cmocka_unit_test(keys_that_are_empty_are_absent),
        cmocka_unit_test(the_first_second_of_1970_can_be_there),
        cmocka_unit_test(lists_without_elements_are_there_and_sets_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
