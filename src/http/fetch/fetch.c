/* One request with curl_easy_perform, on a handle of its own: such calls are rare, and nothing of one stays for the
 * next but what dynox__tls shares. */
#include "http/fetch/fetch.h"
#include "base/ascii.h"
#include "http/curl/curl_handle.h"
#include "http/fetch/fetch_receiver.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECT_MS = 3100, TOTAL_MS = 15000, MAX_BODY = 1024 * 1024, MAX_HOST = 253 };

/* One call from beginning to end. */
typedef struct fetch {
    const dynox__fetch_request *request;
    CURL                       *curl;
    CURLM                      *multi;
    CURLU                      *url;
    struct curl_slist          *headers;
    dynox__proxies              proxies;
    dynox__tls                 *own_tls; /* made for this call */
    dynox__curl_way             way;
    bool                        tls;
    char                        host[MAX_HOST + 1]; /* without brackets */
    uint16_t                    port;
    char                        words[CURL_ERROR_SIZE], message[320];
    dynox__fetch_receiver       receiver;
} fetch;

/* ---- asking ---- */

static dynox_status refuse(dynox_error *error, dynox_status status, const char *message)
{
    return dynox_error_set(error, status, "%s", message);
}

static dynox_status no_memory(dynox_error *error)
{
    return refuse(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* One part of the URL into `room`. */
static bool url_part(CURLU *url, CURLUPart what, char *room, size_t size)
{
    char *part = NULL;
    bool  fits = curl_url_get(url, what, &part, CURLU_DEFAULT_PORT) == CURLUE_OK && strlen(part) < size;
    if (fits) memcpy(room, part, strlen(part) + 1);
    curl_free(part);
    return fits;
}

static dynox_status read_url(fetch *self, dynox_error *error)
{
    char      scheme[8], port[8];
    char     *host = self->host;
    CURLUcode code =
        self->url ? curl_url_set(self->url, CURLUPART_URL, self->request->url, CURLU_DISALLOW_USER | CURLU_PATH_AS_IS)
                  : CURLUE_OUT_OF_MEMORY;
    if (code == CURLUE_OUT_OF_MEMORY) return no_memory(error);
    if (code == CURLUE_USER_NOT_ALLOWED)
        return refuse(error, DYNOX_E_ARGUMENT, "the URL of a request must not hold a user name or a password");
    if (code != CURLUE_OK || !url_part(self->url, CURLUPART_SCHEME, scheme, sizeof scheme) ||
        (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) ||
        !url_part(self->url, CURLUPART_HOST, host, sizeof self->host) ||
        !url_part(self->url, CURLUPART_PORT, port, sizeof port))
        return dynox_error_set(error, DYNOX_E_ARGUMENT, "\"%.100s\" is not an http or https URL", self->request->url);
    size_t length = strlen(host);
    if (*host == '[') {
        memmove(host, host + 1, length - 2);
        host[length - 2] = 0;
    }
    self->tls  = scheme[4] == 's';
    self->port = (uint16_t)strtoul(port, NULL, 10);
    return DYNOX_OK;
}

static void free_headers(struct curl_slist *headers)
{
    for (struct curl_slist *header = headers; header; header = header->next)
        dynox__wipe(header->data, strlen(header->data));
    curl_slist_free_all(headers);
}

static bool add_line(fetch *self, const char *line)
{
    struct curl_slist *longer = curl_slist_append(self->headers, line);
    if (longer) self->headers = longer;
    return longer != NULL;
}

static bool add_header(fetch *self, const dynox__fetch_header *header)
{
    size_t name = strlen(header->name), value = strlen(header->value), size = name + value + 4;
    char  *line = dynox__malloc(size);
    if (!line) return false;
    /* An empty value is written with a semicolon: libcurl takes a colon as the wish to leave the header out. */
    snprintf(line, size, value ? "%s: %s" : "%s;", header->name, header->value);
    bool added = add_line(self, line);
    dynox__wipe(line, size);
    dynox__free(line);
    return added;
}

static bool is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return *name && strspn(name, letters) == strlen(name);
}

static dynox_status add_headers(fetch *self, dynox_error *error)
{
    /* What libcurl would add by itself. Expect would make it wait for a second. */
    static const char *const left_out[] = {"Accept", "Content-Type", "Expect"};
    bool                     given[3]   = {false, false, false};
    for (size_t i = 0; i < self->request->header_count; i++) {
        const dynox__fetch_header *header = &self->request->headers[i];
        if (!is_name(header->name) || strpbrk(header->value, "\r\n"))
            return refuse(error, DYNOX_E_ARGUMENT, "a header of the request has a line break or is no header");
        for (int k = 0; k < 3; k++)
            given[k] = given[k] || dynox__ascii_same(header->name, left_out[k]);
        if (!add_header(self, header)) return no_memory(error);
    }
    for (int k = 0; k < 3; k++) {
        char line[20];
        snprintf(line, sizeof line, "%s:", left_out[k]);
        if (!given[k] && !add_line(self, line)) return no_memory(error);
    }
    return DYNOX_OK;
}

/* The method and the body, which is not copied. */
static bool set_request(fetch *self)
{
    const dynox__fetch_request *request = self->request;
    const char                 *method  = request->method ? request->method : "GET";
    CURL                       *curl    = self->curl;
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, self->headers);
    if (strcmp(method, "GET") == 0) return curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    return curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body ? request->body : "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
}

static void set_receiver(fetch *self, dynox__fetch_response *response)
{
    const dynox__fetch_request *request = self->request;
    size_t                      limit   = request->max_body ? request->max_body : MAX_BODY;
    self->receiver = (dynox__fetch_receiver){.request = request, .response = response, .max_body = limit};
    curl_easy_setopt(self->curl, CURLOPT_WRITEFUNCTION, dynox__fetch_take_body);
    curl_easy_setopt(self->curl, CURLOPT_WRITEDATA, &self->receiver);
    curl_easy_setopt(self->curl, CURLOPT_HEADERFUNCTION, dynox__fetch_take_header);
    curl_easy_setopt(self->curl, CURLOPT_HEADERDATA, &self->receiver);
    curl_easy_setopt(self->curl, CURLOPT_ERRORBUFFER, self->words);
    curl_easy_setopt(self->curl, CURLOPT_FORBID_REUSE, 1L);
}

/* Which way to the server: proxy and TLS. */
static dynox_status find_way(fetch *self, dynox_error *error)
{
    const dynox__fetch_request *request = self->request;
    dynox_status status = dynox__proxies_read(&self->proxies, request->no_proxy ? "" : request->proxy, error);
    if (status != DYNOX_OK) return status;
    if (!request->tls) {
        const char *bundle = getenv("AWS_CA_BUNDLE");
        self->own_tls = dynox__tls_new(&(dynox__tls_settings){.ca_file = bundle && *bundle ? bundle : NULL}, error);
        if (!self->own_tls) return DYNOX_E_NO_MEMORY;
    }
    self->way = (dynox__curl_way){.tls     = request->tls ? request->tls : self->own_tls,
                                  .proxy   = dynox__proxies_choose(&self->proxies, self->tls, self->host, self->port),
                                  .for_tls = self->tls,
                                  .connect_timeout_ms =
                                      request->connect_timeout_ms > 0 ? request->connect_timeout_ms : CONNECT_MS,
                                  .timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : TOTAL_MS,
                                  .stop       = request->stop};
    return DYNOX_OK;
}

/* ---- the call ---- */

static dynox_status explain(fetch *self, CURLcode code, dynox_error *error)
{
    const dynox__fetch_receiver *received  = &self->receiver;
    const char                  *message   = self->message;
    curl_off_t                   connected = 0;
    dynox_status                 status =
        dynox__curl_failure(self->curl, (int)code, self->words, &self->way, self->message, sizeof self->message);
    curl_easy_getinfo(self->curl, CURLINFO_PRETRANSFER_TIME_T, &connected);
    if (status == DYNOX_E_TIMEOUT && connected == 0) status = DYNOX_E_CONNECT;
    if (received->no_memory) return no_memory(error);
    if (received->too_large) message = "the answer is larger than it may be";
    if (status == DYNOX_E_SHUTDOWN) message = "the request was stopped";
    return dynox_error_set(error, status, "%s:%u: %s", self->host, (unsigned)self->port, message);
}

static dynox_status perform(fetch *self, dynox_error *error)
{
    dynox_status status = dynox__curl_prepare(self->curl, &self->way, self->message, sizeof self->message);
    if (status != DYNOX_OK)
        return dynox_error_set(error, status, "%s:%u: %s", self->host, (unsigned)self->port, self->message);
    CURLcode code = (CURLcode)dynox__curl_run(self->curl, self->multi, &self->way);
    if (code != CURLE_OK) return explain(self, code, error);
    /* libcurl takes a connection that is lost in the middle of the head for the end of the answer. */
    if (!self->receiver.head_ended)
        return dynox_error_set(error, DYNOX_E_TRANSPORT, "%s:%u: the connection was closed in the middle of the answer",
                               self->host, (unsigned)self->port);
    return DYNOX_OK;
}

static dynox_status finish(fetch *self, dynox__fetch_response *response, dynox_error *error)
{
    long code = 0;
    curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &code);
    if (code == 407) { /* a plain request that the proxy has not forwarded */
        dynox_status status = dynox__curl_proxy_refusal(code, &self->way, self->message, sizeof self->message);
        return dynox_error_set(error, status, "%s:%u: %s", self->host, (unsigned)self->port, self->message);
    }
    response->status = (int)code;
    if (!dynox__fetch_pad(&response->body)) return no_memory(error);
    return DYNOX_OK;
}

static dynox_status run(fetch *self, dynox__fetch_response *response, dynox_error *error)
{
    dynox_status status = read_url(self, error);
    if (status == DYNOX_OK) status = find_way(self, error);
    if (status == DYNOX_OK) status = add_headers(self, error);
    if (status != DYNOX_OK) return status;
    if (curl_easy_setopt(self->curl, CURLOPT_CURLU, self->url) != CURLE_OK || !set_request(self))
        return no_memory(error);
    set_receiver(self, response);
    status = perform(self, error);
    return status == DYNOX_OK ? finish(self, response, error) : status;
}

static dynox__reroute_fn reroute;

void dynox__fetch_reroute(dynox__reroute_fn fn)
{
    reroute = fn;
}

static bool is_method(const char *method)
{
    return !method || strcmp(method, "GET") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0;
}

dynox_status dynox__fetch(const dynox__fetch_request *request, dynox__fetch_response *response, dynox_error *error)
{
    fetch                self = {.request = request};
    dynox__fetch_request moved;
    char                 other[2048];
    dynox__fetch_response_free(response);
    if (!request->url || !is_method(request->method))
        return refuse(error, DYNOX_E_ARGUMENT, "a request needs a URL and one of the methods GET, PUT and POST");
    if (reroute && reroute(request->url, other, sizeof other)) {
        moved        = *request;
        moved.url    = other;
        self.request = &moved;
    }
    self.curl           = dynox__tls_curl();
    self.url            = curl_url();
    self.multi          = self.curl ? curl_multi_init() : NULL;
    dynox_status status = self.multi ? run(&self, response, error) : no_memory(error);
    dynox__curl_free(self.curl, self.multi); /* before what they use */
    curl_url_cleanup(self.url);
    free_headers(self.headers);
    dynox__tls_free(self.own_tls);
    dynox__proxies_free(&self.proxies);
    if (status != DYNOX_OK) dynox__fetch_response_free(response);
    return status;
}

void dynox__fetch_response_free(dynox__fetch_response *response)
{
    if (response->body.data) dynox__wipe(response->body.data, response->body.capacity);
    dynox__buffer_free(&response->body);
    dynox__wipe(response, sizeof *response);
}
