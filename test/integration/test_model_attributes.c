/* Every kind of attribute through a real table and back, and the forms that others write. */
#include "live.h"

enum colour { RED = 1, GREEN };
static const dynox_enum_name colours[] = {{RED, "red"}, {GREEN, "green"}};
enum rank { LOW = 1, HIGH = 7 };
static const dynox_enum_name ranks[] = {{LOW, NULL}, {HIGH, NULL}};

typedef struct place {
    const char *city;
    int32_t     zip;
} place;
static const dynox_attribute place_attributes[] = {
    DYNOX_STRING(place, city),
    DYNOX_INT(place, zip),
};
DYNOX_SHAPE(place)

typedef struct thing {
    DYNOX_RECORD;
    const char *id;
    char        code[8];
    int8_t      tiny;
    uint64_t    huge;
    double      ratio;
    float       small;
    const char *exact;
    bool        yes, has_note, note;
    dynox_blob  bytes;
    time_t      made, expires_at;
    int64_t     precise;
    enum colour colour;
    enum rank   rank;
    place       home;
    DYNOX_MANY(place) places;
    DYNOX_MANY(const char *) words;
    DYNOX_MANY(int64_t) numbers;
    DYNOX_MANY(double) doubles;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) ids;
    DYNOX_MANY(dynox_blob) blobs;
    dynox_value any;
} thing;
static const dynox_attribute thing_attributes[] = {
    DYNOX_PARTITION_KEY(thing, id, .alias = "i"),
    DYNOX_STRING(thing, code),
    DYNOX_INT(thing, tiny),
    DYNOX_INT(thing, huge),
    DYNOX_DOUBLE(thing, ratio),
    DYNOX_DOUBLE(thing, small),
    DYNOX_NUMBER(thing, exact),
    DYNOX_BOOLEAN(thing, yes, .alias = "y"),
    DYNOX_BOOLEAN(thing, note, .optional = DYNOX_HAS(thing, has_note)),
    DYNOX_BINARY(thing, bytes),
    DYNOX_DATETIME(thing, made, .alias = "m"),
    DYNOX_DATETIME(thing, precise, .precision = DYNOX_MICROSECONDS),
    DYNOX_TTL(thing, expires_at, .alias = "ttl"),
    DYNOX_ENUM(thing, colour, colours, .default_int = GREEN),
    DYNOX_ENUM(thing, rank, ranks, .default_int = LOW),
    DYNOX_STRUCT(thing, home, place),
    DYNOX_STRUCTS(thing, places, place),
    DYNOX_ARRAY(thing, words),
    DYNOX_ARRAY(thing, numbers),
    DYNOX_ARRAY(thing, doubles),
    DYNOX_SET(thing, tags, .alias = "t"),
    DYNOX_SET(thing, ids),
    DYNOX_SET(thing, blobs),
    DYNOX_DYNAMIC(thing, any),
};
DYNOX_MODEL(thing, .table = "things")

static int setup(void **state)
{
    dynox_error err = {0};
    if (live_setup(state) != 0) return -1;
    live_ok(thing_sync_create_table(live, DYNOX_WITH(.error = &err)), &err);
    return 0;
}

static int teardown(void **state)
{
    thing_sync_delete_table(live, NULL);
    return live_teardown(state);
}

static thing *load(const char *id)
{
    dynox_error err   = {0};
    thing      *found = NULL;
    live_ok(thing_sync_get(live, &(thing){.id = id}, &found, DYNOX_WITH(.consistent_read = true, .error = &err)), &err);
    assert_non_null(found);
    return found;
}

static dynox_item *stored(const char *id)
{
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(live, "things", DYNOX_ITEM("i", id), &item, .consistent_read = true),
                     DYNOX_OK);
    assert_non_null(item);
    return item;
}

static void save(thing *t)
{
    dynox_error err = {0};
    live_ok(thing_sync_save(live, t, DYNOX_WITH(.error = &err)), &err);
}

/* Rows 181, 185, 186 and 187. */
static void every_kind_comes_back_as_it_was_saved(void **state)
{
    (void)state;
    place       places[]  = {{"Oslo", 150}, {"Bergen", 0}};
    const char *words[]   = {"a", "", "\xC3\xA9"};
    int64_t     numbers[] = {INT64_MIN, 0, INT64_MAX};
    double      doubles[] = {0.1, -2.5e10};
    thing       t         = {.id      = "all",
                             .code    = "x1",
                             .tiny    = -128,
                             .huge    = UINT64_MAX,
                             .ratio   = 0.1,
                             .small   = 1.5f,
                             .exact   = "12345678901234567890.123456789",
                             .yes     = true,
                             .bytes   = {"\0\1\2", 3},
                             .made    = 1767323045,
                             .precise = INT64_C(1767323045123456),
                             .colour  = RED,
                             .rank    = HIGH,
                             .home    = {"Rome", 100},
                             .places  = {places, 2},
                             .words   = {words, 3},
                             .numbers = {numbers, 3},
                             .doubles = {doubles, 2},
                             .any     = DYNOX_MAP("deep", DYNOX_LIST(1, "two", DYNOX_MAP("three", true)))};
    save(&t);
    thing *back = load("all");
    assert_string_equal(back->code, "x1");
    assert_int_equal(back->tiny, -128);
    assert_true(back->huge == UINT64_MAX);
    assert_true(back->ratio == 0.1 && back->small == 1.5f && back->yes && !back->has_note);
    assert_string_equal(back->exact, "12345678901234567890.123456789");
    assert_int_equal(back->bytes.size, 3);
    assert_memory_equal(back->bytes.bytes, "\0\1\2", 3);
    assert_int_equal(back->made, 1767323045);
    assert_true(back->precise == INT64_C(1767323045123456));
    assert_int_equal(back->colour, RED);
    assert_int_equal(back->rank, HIGH);
    assert_string_equal(back->home.city, "Rome");
    assert_int_equal(back->places.count, 2);
    assert_string_equal(back->places.at[1].city, "Bergen");
    assert_int_equal(back->places.at[0].zip, 150);
    assert_string_equal(back->words.at[1], "");
    assert_true(back->numbers.at[0] == INT64_MIN && back->numbers.at[2] == INT64_MAX);
    assert_true(back->doubles.at[0] == 0.1 && back->doubles.at[1] == -2.5e10);
    assert_true(dynox_value_equal(&back->any, &t.any));
    assert_false(thing_is_dirty(back));
    thing_free(back);
    dynox_item *item = stored("all");
    assert_string_equal(dynox_get_string(item, "colour"), "red");
    assert_int_equal(dynox_get_int(item, "rank"), 7);
    assert_int_equal(dynox_item_get(item, "rank")->type, DYNOX_N);
    dynox_item_free(item);
}

/* Rows 182 and 183. */
static void sets_are_sets_and_empty_ones_are_absent(void **state)
{
    (void)state;
    const char *tags[] = {"b", "a"};
    int64_t     ids[]  = {INT64_C(9007199254740993), 3};
    thing       t      = {.id = "sets", .tags = {tags, 2}, .ids = {ids, 2}};
    save(&t);
    dynox_item *item = stored("sets");
    assert_int_equal(dynox_item_get(item, "t")->type, DYNOX_SS);
    assert_int_equal(dynox_item_get(item, "ids")->type, DYNOX_NS);
    assert_null(dynox_item_get(item, "blobs"));
    dynox_item_free(item);
    thing *back = load("sets");
    assert_int_equal(back->tags.count, 2);
    assert_true(back->ids.at[0] == ids[0] || back->ids.at[1] == ids[0]); /* beyond what a double has */
    assert_int_equal(back->blobs.count, 0);
    back->tags.count = 0;
    save(back);
    thing_free(back);
    item = stored("sets");
    assert_null(dynox_item_get(item, "t"));
    dynox_item_free(item);
    assert_int_equal(dynox_sync_put_item(live, "things",
                                         DYNOX_ITEM("i", "lists", "t", DYNOX_LIST("x", "y"), "ids", DYNOX_LIST(1, 2))),
                     DYNOX_OK);
    back = load("lists");
    assert_int_equal(back->tags.count, 2);
    assert_int_equal(back->ids.count, 2);
    assert_false(thing_is_dirty(back));
    thing_free(back);
}

/* Rows 188 and 189. */
static void dates_are_sorted_by_time_whatever_offset_they_came_with(void **state)
{
    static const char *const given[] = {"2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05",
                                        "2026-01-02T03:04:05.900-00:00"};
    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        assert_int_equal(dynox_sync_put_item(live, "things", DYNOX_ITEM("i", "date", "m", given[i])), DYNOX_OK);
        thing *back = load("date");
        assert_int_equal(back->made, 1767323045);
        back->made++;
        save(back);
        thing_free(back);
        dynox_item *item = stored("date");
        assert_string_equal(dynox_get_string(item, "m"), "2026-01-02T03:04:06+00:00");
        dynox_item_free(item);
    }
    thing early = {.id = "early", .made = -1}, late = {.id = "late", .made = 86400};
    save(&early);
    save(&late);
    dynox_item *a = stored("early"), *b = stored("late");
    assert_true(strcmp(dynox_get_string(a, "m"), dynox_get_string(b, "m")) < 0);
    dynox_item_free(a);
    dynox_item_free(b);
}

/* Rows 239 and 242. */
static void a_ttl_is_whole_seconds_and_null_is_none(void **state)
{
    (void)state;
    thing t = {.id = "ttl", .expires_at = 2000000000};
    save(&t);
    dynox_item *item = stored("ttl");
    assert_int_equal(dynox_item_get(item, "ttl")->type, DYNOX_N);
    assert_int_equal(dynox_get_int(item, "ttl"), 2000000000);
    dynox_item_free(item);
    assert_int_equal(dynox_sync_put_item(live, "things", DYNOX_ITEM("i", "null", "ttl", dynox_null())), DYNOX_OK);
    thing *back = load("null");
    assert_int_equal(back->expires_at, 0);
    assert_false(thing_is_expired(back));
    assert_true(thing_expires_in(back) == INT64_MAX);
    thing_free(back);
}

/* Rows 220, 222 and 241. */
static void aliases_are_what_is_stored_and_members_what_is_used(void **state)
{
    (void)state;
    dynox_error err = {0};
    thing       t   = {.id = "alias", .yes = true, .made = 10};
    save(&t);
    live_ok(thing_sync_extend_ttl(live, &t, 2000000001, DYNOX_WITH(.error = &err)), &err);
    assert_int_equal(t.expires_at, 2000000001);
    dynox_item *item = stored("alias");
    assert_true(dynox_get_bool(item, "y"));
    assert_int_equal(dynox_get_int(item, "ttl"), 2000000001);
    assert_null(dynox_item_get(item, "yes"));
    dynox_item_free(item);
    live_ok(thing_sync_delete(live, &t, DYNOX_WITH(.error = &err)), &err);
    thing *gone = NULL;
    live_ok(thing_sync_get(live, &(thing){.id = "alias"}, &gone, DYNOX_WITH(.consistent_read = true, .error = &err)),
            &err);
    assert_null(gone);
}

/* Rows 156 and 157. */
static void items_and_records_are_each_other_and_unknown_attributes_survive(void **state)
{
    (void)state;
    dynox_error err  = {0};
    thing       t    = {.id = "item", .tiny = 4, .colour = RED, .rank = LOW};
    dynox_item *item = thing_to_item(&t, &err);
    assert_non_null(item);
    assert_null(dynox_item_get(item, "code"));
    thing *back = thing_from_item(item, &err);
    assert_non_null(back);
    assert_true(thing_same_key(back, &t));
    assert_int_equal(back->tiny, 4);
    thing_free(back);
    dynox_item_free(item);
    assert_int_equal(dynox_sync_put_item(live, "things", DYNOX_ITEM("i", "more", "tiny", 1, "stranger", "here")),
                     DYNOX_OK);
    back       = load("more");
    back->tiny = 2;
    save(back);
    thing_free(back);
    item = stored("more");
    assert_string_equal(dynox_get_string(item, "stranger"), "here");
    assert_int_equal(dynox_get_int(item, "tiny"), 2);
    dynox_item_free(item);
}

/* Row 158. */
static void records_are_the_same_by_their_keys(void **state)
{
    (void)state;
    assert_true(thing_same_key(&(thing){.id = "a", .tiny = 1}, &(thing){.id = "a", .tiny = 2}));
    assert_false(thing_same_key(&(thing){.id = "a"}, &(thing){.id = "b"}));
    assert_false(thing_same_key(&(thing){.id = "a"}, &(thing){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_as_it_was_saved),
        cmocka_unit_test(sets_are_sets_and_empty_ones_are_absent),
        cmocka_unit_test(dates_are_sorted_by_time_whatever_offset_they_came_with),
        cmocka_unit_test(a_ttl_is_whole_seconds_and_null_is_none),
        cmocka_unit_test(aliases_are_what_is_stored_and_members_what_is_used),
        cmocka_unit_test(items_and_records_are_each_other_and_unknown_attributes_survive),
        cmocka_unit_test(records_are_the_same_by_their_keys),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
