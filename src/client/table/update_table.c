/* UpdateTable: what is not mentioned stays as it is, so every member is absent until it is asked for. */
#include "base/args.h"
#include "client/core/sync.h"
#include "client/table/table.h"
#include "client/table/table_parts.h"
#include <string.h>

/* ---- indexes ---- */

static void index_update(dynox__request_writer *writer, const dynox_index_change *change)
{
    bool nothing = !change->provisioned.read && !change->provisioned.write && !change->on_demand_maximum.read &&
                   !change->on_demand_maximum.write && !change->warm.read && !change->warm.write;
    if (nothing)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "index \"%s\": there is nothing to change",
                              change->name ? change->name : "");
    dynox__request_open(writer, NULL, '{');
    dynox__request_open(writer, "Update", '{');
    dynox__table_index_name(writer, change->name);
    dynox__table_provisioned(writer, change->provisioned, false);
    dynox__table_on_demand(writer, change->on_demand_maximum);
    dynox__table_warm(writer, change->warm);
    dynox__request_close(writer, '}');
    dynox__request_close(writer, '}');
}

static void index_creation(dynox__request_writer *writer, const dynox_update_table_args *args)
{
    dynox__request_open(writer, NULL, '{');
    dynox__request_open(writer, "Create", '{');
    dynox__table_global_index(writer, args->add_index, 1, args->billing == DYNOX_TO_PROVISIONED);
    dynox__request_close(writer, '}');
    dynox__request_close(writer, '}');
}

static void index_deletion(dynox__request_writer *writer, const char *name)
{
    dynox__request_open(writer, NULL, '{');
    dynox__request_open(writer, "Delete", '{');
    dynox__table_index_name(writer, name);
    dynox__request_close(writer, '}');
    dynox__request_close(writer, '}');
}

static void indexes(dynox__request_writer *writer, const dynox_update_table_args *args)
{
    dynox__definitions all = {0};
    if (args->add_index && args->remove_index)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "an index to add and one to remove: the service takes one of them a call");
    if (!dynox__request_array(writer, "index changes", args->change_indexes, args->change_index_count) ||
        (!args->add_index && !args->remove_index && !args->change_index_count))
        return;
    if (args->add_index) {
        dynox__table_define_index(writer, &all, args->add_index);
        dynox__table_definitions(writer, &all);
    }
    dynox__request_open(writer, "GlobalSecondaryIndexUpdates", '[');
    if (args->add_index) index_creation(writer, args);
    if (args->remove_index) index_deletion(writer, args->remove_index);
    for (size_t i = 0; i < args->change_index_count; i++)
        index_update(writer, &args->change_indexes[i]);
    dynox__request_close(writer, ']');
}

/* ---- settings ---- */

static void billing(dynox__request_writer *writer, const dynox_update_table_args *args)
{
    dynox__table_billing_change(writer, "BillingMode", args->billing, args->provisioned);
    dynox__table_provisioned(writer, args->provisioned, args->billing == DYNOX_TO_PROVISIONED);
    dynox__table_on_demand(writer, args->on_demand_maximum);
    dynox__table_warm(writer, args->warm);
}

static void stream(dynox__request_writer *writer, const dynox_update_table_args *args)
{
    if (args->stream_off && args->stream)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, ".stream and .stream_off do not go together");
    if (args->stream_off) {
        dynox__request_open(writer, "StreamSpecification", '{');
        dynox__request_switch(writer, "StreamEnabled", false);
        dynox__request_close(writer, '}');
    } else
        dynox__table_stream(writer, args->stream);
}

static void replica(dynox__request_writer *writer, const char *what, const char *region)
{
    if (!region) return;
    dynox__request_open(writer, NULL, '{');
    dynox__request_open(writer, what, '{');
    dynox__request_text(writer, "RegionName", region);
    dynox__request_close(writer, '}');
    dynox__request_close(writer, '}');
}

static void replicas(dynox__request_writer *writer, const dynox_update_table_args *args)
{
    if (!args->add_replica && !args->remove_replica) return;
    dynox__request_open(writer, "ReplicaUpdates", '[');
    replica(writer, "Create", args->add_replica);
    replica(writer, "Delete", args->remove_replica);
    dynox__request_close(writer, ']');
}

/* ---- the operation ---- */

static void members(dynox__request_writer *writer, const dynox_update_table_args *args)
{
    bool on;
    dynox__request_table(writer, args->table);
    size_t nothing = writer->json ? writer->json->size : 0;
    billing(writer, args);
    indexes(writer, args);
    stream(writer, args);
    dynox__table_class(writer, args->table_class);
    dynox__table_kms_change(writer, "SSESpecification", args->kms_encryption, args->kms_key);
    if (dynox__table_switched(writer, "deletion_protection", args->deletion_protection, &on))
        dynox__request_switch(writer, "DeletionProtectionEnabled", on);
    replicas(writer, args);
    if (writer->error.status == DYNOX_OK && writer->json->size == nothing && !writer->json->failed)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "there is nothing to change");
}

dynox_future *dynox_update_table_with(dynox_client *client, const dynox_update_table_args *given)
{
    static const dynox__operation update_table = {
        .name = "UpdateTable", .type = &dynox_type_table, .decode = dynox__decode_table_description};
    dynox_update_table_args args;
    dynox__request_writer   writer = {0};
    dynox__args_read(&args, sizeof args, given, &writer.error);
    dynox__request_begin(&writer, client, &update_table, &DYNOX__CALL_OPTIONS(args));
    members(&writer, &args);
    if (writer.call) writer.call->is_write = true;
    return dynox__request_send(&writer);
}

dynox_status dynox_sync_update_table_with(dynox_client *client, const dynox_update_table_args *given)
{
    dynox_update_table_args args;
    DYNOX__SYNC(client, args, given, dynox_update_table_with, &dynox_type_table);
}
