/* Secrets leave no trace: once the last who needs them is gone, they are nowhere in the memory of the process; and
 * they are never in a log line or the text of an error. */
#include "aws/calls.h"
#include "secrets.h"
#include <dynox/aws.h>

enum { MOST_TEXT = 1 << 20 };

/* ---- those who use them ---- */

/* The set, in memory that lives for the length of this call. */
static dynox_credentials *make_set(void)
{
    static char       secret[SIZE + 1], token[TOKEN + 1];
    dynox_credentials set = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = secret, .session_token = token};
    turn_back(secret, turned_secret, SIZE);
    turn_back(token, turned_token, TOKEN);
    dynox_credentials *copy = dynox_credentials_copy(&set);
    dynox__wipe(secret, sizeof secret);
    dynox__wipe(token, sizeof token);
    return copy;
}

static dynox_future *give(void *unused)
{
    (void)unused;
    return dynox_future_of(dynox_ok(make_set(), &dynox_type_credentials));
}

static const fake_step success[]  = {{.http = 200, .body = "{}"}};
static const fake_step troubles[] = {{.http = 400, .type = "ExpiredTokenException"},
                                     {.http = 400, .type = "InvalidSignatureException", .body = "{}"},
                                     {.http = 500, .body = "<html>"},
                                     {.status = DYNOX_E_CONNECT, .phase = DYNOX__PHASE_QUEUED},
                                     {.http = 400, .type = "AccessDeniedException", .body = "{\"message\":\"no\"}"}};

/* The transport of the tests keeps what was sent, with the token in it. */
static void wipe_records(fake_transport *fake)
{
    for (size_t i = 0; i < FAKE_RECORDS; i++)
        if (fake->sent[i]) dynox__wipe(fake->sent[i], strlen(fake->sent[i]));
}

static dynox_credentials_provider *make_provider(bool custom)
{
    if (custom) return dynox_credentials_custom(give, NULL, NULL);
    dynox_credentials          *set      = make_set();
    dynox_credentials_provider *provider = dynox_credentials_static(set);
    dynox_credentials_free(set);
    return provider;
}

static void use_in_calls(bool custom)
{
    dynox_credentials_provider *provider = make_provider(custom);
    rig                         r        = RIG_WITH(success, .credentials = provider);
    dynox_credentials_provider_release(provider);
    for (int i = 0; i < 5; i++) {
        dynox_future *future = call_text(&r);
        expect_text(future, "{}");
        dynox_future_release(future);
    }
    assert_true(secrets_in_memory() > 0); /* the search does find what is there */
    wipe_records(r.fake);
    rig_close(&r);
}

static void use_for_signatures(bool custom)
{
    dynox_credentials_provider *provider = make_provider(custom);
    dynox_credentials          *set      = NULL;
    assert_int_equal(dynox_sync_credentials_get(provider, &set, NULL), DYNOX_OK);
    dynox_credentials_provider_release(provider);
    for (int presign = 0; presign < 2; presign++) {
        dynox_signed *result = dynox_sign(.url = "https://example.org/a?b=c", .region = "eu-west-1", .service = "s3",
                                          .presign = presign, .credentials = set);
        assert_non_null(result);
        dynox_signed_free(result);
    }
    dynox_credentials_free(set);
}

static void nothing_is_left_of_given_credentials(void **state)
{
    (void)state;
    use_in_calls(false);
    expect_no_secrets();
}

static void nothing_is_left_of_fetched_credentials(void **state)
{
    (void)state;
    use_in_calls(true);
    expect_no_secrets();
}

static void nothing_is_left_of_signatures(void **state)
{
    (void)state;
    use_for_signatures(false);
    use_for_signatures(true);
    expect_no_secrets();
}

/* ---- texts ---- */

static char            texts[MOST_TEXT];
static size_t          texts_size;
static pthread_mutex_t texts_lock = PTHREAD_MUTEX_INITIALIZER;

static void add_text(const char *text)
{
    size_t length = strlen(text);
    pthread_mutex_lock(&texts_lock);
    if (texts_size + length < MOST_TEXT) {
        memcpy(texts + texts_size, text, length);
        texts_size += length;
    }
    pthread_mutex_unlock(&texts_lock);
}

static void log_line(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)level, (void)subject, (void)arg;
    add_text(message);
}

static dynox_future *fail_sometimes(void *count)
{
    dynox_error error = {0};
    if ((*(int *)count)++ % 2 == 0) return give(NULL);
    dynox_error_set(&error, DYNOX_E_SYSTEM, "the vault is closed");
    return dynox_future_of(dynox_fail_with(&error));
}

static void texts_never_hold_secrets_tokens_or_signatures(void **state)
{
    (void)state;
    int count = 0;
    dynox_set_log(DYNOX_LOG_DEBUG, log_line, NULL);
    dynox_credentials_provider *provider = dynox_credentials_custom(fail_sometimes, &count, NULL);
    rig                         r        = RIG_WITH(troubles, .credentials = provider);
    r.fake->cycle                        = true;
    for (int i = 0; i < 20; i++) {
        dynox_future *future = call_text(&r);
        wait_done(future);
        const dynox_error *error = dynox_future_details(future);
        if (error) {
            add_text(error->message);
            add_text(error->code);
        }
        dynox_future_release(future);
    }
    char *signature = strstr(r.fake->sent[0], "Signature=");
    assert_non_null(signature);
    char first[DYNOX__SIGNATURE + 1];
    snprintf(first, sizeof first, "%.64s", signature + 10);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    assert_true(texts_size > 200);
    assert_null(strstr(texts, first));
    assert_null(strstr(texts, "AWS4-HMAC"));
    assert_null(strstr(texts, "Signature="));
    for (size_t i = 0; i + SIZE / 4 <= texts_size; i++) {
        assert_false(is_here((unsigned char *)texts + i, turned_secret, SIZE / 4));
        assert_false(is_here((unsigned char *)texts + i, turned_token, SIZE / 4));
    }
    rig_close(&r);
    dynox_credentials_provider_release(provider);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_left_of_given_credentials),
                                       cmocka_unit_test(nothing_is_left_of_fetched_credentials),
                                       cmocka_unit_test(nothing_is_left_of_signatures),
                                       cmocka_unit_test(texts_never_hold_secrets_tokens_or_signatures)};
    make_secrets();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
