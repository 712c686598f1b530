/* The new generation of words for what operations refuse. The service has it where one item is written: there, faults
 * in values and expressions are told like those that its framework finds. Reads, batches and transactions are as
 * before. */
#include "local/validate/validate.h"
#include <string.h>

static const char prefix[] = "1 validation error detected: ";

static bool writes_one_item(const char *operation)
{
    return strcmp(operation, "PutItem") == 0 || strcmp(operation, "UpdateItem") == 0 ||
           strcmp(operation, "DeleteItem") == 0;
}

static bool begins_with_one_of(const char *message, const char *const *beginnings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(message, beginnings[i], strlen(beginnings[i])) == 0) return true;
    return false;
}

/* Is it one of the messages that need no table, and that have been seen with the prefix? */
static bool has_new_words(const char *message)
{
    static const char *const beginnings[] = {
        "One or more parameter values were invalid: An string set",
        "One or more parameter values were invalid: An number set",
        "One or more parameter values were invalid: Binary sets",
        "One or more parameter values were invalid: Null attribute",
        "One or more parameter values were invalid: Input collection",
        "Input collection contains duplicates",
        "ExpressionAttributeValues contains invalid value: One or more",
        "ExpressionAttributeValues contains invalid value: Input collection",
        "ExpressionAttributeValues must not be empty",
        "Value provided in ExpressionAttribute",
        "Invalid UpdateExpression: ",
        "Invalid ConditionExpression: ",
    };
    return begins_with_one_of(message, beginnings, sizeof beginnings / sizeof *beginnings);
}

void dynox__request_reword(const char *operation, const dynox__local_settings *settings, dynox__arena *arena,
                           dynox__refusal *refusal)
{
    if (settings->old_words || refusal->type != DYNOX__REFUSAL_VALIDATION || !refusal->message) return;
    if (!writes_one_item(operation) || !has_new_words(refusal->message)) return;
    size_t length = sizeof prefix - 1 + refusal->length;
    char  *text   = dynox__arena_alloc(arena, length + 1);
    if (!text) {
        *refusal = (dynox__refusal){0};
        dynox__refuse_memory(refusal);
        return;
    }
    memcpy(text, prefix, sizeof prefix - 1);
    memcpy(text + sizeof prefix - 1, refusal->message, refusal->length);
    text[length]     = 0;
    refusal->message = text;
    refusal->length  = length;
}
