/* What observers cost: a whole GetItem through the client, over a transport in this process that answers at once, on
 * one thread. Each number is the minimum of many rounds, and the rounds of all cases take turns, so that they meet the
 * same machine. With --check the program fails when metrics cost more than the bar, or watching nothing costs anything.
 */
#include "async/executor/executor.h"
#include "aws/call/observer.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "client/core/client.h"
#include "value/json/decode.h"
#include <dynox/dynox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 60, MOST_ROUNDS = 1200, CALLS = 2000, BAR_NS = 300, OFF_NS = 25, CASES = 6 };

static const char item[]     = "{\"Item\":{\"pk\":{\"S\":\"USER#1\"},\"name\":{\"S\":\"Ada\"},\"age\":{\"N\":\"36\"}}}";
static const char measured[] = "{\"ConsumedCapacity\":{\"TableName\":\"users\",\"CapacityUnits\":0.5},"
                               "\"Item\":{\"pk\":{\"S\":\"USER#1\"},\"name\":{\"S\":\"Ada\"},\"age\":{\"N\":\"36\"}}}";

/* ---- the transport: what was submitted waits until it is answered ---- */

static dynox__request *waiting;
static bool            asked; /* for consumed capacity */
static dynox_executor  executor;

static dynox_status submit(dynox__transport *self, dynox__request *request)
{
    (void)self;
    waiting = request;
    return DYNOX_OK;
}

static void answer(void)
{
    dynox__request *request = waiting;
    const char     *text    = asked ? measured : item;
    size_t          size    = strlen(text);
    waiting                 = NULL;
    request->head           = (dynox__response_head){.status = 200};
    request->status         = DYNOX_OK;
    request->phase          = DYNOX__PHASE_DONE;
    request->sent_ns = request->received_ns = dynox__now_ns();
    request->body.data                      = dynox__calloc(size + DYNOX__DECODE_PADDING);
    if (!request->body.data) exit(2);
    memcpy(request->body.data, text, size);
    request->body.size     = size;
    request->body.capacity = size + DYNOX__DECODE_PADDING;
    request->done(request);
}

static bool cancel(dynox__transport *self, dynox__request *request)
{
    (void)self, (void)request;
    return false;
}

static void reject(dynox__transport *self, dynox__request *request)
{
    (void)self, (void)request;
}

static void shut_down(dynox__transport *self)
{
    (void)self;
}

static void stats(dynox__transport *self, dynox__transport_stats *to)
{
    (void)self, (void)to;
}

static dynox_executor *executor_of(dynox__transport *self)
{
    (void)self;
    return &executor;
}

static dynox__transport transport = {submit, cancel, reject, shut_down, stats, executor_of};

/* ---- the cases ---- */

typedef struct one_case {
    const char     *name;
    dynox_observer *observer;
    dynox_client    client;
    double          best;
} one_case;

static void ignore_span(const dynox_span *span, void *arg)
{
    (void)span, (void)arg;
}

static void open_client(one_case *c)
{
    static const dynox_credentials keys  = {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    dynox_error                    error = {0};
    dynox_credentials_provider    *mine  = dynox_credentials_static(&keys);
    c->client.service                    = dynox__service_new(&(dynox__service_config){.kind        = &dynox__dynamodb,
                                                                                       .region      = "eu-west-1",
                                                                                       .credentials = mine,
                                                                                       .observer    = c->observer,
                                                                                       .transport   = &transport},
                                                              &error);
    dynox_credentials_provider_release(mine);
    if (c->client.service) return;
    fprintf(stderr, "bench_observe: %s\n", error.message);
    exit(2);
}

static void run(one_case *c)
{
    int64_t begin = dynox__now_ns();
    asked         = c->observer && c->observer->capacity;
    for (int i = 0; i < CALLS; i++) {
        dynox_future *future = dynox_get_item(&c->client, "users", DYNOX_ITEM("pk", "USER#1"));
        answer();
        dynox_item *got = dynox_future_take_item(future);
        if (!got) exit(2);
        dynox_item_free(got);
        dynox_future_release(future);
    }
    double ns = (double)(dynox__now_ns() - begin) / CALLS;
    if (ns < c->best) c->best = ns;
}

/* What a call does for observers where there are none. */
static double cost_of_nothing(one_case *c)
{
    double       best = 1e18;
    dynox__call *call = dynox__call_new(c->client.service, &(const dynox__operation){.name = "GetItem"});
    if (!call) exit(2);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t begin = dynox__now_ns();
        for (int i = 0; i < CALLS; i++) {
            dynox__observe_begin(call);
            dynox__observe_attempt(call, begin);
            dynox__observe_attempt_end(call, NULL);
            dynox__observe_end(call, NULL);
        }
        double ns = (double)(dynox__now_ns() - begin) / CALLS;
        if (ns < best) best = ns;
    }
    dynox_error   error  = {.status = DYNOX_E_CANCELLED};
    dynox_future *future = dynox__call_refuse(call, &error);
    dynox_future_error(future);
    dynox_future_release(future);
    return best;
}

/* Metrics cost something, and less than the bar. */
static bool is_plain(const one_case cases[CASES])
{
    double metered = cases[2].best - cases[0].best;
    return metered > 0 && metered < BAR_NS;
}

int main(int count, char **arguments)
{
    bool            check   = count > 1 && strcmp(arguments[1], "--check") == 0;
    dynox_metrics  *metrics = dynox_metrics_new(.without_capacity = true), *units = dynox_metrics_new();
    dynox_hot_keys *hot          = dynox_hot_keys_new(.writes = 1000000);
    one_case        cases[CASES] = {
               {.name = "off"},
               {.name = "an observer that hears nothing", .observer = dynox_observer_new(.capacity = DYNOX_CAPACITY_NONE)},
               {.name = "metrics", .observer = dynox_metrics_observer(metrics)},
               {.name = "metrics, with consumed capacity", .observer = dynox_metrics_observer(units)},
               {.name = "tracing", .observer = dynox_tracer_new(.fn = ignore_span, .without_capacity = true)},
               {.name = "hot keys", .observer = dynox_hot_keys_observer(hot)}};
    for (int i = 0; i < CASES; i++) {
        cases[i].best = 1e18;
        open_client(&cases[i]);
    }
    /* on a busy machine it takes longer until each case has had a quiet moment */
    for (int round = 0; round < ROUNDS || (round < MOST_ROUNDS && !is_plain(cases)); round++)
        for (int i = 0; i < CASES; i++)
            run(&cases[i]);
    for (int i = 0; i < CASES; i++)
        printf("%-40s %8.0f ns a call  %+7.0f ns  %5.2f\n", cases[i].name, cases[i].best, cases[i].best - cases[0].best,
               cases[i].best / cases[0].best);
    double nothing = cost_of_nothing(&cases[0]), metered = cases[2].best - cases[0].best;
    printf("%-40s %8.1f ns of that\n", "off: what a call asks for observers", nothing);
    for (int i = 0; i < CASES; i++) {
        dynox__service_close(cases[i].client.service);
        dynox__service_release(cases[i].client.service);
    }
    dynox_observer_release(cases[1].observer);
    dynox_observer_release(cases[4].observer);
    dynox_metrics_free(metrics);
    dynox_metrics_free(units);
    dynox_hot_keys_free(hot);
    if (!check || (metered < BAR_NS && nothing < OFF_NS)) return 0;
    fprintf(stderr, "bench_observe: metrics cost %.0f ns a call (the bar is %d ns), nothing costs %.1f ns (%d ns)\n",
            metered, BAR_NS, nothing, OFF_NS);
    return 1;
}
