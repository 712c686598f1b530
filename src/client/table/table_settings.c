/* Time to live, point-in-time recovery, tags, limits. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/table/list.h"
#include "client/table/table_parts.h"
#include "value/json/decode.h"
#include <dynox/table_settings.h>

/* ---- time to live ---- */

typedef struct answer {
    dynox__json specification;
} answer;

static dynox_status decode_update(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                  dynox__document **document, dynox_error *error)
{
    static const dynox__field fields[] = {DYNOX__FIELD("TimeToLiveSpecification", JSON, answer, specification)};
    answer                    found    = {0};
    (void)value;
    *document = dynox__document_decode(body, 0, fields, 1, &found, error);
    if (*document && !(*document)->known) call->mismatch = dynox__no_answer;
    return *document ? DYNOX_OK : error->status;
}

dynox_future *dynox_update_time_to_live_with(dynox_client *client, const dynox_update_time_to_live_args *given)
{
    static const dynox__operation  update = {.name = "UpdateTimeToLive", .decode = decode_update};
    dynox_update_time_to_live_args args;
    dynox__request_writer          writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &update, &DYNOX__CALL_OPTIONS_OF(args, NULL));
    dynox__request_table(&writer, args.table);
    if (!args.attribute || !*args.attribute)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "the attribute with the time is missing");
    dynox__request_open(&writer, "TimeToLiveSpecification", '{');
    dynox__request_switch(&writer, "Enabled", !args.disable);
    dynox__request_text(&writer, "AttributeName", args.attribute);
    dynox__request_close(&writer, '}');
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_update_time_to_live_with(dynox_client *client, const dynox_update_time_to_live_args *given)
{
    dynox_update_time_to_live_args args;
    DYNOX__SYNC_VOID(client, args, given, dynox_update_time_to_live_with);
}

static const dynox__control_operation describe_time_to_live = DYNOX__CONTROL_OPERATION(
    "DescribeTimeToLive", dynox_type_time_to_live, dynox__control_time_to_live, "TimeToLiveDescription");

dynox_future *dynox_describe_time_to_live_with(dynox_client *client, const dynox_describe_time_to_live_args *given)
{
    dynox_describe_time_to_live_args args;
    dynox__request_writer            writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &describe_time_to_live.operation, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_describe_time_to_live_with(dynox_client *client, const dynox_describe_time_to_live_args *given)
{
    dynox_describe_time_to_live_args args;
    DYNOX__SYNC(client, args, given, dynox_describe_time_to_live_with, &dynox_type_time_to_live);
}

/* ---- point-in-time recovery ---- */

enum { LONGEST_RECOVERY = 35 };

static const dynox__control_operation update_continuous_backups =
    DYNOX__CONTROL_OPERATION("UpdateContinuousBackups", dynox_type_continuous_backups,
                             dynox__control_continuous_backups, "ContinuousBackupsDescription");
static const dynox__control_operation describe_continuous_backups =
    DYNOX__CONTROL_OPERATION("DescribeContinuousBackups", dynox_type_continuous_backups,
                             dynox__control_continuous_backups, "ContinuousBackupsDescription");

dynox_future *dynox_update_continuous_backups_with(dynox_client                               *client,
                                                   const dynox_update_continuous_backups_args *given)
{
    dynox_update_continuous_backups_args args;
    dynox__request_writer                writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &update_continuous_backups.operation, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    if (args.recovery_days > LONGEST_RECOVERY)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "recovery_days is %u: the service allows 1 to %d",
                              args.recovery_days, LONGEST_RECOVERY);
    if (args.disable && args.recovery_days)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, ".recovery_days does not go with .disable");
    dynox__request_open(&writer, "PointInTimeRecoverySpecification", '{');
    dynox__request_switch(&writer, "PointInTimeRecoveryEnabled", !args.disable);
    dynox__request_number(&writer, "RecoveryPeriodInDays", args.recovery_days);
    dynox__request_close(&writer, '}');
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_update_continuous_backups_with(dynox_client                               *client,
                                                       const dynox_update_continuous_backups_args *given)
{
    dynox_update_continuous_backups_args args;
    DYNOX__SYNC(client, args, given, dynox_update_continuous_backups_with, &dynox_type_continuous_backups);
}

dynox_future *dynox_describe_continuous_backups_with(dynox_client                                 *client,
                                                     const dynox_describe_continuous_backups_args *given)
{
    dynox_describe_continuous_backups_args args;
    dynox__request_writer                  writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &describe_continuous_backups.operation, &DYNOX__CALL_OPTIONS(args));
    dynox__request_table(&writer, args.table);
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_describe_continuous_backups_with(dynox_client                                 *client,
                                                         const dynox_describe_continuous_backups_args *given)
{
    dynox_describe_continuous_backups_args args;
    DYNOX__SYNC(client, args, given, dynox_describe_continuous_backups_with, &dynox_type_continuous_backups);
}

/* ---- tags ---- */

/* Their answers have no body. */
static const dynox__operation tag_resource = {.name = "TagResource"}, untag_resource = {.name = "UntagResource"};

dynox_future *dynox_tag_resource_with(dynox_client *client, const dynox_tag_resource_args *given)
{
    dynox_tag_resource_args args;
    dynox__request_writer   writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &tag_resource, &DYNOX__CALL_OPTIONS_OF(args, NULL));
    dynox__request_arn(&writer, "ResourceArn", args.arn);
    if (!args.tags || !args.tag_count)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "there are no tags");
    else
        dynox__table_tags(&writer, args.tags, args.tag_count);
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_tag_resource_with(dynox_client *client, const dynox_tag_resource_args *given)
{
    dynox_tag_resource_args args;
    DYNOX__SYNC_VOID(client, args, given, dynox_tag_resource_with);
}

dynox_future *dynox_untag_resource_with(dynox_client *client, const dynox_untag_resource_args *given)
{
    dynox_untag_resource_args args;
    dynox__request_writer     writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &untag_resource, &DYNOX__CALL_OPTIONS_OF(args, NULL));
    dynox__request_arn(&writer, "ResourceArn", args.arn);
    if (!args.keys || !args.key_count) dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "there are no keys of tags");
    dynox__request_open(&writer, "TagKeys", '[');
    for (size_t i = 0; args.keys && i < args.key_count; i++)
        dynox__request_element(&writer, args.keys[i]);
    dynox__request_close(&writer, ']');
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_untag_resource_with(dynox_client *client, const dynox_untag_resource_args *given)
{
    dynox_untag_resource_args args;
    DYNOX__SYNC_VOID(client, args, given, dynox_untag_resource_with);
}

static const void *tag_of(const void *page, size_t at)
{
    const dynox_tags *tags = page;
    return at < tags->count ? &tags->at[at] : NULL;
}

static const char *next_tags(const void *page)
{
    return ((const dynox_tags *)page)->next;
}

static const dynox__list_kind list_tags = {
    .control        = DYNOX__CONTROL_OPERATION("ListTagsOfResource", dynox_type_tags, dynox__control_tags, "Tags"),
    .subject_member = "ResourceArn",
    .of_arn         = true,
    .start_member   = "NextToken",
    .element        = tag_of,
    .next           = next_tags};

dynox_stream *dynox_list_tags_with(dynox_client *client, const dynox_list_tags_args *given)
{
    dynox_list_tags_args args;
    dynox_error          error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return dynox__list_stream(client, &list_tags,
                              &(dynox__list_request){.subject = args.arn, .start = args.start_token},
                              &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_future *dynox_list_tags_page_with(dynox_client *client, const dynox_list_tags_args *given)
{
    dynox_list_tags_args args;
    dynox_error          error = {0};
    dynox__args_read(&args, sizeof args, given, &error);
    return dynox__list_page(client, &list_tags, &(dynox__list_request){.subject = args.arn, .start = args.start_token},
                            &DYNOX__CALL_OPTIONS(args), &error);
}

dynox_status dynox_sync_list_tags_page_with(dynox_client *client, const dynox_list_tags_args *given)
{
    dynox_list_tags_args args;
    DYNOX__SYNC(client, args, given, dynox_list_tags_page_with, &dynox_type_tags);
}

/* ---- limits ---- */

static const dynox__control_operation describe_limits =
    DYNOX__CONTROL_OPERATION("DescribeLimits", dynox_type_limits, dynox__control_limits, "AccountMaxReadCapacityUnits");

dynox_future *dynox_describe_limits_with(dynox_client *client, const dynox_describe_limits_args *given)
{
    dynox_describe_limits_args args;
    dynox__request_writer      writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &describe_limits.operation, &DYNOX__CALL_OPTIONS(args));
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_describe_limits_with(dynox_client *client, const dynox_describe_limits_args *given)
{
    dynox_describe_limits_args args;
    DYNOX__SYNC(client, args, given, dynox_describe_limits_with, &dynox_type_limits);
}
