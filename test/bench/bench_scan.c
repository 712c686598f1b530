/* A scan of several segments at once beside the plainest loop over the same server: page by page, one after the other.
 * Both read every item and add up one number of each. What counts is how long it takes, and how much memory at most: of
 * a table of 100 MB and of one four times as large.
 *
 *     bench_scan [--check]      --check: exit with 1 if a bar is missed */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dynox/dynox.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ITEMS = 1000, TEXT = 900, PAGE_MS = 50, SEGMENTS = 8, REPEATS = 3 };

/* ---- the server: pages of 1 MB, each PAGE_MS after it was asked for. The table's name says how many it has ---- */

static char  *items;
static size_t items_size;

static void make_items(void)
{
    size_t room = ITEMS * (TEXT + 80) + 64;
    items       = malloc(room);
    if (!items) abort();
    items_size = (size_t)snprintf(items, room, "{\"Items\":[");
    for (int i = 0; i < ITEMS; i++)
        items_size +=
            (size_t)snprintf(items + items_size, room - items_size,
                             "%s{\"pk\":{\"S\":\"USER#%06d\"},\"n\":{\"N\":\"%d\"},\"text\":{\"S\":\"%0*d\"}}",
                             i ? "," : "", i, i, TEXT, i);
}

static long number_after(const char *text, const char *mark, long otherwise)
{
    const char *at = strstr(text, mark);
    return at ? strtol(at + strlen(mark), NULL, 10) : otherwise;
}

static bool send_all(int fd, const char *data, size_t size)
{
    while (size) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool answer(int fd, const char *request)
{
    char head[200], tail[120];
    long pages    = number_after(request, "\"TableName\":\"t", 1) / number_after(request, "\"TotalSegments\":", 1);
    long page     = number_after(request, "\"ExclusiveStartKey\":{\"pk\":{\"S\":\"", 0) + 1;
    char last[60] = "";
    if (page < pages) snprintf(last, sizeof last, ",\"LastEvaluatedKey\":{\"pk\":{\"S\":\"%ld\"}}", page);
    int used = snprintf(tail, sizeof tail, "],\"Count\":%d,\"ScannedCount\":%d%s}", ITEMS, ITEMS, last);
    nanosleep(&(struct timespec){.tv_nsec = PAGE_MS * 1000000}, NULL);
    int head_size = snprintf(
        head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %zu\r\n\r\n",
        items_size + (size_t)used);
    return send_all(fd, head, (size_t)head_size) && send_all(fd, items, items_size) && send_all(fd, tail, (size_t)used);
}

static void *serve_one(void *arg)
{
    int    fd = (int)(intptr_t)arg, one = 1;
    char   request[4096];
    size_t size = 0;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (;;) {
        ssize_t got = recv(fd, request + size, sizeof request - 1 - size, 0);
        if (got <= 0) break;
        size += (size_t)got;
        request[size]   = 0;
        const char *end = strstr(request, "\r\n\r\n");
        size_t whole    = end ? (size_t)(end - request) + 4 + (size_t)number_after(request, "Content-Length: ", 0) : 0;
        if (!end || size < whole) continue;
        size = 0; /* a client waits for the answer before it asks again */
        if (!answer(fd, request)) break;
    }
    close(fd);
    return NULL;
}

static pid_t start_server(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t          size    = sizeof address;
    int                fd      = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, 64) ||
        getsockname(fd, (struct sockaddr *)&address, &size))
        return -1;
    *port     = ntohs(address.sin_port);
    pid_t pid = fork();
    if (pid) {
        close(fd);
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    make_items();
    for (int line; (line = accept(fd, NULL, NULL)) >= 0;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)line)) break;
        pthread_detach(thread);
    }
    _exit(0);
}

/* ---- the clients ---- */

typedef int64_t scan_fn(dynox_client *client, const char *table, dynox_error *error);

static int64_t scan_page_by_page(dynox_client *client, const char *table, dynox_error *error)
{
    int64_t     sum = 0;
    dynox_page *page, *last = NULL;
    do {
        if (dynox_sync_scan_page(client, table, &page, .start_key = last ? last->last_key : NULL, .error = error))
            break;
        for (size_t i = 0; i < page->item_count; i++)
            sum += dynox_get_int(&page->items[i], "n");
        dynox_page_free(last);
        last = page;
    } while (page->last_key);
    dynox_page_free(last);
    return sum;
}

static int64_t scan_in_parallel(dynox_client *client, const char *table, dynox_error *error)
{
    int64_t sum = 0;
    DYNOX_SYNC_FOR_EACH(const dynox_item *, item, dynox_parallel_scan(client, table, SEGMENTS), error)
    sum += dynox_get_int(item, "n");
    return sum;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

typedef struct figures {
    double ms, peak_mib;
} figures;

/* In a process of its own, whose peak is known when it has ended. */
static bool run_once(scan_fn *scan, uint16_t port, int pages, figures *result)
{
    double start = now_ms();
    pid_t  pid   = fork();
    if (pid == 0) {
        char        endpoint[64], table[16];
        dynox_error error = {0};
        snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u", port);
        snprintf(table, sizeof table, "t%d", pages);
        dynox_client *client = dynox_client_new(.endpoint = endpoint, .region = "us-east-1", .access_key = "A",
                                                .secret_key = "s", .error = &error);
        int64_t       sum    = client ? scan(client, table, &error) : 0;
        if (error.status != DYNOX_OK) dynox_error_print(stderr, &error);
        dynox_client_free(client);
        _exit(error.status != DYNOX_OK || sum != (int64_t)pages * ITEMS * (ITEMS - 1) / 2);
    }
    int           status;
    struct rusage usage;
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0) return false;
    *result = (figures){now_ms() - start, (double)usage.ru_maxrss / 1024};
    return true;
}

static int missed;

/* The quickest of some runs, and the most that any of them needed. */
static figures measure(const char *name, scan_fn *scan, uint16_t port, int pages)
{
    figures best = {1e9, 0}, one = {0};
    for (int i = 0; i < REPEATS; i++) {
        if (!run_once(scan, port, pages, &one)) {
            printf("%-28s failed\n", name);
            missed++;
            return best;
        }
        if (one.ms < best.ms) best.ms = one.ms;
        if (one.peak_mib > best.peak_mib) best.peak_mib = one.peak_mib;
    }
    printf("%-28s %4d MB %8.0f ms, %5.1f MiB at most\n", name, pages, best.ms, best.peak_mib);
    return best;
}

static void bar(const char *what, double is, bool good)
{
    printf("    %-52s %5.2f  %s\n", what, is, good ? "good" : "MISSED");
    if (!good) missed++;
}

int main(int count, char **arguments)
{
    bool     check = count == 2 && strcmp(arguments[1], "--check") == 0;
    uint16_t port;
    pid_t    server = start_server(&port);
    if (server < 0) return 1;
    figures plain = measure("page by page", scan_page_by_page, port, 96);
    figures small = measure("8 segments at once", scan_in_parallel, port, 96);
    figures large = measure("8 segments at once", scan_in_parallel, port, 384);
    bar("times faster than page by page (3 or more)", plain.ms / small.ms, plain.ms / small.ms >= 3);
    bar("peak memory of 4 times as large a table (up to 1.2)", large.peak_mib / small.peak_mib,
        large.peak_mib / small.peak_mib <= 1.2);
    bar("peak memory against page by page (up to 4)", small.peak_mib / plain.peak_mib,
        small.peak_mib / plain.peak_mib <= 4); /* 8 pages on their way and one being read, against two */
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return check && missed ? 1 : 0;
}
