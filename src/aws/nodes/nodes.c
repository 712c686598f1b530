/* Which node gets the next request. */
#include "aws/nodes/nodes.h"
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "base/random.h"
#include <string.h>

/* ---- making and ending ---- */

void dynox__nodes_init(dynox__nodes *nodes, dynox__node_maker maker)
{
    memset(nodes, 0, sizeof *nodes); /* what was destroyed may begin again */
    pthread_mutex_init(&nodes->lock, NULL);
    nodes->maker = maker;
    atomic_init(&nodes->due_ns, 0);
}

static void free_node(dynox__nodes *nodes, dynox__node *node)
{
    if (node->place) nodes->maker.end(node->place);
    dynox__free(node->url);
    dynox__free(node);
}

void dynox__nodes_destroy(dynox__nodes *nodes)
{
    for (dynox__node *node; (node = nodes->all);) {
        nodes->all = node->next;
        free_node(nodes, node);
    }
    pthread_mutex_destroy(&nodes->lock);
}

/* Ends those that nobody needs. */
static void sweep_locked(dynox__nodes *nodes)
{
    for (dynox__node **link = &nodes->all, *node; (node = *link);) {
        if (node->references || node->seed || node->index != SIZE_MAX) {
            link = &node->next;
            continue;
        }
        *link = node->next;
        free_node(nodes, node);
    }
}

void dynox__node_url_plain(char *url)
{
    char *host = strstr(url, "://");
    char *path = host ? strchr(host + 3, '/') : NULL;
    for (char *c = url; *c && c != path; c++)
        *c = dynox__ascii_lower(*c);
    for (char *end = url + strlen(url); path && end > path && end[-1] == '/';)
        *--end = 0;
}

uint64_t dynox__nodes_hash(const char *text)
{
    if (!text) return 0;
    uint64_t hash = dynox__hash_text(DYNOX__HASH_START, text);
    return hash ? hash : 1;
}

/* Spreads what differs in few bits over all of them (the last steps of MurmurHash3). */
static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}

/* ---- the list ---- */

static dynox__node *find_locked(const dynox__nodes *nodes, const char *url)
{
    dynox__node *node = nodes->all;
    while (node && strcmp(node->url, url) != 0)
        node = node->next;
    return node;
}

static dynox__node *add_locked(dynox__nodes *nodes, const char *url, dynox_error *error)
{
    dynox__node *node = dynox__calloc(sizeof *node);
    if (node) node->url = dynox__strdup(url);
    if (!node || !node->url) {
        dynox__free(node);
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    node->index = SIZE_MAX;
    node->hash  = dynox__nodes_hash(url);
    node->place = nodes->maker.make(nodes->maker.owner, url, error);
    if (!node->place) {
        free_node(nodes, node);
        return NULL;
    }
    node->next = nodes->all;
    nodes->all = node;
    return node;
}

static bool is_in(dynox__node *const *list, size_t count, const dynox__node *node)
{
    while (count)
        if (list[--count] == node) return true;
    return false;
}

static bool rests(const dynox__node *node)
{
    return node->rests_until_ns != 0;
}

static void put_locked(dynox__nodes *nodes, size_t index, dynox__node *node)
{
    nodes->list[index] = node;
    node->index        = index;
}

/* Those that are awake come first. */
static void order_locked(dynox__nodes *nodes, dynox__node *const *list, size_t count)
{
    for (size_t i = 0; i < nodes->listed; i++)
        nodes->list[i]->index = SIZE_MAX;
    size_t first = 0, last = count;
    for (size_t i = 0; i < count; i++)
        put_locked(nodes, rests(list[i]) ? --last : first++, list[i]);
    nodes->listed = count;
    nodes->awake  = first;
}

dynox_status dynox__nodes_list(dynox__nodes *nodes, const char *const *urls, size_t count, bool seeds, bool *changed,
                               dynox_error *error)
{
    dynox__node *list[DYNOX__MOST_NODES];
    size_t       kept = 0, known = 0;
    dynox_status status = DYNOX_OK;
    dynox_error  why    = {0};
    pthread_mutex_lock(&nodes->lock);
    for (size_t i = 0; i < count && kept < DYNOX__MOST_NODES && status == DYNOX_OK; i++) {
        dynox__node *node = find_locked(nodes, urls[i]);
        if (!node && !(node = add_locked(nodes, urls[i], &why))) status = why.status;
        if (!node || is_in(list, kept, node)) continue;
        if (seeds) node->seed = true;
        known += node->index != SIZE_MAX;
        list[kept++] = node;
    }
    if (status == DYNOX_OK) {
        if (changed) *changed = known != kept || kept != nodes->listed;
        order_locked(nodes, list, kept);
    }
    sweep_locked(nodes);
    pthread_mutex_unlock(&nodes->lock);
    if (status != DYNOX_OK) dynox_error_copy(error, &why);
    dynox_error_clear(&why);
    return status;
}

/* ---- choosing ---- */

static dynox__node *use_locked(dynox__node *node)
{
    if (!node) return NULL;
    node->references++;
    node->in_flight++;
    return node;
}

/* Of the first `count`, but not the one to be left out if there is another. */
static dynox__node *of_key_locked(const dynox__nodes *nodes, size_t count, uint64_t key, const dynox__node *not_this)
{
    dynox__node *best = NULL;
    uint64_t     most = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t weight = mix(key ^ mix(nodes->list[i]->hash));
        if (nodes->list[i] == not_this && count > 1) continue;
        if (best && weight <= most) continue;
        best = nodes->list[i];
        most = weight;
    }
    return best;
}

static dynox__node *of_two_locked(const dynox__nodes *nodes, size_t count, const dynox__node *not_this)
{
    uint64_t     chance = dynox__random();
    size_t       at     = (size_t)((chance >> 32) % count);
    dynox__node *one    = nodes->list[at];
    if (count == 1) return one;
    dynox__node *other = nodes->list[(at + 1 + (uint32_t)chance % (count - 1)) % count];
    if (one == not_this) return other;
    return other == not_this || one->in_flight <= other->in_flight ? one : other;
}

dynox__node *dynox__nodes_pick(dynox__nodes *nodes, uint64_t key, const dynox__node *not_this)
{
    dynox__node *node = NULL;
    pthread_mutex_lock(&nodes->lock);
    size_t count = nodes->awake;
    /* the only one that is awake has just failed: one that rests is no worse, but it is known to be bad */
    if (!count) count = nodes->listed;
    if (count) node = key ? of_key_locked(nodes, count, key, not_this) : of_two_locked(nodes, count, not_this);
    use_locked(node);
    pthread_mutex_unlock(&nodes->lock);
    return node;
}

dynox__node *dynox__nodes_at(dynox__nodes *nodes, size_t index)
{
    pthread_mutex_lock(&nodes->lock);
    dynox__node *node = use_locked(nodes->listed ? nodes->list[index % nodes->listed] : NULL);
    pthread_mutex_unlock(&nodes->lock);
    return node;
}

dynox__node *dynox__nodes_seed(dynox__nodes *nodes)
{
    dynox__node *chosen = NULL;
    size_t       seen   = 0;
    pthread_mutex_lock(&nodes->lock);
    for (dynox__node *node = nodes->all; node; node = node->next)
        if (node->seed && dynox__random() % ++seen == 0) chosen = node;
    use_locked(chosen);
    pthread_mutex_unlock(&nodes->lock);
    return chosen;
}

dynox__node *dynox__nodes_rested(dynox__nodes *nodes, int64_t now_ns)
{
    dynox__node *rested = NULL;
    pthread_mutex_lock(&nodes->lock);
    for (size_t i = nodes->awake; i < nodes->listed && !rested && nodes->probes < DYNOX__NODE_PROBES; i++)
        if (!nodes->list[i]->probing && now_ns >= nodes->list[i]->rests_until_ns) rested = nodes->list[i];
    if (rested) {
        rested->probing = true;
        nodes->probes++;
    }
    use_locked(rested);
    pthread_mutex_unlock(&nodes->lock);
    return rested;
}

/* ---- when there is something to do ---- */

void dynox__nodes_due_by(dynox__nodes *nodes, int64_t at_ns)
{
    int64_t due = atomic_load(&nodes->due_ns);
    while (at_ns < due && !atomic_compare_exchange_weak(&nodes->due_ns, &due, at_ns)) {
    }
}

int64_t dynox__nodes_next_rested(dynox__nodes *nodes)
{
    int64_t next = DYNOX__NEVER;
    pthread_mutex_lock(&nodes->lock);
    for (size_t i = nodes->awake; i < nodes->listed && nodes->probes < DYNOX__NODE_PROBES; i++)
        if (!nodes->list[i]->probing && nodes->list[i]->rests_until_ns < next) next = nodes->list[i]->rests_until_ns;
    pthread_mutex_unlock(&nodes->lock);
    return next;
}

/* ---- what became of it ---- */

/* Exchanges places with the one at `index`. */
static void move_locked(dynox__nodes *nodes, dynox__node *node, size_t index)
{
    dynox__node *there = nodes->list[index];
    put_locked(nodes, node->index, there);
    put_locked(nodes, index, node);
}

static void wake_locked(dynox__nodes *nodes, dynox__node *node)
{
    node->rests_until_ns = 0;
    if (node->index != SIZE_MAX) move_locked(nodes, node, nodes->awake++);
}

/* Between half of the time and all of it, so that many clients do not come at once. */
static void rest_locked(dynox__nodes *nodes, dynox__node *node, int64_t now_ns)
{
    int64_t longest = DYNOX__NODE_LONGEST_S * DYNOX__SECOND;
    int64_t time    = node->rests < 16 ? DYNOX__NODE_REST_MS * DYNOX__MS * (INT64_C(1) << node->rests) : longest;
    if (time > longest) time = longest;
    if (!rests(node) && node->index != SIZE_MAX) move_locked(nodes, node, --nodes->awake);
    node->rests++;
    node->rests_until_ns = now_ns + time / 2 + (int64_t)((double)time / 2 * dynox__random_unit());
    dynox__nodes_due_by(nodes, node->rests_until_ns);
}

bool dynox__nodes_done(dynox__nodes *nodes, dynox__node *node, dynox__node_news news, int64_t now_ns)
{
    bool falls_asleep = false;
    pthread_mutex_lock(&nodes->lock);
    node->in_flight--;
    if (news == DYNOX__NODE_GOOD) {
        node->bad = node->rests = 0;
        if (rests(node)) wake_locked(nodes, node);
    } else if (news != DYNOX__NODE_SILENT) {
        node->bad++;
        falls_asleep = !rests(node) && (news == DYNOX__NODE_GONE || node->bad >= DYNOX__NODE_PATIENCE);
        if (falls_asleep) rest_locked(nodes, node, now_ns);
    }
    pthread_mutex_unlock(&nodes->lock);
    return falls_asleep;
}

/* A way to it is no answer yet: the next bad request sends it back. */
bool dynox__nodes_probed(dynox__nodes *nodes, dynox__node *node, bool lives, int64_t now_ns)
{
    pthread_mutex_lock(&nodes->lock);
    bool wakes = lives && rests(node);
    node->in_flight--;
    node->probing = false;
    if (nodes->probes-- == DYNOX__NODE_PROBES) dynox__nodes_due_by(nodes, now_ns); /* others have waited for this */
    if (wakes) {
        node->bad = DYNOX__NODE_PATIENCE - 1;
        wake_locked(nodes, node);
    } else if (rests(node)) {
        rest_locked(nodes, node, now_ns);
    }
    pthread_mutex_unlock(&nodes->lock);
    return wakes;
}

dynox__node *dynox__nodes_acquire(dynox__nodes *nodes, dynox__node *node)
{
    if (!node) return NULL;
    pthread_mutex_lock(&nodes->lock);
    node->references++;
    pthread_mutex_unlock(&nodes->lock);
    return node;
}

void dynox__nodes_release(dynox__nodes *nodes, dynox__node *node)
{
    if (!node) return;
    pthread_mutex_lock(&nodes->lock);
    if (--node->references == 0 && !node->seed && node->index == SIZE_MAX) sweep_locked(nodes);
    pthread_mutex_unlock(&nodes->lock);
}

void dynox__nodes_count(dynox__nodes *nodes, size_t *listed, size_t *resting)
{
    pthread_mutex_lock(&nodes->lock);
    *listed  = nodes->listed;
    *resting = nodes->listed - nodes->awake;
    pthread_mutex_unlock(&nodes->lock);
}
