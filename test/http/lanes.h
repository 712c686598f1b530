/* The same request on both lanes, so that a test can show that they agree. */
#ifndef DYNOX_TEST_HTTP_LANES_H
#define DYNOX_TEST_HTTP_LANES_H

#include "http/calls.h"
#include "http/fetch/fetch.h"

enum { LANE_ENGINE, LANE_FETCH, LANES };

/* What came of it. */
typedef struct lane_result {
    dynox_status status;
    int          http_status;
    char         message[512];
    char         body[128];
} lane_result;

static inline lane_result ask_engine(const dynox__curl_config *config, const dynox__origin *origin)
{
    lane_result result = {0};
    test_scene  on;
    scene_begin_at(&on, *origin, *config);
    result.status      = scene_run(&on);
    result.http_status = on.call.request.head.status;
    snprintf(result.message, sizeof result.message, "%s", on.call.request.message);
    if (result.status == DYNOX_OK)
        snprintf(result.body, sizeof result.body, "%.*s", (int)on.call.request.body.size, on.call.request.body.data);
    scene_end(&on);
    return result;
}

static inline lane_result ask_fetch(const dynox__curl_config *config, const dynox__origin *origin)
{
    char                  url[300];
    lane_result           result   = {0};
    dynox_error           error    = {0};
    dynox__fetch_response response = {0};
    dynox__tls           *tls      = dynox__tls_new(&(dynox__tls_settings){.ca_file            = config->ca_file,
                                                                           .client_certificate = config->client_certificate,
                                                                           .client_key         = config->client_key,
                                                                           .insecure           = config->insecure},
                                                    &error);
    assert_non_null(tls);
    snprintf(url, sizeof url, "%s://%s:%u/", origin->tls ? "https" : "http", origin->host, (unsigned)origin->port);
    result.status = dynox__fetch(
        &(dynox__fetch_request){
            .url = url, .proxy = config->proxy, .connect_timeout_ms = config->connect_timeout_ms, .tls = tls},
        &response, &error);
    result.http_status = response.status;
    snprintf(result.message, sizeof result.message, "%s", error.message);
    if (result.status == DYNOX_OK)
        snprintf(result.body, sizeof result.body, "%.*s", (int)response.body.size, response.body.data);
    dynox__fetch_response_free(&response);
    dynox__tls_free(tls);
    return result;
}

static inline lane_result ask(int lane, const dynox__curl_config *config, const dynox__origin *origin)
{
    return lane == LANE_ENGINE ? ask_engine(config, origin) : ask_fetch(config, origin);
}

static inline void assert_refused(const lane_result *result, dynox_status status, const char *words)
{
    if (result->status != status || !strstr(result->message, words))
        fail_msg("%s: \"%s\", expected %s and \"%s\"", dynox_status_name(result->status), result->message,
                 dynox_status_name(status), words);
}

#endif
