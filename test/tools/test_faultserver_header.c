/* The C helper and the fault server understand each other. */
#include "faultserver.h"
#include "support.h"

static void a_test_can_start_command_and_end_two_servers(void **state)
{
    faultserver behind, front;
    char        address[64];
    (void)state;
    faultserver_start(&behind, NULL);
    snprintf(address, sizeof address, "127.0.0.1:%d", behind.port);
    faultserver_start(&front, address);
    assert_int_not_equal(behind.port, front.port);
    faultserver_say(&front, "throttle x2, reset after x1 on UpdateItem");
    assert_non_null(strstr(faultserver_ask(&front, "nonsense"), "error: "));
    assert_int_equal(faultserver_count(&front, "requests"), 0);
    assert_int_equal(faultserver_count(&front, "most_running"), 0);
    faultserver_stop(&behind);
    faultserver_stop(&front);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_test_can_start_command_and_end_two_servers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
