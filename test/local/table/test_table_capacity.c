/* What requests consume, to the half unit. */
#include "support.h"

#include "local/table/table.h"

static const dynox__index indexes[] = {{.name = "local", .number = 17},
                                       {.name = "global", .number = 18, .is_global = true}};
static const dynox__table table     = {.name = "t", .number = 16, .indexes = indexes, .index_count = 2};

static dynox__buffer answer;

static const char *told(const dynox__consumed *consumed, dynox__capacity_detail detail, bool in_transaction)
{
    answer.size = 0;
    dynox__capacity_write(&answer, consumed, detail, in_transaction);
    dynox__buffer_byte(&answer, 0);
    return answer.data;
}

static int stop(void **state)
{
    (void)state;
    dynox__buffer_free(&answer);
    return 0;
}

static uint64_t read_of(size_t bytes, bool consistent, unsigned factor)
{
    dynox__consumed consumed = {.table = &table};
    dynox__consume_read(&consumed, NULL, bytes, consistent, factor);
    return consumed.read;
}

static uint64_t write_of(size_t before, size_t after)
{
    dynox__consumed consumed = {.table = &table};
    dynox__written  written  = {.before = before, .after = after};
    dynox__consume_write(&consumed, &written, 1);
    return consumed.write;
}

static void reads_round_up_to_4_kb(void **state)
{
    (void)state;
    assert_int_equal(read_of(0, false, 1), 1);
    assert_int_equal(read_of(0, true, 1), 2);
    assert_int_equal(read_of(4096, false, 1), 1);
    assert_int_equal(read_of(4097, false, 1), 2);
    assert_int_equal(read_of(8193, true, 1), 6);
    assert_int_equal(read_of(4096, true, 2), 4);
}

static void writes_round_up_to_1_kb_of_the_larger_side(void **state)
{
    (void)state;
    assert_int_equal(write_of(0, 0), 2);
    assert_int_equal(write_of(0, 1024), 2);
    assert_int_equal(write_of(1025, 10), 4);
    assert_int_equal(write_of(10, 409600), 800);
}

static void an_entry_that_moves_is_removed_and_put(void **state)
{
    (void)state;
    dynox__consumed consumed = {.table = &table};
    dynox__written  written  = {.before = 10, .after = 10, .indexes = {{10, 10, false}, {10, 1030, true}}};
    dynox__consume_write(&consumed, &written, 2);
    assert_int_equal(consumed.write, 4);
    assert_int_equal(consumed.indexes[0].write, 4);
    assert_int_equal(consumed.indexes[1].write, 12);
}

static void it_is_told_as_the_service_does(void **state)
{
    (void)state;
    dynox__consumed consumed = {.table = &table};
    dynox__consume_read(&consumed, &indexes[1], 0, false, 1);
    assert_string_equal(told(&consumed, DYNOX__CAPACITY_NONE, false), "");
    assert_string_equal(told(&consumed, DYNOX__CAPACITY_TOTAL, false), "{\"TableName\":\"t\",\"CapacityUnits\":0.5}");
    assert_string_equal(told(&consumed, DYNOX__CAPACITY_INDEXES, false),
                        "{\"TableName\":\"t\",\"CapacityUnits\":0.5,\"Table\":{\"CapacityUnits\":0.0},"
                        "\"GlobalSecondaryIndexes\":{\"global\":{\"CapacityUnits\":0.5}}}");
    consumed = (dynox__consumed){.table = &table};
    dynox__consume_write(&consumed, &(dynox__written){.after = 5, .indexes = {{0, 5, false}}}, 2);
    assert_string_equal(told(&consumed, DYNOX__CAPACITY_INDEXES, true),
                        "{\"TableName\":\"t\",\"CapacityUnits\":4.0,\"WriteCapacityUnits\":4.0,\"Table\":{"
                        "\"CapacityUnits\":2.0,\"WriteCapacityUnits\":2.0},\"LocalSecondaryIndexes\":{\"local\":{"
                        "\"CapacityUnits\":2.0,\"WriteCapacityUnits\":2.0}}}");
}

static void an_index_of_another_copy_of_the_table_is_known_by_its_number(void **state)
{
    (void)state;
    dynox__index    copy     = indexes[1];
    dynox__consumed consumed = {.table = &table};
    dynox__consume_read(&consumed, &copy, 0, false, 1);
    assert_int_equal(consumed.indexes[1].read, 1);
    copy.number = 99;
    dynox__consume_read(&consumed, &copy, 0, false, 1);
    assert_int_equal(consumed.indexes[1].read, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_round_up_to_4_kb),
        cmocka_unit_test(writes_round_up_to_1_kb_of_the_larger_side),
        cmocka_unit_test(an_entry_that_moves_is_removed_and_put),
        cmocka_unit_test_teardown(it_is_told_as_the_service_does, stop),
        cmocka_unit_test(an_index_of_another_copy_of_the_table_is_known_by_its_number),
    };
    return cmocka_run_group_tests_name("capacity", tests, NULL, NULL);
}
