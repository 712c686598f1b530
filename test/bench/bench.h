/* What the benchmarks of the network share: a server in a process of its own, reference clients behind one function
 * type, and a fresh process for each run, so that CPU time and memory are those of one client and nothing else. */
#ifndef DYNOX_TEST_BENCH_H
#define DYNOX_TEST_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Answers every request with the same answer after a fixed delay. */
typedef struct bench_server {
    pid_t    pid;
    uint16_t port;
    char     ca_path[64];     /* with TLS: whom to trust; else empty */
    char     bundle_path[64]; /* with TLS: the same beside the authorities of the system, if it has a bundle */
} bench_server;

typedef struct bench_server_args {
    bool        tls;
    int         delay_ms;            /* of each answer */
    int         handshake_ms;        /* after a connection was accepted, before it is looked at */
    int         late_every, late_ms; /* each so-manieth answer is that late; 0: none is */
    const char *answer;              /* its body; NULL: that item */
} bench_server_args;

bool bench_server_start_with(bench_server *server, const bench_server_args *args);
#define bench_server_start(server, ...) bench_server_start_with((server), &(bench_server_args){__VA_ARGS__})
void bench_server_stop(bench_server *server);

/* What a client has to do. */
typedef struct bench_load {
    const bench_server *server;
    bool                tls;
    const char         *ca_file;
    const char         *request; /* as it goes over the wire */
    size_t              request_size;
    size_t              in_flight;
    bool                all_cores;
    size_t              warm_up; /* requests before measuring begins */
    size_t              total;   /* measured ones */
} bench_load;

typedef struct bench_result {
    double   cpu_us;  /* of the whole process, per measured request */
    double   wall_ms; /* of all measured requests */
    double   rss_kib; /* more than before the client began, per request in flight */
    size_t   failures;
    uint64_t requests; /* that left, where it matters */
} bench_result;

/* Runs the load. False: it could not. */
typedef bool (*bench_client)(const bench_load *load, bench_result *result);

bool bench_raw(const bench_load *load, bench_result *result);      /* client_raw.c: the limit */
bool bench_engine(const bench_load *load, bench_result *result);   /* client_engine.c: our transport, bare */
bool bench_blocking(const bench_load *load, bench_result *result); /* client_blocking.c: what most programs do */

bool bench_each(const bench_load *load, bench_result *result); /* client_each.c: a connection for each request */

/* A GetItem as it would be sent, without a real signature. */
extern const char bench_get_item[];
size_t            bench_get_item_size(void);

/* For clients: called when measuring begins and when it ends; the second fills the result. Any thread. */
typedef struct bench_clock {
    int64_t cpu_ns, wall_ns;
    double  rss_kib; /* at bench_begin */
} bench_clock;
double bench_rss_kib(void);
void   bench_begin(bench_clock *clock);
void   bench_end(const bench_clock *clock, const bench_load *load, double rss_before_kib, bench_result *result);

/* Runs the client in a process of its own, on the first core if the server can have another: the best of `repeats` by
 * CPU time. */
bool bench_run(bench_client client, const bench_load *load, int repeats, bench_result *result);

#endif
