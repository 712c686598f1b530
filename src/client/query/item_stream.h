/* What the streams of items have in common, whichever way they come by them. */
#ifndef DYNOX_CLIENT_QUERY_ITEM_STREAM_H
#define DYNOX_CLIENT_QUERY_ITEM_STREAM_H

#include "client/query/source.h"

/* NULL: not a stream of items. */
const dynox__source *dynox__item_source(const dynox_stream *stream);
/* The page that the last item lies in. */
const dynox_page *dynox__item_page(const dynox_stream *stream);
/* From now on one item more is all that will be asked of it. Any stream. */
void dynox__item_stream_want_one(dynox_stream *stream);

/* The item_type of their classes. */
const dynox_type *dynox__item_stream_type(const dynox_stream *stream);

/* The same of a parallel scan; NULL: it is none. */
const dynox__source *dynox__parallel_scan_source(const dynox_stream *stream);
const dynox_page    *dynox__parallel_scan_page(const dynox_stream *stream);
void                 dynox__parallel_scan_want_one(dynox_stream *stream);

#endif
