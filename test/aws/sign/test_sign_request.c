/* The public signer, against examples of AWS's documentation, and what it refuses. */
#include "aws/credentials/credentials.h"
#include "base/clock.h"
#include "support.h"
#include <dynox/aws.h>
#include <time.h>

/* From the description of S3's authentication and from the signature test suite. */
static const dynox_credentials s3_keys    = {.access_key_id     = "AKIAIOSFODNN7EXAMPLE",
                                             .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
static const dynox_credentials suite_keys = {.access_key_id     = "AKIDEXAMPLE",
                                             .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
static const int64_t           s3_time    = 1369353600; /* 20130524T000000Z */
static const int64_t           suite_time = 1440938160; /* 20150830T123600Z */

static const char *header_of(const dynox_signed *result, const char *name)
{
    for (size_t i = 0; i < result->header_count; i++)
        if (strcmp(result->headers[i].name, name) == 0) return result->headers[i].value;
    return NULL;
}

static void expect_end(const char *text, const char *end)
{
    size_t length = strlen(text), size = strlen(end);
    if (length < size || strcmp(text + length - size, end) != 0) fail_msg("%s", text);
}

static void a_plain_request_is_signed_like_the_suite_says(void **state)
{
    (void)state;
    dynox_error   err = {0};
    dynox_signed *result =
        dynox_sign(.url = "https://example.amazonaws.com/", .region = "us-east-1", .service = "service",
                   .credentials = &suite_keys, .time = suite_time, .error = &err);
    if (!result) fail_msg("%s", err.message);
    assert_int_equal(result->header_count, 2);
    assert_string_equal(header_of(result, "X-Amz-Date"), "20150830T123600Z");
    assert_string_equal(header_of(result, "Authorization"),
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                        "SignedHeaders=host;x-amz-date, "
                        "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    assert_string_equal(result->url, "https://example.amazonaws.com/");
    dynox_signed_free(result);
}

static void pieces_and_default_ports_are_the_same_as_the_url(void **state)
{
    (void)state;
    dynox_signed *results[] = {dynox_sign(.url = "https://EXAMPLE.amazonaws.com:443/a/b?x=1", .region = "us-east-1",
                                          .service = "service", .credentials = &suite_keys, .time = suite_time),
                               dynox_sign(.host = "example.amazonaws.com", .path = "/a/b", .query = "x=1",
                                          .region = "us-east-1", .service = "service", .credentials = &suite_keys,
                                          .time = suite_time)};
    assert_non_null(results[0]);
    assert_non_null(results[1]);
    assert_string_equal(results[0]->url, "https://example.amazonaws.com/a/b?x=1");
    assert_string_equal(results[1]->url, results[0]->url);
    assert_string_equal(header_of(results[1], "Authorization"), header_of(results[0], "Authorization"));
    for (int i = 0; i < 2; i++)
        dynox_signed_free(results[i]);
}

static void s3_signs_the_payload_header_and_given_headers(void **state)
{
    (void)state;
    const dynox_header range[] = {{"Range", "bytes=0-9"}, {"User-Agent", "not signed"}};
    const dynox_header put[]   = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                  {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    const char         body[]  = "Welcome to Amazon S3.";
    dynox_signed      *read_it =
        dynox_sign(.url = "https://examplebucket.s3.amazonaws.com/test.txt", .headers = range, .header_count = 2,
                   .region = "us-east-1", .service = "s3", .credentials = &s3_keys, .time = s3_time);
    dynox_signed *write_it =
        dynox_sign(.method = "PUT", .url = "https://examplebucket.s3.amazonaws.com/test%24file.text", .headers = put,
                   .header_count = 2, .body = body, .body_size = sizeof body - 1, .region = "us-east-1",
                   .service = "s3", .credentials = &s3_keys, .time = s3_time);
    assert_non_null(read_it);
    assert_non_null(write_it);
    expect_end(header_of(read_it, "Authorization"),
               "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    expect_end(header_of(write_it, "Authorization"),
               "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    assert_string_equal(header_of(write_it, "X-Amz-Content-Sha256"),
                        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
    dynox_signed_free(read_it);
    dynox_signed_free(write_it);
}

static void a_presigned_url_has_it_all(void **state)
{
    (void)state;
    dynox_signed *result =
        dynox_sign(.url = "https://examplebucket.s3.amazonaws.com/test.txt", .presign = true, .expires_s = 86400,
                   .region = "us-east-1", .service = "s3", .credentials = &s3_keys, .time = s3_time);
    assert_non_null(result);
    assert_int_equal(result->header_count, 0);
    assert_string_equal(result->url,
                        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    dynox_signed_free(result);
}

static void a_session_token_is_added(void **state)
{
    (void)state;
    dynox_credentials set = suite_keys;
    set.session_token     = "a/token+";
    for (int presign = 0; presign < 2; presign++) {
        dynox_signed *result = dynox_sign(.url = "http://127.0.0.1:8000", .region = "us-east-1", .service = "sts",
                                          .credentials = &set, .presign = presign);
        assert_non_null(result);
        if (presign)
            assert_non_null(strstr(result->url, "&X-Amz-Security-Token=a%2Ftoken%2B&"));
        else
            assert_string_equal(header_of(result, "X-Amz-Security-Token"), "a/token+");
        dynox_signed_free(result);
    }
}

static void an_unsigned_payload_does_not_depend_on_the_body(void **state)
{
    (void)state;
    dynox_signed *results[2];
    for (int i = 0; i < 2; i++) {
        results[i] = dynox_sign(.method = "PUT", .url = "https://examplebucket.s3.amazonaws.com/a", .body = "ab",
                                .body_size = (size_t)i + 1, .unsigned_payload = true, .region = "us-east-1",
                                .service = "s3", .credentials = &s3_keys, .time = s3_time);
        assert_non_null(results[i]);
        assert_string_equal(header_of(results[i], "X-Amz-Content-Sha256"), "UNSIGNED-PAYLOAD");
    }
    assert_string_equal(header_of(results[0], "Authorization"), header_of(results[1], "Authorization"));
    for (int i = 0; i < 2; i++)
        dynox_signed_free(results[i]);
}

/* The path of a key with blanks and slashes in it is encoded twice for most services, and once for S3. */
static void paths_are_encoded_twice_except_for_s3(void **state)
{
    (void)state;
    static const char url[] = "https://example.amazonaws.com/a%20b//./x/../c";
    dynox_signed     *once  = dynox_sign(.url = url, .region = "us-east-1", .service = "x", .keep_path = true,
                                         .content_sha256 = true, .credentials = &s3_keys, .time = s3_time);
    dynox_signed     *as_s3 =
        dynox_sign(.url = url, .region = "us-east-1", .service = "s3", .credentials = &s3_keys, .time = s3_time);
    dynox_signed *twice =
        dynox_sign(.url = url, .region = "us-east-1", .service = "x", .credentials = &s3_keys, .time = s3_time);
    dynox_signed *plain = dynox_sign(.url = "https://example.amazonaws.com/a%20b/c", .region = "us-east-1",
                                     .service = "x", .credentials = &s3_keys, .time = s3_time);
    assert_true(once && as_s3 && twice && plain);
    assert_string_equal(once->url, url);
    assert_string_not_equal(header_of(once, "Authorization"), header_of(as_s3, "Authorization"));
    assert_string_equal(header_of(twice, "Authorization"), header_of(plain, "Authorization"));
    assert_null(header_of(twice, "X-Amz-Content-Sha256"));
    dynox_signed_free(once);
    dynox_signed_free(as_s3);
    dynox_signed_free(twice);
    dynox_signed_free(plain);
}

static void what_cannot_be_signed_is_refused(void **state)
{
    static const dynox_header broken[] = {{"X-Evil", "a\r\nb: c"}}, ours[] = {{"AUTHORIZATION", "x"}},
                              nameless[] = {{"", "x"}};
    static const struct {
        dynox_sign_args args;
        const char     *words;
    } cases[] = {
        {{.region = "r", .service = "s"}, "either .url or .host"},
        {{.url = "https://a", .host = "a", .region = "r", .service = "s"}, "either .url or .host"},
        {{.url = "https://a", .path = "/b", .region = "r", .service = "s"}, "go with .host"},
        {{.url = "https://a/b c", .region = "r", .service = "s"}, "percent-encoded"},
        {{.url = "https://a/#b", .region = "r", .service = "s"}, "percent-encoded"},
        {{.url = "a.example", .region = "r", .service = "s"}, "https://"},
        {{.url = "ftp://a", .region = "r", .service = "s"}, "the URL to sign"},
        {{.url = "https://user:pw@a", .region = "r", .service = "s"}, "the URL to sign"},
        {{.host = "a", .path = "b", .region = "r", .service = "s"}, "slash"},
        {{.host = "a/b", .region = "r", .service = "s"}, "more in it than a host"},
        {{.url = "https://a/%zz", .region = "r", .service = "s3"}, "hexadecimal"},
        {{.url = "https://a", .service = "s"}, ".region"},
        {{.url = "https://a", .region = "a/b", .service = "s"}, ".region"},
        {{.url = "https://a", .region = "r"}, ".service"},
        {{.url = "https://a", .region = "r", .service = "s", .method = "G T"}, ".method"},
        {{.url = "https://a", .region = "r", .service = "s", .expires_s = 604801}, "week"},
        {{.url = "https://a", .region = "r", .service = "s", .time = INT64_MAX}, ".time"},
        {{.url = "https://a", .region = "r", .service = "s", .payload_hash = "abc"}, ".payload_hash"},
        {{.url = "https://a", .region = "r", .service = "s", .body_size = 1}, ".body"},
        {{.url = "https://a", .region = "r", .service = "s", .headers = broken, .header_count = 1}, "a header"},
        {{.url = "https://a", .region = "r", .service = "s", .headers = nameless, .header_count = 1}, "a header"},
        {{.url = "https://a", .region = "r", .service = "s", .headers = ours, .header_count = 1}, "AUTHORIZATION"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox_error     err  = {0};
        dynox_sign_args args = cases[i].args;
        args.size            = sizeof args;
        args.credentials     = &s3_keys;
        args.error           = &err;
        assert_null(dynox_sign_with(&args));
        if (err.status != DYNOX_E_ARGUMENT || !strstr(err.message, cases[i].words))
            fail_msg("case %zu: %s: %s", i, dynox_status_name(err.status), err.message);
        dynox_error_clear(&err);
    }
    const dynox_credentials half = {.access_key_id = "A"};
    dynox_error             err  = {0};
    assert_null(dynox_sign(.url = "https://a", .region = "r", .service = "s", .credentials = &half, .error = &err));
    assert_int_equal(err.status, DYNOX_E_CREDENTIALS);
    dynox_error_clear(&err);
    assert_null(dynox_sign_with(NULL));
    dynox_signed_free(NULL);
}

static void sign_once(void *unused)
{
    (void)unused;
    dynox_credentials set = s3_keys;
    set.session_token     = "token";
    dynox_signed *result =
        dynox_sign(.url = "https://a/b%20c?d=e", .region = "r", .service = "s3", .credentials = &set);
    dynox_signed_free(result);
}

static void out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(sign_once, NULL);
}

/* ---- one set from a provider ---- */

static dynox_future *give(void *argument)
{
    return dynox_future_of(argument ? dynox_ok(dynox_credentials_copy(argument), &dynox_type_credentials)
                                    : dynox_fail(DYNOX_E_SYSTEM));
}

static void a_set_can_be_had_from_any_provider(void **state)
{
    (void)state;
    dynox_credentials_provider *providers[] = {dynox_credentials_static(&s3_keys),
                                               dynox_credentials_custom(give, (void *)&s3_keys, NULL)};
    for (int i = 0; i < 2; i++) {
        dynox_credentials *set = NULL;
        dynox_error        err = {0};
        assert_int_equal(dynox_sync_credentials_get(providers[i], &set, &err), DYNOX_OK);
        assert_string_equal(set->access_key_id, s3_keys.access_key_id);
        dynox_credentials_free(set);
        dynox_future *future = dynox_credentials_get(providers[i]);
        dynox_credentials_provider_release(providers[i]);
        assert_int_equal(dynox_join(future, &set), DYNOX_OK);
        dynox_credentials_free(set);
    }
}

static void a_provider_without_credentials_says_why(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_custom(give, NULL, NULL);
    dynox_credentials          *set      = NULL;
    dynox_error                 err      = {0};
    assert_int_equal(dynox_sync_credentials_get(provider, &set, &err), DYNOX_E_CREDENTIALS);
    assert_null(set);
    assert_non_null(strstr(err.message, "no usable credentials"));
    dynox_error_clear(&err);
    dynox_credentials_provider_release(provider);
    assert_int_equal(dynox_sync_credentials_get(NULL, &set, NULL), DYNOX_E_ARGUMENT);
}

/* The helper lets go of the last blocks when the set has been had already. */
static void get_once(void *unused)
{
    long                        before   = atomic_load(&test_blocks);
    dynox_credentials_provider *provider = dynox_credentials_custom(give, (void *)&s3_keys, NULL);
    dynox_credentials          *set      = NULL;
    (void)unused;
    if (provider) dynox_sync_credentials_get(provider, &set, NULL);
    dynox_credentials_free(set);
    dynox_credentials_provider_release(provider);
    for (int i = 0; i < 500 && atomic_load(&test_blocks) > before; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void getting_a_set_without_memory_leaks_nothing(void **state)
{
    (void)state;
    test_every_allocation_failing(get_once, NULL);
}

static void a_future_that_is_dropped_gives_its_set_to_nobody(void **state)
{
    (void)state;
    dynox_credentials_provider *provider = dynox_credentials_custom(give, (void *)&s3_keys, NULL);
    dynox_future               *future   = dynox_credentials_get(provider);
    dynox_credentials          *set      = NULL;
    dynox_future_drop(&future);
    assert_int_equal(dynox_sync_credentials_get(provider, &set, NULL), DYNOX_OK);
    dynox_credentials_free(set);
    dynox_credentials_provider_release(provider);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_plain_request_is_signed_like_the_suite_says),
                                       cmocka_unit_test(pieces_and_default_ports_are_the_same_as_the_url),
                                       cmocka_unit_test(s3_signs_the_payload_header_and_given_headers),
                                       cmocka_unit_test(a_presigned_url_has_it_all),
                                       cmocka_unit_test(a_session_token_is_added),
                                       cmocka_unit_test(an_unsigned_payload_does_not_depend_on_the_body),
                                       cmocka_unit_test(paths_are_encoded_twice_except_for_s3),
                                       cmocka_unit_test(what_cannot_be_signed_is_refused),
                                       cmocka_unit_test(out_of_memory_leaks_nothing),
                                       cmocka_unit_test(getting_a_set_without_memory_leaks_nothing),
                                       cmocka_unit_test(a_set_can_be_had_from_any_provider),
                                       cmocka_unit_test(a_provider_without_credentials_says_why),
                                       cmocka_unit_test(a_future_that_is_dropped_gives_its_set_to_nobody)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
