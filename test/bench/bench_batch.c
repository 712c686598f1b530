/* Batches and transactions beside the plainest loop that gives the same result, over the same server. Every comparison
 * is of one run.
 *
 *     bench_batch [--check] [write | writer | transfer]      --check: exit with 1 if a bar is missed */
#define _GNU_SOURCE
#include "bench.h"
#include <dynox/dynox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS = 20000, ONE_BY_ONE = 100 /* of them: the rest takes as long each */, TRANSFERS = 100 };

static int missed;

static void bar(const char *what, double value, double least)
{
    bool held = value >= least;
    if (!held) missed++;
    printf("    %-52s %8.2f (at least %g)%s\n", what, value, least, held ? "" : "   MISSED");
}

static dynox_client *make_client(const bench_load *load)
{
    char        endpoint[64];
    dynox_error err = {0};
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u", load->server->port);
    dynox_client *client = dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "AKIDEXAMPLE",
                                            .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", .error = &err);
    if (!client) dynox_error_print(stderr, &err);
    return client;
}

/* What it came to, and how many requests that took. */
static bool over(dynox_client *client, dynox_status status, const bench_clock *clock, const bench_load *load,
                 bench_result *result)
{
    dynox_client_stats stats;
    bench_end(clock, load, 0, result);
    dynox_client_get_stats(client, &stats);
    result->requests = stats.requests;
    if (status != DYNOX_OK) fprintf(stderr, "%s\n", dynox_status_text(status));
    dynox_client_free(client);
    return status == DYNOX_OK;
}

#define ROW(number) DYNOX_ITEM("pk", (number), "name", "Ada Lovelace", "city", "London", "born", 1815)

static bool run_one_by_one(const bench_load *load, bench_result *result)
{
    bench_clock   clock;
    dynox_status  status = DYNOX_OK;
    dynox_client *client = make_client(load);
    if (!client) return false;
    bench_begin(&clock);
    for (size_t i = 0; i < load->total && status == DYNOX_OK; i++)
        status = dynox_sync_put_item(client, "people", ROW((int64_t)i));
    return over(client, status, &clock, load, result);
}

/* All of them in an array, as a program has them that does not use the writer. */
static bool run_batch(const bench_load *load, bench_result *result)
{
    bench_clock   clock;
    dynox_client *client = make_client(load);
    dynox_write  *writes = calloc(load->total, sizeof *writes);
    dynox_item  **items  = calloc(load->total, sizeof *items);
    if (!client || !writes || !items) return false;
    bench_begin(&clock);
    for (size_t i = 0; i < load->total; i++) {
        items[i]  = dynox_item_copy(ROW((int64_t)i));
        writes[i] = DYNOX_PUT("people", items[i], .key = {"pk"});
    }
    dynox_status status = dynox_sync_batch_write(client, ((dynox_writes){writes, load->total}));
    for (size_t i = 0; i < load->total; i++)
        dynox_item_free(items[i]);
    free(items);
    free(writes);
    return over(client, status, &clock, load, result);
}

static bool run_writer(const bench_load *load, bench_result *result)
{
    bench_clock         clock;
    dynox_status        status = DYNOX_OK;
    dynox_client       *client = make_client(load);
    dynox_batch_writer *writer = dynox_batch_writer_new(client);
    if (!client || !writer) return false;
    bench_begin(&clock);
    for (size_t i = 0; i < load->total && status == DYNOX_OK; i++)
        status = dynox_sync_batch_writer_add(writer, DYNOX_PUT("people", ROW((int64_t)i), .key = {"pk"}), NULL);
    if (status == DYNOX_OK) status = dynox_sync_batch_writer_close(writer, NULL);
    dynox_batch_writer_free(writer);
    return over(client, status, &clock, load, result);
}

#define ADA DYNOX_ITEM("pk", "ada")
#define BOB DYNOX_ITEM("pk", "bob")
#define TAKE DYNOX_EXPR("SET cents = cents - ?", 10)
#define GIVE DYNOX_EXPR("SET cents = cents + ?", 10)

/* Two updates, as whoever has no transactions writes them. */
static bool run_updates(const bench_load *load, bench_result *result)
{
    bench_clock   clock;
    dynox_status  status = DYNOX_OK;
    dynox_client *client = make_client(load);
    if (!client) return false;
    bench_begin(&clock);
    for (size_t i = 0; i < load->total && status == DYNOX_OK; i++) {
        status = dynox_sync_update_item(client, "accounts", ADA, TAKE, .condition = DYNOX_EXPR("cents >= ?", 10));
        if (status == DYNOX_OK) status = dynox_sync_update_item(client, "accounts", BOB, GIVE);
    }
    return over(client, status, &clock, load, result);
}

static bool run_transactions(const bench_load *load, bench_result *result)
{
    bench_clock   clock;
    dynox_status  status = DYNOX_OK;
    dynox_client *client = make_client(load);
    if (!client) return false;
    bench_begin(&clock);
    for (size_t i = 0; i < load->total && status == DYNOX_OK; i++)
        status = dynox_sync_transact_write(
            client, DYNOX_WRITES(DYNOX_UPDATE("accounts", ADA, TAKE, .condition = DYNOX_EXPR("cents >= ?", 10)),
                                 DYNOX_UPDATE("accounts", BOB, GIVE)));
    return over(client, status, &clock, load, result);
}

static bench_result measure(const char *name, bench_client run, const bench_server *server, size_t total)
{
    bench_load   load   = {.server = server, .in_flight = 1, .total = total};
    bench_result result = {0};
    if (!bench_run(run, &load, 1, &result)) {
        printf("%-40s failed\n", name);
        missed++;
        return (bench_result){.wall_ms = 1e12, .cpu_us = 1e12, .requests = UINT64_MAX};
    }
    printf("%-40s %7.1f us CPU each %9.1f ms %7llu requests\n", name, result.cpu_us, result.wall_ms,
           (unsigned long long)result.requests);
    return result;
}

static double scaled(double of_few)
{
    return of_few * ITEMS / ONE_BY_ONE;
}

static void compare(const char *name, bench_client run)
{
    bench_server server;
    if (!bench_server_start(&server, .delay_ms = 50, .answer = "{}")) return;
    bench_result one   = measure("put_item one by one, 100 of 20000, 50 ms", run_one_by_one, &server, ONE_BY_ONE);
    bench_result batch = measure(name, run, &server, ITEMS);
    bar("fewer requests, times", scaled((double)one.requests) / (double)batch.requests, 5);
    bar("less wall time, times", scaled(one.wall_ms) / batch.wall_ms, 5);
    bench_server_stop(&server);
    if (!bench_server_start(&server, .answer = "{}")) return;
    one   = measure("put_item one by one, no delay", run_one_by_one, &server, ITEMS);
    batch = measure(name, run, &server, ITEMS);
    bar("less CPU an item, times", one.cpu_us / batch.cpu_us, 2);
    bench_server_stop(&server);
}

static void write_all(void)
{
    compare("batch_write of 20000", run_batch);
}

static void write_as_they_come(void)
{
    compare("batch writer, 20000", run_writer);
}

static void transfer(void)
{
    bench_server server;
    if (!bench_server_start(&server, .delay_ms = 50, .answer = "{}")) return;
    bench_result two = measure("two update_item, 50 ms", run_updates, &server, TRANSFERS);
    bench_result one = measure("one transact_write, 50 ms", run_transactions, &server, TRANSFERS);
    bar("fewer requests, times", (double)two.requests / (double)one.requests, 2);
    bar("less wall time, times", two.wall_ms / one.wall_ms, 1.8);
    bench_server_stop(&server);
    if (!bench_server_start(&server, .answer = "{}")) return;
    two = measure("two update_item, no delay", run_updates, &server, ITEMS);
    one = measure("one transact_write, no delay", run_transactions, &server, ITEMS);
    bar("less CPU a transfer, times", two.cpu_us / one.cpu_us, 1.3);
    bench_server_stop(&server);
}

int main(int count, char **args)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[]         = {{"write", write_all}, {"writer", write_as_they_come}, {"transfer", transfer}};
    bool        check = count > 1 && strcmp(args[1], "--check") == 0;
    const char *only  = count > 1 + check ? args[1 + check] : NULL;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!only || strcmp(only, parts[i].name) == 0) parts[i].run();
    return check && missed ? 1 : 0;
}
