/* Traces to a collector: spans of the calls of a client, sent by OTLP over HTTP with plain libcurl. A function keeps a
 * copy of each span, since it runs in the middle of the library's work; a thread sends what has come once a second.
 *
 * The collector is where OTEL_EXPORTER_OTLP_ENDPOINT says (http://localhost:4318); DynamoDB is found as by every AWS
 * tool. */
#include <curl/curl.h>
#include <dynox/dynox.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_SPANS = 512 };

typedef struct exporter {
    pthread_mutex_t lock;
    pthread_cond_t  wake;
    char           *spans[MOST_SPANS];
    size_t          count, dropped;
    bool            ending;
    pthread_t       thread;
    char            url[512];
} exporter;

/* Bounded: when the collector is away, spans are dropped, not memory taken. */
static void keep_span(const dynox_span *span, void *arg)
{
    exporter *self = arg;
    char     *json = dynox_span_json(span);
    if (!json) return;
    pthread_mutex_lock(&self->lock);
    bool room = self->count < MOST_SPANS;
    if (room)
        self->spans[self->count++] = json;
    else
        self->dropped++;
    pthread_mutex_unlock(&self->lock);
    if (!room) dynox_free(json);
}

static size_t ignore(char *data, size_t size, size_t count, void *arg)
{
    (void)data, (void)arg;
    return size * count;
}

static void post(const exporter *self, const char *body)
{
    CURL              *curl    = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURLcode           code    = CURLE_OUT_OF_MEMORY;
    if (curl && headers) {
        curl_easy_setopt(curl, CURLOPT_URL, self->url);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
        curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
        code = curl_easy_perform(curl);
    }
    if (code != CURLE_OK) fprintf(stderr, "spans were not taken by %s: %s\n", self->url, curl_easy_strerror(code));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

static void send_spans(exporter *self)
{
    char *spans[MOST_SPANS];
    pthread_mutex_lock(&self->lock);
    size_t count = self->count;
    memcpy(spans, self->spans, count * sizeof *spans);
    self->count = 0;
    pthread_mutex_unlock(&self->lock);
    char *body = count ? dynox_spans_request("dynox-sample", count, (const char *const *)spans) : NULL;
    if (body) post(self, body);
    dynox_free(body);
    for (size_t i = 0; i < count; i++)
        dynox_free(spans[i]);
}

static void *run(void *arg)
{
    exporter *self   = arg;
    bool      ending = false;
    while (!ending) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_mutex_lock(&self->lock);
        if (!self->ending) pthread_cond_timedwait(&self->wake, &self->lock, &until);
        ending = self->ending;
        pthread_mutex_unlock(&self->lock);
        send_spans(self);
    }
    return NULL;
}

static bool exporter_start(exporter *self)
{
    const char *endpoint = getenv("OTEL_EXPORTER_OTLP_ENDPOINT");
    *self                = (exporter){.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    snprintf(self->url, sizeof self->url, "%s/v1/traces", endpoint ? endpoint : "http://localhost:4318");
    return pthread_create(&self->thread, NULL, run, self) == 0;
}

/* Once no client tells the tracer anything any more: what is left is sent. */
static void exporter_end(exporter *self)
{
    pthread_mutex_lock(&self->lock);
    self->ending = true;
    pthread_cond_signal(&self->wake);
    pthread_mutex_unlock(&self->lock);
    pthread_join(self->thread, NULL);
    if (self->dropped) fprintf(stderr, "%zu spans were dropped\n", self->dropped);
}

int main(void)
{
    exporter    out;
    dynox_error err  = {0};
    bool        made = false;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (!exporter_start(&out)) return 1;
    dynox_observer *tracer = dynox_tracer_new(.fn = keep_span, .arg = &out);
    dynox_client   *db     = dynox_client_new(.observer = tracer, .error = &err);
    dynox_observer_release(tracer);

    made = dynox_sync_create_table(db, "dynox-traced", {"pk", DYNOX_S}, .error = &err) == DYNOX_OK;
    if (made) made = dynox_sync_wait_for_table_active(db, "dynox-traced", .error = &err) == DYNOX_OK;
    if (made) {
        dynox_sync_put_item(db, "dynox-traced", DYNOX_ITEM("pk", "USER#1"), .correlation_id = "sign-up-1",
                            .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        dynox_sync_put_item(db, "dynox-traced", DYNOX_ITEM("pk", "USER#1"), /* it is there: a span that failed */
                            .condition = DYNOX_EXPR("attribute_not_exists(pk)"));
        dynox_sync_delete_table(db, "dynox-traced");
    } else {
        dynox_error_print(stderr, &err);
    }
    dynox_client_free(db);
    exporter_end(&out);
    dynox_error_clear(&err);
    curl_global_cleanup();
    return made ? 0 : 1;
}
