/* The heap of deadlines against a plain search. */
#include "base/random.h"
#include "http/engine/deadlines.h"
#include "support.h"

static void the_soonest_is_always_first(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    static dynox__request requests[COUNT];
    dynox__deadlines      heap = {0};
    for (int turn = 0; turn < 20000; turn++) {
        dynox__request *request = &requests[dynox__random() % COUNT];
        if (request->own.heap_index) {
            dynox__deadlines_remove(&heap, request);
            assert_int_equal(request->own.heap_index, 0);
        } else {
            request->deadline_ns = (int64_t)(dynox__random() % 1000);
            assert_true(dynox__deadlines_add(&heap, request));
        }
        int64_t soonest = DYNOX__NEVER;
        size_t  count   = 0;
        for (int i = 0; i < COUNT; i++) {
            if (!requests[i].own.heap_index) continue;
            count++;
            if (requests[i].deadline_ns < soonest) soonest = requests[i].deadline_ns;
            assert_ptr_equal(heap.items[requests[i].own.heap_index].request, &requests[i]);
        }
        assert_int_equal(heap.count, count);
        assert_true(dynox__deadlines_next(&heap) == soonest);
    }
    dynox__deadlines_free(&heap);
}

static void removing_what_is_not_there_does_nothing(void **state)
{
    (void)state;
    dynox__deadlines heap    = {0};
    dynox__request   request = {0};
    dynox__deadlines_remove(&heap, &request);
    assert_true(dynox__deadlines_next(&heap) == DYNOX__NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_soonest_is_always_first),
        cmocka_unit_test(removing_what_is_not_there_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
