/* How requests end before their answer: deadlines, cancels, shutdown, failed connects, fork, lack of memory. */
#include "base/random.h"
#include "fork.h"
#include "http/calls.h"
#include <dynox/executor.h>
#include <sys/wait.h>

static void answer_always(test_line *line)
{
    while (server_read(line) && server_answer(line, "ok")) {
    }
}

static void answer_half(test_line *line)
{
    if (server_read(line)) server_send(line, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
    server_wait_closed(line);
}

static void read_nothing(test_line *line)
{
    pthread_mutex_t *until = line->server->context;
    pthread_mutex_lock(until);
    pthread_mutex_unlock(until);
}

static void set_deadline(test_call *call, int64_t ms)
{
    call->request.deadline_ns = dynox__deadline_after(dynox__now_ns(), ms);
}

/* ---- deadlines ---- */

/* Lets a deadline pass in this phase. How long it takes to get there depends on the machine, so a deadline that was too
 * short for that is doubled. */
static void run_into_deadline(dynox__transport *transport, test_call *call, dynox__request_phase phase)
{
    for (int64_t ms = 50;; ms *= 2) {
        set_deadline(call, ms);
        assert_int_equal(call_run(transport, call), DYNOX_E_TIMEOUT);
        assert_true(dynox__now_ns() >= call->request.deadline_ns);
        if (call->request.phase == phase) return;
        assert_true(call->request.phase < phase && ms < 20000);
    }
}

/* Row 12. */
static void a_deadline_passes_while_waiting_for_the_answer(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, server_wait_closed);
    run_into_deadline(on.transport, &on.call, DYNOX__PHASE_WAITING);
    assert_non_null(strstr(on.call.request.message, "no answer"));
    WAIT_FOR_STATS(on.transport, stats.connections == 0);
    scene_end(&on);
}

static void a_deadline_passes_in_the_middle_of_the_answer(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_half);
    run_into_deadline(on.transport, &on.call, DYNOX__PHASE_READING);
    assert_non_null(strstr(on.call.request.message, "not complete"));
    scene_end(&on);
}

static void a_deadline_passes_while_sending(void **state)
{
    (void)state;
    pthread_mutex_t until = PTHREAD_MUTEX_INITIALIZER;
    const size_t    size  = 64u << 20;
    char           *data  = calloc(1, size);
    test_scene      on;
    pthread_mutex_lock(&until);
    scene_begin_with(&on, read_nothing, &until, NULL, (dynox__curl_config){0});
    on.call.request.data = data;
    on.call.request.size = size;
    run_into_deadline(on.transport, &on.call, DYNOX__PHASE_SENDING);
    assert_int_equal(on.call.request.sent_ns, 0);
    assert_non_null(strstr(on.call.request.message, "sending"));
    scene_shutdown(&on);
    pthread_mutex_unlock(&until);
    scene_end(&on);
    free(data);
}

static void a_deadline_passes_in_the_queue(void **state)
{
    (void)state;
    test_scene on;
    test_call  second, past;
    scene_begin_with(&on, server_wait_closed, NULL, NULL, (dynox__curl_config){.max_connections = 1});
    call_init(&second, &on.origin);
    call_init(&past, &on.origin);
    call_start(on.transport, &on.call);
    WAIT_FOR_STATS(on.transport, stats.requests == 1);
    set_deadline(&second, 20);
    assert_int_equal(call_run(on.transport, &second), DYNOX_E_TIMEOUT);
    assert_int_equal(second.request.phase, DYNOX__PHASE_QUEUED);
    assert_non_null(strstr(second.request.message, "no connection"));
    past.request.deadline_ns = 1;
    assert_int_equal(call_run(on.transport, &past), DYNOX_E_TIMEOUT);
    assert_int_equal(past.request.phase, DYNOX__PHASE_QUEUED);
    scene_shutdown(&on);
    assert_int_equal(call_wait(&on.call), DYNOX_E_SHUTDOWN);
    call_free(&second), call_free(&past);
    scene_end(&on);
}

/* A listening socket whose queue is full: connecting to it does not end. */
typedef struct black_hole {
    int           listener, fillers[8];
    dynox__origin origin;
} black_hole;

static black_hole black_hole_open(void)
{
    black_hole         hole    = {.listener = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size    = sizeof address;
    assert_int_equal(bind(hole.listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(hole.listener, 0), 0);
    assert_int_equal(getsockname(hole.listener, (struct sockaddr *)&address, &size), 0);
    hole.origin = (dynox__origin){.host = "127.0.0.1", .port = ntohs(address.sin_port)};
    for (int i = 0; i < 8; i++) {
        hole.fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(hole.fillers[i], (struct sockaddr *)&address, size);
    }
    return hole;
}

static void black_hole_close(black_hole *hole)
{
    for (int i = 0; i < 8; i++)
        close(hole->fillers[i]);
    close(hole->listener);
}

static void a_deadline_passes_while_connecting(void **state)
{
    (void)state;
    black_hole hole = black_hole_open();
    test_scene on;
    scene_begin_at(&on, hole.origin, (dynox__curl_config){0});
    set_deadline(&on.call, 50);
    assert_int_equal(scene_run(&on), DYNOX_E_TIMEOUT);
    assert_int_equal(on.call.request.phase, DYNOX__PHASE_QUEUED);
    assert_non_null(strstr(on.call.request.message, "connecting"));
    scene_end(&on);
    black_hole_close(&hole);
}

/* Row 12. */
static void connecting_has_a_time_out_of_its_own(void **state)
{
    (void)state;
    black_hole             hole = black_hole_open();
    test_scene             on;
    test_call              calls[40];
    dynox__transport_stats stats;
    scene_begin_at(&on, hole.origin, (dynox__curl_config){.connect_timeout_ms = 100});
    calls_start(on.transport, &on.origin, calls, 40);
    calls_wait(calls, 40, DYNOX_E_CONNECT);
    for (int i = 0; i < 40; i++)
        assert_int_equal(calls[i].request.phase, DYNOX__PHASE_QUEUED);
    calls_free(calls, 40);
    on.transport->stats(on.transport, &stats);
    assert_true(stats.failed <= 16); /* not an attempt for each request */
    scene_end(&on);
    black_hole_close(&hole);
}

/* ---- connecting ---- */

static void a_refused_connection_is_reported_and_not_tried_for_ever(void **state)
{
    (void)state;
    unsigned               port;
    static test_call       calls[200];
    test_scene             on;
    dynox__transport_stats after;
    close(server_listen(&port));
    scene_begin_at(&on, (dynox__origin){.host = "127.0.0.1", .port = (uint16_t)port}, (dynox__curl_config){0});
    calls_start(on.transport, &on.origin, calls, 200);
    calls_wait(calls, 200, DYNOX_E_CONNECT);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(calls[i].request.phase, DYNOX__PHASE_QUEUED);
        assert_false(calls[i].request.reused);
        assert_true(strlen(calls[i].request.message) > 20);
    }
    calls_free(calls, 200);
    WAIT_FOR_STATS(on.transport, stats.connecting == 0 && stats.waiting == 0);
    on.transport->stats(on.transport, &after);
    assert_true(after.failed <= 200);
    scene_end(&on);
}

static void an_ipv6_address_is_a_host(void **state)
{
    (void)state;
    test_scene on;
    scene_begin_at(&on, (dynox__origin){.host = "::1", .port = 1}, (dynox__curl_config){0});
    assert_int_equal(scene_run(&on), DYNOX_E_CONNECT); /* nobody listens there */
    assert_null(strstr(on.call.request.message, "name of the host"));
    scene_end(&on);
}

static void a_host_that_is_no_host_is_an_error(void **state)
{
    (void)state;
    static const char *const hosts[] = {"", "a b", "x/y", "u@h", "h#f", "h?q", "[::1]", "no-such-host.invalid"};
    test_scene               on;
    scene_begin_at(&on, (dynox__origin){.port = 1}, (dynox__curl_config){.connect_timeout_ms = 20000});
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        on.origin.host = hosts[i];
        assert_int_equal(scene_run(&on), DYNOX_E_CONNECT);
    }
    scene_end(&on);
}

/* ---- cancels ---- */

static void cancels_end_requests_wherever_they_are(void **state)
{
    (void)state;
    test_scene on;
    test_call  waiting;
    scene_begin_with(&on, answer_half, NULL, NULL, (dynox__curl_config){.max_connections = 1});
    call_init(&waiting, &on.origin);
    call_start(on.transport, &on.call);
    call_start(on.transport, &waiting);
    WAIT_FOR_STATS(on.transport, stats.requests == 1 && stats.waiting == 1);
    on.transport->cancel(on.transport, &waiting.request);
    assert_int_equal(call_wait(&waiting), DYNOX_E_CANCELLED);
    assert_int_equal(waiting.request.phase, DYNOX__PHASE_QUEUED);
    on.transport->cancel(on.transport, &on.call.request);
    assert_int_equal(call_wait(&on.call), DYNOX_E_CANCELLED);
    assert_true(on.call.request.phase >= DYNOX__PHASE_SENDING);
    on.transport->cancel(on.transport, &on.call.request); /* too late: nothing happens */
    WAIT_FOR_STATS(on.transport, stats.connections == 0);
    call_free(&waiting);
    scene_end(&on);
}

enum { CANCELLED = 64, ROUNDS = 60, CANCELLERS = 3 };

typedef struct storm {
    dynox__transport *transport;
    test_call         calls[CANCELLED];
    _Atomic bool      stop;
} storm;

/* Nobody frees the requests while the cancellers run, so they may cancel at any time. */
static void *cancel_at_random(void *arg)
{
    storm *self = arg;
    while (!atomic_load(&self->stop)) {
        test_call *call = &self->calls[dynox__random() % CANCELLED];
        self->transport->cancel(self->transport, &call->request);
        if (dynox__random() % 4 == 0) server_sleep(1);
    }
    return NULL;
}

static void cancels_race_with_answers(void **state)
{
    (void)state;
    test_scene   on;
    static storm self;
    pthread_t    cancellers[CANCELLERS];
    int          ended[2] = {0};
    scene_begin_with(&on, answer_always, NULL, NULL, (dynox__curl_config){.max_connections = 8, .workers = 2});
    self.transport = on.transport;
    for (int i = 0; i < CANCELLED; i++)
        call_init(&self.calls[i], &on.origin);
    for (int i = 0; i < CANCELLERS; i++)
        pthread_create(&cancellers[i], NULL, cancel_at_random, &self);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CANCELLED; i++)
            call_start(on.transport, &self.calls[i]);
        for (int i = 0; i < CANCELLED; i++) {
            dynox_status status = call_wait(&self.calls[i]);
            assert_true(status == DYNOX_OK || status == DYNOX_E_CANCELLED);
            if (status == DYNOX_OK) assert_body(&self.calls[i], "ok");
            ended[status == DYNOX_E_CANCELLED]++;
        }
    }
    assert_true(ended[0] > 0 && ended[1] > 0);
    atomic_store(&self.stop, true);
    for (int i = 0; i < CANCELLERS; i++)
        pthread_join(cancellers[i], NULL);
    scene_shutdown(&on);
    calls_free(self.calls, CANCELLED);
    scene_end(&on);
}

/* ---- shutdown ---- */

static void shutdown_ends_requests_in_every_state(void **state)
{
    (void)state;
    black_hole hole = black_hole_open();
    test_scene on;
    test_call  answered[20], lost[20];
    scene_begin_with(&on, answer_half, NULL, NULL,
                     (dynox__curl_config){.max_connections = 32, .connect_timeout_ms = 60000});
    calls_start(on.transport, &on.origin, answered, 20);
    calls_start(on.transport, &hole.origin, lost, 20);
    WAIT_FOR_STATS(on.transport, stats.requests > 0 && stats.connecting > 0 && stats.waiting > 0);
    scene_shutdown(&on); /* returns long before the attempts to connect would give up */
    for (int i = 0; i < 20; i++)
        assert_true(answered[i].done == 1 && lost[i].done == 1);
    calls_end(answered, 20, DYNOX_E_SHUTDOWN);
    calls_end(lost, 20, DYNOX_E_SHUTDOWN);
    scene_end(&on);
    black_hole_close(&hole);
}

static dynox__transport *stubborn_transport;
static _Atomic int       stubborn_refused;

static void submit_whatever_happens(dynox__request *request)
{
    if (stubborn_transport->submit(stubborn_transport, request) == DYNOX_OK) return;
    atomic_fetch_add(&stubborn_refused, 1);
    call_done(request);
}

static void done_cannot_keep_a_transport_from_shutting_down(void **state)
{
    (void)state;
    test_scene on;
    test_call  calls[20];
    scene_begin_with(&on, answer_always, NULL, NULL, (dynox__curl_config){.max_connections = 4});
    stubborn_transport = on.transport;
    atomic_store(&stubborn_refused, 0);
    for (int i = 0; i < 20; i++) {
        call_init(&calls[i], &on.origin);
        calls[i].request.done = submit_whatever_happens;
        call_start(on.transport, &calls[i]);
    }
    WAIT_FOR_STATS(on.transport, stats.requests > 100);
    scene_shutdown(&on);
    assert_int_equal(atomic_load(&stubborn_refused), 20);
    calls_free(calls, 20);
    scene_end(&on);
}

static void a_transport_that_was_never_used_shuts_down(void **state)
{
    (void)state;
    dynox__transport *transport = transport_new((dynox__curl_config){0});
    transport->shutdown(transport);
}

/* ---- the I/O threads as an executor ---- */

typedef struct job {
    dynox_work      work;
    dynox_executor *ran_on;
    _Atomic bool    ran;
} job;

static void run_job(dynox_work *work)
{
    job *self    = DYNOX__CONTAINER(work, job, work);
    self->ran_on = dynox_executor_current();
    atomic_store(&self->ran, true);
}

static void work_can_be_posted_to_the_io_threads(void **state)
{
    (void)state;
    dynox__transport *transport = transport_new((dynox__curl_config){0});
    dynox_executor   *executor  = transport->executor(transport);
    job               self      = {.work = {.run = run_job}};
    executor->post(executor, &self.work);
    while (!atomic_load(&self.ran))
        server_sleep(1);
    assert_ptr_equal(self.ran_on, executor);
    transport->shutdown(transport);
}

/* ---- fork ---- */

static void a_forked_child_is_refused_and_the_parent_goes_on(void **state)
{
    (void)state;
    test_scene on;
    scene_begin(&on, answer_always);
    assert_int_equal(scene_run(&on), DYNOX_OK);
    pid_t child = fork_among_sleepers();
    if (child == 0) {
        dynox__transport_stats stats;
        bool                   right = on.transport->submit(on.transport, &on.call.request) == DYNOX_E_FORKED;
        on.transport->cancel(on.transport, &on.call.request);
        on.transport->stats(on.transport, &stats);
        on.transport->shutdown(on.transport);
        _exit(right ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(scene_run(&on), DYNOX_OK);
    assert_true(on.call.request.reused);
    scene_end(&on);
}

/* ---- memory ---- */

static void use_a_transport(void *context)
{
    const dynox__origin *origin    = context;
    dynox_error          error     = {0};
    dynox__transport    *transport = dynox__curl_transport_new(&(dynox__curl_config){.workers = 1}, &error);
    if (!transport) {
        assert_int_equal(error.status, DYNOX_E_NO_MEMORY);
        return;
    }
    test_call calls[3];
    for (int i = 0; i < 3; i++) {
        call_init(&calls[i], origin);
        set_deadline(&calls[i], 60000);
        dynox_status status = transport->submit(transport, &calls[i].request);
        if (status == DYNOX_OK) status = call_wait(&calls[i]);
        assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
        if (status == DYNOX_OK) assert_body(&calls[i], "ok");
    }
    transport->shutdown(transport);
    calls_free(calls, 3);
}

static void running_out_of_memory_is_an_error_like_others(void **state)
{
    (void)state;
    test_server  *server = server_start(answer_always, NULL, NULL);
    dynox__origin origin = origin_of(server);
    test_every_allocation_failing(use_a_transport, &origin);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_passes_while_waiting_for_the_answer),
        cmocka_unit_test(a_deadline_passes_in_the_middle_of_the_answer),
        cmocka_unit_test(a_deadline_passes_while_sending),
        cmocka_unit_test(a_deadline_passes_in_the_queue),
        cmocka_unit_test(a_deadline_passes_while_connecting),
        cmocka_unit_test(connecting_has_a_time_out_of_its_own),
        cmocka_unit_test(a_refused_connection_is_reported_and_not_tried_for_ever),
        cmocka_unit_test(an_ipv6_address_is_a_host),
        cmocka_unit_test(a_host_that_is_no_host_is_an_error),
        cmocka_unit_test(cancels_end_requests_wherever_they_are),
        cmocka_unit_test(cancels_race_with_answers),
        cmocka_unit_test(shutdown_ends_requests_in_every_state),
        cmocka_unit_test(done_cannot_keep_a_transport_from_shutting_down),
        cmocka_unit_test(a_transport_that_was_never_used_shuts_down),
        cmocka_unit_test(work_can_be_posted_to_the_io_threads),
        cmocka_unit_test(a_forked_child_is_refused_and_the_parent_goes_on),
        cmocka_unit_test(running_out_of_memory_is_an_error_like_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
