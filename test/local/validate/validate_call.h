/* Requests against their description, for the tests of this folder. */
#ifndef DYNOX_TEST_VALIDATE_CALL_H
#define DYNOX_TEST_VALIDATE_CALL_H

#include "local/validate/validate.h"
#include "support.h"
#include "value/json/decode.h"

typedef struct validation {
    dynox__local_settings settings;
    dynox__arena          arena;
    dynox__refusal        refusal;
} validation;

/* "" if the request is fine, else its message; valid until the next call or validation_end. */
static inline const char *validate_n(validation *v, const char *operation, const char *json, size_t length)
{
    dynox__arena_reset(&v->arena);
    v->refusal       = (dynox__refusal){0};
    const char *why  = NULL;
    char       *body = dynox__decode_copy(&v->arena, json, length);

    const dynox__request_shape *shape = dynox__request_shape_of(operation, strlen(operation), false);
    if (!shape) shape = dynox__request_shape_of(operation, strlen(operation), true);
    if (!shape) fail_msg("no such operation: %s", operation);
    const dynox__tree *tree = body ? dynox__tree_parse(body, length, &v->arena, &why) : NULL;
    if (why) fail_msg("%s: %s", why, json);
    if (!tree) {
        dynox__refuse_memory(&v->refusal);
        return v->refusal.message;
    }
    bool fine = dynox__request_validate(shape, tree, &v->settings, &v->arena, &v->refusal);
    if (fine != (v->refusal.type == DYNOX__REFUSAL_NONE)) fail_msg("%s", "refused without a refusal, or the reverse");
    return fine ? "" : v->refusal.message;
}

static inline void validation_end(validation *v)
{
    dynox__arena_free(&v->arena);
}

#endif
