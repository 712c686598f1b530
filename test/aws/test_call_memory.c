/* Calls when memory runs out: every allocation of every way through the pipeline fails once, and nothing is lost. */
#include "calls.h"

static const fake_step success[] = {{.http = 200, .body = "{}"}};
static const fake_step retried[] = {{.http = 500}, {.http = 200, .body = "{}"}};
static const fake_step refused[] = {
    {.http = 400, .body = "{\"__type\":\"X\",\"message\":\"m\",\"Item\":{\"a\":{\"S\":\"b\"}}}"}};
static const fake_step expired[] = {{.http = 400, .type = "ExpiredTokenException"}, {.http = 200, .body = "{}"}};

typedef struct way {
    const fake_step            *steps;
    size_t                      count;
    dynox_credentials_provider *provider;
} way;

/* A call on a service of its own; whatever fails must be told by an error. */
static void make_call(void *argument)
{
    way            *w       = argument;
    fake_transport *fake    = fake_new(w->steps, w->count);
    dynox_error     error   = {0};
    dynox__service *service = dynox__service_new(
        &(dynox__service_config){
            .kind = &dynox__dynamodb, .region = "eu-west-1", .credentials = w->provider, .transport = &fake->transport},
        &error);
    if (!service) {
        assert_int_equal(error.status, DYNOX_E_NO_MEMORY);
        return;
    }
    dynox__call *call = dynox__call_new(service, &operation_text);
    if (call) {
        DYNOX__BUFFER_LITERAL(&call->buffer, "{\"TableName\":\"users\"}");
        dynox_future *future = dynox__call_start(call);
        wait_done(future);
        dynox_future_error(future);
        dynox_future_release(future);
    }
    dynox__service_close(service);
    dynox__service_release(service);
}

/* Once a test: the threads and signing keys of the process are made in the first run and stay. */
static void sweep(const fake_step *steps, size_t count, dynox_credentials_provider *provider)
{
    way w = {steps, count, provider};
    dynox__random_fake(no_wait);
    test_every_allocation_failing(make_call, &w);
    dynox__random_fake(NULL);
}

static void a_call_survives_every_failing_allocation(void **state)
{
    (void)state;
    const dynox_credentials     set      = {.access_key_id = "A", .secret_access_key = "s"};
    dynox_credentials_provider *provider = dynox_credentials_static(&set);
    sweep(success, 1, provider);
    sweep(retried, 2, provider);
    sweep(refused, 1, provider);
    sweep(expired, 2, provider);
    dynox_credentials_provider_release(provider);
}

static void making_a_provider_survives_every_failing_allocation_in(void *argument)
{
    dynox_credentials_provider_release(dynox_credentials_static(argument));
    dynox_credentials_free(dynox_credentials_copy(argument));
    dynox_credentials_provider_release(dynox_credentials_environment());
}

static void making_a_provider_survives_every_failing_allocation(void **state)
{
    (void)state;
    dynox_credentials set = {.access_key_id = "A", .secret_access_key = "s"};
    test_every_allocation_failing(making_a_provider_survives_every_failing_allocation_in, &set);
}

int main(void)
{
    dynox_set_unobserved_error(NULL);
    const struct CMUnitTest tests[] = {cmocka_unit_test(making_a_provider_survives_every_failing_allocation),
                                       cmocka_unit_test(a_call_survives_every_failing_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
