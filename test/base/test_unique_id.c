/* Identifiers: their forms, that none comes twice, and the order in which they come, whatever the clock does. */
#include "base/clock.h"
#include "base/random.h"
#include "base/unique_id.h"
#include "support.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MANY = 100000, THREADS = 4, OF_EACH = 20000 };

typedef char id[40];

static _Atomic int64_t wall_ns;
static uint8_t         given[16];

static int64_t wall(int which)
{
    return which ? wall_ns : 0;
}

static bool give(void *to, size_t count)
{
    memcpy(to, given, count);
    return true;
}

static bool give_nothing(void *to, size_t count)
{
    (void)to;
    (void)count;
    return false;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static id *room(size_t count)
{
    id *ids = calloc(count, sizeof(id));
    assert_non_null(ids);
    return ids;
}

static void make(enum dynox__unique_id kind, id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!dynox__unique_id(kind, ids[i])) ids[i][0] = '-';
}

static void assert_rising(id *ids, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(ids[i - 1], ids[i]) >= 0) fail_msg("%s, then %s", ids[i - 1], ids[i]);
}

static void assert_all_differ(id *ids, size_t count)
{
    qsort(ids, count, sizeof(id), by_text);
    assert_rising(ids, count);
}

/* What the Python packages python-ulid and svix-ksuid make of the same time and bytes. Their times go up, and this is
 * the first test: a ULID and a UUID7 are never before the last one of the process. */
static void encodings_are_those_of_other_libraries(void **state)
{
    static const struct {
        int64_t     ms;
        uint8_t     random[16];
        const char *texts[4];
    } known[] = {
        {1469918176385,
         {0},
         {"00000000-0000-4000-8000-000000000000", "01563df3-6481-71f9-8000-000000000000", "01ARYZ6S410000000000000000",
          "0arkaER5JLZH57L2db7Wngapmu8"}},
        {1500000000000,
         {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
         {"01020304-0506-4708-890a-0b0c0d0e0f10", "015d3ef7-9800-71f9-8102-030405060708", "01BMZFF600041061050R3GG28A",
          "0qjBBlJIfbVLKwnJn4xpLGDr00e"}},
        {1767323045123,
         {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
         {"ffffffff-ffff-4fff-bfff-ffffffffffff", "019b7ca9-8d03-71f9-bfff-ffffffffffff", "01KDYAK383ZZZZZZZZZZZZZZZZ",
          "37gS6XstA77o2LDB8LpKEgxvFq3"}},
        {1767323045999,
         {0xb5, 0xa1, 0xcd, 0x34, 0xb5, 0xf9, 0x9d, 0x11, 0x54, 0xfb, 0x68, 0x53, 0x34, 0x5c, 0x97, 0x35},
         {"b5a1cd34-b5f9-4d11-94fb-6853345c9735", "019b7ca9-906f-71f9-b5a1-cd34b5f99d11", "01KDYAK43FPPGWTD5NZ6EH2N7V",
          "37gS6VcYgIBlmLaO75LW2CLl9LZ"}},
    };
    (void)state;
    dynox__clock_fake(wall);
    dynox__random_bytes_fake(give);
    for (size_t i = 0; i < COUNT(known); i++) {
        wall_ns = known[i].ms * DYNOX__MS + 123456;
        memcpy(given, known[i].random, sizeof given);
        for (unsigned kind = 0; kind < 4; kind++) {
            char text[40];
            assert_int_equal(dynox__unique_id((enum dynox__unique_id)kind, text), strlen(known[i].texts[kind]));
            assert_string_equal(text, known[i].texts[kind]);
        }
    }
    dynox__random_bytes_fake(NULL);
    dynox__clock_fake(NULL);
}

static void forms_are_those_of_their_kinds(void **state)
{
    static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static const char base62[]    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (void)state;
    for (int i = 0; i < 1000; i++) {
        char text[40];
        for (unsigned version = 4; version <= 7; version += 3) {
            assert_int_equal(dynox__unique_id(version == 4 ? DYNOX__UUID4 : DYNOX__UUID7, text), 36);
            assert_int_equal(strlen(text), 36);
            assert_int_equal(strspn(text, "0123456789abcdef-"), 36);
            assert_true(text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
            assert_int_equal(text[14], '0' + version);
            assert_non_null(strchr("89ab", text[19]));
        }
        assert_int_equal(dynox__unique_id(DYNOX__ULID, text), 26);
        assert_true(strlen(text) == 26 && strspn(text, crockford) == 26 && text[0] <= '7');
        assert_int_equal(dynox__unique_id(DYNOX__KSUID, text), 27);
        assert_true(strlen(text) == 27 && strspn(text, base62) == 27);
    }
}

/* Row 236. */
static void none_of_many_comes_twice(void **state)
{
    id *ids = room(MANY);
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        make((enum dynox__unique_id)kind, ids, MANY);
        assert_all_differ(ids, MANY);
    }
    free(ids);
}

/* Rows 236, 238. */
static void they_go_up_within_one_moment_and_when_the_clock_goes_back(void **state)
{
    static const enum dynox__unique_id kinds[] = {DYNOX__ULID, DYNOX__UUID7};
    id                                *ids     = room(MANY);
    int64_t                            now     = dynox__wall_ns() + 1000 * DYNOX__SECOND;
    (void)state;
    dynox__clock_fake(wall);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        wall_ns = now;
        make(kinds[i], ids, MANY / 2);
        wall_ns = now - 3600 * DYNOX__SECOND;
        make(kinds[i], ids + MANY / 2, MANY / 4);
        wall_ns = -1;
        make(kinds[i], ids + MANY / 2 + MANY / 4, MANY / 4 - 1);
        wall_ns = now + 10 * DYNOX__SECOND; /* later than what was counted */
        make(kinds[i], ids + MANY - 1, 1);
        assert_rising(ids, MANY);
    }
    dynox__clock_fake(NULL);
    free(ids);
}

/* The first ULID of this millisecond has all that is counted in it used up. */
/* Row 238. */
static void a_ulid_after_the_last_of_its_millisecond_is_of_the_next(void **state)
{
    char first[40], second[40];
    (void)state;
    dynox__clock_fake(wall);
    dynox__random_bytes_fake(give);
    memset(given, 0xff, sizeof given);
    wall_ns = INT64_C(4102444800999) * DYNOX__MS;
    dynox__unique_id(DYNOX__ULID, first);
    dynox__unique_id(DYNOX__ULID, second);
    assert_string_equal(first, "03QCPC7PZ7ZZZZZZZZZZZZZZZZ");
    assert_string_equal(second, "03QCPC7PZ8000FZZZZZZZZZZZZ");
    dynox__random_bytes_fake(NULL);
    dynox__clock_fake(NULL);
}

/* Row 236. */
static void ksuids_go_up_by_the_second(void **state)
{
    static const int64_t seconds[] = {0, 1400000000, 1400000001, 1767323045, 1767323046, 5694967295, 9000000000};
    char                 last[40]  = "", text[40];
    (void)state;
    dynox__clock_fake(wall);
    for (size_t i = 1; i < COUNT(seconds) - 1; i++) {
        wall_ns = seconds[i] * DYNOX__SECOND;
        assert_int_equal(dynox__unique_id(DYNOX__KSUID, text), 27);
        assert_true(strcmp(last, text) < 0);
        memcpy(last, text, sizeof text);
    }
    wall_ns = seconds[0]; /* what has no number is the first or the last */
    dynox__random_bytes_fake(give);
    memset(given, 0, sizeof given);
    dynox__unique_id(DYNOX__KSUID, text);
    assert_string_equal(text, "000000000000000000000000000");
    memset(given, 0xff, sizeof given);
    wall_ns = seconds[6] * DYNOX__SECOND;
    dynox__unique_id(DYNOX__KSUID, text);
    assert_string_equal(text, "aWgEPTl1tmebfsQzFP4bxwgy80V");
    dynox__random_bytes_fake(NULL);
    dynox__clock_fake(NULL);
}

static void without_randomness_there_is_none(void **state)
{
    (void)state;
    dynox__random_bytes_fake(give_nothing);
    for (unsigned kind = 0; kind < 4; kind++) {
        char text[40] = "x";
        assert_int_equal(dynox__unique_id((enum dynox__unique_id)kind, text), 0);
        assert_string_equal(text, "");
    }
    dynox__random_bytes_fake(NULL);
}

typedef struct {
    enum dynox__unique_id kind;
    id                   *ids;
} share;

static void *make_a_share(void *arg)
{
    share *mine = arg;
    make(mine->kind, mine->ids, OF_EACH);
    return NULL;
}

static void threads_make_different_ones_each_in_order(void **state)
{
    id *ids = room((size_t)THREADS * OF_EACH);
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        pthread_t threads[THREADS];
        share     shares[THREADS];
        for (int i = 0; i < THREADS; i++) {
            shares[i] = (share){(enum dynox__unique_id)kind, ids + i * OF_EACH};
            assert_int_equal(pthread_create(&threads[i], NULL, make_a_share, &shares[i]), 0);
        }
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        if (kind == DYNOX__UUID7 || kind == DYNOX__ULID)
            for (int i = 0; i < THREADS; i++)
                assert_rising(ids + i * OF_EACH, OF_EACH);
        assert_all_differ(ids, (size_t)THREADS * OF_EACH);
    }
    free(ids);
}

static void a_forked_child_goes_on_with_others_than_its_parent(void **state)
{
    enum { PART = 50 }; /* with what was made before, they fit into a pipe */
    id ids[2 * PART], before;
    (void)state;
    dynox__clock_fake(wall); /* it stands still: the time does not tell them apart */
    wall_ns = INT64_C(1767323045123) * DYNOX__MS;
    for (unsigned kind = 0; kind < 4; kind++) {
        int line[2], status;
        assert_int_equal(pipe(line), 0);
        dynox__unique_id((enum dynox__unique_id)kind, before);
        pid_t child = fork();
        assert_true(child >= 0);
        make((enum dynox__unique_id)kind, ids, PART);
        if (child == 0) _exit(write(line[1], ids, sizeof ids / 2) == sizeof ids / 2 ? 0 : 1);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_int_equal(read(line[0], ids + PART, sizeof ids / 2), sizeof ids / 2);
        close(line[0]);
        close(line[1]);
        if (kind == DYNOX__UUID7 || kind == DYNOX__ULID) {
            assert_true(strcmp(before, ids[0]) < 0 && strcmp(before, ids[PART]) < 0);
            assert_rising(ids + PART, PART);
        }
        assert_all_differ(ids, (size_t)2 * PART);
    }
    dynox__clock_fake(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_those_of_other_libraries),
        cmocka_unit_test(forms_are_those_of_their_kinds),
        cmocka_unit_test(none_of_many_comes_twice),
        cmocka_unit_test(they_go_up_within_one_moment_and_when_the_clock_goes_back),
        cmocka_unit_test(threads_make_different_ones_each_in_order),
        cmocka_unit_test(a_forked_child_goes_on_with_others_than_its_parent),
        cmocka_unit_test(ksuids_go_up_by_the_second),
        cmocka_unit_test(without_randomness_there_is_none),
        cmocka_unit_test(a_ulid_after_the_last_of_its_millisecond_is_of_the_next),
    };
    return cmocka_run_group_tests_name("unique_id", tests, NULL, NULL);
}
