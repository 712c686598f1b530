/* moto knows the sessions of its roles: what a client signs with one, token and all, is verified. The role is made with
 * requests to IAM that the public signer signs. With a wrong secret (EXPECT_REFUSED=1) there is no session. */
#include "http/fetch/fetch.h"
#include "live.h"
#include "services/format/query.h"
#include <dynox/sign.h>

static const char role_arn[] = "arn:aws:iam::123456789012:role/worker";
/* No blanks: moto writes a body anew, with a plus for each, before it verifies. */
static const char trust[]      = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
                                 "{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\"}]}";
static const char permission[] = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                                 "\"dynamodb:PutItem\",\"Resource\":\"*\"}]}";

static bool refused(void)
{
    const char *expected = getenv("EXPECT_REFUSED");
    return expected && strcmp(expected, "1") == 0;
}

/* Sends a form to IAM, signed by the public signer, and ends it. */
static void ask_iam(dynox__buffer *body)
{
    dynox_error             err         = {0};
    dynox__fetch_response   answer      = {0};
    dynox__fetch_header     headers[8]  = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    const dynox_header      type        = {headers[0].name, headers[0].value};
    const dynox_credentials credentials = {.access_key_id     = getenv("AWS_ACCESS_KEY_ID"),
                                           .secret_access_key = getenv("AWS_SECRET_ACCESS_KEY")};
    dynox_signed *result = dynox_sign(.method = "POST", .url = live_endpoint(), .headers = &type, .header_count = 1,
                                      .body = body->data, .body_size = body->size, .region = "us-east-1",
                                      .service = "iam", .credentials = &credentials, .error = &err);
    if (!result) live_fail(__FILE__, __LINE__, &err);
    assert_true(result->header_count < 8);
    for (size_t i = 0; i < result->header_count; i++)
        headers[i + 1] = (dynox__fetch_header){result->headers[i].name, result->headers[i].value};
    live_ok(dynox__fetch(&(dynox__fetch_request){.method       = "POST",
                                                 .url          = result->url,
                                                 .headers      = headers,
                                                 .header_count = result->header_count + 1,
                                                 .body         = body->data,
                                                 .body_size    = body->size},
                         &answer, &err),
            &err);
    if (answer.status != 200) fail_msg("IAM answers %d: %s", answer.status, answer.body.data);
    dynox__fetch_response_free(&answer);
    dynox_signed_free(result);
    dynox__buffer_free(body);
}

/* A role that anybody may take, and that may do one thing. */
static void make_role(void)
{
    dynox__buffer body = {0};
    dynox__query_start(&body, "CreateRole", "2010-05-08");
    dynox__query_add(&body, "RoleName", "worker");
    dynox__query_add(&body, "AssumeRolePolicyDocument", trust);
    ask_iam(&body);
    dynox__query_start(&body, "PutRolePolicy", "2010-05-08");
    dynox__query_add(&body, "RoleName", "worker");
    dynox__query_add(&body, "PolicyName", "put");
    dynox__query_add(&body, "PolicyDocument", permission);
    ask_iam(&body);
}

static void a_session_of_a_role_may_do_what_the_role_may(void **state)
{
    (void)state;
    dynox_error                 err      = {0};
    dynox_item                 *item     = NULL;
    const char                 *table    = live_table("role");
    dynox_credentials_provider *provider = dynox_credentials_assume_role(.role_arn = role_arn, .error = &err);
    assert_non_null(provider);
    dynox_client *worker = dynox_client_new(.endpoint = live_endpoint(), .credentials = provider, .error = &err);
    assert_non_null(worker);
    dynox_credentials_provider_release(provider);
    if (refused()) {
        assert_int_equal(dynox_sync_put_item(worker, table, DYNOX_ITEM("pk", "a"), .error = &err), DYNOX_E_CREDENTIALS);
        assert_non_null(strstr(err.message, "SignatureDoesNotMatch"));
    } else {
        make_role();
        live_create(table, false);
        live_ok(dynox_sync_put_item(worker, table, DYNOX_ITEM("pk", "a"), .error = &err), &err);
        assert_int_equal(dynox_sync_get_item(worker, table, DYNOX_ITEM("pk", "a"), &item, .error = &err),
                         DYNOX_E_ACCESS_DENIED);
        assert_null(item);
    }
    dynox_error_clear(&err);
    dynox_client_free(worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_session_of_a_role_may_do_what_the_role_may)};
    live_endpoint();
    return cmocka_run_group_tests_name("integration role", tests, live_setup, live_teardown);
}
