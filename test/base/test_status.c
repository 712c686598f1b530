/* Status codes: each has a number of its own, a name and a text; the version is one. */
#include "support.h"
#include <dynox/status.h>
#include <dynox/version.h>

static const struct {
    dynox_status status;
    const char  *name;
} all[] = {
#define ROW(name, number, text) {DYNOX_##name, "DYNOX_" #name},
    DYNOX_STATUS_TABLE(ROW)
#undef ROW
};
enum { COUNT = sizeof all / sizeof *all };

static void every_status_has_its_name_and_a_text_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(dynox_status_name(all[i].status), all[i].name);
        assert_true(strlen(dynox_status_text(all[i].status)) > 0);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(all[i].status, all[k].status);
            assert_string_not_equal(dynox_status_text(all[i].status), dynox_status_text(all[k].status));
        }
    }
}

static void numbers_of_other_versions_are_unknown(void **state)
{
    (void)state;
    assert_string_equal(dynox_status_name((dynox_status)9999), "DYNOX_E_UNKNOWN");
    assert_string_equal(dynox_status_text((dynox_status)9999), "unknown status");
}

/* Programs may have been compiled with them. */
static void numbers_do_not_change(void **state)
{
    (void)state;
    assert_int_equal(DYNOX_OK, 0);
    assert_int_equal(DYNOX_E_CANCELLED, 1);
    assert_int_equal(DYNOX_E_ARGUMENT, 21);
    assert_int_equal(DYNOX_E_CONNECT, 40);
    assert_int_equal(DYNOX_E_SERVICE, 60);
    assert_int_equal(DYNOX_E_BAD_SIGNATURE, 76);
    assert_int_equal(DYNOX_E_PARTIAL, 77);
}

static void the_library_is_of_the_version_of_its_header(void **state)
{
    (void)state;
    assert_string_equal(dynox_version(), DYNOX_VERSION_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_name_and_a_text_of_its_own),
        cmocka_unit_test(numbers_of_other_versions_are_unknown),
        cmocka_unit_test(numbers_do_not_change),
        cmocka_unit_test(the_library_is_of_the_version_of_its_header),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
