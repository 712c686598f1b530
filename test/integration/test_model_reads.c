/* Reads of models against real servers: indexes, pages and where they go on, many keys, segments, statements. */
#define DYNOX_USER_TYPES DYNOX_MODEL_TYPE(reading)
#include "live.h"

typedef struct reading {
    DYNOX_RECORD;
    const char *pk, *sensor, *kind;
    int64_t     minute, value;
} reading;
static const dynox_attribute reading_attributes[] = {
    DYNOX_PARTITION_KEY(reading, pk, .template_ = "SENSOR#{sensor}"),
    DYNOX_SORT_KEY(reading, minute, .alias = "m"),
    DYNOX_STRING(reading, sensor),
    DYNOX_STRING(reading, kind),
    DYNOX_INT(reading, value, .alias = "v"),
};
static const dynox_model_index reading_indexes[] = {
    {.name = "by_kind", .partition_keys = {"kind"}, .sort_keys = {"value"}},
    {.name = "by_value", .local = true, .sort_keys = {"value"}},
    {0},
};
DYNOX_MODEL(reading, .table = "readings", .indexes = reading_indexes)
DYNOX_MODEL_INDEX(reading, by_kind)
DYNOX_MODEL_INDEX(reading, by_value)

enum { SENSORS = 4, MINUTES = 40, ALL = SENSORS * MINUTES };
static const char *const sensors[SENSORS] = {"a", "b", "c", "d"};

/* The value falls while time passes. */
static reading reading_of(int i)
{
    return (reading){.sensor = sensors[i % SENSORS],
                     .minute = i / SENSORS + 1,
                     .kind   = i % SENSORS < 2 ? "warm" : "cold",
                     .value  = 1000 - i / SENSORS};
}

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    dynox_error   err = {0};
    dynox_future *saves[ALL];
    reading       records[ALL];
    live_ok(reading_sync_create_table(live, DYNOX_WITH(.error = &err)), &err);
    for (int i = 0; i < ALL; i++) {
        records[i] = reading_of(i);
        saves[i]   = reading_save(live, &records[i], NULL);
    }
    live_ok(dynox_join_void(dynox_combine(DYNOX_GATHER, ALL, saves), .error = &err), &err);
    for (int i = 0; i < ALL; i++)
        reading_clear(&records[i]);
    return 0;
}

static int teardown(void **state)
{
    reading_sync_delete_table(live, NULL);
    return live_teardown(state);
}

static reading_list *all_of(dynox_stream *stream)
{
    dynox_error   err  = {0};
    reading_list *list = NULL;
    live_ok(reading_sync_collect(stream, 0, &list, &err), &err);
    return list;
}

/* Row 206. */
static void an_index_is_queried_by_key_condition_filter_and_direction(void **state)
{
    (void)state;
    reading_list *list = all_of(reading_by_kind_query(
        live, &(reading){.kind = "cold"},
        DYNOX_WITH(.sort = DYNOX_EXPR("value > ?", 990), .filter = DYNOX_EXPR("sensor = ?", "d"), .descending = true)));
    assert_int_equal(list->count, 10);
    for (size_t i = 0; i < list->count; i++) {
        assert_string_equal(list->at[i]->pk, "SENSOR#d");
        assert_int_equal(list->at[i]->value, 1000 - i);
    }
    reading_list_free(list);
}

/* Row 211. */
static void a_local_index_is_read_consistently_in_both_directions(void **state)
{
    (void)state;
    reading_list *up = all_of(
                     reading_by_value_query(live, &(reading){.sensor = "a"}, DYNOX_WITH(.consistent_read = true))),
                 *down = all_of(reading_by_value_query(
                     live, &(reading){.sensor = "a"},
                     DYNOX_WITH(.consistent_read = true, .descending = true, .sort = DYNOX_EXPR("value <= ?", 999))));
    assert_int_equal(up->count, MINUTES);
    assert_int_equal(up->at[0]->minute, MINUTES);
    assert_int_equal(down->count, MINUTES - 1);
    assert_int_equal(down->at[0]->minute, 2);
    reading_list_free(up);
    reading_list_free(down);
}

/* Row 209. Each stream begins behind the last record of the one before, in the middle of a page or at its end. */
static void a_walk_goes_on_from_one_stream_to_the_next(dynox_stream *(*query)(const dynox_with *))
{
    dynox_error err  = {0};
    dynox_item *key  = NULL;
    int64_t     seen = 0, last = INT64_MAX;
    int         streams = 0;
    do {
        dynox_stream *part = query(DYNOX_WITH(.page_size = 5, .start_key = key, .descending = true));
        reading      *r    = NULL;
        for (int i = 0; i < 1 + streams % 7 && (r = reading_next(part, &err)); i++, seen++) {
            assert_true(r->value <= last);
            last = r->value;
        }
        dynox_item_free(key);
        key = NULL;
        if (r) live_ok(dynox_sync_stream_resume_key(part, &key, &err), &err);
        dynox_stream_free(part);
        streams++;
    } while (key);
    live_ok(err.status, &err);
    assert_int_equal(seen, MINUTES);
}

static dynox_stream *by_value(const dynox_with *with)
{
    return reading_by_value_query(live, &(reading){.sensor = "b"}, with);
}

static dynox_stream *by_kind(const dynox_with *with)
{
    dynox_with filtered = *with;
    filtered.filter     = DYNOX_EXPR("sensor = ?", "b");
    return reading_by_kind_query(live, &(reading){.kind = "warm"}, &filtered);
}

static void streams_of_indexes_go_on_where_others_stopped(void **state)
{
    (void)state;
    a_walk_goes_on_from_one_stream_to_the_next(by_value);
    a_walk_goes_on_from_one_stream_to_the_next(by_kind);
}

/* Row 210. */
static void first_and_count_of_an_index(void **state)
{
    (void)state;
    dynox_error err   = {0};
    reading    *first = NULL;
    int64_t     count = 0;
    live_ok(reading_sync_by_kind_first(live, &(reading){.kind = "warm"}, &first,
                                       DYNOX_WITH(.descending = true, .projection = "value", .error = &err)),
            &err);
    assert_int_equal(first->value, 1000);
    assert_int_equal(first->minute, 1);
    reading_free(first);
    live_ok(reading_sync_first(live, &(reading){.sensor = "nobody"}, &first, DYNOX_WITH(.error = &err)), &err);
    assert_null(first);
    live_ok(reading_sync_count(live, &(reading){.kind = "warm"}, &count,
                               DYNOX_WITH(.index = "by_kind", .page_size = 7, .error = &err)),
            &err);
    assert_int_equal(count, 2 * MINUTES);
    live_ok(reading_sync_count(live, NULL, &count, DYNOX_WITH(.filter = DYNOX_EXPR("minute <= ?", 3), .error = &err)),
            &err);
    assert_int_equal(count, 3 * SENSORS);
}

/* Row 180. */
static void many_keys_give_their_records_in_order(void **state)
{
    (void)state;
    enum { KEYS = ALL + 40 };
    dynox_error    err = {0};
    reading        keys[KEYS];
    const reading *at[KEYS];
    reading_list  *list = NULL;
    for (int i = 0; i < KEYS; i++) {
        int place = (i * 37) % ALL; /* in another order, and the first ones twice */
        keys[i]   = (reading){.sensor = sensors[place % SENSORS], .minute = place / SENSORS + 1};
        at[i]     = &keys[i];
    }
    keys[5].minute = 77777;
    live_ok(reading_sync_batch_get(live, at, KEYS, &list, DYNOX_WITH(.error = &err, .projection = "value, sensor")),
            &err);
    assert_int_equal(list->count, KEYS);
    for (int i = 0; i < KEYS; i++) {
        if (i == 5) {
            assert_null(list->at[i]);
            continue;
        }
        assert_int_equal(list->at[i]->minute, keys[i].minute);
        assert_string_equal(list->at[i]->sensor, keys[i].sensor);
        assert_int_equal(list->at[i]->value, 1001 - keys[i].minute);
        assert_null(list->at[i]->kind);
    }
    reading_list_free(list);
}

static void segments_together_are_the_table(void **state)
{
    (void)state;
    reading_list *all = all_of(reading_scan(live, DYNOX_WITH(.segments = 3, .page_size = 9)));
    int64_t       sum = 0;
    assert_int_equal(all->count, ALL);
    for (size_t i = 0; i < all->count; i++)
        sum += all->at[i]->minute;
    assert_int_equal(sum, SENSORS * MINUTES * (MINUTES + 1) / 2);
    reading_list_free(all);
}

/* Row 128. */
static void a_statement_selects_records_that_can_be_saved(void **state)
{
    (void)state;
    if (live_peer_is("dynalite") || live_peer_is("local")) skip(); /* they have no PartiQL */
    dynox_error   err  = {0};
    reading_list *list = all_of(reading_execute(
        live, DYNOX_EXPR("SELECT * FROM readings WHERE pk = ? AND m < ?", "SENSOR#c", 4), DYNOX_WITH(.page_size = 2)));
    assert_int_equal(list->count, 3);
    assert_string_equal(list->at[0]->kind, "cold");
    list->at[0]->kind = "tepid";
    live_ok(reading_sync_save(live, list->at[0], DYNOX_WITH(.error = &err)), &err);
    list->at[0]->kind = "cold";
    live_ok(reading_sync_save(live, list->at[0], DYNOX_WITH(.error = &err)), &err);
    reading_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_is_queried_by_key_condition_filter_and_direction),
        cmocka_unit_test(a_local_index_is_read_consistently_in_both_directions),
        cmocka_unit_test(streams_of_indexes_go_on_where_others_stopped),
        cmocka_unit_test(first_and_count_of_an_index),
        cmocka_unit_test(many_keys_give_their_records_in_order),
        cmocka_unit_test(segments_together_are_the_table),
        cmocka_unit_test(a_statement_selects_records_that_can_be_saved),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
