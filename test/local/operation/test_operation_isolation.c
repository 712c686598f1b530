/* Transactions of many threads at once happen as if one after the other: checked by the graph of who saw whom.
 *
 * Each item has a list to which writers append their own number. The last state tells in which order writers came to an
 * item, and the length that a reader saw tells between which two of them it came. If all of that, and the order in
 * which each thread did its work, has no cycle, there is an order that explains everything. */
#include "tables.h"

#include <pthread.h>
#include <unistd.h>

enum { THREADS = 8, EACH = 250, ITEMS = 6, TOUCHED = 3, DONE_MOST = THREADS * EACH };

/* What a transaction did at an item: appended to its list, or saw that it had so many elements. */
typedef struct touch {
    int    item;
    bool   appends;
    size_t length; /* seen */
    long   last;   /* the last element seen */
} item_touch;

typedef struct done {
    item_touch touches[TOUCHED];
    int        count;
    bool       happened;
} transaction;

typedef struct worker {
    pthread_t       thread;
    int             number;
    unsigned        random;
    dynox__store   *store;
    dynox__catalog *catalog;
    const char     *failed; /* NULL: nothing went wrong that should not */
} worker_state;

static transaction all[DONE_MOST];

static unsigned next_random(worker_state *worker)
{
    worker->random = worker->random * 1664525u + 1013904223u;
    return worker->random >> 8;
}

/* Three different items. */
static void choose(worker_state *worker, int items[TOUCHED])
{
    for (int i = 0; i < TOUCHED; i++) {
        bool again = true;
        while (again) {
            items[i] = (int)(next_random(worker) % ITEMS);
            again    = false;
            for (int k = 0; k < i; k++)
                again |= items[k] == items[i];
        }
    }
}

#define KEY_OF "\"TableName\":\"notes\",\"Key\":{\"pk\":{\"S\":\"%d\"}}"

/* Appends to two items, if the third one still has the length that was seen last. */
static void write_some(worker_state *worker, local_fixture *local, transaction *does, const item_touch *seen,
                       long number)
{
    char request[2048];
    int  items[TOUCHED], at = 0;
    choose(worker, items);
    does->count = seen ? 3 : 2;
    at          = snprintf(request, sizeof request, "{\"TransactItems\":[");
    for (int i = 0; i < 2; i++) {
        if (seen && items[i] == seen->item) items[i] = items[2];
        does->touches[i] = (item_touch){.item = items[i], .appends = true};
        at +=
            snprintf(request + at, sizeof request - (size_t)at,
                     "%s{\"Update\":{" KEY_OF ",\"UpdateExpression\":\"SET l = list_append(if_not_exists(l, :e), :n)\","
                     "\"ExpressionAttributeValues\":{\":e\":{\"L\":[]},\":n\":{\"L\":[{\"N\":\"%ld\"}]}}}}",
                     i ? "," : "", items[i], number);
    }
    if (seen) {
        does->touches[2] = *seen;
        at += snprintf(request + at, sizeof request - (size_t)at,
                       ",{\"ConditionCheck\":{" KEY_OF ",\"ConditionExpression\":\"size(l) = :n\","
                       "\"ExpressionAttributeValues\":{\":n\":{\"N\":\"%zu\"}}}}",
                       seen->item, seen->length);
    }
    snprintf(request + at, sizeof request - (size_t)at, "]}");
    const char *said = local_do(local, "TransactWriteItems", request);
    does->happened   = strcmp(said, "{}") == 0;
    if (!does->happened && !(seen && strstr(said, "ConditionalCheckFailed"))) worker->failed = "a write";
}

static void read_some(worker_state *worker, local_fixture *local, transaction *does)
{
    char request[1024];
    int  items[TOUCHED];
    choose(worker, items);
    snprintf(request, sizeof request,
             "{\"TransactItems\":[{\"Get\":{" KEY_OF "}},{\"Get\":{" KEY_OF "}},{\"Get\":{" KEY_OF "}}]}", items[0],
             items[1], items[2]);
    const char *said = local_do(local, "TransactGetItems", request);
    does->count      = TOUCHED;
    does->happened   = true;
    for (int i = 0; i < TOUCHED; i++) {
        does->touches[i] = (item_touch){.item = items[i]};
        said             = said ? strstr(said, i ? ",{" : "[{") : NULL;
        if (!said) worker->failed = "a read";
        if (!said) return;
        const char *list = strstr(said, "\"L\":["), *end = list ? strchr(list + 5, ']') : NULL;
        if (strncmp(said + 1, "{}", 2) == 0 || !end) {
            said++;
            continue;
        }
        for (const char *p = list; p < end; p = strchr(p, '}') ? strchr(p, '}') + 1 : end) {
            const char *element = strstr(p, "\"N\":\"");
            if (!element || element > end) break;
            does->touches[i].last = strtol(element + 5, NULL, 10);
            does->touches[i].length++;
            p = element;
        }
        said = end;
    }
}

static void *work(void *arg)
{
    worker_state *worker = arg;
    local_fixture local  = {.store = worker->store, .catalog = worker->catalog, .now_us = INT64_C(1700000000000000)};
    item_touch    seen   = {0};
    for (int i = 0; i < EACH && !worker->failed; i++) {
        transaction *does = &all[worker->number * EACH + i];
        if (next_random(worker) % 2) {
            read_some(worker, &local, does);
            seen = does->touches[next_random(worker) % TOUCHED];
        } else {
            write_some(worker, &local, does, seen.length && next_random(worker) % 2 ? &seen : NULL,
                       worker->number * EACH + i);
        }
    }
    dynox__arena_free(&local.arena);
    dynox__buffer_free(&local.answer);
    dynox__buffer_free(&local.said);
    return NULL;
}

/* ---- the graph ---- */

static bool   edges[DONE_MOST][DONE_MOST];
static long   order[ITEMS][DONE_MOST]; /* of those who appended to an item */
static size_t lengths[ITEMS];

static void read_order(local_fixture *local)
{
    for (int item = 0; item < ITEMS; item++) {
        char request[256];
        snprintf(request, sizeof request, "{" KEY_OF "}", item);
        const char *said = local_do(local, "GetItem", request);
        lengths[item]    = 0;
        for (const char *p = strstr(said, "\"N\":\""); p; p = strstr(p + 1, "\"N\":\""))
            order[item][lengths[item]++] = strtol(p + 5, NULL, 10);
    }
}

static void add_edges(void)
{
    for (int item = 0; item < ITEMS; item++)
        for (size_t i = 1; i < lengths[item]; i++)
            edges[order[item][i - 1]][order[item][i]] = true;
    for (int i = 0; i < DONE_MOST; i++) {
        if (i % EACH) edges[i - 1][i] = true;
        for (int k = 0; all[i].happened && k < all[i].count; k++) {
            const item_touch *touch = &all[i].touches[k];
            if (touch->appends) continue;
            if (touch->length > lengths[touch->item]) fail_msg("a list was longer than it is");
            if (touch->length) {
                long before = order[touch->item][touch->length - 1];
                if (before != touch->last) fail_msg("a list was another one");
                edges[before][i] = true;
            }
            if (touch->length < lengths[touch->item]) edges[i][order[touch->item][touch->length]] = true;
        }
    }
}

/* Takes away what nobody comes before, until nothing is left. */
static size_t left_over(void)
{
    static size_t before[DONE_MOST];
    static int    ready[DONE_MOST];
    size_t        count = 0, taken = 0;
    for (int i = 0; i < DONE_MOST; i++) {
        before[i] = 0;
        for (int k = 0; k < DONE_MOST; k++)
            before[i] += edges[k][i];
        if (!before[i]) ready[count++] = i;
    }
    for (; taken < count; taken++)
        for (int k = 0; k < DONE_MOST; k++)
            if (edges[ready[taken]][k] && --before[k] == 0) ready[count++] = k;
    return DONE_MOST - taken;
}

/* Whoever appended is found in each of its two lists, or in none. */
static void expect_nothing_half_done(void)
{
    for (int i = 0; i < DONE_MOST; i++) {
        size_t found = 0;
        for (int item = 0; item < ITEMS; item++)
            for (size_t k = 0; k < lengths[item]; k++)
                found += order[item][k] == i;
        bool wrote = all[i].happened && all[i].touches[0].appends;
        assert_int_equal(found, wrote ? 2 : 0);
    }
}

static void transactions_are_serialisable(void **state)
{
    local_fixture *local = *state;
    worker_state   workers[THREADS];
    memset(all, 0, sizeof all);
    memset(edges, 0, sizeof edges);
    create_notes(local);
    for (int i = 0; i < THREADS; i++) {
        workers[i] =
            (worker_state){.number = i, .random = 7u + (unsigned)i, .store = local->store, .catalog = local->catalog};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < THREADS; i++)
        if (workers[i].failed) fail_msg("%s went wrong", workers[i].failed);
    read_order(local);
    add_edges();
    assert_int_equal(left_over(), 0);
    expect_nothing_half_done();
    /* The check sees what it should: two transactions that each came before the other. */
    edges[order[0][1]][order[0][0]] = true;
    assert_true(left_over() > 0);
}

/* ---- the same in a file ---- */

static char folder[64], path[80];

static int start_file(void **state)
{
    dynox_error error = {0};
    snprintf(folder, sizeof folder, "/tmp/dynox-isolation-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/tables", folder);
    if (start(state) != 0) return -1;
    dynox__store_close(fixture.store);
    fixture.store = dynox__store_file(path, &error);
    if (!fixture.store && !strstr(error.message, "SQLite")) fail_msg("%s", error.message);
    return 0;
}

static int stop_file(void **state)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-lock", "-journal"};
    stop(state);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s%s", path, beside[i]);
        unlink(name);
    }
    return rmdir(folder);
}

static void transactions_of_a_file_are_serialisable(void **state)
{
    if (!fixture.store) skip(); /* this library was made without files */
    transactions_are_serialisable(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(transactions_are_serialisable),
        cmocka_unit_test_setup_teardown(transactions_of_a_file_are_serialisable, start_file, stop_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
