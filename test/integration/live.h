/* What tests against a real server share. The server is at DYNOX_TEST_ENDPOINT; credentials and region come from the
 * environment. Each program has tables of its own, so that programs can run at the same time. */
#ifndef DYNOX_TEST_LIVE_H
#define DYNOX_TEST_LIVE_H

#include "support.h"
#include <dynox/dynox.h>
#include <unistd.h>

static dynox_client *live; /* made by live_setup */

static inline const char *live_endpoint(void)
{
    const char *endpoint = getenv("DYNOX_TEST_ENDPOINT");
    if (!endpoint || !*endpoint) test_skip("no server: DYNOX_TEST_ENDPOINT is not set");
    return endpoint;
}

/* Is this the server that the tests run against? For what some of them don't have. */
static inline bool live_peer_is(const char *name)
{
    const char *peer = getenv("DYNOX_TEST_PEER");
    return peer && strcmp(peer, name) == 0;
}

/* "name-12345": unique to this process, for a moment. */
static inline const char *live_table(const char *name)
{
    static char text[4][64];
    static int  turn;
    turn = (turn + 1) % 4;
    snprintf(text[turn], sizeof text[turn], "%s-%ld", name, (long)getpid());
    return text[turn];
}

static inline void live_fail(const char *file, int line, const dynox_error *error)
{
    fprintf(stderr, "%s:%d: ", file, line);
    dynox_error_print(stderr, error);
    fail();
}

/* live_ok(status, &err): fails the test with the whole error. */
#define live_ok(call, error)                                                                                           \
    do {                                                                                                               \
        if ((call) != DYNOX_OK) live_fail(__FILE__, __LINE__, (error));                                                \
    } while (0)

static inline void live_create(const char *table, bool sort_key)
{
    dynox_error err = {0};
    live_ok(dynox_sync_create_table(live, table, {"pk", DYNOX_S}, .sort_key = {sort_key ? "sk" : NULL, DYNOX_N},
                                    .error = &err),
            &err);
    live_ok(dynox_sync_wait_for_table_active(live, table, .poll_ms = 20, .error = &err), &err);
}

static inline int live_setup(void **state)
{
    dynox_error err = {0};
    (void)state;
    live = dynox_client_new(.endpoint = live_endpoint(), .error = &err);
    if (!live) dynox_error_print(stderr, &err);
    return live ? 0 : -1;
}

static inline int live_teardown(void **state)
{
    (void)state;
    dynox_client_free(live);
    return 0;
}

#endif
