/* What most programs do: a thread for each request in flight, each with a curl handle that it uses again. */
#include "bench.h"
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct shared {
    const bench_load  *load;
    _Atomic size_t     taken, done, failed;
    bench_clock        clock;
    struct curl_slist *headers;
    const char        *body;
} shared;

typedef struct answer {
    size_t size;
    char   bytes[4096];
} answer;

static size_t keep(char *bytes, size_t one, size_t count, void *to)
{
    answer *self = to;
    if (count > sizeof self->bytes - self->size) return 0;
    memcpy(self->bytes + self->size, bytes, count);
    self->size += count;
    return one * count;
}

/* The headers of the request as libcurl wants them; it adds the length itself. */
static struct curl_slist *split_headers(const bench_load *load, const char **body)
{
    struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Expect:"), "Accept:");
    const char        *line    = strstr(load->request, "\r\n") + 2;
    for (const char *end; (end = strstr(line, "\r\n")) != line; line = end + 2) {
        char text[1024];
        snprintf(text, sizeof text, "%.*s", (int)(end - line), line);
        if (strncmp(text, "Content-Length:", 15) != 0) headers = curl_slist_append(headers, text);
    }
    *body = line + 2;
    return headers;
}

static CURL *make_handle(shared *self, answer *to)
{
    const bench_load *load = self->load;
    char              url[64];
    CURL             *curl = curl_easy_init();
    snprintf(url, sizeof url, "%s://127.0.0.1:%u/", load->tls ? "https" : "http", (unsigned)load->server->port);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, self->headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, self->body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(self->body));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
    if (load->tls) curl_easy_setopt(curl, CURLOPT_CAINFO, load->ca_file);
    return curl;
}

static void *work(void *arg)
{
    shared *self = arg;
    size_t  all  = self->load->warm_up + self->load->total;
    answer  to;
    CURL   *curl = make_handle(self, &to);
    while (atomic_fetch_add(&self->taken, 1) < all) {
        long status = 0;
        to.size     = 0;
        if (curl_easy_perform(curl) != CURLE_OK ||
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200)
            atomic_fetch_add(&self->failed, 1);
        if (atomic_fetch_add(&self->done, 1) + 1 == self->load->warm_up) bench_begin(&self->clock);
    }
    curl_easy_cleanup(curl);
    return NULL;
}

bool bench_blocking(const bench_load *load, bench_result *result)
{
    double         before  = bench_rss_kib();
    shared         self    = {.load = load};
    pthread_t     *threads = calloc(load->in_flight, sizeof *threads);
    pthread_attr_t small;
    if (!threads || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return false;
    self.headers = split_headers(load, &self.body);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 * 1024);
    bench_begin(&self.clock);
    for (size_t i = 0; i < load->in_flight; i++)
        if (pthread_create(&threads[i], &small, work, &self) != 0) return false;
    for (size_t i = 0; i < load->in_flight; i++)
        pthread_join(threads[i], NULL);
    bench_end(&self.clock, load, before, result);
    result->failures = atomic_load(&self.failed);
    curl_slist_free_all(self.headers);
    free(threads);
    return true;
}
