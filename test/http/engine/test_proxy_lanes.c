/* Real requests through a proxy, on both lanes: tunnels, passwords, TLS to the proxy, and who needs none. */
#include "http/certificate.h"
#include "http/lanes.h"
#include <poll.h>

static test_identity authority;
static char          ca_path[] = "/tmp/dynox-test-pem-XXXXXX";

/* What the proxy does and sees. */
typedef struct proxy_part {
    unsigned        to;            /* the port that every tunnel leads to; whatever the client asked for */
    const char     *authorization; /* demanded; NULL: nothing */
    pthread_mutex_t lock;
    char            asked[200]; /* the last request's first line */
} proxy_part;

static int connect_to(unsigned port)
{
    int                fd      = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) abort();
    return fd;
}

/* Carries bytes both ways until either side ends. */
static void carry(test_line *line, int fd)
{
    char          bytes[16384];
    struct pollfd sides[2] = {{.fd = line->fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    for (;;) {
        bool decrypted = line->ssl && SSL_pending(line->ssl) > 0;
        if (!decrypted && poll(sides, 2, -1) < 0) return;
        if (decrypted || sides[0].revents) {
            ssize_t count = server_receive(line, bytes, sizeof bytes);
            if (count <= 0 || send(fd, bytes, (size_t)count, MSG_NOSIGNAL) != count) return;
        }
        if (!decrypted && sides[1].revents) {
            ssize_t count = recv(fd, bytes, sizeof bytes, 0);
            if (count <= 0 || !server_send_bytes(line, bytes, (size_t)count)) return;
        }
    }
}

static bool is_allowed(const test_line *line, const char *authorization)
{
    char expected[200];
    snprintf(expected, sizeof expected, "\r\nProxy-Authorization: %s\r\n", authorization);
    return strstr(line->request, expected) != NULL;
}

static void play_proxy(test_line *line)
{
    proxy_part *part = line->server->context;
    if (!server_read(line)) return;
    pthread_mutex_lock(&part->lock);
    snprintf(part->asked, sizeof part->asked, "%.*s", (int)strcspn(line->request, "\r"), line->request);
    pthread_mutex_unlock(&part->lock);
    if (part->authorization && !is_allowed(line, part->authorization)) {
        server_send(line, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                          "Content-Length: 13\r\n\r\n<html></html>");
        return;
    }
    int fd = connect_to(part->to);
    if (strncmp(line->request, "CONNECT ", 8) == 0)
        server_send(line, "HTTP/1.1 200 Connection established\r\n\r\n");
    else if (send(fd, line->request, line->request_size, MSG_NOSIGNAL) < 0)
        abort();
    carry(line, fd);
    close(fd);
}

static bool receive_exactly(test_line *line, unsigned char *bytes, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t count = server_receive(line, (char *)bytes + have, size - have);
        if (count <= 0) return false;
        have += (size_t)count;
    }
    return true;
}

/* RFC 1928, without authentication, for a name. */
static void play_socks(test_line *line)
{
    static const unsigned char connected[] = {5, 0, 0, 1, 127, 0, 0, 1, 0, 80};
    proxy_part                *part        = line->server->context;
    unsigned char              bytes[300];
    if (!receive_exactly(line, bytes, 2) || bytes[0] != 5 || !receive_exactly(line, bytes + 2, bytes[1])) return;
    server_send_bytes(line, "\5\0", 2);
    if (!receive_exactly(line, bytes, 5) || bytes[1] != 1 || bytes[3] != 3) return;
    size_t length = bytes[4];
    if (!receive_exactly(line, bytes, length + 2)) return;
    pthread_mutex_lock(&part->lock);
    snprintf(part->asked, sizeof part->asked, "%.*s:%d", (int)length, (char *)bytes,
             bytes[length] * 256 + bytes[length + 1]);
    pthread_mutex_unlock(&part->lock);
    server_send_bytes(line, (const char *)connected, sizeof connected);
    int fd = connect_to(part->to);
    carry(line, fd);
    close(fd);
}

static void answer_always(test_line *line)
{
    while (server_read(line) && server_answer(line, "reached")) {
    }
}

/* A service that only the proxy can reach, since its name exists nowhere, and the proxy. */
typedef struct proxied {
    test_server  *service, *proxy;
    SSL_CTX      *service_tls, *proxy_tls;
    proxy_part    part;
    dynox__origin origin;
} proxied;

static SSL_CTX *make_context(const char *hosts)
{
    test_identity identity = make_identity("server", hosts, &authority, -3600, 7200);
    SSL_CTX      *context  = make_tls_context(&identity);
    identity_free(&identity);
    return context;
}

static void proxied_start(proxied *self, bool tls, bool proxy_tls, const char *authorization)
{
    *self             = (proxied){.origin = {.tls = tls, .host = "service.invalid", .port = 8443}};
    self->service_tls = tls ? make_context("DNS:service.invalid") : NULL;
    self->proxy_tls   = proxy_tls ? make_context("IP:127.0.0.1") : NULL;
    self->service     = server_start(answer_always, NULL, self->service_tls);
    self->part        = (proxy_part){.to = self->service->port, .authorization = authorization};
    pthread_mutex_init(&self->part.lock, NULL);
    self->proxy = server_start(play_proxy, &self->part, self->proxy_tls);
}

static void proxied_end(proxied *self)
{
    server_stop(self->service);
    server_stop(self->proxy);
    SSL_CTX_free(self->service_tls);
    SSL_CTX_free(self->proxy_tls);
    pthread_mutex_destroy(&self->part.lock);
}

/* The proxy's URL, with something in front of the host. Static. */
static const char *proxy_url(const proxied *self, const char *user)
{
    static char url[200];
    snprintf(url, sizeof url, "%s://%s127.0.0.1:%u", self->proxy_tls ? "https" : "http", user, self->proxy->port);
    return url;
}

static void assert_asked(proxied *self, const char *expected)
{
    pthread_mutex_lock(&self->part.lock);
    assert_string_equal(self->part.asked, expected);
    pthread_mutex_unlock(&self->part.lock);
}

static void assert_reached(proxied *self, int lane, const char *proxy, const char *asked)
{
    lane_result result = ask(lane, &(dynox__curl_config){.ca_file = ca_path, .proxy = proxy}, &self->origin);
    if (result.status != DYNOX_OK) fail_msg("%s", result.message);
    assert_string_equal(result.body, "reached");
    assert_asked(self, asked);
}

/* Row 16. */
static void tls_goes_through_a_tunnel(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, true, false, NULL);
    for (int lane = 0; lane < LANES; lane++)
        assert_reached(&self, lane, proxy_url(&self, ""), "CONNECT service.invalid:8443 HTTP/1.1");
    proxied_end(&self);
}

static void the_server_behind_the_proxy_is_verified(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, true, false, NULL);
    self.origin.host = "other.invalid";
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result =
            ask(lane, &(dynox__curl_config){.ca_file = ca_path, .proxy = proxy_url(&self, "")}, &self.origin);
        assert_refused(&result, DYNOX_E_TLS, "the certificate of the server is for another host");
    }
    proxied_end(&self);
}

static void plain_requests_are_tunnelled_by_the_engine_and_forwarded_for_fetch(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, false, false, NULL);
    assert_reached(&self, LANE_ENGINE, proxy_url(&self, ""), "CONNECT service.invalid:8443 HTTP/1.1");
    assert_reached(&self, LANE_FETCH, proxy_url(&self, ""), "GET http://service.invalid:8443/ HTTP/1.1");
    proxied_end(&self);
}

static void the_connection_to_the_proxy_may_be_encrypted(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, true, true, NULL);
    for (int lane = 0; lane < LANES; lane++)
        assert_reached(&self, lane, proxy_url(&self, ""), "CONNECT service.invalid:8443 HTTP/1.1");
    proxied_end(&self);
}

static void an_encrypted_proxy_is_verified(void **state)
{
    (void)state;
    proxied self;
    char    url[64];
    proxied_start(&self, true, true, NULL);
    snprintf(url, sizeof url, "https://localhost:%u", self.proxy->port);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result = ask(lane, &(dynox__curl_config){.ca_file = ca_path, .proxy = url}, &self.origin);
        assert_refused(&result, DYNOX_E_TLS, "the certificate of the proxy is for another host");
    }
    assert_string_equal(self.part.asked, "");
    proxied_end(&self);
}

static const char basic[] = "Basic ZG9tXG1lOnBAc3M6L2h1c2g="; /* dom\me:p@ss:/hush */

/* Row 16. */
static void user_and_password_are_decoded_and_sent(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, true, false, basic);
    for (int lane = 0; lane < LANES; lane++)
        assert_reached(&self, lane, proxy_url(&self, "dom%5cme:p%40ss%3A%2Fhush@"),
                       "CONNECT service.invalid:8443 HTTP/1.1");
    proxied_end(&self);
}

static void wants_a_password(bool tls)
{
    proxied self;
    proxied_start(&self, tls, false, basic);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result =
            ask(lane, &(dynox__curl_config){.ca_file = ca_path, .proxy = proxy_url(&self, "")}, &self.origin);
        assert_refused(&result, DYNOX_E_CONFIGURATION, "wants a user and password");
        result =
            ask(lane, &(dynox__curl_config){.ca_file = ca_path, .proxy = proxy_url(&self, "me:hush@")}, &self.origin);
        assert_refused(&result, DYNOX_E_CONFIGURATION, "does not accept the user and password");
        assert_null(strstr(result.message, "hush"));
    }
    proxied_end(&self);
}

static void a_proxy_that_wants_a_password_is_a_matter_of_configuration(void **state)
{
    (void)state;
    wants_a_password(true);
    wants_a_password(false);
}

static void a_proxy_that_is_not_there_is_an_error_of_connecting(void **state)
{
    (void)state;
    unsigned      port;
    char          url[64];
    dynox__origin origin   = {.tls = true, .host = "service.invalid", .port = 443};
    int           listener = server_listen(&port);
    close(listener);
    snprintf(url, sizeof url, "http://me:hush@127.0.0.1:%u", port);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result = ask(lane, &(dynox__curl_config){.ca_file = ca_path, .proxy = url}, &origin);
        assert_int_equal(result.status, DYNOX_E_CONNECT);
        assert_null(strstr(result.message, "hush"));
    }
}

static void the_environment_is_followed(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, true, false, NULL);
    setenv("HTTPS_PROXY", proxy_url(&self, ""), 1);
    for (int lane = 0; lane < LANES; lane++)
        assert_reached(&self, lane, NULL, "CONNECT service.invalid:8443 HTTP/1.1");
    setenv("NO_PROXY", ".invalid", 1);
    int before = server_connections(self.proxy);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result =
            ask(lane, &(dynox__curl_config){.ca_file = ca_path, .connect_timeout_ms = 500}, &self.origin);
        assert_int_equal(result.status, DYNOX_E_CONNECT);
    }
    assert_int_equal(server_connections(self.proxy), before);
    unsetenv("HTTPS_PROXY");
    unsetenv("NO_PROXY");
    proxied_end(&self);
}

static void socks_proxies_get_the_name(void **state)
{
    (void)state;
    for (int tls = 0; tls < 2; tls++) {
        proxied self;
        char    url[64];
        proxied_start(&self, tls, false, NULL);
        test_server *socks = server_start(play_socks, &self.part, NULL);
        snprintf(url, sizeof url, "socks5h://127.0.0.1:%u", socks->port);
        for (int lane = 0; lane < LANES; lane++)
            assert_reached(&self, lane, url, "service.invalid:8443");
        server_stop(socks);
        proxied_end(&self);
    }
}

/* Row 16. NO_PROXY of the process is not for a proxy that the program names. */
static void a_given_proxy_is_not_overruled(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, true, false, NULL);
    setenv("NO_PROXY", "*", 1);
    for (int lane = 0; lane < LANES; lane++)
        assert_reached(&self, lane, proxy_url(&self, ""), "CONNECT service.invalid:8443 HTTP/1.1");
    unsetenv("NO_PROXY");
    proxied_end(&self);
}

static void this_machine_is_reached_directly(void **state)
{
    (void)state;
    proxied self;
    proxied_start(&self, false, false, NULL);
    dynox__origin local = {.host = "127.0.0.1", .port = (uint16_t)self.service->port};
    setenv("http_proxy", proxy_url(&self, ""), 1);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result = ask(lane, &(dynox__curl_config){0}, &local);
        assert_int_equal(result.status, DYNOX_OK);
        result = ask(lane, &(dynox__curl_config){.proxy = proxy_url(&self, "")}, &local);
        assert_int_equal(result.status, DYNOX_OK);
    }
    unsetenv("http_proxy");
    assert_int_equal(server_connections(self.proxy), 0);
    proxied_end(&self);
}

static void fetch_can_be_told_to_use_no_proxy(void **state)
{
    (void)state;
    proxied               self;
    dynox__fetch_response response = {0};
    proxied_start(&self, false, false, NULL);
    setenv("http_proxy", proxy_url(&self, ""), 1);
    dynox__fetch_request request = {
        .url = "http://service.invalid/", .no_proxy = true, .proxy = proxy_url(&self, ""), .connect_timeout_ms = 500};
    assert_int_equal(dynox__fetch(&request, &response, NULL), DYNOX_E_CONNECT);
    unsetenv("http_proxy");
    assert_int_equal(server_connections(self.proxy), 0);
    proxied_end(&self);
}

static void a_bad_setting_is_an_error_of_configuration(void **state)
{
    (void)state;
    dynox__fetch_response response = {0};
    dynox_error           error    = {0};
    dynox__curl_config    config   = {.proxy = "http://me:hush@"};
    assert_null(dynox__curl_transport_new(&config, &error));
    assert_refused(&(lane_result){.status = error.status}, DYNOX_E_CONFIGURATION, "");
    assert_non_null(strstr(error.message, ".proxy"));
    assert_int_equal(dynox__fetch(&(dynox__fetch_request){.url = "http://service.invalid/", .proxy = config.proxy},
                                  &response, &error),
                     DYNOX_E_CONFIGURATION);
    assert_null(strstr(error.message, "hush"));
}

static int prepare(void **state)
{
    (void)state;
    static const char *const variables[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",   "all_proxy",
                                            "ALL_PROXY",  "no_proxy",   "NO_PROXY",    "REQUEST_METHOD"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    authority = make_authority_identity("test authority");
    write_pem(ca_path, authority.certificate, NULL, NULL);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    identity_free(&authority);
    unlink(ca_path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_goes_through_a_tunnel),
        cmocka_unit_test(the_server_behind_the_proxy_is_verified),
        cmocka_unit_test(plain_requests_are_tunnelled_by_the_engine_and_forwarded_for_fetch),
        cmocka_unit_test(the_connection_to_the_proxy_may_be_encrypted),
        cmocka_unit_test(an_encrypted_proxy_is_verified),
        cmocka_unit_test(user_and_password_are_decoded_and_sent),
        cmocka_unit_test(a_proxy_that_wants_a_password_is_a_matter_of_configuration),
        cmocka_unit_test(a_proxy_that_is_not_there_is_an_error_of_connecting),
        cmocka_unit_test(the_environment_is_followed),
        cmocka_unit_test(socks_proxies_get_the_name),
        cmocka_unit_test(a_given_proxy_is_not_overruled),
        cmocka_unit_test(this_machine_is_reached_directly),
        cmocka_unit_test(fetch_can_be_told_to_use_no_proxy),
        cmocka_unit_test(a_bad_setting_is_an_error_of_configuration),
    };
    return cmocka_run_group_tests(tests, prepare, clean_up);
}
