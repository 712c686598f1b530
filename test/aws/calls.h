/* Calls for tests: a service on the fake transport, and an operation whose value is the body as text. */
#ifndef DYNOX_TEST_AWS_CALLS_H
#define DYNOX_TEST_AWS_CALLS_H

#include "aws/call/call_state.h"
#include "base/random.h"
#include "fake_transport.h"
#include "value/json/document.h"
#include <time.h>

static inline void text_destroy(void *text)
{
    dynox__free(text);
}

static const dynox_type type_text = {.name = "text", .size = sizeof(char *), .destroy = text_destroy};

static dynox_status decode_text(dynox__call *call, dynox__buffer *body, dynox__slot *value, dynox__document **document,
                                dynox_error *error)
{
    (void)call;
    if (body->data[0] != '{') return dynox_error_set(error, DYNOX_E_DECODE, "it does not start with {");
    char *text = dynox__strndup(body->data, body->size);
    if (!text) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    *document = dynox__document_new(body->data, 64);
    if (!*document) {
        dynox__free(text);
        return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    body->data     = NULL;
    value->pointer = text;
    return DYNOX_OK;
}

static const dynox__operation operation_text = {.name = "GetItem", .type = &type_text, .decode = decode_text};

typedef struct rig {
    fake_transport *fake; /* gone once the service is closed */
    dynox__service *service;
} rig;

static double no_wait(void)
{
    return 0;
}

static inline rig rig_open(const fake_step *steps, size_t count, dynox__service_config config)
{
    static const dynox_credentials set   = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    rig                            b     = {.fake = fake_new(steps, count)};
    dynox_credentials_provider    *mine  = config.credentials ? NULL : dynox_credentials_static(&set);
    dynox_error                    error = {0};
    if (mine) config.credentials = mine;
    config.kind      = &dynox__dynamodb;
    config.region    = "eu-west-1";
    config.transport = &b.fake->transport;
    dynox__random_fake(no_wait);
    b.service = dynox__service_new(&config, &error);
    dynox_credentials_provider_release(mine);
    if (!b.service) fail_msg("%s", error.message);
    return b;
}

#define RIG_WITH(steps, ...) rig_open((steps), sizeof(steps) / sizeof(steps)[0], (dynox__service_config){__VA_ARGS__})
#define RIG(steps) RIG_WITH(steps, .max_attempts = 0)

static inline void rig_close(rig *b)
{
    dynox__service_close(b->service);
    dynox__service_release(b->service);
    dynox__random_fake(NULL);
}

static inline dynox__call *call_prepare(rig *b)
{
    dynox__call *call = dynox__call_new(b->service, &operation_text);
    assert_non_null(call);
    DYNOX__BUFFER_LITERAL(&call->buffer, "{\"TableName\":\"users\"}");
    return call;
}

static inline dynox_future *call_text(rig *b)
{
    return dynox__call_start(call_prepare(b));
}

static inline void wait_done(dynox_future *future)
{
    assert_int_equal(dynox_future_wait(future, 20000), DYNOX_OK);
}

/* Waits for the future, which must have failed so; returns its error, borrowed. */
static inline const dynox_error *expect_failure(dynox_future *future, dynox_status status)
{
    wait_done(future);
    const dynox_error *error = dynox_future_details(future);
    if (!error) fail_msg("it succeeded");
    if (error->status != status) fail_msg("%s: %s", dynox_status_name(error->status), error->message);
    return error;
}

static inline void expect_text(dynox_future *future, const char *expected)
{
    char *text = NULL;
    wait_done(future);
    const dynox_error *error = dynox_future_details(future);
    if (error) fail_msg("%s: %s", dynox_status_name(error->status), error->message);
    assert_int_equal(dynox_future_take(future, &type_text, &text), DYNOX_OK);
    assert_string_equal(text, expected);
    dynox__free(text);
}

#endif
