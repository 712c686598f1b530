/* A transport ends at once, whatever a connection that is being made waits for. libcurl's waits are made endless here,
 * so that nothing but being woken up ends them. */
#define _GNU_SOURCE
#include "http/calls.h"
#include <curl/curl.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>

static _Atomic int waits, wakes;

/* Both in the place of libcurl's: no timer ends a wait that has to wait at all. */
CURLMcode curl_multi_wakeup(CURLM *multi)
{
    CURLMcode (*theirs)(CURLM *);
    *(void **)&theirs = dlsym(RTLD_NEXT, "curl_multi_wakeup");
    atomic_fetch_add(&wakes, 1);
    return theirs(multi);
}

CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned extra_count, int timeout_ms, int *ready)
{
    CURLMcode (*theirs)(CURLM *, struct curl_waitfd *, unsigned, int, int *);
    CURLMcode                code;
    long                     timer = -1;
    int                      found = 0;
    static _Thread_local int woken; /* what this thread has seen of them: a wake lasts until the next wait */
    *(void **)&theirs = dlsym(RTLD_NEXT, "curl_multi_poll");
    atomic_fetch_add(&waits, 1);
    curl_multi_timeout(multi, &timer);
    do {
        code = theirs(multi, extra, extra_count, timeout_ms, &found);
        if (code != CURLM_OK || found || timer == 0) break;
        server_sleep(1); /* its timer may have come since */
    } while (atomic_load(&wakes) == woken);
    woken = atomic_load(&wakes);
    if (ready) *ready = found;
    return code;
}

static _Atomic bool released;
static _Atomic int  lookups, answers;

/* In the place of the system's: a name server that does not answer. */
__attribute__((visibility("default"))) int getaddrinfo(const char *name, const char *service,
                                                       const struct addrinfo *hints, struct addrinfo **found)
{
    int (*theirs)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&theirs = dlsym(RTLD_NEXT, "getaddrinfo");
    if (!name || strcmp(name, "silent.test") != 0) return theirs(name, service, hints, found);
    atomic_fetch_add(&lookups, 1);
    while (!atomic_load(&released))
        server_sleep(1);
    atomic_fetch_add(&answers, 1);
    return EAI_AGAIN;
}

static void wait_until(_Atomic int *count, int least)
{
    while (atomic_load(count) < least)
        server_sleep(1);
}

/* Shuts down a transport that is connecting. */
static void stop_while_connecting(dynox__curl_config config, dynox__origin origin, _Atomic int *sign)
{
    test_scene on;
    int        before         = atomic_load(sign);
    config.connect_timeout_ms = 3600000;
    config.insecure           = true;
    scene_begin_at(&on, origin, config);
    call_start(on.transport, &on.call);
    wait_until(sign, before + 1);
    scene_shutdown(&on);
    assert_int_equal(call_wait(&on.call), DYNOX_E_SHUTDOWN);
    scene_end(&on);
}

static void while_the_server_does_not_accept(void **state)
{
    (void)state;
    unsigned           port;
    int                listener = server_listen(&port), crowd[8];
    struct sockaddr_in address  = {
         .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    listen(listener, 0);
    for (int i = 0; i < 8; i++) { /* more than wait to be accepted */
        crowd[i] = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(crowd[i], F_SETFL, O_NONBLOCK);
        if (connect(crowd[i], (struct sockaddr *)&address, sizeof address) == 0) continue;
    }
    dynox__origin origin = {.host = "127.0.0.1", .port = (uint16_t)port};
    stop_while_connecting((dynox__curl_config){.proxy = ""}, origin, &waits);
    for (int i = 0; i < 8; i++)
        close(crowd[i]);
    close(listener);
}

/* Connections come to be, but nobody ever says anything. */
static void while_the_server_does_not_shake_hands(void **state)
{
    (void)state;
    unsigned      port;
    int           listener = server_listen(&port);
    dynox__origin origin   = {.tls = true, .host = "127.0.0.1", .port = (uint16_t)port};
    stop_while_connecting((dynox__curl_config){.proxy = ""}, origin, &waits);
    close(listener);
}

static void while_the_proxy_does_not_answer(void **state)
{
    (void)state;
    unsigned      port;
    char          proxy[64];
    int           listener = server_listen(&port);
    dynox__origin origin   = {.host = "host.test", .port = 80};
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", port);
    stop_while_connecting((dynox__curl_config){.proxy = proxy}, origin, &waits);
    close(listener);
}

static void while_the_name_server_does_not_answer(void **state)
{
    (void)state;
    if (curl_version_info(CURLVERSION_NOW)->version_num < 0x075700) skip();
    dynox__origin origin = {.host = "silent.test", .port = 80};
    stop_while_connecting((dynox__curl_config){.proxy = ""}, origin, &lookups);
    assert_int_equal(atomic_load(&answers), 0);
    atomic_store(&released, true);
    wait_until(&answers, 1);
}

static void with_many_connections_being_made(void **state)
{
    (void)state;
    enum { CALLS = 40 };
    unsigned         port;
    int              listener = server_listen(&port), before = atomic_load(&waits);
    dynox__origin    origin = {.tls = true, .host = "127.0.0.1", .port = (uint16_t)port};
    test_scene       on;
    static test_call calls[CALLS];
    scene_begin_at(&on, origin,
                   (dynox__curl_config){.proxy = "", .insecure = true, .workers = 2, .connect_timeout_ms = 3600000});
    calls_start(on.transport, &on.origin, calls, CALLS);
    wait_until(&waits, before + 4);
    scene_shutdown(&on);
    calls_end(calls, CALLS, DYNOX_E_SHUTDOWN);
    scene_end(&on);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(while_the_server_does_not_accept), cmocka_unit_test(while_the_server_does_not_shake_hands),
        cmocka_unit_test(while_the_proxy_does_not_answer),  cmocka_unit_test(while_the_name_server_does_not_answer),
        cmocka_unit_test(with_many_connections_being_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
