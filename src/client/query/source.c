/* The request that all pages of a stream begin with is written once, and copied for each. */
#include "client/query/source.h"
#include "base/clock.h"
#include <stdio.h>

/* The members are written into a buffer of the source's through a writer that has no call. */
void dynox__source_begin(dynox__source *source, dynox__request_writer *writer, dynox_client *client,
                         const dynox__operation *operation, const dynox__call_options *options)
{
    source->client    = dynox__client_acquire(client);
    source->operation = operation;
    source->options   = *options;
    if (options->out || options->error || options->info)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              ".out, .error and .info are for the sync_ form; ask the stream instead");
    writer->json = &source->members;
    if (client) writer->capacity = dynox__service_capacity(client->service);
}

bool dynox__source_end(dynox__source *source, dynox__request_writer *writer, const char *table, const char *index)
{
    dynox__expr_context_free(&writer->expressions);
    source->table = dynox__strdup(table);
    source->index = dynox__strdup(index);
    return (source->table || !table) && (source->index || !index) && !source->members.failed;
}

void dynox__source_free(dynox__source *source)
{
    dynox__buffer_free(&source->members);
    dynox__free(source->table);
    dynox__free(source->index);
    if (source->form) source->form->free(source->form_context);
    dynox__client_release(source->client);
}

void dynox__source_request(const dynox__source *source, dynox__request_writer *writer)
{
    dynox__call_options options = source->options;
    int64_t             left_ms = source->until_ns ? (source->until_ns - dynox__now_ns()) / DYNOX__MS : 0;
    options.feature             = "C";
    if (source->until_ns) options.deadline_ms = left_ms > 0 ? left_ms : 1;
    dynox__request_begin(writer, source->client, source->operation, &options);
    if (!writer->call) return;
    dynox__buffer_add(writer->json, source->members.data, source->members.size);
    writer->has_members = true;
    dynox__call_resource(writer->call, source->table);
    dynox__call_index(writer->call, source->index);
    writer->call->is_write       = source->is_write;
    writer->call->ambiguity      = source->ambiguous ? DYNOX__AMBIGUOUS : DYNOX__SAFE_TO_REPEAT;
    writer->call->fail_ambiguous = source->fail_ambiguous;
    if (source->form && !source->form->prepare(source, writer->call))
        dynox__request_refuse(writer, DYNOX_E_NO_MEMORY, "out of memory");
}

const void *dynox__source_item(const dynox__source *source, const dynox_page *page, size_t place)
{
    return source->form ? source->form->at(source, page, place) : &page->items[place];
}

void dynox__source_count(dynox__source *source, const dynox_page *page)
{
    const dynox_info    *info   = page->info;
    dynox_stream_totals *totals = &source->totals;
    totals->pages++;
    totals->count += (uint64_t)page->count;
    totals->scanned_count += (uint64_t)page->scanned_count;
    totals->attempts += info->attempts;
    snprintf(totals->last_request_id, sizeof totals->last_request_id, "%s", info->request_id);
    if (!info->capacity) return;
    source->capacity_count++;
    totals->capacity_units += info->capacity->units;
    source->capacity.units += info->capacity->units;
    source->capacity.read_units += info->capacity->read_units;
    source->capacity.write_units += info->capacity->write_units;
    source->capacity.table_units += info->capacity->table_units;
}
