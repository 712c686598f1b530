/* What tests of the engine share: an engine in memory, requests as JSON, and what it answers in one line. */
#ifndef DYNOX_TEST_ENGINE_ASK_H
#define DYNOX_TEST_ENGINE_ASK_H

#include "support.h"

#include "local/engine/local.h"
#include "value/json/decode.h"

typedef struct asking {
    dynox__local_answer answer;
    dynox__buffer       body; /* of the request */
} asking;

/* The answer's JSON, NUL-terminated; valid until the next request of this one. */
static inline const char *ask_target(dynox_local *local, asking *self, const char *target, const char *json)
{
    size_t length     = strlen(json);
    self->body.size   = 0;
    self->body.failed = false;
    dynox__buffer_add(&self->body, json, length);
    if (!dynox__buffer_reserve(&self->body, DYNOX__DECODE_PADDING)) return "memory";
    memset(self->body.data + length, 0, DYNOX__DECODE_PADDING);
    dynox__local_engine_answer(local->engine,
                               &(dynox__local_request){.target        = target,
                                                       .target_length = target ? strlen(target) : 0,
                                                       .body          = self->body.data,
                                                       .body_size     = length},
                               &self->answer);
    return self->answer.body.data ? self->answer.body.data : "";
}

static inline const char *ask_engine(dynox_local *local, asking *self, const char *operation, const char *json)
{
    char target[128];
    snprintf(target, sizeof target, "DynamoDB_20120810.%s", operation);
    return ask_target(local, self, target, json);
}

static inline void ask_end(asking *self)
{
    dynox__buffer_free(&self->answer.body);
    dynox__buffer_free(&self->body);
}

/* A table with a partition key pk, of texts. */
static inline void make_table(dynox_local *local, const char *name)
{
    char        json[512];
    dynox_error err = {0};
    snprintf(json, sizeof json,
             "{\"TableName\":\"%s\",\"BillingMode\":\"PAY_PER_REQUEST\",\"KeySchema\":[{\"AttributeName\":\"pk\","
             "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}]}",
             name);
    char *answer = dynox_local_ask(local, "CreateTable", json, &err);
    if (!answer) fail_msg("CreateTable: %s", err.message);
    dynox_free(answer);
}

#endif
