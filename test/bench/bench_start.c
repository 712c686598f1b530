/* What the first answer of a process costs: from exec to the answer, beside the same program that says at once that it
 * is there, which is what the loader needs for libcurl, OpenSSL and all that they bring; and beside one that begins
 * these two libraries before it says so, which nobody who uses TLS can do without.
 *
 *     bench_start [--check]      exit with 1 if the bar is missed */
#define _GNU_SOURCE
#include "bench.h"
#include <curl/curl.h>
#include <dynox/dynox.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPEATS = 40, SAID = 3 /* the descriptor on which a child says that it is there */ };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool say(void)
{
    return write(SAID, "x", 1) == 1;
}

/* ---- the child ---- */

static bool get(dynox_client *client)
{
    dynox_error  err  = {0};
    dynox_item  *item = NULL;
    dynox_status done = dynox_sync_get_item(
        client, "Thread", DYNOX_ITEM("ForumName", "Amazon DynamoDB", "Subject", "How do I update multiple items?"),
        .out = &item, .error = &err);
    if (done != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_item_free(item);
    return done == DYNOX_OK;
}

static int begin_libraries(void)
{
    bool     good   = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    EVP_MD  *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    SSL_CTX *tls    = SSL_CTX_new(TLS_client_method());
    return good && sha256 && tls && say() ? 0 : 1; /* what they made ends with the process */
}

static dynox_client *make_client(const char *endpoint, const char *ca_file)
{
    return dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "AKIDEXAMPLE",
                            .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                            .ca_file    = *ca_file ? ca_file : NULL);
}

static int be_child(const char *endpoint, const char *ca_file)
{
    dynox_client *client = make_client(endpoint, ca_file);
    bool          good   = client && get(client) && say();
    dynox_client_free(client);
    return good ? 0 : 1;
}

/* ---- the parent ---- */

/* From exec until it says so; the best of many, since nothing makes it quicker than it is. */
static double start(char *const args[])
{
    extern char **environ;
    double        best = -1;
    for (int i = 0; i < REPEATS; i++) {
        int                        ends[2], status = 1;
        char                       byte;
        pid_t                      child;
        posix_spawn_file_actions_t actions;
        if (pipe(ends) != 0) return -1;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], SAID);
        double begin = now_ms();
        bool   began = posix_spawn(&child, "/proc/self/exe", &actions, NULL, args, environ) == 0;
        close(ends[1]);
        bool   said = began && read(ends[0], &byte, 1) == 1;
        double took = now_ms() - begin;
        close(ends[0]);
        posix_spawn_file_actions_destroy(&actions);
        if (began) waitpid(child, &status, 0);
        if (!said || status != 0) return -1;
        if (best < 0 || took < best) best = took;
    }
    return best;
}

/* The handshake included, if there is one, as a round trip of its own: what a warm process needs on a new connection.
 */
static double round_trip(const char *endpoint, const char *ca_file)
{
    double best = -1;
    for (int i = 0; i < REPEATS; i++) {
        dynox_client *client = make_client(endpoint, ca_file);
        double        begin  = now_ms();
        bool          good   = client && get(client);
        double        took   = now_ms() - begin;
        dynox_client_free(client);
        if (!good) return -1;
        if (best < 0 || took < best) best = took;
    }
    return best;
}

static bool measure(const char *name, double empty, double begun, bool tls)
{
    bench_server server;
    char         endpoint[64];
    if (!bench_server_start(&server, .tls = tls)) return false;
    snprintf(endpoint, sizeof endpoint, "%s://127.0.0.1:%u", tls ? "https" : "http", (unsigned)server.port);
    char *const args[] = {"bench_start", "--child", endpoint, server.ca_path, NULL};
    double      first = start(args), trip = round_trip(endpoint, server.ca_path);
    bench_server_stop(&server);
    double ratio = (first - trip) / empty;
    bool   held  = first > 0 && trip > 0 && ratio <= 1.3;
    printf("%-8s exec to first answer %6.2f ms, of that warm, on a new connection, %5.2f ms\n", name, first, trip);
    printf("    the rest / an empty program %36.2f (at most 1.3)%s\n", ratio, held ? "" : "   MISSED");
    printf("    the rest / one that begins libcurl and OpenSSL %17.2f\n", (first - trip) / begun);
    return held;
}

int main(int count, char **args)
{
    if (count == 2 && strcmp(args[1], "--empty") == 0) return say() ? 0 : 1;
    if (count == 2 && strcmp(args[1], "--libraries") == 0) return begin_libraries();
    if (count == 4 && strcmp(args[1], "--child") == 0) return be_child(args[2], args[3]);
    char *const empty_args[] = {"bench_start", "--empty", NULL};
    char *const begun_args[] = {"bench_start", "--libraries", NULL};
    double      empty = start(empty_args), begun = start(begun_args);
    printf("an empty program, linked to the same libraries, %6.2f ms; one that begins them, %.2f ms\n", empty, begun);
    bool plain = measure("plain", empty, begun, false), tls = measure("TLS", empty, begun, true);
    return count > 1 && strcmp(args[1], "--check") == 0 && !(plain && tls) ? 1 : 0;
}
