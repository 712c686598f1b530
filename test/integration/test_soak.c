/* Money under fire: 16 threads move it between 100 accounts while the way to the server breaks in every way it can. At
 * the end the sum is exact, and each transfer that was acknowledged is there once. It takes some 12 seconds, or as many
 * as DYNOX_SOAK_SECONDS says. */
#include "faultserver.h"
#include "live.h"
#include <pthread.h>
#include <time.h>

enum { THREADS = 16, ACCOUNTS = 100, START = 1000, MOST_TRANSFERS = 1 << 20 };

static faultserver   faults;
static dynox_client *through; /* goes through the fault server */
static const char   *accounts, *ledger;
static _Atomic bool  over;

/* What a thread knows of a transfer when it is through with it. */
typedef enum fate { UNKNOWN, ACKNOWLEDGED, REFUSED } fate;

typedef struct teller {
    int            number;
    unsigned       random;
    unsigned char *fates; /* a fate each */
    int            count;
    unsigned       again; /* commits of which nobody knew whether they were */
    char           wrong[600];
} teller;

static unsigned pick(teller *self, unsigned below)
{
    self->random = self->random * 1103515245u + 12345u;
    return (self->random >> 16) % below;
}

static dynox_status transfer(const char *id, unsigned from, unsigned to, unsigned cents, dynox_error *error)
{
    return dynox_sync_transact_write(
        through,
        DYNOX_WRITES(DYNOX_UPDATE(accounts, DYNOX_ITEM("pk", from), DYNOX_EXPR("SET cents = cents - ?", cents),
                                  .condition = DYNOX_EXPR("cents >= ?", cents)),
                     DYNOX_UPDATE(accounts, DYNOX_ITEM("pk", to), DYNOX_EXPR("SET cents = cents + ?", cents)),
                     DYNOX_PUT(ledger, DYNOX_ITEM("pk", id, "from", from, "to", to, "cents", cents),
                               .condition = DYNOX_EXPR("attribute_not_exists(pk)"))),
        .token = id, .max_attempts = 2, .conflict_retries = 3, .error = error);
}

/* An error that these faults can lead to. */
static bool is_expected(const dynox_error *error)
{
    static const dynox_status expected[] = {DYNOX_E_TRANSACTION_CANCELLED,
                                            DYNOX_E_TRANSACTION_IN_PROGRESS,
                                            DYNOX_E_TRANSACTION_CONFLICT,
                                            DYNOX_E_THROTTLED,
                                            DYNOX_E_SERVER,
                                            DYNOX_E_TRANSPORT,
                                            DYNOX_E_CONNECT,
                                            DYNOX_E_CHECKSUM,
                                            DYNOX_E_DECODE,
                                            DYNOX_E_TIMEOUT};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (expected[i] == error->status) return true;
    return error->status == DYNOX_E_SERVICE && !error->code[0]; /* a refusal (400) whose words were lost on the way */
}

/* As the guide says: what may have been applied is committed again with its token, until it is known. */
static fate move_money(teller *self, const char *id)
{
    unsigned from = pick(self, ACCOUNTS), to = (from + 1 + pick(self, ACCOUNTS - 1)) % ACCOUNTS;
    unsigned cents = 1 + pick(self, 50);
    for (int tries = 0; tries < 1000; tries++) {
        dynox_error  error  = {0};
        dynox_status status = transfer(id, from, to, cents, &error);
        bool         maybe  = error.may_have_applied;
        if (status != DYNOX_OK && !is_expected(&error))
            snprintf(self->wrong, sizeof self->wrong, "%s: %s", dynox_status_name(status), error.message);
        dynox_error_clear(&error);
        if (status == DYNOX_OK) return ACKNOWLEDGED;
        if (!maybe) return tries ? UNKNOWN : REFUSED; /* an earlier try may have been the one */
        self->again++;
    }
    return UNKNOWN;
}

static void *work(void *arg)
{
    teller *self = arg;
    while (!atomic_load(&over) && self->count < MOST_TRANSFERS / THREADS && !self->wrong[0]) {
        char id[36];
        snprintf(id, sizeof id, "transfer-%d-%d", self->number, self->count);
        fate came_to               = move_money(self, id);
        self->fates[self->count++] = (unsigned char)came_to;
    }
    return NULL;
}

/* ---- the table before and after ---- */

static int setup(void **state)
{
    static char names[2][64];
    dynox_error err = {0};
    if (live_setup(state) != 0) return -1;
    const char *host = strstr(live_endpoint(), "://");
    faultserver_start(&faults, host ? host + 3 : live_endpoint());
    through = dynox_client_new(.endpoint = faults.url, .attempt_timeout_ms = 1000, .error = &err);
    if (!through) live_fail(__FILE__, __LINE__, &err);
    snprintf(names[0], sizeof names[0], "%s", live_table("soak-accounts"));
    snprintf(names[1], sizeof names[1], "%s", live_table("soak-ledger"));
    accounts = names[0];
    ledger   = names[1];
    live_ok(dynox_sync_create_table(live, accounts, {"pk", DYNOX_N}, .error = &err), &err);
    live_ok(dynox_sync_wait_for_table_active(live, accounts, .poll_ms = 20, .error = &err), &err);
    live_create(ledger, false);
    for (int i = 0; i < ACCOUNTS; i++)
        live_ok(dynox_sync_put_item(live, accounts, DYNOX_ITEM("pk", i, "cents", START), .error = &err), &err);
    return 0;
}

static int teardown(void **state)
{
    dynox_client_free(through);
    faultserver_stop(&faults);
    dynox_sync_delete_table(live, accounts);
    dynox_sync_delete_table(live, ledger);
    return live_teardown(state);
}

static void read_balances(int64_t balances[ACCOUNTS])
{
    dynox_error   err    = {0};
    int           found  = 0;
    dynox_stream *stream = dynox_scan(live, accounts, .consistent_read = true);
    for (const dynox_item *item; (item = dynox_sync_stream_next(stream, &err)); found++)
        balances[dynox_get_int(item, "pk")] = dynox_get_int(item, "cents");
    if (err.status != DYNOX_OK) live_fail(__FILE__, __LINE__, &err);
    dynox_stream_free(stream);
    assert_int_equal(found, ACCOUNTS);
}

/* Takes every transfer in the ledger back, and marks it as seen. */
static size_t take_back(int64_t balances[ACCOUNTS], teller tellers[THREADS])
{
    enum { SEEN = 128 };
    dynox_error   err    = {0};
    size_t        count  = 0;
    dynox_stream *stream = dynox_scan(live, ledger, .consistent_read = true);
    for (const dynox_item *item; (item = dynox_sync_stream_next(stream, &err)); count++) {
        int teller_number, number;
        if (sscanf(dynox_get_string(item, "pk"), "transfer-%d-%d", &teller_number, &number) != 2) fail();
        unsigned char *came_to = &tellers[teller_number].fates[number];
        if (*came_to == REFUSED) fail_msg("%s was refused, and is there", dynox_get_string(item, "pk"));
        assert_true(!(*came_to & SEEN));
        *came_to |= SEEN;
        balances[dynox_get_int(item, "from")] += dynox_get_int(item, "cents");
        balances[dynox_get_int(item, "to")] -= dynox_get_int(item, "cents");
    }
    if (err.status != DYNOX_OK) live_fail(__FILE__, __LINE__, &err);
    dynox_stream_free(stream);
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < tellers[t].count; i++)
            if (tellers[t].fates[i] == ACKNOWLEDGED)
                fail_msg("transfer-%d-%d was acknowledged, and is not there", t, i);
    return count;
}

/* ---- the fire ---- */

static int64_t seconds(void)
{
    const char *text  = getenv("DYNOX_SOAK_SECONDS");
    int64_t     asked = text ? strtoll(text, NULL, 10) : 0;
    return asked > 0 ? asked : 12;
}

static void break_the_way(void)
{
    static const char *const plans[] = {
        "reset after x20",
        "throttle x5",
        "cut 1 x9, cutrst 0 x9, cuthead 40 x9",
        "status 400 TransactionCanceledException x6",
        "reset before x9",
        "status 400 TransactionInProgressException x4",
        "none x20, reset after x20",
        "status 500 InternalServerError x9, badcrc x9",
        "delay 30 x20, stall 1 x1",
        "empty x9, garble x9, reset after x9",
        "status 503 x3, throttle ProvisionedThroughputExceededException x3",
        "silent x1, reset connect x2",
        "none",
    };
    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (time_t)seconds();
    for (size_t i = 0;; i++) {
        faultserver_say(&faults, plans[i % (sizeof plans / sizeof *plans)]);
        usleep(100000);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec)) break;
    }
    faultserver_say(&faults, "none");
}

/* Row 117. */
static void no_cent_is_lost_and_no_acknowledged_transfer(void **state)
{
    (void)state;
    static teller tellers[THREADS];
    pthread_t     threads[THREADS];
    int64_t       balances[ACCOUNTS], sum = 0;
    size_t        count[3] = {0}, again = 0;
    for (int i = 0; i < THREADS; i++) {
        tellers[i]       = (teller){.number = i, .random = (unsigned)(i + 1) * 2654435761u};
        tellers[i].fates = calloc(MOST_TRANSFERS / THREADS, 1);
        assert_non_null(tellers[i].fates);
        assert_int_equal(pthread_create(&threads[i], NULL, work, &tellers[i]), 0);
    }
    break_the_way();
    atomic_store(&over, true);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        if (tellers[i].wrong[0]) fail_msg("%s", tellers[i].wrong);
        for (int k = 0; k < tellers[i].count; k++)
            count[tellers[i].fates[k]]++;
        again += tellers[i].again;
    }
    read_balances(balances);
    for (int i = 0; i < ACCOUNTS; i++) {
        assert_true(balances[i] >= 0);
        sum += balances[i];
    }
    size_t in_ledger = take_back(balances, tellers);
    print_message("%zu transfers acknowledged, %zu refused, %zu unknown, %zu in the ledger; %zu commits repeated\n",
                  count[ACKNOWLEDGED], count[REFUSED], count[UNKNOWN], in_ledger, again);
    assert_int_equal(sum, ACCOUNTS * START);
    for (int i = 0; i < ACCOUNTS; i++)
        assert_int_equal(balances[i], START); /* each transfer in the ledger was made once, and no other */
    assert_true(count[ACKNOWLEDGED] > 0 && faultserver_count(&faults, "faults") > 100);
    for (int i = 0; i < THREADS; i++)
        free(tellers[i].fates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_cent_is_lost_and_no_acknowledged_transfer)};
    live_endpoint();
    return cmocka_run_group_tests_name("soak", tests, setup, teardown);
}
