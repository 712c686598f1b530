/* How many attempts to connect are under way at a time: more with each that succeeds, few at a host that is dead. */
#include "http/calls.h"
#include "http/certificate.h"
#include "http/engine/descriptor_room.h"
#include <fcntl.h>

enum { FIRST = 8, ROUNDS = 4, ALL = 120 /* 8 + 16 + 32 + 64 */ };

/* Handshakes go on when as many connections wait for theirs as should be under way at a time. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    int             waiting, wanted, rounds; /* the latter are through */
    int             attempts, most;          /* at a host that is dead: so far, and at a time */
    bool            dead, over;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static SSL_CTX *tls;
static char     ca_path[] = "/tmp/dynox-test-ca-XXXXXX";

static void gate_init(void)
{
    gate.waiting = gate.rounds = gate.attempts = gate.most = 0;
    gate.wanted                                            = FIRST;
    gate.dead = gate.over = false;
}

static void gate_open(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.over = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static void wait_for_the_others(void)
{
    pthread_mutex_lock(&gate.lock);
    int round = gate.rounds;
    if (++gate.waiting == gate.wanted) {
        gate.waiting = 0;
        gate.wanted *= 2;
        gate.rounds++;
        pthread_cond_broadcast(&gate.changed);
    }
    while (gate.rounds == round && !gate.over)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

/* Nobody is answered before all have come: what waits, waits for a connection of its own. */
static void wait_for_the_last_round(void)
{
    pthread_mutex_lock(&gate.lock);
    while (gate.rounds < ROUNDS && !gate.over)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static void assert_few(int attempts)
{
    pthread_mutex_lock(&gate.lock);
    bool few = gate.most > 0 && gate.most <= FIRST && gate.attempts <= attempts;
    pthread_mutex_unlock(&gate.lock);
    assert_true(few);
}

static void never_shake_hands(test_line *line)
{
    pthread_mutex_lock(&gate.lock);
    gate.attempts++;
    if (++gate.waiting > gate.most) gate.most = gate.waiting;
    pthread_mutex_unlock(&gate.lock);
    server_wait_closed(line);
    pthread_mutex_lock(&gate.lock);
    gate.waiting--;
    pthread_mutex_unlock(&gate.lock);
}

static void shake_hands_together(test_line *line)
{
    pthread_mutex_lock(&gate.lock);
    bool dead = gate.dead;
    pthread_mutex_unlock(&gate.lock);
    if (dead) {
        never_shake_hands(line);
        return;
    }
    wait_for_the_others();
    line->ssl = SSL_new(tls);
    SSL_set_fd(line->ssl, line->fd);
    if (SSL_accept(line->ssl) != 1 || !server_read(line)) return;
    wait_for_the_last_round();
    server_send(line, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
}

static test_call calls[ALL];

/* A server that takes part in the game, and a transport that may have as many connections as it likes. */
static void begin_a_burst(test_scene *on, int64_t connect_timeout_ms)
{
    scene_begin_with(
        on, shake_hands_together, NULL, NULL,
        (dynox__curl_config){
            .ca_file = ca_path, .max_connections = 256, .workers = 1, .connect_timeout_ms = connect_timeout_ms});
    on->origin.tls = true;
}

static void attempts_double_while_requests_wait(void **state)
{
    (void)state;
    gate_init();
    test_scene on;
    begin_a_burst(&on, 20000);
    calls_start(on.transport, &on.origin, calls, ALL);
    calls_end(calls, ALL, DYNOX_OK);
    assert_int_equal(server_connections(on.server), ALL);
    scene_shutdown(&on);
    gate_open();
    scene_end(&on);
}

static void a_dead_host_is_not_stormed(void **state)
{
    (void)state;
    gate_init();
    gate.dead = true;
    test_scene on;
    begin_a_burst(&on, 200);
    calls_start(on.transport, &on.origin, calls, ALL);
    calls_end(calls, ALL, DYNOX_E_CONNECT);
    assert_few(2 * FIRST);
    scene_end(&on);
}

static void what_was_learnt_in_a_burst_ends_with_it(void **state)
{
    (void)state;
    gate_init();
    test_scene on;
    begin_a_burst(&on, 2000);
    calls_start(on.transport, &on.origin, calls, ALL);
    calls_end(calls, ALL, DYNOX_OK);
    WAIT_FOR_STATS(on.transport, stats.connections == 0 && stats.connecting == 0);
    pthread_mutex_lock(&gate.lock);
    gate.dead    = true;
    gate.waiting = 0;
    pthread_mutex_unlock(&gate.lock);
    calls_start(on.transport, &on.origin, calls, ALL);
    WAIT_FOR_STATS(on.transport, stats.failed > 0);
    assert_few(2 * FIRST);
    scene_shutdown(&on);
    for (int i = 0; i < ALL; i++)
        assert_int_not_equal(call_wait(&calls[i]), DYNOX_OK);
    calls_free(calls, ALL);
    scene_end(&on);
}

static void answer_always(test_line *line)
{
    while (server_read(line)) {
        server_sleep(5);
        if (!server_answer(line, "x")) return;
    }
}

static void there_are_never_more_than_allowed(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, answer_always, NULL, NULL, (dynox__curl_config){.max_connections = 10, .workers = 1});
    calls_start(on.transport, &on.origin, calls, ALL);
    calls_end(calls, ALL, DYNOX_OK);
    assert_int_equal(server_connections(on.server), 10);
    scene_end(&on);
}

/* ---- dialling ---- */

static void a_host_that_is_gone_is_noticed_and_found_again(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_with(&on, answer_always, NULL, NULL, (dynox__curl_config){.workers = 1});
    calls_start(on.transport, &on.origin, calls, 40);
    calls_end(calls, 40, DYNOX_OK);
    server_stop(on.server);
    WAIT_FOR_STATS(on.transport, stats.connections == 0);
    calls_start(on.transport, &on.origin, calls, 40);
    calls_end(calls, 40, DYNOX_E_CONNECT);
    on.server = server_start_at(on.origin.port, answer_always, NULL, NULL);
    assert_int_equal(scene_run(&on), DYNOX_OK);
    scene_end(&on);
}

static int begin_to_connect(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    (void)!connect(fd, (struct sockaddr *)&address, sizeof address);
    return fd;
}

/* A listener that accepts nothing more once its queue is full. */
static void a_dial_that_nobody_answers_ends(void **state)
{
    (void)state;
    unsigned   port;
    int        listener = server_listen(&port), others[4];
    test_scene on;
    scene_begin_at(&on, (dynox__origin){.host = "127.0.0.1", .port = (uint16_t)port},
                   (dynox__curl_config){.workers = 1, .connect_timeout_ms = 150});
    assert_int_equal(listen(listener, 0), 0);
    calls_start(on.transport, &on.origin, calls, 1);
    test_line line = {.fd = accept(listener, NULL, NULL), .server = &(test_server){0}};
    assert_true(line.fd >= 0 && server_read(&line));
    for (int i = 0; i < 4; i++)
        others[i] = begin_to_connect(on.origin.port);
    call_start(on.transport, &on.call);
    WAIT_FOR_STATS(on.transport, stats.failed > 0 && stats.waiting == 1 && stats.connections == 1);
    assert_true(server_answer(&line, "x") && server_read(&line) && server_answer(&line, "y"));
    calls_end(calls, 1, DYNOX_OK);
    assert_int_equal(call_wait(&on.call), DYNOX_OK);
    calls_start(on.transport, &on.origin, calls,
                2); /* one on the connection, one that is being dialled when all ends */
    WAIT_FOR_STATS(on.transport, stats.waiting == 1);
    scene_shutdown(&on);
    calls_end(calls, 2, DYNOX_E_SHUTDOWN);
    close(line.fd);
    for (int i = 0; i < 4; i++)
        close(others[i]);
    close(listener);
    scene_end(&on);
}

static void there_is_room_for_descriptors(void **state)
{
    (void)state;
#ifdef __linux__
    char  text[128];
    long  size = 0;
    FILE *file;
    dynox__descriptors_reserve(700);
    assert_non_null(file = fopen("/proc/self/status", "r"));
    while (fgets(text, sizeof text, file))
        if (strncmp(text, "FDSize:", 7) == 0) size = strtol(text + 7, NULL, 10);
    fclose(file);
    assert_true(size >= 700);
    dynox__descriptors_reserve(SIZE_MAX / 2); /* more than there can be */
#else
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_room_for_descriptors),
        cmocka_unit_test(attempts_double_while_requests_wait),
        cmocka_unit_test(a_dead_host_is_not_stormed),
        cmocka_unit_test(what_was_learnt_in_a_burst_ends_with_it),
        cmocka_unit_test(there_are_never_more_than_allowed),
        cmocka_unit_test(a_host_that_is_gone_is_noticed_and_found_again),
        cmocka_unit_test(a_dial_that_nobody_answers_ends),
    };
    tls        = make_tls_server(ca_path);
    int failed = cmocka_run_group_tests_name("growth", tests, NULL, NULL);
    SSL_CTX_free(tls);
    unlink(ca_path);
    return failed;
}
