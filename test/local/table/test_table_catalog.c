/* The catalog: what calls of several threads see of tables, and descriptions in the store that nobody wrote. */
#include "../local_call.h"

#include "local/store/key.h"
#include "local/table/definition.h"
#include "local/table/keep.h"
#include <pthread.h>

static int start(void **state)
{
    static local_fixture local;
    *state = &local;
    return local_start(&local) ? 0 : -1;
}

static int stop(void **state)
{
    local_stop(*state);
    return 0;
}

static const char create_t[] =
    "{\"TableName\":\"t\",\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[{\"AttributeName\":\"pk\","
    "\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}],\"Tags\":[{\"Key\":"
    "\"k\","
    "\"Value\":\"v\"}],\"GlobalSecondaryIndexes\":[{\"IndexName\":\"idx\",\"KeySchema\":[{\"AttributeName\":\"pk\","
    "\"KeyType\":\"HASH\"}],\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"x\"]}}]}";

static void reader_keeps_the_table_that_it_began_with(void **state)
{
    local_fixture *local = *state, other = **(local_fixture **)state;
    local_do(local, "CreateTable", create_t);
    other.store   = local->store;
    other.catalog = local->catalog;
    other.arena   = (dynox__arena){0};
    other.answer  = (dynox__buffer){0};
    other.said    = (dynox__buffer){0};
    const dynox__table *table, *again;
    dynox__local_call  *call = local_begin(&other, "Scan", "{}", false);
    assert_true(dynox__catalog_get(call, "t", 1, &table));
    local_do(local, "UpdateTable", "{\"TableName\":\"t\",\"DeletionProtectionEnabled\":true}");
    local_do(local, "DescribeTable", "{\"TableName\":\"t\"}");
    assert_false(table->is_protected);
    assert_true(dynox__catalog_get(call, "t", 1, &again));
    assert_false(again->is_protected);
    local_end(&other, false);
    call = local_begin(&other, "Scan", "{}", false);
    assert_true(dynox__catalog_get(call, "t", 1, &again));
    assert_true(again->is_protected);
    local_end(&other, false);
    dynox__arena_free(&other.arena);
    dynox__buffer_free(&other.answer);
    dynox__buffer_free(&other.said);
}

static void a_table_is_read_once(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", create_t);
    const dynox__table *table, *again;
    dynox__local_call  *call = local_begin(local, "Scan", "{}", false);
    assert_true(dynox__catalog_get(call, "t", 1, &table));
    assert_true(dynox__catalog_get(call, "t", 1, &again));
    assert_ptr_equal(table, again);
    local_end(local, false);
    call = local_begin(local, "Scan", "{}", false);
    assert_true(dynox__catalog_get(call, "t", 1, &again));
    assert_ptr_equal(table, again);
    local_end(local, false);
}

static void arns_and_names_find_the_same_table(void **state)
{
    static const char *const given[] = {"t", "arn:aws:dynamodb:ddblocal:000000000000:table/t",
                                        "arn:aws:dynamodb:eu-west-1:1:table/t/index/idx"};
    local_fixture           *local   = *state;
    local_do(local, "CreateTable", create_t);
    dynox__local_call *call = local_begin(local, "Scan", "{}", false);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        const dynox__tree name = {.kind = DYNOX__TREE_TEXT, .text = given[i], .length = strlen(given[i])};
        assert_non_null(dynox__table_find(call, &name));
    }
    assert_null(dynox__table_find(call, NULL));
    assert_string_equal(call->refusal.message, "Requested resource not found");
    local_end(local, false);
}

static void put_bytes(local_fixture *local, const char *bytes, size_t size)
{
    dynox__local_call *call = local_begin(local, "CreateTable", "{}", true);
    DYNOX__ROOM(key, 16);
    const dynox__buffer value = {.data = (char *)(uintptr_t)bytes, .size = size};
    dynox__key_add_u32(&key, DYNOX__SPACE_TABLES);
    dynox__buffer_byte(&key, 't');
    assert_true(dynox__keep_put(call, &key, &value));
    assert_true(local_end(local, true));
}

static char *stored_bytes(local_fixture *local, size_t *size)
{
    dynox__local_call *call  = local_begin(local, "Scan", "{}", false);
    dynox__bytes       value = {0};
    DYNOX__ROOM(key, 16);
    dynox__key_add_u32(&key, DYNOX__SPACE_TABLES);
    dynox__buffer_byte(&key, 't');
    assert_true(dynox__keep_get(call, &key, &value));
    char *copy = malloc(value.size + 1);
    memcpy(copy, value.data, value.size);
    *size = value.size;
    local_end(local, false);
    return copy;
}

/* Every cut, and every byte changed in some ways: it is read, or refused, and nothing worse. */
static void what_nobody_wrote_is_refused(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", create_t);
    size_t size;
    char  *bytes = stored_bytes(local, &size);
    for (size_t i = 0; i < size; i++) {
        put_bytes(local, bytes, i);
        const char *said = local_do(local, "DescribeTable", "{\"TableName\":\"t\"}");
        if (!strstr(said, "InternalServerError")) fail_msg("cut to %zu: %s", i, said);
    }
    static const char instead[] = {0, '"', '[', '9', '-', (char)0xff};
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < sizeof instead; j++) {
            char was = bytes[i];
            bytes[i] = instead[j];
            put_bytes(local, bytes, size);
            local_do(local, "DescribeTable", "{\"TableName\":\"t\"}");
            bytes[i] = was;
        }
    }
    free(bytes);
}

static void a_table_comes_back_as_it_was_written(void **state)
{
    local_fixture *local = *state;
    local_do(local, "CreateTable", create_t);
    dynox__local_call  *call = local_begin(local, "Scan", "{}", false);
    const dynox__table *table;
    size_t              size;
    dynox__buffer       again = {0};
    assert_true(dynox__catalog_get(call, "t", 1, &table));
    dynox__definition_write(&again, table);
    local_end(local, false);
    char *bytes = stored_bytes(local, &size);
    /* But for the status, which time has changed. */
    bytes[size] = 0;
    dynox__buffer_byte(&again, 0);
    assert_non_null(strstr(bytes, "\"Included\":[\"x\"]"));
    assert_non_null(strstr(again.data, "\"Included\":[\"x\"]"));
    assert_non_null(strstr(again.data, "\"Tags\":"));
    free(bytes);
    dynox__buffer_free(&again);
}

/* ---- threads: some read, one changes ---- */

typedef struct reader {
    local_fixture local;
    _Atomic bool *over;
    unsigned      seen;
} reader;

static void *read_on(void *arg)
{
    reader *reads = arg;
    while (!atomic_load(reads->over)) {
        const dynox__table *table;
        dynox__local_call  *call = local_begin(&reads->local, "Scan", "{}", false);
        if (!dynox__catalog_get(call, "t", 1, &table)) break;
        if (table && table->index_count == 1 && strcmp(table->indexes[0].name, "idx") == 0) reads->seen++;
        local_end(&reads->local, false);
    }
    return NULL;
}

static void threads_read_while_tables_come_and_go(void **state)
{
    local_fixture *local = *state;
    _Atomic bool   over  = false;
    reader         readers[3];
    pthread_t      threads[3];
    local_do(local, "CreateTable", create_t);
    for (size_t i = 0; i < 3; i++) {
        readers[i] = (reader){.over  = &over,
                              .local = {.store = local->store, .catalog = local->catalog, .now_us = local->now_us}};
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
    }
    for (int i = 0; i < 200; i++) {
        local_do(local, "UpdateTable",
                 i % 2 ? "{\"TableName\":\"t\",\"DeletionProtectionEnabled\":false}"
                       : "{\"TableName\":\"t\",\"DeletionProtectionEnabled\":true}");
        if (i % 10 == 1) {
            local_do(local, "DeleteTable", "{\"TableName\":\"t\"}");
            local_do(local, "CreateTable", create_t);
        }
    }
    atomic_store(&over, true);
    for (size_t i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        dynox__arena_free(&readers[i].local.arena);
        dynox__buffer_free(&readers[i].local.answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reader_keeps_the_table_that_it_began_with, start, stop),
        cmocka_unit_test_setup_teardown(a_table_is_read_once, start, stop),
        cmocka_unit_test_setup_teardown(arns_and_names_find_the_same_table, start, stop),
        cmocka_unit_test_setup_teardown(what_nobody_wrote_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_table_comes_back_as_it_was_written, start, stop),
        cmocka_unit_test_setup_teardown(threads_read_while_tables_come_and_go, start, stop),
    };
    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
