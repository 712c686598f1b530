/* Clock skew: the official cases. */
#include "aws/retry/service_code.h"
#include "aws/retry/skew.h"
#include "base/clock.h"
#include "base/date.h"
#include "json_data.h"
#include <time.h>

/* "2026-01-01T00:00:02Z", with a fraction perhaps, in nanoseconds. */
static int64_t instant(const char *text)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int                      year, month, day, hour, minute;
    double                   second;
    int64_t                  seconds;
    char                     http[64];
    assert_int_equal(sscanf(text, "%d-%d-%dT%d:%d:%lf", &year, &month, &day, &hour, &minute, &second), 6);
    snprintf(http, sizeof http, "Thu, %02d %s %04d %02d:%02d:00 GMT", day, names[month - 1], year, hour, minute);
    assert_true(dynox__http_date(http, &seconds));
    return seconds * DYNOX__SECOND + (int64_t)(second * 1e9);
}

static const char *header(json_object *response, const char *name)
{
    json_object *headers = member(response, "headers");
    if (!headers) return NULL;
    json_object_object_foreach(headers, key, value)
    {
        if (strcasecmp(key, name) == 0) return json_object_get_string(value);
    }
    return NULL;
}

/* Returns "success", "retry" or "error". */
static const char *run_attempt(dynox__skew *skew, json_object *attempt, const char *description)
{
    json_object *response = member(attempt, "response"), *signing = member(attempt, "expectedSigningTime");
    int64_t      sent     = instant(json_object_get_string(member(attempt, "clientTimeAtSend")));
    int64_t      received = instant(json_object_get_string(member(attempt, "clientTimeAtReceive")));
    int64_t      used     = skew->ns, candidate;
    if (signing && sent + used != instant(json_object_get_string(signing)))
        fail_msg("%s: signed with a skew of %lld", description, (long long)used);
    bool learnt =
        dynox__skew_learn(skew, header(response, "date"), header(response, "age") != NULL, sent, received, &candidate);
    if (json_object_get_int(member(response, "statusCode")) < 300) return "success";
    json_object       *code = member(response, "errorCode");
    dynox_status       status;
    dynox__retry_class class_;
    dynox__classify(code ? json_object_get_string(code) : "", 400, &status, &class_);
    return class_ == DYNOX__RETRY_SKEW && learnt && dynox__skew_matters(used, candidate) ? "retry" : "error";
}

static void run_operation(dynox__skew *skew, json_object *operation, const char *description)
{
    json_object *attempts = member(operation, "attempts"), *initial = member(operation, "initialClientSkew");
    const char  *outcome = "error";
    size_t       count   = json_object_array_length(attempts);
    if (initial) skew->ns = json_object_get_int64(initial) * DYNOX__SECOND;
    for (size_t i = 0; i < count; i++) {
        outcome = run_attempt(skew, json_object_array_get_idx(attempts, i), description);
        if (i + 1 < count && strcmp(outcome, "retry") != 0) fail_msg("%s: attempt %zu: %s", description, i, outcome);
    }
    double  expected = json_object_get_double(member(operation, "expectedClientSkew"));
    int64_t off      = skew->ns - (int64_t)(expected * 1e9);
    if (off > 1000 || off < -1000) fail_msg("%s: the skew is %lld ns", description, (long long)skew->ns);
    bool success = strcmp(json_object_get_string(member(operation, "expectedOutcome")), "success") == 0;
    if (success != (strcmp(outcome, "success") == 0)) fail_msg("%s: %s", description, outcome);
}

static void official_cases_pass(void **state)
{
    (void)state;
    json_object *root  = json_file(test_data("data/aws/clock-skew/clock-skew-test-cases.json"));
    json_object *tests = member(root, "tests");
    assert_int_equal(json_object_array_length(tests), 10);
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        json_object *test       = json_object_array_get_idx(tests, i);
        json_object *operations = member(test, "operations");
        dynox__skew  skew       = {0};
        for (size_t k = 0; k < json_object_array_length(operations); k++)
            run_operation(&skew, json_object_array_get_idx(operations, k),
                          json_object_get_string(member(test, "description")));
    }
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(official_cases_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
