/* Query and scan against a real server: pages, limits, resuming, filters - as streams, page by page, from coroutines.
 */
#include "live.h"

enum { ITEMS = 25 };
static const char *table;

static int setup(void **state)
{
    if (live_setup(state) != 0) return -1;
    static char name[64];
    snprintf(name, sizeof name, "%s", live_table("query"));
    table = name;
    live_create(table, true);
    for (int i = 0; i < ITEMS; i++) {
        dynox_error err = {0};
        live_ok(dynox_sync_put_item(
                    live, table, DYNOX_ITEM("pk", "P", "sk", i, "n", i, "even", i % 2 == 0 ? 1 : 0, "status", "open"),
                    .error = &err),
                &err);
        live_ok(dynox_sync_put_item(live, table, DYNOX_ITEM("pk", "other", "sk", i), .error = &err), &err);
    }
    return 0;
}

static int teardown(void **state)
{
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

/* Walks a stream to its end; checks that sort keys go up (or down) by `step` from `first`. */
static int walk(dynox_stream *stream, int first, int step)
{
    dynox_error       err = {0};
    const dynox_item *item;
    int               count = 0;
    while ((item = dynox_sync_stream_next(stream, &err))) {
        assert_int_equal(dynox_get_int(item, "sk"), first + count * step);
        count++;
    }
    live_ok(err.status, &err);
    return count;
}

static uint64_t pages_of(dynox_stream *stream)
{
    dynox_stream_totals totals;
    assert_int_equal(dynox_stream_get_totals(stream, &totals), DYNOX_OK);
    return totals.pages;
}

#define PK DYNOX_EXPR("pk = ?", "P")

/* Rows 59, 62. */
static void query_returns_one_partition_in_sort_order(void **state)
{
    (void)state;
    dynox_stream *up = dynox_query(live, table, PK);
    assert_int_equal(walk(up, 0, 1), ITEMS);
    dynox_stream_free(up);
    dynox_stream *down = dynox_query(live, table, PK, .descending = true);
    assert_int_equal(walk(down, ITEMS - 1, -1), ITEMS);
    dynox_stream_free(down);
}

/* Row 60. */
static void sort_conditions_select_the_right_items(void **state)
{
    (void)state;
    const struct {
        const dynox_expr *condition;
        int               first, count;
    } cases[] = {
        {DYNOX_EXPR("pk = ? AND sk = ?", "P", 3), 3, 1},
        {DYNOX_EXPR("pk = ? AND sk < ?", "P", 3), 0, 3},
        {DYNOX_EXPR("pk = ? AND sk <= ?", "P", 3), 0, 4},
        {DYNOX_EXPR("pk = ? AND sk > ?", "P", 20), 21, 4},
        {DYNOX_EXPR("pk = ? AND sk >= ?", "P", 20), 20, 5},
        {DYNOX_EXPR("pk = ? AND sk BETWEEN ? AND ?", "P", 5, 9), 5, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dynox_stream *stream = dynox_query(live, table, cases[i].condition);
        assert_int_equal(walk(stream, cases[i].first, 1), cases[i].count);
        dynox_stream_free(stream);
    }
}

/* Row 63. */
static void limit_gives_exactly_so_many(void **state)
{
    (void)state;
    const size_t limits[][2] = {{10, 10}, {100, ITEMS}, {1, 1}};
    for (size_t i = 0; i < 3; i++) {
        dynox_stream *stream = dynox_query(live, table, PK, .limit = limits[i][0]);
        assert_int_equal(walk(stream, 0, 1), limits[i][1]);
        dynox_stream_free(stream);
    }
}

/* Row 73. */
static void first_without_a_filter_asks_for_one_item(void **state)
{
    (void)state;
    dynox_stream       *stream = dynox_query(live, table, PK, .limit = 1);
    dynox_stream_totals totals;
    assert_int_equal(walk(stream, 0, 1), 1);
    dynox_stream_get_totals(stream, &totals);
    assert_int_equal(totals.scanned_count, 1);
    dynox_stream_free(stream);
}

/* Row 64. */
static void page_size_without_a_limit_gives_all_in_pages(void **state)
{
    (void)state;
    dynox_stream *stream = dynox_query(live, table, PK, .page_size = 5);
    assert_int_equal(walk(stream, 0, 1), ITEMS);
    assert_true(pages_of(stream) >= 5);
    dynox_stream_free(stream);
}

/* Row 65. */
static void limit_12_with_page_size_5_takes_three_requests(void **state)
{
    (void)state;
    for (int prefetch = 0; prefetch < 2; prefetch++) {
        dynox_stream *stream = dynox_query(live, table, PK, .page_size = 5, .limit = 12, .prefetch = prefetch);
        assert_int_equal(walk(stream, 0, 1), 12);
        assert_int_equal(pages_of(stream), 3);
        dynox_stream_free(stream);
    }
}

/* Takes up to `limit` items from `*start` on and moves *start to where it stopped; NULL at the end. */
static int resume(int first, size_t limit, size_t page_size, const dynox_expr *filter, dynox_item **start, int step)
{
    dynox_error   err = {0};
    dynox_stream *stream =
        dynox_query(live, table, PK, .limit = limit, .page_size = page_size, .filter = filter, .start_key = *start);
    int count = walk(stream, first, step);
    dynox_item_free(*start);
    live_ok(dynox_sync_stream_resume_key(stream, start, &err), &err);
    dynox_stream_free(stream);
    return count;
}

/* Row 66. */
static void resuming_by_hand_gives_10_10_5_and_ends(void **state)
{
    (void)state;
    dynox_item *start = NULL;
    assert_int_equal(resume(0, 10, 0, NULL, &start, 1), 10);
    assert_non_null(start);
    assert_int_equal(resume(10, 10, 0, NULL, &start, 1), 10);
    assert_int_equal(resume(20, 10, 0, NULL, &start, 1), 5);
    assert_null(start);
}

/* Row 67. */
static void resuming_inside_a_page_goes_on_with_the_next_item(void **state)
{
    (void)state;
    dynox_item *start = NULL;
    assert_int_equal(resume(0, 10, 25, NULL, &start, 1), 10);
    assert_int_equal(resume(10, 100, 25, NULL, &start, 1), 15);
    assert_null(start);
}

/* The filter keeps the service from stopping at the limit, and the first page is also the last: the names of the key
 * attributes have to be asked for. */
static void resuming_inside_the_only_page_with_a_filter_goes_on_with_the_next_match(void **state)
{
    (void)state;
    dynox_item       *start = NULL;
    const dynox_expr *even  = DYNOX_EXPR("even = ?", 1);
    assert_int_equal(resume(0, 5, 0, even, &start, 2), 5);
    assert_non_null(start);
    assert_int_equal(start->count, 2);
    assert_int_equal(dynox_get_int(start, "sk"), 8);
    assert_int_equal(resume(10, 0, 0, even, &start, 2), 8);
    assert_null(start);
}

static void a_stream_left_in_the_middle_can_be_resumed(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_item   *start  = NULL;
    dynox_stream *stream = dynox_query(live, table, PK, .page_size = 10);
    for (int i = 0; i < 13; i++)
        assert_non_null(dynox_sync_stream_next(stream, &err));
    live_ok(dynox_sync_stream_resume_key(stream, &start, &err), &err);
    dynox_stream_free(stream);
    assert_int_equal(dynox_get_int(start, "sk"), 12);
    assert_int_equal(resume(13, 0, 0, NULL, &start, 1), 12);
}

/* Row 70. */
static void the_resume_key_is_empty_before_the_first_item(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_item   *start  = NULL;
    dynox_stream *stream = dynox_query(live, table, PK);
    live_ok(dynox_sync_stream_resume_key(stream, &start, &err), &err);
    assert_null(start);
    dynox_stream_free(stream);
}

/* Rows 61, 68. */
static void query_continues_after_an_empty_page(void **state)
{
    (void)state;
    dynox_stream     *stream = dynox_query(live, table, PK, .page_size = 3, .filter = DYNOX_EXPR("n = ?", 23));
    dynox_error       err    = {0};
    const dynox_item *item   = dynox_sync_stream_next(stream, &err);
    live_ok(err.status, &err);
    assert_int_equal(dynox_get_int(item, "sk"), 23);
    assert_true(pages_of(stream) >= 8);
    assert_null(dynox_sync_stream_next(stream, &err));
    live_ok(err.status, &err);
    dynox_stream_free(stream);
}

/* Rows 61, 69. */
static void limit_counts_matches_not_what_was_looked_at(void **state)
{
    (void)state;
    dynox_stream *stream = dynox_query(live, table, PK, .page_size = 4, .limit = 10,
                                       .filter = DYNOX_EXPR("even = ? AND status = ?", 1, "open"));
    assert_int_equal(walk(stream, 0, 2), 10);
    dynox_stream_free(stream);
}

/* Rows 75, 77. */
static void a_projection_gives_parts_of_attributes_as_they_are_stored(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    live_ok(dynox_sync_put_item(live, table,
                                DYNOX_ITEM("pk", "nested", "sk", 1, "map",
                                           DYNOX_MAP("name", "Ada", "list", DYNOX_LIST(1, dynox_number_text("2.50"))),
                                           "more", "text"),
                                .error = &err),
            &err);
    live_ok(dynox_sync_first(
                dynox_query(live, table, DYNOX_EXPR("pk = ?", "nested"), .projection = "map.list[1], map.name"), &item,
                .error = &err),
            &err);
    assert_int_equal(item->count, 1);
    const dynox_value *name = dynox_item_path(item, "map.name"), *number = dynox_item_path(item, "map.list[0]");
    assert_string_equal(dynox_value_as_string(name), "Ada");
    assert_true(dynox_value_equal(number, &(dynox_value[]){dynox_number_text("2.5")}[0]));
    dynox_item_free(item);
    dynox_sync_delete_item(live, table, DYNOX_ITEM("pk", "nested", "sk", 1));
}

static void projection_limits_the_attributes(void **state)
{
    (void)state;
    dynox_error       err    = {0};
    dynox_stream     *stream = dynox_query(live, table, PK, .projection = "status");
    const dynox_item *item   = dynox_sync_stream_next(stream, &err);
    live_ok(err.status, &err);
    assert_int_equal(item->count, 1);
    assert_string_equal(dynox_get_string(item, "status"), "open");
    dynox_stream_free(stream);
}

/* Row 80. */
static void a_count_has_no_items(void **state)
{
    (void)state;
    dynox_error         err    = {0};
    dynox_stream       *stream = dynox_query(live, table, PK, .select = DYNOX_SELECT_COUNT, .page_size = 10);
    dynox_stream_totals totals;
    assert_null(dynox_sync_stream_next(stream, &err));
    live_ok(err.status, &err);
    dynox_stream_get_totals(stream, &totals);
    assert_int_equal(totals.count, ITEMS);
    dynox_stream_free(stream);
}

static void pages_can_be_walked_by_hand(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_page *page = NULL, *last = NULL;
    size_t      items = 0;
    int         pages = 0;
    do {
        live_ok(dynox_sync_query_page(live, table, PK, &page, .page_size = 10,
                                      .start_key       = last ? last->last_key : NULL,
                                      .return_capacity = DYNOX_CAPACITY_TOTAL, .error = &err),
                &err);
        dynox_page_free(last);
        last = page;
        items += page->item_count;
        pages++;
        assert_non_null(page->info->capacity);
        assert_true(page->info->request_id[0] != 0);
    } while (page->last_key);
    dynox_page_free(last);
    assert_int_equal(items, ITEMS);
    assert_int_equal(pages, 3);
}

/* Row 85. */
static void scan_segments_partition_the_table(void **state)
{
    (void)state;
    int count = 0;
    for (uint32_t segment = 0; segment < 4; segment++) {
        dynox_error   err    = {0};
        dynox_stream *stream = dynox_scan(live, table, .segment = segment, .total_segments = 4, .page_size = 7);
        while (dynox_sync_stream_next(stream, &err))
            count++;
        live_ok(err.status, &err);
        dynox_stream_free(stream);
    }
    assert_int_equal(count, 2 * ITEMS);
}

/* Row 84. */
static void scan_limit_and_filter_work_like_those_of_query(void **state)
{
    (void)state;
    dynox_error       err    = {0};
    dynox_stream     *stream = dynox_scan(live, table, .filter = DYNOX_EXPR("even = ?", 1), .page_size = 5, .limit = 9);
    int               count  = 0;
    const dynox_item *item;
    while ((item = dynox_sync_stream_next(stream, &err))) {
        assert_int_equal(dynox_get_int(item, "even"), 1);
        count++;
    }
    live_ok(err.status, &err);
    assert_int_equal(count, 9);
    dynox_stream_free(stream);
}

static void a_stream_over_a_missing_table_fails_with_the_services_words(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_stream *stream = dynox_query(live, "no-such-table", PK);
    assert_null(dynox_sync_stream_next(stream, &err));
    assert_int_equal(err.status, DYNOX_E_NOT_FOUND);
    assert_true(err.request_id[0] != 0);
    assert_null(dynox_sync_stream_next(stream, &err));
    assert_int_equal(err.status, DYNOX_E_NOT_FOUND);
    dynox_stream_free(stream);
}

/* ---- scans, counts, several segments at once ---- */

/* Rows 82, 83. Over 1 MB, so that the service parts it. */
static void a_scan_of_more_than_a_megabyte_gives_all_of_it(void **state)
{
    (void)state;
    enum { LARGE = 6, SIZE = 300000 };
    static char text[SIZE + 1];
    char        name[64];
    dynox_error err = {0};
    memset(text, 'x', SIZE);
    snprintf(name, sizeof name, "%s", live_table("large"));
    live_create(name, false);
    for (int i = 0; i < LARGE; i++) {
        char pk[2] = {(char)('a' + i), 0};
        live_ok(dynox_sync_put_item(live, name, DYNOX_ITEM("pk", pk, "n", i, "text", text), .error = &err), &err);
    }
    int           count = 0;
    dynox_stream *all   = dynox_scan(live, name, .consistent_read = true);
    while (dynox_sync_stream_next(all, &err))
        count++;
    live_ok(err.status, &err);
    assert_int_equal(count, LARGE);
    assert_true(pages_of(all) >= 2);
    dynox_stream_free(all);
    dynox_item *last = NULL; /* most pages are empty then */
    live_ok(dynox_sync_first(dynox_scan(live, name, .filter = DYNOX_EXPR("n = ?", LARGE - 1), .page_size = 1), &last,
                             .error = &err),
            &err);
    assert_int_equal(dynox_get_int(last, "n"), LARGE - 1);
    dynox_item_free(last);
    dynox_sync_delete_table(live, name);
}

/* Row 86. */
static void a_scan_of_an_index_gives_the_items_that_are_in_it(void **state)
{
    (void)state;
    char              name[64];
    int               count    = 0;
    dynox_error       err      = {0};
    const dynox_index global[] = {
        {.name = "by-city", .partition_key = {"city", DYNOX_S}, .projection = DYNOX_PROJECT_KEYS}};
    snprintf(name, sizeof name, "%s", live_table("indexed"));
    live_ok(dynox_sync_create_table(live, name, {"pk", DYNOX_S}, .global_indexes = global, .global_index_count = 1,
                                    .error = &err),
            &err);
    live_ok(dynox_sync_wait_for_table_active(live, name, .poll_ms = 20, .error = &err), &err);
    for (int i = 0; i < 6; i++) {
        char pk[2] = {(char)('a' + i), 0};
        live_ok(i % 2 ? dynox_sync_put_item(live, name, DYNOX_ITEM("pk", pk, "city", "Oslo", "n", i), .error = &err)
                      : dynox_sync_put_item(live, name, DYNOX_ITEM("pk", pk, "n", i), .error = &err),
                &err);
    }
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item, dynox_scan(live, name, .index = "by-city"), &err)
    {
        assert_string_equal(dynox_get_string(item, "city"), "Oslo");
        assert_null(dynox_item_get(item, "n")); /* of the items it has the keys */
        count++;
    }
    live_ok(err.status, &err);
    assert_int_equal(count, 3);
    dynox_sync_delete_table(live, name);
}

/* Row 88. */
static void a_scan_with_a_projection_gives_these_attributes(void **state)
{
    (void)state;
    dynox_error err = {0};
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item,
                        dynox_scan(live, table, .projection = "sk, status", .filter = DYNOX_EXPR("pk = ?", "P")), &err)
    {
        assert_int_equal(item->count, 2);
        assert_string_equal(dynox_get_string(item, "status"), "open");
    }
    live_ok(err.status, &err);
}

/* Rows 80, 89. */
static void a_count_counts_over_pages_and_sums_their_units(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_info  info = {0};
    int64_t     n    = 0;
    live_ok(dynox_sync_count(live, table, NULL, &n, .page_size = 7, .return_capacity = DYNOX_CAPACITY_TOTAL,
                             .info = &info, .error = &err),
            &err);
    assert_int_equal(n, 2 * ITEMS);
    assert_true(info.attempts >= 2 * ITEMS / 7);
    assert_true(info.capacity->units >= 0.5 * info.attempts); /* no page costs less */
    live_ok(dynox_sync_count(live, table, NULL, &n, .filter = DYNOX_EXPR("even = ?", 1), .error = &err), &err);
    assert_int_equal(n, (ITEMS + 1) / 2);
    live_ok(dynox_sync_count(live, table, PK, &n, .page_size = 4, .error = &err), &err);
    assert_int_equal(n, ITEMS);
    live_ok(dynox_sync_count(live, table, DYNOX_EXPR("pk = ?", "nobody"), &n, .error = &err), &err);
    assert_int_equal(n, 0);
    dynox_info_clear(&info);
}

/* Rows 72, 74. */
static void collect_and_first_take_a_stream(void **state)
{
    (void)state;
    dynox_error  err   = {0};
    dynox_items *all   = NULL;
    dynox_item  *first = NULL;
    live_ok(dynox_sync_collect(dynox_query(live, table, PK, .page_size = 10), &all, .error = &err), &err);
    assert_int_equal(all->count, ITEMS);
    for (int i = 0; i < ITEMS; i++)
        assert_int_equal(dynox_get_int(all->at[i], "sk"), i);
    dynox_items_free(all);
    live_ok(dynox_sync_first(dynox_query(live, table, PK, .descending = true), &first, .error = &err), &err);
    assert_int_equal(dynox_get_int(first, "sk"), ITEMS - 1);
    dynox_item_free(first);
    live_ok(dynox_sync_first(dynox_query(live, table, DYNOX_EXPR("pk = ?", "nobody")), &first, .error = &err), &err);
    assert_null(first);
}

/* Row 90. */
static void a_parallel_scan_gives_what_a_plain_one_gives(void **state)
{
    (void)state;
    const int segments[] = {1, 4, 50};
    for (size_t i = 0; i < 3; i++) {
        dynox_error err            = {0};
        bool        seen[2][ITEMS] = {{false}};
        int         count = 0, even = 0;
        DYNOX_SYNC_FOR_EACH(const dynox_item *, item,
                            dynox_parallel_scan(live, table, segments[i], .page_size = 6, .in_flight_pages = 3), &err)
        {
            bool *one = &seen[strcmp(dynox_get_string(item, "pk"), "P") == 0][dynox_get_int(item, "sk")];
            assert_false(*one);
            *one = true;
            count++;
        }
        live_ok(err.status, &err);
        assert_int_equal(count, 2 * ITEMS);
        DYNOX_SYNC_FOR_EACH(const dynox_item *, item,
                            dynox_parallel_scan(live, table, segments[i], .filter = DYNOX_EXPR("even = ?", 1)), &err)
        even += dynox_get_int(item, "even") == 1;
        live_ok(err.status, &err);
        assert_int_equal(even, (ITEMS + 1) / 2);
    }
}

/* Row 81. The text of a cursor is all that another request needs. */
static void a_query_goes_on_from_a_cursor(void **state)
{
    (void)state;
    static const char secret[] = "a secret of this test";
    dynox_error       err      = {0};
    dynox_item       *key      = NULL;
    char             *text     = NULL;
    int               pages    = 0;
    do {
        live_ok(dynox_cursor_read(text, secret, &key, .scope = table, .error = &err), &err);
        dynox_free(text);
        dynox_stream *ten = dynox_query(live, table, PK, .limit = 10, .start_key = key);
        assert_int_equal(walk(ten, 10 * pages, 1), pages < 2 ? 10 : 5);
        dynox_item_free(key);
        live_ok(dynox_sync_stream_resume_key(ten, &key, &err), &err);
        dynox_stream_free(ten);
        text = dynox_cursor_new(key, secret, .scope = table, .error = &err);
        live_ok(err.status, &err);
        dynox_item_free(key);
        pages++;
    } while (text);
    assert_int_equal(pages, 3);
}

DYNOX_ASYNC(int64_t, sum_even, (const char *name;), (const dynox_item *item; int64_t sum;))
{
    DYNOX_BEGIN
    DYNOX_FOR_EACH(my->item, dynox_query(live, my->name, PK, .page_size = 4, .prefetch = true)) {
        if (dynox_get_int(my->item, "sk") % 2) continue;
        if (dynox_get_int(my->item, "sk") > 20) break;
        my->sum += dynox_get_int(my->item, "sk");
    }
    DYNOX_RETURN(my->sum);
    DYNOX_END
}

static void a_coroutine_walks_a_query(void **state)
{
    (void)state;
    dynox_error err = {0};
    int64_t     sum = 0;
    live_ok(dynox_run(DYNOX_CALL(sum_even, .name = table), &sum, .error = &err), &err);
    assert_int_equal(sum, 110);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_returns_one_partition_in_sort_order),
        cmocka_unit_test(sort_conditions_select_the_right_items),
        cmocka_unit_test(limit_gives_exactly_so_many),
        cmocka_unit_test(first_without_a_filter_asks_for_one_item),
        cmocka_unit_test(page_size_without_a_limit_gives_all_in_pages),
        cmocka_unit_test(limit_12_with_page_size_5_takes_three_requests),
        cmocka_unit_test(resuming_by_hand_gives_10_10_5_and_ends),
        cmocka_unit_test(resuming_inside_a_page_goes_on_with_the_next_item),
        cmocka_unit_test(resuming_inside_the_only_page_with_a_filter_goes_on_with_the_next_match),
        cmocka_unit_test(a_stream_left_in_the_middle_can_be_resumed),
        cmocka_unit_test(the_resume_key_is_empty_before_the_first_item),
        cmocka_unit_test(query_continues_after_an_empty_page),
        cmocka_unit_test(limit_counts_matches_not_what_was_looked_at),
        cmocka_unit_test(projection_limits_the_attributes),
        cmocka_unit_test(a_projection_gives_parts_of_attributes_as_they_are_stored),
        cmocka_unit_test(a_count_has_no_items),
        cmocka_unit_test(pages_can_be_walked_by_hand),
        cmocka_unit_test(scan_segments_partition_the_table),
        cmocka_unit_test(scan_limit_and_filter_work_like_those_of_query),
        cmocka_unit_test(a_stream_over_a_missing_table_fails_with_the_services_words),
        cmocka_unit_test(a_scan_of_more_than_a_megabyte_gives_all_of_it),
        cmocka_unit_test(a_scan_of_an_index_gives_the_items_that_are_in_it),
        cmocka_unit_test(a_scan_with_a_projection_gives_these_attributes),
        cmocka_unit_test(a_count_counts_over_pages_and_sums_their_units),
        cmocka_unit_test(collect_and_first_take_a_stream),
        cmocka_unit_test(a_parallel_scan_gives_what_a_plain_one_gives),
        cmocka_unit_test(a_query_goes_on_from_a_cursor),
        cmocka_unit_test(a_coroutine_walks_a_query),
    };
    live_endpoint();
    return cmocka_run_group_tests_name("integration query", tests, setup, teardown);
}
