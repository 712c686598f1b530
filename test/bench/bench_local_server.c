/* dynox local over HTTP beside dynoxide: gets and puts with 64 in flight, each server alone on one core and the load on
 * another. What counts is the server's CPU time of a request, as a ratio: other programs on the machine matter less to
 * it than to requests a second.
 *
 *     bench_local_server [DYNOX [DYNOXIDE]]
 *
 * DYNOX: the command; else the one of this build. DYNOXIDE: else what peers.py has or fetches. */
#define _GNU_SOURCE
#include "bench.h"
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { IN_FLIGHT = 64, TOTAL = 20000, REPEATS = 3, KEPT = 100 };

static const char create[] = "{\"TableName\":\"bench\",\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}],"
                             "\"AttributeDefinitions\":["
                             "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}";
static const char get[]    = "{\"TableName\":\"bench\",\"Key\":{\"pk\":{\"S\":\"key-00000001\"}}}";
static const char put[] =
    "{\"TableName\":\"bench\",\"Item\":{\"pk\":{\"S\":\"key-00000001\"},\"views\":{\"N\":\"1234\"},\"tags\":{\"SS\":["
    "\"a\",\"b\",\"c\"]},\"text\":{\"S\":\"I want to update multiple items in a single call. What is the best way to "
    "do "
    "that, and how much of it is paid?\"}}}";

typedef struct measured {
    double rate, cpu_us, rss_mib, start_ms;
} measured;

static size_t write_request(char *to, size_t room, const char *operation, const char *body)
{
    char      date[32];
    time_t    now = time(NULL);
    struct tm parts;
    strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    return (size_t)snprintf(to, room,
                            "POST / HTTP/1.1\r\nHost: localhost:8000\r\nContent-Type: application/x-amz-json-1.0\r\n"
                            "X-Amz-Target: DynamoDB_20120810.%s\r\nX-Amz-Date: %s\r\nAuthorization: AWS4-HMAC-SHA256 "
                            "Credential=AKIAIOSFODNN7EXAMPLE/%.8s/us-east-1/dynamodb/aws4_request, "
                            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                            "Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
                            "User-Agent: bench/1\r\nContent-Length: %zu\r\n\r\n%s",
                            operation, date, date, strlen(body), body);
}

/* User and system time of a process. */
static double cpu_us(pid_t pid)
{
    char          path[64];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    if (fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) user = 0;
    fclose(file);
    return (double)(user + system) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

static double rss_mib(pid_t pid)
{
    char path[64];
    long pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size    = sizeof address;
    int                probe   = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(probe, (struct sockaddr *)&address, size) != 0 ||
        getsockname(probe, (struct sockaddr *)&address, &size) != 0)
        abort();
    close(probe);
    return ntohs(address.sin_port);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool reachable(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int  fd    = socket(AF_INET, SOCK_STREAM, 0);
    bool right = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return right;
}

/* `before`: what stands between the program and its port; `file`: an option that names the file that keeps everything,
 * or NULL. */
static bool start(bench_server *server, const char *program, const char *before, const char *file, double *start_ms)
{
    char   port[8];
    double begun = now_ms();
    *server      = (bench_server){.port = free_port()};
    snprintf(port, sizeof port, "%u", (unsigned)server->port);
    server->pid = fork();
    if (server->pid == 0) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(1, &cores);
        sched_setaffinity(0, sizeof cores, &cores); /* fails on one core: no matter */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!freopen("/dev/null", "w", stdout)) _exit(1);
        execl(program, program, before, "--port", port, file, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; server->pid > 0 && i < 20000 && waitpid(server->pid, NULL, WNOHANG) == 0; i++) {
        if (reachable(server->port)) {
            *start_ms = now_ms() - begun;
            return true;
        }
        usleep(500);
    }
    return false;
}

static void end(bench_server *server)
{
    if (server->pid > 0) kill(server->pid, SIGKILL);
    if (server->pid > 0) waitpid(server->pid, NULL, 0);
}

static bool load(const bench_server *server, const char *operation, const char *body, size_t total, int repeats,
                 measured *to)
{
    char       request[4096];
    bench_load load = {
        .server = server, .request = request, .in_flight = IN_FLIGHT, .warm_up = total / 20, .total = total};
    bench_result result = {0};
    load.request_size   = write_request(request, sizeof request, operation, body);
    for (int i = 0; i < repeats; i++) {
        double before = cpu_us(server->pid);
        if (!bench_run(bench_raw, &load, 1, &result)) return false;
        double rate = (double)total / result.wall_ms * 1e3,
               cpu  = (cpu_us(server->pid) - before) / (double)(total + total / 20);
        if (rate > to->rate) to->rate = rate;
        if (i == 0 || cpu < to->cpu_us) to->cpu_us = cpu;
    }
    return true;
}

static bool measure(const char *program, const char *before, measured *gets, measured *puts)
{
    char         request[4096];
    bench_result result = {0};
    bench_server server;
    bool         right = start(&server, program, before, NULL, &gets->start_ms);
    bench_load   once  = {.server = &server, .request = request, .in_flight = 1, .total = 1};
    gets->rss_mib      = right ? rss_mib(server.pid) : 0;
    once.request_size  = write_request(request, sizeof request, "CreateTable", create);
    right = right && bench_run(bench_raw, &once, 1, &result) && load(&server, "PutItem", put, TOTAL, REPEATS, puts) &&
            load(&server, "GetItem", get, TOTAL, REPEATS, gets);
    end(&server);
    return right;
}

/* Puts that are kept in a file of a folder that is removed afterwards. */
static bool measure_kept(const char *program, const char *before, const char *option, measured *puts)
{
    char folder[] = "/tmp/dynox-bench-XXXXXX", file[128], request[4096], remove[64];
    if (!mkdtemp(folder)) return false;
    snprintf(file, sizeof file, "%s=%s/kept.db", option, folder);
    snprintf(remove, sizeof remove, "rm -r %s", folder);
    bench_result result = {0};
    bench_server server;
    bool         right = start(&server, program, before, file, &puts->start_ms);
    bench_load   once  = {.server = &server, .request = request, .in_flight = 1, .total = 1};
    once.request_size  = write_request(request, sizeof request, "CreateTable", create);
    right = right && bench_run(bench_raw, &once, 1, &result) && load(&server, "PutItem", put, KEPT, 1, puts);
    end(&server);
    return system(remove) == 0 && right;
}

static void show(const char *name, const measured *ours, const measured *theirs)
{
    printf(
        "%-5s dynox %7.0f/s %6.2f us CPU   dynoxide %7.0f/s %6.2f us CPU   ratio %.1f of CPU, %.1f of rate (at least "
        "4)\n",
        name, ours->rate, ours->cpu_us, theirs->rate, theirs->cpu_us, theirs->cpu_us / ours->cpu_us,
        ours->rate / theirs->rate);
}

/* The last word of what peers.py prints. */
static const char *find_dynoxide(void)
{
    static char line[4096];
    FILE       *pipe  = popen("python3 test/tools/peers.py get dynoxide", "r");
    char       *space = NULL;
    if (pipe && fgets(line, sizeof line, pipe)) space = strchr(line, ' ');
    if (pipe) pclose(pipe);
    if (!space) return NULL;
    space[strcspn(space, "\n")] = 0;
    return space + 1;
}

int main(int count, char **arguments)
{
    measured    gets = {0}, puts = {0}, their_gets = {0}, their_puts = {0}, kept = {0}, their_kept = {0};
    const char *dynox  = count > 1 ? arguments[1] : "build/release/dynox";
    const char *theirs = count > 2 ? arguments[2] : find_dynoxide();
    if (!measure(dynox, "local", &gets, &puts)) {
        fprintf(stderr, "%s local cannot be measured\n", dynox);
        return 1;
    }
    if (!theirs || !measure(theirs, "serve", &their_gets, &their_puts)) {
        printf("SKIP: dynoxide is not here\n");
        return 0;
    }
    show("gets", &gets, &their_gets);
    show("puts", &puts, &their_puts);
    printf("start dynox %.1f ms, dynoxide %.1f ms; idle memory dynox %.1f MiB (under 4), dynoxide %.1f MiB\n",
           gets.start_ms, their_gets.start_ms, gets.rss_mib, their_gets.rss_mib);
    fflush(stdout);
    if (measure_kept(dynox, "local", "--db", &kept) && measure_kept(theirs, "serve", "--db-path", &their_kept))
        printf("puts into a file: dynox %.0f/s, dynoxide %.0f/s, ratio %.1f (at least 2)\n", kept.rate, their_kept.rate,
               kept.rate / their_kept.rate);
    return 0;
}
