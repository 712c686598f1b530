/* A home without AWS settings, and a server for all that is fetched: the surroundings of the tests of providers. */
#ifndef DYNOX_TEST_SERVICES_HOME_H
#define DYNOX_TEST_SERVICES_HOME_H

#include "aws/files.h"
#include "base/random.h"
#include "services/replay.h"
#include "services/source/providers.h"

static inline double no_jitter(void)
{
    return 0;
}

/* For cmocka_unit_test_setup_teardown. */
static inline int home_start(void **state)
{
    static const char *const variables[] = {"AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                            "AWS_EC2_METADATA_DISABLED",
                                            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                            "AWS_ENDPOINT_URL_STS",
                                            "AWS_ROLE_ARN",
                                            "AWS_ROLE_SESSION_NAME",
                                            "AWS_WEB_IDENTITY_TOKEN_FILE",
                                            "HTTPS_PROXY",
                                            "HTTP_PROXY",
                                            "http_proxy",
                                            "https_proxy"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    dynox__random_fake(no_jitter); /* repeats at once */
    return make_home(state) == 0 ? replay_start(state) : -1;
}

static inline int home_stop(void **state)
{
    replay_stop(state);
    dynox__random_fake(NULL);
    unlink(home_path("token"));
    return remove_home(state);
}

#define HOME_TEST(test) cmocka_unit_test_setup_teardown(test, home_start, home_stop)

/* An answer to whatever comes next. */
static inline void answer(int status, const char *body)
{
    replay_add((replay_step){.status = status, .body = body});
}

/* An answer to a POST to this URL. */
static inline void answer_at(const char *url, int status, const char *body)
{
    replay_add((replay_step){.method = "POST", .url = url, .status = status, .body = body});
}

/* All that was expected came, and nothing else. */
static inline void all_came(int requests)
{
    if (replayed.unexpected) fail_msg("unexpected: %s", replayed.unexpected);
    assert_int_equal(replayed.next, requests);
}

/* What a provider gives; it is released. NULL: `error`. */
static inline dynox_credentials *fetched(dynox_credentials_provider *provider, dynox_error *error)
{
    dynox_credentials *got = NULL;
    assert_non_null(provider);
    dynox_status status = dynox__provider_fetch(provider, &got, error);
    dynox_credentials_provider_release(provider);
    assert_int_equal(status == DYNOX_OK, got != NULL);
    if (!got) assert_int_equal(status, error->status);
    return got;
}

/* Fetches, and expects this key. */
static inline void gives(dynox_credentials_provider *provider, const char *key)
{
    dynox_error        error = {0};
    dynox_credentials *got   = fetched(provider, &error);
    if (!got) fail_msg("%s", error.message);
    assert_string_equal(got->access_key_id, key);
    dynox_credentials_free(got);
}

/* Fetches, and expects this failure. */
static inline void fails(dynox_credentials_provider *provider, dynox_status status, const char *words)
{
    dynox_error        error = {0};
    dynox_credentials *got   = fetched(provider, &error);
    if (got) fail_msg("it gives %s", got->access_key_id);
    if (error.status != status || !strstr(error.message, words))
        fail_msg("%s: %s", dynox_status_name(error.status), error.message);
}

static inline void request_has(int n, const char *text)
{
    assert_true(n < replayed.next);
    if (!strstr(replayed.requests[n], text)) fail_msg("no \"%s\" in %s", text, replayed.requests[n]);
}

static inline void request_lacks(int n, const char *text)
{
    assert_true(n < replayed.next);
    if (strstr(replayed.requests[n], text)) fail_msg("\"%s\" in %s", text, replayed.requests[n]);
}

#endif
