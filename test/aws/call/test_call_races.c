/* Calls that end in several ways at once. The judges are ThreadSanitizer, the leak checker, and that all futures settle
 * exactly once. */
#include "aws/calls.h"

enum { ROUNDS = 300, THREADS = 4 };

static const fake_step success[] = {{.http = 200, .body = "{}"}};
static const fake_step mixed[]   = {{.http = 200, .body = "{}"},
                                    {.http = 500},
                                    {.http = 400, .type = "ThrottlingException"},
                                    {.hold = true},
                                    {.http = 200, .body = "{}", .bad_crc = true},
                                    {.status = DYNOX_E_TRANSPORT, .phase = DYNOX__PHASE_WAITING},
                                    {.http = 400, .type = "ExpiredTokenException"}};

static void short_pause(void)
{
    uint64_t random = dynox__random();
    if (random % 3 == 0) nanosleep(&(struct timespec){.tv_nsec = (long)(random % 100000)}, NULL);
}

static void *cancel_it(void *future)
{
    short_pause();
    dynox_future_cancel(future);
    dynox_future_release(future);
    return NULL;
}

static void expect_either(dynox_future *future, dynox_status one)
{
    wait_done(future);
    dynox_status status = dynox_future_error(future);
    if (status != DYNOX_OK && status != one) fail_msg("%s", dynox_status_name(status));
    dynox_future_release(future);
}

static void cancel_races_with_the_answer(void **state)
{
    (void)state;
    rig r = RIG(success);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t     thread;
        dynox_future *future = call_text(&r);
        assert_int_equal(pthread_create(&thread, NULL, cancel_it, dynox_future_acquire(future)), 0);
        expect_either(future, DYNOX_E_CANCELLED);
        pthread_join(thread, NULL);
    }
    rig_close(&r);
}

static dynox_future *some_credentials(void *unused)
{
    (void)unused;
    const dynox_credentials set = {.access_key_id = "A", .secret_access_key = "s", .expires_at = 1};
    return dynox_future_of(dynox_ok(dynox_credentials_copy(&set), &dynox_type_credentials));
}

/* Credentials that our clock calls expired are fetched again and again when time passes in leaps. */
static _Atomic int64_t leap_ns;

static int64_t leaping_clock(int which)
{
    struct timespec now;
    clock_gettime(which ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    return now.tv_sec * DYNOX__SECOND + now.tv_nsec + (which ? 0 : atomic_load(&leap_ns));
}

static void cancel_races_with_the_credentials(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_custom(some_credentials, NULL, NULL);
    rig                         r        = RIG_WITH(success, .credentials = provider, .deadline_ms = 60000000);
    dynox__clock_fake(leaping_clock);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread;
        atomic_fetch_add(&leap_ns, 20 * DYNOX__SECOND);
        dynox_future *future = call_text(&r);
        assert_int_equal(pthread_create(&thread, NULL, cancel_it, dynox_future_acquire(future)), 0);
        expect_either(future, DYNOX_E_CANCELLED);
        pthread_join(thread, NULL);
    }
    dynox__clock_fake(NULL);
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

/* ---- everything at once, and then the end ---- */

typedef struct storm {
    rig           *r;
    dynox_future  *futures[ROUNDS];
    _Atomic size_t count;
} storm;

static void *start_calls(void *argument)
{
    storm *s = argument;
    for (;;) {
        dynox__call *call    = call_prepare(s->r);
        call->is_write       = true;
        dynox_future *future = dynox__call_start(call);
        if (dynox_future_done(future) && dynox_future_error(future) == DYNOX_E_SHUTDOWN) {
            dynox_future_release(future);
            return NULL;
        }
        if (dynox__random() % 4 == 0) dynox_future_cancel(future);
        size_t n = atomic_fetch_add(&s->count, 1);
        if (n < ROUNDS)
            s->futures[n] = future;
        else
            dynox_future_release(future);
        short_pause();
    }
}

static void closing_races_with_everything(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        dynox_credentials_provider *provider = dynox_credentials_custom(some_credentials, NULL, NULL);
        rig                         r        = RIG_WITH(mixed, .credentials = provider);
        pthread_t                   threads[THREADS];
        storm                       s = {.r = &r};
        r.fake->cycle                 = true;
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, start_calls, &s), 0);
        nanosleep(&(struct timespec){.tv_nsec = 1000000 * (round % 5)}, NULL);
        dynox__service_close(r.service);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        size_t count = atomic_load(&s.count) < ROUNDS ? atomic_load(&s.count) : ROUNDS;
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(dynox_future_wait(s.futures[i], 20000), DYNOX_OK);
            dynox_future_error(s.futures[i]);
            dynox_future_release(s.futures[i]);
        }
        rig_close(&r);
        dynox_credentials_provider_release(provider);
    }
}

int main(void)
{
    dynox_set_unobserved_error(NULL);
    const struct CMUnitTest tests[] = {cmocka_unit_test(cancel_races_with_the_answer),
                                       cmocka_unit_test(cancel_races_with_the_credentials),
                                       cmocka_unit_test(closing_races_with_everything)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
