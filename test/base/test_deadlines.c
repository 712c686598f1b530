/* The heap of deadlines against a plain search. */
#include "base/alloc.h"
#include "base/deadlines.h"
#include "base/random.h"
#include "support.h"

typedef struct waiting {
    int64_t at_ns;
    size_t  place;
} waiting;

static void the_soonest_is_always_first(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    static waiting   all[COUNT];
    dynox__deadlines heap = {0};
    for (int turn = 0; turn < 20000; turn++) {
        waiting *one = &all[dynox__random() % COUNT];
        if (one->place && turn % 3 == 0) {
            one->at_ns = (int64_t)(dynox__random() % 1000);
            dynox__deadlines_move(&heap, &one->place, one->at_ns);
        } else if (one->place) {
            dynox__deadlines_remove(&heap, &one->place);
            assert_int_equal(one->place, 0);
        } else {
            one->at_ns = (int64_t)(dynox__random() % 1000);
            assert_true(dynox__deadlines_add(&heap, &one->place, one->at_ns));
        }
        int64_t soonest = DYNOX__NEVER;
        size_t  count   = 0;
        for (int i = 0; i < COUNT; i++) {
            if (!all[i].place) continue;
            count++;
            if (all[i].at_ns < soonest) soonest = all[i].at_ns;
            assert_ptr_equal(heap.items[all[i].place].place, &all[i].place);
        }
        assert_int_equal(heap.count, count);
        assert_true(dynox__deadlines_next(&heap) == soonest);
        if (count) assert_true(DYNOX__CONTAINER(dynox__deadlines_first(&heap), waiting, place)->at_ns == soonest);
    }
    dynox__deadlines_free(&heap);
}

static void removing_what_is_not_there_does_nothing(void **state)
{
    (void)state;
    dynox__deadlines heap  = {0};
    size_t           place = 0;
    dynox__deadlines_remove(&heap, &place);
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
