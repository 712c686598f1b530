/* Snapshots: what counts as a change, and what a snapshot keeps when the originals change or go. */
#include "random_order.h"

static dynox__snapshot taken(const order *record, bool texts, dynox_room *room)
{
    dynox__snapshot snapshot = {0};
    dynox_error     error    = {0};
    if (dynox__snapshot_take(order_made(), record, texts, room, &snapshot, &error)) fail_msg("%s", error.message);
    return snapshot;
}

static bool same(const order *record, const char *name, const dynox__snapshot *snapshot)
{
    return dynox__snapshot_same(order_made(), order_member(name), record, snapshot);
}

/* The names of members that have changed, with a blank behind each. */
static const char *changed(const order *record, const dynox__snapshot *snapshot)
{
    static char names[1024];
    size_t      size = 0;
    names[0]         = 0;
    for (size_t i = 0; i < order_made()->count; i++) {
        const dynox__member *member = &order_made()->members[i];
        if (!dynox__snapshot_same(order_made(), member, record, snapshot))
            size += (size_t)snprintf(names + size, sizeof names - size, "%s ", member->attribute->member_);
    }
    return names;
}

#define ASSERT_CHANGED(record, snapshot, names) assert_string_equal(changed((record), (snapshot)), (names))

static void nothing_has_changed_at_first(void **state)
{
    (void)state;
    random_values r = {.state = 521288629, .sets = true};
    for (int i = 0; i < 1000; i++) {
        order           record  = random_order(&r);
        dynox_room      room    = {0};
        dynox__snapshot shallow = taken(&record, false, &room), all = taken(&record, true, &room);
        ASSERT_CHANGED(&record, &shallow, "");
        ASSERT_CHANGED(&record, &all, "");
        dynox__room_free(&room);
        dynox__arena_reset(&r.arena);
    }
    dynox__arena_free(&r.arena);
}

static void scalars_are_compared_by_value(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    char            copy[]   = "Ada";
    order           record   = {.name = "Ada", .exact = "1", .total = 1, .picture = {"abc", 3}};
    dynox__snapshot snapshot = taken(&record, false, &room);
    record.name              = copy;
    record.exact             = "1.0";
    record.picture.bytes     = "abcd";
    record.own               = 7; /* has no attribute */
    ASSERT_CHANGED(&record, &snapshot, "");
    record.name         = "Bob";
    record.exact        = "1.1";
    record.picture.size = 4;
    record.small        = 1;
    record.wide         = 1;
    record.weight       = 0.5f;
    record.code[0]      = 'x';
    record.expires      = 1;
    ASSERT_CHANGED(&record, &snapshot, "name code small wide weight exact picture expires ");
    record.name = "Ada"; /* assigning the old value back is no change */
    assert_true(same(&record, "name", &snapshot));
    record.name = NULL;
    assert_false(same(&record, "name", &snapshot));
    record.total = -0.0;
    assert_false(same(&record, "total", &snapshot));
    dynox__room_free(&room);
}

static void doubles_are_compared_by_bits(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    order           record   = {.total = 0.0};
    dynox__snapshot snapshot = taken(&record, false, &room);
    record.total             = -0.0;
    ASSERT_CHANGED(&record, &snapshot, "total ");
    dynox__room_free(&room);
}

static void what_is_absent_is_the_same_whatever_it_holds(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    order           record   = {.bonus = 5, .paid = true};
    dynox__snapshot snapshot = taken(&record, true, &room);
    record.bonus             = 6;
    record.paid              = false;
    ASSERT_CHANGED(&record, &snapshot, "");
    record.has_bonus = record.has_paid = true; /* 6 and false are there now */
    ASSERT_CHANGED(&record, &snapshot, "paid bonus ");
    dynox__room_free(&room);
}

static void arrays_edited_in_place_are_changes(void **state)
{
    (void)state;
    dynox_room      room    = {0};
    const char     *notes[] = {"x"}, *names[] = {"a", "b"};
    int64_t         ids[] = {1, 2}, numbers[] = {1, 2};
    line            lines[]  = {{"tea", 1, {notes, 1}}};
    order           record   = {.names = {names, 2}, .ids = {ids, 2}, .numbers = {numbers, 2}, .lines = {lines, 1}};
    dynox__snapshot snapshot = taken(&record, false, &room);
    notes[0]                 = "y"; /* in an array in a struct in an array */
    ASSERT_CHANGED(&record, &snapshot, "lines ");
    notes[0] = "x";
    names[0] = "c", numbers[1] = 3, ids[1] = 3;
    ASSERT_CHANGED(&record, &snapshot, "names numbers ids ");
    names[0] = "a", numbers[1] = 2, ids[1] = 2;
    lines[0].quantity = 2;
    ASSERT_CHANGED(&record, &snapshot, "lines ");
    lines[0].quantity  = 1;
    record.names.count = 1;
    ASSERT_CHANGED(&record, &snapshot, "names ");
    dynox__room_free(&room);
}

static void an_empty_list_is_not_an_absent_one(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    const char     *names[]  = {"a"};
    order           record   = {.names = {names, 0}};
    dynox__snapshot snapshot = taken(&record, false, &room);
    ASSERT_CHANGED(&record, &snapshot, "");
    record.names.at = NULL;
    ASSERT_CHANGED(&record, &snapshot, "names ");
    dynox__room_free(&room);
}

static void sets_have_no_order_and_lists_have(void **state)
{
    (void)state;
    dynox_room  room   = {0};
    const char *tags[] = {"a", "b", "c"}, *names[] = {"a", "b"};
    int64_t     ids[50];
    double      weights[] = {1.5, 2};
    dynox_blob  hashes[]  = {{"a", 1}, {"b", 1}};
    for (int i = 0; i < 50; i++)
        ids[i] = i;
    order record = {
        .tags = {tags, 3}, .names = {names, 2}, .ids = {ids, 50}, .weights = {weights, 2}, .hashes = {hashes, 2}};
    dynox__snapshot snapshot = taken(&record, true, &room);
    tags[0] = "b", tags[1] = "a", names[0] = "b", names[1] = "a";
    weights[0] = 2, weights[1] = 1.5;
    hashes[0].bytes = "b", hashes[1].bytes = "a";
    ids[0] = 49, ids[49] = 0;
    ASSERT_CHANGED(&record, &snapshot, "names ");
    tags[0] = "a"; /* twice in it now */
    ids[7]  = 100;
    ASSERT_CHANGED(&record, &snapshot, "names tags ids ");
    dynox__room_free(&room);
}

/* A snapshot with its texts knows what was, when all that the record pointed to is overwritten. */
static void with_texts_nothing_is_shared(void **state)
{
    (void)state;
    dynox_room        room   = {0};
    char              name[] = "Ada", note[] = "note", tag[] = "tag", hash[] = "hash", any[] = "any", rest[] = "rest";
    char              title[] = "title", exact[] = "12", picture[] = "pic";
    const char       *notes[] = {note}, *tags[] = {tag};
    dynox_blob        hashes[] = {{hash, 4}};
    line              lines[]  = {{name, 1, {notes, 1}}};
    dynox_named_value more[]   = {dynox_named("new", dynox_string(rest))};
    order             record   = {.name      = name,
                                  .exact     = exact,
                                  .picture   = {picture, 3},
                                  .lines     = {lines, 1},
                                  .tags      = {tags, 1},
                                  .hashes    = {hashes, 1},
                                  .any       = dynox_string(any),
                                  .title     = {title},
                                  .rest      = {more, 1, NULL},
                                  .plain     = {name, 1, ""},
                                  .has_plain = true};
    dynox__snapshot   snapshot = taken(&record, true, &room);
    ASSERT_CHANGED(&record, &snapshot, "");
    name[0] = note[0] = tag[0] = hash[0] = any[0] = rest[0] = title[0] = picture[0] = 'X';
    exact[0]                                                                        = '9';
    ASSERT_CHANGED(&record, &snapshot, "name exact picture plain lines tags hashes any title rest ");
    dynox__room_free(&room);
}

static void values_are_compared_by_content(void **state)
{
    (void)state;
    dynox_room        room     = {0};
    dynox_named_value more[]   = {dynox_named("a", dynox_int(1)), dynox_named("b", dynox_int(2))};
    dynox_named_value turned[] = {dynox_named("b", dynox_number_text("2.0")), dynox_named("a", dynox_int(1))};
    order record = {.any = dynox_int(5), .rest = {more, 2, NULL}, .inner = {.any = dynox_int(1)}, .has_inner = true};
    dynox__snapshot snapshot = taken(&record, false, &room);
    record.any               = dynox_number_text("5.0");
    record.rest              = dynox_item_of(turned, 2);
    ASSERT_CHANGED(&record, &snapshot, "");
    record.any        = dynox_int(6);
    record.inner.any  = dynox_int(2);
    record.rest.count = 1;
    ASSERT_CHANGED(&record, &snapshot, "inner any rest ");
    record.any        = dynox_invalid();
    record.rest.count = 0;
    ASSERT_CHANGED(&record, &snapshot, "inner any rest ");
    dynox__room_free(&room);
}

static void a_struct_with_values_in_it_is_kept_as_it_was(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    order           record   = {.inner = {.any = dynox_int(1), .number = 1}, .has_inner = true};
    dynox__snapshot snapshot = taken(&record, false, &room);
    record.inner.number      = 2;
    ASSERT_CHANGED(&record, &snapshot, "inner ");
    dynox__room_free(&room);
}

static void custom_kinds_say_what_is_equal_or_are_compared_as_stored(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    char            title[]  = "Matter";
    order           record   = {.price = {5, "EUR"}, .title = {title}};
    dynox__snapshot snapshot = taken(&record, false, &room);
    memcpy(title, "mATTER", 6); /* edited in place: equal by its kind */
    ASSERT_CHANGED(&record, &snapshot, "");
    title[0]           = 'b';
    record.price.cents = 6;
    ASSERT_CHANGED(&record, &snapshot, "price title ");
    record.price      = (money){0};
    record.title.text = NULL;
    ASSERT_CHANGED(&record, &snapshot, "price title ");
    dynox__room_free(&room);
}

static void what_cannot_be_stored_counts_as_a_change(void **state)
{
    (void)state;
    dynox_room      room     = {0};
    order           record   = {.price = {5, "EUR"}};
    dynox__snapshot snapshot = taken(&record, false, &room);
    dynox_error     error    = {0};
    money_is_refused         = true;
    ASSERT_CHANGED(&record, &snapshot, "price ");
    assert_int_equal(dynox__snapshot_take(order_made(), &record, false, &room, &snapshot, &error), DYNOX_E_VALUE);
    assert_string_equal(error.message, "order.price: no money today");
    money_is_refused = false;
    dynox__room_free(&room);
}

static void take_with_failing_memory(void *arg)
{
    dynox_room      room     = {0};
    dynox__snapshot snapshot = {0};
    dynox_error     error    = {0};
    dynox_status    status   = dynox__snapshot_take(order_made(), arg, true, &room, &snapshot, &error);
    assert_int_equal(status, atomic_load(&test_allocation_failed) ? DYNOX_E_NO_MEMORY : DYNOX_OK);
    if (!status) changed((const order *)arg, &snapshot); /* no memory: a change */
    dynox__room_free(&room);
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    random_values r = {.state = 362436069};
    order_made();
    for (int i = 0; i < 20; i++) {
        order record = random_order(&r);
        test_every_allocation_failing(take_with_failing_memory, &record);
    }
    dynox__arena_free(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_changed_at_first),
        cmocka_unit_test(scalars_are_compared_by_value),
        cmocka_unit_test(doubles_are_compared_by_bits),
        cmocka_unit_test(what_is_absent_is_the_same_whatever_it_holds),
        cmocka_unit_test(arrays_edited_in_place_are_changes),
        cmocka_unit_test(an_empty_list_is_not_an_absent_one),
        cmocka_unit_test(sets_have_no_order_and_lists_have),
        cmocka_unit_test(with_texts_nothing_is_shared),
        cmocka_unit_test(values_are_compared_by_content),
        cmocka_unit_test(a_struct_with_values_in_it_is_kept_as_it_was),
        cmocka_unit_test(custom_kinds_say_what_is_equal_or_are_compared_as_stored),
        cmocka_unit_test(what_cannot_be_stored_counts_as_a_change),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
