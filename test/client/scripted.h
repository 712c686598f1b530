/* A client of the fault server, which answers by itself: for tests of what is sent and of what comes back. */
#ifndef DYNOX_TEST_SCRIPTED_H
#define DYNOX_TEST_SCRIPTED_H

#include "faultserver.h"
#include "support.h"
#include <dynox/dynox.h>

static faultserver   server;
static dynox_client *client;

static inline dynox_client *scripted_client(void)
{
    dynox_error   err  = {0};
    dynox_client *made = dynox_client_new(.endpoint = server.url, .region = "eu-west-1", .access_key = "AKIDEXAMPLE",
                                          .secret_key = "secret", .error = &err);
    if (!made) dynox_error_print(stderr, &err);
    return made;
}

static inline int scripted_setup(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    client = scripted_client();
    return client ? 0 : -1;
}

static inline int scripted_teardown(void **state)
{
    (void)state;
    dynox_client_free(client);
    faultserver_stop(&server);
    return 0;
}

/* What operation is answered with from now on. */
static inline void scripted_answer(const char *operation, const char *json)
{
    char command[4096];
    snprintf(command, sizeof command, "body %s %s", operation, json);
    faultserver_say(&server, command);
}

/* Did the last request have this in it? `text` is JSON, as it was sent. */
static inline void assert_sent(const char *text)
{
    char   escaped[4096];
    size_t size = 0;
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') escaped[size++] = '\\';
        escaped[size++] = *text;
    }
    escaped[size]    = 0;
    const char *last = faultserver_ask(&server, "last");
    if (!strstr(last, escaped)) fail_msg("not in the request: %s\n%s", escaped, last);
}

/* Nothing may have left since this number of requests. */
static inline long requests_so_far(void)
{
    return faultserver_count(&server, "requests");
}

#endif
