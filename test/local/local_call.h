/* An engine's inside for tests, without an engine: a store in memory, a catalog, a clock that stands still, and calls
 * made of JSON texts that go straight to their operation. */
#ifndef DYNOX_TEST_LOCAL_CALL_H
#define DYNOX_TEST_LOCAL_CALL_H

#include "support.h"

#include "local/operation/operations.h"
#include "local/table/catalog.h"
#include "value/json/decode.h"

typedef struct local_fixture {
    dynox__store         *store;
    dynox__catalog       *catalog;
    dynox__local_settings settings;
    int64_t               now_us; /* move it as you like */
    dynox__arena          arena;  /* of the call that was last begun */
    dynox__buffer         answer;
    dynox__local_call     call;
    dynox__buffer         said; /* what local_do returns */
} local_fixture;

/* false: out of memory, and there is nothing to stop. */
static inline bool local_start(local_fixture *local)
{
    *local         = (local_fixture){.now_us = INT64_C(1700000000000000)};
    local->store   = dynox__store_memory(NULL);
    local->catalog = dynox__catalog_new();
    if (local->store && local->catalog) return true;
    dynox__store_close(local->store);
    dynox__catalog_free(local->catalog);
    return false;
}

static inline void local_stop(local_fixture *local)
{
    dynox__catalog_free(local->catalog);
    dynox__store_close(local->store);
    dynox__arena_free(&local->arena);
    dynox__buffer_free(&local->answer);
    dynox__buffer_free(&local->said);
}

/* Begins a call with this request, and its transaction; end it with local_end. NULL: out of memory. */
static inline dynox__local_call *local_begin(local_fixture *local, const char *operation, const char *json, bool writes)
{
    dynox__arena_reset(&local->arena);
    local->answer.size      = 0;
    local->answer.failed    = false;
    char              *body = dynox__decode_copy(&local->arena, json, strlen(json));
    const char        *why  = NULL;
    const dynox__tree *tree = body ? dynox__tree_parse(body, strlen(json), &local->arena, &why) : NULL;
    if (why) fail_msg("%s: %s", why, json);
    local->call       = (dynox__local_call){.operation = operation,
                                            .request   = tree,
                                            .arena     = &local->arena,
                                            .answer    = &local->answer,
                                            .settings  = &local->settings,
                                            .store     = local->store,
                                            .catalog   = local->catalog,
                                            .now_us    = local->now_us};
    dynox_error error = {0};
    if (!tree || dynox__store_begin(local->store, writes, &local->call.transaction, &error)) return NULL;
    return &local->call;
}

/* Commits if `done`, else aborts. false: nothing is changed. */
static inline bool local_end(local_fixture *local, bool done)
{
    dynox_error error = {0};
    if (done)
        done = dynox__store_commit(local->call.transaction, &error) == DYNOX_OK;
    else
        dynox__store_abort(local->call.transaction);
    dynox__catalog_release(&local->call);
    return done;
}

/* One call from beginning to end: the answer's JSON, or "ValidationException: its message" and more members of the
 * error behind it. Valid until the next one; "memory" if that is out. */
static inline const char *local_do(local_fixture *local, const char *operation, const char *json)
{
    const dynox__local_operation *found = dynox__local_operation_of(operation, strlen(operation), false);
    if (!found) found = dynox__local_operation_of(operation, strlen(operation), true);
    if (!found || !found->run) {
        fail_msg("no such operation: %s", operation);
        return "";
    }
    local->said.size        = 0;
    local->said.failed      = false;
    dynox__local_call *call = local_begin(local, operation, json, found->writes);
    if (!call) return "memory";
    bool done = found->run(call);
    if (done) {
        dynox__buffer_add(&local->said, local->answer.data, local->answer.size);
    } else {
        dynox__buffer_text(&local->said, dynox__refusal_name(call->refusal.type));
        DYNOX__BUFFER_LITERAL(&local->said, ": ");
        dynox__buffer_add(&local->said, call->refusal.message, call->refusal.length);
        dynox__buffer_add(&local->said, call->refusal.members, call->refusal.members_length);
    }
    dynox__buffer_byte(&local->said, 0);
    bool failed = local->said.failed || local->answer.failed;
    if (!local_end(local, done && !failed) && done) return "memory";
    return failed ? "memory" : local->said.data;
}

#define LOCAL_SAYS(local, operation, json, expected) assert_string_equal(local_do(local, operation, json), expected)

#endif
