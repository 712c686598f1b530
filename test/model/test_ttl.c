/* Whether a record's time is over, and how long it has left. */
#include "support.h"
#include <dynox/dynox.h>
#include <dynox/model_macros.h>

typedef struct session {
    DYNOX_RECORD;
    const char *id;
    time_t      expires_at;
} session;
static const dynox_attribute session_attributes[] = {
    DYNOX_PARTITION_KEY(session, id),
    DYNOX_TTL(session, expires_at),
};
DYNOX_MODEL(session, .table = "sessions")

typedef struct lasting {
    DYNOX_RECORD;
    const char *id;
} lasting;
static const dynox_attribute lasting_attributes[] = {DYNOX_PARTITION_KEY(lasting, id)};
DYNOX_MODEL(lasting, .table = "lasting")

/* Row 240. */
static void what_is_over_is_expired(void **state)
{
    (void)state;
    assert_true(session_is_expired(&(session){.expires_at = dynox_expires_in(-10)}));
    assert_true(session_is_expired(&(session){.expires_at = dynox_expires_in(0)}));
    assert_false(session_is_expired(&(session){.expires_at = dynox_expires_in_hours(1)}));
}

/* Row 240. */
static void what_is_left_is_told_in_seconds(void **state)
{
    (void)state;
    const session later = {.expires_at = dynox_expires_in_hours(1)}, over = {.expires_at = dynox_expires_in_days(-1)};
    assert_in_range(session_expires_in(&later), 3000, 3600);
    assert_true(session_expires_in(&over) <= -86400);
}

/* Row 240. */
static void without_a_ttl_nothing_expires(void **state)
{
    (void)state;
    assert_false(session_is_expired(&(session){0}));
    assert_true(session_expires_in(&(session){0}) == INT64_MAX);
    assert_false(lasting_is_expired(&(lasting){0}));
    assert_true(lasting_expires_in(&(lasting){0}) == INT64_MAX);
    assert_false(session_is_expired(NULL));
    assert_true(session_expires_in(NULL) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_over_is_expired),
        cmocka_unit_test(what_is_left_is_told_in_seconds),
        cmocka_unit_test(without_a_ttl_nothing_expires),
    };
    return cmocka_run_group_tests_name("ttl", tests, NULL, NULL);
}
