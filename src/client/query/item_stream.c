/* Which stream it is. */
#include "client/query/item_stream.h"
#include "client/query/query_stream.h"

const dynox_type *dynox__item_stream_type(const dynox_stream *stream)
{
    const dynox__source *source = dynox__item_source(stream);
    return source && source->form ? source->form->item_type(source) : &dynox_type_item;
}

const dynox__source *dynox__item_source(const dynox_stream *stream)
{
    const dynox__query_stream *query = dynox__query_stream_of(stream);
    return query ? &query->source : dynox__parallel_scan_source(stream);
}

const dynox_page *dynox__item_page(const dynox_stream *stream)
{
    const dynox__query_stream *query = dynox__query_stream_of(stream);
    return query ? query->page : dynox__parallel_scan_page(stream);
}

void dynox__item_stream_want_one(dynox_stream *stream)
{
    dynox__query_stream *query = dynox__query_stream_of(stream);
    if (query)
        dynox__query_stream_want_one(query);
    else if (dynox__parallel_scan_source(stream))
        dynox__parallel_scan_want_one(stream);
}

dynox_status dynox_stream_get_totals(const dynox_stream *stream, dynox_stream_totals *totals)
{
    const dynox__source *source = dynox__item_source(stream);
    if (!totals) return DYNOX_E_ARGUMENT;
    *totals = source ? source->totals : (dynox_stream_totals){0};
    return source ? DYNOX_OK : DYNOX_E_ARGUMENT;
}
