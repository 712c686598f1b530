/* Contributor insights and Kinesis streams of tables: what is switched on is kept and told; nothing is sent anywhere.
 */
#include "local/operation/operations.h"
#include "local/operation/tables.h"

/* ---- sets of names as one text: ",a,b," ---- */

static const char *place_of(const char *set, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = set; at && *at && at[1]; at = strchr(at + 1, ','))
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == ',') return at;
    return NULL;
}

/* The set with or without that name, in the arena. */
static bool change_set(dynox__local_call *call, const char *set, const char *name, bool add, const char **changed)
{
    dynox__buffer text = {0};
    const char   *at   = place_of(set, name);
    *changed           = set;
    if ((at != NULL) == add) return true;
    if (add) {
        dynox__buffer_text(&text, set ? set : ",");
        dynox__buffer_text(&text, name);
        dynox__buffer_byte(&text, ',');
    } else {
        dynox__buffer_add(&text, set, (size_t)(at - set));
        dynox__buffer_text(&text, at + 1 + strlen(name));
    }
    *changed = text.failed ? NULL : dynox__arena_copy(call->arena, text.data, text.size);
    bool one = text.size <= 1;
    dynox__buffer_free(&text);
    if (!*changed) return dynox__refuse_memory(&call->refusal);
    if (one) *changed = NULL;
    return true;
}

static void write_member(dynox__buffer *answer, const char *begin, const char *name, const char *text)
{
    dynox__buffer_format(answer, "%s\"%s\":", begin, name);
    dynox__values_write_text(answer, text, strlen(text));
}

/* ---- contributor insights ---- */

static bool has_index(const dynox__table *table, const char *name)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (strcmp(table->indexes[i].name, name) == 0) return true;
    return false;
}

/* The table of the request, and what of it is meant: "." or an index. */
static const dynox__table *meant(dynox__local_call *call, const char **what)
{
    const dynox__table *table = dynox__local_table_named(call, "TableName");
    const char         *index = dynox__tree_text(call->request, "IndexName");
    *what                     = index ? index : ".";
    if (!table || !index || has_index(table, index)) return table;
    dynox__refuse(&call->refusal, call->arena, DYNOX__REFUSAL_RESOURCE_NOT_FOUND,
                  "Requested resource not found: Index: %s not found", index);
    return NULL;
}

static bool answer_insights(dynox__local_call *call, const dynox__table *table, const char *what, const char *status)
{
    write_member(call->answer, "{", "TableName", table->name);
    if (strcmp(what, ".") != 0) write_member(call->answer, ",", "IndexName", what);
    write_member(call->answer, ",", "ContributorInsightsStatus", status);
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

bool dynox__local_update_contributor_insights(dynox__local_call *call)
{
    const char         *action = dynox__tree_text(call->request, "ContributorInsightsAction"), *what;
    const dynox__table *old    = meant(call, &what);
    bool                enable = action && strcmp(action, "ENABLE") == 0;
    if (!old) return false;
    dynox__table table = *old;
    return change_set(call, old->insights, what, enable, &table.insights) && dynox__catalog_put(call, &table) &&
           answer_insights(call, &table, what, enable ? "ENABLING" : "DISABLING");
}

bool dynox__local_describe_contributor_insights(dynox__local_call *call)
{
    const char         *what;
    const dynox__table *table = meant(call, &what);
    return table && answer_insights(call, table, what, place_of(table->insights, what) ? "ENABLED" : "DISABLED");
}

/* Those of one table, a comma before each but the first of all. */
static bool list_insights(dynox__local_call *call, const dynox__table *table, bool *any)
{
    bool done = true;
    if (place_of(table->insights, ".")) {
        if (*any) dynox__buffer_byte(call->answer, ',');
        done = *any = answer_insights(call, table, ".", "ENABLED");
    }
    for (size_t i = 0; done && i < table->index_count; i++) {
        if (!place_of(table->insights, table->indexes[i].name)) continue;
        if (*any) dynox__buffer_byte(call->answer, ',');
        done = *any = answer_insights(call, table, table->indexes[i].name, "ENABLED");
    }
    return done;
}

bool dynox__local_list_contributor_insights(dynox__local_call *call)
{
    enum { PAGE = 100 };
    const char         *names[PAGE], *after = NULL;
    const dynox__table *table;
    size_t              count = PAGE;
    bool                any = false, of_one = dynox__tree_member(call->request, "TableName") != NULL;
    dynox__buffer_text(call->answer, "{\"ContributorInsightsSummaries\":[");
    if (of_one) {
        table = dynox__local_table_named(call, "TableName");
        if (!table || !list_insights(call, table, &any)) return false;
    }
    while (!of_one && count == PAGE) {
        if (!dynox__catalog_list(call, after, PAGE, names, &count)) return false;
        for (size_t i = 0; i < count; i++)
            if (!dynox__catalog_get(call, names[i], strlen(names[i]), &table) ||
                (table && !list_insights(call, table, &any)))
                return false;
        if (count) after = names[count - 1];
    }
    dynox__buffer_text(call->answer, "]}");
    return dynox__local_answered(call);
}

/* ---- Kinesis ---- */

static bool answer_kinesis(dynox__local_call *call, const dynox__table *table, const char *arn, const char *status)
{
    write_member(call->answer, "{", "TableName", table->name);
    write_member(call->answer, ",", "StreamArn", arn);
    write_member(call->answer, ",", "DestinationStatus", status);
    dynox__buffer_byte(call->answer, '}');
    return dynox__local_answered(call);
}

static const dynox__table *kinesis_table(dynox__local_call *call, const char **arn)
{
    *arn = dynox__tree_text(call->request, "StreamArn");
    if (*arn && **arn && !strchr(*arn, ',')) return dynox__local_table_named(call, "TableName");
    dynox__invalid(call, "StreamArn is not one of a Kinesis stream: %s", *arn ? *arn : "");
    return NULL;
}

static bool switch_kinesis(dynox__local_call *call, bool enable)
{
    const char         *arn;
    const dynox__table *old = kinesis_table(call, &arn);
    if (!old) return false;
    bool is_on = place_of(old->destinations, arn) != NULL;
    if (is_on == enable)
        return dynox__invalid(call, enable
                                        ? "Table is not in a valid state to enable Kinesis Streaming Destination: "
                                          "KinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform "
                                          "ENABLE operation."
                                        : "Table is not in a valid state to disable Kinesis Streaming Destination: "
                                          "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
    dynox__table table = *old;
    return change_set(call, old->destinations, arn, enable, &table.destinations) && dynox__catalog_put(call, &table) &&
           answer_kinesis(call, &table, arn, enable ? "ENABLING" : "DISABLING");
}

bool dynox__local_enable_kinesis(dynox__local_call *call)
{
    return switch_kinesis(call, true);
}

bool dynox__local_disable_kinesis(dynox__local_call *call)
{
    return switch_kinesis(call, false);
}

bool dynox__local_update_kinesis(dynox__local_call *call)
{
    const char         *arn;
    const dynox__table *table = kinesis_table(call, &arn);
    if (!table) return false;
    if (place_of(table->destinations, arn)) return answer_kinesis(call, table, arn, "UPDATING");
    return dynox__invalid(call, "Table is not in a valid state to update Kinesis Streaming Destination: "
                                "KinesisStreamingDestination must be ACTIVE to perform UPDATE operation.");
}

bool dynox__local_describe_kinesis(dynox__local_call *call)
{
    const dynox__table *table = dynox__local_table_named(call, "TableName");
    if (!table) return false;
    write_member(call->answer, "{", "TableName", table->name);
    dynox__buffer_text(call->answer, ",\"KinesisDataStreamDestinations\":[");
    const char *at = table->destinations;
    for (bool any = false; at && at[1]; any = true) {
        const char *end = strchr(at + 1, ',');
        if (!end) break;
        dynox__buffer_text(call->answer, any ? ",{\"StreamArn\":" : "{\"StreamArn\":");
        dynox__values_write_text(call->answer, at + 1, (size_t)(end - at - 1));
        dynox__buffer_text(call->answer, ",\"DestinationStatus\":\"ACTIVE\"}");
        at = end;
    }
    dynox__buffer_text(call->answer, "]}");
    return dynox__local_answered(call);
}
