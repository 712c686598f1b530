/* Parameters that several operations have: expressions and the older ones that they cannot be mixed with, what is to be
 * shown of an item. */
#include "local/operation/parameters.h"
#include "local/table/keep.h"

/* KeyConditions may stand beside other expressions than the one that takes its place. */
static bool mixes(const dynox__tree *request, const char *other)
{
    if (!dynox__tree_member(request, other)) return false;
    return strcmp(other, "KeyConditions") != 0 || dynox__tree_member(request, "KeyConditionExpression");
}

/* Those that are there, with commas between them. */
static size_t list(dynox__buffer *text, const dynox__tree *request, const char *const *names,
                   bool (*is_there)(const dynox__tree *, const char *))
{
    size_t count = 0;
    for (; *names; names++) {
        if (!is_there(request, *names)) continue;
        if (count++) dynox__buffer_text(text, ", ");
        dynox__buffer_text(text, *names);
    }
    return count;
}

static bool has(const dynox__tree *request, const char *name)
{
    return dynox__tree_member(request, name);
}

static bool refuse_mixed(dynox__local_call *call, const dynox__tree *request, const dynox__parameters *parameters)
{
    DYNOX__ROOM(text, 512);
    dynox__buffer_text(&text, "Can not use both expression and non-expression parameters in the same request: "
                              "Non-expression parameters: {");
    list(&text, request, parameters->others, mixes);
    dynox__buffer_text(&text, "} Expression parameters: {");
    list(&text, request, parameters->expressions, has);
    dynox__buffer_byte(&text, '}');
    bool refused =
        text.failed ? dynox__refuse_memory(&call->refusal)
                    : dynox__refuse_text(&call->refusal, call->arena, DYNOX__REFUSAL_VALIDATION, text.data, text.size);
    dynox__buffer_free(&text);
    return refused;
}

static bool any(const dynox__tree *request, const char *const *names,
                bool (*is_there)(const dynox__tree *, const char *))
{
    for (; *names; names++)
        if (is_there(request, *names)) return true;
    return false;
}

/* Values belong to all expressions but projections. */
static bool check_values(dynox__local_call *call, const dynox__tree *request, const char *const *expressions)
{
    DYNOX__ROOM(text, 256);
    size_t count = 0;
    bool   fine  = !dynox__tree_member(request, "ExpressionAttributeValues");
    for (; *expressions && !fine; expressions++) {
        if (strcmp(*expressions, "ProjectionExpression") == 0) continue;
        fine = dynox__tree_member(request, *expressions);
        if (count++) dynox__buffer_text(&text, " and ");
        dynox__buffer_text(&text, *expressions);
    }
    if (!fine && count && !text.failed)
        DYNOX__REFUSE_INVALID(call,
                              "ExpressionAttributeValues can only be specified when using expressions: %.*s %s null",
                              (int)text.size, text.data, count > 1 ? "are" : "is");
    dynox__buffer_free(&text);
    return fine || !count;
}

bool dynox__parameters_check(dynox__local_call *call, const dynox__tree *request, const dynox__parameters *parameters)
{
    if (any(request, parameters->expressions, has)) {
        if (any(request, parameters->others, mixes)) return refuse_mixed(call, request, parameters);
    } else if (dynox__tree_member(request, "ExpressionAttributeNames")) {
        return DYNOX__REFUSE_INVALID(call, "ExpressionAttributeNames can only be specified when using expressions");
    }
    return check_values(call, request, parameters->expressions);
}

bool dynox__parameters_joined(dynox__local_call *call, const dynox__tree *request, const dynox__tree *conditions)
{
    if (conditions || !has(request, "ConditionalOperator")) return true;
    return DYNOX__REFUSE_INVALID(call, "One or more parameter values were invalid: ConditionalOperator cannot be used "
                                       "without Filter or Expected");
}

bool dynox__parameters_attributes(dynox__local_call *call, const dynox__tree *request, dynox__projection **projection)
{
    const dynox__tree *attributes = dynox__tree_member(request, "AttributesToGet");
    if (!attributes) return true;
    *projection = dynox__legacy_attributes(attributes, call->arena, &call->refusal);
    return *projection;
}

bool dynox__parameters_projection(dynox__local_call *call, const dynox__tree *request, dynox__names *names,
                                  dynox__projection **projection)
{
    const dynox__tree *text = dynox__tree_member(request, "ProjectionExpression");
    if (!text) return true;
    *projection = dynox__projection_compile(names, text->text, text->length, call->arena, &call->refusal);
    return *projection;
}

bool dynox__parameters_check_get(dynox__local_call *call, const dynox__tree *request)
{
    static const char *const expressions[] = {"ProjectionExpression", NULL}, *const others[] = {"AttributesToGet",
                                                                                                NULL};
    return dynox__parameters_check(call, request, &(dynox__parameters){expressions, others});
}

bool dynox__parameters_read_get(dynox__local_call *call, const dynox__tree *request, dynox__projection **projection)
{
    *projection = NULL;
    if (!dynox__parameters_attributes(call, request, projection)) return false;
    if (!has(request, "ProjectionExpression")) return true;
    dynox__names *names = dynox__names_read(request, call->arena, &call->refusal);
    return names && dynox__parameters_projection(call, request, names, projection) &&
           dynox__names_all_used(names, call->arena, &call->refusal);
}

bool dynox__projected_write(dynox__local_call *call, const dynox__stored *stored, const dynox__projection *projection,
                            dynox__buffer *answer)
{
    if (!projection) {
        dynox__buffer_add(answer, stored->json, stored->length);
        return true;
    }
    dynox_item item = {0}, projected = {0};
    if (!dynox__stored_read(call, stored, &item) ||
        !dynox__projection_apply(projection, &item, call->arena, &projected, &call->refusal))
        return false;
    dynox__values_write_item(answer, &projected);
    return true;
}
