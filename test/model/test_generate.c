/* What new records get where they have nothing: defaults, identifiers, the time. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/date.h"
#include "model/record.h"
#include "support.h"
#include <dynox/model_macros.h>

typedef enum mood { CALM, GLAD = 3 } mood;
static const dynox_enum_name moods[] = {{CALM, "calm"}, {GLAD, "glad"}};

typedef struct session {
    DYNOX_RECORD;
    const char *pk, *title, *price;
    char        id[37], ulid[27], ksuid[28], at[26], place[8];
    const char *uuid, *iso;
    int64_t     count, rank, ms, days, fine;
    int         seconds;
    time_t      created;
    float       ratio;
    double      share;
    mood        mood;
    bool        active, has_rank, has_nick;
    const char *nick;
} session;

static const dynox_attribute session_attributes[] = {
    DYNOX_PARTITION_KEY(session, pk),
    DYNOX_STRING(session, title, .default_string = "untitled"),
    DYNOX_NUMBER(session, price, .default_string = "1.50"),
    DYNOX_STRING(session, id, .generate = DYNOX_UUID4),
    DYNOX_STRING(session, ulid, .generate = DYNOX_ULID),
    DYNOX_STRING(session, ksuid, .generate = DYNOX_KSUID),
    DYNOX_STRING(session, at, .generate = DYNOX_UTC_NOW),
    DYNOX_STRING(session, place, .default_string = "Utrecht"),
    DYNOX_STRING(session, uuid, .generate = DYNOX_UUID7),
    DYNOX_STRING(session, iso, .generate = DYNOX_UTC_NOW),
    DYNOX_INT(session, count, .default_int = -18),
    DYNOX_INT(session, rank, .default_int = 5, .optional = DYNOX_HAS(session, has_rank)),
    DYNOX_INT(session, ms, .generate = DYNOX_EPOCH_MS),
    DYNOX_DATETIME(session, days, .generate = DYNOX_EPOCH, .precision = DYNOX_MILLISECONDS),
    DYNOX_DATETIME(session, fine, .generate = DYNOX_UTC_NOW, .precision = DYNOX_MICROSECONDS),
    DYNOX_INT(session, seconds, .generate = DYNOX_EPOCH),
    DYNOX_DATETIME(session, created, .generate = DYNOX_UTC_NOW),
    DYNOX_DOUBLE(session, ratio, .default_double = 0.5),
    DYNOX_DOUBLE(session, share, .default_double = -2.25),
    DYNOX_ENUM(session, mood, moods, .default_int = GLAD),
    DYNOX_BOOLEAN(session, active, .default_bool = true),
    DYNOX_STRING(session, nick, .generate = DYNOX_ULID, .optional = DYNOX_HAS(session, has_nick)),
};

static struct dynox__shape *session_made;
static const dynox_shape    session_shape = {"session", sizeof(session), session_attributes,
                                             sizeof session_attributes / sizeof *session_attributes, &session_made};

static const dynox__model *model(void)
{
    static dynox__model made;
    dynox_error         error = {0};
    made.name                 = "session";
    made.shape                = dynox__shape_of(&session_shape, &error);
    if (!made.shape) fail_msg("%s", error.message);
    return &made;
}

static session *generated(session *record)
{
    dynox_error error = {0};
    if (dynox__generate(model(), record, &(const dynox__member *){0}, &error)) fail_msg("%s", error.message);
    return record;
}

/* As the typed clear does, which needs a declared model. */
static void clear(session *record)
{
    dynox__block *block = dynox__record_block(record);
    memset(record, 0, sizeof *record);
    dynox__block_release(block);
}

/* 2026-01-02T03:04:05.678901 */
static int64_t fixed_clock(int which)
{
    return which ? INT64_C(1767323045678901) * 1000 : 1;
}

static int64_t before_1970(int which)
{
    return which ? INT64_C(-1500000) * 1000 : 1;
}

/* ---- defaults ---- */

/* Row 151. */
static void defaults_stand_for_zero(void **state)
{
    (void)state;
    session record = {0};
    generated(&record);
    assert_ptr_equal(record.title, session_attributes[1].default_string);
    assert_string_equal(record.price, "1.50");
    assert_string_equal(record.place, "Utrecht");
    assert_int_equal(record.count, -18);
    assert_true(record.ratio > 0.49F && record.ratio < 0.51F);
    assert_true(record.share < -2.2 && record.share > -2.3);
    assert_int_equal(record.mood, GLAD);
    assert_true(record.active);
    assert_null(record.pk);
    clear(&record);
}

/* Row 151. */
static void what_is_given_stays(void **state)
{
    (void)state;
    session record = {.title   = "",
                      .price   = "2",
                      .place   = "x",
                      .count   = 1,
                      .ratio   = 2,
                      .uuid    = "mine",
                      .id      = "mine",
                      .ms      = 3,
                      .created = 4,
                      .seconds = 5};
    generated(&record);
    assert_string_equal(record.title, "");
    assert_string_equal(record.price, "2");
    assert_string_equal(record.place, "x");
    assert_int_equal(record.count, 1);
    assert_true(record.ratio > 1.9F);
    assert_string_equal(record.uuid, "mine");
    assert_string_equal(record.id, "mine");
    assert_int_equal(record.ms, 3);
    assert_int_equal(record.created, 4);
    assert_int_equal(record.seconds, 5);
    clear(&record);
}

static void the_default_of_an_optional_member_stands_for_has_not(void **state)
{
    (void)state;
    session record = {.rank = 9}, other = {.has_rank = true};
    generated(&record);
    assert_int_equal(record.rank, 5);
    assert_true(record.has_rank);
    assert_true(record.has_nick);
    assert_int_equal(strlen(record.nick), 26);
    generated(&other);
    assert_int_equal(other.rank, 0); /* a value of its own */
    clear(&record);
    clear(&other);
}

/* Row 154. */
static void defaults_in_arrays_are_each_records_own(void **state)
{
    (void)state;
    session a = {0}, b = {0};
    generated(&a);
    a.place[0] = 'X';
    generated(&b);
    assert_string_equal(a.place, "Xtrecht");
    assert_string_equal(b.place, "Utrecht");
    clear(&a);
    clear(&b);
}

/* ---- generators ---- */

/* Row 236. */
static void identifiers_have_the_length_of_their_kind(void **state)
{
    (void)state;
    session record = {0};
    generated(&record);
    assert_int_equal(strlen(record.id), 36);
    assert_int_equal(record.id[14], '4');
    assert_int_equal(strlen(record.uuid), 36);
    assert_int_equal(record.uuid[14], '7');
    assert_int_equal(strlen(record.ulid), 26);
    assert_int_equal(strspn(record.ulid, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 26);
    assert_int_equal(strlen(record.ksuid), 27);
    clear(&record);
}

/* Row 236. */
static void times_are_in_the_unit_of_the_member(void **state)
{
    (void)state;
    session record = {0};
    dynox__clock_fake(fixed_clock);
    generated(&record);
    dynox__clock_fake(NULL);
    assert_int_equal(record.seconds, 1767323045);
    assert_int_equal(record.ms, 1767323045678);
    assert_int_equal(record.days, 1767323045000);
    assert_int_equal(record.fine, 1767323045678901);
    assert_int_equal(record.created, 1767323045);
    assert_string_equal(record.at, "2026-01-02T03:04:05+00:00");
    assert_string_equal(record.iso, "2026-01-02T03:04:05+00:00");
    clear(&record);
}

static void times_are_rounded_down_before_1970_too(void **state)
{
    (void)state;
    session record = {0};
    dynox__clock_fake(before_1970);
    generated(&record);
    dynox__clock_fake(NULL);
    assert_int_equal(record.seconds, -2);
    assert_int_equal(record.ms, -1500);
    assert_string_equal(record.at, "1969-12-31T23:59:58+00:00");
    clear(&record);
}

static void a_record_that_was_filled_stays_as_it_is(void **state)
{
    (void)state;
    session record = {0};
    generated(&record);
    session before = record;
    generated(&record);
    assert_memory_equal(&before, &record, sizeof record);
    clear(&record);
}

/* Row 238. */
static void later_ulids_are_greater(void **state)
{
    (void)state;
    char last[27] = "";
    for (int i = 0; i < 10000; i++) {
        session record = {.uuid = "-", .iso = "-", .has_nick = true};
        generated(&record);
        assert_true(strcmp(last, record.ulid) < 0);
        memcpy(last, record.ulid, sizeof last);
        clear(&record);
    }
}

static void texts_in_arrays_hang_nothing_on_the_record(void **state)
{
    (void)state;
    session record = {.uuid = "-", .iso = "-", .has_nick = true};
    generated(&record);
    assert_null(dynox__record_block(&record));
}

/* ---- declarations ---- */

typedef struct small {
    DYNOX_RECORD;
    const char *pk;
    char        id[36];
    int16_t     count;
    uint8_t     byte;
    time_t      ends;
} small;

static void assert_refused(dynox_attribute attribute, const char *message)
{
    const dynox_attribute attributes[] = {DYNOX_PARTITION_KEY(small, pk), attribute};
    struct dynox__shape  *made         = NULL;
    const dynox_shape     shape        = {"small", sizeof(small), attributes, 2, &made};
    dynox_error           error        = {0};
    assert_null(dynox__shape_of(&shape, &error));
    assert_int_equal(error.status, DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, message);
}

static void members_that_are_too_small_are_told_at_first_use(void **state)
{
    (void)state;
    assert_refused((dynox_attribute)DYNOX_STRING(small, id, .generate = DYNOX_UUID4), "model small: id needs char[37]");
    assert_refused((dynox_attribute)DYNOX_STRING(small, id, .default_string = "123456789012345678901234567890123456"),
                   "model small: id needs char[37]");
    assert_refused((dynox_attribute)DYNOX_INT(small, count, .generate = DYNOX_EPOCH),
                   "model small: count needs an integer of 32 bits");
    assert_refused((dynox_attribute)DYNOX_INT(small, count, .generate = DYNOX_EPOCH_MS),
                   "model small: count needs an integer of 64 bits");
    assert_refused((dynox_attribute)DYNOX_INT(small, count, .default_int = 32768),
                   "model small: count has a default_int that it is too small for");
    assert_refused((dynox_attribute)DYNOX_INT(small, byte, .default_int = -1),
                   "model small: byte has a default_int that it is too small for");
    assert_refused((dynox_attribute)DYNOX_TTL(small, ends, .generate = DYNOX_EPOCH_MS),
                   "model small: ends generates milliseconds, a TTL is in seconds");
    assert_refused((dynox_attribute)DYNOX_STRING(small, id, .generate = (dynox_generator)99),
                   "model small: id has a generator that there is not");
}

/* ---- no memory ---- */

static void generate_and_clear(void *arg)
{
    (void)arg;
    session     record = {0};
    dynox_error error  = {0};
    if (dynox__generate(model(), &record, &(const dynox__member *){0}, &error))
        assert_int_equal(error.status, DYNOX_E_NO_MEMORY);
    clear(&record);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    model();
    test_every_allocation_failing(generate_and_clear, NULL);
}

static int end(void **state)
{
    (void)state;
    if (session_made) dynox__free((void *)(uintptr_t)session_made->slots);
    dynox__free(session_made);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand_for_zero),
        cmocka_unit_test(what_is_given_stays),
        cmocka_unit_test(the_default_of_an_optional_member_stands_for_has_not),
        cmocka_unit_test(defaults_in_arrays_are_each_records_own),
        cmocka_unit_test(identifiers_have_the_length_of_their_kind),
        cmocka_unit_test(times_are_in_the_unit_of_the_member),
        cmocka_unit_test(times_are_rounded_down_before_1970_too),
        cmocka_unit_test(a_record_that_was_filled_stays_as_it_is),
        cmocka_unit_test(later_ulids_are_greater),
        cmocka_unit_test(texts_in_arrays_hang_nothing_on_the_record),
        cmocka_unit_test(members_that_are_too_small_are_told_at_first_use),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
