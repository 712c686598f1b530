/* Who runs the turns of an I/O thread: a thread that waits for the only request does it itself, and nobody else's work
 * is ever done there. */
#include "http/calls.h"
#include "http/certificate.h"
#include <sys/time.h>
#include <sys/wait.h>

/* A call that says which thread ended it. */
typedef struct led_call {
    test_call       call;
    pthread_t       ended_by;
    _Atomic int64_t from_ended; /* submits once more when it has ended, from there */
} led_call;

static dynox__transport *again_transport;

static void led_done(dynox__request *request)
{
    led_call *self = DYNOX__CONTAINER(request, led_call, call.request);
    self->ended_by = pthread_self();
    if (atomic_load(&self->from_ended) && atomic_exchange(&self->from_ended, 0)) {
        if (again_transport->submit(again_transport, request) == DYNOX_OK) return;
    }
    call_done(request);
}

static void led_init(led_call *self, const dynox__origin *origin)
{
    call_init(&self->call, origin);
    atomic_init(&self->from_ended, 0);
    self->call.request.done = led_done;
}

static bool was_mine(const led_call *self)
{
    return pthread_equal(self->ended_by, pthread_self());
}

/* As a sync_ call does. */
static dynox_status led_run(dynox__transport *transport, led_call *self)
{
    dynox__transport_expect(&self->call.request);
    call_start(transport, &self->call);
    dynox__transport_await(&self->call.request);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL); /* the test's own wait, but not the one before it */
    return call_wait(&self->call);
}

/* The I/O thread steps aside after a few; it may be slow. */
static void run_until_led(dynox__transport *transport, led_call *self)
{
    for (int i = 0; i < 20000; i++) {
        assert_int_equal(led_run(transport, self), DYNOX_OK);
        if (was_mine(self)) return;
        if (i > 10) server_sleep(1);
    }
    fail_msg("the I/O thread never stepped aside");
}

typedef struct led_scene {
    test_scene on;
    led_call   call;
} led_scene;

static void led_begin_with(led_scene *self, void (*script)(test_line *), dynox__curl_config config)
{
    scene_begin_with(&self->on, script, NULL, NULL, config);
    again_transport = self->on.transport;
    led_init(&self->call, &self->on.origin);
    run_until_led(self->on.transport, &self->call);
}

static void led_end(led_scene *self)
{
    scene_end(&self->on);
    call_free(&self->call.call);
}

static void answer_all(test_line *line)
{
    while (server_read(line) && server_answer(line, "one")) {
    }
}

/* Answers at once, but for requests whose body is "[]", which are never answered. */
static void answer_most(test_line *line)
{
    while (server_read(line)) {
        if (strstr(line->request, "\r\n\r\n[]")) {
            server_wait_closed(line);
            return;
        }
        if (!server_answer(line, "one")) return;
    }
}

static const char silent_request[] = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\n[]";

static void make_silent(test_call *call)
{
    call->request.data = silent_request;
    call->request.size = sizeof silent_request - 1;
}

static void the_thread_that_waits_does_it_itself(void **state)
{
    (void)state;
    led_scene self;
    led_begin_with(&self, answer_all, (dynox__curl_config){0});
    for (int i = 0; i < 100; i++)
        assert_int_equal(led_run(self.on.transport, &self.call), DYNOX_OK);
    assert_body(&self.call.call, "one");
    assert_int_equal(server_connections(self.on.server), 1);
    led_end(&self);
}

static void requests_that_nobody_awaits_never_run_there(void **state)
{
    (void)state;
    led_scene self;
    led_begin_with(&self, answer_all, (dynox__curl_config){0});
    for (int i = 0; i < 200; i++) {
        assert_int_equal(led_run(self.on.transport, &self.call), DYNOX_OK);
        assert_int_equal(call_run(self.on.transport, &self.call.call), DYNOX_OK);
        assert_false(was_mine(&self.call));
    }
    led_end(&self);
}

static void who_does_not_wait_after_all_leaves_it_to_the_io_thread(void **state)
{
    (void)state;
    led_scene self;
    for (int i = 0; i < 2; i++) {
        led_begin_with(&self, answer_all, (dynox__curl_config){0});
        dynox__transport_expect(&self.call.call.request);
        call_start(self.on.transport, &self.call.call);
        dynox__transport_await(i ? &self.on.call.request : NULL);
        assert_int_equal(call_wait(&self.call.call), DYNOX_OK);
        assert_false(was_mine(&self.call));
        led_end(&self);
    }
}

/* ---- others, while a thread leads ---- */

typedef struct leader {
    led_scene   *scene;
    pthread_t    thread;
    dynox_status status;
} leader;

static void *lead_silent(void *arg)
{
    leader *self = arg;
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    make_silent(&self->scene->call.call);
    self->status = led_run(self->scene->on.transport, &self->scene->call);
    return NULL;
}

/* Another thread waits for an answer that does not come. */
static void leader_start(leader *self, led_scene *scene)
{
    *self = (leader){.scene = scene};
    dynox__transport_stats before;
    scene->on.transport->stats(scene->on.transport, &before);
    int requests = atomic_load(&scene->on.server->requests);
    assert_int_equal(pthread_create(&self->thread, NULL, lead_silent, self), 0);
    while (atomic_load(&scene->on.server->requests) == requests)
        server_sleep(1);
}

static void leader_join(leader *self, dynox_status expected)
{
    pthread_join(self->thread, NULL);
    assert_int_equal(self->status, expected);
}

static void another_request_goes_on_beside_one_that_is_awaited(void **state)
{
    (void)state;
    led_scene self;
    leader    slow;
    led_call  other;
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    led_init(&other, &self.on.origin);
    leader_start(&slow, &self);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(i & 1 ? led_run(self.on.transport, &other) : call_run(self.on.transport, &other.call),
                         DYNOX_OK);
        assert_false(pthread_equal(other.ended_by, slow.thread));
        assert_false(was_mine(&other));
    }
    self.on.transport->cancel(self.on.transport, &self.call.call.request);
    leader_join(&slow, DYNOX_E_CANCELLED);
    call_free(&other.call);
    led_end(&self);
}

static void a_cancel_ends_the_wait(void **state)
{
    (void)state;
    led_scene self;
    leader    slow;
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    leader_start(&slow, &self);
    assert_true(self.on.transport->cancel(self.on.transport, &self.call.call.request));
    leader_join(&slow, DYNOX_E_CANCELLED);
    led_end(&self);
}

static void the_end_of_the_transport_ends_the_wait(void **state)
{
    (void)state;
    led_scene self;
    leader    slow;
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    leader_start(&slow, &self);
    self.on.transport->shutdown(self.on.transport);
    leader_join(&slow, DYNOX_E_SHUTDOWN);
    call_free(&self.on.call);
    call_free(&self.call.call);
    server_stop(self.on.server);
}

static void the_deadline_ends_the_wait(void **state)
{
    (void)state;
    led_scene self;
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    make_silent(&self.call.call);
    self.call.call.request.deadline_ns = dynox__now_ns() + 30 * DYNOX__MS;
    assert_int_equal(led_run(self.on.transport, &self.call), DYNOX_E_TIMEOUT);
    assert_true(dynox__now_ns() >= self.call.call.request.deadline_ns);
    led_end(&self);
}

typedef struct posted {
    dynox_work   work;
    pthread_t    thread;
    _Atomic bool ran;
} posted;

static void run_posted(dynox_work *work)
{
    posted *self = DYNOX__CONTAINER(work, posted, work);
    self->thread = pthread_self();
    atomic_store(&self->ran, true);
}

static void posted_work_runs_on_the_io_thread(void **state)
{
    (void)state;
    led_scene self;
    leader    slow;
    posted    work = {.work = {.run = run_posted}};
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    leader_start(&slow, &self);
    dynox_executor *executor = self.on.transport->executor(self.on.transport);
    executor->post(executor, &work.work);
    while (!atomic_load(&work.ran))
        server_sleep(1);
    assert_false(pthread_equal(work.thread, slow.thread));
    self.on.transport->cancel(self.on.transport, &self.call.call.request);
    leader_join(&slow, DYNOX_E_CANCELLED);
    led_end(&self);
}

static void a_cancelled_thread_does_not_take_the_seat_with_it(void **state)
{
    (void)state;
    led_scene self;
    leader    slow;
    led_call  other;
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    led_init(&other, &self.on.origin);
    leader_start(&slow, &self);
    pthread_cancel(slow.thread);
    for (int i = 0; i < 10; i++)
        assert_int_equal(led_run(self.on.transport, &other), DYNOX_OK);
    self.on.transport->cancel(self.on.transport, &self.call.call.request);
    pthread_join(slow.thread, NULL);
    call_free(&other.call);
    led_end(&self);
}

/* ---- what goes wrong on the connection ---- */

static void answer_one_and_close(test_line *line)
{
    if (atomic_load(&line->server->requests) < 30) {
        while (server_read(line) && server_answer(line, "one") && atomic_load(&line->server->requests) != 30) {
        }
        return;
    }
    if (server_read(line)) server_answer(line, "one");
}

static void use_closed_connections(led_scene *self)
{
    for (int i = 0; i < 60; i++) {
        dynox_status status = led_run(self->on.transport, &self->call);
        if (status == DYNOX_OK)
            assert_body(&self->call.call, "one");
        else /* the end and the request have crossed */
            assert_true(status == DYNOX_E_TRANSPORT && self->call.call.request.reused);
    }
    assert_true(server_connections(self->on.server) > 10);
}

static void connections_that_the_server_closes_meanwhile_are_replaced(void **state)
{
    (void)state;
    led_scene self;
    led_begin_with(&self, answer_one_and_close, (dynox__curl_config){0});
    use_closed_connections(&self);
    led_end(&self);
}

static _Thread_local bool                  counts_pipes; /* the server's threads may break theirs */
static _Thread_local volatile sig_atomic_t broken_pipes;

static void on_broken_pipe(int number)
{
    (void)number;
    if (counts_pipes) broken_pipes++;
}

static void answer_one_and_reset(test_line *line)
{
    answer_one_and_close(line);
    line->reset = true;
}

static void a_broken_tls_connection_sends_the_program_no_signal(void **state)
{
    (void)state;
    char      path[] = "/tmp/dynox-ca-XXXXXX";
    led_scene self;
    SSL_CTX  *tls = make_tls_server(path);
    scene_begin_with(&self.on, answer_one_and_reset, NULL, tls, (dynox__curl_config){.ca_file = path});
    struct sigaction before, action = {.sa_handler = on_broken_pipe};
    sigaction(SIGPIPE, &action, &before);
    led_init(&self.call, &self.on.origin);
    run_until_led(self.on.transport, &self.call);
    counts_pipes = true;
    use_closed_connections(&self);
    counts_pipes = false;
    assert_int_equal(broken_pipes, 0);
    led_end(&self);
    sigaction(SIGPIPE, &before, NULL);
    SSL_CTX_free(tls);
    unlink(path);
}

static void idle_connections_are_watched_again_after_a_while(void **state)
{
    (void)state;
    led_scene self;
    led_begin_with(&self, answer_all, (dynox__curl_config){.idle_ms = 100});
    WAIT_FOR_STATS(self.on.transport, stats.connections == 0);
    assert_int_equal(led_run(self.on.transport, &self.call), DYNOX_OK);
    led_end(&self);
}

static void a_request_that_is_submitted_again_when_it_is_done_goes_to_the_io_thread(void **state)
{
    (void)state;
    led_scene self;
    led_begin_with(&self, answer_all, (dynox__curl_config){0});
    atomic_store(&self.call.from_ended, 1);
    assert_int_equal(led_run(self.on.transport, &self.call), DYNOX_OK);
    assert_int_equal(atomic_load(&self.call.from_ended), 0);
    assert_false(was_mine(&self.call));
    led_end(&self);
}

/* ---- signals, processes ---- */

static _Atomic int caught;

static void on_signal(int number)
{
    (void)number;
    atomic_fetch_add(&caught, 1);
}

static void signals_of_the_program_do_not_disturb_it(void **state)
{
    (void)state;
    led_scene        self;
    leader           slow;
    struct sigaction before, action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, &before);
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    leader_start(&slow, &self);
    for (int i = 1; i <= 5; i++) {
        pthread_kill(slow.thread, SIGUSR1);
        while (atomic_load(&caught) < i)
            server_sleep(1);
    }
    self.on.transport->cancel(self.on.transport, &self.call.call.request);
    leader_join(&slow, DYNOX_E_CANCELLED);
    led_end(&self);
    sigaction(SIGUSR1, &before, NULL);
}

static test_scene *ended_at_exit;

static void end_at_exit(void)
{
    ended_at_exit->transport->shutdown(ended_at_exit->transport);
    _exit(0);
}

static void on_alarm(int number)
{
    (void)number;
    exit(1); /* many programs do */
}

static void a_program_that_is_ended_by_a_signal_may_end_the_transport(void **state)
{
    (void)state;
    if (TEST_UNDER_TSAN) skip(); /* its children start no threads, and it reports every handler that calls exit() */
    pid_t child = fork();
    if (child == 0) {
        led_scene self;
        scene_begin_with(&self.on, answer_most, NULL, NULL, (dynox__curl_config){0});
        led_init(&self.call, &self.on.origin);
        ended_at_exit = &self.on;
        atexit(end_at_exit);
        signal(SIGALRM, on_alarm);
        for (int i = 0; i < 50; i++)
            led_run(self.on.transport, &self.call);
        make_silent(&self.call.call);
        setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 50000}}, NULL);
        led_run(self.on.transport, &self.call);
        _exit(2);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_child_of_a_process_that_leads_touches_nothing(void **state)
{
    (void)state;
    led_scene self;
    leader    slow;
    led_begin_with(&self, answer_most, (dynox__curl_config){0});
    leader_start(&slow, &self);
    pid_t child = fork();
    if (child == 0) {
        test_call call;
        call_init(&call, &self.on.origin);
        bool right = self.on.transport->submit(self.on.transport, &call.request) == DYNOX_E_FORKED;
        self.on.transport->shutdown(self.on.transport);
        _exit(right ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    self.on.transport->cancel(self.on.transport, &self.call.call.request);
    leader_join(&slow, DYNOX_E_CANCELLED);
    led_end(&self);
}

/* ---- many ---- */

typedef struct user {
    pthread_t         thread;
    dynox__transport *transport;
    led_call          call;
    int               number;
    bool              right;
} user;

enum { THREADS = 4, ROUNDS = 400 };

static void *run_many(void *arg)
{
    user *self  = arg;
    self->right = true;
    for (int i = 0; i < ROUNDS && self->right; i++) {
        if (self->number == 0 || i % 100 < 50) { /* sometimes the first is alone */
            self->right = led_run(self->transport, &self->call) == DYNOX_OK;
            continue;
        }
        call_start(self->transport, &self->call.call);
        if (i % 3 == 0) self->transport->cancel(self->transport, &self->call.call.request);
        dynox_status status = call_wait(&self->call.call);
        self->right         = status == DYNOX_OK || (i % 3 == 0 && status == DYNOX_E_CANCELLED);
        if (i % 100 == 99) server_sleep(5);
    }
    return NULL;
}

static void many_threads_take_it_from_each_other(void **state)
{
    (void)state;
    led_scene self;
    user      threads[THREADS];
    led_begin_with(&self, answer_all, (dynox__curl_config){0});
    for (int i = 0; i < THREADS; i++) {
        threads[i].transport = self.on.transport;
        threads[i].number    = i;
        led_init(&threads[i].call, &self.on.origin);
        assert_int_equal(pthread_create(&threads[i].thread, NULL, run_many, &threads[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
        assert_true(threads[i].right);
        call_free(&threads[i].call.call);
    }
    run_until_led(self.on.transport, &self.call);
    led_end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_thread_that_waits_does_it_itself),
        cmocka_unit_test(requests_that_nobody_awaits_never_run_there),
        cmocka_unit_test(who_does_not_wait_after_all_leaves_it_to_the_io_thread),
        cmocka_unit_test(another_request_goes_on_beside_one_that_is_awaited),
        cmocka_unit_test(a_cancel_ends_the_wait),
        cmocka_unit_test(the_end_of_the_transport_ends_the_wait),
        cmocka_unit_test(the_deadline_ends_the_wait),
        cmocka_unit_test(posted_work_runs_on_the_io_thread),
        cmocka_unit_test(a_cancelled_thread_does_not_take_the_seat_with_it),
        cmocka_unit_test(connections_that_the_server_closes_meanwhile_are_replaced),
        cmocka_unit_test(a_broken_tls_connection_sends_the_program_no_signal),
        cmocka_unit_test(idle_connections_are_watched_again_after_a_while),
        cmocka_unit_test(a_request_that_is_submitted_again_when_it_is_done_goes_to_the_io_thread),
        cmocka_unit_test(signals_of_the_program_do_not_disturb_it),
        cmocka_unit_test(a_program_that_is_ended_by_a_signal_may_end_the_transport),
        cmocka_unit_test(a_child_of_a_process_that_leads_touches_nothing),
        cmocka_unit_test(many_threads_take_it_from_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
