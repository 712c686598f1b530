/* How far an export, a backup, ... has come: one text in an answer that is otherwise of no interest. */
#include "value/json_c/control.h"
#include "value/json_c/control_reader.h"
#include <stdio.h>
#include <string.h>

static dynox__verdict verdict_of(const dynox__goal *goal, json_object *from)
{
    if (dynox__control_is(from, goal->status, goal->success)) return DYNOX__STATE_REACHED;
    for (size_t i = 0; i < 2 && goal->failure[i]; i++)
        if (dynox__control_is(from, goal->status, goal->failure[i])) return DYNOX__STATE_FAILED;
    return DYNOX__STATE_UNDERWAY;
}

/* The one of a list that has come farthest, where failure is not far at all. */
static json_object *best_of(const dynox__goal *goal, json_object *list)
{
    static const int rank[] = {[DYNOX__STATE_FAILED] = 0, [DYNOX__STATE_UNDERWAY] = 1, [DYNOX__STATE_REACHED] = 2};
    json_object     *best   = NULL;
    for (size_t i = 0; i < dynox__control_count(list); i++) {
        json_object *one = json_object_array_get_idx(list, i);
        if (!best || rank[verdict_of(goal, one)] > rank[verdict_of(goal, best)]) best = one;
    }
    return best;
}

static const char *text(json_object *from, const char *name)
{
    json_object *value = name ? dynox__control_member(from, name) : NULL;
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static void read_reason(const dynox__goal *goal, json_object *from, dynox__state *state)
{
    json_object *beside = goal->in ? dynox__control_member(from, goal->in) : from;
    const char  *first = text(beside, goal->reason[0]), *second = text(beside, goal->reason[1]);
    snprintf(state->reason, sizeof state->reason, "%s%s%s", first ? first : "", first && second ? ": " : "",
             second ? second : "");
}

dynox_status dynox__control_state(const char *json, size_t length, const dynox__goal *goal, dynox__state *state,
                                  dynox_error *error)
{
    json_object *root;
    dynox_status status = dynox__control_parse(json, length, &root, error);
    if (status != DYNOX_OK) return status;
    json_object *from = root;
    for (size_t i = 0; i < 2 && goal->path[i]; i++)
        from = dynox__control_member(from, goal->path[i]);
    if (goal->list) from = best_of(goal, dynox__control_member(from, goal->list));
    const char *now = text(from, goal->status);
    if (now) {
        snprintf(state->status, sizeof state->status, "%s", now);
        state->verdict = verdict_of(goal, from);
        read_reason(goal, from, state);
    }
    json_object_put(root);
    return DYNOX_OK;
}
