/* Endpoints as programs write them, up to what arrives at a server: the zone of an address stays here, and a path comes
 * as it was signed. */
#include "support.h"
#include <arpa/inet.h>
#include <dynox/dynox.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static int      listener = -1;
static unsigned port;
static char     request[4096];

/* Answers one request, and keeps its head. */
static void *serve(void *arg)
{
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 17\r\nConnection: close\r\n\r\n{\"TableNames\":[]}";
    int     fd   = accept(listener, NULL, NULL);
    size_t  used = 0;
    ssize_t got;
    (void)arg;
    if (fd < 0) return NULL;
    while (used + 1 < sizeof request && (got = recv(fd, request + used, sizeof request - 1 - used, 0)) > 0) {
        used += (size_t)got;
        request[used] = 0;
        if (strstr(request, "\r\n\r\n{}")) break;
    }
    if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) perror("send");
    close(fd);
    return NULL;
}

/* On ::1; false: this machine has no IPv6. */
static bool listen6(void)
{
    struct sockaddr_in6 at   = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t           size = sizeof at;
    listener                 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) return false;
    if (bind(listener, (struct sockaddr *)&at, size) != 0 || listen(listener, 4) != 0) return false;
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    port = ntohs(at.sin6_port);
    return true;
}

static void ask(const char *format)
{
    char               url[128];
    pthread_t          thread;
    dynox_error        error = {0};
    dynox_table_names *names = NULL;
    snprintf(url, sizeof url, format, port);
    request[0] = 0;
    assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
    dynox_client *client = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "AKIDEXAMPLE",
                                            .secret_key = "secret", .deadline_ms = 20000, .error = &error);
    if (!client) fail_msg("%s: %s", url, error.message);
    if (dynox_sync_list_tables_page(client, .out = &names, .error = &error) != DYNOX_OK)
        fail_msg("%s: %s", url, error.message);
    dynox_table_names_free(names);
    dynox_client_free(client);
    pthread_join(thread, NULL);
}

static void assert_came(const char *text)
{
    if (!strstr(request, text)) fail_msg("not in the request: %s\n%s", text, request);
}

static void an_address_may_have_a_zone_which_is_not_sent(void **state)
{
    (void)state;
    char host[64];
    ask("http://[::1%%25lo]:%u");
    snprintf(host, sizeof host, "\r\nHost: [::1]:%u\r\n", port);
    assert_came("POST / HTTP/1.1\r\n");
    assert_came(host);
    assert_null(strchr(request, '%'));
}

static void a_path_comes_as_it_was_signed(void **state)
{
    (void)state;
    ask("http://[::1]:%u/a//b/./c/../");
    assert_came("POST /a/b/ HTTP/1.1\r\n");
    ask("http://[::1]:%u/../x");
    assert_came("POST /x/ HTTP/1.1\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_may_have_a_zone_which_is_not_sent),
        cmocka_unit_test(a_path_comes_as_it_was_signed),
    };
    if (!listen6()) test_skip("this machine has no IPv6");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    close(listener);
    return failed;
}
