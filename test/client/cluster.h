/* A small scripted cluster: servers that all answer the same, each at a port of its own, and say who they are: the
 * request id of an answer is the port. They can be ended, begun again at their port, and told to behave badly. */
#ifndef DYNOX_TEST_CLUSTER_H
#define DYNOX_TEST_CLUSTER_H

#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>

enum { CLUSTER_MOST = 4 };

typedef enum cluster_mood { CLUSTER_FINE, CLUSTER_FAILS, CLUSTER_SLOW, CLUSTER_HANGS } cluster_mood;

typedef struct cluster_node {
    test_server *server; /* NULL: it is down */
    unsigned     port;
    int          reserved; /* a socket that keeps the port ours meanwhile */
    _Atomic int  mood;
    _Atomic int  puts, lists; /* requests: ordinary ones, and those for the list */
    _Atomic int  strange;     /* whose Host was another one's, or that were not signed */
} cluster_node;

static cluster_node  cluster[CLUSTER_MOST];
static char          cluster_nodes[256]; /* all of them, for .nodes */
static char *_Atomic cluster_list;       /* the body that /localnodes has; NULL: 404 */

static inline bool cluster_answer(test_line *line, const char *status, const char *body)
{
    char head[200];
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nx-amzn-RequestId: %u\r\n\r\n", status,
             strlen(body), line->server->port);
    return server_send(line, head) && server_send(line, body);
}

static inline bool cluster_put(test_line *line, cluster_node *node)
{
    char host[64];
    snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%u\r\n", node->port);
    if (!strstr(line->request, host) || !strstr(line->request, "SignedHeaders=content-type;host;"))
        atomic_fetch_add(&node->strange, 1);
    atomic_fetch_add(&node->puts, 1);
    switch (atomic_load(&node->mood)) {
    case CLUSTER_FAILS: return cluster_answer(line, "500 Oh", "{}");
    case CLUSTER_SLOW: server_sleep(20); break;
    case CLUSTER_HANGS: server_wait_closed(line); return false;
    default: break;
    }
    return cluster_answer(line, "200 OK", "{}");
}

static inline void cluster_script(test_line *line)
{
    cluster_node *node = line->server->context;
    while (server_read(line)) {
        bool        asks = strncmp(line->request, "GET /localnodes HTTP/1.1\r\n", 26) == 0;
        const char *list = atomic_load(&cluster_list);
        if (asks) atomic_fetch_add(&node->lists, 1);
        if (asks && list && strcmp(list, "silence") == 0) {
            server_wait_closed(line);
            return;
        }
        if (!(asks ? cluster_answer(line, list ? "200 OK" : "404 Not", list ? list : "no") : cluster_put(line, node)))
            return;
    }
}

static inline void cluster_reserve(cluster_node *node)
{
    struct sockaddr_in at   = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size = sizeof at;
    int                one  = 1;
    node->reserved          = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(node->reserved, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    assert_int_equal(bind(node->reserved, (struct sockaddr *)&at, size), 0);
    assert_int_equal(getsockname(node->reserved, (struct sockaddr *)&at, &size), 0);
    node->port = ntohs(at.sin_port);
}

static inline void cluster_up(size_t index)
{
    cluster_node *node = &cluster[index];
    atomic_store(&node->mood, CLUSTER_FINE);
    node->server = server_start_at(node->port, cluster_script, node, NULL);
}

static inline void cluster_down(size_t index)
{
    if (cluster[index].server) server_stop(cluster[index].server);
    cluster[index].server = NULL;
}

/* Index of the node with that request id. */
static inline size_t cluster_who(const char *request_id)
{
    for (size_t i = 0; i < CLUSTER_MOST; i++)
        if (cluster[i].port && strtoul(request_id, NULL, 10) == cluster[i].port) return i;
    fail_msg("who is \"%s\"?", request_id);
    return 0;
}

static inline int cluster_setup(void **state)
{
    size_t used = 0;
    (void)state;
    for (size_t i = 0; i < CLUSTER_MOST; i++) {
        cluster_reserve(&cluster[i]);
        cluster_up(i);
        used += (size_t)snprintf(cluster_nodes + used, sizeof cluster_nodes - used, "%shttp://127.0.0.1:%u",
                                 i ? ", " : "", cluster[i].port);
    }
    return 0;
}

static inline int cluster_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < CLUSTER_MOST; i++) {
        cluster_down(i);
        assert_int_equal(atomic_load(&cluster[i].strange), 0);
        close(cluster[i].reserved);
        memset(&cluster[i], 0, sizeof cluster[i]);
    }
    atomic_store(&cluster_list, NULL);
    return 0;
}

#define cluster_client(...)                                                                                            \
    dynox_client_new(.region = "eu-west-1", .access_key = "AKIDEXAMPLE", .secret_key = "secret", .proxy = "",          \
                     __VA_ARGS__)

/* One write; which node answered. It must succeed, after so many attempts at most. */
static inline size_t cluster_ask(dynox_client *client, const char *key, unsigned most_attempts)
{
    dynox_error error = {0};
    dynox_info  info  = {0};
    if (dynox_sync_put_item(client, "t", DYNOX_ITEM("pk", "x"), .node_key = key, .info = &info, .error = &error) !=
        DYNOX_OK)
        fail_msg("%s", error.message);
    assert_in_range(info.attempts, 1, most_attempts);
    size_t who = cluster_who(info.request_id);
    dynox_info_clear(&info);
    return who;
}

static inline void cluster_wait_resting(dynox_client *client, size_t nodes, size_t resting)
{
    dynox_client_stats stats;
    for (int tries = 0; tries < 20000; tries++) {
        cluster_ask(client, NULL, 4);
        dynox_client_get_stats(client, &stats);
        if (stats.nodes == nodes && stats.resting_nodes == resting) return;
        server_sleep(1);
    }
    fail_msg("there are %zu nodes, and %zu of them rest", stats.nodes, stats.resting_nodes);
}

#endif
