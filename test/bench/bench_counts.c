/* What a GetItem asks of the system and of the allocator: numbers that no other load on the machine changes. The
 * functions are counted by taking their place in this program, for the library, libcurl and OpenSSL alike.
 *
 *     bench_counts [--check]      exit with 1 if a limit is passed */
#define _GNU_SOURCE
#include "bench.h"
#include <dlfcn.h>
#include <dynox/dynox.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLOCKS, ALLOCATIONS, RECEIVES, READS, SENDS, WRITES, IOCTLS, WAITS, KINDS };
static _Atomic unsigned long counts[KINDS];

static void count(int kind)
{
    atomic_fetch_add_explicit(&counts[kind], 1, memory_order_relaxed);
}

/* ---- in the place of ---- */

#pragma GCC visibility push(default) /* or the libraries would not see them */

/* Looked up once; dlsym may allocate, so not for malloc. POSIX allows the pointer to be copied, C alone does not. */
#define FORWARD(name, ...)                                                                                             \
    static __typeof__(&(name)) next;                                                                                   \
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name);                                                              \
    return next(__VA_ARGS__)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *block, size_t size);

void *malloc(size_t size)
{
    count(ALLOCATIONS);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    count(ALLOCATIONS);
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size)
{
    count(ALLOCATIONS);
    return __libc_realloc(block, size);
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    count(CLOCKS);
    FORWARD(clock_gettime, id, now);
}

ssize_t recv(int fd, void *room, size_t size, int flags)
{
    count(RECEIVES);
    FORWARD(recv, fd, room, size, flags);
}

/* OpenSSL's */
ssize_t read(int fd, void *room, size_t size)
{
    count(READS);
    FORWARD(read, fd, room, size);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    count(SENDS);
    FORWARD(send, fd, bytes, size, flags);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
    count(WAITS);
    FORWARD(epoll_wait, fd, events, most, timeout);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    count(WRITES);
    FORWARD(write, fd, bytes, size);
}

int ioctl(int fd, unsigned long what, ...)
{
    va_list rest;
    va_start(rest, what);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    count(IOCTLS);
    FORWARD(ioctl, fd, what, argument);
}

#pragma GCC visibility pop

/* ---- the load ---- */

static dynox_future *start(dynox_client *client)
{
    return dynox_get_item(client, "Thread",
                          DYNOX_ITEM("ForumName", "Amazon DynamoDB", "Subject", "How do I update multiple items?"));
}

static bool finish(dynox_future *get)
{
    dynox_error  err  = {0};
    dynox_item  *item = NULL;
    dynox_status done = dynox_join(get, &item, .error = &err);
    if (done != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_item_free(item);
    return done == DYNOX_OK;
}

static void begin(unsigned long before[KINDS])
{
    for (int i = 0; i < KINDS; i++)
        before[i] = atomic_load(&counts[i]);
}

static bool pipeline(dynox_client *client, size_t in_flight, size_t total, unsigned long before[KINDS])
{
    dynox_future *gets[64];
    for (size_t i = 0; i < in_flight; i++)
        gets[i] = start(client);
    for (size_t i = 0; i < 2 * total; i++) {
        if (i == total) begin(before);
        if (!finish(gets[i % in_flight])) return false;
        if (i + in_flight < 2 * total) gets[i % in_flight] = start(client);
    }
    return true;
}

static bool one_by_one(dynox_client *client, size_t total, unsigned long before[KINDS])
{
    for (size_t i = 0; i < 2 * total; i++) {
        dynox_item *item = NULL;
        if (i == total) begin(before);
        if (dynox_sync_get_item(
                client, "Thread",
                DYNOX_ITEM("ForumName", "Amazon DynamoDB", "Subject", "How do I update multiple items?"),
                .out = &item) != DYNOX_OK)
            return false;
        dynox_item_free(item);
    }
    return true;
}

static int passed;

static void show(const char *what, double value, double limit)
{
    bool over = value > limit;
    passed += over;
    printf(" %s %.2f%s", what, value, over ? " (TOO MANY)" : "");
}

static void measure(const char *name, bool tls, size_t in_flight, const double limits[KINDS])
{
    enum { TOTAL = 5000 };
    static const char *const names[KINDS] = {"clock", "malloc", "recv", "read", "send", "write", "ioctl", "wait"};
    char                     endpoint[64];
    unsigned long            before[KINDS];
    bench_server             server;
    if (!bench_server_start(&server, .tls = tls)) exit(2);
    snprintf(endpoint, sizeof endpoint, "%s://127.0.0.1:%u", tls ? "https" : "http", (unsigned)server.port);
    dynox_client *client = dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "AKIDEXAMPLE",
                                            .secret_key      = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                            .max_connections = in_flight, .ca_file = tls ? server.ca_path : NULL);
    bool          done =
        client && (in_flight > 1 ? pipeline(client, in_flight, TOTAL, before) : one_by_one(client, TOTAL, before));
    printf("%-20s", name);
    for (int i = 0; i < KINDS; i++)
        show(names[i], (double)(atomic_load(&counts[i]) - before[i]) / TOTAL, limits[i]);
    printf("  a get%s\n", done ? "" : " FAILED");
    passed += !done;
    dynox_client_free(client);
    bench_server_stop(&server);
}

/* ---- records ---- */

typedef struct order {
    DYNOX_RECORD;
    const char *pk, *sk, *status, *address, *city;
    int64_t     quantity;
    double      total;
    time_t      created_at;
    bool        express;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk), DYNOX_SORT_KEY(order, sk),    DYNOX_STRING(order, status),
    DYNOX_DOUBLE(order, total),     DYNOX_INT(order, quantity),   DYNOX_DATETIME(order, created_at),
    DYNOX_BOOLEAN(order, express),  DYNOX_STRING(order, address), DYNOX_STRING(order, city),
};
DYNOX_MODEL(order, .table = "Orders")

static bool save(dynox_client *client)
{
    order one = {.pk         = "CUSTOMER#7919",
                 .sk         = "ORDER#17",
                 .status     = "shipped",
                 .total      = 129.99,
                 .quantity   = 17,
                 .created_at = 1767323045,
                 .express    = true,
                 .address    = "17 Long Acre, London",
                 .city       = "London"};
    return order_sync_save(client, &one, NULL) == DYNOX_OK;
}

static bool put(dynox_client *client)
{
    return dynox_sync_put_item(client, "Orders",
                               DYNOX_ITEM("pk", "CUSTOMER#7919", "sk", "ORDER#17", "status", "shipped", "total", 129.99,
                                          "quantity", 17, "created_at", "2026-01-02T03:04:05+00:00", "express",
                                          DYNOX_TRUE, "address", "17 Long Acre, London", "city", "London")) == DYNOX_OK;
}

/* Allocations of one. */
static double allocations_of(bool (*write)(dynox_client *client), dynox_client *client)
{
    enum { TOTAL = 2000 };
    unsigned long before[KINDS];
    bool          ok = true;
    for (int i = 0; i < 2 * TOTAL; i++) {
        if (i == TOTAL) begin(before);
        ok = ok && write(client);
    }
    passed += !ok;
    return (double)(atomic_load(&counts[ALLOCATIONS]) - before[ALLOCATIONS]) / TOTAL;
}

/* A save of a flat struct allocates no more than a put of the same data. */
static void measure_writes(void)
{
    char         endpoint[64];
    bench_server server;
    if (!bench_server_start(&server, .answer = "{}")) exit(2);
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u", (unsigned)server.port);
    dynox_client *client = dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "AKIDEXAMPLE",
                                            .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    if (!client) exit(2);
    double of_put = allocations_of(put, client);
    printf("%-20s malloc %.2f  a put;", "writes", of_put);
    show("malloc", allocations_of(save, client), of_put + 0.1);
    printf("  a save of a struct\n");
    dynox_client_free(client);
    bench_server_stop(&server);
}

int main(int argc, char **args)
{
    /* the clock: at the start, for the signature, for the answer's Date, and twice a turn, of which many calls share
     * one unless the machine is busy; the allocator: our three, and with TLS what the records of OpenSSL take */
    static const double one[KINDS]  = {[CLOCKS] = 5.5, [ALLOCATIONS] = 3.5, [RECEIVES] = 2.1, [READS] = 1.1,
                                       [SENDS] = 1.1,  [WRITES] = 0.3,      [IOCTLS] = 1.1,   [WAITS] = 1.3};
    static const double many[KINDS] = {[CLOCKS] = 6,  [ALLOCATIONS] = 3.5, [RECEIVES] = 2.1, [READS] = 1.1,
                                       [SENDS] = 1.1, [WRITES] = 1.1,      [IOCTLS] = 1.1,   [WAITS] = 1.6};
    static const double tls[KINDS]  = {[CLOCKS] = 6,  [ALLOCATIONS] = 10.5, [RECEIVES] = 2.2, [READS] = 1.1,
                                       [SENDS] = 1.1, [WRITES] = 1.1,       [IOCTLS] = 1.1,   [WAITS] = 1.6};
    measure("one in flight", false, 1, one);
    measure("64 in flight", false, 64, many);
    measure("64 in flight, TLS", true, 64, tls);
    measure_writes();
    return argc > 1 && strcmp(args[1], "--check") == 0 && passed ? 1 : 0;
}
