/* Signatures as our signer makes them, in the header and in the query; and all that can be wrong with one. */
#include "aws/sign/sign.h"
#include "base/clock.h"
#include "served.h"

static heard said;

static const char access_key[] = "AKIDEXAMPLE", secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
static const char target[] = "DynamoDB_20120810.GetItem";
static const char body[]   = "{\"TableName\":\"t01\"}";

#define NOW_S INT64_C(1774968245)

static bool knows(const char *operation, size_t length, bool of_streams)
{
    return !of_streams && length == 7 && memcmp(operation, "GetItem", 7) == 0;
}

static int verifying(void **state)
{
    (void)state;
    static const dynox__server_key keys[] = {
        {"OTHER", "other", NULL}, {access_key, secret, NULL}, {"WITH", "x", "token/+="}};
    serve(&(dynox__server_settings){.keys = keys, .key_count = 3, .takes_unsigned = true, .backend.knows = knows});
    return 0;
}

static int trusting(void **state)
{
    (void)state;
    serve(&(dynox__server_settings){.backend.knows = knows});
    return 0;
}

/* What to sign and how, and what to change behind the signer's back. */
typedef struct asking {
    const char *key, *secret, *token, *region, *service, *query;
    const char *sent_body; /* another one than was signed */
    int64_t     at_s;
    bool        in_query, no_host;
    unsigned    expires;
} asking;

static bool make(const asking *from, dynox__signed *made, dynox__sign_time *time)
{
    dynox_credentials keys = {
        .access_key_id = from->key, .secret_access_key = from->secret, .session_token = from->token};
    dynox__sign_header  headers[] = {{{"content-type", 12}, {"application/x-amz-json-1.0", 26}},
                                     {{"x-amz-target", 12}, {target, sizeof target - 1}},
                                     {{"host", 4}, {"localhost:8000", 14}}};
    dynox__sign_request request   = {.method       = "POST",
                                     .path         = {"/", 1},
                                     .query        = {from->query, from->query ? strlen(from->query) : 0},
                                     .headers      = headers,
                                     .header_count = from->no_host ? 2 : 3,
                                     .body         = {body, sizeof body - 1},
                                     .region       = from->region,
                                     .service      = from->service,
                                     .credentials  = &keys,
                                     .in_query     = from->in_query,
                                     .expires      = from->expires};
    dynox__sign_time_set(time, from->at_s * DYNOX__SECOND);
    request.time = *time;
    return dynox__sign(&request, made);
}

static void ask_signed(asking from)
{
    char             request[4096];
    dynox__signed    made = {0};
    dynox__sign_time time;
    if (!from.key) from.key = access_key;
    if (!from.secret) from.secret = secret;
    if (!from.region) from.region = "us-east-1";
    if (!from.service) from.service = "dynamodb";
    if (!from.at_s) from.at_s = NOW_S;
    assert_true(make(&from, &made, &time));
    const char *sent = from.sent_body ? from.sent_body : body;
    snprintf(request, sizeof request,
             "POST /%s%s HTTP/1.1\r\nHost: localhost:8000\r\nContent-Type: application/x-amz-json-1.0\r\n"
             "X-Amz-Target: %s\r\n%s%s%s%.*s%s%s%sContent-Length: %zu\r\n\r\n%s",
             from.in_query || from.query ? "?" : "",
             from.in_query ? made.result.data
             : from.query  ? from.query
                           : "",
             target, from.in_query ? "" : "X-Amz-Date: ", from.in_query ? "" : time.text,
             from.in_query ? "" : "\r\nAuthorization: ", from.in_query ? 0 : (int)made.result.size, made.result.data,
             from.in_query ? "" : "\r\n", !from.in_query && from.token ? "X-Amz-Security-Token: " : "",
             from.in_query || !from.token ? "" : from.token, strlen(sent), sent);
    if (!from.in_query && from.token) { /* the header's end */
        char *length = strstr(request, "Content-Length: ");
        memmove(length + 2, length, strlen(length) + 1);
        memcpy(length, "\r\n", 2);
    }
    ask_once(request, &said);
    dynox__signed_free(&made);
}

#define ASK(...) ask_signed((asking){__VA_ARGS__})

static void assert_refused(const char *type, const char *words)
{
    char whole[128];
    snprintf(whole, sizeof whole, "{\"__type\":\"com.amazon.coral.service#%s\"", type);
    assert_int_equal(said.status, 400);
    if (strncmp(said.body, whole, strlen(whole)) != 0 || !strstr(said.body, words)) fail_msg("said: %s", said.body);
    assert_string_equal(heard_header(&said, "x-amzn-errortype"), type);
    assert_int_equal(engine.answered, 0);
}

static void what_is_signed_passes(void **state)
{
    (void)state;
    ASK(.query = NULL);
    if (said.status != 200) fail_msg("%s", said.body);
    ASK(.query = "b=2&a=1%20x");
    if (said.status != 200) fail_msg("%s", said.body);
    ASK(.region = "eu-central-1", .at_s = NOW_S - 899);
    assert_int_equal(said.status, 200);
    ASK(.at_s = NOW_S + 899);
    assert_int_equal(said.status, 200);
    ASK(.in_query = true, .expires = 60);
    if (said.status != 200) fail_msg("%s", said.body);
    ASK(.in_query = true, .expires = 3600, .at_s = NOW_S - 3000, .query = "z=1");
    if (said.status != 200) fail_msg("%s", said.body);
    ASK(.key = "WITH", .secret = "x", .token = "token/+=");
    if (said.status != 200) fail_msg("%s", said.body);
    ASK(.key = "WITH", .secret = "x", .token = "token/+=", .in_query = true, .expires = 60);
    if (said.status != 200) fail_msg("%s", said.body);
    assert_int_equal(engine.answered, 8);
}

static void another_secret_does_not(void **state)
{
    (void)state;
    ASK(.secret = "not the secret");
    assert_refused("InvalidSignatureException", "The request signature we calculated does not match the signature you "
                                                "provided. Check your AWS Secret Access Key");
    assert_non_null(strstr(said.body, "The Canonical String for this request should have been\\n'POST\\n/\\n"));
    assert_null(strstr(said.body, secret));
    ASK(.secret = "not the secret", .in_query = true, .expires = 60);
    assert_refused("InvalidSignatureException", "does not match");
}

static void another_body_does_not(void **state)
{
    (void)state;
    ASK(.sent_body = "{\"TableName\":\"t02\"}");
    assert_refused("InvalidSignatureException", "does not match");
}

static void keys_that_nobody_has_do_not(void **state)
{
    (void)state;
    ASK(.key = "AKIDOTHER");
    assert_refused("UnrecognizedClientException", "The security token included in the request is invalid.");
    ASK(.token = "a token that these keys do not have");
    assert_refused("UnrecognizedClientException", "The security token");
    ASK(.key = "WITH", .secret = "x", .token = "another");
    assert_refused("UnrecognizedClientException", "The security token");
    ASK(.key = "WITH", .secret = "x");
    assert_refused("UnrecognizedClientException", "The security token");
}

static void old_and_early_signatures_do_not(void **state)
{
    (void)state;
    ASK(.at_s = NOW_S - 901);
    assert_refused("InvalidSignatureException", "Signature expired: 20260331T142904Z is now earlier than "
                                                "20260331T142905Z (20260331T144405Z - 15 min.)");
    ASK(.at_s = NOW_S + 901);
    assert_refused("InvalidSignatureException", "Signature not yet current: ");
    ASK(.in_query = true, .expires = 60, .at_s = NOW_S - 61);
    assert_refused("InvalidSignatureException", "Signature expired");
}

static void another_scope_does_not(void **state)
{
    (void)state;
    ASK(.service = "sts");
    assert_refused("InvalidSignatureException", "Credential should be scoped to correct service: 'dynamodb'. ");
    ASK(.no_host = true);
    assert_refused("InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization.");
}

#define KNOWN GET_ITEM "Content-Length: 2\r\n"

static void ask_with(const char *header)
{
    char request[2048];
    snprintf(request, sizeof request, KNOWN "%s\r\n{}", header);
    ask_once(request, &said);
}

static void what_is_not_signed_is_told(void **state)
{
    (void)state;
    ask_with("");
    assert_refused("MissingAuthenticationTokenException", "Request is missing Authentication Token");
    ask_with("Authorization: Basic abc\r\n");
    assert_refused("MissingAuthenticationTokenException", "Request is missing Authentication Token");
}

static void what_is_signed_in_part_is_told(void **state)
{
    (void)state;
    ask_with("Authorization: AWS4-HMAC-SHA256 Signature=b, Credential=a\r\n");
    assert_refused("IncompleteSignatureException",
                   "\"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence "
                   "of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 Signature=b, "
                   "Credential=a\"");
    ask_with("Authorization: AWS4-\r\n");
    assert_refused("IncompleteSignatureException", "Authorization header requires 'Credential' parameter. ");
    ask_once("POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256 HTTP/1.1\r\n" HOST
             "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
             "Content-Length: 2\r\n\r\n{}",
             &said);
    assert_refused("IncompleteSignatureException", "AWS query-string parameters must include 'X-Amz-Credential'. ");
    ask_once("POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256 HTTP/1.1\r\n" HOST
             "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
             "Authorization: AWS4-\r\nContent-Length: 2\r\n\r\n{}",
             &said);
    assert_refused("InvalidSignatureException", "Found both 'X-Amz-Algorithm' as a query-string param and "
                                                "'Authorization' as HTTP header.");
}

static void without_keys_any_whole_signature_passes(void **state)
{
    (void)state;
    ASK(.secret = "any", .at_s = 1);
    assert_int_equal(said.status, 200);
}

#define DATED "X-Amz-Date: 20260331T144405Z\r\nAuthorization: AWS4-HMAC-SHA256 "

static void odd_claims_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header, *type;
    } odd[] = {
        {"X-Amz-Date: yesterday\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, "
         "Signature=0\r\n",
         "IncompleteSignatureException"},
        {"X-Amz-Date: 20260331T144405Z\r\nAuthorization: AWS4-HMAC-SHA1 Credential=a/b/c/d/e, SignedHeaders=host, "
         "Signature=0\r\n",
         "IncompleteSignatureException"},
        {DATED "Credential=a/b/c/d, SignedHeaders=host, Signature=0\r\n", "IncompleteSignatureException"},
        {DATED "Credential=a/b/c/d/e/f, SignedHeaders=host, Signature=0\r\n", "IncompleteSignatureException"},
        {DATED "Credential=////, SignedHeaders=host, Signature=0\r\n", "InvalidSignatureException"},
        {DATED "Credential=AKIDEXAMPLE/20260330/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\n",
         "InvalidSignatureException"},
        {DATED "Credential=AKIDEXAMPLE/20260331/us-east-1/dynamodb/aws4_request, SignedHeaders=;;, Signature=0\r\n",
         "InvalidSignatureException"},
        {DATED
         "Credential=AKIDEXAMPLE/20260331/us-east-1/dynamodb/aws4_request, SignedHeaders=host;no, Signature=0\r\n",
         "InvalidSignatureException"},
        {DATED "Credential=AKIDEXAMPLE/20260331/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\n",
         "InvalidSignatureException"},
        {DATED "Credential=AKIDEXAMPLE/20260331/us-east-1/dynamodb/aws4_request,,=,SignedHeaders=host,Signature=\r\n",
         "IncompleteSignatureException"},
    };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        ask_with(odd[i].header);
        assert_refused(odd[i].type, "message");
    }
}

/* The engine says what is wrong with these. */
static void what_fails_before_is_told_first(void **state)
{
    (void)state;
    ask_once(CALL "X-Amz-Target: DynamoDB_20120810.Nothing\r\nContent-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 200);
    ask_once(CALL "Content-Length: 2\r\n\r\n{}", &said);
    assert_int_equal(said.status, 200);
    ask_once(GET_ITEM "Content-Length: 2\r\n\r\n{]", &said);
    assert_int_equal(said.status, 200);
    assert_int_equal(engine.answered, 3);
}

#define TEST(name, server) cmocka_unit_test_setup_teardown(name, server, serve_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_signed_passes, verifying),
        TEST(another_secret_does_not, verifying),
        TEST(another_body_does_not, verifying),
        TEST(keys_that_nobody_has_do_not, verifying),
        TEST(old_and_early_signatures_do_not, verifying),
        TEST(another_scope_does_not, verifying),
        TEST(what_is_not_signed_is_told, verifying),
        TEST(what_is_not_signed_is_told, trusting),
        TEST(what_is_signed_in_part_is_told, verifying),
        TEST(what_is_signed_in_part_is_told, trusting),
        TEST(without_keys_any_whole_signature_passes, trusting),
        TEST(odd_claims_are_refused, verifying),
        TEST(what_fails_before_is_told_first, verifying),
        TEST(what_fails_before_is_told_first, trusting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
