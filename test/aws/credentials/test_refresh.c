/* Refreshing credentials: ahead of time without a wait, in the last minute with one, and never twice at once. The
 * clocks are the test's, so an hour passes in no time. */
#include "aws/calls.h"

enum { CALLS = 1000, CALLERS = 8, LIFETIME = 3600 };

/* ---- clocks that stand still until the test moves them ---- */

static _Atomic int64_t now_s;

static int64_t tested_clock(int which)
{
    return (atomic_load(&now_s) + (which ? 1800000000 : 1)) * DYNOX__SECOND;
}

static void advance(int64_t seconds)
{
    atomic_fetch_add(&now_s, seconds);
}

/* ---- where the credentials come from: a vault whose door the test opens ---- */

typedef struct vault {
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    bool            shut, broken;
    int             fetches; /* begun */
    int64_t         lifetime;
} vault;

static dynox_future *vault_fetch(void *argument)
{
    vault            *from  = argument;
    dynox_error       error = {0};
    char              key[16];
    dynox_credentials set = {.access_key_id = key, .secret_access_key = "secret"};
    pthread_mutex_lock(&from->lock);
    snprintf(key, sizeof key, "KEY%d", from->fetches++);
    pthread_cond_broadcast(&from->changed);
    while (from->shut)
        pthread_cond_wait(&from->changed, &from->lock);
    bool broken    = from->broken;
    set.expires_at = tested_clock(1) / DYNOX__SECOND + from->lifetime;
    pthread_mutex_unlock(&from->lock);
    if (broken) {
        dynox_error_set(&error, DYNOX_E_SYSTEM, "the vault is broken");
        return dynox_future_of(dynox_fail_with(&error));
    }
    return dynox_future_of(dynox_ok(dynox_credentials_copy(&set), &dynox_type_credentials));
}

static void vault_set(vault *from, bool shut, bool broken)
{
    pthread_mutex_lock(&from->lock);
    from->shut   = shut;
    from->broken = broken;
    pthread_cond_broadcast(&from->changed);
    pthread_mutex_unlock(&from->lock);
}

static int vault_fetches(vault *from)
{
    pthread_mutex_lock(&from->lock);
    int count = from->fetches;
    pthread_mutex_unlock(&from->lock);
    return count;
}

static void vault_wait(vault *from, int fetches)
{
    pthread_mutex_lock(&from->lock);
    while (from->fetches < fetches)
        pthread_cond_wait(&from->changed, &from->lock);
    pthread_mutex_unlock(&from->lock);
}

/* ---- the tests' scene ---- */

static const fake_step success[] = {{.http = 200, .body = "{}"}};

typedef struct scene {
    vault                       from;
    dynox_credentials_provider *provider;
    rig                         rig;
} scene;

/* With one set of credentials, KEY0, that was fetched just now. */
static void scene_open(scene *s, int64_t lifetime)
{
    *s = (scene){.from = {.lifetime = lifetime}};
    pthread_mutex_init(&s->from.lock, NULL);
    pthread_cond_init(&s->from.changed, NULL);
    dynox__clock_fake(tested_clock);
    s->provider          = dynox_credentials_custom(vault_fetch, &s->from, NULL);
    s->rig               = RIG_WITH(success, .credentials = s->provider);
    dynox_future *future = call_text(&s->rig);
    expect_text(future, "{}");
    dynox_future_release(future);
}

/* A refresh ends when nobody sees it: its last reference is the provider's. */
static void wait_until_idle(scene *s)
{
    for (bool loading = true; loading;) {
        pthread_mutex_lock(&s->provider->lock);
        loading = s->provider->loading;
        pthread_mutex_unlock(&s->provider->lock);
        if (loading) nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

static void scene_close(scene *s)
{
    wait_until_idle(s);
    rig_close(&s->rig);
    dynox__clock_fake(NULL);
    dynox_credentials_provider_release(s->provider);
}

/* The key that a call would be signed with now. */
static void expect_key(scene *s, const char *key)
{
    dynox__credentials_waiter waiter      = {0};
    dynox__credentials       *credentials = NULL;
    dynox_error               error       = {0};
    assert_int_equal(dynox__credentials_get(s->provider, NULL, &waiter, &credentials, &error), DYNOX_OK);
    assert_string_equal(credentials->set.access_key_id, key);
    dynox__credentials_release(credentials);
}

typedef struct caller {
    pthread_t     thread;
    rig          *rig;
    dynox_future *futures[CALLS / CALLERS];
} caller;

static void *call_many(void *argument)
{
    caller *self = argument;
    for (int i = 0; i < CALLS / CALLERS; i++)
        self->futures[i] = call_text(self->rig);
    return NULL;
}

static void start_calls(scene *s, caller *callers)
{
    for (int i = 0; i < CALLERS; i++) {
        callers[i].rig = &s->rig;
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_many, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++)
        pthread_join(callers[i].thread, NULL);
}

static void expect_success(caller *callers)
{
    for (int i = 0; i < CALLS; i++) {
        dynox_future *future = callers[i % CALLERS].futures[i / CALLERS];
        expect_text(future, "{}");
        dynox_future_release(future);
    }
}

static void a_thousand_calls_ahead_of_the_end_make_one_refresh_and_none_waits(void **state)
{
    static caller callers[CALLERS];
    scene         s;
    (void)state;
    scene_open(&s, LIFETIME);
    vault_set(&s.from, true, false);
    advance(LIFETIME - 300);
    start_calls(&s, callers);
    expect_success(callers); /* the vault is still shut */
    vault_wait(&s.from, 2);
    expect_key(&s, "KEY0");
    vault_set(&s.from, false, false);
    wait_until_idle(&s);
    expect_key(&s, "KEY1");
    assert_int_equal(vault_fetches(&s.from), 2);
    scene_close(&s);
}

static void a_thousand_calls_wait_for_one_refresh(int64_t seconds_left)
{
    static caller callers[CALLERS];
    scene         s;
    scene_open(&s, LIFETIME);
    vault_set(&s.from, true, false);
    advance(LIFETIME - seconds_left);
    start_calls(&s, callers);
    vault_wait(&s.from, 2);
    for (int i = 0; i < CALLS; i++)
        assert_false(dynox_future_done(callers[i % CALLERS].futures[i / CALLERS]));
    vault_set(&s.from, false, false);
    expect_success(callers);
    expect_key(&s, "KEY1");
    assert_int_equal(vault_fetches(&s.from), 2);
    scene_close(&s);
}

static void in_the_last_minute_a_thousand_calls_wait_for_one_refresh(void **state)
{
    (void)state;
    a_thousand_calls_wait_for_one_refresh(59);
}

static void after_the_end_a_thousand_calls_wait_for_one_refresh(void **state)
{
    (void)state;
    a_thousand_calls_wait_for_one_refresh(-1);
}

/* Asks for credentials, as a call does that will not wait. */
static void ask_and_settle(scene *s, const char *key)
{
    expect_key(s, key);
    wait_until_idle(s);
}

static void a_refresh_ahead_of_time_that_fails_is_not_repeated_at_once(void **state)
{
    scene s;
    (void)state;
    scene_open(&s, LIFETIME);
    vault_set(&s.from, false, true);
    advance(LIFETIME - 300);
    for (int i = 0; i < 10; i++)
        ask_and_settle(&s, "KEY0");
    assert_int_equal(vault_fetches(&s.from), 2);
    advance(4); /* the first pause is 5 seconds, without jitter */
    ask_and_settle(&s, "KEY0");
    assert_int_equal(vault_fetches(&s.from), 2);
    advance(1);
    ask_and_settle(&s, "KEY0");
    assert_int_equal(vault_fetches(&s.from), 3);
    advance(9); /* the second one is twice as long */
    ask_and_settle(&s, "KEY0");
    assert_int_equal(vault_fetches(&s.from), 3);
    vault_set(&s.from, false, false);
    advance(1);
    ask_and_settle(&s, "KEY0");
    expect_key(&s, "KEY3");
    scene_close(&s);
}

static double longest_jitter(void)
{
    return 0.999;
}

static void jitter_moves_the_first_refresh_by_up_to_a_minute(void **state)
{
    scene s;
    (void)state;
    for (int late = 0; late < 2; late++) {
        scene_open(&s, LIFETIME);
        if (late) { /* once more, with the longest jitter */
            dynox__random_fake(longest_jitter);
            advance(LIFETIME);
            dynox_future *future = call_text(&s.rig);
            expect_text(future, "{}");
            dynox_future_release(future);
        }
        advance(LIFETIME - 355);
        int before = vault_fetches(&s.from);
        ask_and_settle(&s, late ? "KEY1" : "KEY0");
        assert_int_equal(vault_fetches(&s.from), before + late);
        scene_close(&s);
    }
}

static void a_refresh_in_the_last_minute_that_fails_leaves_the_old_ones(void **state)
{
    scene s;
    (void)state;
    scene_open(&s, LIFETIME);
    vault_set(&s.from, false, true);
    advance(LIFETIME - 30);
    dynox_future *future = call_text(&s.rig);
    expect_text(future, "{}");
    dynox_future_release(future);
    assert_int_equal(vault_fetches(&s.from), 2);
    ask_and_settle(&s, "KEY0"); /* and does not wait */
    assert_int_equal(vault_fetches(&s.from), 2);
    advance(30);
    future = call_text(&s.rig);
    assert_non_null(strstr(expect_failure(future, DYNOX_E_CREDENTIALS)->message, "the vault is broken"));
    dynox_future_release(future);
    assert_int_equal(vault_fetches(&s.from), 3);
    scene_close(&s);
}

static void a_failure_is_remembered_for_a_second(void **state)
{
    scene s;
    (void)state;
    scene_open(&s, LIFETIME);
    vault_set(&s.from, false, true);
    advance(LIFETIME + 1);
    for (int i = 0; i < 50; i++) {
        dynox_future *future = call_text(&s.rig);
        expect_failure(future, DYNOX_E_CREDENTIALS);
        dynox_future_release(future);
    }
    assert_int_equal(vault_fetches(&s.from), 2);
    vault_set(&s.from, false, false);
    advance(1);
    dynox_future *future = call_text(&s.rig);
    expect_text(future, "{}");
    dynox_future_release(future);
    assert_int_equal(vault_fetches(&s.from), 3);
    scene_close(&s);
}

static void short_lived_credentials_are_not_asked_for_all_the_time(void **state)
{
    scene s;
    (void)state;
    scene_open(&s, 240);
    for (int i = 0; i < 120; i++) {
        dynox_future *future = call_text(&s.rig);
        expect_text(future, "{}");
        dynox_future_release(future);
        wait_until_idle(&s);
        advance(1);
    }
    assert_in_range(vault_fetches(&s.from), 3, 13);
    scene_close(&s);
}

static void a_service_that_refuses_all_does_not_cause_a_refresh_a_call(void **state)
{
    static const fake_step expired[] = {{.http = 400, .type = "ExpiredTokenException"}};
    scene                  s;
    (void)state;
    scene_open(&s, LIFETIME);
    s.from.broken     = true;
    s.rig.fake->steps = expired;
    for (int i = 0; i < 20; i++) {
        dynox_future *future = call_text(&s.rig);
        expect_failure(future, DYNOX_E_EXPIRED_TOKEN);
        dynox_future_release(future);
    }
    assert_int_equal(vault_fetches(&s.from), 2);
    scene_close(&s);
}

static _Atomic(dynox_future *) promised;

static dynox_future *promise(void *unused)
{
    dynox_future *future = dynox_promise_new(&dynox_type_credentials);
    (void)unused;
    atomic_store(&promised, future);
    return future;
}

static void a_fetch_that_never_ends_is_given_up_after_a_minute(void **state)
{
    (void)state;
    atomic_store(&now_s, 0);
    dynox__clock_fake(tested_clock);
    dynox_credentials_provider *provider = dynox_credentials_custom(promise, NULL, NULL);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    dynox_future               *future   = call_text(&r);
    while (!atomic_load(&promised))
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    advance(59);
    assert_int_equal(dynox_future_wait(future, 0), DYNOX_E_TIMEOUT);
    while (!dynox_future_done(future)) { /* the helper may have started its minute only now */
        advance(1);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    expect_failure(future, DYNOX_E_CREDENTIALS);
    assert_int_equal(dynox_future_wait(atomic_load(&promised), 20000), DYNOX_OK); /* cancelled */
    dynox_future_release(future);
    dynox_promise_settle(atomic_load(&promised), dynox_fail(DYNOX_E_SYSTEM));
    rig_close(&r);
    dynox__clock_fake(NULL);
    dynox_credentials_provider_release(provider);
}

/* 1800000000 is 2027-01-15T08:00:00Z. */
static void the_environment_is_read_again_before_its_time_is_over(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_environment();
    scene                       s        = {.provider = provider};
    dynox__credentials_waiter   waiter   = {0};
    dynox__credentials         *none;
    dynox_error                 error = {0};
    setenv("AWS_ACCESS_KEY_ID", "FIRST", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    setenv("AWS_CREDENTIAL_EXPIRATION", "soon", 1);
    atomic_store(&now_s, 0);
    dynox__clock_fake(tested_clock);
    assert_int_equal(dynox__credentials_get(provider, NULL, &waiter, &none, &error), DYNOX_E_CREDENTIALS);
    assert_non_null(strstr(error.message, "AWS_CREDENTIAL_EXPIRATION"));
    setenv("AWS_CREDENTIAL_EXPIRATION", "2027-01-15T09:00:00Z", 1);
    expect_key(&s, "FIRST");
    setenv("AWS_ACCESS_KEY_ID", "SECOND", 1);
    advance(LIFETIME - 400);
    expect_key(&s, "FIRST");
    advance(101);
    expect_key(&s, "SECOND");
    dynox__clock_fake(NULL);
    dynox_credentials_provider_release(provider);
    unsetenv("AWS_CREDENTIAL_EXPIRATION");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_calls_ahead_of_the_end_make_one_refresh_and_none_waits),
        cmocka_unit_test(in_the_last_minute_a_thousand_calls_wait_for_one_refresh),
        cmocka_unit_test(after_the_end_a_thousand_calls_wait_for_one_refresh),
        cmocka_unit_test(a_refresh_ahead_of_time_that_fails_is_not_repeated_at_once),
        cmocka_unit_test(jitter_moves_the_first_refresh_by_up_to_a_minute),
        cmocka_unit_test(a_refresh_in_the_last_minute_that_fails_leaves_the_old_ones),
        cmocka_unit_test(a_failure_is_remembered_for_a_second),
        cmocka_unit_test(short_lived_credentials_are_not_asked_for_all_the_time),
        cmocka_unit_test(a_service_that_refuses_all_does_not_cause_a_refresh_a_call),
        cmocka_unit_test(a_fetch_that_never_ends_is_given_up_after_a_minute),
        cmocka_unit_test(the_environment_is_read_again_before_its_time_is_over)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
