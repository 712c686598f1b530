/* What observers are told of calls: everything once, in order, with what is known at that point. */
#include "aws/calls.h"
#include <dynox/observe.h>

enum { MOST = 64 };

/* What an observer has heard, one letter each: B, a, e, t and E of calls, and r of credentials. */
typedef struct heard {
    char             letters[MOST];
    _Atomic size_t   count;
    dynox_observed   last;
    char             code[64], request_id[64], message[256];
    char             host[64];
    int              contexts, bad_contexts;
    _Atomic int      destroyed;
    dynox__service  *close;   /* in attempt_ends */
    dynox_observer **release; /* in call_begins */
} heard;

static void keep(heard *to, const dynox_observed *call)
{
    to->last = *call;
    snprintf(to->code, sizeof to->code, "%s", call->code);
    snprintf(to->message, sizeof to->message, "%s", call->message);
    snprintf(to->request_id, sizeof to->request_id, "%s", call->request_id);
    snprintf(to->host, sizeof to->host, "%s", call->host ? call->host : "");
}

static void note(heard *to, char letter, const dynox_observed *call)
{
    to->letters[atomic_load(&to->count)] = letter;
    if (call) keep(to, call);
    atomic_fetch_add(&to->count, 1); /* last: who sees it sees the rest */
}

static void *begins(const dynox_observed *call, void *arg)
{
    heard *to = arg;
    note(to, 'B', call);
    if (to->release && *to->release) {
        dynox_observer_release(*to->release);
        *to->release = NULL;
    }
    to->contexts++;
    return to->letters; /* any address of its own */
}

static void check(heard *to, const void *context)
{
    to->bad_contexts += context != to->letters;
}

static void attempt_begins(const dynox_observed *call, void *context, void *arg)
{
    heard *to = arg;
    check(to, context);
    note(to, 'a', call);
}

static void attempt_ends(const dynox_observed *call, void *context, void *arg)
{
    heard *to = arg;
    check(to, context);
    note(to, 'e', call);
    if (to->close) dynox__service_close(to->close);
}

static void call_ends(const dynox_observed *call, void *context, void *arg)
{
    check(arg, context);
    note(arg, 'E', call);
}

static void throttled(const dynox_observed *call, void *context, void *arg)
{
    check(arg, context);
    note(arg, 't', call);
}

static void refreshed(const dynox_observed_credentials *credentials, void *arg)
{
    heard *to = arg;
    assert_non_null(credentials->source);
    note(to, 'r', NULL);
}

static void destroyed(void *arg)
{
    atomic_fetch_add(&((heard *)arg)->destroyed, 1);
}

static dynox_observer *listener(heard *to)
{
    dynox_observer *made =
        dynox_observer_new(.arg = to, .call_begins = begins, .attempt_begins = attempt_begins,
                           .attempt_ends = attempt_ends, .call_ends = call_ends, .throttled = throttled,
                           .credentials_refreshed = refreshed, .destroy = destroyed);
    assert_non_null(made);
    return made;
}

static void assert_heard(const heard *to, const char *letters)
{
    assert_string_equal(to->letters, letters);
    assert_int_equal(to->bad_contexts, 0);
}

static void release_soon(dynox_observer *observer)
{
    dynox_observer_release(observer); /* the service has its own */
}

#define OPEN(steps, observer_) RIG_WITH(steps, .observer = (observer_))

static void success_is_told_with_times_and_sizes(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 200, .body = "{}"}};
    heard                  h       = {0};
    dynox_observer        *mine    = listener(&h);
    rig                    r       = OPEN(steps, mine);
    release_soon(mine);
    dynox__call *call = call_prepare(&r);
    dynox__call_resource(call, "users");
    dynox__call_index(call, "by_age");
    dynox_future *future = dynox__call_start(call);
    expect_text(future, "{}");
    assert_heard(&h, "BraeE"); /* all of it before the future is done */
    assert_int_equal(h.last.attempt, 1);
    assert_int_equal(h.last.status, DYNOX_OK);
    assert_int_equal(h.last.http_status, 200);
    assert_string_equal(h.request_id, "REQUEST");
    assert_string_equal(h.host, "dynamodb.eu-west-1.amazonaws.com");
    assert_true(h.last.sent_bytes > h.last.body_size && h.last.received_bytes == 2);
    assert_int_equal(h.last.body_size, strlen("{\"TableName\":\"users\"}"));
    assert_true(h.last.began_ns && h.last.began_ns <= h.last.queued_ns && h.last.queued_ns <= h.last.done_ns);
    assert_true(h.last.wall_ns > INT64_C(1600000000) * 1000000000);
    dynox_future_release(future);
    rig_close(&r);
    assert_int_equal(h.destroyed, 1);
}

static void each_attempt_is_told_and_throttling_apart(void **state)
{
    (void)state;
    static const fake_step steps[] = {
        {.http = 400, .body = "{\"__type\":\"x#ThrottlingException\",\"message\":\"slow\"}"},
        {.status = DYNOX_E_CONNECT, .phase = DYNOX__PHASE_QUEUED},
        {.http = 200, .body = "{}"}};
    heard           h    = {0};
    dynox_observer *mine = listener(&h);
    rig             r    = OPEN(steps, mine);
    release_soon(mine);
    dynox_future *future = call_text(&r);
    expect_text(future, "{}");
    assert_heard(&h, "BraetaeaeE");
    assert_int_equal(h.last.attempt, 3);
    dynox_future_release(future);
    rig_close(&r);
}

static void a_failure_is_told_with_its_code(void **state)
{
    (void)state;
    static const fake_step steps[] = {
        {.http = 400, .body = "{\"__type\":\"x#ValidationException\",\"message\":\"not so\"}"}};
    heard           h    = {0};
    dynox_observer *mine = listener(&h);
    rig             r    = OPEN(steps, mine);
    release_soon(mine);
    dynox_future *future = call_text(&r);
    expect_failure(future, DYNOX_E_VALIDATION);
    assert_heard(&h, "BraeE");
    assert_int_equal(h.last.status, DYNOX_E_VALIDATION);
    assert_int_equal(h.last.http_status, 400);
    assert_string_equal(h.code, "ValidationException");
    assert_non_null(strstr(h.message, "not so"));
    dynox_future_release(future);
    rig_close(&r);
}

static void a_call_that_is_refused_begins_and_ends(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 200, .body = "{}"}};
    heard                  h       = {0};
    dynox_observer        *mine    = listener(&h);
    rig                    r       = OPEN(steps, mine);
    dynox_error            error   = {0};
    release_soon(mine);
    dynox_error_set(&error, DYNOX_E_ARGUMENT, "no such thing");
    dynox_future *future = dynox__call_refuse(call_prepare(&r), &error);
    expect_failure(future, DYNOX_E_ARGUMENT);
    assert_heard(&h, "BE");
    assert_int_equal(h.last.attempt, 0);
    assert_null(h.last.body); /* it is half of one */
    dynox_future_release(future);
    rig_close(&r);
}

static void a_call_that_is_cancelled_in_flight_ends_after_its_attempt(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.hold = true}};
    heard                  h       = {0};
    dynox_observer        *mine    = listener(&h);
    rig                    r       = OPEN(steps, mine);
    release_soon(mine);
    dynox_future *future = call_text(&r);
    fake_wait(r.fake, 1);
    dynox_future_cancel(future);
    expect_failure(future, DYNOX_E_CANCELLED);
    rig_close(&r); /* waits for the I/O thread, and so for the end */
    assert_heard(&h, "BraeE");
    assert_int_equal(h.last.status, DYNOX_E_CANCELLED);
    dynox_future_release(future);
    assert_int_equal(h.destroyed, 1);
}

static void a_call_that_is_cancelled_while_it_waits_ends_at_once(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 500, .body = "{}"}, {.hold = true}};
    heard                  h       = {0};
    dynox_observer        *mine    = listener(&h);
    rig                    r       = OPEN(steps, mine);
    dynox__random_fake(NULL); /* a wait that lasts */
    release_soon(mine);
    dynox_future *future = call_text(&r);
    while (atomic_load(&h.count) < 4)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    dynox_future_cancel(future);
    expect_failure(future, DYNOX_E_CANCELLED);
    rig_close(&r);
    size_t told = atomic_load(&h.count);
    assert_int_equal(h.letters[told - 1], 'E');
    assert_int_equal(h.bad_contexts, 0);
    dynox_future_release(future);
}

static void several_hear_with_contexts_of_their_own(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 200, .body = "{}"}};
    heard                  h[3]    = {{.count = 0}};
    dynox_observer        *one = listener(&h[0]), *two = listener(&h[1]), *three = listener(&h[2]);
    dynox_observer        *pair = dynox_observer_all(one, NULL, two), *all = dynox_observer_all(pair, three);
    rig                    r = OPEN(steps, all);
    dynox_observer_release(one);
    dynox_observer_release(two);
    dynox_observer_release(three);
    dynox_observer_release(pair);
    dynox_observer_release(all);
    dynox_future *future = call_text(&r);
    expect_text(future, "{}");
    for (int i = 0; i < 3; i++) {
        assert_heard(&h[i], "BraeE");
        assert_int_equal(h[i].destroyed, 0);
    }
    rig_close(&r);
    assert_int_equal(h[0].destroyed, 0); /* the call keeps it, too */
    dynox_future_release(future);
    for (int i = 0; i < 3; i++)
        assert_int_equal(h[i].destroyed, 1);
}

static void a_list_has_its_limits(void **state)
{
    (void)state;
    heard           h    = {0};
    dynox_observer *mine = listener(&h), *many[17];
    for (int i = 0; i < 17; i++)
        many[i] = mine;
    assert_null(dynox_observer_all_with(17, many));
    assert_null(dynox_observer_all_with(0, NULL));
    assert_null(dynox_observer_all_with(1, (dynox_observer *const[]){NULL}));
    dynox_observer *all = dynox_observer_all_with(16, many);
    assert_non_null(all);
    dynox_observer_release(mine);
    assert_int_equal(h.destroyed, 0);
    dynox_observer_release(all);
    assert_int_equal(h.destroyed, 1);
    dynox_observer_release(NULL);
    assert_null(dynox_observer_acquire(NULL));
}

static void one_that_is_released_while_it_hears_lives_on(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 200, .body = "{}"}};
    heard                  h       = {0};
    dynox_observer        *mine    = listener(&h);
    h.release                      = &mine;
    rig           r                = OPEN(steps, mine);
    dynox_future *future           = call_text(&r);
    expect_text(future, "{}");
    assert_null(mine);
    assert_heard(&h, "BraeE");
    dynox_future_release(future);
    rig_close(&r);
    assert_int_equal(h.destroyed, 1);
}

static void one_that_closes_the_client_is_told_the_end(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 500, .body = "{}"}, {.http = 200, .body = "{}"}};
    heard                  h       = {0};
    dynox_observer        *mine    = listener(&h);
    rig                    r       = OPEN(steps, mine);
    h.close                        = r.service;
    release_soon(mine);
    dynox_future *future = call_text(&r);
    expect_failure(future, DYNOX_E_SHUTDOWN);
    dynox_future_release(future);
    while (atomic_load(&h.count) < 5)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    assert_heard(&h, "BraeE");
    rig_close(&r);
    while (!atomic_load(&h.destroyed)) /* the helper has the last reference */
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static void nothing_is_kept_where_nobody_listens(void **state)
{
    (void)state;
    static const fake_step steps[] = {{.http = 200, .body = "{}"}};
    rig                    r       = RIG(steps);
    dynox__call           *call    = call_prepare(&r);
    dynox__call_resource(call, "users");
    dynox__call_index(call, "by_age");
    assert_null(call->table);
    assert_null(call->index);
    dynox_future *future = dynox__call_start(call);
    expect_text(future, "{}");
    dynox_future_release(future);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(success_is_told_with_times_and_sizes),
        cmocka_unit_test(each_attempt_is_told_and_throttling_apart),
        cmocka_unit_test(a_failure_is_told_with_its_code),
        cmocka_unit_test(a_call_that_is_refused_begins_and_ends),
        cmocka_unit_test(a_call_that_is_cancelled_in_flight_ends_after_its_attempt),
        cmocka_unit_test(a_call_that_is_cancelled_while_it_waits_ends_at_once),
        cmocka_unit_test(several_hear_with_contexts_of_their_own),
        cmocka_unit_test(a_list_has_its_limits),
        cmocka_unit_test(one_that_is_released_while_it_hears_lives_on),
        cmocka_unit_test(one_that_closes_the_client_is_told_the_end),
        cmocka_unit_test(nothing_is_kept_where_nobody_listens),
    };
    return cmocka_run_group_tests_name("observer", tests, NULL, NULL);
}
