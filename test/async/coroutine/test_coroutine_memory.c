/* Out of memory at every allocation in turn: an error like the others, and nothing is left. */
#include "async/dashboard.h"
#include "async/stream/stream.h"

static long blocks_before;

static void it_fails_with_no_memory_or_works(dynox_status status)
{
    blocks_come_back_to(blocks_before);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    no_thing_is_left();
    assert_int_equal(atomic_load(&summaries_alive), 0);
    assert_int_equal(atomic_load(&streams_alive), 0);
}

static void run_dashboard(void *arg)
{
    summary *result = NULL;
    (void)arg;
    blocks_before       = atomic_load(&test_blocks);
    dynox_status status = dynox_run(DYNOX_CALL(dashboard, .user_id = 1, .page_count = 2, .fail_at = -1), &result);
    if (status == DYNOX_E_ARGUMENT) status = DYNOX_E_NO_MEMORY; /* the stream could not be made */
    summary_free(result);
    it_fails_with_no_memory_or_works(status);
}

static void a_program_survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(run_dashboard, NULL);
}

DYNOX_ASYNC(void *, many_children, (int count;), (int i, failed; dynox_future * last;))
{
    DYNOX_BEGIN
    for (my->i = 0; my->i < my->count; my->i++)
        my->last = DYNOX_GO(dynox_sleep(1000 * 60 * 60));
    DYNOX_AWAIT_VOID(DYNOX_GO(dynox_sleep(0)));
    DYNOX_END
}

static void run_children(void *arg)
{
    (void)arg;
    blocks_before = atomic_load(&test_blocks);
    it_fails_with_no_memory_or_works(dynox_run_void(DYNOX_CALL(many_children, .count = 9)));
}

static void children_survive_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(run_children, NULL);
}

DYNOX_ASYNC(const int *, counts, (), (int i;))
{
    DYNOX_BEGIN
    for (; my->i < 4; my->i++)
        DYNOX_YIELD(&my->i);
    DYNOX_END
}

static void run_generator(void *arg)
{
    dynox_error error = {0};
    int         seen  = 0;
    (void)arg;
    blocks_before        = atomic_load(&test_blocks);
    dynox_stream *stream = DYNOX_GENERATE(counts);
    while (dynox_sync_stream_next(stream, &error))
        seen++;
    if (error.status == DYNOX_OK) assert_int_equal(seen, 4);
    dynox_stream_free(stream);
    it_fails_with_no_memory_or_works(error.status);
}

static void generators_survive_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(run_generator, NULL);
}

static void make_failed_stream(void *arg)
{
    (void)arg;
    dynox_stream *failed = dynox__stream_failed(DYNOX_E_SHUTDOWN);
    dynox_status  status = dynox_stream_error(failed)->status;
    assert_true(status == (atomic_load(&test_allocation_failed) ? DYNOX_E_NO_MEMORY : DYNOX_E_SHUTDOWN));
    assert_null(dynox_sync_stream_next(failed, NULL));
    dynox_stream_free(failed);
}

static void a_failed_stream_needs_no_memory(void **state)
{
    (void)state;
    test_every_allocation_failing(make_failed_stream, NULL);
}

static void run_group(void *arg)
{
    (void)arg;
    blocks_before      = atomic_load(&test_blocks);
    dynox_group *group = dynox_group_new(0);
    if (!group) return;
    for (int i = 0; i < 3; i++)
        dynox_group_add(group, dynox_future_of(dynox_ok_int(i)));
    dynox_status slot   = dynox_join_void(dynox_group_slot(group));
    dynox_status joined = dynox_join_void(dynox_group_join(group));
    dynox_group_free(group);
    it_fails_with_no_memory_or_works(slot);
    it_fails_with_no_memory_or_works(joined);
}

static void groups_survive_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_failing(run_group, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_survives_every_failing_allocation),
        cmocka_unit_test(children_survive_every_failing_allocation),
        cmocka_unit_test(generators_survive_every_failing_allocation),
        cmocka_unit_test(a_failed_stream_needs_no_memory),
        cmocka_unit_test(groups_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
