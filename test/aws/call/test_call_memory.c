/* Calls when memory runs out: every allocation of every way through the pipeline fails once, and nothing is lost. */
#include "aws/calls.h"
#include "aws/credentials/helper.h"

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
    /* the timer thread may still be letting go of the call */
    while (atomic_load(&service->shared.references) > 1)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
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

/* Waits until the helper has done all that was posted to it. */
typedef struct marker {
    dynox_work  work;
    _Atomic int reached;
} marker;

static void reach(dynox_work *work)
{
    atomic_store(&((marker *)(void *)work)->reached, 1);
}

static void drain_helper(void)
{
    marker          m      = {.work = {.run = reach}};
    dynox_executor *helper = dynox__helper();
    if (!helper) return;
    helper->post(helper, &m.work);
    while (!atomic_load(&m.reached))
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static dynox_future *fetch(void *unused)
{
    const dynox_credentials set = {.access_key_id = "A", .secret_access_key = "s"};
    dynox_credentials      *own = dynox_credentials_copy(&set);
    (void)unused;
    return dynox_future_of(own ? dynox_ok(own, &dynox_type_credentials) : dynox_fail(DYNOX_E_NO_MEMORY));
}

static void count_release(void *released)
{
    atomic_fetch_add((_Atomic int *)released, 1);
}

static void make_call_with_fetched_credentials(void *unused)
{
    _Atomic int released = 0;
    way         w        = {success, 1, dynox_credentials_custom(fetch, &released, count_release)};
    (void)unused;
    if (!w.provider) return;
    make_call(&w);
    dynox_credentials_provider_release(w.provider);
    while (!atomic_load(&released))
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    drain_helper();
}

static void fetched_credentials_survive_every_failing_allocation(void **state)
{
    (void)state;
    dynox__random_fake(no_wait);
    test_every_allocation_failing(make_call_with_fetched_credentials, NULL);
    dynox__random_fake(NULL);
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
                                       cmocka_unit_test(a_call_survives_every_failing_allocation),
                                       cmocka_unit_test(fetched_credentials_survive_every_failing_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
