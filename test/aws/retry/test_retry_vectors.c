/* Retry decisions: the official sequence of each case. */
#include "aws/retry/retry.h"
#include "base/clock.h"
#include "base/random.h"
#include "json_data.h"

static double one(void)
{
    return 1.0;
}

static int64_t number(json_object *object, const char *name, int64_t otherwise)
{
    json_object *found = member(object, name);
    return found ? json_object_get_int64(found) : otherwise;
}

static int64_t hint_of(json_object *step)
{
    const char *text = json_object_get_string(member(member(step, "headers"), "x-amz-retry-after"));
    char       *end;
    long long   ms = text ? strtoll(text, &end, 10) : -1;
    return text && *text && !*end && ms >= 0 ? ms : -1;
}

typedef struct client {
    dynox__retry_quota  quota;
    dynox__retry_policy policy;
    dynox__retry        retry;
} client;
/* Takes one step; returns what the case calls the outcome. */
static const char *take_step(client *c, json_object *step, int64_t *delay_ns)
{
    static const char *const verdicts[] = {"retry", "fail", "max_attempts", "quota"};
    int                      http       = (int)number(step, "status", 0);
    const char              *code       = json_object_get_string(member(step, "code"));
    dynox_status             status;
    dynox__retry_class       class_;
    *delay_ns = -1;
    if (http < 300) {
        dynox__retry_success(&c->retry, &c->quota);
        return "success";
    }
    dynox__classify(code ? code : "", http, &status, &class_);
    return verdicts[dynox__retry_next(&c->retry, &c->policy, &c->quota, class_, hint_of(step), delay_ns)];
}

static void run_case(json_object *item)
{
    const char *name    = json_object_get_string(member(item, "name"));
    const char *service = json_object_get_string(member(item, "service"));
    bool        dynamo  = service && strncmp(service, "dynamodb", 8) == 0;
    client      c       = {.policy = {.max_attempts = (unsigned)number(item, "max_attempts", dynamo ? 4 : 3),
                                      .transient_ms = dynamo ? 25 : 50,
                                      .max_ms       = (unsigned)number(item, "max_backoff_ms", 20000)}};
    bool        begin   = true;
    atomic_init(&c.quota.tokens, (int)number(item, "initial_tokens", DYNOX__QUOTA_FULL));
    json_object *steps = member(item, "steps");
    for (size_t i = 0; i < json_object_array_length(steps); i++) {
        json_object *step = json_object_array_get_idx(steps, i);
        int64_t      delay;
        if (begin) c.retry = (dynox__retry){.attempt = 1};
        const char *outcome  = take_step(&c, step, &delay);
        const char *expected = json_object_get_string(member(step, "outcome"));
        begin                = strcmp(outcome, "retry") != 0;
        if (strcmp(outcome, expected) != 0) fail_msg("%s, step %zu: %s, not %s", name, i, outcome, expected);
        if (c.quota.tokens != number(step, "quota", -1)) fail_msg("%s, step %zu: %d tokens", name, i, c.quota.tokens);
        int64_t ms = member(step, "delay_ms") ? number(step, "delay_ms", 0) * DYNOX__MS : -1;
        if (delay != ms) fail_msg("%s, step %zu: waits %lld ns", name, i, (long long)delay);
    }
}

static void official_cases_pass(void **state)
{
    (void)state;
    json_object *root  = json_file(test_data("data/aws/retries/retry-2.1-standard.json"));
    json_object *cases = member(root, "cases");
    dynox__random_fake(one);
    assert_int_equal(json_object_array_length(cases), 14);
    for (size_t i = 0; i < json_object_array_length(cases); i++)
        run_case(json_object_array_get_idx(cases, i));
    dynox__random_fake(NULL);
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(official_cases_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
