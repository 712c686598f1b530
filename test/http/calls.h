/* Requests of a test: started, waited for, checked. */
#ifndef DYNOX_TEST_HTTP_CALLS_H
#define DYNOX_TEST_HTTP_CALLS_H

#include "base/alloc.h"
#include "http/server.h"
#include "http/transport/transport.h"
#include "support.h"

typedef struct test_call {
    dynox__request  request;
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    int             done; /* how often */
} test_call;

static const char simple_request[] =
    "POST / HTTP/1.1\r\nHost: test\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 2\r\n\r\n{}";

static inline void call_done(dynox__request *request)
{
    test_call *self = DYNOX__CONTAINER(request, test_call, request);
    pthread_mutex_lock(&self->lock);
    self->done++;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
}

static inline void call_init(test_call *self, const dynox__origin *origin)
{
    *self = (test_call){.request = {.origin      = origin,
                                    .data        = simple_request,
                                    .size        = sizeof simple_request - 1,
                                    .deadline_ns = DYNOX__NEVER,
                                    .done        = call_done}};
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
}

static inline void call_start(dynox__transport *transport, test_call *self)
{
    self->done = 0;
    assert_int_equal(transport->submit(transport, &self->request), DYNOX_OK);
}

static inline dynox_status call_wait(test_call *self)
{
    pthread_mutex_lock(&self->lock);
    while (!self->done)
        pthread_cond_wait(&self->changed, &self->lock);
    int done = self->done;
    pthread_mutex_unlock(&self->lock);
    assert_int_equal(done, 1);
    return self->request.status;
}

static inline void call_free(test_call *self)
{
    dynox__buffer_free(&self->request.body);
    pthread_mutex_destroy(&self->lock);
    pthread_cond_destroy(&self->changed);
}

/* Submits and waits. */
static inline dynox_status call_run(dynox__transport *transport, test_call *self)
{
    call_start(transport, self);
    return call_wait(self);
}

/* Several at once to one place. */
static inline void calls_start(dynox__transport *transport, const dynox__origin *origin, test_call *calls, int count)
{
    for (int i = 0; i < count; i++)
        call_init(&calls[i], origin);
    for (int i = 0; i < count; i++)
        call_start(transport, &calls[i]);
}

/* All of them come to that. */
static inline void calls_wait(test_call *calls, int count, dynox_status expected)
{
    for (int i = 0; i < count; i++)
        if (call_wait(&calls[i]) != expected)
            fail_msg("%s: %s", dynox_status_name(calls[i].request.status), calls[i].request.message);
}

static inline void calls_free(test_call *calls, int count)
{
    for (int i = 0; i < count; i++)
        call_free(&calls[i]);
}

static inline void calls_end(test_call *calls, int count, dynox_status expected)
{
    calls_wait(calls, count, expected);
    calls_free(calls, count);
}

static inline void assert_body(const test_call *self, const char *expected)
{
    static const char zeros[64];
    assert_int_equal(self->request.body.size, strlen(expected));
    assert_memory_equal(self->request.body.data, expected, strlen(expected));
    assert_memory_equal(self->request.body.data + self->request.body.size, zeros, sizeof zeros);
}

static inline dynox__transport *transport_new(dynox__curl_config config)
{
    dynox_error       error     = {0};
    dynox__transport *transport = dynox__curl_transport_new(&config, &error);
    if (!transport) fail_msg("no transport: %s", error.message);
    return transport;
}

static inline dynox__origin origin_of(const test_server *server)
{
    return (dynox__origin){.tls = server->tls != NULL, .host = "127.0.0.1", .port = (uint16_t)server->port};
}

/* The same with TLS, whatever the server speaks. */
static inline dynox__origin tls_origin_of(const test_server *server)
{
    return (dynox__origin){.tls = true, .host = "127.0.0.1", .port = (uint16_t)server->port};
}

/* What most tests are about: a server with a script, a transport, and a call from one to the other. */
typedef struct test_scene {
    test_server      *server; /* NULL: the test sees to it */
    dynox__origin     origin; /* of the server; the call's */
    dynox__transport *transport;
    test_call         call;
} test_scene;

/* Without a server. */
static inline void scene_begin_at(test_scene *self, dynox__origin origin, dynox__curl_config config)
{
    self->server    = NULL;
    self->origin    = origin;
    self->transport = transport_new(config);
    call_init(&self->call, &self->origin);
}

static inline void scene_begin_with(test_scene *self, void (*script)(test_line *), void *context, SSL_CTX *tls,
                                    dynox__curl_config config)
{
    test_server *server = server_start(script, context, tls);
    scene_begin_at(self, origin_of(server), config);
    self->server = server;
}

static inline void scene_begin(test_scene *self, void (*script)(test_line *))
{
    scene_begin_with(self, script, NULL, NULL, (dynox__curl_config){0});
}

static inline void scene_shutdown(test_scene *self)
{
    self->transport->shutdown(self->transport);
    self->transport = NULL;
}

/* The transport first, unless it is shut down, so that the server sees how it ends. */
static inline void scene_end(test_scene *self)
{
    if (self->transport) scene_shutdown(self);
    call_free(&self->call);
    if (self->server) server_stop(self->server);
}

/* Submits the call and waits. */
static inline dynox_status scene_run(test_scene *self)
{
    return call_run(self->transport, &self->call);
}

/* Waits for a number of the statistics to become what it should be; fails after a long time. */
#define WAIT_FOR_STATS(transport, condition)                                                                           \
    do {                                                                                                               \
        dynox__transport_stats stats;                                                                                  \
        int                    tries = 0;                                                                              \
        for (;; tries++) {                                                                                             \
            (transport)->stats((transport), &stats);                                                                   \
            if (condition) break;                                                                                      \
            if (tries == 20000) fail_msg("never: %s", #condition);                                                     \
            server_sleep(1);                                                                                           \
        }                                                                                                              \
    } while (0)

#endif
