/* The nodes of a service that has several: who gets an attempt, and the errands beside the calls: finding out whether a
 * node that rests lives again, and asking for the list. Errands begin with calls: a client that does nothing does not
 * send anything. */
#include "aws/call/call_state.h"
#include "aws/nodes/localnodes.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/thread.h"
#include "value/json/decode.h"

enum {
    REFRESH_S      = 10, /* the age at which the list is asked for again */
    REFRESH_SOON_S = 1,  /* after a failure */
    ERRAND_S       = 5,
    LARGEST_LIST   = 256 * 1024,
    MOST_MOVES     = 16
};

/* ---- the list that the program gives ---- */

typedef struct url_list {
    char  *text; /* what `at` points into */
    char  *at[DYNOX__MOST_NODES];
    size_t count;
} url_list;

static bool is_between(char c)
{
    return c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static dynox_status split(url_list *list, const char *text, dynox_error *error)
{
    list->text = dynox__strdup(text);
    if (!list->text) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    for (char *p = list->text; *p;) {
        while (is_between(*p))
            *p++ = 0;
        if (!*p) break;
        if (list->count == DYNOX__MOST_NODES)
            return dynox_error_set(error, DYNOX_E_CONFIGURATION, ".nodes has more than %d nodes", DYNOX__MOST_NODES);
        list->at[list->count++] = p;
        while (*p && !is_between(*p))
            p++;
    }
    for (size_t i = 0; i < list->count; i++)
        dynox__node_url_plain(list->at[i]);
    if (list->count) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, ".nodes has no node in it");
}

dynox_status dynox__nodes_check(const char *text, char **first, dynox_error *error)
{
    url_list     list   = {0};
    dynox_status status = split(&list, text, error);
    for (size_t i = 0; i < list.count && status == DYNOX_OK; i++) {
        dynox__endpoint endpoint = {0};
        status                   = dynox__endpoint_parse(&endpoint, list.at[i], "a node", error);
        dynox__endpoint_free(&endpoint);
    }
    if (status == DYNOX_OK && !(*first = dynox__strdup(list.at[0])))
        status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    dynox__free(list.text);
    return status;
}

/* ---- beginning and end ---- */

static void *make_place(void *owner, const char *url, dynox_error *error)
{
    dynox__service *service = owner;
    dynox__place   *place   = dynox__place_new(service, url, "a node", error);
    if (!place) return NULL;
    if (!service->nodes.scope_id) service->nodes.scope_id = place->scope.id;
    place->scope.id = service->nodes.scope_id;
    return place;
}

static void end_place(void *place)
{
    dynox__place_free(place);
}

dynox_status dynox__service_nodes_prepare(dynox__service *service, dynox_error *error)
{
    const char           *text = service->wishes.nodes;
    dynox__service_nodes *self = &service->nodes;
    url_list              list = {0};
    if (!text && service->wishes.discover == DYNOX_DISCOVER_NOTHING) return DYNOX_OK;
    if (!text) text = service->where.url;
    if (!text)
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               ".discover needs a node to ask: give .nodes, or an endpoint of your own");
    dynox__nodes_init(&self->nodes, (dynox__node_maker){make_place, end_place, service});
    dynox_status status = split(&list, text, error);
    if (status == DYNOX_OK)
        status = dynox__nodes_list(&self->nodes, (const char *const *)list.at, list.count, true, NULL, error);
    dynox__free(list.text);
    if (status != DYNOX_OK) {
        dynox__nodes_destroy(&self->nodes);
        return status;
    }
    self->several   = true;
    self->discovers = service->wishes.discover == DYNOX_ALTERNATOR;
    atomic_init(&self->refresh_ns, self->discovers ? 0 : DYNOX__NEVER);
    return DYNOX_OK;
}

void dynox__service_nodes_destroy(dynox__service *service)
{
    if (service->nodes.several) dynox__nodes_destroy(&service->nodes.nodes);
    service->nodes.several = false;
}

void dynox__service_count_nodes(dynox__service *service, size_t *nodes, size_t *resting)
{
    *nodes   = 1;
    *resting = 0;
    if (service->generation == dynox__fork_generation() &&
        atomic_load_explicit(&service->prepared, memory_order_acquire) && service->nodes.several)
        dynox__nodes_count(&service->nodes.nodes, nodes, resting);
}

/* ---- errands ---- */

typedef struct errand {
    dynox__request  request;
    dynox__service *service; /* which ends its transport, and so this, before it goes */
    dynox__node    *node;    /* a reference, and in flight */
    dynox__buffer   text;
} errand;

static const dynox__place *place_of(const dynox__node *node)
{
    return node->place;
}

static void end_errand(errand *self)
{
    dynox__buffer_free(&self->request.body);
    dynox__buffer_free(&self->text);
    dynox__nodes_release(&self->service->nodes.nodes, self->node);
    dynox__free(self);
}

static errand *new_errand(dynox__service *service, dynox__node *node, void (*done)(dynox__request *))
{
    errand *self = dynox__calloc(sizeof *self);
    if (!self) return NULL;
    self->service = service;
    self->node    = node;
    self->request = (dynox__request){.origin      = &place_of(node)->origin,
                                     .data        = "",
                                     .deadline_ns = dynox__now_ns() + ERRAND_S * DYNOX__SECOND,
                                     .max_body    = LARGEST_LIST,
                                     .done        = done};
    return self;
}

static bool submit(errand *self)
{
    dynox__service *service = self->service;
    pthread_mutex_lock(&service->lock);
    bool taken = service->transport && !dynox__service_closed(service) &&
                 service->transport->submit(service->transport, &self->request) == DYNOX_OK;
    pthread_mutex_unlock(&service->lock);
    return taken;
}

static void note_rest(const dynox__node *node, const char *why)
{
    dynox__log(DYNOX_LOG_WARNING, "nodes", "%s gets no requests for a while: %s", node->url, why);
}

/* ---- does it live again? ---- */

static void probe_done(dynox__request *request)
{
    errand       *self  = DYNOX__CONTAINER(request, errand, request);
    dynox__nodes *nodes = &self->service->nodes.nodes;
    if (dynox__nodes_probed(nodes, self->node, request->status == DYNOX_OK, dynox__now_ns()))
        dynox__log(DYNOX_LOG_INFO, "nodes", "%s gets requests again", self->node->url);
    end_errand(self);
}

/* A connection to it is enough; there may be one. */
static void probe(dynox__service *service, dynox__node *node)
{
    static _Atomic uint64_t probes;
    dynox__nodes           *nodes = &service->nodes.nodes;
    errand                 *self  = new_errand(service, node, probe_done);
    if (self) self->request.warms = atomic_fetch_add(&probes, 1) + 1;
    if (self && submit(self)) return;
    dynox__nodes_probed(nodes, node, false, dynox__now_ns());
    dynox__nodes_release(nodes, node);
    dynox__free(self);
}

/* ---- which nodes are there? ---- */

static void refresh_by(dynox__service_nodes *self, int64_t at_ns)
{
    atomic_store(&self->refresh_ns, at_ns);
    dynox__nodes_due_by(&self->nodes, at_ns);
}

/* The nodes that were known remain. Said once, until an answer is good again. */
static void complain(dynox__service_nodes *self, const dynox__node *node, const char *why)
{
    if (!self->complained)
        dynox__log(DYNOX_LOG_WARNING, "nodes", "the list of nodes from %s is of no use: %s", node->url, why);
    self->complained = true;
}

static dynox_status take_list(dynox__service *service, dynox__request *request, const dynox__node *node,
                              dynox_error *error)
{
    dynox__service_nodes  *self     = &service->nodes;
    const dynox__endpoint *endpoint = &place_of(node)->endpoint;
    dynox__localnodes      list;
    dynox__arena           arena   = {0};
    bool                   changed = false;
    if (request->status != DYNOX_OK)
        return dynox_error_set(error, request->status, "%s",
                               request->message[0] ? request->message : dynox_status_text(request->status));
    if (request->head.status != 200)
        return dynox_error_set(error, DYNOX_E_SERVICE, "HTTP %d: is this Alternator?", request->head.status);
    if (!request->body.size) return dynox_error_set(error, DYNOX_E_DECODE, "the answer is empty");
    dynox_status status =
        dynox__localnodes_read(request->body.data, request->body.size,
                               (dynox__localnodes_base){endpoint->tls, endpoint->port}, &arena, &list, error);
    if (status == DYNOX_OK) status = dynox__nodes_list(&self->nodes, list.urls, list.count, false, &changed, error);
    if (status == DYNOX_OK && changed) {
        size_t listed, resting;
        dynox__nodes_count(&self->nodes, &listed, &resting);
        dynox__log(DYNOX_LOG_INFO, "nodes", "there are %zu nodes now, says %s", listed, node->url);
        if (list.ignored)
            dynox__log(DYNOX_LOG_WARNING, "nodes", "%zu entries of its list are no hosts, such as \"%s\"", list.ignored,
                       list.odd);
        if (list.surplus)
            dynox__log(DYNOX_LOG_WARNING, "nodes", "%zu nodes of its list are too many: %d are used", list.surplus,
                       DYNOX__MOST_NODES);
    }
    dynox__arena_free(&arena);
    return status;
}

static dynox__node_news news_of(const dynox__request *request, bool own_deadline)
{
    switch (request->status) {
    case DYNOX_OK: return request->head.status >= 500 ? DYNOX__NODE_BAD : DYNOX__NODE_GOOD;
    case DYNOX_E_CONNECT:
    case DYNOX_E_TLS: return DYNOX__NODE_GONE;
    case DYNOX_E_TIMEOUT: return own_deadline ? DYNOX__NODE_SILENT : DYNOX__NODE_BAD;
    /* servers close connections that have been used whenever they like */
    case DYNOX_E_TRANSPORT: return request->reused ? DYNOX__NODE_SILENT : DYNOX__NODE_BAD;
    default: return DYNOX__NODE_SILENT;
    }
}

static void refresh_done(dynox__request *request)
{
    errand               *self   = DYNOX__CONTAINER(request, errand, request);
    dynox__service_nodes *nodes  = &self->service->nodes;
    dynox_error           error  = {0};
    int64_t               now    = dynox__now_ns();
    dynox_status          status = take_list(self->service, request, self->node, &error);
    if (status == DYNOX_OK)
        nodes->complained = false;
    else if (status != DYNOX_E_SHUTDOWN)
        complain(nodes, self->node, error.message);
    if (dynox__nodes_done(&nodes->nodes, self->node, news_of(request, false), now))
        note_rest(self->node, error.message);
    refresh_by(nodes, now + (status == DYNOX_OK ? REFRESH_S : REFRESH_SOON_S) * DYNOX__SECOND);
    dynox_error_clear(&error);
    end_errand(self);
}

static void refresh(dynox__service *service, int64_t now_ns)
{
    dynox__nodes *nodes = &service->nodes.nodes;
    size_t        listed, resting;
    dynox__nodes_count(nodes, &listed, &resting);
    dynox__node *node = resting < listed ? dynox__nodes_pick(nodes, 0, NULL) : dynox__nodes_seed(nodes);
    errand      *self = node ? new_errand(service, node, refresh_done) : NULL;
    if (self) {
        dynox__buffer_format(&self->text, "GET /localnodes HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n",
                             place_of(node)->endpoint.authority);
        self->request.data = self->text.data;
        self->request.size = self->text.size;
        if (!self->text.failed && submit(self)) return;
        dynox__buffer_free(&self->text);
    }
    if (node) dynox__nodes_done(nodes, node, DYNOX__NODE_SILENT, now_ns);
    dynox__nodes_release(nodes, node);
    dynox__free(self);
    refresh_by(&service->nodes, now_ns + REFRESH_SOON_S * DYNOX__SECOND);
}

/* Whoever comes by and sees that it is time does it. */
static void look_after(dynox__service *service, int64_t now_ns)
{
    dynox__service_nodes *self  = &service->nodes;
    dynox__nodes         *nodes = &self->nodes;
    int64_t               due   = atomic_load_explicit(&nodes->due_ns, memory_order_relaxed);
    if (now_ns < due || !atomic_compare_exchange_strong(&nodes->due_ns, &due, DYNOX__NEVER)) return;
    for (dynox__node *node; (node = dynox__nodes_rested(nodes, now_ns));)
        probe(service, node);
    int64_t at = atomic_load(&self->refresh_ns);
    if (now_ns >= at && atomic_compare_exchange_strong(&self->refresh_ns, &at, DYNOX__NEVER)) refresh(service, now_ns);
    dynox__nodes_due_by(nodes, dynox__nodes_next_rested(nodes));
    dynox__nodes_due_by(nodes, atomic_load(&self->refresh_ns));
}

/* ---- calls ---- */

const dynox__place *dynox__call_take_node(dynox__call *call, int64_t now_ns, dynox_error *error)
{
    dynox__call_state *state = call->state_;
    dynox__nodes      *nodes = &call->service->nodes.nodes;
    look_after(call->service, now_ns);
    dynox__node *node = call->operation->opens ? dynox__nodes_at(nodes, call->context[1])
                                               : dynox__nodes_pick(nodes, call->node_key, state->node);
    dynox__nodes_release(nodes, state->node);
    state->node      = node;
    state->uses_node = node != NULL;
    if (node) return place_of(node);
    dynox_error_set(error, DYNOX_E_INTERNAL, "there is no node");
    return NULL;
}

void dynox__call_leave_node(dynox__call *call, bool sent)
{
    dynox__call_state    *state   = call->state_;
    const dynox__request *request = &call->request;
    dynox__service_nodes *self    = &call->service->nodes;
    if (!state->uses_node) return;
    state->uses_node      = false;
    bool             own  = request->deadline_ns == state->deadline_ns;
    dynox__node_news news = sent ? news_of(request, own) : DYNOX__NODE_SILENT;
    int64_t          now  = dynox__now_ns();
    if (!dynox__nodes_done(&self->nodes, state->node, news, now)) return;
    char answer[32];
    snprintf(answer, sizeof answer, "HTTP %d", request->head.status);
    note_rest(state->node, request->status == DYNOX_OK ? answer : request->message);
    /* others may know of another one in its place */
    int64_t at = atomic_load(&self->refresh_ns);
    if (at != DYNOX__NEVER && at > now + REFRESH_SOON_S * DYNOX__SECOND &&
        atomic_compare_exchange_strong(&self->refresh_ns, &at, now + REFRESH_SOON_S * DYNOX__SECOND))
        dynox__nodes_due_by(&self->nodes, now + REFRESH_SOON_S * DYNOX__SECOND);
}

bool dynox__call_can_move(const dynox__call *call)
{
    const dynox__call_state *state   = call->state_;
    const dynox__request    *request = &call->request;
    bool   no_way = (request->status == DYNOX_E_CONNECT || request->status == DYNOX_E_TLS) && !call->operation->opens;
    size_t listed, resting;
    if (!state->node || !no_way || request->phase != DYNOX__PHASE_QUEUED || state->moves >= MOST_MOVES) return false;
    dynox__nodes_count(&call->service->nodes.nodes, &listed, &resting);
    return resting < listed;
}
