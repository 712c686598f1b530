/* Connections that are opened before they are needed, and the addresses that they go to. */
#include "http/calls.h"
#include <netdb.h>

enum { FEW = 3, MANY = 8 };

static void answer_all(test_line *line)
{
    while (server_read(line) && server_answer(line, "{}")) {
    }
}

/* Asks for so many connections. Each request is to come to `status`. */
static void warm(test_scene *self, uint64_t number, size_t count, dynox_status status)
{
    test_call *calls = calloc(count, sizeof *calls);
    for (size_t i = 0; i < count; i++) {
        call_init(&calls[i], &self->origin);
        calls[i].request.size  = 0;
        calls[i].request.warms = number;
        call_start(self->transport, &calls[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (call_wait(&calls[i]) != status) fail_msg("%s", calls[i].request.message);
        call_free(&calls[i]);
    }
    free(calls);
}

static size_t connects(const test_scene *self)
{
    dynox__transport_stats stats;
    self->transport->stats(self->transport, &stats);
    return (size_t)stats.connects;
}

static void so_many_are_opened_and_nothing_is_sent(void **state)
{
    (void)state;
    test_scene scene;
    scene_begin(&scene, answer_all);
    warm(&scene, 1, MANY, DYNOX_OK);
    WAIT_FOR_STATS(scene.transport, stats.idle == MANY);
    assert_int_equal(connects(&scene), MANY);
    assert_int_equal(scene_run(&scene), DYNOX_OK);
    assert_int_equal(connects(&scene), MANY);
    assert_int_equal(atomic_load(&scene.server->requests), 1);
    scene_end(&scene);
}

static void those_that_are_there_count(void **state)
{
    (void)state;
    test_scene scene;
    scene_begin(&scene, answer_all);
    assert_int_equal(scene_run(&scene), DYNOX_OK);
    warm(&scene, 1, FEW, DYNOX_OK);
    warm(&scene, 2, FEW, DYNOX_OK);
    WAIT_FOR_STATS(scene.transport, stats.connecting == 0);
    assert_int_equal(connects(&scene), FEW);
    warm(&scene, 3, MANY, DYNOX_OK);
    WAIT_FOR_STATS(scene.transport, stats.connecting == 0);
    assert_int_equal(connects(&scene), MANY);
    scene_end(&scene);
}

static void a_host_that_refuses_fails_them_all(void **state)
{
    (void)state;
    test_scene scene;
    scene_begin(&scene, answer_all);
    server_stop(scene.server);
    warm(&scene, 1, MANY, DYNOX_E_CONNECT);
    scene.server = server_start(answer_all, NULL, NULL);
    scene_end(&scene);
}

/* ---- a name with three addresses, as far as this program is concerned ---- */

/* Takes the place of the C library's, in libcurl as well. */
#define TAKES_PLACE __attribute__((visibility("default")))

static _Atomic int look_ups, addresses = 3;

TAKES_PLACE int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                            struct addrinfo **found)
{
    (void)hints;
    unsigned number = service ? (unsigned)strtoul(service, NULL, 10) : 0;
    *found          = NULL;
    if (!host || strcmp(host, "nodes.test") != 0) return EAI_NONAME;
    atomic_fetch_add(&look_ups, 1);
    for (int i = atomic_load(&addresses); i >= 1; i--) {
        struct {
            struct addrinfo    info;
            struct sockaddr_in place;
        } *one                     = calloc(1, sizeof *one);
        one->place.sin_family      = AF_INET;
        one->place.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)i - 1);
        one->place.sin_port        = htons((uint16_t)number);
        one->info                  = (struct addrinfo){.ai_family   = AF_INET,
                                                       .ai_socktype = SOCK_STREAM,
                                                       .ai_addrlen  = sizeof one->place,
                                                       .ai_addr     = (struct sockaddr *)&one->place,
                                                       .ai_next     = *found};
        *found                     = &one->info;
    }
    return 0;
}

TAKES_PLACE void freeaddrinfo(struct addrinfo *info)
{
    while (info) {
        struct addrinfo *next = info->ai_next;
        free(info);
        info = next;
    }
}

/* Which of the addresses the server was reached at. */
static _Atomic int reached[3];

static void note_address(test_line *line)
{
    struct sockaddr_in at;
    socklen_t          size = sizeof at;
    if (getsockname(line->fd, (struct sockaddr *)&at, &size) == 0) {
        uint32_t index = ntohl(at.sin_addr.s_addr) - INADDR_LOOPBACK;
        if (index < 3) atomic_fetch_add(&reached[index], 1);
    }
    answer_all(line);
}

static void connections_are_spread_over_the_addresses_of_a_name(void **state)
{
    enum { ALL = 96 };
    (void)state;
    test_scene scene;
    scene_begin(&scene, note_address);
    /* the same port on each address of this machine */
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)scene.server->port)};
    shutdown(scene.server->listener, SHUT_RDWR);
    pthread_join(scene.server->thread, NULL);
    close(scene.server->listener);
    scene.server->listener = socket(AF_INET, SOCK_STREAM, 0);
    int one                = 1;
    setsockopt(scene.server->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    assert_int_equal(bind(scene.server->listener, (struct sockaddr *)&any, sizeof any), 0);
    assert_int_equal(listen(scene.server->listener, 64), 0);
    assert_int_equal(pthread_create(&scene.server->thread, NULL, server_run, scene.server), 0);

    scene.origin.host = "nodes.test";
    warm(&scene, 1, ALL, DYNOX_OK);
    WAIT_FOR_STATS(scene.transport, stats.idle == ALL);
    int waited = 0;
    while (atomic_load(&reached[0]) + atomic_load(&reached[1]) + atomic_load(&reached[2]) < ALL && waited++ < 10000)
        server_sleep(1);
    for (int i = 0; i < 3; i++)
        if (!atomic_load(&reached[i])) fail_msg("address %d has none of %d connections", i + 1, ALL);
    /* a name is not remembered: the service may have moved */
    assert_in_range(atomic_load(&look_ups), 2, ALL);
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_opened_and_nothing_is_sent),
        cmocka_unit_test(those_that_are_there_count),
        cmocka_unit_test(a_host_that_refuses_fails_them_all),
        cmocka_unit_test(connections_are_spread_over_the_addresses_of_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
