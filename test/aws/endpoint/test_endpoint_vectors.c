/* Endpoints: the official cases of the rules. */
#include "aws/config/region.h"
#include "aws/endpoint/endpoint.h"
#include "base/alloc.h"
#include "json_data.h"

static bool is_true(json_object *object, const char *name)
{
    return json_object_get_boolean(member(object, name));
}

static dynox_account_endpoints mode_of(json_object *parameters)
{
    const char *mode = text_of(parameters, "AccountIdEndpointMode");
    if (mode && strcmp(mode, "preferred") == 0) return DYNOX_ACCOUNT_ENDPOINTS_PREFERRED;
    if (mode && strcmp(mode, "required") == 0) return DYNOX_ACCOUNT_ENDPOINTS_REQUIRED;
    return DYNOX_ACCOUNT_ENDPOINTS_DISABLED;
}

/* No operation has both ResourceArn and ResourceArnList, so the rules here take one ARN. Where a case has both, the
 * first counts unless it is in another region. */
static const char *resource_of(json_object *parameters)
{
    json_object *list = member(parameters, "ResourceArnList");
    const char  *one = text_of(parameters, "ResourceArn"), *region = text_of(parameters, "Region");
    char         start[128];
    snprintf(start, sizeof start, "arn:aws:dynamodb:%s:", region ? region : "");
    bool usable = one && strncmp(one, start, strlen(start)) == 0;
    return usable || !list ? one : json_object_get_string(json_object_array_get_idx(list, 0));
}

static void check_signing(json_object *endpoint, const dynox__endpoint_answer *answer, const char *region)
{
    json_object *schemes = member(member(endpoint, "properties"), "authSchemes");
    if (!schemes) return;
    const char *expected = text_of(json_object_array_get_idx(schemes, 0), "signingRegion");
    assert_string_equal(answer->signing_region ? answer->signing_region : region, expected);
}

static void check_case(const dynox__endpoint_rules *rules, json_object *test)
{
    json_object             *parameters = member(test, "params"), *expected = member(test, "expect");
    json_object             *endpoint = member(expected, "endpoint");
    dynox__endpoint_question question = {.region     = text_of(parameters, "Region"),
                                         .url        = text_of(parameters, "Endpoint"),
                                         .fips       = is_true(parameters, "UseFIPS"),
                                         .dual_stack = is_true(parameters, "UseDualStack"),
                                         .accounts   = mode_of(parameters),
                                         .account_id = text_of(parameters, "AccountId"),
                                         .resource   = resource_of(parameters),
                                         .search     = is_true(parameters, "IsSearchOperation"),
                                         .global     = is_true(parameters, "UseGlobalEndpoint")};
    const char              *what     = json_object_to_json_string(parameters);
    dynox__endpoint_answer   answer;
    dynox_error              error  = {0};
    dynox_status             status = dynox__endpoint_rule(rules, &question, &answer, &error);
    if ((status == DYNOX_OK) != (endpoint != NULL)) fail_msg("%s: %s", what, error.message);
    if (!endpoint) {
        assert_int_equal(status, DYNOX_E_CONFIGURATION);
        assert_string_equal(error.message, text_of(expected, "error"));
        return;
    }
    const char *url = answer.url[0] ? answer.url : question.url;
    if (strcmp(url, text_of(endpoint, "url")) != 0) fail_msg("%s: %s", what, url);
    check_signing(endpoint, &answer, question.region);
    assert_int_equal(answer.of_account, member(member(endpoint, "properties"), "metricValues") != NULL);
}

static void check_service(const dynox__endpoint_rules *rules, const char *file, size_t least)
{
    char path[128];
    snprintf(path, sizeof path, "data/aws/endpoints/%s-endpoint-tests-1.json", file);
    json_object *root  = json_file(test_data(path));
    json_object *cases = member(root, "testCases");
    size_t       count = json_object_array_length(cases);
    assert_true(count >= least);
    for (size_t i = 0; i < count; i++)
        check_case(rules, json_object_array_get_idx(cases, i));
    json_object_put(root);
}

static void dynamodb_is_found(void **state)
{
    (void)state;
    check_service(&dynox__endpoint_dynamodb, "dynamodb", 548);
}

static void streams_are_found(void **state)
{
    (void)state;
    check_service(&dynox__endpoint_streams, "dynamodbstreams", 26);
}

static void sts_is_found(void **state)
{
    (void)state;
    check_service(&dynox__endpoint_sts, "sts", 69);
}

static void kms_is_found(void **state)
{
    (void)state;
    check_service(&dynox__endpoint_kms, "kms", 68);
}

static void sso_is_found(void **state)
{
    (void)state;
    check_service(&dynox__endpoint_sso, "sso", 40);
}

static void sso_oidc_is_found(void **state)
{
    (void)state;
    check_service(&dynox__endpoint_sso_oidc, "sso-oidc", 40);
}

/* What is asked about access points, directory buckets, acceleration and the old global host is left out. */
static bool is_ordinary(json_object *parameters)
{
    static const char *const known[] = {"Region",   "Bucket",         "UseFIPS", "UseDualStack",
                                        "Endpoint", "ForcePathStyle", "Key"};
    const char              *region  = text_of(parameters, "Region");
    if (region && strcmp(region, "aws-global") == 0) return false;
    json_object_object_foreach(parameters, name, value)
    {
        bool found = json_object_is_type(value, json_type_boolean) && !json_object_get_boolean(value);
        for (size_t i = 0; !found && i < sizeof known / sizeof known[0]; i++)
            found = strcmp(name, known[i]) == 0;
        if (!found) return false;
    }
    return true;
}

/* false: the case is about something else. */
static bool check_bucket(json_object *test)
{
    json_object *parameters = member(test, "params"), *expected = member(test, "expect");
    const char  *bucket = text_of(parameters, "Bucket"), *what = json_object_to_json_string(parameters);
    const char  *wanted = text_of(member(expected, "endpoint"), "url");
    if (!is_ordinary(parameters)) return false;
    dynox__endpoint_question question = {.region     = text_of(parameters, "Region"),
                                         .url        = text_of(parameters, "Endpoint"),
                                         .fips       = is_true(parameters, "UseFIPS"),
                                         .dual_stack = is_true(parameters, "UseDualStack")};
    dynox__endpoint_answer   answer;
    dynox__endpoint          parsed = {0};
    dynox_error              error  = {0};
    char                    *url    = NULL;
    bool                     good   = !question.region || dynox__is_host_label(question.region);
    if (question.url && dynox__endpoint_parse(&parsed, question.url, "it", &error) != DYNOX_OK) good = false;
    dynox__endpoint_free(&parsed);
    dynox_status status =
        good ? dynox__endpoint_rule(&dynox__endpoint_s3, &question, &answer, &error) : DYNOX_E_CONFIGURATION;
    const char *base = question.url ? question.url : answer.url;
    if (status == DYNOX_OK && bucket)
        status = dynox__endpoint_bucket(base, bucket, is_true(parameters, "ForcePathStyle"), &url, &error);
    bool refused = status != DYNOX_OK && strstr(error.message, "ordinary bucket") != NULL;
    if (!refused && wanted && (status != DYNOX_OK || strcmp(url ? url : base, wanted) != 0))
        fail_msg("%s: %s %s", what, url ? url : "", error.message);
    if (!wanted && status == DYNOX_OK) fail_msg("%s: %s", what, url ? url : base);
    dynox__free(url);
    return !refused;
}

static void ordinary_buckets_of_s3_are_found(void **state)
{
    (void)state;
    json_object *root    = json_file(test_data("data/aws/endpoints/s3-endpoint-tests-1.json"));
    json_object *cases   = member(root, "testCases");
    int          checked = 0;
    for (size_t i = 0; i < json_object_array_length(cases); i++)
        checked += check_bucket(json_object_array_get_idx(cases, i));
    assert_true(checked >= 70);
    json_object_put(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dynamodb_is_found),
                                       cmocka_unit_test(streams_are_found),
                                       cmocka_unit_test(sts_is_found),
                                       cmocka_unit_test(kms_is_found),
                                       cmocka_unit_test(sso_is_found),
                                       cmocka_unit_test(sso_oidc_is_found),
                                       cmocka_unit_test(ordinary_buckets_of_s3_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
