/* Random edits of records with every kind of attribute, saved to a real server and held against a plain item that gets
 * the same edits: after each save the stored item is that item, and what was sent is what had changed. */
#include "live.h"
#include <time.h>

typedef struct point {
    int32_t x, y;
} point;

static dynox_status store_point(const point *p, dynox_room *room, dynox_value *value, dynox_error *error)
{
    char *text = dynox_room_alloc(room, 32);
    if (!text) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    snprintf(text, 32, "%d/%d", (int)p->x, (int)p->y);
    *value = dynox_string(text);
    return DYNOX_OK;
}

static dynox_status load_point(const dynox_value *value, dynox_room *room, point *p, dynox_error *error)
{
    int x, y;
    (void)room;
    if (!dynox_value_as_string(value) || sscanf(dynox_value_as_string(value), "%d/%d", &x, &y) != 2)
        return dynox_error_set(error, DYNOX_E_DECODE, "no point");
    *p = (point){x, y};
    return DYNOX_OK;
}
DYNOX_ATTRIBUTE_KIND(point, .store = store_point, .load = load_point)

/* One that is compared by what it means. */
typedef struct angle {
    int32_t degrees;
    int32_t turns; /* says nothing */
} angle;

static dynox_status store_angle(const angle *a, dynox_room *room, dynox_value *value, dynox_error *error)
{
    (void)room;
    (void)error;
    *value = dynox_int(a->degrees);
    return DYNOX_OK;
}

static dynox_status load_angle(const dynox_value *value, dynox_room *room, angle *a, dynox_error *error)
{
    (void)room;
    (void)error;
    *a = (angle){(int32_t)dynox_value_as_int(value), 0};
    return DYNOX_OK;
}

static bool same_angle(const angle *a, const angle *b)
{
    return a->degrees == b->degrees;
}
DYNOX_ATTRIBUTE_KIND(angle, .store = store_angle, .load = load_angle, .equal = same_angle)

enum mood { GOOD = 1, BAD, UGLY };
static const dynox_enum_name moods[] = {{GOOD, "good"}, {BAD, "bad"}, {UGLY, "ugly"}};

typedef struct inner {
    const char *name;
    int64_t     n;
} inner;
static const dynox_attribute inner_attributes[] = {
    DYNOX_STRING(inner, name),
    DYNOX_INT(inner, n),
};
DYNOX_SHAPE(inner)

typedef struct all {
    DYNOX_RECORD;
    const char *id, *text, *number;
    char        chars[12];
    int64_t     whole;
    uint16_t    small;
    double      real;
    bool        truth, has_maybe;
    int64_t     maybe;
    dynox_blob  blob;
    time_t      date, expires_at;
    enum mood   mood;
    inner       one;
    DYNOX_MANY(inner) many;
    DYNOX_MANY(const char *) texts;
    DYNOX_MANY(const char *) tags;
    DYNOX_MANY(int64_t) ids;
    dynox_value any;
    point       where;
    angle       tilt;
    const char *nothing;
    int64_t     version;
    dynox_item  rest;
} all;
static const dynox_attribute all_attributes[] = {
    DYNOX_PARTITION_KEY(all, id),
    DYNOX_STRING(all, text, .alias = "t"),
    DYNOX_NUMBER(all, number),
    DYNOX_STRING(all, chars),
    DYNOX_INT(all, whole),
    DYNOX_INT(all, small),
    DYNOX_DOUBLE(all, real),
    DYNOX_BOOLEAN(all, truth),
    DYNOX_INT(all, maybe, .optional = DYNOX_HAS(all, has_maybe)),
    DYNOX_BINARY(all, blob),
    DYNOX_DATETIME(all, date),
    DYNOX_TTL(all, expires_at, .alias = "ttl"),
    DYNOX_ENUM(all, mood, moods),
    DYNOX_STRUCT(all, one, inner),
    DYNOX_STRUCTS(all, many, inner),
    DYNOX_ARRAY(all, texts),
    DYNOX_SET(all, tags),
    DYNOX_SET(all, ids),
    DYNOX_DYNAMIC(all, any),
    DYNOX_CUSTOM(all, where, point),
    DYNOX_CUSTOM(all, tilt, angle),
    DYNOX_STRING(all, nothing, .null_stored = true),
    DYNOX_VERSION(all, version),
    DYNOX_EXTRA(all, rest),
};
DYNOX_MODEL(all, .table = "everything")

/* ---- chance ---- */

static uint64_t seed, chance;
static bool     is_done; /* else the seed is told */

static uint32_t pick(uint32_t below)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(chance >> 33) % below;
}

static const char *const words[] = {
    "", "a", "Ada", "with \"quotes\" and \\", "\xC3\xA9t\xC3\xA9", "a longer text of thirty letters"};

static const char *word(void)
{
    return words[pick(sizeof words / sizeof *words)];
}

/* ---- an edit: of the record, and of what it should be stored as ---- */

static void put(dynox_item *item, const char *name, dynox_value value)
{
    if (value.type == DYNOX_INVALID)
        dynox_item_remove(item, name);
    else
        assert_int_equal(dynox_item_set(item, name, value), DYNOX_OK);
}

static dynox_value inner_value(const inner *one)
{
    static dynox_named_value at[8][2];
    static unsigned          turn;
    dynox_named_value       *members = at[turn++ % 8];
    size_t                   count   = 0;
    if (one->name) members[count++] = dynox_named("name", dynox_string(one->name));
    members[count++] = dynox_named("n", dynox_int(one->n));
    return dynox_map_of(members, count);
}

static void edit_many(all *r, dynox_item *item)
{
    static inner lines[2][4];
    static int   turn;
    inner       *own   = lines[turn++ % 2];
    size_t       count = pick(5);
    dynox_value  values[4];
    if (count == 4) { /* in place, where there is one */
        count = r->many.count;
        if (count) r->many.at[pick((uint32_t)count)].n += 1;
    } else {
        for (size_t i = 0; i < count; i++)
            own[i] = (inner){pick(3) ? word() : NULL, pick(100)};
        r->many.at    = pick(6) ? own : NULL;
        r->many.count = r->many.at ? count : 0;
    }
    for (size_t i = 0; i < r->many.count; i++)
        values[i] = inner_value(&r->many.at[i]);
    put(item, "many", r->many.at ? dynox_list_of(values, r->many.count) : dynox_invalid());
}

static void edit_sets(all *r, dynox_item *item)
{
    static const char *tags[2][3];
    static int64_t     ids[2][3];
    static int         turn;
    static char        numbers[3][24];
    const char       **own   = tags[++turn % 2];
    int64_t           *mine  = ids[turn % 2];
    size_t             count = pick(4);
    dynox_value        values[3];
    for (size_t i = 0; i < count; i++) {
        own[i]    = words[(i + pick(2)) % 2 ? 2 + i : 3 + i];
        mine[i]   = (int64_t)(i * 1000 + pick(3));
        values[i] = dynox_string(own[i]);
    }
    if (count == 2 && strcmp(own[0], own[1]) == 0) count = 1;
    if (count == 3 && (strcmp(own[0], own[1]) == 0 || strcmp(own[1], own[2]) == 0 || strcmp(own[0], own[2]) == 0))
        count = 1;
    r->tags.at    = own;
    r->tags.count = count;
    put(item, "tags", count ? dynox_string_set_of(values, count) : dynox_invalid());
    for (size_t i = 0; i < count; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)mine[i]);
        values[i] = dynox_number_text(numbers[i]);
    }
    r->ids.at    = mine;
    r->ids.count = count;
    put(item, "ids", count ? dynox_number_set_of(values, count) : dynox_invalid());
}

static void edit_lists(all *r, dynox_item *item)
{
    static const char *texts[2][3];
    static int         turn;
    const char       **own   = texts[turn++ % 2];
    size_t             count = pick(4);
    dynox_value        values[3];
    for (size_t i = 0; i < count; i++) {
        own[i]    = word();
        values[i] = dynox_string(own[i]);
    }
    r->texts.at    = pick(5) ? own : NULL;
    r->texts.count = r->texts.at ? count : 0;
    put(item, "texts", r->texts.at ? dynox_list_of(values, count) : dynox_invalid());
}

static void edit_numbers(all *r, dynox_item *item)
{
    static const char *const decimals[] = {"1.5", "12345678901234567890.5", "-7"};
    switch (pick(6)) {
    case 0: put(item, "whole", dynox_int(r->whole = (int64_t)pick(3) - 1)); break;
    case 1: put(item, "small", dynox_int(r->small = (uint16_t)(pick(2) * 65535))); break;
    case 2: put(item, "real", dynox_double(r->real = pick(3) / 4.0)); break;
    case 3:
        r->number = pick(4) ? decimals[pick(3)] : NULL;
        put(item, "number", r->number ? dynox_number_text(r->number) : dynox_invalid());
        break;
    case 4: put(item, "truth", dynox_bool(r->truth = pick(2))); break;
    default:
        r->has_maybe = pick(2);
        r->maybe     = pick(2);
        put(item, "maybe", r->has_maybe ? dynox_int(r->maybe) : dynox_invalid());
    }
}

static void edit_texts(all *r, dynox_item *item)
{
    switch (pick(4)) {
    case 0:
        r->text = pick(4) ? word() : NULL;
        put(item, "t", r->text ? dynox_string(r->text) : dynox_invalid());
        break;
    case 1:
        snprintf(r->chars, sizeof r->chars, "%s", pick(3) ? "chars" : pick(2) ? "x" : "");
        put(item, "chars", *r->chars ? dynox_string(r->chars) : dynox_invalid());
        break;
    case 2:
        r->nothing = pick(2) ? word() : NULL;
        put(item, "nothing", r->nothing ? dynox_string(r->nothing) : dynox_null());
        break;
    default:
        r->blob = pick(3) ? (dynox_blob){"\0\1\2\3", 1 + pick(3)} : (dynox_blob){NULL, 0};
        put(item, "blob", r->blob.bytes ? dynox_bytes(r->blob.bytes, r->blob.size) : dynox_invalid());
    }
}

static void edit_others(all *r, dynox_item *item)
{
    static const char *const dates[]  = {NULL, "1970-01-01T00:00:01+00:00", "1970-01-01T00:00:02+00:00"};
    static const char *const points[] = {"0/0", "1/2", "-3/4"};
    switch (pick(6)) {
    case 0:
        r->date = pick(3);
        put(item, "date", r->date ? dynox_string(dates[r->date]) : dynox_invalid());
        break;
    case 1:
        r->expires_at = pick(2) * 2000000000;
        put(item, "ttl", r->expires_at ? dynox_int(r->expires_at) : dynox_invalid());
        break;
    case 2:
        r->mood = (enum mood)(1 + pick(3));
        put(item, "mood", dynox_string(moods[r->mood - 1].name));
        break;
    case 3:
        if (pick(2))
            r->one.n++;
        else
            r->one.name = pick(3) ? word() : NULL;
        put(item, "one", inner_value(&r->one));
        break;
    case 4: {
        uint32_t which = pick(3);
        r->where       = which == 0 ? (point){0, 0} : which == 1 ? (point){1, 2} : (point){-3, 4};
        put(item, "where", which ? dynox_string(points[which]) : dynox_invalid()); /* zero is absent */
        break;
    }
    default:
        r->any = pick(3) ? dynox_int(pick(3)) : pick(2) ? dynox_string(word()) : dynox_invalid();
        put(item, "any", r->any);
    }
}

static void edit_tilt(all *r, dynox_item *item)
{
    r->tilt = (angle){(int32_t)pick(3), (int32_t)pick(3)};
    if (!r->tilt.degrees) r->tilt.turns = 0; /* all zero is absent */
    put(item, "tilt", r->tilt.degrees ? dynox_int(r->tilt.degrees) : dynox_invalid());
}

/* Attributes that no member has: one is set, changed or taken away, the others stay. */
static void edit_rest(all *r, dynox_item *item)
{
    static dynox_named_value rest[2][4];
    static int               turn;
    static const char *const names[] = {"stranger", "other", "third"};
    dynox_named_value       *own     = rest[turn++ % 2];
    const char              *name    = names[pick(3)];
    dynox_value              value   = pick(3) ? dynox_int(pick(3)) : pick(2) ? dynox_string(word()) : dynox_invalid();
    size_t                   count   = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const dynox_value *there = dynox_item_get(&r->rest, names[i]);
        if (strcmp(names[i], name) == 0) there = value.type == DYNOX_INVALID ? NULL : &value;
        if (there) own[count++] = dynox_named(names[i], *there);
    }
    r->rest = dynox_item_of(own, count);
    put(item, name, value);
}

static void edit(all *r, dynox_item *item)
{
    static void (*const edits[])(all *, dynox_item *) = {edit_many,  edit_sets,   edit_lists, edit_numbers,
                                                         edit_texts, edit_others, edit_tilt,  edit_rest};
    edits[pick(sizeof edits / sizeof *edits)](r, item);
}

/* ---- what is sent ---- */

/* The stored name is among the names of the request. */
static bool names(const char *body, const char *name)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\":\"%s\"", name);
    const char *found = strstr(body, "\"ExpressionAttributeNames\"");
    return found && strstr(found, quoted);
}

static void check_sent(all *r, const dynox_item *before, const dynox_item *after)
{
    dynox_explanation *plan = dynox_explain(all_save(live, r, NULL));
    bool               same = dynox_item_equal(before, after);
    assert_non_null(plan);
    assert_int_equal(plan->status, DYNOX_OK);
    if (same) assert_null(plan->body);
    if (!same) {
        assert_string_equal(plan->operation, "UpdateItem");
        for (size_t i = 0; i < after->count; i++) {
            const char        *name    = after->attributes[i].name;
            const dynox_value *was     = dynox_item_get(before, name);
            bool               changed = !was || !dynox_value_equal(was, &after->attributes[i].value);
            if (strcmp(name, "version") != 0 && strcmp(name, "id") != 0 && names(plan->body, name) != changed) {
                print_message("%s: %s\n", name, plan->body);
                fail();
            }
        }
        for (size_t i = 0; i < before->count; i++)
            if (!dynox_item_get(after, before->attributes[i].name))
                assert_true(names(plan->body, before->attributes[i].name));
    }
    dynox_explanation_free(plan);
}

static void check_stored(const dynox_item *expected)
{
    dynox_item *item = NULL;
    assert_int_equal(dynox_sync_get_item(live, "everything", DYNOX_ITEM("id", "one"), &item, .consistent_read = true),
                     DYNOX_OK);
    if (!dynox_item_equal(item, expected)) {
        dynox_item_print(stderr, item);
        dynox_item_print(stderr, expected);
        fail();
    }
    dynox_item_free(item);
}

static all *load(void)
{
    dynox_error err = {0};
    all        *r   = NULL;
    live_ok(all_sync_get(live, &(all){.id = "one"}, &r, DYNOX_WITH(.consistent_read = true, .error = &err)), &err);
    assert_non_null(r);
    return r;
}

/* Rows 161, 163, 165, 168, 169 and 170. */
static void what_is_stored_is_what_was_edited(void **state)
{
    (void)state;
    dynox_error err      = {0};
    all         first    = {.id = "one", .mood = GOOD};
    dynox_item *expected = dynox_item_copy(DYNOX_ITEM("id", "one", "whole", 0, "small", 0, "real", 0, "truth", false,
                                                      "mood", "good", "one", DYNOX_MAP("n", 0), "nothing", dynox_null(),
                                                      "version", 2, "stranger", DYNOX_LIST(1, "two")));
    live_ok(all_sync_save(live, &first, DYNOX_WITH(.error = &err)), &err);
    live_ok(dynox_sync_update_item(live, "everything", DYNOX_ITEM("id", "one"),
                                   DYNOX_EXPR("SET stranger = ?, version = ?", DYNOX_LIST(1, "two"), 2), .error = &err),
            &err);
    all *r = load();
    for (int i = 0; i < 3000; i++) {
        dynox_item *before = dynox_item_copy(expected);
        if (!pick(12)) {
            all_free(r);
            r = load();
            assert_false(all_is_dirty(r));
        }
        for (uint32_t edits = pick(4); edits; edits--)
            edit(r, expected);
        check_sent(r, before, expected);
        bool same = dynox_item_equal(before, expected);
        assert_int_equal(all_is_dirty(r), !same);
        live_ok(all_sync_save(live, r, DYNOX_WITH(.error = &err)), &err);
        if (!same) put(expected, "version", dynox_int(r->version));
        assert_false(all_is_dirty(r));
        check_stored(expected);
        dynox_item_free(before);
    }
    all_free(r);
    dynox_item_free(expected);
    is_done = true;
}

static int setup(void **state)
{
    dynox_error err   = {0};
    const char *given = getenv("DYNOX_TEST_SEED");
    seed = chance = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    if (live_setup(state) != 0) return -1;
    live_ok(all_sync_create_table(live, DYNOX_WITH(.error = &err)), &err);
    return 0;
}

static int teardown(void **state)
{
    if (!is_done) print_message("seed %llu\n", (unsigned long long)seed);
    all_sync_delete_table(live, NULL);
    return live_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_is_what_was_edited),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
