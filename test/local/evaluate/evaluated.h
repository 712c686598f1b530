/* Expressions applied to items for tests, all of it JSON texts. What is returned is static: true, false, an item, or
 * what was refused, without its "ValidationException". */
#ifndef DYNOX_TEST_EVALUATED_H
#define DYNOX_TEST_EVALUATED_H

#include "support.h"

#include "local/evaluate/evaluate.h"
#include "local/wire/values.h"
#include "value/json/decode.h"

typedef struct evaluated {
    dynox__arena   arena;
    dynox__refusal refusal;
    dynox__buffer  said;
} evaluated;

static inline const dynox__tree *evaluated_tree(evaluated *e, const char *json)
{
    char              *body = dynox__decode_copy(&e->arena, json, strlen(json));
    const char        *why  = NULL;
    const dynox__tree *tree = body ? dynox__tree_parse(body, strlen(json), &e->arena, &why) : NULL;
    if (why) fail_msg("%s: %s", why, json);
    if (!tree) dynox__refuse_memory(&e->refusal);
    return tree;
}

/* NULL gives no item. */
static inline bool evaluated_item(evaluated *e, const char *json, dynox_item *item)
{
    const dynox__tree *tree = json ? evaluated_tree(e, json) : NULL;
    return !json || (tree && dynox__values_read_item(tree, &e->arena, item, &e->refusal));
}

/* Ends it, and leaves the answer behind. */
static inline const char *evaluated_end(evaluated *e, bool done)
{
    static char said[70000];
    if (!done) {
        assert_true(e->refusal.type != DYNOX__REFUSAL_NONE);
        if (e->refusal.type != DYNOX__REFUSAL_VALIDATION) {
            dynox__buffer_text(&e->said, dynox__refusal_name(e->refusal.type));
            DYNOX__BUFFER_LITERAL(&e->said, ": ");
        }
        dynox__buffer_add(&e->said, e->refusal.message, e->refusal.length);
    }
    snprintf(said, sizeof said, "%.*s", (int)e->said.size, e->said.data ? e->said.data : "");
    dynox__buffer_free(&e->said);
    dynox__arena_free(&e->arena);
    return said;
}

/* `given`: the request's members, {"ExpressionAttributeValues":...}. */
static inline const char *evaluated_condition(dynox__condition_kind kind, const char *text, const char *given,
                                              const char *json)
{
    evaluated          e     = {0};
    dynox_item         item  = {0};
    bool               holds = false;
    const dynox__tree *tree  = evaluated_tree(&e, given);
    dynox__names      *names = tree ? dynox__names_read(tree, &e.arena, &e.refusal) : NULL;
    dynox__condition  *condition =
        names ? dynox__condition_compile(names, kind, text, strlen(text), &e.arena, &e.refusal) : NULL;
    bool done = condition && dynox__names_all_used(names, &e.arena, &e.refusal) && evaluated_item(&e, json, &item) &&
                dynox__condition_holds(condition, json ? &item : NULL, &e.arena, &holds, &e.refusal);
    if (done) dynox__buffer_text(&e.said, holds ? "true" : "false");
    return evaluated_end(&e, done);
}

/* "item", or "item old touched new touched" with `touched`. */
static inline const char *evaluated_update(const char *text, const char *given, const char *json, bool touched)
{
    evaluated          e      = {0};
    dynox_item         before = {0}, after = {0}, part = {0};
    const dynox__tree *tree   = evaluated_tree(&e, given);
    dynox__names      *names  = tree ? dynox__names_read(tree, &e.arena, &e.refusal) : NULL;
    dynox__update     *update = names ? dynox__update_compile(names, text, strlen(text), &e.arena, &e.refusal) : NULL;
    bool done = update && dynox__names_all_used(names, &e.arena, &e.refusal) && evaluated_item(&e, json, &before) &&
                dynox__update_apply(update, &before, &e.arena, &after, &e.refusal);
    if (done && !touched) dynox__values_write_item(&e.said, &after);
    if (done && touched) {
        done = dynox__update_touched(update, &before, &e.arena, &part, &e.refusal);
        dynox__values_write_item(&e.said, &part);
        DYNOX__BUFFER_LITERAL(&e.said, " ");
        done = done && dynox__update_touched(update, &after, &e.arena, &part, &e.refusal);
        dynox__values_write_item(&e.said, &part);
    }
    return evaluated_end(&e, done);
}

/* Texts that are long; free the buffer. */
static inline const char *evaluated_repeat(dynox__buffer *text, const char *piece, size_t count)
{
    while (count--)
        dynox__buffer_text(text, piece);
    dynox__buffer_byte(text, 0);
    assert_false(text->failed);
    text->size--;
    return text->data;
}

/* CONDITION(text, members of ExpressionAttributeValues, members of the item) */
#define GIVEN(values)                                                                                                  \
    (sizeof(values) > 1 ? "{\"ExpressionAttributeNames\":{\"#s\":\"status\"},\"ExpressionAttributeValues\":{" values   \
                          "}}"                                                                                         \
                        : "{\"ExpressionAttributeNames\":{\"#s\":\"status\"}}")
#define VALUES(values) (sizeof(values) > 1 ? "{\"ExpressionAttributeValues\":{" values "}}" : "{}")

#define CONDITION_SAYS(text, values, item, expected)                                                                   \
    assert_string_equal(evaluated_condition(DYNOX__CONDITION_CONDITION, text, VALUES(values), "{" item "}"), expected)
#define UPDATE_SAYS(text, values, item, expected)                                                                      \
    assert_string_equal(evaluated_update(text, VALUES(values), "{" item "}", false), expected)

#endif
