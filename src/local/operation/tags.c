/* Tags of tables. */
#include "local/operation/operations.h"
#include "local/operation/tables.h"
#include "value/json/decode.h"

static const dynox__table *tagged_table(dynox__local_call *call)
{
    const char         *arn = dynox__tree_text(call->request, "ResourceArn"), *name;
    size_t              length;
    const dynox__table *table;
    if (!arn) return dynox__invalid(call, "Invalid TableArn"), NULL;
    if (strncmp(arn, "arn:", 4) != 0 || !strstr(arn, ":table/"))
        return dynox__invalid(call, "Invalid TableArn: Invalid ResourceArn provided as input %s", arn), NULL;
    dynox__catalog_name(dynox__tree_member(call->request, "ResourceArn"), &name, &length);
    if (!dynox__catalog_get(call, name, length, &table)) return NULL;
    if (!table)
        dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND,
                      "Requested resource not found: ResourcArn: %s not found", arn); /* misspelt by the service */
    return table;
}

static bool keep_tags(dynox__local_call *call, const dynox__table *old, const char *tags)
{
    dynox__table table = *old;
    table.tags         = tags;
    return dynox__catalog_put(call, &table);
}

bool dynox__local_tag_resource(dynox__local_call *call)
{
    const dynox__tree  *tags  = dynox__tree_member(call->request, "Tags");
    const dynox__table *table = tagged_table(call);
    const char         *merged;
    if (!table) return false;
    if (!tags || !tags->first) return dynox__invalid(call, "Atleast one Tag needs to be provided as Input.");
    return dynox__define_tags(call, table->tags, tags, &merged) && keep_tags(call, table, merged);
}

static bool is_listed(const dynox__tree *keys, const dynox__tree *key)
{
    for (const dynox__tree *at = keys->first; at; at = at->next)
        if (at->kind == DYNOX__TREE_TEXT && at->length == key->length && memcmp(at->text, key->text, key->length) == 0)
            return true;
    return false;
}

static const dynox__tree *tags_of(dynox__local_call *call, const dynox__table *table)
{
    const char *why;
    char       *copy = dynox__decode_copy(call->arena, table->tags, strlen(table->tags));
    return copy ? dynox__tree_parse(copy, strlen(table->tags), call->arena, &why) : NULL;
}

bool dynox__local_untag_resource(dynox__local_call *call)
{
    const dynox__tree  *keys  = dynox__tree_member(call->request, "TagKeys");
    const dynox__table *table = tagged_table(call);
    if (!table) return false;
    if (!keys || !keys->first) return dynox__invalid(call, "Atleast one Tag Key needs to be provided as Input.");
    if (!table->tags) return true;
    const dynox__tree *tags = tags_of(call, table);
    if (!tags) return dynox__refuse_memory(&call->refusal);
    dynox__tree *kept  = dynox__arena_alloc(call->arena, (tags->count + 1) * sizeof *kept);
    size_t       count = 0;
    if (!kept) return dynox__refuse_memory(&call->refusal);
    for (const dynox__tree *at = tags->first; at; at = at->next) {
        const dynox__tree *key = dynox__tree_member(at, "Key");
        if (!key || is_listed(keys, key)) continue;
        kept[count]      = *at;
        kept[count].next = NULL;
        if (count) kept[count - 1].next = &kept[count];
        count++;
    }
    const dynox__tree list   = {.kind = DYNOX__TREE_ARRAY, .first = count ? kept : NULL, .count = count};
    const char       *merged = NULL;
    return (!count || dynox__define_tags(call, NULL, &list, &merged)) && keep_tags(call, table, merged);
}

bool dynox__local_list_tags(dynox__local_call *call)
{
    const dynox__table *table = tagged_table(call);
    if (!table) return false;
    dynox__buffer_text(call->answer, "{\"Tags\":");
    dynox__buffer_text(call->answer, table->tags ? table->tags : "[]");
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}
