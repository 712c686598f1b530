/* A server that answers what a script says, in its order, for whatever the library fetches: all URLs are sent to it.
 * Behind it, the credentials and texts that the tests of this floor share. */
#ifndef DYNOX_TEST_SERVICES_REPLAY_H
#define DYNOX_TEST_SERVICES_REPLAY_H

#include "http/fetch/fetch.h"
#include "http/server.h"
#include "support.h"

enum { REPLAY_STEPS = 32 };

/* One request that is expected, and its answer. */
typedef struct replay_step {
    const char *method, *url; /* NULL: any */
    int         status;
    const char *headers; /* lines that end with CR LF; NULL: none */
    const char *body;
} replay_step;

typedef struct replay {
    test_server *server;
    replay_step  steps[REPLAY_STEPS];
    int          count;
    /* What came in; read it only when nothing is fetched. */
    char *requests[REPLAY_STEPS];
    int   next;       /* requests so far; the last answer is repeated for ever */
    char *unexpected; /* the first request that is not what the step says */
} replay;

static replay replayed;

/* The parameters of a query in alphabetic order, so that URLs can be compared. */
static inline void replay_sort(char *url)
{
    char *query = strchr(url, '?'), *both = query ? strchr(query, '&') : NULL;
    if (!both || strchr(both + 1, '&') || strcmp(query + 1, both + 1) <= 0) return;
    char sorted[2048];
    snprintf(sorted, sizeof sorted, "%s&%.*s", both + 1, (int)(both - query - 1), query + 1);
    memcpy(query + 1, sorted, strlen(sorted) + 1);
}

static inline bool replay_expects(const replay_step *step, const char *method, const char *url)
{
    char theirs[2048], ours[2048];
    if (step->method && strcmp(step->method, method) != 0) return false;
    if (!step->url) return true;
    snprintf(theirs, sizeof theirs, "%s", step->url);
    snprintf(ours, sizeof ours, "%s", url);
    replay_sort(theirs);
    replay_sort(ours);
    size_t length = strlen(theirs); /* a URL without a path is one with "/" */
    return strncmp(theirs, ours, length) == 0 && (!ours[length] || strcmp(ours + length, "/") == 0);
}

/* A request with its body. */
static inline bool replay_read(test_line *line)
{
    char  *end  = NULL;
    size_t size = 0, need = 0;
    while (!end || size < need) {
        ssize_t count = server_receive(line, line->request + size, sizeof line->request - 1 - size);
        if (count <= 0) return false;
        size += (size_t)count;
        line->request[size] = 0;
        end                 = strstr(line->request, "\r\n\r\n");
        const char *length  = end ? strstr(line->request, "Content-Length: ") : NULL;
        if (end) need = (size_t)(end + 4 - line->request) + (length ? strtoul(length + 16, NULL, 10) : 0);
    }
    return true;
}

static inline void replay_answer(test_line *line, const replay_step *step)
{
    char head[1024];
    snprintf(head, sizeof head, "HTTP/1.1 %d Whatever\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n",
             step->status, step->headers ? step->headers : "", strlen(step->body ? step->body : ""));
    server_send(line, head);
    server_send(line, step->body ? step->body : "");
}

static inline void replay_script(test_line *line)
{
    replay           *self = line->server->context;
    char              method[16], url[2048];
    const replay_step nothing = {.status = 500};
    if (!replay_read(line) || sscanf(line->request, "%15s /%2047s", method, url) != 2) return;
    pthread_mutex_lock(&line->server->lock);
    const replay_step *step =
        self->count ? &self->steps[self->next < self->count ? self->next : self->count - 1] : NULL;
    if (self->next >= self->count && step && !replay_expects(step, method, url)) step = NULL;
    if (step && !replay_expects(step, method, url)) step = NULL;
    if (!step && !self->unexpected) self->unexpected = strdup(line->request);
    if (self->next < REPLAY_STEPS) self->requests[self->next++] = strdup(line->request);
    pthread_mutex_unlock(&line->server->lock);
    replay_answer(line, step ? step : &nothing);
}

/* http://127.0.0.1:PORT/https://sts.eu-west-1.amazonaws.com/ */
static inline bool replay_reroute(const char *url, char *other, size_t size)
{
    snprintf(other, size, "http://127.0.0.1:%u/%s", replayed.server->port, url);
    return true;
}

static inline void replay_add(replay_step step)
{
    if (replayed.count == REPLAY_STEPS) abort();
    replayed.steps[replayed.count++] = step;
}

/* For cmocka_unit_test_setup_teardown. */
static inline int replay_start(void **state)
{
    (void)state;
    replayed        = (replay){0};
    replayed.server = server_start(replay_script, &replayed, NULL);
    dynox__fetch_reroute(replay_reroute);
    return 0;
}

static inline int replay_stop(void **state)
{
    (void)state;
    dynox__fetch_reroute(NULL);
    server_stop(replayed.server);
    for (int i = 0; i < replayed.next; i++)
        free(replayed.requests[i]);
    free(replayed.unexpected);
    return 0;
}

/* The body of the n-th request. */
static inline const char *replay_body(int n)
{
    assert_true(n < replayed.next);
    return strstr(replayed.requests[n], "\r\n\r\n") + 4;
}

/* ---- what STS says ---- */

#define STS_ROLE(action, key)                                                                                          \
    "<" action "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <" action "Result>\n"                 \
    "    <AssumedRoleUser><AssumedRoleId>AROA:me</AssumedRoleId>"                                                      \
    "<Arn>arn:aws:sts::123456789012:assumed-role/reader/me</Arn></AssumedRoleUser>\n"                                  \
    "    <Credentials><AccessKeyId>" key "</AccessKeyId><SecretAccessKey>secret/" key "</SecretAccessKey>"             \
    "<SessionToken>token+" key "=</SessionToken><Expiration>2099-01-01T00:00:00.123Z</Expiration></Credentials>\n"     \
    "  </" action "Result>\n  <ResponseMetadata><RequestId>R-1</RequestId></ResponseMetadata>\n</" action "Response>"

#define STS_ERROR(code, message)                                                                                       \
    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>" code         \
    "</Code><Message>" message "</Message></Error><RequestId>R-2</RequestId></ErrorResponse>"

#endif
