/* FNV-1a: the published values, in one piece and in several. */
#include "base/hash.h"
#include "support.h"

static void known_values(void **state)
{
    (void)state;
    assert_true(dynox__hash_text(DYNOX__HASH_START, "") == UINT64_C(0xcbf29ce484222325));
    assert_true(dynox__hash_text(DYNOX__HASH_START, "a") == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(dynox__hash_text(DYNOX__HASH_START, "foobar") == UINT64_C(0x85944171f73967e8));
    assert_true(dynox__hash(dynox__hash_text(DYNOX__HASH_START, "foo"), "bar", 3) == UINT64_C(0x85944171f73967e8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
