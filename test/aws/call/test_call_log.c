/* The log of calls: at DEBUG one line for each, whatever becomes of it. */
#include "aws/calls.h"
#include <dynox/log.h>

static const fake_step success[] = {{.http = 200, .body = "{}"}};
static const fake_step held[]    = {{.hold = true}};

static int  ends;
static char last[2048];

/* The lines that tell of an end say how often the call was sent; those about attempts that fail do not. */
static void remember(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)level;
    (void)arg;
    if (strcmp(subject, "call") != 0 || !strstr(message, " attempts=")) return;
    snprintf(last, sizeof last, "%s", message);
    ends++;
}

static int listen_to_it(void **state)
{
    (void)state;
    ends    = 0;
    last[0] = 0;
    dynox_set_log(DYNOX_LOG_DEBUG, remember, NULL);
    return 0;
}

static int stop_listening(void **state)
{
    (void)state;
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    return 0;
}

static void assert_told(const char *start)
{
    assert_int_equal(ends, 1);
    if (strncmp(last, start, strlen(start)) != 0) fail_msg("%s", last);
    assert_null(strstr(last, "secret"));
}

static void a_call_that_succeeds_is_told(void **state)
{
    (void)state;
    rig          r    = RIG(success);
    dynox__call *call = call_prepare(&r);
    dynox__call_resource(call, "us\ners");
    dynox_future *future = dynox__call_start(call);
    expect_text(future, "{}");
    dynox_future_release(future);
    rig_close(&r);
    assert_told("GetItem table=\"us\\x0aers\" status=DYNOX_OK attempts=1 duration_ms=");
}

static void a_call_that_is_refused_is_told(void **state)
{
    (void)state;
    rig         r     = RIG(success);
    dynox_error error = {0};
    dynox_error_set(&error, DYNOX_E_ARGUMENT, "no such thing");
    dynox_future *future = dynox__call_refuse(call_prepare(&r), &error);
    expect_failure(future, DYNOX_E_ARGUMENT);
    dynox_future_release(future);
    rig_close(&r);
    assert_told("GetItem status=DYNOX_E_ARGUMENT attempts=0 duration_ms=0.000: no such thing");
}

static void a_call_that_is_cancelled_is_told(void **state)
{
    (void)state;
    rig           r      = RIG(held);
    dynox_future *future = call_text(&r);
    fake_wait(r.fake, 1);
    dynox_future_cancel(future);
    dynox_future_release(future);
    rig_close(&r);
    assert_told("GetItem status=DYNOX_E_CANCELLED attempts=1 duration_ms=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_that_succeeds_is_told, listen_to_it, stop_listening),
        cmocka_unit_test_setup_teardown(a_call_that_is_refused_is_told, listen_to_it, stop_listening),
        cmocka_unit_test_setup_teardown(a_call_that_is_cancelled_is_told, listen_to_it, stop_listening),
    };
    return cmocka_run_group_tests_name("call log", tests, NULL, NULL);
}
