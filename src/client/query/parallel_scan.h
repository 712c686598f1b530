/* Making parallel scans, also of what is no item. */
#ifndef DYNOX_CLIENT_QUERY_PARALLEL_SCAN_H
#define DYNOX_CLIENT_QUERY_PARALLEL_SCAN_H

#include "client/query/source.h"
#include <dynox/stream.h>

typedef struct dynox__parallel_settings {
    int64_t     segments;
    size_t      limit, page_size, in_flight_pages; /* 0: no limit; the service's; as many as are good */
    bool        has_filter;                        /* or what may be one: a page may hold less than was looked at */
    const char *table, *index;                     /* copied */
} dynox__parallel_settings;

/* One to be filled in: dynox__source_begin with *source, the members of the request but for its segment and place, and
 * dynox__parallel_scan_finish. NULL: out of memory. */
dynox_stream *dynox__parallel_scan_new(dynox__source **source);
/* Never NULL: what the writer refused is the error of the stream. */
dynox_stream *dynox__parallel_scan_finish(dynox_stream *stream, dynox__request_writer *writer,
                                          const dynox__parallel_settings *given);

#endif
