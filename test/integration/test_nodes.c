/* Two nodes in front of one store: fault servers before the real one. One is killed in the middle of the work; every
 * write must be there in the end, and the node is used again when it is back. */
#include "faultserver.h"
#include "live.h"
#include <pthread.h>

enum { THREADS = 8, EACH = 40 };

static faultserver   nodes[2];
static char          upstream[256];
static dynox_client *through;
static char          table[64];
static _Atomic int   written;

static int setup(void **state)
{
    char        urls[160];
    dynox_error err = {0};
    if (live_setup(state) != 0) return -1;
    const char *host = strstr(live_endpoint(), "://");
    snprintf(upstream, sizeof upstream, "%s", host ? host + 3 : live_endpoint());
    upstream[strcspn(upstream, "/")] = 0;
    for (int i = 0; i < 2; i++)
        faultserver_start(&nodes[i], upstream);
    snprintf(urls, sizeof urls, "%s,%s", nodes[0].url, nodes[1].url);
    through = dynox_client_new(.nodes = urls, .proxy = "", .error = &err);
    if (!through) live_fail(__FILE__, __LINE__, &err);
    snprintf(table, sizeof table, "%s", live_table("nodes"));
    live_create(table, true);
    return 0;
}

static int teardown(void **state)
{
    dynox_client_free(through);
    for (int i = 0; i < 2; i++)
        faultserver_stop(&nodes[i]);
    dynox_sync_delete_table(live, table);
    return live_teardown(state);
}

static void *write_all(void *arg)
{
    const int *thread = arg;
    for (int i = 0; i < EACH; i++) {
        dynox_error err = {0};
        live_ok(dynox_sync_put_item(through, table, DYNOX_ITEM("pk", "all", "sk", *thread * EACH + i, "n", i),
                                    .max_attempts = 10, .error = &err),
                &err);
        atomic_fetch_add(&written, 1);
    }
    return NULL;
}

static size_t resting(void)
{
    dynox_client_stats stats;
    dynox_client_get_stats(through, &stats);
    return stats.resting_nodes;
}

static void the_loss_of_a_node_loses_no_write(void **state)
{
    pthread_t   threads[THREADS];
    int         numbers[THREADS];
    dynox_error err   = {0};
    int64_t     count = 0;
    (void)state;
    atomic_store(&written, 0);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_all, &numbers[i]), 0);
    }
    while (atomic_load(&written) < THREADS * EACH / 4)
        usleep(1000);
    faultserver_kill(&nodes[0]);
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)nodes[0].port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int kept = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1; /* so that nobody takes the port */
    setsockopt(kept, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    assert_int_equal(bind(kept, (const struct sockaddr *)&at, sizeof at), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item,
                        dynox_query(live, table, DYNOX_EXPR("pk = ?", "all"), .consistent_read = true), &err)
    count += dynox_get_int(item, "sk") % EACH == dynox_get_int(item, "n");
    assert_int_equal(err.status, DYNOX_OK);
    assert_int_equal(count, THREADS * EACH);
    assert_int_equal(resting(), 1);

    faultserver_start_at(&nodes[0], upstream, nodes[0].port);
    close(kept);
    while (resting() || faultserver_count(&nodes[0], "requests") == 0) { /* each call looks whether it is time */
        live_ok(dynox_sync_put_item(through, table, DYNOX_ITEM("pk", "again", "sk", 1), .error = &err), &err);
        usleep(1000);
    }
}

static void a_key_keeps_to_one_node(void **state)
{
    dynox_error err = {0};
    (void)state;
    for (int i = 0; i < 2; i++)
        faultserver_say(&nodes[i], "reset");
    for (int i = 0; i < 20; i++)
        live_ok(
            dynox_sync_put_item(through, table, DYNOX_ITEM("pk", "kept", "sk", i), .node_key = "kept", .error = &err),
            &err);
    long first = faultserver_count(&nodes[0], "requests"), second = faultserver_count(&nodes[1], "requests");
    assert_int_equal(first + second, 20);
    assert_true(first == 0 || second == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_of_a_node_loses_no_write),
        cmocka_unit_test(a_key_keeps_to_one_node),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
